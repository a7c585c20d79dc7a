//! `cjson.encode`: values to JSON.
//!
//! A table whose keys are all whole numbers from 1 on is an array with `null` in its holes, unless it is too sparse; any
//! other is an object in the order of iteration, and so is an empty one. Metatables are ignored.
//!
//! **Invariant:** the text in the buffer is charged to the heap while it grows.

use ferrous_heap::{TableRef, Transaction, Unpacked, Value};
use ferrous_vm::{
    error::LuaError,
    native::{Charge, NativeContext, NativeResult},
    number::write_general,
};

use super::{
    NULL, Settings,
    settings::{self as settings_module},
};
use settings_module::InvalidNumbers;

/// How much text may be written before it is charged.
const CHARGED_AT_ONCE: usize = 64 << 10;

pub(super) fn encode(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    if ctx.arg_count() != 1 {
        return Err(ctx.argument_error(1, "expected 1 argument"));
    }
    let settings = super::settings(ctx)?.clone();
    let value = ctx.arg(1);
    let mut encoder =
        Encoder { tx: ctx.tx, settings: &settings, out: Vec::new(), charged: 0, open: Vec::new() };
    let outcome = encoder.run(value);
    let (out, charged) = (encoder.out, encoder.charged);
    ctx.tx.release(charged);
    outcome?;
    // The work is done; what it cost counts against the budget of what follows.
    let units = u32::try_from(out.len() / 16).unwrap_or(u32::MAX);
    let _: Charge = ctx.charge(units);
    let text = ctx.tx.intern(&out)?;
    ctx.ret(text)
}

/// A table that is being written.
enum Open {
    Array { table: TableRef, next: u32, len: u32 },
    Object { table: TableRef, position: usize, first: bool },
}

struct Encoder<'a, 'h> {
    tx: &'a mut Transaction<'h>,
    settings: &'a Settings,
    out: Vec<u8>,
    charged: usize,
    open: Vec<Open>,
}

impl Encoder<'_, '_> {
    fn run(&mut self, value: Value) -> Result<(), LuaError> {
        self.value(value)?;
        while let Some(open) = self.open.last_mut() {
            match open {
                Open::Array { table, next, len } => {
                    if *next > *len {
                        self.out.push(b']');
                        self.open.pop();
                        continue;
                    }
                    if *next > 1 {
                        self.out.push(b',');
                    }
                    let value = self.tx.raw_get(*table, Value::number(f64::from(*next)));
                    *next += 1;
                    self.value(value)?;
                }
                Open::Object { table, position, first } => {
                    let Some((next, key, value)) = self.tx.next_entry(*table, *position) else {
                        self.out.push(b'}');
                        self.open.pop();
                        continue;
                    };
                    *position = next;
                    if !std::mem::replace(first, false) {
                        self.out.push(b',');
                    }
                    self.key(key)?;
                    self.value(value)?;
                }
            }
            self.charge_text()?;
        }
        Ok(())
    }

    fn charge_text(&mut self) -> Result<(), LuaError> {
        if self.out.len() > self.charged + CHARGED_AT_ONCE {
            let grown = self.out.len() - self.charged;
            self.tx.charge(grown)?;
            self.charged += grown;
        }
        Ok(())
    }

    fn key(&mut self, key: Value) -> Result<(), LuaError> {
        if let Some(text) = self.tx.string(key) {
            write_string(text, &mut self.out);
        } else if let Some(number) = key.as_number() {
            self.out.push(b'"');
            self.number(number)?;
            self.out.push(b'"');
        } else {
            return Err(refusal(key, "table key must be a number or string"));
        }
        self.out.push(b':');
        Ok(())
    }

    fn value(&mut self, value: Value) -> Result<(), LuaError> {
        match value.unpack() {
            Unpacked::Nil => self.out.extend_from_slice(b"null"),
            Unpacked::Boolean(truth) => self.out.extend_from_slice(if truth { b"true" } else { b"false" }),
            Unpacked::Number(number) => self.number(number)?,
            Unpacked::String(_) => write_string(self.tx.string(value).unwrap_or_default(), &mut self.out),
            Unpacked::Table(table) => self.table(table)?,
            _ if value == NULL => self.out.extend_from_slice(b"null"),
            _ => return Err(refusal(value, "type not supported")),
        }
        Ok(())
    }

    fn number(&mut self, number: f64) -> Result<(), LuaError> {
        if !number.is_finite() {
            match self.settings.encode_invalid {
                InvalidNumbers::Refused => {
                    return Err(refusal(Value::number(number), "must not be NaN or Inf"));
                }
                InvalidNumbers::Null => {
                    self.out.extend_from_slice(b"null");
                    return Ok(());
                }
                InvalidNumbers::Written if number.is_nan() => {
                    self.out.extend_from_slice(b"nan");
                    return Ok(());
                }
                InvalidNumbers::Written => {}
            }
        }
        // At most 14.
        write_general(number, self.settings.precision as usize, &mut self.out);
        Ok(())
    }

    fn table(&mut self, table: TableRef) -> Result<(), LuaError> {
        let depth = self.open.len() + 1;
        if depth > self.settings.encode_max_depth as usize {
            return Err(LuaError::message(format!("Cannot serialise, excessive nesting ({depth})")));
        }
        match self.array_length(table)? {
            Some(len) => {
                self.out.push(b'[');
                self.open.push(Open::Array { table, next: 1, len });
            }
            None => {
                self.out.push(b'{');
                self.open.push(Open::Object { table, position: 0, first: true });
            }
        }
        Ok(())
    }

    /// The length of an array that is not empty; `None` for an object.
    fn array_length(&self, table: TableRef) -> Result<Option<u32>, LuaError> {
        let (mut longest, mut count, mut position) = (0.0_f64, 0.0_f64, 0);
        while let Some((next, key, _)) = self.tx.next_entry(table, position) {
            position = next;
            match key.as_number() {
                Some(number) if number >= 1.0 && number.fract() == 0.0 => {
                    longest = longest.max(number);
                    count += 1.0;
                }
                _ => return Ok(None),
            }
        }
        let settings = self.settings;
        let ratio = f64::from(settings.sparse_ratio);
        if ratio > 0.0 && longest > count * ratio && longest > f64::from(settings.sparse_safe) {
            if !settings.sparse_convert {
                return Err(refusal(table.into(), "excessively sparse array"));
            }
            return Ok(None);
        }
        // Beyond 2^32 the sparse rule was switched off for a table that nobody could want written out.
        Ok((longest > 0.0 && longest <= f64::from(u32::MAX)).then_some(longest as u32))
    }
}

fn refusal(value: Value, reason: &str) -> LuaError {
    LuaError::message(format!("Cannot serialise {}: {reason}", value.type_name()))
}

fn write_string(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    for &byte in text {
        match byte {
            b'"' | b'\\' | b'/' => out.extend_from_slice(&[b'\\', byte]),
            8 => out.extend_from_slice(b"\\b"),
            12 => out.extend_from_slice(b"\\f"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0..32 | 127 => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_escaped() {
        let mut out = Vec::new();
        write_string(b"a\"\\/\x08\x0c\n\r\t\x01\x7f\xff", &mut out);
        assert_eq!(out, b"\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0001\\u007f\xff\"");
    }
}
