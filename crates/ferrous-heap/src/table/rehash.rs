//! Rehashes: the split between array part and entries, made anew.
//!
//! As in PUC Lua, a new key that finds no room among the entries has all integer keys counted, and the largest power of
//! two of which more than half would be used becomes the array part's size, unused places being nil. So a table filled
//! from the end becomes an array, a queue, whose low keys are gone, stops being one, and the border of a table with holes
//! lies where PUC Lua has it. Tombstones go at the same time.
//!
//! Counting and moving is given up between two pieces when nobody wants the result any more, as growth is.
//!
//! **Invariant:** nothing here runs unless a new key is inserted, so positions are stable while existing keys are assigned.

use ferrous_arena::reserve_exact;

use super::count::{ELEMENTS, is_index, present};
use super::growth::{Growing, fill, grow};
use super::{Entry, NO_ENTRY, SCANNED_ENTRIES, SCATTERED, Table, bloom_bit};
use crate::error::HeapError;
use crate::value::{Value, array_index};
use crate::watch::Watch;

/// Tables of more places and entries are made anew in other memory.
const LARGE: usize = 1 << 14;
/// Entries up to which the room is PUC Lua's, however soon it is used up again.
const EXACT: usize = 32;
/// Entries for which a table that has none takes memory at least when it grows.
const FIRST_ENTRIES: usize = 2;

impl Table {
    /// Makes room for one more key, which is on its way: gives the array part its new size, drops tombstones, and grows the
    /// entries unless dropping tombstones freed a quarter of them.
    #[cold]
    #[inline(never)]
    pub(super) fn rehash(
        &mut self,
        new_key: Value,
        size: usize,
        growing: &mut Growing<'_>,
    ) -> Result<(), HeapError> {
        let places = self.places();
        let old = self.count as usize;
        if places + old > LARGE {
            return self.rehash_elsewhere(new_key, size, growing);
        }
        let has_tombstones = if size == places {
            self.has_tombstones(growing.watch)?
        } else if size > places {
            self.promote(size, growing)?;
            true
        } else {
            self.demote(size, growing)?;
            true
        };
        let old = old.max(self.count as usize);
        if has_tombstones {
            self.drop_tombstones();
        }
        let live = self.count as usize;
        let index = new_key.as_number().and_then(array_index);
        let needed = live + usize::from(index.is_none_or(|index| index as usize > size));
        self.set_has_indices(
            index.is_some_and(|index| index as usize > size)
                || (self.has_indices() || size < places)
                    && self.entries().iter().any(|entry| is_index(entry.key)),
        );
        let capacity = self.choose_nodes(needed, live, old);
        if index.is_some() && self.entries.len() > capacity.max(SCANNED_ENTRIES) {
            let mut entries = std::mem::take(&mut self.entries).into_vec();
            entries.truncate(capacity.max(SCANNED_ENTRIES));
            self.entries = entries.into_boxed_slice();
        }
        let made = self.reserve_entries(capacity, growing);
        if made.is_err() && has_tombstones {
            // Positions have changed.
            self.index = None;
        }
        made
    }

    /// Chooses for how many entries there shall be room: `needed` of them, where `live` have values and `old` were before.
    fn choose_nodes(&mut self, needed: usize, live: usize, old: usize) -> usize {
        let exact = if needed == 0 { 0 } else { needed.next_power_of_two() };
        let is_roomy = live == old || needed <= EXACT || exact - needed >= exact / 4;
        let capacity = if self.is_counted() && is_roomy {
            exact
        } else if live == 0 {
            FIRST_ENTRIES
        } else if live * 4 > old * 3 {
            (live * 2).next_power_of_two()
        } else {
            old.max(live + 1).next_power_of_two()
        };
        self.set_nodes(if self.is_counted() { capacity } else { exact });
        capacity
    }

