//! How tables grow: insertion of new keys, the index, and the split between array part and entries.
//!
//! The array part is sized as PUC Lua sizes its own: when a buffer is full, all integer keys are counted, and the largest
//! power of two of which more than half would be used becomes the array part's size. So a table filled from the end
//! becomes an array, and a queue, whose low keys are gone, stops being one.
//!
//! **Invariant:** nothing here runs unless a new key is inserted, so positions are stable while existing keys are assigned.

use crate::error::HeapError;
use crate::table::{Entry, SCANNED_ENTRIES, Table, VACANT, bloom_bit, normalize_key};
use crate::value::{Value, array_index};

/// Array parts below this size are never counted again.
const SMALL_ARRAY: usize = 32;

impl Table {
    /// Reserves room at creation. Sizes are the compiler's or a library's guess.
    pub(crate) fn reserve(&mut self, array: usize, entries: usize) -> Result<(), HeapError> {
        if array > self.array.capacity() {
            let more = array - self.array.len();
            self.array.try_reserve_exact(more).map_err(|_| HeapError::OutOfMemory)?;
        }
        if entries > self.entries.capacity() {
            self.reserve_entries(entries)?;
        }
        Ok(())
    }

    /// Bytes that [`Table::reserve`] needs for these sizes.
    pub(crate) fn bytes_for(array: usize, entries: usize) -> usize {
        let index = if entries > SCANNED_ENTRIES {
            index_length(entries).saturating_mul(size_of::<u32>())
        } else {
            0
        };
        array
            .saturating_mul(size_of::<Value>())
            .saturating_add(entries.saturating_mul(size_of::<Entry>()))
            .saturating_add(index)
    }

    fn reserve_entries(&mut self, capacity: usize) -> Result<(), HeapError> {
        if u32::try_from(capacity).is_err() {
            return Err(HeapError::TableOverflow);
        }
        if capacity > self.entries.capacity() {
            let more = capacity - self.entries.len();
            self.entries.try_reserve_exact(more).map_err(|_| HeapError::OutOfMemory)?;
        }
        if self.entries.capacity() > SCANNED_ENTRIES { self.rebuild_index() } else { Ok(()) }
    }

    fn rebuild_index(&mut self) -> Result<(), HeapError> {
        let length = index_length(self.entries.capacity());
        if self.index.len() == length {
            self.index.fill(VACANT);
        } else {
            let mut index = Vec::new();
            index.try_reserve_exact(length).map_err(|_| HeapError::OutOfMemory)?;
            index.resize(length, VACANT);
            self.index = index.into_boxed_slice();
        }
        for position in 0..self.entries.len() {
            self.index_entry(position);
        }
        Ok(())
    }

    #[inline]
    fn index_entry(&mut self, position: usize) {
        let Some(entry) = self.entries.get(position) else { return };
        let mask = self.index.len().wrapping_sub(1);
        let mut at = self.hash(entry.key) & mask;
        while let Some(place) = self.index.get_mut(at) {
            if *place == VACANT {
                // `reserve_entries` keeps the number of entries within u32.
                *place = position as u32;
                return;
            }
            at = (at + 1) & mask;
        }
    }

    /// Whether a buffer is full, so that a new key may need a larger one.
    #[inline(always)]
    pub(crate) fn is_full(&self) -> bool {
        self.array.len() == self.array.capacity() || self.entries.len() == self.entries.capacity()
    }

    /// Bytes that storing a value under a new key may take at most, for the check against the limit before anything is
    /// allocated. Zero if nothing has to grow.
    #[inline(never)]
    pub(crate) fn growth_bound(&self, key: Value) -> usize {
        let array_is_full = self.array.len() == self.array.capacity();
        let entries_are_full = self.entries.len() == self.entries.capacity();
        let index = key.as_number().and_then(array_index);
        let appends = index.is_some_and(|index| index as usize == self.array.len() + 1);
        if appends && (array_is_full || self.entries.is_empty()) {
            return if !array_is_full {
                0
            } else if self.is_sparse() {
                self.rehash_bound(key)
            } else {
                Self::bytes_for(self.array.len().max(4), 0)
            };
        }
        let has_a_place = index.is_some_and(|index| index as usize <= self.array.len());
        if !entries_are_full || has_a_place || self.find(normalize_key(key)).is_some() {
            return 0;
        }
        self.rehash_bound(key)
    }

    /// Bytes that a rehash may take at most.
    #[cold]
    #[inline(never)]
    fn rehash_bound(&self, new_key: Value) -> usize {
        let size = self.best_array_size(new_key);
        let moved = self.array.get(size..).unwrap_or(&[]).iter().filter(|value| !value.is_nil()).count();
        let entries = ((self.entries.capacity() + moved).max(2) * 2).next_power_of_two();
        let array = if size > self.array.len() { size.next_power_of_two() } else { 0 };
        Self::bytes_for(array, entries)
    }

