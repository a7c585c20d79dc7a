//! Storing runs of values into a table: what constructors do.
//!
//! **Invariant:** values, nils included, end in the array part at consecutive indices, so that the border of
//! `{f(), nil, 3}` is where PUC Lua has it.

use crate::error::HeapError;
use crate::heap::Heap;
use crate::table::Table;
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
        let found = self.heap.tables.get_mut(table).ok_or(HeapError::Stale)?;
        if let Some(grown) = found.set_list(first, values)? {
            self.charge_now(grown);
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
    /// Appends `values` to the array part: `Some(bytes grown)`, or `None` if `first` does not follow its end or entries may
    /// have one of the keys.
    fn set_list(&mut self, first: u32, values: &[Value]) -> Result<Option<usize>, HeapError> {
        let follows = self.array.len() == first.wrapping_sub(1) as usize;
        if !follows || self.entries.iter().any(|entry| entry.key.is_number()) {
            return Ok(None);
        }
        if self.array.len() + values.len() > i32::MAX as usize {
            return Err(HeapError::TableOverflow);
        }
        let before = self.array.capacity();
        self.array.try_reserve_exact(values.len()).map_err(|_| HeapError::OutOfMemory)?;
        self.array.extend_from_slice(values);
        Ok(Some((self.array.capacity() - before) * size_of::<Value>()))
    }
}
