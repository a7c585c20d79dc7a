//! `table.concat` (manual §5.5).
//!
//! Elements go straight from the heap into the buffer, numbers without becoming strings first.
//!
//! **Invariant:** `out` holds the elements before `next` with separators after each.

use ferrous_heap::{Transaction, Value};
use ferrous_vm::error::LuaError;
use ferrous_vm::native::{Charge, NativeContext, NativeResult, NativeState, Resumption};
use ferrous_vm::number;

use super::{element, length};
use crate::argument::{check_int, opt_int};
use crate::buffer::Buffer;

/// Elements appended between two charges.
const SLICE: i64 = 512;
/// And about as many bytes at most.
const SLICE_BYTES: usize = 1 << 18;
/// Elements with separators longer than this may need looks while they are appended.
const PIECE: usize = 1 << 16;
/// No number is longer than this.
const LONGEST_NUMBER: usize = 32;

struct Concatenation {
    out: Buffer,
    next: i64,
    last: i64,
}

/// `table.concat(table [, sep [, i [, j]]])`.
pub(super) fn concat(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let separator = ctx.opt_string(2)?;
    ctx.check_table(1)?;
    if separator.is_none() {
        let empty = ctx.tx.intern(b"")?;
        ctx.set_top(ctx.top().max(3))?;
        ctx.set(2, empty);
    }
    let first = opt_int(ctx, 3, 1)?;
    let last = if ctx.arg(4).is_nil() { length(ctx, 1)? } else { check_int(ctx, 4)? };
    let out = Buffer::take(ctx.tx);
    Concatenation { out, next: i64::from(first), last: i64::from(last) }.advance(ctx)
}

impl Concatenation {
    fn advance(mut self, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        let (table, separator) = (ctx.arg(1), ctx.arg(2));
        loop {
            let before = self.out.bytes.len();
            let slice_end = self.last.min(self.next.saturating_add(SLICE - 1));
            while self.next <= slice_end && self.out.bytes.len() - before < SLICE_BYTES {
                self.append_fitting(ctx, table, separator, slice_end);
                if self.next <= slice_end {
                    if let Err(error) = self.append(ctx, table, separator) {
                        self.out.give_up(ctx.tx);
                        return Err(error);
                    }
                    self.next += 1;
                }
            }
            // What one slice appends is shorter than 2^32 bytes, the limit of the buffer.
            let work = (self.out.bytes.len() - before) / 16 + SLICE as usize;
            if self.next > self.last {
                let _ = ctx.charge(work as u32);
                let result = self.out.finish(ctx)?;
                return ctx.ret(result);
            }
            if ctx.charge(work as u32) == Charge::Pause {
                return ctx.pause(self);
            }
        }
    }

    /// Appends elements of the array part as long as they are plain and fit into the buffer.
    #[inline]
    fn append_fitting(
        &mut self,
        ctx: &NativeContext<'_, '_>,
        table: Value,
        separator: Value,
        slice_end: i64,
    ) {
        let between = ctx.tx.string(separator).unwrap_or_default();
        let array = ctx.tx.table(table).map(ferrous_heap::Table::array).unwrap_or_default();
        let full = self.out.bytes.len() + SLICE_BYTES;
        // The last element of all has no separator behind it, and is left to `append`.
        let end = slice_end.min(self.last - 1);
        let Ok(first) = usize::try_from(self.next - 1) else { return };
        let Ok(end) = usize::try_from(end) else { return };
        for &value in array.get(first..end.min(array.len())).unwrap_or_default() {
            let text = ctx.tx.string(value);
            let needed = text.map_or(LONGEST_NUMBER, <[u8]>::len) + between.len();
            let room = self.out.bytes.capacity() - self.out.bytes.len();
            if room < needed
                || needed > PIECE
                || self.out.bytes.len() >= full
                || append_to(&mut self.out.bytes, value, text, between).is_none()
            {
                return;
            }
            self.next += 1;
        }
    }

    /// Appends any element, with room made for it, or refuses it.
    fn append(
        &mut self,
        ctx: &mut NativeContext<'_, '_>,
        table: Value,
        separator: Value,
    ) -> Result<(), LuaError> {
        // Between two `int`s.
        let value = element(ctx, table, self.next as i32);
        let separator = if self.next < self.last { separator } else { Value::NIL };
        let length = |value| ctx.tx.string_len(value);
        let needed = length(value).unwrap_or(LONGEST_NUMBER) + length(separator).unwrap_or_default();
        self.out.reserve(ctx.tx, needed)?;
        let between = ctx.tx.string(separator).unwrap_or_default();
        let text = ctx.tx.string(value);
        match text {
            Some(text) => ctx.tx.append(&mut self.out.bytes, text)?,
            None => append_to(&mut self.out.bytes, value, None, b"")
                .ok_or_else(|| invalid(ctx, value, self.next))?,
        }
        Ok(ctx.tx.append(&mut self.out.bytes, between)?)
    }
}

#[inline(always)]
fn append_to(out: &mut Vec<u8>, value: Value, text: Option<&[u8]>, between: &[u8]) -> Option<()> {
    match (text, value.as_number()) {
        (Some(text), _) => out.extend_from_slice(text),
        (None, Some(number)) => number::write_number(number, out),
        (None, None) => return None,
    }
    out.extend_from_slice(between);
    Some(())
}

#[cold]
fn invalid(ctx: &NativeContext<'_, '_>, value: Value, index: i64) -> LuaError {
    let kind = value.type_name();
    ctx.error(format!("invalid value ({kind}) at index {index} in table for 'concat'"))
}

impl NativeState for Concatenation {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        self.advance(ctx)
    }

    fn give_up(self: Box<Self>, tx: &mut Transaction<'_>) {
        self.out.give_up(tx);
    }
}
