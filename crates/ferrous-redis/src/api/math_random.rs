//! `math.random` and `math.randomseed` over Redis's generator.
//!
//! **Invariant:** each call of `math.random` draws exactly one number, one that fails included.

use ferrous_heap::Value;
use ferrous_vm::{
    error::LuaError,
    native::{NativeContext, NativeFn, NativeResult},
};

use super::state;

/// The functions, by name.
pub(crate) const FUNCTIONS: &[(&str, NativeFn)] = &[("random", random), ("randomseed", randomseed)];

fn random(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let drawn = state(ctx)?.generator.draw();
    let number = match ctx.arg_count() {
        0 => drawn,
        1 => {
            let upper = int(ctx, 1)?;
            if upper < 1 {
                return Err(ctx.argument_error(1, "interval is empty"));
            }
            (drawn * f64::from(upper)).floor() + 1.0
        }
        2 => {
            let (lower, upper) = (int(ctx, 1)?, int(ctx, 2)?);
            if lower > upper {
                return Err(ctx.argument_error(2, "interval is empty"));
            }
            // Redis computes the width in C's `int`, which wraps.
            let width = upper.wrapping_sub(lower).wrapping_add(1);
            (drawn * f64::from(width)).floor() + f64::from(lower)
        }
        _ => return Err(ctx.error("wrong number of arguments")),
    };
    ctx.ret(Value::number(number))
}

fn randomseed(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let seed = int(ctx, 1)?;
    state(ctx)?.generator.seed(seed);
    ctx.ret0()
}

/// An argument as a C `int`: the low 32 bits.
fn int(ctx: &mut NativeContext<'_, '_>, n: usize) -> Result<i32, LuaError> {
    ctx.check_integer(n).map(|value| value as i32)
}
