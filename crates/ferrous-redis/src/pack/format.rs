//! Format: which fields there are, and how they are laid out.
//!
//! An option is a letter, then a number where the letter takes one. Its field's size and alignment follow from it; what has no field
//! changes the layout.
//!
//! **Invariant:** an option is told to be wrong when those before it have been carried out.

use ferrous_vm::error::LuaError;

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
    #[inline(always)]
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
    #[inline(always)]
    fn number(&mut self, text: &[u8], default: u32) -> Result<u32, LuaError> {
        let digit = |at| text.get(at).map(|byte: &u8| byte.wrapping_sub(b'0')).filter(|digit| *digit < 10);
        let Some(first) = digit(self.at) else { return Ok(default) };
        self.at += 1;
        if digit(self.at).is_none() { Ok(u32::from(first)) } else { self.longer_number(text, first) }
    }

    /// A number of several digits, of which the first has been read.
    #[cold]
    #[inline(never)]
    fn longer_number(&mut self, text: &[u8], first: u8) -> Result<u32, LuaError> {
        let mut number = i32::from(first);
        while let Some(digit) = text.get(self.at).copied().filter(u8::is_ascii_digit) {
            let longer = number.checked_mul(10).and_then(|tens| tens.checked_add(i32::from(digit - b'0')));
            number = longer.ok_or_else(size_overflow)?;
            self.at += 1;
        }
        // Not negative.
        Ok(number.cast_unsigned())
    }
}

impl Layout {
    /// How many bytes lie between `position` and the field.
    #[inline(always)]
    pub(super) fn padding(self, position: usize, field: Field) -> usize {
        if self.alignment == 1 { 0 } else { self.aligned(position, field) }
    }

    #[inline(never)]
    fn aligned(self, position: usize, field: Field) -> usize {
        if field.number == 0 || matches!(field.letter, b'c' | b'!') {
            return 0;
        }
        let size = field.size().min(self.alignment);
        // As in C, which takes sizes for powers of two here.
        size.wrapping_sub(position & (size - 1)) & (size - 1)
    }

    /// Carries out an option that is no field.
    #[inline(never)]
    pub(super) fn control(&mut self, field: Field) -> Result<(), LuaError> {
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
                let text = [b"invalid format option '", [letter].as_slice(), b"'"].concat();
                return Err(LuaError::argument(1, text));
            }
        }
        Ok(())
    }

    /// Appends `size` bytes of an integer; what is beyond 64 bits is zero.
    #[inline(always)]
    pub(super) fn write_integer(self, value: u64, size: usize, out: &mut Vec<u8>) {
        if size > 8 {
            return self.write_long_integer(value, size, out);
        }
        let end = out.len() + size;
        // Eight bytes at once, of which the first are wanted. Of none the shift is undefined, and of no account.
        let high = value.wrapping_shl(64 - 8 * size as u32);
        out.extend_from_slice(&if self.big_endian { high.to_be_bytes() } else { value.to_le_bytes() });
        out.truncate(end);
    }

    #[cold]
    #[inline(never)]
    fn write_long_integer(self, value: u64, size: usize, out: &mut Vec<u8>) {
        let end = out.len() + size;
        if self.big_endian {
            out.resize(end - 8, 0);
            out.extend_from_slice(&value.to_be_bytes());
        } else {
            out.extend_from_slice(&value.to_le_bytes());
            out.resize(end, 0);
        }
    }

    /// An integer of `size` bytes, from data that has at least so many; of more than eight the low ones count.
    #[inline(always)]
    pub(super) fn read_integer(self, data: &[u8], size: usize, signed: bool) -> f64 {
        let Some(word) = data.first_chunk::<8>().filter(|_| matches!(size, 1..=8)) else {
            return self.read_odd_integer(data.get(..size).unwrap_or_default(), signed);
        };
        // Eight bytes at once: the wanted ones go to the high end, and what comes with them falls out below.
        let spare = 64 - 8 * size as u32;
        let high =
            if self.big_endian { u64::from_be_bytes(*word) } else { u64::from_le_bytes(*word) << spare };
        if signed { (high.cast_signed() >> spare) as f64 } else { (high >> spare) as f64 }
    }

    /// The same where there are no eight bytes to read, or more are wanted.
    #[inline(never)]
    fn read_odd_integer(self, bytes: &[u8], signed: bool) -> f64 {
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

    /// The bytes of a double.
    #[inline(always)]
    pub(super) fn double_bytes(self, value: f64) -> [u8; 8] {
        if self.big_endian { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    /// The bytes of a float.
    #[inline(always)]
    pub(super) fn float_bytes(self, value: f32) -> [u8; 4] {
        if self.big_endian { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    /// The double at the start of data that has its bytes.
    #[inline(always)]
    pub(super) fn read_double(self, data: &[u8]) -> f64 {
        let bytes = data.first_chunk().copied().unwrap_or_default();
        if self.big_endian { f64::from_be_bytes(bytes) } else { f64::from_le_bytes(bytes) }
    }

    /// The float at the start of data that has its bytes.
    #[inline(always)]
    pub(super) fn read_float(self, data: &[u8]) -> f32 {
        let bytes = data.first_chunk().copied().unwrap_or_default();
        if self.big_endian { f32::from_be_bytes(bytes) } else { f32::from_le_bytes(bytes) }
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
        for data in [b"\xff\xfe".as_slice(), b"\xff\xfe and more"] {
            assert_eq!(layout(true).read_integer(data, 2, true), -2.0);
            assert_eq!(layout(true).read_integer(data, 2, false), 65534.0);
            assert_eq!(layout(false).read_integer(data, 0, true), 0.0);
        }
        assert_eq!(layout(false).read_integer(&[0xff; 16], 16, true), -1.0);
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
                let spare = 64 - 8 * size.min(8) as u32;
                let signed = if size == 0 { 0 } else { (kept << spare).cast_signed() >> spare };
                for more in [b"".as_slice(), b"what comes behind"] {
                    let data = [&bytes, more].concat();
                    prop_assert_eq!(layout(big_endian).read_integer(&data, size, false), kept as f64);
                    if size <= 8 {
                        prop_assert_eq!(layout(big_endian).read_integer(&data, size, true), signed as f64);
                    }
                }
            }
        }
    }
}
