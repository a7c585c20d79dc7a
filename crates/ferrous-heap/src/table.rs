//! Tables: an array part and insertion-ordered entries.
//!
//! - `array[i]` is the value of key `i + 1`; nil means absent. Its length is the size that PUC Lua would give it (`rehash`),
//!   so holes are common, trailing ones too. `filled` says how far it is filled without one, so that `#t` need not search.
//! - `entries` holds all other keys in the order of their first insertion. An entry whose value is nil is a tombstone: its
//!   key stays where it is, for `next`, and takes its place again when it is assigned.
//! - `index` exists above 8 entries: open addressing from the key's bits, mixed with the heap's secret seed, to the position
//!   of the entry. Up to 8, a scan is faster.
//! - `bloom` has a bit for each string key, so that most lookups of an absent name end after one test.
//!
//! Objects that a program fills in the same order have their fields at the same positions. That is what the position hints
//! inside instructions live on ([`Table::entry`], [`Table::store_at`]).
//!
//! **Invariant:** unless `filled` is [`SCATTERED`], the array part has values up to there and none beyond. Keys of entries are neither nil nor NaN, -0 is stored as 0, so that keys are equal when their bits are; no
//! key of an entry is in `1..=array.len()`; each key stands once. Positions change only when a *new* key is
//! inserted (see `rehash`), which the manual forbids while a table is traversed (§5.1, `next`).

use std::cell::Cell as Slack;

use ferrous_arena::Object;

use crate::value::{TableRef, Value, array_index, round_to_index};

/// Largest number of entries that are scanned rather than indexed.
pub(crate) const SCANNED_ENTRIES: usize = 8;
pub(crate) const VACANT: u32 = u32::MAX;
/// In place of [`Table::filled`]: the array part has holes below values, or may have.
pub(crate) const SCATTERED: u32 = u32::MAX;

/// What a table costs beside its buffers: slot and colour.
pub(crate) const TABLE_BYTES: usize = size_of::<ferrous_arena::Slot<Table>>() + 1;

/// A key and its value.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The key.
    pub key: Value,
    /// Its value; nil in a tombstone.
    pub value: Value,
}

/// A Lua table, without the guards that surround it in the heap.
#[derive(Debug, Default)]
pub struct Table {
    pub(crate) array: Vec<Value>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) index: Box<[u32]>,
    pub(crate) metatable: Option<TableRef>,
    pub(crate) bloom: u32,
    /// Bit n: this table, as a metatable, has no metamethod number n. Cleared when a key comes to life.
    pub(crate) absent: Slack<u32>,
    /// Secret of the heap, mixed into the hashes of `index`.
    pub(crate) seed: u32,
    /// How many places of the array part have values, if all others beyond them are nil; else [`SCATTERED`].
    pub(crate) filled: u32,
    /// Entries, tombstones included, up to which PUC Lua's hash part has room; of no account until there are indices.
    pub(crate) nodes: u32,
    /// Whether entries may have indices of arrays as keys.
    pub(crate) has_indices: bool,
}

impl Object for Table {
    const TAG: u16 = 0xFFFB;
}

/// A number key in the form in which it is stored: -0 becomes 0. Other keys are left alone.
#[inline(always)]
pub(crate) fn normalize_key(key: Value) -> Value {
    match key.as_number() {
        Some(number) => Value::number(number + 0.0),
        None => key,
    }
}

#[inline(always)]
pub(crate) fn bloom_bit(key: Value) -> u32 {
    // The low bits of a handle are its index, and strings made together get neighbouring ones.
    1 << (key.bits() & 31)
}

impl Table {
    #[inline(always)]
    pub(crate) fn hash(&self, key: Value) -> usize {
        const ODD: u64 = 0x9E37_79B9_7F4A_7C15;
        let secret = u64::from(self.seed).wrapping_mul(0xF39C_C060_5CED_C835);
        let product = u128::from(key.bits() ^ secret) * u128::from(ODD);
        // Both halves of the product; the index's mask takes the low bits.
        ((product >> 64) as u64 ^ product as u64) as usize
    }

    /// The entry at a position; positions count entries from 0.
    #[inline(always)]
    pub fn entry(&self, position: usize) -> Option<&Entry> {
        self.entries.get(position)
    }