    /// [`Table::rehash`] of a large table: what changes is made in other memory, piece by piece, and exchanged at the end. If it is
    /// given up before, nothing has changed.
    #[cold]
    #[inline(never)]
    fn rehash_elsewhere(
        &mut self,
        new_key: Value,
        size: usize,
        growing: &mut Growing<'_>,
    ) -> Result<(), HeapError> {
        let (mut array, mut entries) = (Vec::new(), Vec::new());
        let divided = match self.divide(size, &mut array, &mut entries, growing.watch) {
            Ok(divided) => divided,
            Err(error) => {
                growing.scrap.take(array);
                growing.scrap.take(entries);
                return Err(error);
            }
        };
        let old = self.count as usize + divided.demoted;
        if size != self.places() {
            growing.scrap.take(std::mem::replace(&mut self.array, array.into_boxed_slice()).into_vec());
            self.slack = 0;
            self.filled = divided.filled;
        }
        if divided.changed {
            // Fewer than there were keys.
            self.count = entries.len() as u32;
            self.bloom = divided.bloom;
            growing.scrap.take(std::mem::replace(&mut self.entries, entries.into_boxed_slice()).into_vec());
            // Positions have changed.
            if let Some(index) = self.index.take() {
                growing.scrap.take(index.into_places());
            }
        }
        let live = self.count as usize;
        let index = new_key.as_number().and_then(array_index);
        let is_beyond = index.is_some_and(|index| index as usize > size);
        self.set_has_indices(is_beyond || divided.has_indices);
        let capacity = self.choose_nodes(live + usize::from(index.is_none() || is_beyond), live, old);
        self.reserve_entries(capacity, growing)
    }

    /// Makes an array part of that size, unless it has it already, and the entries beside it, unless they stay the same.
    fn divide(
        &self,
        size: usize,
        array: &mut Vec<Value>,
        entries: &mut Vec<Entry>,
        watch: &Watch,
    ) -> Result<Divided, HeapError> {
        let places = self.places();
        let demoted = present(self.array().get(size..), watch)?;
        let is_demoting = size < places;
        let mut divided = Divided {
            demoted,
            changed: demoted > 0,
            has_indices: demoted > 0,
            bloom: 0,
            filled: self.filled,
        };
        if size != places {
            let kept = self.array().get(..size.min(places)).unwrap_or(&[]);
            reserve_exact(array, size).map_err(|_| HeapError::OutOfMemory)?;
            watch.append_pieces(array, kept)?;
            fill(array, size, Value::NIL, watch)?;
        }
        let index_of = |entry: &Entry| entry.key.as_number().and_then(array_index);
        let goes_to =
            |entry: &Entry| index_of(entry).map(|index| index as usize - 1).filter(|&place| place < size);
        let mut live = demoted;
        for (number, piece) in self.entries().chunks(ELEMENTS).enumerate() {
            watch.look_before(number)?;
            for entry in piece {
                if let Some(place) = goes_to(entry) {
                    divided.changed = true;
                    if let Some(place) = array.get_mut(place).filter(|_| !entry.value.is_nil()) {
                        *place = entry.value;
                    }
                } else if entry.value.is_nil() {
                    divided.changed = true;
                } else {
                    live += 1;
                    divided.has_indices |= (self.has_indices() || is_demoting) && index_of(entry).is_some();
                }
            }
        }
        if size != places {
            divided.filled = filled(array, watch)?;
        }
        if !divided.changed {
            return Ok(divided);
        }
        reserve_exact(entries, live).map_err(|_| HeapError::OutOfMemory)?;
        for (number, piece) in self.entries().chunks(ELEMENTS).enumerate() {
            watch.look_before(number)?;
            for entry in piece.iter().filter(|entry| !entry.value.is_nil() && goes_to(entry).is_none()) {
                if entry.key.is_string() {
                    divided.bloom |= bloom_bit(entry.key);
                }
                entries.push(*entry);
            }
        }
        let beyond = self.array().get(size..).unwrap_or(&[]);
        for (number, piece) in beyond.chunks(ELEMENTS).enumerate() {
            watch.look_before(number)?;
            for (offset, &value) in piece.iter().enumerate().filter(|(_, value)| !value.is_nil()) {
                let key = Value::number((size + number * ELEMENTS + offset + 1) as f64);
                entries.push(Entry { key, value });
            }
        }
        Ok(divided)
    }

