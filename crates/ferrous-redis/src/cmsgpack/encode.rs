//! `cmsgpack.pack`: values to MessagePack, one after the other.
//!
//! Elements of a table are written in runs, until one is a table or a long string itself. Work is counted run by run, so large
//! values pause wherever a script could.
//!
//! **Invariant:** `open` is at most [`DEEPEST`] long. Above the arguments lie the tables in `open`, outermost first, and above them the
//! long string that is being written, if there is one; the text in the buffer is charged to the heap while it grows.

use ferrous_heap::{Transaction, Unpacked, Value};
use ferrous_vm::{
    error::LuaError,
    native::{Charge, NativeContext, NativeResult, NativeState, Resumption},
};

use crate::codec::{
    output::{Output, PIECE},
    shape::Shape,
};

/// How deep tables may be nested before they become nil.
const DEEPEST: usize = 16;
/// How many elements are written in one run at most; also none after the first [`PIECE`] of text.
const RUN: u32 = 256;
/// How many keys are looked at in one run at most.
const KEYS: usize = 2048;
/// How many are looked at before a table is taken for a large one.
const KEYS_AT_ONCE: usize = 64;
/// How many values, pieces or runs are written between two looks at the budget.
const STEPS: usize = 16;
/// How many bytes are one unit of work; the shortest elements take one.
const BYTES_A_UNIT: usize = 4;

pub(super) fn pack(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let last = ctx.arg_count();
    if last == 0 {
        return Err(ctx.argument_error(0, "MessagePack pack needs input."));
    }
    let out = Output::new(ctx);
    Packing { out, next: 1, last, open: Vec::new(), written: None }.go_on(ctx)
}

/// A table that is being written.
#[derive(Clone, Copy)]
enum Open {
    /// Nothing is written yet.
    Unknown(Shape),
    Array {
        next: u32,
        len: u32,
    },
    /// The entry behind `position` is next, or its value if the key is written.
    Map {
        position: usize,
        key_written: bool,
    },
}

/// Arguments that are being written.
struct Packing {
    out: Output,
    /// The next argument.
    next: usize,
    last: usize,
    open: Vec<Open>,
    /// How much is written of the long string in the topmost register, if there is one.
    written: Option<usize>,
}

impl NativeState for Packing {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        (*self).go_on(ctx)
    }

    fn give_up(self: Box<Self>, tx: &mut Transaction<'_>) {
        self.out.give_up(tx);
        tx.scrap(self.open);
    }
}

impl Packing {
    fn go_on(mut self, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        while self.next <= self.last || !self.open.is_empty() || self.written.is_some() {
            let steps = (0..STEPS).try_for_each(|_| self.step(ctx));
            if let Err(error) = steps.and_then(|()| self.out.charge(ctx)) {
                return self.out.abandon(ctx, error);
            }
            if self.out.count_work(ctx, BYTES_A_UNIT) == Charge::Pause {
                return ctx.pause(self);
            }
        }
        self.out.finish(ctx)
    }

    fn step(&mut self, ctx: &mut NativeContext<'_, '_>) -> Result<(), LuaError> {
        if let Some(from) = self.written {
            self.piece(ctx, from);
            return Ok(());
        }
        if !self.open.is_empty() {
            return self.elements(ctx);
        }
        if self.next > self.last {
            return Ok(());
        }
        let value = ctx.arg(self.next);
        self.next += 1;
        let nested = Writer { tx: ctx.tx, out: &mut self.out.bytes }.value(value);
        self.enter(ctx, nested)
    }

    /// Writes the next piece of the long string in the topmost register.
    fn piece(&mut self, ctx: &mut NativeContext<'_, '_>, from: usize) {
        let text = ctx.get(ctx.top() - 1);
        let end = ctx.tx.string_len(text).unwrap_or_default();
        self.written = self.out.piece(ctx, text, from, end, |text, out| out.extend_from_slice(text));
        if self.written.is_none() {
            ctx.pop();
        }
    }

