//! The interner: which string has which content.
//!
//! Open addressing with linear probing over pairs of (hash, index in the string arena); the pair's hash decides most
//! comparisons without touching the string. Removal shifts the cluster back, so there are no tombstones. ahash, seeded per
//! heap: nobody can choose strings that collide.
//!
//! **Invariant:** at least a quarter of the places is empty, so that every probe ends.

use std::hash::{BuildHasher, Hasher};

use ahash::RandomState;
use ferrous_arena::Arena;

use crate::error::HeapError;
use crate::scrap::Scrap;
use crate::text::Text;
use crate::watch::{PIECE, Watch};

const EMPTY: u32 = u32::MAX;
const FIRST_CAPACITY: usize = 256;
/// Up to so many places, memory does not matter.
const ROOMY: usize = 1 << 15;
/// The fewest places that a set which is made smaller has.
const LEAST_SHORTENED: usize = 1 << 13;

#[derive(Clone, Copy, Debug)]
struct Place {
    hash: u32,
    index: u32,
}

const NOBODY: Place = Place { hash: 0, index: EMPTY };

/// A set of strings, by content.
#[derive(Debug)]
pub(crate) struct Interner {
    hasher: RandomState,
    places: Vec<Place>,
    len: usize,
    /// Strings from which on it has to grow, or to give its successor up.
    most: usize,
    /// A smaller set in the making.
    successor: Option<Successor>,
}

/// What a set that is far too large becomes, step by step. A string that is added meanwhile puts an end to it; strings that are
/// removed do when it is complete, if it has them.
#[derive(Debug)]
struct Successor {
    places: Vec<Place>,
    /// How many it shall have.
    length: usize,
    /// The string to look at next.
    next: u32,
    len: usize,
}

/// Strings from which on a set with so many places has to grow. While it is small it is kept half empty, for short probes.
fn most_for(places: usize) -> usize {
    if places <= ROOMY { places / 2 } else { places / 4 * 3 }
}

/// Puts a string into the first empty place of its cluster.
#[inline(always)]
fn put(places: &mut [Place], new: Place) {
    let mask = places.len().wrapping_sub(1);
    let mut at = new.hash as usize & mask;
    while let Some(place) = places.get_mut(at) {
        if place.index == EMPTY {
            *place = new;
            return;
        }
        at = (at + 1) & mask;
    }
}

impl Interner {
    pub(crate) fn new(seed: u64) -> Self {
        let hasher = RandomState::with_seeds(seed, seed.rotate_left(17), !seed, seed ^ 0x5851_F42D_4C95_7F2D);
        let (places, most) = (vec![NOBODY; FIRST_CAPACITY], most_for(FIRST_CAPACITY));
        Self { hasher, places, len: 0, most, successor: None }
    }

    /// The hash of a string of at most a piece.
    #[inline]
    pub(crate) fn hash(&self, bytes: &[u8]) -> u32 {
        let mut state = self.hasher.build_hasher();
        state.write(bytes);
        // ahash mixes into all bits; half of them are enough.
        state.finish() as u32
    }

    /// The same for a string of more than a piece, which is hashed piece by piece, in lanes that do not wait for one another.
    pub(crate) fn hash_long(&self, bytes: &[u8], watch: &Watch) -> Result<u32, HeapError> {
        const LANES: usize = 4;
        /// Bytes that a lane takes at a time.
        const STRIDE: usize = 128;
        let mut lanes = [(); LANES].map(|()| self.hasher.build_hasher());
        for piece in bytes.chunks(PIECE) {
            for row in piece.chunks(LANES * STRIDE) {
                for (lane, part) in lanes.iter_mut().zip(row.chunks(STRIDE)) {
                    lane.write(part);
                }
            }
            watch.look()?;
        }
        let mut state = self.hasher.build_hasher();
        lanes.iter().for_each(|lane| state.write_u64(lane.finish()));
        Ok(state.finish() as u32)
    }

    #[inline(always)]
    fn mask(&self) -> usize {
        self.places.len().wrapping_sub(1)
    }

    /// The index of the string with this hash that `matches`.
    #[inline]
    pub(crate) fn find(&self, hash: u32, mut matches: impl FnMut(u32) -> bool) -> Option<u32> {
        let mask = self.mask();
        let mut at = hash as usize & mask;
        while let Some(place) = self.places.get(at) {
            if place.index == EMPTY {
                return None;
            }
            if place.hash == hash && matches(place.index) {
                return Some(place.index);
            }
            at = (at + 1) & mask;
        }
        None
    }

    /// Whether it has to grow before one more string.
    #[inline]
    pub(crate) fn is_full(&self) -> bool {
        self.len >= self.most
    }

