//! Tables: an array part and insertion-ordered entries.
//!
//! - `array[i]` is the value of key `i + 1`; nil means absent. It has the *places* that PUC Lua would give it (`rehash`),
//!   so holes are common, trailing ones too, and `slack` more for which memory is there. `filled` says how far it is filled
//!   without a hole, so that `#t` need not search.
//! - the first `count` of `entries` hold all other keys in the order of their first insertion. An entry whose value is nil is
//!   a tombstone: its key stays where it is, for `next`, and takes its place again when it is assigned.
//! - `index` exists above 8 entries (`key_index`). Up to 8, a scan is faster.
//! - `bloom` has a bit for each string key, so that most lookups of an absent name end after one test.
//!
//! Objects that a program fills in the same order have their fields at the same positions. That is what the position hints
//! inside instructions live on ([`Table::entry`], [`Table::store_at`]).
//!
//! A table takes 72 bytes, header and all, and its buffers are as long as they are large: programs have many small tables.
//!
//! **Invariant:** unless `filled` is [`SCATTERED`], the array part has values up to there and none beyond. Keys of entries are
//! neither nil nor NaN, -0 is stored as 0, so that keys are equal when their bits are; no key of an entry is a place of the
//! array part; each key stands once. Positions change only when a *new* key is inserted (see `rehash`), which the manual
//! forbids while a table is traversed (§5.1, `next`). What lies in the slack, and in `entries` beyond `count`, is nil.

mod border;
mod count;
mod growth;
pub(crate) mod life;
mod rehash;
mod store;
mod traversal;

use std::cell::Cell as Slack;

use ferrous_arena::Object;

use crate::key_index::KeyIndex;
use crate::value::{TableRef, Value, array_index, round_to_index};

pub(crate) use count::ELEMENTS;
pub(crate) use growth::{Growing, Growth, difference};
pub use traversal::NextEntry;

/// Largest number of entries that are scanned rather than indexed.
pub(crate) const SCANNED_ENTRIES: usize = 8;
/// In place of [`Table::filled`]: the array part has holes below values, or may have.
pub(crate) const SCATTERED: u32 = u32::MAX;

/// The most places for which an array part takes memory ahead: what [`Table::slack`] can say.
pub(crate) const MAX_SLACK: usize = u8::MAX as usize;

/// What a table costs beside its buffers: slot and colour.
pub(crate) const TABLE_BYTES: usize = size_of::<ferrous_arena::Slot<Table>>() + 1;

const _: () = assert!(size_of::<ferrous_arena::Slot<Table>>() == 72);

/// A key and its value.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The key.
    pub key: Value,
    /// Its value; nil in a tombstone.
    pub value: Value,
}

/// What stands where no entry is.
pub(crate) const NO_ENTRY: Entry = Entry { key: Value::NIL, value: Value::NIL };

/// A Lua table, without the guards that surround it in the heap.
#[derive(Debug, Default)]
pub struct Table {
    pub(crate) array: Box<[Value]>,
    pub(crate) entries: Box<[Entry]>,
    pub(crate) index: Option<Box<KeyIndex>>,
    pub(crate) metatable: Option<TableRef>,
    /// How many places of the array part have values, if all others beyond them are nil; else [`SCATTERED`].
    pub(crate) filled: u32,
    /// How many entries there are, tombstones included.
    pub(crate) count: u32,
    pub(crate) bloom: u32,
    /// Bit n: this table, as a metatable, has no metamethod number n. Cleared when a key comes to life.
    pub(crate) absent: Slack<u16>,
    /// Elements of `array` that are no places.
    pub(crate) slack: u8,
    /// See [`Table::nodes`] and [`Table::has_indices`].
    nodes_and_indices: u8,
}

