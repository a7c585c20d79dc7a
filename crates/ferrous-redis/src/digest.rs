//! SHA-1 digests: the names of scripts.
//!
//! **Invariant:** the text of a digest is 40 lower-case hexadecimal digits; reading one accepts either case, as EVALSHA does.

use std::{
    fmt,
    hash::{Hash, Hasher},
};

use sha1::{Digest as _, Sha1};

/// The SHA-1 of a script's bytes, its shebang included, as text: the form in which it is always wanted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Digest([u8; Digest::TEXT_LENGTH]);

impl Hash for Digest {
    /// The digits are those of a hash already: eight of them are enough, in a map that mixes them with a secret.
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
        let mut digesting = Digesting::default();
        digesting.add(bytes);
        digesting.finish()
    }

    fn from_hash(hash: &[u8]) -> Self {
        const DIGITS: [u8; 16] = *b"0123456789abcdef";
        let mut text = [0; Self::TEXT_LENGTH];
        let (pairs, _) = text.as_chunks_mut::<2>();
        for (pair, byte) in pairs.iter_mut().zip(hash) {
            // Four bits are below 16.
            *pair = [byte >> 4, byte & 15].map(|four_bits| DIGITS[usize::from(four_bits)]);
        }
        Self(text)
    }

    /// Reads the text form.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        let text: &[u8; Self::TEXT_LENGTH] = text.try_into().ok()?;
        // Without an early end, so that many digits are looked at in one step.
        let strange = text.iter().fold(false, |strange, digit| strange | !digit.is_ascii_hexdigit());
        if strange { None } else { Some(Self(text.map(|digit| digit.to_ascii_lowercase()))) }
    }

    /// The text form.
    #[must_use]
    pub fn text(&self) -> [u8; Self::TEXT_LENGTH] {
        self.0
    }
}

/// A digest of bytes that come in pieces.
#[derive(Clone, Default)]
pub(crate) struct Digesting(Sha1);

impl Digesting {
    /// The next piece.
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of all pieces.
    pub(crate) fn finish(self) -> Digest {
        Digest::from_hash(&self.0.finalize())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(std::str::from_utf8(&self.0).unwrap_or_default())
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
