//! The `struct` library: numbers and strings in C layouts, as Roberto Ierusalimschy's `struct` in Redis has it.
//!
//! A format is read one option at a time: its letter, then a number where the letter takes one. The size of a field and its
//! alignment follow from the option; integers are computed in 64 bits.
//!
//! Work is counted option by option, and long strings are copied piece by piece, so that a long format pauses wherever a script
//! could.
//!
//! **Invariant:** a field is read from the data only after `position + size` was checked against the data's length.

use ferrous_heap::Value;
use ferrous_vm::{
    argument::integer_from,
    error::LuaError,
    native::{Charge, NativeContext, NativeFn, NativeResult, NativeState, Resumption},
};

use crate::codec::output::{Output, PIECE};

/// The functions, by name.
pub(crate) const FUNCTIONS: &[(&str, NativeFn)] = &[("pack", pack), ("size", size), ("unpack", unpack)];

/// The largest integer, in bytes.
const MAX_INTEGER: u32 = 32;
/// The alignment that `!` means without a number.
const NATIVE_ALIGNMENT: u32 = 8;
/// How many values Lua's stack holds for a C function.
const STACK: usize = 8000;

/// How many bytes are one unit of work.
const BYTES_A_UNIT: usize = 16;

/// In place of a number that is too large; others are below 2^31.
const OVERFLOW: u32 = u32::MAX;
/// How many options are read before they are carried out.
const BATCH: usize = 8;

/// A format that is being read: argument 1.
struct Format {
    at: usize,
    layout: Layout,
    /// Options that have been read, and how many of them have been taken.
    batch: [Field; BATCH],
    read: usize,
    taken: usize,
}

/// How fields are laid out, as the options so far say.
#[derive(Clone, Copy)]
struct Layout {
    big_endian: bool,
    alignment: usize,
}

/// One option: its letter and the size of its field, or the number after `!`.
#[derive(Clone, Copy, Default)]
struct Field {
    letter: u8,
    size: u32,
}

impl Format {
    fn new(ctx: &mut NativeContext<'_, '_>) -> Result<Self, LuaError> {
        ctx.check_string(1)?;
        let layout = Layout { big_endian: false, alignment: 1 };
        Ok(Self { at: 0, layout, batch: [Field::default(); BATCH], read: 0, taken: 0 })
    }

    /// The next option.
    #[inline]
    fn next(&mut self, ctx: &NativeContext<'_, '_>) -> Result<Option<Field>, LuaError> {
        if self.taken == self.read {
            self.read_batch(ctx)?;
        }
        let field = self.batch.get(self.taken).filter(|_| self.taken < self.read).copied();
        self.taken += usize::from(field.is_some());
        Ok(field)
    }

    /// Reads the next options; none at the end. One that is wrong waits until those before it are carried out.
    fn read_batch(&mut self, ctx: &NativeContext<'_, '_>) -> Result<(), LuaError> {
        let text = ctx.tx.string(ctx.arg(1)).unwrap_or_default();
        (self.read, self.taken) = (0, 0);
        while self.read < BATCH {
            let start = self.at;
            match self.option(text) {
                Ok(Some(field)) => {
                    if let Some(place) = self.batch.get_mut(self.read) {
                        *place = field;
                    }
                }
                Ok(None) => break,
                Err(error) if self.read == 0 => return Err(error),
                Err(_) => {
                    self.at = start;
                    break;
                }
            }
            self.read += 1;
        }
        Ok(())
    }

