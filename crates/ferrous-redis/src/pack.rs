//! The `struct` library: numbers and strings in C layouts, as Roberto Ierusalimschy's `struct` in Redis has it.
//!
//! A format is read one option at a time: its letter, then a number where the letter takes one. The size of a field and its
//! alignment follow from the option; integers are computed in 64 bits.
//!
//! **Invariant:** a field is read from the data only after `position + size` was checked against the data's length.

use ferrous_heap::Value;
use ferrous_vm::{
    argument::integer_from,
    error::LuaError,
    native::{NativeContext, NativeFn, NativeResult},
};

/// The functions, by name.
pub(crate) const FUNCTIONS: &[(&str, NativeFn)] = &[("pack", pack), ("size", size), ("unpack", unpack)];

/// The largest integer, in bytes.
const MAX_INTEGER: usize = 32;
/// The alignment that `!` means without a number.
const NATIVE_ALIGNMENT: usize = 8;
/// How many values Lua's stack holds for a C function.
const STACK: usize = 8000;

/// A format that is being read.
struct Format {
    text: Vec<u8>,
    at: usize,
    big_endian: bool,
    alignment: usize,
}

/// One option: its letter and the size of its field.
#[derive(Clone, Copy)]
struct Field {
    letter: u8,
    size: usize,
}

impl Format {
    fn new(ctx: &mut NativeContext<'_, '_>) -> Result<Self, LuaError> {
        let text = ctx.check_string(1)?;
        let text = ctx.tx.string(text).unwrap_or_default().to_vec();
        Ok(Self { text, at: 0, big_endian: false, alignment: 1 })
    }

