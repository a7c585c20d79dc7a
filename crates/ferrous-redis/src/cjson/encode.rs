//! `cjson.encode`: values to JSON.
//!
//! A table whose keys are all whole numbers from 1 on is an array with `null` in its holes, unless it is too sparse; any
//! other is an object in the order of iteration, and so is an empty one. Metatables are ignored.
//!
//! Elements of a table are written in runs, until one is a table or a long string itself. Work is counted run by run, so a large
//! document pauses wherever a script could: the tables that are being written lie in registers, the rest in [`Encoding`].
//!
//! **Invariant:** the registers above the argument hold the tables in `open`, outermost first; the text in the buffer is
//! charged to the heap while it grows.

use ferrous_heap::{Transaction, Unpacked, Value};
use ferrous_vm::{
    error::LuaError,
    native::{Charge, NativeContext, NativeResult, NativeState, Resumption},
    number::{write_general, write_number},
};

use super::{
    NULL, array_metatable,
    settings::{InvalidNumbers, Settings},
};
use crate::{
    api::dialect,
    codec::{
        output::{Output, PIECE},
        shape::Shape,
    },
};

/// How many elements are written in one run at most; also none after the first [`PIECE`] of text.
const RUN: u32 = 256;
/// The precision that `tostring` has too.
const USUAL_PRECISION: u32 = 14;
/// How many keys are looked at in one run at most.
const KEYS: usize = 2048;
/// How many are looked at before a table is taken for a large one.
const KEYS_AT_ONCE: usize = 64;
/// How many pieces or runs are written between two looks at the budget.
const STEPS: usize = 16;
/// How many bytes are one unit of work; the shortest elements take two.
const BYTES_A_UNIT: usize = 8;

pub(super) fn encode(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    if ctx.arg_count() != 1 {
        return Err(ctx.argument_error(1, "expected 1 argument"));
    }
    let settings = super::settings(ctx)?.clone();
    let marked_arrays = dialect(ctx)?.cjson_array_metatable;
    let out = Output::new(ctx);
    let shape = Shape::default();
    let encoding = Encoding { settings, marked_arrays, out, open: Vec::new(), shape, written: None };
    encoding.begin(ctx)
}

/// A table that is being written.
#[derive(Clone, Copy)]
enum Open {
    /// Nothing is written yet, and its keys are not all known.
    Unknown,
    Array {
        next: u32,
        len: u32,
    },
    Object {
        position: usize,
        first: bool,
    },
}

/// A document that is being written.
struct Encoding {
    settings: Settings,
    /// Whether the target has a metatable for empty arrays.
    marked_arrays: bool,
    out: Output,
    open: Vec<Open>,
    /// What is known of the keys of the innermost table as long as it is unknown.
    shape: Shape,
    /// How much is written of the long string in the topmost register, if there is one.
    written: Option<usize>,
}

impl NativeState for Encoding {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        (*self).go_on(ctx)
    }

    fn give_up(self: Box<Self>, tx: &mut Transaction<'_>) {
        self.out.give_up(tx);
        tx.scrap(self.open);
    }
}

impl Encoding {
    /// Writes the value that is the argument, or its beginning.
    fn begin(mut self, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        let value = ctx.arg(1);
        let nested = Writer { settings: &self.settings, tx: ctx.tx, out: &mut self.out.bytes }.value(value);
        match nested.and_then(|nested| self.enter(ctx, nested)) {
            Ok(()) => self.go_on(ctx),
            Err(error) => self.out.abandon(ctx, error),
        }
    }

