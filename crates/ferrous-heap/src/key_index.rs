//! The index of a table with many entries: from a key to its position among them.
//!
//! Open addressing with linear probing, from the key's bits, mixed with the heap's secret seed, to positions. It lies behind a
//! pointer of the table, since most tables are too small to have one.
//!
//! **Invariant:** places are a power of two, at least twice as many as there are entries, so that every probe ends at a vacant
//! one.

use crate::error::HeapError;
use crate::scrap::Scrap;
use crate::table::Entry;
use crate::table::life::copy_buffer;
use crate::value::Value;
use crate::watch::{PIECE, Watch};

const VACANT: u32 = u32::MAX;

/// Positions of entries by key.
#[derive(Clone, Debug)]
pub(crate) struct KeyIndex {
    places: Vec<u32>,
    /// Secret of the heap, mixed into the hashes.
    seed: u32,
}

impl KeyIndex {
    /// Memory for so many entries, which [`KeyIndex::clear`] makes an index.
    pub(crate) fn new(entries: usize, seed: u32) -> Result<Self, HeapError> {
        let mut places = Vec::new();
        places.try_reserve_exact(places_for(entries)).map_err(|_| HeapError::OutOfMemory)?;
        Ok(Self { places, seed })
    }

    /// A copy, made piece by piece.
    pub(crate) fn copy(&self, watch: &Watch, scrap: &mut Scrap) -> Result<Self, HeapError> {
        Ok(Self { places: copy_buffer(&self.places, watch, scrap)?, seed: self.seed })
    }

    /// Whether it has room for just so many entries.
    pub(crate) fn fits(&self, entries: usize) -> bool {
        self.places.len() == places_for(entries)
    }

    /// Empties it, piece by piece; so many entries are those that it fits. If it is given up it is of no use.
    pub(crate) fn clear(&mut self, entries: usize, watch: &Watch) -> Result<(), HeapError> {
        const PLACES: usize = PIECE / size_of::<u32>();
        let length = places_for(entries);
        self.places.clear();
        while self.places.len() < length {
            watch.look_before(self.places.len())?;
            self.places.resize(length.min(self.places.len() + PLACES), VACANT);
        }
        Ok(())
    }

    #[inline(always)]
    fn hash(&self, key: Value) -> usize {
        const ODD: u64 = 0x9E37_79B9_7F4A_7C15;
        let secret = u64::from(self.seed).wrapping_mul(0xF39C_C060_5CED_C835);
        let product = u128::from(key.bits() ^ secret) * u128::from(ODD);
        // Both halves of the product; the mask takes the low bits.
        ((product >> 64) as u64 ^ product as u64) as usize
    }

    /// The position of a key among `entries`.
    #[inline]
    pub(crate) fn find(&self, entries: &[Entry], key: Value) -> Option<usize> {
        let mask = self.places.len().wrapping_sub(1);
        let mut at = self.hash(key) & mask;
        while let Some(&position) = self.places.get(at) {
            // A vacant place leads beyond the entries.
            let entry = entries.get(position as usize)?;
            if entry.key == key {
                return Some(position as usize);
            }
            at = (at + 1) & mask;
        }
        None
    }

    /// Adds a key that is not there.
    #[inline]
    pub(crate) fn add(&mut self, key: Value, position: u32) {
        let mask = self.places.len().wrapping_sub(1);
        let mut at = self.hash(key) & mask;
        while let Some(place) = self.places.get_mut(at) {
            if *place == VACANT {
                *place = position;
                return;
            }
            at = (at + 1) & mask;
        }
    }

    /// Its buffer, to be freed.
    pub(crate) fn into_places(self) -> Vec<u32> {
        self.places
    }

    /// Bytes that it takes.
    pub(crate) fn memory(&self) -> usize {
        size_of::<Self>() + size_of_val(&*self.places)
    }

    /// Bytes that an index for so many entries takes.
    pub(crate) fn bytes_for(entries: usize) -> usize {
        places_for(entries).saturating_mul(size_of::<u32>()).saturating_add(size_of::<Self>())
    }
}

/// Places for a number of entries: a power of two, at least twice as many.
fn places_for(entries: usize) -> usize {
    entries.saturating_mul(2).checked_next_power_of_two().unwrap_or(usize::MAX)
}