    fn drop_tombstones(&mut self) {
        let mut live = 0;
        self.bloom = 0;
        for position in 0..self.count as usize {
            let Some(&entry) = self.entries.get(position) else { break };
            if entry.value.is_nil() {
                continue;
            }
            if entry.key.is_string() {
                self.bloom |= bloom_bit(entry.key);
            }
            if let Some(place) = self.entries.get_mut(live) {
                *place = entry;
            }
            live += 1;
        }
        if let Some(rest) = self.entries.get_mut(live..self.count as usize) {
            rest.fill(NO_ENTRY);
        }
        // No more than there were.
        self.count = live as u32;
    }

    /// Makes the array part large enough for an index, and no larger (`luaH_resizearray`). Says whether entries have moved.
    pub(crate) fn extend_array(&mut self, size: usize, growing: &mut Growing<'_>) -> Result<bool, HeapError> {
        if size > i32::MAX as usize {
            return Err(HeapError::TableOverflow);
        }
        self.promote(size, growing)?;
        if !self.has_indices() {
            return Ok(false);
        }
        self.drop_tombstones();
        self.reserve_entries(0, growing)?;
        Ok(true)
    }

    /// Moves integer keys up to `size` into the array part.
    fn promote(&mut self, size: usize, growing: &mut Growing<'_>) -> Result<(), HeapError> {
        self.set_places(size, growing)?;
        let mut moved = false;
        let entries = self.entries.get_mut(..self.count as usize).unwrap_or(&mut []);
        for entry in entries {
            if let Some(index) = entry.key.as_number().and_then(array_index)
                && let Some(place) =
                    self.array.get_mut(..size).and_then(|array| array.get_mut(index as usize - 1))
            {
                if !entry.value.is_nil() {
                    *place = entry.value;
                    moved = true;
                }
                // Tombstones of these keys must go as well: our callers drop them.
                entry.value = Value::NIL;
            }
        }
        if moved {
            self.survey();
        }
        Ok(())
    }

    /// Moves the values beyond `size` out of the array part.
    fn demote(&mut self, size: usize, growing: &mut Growing<'_>) -> Result<(), HeapError> {
        let count = present(self.array().get(size..), growing.watch)?;
        let needed = self.count as usize + count;
        if needed > self.entries.len() {
            grow(&mut self.entries, needed, NO_ENTRY, growing)?;
        }
        let mut array = std::mem::take(&mut self.array).into_vec();
        for (key, value) in (size + 1..).zip(array.drain(size..)) {
            if let Some(place) = self.entries.get_mut(self.count as usize).filter(|_| !value.is_nil()) {
                *place = Entry { key: Value::number(key as f64), value };
                self.count += 1;
            }
        }
        self.array = array.into_boxed_slice();
        self.slack = 0;
        self.survey();
        Ok(())
    }
}

/// A table divided anew into array part and entries.
struct Divided {
    /// How many values leave the array part.
    demoted: usize,
    /// Whether the entries are others than before.
    changed: bool,
    has_indices: bool,
    bloom: u32,
    filled: u32,
}

/// How far an array part is filled, as [`Table::survey`] finds out.
fn filled(array: &[Value], watch: &Watch) -> Result<u32, HeapError> {
    let mut filled = 0;
    for (number, piece) in array.chunks(ELEMENTS).enumerate() {
        watch.look_before(number)?;
        let values = piece.iter().position(|value| value.is_nil()).unwrap_or(piece.len());
        filled += values;
        if values < piece.len() {
            break;
        }
    }
    let beyond = present(array.get(filled..), watch)?;
    // The array part has fewer than 2^32 places.
    Ok(if beyond == 0 { filled as u32 } else { SCATTERED })
}