    /// Writes until the document is complete or it is time for a pause.
    fn go_on(mut self, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        while !self.open.is_empty() || self.written.is_some() {
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

    /// Writes a piece or a run, if anything is left.
    #[inline]
    fn step(&mut self, ctx: &mut NativeContext<'_, '_>) -> Result<(), LuaError> {
        match self.written {
            Some(from) => {
                self.piece(ctx, from);
                Ok(())
            }
            None => self.elements(ctx),
        }
    }

    /// Writes the next piece of the long string in the topmost register, or its end.
    fn piece(&mut self, ctx: &mut NativeContext<'_, '_>, from: usize) {
        let text = ctx.get(ctx.top() - 1);
        let end = ctx.tx.string_len(text).unwrap_or_default();
        self.written = self.out.piece(ctx, text, from, end, write_escaped);
        if self.written.is_none() {
            self.out.bytes.push(b'"');
            ctx.pop();
        }
    }

    /// Writes elements of the innermost table up to one that is nested, or its end.
    fn elements(&mut self, ctx: &mut NativeContext<'_, '_>) -> Result<(), LuaError> {
        let Some(open) = self.open.last_mut() else { return Ok(()) };
        let innermost = ctx.get(ctx.top() - 1);
        let Some(table) = ctx.tx.table(innermost) else { return Err(LuaError::bare("no table")) };
        let mut writer = Writer { settings: &self.settings, tx: ctx.tx, out: &mut self.out.bytes };
        let mut nested = None;
        let full = writer.out.len() + PIECE;
        let ended = match open {
            Open::Unknown => {
                if self.shape.look(table, KEYS, true) {
                    let is_marked = || self.marked_arrays && array_metatable::is_marked(ctx, innermost);
                    *open = self.settings.form(&self.shape, innermost, is_marked)?;
                    self.out.bytes.push(open.brackets().0);
                }
                // What the keys cost comes on top of what is written.
                let _: Charge = ctx.charge((KEYS / BYTES_A_UNIT) as u32);
                return Ok(());
            }
            Open::Array { next, len } => {
                let last = (*len).min(next.saturating_add(RUN - 1));
                while *next <= last && nested.is_none() && writer.out.len() < full {
                    if *next > 1 {
                        writer.out.push(b',');
                    }
                    nested = writer.value(table.get_int(*next))?;
                    *next += 1;
                }
                *next > *len
            }
            Open::Object { position, first } => {
                let mut ended = false;
                for _ in 0..RUN {
                    let Some((next, key, value)) = table.next_entry(*position) else {
                        ended = true;
                        break;
                    };
                    *position = next;
                    if !std::mem::replace(first, false) {
                        writer.out.push(b',');
                    }
                    writer.key(key)?;
                    nested = writer.value(value)?;
                    if nested.is_some() || writer.out.len() >= full {
                        break;
                    }
                }
                ended
            }
        };
        if let Some(nested) = nested {
            return self.enter(ctx, Some(nested));
        }
        if ended {
            self.out.bytes.push(open.brackets().1);
            self.open.pop();
            ctx.pop();
        }
        Ok(())
    }

    /// Begins to write a table or a long string.
    fn enter(&mut self, ctx: &mut NativeContext<'_, '_>, nested: Option<Value>) -> Result<(), LuaError> {
        let Some(value) = nested else { return Ok(()) };
        if value.is_string() {
            self.out.bytes.push(b'"');
            self.written = Some(0);
            return ctx.push(value);
        }
        let depth = self.open.len() + 1;
        if depth > self.settings.encode_max_depth as usize {
            return Err(LuaError::message(format!("Cannot serialise, excessive nesting ({depth})")));
        }
        let mut shape = Shape::default();
        let is_known = ctx.tx.table(value).is_some_and(|table| shape.look(table, KEYS_AT_ONCE, true));
        let open = if is_known {
            let is_marked = || self.marked_arrays && array_metatable::is_marked(ctx, value);
            let open = self.settings.form(&shape, value, is_marked)?;
            self.out.bytes.push(open.brackets().0);
            open
        } else {
            self.shape = shape;
            Open::Unknown
        };
        self.open.push(open);
        ctx.push(value)
    }
}

impl Settings {
    /// Array or object. `is_marked` tells of an empty table whether it is an array.
    fn form(&self, shape: &Shape, table: Value, is_marked: impl Fn() -> bool) -> Result<Open, LuaError> {
        let object = Open::Object { position: 0, first: true };
        if shape.has_others {
            return Ok(object);
        }
        let (longest, ratio) = (shape.longest, f64::from(self.sparse_ratio));
        if ratio > 0.0 && longest > shape.count as f64 * ratio && longest > f64::from(self.sparse_safe) {
            if !self.sparse_convert {
                return Err(refusal(table, "excessively sparse array"));
            }
            return Ok(object);
        }
        let is_array = longest > 0.0 || shape.count == 0 && is_marked();
        // At most 2^31.
        Ok(if is_array { Open::Array { next: 1, len: longest as u32 } } else { object })
    }
}

impl Open {
    /// What stands around the elements.
    fn brackets(self) -> (u8, u8) {
        if matches!(self, Self::Array { .. }) { (b'[', b']') } else { (b'{', b'}') }
    }
}

/// Writes what is not nested.
struct Writer<'e, 'h> {
    settings: &'e Settings,
    tx: &'e Transaction<'h>,
    out: &'e mut Vec<u8>,
}

impl Writer<'_, '_> {
    fn key(&mut self, key: Value) -> Result<(), LuaError> {
        if let Some(text) = self.tx.string(key) {
            write_string(text, self.out);
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

    /// Writes a value; returns it instead if it is a table or a long string.
    #[inline]
    fn value(&mut self, value: Value) -> Result<Option<Value>, LuaError> {
        match value.unpack() {
            Unpacked::Nil => self.out.extend_from_slice(b"null"),
            Unpacked::Boolean(truth) => self.out.extend_from_slice(if truth { b"true" } else { b"false" }),
            Unpacked::Number(number) => self.number(number)?,
            Unpacked::String(_) => {
                let text = self.tx.string(value).unwrap_or_default();
                if text.len() > PIECE {
                    return Ok(Some(value));
                }
                write_string(text, self.out);
            }
            Unpacked::Table(_) => return Ok(Some(value)),
            _ if value == NULL => self.out.extend_from_slice(b"null"),
            _ => return Err(refusal(value, "type not supported")),
        }
        Ok(None)
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
        if self.settings.precision == USUAL_PRECISION {
            write_number(number, self.out);
        } else {
            // At most 14.
            write_general(number, self.settings.precision as usize, self.out);
        }
        Ok(())
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
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut rest = text;
    loop {
        let (plain, special) = rest.split_at_checked(plain_length(rest)).unwrap_or((rest, &[]));
        out.extend_from_slice(plain);
        let Some((&byte, after)) = special.split_first() else { return };
        rest = after;
        match escape(byte) {
            // Two digits of four bits each.
            b'u' => {
                let (high, low) = (HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]);
                out.extend_from_slice(&[b'\\', b'u', b'0', b'0', high, low]);
            }
            letter => out.extend_from_slice(&[b'\\', letter]),
        }
    }
}

/// How many bytes from the start need no escape. Eight are looked at together: a byte that does need one has the high bit of its
/// place set in the mask, and no byte below it has.
fn plain_length(text: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = ONES << 7;
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
    let mut chunks = text.chunks_exact(8);
    let mut length = 0;
    for chunk in &mut chunks {
        let word = u64::from_le_bytes(chunk.try_into().unwrap_or_default());
        let equal = |byte: u8| zeros(word ^ (ONES * u64::from(byte)));
        let control = word.wrapping_sub(ONES * 32) & !word & HIGHS;
        let special = control | equal(b'"') | equal(b'\\') | equal(b'/') | equal(127);
        if special != 0 {
            return length + special.trailing_zeros() as usize / 8;
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