    /// Doubles it, piece by piece; if that is given up it is as it was.
    pub(crate) fn grow(&mut self, watch: &Watch, scrap: &mut Scrap) -> Result<(), HeapError> {
        /// Places that are gone through between two looks: each string goes to another place of memory.
        const PLACES: usize = 1 << 11;
        self.give_successor_up(scrap);
        if !self.is_full() {
            return Ok(());
        }
        let length = self.places.len() * 2;
        let mut larger = Vec::new();
        larger.try_reserve_exact(length).map_err(|_| HeapError::OutOfMemory)?;
        let old = std::mem::replace(&mut self.places, larger);
        let mut grown = Ok(());
        while self.places.len() < length && grown.is_ok() {
            grown = watch.look_before(self.places.len());
            self.places.resize(length.min(self.places.len() + PIECE), NOBODY);
        }
        for (number, piece) in old.chunks(PLACES).enumerate() {
            grown = grown.and_then(|()| watch.look_before(number));
            if grown.is_err() {
                scrap.take(std::mem::replace(&mut self.places, old));
                return grown;
            }
            for place in piece.iter().filter(|place| place.index != EMPTY) {
                put(&mut self.places, *place);
            }
        }
        scrap.take(old);
        self.most = most_for(length);
        Ok(())
    }

    fn give_successor_up(&mut self, scrap: &mut Scrap) {
        if let Some(successor) = self.successor.take() {
            scrap.take(successor.places);
        }
        self.most = most_for(self.places.len());
    }

    /// Makes a set smaller that has many more places than its strings need, for about so much work; true if there is no more to
    /// do.
    pub(crate) fn shorten(&mut self, work: usize, strings: &Arena<Text>, scrap: &mut Scrap) -> bool {
        /// Places that are made at a time, and how many units of work that is.
        const PLACES: usize = 1 << 12;
        const WORK_PER_PLACES: usize = 400;
        const WORK_PER_STRING: usize = 4;
        let length = (self.len * 4).next_power_of_two().max(LEAST_SHORTENED);
        if self.successor.is_none() && self.places.len() < length * 2 {
            return true;
        }
        self.most = 0;
        let successor =
            self.successor.get_or_insert_with(|| Successor { places: Vec::new(), length, next: 0, len: 0 });
        let missing = successor.length - successor.places.len();
        if successor.places.try_reserve_exact(missing).is_err() {
            self.give_successor_up(scrap);
            return true;
        }
        let mut left = work;
        while left > 0 && successor.places.len() < successor.length {
            let length = successor.length.min(successor.places.len() + PLACES);
            successor.places.resize(length, NOBODY);
            left = left.saturating_sub(WORK_PER_PLACES);
        }
        while left > 0 {
            let Some((index, _)) = strings.occupied_from(successor.next) else {
                let is_complete = successor.len == self.len;
                if is_complete {
                    std::mem::swap(&mut self.places, &mut successor.places);
                }
                self.give_successor_up(scrap);
                return is_complete;
            };
            if let Some(slot) = strings.slot_at(index) {
                put(&mut successor.places, Place { hash: slot.value.hash, index });
                successor.len += 1;
            }
            left = left.saturating_sub(WORK_PER_STRING + (index - successor.next) as usize / 8);
            successor.next = index + 1;
        }
        false
    }

    /// Adds a string that is not there; [`Interner::grow`] has made room for it.
    #[inline]
    pub(crate) fn insert(&mut self, hash: u32, index: u32) {
        put(&mut self.places, Place { hash, index });
        self.len += 1;
    }

    /// Removes a string.
    pub(crate) fn remove(&mut self, hash: u32, index: u32) {
        let mask = self.mask();
        let mut hole = hash as usize & mask;
        loop {
            match self.places.get(hole) {
                Some(place) if place.index == index => break,
                Some(place) if place.index != EMPTY => hole = (hole + 1) & mask,
                _ => return,
            }
        }
        self.len -= 1;
        // Whoever stands behind the hole and would have been allowed to stand in it moves up.
        let mut at = hole;
        loop {
            at = (at + 1) & mask;
            let Some(&place) = self.places.get(at) else { break };
            if place.index == EMPTY {
                break;
            }
            let distance = at.wrapping_sub(place.hash as usize) & mask;
            if distance >= (at.wrapping_sub(hole) & mask) {
                if let Some(gap) = self.places.get_mut(hole) {
                    *gap = place;
                }
                hole = at;
            }
        }
        if let Some(gap) = self.places.get_mut(hole) {
            *gap = NOBODY;
        }
    }

    /// Bytes that it takes.
    pub(crate) fn memory(&self) -> usize {
        self.places.capacity() * size_of::<Place>()
    }

    /// Number of strings.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.len
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn removal_keeps_clusters_reachable() {
        let mut interner = Interner::new(1);
        let (watch, mut scrap) = (Watch::default(), Scrap::default());
        let mut model = HashMap::new();
        // Few distinct hashes, so that clusters are long; a small generator, so that the order is mixed.
        let mut state = 12345_u32;
        for index in 0..20_000_u32 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let hash = (state >> 16) % 300;
            if interner.is_full() {
                interner.grow(&watch, &mut scrap).unwrap();
            }
            interner.insert(hash, index);
            model.insert(index, hash);
            if index % 3 != 0 {
                let victim = (state >> 8) % (index + 1);
                if let Some(hash) = model.remove(&victim) {
                    interner.remove(hash, victim);
                }
            }
            if index % 512 == 0 {
                for (&index, &hash) in &model {
                    assert_eq!(interner.find(hash, |found| found == index), Some(index));
                }
            }
        }
        assert_eq!(interner.len(), model.len());
    }
}