    /// Overwrites the value at a position if the entry there has exactly this key and a value; false if not.
    #[inline(always)]
    pub fn store_at(&mut self, position: usize, key: Value, value: Value) -> bool {
        match self.entries.get_mut(position) {
            Some(entry) if entry.key == key && !entry.value.is_nil() => {
                entry.value = value;
                true
            }
            _ => false,
        }
    }

    /// The value at an index counted from 1, nil included; `None` outside the array part.
    #[inline(always)]
    pub fn array_get(&self, index: u32) -> Option<Value> {
        self.array.get(index.wrapping_sub(1) as usize).copied()
    }

    /// Assigns an index counted from 1 if the array part has a place for it, a hole too; false if not.
    #[inline(always)]
    pub fn store_array(&mut self, index: u32, value: Value) -> bool {
        let place = index.wrapping_sub(1);
        match self.array.get_mut(place as usize) {
            Some(old) if !old.is_nil() && !value.is_nil() => {
                *old = value;
                true
            }
            Some(old) if place == self.filled && !value.is_nil() => {
                *old = value;
                self.filled += 1;
                true
            }
            Some(_) => {
                self.store_scattered(place, value);
                true
            }
            None => false,
        }
    }

    /// Like [`Table::store_array`], but leaves holes to the slow path if a metatable could want to know.
    #[inline(always)]
    pub fn fill_array(&mut self, index: u32, value: Value) -> bool {
        let place = index.wrapping_sub(1);
        match self.array.get_mut(place as usize) {
            Some(old) if !old.is_nil() && !value.is_nil() => {
                *old = value;
                true
            }
            Some(old) if self.metatable.is_none() => {
                if place == self.filled && !value.is_nil() {
                    *old = value;
                    self.filled += 1;
                } else {
                    self.store_scattered(place, value);
                }
                true
            }
            _ => false,
        }
    }

    /// Whether a new key for this place makes a full list with no other keys one longer.
    #[inline(always)]
    pub(crate) fn is_list_until(&self, place: u32) -> bool {
        place == self.filled
            && place as usize == self.array.len()
            && self.entries.is_empty()
            && self.nodes == 0
    }

    /// Appends to a list that has no other keys, if there is memory for the array part's new size.
    #[inline(always)]
    pub fn append(&mut self, index: u32, value: Value) -> bool {
        if !self.is_list_until(index.wrapping_sub(1)) || self.metatable.is_some() || value.is_nil() {
            return false;
        }
        self.append_in_place(index, value)
    }

    /// Stores nil, or a value into a hole, at a place of the array part.
    #[inline(never)]
    pub(crate) fn store_scattered(&mut self, place: u32, value: Value) {
        let Some(old) = self.array.get_mut(place as usize) else { return };
        let was_nil = std::mem::replace(old, value).is_nil();
        if was_nil == value.is_nil() || self.filled == SCATTERED {
            return;
        }
        self.filled = match (was_nil, place) {
            (true, place) if place == self.filled => place + 1,
            (false, place) if place + 1 == self.filled => place,
            _ => SCATTERED,
        };
    }

    /// The invariant of `filled`, and of what indices are among the entries: for audits.
    pub(crate) fn knows_its_array(&self) -> bool {
        let filled = self.filled as usize;
        let is_filled = |(place, value): (usize, &Value)| value.is_nil() == (place >= filled);
        let beyond = |entry: &Entry| {
            let index = entry.key.as_number().and_then(array_index);
            index.is_none_or(|index| self.has_indices && index as usize > self.array.len())
        };
        (self.filled == SCATTERED
            || filled <= self.array.len() && self.array.iter().enumerate().all(is_filled))
            && self.entries.iter().all(beyond)
    }

    /// Finds out anew how far the array part is filled.
    pub(crate) fn survey(&mut self) {
        let filled = self.array.iter().position(|value| value.is_nil()).unwrap_or(self.array.len());
        let beyond = self.array.get(filled..).unwrap_or(&[]);
        // The array part has fewer than 2^32 places.
        self.filled = if beyond.iter().all(|value| value.is_nil()) { filled as u32 } else { SCATTERED };
    }

    /// Position of a key among the entries, tombstones included. The key is not normalised: not -0.
    #[inline]
    pub fn find(&self, key: Value) -> Option<usize> {
        if self.index.is_empty() {
            return self.entries.iter().position(|entry| entry.key == key);
        }
        self.find_indexed(key)
    }

