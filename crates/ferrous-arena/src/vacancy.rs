//! Vacancy: free slots that stand on no list, and slots that were given back.
//!
//! An arena reuses slots last in, first out, and never gets smaller by itself. An owner that has nothing else to do has it give
//! back what it does not need: [`Arena::favour_low_slots`] drops the list of free slots, and from then on, whenever the list
//! is empty, free slots are looked for from the lowest on, by their colours. So what lives long gathers at the beginning, and
//! [`Arena::trim`] takes free slots off the end, in *blocks* of [`BLOCK`].
//!
//! A block that is given back leaves behind the highest of the generations that its slots would have given out next. When
//! the arena grows again its new slots begin with that one.
//!
//! **Invariant:** a free slot that is not in quarantine stands on the list of free slots, or is unlisted and lies at `cursor`
//! or beyond. Slots are listed only when the list is empty, when all free ones are unlisted: so none is listed twice.
//!
//! **Invariant:** no handle to a slot that was given back ever becomes valid again. A block with a slot in quarantine comes back
//! as one that is in quarantine as a whole.

use crate::arena::{Arena, FREE, Slot, WORN_OUT};
use crate::buffer::shrink;
use crate::handle::Object;

/// Slots that are given back at a time; they share what is remembered of their generations.
const BLOCK: usize = 16;

/// Free slots at the end that are kept in any case, and a fourth of the number of objects.
const SLACK: usize = 1 << 13;

/// How many free slots are listed at one time.
const LISTED_AT_ONCE: usize = 256;

/// The longest quarantine that is searched for slots that are given back.
const LONGEST_QUARANTINE: usize = 1 << 12;

/// What a call of [`Arena::trim`] has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trim {
    /// There is more to give back. So many units of the work are left.
    More(usize),
    /// There is no more. So many units of the work are left.
    Done(usize),
}

/// See the module's text.
#[derive(Debug)]
pub(crate) struct Vacancy {
    /// How many free slots stand on no list.
    unlisted: usize,
    /// None of them lies below this index.
    cursor: usize,
    /// First generations of blocks that are given back, by their number; zero beyond.
    generations: Vec<u16>,
    /// Whether any of this can be of account to an arena that grows.
    is_used: bool,
}

impl Vacancy {
    pub(crate) const fn new() -> Self {
        Self { unlisted: 0, cursor: 0, generations: Vec::new(), is_used: false }
    }

    #[inline]
    pub(crate) fn is_used(&self) -> bool {
        self.is_used
    }

    #[inline]
    pub(crate) fn unlisted(&self) -> usize {
        self.unlisted
    }
}

impl<T: Object> Arena<T> {
    /// Bytes for which the arena has room, in use or not; what objects hold besides is not in it.
    #[must_use]
    pub fn memory(&self) -> usize {
        self.slots.capacity() * size_of::<Slot<T>>()
            + self.colours.capacity()
            + self.free.capacity() * size_of::<u32>()
    }

    /// From now on the free slots with the lowest indices are used first. What is returned is to be dropped: the list of those
    /// that were to be used first so far.
    pub fn favour_low_slots(&mut self) -> Vec<u32> {
        let vacancy = &mut self.vacancy;
        vacancy.unlisted += self.free.len();
        vacancy.cursor = 0;
        vacancy.is_used = true;
        std::mem::take(&mut self.free)
    }

    /// The list of free slots is empty: the index of a free one, which may be new.
    #[inline(never)]
    pub(crate) fn grow_after_trim(&mut self) -> Option<u32> {
        if self.vacancy.unlisted > 0 {
            self.list_lowest();
            if let Some(index) = self.free.pop() {
                return Some(index);
            }
        }
        loop {
            let start = self.slots.len();
            let generation = self.vacancy.generations.get(start / BLOCK).map_or(0, |first| u32::from(*first));
            if generation != WORN_OUT {
                return self.push_slot(generation);
            }
            for _ in start % BLOCK..BLOCK {
                let index = self.push_slot(generation)?;
                self.quarantine.push(index);
            }
        }
    }

    /// Lists the lowest free slots, the lowest last, since it is taken first. The list is empty.
    fn list_lowest(&mut self) {
        let mut at = self.vacancy.cursor;
        while self.free.len() < LISTED_AT_ONCE {
            let Some(colours) = self.colours.get(at..) else { break };
            let colours = colours.get(..LISTED_AT_ONCE).unwrap_or(colours);
            if colours.is_empty() {
                break;
            }
            // This is a search for a byte, which is many times faster than looking at each.
            if colours.contains(&FREE) {
                for (index, colour) in (at..).zip(colours) {
                    let is_vacant =
                        *colour == FREE && self.slots.get(index).is_some_and(|slot| slot.key != WORN_OUT);
                    if is_vacant {
                        // An arena has fewer than 2^32 slots.
                        self.free.push(index as u32);
                    }
                }
            }
            at += colours.len();
        }
        self.vacancy.cursor = at;
        self.vacancy.unlisted = self.vacancy.unlisted.saturating_sub(self.free.len());
        self.free.reverse();
    }

