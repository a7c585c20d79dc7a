//! Arguments as C sees them: `int` parameters and positions in strings.
//!
//! PUC Lua reads many arguments as C `int`, which keeps the low 32 bits of a larger number; the libraries do the same.
//!
//! **Invariant:** nothing here changes a register, except that numbers asked for as strings become strings.

use ferrous_vm::error::LuaError;
use ferrous_vm::native::NativeContext;

/// An argument as a C `int` (`luaL_checkint`).
///
/// # Errors
/// The argument is no number.
#[inline]
pub(crate) fn check_int(ctx: &mut NativeContext<'_, '_>, n: usize) -> Result<i32, LuaError> {
    // The cast of a wider integer to `int` keeps the low bits.
    ctx.check_integer(n).map(|value| value as i32)
}

/// An optional argument as a C `int` (`luaL_optint`).
///
/// # Errors
/// The argument is neither nil, absent nor a number.
#[inline]
pub(crate) fn opt_int(ctx: &mut NativeContext<'_, '_>, n: usize, default: i32) -> Result<i32, LuaError> {
    ctx.opt_integer(n, i64::from(default)).map(|value| value as i32)
}

/// A position in a string, where negative ones count from the end (`posrelat`); never negative.
#[inline]
pub(crate) fn position(position: i64, length: usize) -> i64 {
    // Strings are shorter than 4 GiB.
    let position = if position < 0 { position.saturating_add(length as i64 + 1) } else { position };
    position.max(0)
}