    /// Position of a string key.
    #[inline(always)]
    pub fn find_string(&self, key: Value) -> Option<usize> {
        if self.may_contain_string(key) { self.find(key) } else { None }
    }

    /// False if the table certainly has no such string key.
    #[inline(always)]
    pub fn may_contain_string(&self, key: Value) -> bool {
        self.bloom & bloom_bit(key) != 0
    }

    #[inline]
    fn find_indexed(&self, key: Value) -> Option<usize> {
        let mask = self.index.len().wrapping_sub(1);
        let mut at = self.hash(key) & mask;
        while let Some(&position) = self.index.get(at) {
            // A vacant place leads beyond the entries.
            let entry = self.entries.get(position as usize)?;
            if entry.key == key {
                return Some(position as usize);
            }
            at = (at + 1) & mask;
        }
        None
    }

    /// The value of any key; nil if it is absent.
    #[inline]
    pub fn get(&self, key: Value) -> Value {
        if key.is_number() {
            return self.get_number(key.raw_f64());
        }
        if key.is_string() {
            return self.get_string(key);
        }
        self.find(key).and_then(|position| self.entries.get(position)).map_or(Value::NIL, |entry| entry.value)
    }

    /// The value of a string key.
    #[inline(always)]
    pub fn get_string(&self, key: Value) -> Value {
        match self.find_string(key).and_then(|position| self.entries.get(position)) {
            Some(entry) => entry.value,
            None => Value::NIL,
        }
    }

    /// The value of an integer key.
    #[inline(always)]
    pub fn get_int(&self, index: u32) -> Value {
        match self.array_get(index) {
            Some(value) => value,
            None => self.get_entry_number(f64::from(index)),
        }
    }

    #[inline]
    fn get_number(&self, number: f64) -> Value {
        let index = round_to_index(number);
        if f64::from(index) == number
            && let Some(&value) = self.array.get((index as u32).wrapping_sub(1) as usize)
        {
            return value;
        }
        self.get_entry_number(number)
    }

    fn get_entry_number(&self, number: f64) -> Value {
        if self.entries.is_empty() {
            return Value::NIL;
        }
        let key = Value::number(number + 0.0);
        self.find(key).and_then(|position| self.entries.get(position)).map_or(Value::NIL, |entry| entry.value)
    }

    /// The border (manual §2.5.5) that PUC Lua finds: `#t`. O(1) for a list, O(log n) with holes.
    #[inline]
    pub fn length(&self) -> usize {
        let filled = self.filled as usize;
        let places = self.array.len();
        if filled < places || filled == places && self.entries.is_empty() {
            return filled;
        }
        self.find_border()
    }

    #[inline(never)]
    fn find_border(&self) -> usize {
        match self.array.last() {
            Some(last) if last.is_nil() => self.border_in_array(),
            _ if self.entries.is_empty() => self.array.len(),
            _ => self.border_beyond_array(),
        }
    }

    /// The last place of the array part is nil, so there is a border inside.
    fn border_in_array(&self) -> usize {
        let is_nil = |at: usize| self.array.get(at).is_none_or(|value| value.is_nil());
        let (mut low, mut high) = (0, self.array.len());
        while high - low > 1 {
            let middle = low.midpoint(high);
            if is_nil(middle - 1) {
                high = middle;
            } else {
                low = middle;
            }
        }
        low
    }

    /// The array part is full (or empty): look on among the entries.
    fn border_beyond_array(&self) -> usize {
        let present = |index: usize| !self.get_entry_number(index as f64).is_nil();
        let mut low = self.array.len();
        if !present(low + 1) {
            return low;
        }
        let mut high = low + 1;
        while present(high) {
            low = high;
            high *= 2;
            // `MAX_INT`: a table that has these keys was made to mislead. PUC Lua counts from 1 then.
            if high > 2_147_483_645 {
                return (1..)
                    .find(|index| self.get_number(f64::from(*index)).is_nil())
                    .map_or(0, |index: u32| index as usize - 1);
            }
        }
        while high - low > 1 {
            let middle = low.midpoint(high);
            if present(middle) {
                low = middle;
            } else {
                high = middle;
            }
        }
        low
    }

    /// The metatable.
    #[inline(always)]
    pub fn metatable(&self) -> Option<TableRef> {
        self.metatable
    }

    /// Number of places in the array part.
    #[inline(always)]
    pub fn array_len(&self) -> usize {
        self.array.len()
    }