    /// Gives back free slots at the end, but for some slack, and the memory in which they lay; a slot is a unit of work. There
    /// must be no list of free slots ([`Arena::favour_low_slots`]): nothing happens if there is one.
    pub fn trim(&mut self, work: usize) -> Trim {
        let kept = self.len() + SLACK.max(self.len() / 4);
        if !self.free.is_empty() {
            return Trim::Done(work);
        }
        let mut left = work;
        while left > 0 && self.slots.len() > kept {
            let slots = self.slots.len();
            if !self.give_back_block() {
                break;
            }
            left = left.saturating_sub(slots - self.slots.len());
        }
        let is_shrunk = shrink(&mut self.slots, kept) & shrink(&mut self.colours, kept);
        if left > 0 && is_shrunk { Trim::Done(left) } else { Trim::More(left) }
    }

    /// Takes the last block off, if all of it is free.
    fn give_back_block(&mut self) -> bool {
        let Some(last) = self.slots.len().checked_sub(1) else { return false };
        let (number, start) = (last / BLOCK, last / BLOCK * BLOCK);
        let colours = self.colours.get(start..).unwrap_or_default();
        if colours.iter().any(|colour| *colour != FREE) {
            return false;
        }
        let slots = self.slots.get(start..).unwrap_or_default();
        // The key of a free slot is the generation of its next handle.
        let generation = slots.iter().map(|slot| slot.key).max().unwrap_or(0);
        let worn_out = slots.iter().filter(|slot| slot.key == WORN_OUT).count();
        if worn_out > 0 {
            // Many wait for a census, which returns them; one that cannot be had keeps those below it.
            if self.quarantine.len() > LONGEST_QUARANTINE {
                return false;
            }
            self.quarantine.retain(|index| (*index as usize) < start);
        }
        let vacancy = &mut self.vacancy;
        vacancy.unlisted = vacancy.unlisted.saturating_sub(slots.len() - worn_out);
        if vacancy.generations.len() <= number {
            vacancy.generations.resize(number + 1, 0);
        }
        if let Some(first) = vacancy.generations.get_mut(number) {
            // The key of a free slot has no tag.
            *first = generation as u16;
        }
        self.slots.truncate(start);
        self.colours.truncate(start);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::buffer::PIECE;

    #[derive(Default)]
    struct Number;
    impl Object for Number {
        const TAG: u16 = 0xFFFB;
    }

    fn filled(objects: usize) -> Arena<Number> {
        let mut arena = Arena::new();
        for _ in 0..objects {
            arena.allocate(1, 0).unwrap();
        }
        arena
    }

    fn trim(arena: &mut Arena<Number>) {
        arena.favour_low_slots();
        while let Trim::More(_) = arena.trim(100) {}
    }

    #[test]
    fn what_is_not_needed_is_given_back_to_the_last_object() {
        let mut arena = filled(100_000);
        for index in (0..100_000).filter(|index| *index != 50_000) {
            arena.release(index, |_| {});
        }
        trim(&mut arena);
        assert_eq!(arena.slots() as usize, (50_001_usize).next_multiple_of(BLOCK));
        arena.release(50_000, |_| {});
        trim(&mut arena);
        assert!((arena.slots() as usize).abs_diff(SLACK) <= BLOCK);
        assert!(arena.slots.capacity() <= 2 * SLACK + PIECE / size_of::<Slot<Number>>());
        assert!(arena.is_empty());
    }

    #[test]
    fn the_lowest_free_slot_is_used_first() {
        let mut arena = filled(1000);
        for index in [7, 900, 300] {
            arena.release(index, |_| {});
        }
        arena.favour_low_slots();
        assert_eq!(arena.len(), 997);
        let indices: Vec<u32> = (0..4).map(|_| arena.allocate(1, 0).unwrap().0.index()).collect();
        assert_eq!(indices, [7, 300, 900, 1000]);
    }

    #[test]
    fn worn_out_slots_come_back_in_quarantine() {
        let mut arena = filled(20_000);
        for _ in 1..WORN_OUT {
            arena.release(19_999, |_| {});
            arena.allocate(1, 0).unwrap();
        }
        for index in 0..20_000 {
            arena.release(index, |_| {});
        }
        assert_eq!(arena.quarantined(), [19_999]);
        trim(&mut arena);
        assert_eq!(arena.quarantined(), []);
        let indices: Vec<u32> = (0..20_000).map(|_| arena.allocate(1, 0).unwrap().0.index()).collect();
        let block = 19_999 / 16 * 16..19_999 / 16 * 16 + 16;
        assert!(!indices.iter().any(|index| block.contains(index)));
        assert_eq!(arena.quarantined(), block.collect::<Vec<u32>>());
        assert_eq!(arena.len(), 20_000);
    }
}
