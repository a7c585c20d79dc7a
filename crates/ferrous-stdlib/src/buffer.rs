//! Buffer: bytes of a result under construction.
//!
//! A library function that builds a string takes the heap's scratch buffer, appends to it and interns it once at the
//! end. Growth beyond [`UNCHECKED`] bytes is checked against the heap's memory limit before it happens.
//!
//! **Invariant:** after an error the buffer is empty, and what it held is freed step by step.
//!
//! **Invariant:** the capacity never grows past what the heap has just agreed to hold besides its own objects.

use ferrous_heap::{HeapError, Transaction, Value};
use ferrous_vm::error::LuaError;
use ferrous_vm::native::NativeContext;

/// Growth up to this size is too small to ask for.
const UNCHECKED: usize = 4096;

/// See the module's text.
#[derive(Debug)]
pub(crate) struct Buffer {
    /// What was built so far. May be appended to directly within what [`Buffer::reserve`] made room for.
    pub(crate) bytes: Vec<u8>,
}

impl Buffer {
    /// An empty buffer with recycled memory.
    #[inline]
    pub(crate) fn take(tx: &mut Transaction<'_>) -> Self {
        Self { bytes: tx.take_buffer() }
    }

    /// Makes room for `more` bytes.
    ///
    /// # Errors
    /// Out of memory.
    #[inline]
    pub(crate) fn reserve(&mut self, tx: &mut Transaction<'_>, more: usize) -> Result<(), LuaError> {
        if self.bytes.capacity() - self.bytes.len() >= more {
            return Ok(());
        }
        let grown = self.grow(tx, more);
        self.kept(tx, grown)
    }

    /// After an error nobody builds on: the heap frees what there is.
    #[cold]
    #[inline(never)]
    fn fail(&mut self, tx: &mut Transaction<'_>, error: LuaError) -> LuaError {
        tx.scrap(std::mem::take(&mut self.bytes));
        error
    }

    #[inline]
    fn kept(&mut self, tx: &mut Transaction<'_>, result: Result<(), LuaError>) -> Result<(), LuaError> {
        result.map_err(|error| self.fail(tx, error))
    }

    #[inline(never)]
    fn grow(&mut self, tx: &mut Transaction<'_>, more: usize) -> Result<(), LuaError> {
        let needed = self.bytes.len().checked_add(more).ok_or(HeapError::OutOfMemory)?;
        if needed > UNCHECKED {
            // Strings are shorter than 2^32 bytes, and the buffer and its copy in the heap exist side by side.
            if needed >= u32::MAX as usize {
                return Err(HeapError::OutOfMemory.into());
            }
            tx.charge(needed)?;
            tx.release(needed);
        }
        Ok(tx.reserve(&mut self.bytes, more)?)
    }

    /// Appends bytes.
    ///
    /// # Errors
    /// Out of memory.
    #[inline]
    pub(crate) fn append(&mut self, tx: &mut Transaction<'_>, text: &[u8]) -> Result<(), LuaError> {
        self.reserve(tx, text.len())?;
        self.bytes.extend_from_slice(text);
        Ok(())
    }

    /// Appends a piece of a string; nothing where the range lies outside.
    ///
    /// # Errors
    /// Out of memory.
    #[inline]
    pub(crate) fn append_piece(
        &mut self,
        tx: &mut Transaction<'_>,
        string: Value,
        piece: std::ops::Range<usize>,
    ) -> Result<(), LuaError> {
        if piece.is_empty() {
            return Ok(());
        }
        if piece.len() <= UNCHECKED && self.bytes.capacity() - self.bytes.len() >= piece.len() {
            // Nothing grows, and it is too short to look at the kill.
            let bytes = tx.string(string).and_then(|text| text.get(piece)).unwrap_or_default();
            self.bytes.extend_from_slice(bytes);
            return Ok(());
        }
        self.append_long(tx, string, piece)
    }

    #[inline(never)]
    fn append_long(
        &mut self,
        tx: &mut Transaction<'_>,
        string: Value,
        piece: std::ops::Range<usize>,
    ) -> Result<(), LuaError> {
        self.reserve(tx, piece.len())?;
        let bytes = tx.string(string).and_then(|text| text.get(piece)).unwrap_or_default();
        let appended = tx.append(&mut self.bytes, bytes);
        self.kept(tx, appended.map_err(LuaError::from))
    }

    /// What was built is not wanted any more.
    pub(crate) fn give_up(self, tx: &mut Transaction<'_>) {
        tx.give_buffer(self.bytes);
    }

    /// The string that was built.
    ///
    /// # Errors
    /// Out of memory.
    #[inline]
    pub(crate) fn finish(self, ctx: &mut NativeContext<'_, '_>) -> Result<Value, LuaError> {
        Ok(ctx.tx.intern_buffer(self.bytes)?)
    }
}
