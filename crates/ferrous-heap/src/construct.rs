//! Construct: tables from values that are all at hand.
//!
//! Libraries that read documents know a table's content before the table exists. What they would get by assigning one key after the
//! other is made at once: one allocation of the final size, one charge, no growth in between.
//!
//! **Invariant:** what is made cannot be told from a table that was filled by [`Transaction::raw_set`] in the same order.

use crate::error::HeapError;
use crate::table::{Entry, SCANNED_ENTRIES, Table, bloom_bit};
use crate::transaction::Transaction;
use crate::value::{TableRef, Value};

/// Longer lists are filled element by element: more places than these and as many again are not taken ahead.
const LONGEST: usize = 128;

impl Table {
    /// Puts values behind the last one of the array part, which has `first - 1`, into the places that it has, up to a nil; how
    /// many those were.
    fn fill_places(&mut self, first: u32, values: &[Value]) -> usize {
        let (start, end) = (first.wrapping_sub(1) as usize, self.places());
        if self.filled as usize != start {
            return 0;
        }
        let Some(places) = self.array.get_mut(start..end) else { return 0 };
        let mut stored = 0;
        for (place, value) in places.iter_mut().zip(values).take_while(|(_, value)| !value.is_nil()) {
            *place = *value;
            stored += 1;
        }
        // The array part has fewer than 2^32 places.
        self.filled += stored as u32;
        stored
    }

    /// Gives a blank table, which has the room, these pairs of a string and a value that is not nil.
    fn fill_names(&mut self, pairs: &[Value]) {
        for pair in pairs.chunks_exact(2) {
            let [key, value] = *pair else { return };
            match self.find_string(key).and_then(|position| self.entries.get_mut(position)) {
                Some(entry) => entry.value = value,
                None => self.push_entry(key, value),
            }
        }
    }

    /// As [`Table::fill_names`], for pairs whose keys are known to differ and too few for an index; their Bloom bits too are known.
    fn fill_distinct_names(&mut self, pairs: &[Value], bloom: u32) {
        let mut count = 0;
        for (place, pair) in self.entries.iter_mut().zip(pairs.chunks_exact(2)) {
            if let [key, value] = *pair {
                *place = Entry { key, value };
                count += 1;
            }
        }
        self.count = count;
        self.bloom = bloom;
    }
}

/// What is known of the keys of pairs.
enum Keys {
    /// Other keys than strings, or a value is nil.
    Mixed,
    /// Strings, of which two may be the same.
    Names,
    /// Strings that all differ, with their Bloom bits.
    Distinct(u32),
}

impl Keys {
    fn of(pairs: &[Value]) -> Self {
        let (mut bloom, mut differ) = (0, pairs.len() <= 2 * SCANNED_ENTRIES);
        for (place, pair) in pairs.chunks_exact(2).enumerate() {
            let [key, value] = *pair else { return Self::Mixed };
            if !key.is_string() || value.is_nil() {
                return Self::Mixed;
            }
            let bit = bloom_bit(key);
            if bloom & bit != 0 && differ {
                differ = pairs.chunks_exact(2).take(place).all(|other| other.first() != Some(&key));
            }
            bloom |= bit;
        }
        if differ { Self::Distinct(bloom) } else { Self::Names }
    }
}