    /// Begins to write a table or a long string.
    fn enter(&mut self, ctx: &mut NativeContext<'_, '_>, nested: Option<Value>) -> Result<(), LuaError> {
        let Some(value) = nested else { return Ok(()) };
        if value.is_string() {
            self.written = Some(0);
        } else if self.open.len() < DEEPEST {
            let mut shape = Shape::default();
            let is_known = ctx.tx.table(value).is_some_and(|table| shape.look(table, KEYS_AT_ONCE, false));
            let mut writer = Writer { tx: ctx.tx, out: &mut self.out.bytes };
            self.open.push(if is_known { writer.head(&shape) } else { Open::Unknown(shape) });
        } else {
            self.out.bytes.push(0xc0);
            return Ok(());
        }
        ctx.push(value)
    }

    /// Writes elements of the innermost table up to one that is nested, or its end.
    fn elements(&mut self, ctx: &mut NativeContext<'_, '_>) -> Result<(), LuaError> {
        let innermost = ctx.get(ctx.top() - 1);
        let (Some(open), Some(table)) = (self.open.last_mut(), ctx.tx.table(innermost)) else {
            return Err(LuaError::bare("no table"));
        };
        let mut writer = Writer { tx: ctx.tx, out: &mut self.out.bytes };
        let mut nested = None;
        let full = writer.out.len() + PIECE;
        let ended = match open {
            Open::Unknown(shape) => {
                if shape.look(table, KEYS, false) {
                    *open = writer.head(shape);
                }
                // What the keys cost comes on top of what is written.
                let _: Charge = ctx.charge((KEYS / BYTES_A_UNIT) as u32);
                return Ok(());
            }
            Open::Array { next, len } => {
                let last = (*len).min(next.saturating_add(RUN - 1));
                while *next <= last && nested.is_none() && writer.out.len() < full {
                    nested = writer.value(table.get_int(*next));
                    *next += 1;
                }
                *next > *len
            }
            Open::Map { position, key_written } => {
                let mut ended = true;
                let mut left = RUN;
                while let Some((after, key, value)) = table.next_entry(*position) {
                    if left == 0 {
                        ended = false;
                        break;
                    }
                    left -= 1;
                    if !std::mem::replace(key_written, true) {
                        nested = writer.value(key);
                        if nested.is_some() {
                            break;
                        }
                    }
                    *key_written = false;
                    *position = after;
                    nested = writer.value(value);
                    if nested.is_some() || writer.out.len() >= full {
                        ended = false;
                        break;
                    }
                }
                ended
            }
        };
        if nested.is_some() {
            return self.enter(ctx, nested);
        }
        if ended {
            self.open.pop();
            ctx.pop();
        }
        Ok(())
    }
}

/// Writes what is not nested.
struct Writer<'e, 'h> {
    tx: &'e Transaction<'h>,
    out: &'e mut Vec<u8>,
}

impl Writer<'_, '_> {
    /// Writes a value; returns it instead if it is a table or the rest of a long string, whose head is written.
    #[inline]
    fn value(&mut self, value: Value) -> Option<Value> {
        match value.unpack() {
            Unpacked::Boolean(truth) => self.out.push(if truth { 0xc3 } else { 0xc2 }),
            Unpacked::Number(number) => write_number(number, self.out),
            Unpacked::String(_) => {
                let text = self.tx.string(value).unwrap_or_default();
                write_string_head(text.len(), self.out);
                if text.len() > PIECE {
                    return Some(value);
                }
                self.out.extend_from_slice(text);
            }
            Unpacked::Table(_) => return Some(value),
            _ => self.out.push(0xc0),
        }
        None
    }

    /// Writes the head of a table: an array if its keys are the whole numbers from 1 to their count.
    fn head(&mut self, shape: &Shape) -> Open {
        // Tables have fewer keys than 2^32.
        let count = shape.count as u32;
        let is_array = !shape.has_others && !shape.has_large && shape.longest == shape.count as f64;
        if is_array {
            write_head(count, (0x90, 0xdc, 0xdd), self.out);
            Open::Array { next: 1, len: count }
        } else {
            write_head(count, (0x80, 0xde, 0xdf), self.out);
            Open::Map { position: 0, key_written: false }
        }
    }
}

