//! The `bit` library: operations on 32-bit integers, as LuaBitOp 1.0.2 has them.
//!
//! A number is brought into range by adding 2^52 + 2^51 and taking the low 32 bits, which rounds half to even and wraps.
//! What comes out is signed; shift counts use their low five bits.
//!
//! **Invariant:** every result is a whole number in -2^31..2^31.

use ferrous_heap::{HeapError, Transaction, Value};
use ferrous_vm::{
    error::LuaError,
    native::{NativeContext, NativeFn, NativeResult, Shortcut},
};

/// 2^52 + 2^51: what is added to it has its whole part in the low bits of the sum.
const ROUNDING: f64 = 6_755_399_441_055_744.0;

/// The 32 bits of a number.
#[inline(always)]
pub(crate) fn bits(number: f64) -> u32 {
    // The low half of the sum's bits.
    (number + ROUNDING).to_bits() as u32
}

/// The bits of argument `n`, counted from 0, if it is a number.
#[inline(always)]
fn argument(args: &[Value], n: usize) -> Option<u32> {
    args.get(n)?.as_number().map(bits)
}

#[inline(always)]
fn answer(bits: u32) -> Option<Value> {
    Some(Value::number(f64::from(bits.cast_signed())))
}

#[inline(always)]
fn unary(args: &[Value], operation: impl Fn(u32) -> u32) -> Option<Value> {
    answer(operation(argument(args, 0)?))
}

#[inline(always)]
fn fold(args: &[Value], operation: impl Fn(u32, u32) -> u32) -> Option<Value> {
    let (first, others) = args.split_first()?;
    let mut value = bits(first.as_number()?);
    for other in others {
        value = operation(value, bits(other.as_number()?));
    }
    answer(value)
}

#[inline(always)]
fn shift(args: &[Value], operation: impl Fn(u32, u32) -> u32) -> Option<Value> {
    answer(operation(argument(args, 0)?, argument(args, 1)? & 31))
}

/// Defines functions: what each does with numbers, which is its shortcut, and how many arguments it reads at least and at most.
macro_rules! functions {
    ($($name:ident($least:expr, $most:expr) = $operation:expr;)*) => {
        mod shortcut {
            use super::*;

            $(pub(super) fn $name(tx: &mut Transaction<'_>, args: &[Value]) -> Option<Value> {
                let operation: fn(&mut Transaction<'_>, &[Value]) -> Option<Value> = $operation;
                operation(tx, args)
            })*
        }

        $(fn $name(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
            in_full(ctx, $least, $most, shortcut::$name)
        })*

        /// The functions, by name.
        const FUNCTIONS: &[(&str, NativeFn)] = &[$((stringify!($name), $name)),*];

        const SHORTCUTS: &[(&str, Shortcut)] = &[$((stringify!($name), shortcut::$name)),*];
    };
}

functions! {
    arshift(2, 2) = |_, args| shift(args, |value, count| (value.cast_signed() >> count).cast_unsigned());
    band(1, usize::MAX) = |_, args| fold(args, |left, right| left & right);
    bnot(1, 1) = |_, args| unary(args, |value| !value);
    bor(1, usize::MAX) = |_, args| fold(args, |left, right| left | right);
    bswap(1, 1) = |_, args| unary(args, u32::swap_bytes);
    bxor(1, usize::MAX) = |_, args| fold(args, |left, right| left ^ right);
    lshift(2, 2) = |_, args| shift(args, |value, count| value << count);
    rol(2, 2) = |_, args| shift(args, u32::rotate_left);
    ror(2, 2) = |_, args| shift(args, u32::rotate_right);
    rshift(2, 2) = |_, args| shift(args, |value, count| value >> count);
    tobit(1, 1) = |_, args| unary(args, |value| value);
    tohex(1, 2) = hexadecimal_text;
}

/// Makes the global `bit`.
pub(crate) fn open(ctx: &mut NativeContext<'_, '_>) -> Result<(), LuaError> {
    let library = ctx.library(Some("bit"), FUNCTIONS)?;
    ctx.add_shortcuts(library, SHORTCUTS);
    Ok(())
}

/// What a function does with any arguments: those that it reads are made numbers first. After the first one the last comes, as
/// errors show.
#[inline(never)]
fn in_full(ctx: &mut NativeContext<'_, '_>, least: usize, most: usize, shortcut: Shortcut) -> NativeResult {
    let count = ctx.arg_count().min(most).max(least);
    for n in std::iter::once(1).chain((2..=count).rev()) {
        let number = ctx.check_number(n)?;
        ctx.set(n, Value::from_foreign(number));
    }
    match ctx.answer(shortcut) {
        Some(value) => ctx.ret(value),
        None => Err(HeapError::OutOfMemory.into()),
    }
}

/// `tohex(x, n)`: the low |n| hexadecimal digits, upper case if n is negative.
#[inline(always)]
fn hexadecimal_text(tx: &mut Transaction<'_>, args: &[Value]) -> Option<Value> {
    let value = argument(args, 0)?;
    let digits = if args.len() > 1 { argument(args, 1)?.cast_signed() } else { 8 };
    let (text, start) = hexadecimal(value, digits);
    tx.intern(text.get(start..).unwrap_or_default()).ok()
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
