//! Construct: tables from registers, for natives that read documents.
//!
//! Such a native pushes what it reads and, where a table ends, makes it of all that lies above the point where it began. What is
//! pushed is a root all the while; the table comes into being with its final size.

use ferrous_heap::{TableRef, Transaction, Value};

use crate::error::LuaError;
use crate::native::NativeContext;

impl NativeContext<'_, '_> {
    /// Pushes what `fill` puts into the first of up to `most` free registers; it answers how many those are. Nothing is made
    /// meanwhile, so that it can read strings where they are, and look others up.
    ///
    /// # Errors
    /// Stack overflow.
    #[inline]
    pub fn push_filled(
        &mut self,
        most: usize,
        fill: impl FnOnce(&Transaction<'_>, &mut [Value]) -> usize,
    ) -> Result<usize, LuaError> {
        let (top, end) = (self.top as usize, self.top as usize + most);
        if end > self.machine.stack.len() {
            self.machine.grow_stack(end)?;
        }
        let Some(places) = self.machine.stack.get_mut(top..end) else { return Ok(0) };
        let count = fill(self.tx, places).min(most);
        // The stack is shorter than 2^32.
        self.top += count as u32;
        Ok(count)
    }

    /// Takes the registers from `first` on and makes a list of them.
    ///
    /// # Errors
    /// Out of memory.
    pub fn collect_list(&mut self, first: usize) -> Result<Value, LuaError> {
        let registers = self.base as usize + first..self.top as usize;
        let table = self.tx.new_list(self.machine.stack.get(registers).unwrap_or(&[]))?;
        self.truncate(first);
        Ok(table)
    }

    /// Takes the registers from `first` on and makes a table of them: a key, its value, the next key.
    ///
    /// # Errors
    /// Out of memory; a key that is nil or NaN.
    pub fn collect_record(&mut self, first: usize) -> Result<Value, LuaError> {
        let registers = self.base as usize + first..self.top as usize;
        let table = self.tx.new_record(self.machine.stack.get(registers).unwrap_or(&[]))?;
        self.truncate(first);
        Ok(table)
    }

    /// Takes the registers from `first` on and assigns them to the indices of `table` from `index` on.
    ///
    /// # Errors
    /// Out of memory.
    pub fn extend_list(&mut self, table: TableRef, index: u32, first: usize) -> Result<(), LuaError> {
        let registers = self.base as usize + first..self.top as usize;
        self.tx.extend_list(table, index, self.machine.stack.get(registers).unwrap_or(&[]))?;
        self.truncate(first);
        Ok(())
    }

    /// Takes the registers from `first` on and assigns them to `table`, as pairs of key and value.
    ///
    /// # Errors
    /// Out of memory; a key that is nil or NaN.
    pub fn extend_record(&mut self, table: TableRef, first: usize) -> Result<(), LuaError> {
        let registers = self.base as usize + first..self.top as usize;
        self.tx.extend_record(table, self.machine.stack.get(registers).unwrap_or(&[]))?;
        self.truncate(first);
        Ok(())
    }
}
