//! Items that match one byte: `.`, a byte, a class, a set.
//!
//! **Invariant:** reading an item again, at the same place of the same pattern, gives the same bytes: sets are only cached.

use super::PatternError;
use super::class::{ByteSet, SetCache, class};

/// The bytes that one item accepts.
#[derive(Clone, Copy)]
pub(super) enum Single<'a> {
    Any,
    Byte(u8),
    Members(&'a ByteSet),
}

impl Single<'_> {
    #[inline(always)]
    pub(super) fn accepts(self, byte: u8) -> bool {
        match self {
            Single::Any => true,
            Single::Byte(only) => only == byte,
            Single::Members(set) => set.contains(byte),
        }
    }

    /// How many bytes at the beginning of `text` are accepted.
    #[inline(always)]
    pub(super) fn span(self, text: &[u8]) -> usize {
        let rejected = match self {
            Single::Any => None,
            Single::Byte(only) => text.iter().position(|&byte| byte != only),
            Single::Members(set) => text.iter().position(|&byte| !set.contains(byte)),
        };
        rejected.unwrap_or(text.len())
    }
}

/// Reads the single-byte item at `item`: what it accepts, and where it ends.
#[inline(always)]
pub(super) fn single<'a>(
    sets: &'a mut SetCache,
    pattern: &[u8],
    item: usize,
) -> Result<(Single<'a>, usize), PatternError> {
    match pattern.get(item) {
        Some(b'.') => Ok((Single::Any, item + 1)),
        Some(b'%') => match pattern.get(item + 1) {
            None => Err(PatternError::EndsWithEscape),
            Some(&letter) => Ok((class(letter).map_or(Single::Byte(letter), Single::Members), item + 2)),
        },
        Some(b'[') => match sets.get(pattern, item) {
            None => Err(PatternError::MissingBracket),
            Some((set, end)) => Ok((Single::Members(set), end)),
        },
        Some(&byte) => Ok((Single::Byte(byte), item + 1)),
        // Callers look at the item first.
        None => Ok((Single::Byte(0), item)),
    }
}
