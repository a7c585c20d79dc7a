//! Construct: tables from values that are all at hand.
//!
//! Libraries that read documents know a table's content before the table exists. What they would get by assigning one key after the
//! other is made at once: one allocation of the final size, one charge, no growth in between.
//!
//! **Invariant:** what is made cannot be told from a table that was filled by [`Transaction::raw_set`] in the same order.

use crate::error::HeapError;
use crate::table::Table;
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
        let table = self.new_table(values.len().next_power_of_two(), 0)?;
        let is_filled = self.table_for_store(table).is_some_and(|content| content.fill_blank(values));
        if !is_filled && let Some(table) = table.as_table() {
            self.extend_list(table, 1, values)?;
        }
        Ok(table)
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
        let is_plain = |pair: &[Value]| matches!(pair, [key, value] if key.is_string() && !value.is_nil());
        let names = pairs.chunks_exact(2).all(is_plain);
        let table = self.new_table(0, if names { pairs.len() / 2 } else { 0 })?;
        match (self.table_for_store(table), table.as_table()) {
            (Some(content), _) if names => content.fill_names(pairs),
            (_, Some(table)) => self.extend_record(table, pairs)?,
            _ => {}
        }
        Ok(table)
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
