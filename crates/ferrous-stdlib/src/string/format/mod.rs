//! `string.format` (manual §5.4).
//!
//! [`Spec`] reads one conversion, [`number`] lays out numbers, and the native function below walks the format string,
//! one conversion a turn, so that it can stop between any two.
//!
//! As in PUC Lua 5.1, `%s` and `%c` hand their text to C: a zero byte ends it, unless a string of 100 bytes or more is
//! taken as it is.
//!
//! **Invariant:** `out` is the result for the format string up to `at`, with `argument` arguments used.

pub mod number;
mod spec;

use ferrous_heap::Transaction;
use ferrous_vm::error::LuaError;
use ferrous_vm::native::{Charge, NativeContext, NativeResult, NativeState, Resumption};

use super::pattern::effective;
use crate::buffer::Buffer;
pub use spec::{Spec, SpecError};

/// Strings of at least this length bypass C's `sprintf` when there is no precision.
const LONG_STRING: usize = 100;
/// How much of a long string is written at once.
const PIECE: usize = 64 * 1024;
/// No conversion of a number is longer than this (`MAX_ITEM`).
const LONGEST_NUMBER: usize = 512;

struct Formatting {
    out: Buffer,
    at: usize,
    argument: usize,
    /// What is being written of a long argument, which is the last one.
    long: Option<Long>,
}

/// A long string that is written in pieces.
#[derive(Clone, Copy)]
struct Long {
    at: usize,
    quoted: bool,
}

/// `string.format(formatstring, ...)`.
pub(super) fn format(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    ctx.check_string(1)?;
    let out = Buffer::take(ctx.tx);
    Formatting { out, at: 0, argument: 1, long: None }.advance(ctx)
}

impl NativeState for Formatting {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        self.advance(ctx)
    }

    fn give_up(self: Box<Self>, tx: &mut Transaction<'_>) {
        self.out.give_up(tx);
    }
}

impl Formatting {
    fn advance(mut self, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        let format = ctx.arg(1);
        loop {
            let before = self.out.bytes.len();
            if let Some(long) = self.long {
                self.write_piece(ctx, long)?;
                // At most a few times a piece.
                if ctx.charge(((self.out.bytes.len() - before) / 16) as u32 + 1) == Charge::Pause {
                    return ctx.pause(self);
                }
                continue;
            }
            let text = ctx.tx.string(format).unwrap_or_default();
            let rest = text.get(self.at..).unwrap_or_default();
            let searched = rest.get(..PIECE).unwrap_or(rest);
            let Some(plain) = searched.iter().position(|&byte| byte == b'%') else {
                let end = self.at + searched.len();
                let is_over = end == text.len();
                self.out.append_piece(ctx.tx, format, self.at..end)?;
                self.at = end;
                if is_over {
                    break;
                }
                if ctx.charge((PIECE / 16) as u32) == Charge::Pause {
                    return ctx.pause(self);
                }
                continue;
            };
            let start = self.at + plain + 1;
            let spec_text = text.get(start..).unwrap_or_default();
            if spec_text.first() == Some(&b'%') {
                self.out.append_piece(ctx.tx, format, self.at..start)?;
                self.at = start + 1;
                continue;
            }
            self.argument += 1;
            if !ctx.has_arg(self.argument) {
                return Err(ctx.argument_error(self.argument, "no value"));
            }
            let (spec, used) = Spec::parse(spec_text).map_err(|error| ctx.error(error.to_string()))?;
            let letter = spec_text.get(used).copied();
            self.out.append_piece(ctx.tx, format, self.at..start - 1)?;
            self.at = start + used + 1;
            self.convert(ctx, &spec, letter)?;
            // A string is shorter than 2^32 bytes.
            let work = (self.out.bytes.len() - before) / 4 + 1;
            if ctx.charge(work as u32) == Charge::Pause {
                return ctx.pause(self);
            }
        }
        let result = self.out.finish(ctx)?;
        ctx.ret(result)
    }

