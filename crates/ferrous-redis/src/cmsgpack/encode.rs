//! `cmsgpack.pack`: values to MessagePack, one after the other.
//!
//! **Invariant:** `open` is at most [`DEEPEST`] long.

use ferrous_heap::{TableRef, Transaction, Unpacked, Value};
use ferrous_vm::{
    error::LuaError,
    native::{Charge, NativeContext, NativeResult},
};

/// How deep tables may be nested before they become nil.
const DEEPEST: usize = 16;
/// How much may be written before it is charged.
const CHARGED_AT_ONCE: usize = 64 << 10;

pub(super) fn pack(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    if ctx.arg_count() == 0 {
        return Err(ctx.argument_error(0, "MessagePack pack needs input."));
    }
    let values = ctx.registers_from(1).to_vec();
    let mut encoder = Encoder { tx: ctx.tx, out: Vec::new(), charged: 0, open: Vec::new() };
    let outcome = values.into_iter().try_for_each(|value| encoder.run(value));
    let (out, charged) = (encoder.out, encoder.charged);
    ctx.tx.release(charged);
    outcome?;
    // The work is done; what it cost counts against the budget of what follows.
    let _: Charge = ctx.charge(u32::try_from(out.len() / 16).unwrap_or(u32::MAX));
    let text = ctx.tx.intern(&out)?;
    ctx.ret(text)
}

/// A table that is being written.
enum Open {
    Array { table: TableRef, next: u32, len: u32 },
    Map { table: TableRef, position: usize, value: Option<Value> },
}

struct Encoder<'a, 'h> {
    tx: &'a mut Transaction<'h>,
    out: Vec<u8>,
    charged: usize,
    open: Vec<Open>,
}

impl Encoder<'_, '_> {
    fn run(&mut self, value: Value) -> Result<(), LuaError> {
        self.value(value);
        while let Some(open) = self.open.last_mut() {
            let element = match open {
                Open::Array { table, next, len } => {
                    *next += 1;
                    (*next <= *len).then(|| self.tx.raw_get(*table, Value::number(f64::from(*next))))
                }
                Open::Map { table, position, value } => value.take().or_else(|| {
                    let (next, key, found) = self.tx.next_entry(*table, *position)?;
                    *position = next;
                    *value = Some(found);
                    Some(key)
                }),
            };
            match element {
                Some(element) => self.value(element),
                None => {
                    self.open.pop();
                }
            }
            if self.out.len() > self.charged + CHARGED_AT_ONCE {
                let grown = self.out.len() - self.charged;
                self.tx.charge(grown)?;
                self.charged += grown;
            }
        }
        Ok(())
    }

    fn value(&mut self, value: Value) {
        match value.unpack() {
            Unpacked::Boolean(truth) => self.out.push(if truth { 0xc3 } else { 0xc2 }),
            Unpacked::Number(number) => write_number(number, &mut self.out),
            Unpacked::String(_) => {
                let text = self.tx.string(value).unwrap_or_default();
                write_string_head(text.len(), &mut self.out);
                self.out.extend_from_slice(text);
            }
            Unpacked::Table(table) if self.open.len() < DEEPEST => self.table(table),
            _ => self.out.push(0xc0),
        }
    }

    fn table(&mut self, table: TableRef) {
        let (mut count, mut longest, mut is_array, mut position) = (0_u32, 0.0_f64, true, 0);
        while let Some((next, key, _)) = self.tx.next_entry(table, position) {
            position = next;
            count = count.saturating_add(1);
            match key.as_number() {
                Some(number) if number > 0.0 && number.fract() == 0.0 && number <= f64::from(i32::MAX) => {
                    longest = longest.max(number);
                }
                _ => is_array = false,
            }
        }
        if is_array && longest == f64::from(count) {
            write_head(count, (0x90, 0xdc, 0xdd), &mut self.out);
            self.open.push(Open::Array { table, next: 0, len: count });
        } else {
            write_head(count, (0x80, 0xde, 0xdf), &mut self.out);
            self.open.push(Open::Map { table, position: 0, value: None });
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
