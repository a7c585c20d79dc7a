//! How tables grow: insertion of new keys, the index, and the split between array part and entries.
//!
//! As in PUC Lua, a new key that finds no room among the entries has all integer keys counted, and the largest power of
//! two of which more than half would be used becomes the array part's size, unused places being nil. So a table filled
//! from the end becomes an array, a queue, whose low keys are gone, stops being one, and the border of a table with holes
//! lies where PUC Lua has it. The room among the entries is PUC Lua's too, `nodes`, as long as indices may be counted; it is
//! ours to choose when all keys are names, or when so many tombstones are among them that PUC Lua would count at each store.
//!
//! What takes long in a large table is done in pieces, and given up between two of them when nobody wants the result any more
//! (`watch`): the table is then as it was, or lacks its index, and keys are found by a scan until it grows again.
//!
//! **Invariant:** nothing here runs unless a new key is inserted, so positions are stable while existing keys are assigned.

use crate::error::HeapError;
use crate::key_index::KeyIndex;
use crate::scrap::Scrap;
use crate::table::{Entry, MAX_SLACK, NO_ENTRY, SCANNED_ENTRIES, SCATTERED, Table, bloom_bit, normalize_key};
use crate::value::{Value, array_index};
use crate::watch::{PIECE, Watch};

/// Array parts above this size are not counted again because names take the place of other names.
const RECOUNTED: usize = 256;
/// Entries up to which the room is PUC Lua's, however soon it is used up again.
const EXACT: usize = 32;
/// Largest array part (`MAXASIZE`).
const MAX_ARRAY: u32 = 1 << 26;
/// Places for which a growing list takes memory at least.
const SMALL_LIST: usize = 4;

/// Entries up to which memory is taken for all that there shall be room for. Beyond, it is taken by eighths.
const GROWN_AT_ONCE: usize = 64;
/// Entries for which a table that has none takes memory at least when it grows.
const FIRST_ENTRIES: usize = 2;

/// Elements that are counted, moved or filled between two looks.
const ELEMENTS: usize = PIECE / size_of::<Entry>();
/// Keys that are put into an index between two looks: each goes to another place of memory.
const INDEXED: usize = 1 << 10;

