//! Format: which fields there are, and how they are laid out.
//!
//! An option is a letter, then a number where the letter takes one. Its field's size and alignment follow from it; what has no field
//! changes the layout.
//!
//! **Invariant:** an option is told to be wrong when those before it have been carried out.

use ferrous_vm::{error::LuaError, native::NativeContext};

/// The largest integer, in bytes.
const MAX_INTEGER: u32 = 32;
/// The alignment that `!` means without a number.
const NATIVE_ALIGNMENT: u32 = 8;
/// In place of a number that is too large; others are below 2^31.
const OVERFLOW: u32 = u32::MAX;

/// The size of each letter's field, or [`NUMBERED`].
const SIZES: [u8; 256] = {
    let mut sizes = [0; 256];
    let known = [(b"bBx".as_slice(), 1), (b"hH", 2), (b"f", 4), (b"lLTd", 8), (b"c!iI", NUMBERED)];
    let mut size = 0;
    while size < known.len() {
        let (letters, bytes) = known[size];
        let mut letter = 0;
        while letter < letters.len() {
            sizes[letters[letter] as usize] = bytes;
            letter += 1;
        }
        size += 1;
    }
    sizes
};
/// The letter takes a number.
const NUMBERED: u8 = u8::MAX;

/// A format that is being read.
#[derive(Clone, Copy)]
pub(super) struct Format {
    /// Where the next option is.
    pub(super) at: usize,
    pub(super) layout: Layout,
}

/// How fields are laid out, as the options so far say.
#[derive(Clone, Copy)]
pub(super) struct Layout {
    pub(super) big_endian: bool,
    alignment: usize,
}

/// One option: its letter and the size of its field, or the number after `!`.
#[derive(Clone, Copy)]
pub(super) struct Field {
    pub(super) letter: u8,
    number: u32,
}

impl Format {
    /// The beginning of a format.
    pub(super) fn new() -> Self {
        Self { at: 0, layout: Layout { big_endian: false, alignment: 1 } }
    }

    /// Reads the next option; a zero byte ends a format too.
    #[inline(always)]
    pub(super) fn next(&mut self, text: &[u8]) -> Result<Option<Field>, LuaError> {
        let Some(letter) = text.get(self.at).copied().filter(|&letter| letter != 0) else {
            return Ok(None);
        };
        self.at += 1;
        let number = match SIZES[usize::from(letter)] {
            NUMBERED => self.numbered(letter, text)?,
            size => u32::from(size),
        };
        Ok(Some(Field { letter, number }))
    }

    /// The number that belongs to a letter.
    #[inline]
    fn numbered(&mut self, letter: u8, text: &[u8]) -> Result<u32, LuaError> {
        match letter {
            b'c' => self.number(text, 1),
            // It is told only when the option is carried out.
            b'!' => Ok(self.number(text, NATIVE_ALIGNMENT).unwrap_or(OVERFLOW)),
            _ => {
                let size = self.number(text, 4)?;
                if size > MAX_INTEGER {
                    return Err(too_large(size));
                }
                Ok(size)
            }
        }
    }

    /// The number that follows, or `default`.
    #[inline]
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
    #[inline(always)]
    pub(super) fn padding(self, position: usize, field: Field) -> usize {
        if self.alignment == 1 || field.number == 0 || matches!(field.letter, b'c' | b'!') {
            return 0;
        }
        let size = field.size().min(self.alignment);
        // As in C, which takes sizes for powers of two here.
        size.wrapping_sub(position & (size - 1)) & (size - 1)
    }

