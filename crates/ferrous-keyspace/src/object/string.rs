//! Strings. One that reads as an integer is kept as one, so that `INCR` neither reads nor prints.
//!
//! **Invariant:** `Integer(n)` stands for exactly the text of `n`.

use ferrous_redis::compat::KeyspaceDialect;

use crate::number::{IntegerText, parse_integer};

/// The longest string, in bytes.
pub(crate) const MAX_STRING: usize = 512 * 1024 * 1024;
/// Redis embeds strings up to this length in their object.
const MAX_EMBEDDED: usize = 44;

/// A string value.
#[derive(Clone, Debug)]
pub(crate) enum StringValue {
    /// The decimal text of an integer.
    Integer(i64),
    /// Any bytes.
    Bytes(Vec<u8>),
    /// Bytes that have been changed in place; the difference only shows in `OBJECT ENCODING`.
    Changed(Vec<u8>),
}

impl Default for StringValue {
    fn default() -> Self {
        Self::Changed(Vec::new())
    }
}

impl From<&[u8]> for StringValue {
    fn from(bytes: &[u8]) -> Self {
        parse_integer(bytes).map_or_else(|| Self::Bytes(bytes.to_vec()), Self::Integer)
    }
}

impl StringValue {
    /// Hands the bytes to `read`.
    pub(crate) fn with_bytes<R>(&self, read: impl FnOnce(&[u8]) -> R) -> R {
        match self {
            Self::Integer(value) => read(IntegerText::new(*value).as_bytes()),
            Self::Bytes(bytes) | Self::Changed(bytes) => read(bytes),
        }
    }

    /// The bytes, copied.
    #[must_use]
    pub(crate) fn to_vec(&self) -> Vec<u8> {
        self.with_bytes(<[u8]>::to_vec)
    }

    /// The length in bytes.
    #[must_use]
    pub(crate) fn len(&self) -> usize {
        self.with_bytes(<[u8]>::len)
    }

    /// The integer that the text is, if it is one.
    #[must_use]
    pub(crate) fn integer(&self) -> Option<i64> {
        match self {
            Self::Integer(value) => Some(*value),
            Self::Bytes(bytes) | Self::Changed(bytes) => parse_integer(bytes),
        }
    }

    fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::Integer(value) => IntegerText::new(value).as_bytes().to_vec(),
            Self::Bytes(bytes) | Self::Changed(bytes) => bytes,
        }
    }

    /// Lets `change` work on the bytes in place.
    pub(crate) fn change<R>(&mut self, change: impl FnOnce(&mut Vec<u8>) -> R) -> R {
        let mut bytes = std::mem::take(self).into_bytes();
        let result = change(&mut bytes);
        *self = Self::Changed(bytes);
        result
    }

    pub(super) fn encoding(&self, key: &[u8], dialect: &KeyspaceDialect) -> &'static str {
        // A longer key needs a longer header.
        let header = if key.len() < 32 { 1 } else { 3 };
        let fits = |bytes: &[u8]| match dialect.embedded_with_key {
            None => bytes.len() <= MAX_EMBEDDED,
            Some(limit) => key.len().saturating_add(bytes.len()).saturating_add(header) <= limit,
        };
        match self {
            Self::Integer(_) => "int",
            Self::Bytes(bytes) if fits(bytes) => "embstr",
            Self::Bytes(_) | Self::Changed(_) => "raw",
        }
    }
}
