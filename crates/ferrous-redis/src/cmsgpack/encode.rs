//! `cmsgpack.pack`: values to MessagePack, one after the other.
//!
//! **Invariant:** a table is announced with as many elements as are written.

use ferrous_heap::{Transaction, Unpacked, Value};
use ferrous_vm::{
    error::LuaError,
    native::{NativeContext, NativeResult},
};

use crate::codec::{
    encoding::{Encoding, Format, Layout},
    output::PIECE,
    shape::Shape,
};

/// How deep tables may be nested before they become nil.
const DEEPEST: usize = 16;

pub(super) fn pack(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    if ctx.arg_count() == 0 {
        return Err(ctx.argument_error(0, "MessagePack pack needs input."));
    }
    Encoding::write(ctx, MessagePack)
}

/// The one form of MessagePack that is written.
struct MessagePack;

impl Format for MessagePack {
    /// The shortest elements take one.
    const BYTES_A_UNIT: usize = 4;
    const INDICES_ONLY: bool = false;

    #[inline(always)]
    fn value(
        &self,
        tx: &Transaction<'_>,
        value: Value,
        out: &mut Vec<u8>,
    ) -> Result<Option<Value>, LuaError> {
        match value.unpack() {
            Unpacked::Boolean(truth) => out.push(if truth { 0xc3 } else { 0xc2 }),
            Unpacked::Number(number) => write_number(number, out),
            Unpacked::String(_) if begin_string(tx, value, out) => return Ok(Some(value)),
            Unpacked::String(_) => {}
            Unpacked::Table(_) => return Ok(Some(value)),
            _ => out.push(0xc0),
        }
        Ok(None)
    }

    #[inline]
    fn key(&self, tx: &Transaction<'_>, key: Value, out: &mut Vec<u8>) -> Result<Option<Value>, LuaError> {
        self.value(tx, key, out)
    }

    fn piece(text: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(text);
    }

    fn end_string(&self, _: bool, _: &mut Vec<u8>) {}

    #[inline]
    fn admits(&self, depth: usize, _: usize, out: &mut Vec<u8>) -> Result<bool, LuaError> {
        if depth > DEEPEST {
            out.push(0xc0);
        }
        Ok(depth <= DEEPEST)
    }

    /// An array if its keys are the whole numbers from 1 to their count.
    #[inline]
    fn layout(&self, _: &NativeContext<'_, '_>, _: Value, shape: &Shape) -> Result<Layout, LuaError> {
        let is_array = !shape.has_others && !shape.has_large && shape.longest == shape.count as f64;
        // Tables have fewer keys than 2^32.
        Ok(if is_array { Layout::List(shape.count as u32) } else { Layout::Pairs })
    }

    #[inline]
    fn begin(&self, layout: Layout, shape: &Shape, out: &mut Vec<u8>) {
        match layout {
            Layout::List(count) => write_head(count, (0x90, 0xdc, 0xdd), out),
            // Tables have fewer keys than 2^32.
            Layout::Pairs => write_head(shape.count as u32, (0x80, 0xde, 0xdf), out),
        }
    }

    #[inline]
    fn separate(&self, _: &mut Vec<u8>) {}

    #[inline]
    fn end(&self, _: bool, _: &mut Vec<u8>) {}
}

/// Writes a string, or what stands before it if it is a long one; whether it is.
#[inline(never)]
fn begin_string(tx: &Transaction<'_>, string: Value, out: &mut Vec<u8>) -> bool {
    let text = tx.string(string).unwrap_or_default();
    write_string_head(text.len(), out);
    let is_long = text.len() > PIECE;
    if !is_long {
        out.extend_from_slice(text);
    }
    is_long
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

#[inline(never)]
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
