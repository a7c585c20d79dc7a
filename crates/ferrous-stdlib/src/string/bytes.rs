//! The functions that look at bytes: `byte char len lower reverse sub upper` (manual §5.4).
//!
//! Case and order change in slices of [`SLICE`] bytes; letters are those of the "C" locale.
//!
//! **Invariant:** a [`Transformation`] has carried over exactly the first (for `reverse`: the last) `out.len()` bytes.

use std::ops::Range;

use ferrous_heap::{Transaction, Value};
use ferrous_vm::argument::integer_from;
use ferrous_vm::native::{
    Charge, MAX_NATIVE_STACK, NativeContext, NativeResult, NativeState, Resumption, Shortcut,
};

use crate::argument::{check_int, position};
use crate::buffer::Buffer;

/// Bytes transformed between two charges.
const SLICE: usize = 32 * 1024;
/// The longest piece of a string that is copied at once.
const LARGEST_PIECE: usize = 256 * 1024;

/// Bytes of the longest piece that `sub` gives without counting work.
const SHORT: usize = 64;

/// What `byte`, `len` and `sub` are for a string and numbers, where the result is one short value.
pub(super) const SHORTCUTS: &[(&str, Shortcut)] =
    &[("byte", byte_shortcut), ("len", len_shortcut), ("sub", sub_shortcut)];

/// `string.len(s)`.
pub(super) fn len(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let string = ctx.check_string(1)?;
    let length = ctx.tx.string_len(string).unwrap_or_default();
    ctx.ret(Value::number(length as f64))
}

fn len_shortcut(tx: &mut Transaction<'_>, args: &[Value]) -> Option<Value> {
    Some(Value::number(tx.string_len(*args.first()?)? as f64))
}

/// The range of bytes between two positions, both included.
#[inline]
fn range(first: i64, last: i64, length: usize) -> Range<usize> {
    let first = position(first, length).max(1);
    let last = position(last, length).min(length as i64);
    // Both lie in 0..=length where the range is not empty.
    if first <= last { first as usize - 1..last as usize } else { 0..0 }
}

fn sub_shortcut(tx: &mut Transaction<'_>, args: &[Value]) -> Option<Value> {
    let (string, first, last) = match args {
        [string, first] => (*string, first.as_number()?, -1.0),
        [string, first, last] => (*string, first.as_number()?, last.as_number()?),
        _ => return None,
    };
    let piece = range(integer_from(first), integer_from(last), tx.string_len(string)?);
    if piece.len() > SHORT { None } else { tx.intern_piece(string, piece).ok() }
}

/// `string.sub(s, i [, j])`.
pub(super) fn sub(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let string = ctx.check_string(1)?;
    let length = ctx.tx.string_len(string).unwrap_or_default();
    let piece = range(ctx.check_integer(2)?, ctx.opt_integer(3, -1)?, length);
    if piece.len() > LARGEST_PIECE && piece.len() < length {
        let out = Buffer::take(ctx.tx);
        return Transformation { change: Change::Piece(piece.start, piece.end), out }.advance(ctx);
    }
    let _ = ctx.charge((piece.len() / 16) as u32);
    let result = ctx.tx.intern_piece(string, piece)?;
    ctx.ret(result)
}

fn byte_shortcut(tx: &mut Transaction<'_>, args: &[Value]) -> Option<Value> {
    let (string, at) = match args {
        [string] => (*string, 1.0),
        [string, at] => (*string, at.as_number()?),
        _ => return None,
    };
    let text = tx.string(string)?;
    // A position is not negative, and 0 stands before all.
    let at = (position(integer_from(at), text.len()) as usize).checked_sub(1)?;
    text.get(at).map(|byte| Value::number(f64::from(*byte)))
}

