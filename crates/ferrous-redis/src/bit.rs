//! The `bit` library: operations on 32-bit integers, as LuaBitOp 1.0.2 has them.
//!
//! A number is brought into range by adding 2^52 + 2^51 and taking the low 32 bits, which rounds half to even and wraps.
//! What comes out is signed; shift counts use their low five bits.
//!
//! **Invariant:** every result is a whole number in -2^31..2^31.

use ferrous_heap::Value;
use ferrous_vm::{
    error::LuaError,
    native::{NativeContext, NativeFn, NativeResult},
};

/// The functions, by name.
pub(crate) const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("arshift", arshift),
    ("band", band),
    ("bnot", bnot),
    ("bor", bor),
    ("bswap", bswap),
    ("bxor", bxor),
    ("lshift", lshift),
    ("rol", rol),
    ("ror", ror),
    ("rshift", rshift),
    ("tobit", tobit),
    ("tohex", tohex),
];

/// 2^52 + 2^51: what is added to it has its whole part in the low bits of the sum.
const ROUNDING: f64 = 6_755_399_441_055_744.0;

/// The 32 bits of a number.
#[inline(always)]
fn bits(number: f64) -> u32 {
    // The low half of the sum's bits.
    (number + ROUNDING).to_bits() as u32
}

#[inline(always)]
fn argument(ctx: &NativeContext<'_, '_>, n: usize) -> Result<u32, LuaError> {
    match ctx.arg(n).as_number() {
        Some(number) => Ok(bits(number)),
        None => converted(ctx, n),
    }
}

/// The bits of an argument that is no number, but may read as one.
#[cold]
#[inline(never)]
fn converted(ctx: &NativeContext<'_, '_>, n: usize) -> Result<u32, LuaError> {
    ctx.check_number(n).map(bits)
}

#[inline(always)]
fn answer(ctx: &mut NativeContext<'_, '_>, bits: u32) -> NativeResult {
    ctx.ret(Value::number(f64::from(bits.cast_signed())))
}

#[inline(always)]
fn unary(ctx: &mut NativeContext<'_, '_>, operation: impl Fn(u32) -> u32) -> NativeResult {
    let value = argument(ctx, 1)?;
    answer(ctx, operation(value))
}

#[inline(always)]
fn fold(ctx: &mut NativeContext<'_, '_>, operation: impl Fn(u32, u32) -> u32) -> NativeResult {
    let mut value = argument(ctx, 1)?;
    for (n, other) in ctx.registers_from(0).iter().enumerate().skip(2) {
        let other = match other.as_number() {
            Some(number) => bits(number),
            None => converted(ctx, n)?,
        };
        value = operation(value, other);
    }
    answer(ctx, value)
}

#[inline(always)]
fn shift(ctx: &mut NativeContext<'_, '_>, operation: impl Fn(u32, u32) -> u32) -> NativeResult {
    let (value, count) = (argument(ctx, 1)?, argument(ctx, 2)?);
    answer(ctx, operation(value, count & 31))
}

fn tobit(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    unary(ctx, |value| value)
}

fn bnot(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    unary(ctx, |value| !value)
}

fn bswap(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    unary(ctx, u32::swap_bytes)
}

fn band(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    fold(ctx, |left, right| left & right)
}

fn bor(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    fold(ctx, |left, right| left | right)
}

fn bxor(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    fold(ctx, |left, right| left ^ right)
}

fn lshift(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    shift(ctx, |value, count| value << count)
}

fn rshift(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    shift(ctx, |value, count| value >> count)
}

fn arshift(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    shift(ctx, |value, count| (value.cast_signed() >> count).cast_unsigned())
}

fn rol(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    shift(ctx, u32::rotate_left)
}

fn ror(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    shift(ctx, u32::rotate_right)
}

/// `tohex(x, n)`: the low |n| hexadecimal digits, upper case if n is negative.
fn tohex(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let value = argument(ctx, 1)?;
    let digits = if ctx.has_arg(2) { argument(ctx, 2)?.cast_signed() } else { 8 };
    let (text, start) = hexadecimal(value, digits);
    let text = ctx.tx.intern(text.get(start..).unwrap_or_default())?;
    ctx.ret(text)
}

/// All eight digits, and the first of those that are wanted.
fn hexadecimal(value: u32, digits: i32) -> ([u8; 8], usize) {
    const ONES: u64 = 0x0101_0101_0101_0101;
    // Each half byte gets a byte of its own, the highest first in memory: the halves move apart, then the quarters.
    let mut nibbles = u64::from(value);
    nibbles = (nibbles | nibbles << 16) & 0x0000_ffff_0000_ffff;
    nibbles = (nibbles | nibbles << 8) & 0x00ff_00ff_00ff_00ff;
    nibbles = (nibbles | nibbles << 4) & (ONES * 15);
    // 1 for each of the digits from ten on, which are letters.
    let letters = (nibbles + ONES * 6) >> 4 & ONES;
    let gap = if digits < 0 { b'A' } else { b'a' } - b'0' - 10;
    let text = nibbles + ONES * u64::from(b'0') + letters * u64::from(gap);
    (text.to_be_bytes(), 8 - digits.unsigned_abs().min(8) as usize)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_rounded_half_to_even_and_wrap() {
        let cases: &[(f64, i32)] = &[
            (1.5, 2),
            (2.5, 2),
            (-1.5, -2),
            (4_294_967_295.0, -1),
            (2_147_483_648.0, i32::MIN),
            (1e20, 2_025_163_840),
            (f64::INFINITY, 0),
            (f64::NAN, 0),
        ];
        for &(number, wanted) in cases {
            assert_eq!(bits(number).cast_signed(), wanted, "{number}");
        }
    }

    proptest! {
        #[test]
        fn hexadecimal_digits_are_those_of_the_number(value: u32) {
            prop_assert_eq!(hexadecimal(value, 8).0.to_vec(), format!("{value:08x}").into_bytes());
            prop_assert_eq!(hexadecimal(value, -8).0.to_vec(), format!("{value:08X}").into_bytes());
        }
    }

    #[test]
    fn hexadecimal_digits_are_cut() {
        let cases: &[(i32, &str)] =
            &[(8, "0000ffff"), (4, "ffff"), (0, ""), (-4, "FFFF"), (i32::MIN, "0000FFFF"), (99, "0000ffff")];
        for &(digits, wanted) in cases {
            let (text, start) = hexadecimal(65_535, digits);
            assert_eq!(text[start..], *wanted.as_bytes(), "{digits}");
        }
    }
}