    /// Reads an option; a zero byte ends a format.
    #[inline]
    fn option(&mut self, text: &[u8]) -> Result<Option<Field>, LuaError> {
        let Some(letter) = text.get(self.at).copied().filter(|&letter| letter != 0) else {
            return Ok(None);
        };
        self.at += 1;
        let size = match letter {
            b'b' | b'B' | b'x' => 1,
            b'h' | b'H' => 2,
            b'l' | b'L' | b'T' | b'd' => 8,
            b'f' => 4,
            b'c' => self.number(text, 1)?,
            // It is told only when the option is carried out.
            b'!' => self.number(text, NATIVE_ALIGNMENT).unwrap_or(OVERFLOW),
            b'i' | b'I' => {
                let size = self.number(text, 4)?;
                if size > MAX_INTEGER {
                    let text = format!("integral size {size} is larger than limit of {MAX_INTEGER}");
                    return Err(LuaError::message(text));
                }
                size
            }
            _ => 0,
        };
        Ok(Some(Field { letter, size }))
    }

    /// The number that follows, or `default`.
    fn number(&mut self, text: &[u8], default: u32) -> Result<u32, LuaError> {
        let mut number: Option<i32> = None;
        while let Some(digit) = text.get(self.at).copied().filter(u8::is_ascii_digit) {
            let longer = number
                .unwrap_or(0)
                .checked_mul(10)
                .and_then(|tens| tens.checked_add(i32::from(digit - b'0')));
            number = Some(longer.ok_or_else(size_overflow)?);
            self.at += 1;
        }
        // Not negative.
        Ok(number.map_or(default, i32::cast_unsigned))
    }
}

impl Layout {
    /// How many bytes lie between `position` and the field.
    fn padding(self, position: usize, field: Field) -> usize {
        if field.size == 0 || matches!(field.letter, b'c' | b'!') {
            return 0;
        }
        let size = field.size().min(self.alignment);
        // As in C, which takes sizes for powers of two here.
        size.wrapping_sub(position & (size - 1)) & (size - 1)
    }

    /// Carries out an option that is no field.
    fn control(&mut self, ctx: &NativeContext<'_, '_>, field: Field) -> Result<(), LuaError> {
        match field.letter {
            b' ' => {}
            b'>' => self.big_endian = true,
            b'<' => self.big_endian = false,
            b'!' => {
                if field.size == OVERFLOW {
                    return Err(size_overflow());
                }
                let alignment = field.size as usize;
                if !alignment.is_power_of_two() {
                    return Err(LuaError::message(format!("alignment {alignment} is not a power of 2")));
                }
                self.alignment = alignment;
            }
            letter => {
                return Err(
                    ctx.argument_error(1, [b"invalid format option '", [letter].as_slice(), b"'"].concat())
                );
            }
        }
        Ok(())
    }

    /// Appends `size` bytes of an integer; what is beyond 64 bits is zero.
    fn write_integer(self, value: u64, size: usize, out: &mut Vec<u8>) {
        let used = size.min(8);
        let zeros = size - used;
        if self.big_endian {
            out.resize(out.len() + zeros, 0);
            out.extend_from_slice(value.to_be_bytes().get(8 - used..).unwrap_or_default());
        } else {
            out.extend_from_slice(value.to_le_bytes().get(..used).unwrap_or_default());
            out.resize(out.len() + zeros, 0);
        }
    }

    /// An integer from its bytes; of more than eight the low ones count.
    fn read_integer(self, bytes: &[u8], signed: bool) -> f64 {
        let shift = |value: u64, byte: &u8| value << 8 | u64::from(*byte);
        let value =
            if self.big_endian { bytes.iter().fold(0, shift) } else { bytes.iter().rev().fold(0, shift) };
        if !signed {
            return value as f64;
        }
        // At most 32 bytes; a shift uses its low six bits, as on x86.
        let sign = u64::MAX.wrapping_shl((bytes.len() as u32).wrapping_mul(8).wrapping_sub(1));
        let value = if value & sign == 0 { value } else { value | sign };
        value.cast_signed() as f64
    }

    /// Bytes of a float in little endian order, in the format's order.
    fn ordered<const N: usize>(self, mut bytes: [u8; N]) -> [u8; N] {
        if self.big_endian {
            bytes.reverse();
        }
        bytes
    }
}

