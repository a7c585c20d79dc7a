//! Stores: where a value goes.
//!
//! A key that exists keeps its place, and an index that the array part has a place for goes there; any other key becomes an
//! entry behind the others if there is room. What finds none makes the table grow (`growth`), or count its keys anew (`rehash`).
//!
//! **Invariant:** a store under a key that exists moves nothing, so positions stand while a traversal assigns to what it meets.

use super::count::{MAX_ARRAY, is_index};
use super::growth::{Growing, difference, lengthen, list_size};
use super::{Entry, MAX_SLACK, Table, bloom_bit, normalize_key};
use crate::error::HeapError;
use crate::value::{Value, array_index};

impl Table {
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
            return self.append_growing(index, value, growing);
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

    /// Takes away the value at a position of array part and entries, which count on behind it.
    pub(crate) fn clear_position(&mut self, position: usize) {
        match position.checked_sub(self.places()) {
            // The array part has fewer than 2^32 places.
            None => self.store_scattered(position as u32, Value::NIL),
            Some(position) => {
                if let Some(entry) = self.entries.get_mut(position) {
                    entry.value = Value::NIL;
                }
            }
        }
    }

    fn append_growing(
        &mut self,
        index: u32,
        value: Value,
        growing: &mut Growing<'_>,
    ) -> Result<isize, HeapError> {
        let before = self.buffer_bytes();
        let size = list_size(index);
        if size > self.array.len() {
            lengthen(&mut self.array, size, Value::NIL, growing)?;
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

    /// Adds an entry for a key that has none and is no number, if the value is not nil and the buffer has room; gives its
    /// position. Growth is for [`crate::Transaction::raw_set`], which asks the budget first.
    #[inline]
    pub fn add_absent(&mut self, key: Value, value: Value) -> Option<usize> {
        let position = self.count as usize;
        if !self.has_room_for(key) || value.is_nil() {
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
}
