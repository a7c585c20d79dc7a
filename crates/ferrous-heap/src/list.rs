//! Storing runs of values into a table: what constructors do.
//!
//! **Invariant:** values, nils included, end in the array part at consecutive indices, so that the border of
//! `{f(), nil, 3}` is where PUC Lua has it.

use crate::error::HeapError;
use crate::table::Table;
use crate::transaction::Transaction;
use crate::value::{TableRef, Value};

impl Transaction<'_> {
    /// Assigns `values` to the indices from `first` on, without metamethods.
    pub fn set_list(&mut self, table: TableRef, first: u32, values: &[Value]) -> Result<(), HeapError> {
        let grown = match self.table_for_store(table.into()) {
            Some(found) => found.set_list(first, values)?,
            None => None,
        };
        if let Some(grown) = grown {
            self.charge_now(grown);
            return Ok(());
        }
        for (index, value) in (first..).zip(values) {
            self.raw_set_int(table, index, *value)?;
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
        let before = self.array.capacity();
        self.array.try_reserve(values.len()).map_err(|_| HeapError::OutOfMemory)?;
        self.array.extend_from_slice(values);
        Ok(Some((self.array.capacity() - before) * size_of::<Value>()))
    }
}