impl Field {
    /// How many bytes the field takes; none for an option that is no field.
    #[inline]
    fn size(self) -> usize {
        if self.letter == b'!' { 0 } else { self.size as usize }
    }
}

#[cold]
fn size_overflow() -> LuaError {
    LuaError::message("integral size overflow")
}

/// C's cast of a `double` to an unsigned 64-bit integer on x86-64, by way of the signed one if it is negative.
fn unsigned_from(number: f64) -> u64 {
    const HALF: f64 = 9_223_372_036_854_775_808.0;
    if number >= HALF {
        integer_from(number - HALF).cast_unsigned() ^ 1 << 63
    } else {
        integer_from(number).cast_unsigned()
    }
}

/// The error for an argument of the wrong type. A missing one is nil here: Redis's `pack` keeps a nil after its arguments.
fn wrong_type(ctx: &NativeContext<'_, '_>, n: usize, wanted: &str) -> LuaError {
    let got = ctx.arg(n).type_name();
    ctx.argument_error(n, format!("{wanted} expected, got {got}"))
}

fn number(ctx: &NativeContext<'_, '_>, n: usize) -> Result<f64, LuaError> {
    ctx.to_number(ctx.arg(n)).ok_or_else(|| wrong_type(ctx, n, "number"))
}

fn pack(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let format = Format::new(ctx)?;
    Packing { format, out: Output::new(ctx), argument: 2, total: 0, string: None }.go_on(ctx)
}

/// A string that is being copied.
struct Copying {
    argument: usize,
    from: usize,
    end: usize,
    ends_with_zero: bool,
}

/// A format that is being filled.
struct Packing {
    format: Format,
    out: Output,
    /// The next argument.
    argument: usize,
    /// How many bytes the fields so far take.
    total: usize,
    string: Option<Copying>,
}

impl NativeState for Packing {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        (*self).go_on(ctx)
    }
}

impl Packing {
    fn go_on(mut self, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        loop {
            let step = match self.string.take() {
                Some(string) => {
                    self.copy(ctx, string);
                    Ok(true)
                }
                None => self.fields(ctx),
            };
            match step.and_then(|more| self.out.charge(ctx).map(|()| more)) {
                Ok(true) => {}
                Ok(false) => return self.out.finish(ctx),
                Err(error) => return self.out.abandon(ctx, error),
            }
            if self.out.count_work(ctx, BYTES_A_UNIT) == Charge::Pause {
                return ctx.pause(self);
            }
        }
    }

    /// Fills some fields, up to a long string; false if there is none.
    fn fields(&mut self, ctx: &mut NativeContext<'_, '_>) -> Result<bool, LuaError> {
        for _ in 0..BATCH {
            if !self.field(ctx)? {
                return Ok(false);
            }
            if self.string.is_some() {
                break;
            }
        }
        Ok(true)
    }

    /// Copies the next piece of a string.
    fn copy(&mut self, ctx: &NativeContext<'_, '_>, string: Copying) {
        let Copying { argument, from, end, ends_with_zero } = string;
        let plain = |text: &[u8], out: &mut Vec<u8>| out.extend_from_slice(text);
        match self.out.piece(ctx, ctx.arg(argument), from, end, plain) {
            Some(from) => self.string = Some(Copying { from, ..string }),
            None if ends_with_zero => self.out.bytes.push(0),
            None => {}
        }
    }

    /// Fills the next field; false if there is none.
    fn field(&mut self, ctx: &mut NativeContext<'_, '_>) -> Result<bool, LuaError> {
        let Some(field) = self.format.next(ctx)? else { return Ok(false) };
        let (letter, mut size) = (field.letter, field.size());
        let layout = self.format.layout;
        let out = &mut self.out.bytes;
        let padding = layout.padding(self.total, field);
        out.resize(out.len() + padding, 0);
        self.total += padding;
        match letter {
            b'b' | b'B' | b'h' | b'H' | b'l' | b'L' | b'T' | b'i' | b'I' => {
                let value = number(ctx, self.argument)?;
                self.argument += 1;
                layout.write_integer(unsigned_from(value), size, out);
            }
            b'x' => out.push(0),
            b'f' => {
                let value = number(ctx, self.argument)? as f32;
                self.argument += 1;
                out.extend_from_slice(&layout.ordered(value.to_le_bytes()));
            }
            b'd' => {
                let value = number(ctx, self.argument)?;
                self.argument += 1;
                out.extend_from_slice(&layout.ordered(value.to_le_bytes()));
            }
            b'c' | b's' => size = self.begin_string(ctx, letter == b's', size)?,
            _ => self.format.layout.control(ctx, field)?,
        }
        self.total += size;
        Ok(true)
    }

