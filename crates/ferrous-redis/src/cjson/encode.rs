//! `cjson.encode`: values to JSON.
//!
//! A table whose keys are all whole numbers from 1 on is an array with `null` in its holes, unless it is too sparse; any
//! other is an object in the order of iteration, and so is an empty one. Metatables are ignored.
//!
//! **Invariant:** what is written of a value is correct JSON, or the whole call fails.

use ferrous_heap::{Transaction, Unpacked, Value};
use ferrous_vm::{
    error::LuaError,
    native::{MAX_NATIVE_STACK, NativeContext, NativeResult},
    number::{write_general, write_number},
};

use super::{
    NULL, array_metatable,
    settings::{InvalidNumbers, Settings},
};
use crate::{
    api::dialect,
    codec::{
        encoding::{Encoding, Format, Layout},
        output::PIECE,
        shape::Shape,
        word,
    },
};

/// How many more values cjson asks room for on its stack before it looks into a table.
const FOR_A_TABLE: usize = 3;

/// The precision that `tostring` has too.
const USUAL_PRECISION: u32 = 14;

pub(super) fn encode(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    if ctx.arg_count() != 1 {
        return Err(ctx.argument_error(1, "expected 1 argument"));
    }
    let settings = super::settings(ctx)?.clone();
    let marked_arrays = dialect(ctx)?.cjson_array_metatable;
    Encoding::write(ctx, Json { settings, marked_arrays })
}

/// JSON as an instance is set to write it.
struct Json {
    settings: Settings,
    /// Whether the target has a metatable for empty arrays.
    marked_arrays: bool,
}

impl Format for Json {
    /// The shortest elements take two.
    const BYTES_A_UNIT: usize = 8;
    const INDICES_ONLY: bool = true;

    #[inline(always)]
    fn value(
        &self,
        tx: &Transaction<'_>,
        value: Value,
        out: &mut Vec<u8>,
    ) -> Result<Option<Value>, LuaError> {
        match value.unpack() {
            Unpacked::Nil => out.extend_from_slice(b"null"),
            Unpacked::Boolean(truth) => out.extend_from_slice(if truth { b"true" } else { b"false" }),
            Unpacked::Number(number) => self.number(number, out)?,
            Unpacked::String(_) if begin_string(tx, value, out) => return Ok(Some(value)),
            Unpacked::String(_) => {}
            Unpacked::Table(_) => return Ok(Some(value)),
            _ if value == NULL => out.extend_from_slice(b"null"),
            _ => return Err(refusal(value, "type not supported")),
        }
        Ok(None)
    }

    #[inline]
    fn key(&self, tx: &Transaction<'_>, key: Value, out: &mut Vec<u8>) -> Result<Option<Value>, LuaError> {
        if key.is_string() {
            if begin_string(tx, key, out) {
                return Ok(Some(key));
            }
        } else if let Some(number) = key.as_number() {
            out.push(b'"');
            self.number(number, out)?;
            out.push(b'"');
        } else {
            return Err(refusal(key, "table key must be a number or string"));
        }
        out.push(b':');
        Ok(None)
    }

    fn piece(text: &[u8], out: &mut Vec<u8>) {
        write_escaped(text, out);
    }

    fn end_string(&self, is_key: bool, out: &mut Vec<u8>) {
        out.extend_from_slice(if is_key { b"\":" } else { b"\"" });
    }

    #[inline]
    fn admits(&self, depth: usize, stacked: usize, _: &mut Vec<u8>) -> Result<bool, LuaError> {
        if depth > self.settings.encode_max_depth as usize || stacked + FOR_A_TABLE > MAX_NATIVE_STACK {
            return Err(LuaError::message(format!("Cannot serialise, excessive nesting ({depth})")));
        }
        Ok(true)
    }

    #[inline]
    fn layout(&self, ctx: &NativeContext<'_, '_>, table: Value, shape: &Shape) -> Result<Layout, LuaError> {
        if shape.has_others {
            return Ok(Layout::Pairs);
        }
        let (longest, ratio) = (shape.longest, f64::from(self.settings.sparse_ratio));
        let safe = f64::from(self.settings.sparse_safe);
        if ratio > 0.0 && longest > shape.count as f64 * ratio && longest > safe {
            if !self.settings.sparse_convert {
                return Err(refusal(table, "excessively sparse array"));
            }
            return Ok(Layout::Pairs);
        }
        let is_marked = || self.marked_arrays && array_metatable::is_marked(ctx, table);
        let is_array = longest > 0.0 || shape.count == 0 && is_marked();
        // At most 2^31.
        Ok(if is_array { Layout::List(longest as u32) } else { Layout::Pairs })
    }

    #[inline]
    fn begin(&self, layout: Layout, _: &Shape, out: &mut Vec<u8>) {
        out.push(if matches!(layout, Layout::List(_)) { b'[' } else { b'{' });
    }

    #[inline]
    fn separate(&self, out: &mut Vec<u8>) {
        out.push(b',');
    }

    #[inline]
    fn end(&self, is_list: bool, out: &mut Vec<u8>) {
        out.push(if is_list { b']' } else { b'}' });
    }
}

