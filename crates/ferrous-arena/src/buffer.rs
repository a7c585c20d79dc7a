//! Buffers of many megabytes: vectors that grow with what a program holds, and shrink again, in no step that takes long.
//!
//! The allocators of Linux map a buffer of more than 32 MB by itself, and let it grow by mapping its pages elsewhere; a smaller one
//! is copied with each doubling, up to 15 ms in one piece. So address space is taken far ahead: pages that are not used take no
//! memory.
//!
//! **Invariant:** nothing here changes what is in a buffer, but for the element that is pushed.

use std::collections::TryReserveError;

/// How large a buffer may be that is copied when it grows: that takes a few tenths of a millisecond.
const COPIED: usize = 1 << 20;

/// From this size on buffers are mapped by themselves.
const MAPPED: usize = 33 << 20;

/// Nobody has freed as much as that in one piece.
const CERTAINLY_MAPPED: usize = 256 << 20;

/// The most bytes that are given back to the system at one time: some 25 µs a megabyte.
pub(crate) const PIECE: usize = 1 << 20;

/// Whether a buffer of so many bytes, made by [`reserve_exact`], is mapped by itself.
#[must_use]
pub fn is_mapped(bytes: usize) -> bool {
    bytes >= 4 * COPIED
}

/// Takes memory for exactly so many elements of a buffer that has none yet. A large one grows by mapping from then on, and is given
/// back by unmapping, whatever was freed before: it begins as large as buffers are that are mapped by themselves.
///
/// # Errors
/// As [`Vec::try_reserve_exact`].
pub fn reserve_exact<E>(buffer: &mut Vec<E>, count: usize) -> Result<(), TryReserveError> {
    let bytes = count.saturating_mul(size_of::<E>());
    if is_mapped(bytes) && bytes < CERTAINLY_MAPPED && map(buffer, count) {
        Ok(())
    } else {
        buffer.try_reserve_exact(count)
    }
}

/// Gives a buffer room for `count` elements in memory that is mapped by itself; false if there is no such room. The C library of
/// Linux takes what a program has freed first, which may be many megabytes in one piece: so more is asked for than anything
/// that lies there, and what is not needed is given back at once.
fn map<E>(buffer: &mut Vec<E>, count: usize) -> bool {
    let room = |bytes: usize| bytes.div_ceil(size_of::<E>().max(1)).max(count) - buffer.len();
    let (most, least) = (room(CERTAINLY_MAPPED), room(MAPPED));
    let is_mapped = buffer.try_reserve_exact(most).is_ok() || buffer.try_reserve_exact(least).is_ok();
    if is_mapped {
        buffer.shrink_to(count);
    }
    is_mapped
}

/// Appends an element.
#[inline]
pub fn push<E>(buffer: &mut Vec<E>, element: E) {
    if buffer.len() == buffer.capacity() {
        make_room(buffer);
    }
    buffer.push(element);
}

/// Makes a buffer longer, if it is not as long.
pub fn lengthen<E: Clone>(buffer: &mut Vec<E>, length: usize, blank: E) {
    if length > buffer.capacity() {
        make_room(buffer);
    }
    if length > buffer.len() {
        buffer.resize(length, blank);
    }
}

/// Takes address space for a full buffer, if it has come to the size from which that is worth it.
#[cold]
#[inline(never)]
fn make_room<E>(buffer: &mut Vec<E>) {
    let bytes = buffer.len() * size_of::<E>();
    if (COPIED..MAPPED).contains(&bytes) {
        // Where there is not so much room there may be enough: then it grows as usual.
        map(buffer, MAPPED.div_ceil(size_of::<E>()));
    }
}

/// Gives back a piece of a buffer's room beyond what is in it, or is to be kept; true if no piece is left. Where the allocator
/// can, as those of Linux can, this is in place.
pub fn shrink<E>(buffer: &mut Vec<E>, kept: usize) -> bool {
    let wanted = buffer.len().max(kept);
    let room = buffer.capacity().saturating_sub(wanted).saturating_mul(size_of::<E>());
    if room < PIECE / 4 {
        return true;
    }
    let piece = PIECE / size_of::<E>().max(1);
    buffer.shrink_to(wanted.max(buffer.capacity().saturating_sub(piece)));
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_has_exactly_the_room_that_it_was_made_for() {
        for count in [0, 1, COPIED, 5 * COPIED, MAPPED / 2, MAPPED] {
            let mut buffer = Vec::<u16>::new();
            reserve_exact(&mut buffer, count).unwrap();
            assert_eq!(buffer.capacity(), count);
        }
        assert!(reserve_exact(&mut Vec::<u64>::new(), usize::MAX).is_err());
    }

    #[test]
    fn a_buffer_becomes_longer_never_shorter() {
        let mut buffer = vec![1_u8; 2 * COPIED];
        lengthen(&mut buffer, COPIED, 2);
        assert_eq!(buffer.len(), 2 * COPIED);
        lengthen(&mut buffer, 3 * COPIED, 2);
        assert_eq!((buffer.len(), buffer.capacity() >= MAPPED), (3 * COPIED, true));
        assert_eq!((buffer.first(), buffer.last()), (Some(&1), Some(&2)));
    }

    #[test]
    fn large_buffers_are_copied_only_while_they_are_small() {
        let (mut buffer, mut copied) = (Vec::new(), 0);
        while buffer.len() * size_of::<u64>() < MAPPED {
            let (length, capacity) = (buffer.len(), buffer.capacity());
            push(&mut buffer, length as u64);
            if buffer.capacity() != capacity {
                copied = copied.max(length * size_of::<u64>());
            }
        }
        assert!(copied < 2 * COPIED, "{copied}");
        assert!(buffer.iter().zip(0..).all(|(element, place)| *element == place));
    }
}
