//! The mathematical functions (manual §5.6).
//!
//! The transcendental functions are the system's libm, as in C. Random numbers come from a [`Generator`] that the
//! embedder may choose; the default is [`GlibcRandom`].
//!
//! **Invariant:** a NaN that a foreign function made is canonicalised before it becomes a value.

mod random;

use std::f64::consts::PI;

use ferrous_heap::{Transaction, Value};
use ferrous_vm::error::LuaError;
use ferrous_vm::native::{NativeContext, NativeFn, NativeResult, Shortcut};

use crate::argument::check_int;
pub use random::{Generator, GlibcRandom};

macro_rules! unary {
    ($(#[doc = $doc:literal] $name:ident = $function:expr;)*) => {$(
        #[doc = $doc]
        fn $name(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
            let function: fn(f64) -> f64 = $function;
            let x = ctx.check_number(1)?;
            ctx.ret(Value::from_foreign(function(x)))
        }
    )*
        /// What those functions are for a number.
        mod shortcut {
            use super::*;

            $(pub(super) fn $name(_: &mut Transaction<'_>, args: &[Value]) -> Option<Value> {
                let function: fn(f64) -> f64 = $function;
                Some(Value::from_foreign(function(args.first()?.as_number()?)))
            })*
        }

        const UNARY_SHORTCUTS: &[(&str, Shortcut)] = &[$((stringify!($name), shortcut::$name)),*];
    };
}

unary! {
    /// `math.abs(x)`.
    abs = f64::abs;
    /// `math.acos(x)`.
    acos = f64::acos;
    /// `math.asin(x)`.
    asin = f64::asin;
    /// `math.atan(x)`.
    atan = f64::atan;
    /// `math.ceil(x)`.
    ceil = f64::ceil;
    /// `math.cos(x)`.
    cos = f64::cos;
    /// `math.cosh(x)`.
    cosh = f64::cosh;
    /// `math.deg(x)`.
    deg = |x| x / (PI / 180.0);
    /// `math.exp(x)`.
    exp = f64::exp;
    /// `math.floor(x)`.
    floor = f64::floor;
    /// `math.log(x)`.
    log = f64::ln;
    /// `math.log10(x)`.
    log10 = f64::log10;
    /// `math.rad(x)`.
    rad = |x| x * (PI / 180.0);
    /// `math.sin(x)`.
    sin = f64::sin;
    /// `math.sinh(x)`.
    sinh = f64::sinh;
    /// `math.sqrt(x)`.
    sqrt = f64::sqrt;
    /// `math.tan(x)`.
    tan = f64::tan;
    /// `math.tanh(x)`.
    tanh = f64::tanh;
}

/// The functions of the library, apart from those of the generator. `mod` is `fmod`'s older name.
const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("abs", abs),
    ("acos", acos),
    ("asin", asin),
    ("atan", atan),
    ("atan2", atan2),
    ("ceil", ceil),
    ("cos", cos),
    ("cosh", cosh),
    ("deg", deg),
    ("exp", exp),
    ("floor", floor),
    ("fmod", fmod),
    ("frexp", frexp),
    ("ldexp", ldexp),
    ("log", log),
    ("log10", log10),
    ("max", max),
    ("min", min),
    ("modf", modf),
    ("pow", pow),
    ("rad", rad),
    ("sin", sin),
    ("sinh", sinh),
    ("sqrt", sqrt),
    ("tan", tan),
    ("tanh", tanh),
];

/// Installs `math`, with a generator for `random` and `randomseed`.
///
/// # Errors
/// Out of memory.
pub fn open_math(
    ctx: &mut NativeContext<'_, '_>,
    generator: impl Generator + 'static,
) -> Result<(), LuaError> {
    let library = ctx.library(Some("math"), FUNCTIONS)?;
    ctx.add_shortcuts(library, UNARY_SHORTCUTS);
    ctx.add_shortcuts(library, &[("max", largest), ("min", smallest)]);
    ctx.set_field(library, "pi", Value::number(PI))?;
    ctx.set_field(library, "huge", Value::number(f64::INFINITY))?;
    let fmod = ctx.tx.raw_get_str(library, b"fmod");
    ctx.set_field(library, "mod", fmod)?;
    random::open(ctx, library, generator)
}

/// Two arguments, checked in the order in which C compilers evaluate them.
fn second_and_first(ctx: &mut NativeContext<'_, '_>) -> Result<(f64, f64), LuaError> {
    Ok((ctx.check_number(2)?, ctx.check_number(1)?))
}

/// `math.atan2(y, x)`.
fn atan2(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let (x, y) = second_and_first(ctx)?;
    ctx.ret(Value::from_foreign(y.atan2(x)))
}