    /// The next option; a zero byte ends a format.
    fn next(&mut self) -> Result<Option<Field>, LuaError> {
        let Some(letter) = self.text.get(self.at).copied().filter(|&letter| letter != 0) else {
            return Ok(None);
        };
        self.at += 1;
        let size = match letter {
            b'b' | b'B' | b'x' => 1,
            b'h' | b'H' => 2,
            b'l' | b'L' | b'T' | b'd' => 8,
            b'f' => 4,
            b'c' => self.number(1)?,
            b'i' | b'I' => {
                let size = self.number(4)?;
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
    fn number(&mut self, default: usize) -> Result<usize, LuaError> {
        let mut number: Option<i32> = None;
        while let Some(digit) = self.text.get(self.at).copied().filter(u8::is_ascii_digit) {
            let longer = number
                .unwrap_or(0)
                .checked_mul(10)
                .and_then(|tens| tens.checked_add(i32::from(digit - b'0')));
            number = Some(longer.ok_or_else(|| LuaError::message("integral size overflow"))?);
            self.at += 1;
        }
        // Not negative.
        Ok(number.map_or(default, |number| number as usize))
    }

    /// How many bytes lie between `position` and the field.
    fn padding(&self, position: usize, field: Field) -> usize {
        if field.size == 0 || field.letter == b'c' {
            return 0;
        }
        let size = field.size.min(self.alignment);
        // As in C, which takes sizes for powers of two here.
        size.wrapping_sub(position & (size - 1)) & (size - 1)
    }

    /// An option that is no field.
    fn control(&mut self, ctx: &NativeContext<'_, '_>, letter: u8) -> Result<(), LuaError> {
        match letter {
            b' ' => {}
            b'>' => self.big_endian = true,
            b'<' => self.big_endian = false,
            b'!' => {
                let alignment = self.number(NATIVE_ALIGNMENT)?;
                if !alignment.is_power_of_two() {
                    return Err(LuaError::message(format!("alignment {alignment} is not a power of 2")));
                }
                self.alignment = alignment;
            }
            _ => {
                return Err(
                    ctx.argument_error(1, [b"invalid format option '", [letter].as_slice(), b"'"].concat())
                );
            }
        }
        Ok(())
    }

    /// Appends `size` bytes of an integer; what is beyond 64 bits is zero.
    fn write_integer(&self, value: u64, size: usize, out: &mut Vec<u8>) {
        let start = out.len();
        let bytes = value.to_le_bytes();
        out.extend((0..size).map(|index| bytes.get(index).copied().unwrap_or(0)));
        if self.big_endian
            && let Some(field) = out.get_mut(start..)
        {
            field.reverse();
        }
    }

    /// An integer from its bytes; of more than eight the low ones count.
    fn read_integer(&self, bytes: &[u8], signed: bool) -> f64 {
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
    fn ordered<const N: usize>(&self, mut bytes: [u8; N]) -> [u8; N] {
        if self.big_endian {
            bytes.reverse();
        }
        bytes
    }
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
    let mut format = Format::new(ctx)?;
    let mut out = Vec::new();
    let mut argument = 2;
    let mut total = 0;
    while let Some(field) = format.next()? {
        let Field { letter, mut size } = field;
        let padding = format.padding(total, field);
        out.resize(out.len() + padding, 0);
        total += padding;
        match letter {
            b'b' | b'B' | b'h' | b'H' | b'l' | b'L' | b'T' | b'i' | b'I' => {
                let value = number(ctx, argument)?;
                argument += 1;
                format.write_integer(unsigned_from(value), size, &mut out);
            }
            b'x' => out.push(0),
            b'f' => {
                let value = number(ctx, argument)? as f32;
                argument += 1;
                out.extend_from_slice(&format.ordered(value.to_le_bytes()));
            }
            b'd' => {
                let value = number(ctx, argument)?;
                argument += 1;
                out.extend_from_slice(&format.ordered(value.to_le_bytes()));
            }
            b'c' | b's' => {
                if !ctx.arg(argument).is_number() && !ctx.arg(argument).is_string() {
                    return Err(wrong_type(ctx, argument, "string"));
                }
                let text = ctx.check_string(argument)?;
                let text = ctx.tx.string(text).unwrap_or_default();
                argument += 1;
                if size == 0 {
                    size = text.len();
                }
                let Some(text) = text.get(..size) else {
                    // One too high, as in Redis.
                    return Err(ctx.argument_error(argument, "string too short"));
                };
                out.extend_from_slice(text);
                if letter == b's' {
                    out.push(0);
                    size += 1;
                }
            }
            _ => format.control(ctx, letter)?,
        }
        total += size;
    }
    let text = ctx.tx.intern(&out)?;
    ctx.ret(text)
}

fn unpack(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let mut format = Format::new(ctx)?;
    let data = ctx.check_string(2)?;
    let data = ctx.tx.string(data).unwrap_or_default().to_vec();
    // A negative offset is a huge one in C.
    let Some(mut position) = ctx.opt_integer(3, 1)?.cast_unsigned().checked_sub(1).map(|at| at as usize)
    else {
        return Err(ctx.argument_error(3, "offset must be 1 or greater"));
    };
    let first = ctx.top();
    while let Some(field) = format.next()? {
        let Field { letter, mut size } = field;
        position = position.wrapping_add(format.padding(position, field));
        let mut bytes = slice(ctx, &data, position, size)?;
        if ctx.top() + 1 > STACK {
            return Err(LuaError::message("stack overflow (too many results)"));
        }
        match letter {
            b'b' | b'B' | b'h' | b'H' | b'l' | b'L' | b'T' | b'i' | b'I' => {
                let value = format.read_integer(bytes, letter.is_ascii_lowercase());
                ctx.push(Value::number(value))?;
            }
            b'x' => {}
            b'f' => {
                let value = f32::from_le_bytes(format.ordered(bytes.try_into().unwrap_or_default()));
                ctx.push(Value::from_foreign(f64::from(value)))?;
            }
            b'd' => {
                let value = f64::from_le_bytes(format.ordered(bytes.try_into().unwrap_or_default()));
                ctx.push(Value::from_foreign(value))?;
            }
            b'c' => {
                if size == 0 {
                    let length = (ctx.top() > first).then(|| ctx.to_number(ctx.get(ctx.top() - 1))).flatten();
                    let length =
                        length.ok_or_else(|| LuaError::message("format 'c0' needs a previous size"))?;
                    ctx.pop();
                    size = unsigned_from(length) as usize;
                    bytes = slice(ctx, &data, position, size)?;
                }
                let text = ctx.tx.intern(bytes)?;
                ctx.push(text)?;
            }
            b's' => {
                let rest = data.get(position..).unwrap_or_default();
                let Some(end) = rest.iter().position(|&byte| byte == 0) else {
                    return Err(LuaError::message("unfinished string in data"));
                };
                size = end + 1;
                let text = ctx.tx.intern(rest.get(..end).unwrap_or_default())?;
                ctx.push(text)?;
            }
            _ => format.control(ctx, letter)?,
        }
        position += size;
    }
    ctx.push(Value::number(position as f64 + 1.0))?;
    ctx.return_from(first)
}

fn slice<'d>(
    ctx: &NativeContext<'_, '_>,
    data: &'d [u8],
    at: usize,
    size: usize,
) -> Result<&'d [u8], LuaError> {
    let bytes = at.checked_add(size).and_then(|end| data.get(at..end));
    bytes.ok_or_else(|| ctx.argument_error(2, "data string too short"))
}

fn size(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let mut format = Format::new(ctx)?;
    let mut total = 0_usize;
    while let Some(field) = format.next()? {
        total = total.wrapping_add(format.padding(total, field));
        if field.letter == b's' {
            return Err(ctx.argument_error(1, "option 's' has no fixed size"));
        }
        if field.letter == b'c' && field.size == 0 {
            return Err(ctx.argument_error(1, "option 'c0' has no fixed size"));
        }
        if !field.letter.is_ascii_alphanumeric() {
            format.control(ctx, field.letter)?;
        }
        total = total.wrapping_add(field.size);
    }
    ctx.ret(Value::number(total as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_cut_and_extended() {
        let format = |big_endian| Format { text: Vec::new(), at: 0, big_endian, alignment: 1 };
        let mut out = Vec::new();
        format(true).write_integer(unsigned_from(-2.0), 2, &mut out);
        format(false).write_integer(unsigned_from(258.0), 10, &mut out);
        assert_eq!(out, b"\xff\xfe\x02\x01\0\0\0\0\0\0\0\0");
        assert_eq!(format(true).read_integer(b"\xff\xfe", true), -2.0);
        assert_eq!(format(true).read_integer(b"\xff\xfe", false), 65534.0);
        assert_eq!(format(false).read_integer(&[0xff; 16], true), -1.0);
        assert_eq!(format(false).read_integer(b"", true), 0.0);
        assert_eq!(unsigned_from(18_446_744_073_709_551_616.0), 0);
        assert_eq!(unsigned_from(9_223_372_036_854_775_808.0), 1 << 63);
    }
}
