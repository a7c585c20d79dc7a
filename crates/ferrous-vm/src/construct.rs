//! Construct: tables from registers, for natives that read documents.
//!
//! Such a native pushes what it reads and, where a table ends, makes it of all that lies above the point where it began. What is
//! pushed is a root all the while; the table comes into being with its final size.

use ferrous_heap::{TableRef, Value};

use crate::error::LuaError;
use crate::native::NativeContext;

impl NativeContext<'_, '_> {
    /// Pushes up to `most` values that `read` takes from the start of the bytes of `text`, from `at` on, each with the count of
    /// bytes it took; stops at the first that it does not take. How many were pushed, and where it stopped.
    ///
    /// # Errors
    /// Stack overflow.
    #[inline]
    pub fn push_read(
        &mut self,
        text: Value,
        at: usize,
        most: usize,
        mut read: impl FnMut(&[u8]) -> Option<(Value, usize)>,
    ) -> Result<(u32, usize), LuaError> {
        let top = self.top as usize;
        if top + most > self.machine.stack.len() {
            self.machine.grow_stack(top + most)?;
        }
        let bytes = self.tx.string(text).unwrap_or_default();
        let mut rest = bytes.get(at..).unwrap_or_default();
        let mut count = 0;
        for place in self.machine.stack.iter_mut().skip(top).take(most) {
            let Some((value, length)) = read(rest) else { break };
            *place = value;
            rest = rest.get(length..).unwrap_or_default();
            count += 1;
        }
        self.top += count;
        Ok((count, bytes.len() - rest.len()))
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