    /// Writes the next piece of a long string.
    fn write_piece(&mut self, ctx: &mut NativeContext<'_, '_>, long: Long) -> Result<(), LuaError> {
        let value = ctx.arg(self.argument);
        let text = ctx.tx.string(value).unwrap_or_default();
        let end = text.len().min(long.at + PIECE);
        self.long = (end < text.len()).then_some(Long { at: end, ..long });
        if long.quoted {
            let piece = text.get(long.at..end).unwrap_or_default();
            number::write_quoted_piece(piece, &mut self.out.bytes);
            if self.long.is_none() {
                self.out.bytes.push(b'"');
            }
            return Ok(());
        }
        self.out.append_piece(ctx.tx, value, long.at..end)
    }

    fn convert(
        &mut self,
        ctx: &mut NativeContext<'_, '_>,
        spec: &Spec,
        letter: Option<u8>,
    ) -> Result<(), LuaError> {
        let n = self.argument;
        match letter {
            Some(b'd' | b'i') => {
                let value = ctx.check_number(n)?;
                self.out.reserve(ctx.tx, LONGEST_NUMBER)?;
                number::write_signed(spec, value, &mut self.out.bytes);
            }
            Some(letter @ (b'o' | b'u' | b'x' | b'X')) => {
                let value = ctx.check_number(n)?;
                self.out.reserve(ctx.tx, LONGEST_NUMBER)?;
                number::write_unsigned(spec, letter, value, &mut self.out.bytes);
            }
            Some(letter @ (b'e' | b'E' | b'f' | b'g' | b'G')) => {
                let value = ctx.check_number(n)?;
                self.out.reserve(ctx.tx, LONGEST_NUMBER)?;
                number::write_float(spec, letter, value, &mut self.out.bytes);
            }
            Some(b'c') => {
                // C's conversions: to int, then to unsigned char; what is no int becomes INT_MIN, whose low byte is 0.
                let number = ctx.check_number(n)?;
                let is_int = number > f64::from(i32::MIN) - 1.0 && number < f64::from(i32::MAX) + 1.0;
                let byte = if is_int { number as i32 as u8 } else { 0 };
                self.out.reserve(ctx.tx, LONGEST_NUMBER)?;
                let start = self.out.bytes.len();
                spec.write_character(byte, &mut self.out.bytes);
                let written = effective(self.out.bytes.get(start..).unwrap_or_default()).len();
                self.out.bytes.truncate(start + written);
            }
            Some(b's') => {
                let value = ctx.check_string(n)?;
                let text = ctx.tx.string(value).unwrap_or_default();
                let length = text.len();
                if length > PIECE && spec.precision.is_none() {
                    // A number has become a string.
                    ctx.set(n, value);
                    self.out.reserve(ctx.tx, length)?;
                    self.long = Some(Long { at: 0, quoted: false });
                } else if length >= LONG_STRING && spec.precision.is_none() {
                    self.out.append_piece(ctx.tx, value, 0..length)?;
                } else {
                    self.out.reserve(ctx.tx, length.max(spec.width))?;
                    let text = effective(ctx.tx.string(value).unwrap_or_default());
                    spec.write_text(text, &mut self.out.bytes);
                }
            }
            Some(b'q') => {
                let value = ctx.check_string(n)?;
                let length = ctx.tx.string_len(value).unwrap_or_default();
                // Each byte takes four at most.
                self.out.reserve(ctx.tx, length.saturating_mul(4).saturating_add(2))?;
                if length > PIECE {
                    self.out.bytes.push(b'"');
                    self.long = Some(Long { at: 0, quoted: true });
                } else {
                    number::write_quoted(ctx.tx.string(value).unwrap_or_default(), &mut self.out.bytes);
                }
            }
            other => {
                let mut message = b"invalid option '%".to_vec();
                message.extend(other.filter(|&byte| byte != 0));
                message.extend_from_slice(b"' to 'format'");
                return Err(ctx.error(message));
            }
        }
        Ok(())
    }
}
