//! Variables: `debug.getlocal`, `setlocal`, `getupvalue`, `setupvalue`.
//!
//! **Invariant:** the upvalues of natives are nobody's business.

use ferrous_heap::{NOT_NATIVE, ThreadRef, Value};
use ferrous_vm::error::LuaError;
use ferrous_vm::inspect::Level;
use ferrous_vm::native::{NativeContext, NativeResult};

use crate::argument::check_int;

/// The level that an argument names.
fn check_level(
    ctx: &mut NativeContext<'_, '_>,
    thread: Option<ThreadRef>,
    n: usize,
) -> Result<Level, LuaError> {
    let level = check_int(ctx, n)?;
    super::level_of(ctx, thread, level).ok_or_else(|| ctx.argument_error(n, "level out of range"))
}

/// The number of a variable; none is below 1.
fn variable_number(ctx: &mut NativeContext<'_, '_>, n: usize) -> Result<usize, LuaError> {
    Ok(usize::try_from(check_int(ctx, n)?).unwrap_or(0))
}

/// `debug.getlocal([thread,] level, local)`.
pub(super) fn getlocal(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let (thread, before) = super::thread_argument(ctx);
    let level = check_level(ctx, thread, before + 1)?;
    let n = variable_number(ctx, before + 2)?;
    let Some((name, value)) = ctx.local_made(&level, n) else { return ctx.ret(Value::NIL) };
    let name = ctx.tx.intern(&name)?;
    ctx.ret2(name, value)
}

/// `debug.setlocal([thread,] level, local, value)`.
pub(super) fn setlocal(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let (thread, before) = super::thread_argument(ctx);
    let level = check_level(ctx, thread, before + 1)?;
    let value = ctx.check_any(before + 3)?;
    let n = variable_number(ctx, before + 2)?;
    let name = match ctx.set_local(&level, n, value) {
        Some(name) => ctx.tx.intern(&name)?,
        None => Value::NIL,
    };
    ctx.ret(name)
}

/// The function of argument 1, if it is written in Lua, and the upvalue's number.
fn upvalue_arguments(ctx: &mut NativeContext<'_, '_>) -> Result<(Option<Value>, usize), LuaError> {
    let n = variable_number(ctx, 2)?;
    let function = ctx.check_function(1)?;
    let is_native = ctx.tx.function(function).is_none_or(|function| function.native != NOT_NATIVE);
    Ok(((!is_native).then_some(function), n))
}

/// `debug.getupvalue(f, up)`.
pub(super) fn getupvalue(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let (function, n) = upvalue_arguments(ctx)?;
    match function.and_then(|function| ctx.upvalue_of(function, n)) {
        Some((name, value)) => {
            let name = ctx.tx.intern(&name)?;
            ctx.ret2(name, value)
        }
        None => ctx.ret0(),
    }
}

/// `debug.setupvalue(f, up, value)`.
pub(super) fn setupvalue(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let value = ctx.check_any(3)?;
    let (function, n) = upvalue_arguments(ctx)?;
    match function.and_then(|function| ctx.set_upvalue_of(function, n, value)) {
        Some(name) => {
            let name = ctx.tx.intern(&name)?;
            ctx.ret(name)
        }
        None => ctx.ret0(),
    }
}