    /// Whether at most half of a large array part is in use, so that it should not grow.
    fn is_sparse(&self) -> bool {
        let length = self.array.len();
        length >= SMALL_ARRAY && self.array.iter().filter(|value| !value.is_nil()).count() * 2 <= length
    }

    /// Assigns any key but nil and NaN, and says by how many bytes the table has grown (or, negative, shrunk).
    #[inline]
    pub(crate) fn set(&mut self, key: Value, value: Value) -> Result<isize, HeapError> {
        if let Some(number) = key.as_number()
            && let Some(index) = array_index(number)
        {
            return self.set_int(index, value);
        }
        self.set_entry(normalize_key(key), value)
    }

    /// Assigns an integer key from 1 on.
    #[inline]
    pub(crate) fn set_int(&mut self, index: u32, value: Value) -> Result<isize, HeapError> {
        let place = index.wrapping_sub(1) as usize;
        if let Some(old) = self.array.get_mut(place) {
            *old = value;
            return Ok(0);
        }
        if place == self.array.len() && self.entries.is_empty() && !value.is_nil() {
            return self.push(value);
        }
        self.set_int_beyond(index, value)
    }

    fn set_int_beyond(&mut self, index: u32, value: Value) -> Result<isize, HeapError> {
        let key = Value::number(f64::from(index));
        if value.is_nil() || self.array.len() != index.wrapping_sub(1) as usize {
            return self.set_entry(key, value);
        }
        let Some(position) = self.find(key) else {
            let grown = self.push(value)?;
            self.pull_from_entries();
            return Ok(grown);
        };
        // The key has its place among the entries, and keeps it: moving it here would disturb a traversal.
        if let Some(entry) = self.entries.get_mut(position) {
            entry.value = value;
        }
        Ok(0)
    }

    #[inline]
    fn push(&mut self, value: Value) -> Result<isize, HeapError> {
        if self.array.len() == self.array.capacity() {
            return self.push_growing(value);
        }
        self.array.push(value);
        Ok(0)
    }

    #[cold]
    #[inline(never)]
    fn push_growing(&mut self, value: Value) -> Result<isize, HeapError> {
        let before = self.buffer_bytes();
        let length = self.array.len();
        if self.is_sparse() {
            let index = u32::try_from(length + 1).map_err(|_| HeapError::TableOverflow)?;
            let key = Value::number(f64::from(index));
            self.rehash(key)?;
            self.place_after_rehash(key, value);
            return Ok(difference(self.buffer_bytes(), before));
        }
        if length >= i32::MAX as usize {
            return Err(HeapError::TableOverflow);
        }
        self.array.try_reserve_exact(length.max(4)).map_err(|_| HeapError::OutOfMemory)?;
        self.array.push(value);
        Ok(difference(self.buffer_bytes(), before))
    }

    /// Moves the keys that follow the array part's end out of the entries.
    fn pull_from_entries(&mut self) {
        while self.array.len() < self.array.capacity() && self.array.len() < i32::MAX as usize {
            let key = Value::number((self.array.len() + 1) as f64);
            let Some(position) = self.find(key) else { return };
            let Some(entry) = self.entries.get_mut(position).filter(|entry| !entry.value.is_nil()) else {
                return;
            };
            let value = std::mem::replace(&mut entry.value, Value::NIL);
            self.array.push(value);
        }
    }

    fn set_entry(&mut self, key: Value, value: Value) -> Result<isize, HeapError> {
        if let Some(entry) = self.find(key).and_then(|position| self.entries.get_mut(position)) {
            if entry.value.is_nil() {
                self.absent.set(0);
            }
            entry.value = value;
            return Ok(0);
        }
        if value.is_nil() { Ok(0) } else { self.insert(key, value) }
    }

    /// Adds an entry for a string key, if it has none, the value is not nil, and the buffer has room; gives its position.
    /// Growth is for [`crate::Transaction::raw_set`], which asks the budget first.
    #[inline]
    pub fn add_string(&mut self, key: Value, value: Value) -> Option<usize> {
        let position = self.entries.len();
        if position == self.entries.capacity() || value.is_nil() || self.find_string(key).is_some() {
            return None;
        }
        self.absent.set(0);
        self.push_entry(key, value);
        Some(position)
    }

    /// Adds an entry for a key that has none.
    fn insert(&mut self, key: Value, value: Value) -> Result<isize, HeapError> {
        self.absent.set(0);
        if self.entries.len() < self.entries.capacity() {
            self.push_entry(key, value);
            return Ok(0);
        }
        let before = self.buffer_bytes();
        self.rehash(key)?;
        self.place_after_rehash(key, value);
        Ok(difference(self.buffer_bytes(), before))
    }

    /// Stores under the new key that a rehash has made room for, in the array part if that reaches so far now.
    fn place_after_rehash(&mut self, key: Value, value: Value) {
        let index = key.as_number().and_then(array_index);
        match index.and_then(|index| self.array.get_mut(index as usize - 1)) {
            Some(place) => *place = value,
            None => self.push_entry(key, value),
        }
    }