    /// Copies a string argument, or has it copied if it is long; how many bytes it takes.
    fn begin_string(
        &mut self,
        ctx: &mut NativeContext<'_, '_>,
        ends_with_zero: bool,
        size: usize,
    ) -> Result<usize, LuaError> {
        let argument = self.argument;
        if !ctx.arg(argument).is_number() && !ctx.arg(argument).is_string() {
            return Err(wrong_type(ctx, argument, "string"));
        }
        let text = ctx.check_string(argument)?;
        let text = ctx.tx.string(text).unwrap_or_default();
        self.argument += 1;
        let end = if size == 0 { text.len() } else { size };
        let Some(text) = text.get(..end) else {
            // One too high, as in Redis.
            return Err(ctx.argument_error(self.argument, "string too short"));
        };
        if end > PIECE {
            self.string = Some(Copying { argument, from: 0, end, ends_with_zero });
        } else {
            self.out.bytes.extend_from_slice(text);
            if ends_with_zero {
                self.out.bytes.push(0);
            }
        }
        Ok(end + usize::from(ends_with_zero))
    }
}

fn unpack(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let format = Format::new(ctx)?;
    ctx.check_string(2)?;
    // A negative offset is a huge one in C.
    let Some(position) = ctx.opt_integer(3, 1)?.cast_unsigned().checked_sub(1).map(|at| at as usize) else {
        return Err(ctx.argument_error(3, "offset must be 1 or greater"));
    };
    Unpacking { format, position, first: ctx.top() }.go_on(ctx)
}

/// Data that is being taken apart.
struct Unpacking {
    format: Format,
    position: usize,
    /// The register of the first result.
    first: usize,
}

impl NativeState for Unpacking {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        (*self).go_on(ctx)
    }
}

impl Unpacking {
    fn go_on(mut self, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        while let Some(size) = self.field(ctx)? {
            self.position += size;
            // At most the length of a string.
            if ctx.charge((size / BYTES_A_UNIT + 1) as u32) == Charge::Pause {
                return ctx.pause(self);
            }
        }
        // An offset that no field was read from may be beyond 2^63, and is negative then.
        let next = self.position.wrapping_add(1).cast_signed();
        ctx.push(Value::number(next as f64))?;
        ctx.return_from(self.first)
    }