/// In [`Table::nodes_and_indices`]: entries may have indices.
const HAS_INDICES: u8 = 0x80;

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
    /// How many places the array part has: as many as PUC Lua's.
    #[inline(always)]
    pub(crate) fn places(&self) -> usize {
        self.array.len().wrapping_sub(usize::from(self.slack))
    }

    /// Entries, tombstones included, up to which PUC Lua's hash part has room; of no account until there are indices.
    /// Zero or a power of two.
    #[inline(always)]
    pub(crate) fn nodes(&self) -> usize {
        match self.nodes_and_indices & !HAS_INDICES {
            0 => 0,
            above => 1 << (above - 1),
        }
    }

    /// Makes [`Table::nodes`] the power of two that is at least `nodes`, or zero.
    pub(crate) fn set_nodes(&mut self, nodes: usize) {
        // At most 64.
        let log = if nodes == 0 { 0 } else { nodes.next_power_of_two().trailing_zeros() as u8 + 1 };
        self.nodes_and_indices = self.nodes_and_indices & HAS_INDICES | log;
    }

    /// Whether entries may have indices of arrays as keys.
    #[inline(always)]
    pub(crate) fn has_indices(&self) -> bool {
        self.nodes_and_indices & HAS_INDICES != 0
    }

    /// Notes whether entries may have indices as keys.
    #[inline(always)]
    pub(crate) fn set_has_indices(&mut self, has_indices: bool) {
        let flag = if has_indices { HAS_INDICES } else { 0 };
        self.nodes_and_indices = self.nodes_and_indices & !HAS_INDICES | flag;
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

    /// The value at an index counted from 1, if it is in the array part. Nil or `None`: it may be among the entries.
    #[inline(always)]
    pub fn array_get(&self, index: u32) -> Option<Value> {
        self.array.get(index.wrapping_sub(1) as usize).copied()
    }

    /// Assigns an index counted from 1 if the array part has a place for it, a hole too; false if not.
    #[inline(always)]
    pub fn store_array(&mut self, index: u32, value: Value) -> bool {
        self.replace(index, value) || self.store_hole(index, value)
    }

    /// Like [`Table::store_array`], but leaves holes to the slow path if a metatable could want to know.
    #[inline(always)]
    pub fn fill_array(&mut self, index: u32, value: Value) -> bool {
        self.replace(index, value) || self.metatable.is_none() && self.store_hole(index, value)
    }

    /// Puts a value into the place of another one.
    #[inline(always)]
    fn replace(&mut self, index: u32, value: Value) -> bool {
        match self.array.get_mut(index.wrapping_sub(1) as usize) {
            Some(old) if !old.is_nil() && !value.is_nil() => {
                *old = value;
                true
            }
            _ => false,
        }
    }

    /// Puts a value into a place that has none, or nil into any.
    #[inline(always)]
    fn store_hole(&mut self, index: u32, value: Value) -> bool {
        let place = index.wrapping_sub(1);
        if place as usize >= self.places() {
            return false;
        }
        match self.array.get_mut(place as usize) {
            Some(old) if place == self.filled && !value.is_nil() => {
                *old = value;
                self.filled += 1;
            }
            _ => self.store_scattered(place, value),
        }
        true
    }

    /// How many keys there are, if they are the whole numbers from 1 on and that is known without a search.
    #[inline]
    pub fn list_length(&self) -> Option<usize> {
        (self.filled != SCATTERED && self.count == 0).then_some(self.filled as usize)
    }

    /// Whether a new key for this place makes a full list with no other keys one longer.
    #[inline(always)]
    pub(crate) fn is_list_until(&self, place: u32) -> bool {
        place == self.filled
            && place as usize == self.places()
            && self.count == 0
            && self.nodes_and_indices & !HAS_INDICES == 0
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
        let places = self.places();
        let Some(old) = self.array.get_mut(..places).and_then(|array| array.get_mut(place as usize)) else {
            return;
        };
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
            index.is_none_or(|index| self.has_indices() && index as usize > self.places())
        };
        let slack = self.array.get(self.places()..).unwrap_or(&[]);
        let vacant = self.entries.get(self.count as usize..).unwrap_or(&[]);
        (self.filled == SCATTERED
            || filled <= self.places() && self.array().iter().enumerate().all(is_filled))
            && self.entries().iter().all(beyond)
            && slack.iter().all(|value| value.is_nil())
            && vacant.iter().all(|entry| entry.key.is_nil() && entry.value.is_nil())
    }

    /// Finds out anew how far the array part is filled.
    pub(crate) fn survey(&mut self) {
        let array = self.array();
        let filled = array.iter().position(|value| value.is_nil()).unwrap_or(array.len());
        let beyond = array.get(filled..).unwrap_or(&[]);
        // The array part has fewer than 2^32 places.
        self.filled = if beyond.iter().all(|value| value.is_nil()) { filled as u32 } else { SCATTERED };
    }

    /// Position of a key among the entries, tombstones included. The key is not normalised: not -0.
    #[inline]
    pub fn find(&self, key: Value) -> Option<usize> {
        match &self.index {
            None => self.entries().iter().position(|entry| entry.key == key),
            Some(index) => index.find(&self.entries, key),
        }
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
            Some(value) if !value.is_nil() => value,
            _ => self.get_entry_number(f64::from(index)),
        }
    }

    #[inline]
    fn get_number(&self, number: f64) -> Value {
        let index = round_to_index(number);
        if f64::from(index) == number
            && let Some(value) = self.array_get(index as u32)
            && (!value.is_nil() || index as u32 as usize <= self.places())
        {
            return value;
        }
        self.get_entry_number(number)
    }

    fn get_entry_number(&self, number: f64) -> Value {
        if self.count == 0 {
            return Value::NIL;
        }
        let key = Value::number(number + 0.0);
        self.find(key).and_then(|position| self.entries.get(position)).map_or(Value::NIL, |entry| entry.value)
    }

    /// The metatable.
    #[inline(always)]
    pub fn metatable(&self) -> Option<TableRef> {
        self.metatable
    }

    /// Number of places in the array part.
    #[inline(always)]
    pub fn array_len(&self) -> usize {
        self.places()
    }

    /// The array part.
    #[inline(always)]
    pub fn array(&self) -> &[Value] {
        self.array.get(..self.places()).unwrap_or(&[])
    }

    /// The entries, tombstones included.
    #[inline(always)]
    pub fn entries(&self) -> &[Entry] {
        self.entries.get(..self.count as usize).unwrap_or(&[])
    }
}
