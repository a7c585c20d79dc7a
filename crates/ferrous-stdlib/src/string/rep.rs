//! `string.rep` (manual §5.4).
//!
//! The result is made by copying what is there already, in slices, so that a long result of a short string costs one
//! pass of memory copies.
//!
//! **Invariant:** `out` is a prefix of the result.

use ferrous_heap::{HeapError, Transaction, Value};
use ferrous_vm::native::{Charge, NativeContext, NativeResult, NativeState, Resumption};

use crate::argument::check_int;
use crate::buffer::Buffer;

/// Bytes copied between two charges.
const SLICE: usize = 64 * 1024;

struct Repetition {
    out: Buffer,
    total: usize,
}

/// `string.rep(s, n)`.
pub(super) fn rep(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let string = ctx.check_string(1)?;
    // Not negative.
    let count = check_int(ctx, 2)?.max(0) as usize;
    let length = ctx.tx.string_len(string).unwrap_or_default();
    let total = length.checked_mul(count).ok_or(HeapError::OutOfMemory)?;
    if count == 1 {
        return ctx.ret(string);
    }
    if total == 0 {
        let empty: Value = ctx.tx.intern(b"")?;
        return ctx.ret(empty);
    }
    let mut out = Buffer::take(ctx.tx);
    out.reserve(ctx.tx, total)?;
    Repetition { out, total }.advance(ctx)
}

impl Repetition {
    fn advance(mut self, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        let string = ctx.arg(1);
        loop {
            let before = self.out.bytes.len();
            let text = ctx.tx.string(string).unwrap_or_default();
            if before < text.len() {
                let piece = text.get(before..text.len().min(before + SLICE)).unwrap_or_default();
                self.out.bytes.extend_from_slice(piece);
            } else {
                // What is there goes on with the same place of the text.
                let from = before % text.len().max(1);
                let count = (before - from).min(self.total - before).min(SLICE);
                self.out.bytes.extend_from_within(from..from + count);
            }
            let copied = self.out.bytes.len() - before;
            // A string is shorter than 2^32 bytes.
            let charge = ctx.charge((copied / 16) as u32 + 1);
            if copied == 0 || self.out.bytes.len() >= self.total {
                let result = self.out.finish(ctx)?;
                return ctx.ret(result);
            }
            if charge == Charge::Pause {
                return ctx.pause(self);
            }
        }
    }
}

impl NativeState for Repetition {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        self.advance(ctx)
    }

    fn give_up(self: Box<Self>, tx: &mut Transaction<'_>) {
        self.out.give_up(tx);
    }
}
