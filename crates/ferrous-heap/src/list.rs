//! Storing runs of values into a table: what constructors do.
//!
//! **Invariant:** values, nils included, end in the array part at consecutive indices, so that the border of
//! `{f(), nil, 3}` is where PUC Lua has it.

use crate::error::HeapError;
use crate::heap::Heap;

use crate::table::{Growing, Table, difference};
use crate::transaction::Transaction;
use crate::value::{TableRef, Value};

impl Transaction<'_> {
    /// Assigns `values` to the indices from `first` on, without metamethods.
    #[inline]
    pub fn set_list(&mut self, table: TableRef, first: u32, values: &[Value]) -> Result<(), HeapError> {
        if self.heap.tables.slot(table).ok_or(HeapError::Stale)?.guard.get() != 0 {
            self.heap.open_for_list(table, values)?;
        }
        self.heap.budget.check(size_of_val(values))?;
        let heap = &mut *self.heap;
        let mut growing =
            Growing { array: None, seed: heap.seed, watch: &heap.watch, scrap: &mut heap.scrap };
        let found = heap.tables.get_mut(table).ok_or(HeapError::Stale)?;
        let before = found.buffer_bytes();
        let stored = found.set_list(first, values, &mut growing);
        if let Err(error) = stored {
            heap.budget.change(difference(found.buffer_bytes(), before));
            heap.hasten_scrap();
            return Err(error);
        }
        if let Some(moved) = stored? {
            let (array, grown) = (found.places(), found.buffer_bytes().saturating_sub(before));
            self.charge_now(grown);
            if moved && self.heap.is_marking() {
                self.heap.table_rehashed(table, array, true);
            }
            return Ok(());
        }
        for (index, value) in (first..).zip(values) {
            self.raw_set_int(table, index, *value)?;
        }
        Ok(())
    }
}

impl Heap {
    /// Prepares a table for a store of many values. A collection may have begun since the constructor made it.
    #[cold]
    #[inline(never)]
    fn open_for_list(&mut self, table: TableRef, values: &[Value]) -> Result<(), HeapError> {
        self.open_table(table, Value::NIL, Value::NIL)?;
        if self.is_marking() {
            let mut marker = self.marker(self.birth.scope != 0);
            for value in values {
                marker.shade(*value);
            }
        }
        Ok(())
    }
}

impl Table {
    /// Puts `values` into the array part, which grows to their end and no further, as PUC Lua's does: `Some(whether entries
    /// have moved)`, or `None` if they would leave a gap.
    fn set_list(
        &mut self,
        first: u32,
        values: &[Value],
        growing: &mut Growing<'_>,
    ) -> Result<Option<bool>, HeapError> {
        let start = first.wrapping_sub(1) as usize;
        if start > self.places() {
            return Ok(None);
        }
        let end = start + values.len();
        let moved = end > self.places() && self.extend_array(end, growing)?;
        if let Some(places) = self.array.get_mut(start..end) {
            places.copy_from_slice(values);
        }
        if self.filled as usize == start && values.iter().all(|value| !value.is_nil()) {
            // The array part has fewer than 2^32 places.
            self.filled = end as u32;
        } else {
            self.survey();
        }
        Ok(Some(moved))
    }
}