/// `string.byte(s [, i [, j]])`.
pub(super) fn byte(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let string = ctx.check_string(1)?;
    let length = ctx.tx.string_len(string).unwrap_or_default();
    let first = position(ctx.opt_integer(2, 1)?, length);
    let last = position(ctx.opt_integer(3, first)?, length).min(length as i64);
    let first = first.max(1);
    if first > last {
        return ctx.ret0();
    }
    // Both lie in 1..=length.
    let (start, count) = (first as usize - 1, (last - first) as usize + 1);
    if count == 1 {
        let byte = ctx.tx.string(string).and_then(|text| text.get(start)).copied().unwrap_or_default();
        return ctx.ret(Value::number(f64::from(byte)));
    }
    if ctx.arg_count() + count > MAX_NATIVE_STACK {
        return Err(ctx.error("stack overflow (string slice too long)"));
    }
    let top = ctx.top();
    for at in start..start + count {
        let byte = ctx.tx.string(string).and_then(|text| text.get(at)).copied().unwrap_or_default();
        ctx.push(Value::number(f64::from(byte)))?;
    }
    // At most 8000.
    let _ = ctx.charge(count as u32);
    ctx.return_from(top)
}

/// `string.char(...)`.
pub(super) fn char(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let count = ctx.arg_count();
    let mut out = Buffer::take(ctx.tx);
    out.reserve(ctx.tx, count)?;
    for n in 1..=count {
        match u8::try_from(check_int(ctx, n)?) {
            Ok(byte) => out.bytes.push(byte),
            Err(_) => return Err(ctx.argument_error(n, "invalid value")),
        }
    }
    let result = out.finish(ctx)?;
    ctx.ret(result)
}

/// `string.lower(s)`.
pub(super) fn lower(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    transform(ctx, Change::Lower)
}

/// `string.upper(s)`.
pub(super) fn upper(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    transform(ctx, Change::Upper)
}

/// `string.reverse(s)`.
pub(super) fn reverse(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    transform(ctx, Change::Reverse)
}

#[derive(Debug, Clone, Copy)]
enum Change {
    Lower,
    Upper,
    Reverse,
    /// None: a piece that begins and ends here.
    Piece(usize, usize),
}

struct Transformation {
    change: Change,
    out: Buffer,
}

fn transform(ctx: &mut NativeContext<'_, '_>, change: Change) -> NativeResult {
    ctx.check_string(1)?;
    let out = Buffer::take(ctx.tx);
    Transformation { change, out }.advance(ctx)
}

impl Transformation {
    fn advance(mut self, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        let string = ctx.arg(1);
        let range = match self.change {
            Change::Piece(start, end) => start..end,
            _ => 0..ctx.tx.string_len(string).unwrap_or_default(),
        };
        let length = range.len();
        self.out.reserve(ctx.tx, length - self.out.bytes.len().min(length))?;
        loop {
            let text = ctx.tx.string(string).and_then(|text| text.get(range.clone())).unwrap_or_default();
            let done = self.out.bytes.len();
            let count = SLICE.min(length - done.min(length));
            match self.change {
                Change::Reverse => {
                    let piece = text.get(length - done - count..length - done).unwrap_or_default();
                    self.out.bytes.extend(piece.iter().rev());
                }
                Change::Piece(..) => {
                    self.out.bytes.extend_from_slice(text.get(done..done + count).unwrap_or_default());
                }
                Change::Lower => {
                    let piece = text.get(done..done + count).unwrap_or_default();
                    self.out.bytes.extend(piece.iter().map(u8::to_ascii_lowercase));
                }
                Change::Upper => {
                    let piece = text.get(done..done + count).unwrap_or_default();
                    self.out.bytes.extend(piece.iter().map(u8::to_ascii_uppercase));
                }
            }
            // A slice is 2048 sixteenths.
            let charge = ctx.charge((count / 16) as u32);
            if self.out.bytes.len() >= length {
                let result = self.out.finish(ctx)?;
                return ctx.ret(result);
            }
            if charge == Charge::Pause {
                return ctx.pause(self);
            }
        }
    }
}

impl NativeState for Transformation {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        self.advance(ctx)
    }

    fn give_up(self: Box<Self>, tx: &mut Transaction<'_>) {
        self.out.give_up(tx);
    }
}
