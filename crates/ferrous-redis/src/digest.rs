//! SHA-1 digests: the names of scripts.
//!
//! **Invariant:** the text of a digest is 40 lower-case hexadecimal digits; reading one accepts either case, as EVALSHA does.

use std::{
    fmt,
    hash::{Hash, Hasher},
};

use sha1::{Digest as _, Sha1};

/// The SHA-1 of a script's bytes, its shebang included.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Digest([u8; 20]);

/// What is no hexadecimal digit, in [`VALUES`].
const NO_DIGIT: u8 = 0x80;

/// The value of each byte as a hexadecimal digit.
const VALUES: [u8; 256] = {
    let mut values = [NO_DIGIT; 256];
    let mut value = 0;
    while value < 16 {
        let digit = b"0123456789abcdef"[value as usize];
        values[digit as usize] = value;
        values[digit.to_ascii_uppercase() as usize] = value;
        value += 1;
    }
    values
};

impl Hash for Digest {
    /// The bytes are those of a hash already: eight of them are enough, in a map that mixes them with a secret.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let (head, _) = self.0.as_chunks::<8>();
        state.write_u64(head.first().map_or(0, |head| u64::from_le_bytes(*head)));
    }
}

impl Digest {
    /// Length of the text form.
    pub const TEXT_LENGTH: usize = 40;

    /// The digest of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha1::digest(bytes).into())
    }

    /// Reads the text form.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        let text: &[u8; Self::TEXT_LENGTH] = text.try_into().ok()?;
        let mut bytes = [0; 20];
        let (pairs, _) = text.as_chunks::<2>();
        let mut seen = 0;
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            let [high, low] = [high, low].map(|digit| VALUES[usize::from(*digit)]);
            seen |= high | low;
            *byte = high << 4 | low;
        }
        (seen & NO_DIGIT == 0).then_some(Self(bytes))
    }

    /// The text form.
    #[must_use]
    pub fn text(&self) -> [u8; Self::TEXT_LENGTH] {
        const DIGITS: [u8; 16] = *b"0123456789abcdef";
        let mut text = [0; Self::TEXT_LENGTH];
        for (pair, byte) in text.chunks_exact_mut(2).zip(self.0) {
            let digits = [byte >> 4, byte & 15]
                .map(|four_bits| DIGITS.get(usize::from(four_bits)).copied().unwrap_or_default());
            pair.copy_from_slice(&digits);
        }
        text
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Digest({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_read_back_in_either_case() {
        let digest = Digest::of(b"return 1");
        assert_eq!(&digest.text(), b"e0e1f9fabfc9d4800c877a703b823ac0578ff8db");
        assert_eq!(digest.to_string().as_bytes(), digest.text());
        assert_eq!(Digest::parse(&digest.text().to_ascii_uppercase()), Some(digest));
        assert_eq!(Digest::parse(b"e0e1"), None);
        assert_eq!(Digest::parse(&[b'g'; 40]), None);
    }
}
