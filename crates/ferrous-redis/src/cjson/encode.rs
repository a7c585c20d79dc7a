//! `cjson.encode`: values to JSON.
//!
//! A table whose keys are all whole numbers from 1 on is an array with `null` in its holes, unless it is too sparse; any
//! other is an object in the order of iteration, and so is an empty one. Metatables are ignored.
//!
//! Work is counted table entry by table entry, so a large document pauses wherever a script could: the tables that are
//! being written lie in registers, the rest in [`Encoding`].
//!
//! **Invariant:** the registers above the argument hold the tables in `open`, outermost first; the text in the buffer is
//! charged to the heap while it grows.

use ferrous_heap::{TableRef, Unpacked, Value};
use ferrous_vm::{
    error::LuaError,
    native::{Charge, NativeContext, NativeResult, NativeState, Operation, Resumption},
    number::write_general,
};

use super::{
    NULL,
    settings::{InvalidNumbers, Settings},
};

/// How much text may be written before it is charged.
const CHARGED_AT_ONCE: usize = 64 << 10;
/// Longer strings are written in pieces of this many bytes.
const PIECE: usize = 16 << 10;
/// How many bytes are one unit of work.
const BYTES_A_UNIT: usize = 16;

pub(super) fn encode(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    if ctx.arg_count() != 1 {
        return Err(ctx.argument_error(1, "expected 1 argument"));
    }
    let settings = super::settings(ctx)?.clone();
    let mut encoding =
        Encoding { settings, out: Vec::new(), charged: 0, worked: 0, open: Vec::new(), written: None };
    let value = ctx.arg(1);
    encoding.value(ctx, value)?;
    Box::new(encoding).go_on(ctx)
}

/// A table that is being written.
#[derive(Clone, Copy)]
enum Open {
    Array { next: u32, len: u32 },
    Object { position: usize, first: bool },
}

/// A document that is being written.
struct Encoding {
    settings: Settings,
    out: Vec<u8>,
    /// How much of the text is charged to the heap.
    charged: usize,
    /// How much of the text has been counted as work.
    worked: usize,
    open: Vec<Open>,
    /// How much is written of the long string in the topmost register, if there is one.
    written: Option<usize>,
}

impl NativeState for Encoding {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        self.go_on(ctx)
    }
}

impl Encoding {
    /// Writes until the document is complete or it is time for a pause.
    fn go_on(mut self: Box<Self>, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        while !self.open.is_empty() || self.written.is_some() {
            if self.count_work(ctx) == Charge::Pause {
                ctx.set_boxed_state(self);
                return Ok(Operation::Pause);
            }
            let step = match self.written {
                Some(from) => {
                    self.piece(ctx, from);
                    Ok(())
                }
                None => self.element(ctx),
            };
            if let Err(error) = step.and_then(|()| self.charge_text(ctx)) {
                ctx.tx.release(self.charged);
                return Err(error);
            }
        }
        ctx.tx.release(self.charged);
        let text = ctx.tx.intern(&self.out)?;
        ctx.ret(text)
    }

    fn count_work(&mut self, ctx: &mut NativeContext<'_, '_>) -> Charge {
        let units = (self.out.len() - self.worked) / BYTES_A_UNIT + 1;
        self.worked = self.out.len();
        ctx.charge(u32::try_from(units).unwrap_or(u32::MAX))
    }

    fn charge_text(&mut self, ctx: &mut NativeContext<'_, '_>) -> Result<(), LuaError> {
        if self.out.len() > self.charged + CHARGED_AT_ONCE {
            let grown = self.out.len() - self.charged;
            ctx.tx.charge(grown)?;
            self.charged += grown;
        }
        Ok(())
    }

    /// Writes the next piece of the long string in the topmost register, or its end.
    fn piece(&mut self, ctx: &mut NativeContext<'_, '_>, from: usize) {
        let text = ctx.tx.string(ctx.get(ctx.top() - 1)).unwrap_or_default();
        let to = text.len().min(from + PIECE);
        write_escaped(text.get(from..to).unwrap_or_default(), &mut self.out);
        self.written = Some(to);
        if to == text.len() {
            self.out.push(b'"');
            self.written = None;
            ctx.pop();
        }
    }

