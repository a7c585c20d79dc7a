//! Assembly: a table that is being read, in registers.
//!
//! Elements are pushed as they are read. Where the table ends it is made of them, with its final size; one that is longer than
//! [`PENDING`] is made earlier and then extended, so that the registers stay few.
//!
//! **Invariant:** from the first register on lie the table itself, if something of it is stored already, and the elements that are
//! not stored.

use ferrous_heap::{TableRef, Value};
use ferrous_vm::{error::LuaError, native::NativeContext};

/// How many registers a table has at most before they are stored: one more is as long as lists are made at once.
const PENDING: usize = 127;

/// See the module's text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Assembly {
    /// Whether the elements are pairs of a key and a value.
    pub(crate) has_keys: bool,
    first: usize,
    /// How many registers were stored in the table; 0 if there is none yet.
    stored: u32,
}

impl Assembly {
    /// A table whose elements will be pushed from here on.
    pub(crate) fn new(ctx: &NativeContext<'_, '_>, has_keys: bool) -> Self {
        Self { has_keys, first: ctx.top(), stored: 0 }
    }

    /// How many registers may be pushed before it is to be tidied.
    #[inline]
    pub(crate) fn room(&self, ctx: &NativeContext<'_, '_>) -> usize {
        (PENDING + 1).saturating_sub(ctx.top() - self.first)
    }

    /// Stores the elements that were pushed if they are many. To be called behind a whole element.
    #[inline]
    pub(crate) fn tidy(&mut self, ctx: &mut NativeContext<'_, '_>) -> Result<(), LuaError> {
        if ctx.top() - self.first > PENDING { self.store(ctx) } else { Ok(()) }
    }

    /// The complete table, which leaves its registers.
    #[inline]
    pub(crate) fn close(&mut self, ctx: &mut NativeContext<'_, '_>) -> Result<Value, LuaError> {
        if self.stored == 0 {
            return self.collect(ctx);
        }
        self.store(ctx)?;
        Ok(ctx.pop())
    }

    /// A table of all registers.
    fn collect(&self, ctx: &mut NativeContext<'_, '_>) -> Result<Value, LuaError> {
        if self.has_keys { ctx.collect_record(self.first) } else { ctx.collect_list(self.first) }
    }

    #[inline(never)]
    fn store(&mut self, ctx: &mut NativeContext<'_, '_>) -> Result<(), LuaError> {
        // There are fewer registers than 2^32.
        let registers = (ctx.top() - self.first) as u32;
        if self.stored == 0 {
            let table = self.collect(ctx)?;
            ctx.push(table)?;
            self.stored = registers;
            return Ok(());
        }
        let table = ctx.get(self.first).as_table().ok_or_else(|| LuaError::bare("no table"))?;
        self.extend(ctx, table)?;
        self.stored = self.stored.saturating_add(registers - 1);
        Ok(())
    }

    fn extend(&self, ctx: &mut NativeContext<'_, '_>, table: TableRef) -> Result<(), LuaError> {
        if self.has_keys {
            ctx.extend_record(table, self.first + 1)
        } else {
            ctx.extend_list(table, self.stored.saturating_add(1), self.first + 1)
        }
    }
}