    /// The array part.
    #[inline(always)]
    pub fn array(&self) -> &[Value] {
        &self.array
    }

    /// The entries, tombstones included.
    #[inline(always)]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The next key that has a value, from a position on: `(position after it, key, value)`. Position 0 is the start;
    /// the array part comes first.
    #[inline]
    pub fn next_entry(&self, position: usize) -> Option<(usize, Value, Value)> {
        if let Some(rest) = self.array.get(position..)
            && let Some(offset) = rest.iter().position(|value| !value.is_nil())
        {
            let next = position + offset + 1;
            return Some((next, Value::number(next as f64), rest.get(offset).copied()?));
        }
        let first = position.saturating_sub(self.array.len());
        let rest = self.entries.get(first..)?;
        let offset = rest.iter().position(|entry| !entry.value.is_nil())?;
        let entry = rest.get(offset)?;
        Some((self.array.len() + first + offset + 1, entry.key, entry.value))
    }

    /// The position after a key, for `next`; 0 for nil. `None` if the table does not have the key.
    pub fn position_of(&self, key: Value) -> Option<usize> {
        if key.is_nil() {
            return Some(0);
        }
        if let Some(number) = key.as_number() {
            let index = round_to_index(number);
            let place = (index as u32).wrapping_sub(1) as usize;
            if f64::from(index) == number && place < self.array.len() {
                return Some(place + 1);
            }
        }
        self.find(normalize_key(key)).map(|position| self.array.len() + position + 1)
    }

    /// Bytes of memory that the table takes.
    #[inline]
    pub(crate) fn memory(&self) -> usize {
        TABLE_BYTES + self.buffer_bytes()
    }

    #[inline]
    pub(crate) fn buffer_bytes(&self) -> usize {
        self.array.capacity() * size_of::<Value>()
            + self.entries.capacity() * size_of::<Entry>()
            + self.index.len() * size_of::<u32>()
    }

    /// Number of values that a collector has to look at.
    pub(crate) fn extent(&self) -> usize {
        self.array.len() + self.entries.len()
    }

    /// Empties the table for its next life. Small buffers stay.
    pub(crate) fn clear(&mut self) {
        const KEPT: usize = 8;
        if self.array.capacity() <= KEPT {
            self.array.clear();
        } else {
            self.array = Vec::new();
        }
        if self.entries.capacity() <= KEPT {
            self.entries.clear();
        } else {
            self.entries = Vec::new();
        }
        if !self.index.is_empty() {
            self.index = Box::default();
        }
        self.forget();
    }

    /// What goes with the last key.
    fn forget(&mut self) {
        self.metatable = None;
        self.bloom = 0;
        self.absent.set(0);
        self.filled = 0;
        self.nodes = 0;
        self.has_indices = false;
    }

    /// Whether there is nothing in the table but room: neither a key, tombstones included, nor a metatable, nor an index.
    pub(crate) fn is_blank(&self) -> bool {
        self.array.is_empty()
            && self.entries.is_empty()
            && self.index.is_empty()
            && self.metatable.is_none()
            && self.nodes == 0
    }

    /// The capacities of the array part and of the entries.
    pub(crate) fn capacities(&self) -> (usize, usize) {
        (self.array.capacity(), self.entries.capacity())
    }

    /// Makes the table blank again, with the room that it had then. Buffers that have not grown since stay.
    pub(crate) fn make_blank(&mut self, array: usize, entries: usize) {
        if self.array.capacity() == array {
            self.array.clear();
        } else {
            self.array = Vec::with_capacity(array);
        }
        if self.entries.capacity() == entries {
            self.entries.clear();
        } else {
            self.entries = Vec::with_capacity(entries);
        }
        if !self.index.is_empty() {
            self.index = Box::default();
        }
        self.forget();
    }

    /// A copy with buffers of the same capacity, for the journal.
    pub(crate) fn copy(&self) -> Self {
        let mut array = Vec::with_capacity(self.array.capacity());
        array.extend_from_slice(&self.array);
        let mut entries = Vec::with_capacity(self.entries.capacity());
        entries.extend_from_slice(&self.entries);
        Self {
            array,
            entries,
            index: self.index.clone(),
            metatable: self.metatable,
            bloom: self.bloom,
            absent: self.absent.clone(),
            seed: self.seed,
            filled: self.filled,
            nodes: self.nodes,
            has_indices: self.has_indices,
        }
    }
}