/// The head of an array or a map: short, 16 bits, 32 bits.
fn write_head(count: u32, (short, medium, long): (u8, u8, u8), out: &mut Vec<u8>) {
    match (u8::try_from(count), u16::try_from(count)) {
        (Ok(count @ 0..=15), _) => out.push(short | count),
        (_, Ok(count)) => write(medium, &count.to_be_bytes(), out),
        _ => write(long, &count.to_be_bytes(), out),
    }
}

fn write_string_head(len: usize, out: &mut Vec<u8>) {
    match (u8::try_from(len), u16::try_from(len)) {
        (Ok(len @ 0..=31), _) => out.push(0xa0 | len),
        (Ok(len), _) => write(0xd9, &[len], out),
        (_, Ok(len)) => write(0xda, &len.to_be_bytes(), out),
        // Strings of 4 GiB do not exist.
        _ => write(0xdb, &u32::try_from(len).unwrap_or(u32::MAX).to_be_bytes(), out),
    }
}

fn write(kind: u8, bytes: &[u8], out: &mut Vec<u8>) {
    out.push(kind);
    out.extend_from_slice(bytes);
}

fn write_number(number: f64, out: &mut Vec<u8>) {
    let whole = ferrous_vm::argument::integer_from(number);
    // 2^63 is not an integer of 64 bits, though the cast's result would compare equal after rounding.
    if whole as f64 == number && number < 9_223_372_036_854_775_808.0 {
        return write_integer(whole, out);
    }
    let short = number as f32;
    if f64::from(short) == number {
        write(0xca, &short.to_be_bytes(), out);
    } else {
        write(0xcb, &number.to_be_bytes(), out);
    }
}

fn write_integer(value: i64, out: &mut Vec<u8>) {
    if let Ok(value) = u64::try_from(value) {
        match (u8::try_from(value), u16::try_from(value), u32::try_from(value)) {
            (Ok(value @ 0..=127), ..) => out.push(value),
            (Ok(value), ..) => write(0xcc, &[value], out),
            (_, Ok(value), _) => write(0xcd, &value.to_be_bytes(), out),
            (_, _, Ok(value)) => write(0xce, &value.to_be_bytes(), out),
            _ => write(0xcf, &value.to_be_bytes(), out),
        }
    } else {
        match (i8::try_from(value), i16::try_from(value), i32::try_from(value)) {
            (Ok(value @ -32..), ..) => out.push(value.cast_unsigned()),
            (Ok(value), ..) => write(0xd0, &value.to_be_bytes(), out),
            (_, Ok(value), _) => write(0xd1, &value.to_be_bytes(), out),
            (_, _, Ok(value)) => write(0xd2, &value.to_be_bytes(), out),
            _ => write(0xd3, &value.to_be_bytes(), out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_take_the_smallest_form() {
        let cases: &[(f64, &[u8])] = &[
            (0.0, b"\x00"),
            (-0.0, b"\x00"),
            (127.0, b"\x7f"),
            (128.0, b"\xcc\x80"),
            (256.0, b"\xcd\x01\x00"),
            (65536.0, b"\xce\x00\x01\x00\x00"),
            (-32.0, b"\xe0"),
            (-33.0, b"\xd0\xdf"),
            (-129.0, b"\xd1\xff\x7f"),
            (1.5, b"\xca\x3f\xc0\x00\x00"),
            (9_223_372_036_854_775_808.0, b"\xca\x5f\x00\x00\x00"),
            (0.1, b"\xcb\x3f\xb9\x99\x99\x99\x99\x99\x9a"),
            (-9_223_372_036_854_775_808.0, b"\xd3\x80\x00\x00\x00\x00\x00\x00\x00"),
        ];
        for (number, wanted) in cases {
            let mut out = Vec::new();
            write_number(*number, &mut out);
            assert_eq!(out, *wanted, "{number}");
        }
    }
}
