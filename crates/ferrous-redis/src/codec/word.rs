//! Words: eight bytes that are looked at together.
//!
//! A byte that is looked for has the high bit of its place set in the mask. **Invariant:** the lowest bit that is set is one of
//! them; those above it may not be.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = ONES << 7;

/// The bytes that are zero.
#[inline(always)]
pub(crate) fn zeros(word: u64) -> u64 {
    below(word, 1)
}

/// The bytes below a limit of at most 128.
#[inline(always)]
pub(crate) fn below(word: u64, limit: u8) -> u64 {
    word.wrapping_sub(ONES * u64::from(limit)) & !word & HIGHS
}

/// The bytes that are `byte`.
#[inline(always)]
pub(crate) fn equal(word: u64, byte: u8) -> u64 {
    zeros(word ^ (ONES * u64::from(byte)))
}

/// Where the first of the marked bytes is, counted from the lowest; a mask without any gives 8.
#[inline(always)]
pub(crate) fn first(mask: u64) -> usize {
    mask.trailing_zeros() as usize / 8
}
