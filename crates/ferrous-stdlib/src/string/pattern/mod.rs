//! Lua patterns (manual §5.4.1) over bytes.
//!
//! [`Matcher`] runs a pattern at one place with an explicit stack of choices; [`Search`] moves it along the subject.
//! Both are plain indices: the caller passes subject and pattern anew with each call, so that a search can stop after
//! a number of steps and go on later, wherever the strings have gone in between. Nothing here touches the heap.
//!
//! As in PUC Lua 5.1, a zero byte ends a pattern ([`effective`]), and a mistake in a pattern is an error only when the
//! matcher comes across it.
//!
//! **Invariant:** the same subject and pattern are passed from one `begin` to the next.

mod capture;
mod class;
mod matcher;
mod search;
mod single;

pub use capture::{Captured, Captures};
pub use class::{ByteSet, class};
pub use matcher::{Matcher, Progress};
pub use search::{Found, Search};

/// Captures that one pattern can hold (`LUA_MAXCAPTURES`).
pub const MAX_CAPTURES: usize = 32;

/// What is wrong with a pattern; the texts are PUC Lua 5.1's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// `%` is the last byte.
    #[error("malformed pattern (ends with '%')")]
    EndsWithEscape,
    /// A set is not closed.
    #[error("malformed pattern (missing ']')")]
    MissingBracket,
    /// A capture was still open at the end of the match.
    #[error("unfinished capture")]
    UnfinishedCapture,
    /// `%1` to `%9` names a capture that does not exist or is not closed yet.
    #[error("invalid capture index")]
    InvalidCaptureIndex,
    /// `)` without `(`.
    #[error("invalid pattern capture")]
    InvalidPatternCapture,
    /// `%f` without a set.
    #[error("missing '[' after '%f' in pattern")]
    MissingFrontierSet,
    /// `%b` without two bytes after it.
    #[error("unbalanced pattern")]
    Unbalanced,
    /// More than [`MAX_CAPTURES`] captures.
    #[error("too many captures")]
    TooManyCaptures,
    /// The pattern has more items with choices than the matcher keeps; PUC Lua overflows the C stack instead.
    #[error("pattern too complex")]
    TooComplex,
}

/// The part of a pattern that matters: up to its first zero byte.
#[inline]
#[must_use]
pub fn effective(pattern: &[u8]) -> &[u8] {
    match memchr::memchr(0, pattern) {
        Some(end) => pattern.get(..end).unwrap_or_default(),
        None => pattern,
    }
}

/// Whether a pattern holds none of the bytes that make it more than plain text.
#[inline]
#[must_use]
pub fn is_plain(pattern: &[u8]) -> bool {
    !pattern.iter().any(is_magic)
}

/// Whether a byte means more than itself in patterns.
#[inline]
#[must_use]
pub fn is_magic(byte: &u8) -> bool {
    matches!(byte, b'^' | b'$' | b'*' | b'+' | b'?' | b'.' | b'(' | b'[' | b'%' | b'-')
}
