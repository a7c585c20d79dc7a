//! SHA-1 digests: the names of scripts.
//!
//! **Invariant:** the text of a digest is 40 lower-case hexadecimal digits; reading one accepts either case, as EVALSHA does.

use std::fmt;

use sha1::{Digest as _, Sha1};

/// The SHA-1 of a script's bytes, its shebang included.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 20]);

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
        for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
            for &digit in pair {
                // A digit in base 16 fits four bits.
                *byte = *byte << 4 | char::from(digit).to_digit(16)? as u8;
            }
        }
        Some(Self(bytes))
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