    #[inline]
    fn push_entry(&mut self, key: Value, value: Value) {
        if key.is_string() {
            self.bloom |= bloom_bit(key);
        }
        let position = self.entries.len();
        self.entries.push(Entry { key, value });
        if !self.index.is_empty() {
            self.index_entry(position);
        }
    }

    /// Makes room for one more key, which is on its way: chooses the array part's size anew, drops tombstones, and grows the
    /// entries unless dropping tombstones freed a quarter of them.
    #[cold]
    #[inline(never)]
    fn rehash(&mut self, new_key: Value) -> Result<(), HeapError> {
        let size = self.best_array_size(new_key);
        if size > self.array.len() {
            self.promote(size)?;
        } else if size < self.array.len() && self.array.len() >= SMALL_ARRAY {
            self.demote(size)?;
        }
        let old = self.entries.len();
        self.entries.retain(|entry| !entry.value.is_nil());
        let live = self.entries.len();
        self.bloom = self
            .entries
            .iter()
            .filter(|entry| entry.key.is_string())
            .fold(0, |bloom, entry| bloom | bloom_bit(entry.key));
        let capacity = if live == 0 {
            4
        } else if live * 4 > old * 3 {
            (live * 2).next_power_of_two()
        } else {
            old.max(live + 1)
        };
        self.reserve_entries(capacity)
    }

    /// The largest power of two of which more than half would be used as an array part, or less if the last keys are absent.
    fn best_array_size(&self, new_key: Value) -> usize {
        let integer = |key: Value| key.as_number().and_then(array_index);
        // A churn of other keys shall not count a long array part again and again.
        if integer(new_key).is_none() && !self.entries.iter().any(|entry| integer(entry.key).is_some()) {
            return self.array.len();
        }
        // counts[b]: number of keys k with 2^(b-1) < k <= 2^b.
        let mut counts = [0_usize; 32];
        let mut largest = [0_usize; 32];
        let mut integers = 0_usize;
        let mut count = |index: u32| {
            let bucket = (u32::BITS - (index - 1).leading_zeros()) as usize;
            if let (Some(count), Some(largest)) = (counts.get_mut(bucket), largest.get_mut(bucket)) {
                *count += 1;
                *largest = (*largest).max(index as usize);
            }
            integers += 1;
        };
        for (place, value) in self.array.iter().enumerate() {
            if !value.is_nil() {
                // The array part has fewer than 2^31 places.
                count(place as u32 + 1);
            }
        }
        let keys = self.entries.iter().filter(|entry| !entry.value.is_nil()).map(|entry| entry.key);
        for key in keys.chain([new_key]) {
            if let Some(index) = integer(key) {
                count(index);
            }
        }
        let (mut size, mut below, mut last) = (0, 0, 0);
        for (bucket, (count, largest)) in counts.iter().zip(largest).enumerate() {
            let candidate = 1_usize << bucket;
            if candidate / 2 >= integers {
                break;
            }
            below += count;
            last = last.max(largest);
            if below > candidate / 2 {
                size = last;
            }
        }
        size
    }

    /// Moves integer keys up to `size` into the array part.
    fn promote(&mut self, size: usize) -> Result<(), HeapError> {
        let more = size.next_power_of_two() - self.array.len();
        self.array.try_reserve_exact(more).map_err(|_| HeapError::OutOfMemory)?;
        self.array.resize(size, Value::NIL);
        for entry in &mut self.entries {
            if let Some(index) = entry.key.as_number().and_then(array_index)
                && let Some(place) = self.array.get_mut(index as usize - 1)
            {
                if !entry.value.is_nil() {
                    *place = entry.value;
                }
                // Tombstones of these keys must go as well: `rehash` drops them.
                entry.value = Value::NIL;
            }
        }
        Ok(())
    }

    /// Moves the values beyond `size` out of the array part.
    fn demote(&mut self, size: usize) -> Result<(), HeapError> {
        let moved = self.array.get(size..).unwrap_or(&[]);
        let count = moved.iter().filter(|value| !value.is_nil()).count();
        self.entries.try_reserve_exact(count).map_err(|_| HeapError::OutOfMemory)?;
        for (offset, value) in moved.iter().enumerate() {
            if !value.is_nil() {
                self.entries.push(Entry { key: Value::number((size + offset + 1) as f64), value: *value });
            }
        }
        self.array.truncate(size);
        self.array.shrink_to_fit();
        Ok(())
    }
}

/// Places of the index for a number of entries: a power of two, at least twice as many.
fn index_length(entries: usize) -> usize {
    entries.saturating_mul(2).checked_next_power_of_two().unwrap_or(usize::MAX)
}

/// How much `after` is above `before`. Buffers are smaller than `isize::MAX`.
fn difference(after: usize, before: usize) -> isize {
    after.wrapping_sub(before) as isize
}
