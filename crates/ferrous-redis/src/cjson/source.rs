//! Source: a copy of the string that is being read.
//!
//! Reading makes strings and tables, and while it does it cannot borrow from the heap. The copy is made piece by piece, in the
//! heap's scratch buffer.
//!
//! **Invariant:** the copy's whole length is charged to the heap from its beginning until it is given back.

use ferrous_heap::{HeapError, Transaction};
use ferrous_vm::{
    error::LuaError,
    native::{Charge, NativeContext},
};

/// How many bytes are copied at once.
const PIECE: usize = 64 << 10;
/// How many bytes are one unit of work.
const BYTES_A_UNIT: usize = 16;

/// See the module's text.
#[derive(Debug, Default)]
pub(super) struct Source {
    /// What is copied so far.
    pub(super) bytes: Vec<u8>,
    /// How long the string is.
    pub(super) len: usize,
}

impl Source {
    /// An empty copy of a string of this length.
    pub(super) fn new(ctx: &mut NativeContext<'_, '_>, len: usize) -> Result<Self, LuaError> {
        ctx.tx.charge(len)?;
        let mut bytes = ctx.tx.take_buffer();
        if bytes.try_reserve(len).is_err() {
            ctx.tx.release(len);
            return Err(HeapError::OutOfMemory.into());
        }
        Ok(Self { bytes, len })
    }

    /// Copies what is missing from the string in a register; it is complete when this answers that the native may go on.
    #[inline]
    pub(super) fn copy(&mut self, ctx: &mut NativeContext<'_, '_>, register: usize) -> Charge {
        while self.bytes.len() < self.len {
            let from = self.bytes.len();
            let text = ctx.tx.string(ctx.get(register)).unwrap_or_default();
            let piece = text.get(from..self.len.min(from + PIECE)).filter(|piece| !piece.is_empty());
            let Some(piece) = piece else { return Charge::Go };
            self.bytes.extend_from_slice(piece);
            // At most a piece.
            if ctx.charge((piece.len() / BYTES_A_UNIT) as u32) == Charge::Pause {
                return Charge::Pause;
            }
        }
        Charge::Go
    }

    /// Gives the memory back.
    pub(super) fn give_back(self, tx: &mut Transaction<'_>) {
        tx.release(self.len);
        tx.give_buffer(self.bytes);
    }
}