/// `math.fmod(x, y)`: the remainder that has the sign of `x`.
fn fmod(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let (y, x) = second_and_first(ctx)?;
    let result = x % y;
    // C's library makes a negative NaN of finite operands.
    let result = if result.is_nan() && !x.is_nan() && !y.is_nan() { -f64::NAN.abs() } else { result };
    ctx.ret(Value::from_foreign(result))
}

/// `math.pow(x, y)`.
fn pow(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let (y, x) = second_and_first(ctx)?;
    ctx.ret(Value::from_foreign(x.powf(y)))
}

/// `math.max(x, ...)`.
fn max(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let mut largest = ctx.check_number(1)?;
    for n in 2..=ctx.arg_count() {
        let number = ctx.check_number(n)?;
        if number > largest {
            largest = number;
        }
    }
    ctx.ret(Value::from_foreign(largest))
}

/// `math.min(x, ...)`.
fn min(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let mut smallest = ctx.check_number(1)?;
    for n in 2..=ctx.arg_count() {
        let number = ctx.check_number(n)?;
        if number < smallest {
            smallest = number;
        }
    }
    ctx.ret(Value::from_foreign(smallest))
}

/// `math.max` of two numbers.
fn largest(_: &mut Transaction<'_>, args: &[Value]) -> Option<Value> {
    let &[first, second] = args else { return None };
    Some(if second.as_number()? > first.as_number()? { second } else { first })
}

/// `math.min` of two numbers.
fn smallest(_: &mut Transaction<'_>, args: &[Value]) -> Option<Value> {
    let &[first, second] = args else { return None };
    Some(if second.as_number()? < first.as_number()? { second } else { first })
}

/// `math.modf(x)`: the integral part and the fraction.
fn modf(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let x = ctx.check_number(1)?;
    let whole = x.trunc();
    let fraction = if x.is_infinite() { 0.0_f64.copysign(x) } else { (x - whole).copysign(x) };
    ctx.ret2(Value::from_foreign(whole), Value::from_foreign(fraction))
}

/// `math.frexp(x)`: `m` and `e` with `x = m * 2^e` and `m` in [0.5, 1).
fn frexp(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let x = ctx.check_number(1)?;
    let (mantissa, exponent) = split(x);
    ctx.ret2(Value::from_foreign(mantissa), Value::number(f64::from(exponent)))
}

fn split(x: f64) -> (f64, i32) {
    const EXPONENT: u64 = 0x7FF << 52;
    if x == 0.0 || !x.is_finite() {
        return (x, 0);
    }
    // Subnormal numbers are made normal first; 2^54 is exact.
    let (x, bias) = if x.abs() < f64::MIN_POSITIVE { (x * 18_014_398_509_481_984.0, 54) } else { (x, 0) };
    let bits = x.to_bits();
    // Eleven bits.
    let exponent = ((bits & EXPONENT) >> 52) as i32 - 1022 - bias;
    (f64::from_bits(bits & !EXPONENT | 1022 << 52), exponent)
}

/// `math.ldexp(m, e)`: `m * 2^e`.
fn ldexp(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let (e, m) = (check_int(ctx, 2)?, ctx.check_number(1)?);
    ctx.ret(Value::from_foreign(scale(m, e)))
}

fn scale(m: f64, e: i32) -> f64 {
    // Each step is exact except the last one that leaves the normal range.
    let (mantissa, exponent) = split(m);
    if mantissa == 0.0 || !mantissa.is_finite() {
        return m;
    }
    let exponent = exponent.saturating_add(e).clamp(-1200, 1200);
    if exponent > 1024 {
        return f64::INFINITY.copysign(m);
    }
    if exponent >= -1021 {
        // One half times 2^1024 overflows in one step.
        return mantissa * 2.0 * 2.0_f64.powi(exponent - 1);
    }
    mantissa * 2.0_f64.powi(-1022) * 2.0_f64.powi((exponent + 1022).max(-1022))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_split_and_scale() {
        for (x, mantissa, exponent) in [
            (1.0, 0.5, 1),
            (-8.0, -0.5, 4),
            (0.0, 0.0, 0),
            (3.0, 0.75, 2),
            (5e-324, 0.5, -1073),
            (f64::MAX, 0.999_999_999_999_999_9, 1024),
        ] {
            assert_eq!(split(x), (mantissa, exponent));
            assert_eq!(scale(mantissa, exponent), x);
        }
        assert_eq!(scale(0.5, 1025), f64::INFINITY);
        assert_eq!(scale(1.0, -1074), 5e-324);
        assert_eq!(scale(1.0, -1076), 0.0);
        assert_eq!(scale(1.0, i32::MAX), f64::INFINITY);
    }
}
