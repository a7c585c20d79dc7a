//! Output: the text that is being written, in the heap's scratch buffer.
//!
//! **Invariant:** all but the last [`CHARGED_AT_ONCE`] bytes are charged to the heap until the text is finished or abandoned.

use ferrous_heap::{Transaction, Value};
use ferrous_vm::{
    error::LuaError,
    native::{Charge, NativeContext, NativeResult},
};

/// How much may be written before it is charged.
const CHARGED_AT_ONCE: usize = 64 << 10;
/// How much room a long text has before some steps are written: each writes a few pieces at most, of up to six bytes for one.
const ROOM: usize = 2 << 20;
/// How much of a long string is written at once; shorter ones are written as they come.
pub(crate) const PIECE: usize = 16 << 10;

/// See the module's text.
#[derive(Debug)]
pub(crate) struct Output {
    /// What is written so far.
    pub(crate) bytes: Vec<u8>,
    /// How much of it is charged.
    charged: usize,
    /// How much of it has been counted as work.
    worked: usize,
}

impl Output {
    /// An empty one.
    #[inline]
    pub(crate) fn new(ctx: &mut NativeContext<'_, '_>) -> Self {
        Self { bytes: ctx.tx.take_buffer(), charged: 0, worked: 0 }
    }

    /// Counts what was written since the last time as work, a unit for so many bytes, and one for the step.
    #[inline]
    pub(crate) fn count_work(&mut self, ctx: &mut NativeContext<'_, '_>, bytes_a_unit: usize) -> Charge {
        let units = (self.bytes.len() - self.worked) / bytes_a_unit + 1;
        self.worked = self.bytes.len();
        ctx.charge(u32::try_from(units).unwrap_or(u32::MAX))
    }

    /// Charges what was written.
    ///
    /// # Errors
    /// Out of memory.
    #[inline]
    pub(crate) fn charge(&mut self, ctx: &mut NativeContext<'_, '_>) -> Result<(), LuaError> {
        if self.bytes.len() > self.charged + CHARGED_AT_ONCE {
            let grown = self.bytes.len() - self.charged;
            ctx.tx.charge(grown)?;
            self.charged += grown;
            if self.bytes.len() > ROOM {
                ctx.tx.reserve(&mut self.bytes, ROOM)?;
            }
        }
        Ok(())
    }

    /// Appends the piece of a string that begins at `from`; where the next one begins, if there is one.
    pub(crate) fn piece(
        &mut self,
        ctx: &NativeContext<'_, '_>,
        text: Value,
        from: usize,
        end: usize,
        write: impl Fn(&[u8], &mut Vec<u8>),
    ) -> Option<usize> {
        let to = end.min(from + PIECE);
        let text = ctx.tx.string(text).unwrap_or_default();
        write(text.get(from..to).unwrap_or_default(), &mut self.bytes);
        (to < end).then_some(to)
    }

    /// Returns the text.
    pub(crate) fn finish(self, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        ctx.tx.release(self.charged);
        let text = ctx.tx.intern_buffer(self.bytes)?;
        ctx.ret(text)
    }

    /// The run is over: what is charged goes with it.
    pub(crate) fn give_up(self, tx: &mut Transaction<'_>) {
        tx.release(self.charged);
        tx.give_buffer(self.bytes);
    }

    /// Raises an error instead.
    #[cold]
    pub(crate) fn abandon(self, ctx: &mut NativeContext<'_, '_>, error: LuaError) -> NativeResult {
        self.give_up(ctx.tx);
        Err(error)
    }
}