    /// Carries out an option that is no field.
    pub(super) fn control(&mut self, ctx: &NativeContext<'_, '_>, field: Field) -> Result<(), LuaError> {
        match field.letter {
            b' ' => {}
            b'>' => self.big_endian = true,
            b'<' => self.big_endian = false,
            b'!' => {
                if field.number == OVERFLOW {
                    return Err(size_overflow());
                }
                let alignment = field.number as usize;
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
    #[inline(always)]
    pub(super) fn write_integer(self, value: u64, size: usize, out: &mut Vec<u8>) {
        let end = out.len() + size;
        if self.big_endian {
            let used = size.min(8);
            out.resize(end - used, 0);
            let high = if used == 0 { 0 } else { value << (64 - 8 * used) };
            out.extend_from_slice(&high.to_be_bytes());
            out.truncate(end);
        } else {
            out.extend_from_slice(&value.to_le_bytes());
            out.resize(end, 0);
        }
    }

    /// An integer from its bytes; of more than eight the low ones count.
    #[inline(always)]
    pub(super) fn read_integer(self, bytes: &[u8], signed: bool) -> f64 {
        let value = match *bytes {
            [byte] => u64::from(byte),
            [a, b] => u64::from(u16::from_le_bytes(self.ordered([a, b]))),
            [a, b, c, d] => u64::from(u32::from_le_bytes(self.ordered([a, b, c, d]))),
            [a, b, c, d, e, f, g, h] => u64::from_le_bytes(self.ordered([a, b, c, d, e, f, g, h])),
            _ => self.read_odd_integer(bytes),
        };
        if !signed {
            return value as f64;
        }
        // At most 32 bytes; a shift uses its low six bits, as on x86.
        let sign = u64::MAX.wrapping_shl((bytes.len() as u32).wrapping_mul(8).wrapping_sub(1));
        let value = if value & sign == 0 { value } else { value | sign };
        value.cast_signed() as f64
    }

    #[inline(never)]
    fn read_odd_integer(self, bytes: &[u8]) -> u64 {
        let shift = |value: u64, byte: &u8| value << 8 | u64::from(*byte);
        if self.big_endian { bytes.iter().fold(0, shift) } else { bytes.iter().rev().fold(0, shift) }
    }

    /// Bytes of a number in little endian order, in the format's order; or the other way round.
    #[inline(always)]
    pub(super) fn ordered<const N: usize>(self, mut bytes: [u8; N]) -> [u8; N] {
        if self.big_endian {
            bytes.reverse();
        }
        bytes
    }
}

impl Field {
    /// How many bytes the field takes; none for an option that is no field.
    #[inline(always)]
    pub(super) fn size(self) -> usize {
        if self.letter == b'!' { 0 } else { self.number as usize }
    }
}

#[cold]
fn size_overflow() -> LuaError {
    LuaError::message("integral size overflow")
}

#[cold]
fn too_large(size: u32) -> LuaError {
    LuaError::message(format!("integral size {size} is larger than limit of {MAX_INTEGER}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::pack::unsigned_from;

    fn layout(big_endian: bool) -> Layout {
        Layout { big_endian, alignment: 1 }
    }

    #[test]
    fn integers_are_cut_and_extended() {
        let mut out = Vec::new();
        layout(true).write_integer(unsigned_from(-2.0), 2, &mut out);
        layout(false).write_integer(unsigned_from(258.0), 10, &mut out);
        assert_eq!(out, b"\xff\xfe\x02\x01\0\0\0\0\0\0\0\0");
        assert_eq!(layout(true).read_integer(b"\xff\xfe", true), -2.0);
        assert_eq!(layout(true).read_integer(b"\xff\xfe", false), 65534.0);
        assert_eq!(layout(false).read_integer(&[0xff; 16], true), -1.0);
        assert_eq!(layout(false).read_integer(b"", true), 0.0);
    }

    proptest! {
        #[test]
        fn integers_of_all_sizes_are_their_low_bytes(value: u64, size in 0_usize..=32) {
            let mut little: Vec<u8> = value.to_le_bytes().to_vec();
            little.resize(32, 0);
            little.truncate(size);
            let big: Vec<u8> = little.iter().rev().copied().collect();
            let kept = if size < 8 { value & ((1 << (8 * size)) - 1) } else { value };
            for (big_endian, bytes) in [(false, little), (true, big)] {
                let mut out = b"before".to_vec();
                layout(big_endian).write_integer(value, size, &mut out);
                prop_assert_eq!(&out[6..], &bytes[..]);
                prop_assert_eq!(layout(big_endian).read_integer(&bytes, false), kept as f64);
            }
        }
    }
}
