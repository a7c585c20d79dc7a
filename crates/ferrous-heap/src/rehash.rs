//! How tables grow: insertion of new keys, the index, and the split between array part and entries.
//!
//! As in PUC Lua, a new key that finds no room among the entries has all integer keys counted, and the largest power of
//! two of which more than half would be used becomes the array part's size, unused places being nil. So a table filled
//! from the end becomes an array, a queue, whose low keys are gone, stops being one, and the border of a table with holes
//! lies where PUC Lua has it. The room among the entries is PUC Lua's too, `nodes`, as long as indices may be counted; it is
//! ours to choose when all keys are names, or when so many tombstones are among them that PUC Lua would count at each store.
//!
//! **Invariant:** nothing here runs unless a new key is inserted, so positions are stable while existing keys are assigned.

use crate::error::HeapError;
use crate::table::{Entry, SCANNED_ENTRIES, SCATTERED, Table, VACANT, bloom_bit, normalize_key};
use crate::value::{Value, array_index};

/// Array parts above this size are not counted again because names take the place of other names.
const RECOUNTED: usize = 256;
/// Entries up to which the room is PUC Lua's, however soon it is used up again.
const EXACT: usize = 32;
/// Largest array part (`MAXASIZE`).
const MAX_ARRAY: u32 = 1 << 26;
/// Places for which a growing list takes memory at least.
const SMALL_LIST: usize = 4;

/// What a store under a new key may take.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Growth {
    /// Bytes at most.
    pub(crate) bytes: usize,
    /// The array part's size after a rehash, if it has been counted.
    pub(crate) array: Option<usize>,
}