impl Transaction<'_> {
    /// A new table with these values from 1 on; nil leaves a hole.
    pub fn new_list(&mut self, values: &[Value]) -> Result<Value, HeapError> {
        let is_plain =
            !values.is_empty() && values.len() <= LONGEST && values.iter().all(|value| !value.is_nil());
        if !is_plain {
            let table = self.new_table(0, 0)?;
            if let Some(table) = table.as_table() {
                self.extend_list(table, 1, values)?;
            }
            return Ok(table);
        }
        let size = values.len().next_power_of_two();
        self.make_table(size, 0, |table, growing| {
            table.reserve(size, 0, growing)?;
            // There is room for all of them.
            table.fill_blank(values);
            Ok(())
        })
    }

    /// Assigns these values from index `first` on; nil leaves a hole.
    pub fn extend_list(&mut self, table: TableRef, first: u32, values: &[Value]) -> Result<(), HeapError> {
        let (mut index, mut rest) = (first, values);
        while let Some((&value, others)) = rest.split_first() {
            let plain = self.heap.tables.unguarded_bits_mut(table.bits());
            let stored = plain.map_or(0, |table| table.fill_places(index, rest));
            if stored > 0 {
                // Places are fewer than 2^32.
                index = index.saturating_add(stored as u32);
                rest = rest.get(stored..).unwrap_or_default();
            } else {
                self.raw_set_int(table, index, value)?;
                index = index.saturating_add(1);
                rest = others;
            }
        }
        Ok(())
    }

    /// A new table with these pairs: a key, its value, the next key. Of equal keys the last value counts.
    pub fn new_record(&mut self, pairs: &[Value]) -> Result<Value, HeapError> {
        let (keys, count) = (Keys::of(pairs), pairs.len() / 2);
        if let Keys::Mixed = keys {
            let table = self.new_table(0, 0)?;
            if let Some(table) = table.as_table() {
                self.extend_record(table, pairs)?;
            }
            return Ok(table);
        }
        self.make_table(0, count, |table, growing| {
            table.reserve(0, count, growing)?;
            match keys {
                Keys::Distinct(bloom) => table.fill_distinct_names(pairs, bloom),
                _ => table.fill_names(pairs),
            }
            Ok(())
        })
    }

    /// Assigns these pairs. Fails for a key that is nil or NaN.
    pub fn extend_record(&mut self, table: TableRef, pairs: &[Value]) -> Result<(), HeapError> {
        for pair in pairs.chunks_exact(2) {
            if let [key, value] = *pair {
                self.raw_set(table, key, value)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::{Heap, HeapOptions};

    /// All keys and values in order, and the border.
    fn content(tx: &Transaction<'_>, table: Value) -> (Vec<(Value, Value)>, usize) {
        let table = tx.table(table).unwrap();
        let mut pairs = Vec::new();
        let mut position = 0;
        while let Some((next, key, value)) = table.next_entry(position) {
            position = next;
            pairs.push((key, value));
        }
        (pairs, table.length())
    }

    #[test]
    fn lists_are_as_if_filled_one_by_one() {
        let mut heap = Heap::new(HeapOptions::default());
        let mut tx = heap.begin();
        for count in [0, 1, 2, 3, 4, 5, 8, 9, 100, 128, 129, 1000] {
            for hole in [None, Some(0), Some(count / 2), Some(count)] {
                let value = |at| if Some(at) == hole { Value::NIL } else { Value::number(at as f64) };
                let values: Vec<Value> = (0..count).map(value).collect();
                let made = tx.new_list(&values).unwrap();
                let filled = tx.new_table(0, 0).unwrap();
                for (index, value) in (1..).zip(&values) {
                    tx.raw_set_int(filled.as_table().unwrap(), index, *value).unwrap();
                }
                for table in [made, filled] {
                    tx.raw_set(table.as_table().unwrap(), Value::number(count as f64 + 1.0), Value::TRUE)
                        .unwrap();
                }
                assert_eq!(content(&tx, made), content(&tx, filled), "{count} {hole:?}");
                assert_eq!(
                    tx.table(made).unwrap().array_len(),
                    tx.table(filled).unwrap().array_len(),
                    "{count} {hole:?}"
                );
                assert!(tx.table(made).unwrap().knows_its_array());
            }
        }
    }

    #[test]
    fn records_are_as_if_filled_one_by_one() {
        let mut heap = Heap::new(HeapOptions::default());
        let mut tx = heap.begin();
        for count in [0, 1, 4, 8, 9, 20, 100] {
            for odd in [Value::NIL, Value::number(1.0), Value::number(2.5), Value::TRUE] {
                let mut pairs = Vec::new();
                for at in 0..count {
                    let name = format!("name {}", at % 60);
                    pairs.extend([tx.intern(name.as_bytes()).unwrap(), Value::number(f64::from(at))]);
                }
                if !odd.is_nil() {
                    pairs.extend([odd, Value::TRUE]);
                }
                let made = tx.new_record(&pairs).unwrap();
                let filled = tx.new_table(0, 0).unwrap();
                for pair in pairs.chunks_exact(2) {
                    tx.raw_set(filled.as_table().unwrap(), pair[0], pair[1]).unwrap();
                }
                assert_eq!(content(&tx, made), content(&tx, filled), "{count}");
                for pair in pairs.chunks_exact(2) {
                    assert_eq!(tx.table(made).unwrap().get(pair[0]), tx.table(filled).unwrap().get(pair[0]));
                }
            }
        }
    }
}
