//! Traversal: what `next`, `pairs` and the collector walk along.
//!
//! A position counts places of the array part first and entries after them, holes and tombstones included; 0 is the start, and
//! the position of a key is the one after it.
//!
//! **Invariant:** assigning to keys that exist, nil too, moves no position (see `store`).

use super::{Table, normalize_key};
use crate::value::{Value, round_to_index};

/// What comes next in a table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NextEntry {
    /// A key with a value.
    Found {
        /// The position after it.
        next: usize,
        /// The key.
        key: Value,
        /// Its value.
        value: Value,
    },
    /// Nothing up to this position, but there are more.
    Further(usize),
    /// Nothing.
    End,
}

impl Table {
    /// The next key that has a value, from a position on: `(position after it, key, value)`. Position 0 is the start;
    /// the array part comes first.
    #[inline]
    pub fn next_entry(&self, position: usize) -> Option<(usize, Value, Value)> {
        let array = self.array();
        if let Some(rest) = array.get(position..)
            && let Some(offset) = rest.iter().position(|value| !value.is_nil())
        {
            let next = position + offset + 1;
            return Some((next, Value::number(next as f64), rest.get(offset).copied()?));
        }
        let first = position.saturating_sub(array.len());
        let rest = self.entries().get(first..)?;
        let offset = rest.iter().position(|entry| !entry.value.is_nil())?;
        let entry = rest.get(offset)?;
        Some((array.len() + first + offset + 1, entry.key, entry.value))
    }

    /// What lies at a position, as [`Table::next_entry`] would give it.
    #[inline(always)]
    pub fn entry_after(&self, position: usize) -> Option<(usize, Value, Value)> {
        let array = self.array();
        let next = position + 1;
        if let Some(value) = array.get(position) {
            return (!value.is_nil()).then_some((next, Value::number(next as f64), *value));
        }
        let entry = self.entries().get(position - array.len())?;
        (!entry.value.is_nil()).then_some((next, entry.key, entry.value))
    }

    /// Whether the first key, in the order of traversal, is known without a search to be a string.
    #[inline]
    pub fn begins_with_string(&self) -> bool {
        let first = self.entries().first();
        self.array().is_empty() && first.is_some_and(|entry| entry.key.is_string() && !entry.value.is_nil())
    }

    /// As [`Table::next_entry`], but looks at `most` positions only, at least one: a table can have millions without a value.
    #[inline]
    pub fn next_entry_within(&self, position: usize, most: usize) -> NextEntry {
        match self.entry_after(position) {
            Some((next, key, value)) => NextEntry::Found { next, key, value },
            None => self.search_within(position, most),
        }
    }

    #[inline(never)]
    fn search_within(&self, position: usize, most: usize) -> NextEntry {
        let end = position.saturating_add(most).min(self.extent());
        let found = (position..end).find_map(|position| self.entry_after(position));
        match found {
            Some((next, key, value)) => NextEntry::Found { next, key, value },
            None if end == self.extent() => NextEntry::End,
            None => NextEntry::Further(end),
        }
    }

    /// The position after a key, for `next`; 0 for nil. `None` if the table does not have the key.
    pub fn position_of(&self, key: Value) -> Option<usize> {
        if key.is_nil() {
            return Some(0);
        }
        if let Some(number) = key.as_number() {
            let index = round_to_index(number);
            let place = (index as u32).wrapping_sub(1) as usize;
            if f64::from(index) == number && place < self.places() {
                return Some(place + 1);
            }
        }
        self.find(normalize_key(key)).map(|position| self.places() + position + 1)
    }
}