/// Whether a key may stand in an array part.
fn is_index(key: Value) -> bool {
    key.as_number().and_then(array_index).is_some()
}

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

    /// Gives a table that has just been made the sizes that PUC Lua gives it for these counts (`lua_createtable`).
    pub(crate) fn size(&mut self, array: usize, entries: usize) -> Result<(), HeapError> {
        self.reserve(array, entries)?;
        self.array.resize(array, Value::NIL);
        if entries > 0 {
            // More were refused when they were reserved.
            self.nodes = entries.next_power_of_two() as u32;
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
        if self.entries.capacity() > SCANNED_ENTRIES {
            return self.rebuild_index();
        }
        self.index = Box::default();
        Ok(())
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

    /// Whether indices have a say in where keys go, so that the room among the entries must be PUC Lua's.
    #[inline]
    fn is_counted(&self) -> bool {
        self.has_indices || !self.array.is_empty()
    }

    /// Whether a new key beyond the array part can become an entry as it is.
    #[inline]
    pub(crate) fn has_room_for(&self, key: Value) -> bool {
        let length = self.entries.len();
        length < self.entries.capacity()
            && (length < self.nodes as usize || !self.is_counted() && !is_index(key))
    }

    /// What storing a value under a new key may take at most, for the check against the limit before anything is
    /// allocated. Zero bytes if nothing has to grow.
    #[inline(never)]
    pub(crate) fn growth_bound(&self, key: Value) -> Growth {
        let index = key.as_number().and_then(array_index);
        if let Some(index) = index.filter(|&index| index <= MAX_ARRAY && self.is_list_until(index - 1)) {
            let size = list_size(index);
            let bytes = if size > self.array.capacity() { Self::bytes_for(size, 0) } else { 0 };
            return Growth { bytes, array: None };
        }
        let has_a_place = index.is_some_and(|index| index as usize <= self.array.len());
        if has_a_place || self.has_room_for(key) || self.find(normalize_key(key)).is_some() {
            return Growth::default();
        }
        self.rehash_bound(key)
    }

    /// What a rehash may take at most.
    #[cold]
    #[inline(never)]
    fn rehash_bound(&self, new_key: Value) -> Growth {
        let size = self.best_array_size(new_key);
        let moved = present(self.array.get(size..));
        let entries = ((self.entries.capacity() + moved).max(2) * 2).next_power_of_two();
        let array = if size > self.array.len() { size } else { 0 };
        Growth { bytes: Self::bytes_for(array, entries), array: Some(size) }
    }

    /// Assigns any key but nil and NaN, and says by how many bytes the table has grown (or, negative, shrunk). `array` is
    /// from [`Table::growth_bound`], if that was asked.
    #[inline]
    pub(crate) fn set(&mut self, key: Value, value: Value, array: Option<usize>) -> Result<isize, HeapError> {
        if let Some(number) = key.as_number()
            && let Some(index) = array_index(number)
        {
            return self.set_int(index, value, array);
        }
        self.set_entry(normalize_key(key), value, array)
    }

    /// Assigns an integer key from 1 on.
    #[inline]
    fn set_int(&mut self, index: u32, value: Value, array: Option<usize>) -> Result<isize, HeapError> {
        let place = index.wrapping_sub(1) as usize;
        if place < self.array.len() {
            self.store_scattered(place as u32, value);
            return Ok(0);
        }
        if index <= MAX_ARRAY && self.is_list_until(index - 1) && !value.is_nil() {
            return self.append_growing(index, value);
        }
        self.set_entry(Value::number(f64::from(index)), value, array)
    }

    /// Appends to a list that has no other keys, whose array part a rehash would make as large as the next power of two.
    #[inline(never)]
    pub(crate) fn append_in_place(&mut self, index: u32, value: Value) -> bool {
        let size = (index as usize).next_power_of_two();
        if size > self.array.capacity() || index > MAX_ARRAY {
            return false;
        }
        self.array.push(value);
        self.array.resize(size, Value::NIL);
        self.filled = index;
        true
    }

    fn append_growing(&mut self, index: u32, value: Value) -> Result<isize, HeapError> {
        let before = self.buffer_bytes();
        let size = list_size(index);
        if size > self.array.capacity() {
            let more = size - self.array.len();
            self.array.try_reserve_exact(more).map_err(|_| HeapError::OutOfMemory)?;
        }
        self.append_in_place(index, value);
        Ok(difference(self.buffer_bytes(), before))
    }

    fn set_entry(&mut self, key: Value, value: Value, array: Option<usize>) -> Result<isize, HeapError> {
        if let Some(entry) = self.find(key).and_then(|position| self.entries.get_mut(position)) {
            if entry.value.is_nil() {
                self.absent.set(0);
            }
            entry.value = value;
            return Ok(0);
        }
        if value.is_nil() { Ok(0) } else { self.insert(key, value, array) }
    }

    /// Adds an entry for a string key, if it has none, the value is not nil, and the buffer has room; gives its position.
    /// Growth is for [`crate::Transaction::raw_set`], which asks the budget first.
    #[inline]
    pub fn add_string(&mut self, key: Value, value: Value) -> Option<usize> {
        let position = self.entries.len();
        if !self.has_room_for(key) || value.is_nil() || self.find_string(key).is_some() {
            return None;
        }
        self.absent.set(0);
        self.push_entry(key, value);
        Some(position)
    }

    /// Adds an entry for a key that has none.
    fn insert(&mut self, key: Value, value: Value, array: Option<usize>) -> Result<isize, HeapError> {
        self.absent.set(0);
        let is_first_index = !self.is_counted() && is_index(key);
        if is_first_index && self.entries.len() > self.nodes as usize {
            // What PUC Lua has come to by now, if no names have gone. There are fewer than 2^31 entries.
            self.nodes = self.entries.len().next_power_of_two() as u32;
        }
        if self.has_room_for(key) {
            self.push_entry(key, value);
            return Ok(0);
        }
        let before = self.buffer_bytes();
        if (self.is_counted() || is_first_index) && self.entries.len() < self.nodes as usize {
            self.reserve_entries(self.nodes as usize)?;
            self.push_entry(key, value);
            return Ok(difference(self.buffer_bytes(), before));
        }
        self.rehash(key, array.unwrap_or_else(|| self.best_array_size(key)))?;
        self.place_after_rehash(key, value);
        Ok(difference(self.buffer_bytes(), before))
    }

    /// Stores under the new key that a rehash has made room for, in the array part if that reaches so far now.
    fn place_after_rehash(&mut self, key: Value, value: Value) {
        let index = key.as_number().and_then(array_index);
        match index {
            Some(index) if index as usize <= self.array.len() => self.store_scattered(index - 1, value),
            _ => self.push_entry(key, value),
        }
    }

    #[inline]
    fn push_entry(&mut self, key: Value, value: Value) {
        if key.is_string() {
            self.bloom |= bloom_bit(key);
        } else if is_index(key) {
            self.has_indices = true;
        }
        let position = self.entries.len();
        self.entries.push(Entry { key, value });
        if !self.index.is_empty() {
            self.index_entry(position);
        }
    }

    /// Makes room for one more key, which is on its way: gives the array part its new size, drops tombstones, and grows the
    /// entries unless dropping tombstones freed a quarter of them.
    #[cold]
    #[inline(never)]
    fn rehash(&mut self, new_key: Value, size: usize) -> Result<(), HeapError> {
        if size > self.array.len() {
            self.promote(size)?;
        } else if size < self.array.len() {
            self.demote(size)?;
        }
        let old = self.entries.len();
        self.drop_tombstones();
        let live = self.entries.len();
        let index = new_key.as_number().and_then(array_index);
        let needed = live + usize::from(index.is_none_or(|index| index as usize > size));
        self.has_indices = index.is_some_and(|index| index as usize > size)
            || self.entries.iter().any(|entry| is_index(entry.key));
        let exact = if needed == 0 { 0 } else { needed.next_power_of_two() };
        let is_roomy = live == old || needed <= EXACT || exact - needed >= exact / 4;
        let capacity = if self.is_counted() && is_roomy {
            exact
        } else if live == 0 {
            4
        } else if live * 4 > old * 3 {
            (live * 2).next_power_of_two()
        } else {
            old.max(live + 1)
        };
        self.nodes = u32::try_from(if self.is_counted() { capacity } else { exact })
            .map_err(|_| HeapError::TableOverflow)?;
        if index.is_some() {
            self.entries.shrink_to(capacity.max(SCANNED_ENTRIES));
        }
        self.reserve_entries(capacity)
    }

    fn drop_tombstones(&mut self) {
        self.entries.retain(|entry| !entry.value.is_nil());
        self.bloom = self
            .entries
            .iter()
            .filter(|entry| entry.key.is_string())
            .fold(0, |bloom, entry| bloom | bloom_bit(entry.key));
    }

    /// Makes the array part large enough for an index, and no larger (`luaH_resizearray`). Says whether entries have moved.
    pub(crate) fn extend_array(&mut self, size: usize) -> Result<bool, HeapError> {
        if size > i32::MAX as usize {
            return Err(HeapError::TableOverflow);
        }
        self.promote(size)?;
        if !self.has_indices {
            return Ok(false);
        }
        self.drop_tombstones();
        self.reserve_entries(0)?;
        Ok(true)
    }

    /// The largest power of two of which more than half would be used as an array part, or 0.
    fn best_array_size(&self, new_key: Value) -> usize {
        let integer = |key: Value| key.as_number().and_then(array_index);
        if self.filled != SCATTERED && !self.has_indices {
            // A list, maybe one that grows by one: all of the keys from 1 on.
            let index = integer(new_key);
            let appends = index.is_some_and(|index| index - 1 == self.filled && index <= MAX_ARRAY);
            let count = self.filled as usize + usize::from(appends);
            if appends || index.is_none() {
                return if count == 0 { 0 } else { count.next_power_of_two() };
            }
        }
        // A churn of other keys shall not count a long array part again and again.
        if self.array.len() > RECOUNTED
            && integer(new_key).is_none()
            && self.entries.iter().any(|entry| entry.value.is_nil())
            && !self.entries.iter().any(|entry| integer(entry.key).is_some())
        {
            return self.array.len();
        }
        // counts[b]: number of keys k with 2^(b-1) < k <= 2^b.
        let mut counts = [0_usize; 32];
        let mut integers = 0_usize;
        let count = |counts: &mut [usize; 32], integers: &mut usize, index: u32| {
            if index > MAX_ARRAY {
                return;
            }
            let bucket = (u32::BITS - (index - 1).leading_zeros()) as usize;
            if let Some(count) = counts.get_mut(bucket) {
                *count += 1;
            }
            *integers += 1;
        };
        if self.filled == SCATTERED {
            let (mut from, mut to) = (0, 1);
            for total in &mut counts {
                let Some(rest) = self.array.get(from..).filter(|rest| !rest.is_empty()) else { break };
                let found = present(rest.get(..to - from).or(Some(rest)));
                *total += found;
                integers += found;
                (from, to) = (to, to * 2);
            }
        }
        let keys = self.entries.iter().filter(|entry| !entry.value.is_nil()).map(|entry| entry.key);
        for key in keys.chain([new_key]) {
            if let Some(index) = integer(key) {
                count(&mut counts, &mut integers, index);
            }
        }
        if self.filled != SCATTERED {
            let upto = |bucket: usize| (self.filled as usize).min(1 << bucket);
            for (bucket, count) in counts.iter_mut().enumerate() {
                *count += upto(bucket) - if bucket == 0 { 0 } else { upto(bucket - 1) };
            }
            integers += self.filled as usize;
        }
        let (mut size, mut below) = (0, 0);
        for (bucket, count) in counts.iter().enumerate() {
            let candidate = 1_usize << bucket;
            if candidate / 2 >= integers {
                break;
            }
            below += count;
            if below > candidate / 2 {
                size = candidate;
            }
        }
        size
    }

    /// Moves integer keys up to `size` into the array part.
    fn promote(&mut self, size: usize) -> Result<(), HeapError> {
        let more = size - self.array.len();
        self.array.try_reserve_exact(more).map_err(|_| HeapError::OutOfMemory)?;
        self.array.resize(size, Value::NIL);
        let mut moved = false;
        for entry in &mut self.entries {
            if let Some(index) = entry.key.as_number().and_then(array_index)
                && let Some(place) = self.array.get_mut(index as usize - 1)
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
    fn demote(&mut self, size: usize) -> Result<(), HeapError> {
        let moved = self.array.get(size..).unwrap_or(&[]);
        let count = present(Some(moved));
        self.entries.try_reserve_exact(count).map_err(|_| HeapError::OutOfMemory)?;
        for (offset, value) in moved.iter().enumerate() {
            if !value.is_nil() {
                self.entries.push(Entry { key: Value::number((size + offset + 1) as f64), value: *value });
            }
        }
        self.array.truncate(size);
        self.array.shrink_to_fit();
        self.survey();
        Ok(())
    }
}

/// How many of these values are not nil.
fn present(values: Option<&[Value]>) -> usize {
    values.unwrap_or(&[]).iter().map(|value| usize::from(!value.is_nil())).sum()
}

/// Places that a list of this length takes memory for.
fn list_size(length: u32) -> usize {
    (length as usize).next_power_of_two().max(SMALL_LIST)
}

/// Places of the index for a number of entries: a power of two, at least twice as many.
fn index_length(entries: usize) -> usize {
    entries.saturating_mul(2).checked_next_power_of_two().unwrap_or(usize::MAX)
}

/// How much `after` is above `before`. Buffers are smaller than `isize::MAX`.
fn difference(after: usize, before: usize) -> isize {
    after.wrapping_sub(before) as isize
}