    /// Writes the next element of the innermost table, or its end.
    fn element(&mut self, ctx: &mut NativeContext<'_, '_>) -> Result<(), LuaError> {
        let innermost = ctx.get(ctx.top() - 1);
        let (Some(open), Some(table)) = (self.open.last_mut(), innermost.as_table()) else { return Ok(()) };
        match open {
            Open::Array { next, len } if *next <= *len => {
                if *next > 1 {
                    self.out.push(b',');
                }
                let value = ctx.tx.raw_get(table, Value::number(f64::from(*next)));
                *next += 1;
                return self.value(ctx, value);
            }
            Open::Array { .. } => self.out.push(b']'),
            Open::Object { position, first } => match ctx.tx.next_entry(table, *position) {
                Some((next, key, value)) => {
                    *position = next;
                    if !std::mem::replace(first, false) {
                        self.out.push(b',');
                    }
                    self.key(ctx, key)?;
                    return self.value(ctx, value);
                }
                None => self.out.push(b'}'),
            },
        }
        self.open.pop();
        ctx.pop();
        Ok(())
    }

    fn key(&mut self, ctx: &NativeContext<'_, '_>, key: Value) -> Result<(), LuaError> {
        if let Some(text) = ctx.tx.string(key) {
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

    fn value(&mut self, ctx: &mut NativeContext<'_, '_>, value: Value) -> Result<(), LuaError> {
        match value.unpack() {
            Unpacked::Nil => self.out.extend_from_slice(b"null"),
            Unpacked::Boolean(truth) => self.out.extend_from_slice(if truth { b"true" } else { b"false" }),
            Unpacked::Number(number) => self.number(number)?,
            Unpacked::String(_) => {
                let text = ctx.tx.string(value).unwrap_or_default();
                if text.len() <= PIECE {
                    write_string(text, &mut self.out);
                } else {
                    self.out.push(b'"');
                    ctx.push(value)?;
                    self.written = Some(0);
                }
            }
            Unpacked::Table(table) => self.table(ctx, table)?,
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

    fn table(&mut self, ctx: &mut NativeContext<'_, '_>, table: TableRef) -> Result<(), LuaError> {
        let depth = self.open.len() + 1;
        if depth > self.settings.encode_max_depth as usize {
            return Err(LuaError::message(format!("Cannot serialise, excessive nesting ({depth})")));
        }
        match self.array_length(ctx, table)? {
            Some(len) => {
                self.out.push(b'[');
                self.open.push(Open::Array { next: 1, len });
            }
            None => {
                self.out.push(b'{');
                self.open.push(Open::Object { position: 0, first: true });
            }
        }
        ctx.push(table.into())
    }

    /// The length of an array that is not empty; `None` for an object.
    fn array_length(&self, ctx: &NativeContext<'_, '_>, table: TableRef) -> Result<Option<u32>, LuaError> {
        let (mut longest, mut count, mut position) = (0.0_f64, 0.0_f64, 0);
        while let Some((next, key, _)) = ctx.tx.next_entry(table, position) {
            position = next;
            match key.as_number() {
                Some(number) if number >= 1.0 && number.fract() == 0.0 => {
                    longest = longest.max(number);
                    count += 1.0;
                }
                _ => return Ok(None),
            }
        }
        let settings = &self.settings;
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
    write_escaped(text, out);
    out.push(b'"');
}

/// Writes text as it is but for what JSON wants escaped, run by run.
fn write_escaped(text: &[u8], out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let is_special = |byte: &u8| matches!(byte, 0..32 | b'"' | b'\\' | b'/' | 127);
    let mut rest = text;
    while let Some(at) = rest.iter().position(is_special) {
        let (plain, special) = rest.split_at(at);
        out.extend_from_slice(plain);
        let Some((&byte, after)) = special.split_first() else { return };
        rest = after;
        match byte {
            b'"' | b'\\' | b'/' => out.extend_from_slice(&[b'\\', byte]),
            8 => out.extend_from_slice(b"\\b"),
            12 => out.extend_from_slice(b"\\f"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            // Two digits of four bits each.
            _ => {
                let (high, low) = (HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]);
                out.extend_from_slice(&[b'\\', b'u', b'0', b'0', high, low]);
            }
        }
    }
    out.extend_from_slice(rest);
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