    /// Reads the next field; how many bytes it takes.
    fn field(&mut self, ctx: &mut NativeContext<'_, '_>) -> Result<Option<usize>, LuaError> {
        let Some(field) = self.format.next(ctx)? else { return Ok(None) };
        let (letter, mut size) = (field.letter, field.size());
        let layout = self.format.layout;
        self.position = self.position.wrapping_add(layout.padding(self.position, field));
        let bytes = slice(ctx, self.position, size)?;
        if ctx.top() + 1 > STACK {
            return Err(LuaError::message("stack overflow (too many results)"));
        }
        let value = match letter {
            b'b' | b'B' | b'h' | b'H' | b'l' | b'L' | b'T' | b'i' | b'I' => {
                Value::number(layout.read_integer(bytes, letter.is_ascii_lowercase()))
            }
            b'x' => return Ok(Some(size)),
            b'f' => {
                let value = f32::from_le_bytes(layout.ordered(bytes.try_into().unwrap_or_default()));
                Value::from_foreign(f64::from(value))
            }
            b'd' => {
                let value = f64::from_le_bytes(layout.ordered(bytes.try_into().unwrap_or_default()));
                Value::from_foreign(value)
            }
            b'c' => {
                if size == 0 {
                    size = self.previous_size(ctx)?;
                    slice(ctx, self.position, size)?;
                }
                ctx.tx.intern_piece(ctx.arg(2), self.position..self.position + size)?
            }
            b's' => {
                let data = ctx.tx.string(ctx.arg(2)).unwrap_or_default();
                let rest = data.get(self.position..).unwrap_or_default();
                let Some(end) = memchr::memchr(0, rest) else {
                    return Err(LuaError::message("unfinished string in data"));
                };
                size = end + 1;
                ctx.tx.intern_piece(ctx.arg(2), self.position..self.position + end)?
            }
            _ => {
                self.format.layout.control(ctx, field)?;
                return Ok(Some(size));
            }
        };
        ctx.push(value)?;
        Ok(Some(size))
    }

    /// The result before, which says how long the string after it is.
    fn previous_size(&self, ctx: &mut NativeContext<'_, '_>) -> Result<usize, LuaError> {
        let length = (ctx.top() > self.first).then(|| ctx.to_number(ctx.get(ctx.top() - 1))).flatten();
        let length = length.ok_or_else(|| LuaError::message("format 'c0' needs a previous size"))?;
        ctx.pop();
        Ok(unsigned_from(length) as usize)
    }
}

/// Bytes of the data: argument 2.
#[inline]
fn slice<'c>(ctx: &'c NativeContext<'_, '_>, at: usize, size: usize) -> Result<&'c [u8], LuaError> {
    let data = ctx.tx.string(ctx.arg(2)).unwrap_or_default();
    let bytes = at.checked_add(size).and_then(|end| data.get(at..end));
    bytes.ok_or_else(|| ctx.argument_error(2, "data string too short"))
}

fn size(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let format = Format::new(ctx)?;
    Sizing { format, total: 0 }.go_on(ctx)
}

/// A format whose size is being computed.
struct Sizing {
    format: Format,
    total: usize,
}

impl NativeState for Sizing {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        (*self).go_on(ctx)
    }
}

impl Sizing {
    fn go_on(mut self, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        while let Some(field) = self.format.next(ctx)? {
            self.total = self.total.wrapping_add(self.format.layout.padding(self.total, field));
            if field.letter == b's' {
                return Err(ctx.argument_error(1, "option 's' has no fixed size"));
            }
            if field.letter == b'c' && field.size == 0 {
                return Err(ctx.argument_error(1, "option 'c0' has no fixed size"));
            }
            if !field.letter.is_ascii_alphanumeric() {
                self.format.layout.control(ctx, field)?;
            }
            self.total = self.total.wrapping_add(field.size());
            if ctx.charge(1) == Charge::Pause {
                return ctx.pause(self);
            }
        }
        ctx.ret(Value::number(self.total as f64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_cut_and_extended() {
        let layout = |big_endian| Layout { big_endian, alignment: 1 };
        let mut out = Vec::new();
        layout(true).write_integer(unsigned_from(-2.0), 2, &mut out);
        layout(false).write_integer(unsigned_from(258.0), 10, &mut out);
        assert_eq!(out, b"\xff\xfe\x02\x01\0\0\0\0\0\0\0\0");
        assert_eq!(layout(true).read_integer(b"\xff\xfe", true), -2.0);
        assert_eq!(layout(true).read_integer(b"\xff\xfe", false), 65534.0);
        assert_eq!(layout(false).read_integer(&[0xff; 16], true), -1.0);
        assert_eq!(layout(false).read_integer(b"", true), 0.0);
        assert_eq!(unsigned_from(18_446_744_073_709_551_616.0), 0);
        assert_eq!(unsigned_from(9_223_372_036_854_775_808.0), 1 << 63);
    }
}