/// What a store needs if it makes a table grow.
#[derive(Debug)]
pub(crate) struct Growing<'h> {
    /// The array part's size after a rehash, from [`Table::growth_bound`], if that was asked.
    pub(crate) array: Option<usize>,
    /// Secret of the heap.
    pub(crate) seed: u32,
    /// Says whether to go on.
    pub(crate) watch: &'h Watch,
    /// For buffers that are not needed any more.
    pub(crate) scrap: &'h mut Scrap,
}

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
    /// Reserves room at creation. Sizes are a library's guess.
    pub(crate) fn reserve(
        &mut self,
        array: usize,
        entries: usize,
        growing: &mut Growing<'_>,
    ) -> Result<(), HeapError> {
        let array = array.min(MAX_SLACK);
        if array > self.array.len() {
            grow(&mut self.array, array, Value::NIL, growing.watch)?;
            // No place is there yet.
            self.slack = array as u8;
        }
        if entries > self.entries.len() { self.reserve_entries(entries, growing) } else { Ok(()) }
    }

    /// Gives a table that has just been made the sizes that PUC Lua gives it for these counts (`lua_createtable`).
    pub(crate) fn size(
        &mut self,
        array: usize,
        entries: usize,
        growing: &mut Growing<'_>,
    ) -> Result<(), HeapError> {
        self.set_places(array, growing.watch)?;
        if entries > 0 {
            if entries > self.entries.len() {
                self.reserve_entries(entries, growing)?;
            }
            self.set_nodes(entries);
        }
        Ok(())
    }

    /// Gives the array part so many places, more than before, for which memory is taken exactly if it is not there.
    fn set_places(&mut self, places: usize, watch: &Watch) -> Result<(), HeapError> {
        if places > self.array.len() {
            grow(&mut self.array, places, Value::NIL, watch)?;
        }
        // Growing leaves none, and otherwise it becomes less.
        self.slack = (self.array.len() - places) as u8;
        Ok(())
    }

    /// Bytes that [`Table::reserve`] needs for these sizes.
    pub(crate) fn bytes_for(array: usize, entries: usize) -> usize {
        let index = if entries > SCANNED_ENTRIES { KeyIndex::bytes_for(entries) } else { 0 };
        array
            .saturating_mul(size_of::<Value>())
            .saturating_add(entries.saturating_mul(size_of::<Entry>()))
            .saturating_add(index)
    }

    fn reserve_entries(&mut self, capacity: usize, growing: &mut Growing<'_>) -> Result<(), HeapError> {
        if u32::try_from(capacity).is_err() {
            return Err(HeapError::TableOverflow);
        }
        let capacity = self.next_step(capacity);
        if capacity > self.entries.len() {
            grow(&mut self.entries, capacity, NO_ENTRY, growing.watch)?;
        }
        if self.entries.len() > SCANNED_ENTRIES {
            return self.rebuild_index(growing);
        }
        self.index = None;
        Ok(())
    }

    /// For how many entries memory is taken now if there shall be room for `capacity` in the end: what is not used soon is
    /// not taken yet.
    fn next_step(&self, capacity: usize) -> usize {
        if capacity <= GROWN_AT_ONCE {
            return capacity;
        }
        let step = capacity / 8;
        let begun = (self.count as usize).max(capacity / 2) / step;
        ((begun + 1) * step).min(capacity)
    }

    /// Takes memory for more of [`Table::nodes`]. The entries stay as they are.
    fn take_nodes(&mut self, growing: &mut Growing<'_>) -> Result<(), HeapError> {
        let nodes = self.nodes();
        if self.index.as_ref().is_some_and(|index| index.fits(nodes)) {
            let length = self.next_step(nodes);
            return grow(&mut self.entries, length, NO_ENTRY, growing.watch);
        }
        self.reserve_entries(nodes, growing)
    }

    /// Makes an index of all entries. If it fails there is none.
    fn rebuild_index(&mut self, growing: &mut Growing<'_>) -> Result<(), HeapError> {
        let (capacity, watch) = (self.entries.len(), growing.watch);
        let mut index = match self.index.take() {
            Some(index) if index.fits(capacity) => index,
            old => {
                if let Some(old) = old {
                    growing.scrap.take(old.into_places());
                }
                Box::new(KeyIndex::new(capacity, growing.seed)?)
            }
        };
        let mut made = index.clear(capacity, watch);
        let mut position = 0;
        for (number, piece) in self.entries().chunks(INDEXED).enumerate() {
            made = made.and_then(|()| watch.look_before(number));
            if made.is_err() {
                growing.scrap.take(index.into_places());
                return made;
            }
            for entry in piece {
                index.add(entry.key, position);
                position += 1;
            }
        }
        self.index = Some(index);
        made
    }

    /// Whether indices have a say in where keys go, so that the room among the entries must be PUC Lua's.
    #[inline]
    fn is_counted(&self) -> bool {
        self.has_indices() || self.places() != 0
    }

    /// Whether a new key beyond the array part can become an entry as it is.
    #[inline]
    pub(crate) fn has_room_for(&self, key: Value) -> bool {
        let length = self.count as usize;
        length < self.entries.len() && (length < self.nodes() || !self.is_counted() && !is_index(key))
    }

    /// What storing a value under a new key may take at most, for the check against the limit before anything is
    /// allocated. Zero bytes if nothing has to grow.
    #[inline(never)]
    pub(crate) fn growth_bound(&self, key: Value, watch: &Watch) -> Result<Growth, HeapError> {
        let index = key.as_number().and_then(array_index);
        if let Some(index) = index.filter(|&index| index <= MAX_ARRAY && self.is_list_until(index - 1)) {
            let size = list_size(index);
            let bytes = if size > self.array.len() { Self::bytes_for(size, 0) } else { 0 };
            return Ok(Growth { bytes, array: None });
        }
        let has_a_place = index.is_some_and(|index| index as usize <= self.places());
        if has_a_place || self.has_room_for(key) || self.find(normalize_key(key)).is_some() {
            return Ok(Growth::default());
        }
        self.rehash_bound(key, watch)
    }

    /// What a rehash may take at most.
    #[cold]
    #[inline(never)]
    fn rehash_bound(&self, new_key: Value, watch: &Watch) -> Result<Growth, HeapError> {
        let size = self.best_array_size(new_key, watch)?;
        let moved = present(self.array().get(size..), watch)?;
        let entries = ((self.entries.len() + moved).max(2) * 2).next_power_of_two();
        let array = if size > self.array.len() { size } else { 0 };
        Ok(Growth { bytes: Self::bytes_for(array, entries), array: Some(size) })
    }

    /// Assigns any key but nil and NaN, and says by how many bytes the table has grown (or, negative, shrunk).
    #[inline]
    pub(crate) fn set(
        &mut self,
        key: Value,
        value: Value,
        growing: &mut Growing<'_>,
    ) -> Result<isize, HeapError> {
        if let Some(number) = key.as_number()
            && let Some(index) = array_index(number)
        {
            return self.set_int(index, value, growing);
        }
        self.set_entry(normalize_key(key), value, growing)
    }

    /// Assigns an integer key from 1 on.
    #[inline]
    fn set_int(&mut self, index: u32, value: Value, growing: &mut Growing<'_>) -> Result<isize, HeapError> {
        let place = index.wrapping_sub(1) as usize;
        if place < self.places() {
            self.store_scattered(place as u32, value);
            return Ok(0);
        }
        if index <= MAX_ARRAY && self.is_list_until(index - 1) && !value.is_nil() {
            return self.append_growing(index, value, growing.watch);
        }
        self.set_entry(Value::number(f64::from(index)), value, growing)
    }

    /// Appends to a list that has no other keys, whose array part a rehash would make as large as the next power of two.
    #[inline(never)]
    pub(crate) fn append_in_place(&mut self, index: u32, value: Value) -> bool {
        let size = (index as usize).next_power_of_two();
        let (Some(slack), Some(place)) =
            (self.array.len().checked_sub(size), self.array.get_mut(index as usize - 1))
        else {
            return false;
        };
        if index > MAX_ARRAY || slack > MAX_SLACK {
            return false;
        }
        *place = value;
        self.slack = slack as u8;
        self.filled = index;
        true
    }

    fn append_growing(&mut self, index: u32, value: Value, watch: &Watch) -> Result<isize, HeapError> {
        let before = self.buffer_bytes();
        let size = list_size(index);
        if size > self.array.len() {
            grow(&mut self.array, size, Value::NIL, watch)?;
        }
        self.append_in_place(index, value);
        Ok(difference(self.buffer_bytes(), before))
    }

    fn set_entry(&mut self, key: Value, value: Value, growing: &mut Growing<'_>) -> Result<isize, HeapError> {
        if let Some(entry) = self.find(key).and_then(|position| self.entries.get_mut(position)) {
            if entry.value.is_nil() {
                self.absent.set(0);
            }
            entry.value = value;
            return Ok(0);
        }
        if value.is_nil() && self.ignores_nil(key) { Ok(0) } else { self.insert(key, value, growing) }
    }

    /// Whether nil under this key, which is absent, may be ignored. PUC Lua makes an entry of it, which can make it count
    /// anew; that matters only where indices are.
    #[inline]
    pub(crate) fn ignores_nil(&self, key: Value) -> bool {
        key.is_string() && !self.is_counted()
    }

    /// Puts a new key in the place of the only one, if that is gone and PUC Lua has a single place for both.
    fn replace_only(&mut self, key: Value, value: Value) -> bool {
        let is_free = self.count == 1
            && self.nodes() == 1
            && self.index.is_none()
            && self.entries.first().is_some_and(|entry| entry.value.is_nil());
        if is_free {
            self.count = 0;
            self.bloom = 0;
            self.set_has_indices(false);
            self.push_entry(key, value);
        }
        is_free
    }

    /// Adds an entry for a string key, if it has none, the value is not nil, and the buffer has room; gives its position.
    /// Growth is for [`crate::Transaction::raw_set`], which asks the budget first.
    #[inline]
    pub fn add_string(&mut self, key: Value, value: Value) -> Option<usize> {
        let position = self.count as usize;
        if !self.has_room_for(key) || value.is_nil() || self.find_string(key).is_some() {
            return None;
        }
        self.absent.set(0);
        self.push_entry(key, value);
        Some(position)
    }

    /// Adds an entry for a key that has none.
    fn insert(&mut self, key: Value, value: Value, growing: &mut Growing<'_>) -> Result<isize, HeapError> {
        self.absent.set(0);
        let is_first_index = !self.is_counted() && is_index(key);
        if is_first_index && self.count as usize > self.nodes() {
            // What PUC Lua has come to by now, if no names have gone.
            self.set_nodes(self.count as usize);
        }
        if self.replace_only(key, value) {
            return Ok(0);
        }
        if self.has_room_for(key) {
            self.push_entry(key, value);
            return Ok(0);
        }
        let before = self.buffer_bytes();
        if (self.count as usize) < self.nodes() {
            self.take_nodes(growing)?;
            self.push_entry(key, value);
            return Ok(difference(self.buffer_bytes(), before));
        }
        let size = match growing.array {
            Some(size) => size,
            None => self.best_array_size(key, growing.watch)?,
        };
        self.rehash(key, size, growing)?;
        self.place_after_rehash(key, value);
        Ok(difference(self.buffer_bytes(), before))
    }

    /// Stores under the new key that a rehash has made room for, in the array part if that reaches so far now.
    fn place_after_rehash(&mut self, key: Value, value: Value) {
        let index = key.as_number().and_then(array_index);
        match index {
            Some(index) if index as usize <= self.places() => self.store_scattered(index - 1, value),
            _ => self.push_entry(key, value),
        }
    }

    /// Adds an entry, for which there is room.
    #[inline]
    pub(crate) fn push_entry(&mut self, key: Value, value: Value) {
        if key.is_string() {
            self.bloom |= bloom_bit(key);
        } else if is_index(key) {
            self.set_has_indices(true);
        }
        let position = self.count;
        let Some(place) = self.entries.get_mut(position as usize) else { return };
        *place = Entry { key, value };
        self.count += 1;
        if let Some(index) = &mut self.index {
            index.add(key, position);
        }
    }

    /// Makes room for one more key, which is on its way: gives the array part its new size, drops tombstones, and grows the
    /// entries unless dropping tombstones freed a quarter of them.
    #[cold]
    #[inline(never)]
    fn rehash(&mut self, new_key: Value, size: usize, growing: &mut Growing<'_>) -> Result<(), HeapError> {
        let places = self.places();
        let old = self.count as usize;
        let has_tombstones = if size == places {
            self.has_tombstones(growing.watch)?
        } else if size > places {
            self.promote(size, growing.watch)?;
            true
        } else {
            self.demote(size, growing.watch)?;
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

    fn has_tombstones(&self, watch: &Watch) -> Result<bool, HeapError> {
        for (number, piece) in self.entries().chunks(ELEMENTS).enumerate() {
            watch.look_before(number)?;
            if piece.iter().any(|entry| entry.value.is_nil()) {
                return Ok(true);
            }
        }
        Ok(false)
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
        self.promote(size, growing.watch)?;
        if !self.has_indices() {
            return Ok(false);
        }
        self.drop_tombstones();
        self.reserve_entries(0, growing)?;
        Ok(true)
    }

    /// The largest power of two of which more than half would be used as an array part, or 0.
    fn best_array_size(&self, new_key: Value, watch: &Watch) -> Result<usize, HeapError> {
        let integer = |key: Value| key.as_number().and_then(array_index);
        if self.filled != SCATTERED && !self.has_indices() {
            // A list, maybe one that grows by one: all of the keys from 1 on.
            let index = integer(new_key);
            let appends = index.is_some_and(|index| index - 1 == self.filled && index <= MAX_ARRAY);
            let count = self.filled as usize + usize::from(appends);
            if appends || index.is_none() {
                return Ok(if count == 0 { 0 } else { count.next_power_of_two() });
            }
        }
        // A churn of other keys shall not count a long array part again and again.
        if self.places() > RECOUNTED
            && integer(new_key).is_none()
            && self.entries().iter().any(|entry| entry.value.is_nil())
            && !self.entries().iter().any(|entry| integer(entry.key).is_some())
        {
            return Ok(self.places());
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
                let Some(rest) = self.array().get(from..).filter(|rest| !rest.is_empty()) else { break };
                let found = present(rest.get(..to - from).or(Some(rest)), watch)?;
                *total += found;
                integers += found;
                (from, to) = (to, to * 2);
            }
        }
        for (number, piece) in self.entries().chunks(ELEMENTS).enumerate() {
            watch.look_before(number)?;
            for entry in piece {
                if let Some(index) = integer(entry.key).filter(|_| !entry.value.is_nil()) {
                    count(&mut counts, &mut integers, index);
                }
            }
        }
        if let Some(index) = integer(new_key) {
            count(&mut counts, &mut integers, index);
        }
        if self.filled != SCATTERED {
            let upto = |bucket: usize| (self.filled as usize).min(1 << bucket);
            let mut below = 0;
            for (bucket, count) in counts.iter_mut().enumerate() {
                if below == self.filled as usize {
                    break;
                }
                *count += upto(bucket) - below;
                below = upto(bucket);
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
        Ok(size)
    }

    /// Moves integer keys up to `size` into the array part.
    fn promote(&mut self, size: usize, watch: &Watch) -> Result<(), HeapError> {
        self.set_places(size, watch)?;
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
    fn demote(&mut self, size: usize, watch: &Watch) -> Result<(), HeapError> {
        let count = present(self.array().get(size..), watch)?;
        let needed = self.count as usize + count;
        if needed > self.entries.len() {
            grow(&mut self.entries, needed, NO_ENTRY, watch)?;
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

/// Makes a buffer longer, piece by piece; one that is given up is as long as it was.
fn grow<T: Copy>(buffer: &mut Box<[T]>, length: usize, blank: T, watch: &Watch) -> Result<(), HeapError> {
    let mut grown = std::mem::take(buffer).into_vec();
    let before = grown.len();
    let mut result = grown.try_reserve_exact(length - before).map_err(|_| HeapError::OutOfMemory);
    while result.is_ok() && grown.len() < length {
        let end = length.min(grown.len() + ELEMENTS);
        grown.resize(end, blank);
        if end < length {
            result = watch.look();
        }
    }
    if result.is_err() {
        grown.truncate(before);
    }
    *buffer = grown.into_boxed_slice();
    result
}

/// How many of these values are not nil.
fn present(values: Option<&[Value]>, watch: &Watch) -> Result<usize, HeapError> {
    let mut count = 0;
    for (number, piece) in values.unwrap_or(&[]).chunks(ELEMENTS).enumerate() {
        watch.look_before(number)?;
        count += piece.iter().map(|value| usize::from(!value.is_nil())).sum::<usize>();
    }
    Ok(count)
}

/// Places that a list of this length takes memory for.
fn list_size(length: u32) -> usize {
    (length as usize).next_power_of_two().max(SMALL_LIST)
}

/// How much `after` is above `before`. Buffers are smaller than `isize::MAX`.
pub(crate) fn difference(after: usize, before: usize) -> isize {
    after.wrapping_sub(before) as isize
}
