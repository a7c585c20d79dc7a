//! The interner: which string has which content.
//!
//! Open addressing with linear probing over pairs of (hash, index in the string arena); the pair's hash decides most
//! comparisons without touching the string. Removal shifts the cluster back, so there are no tombstones. ahash, seeded per
//! heap: nobody can choose strings that collide.
//!
//! **Invariant:** at least a quarter of the places is empty, so that every probe ends.

use std::hash::{BuildHasher, Hasher};

use ahash::RandomState;

use crate::error::HeapError;
use crate::scrap::Scrap;
use crate::watch::{PIECE, Watch};

const EMPTY: u32 = u32::MAX;
const FIRST_CAPACITY: usize = 256;
/// Up to so many places, memory does not matter.
const ROOMY: usize = 1 << 15;

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
}

impl Interner {
    pub(crate) fn new(seed: u64) -> Self {
        let hasher = RandomState::with_seeds(seed, seed.rotate_left(17), !seed, seed ^ 0x5851_F42D_4C95_7F2D);
        Self { hasher, places: vec![NOBODY; FIRST_CAPACITY], len: 0 }
    }

    /// The hash of a string of at most a piece.
    #[inline]
    pub(crate) fn hash(&self, bytes: &[u8]) -> u32 {
        let mut state = self.hasher.build_hasher();
        state.write(bytes);
        // ahash mixes into all bits; half of them are enough.
        state.finish() as u32
    }

    /// The same for a string of more than a piece, which is hashed piece by piece.
    pub(crate) fn hash_long(&self, bytes: &[u8], watch: &Watch) -> Result<u32, HeapError> {
        let mut state = self.hasher.build_hasher();
        for piece in bytes.chunks(PIECE) {
            state.write(piece);
            watch.look()?;
        }
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

    /// Whether it has to grow before one more string. While it is small the set is kept half empty, for short probes.
    #[inline]
    pub(crate) fn is_full(&self) -> bool {
        let places = self.places.len();
        let most = if places <= ROOMY { places / 2 } else { places / 4 * 3 };
        self.len >= most
    }

    /// Doubles it, piece by piece; if that is given up it is as it was.
    pub(crate) fn grow(&mut self, watch: &Watch, scrap: &mut Scrap) -> Result<(), HeapError> {
        /// Places that are gone through between two looks: each string goes to another place of memory.
        const PLACES: usize = 1 << 11;
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
                self.put(*place);
            }
        }
        scrap.take(old);
        Ok(())
    }

    #[inline]
    fn put(&mut self, new: Place) {
        let mask = self.mask();
        let mut at = new.hash as usize & mask;
        while let Some(place) = self.places.get_mut(at) {
            if place.index == EMPTY {
                *place = new;
                return;
            }
            at = (at + 1) & mask;
        }
    }

    /// Adds a string that is not there; [`Interner::grow`] has made room for it.
    #[inline]
    pub(crate) fn insert(&mut self, hash: u32, index: u32) {
        self.put(Place { hash, index });
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