impl Json {
    fn number(&self, number: f64, out: &mut Vec<u8>) -> Result<(), LuaError> {
        if !number.is_finite() {
            match self.settings.encode_invalid {
                InvalidNumbers::Refused => {
                    return Err(refusal(Value::number(number), "must not be NaN or Inf"));
                }
                InvalidNumbers::Null => {
                    out.extend_from_slice(b"null");
                    return Ok(());
                }
                InvalidNumbers::Written if number.is_nan() => {
                    out.extend_from_slice(b"nan");
                    return Ok(());
                }
                InvalidNumbers::Written => {}
            }
        }
        if self.settings.precision == USUAL_PRECISION {
            write_number(number, out);
        } else {
            // At most 14.
            write_general(number, self.settings.precision as usize, out);
        }
        Ok(())
    }
}

#[cold]
fn refusal(value: Value, reason: &str) -> LuaError {
    LuaError::message(format!("Cannot serialise {}: {reason}", value.type_name()))
}

/// Writes a string, or what stands before it if it is a long one; whether it is.
#[inline]
fn begin_string(tx: &Transaction<'_>, string: Value, out: &mut Vec<u8>) -> bool {
    let text = tx.string(string).unwrap_or_default();
    let is_long = text.len() > PIECE;
    if is_long {
        out.push(b'"');
    } else {
        write_string(text, out);
    }
    is_long
}

fn write_string(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    write_escaped(text, out);
    out.push(b'"');
}

/// What becomes of each byte: 0 stays, `u` is written by its number, another is the letter after the backslash.
const ESCAPES: [u8; 256] = {
    let mut escapes = [0; 256];
    let mut byte = 0;
    while byte < 32 {
        escapes[byte] = b'u';
        byte += 1;
    }
    escapes[127] = b'u';
    escapes[8] = b'b';
    escapes[12] = b'f';
    escapes[b'\n' as usize] = b'n';
    escapes[b'\r' as usize] = b'r';
    escapes[b'\t' as usize] = b't';
    escapes[b'"' as usize] = b'"';
    escapes[b'\\' as usize] = b'\\';
    escapes[b'/' as usize] = b'/';
    escapes
};

fn escape(byte: u8) -> u8 {
    ESCAPES[usize::from(byte)]
}

/// Writes text as it is but for what JSON wants escaped, run by run.
fn write_escaped(text: &[u8], out: &mut Vec<u8>) {
    if text.len() > SHORT || !write_short(text, out) {
        write_runs(text, out);
    }
}

/// As many bytes as are written at once.
const SHORT: usize = 8;

/// Writes a text of at most [`SHORT`] bytes if none of them wants an escape; whether it has.
#[inline(always)]
fn write_short(text: &[u8], out: &mut Vec<u8>) -> bool {
    let (mut word, mut escapes) = (0_u64, 0);
    for (place, &byte) in text.iter().take(SHORT).enumerate() {
        word |= u64::from(byte) << (8 * place);
        escapes |= escape(byte);
    }
    if escapes != 0 {
        return false;
    }
    let end = out.len() + text.len();
    out.extend_from_slice(&word.to_le_bytes());
    out.truncate(end);
    true
}

fn write_runs(text: &[u8], out: &mut Vec<u8>) {
    let mut rest = text;
    loop {
        let (plain, others) = rest.split_at_checked(plain_length(rest)).unwrap_or((rest, &[]));
        out.extend_from_slice(plain);
        if others.is_empty() {
            return;
        }
        // Behind one that needs an escape the next is often near.
        let (near, far) = others.split_at_checked(SHORT).unwrap_or((others, &[]));
        for byte in near {
            write_byte(*byte, out);
        }
        rest = far;
    }
}

#[inline]
fn write_byte(byte: u8, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    match escape(byte) {
        0 => out.push(byte),
        // Two digits of four bits each.
        b'u' => {
            let (high, low) = (HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]);
            out.extend_from_slice(&[b'\\', b'u', b'0', b'0', high, low]);
        }
        letter => out.extend_from_slice(&[b'\\', letter]),
    }
}

/// How many bytes from the start need no escape. Eight are looked at together: a byte that does need one has the high bit of its
/// place set in the mask, and no byte below it has.
fn plain_length(text: &[u8]) -> usize {
    let mut chunks = text.chunks_exact(8);
    let mut length = 0;
    for chunk in &mut chunks {
        let bytes = u64::from_le_bytes(chunk.try_into().unwrap_or_default());
        let equal = |byte: u8| word::equal(bytes, byte);
        let special = word::below(bytes, 32) | equal(b'"') | equal(b'\\') | equal(b'/') | equal(127);
        if special != 0 {
            return length + word::first(special);
        }
        length += 8;
    }
    let rest = chunks.remainder();
    length + rest.iter().position(|&byte| escape(byte) != 0).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_first_byte_to_escape_is_found(text in proptest::collection::vec(any::<u8>(), 0..40)) {
            let first = text.iter().position(|&byte| escape(byte) != 0).unwrap_or(text.len());
            prop_assert_eq!(plain_length(&text), first);
        }

        #[test]
        fn few_bytes_to_escape_are_found(text in "[a-z\u{7e}-\u{82}\u{a0} /]{0,40}") {
            let text = text.as_bytes();
            let first = text.iter().position(|&byte| escape(byte) != 0).unwrap_or(text.len());
            prop_assert_eq!(plain_length(text), first);
        }
    }

    #[test]
    fn strings_are_escaped() {
        let mut out = Vec::new();
        write_string(b"a\"\\/\x08\x0c\n\r\t\x01\x7f\xff", &mut out);
        assert_eq!(out, b"\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0001\\u007f\xff\"");
    }
}
