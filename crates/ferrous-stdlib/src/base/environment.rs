//! Environments: `getfenv` and `setfenv` (manual §5.1).
//!
//! **Invariant:** native functions keep the environment they were made with; asked for it, they name the globals of the
//! running thread, as C functions do in PUC Lua.

use ferrous_heap::{FunctionRef, NOT_NATIVE, Value};
use ferrous_vm::error::LuaError;
use ferrous_vm::native::{NativeContext, NativeResult};

use crate::argument::{check_int, opt_int};

/// The function that argument 1 names: itself, or a level of the stack.
fn named_function(ctx: &mut NativeContext<'_, '_>, optional: bool) -> Result<Value, LuaError> {
    let value = ctx.arg(1);
    if value.is_function() {
        return Ok(value);
    }
    let level = if optional { opt_int(ctx, 1, 1)? } else { check_int(ctx, 1)? };
    let level = u32::try_from(level).map_err(|_| ctx.argument_error(1, "level must be non-negative"))?;
    ctx.charge_levels(None, level as usize);
    let function = ctx.function_at_level(level).ok_or_else(|| ctx.argument_error(1, "invalid level"))?;
    if !function.is_function() {
        return Err(ctx.error(format!("no function environment for tail call at level {level}")));
    }
    Ok(function)
}

/// The handle of a function written in Lua.
fn lua_function(ctx: &NativeContext<'_, '_>, function: Value) -> Option<FunctionRef> {
    ctx.tx.function(function).filter(|function| function.native == NOT_NATIVE)?;
    function.as_function()
}

/// `getfenv([f])`.
pub(super) fn getfenv(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let function = named_function(ctx, true)?;
    let environment = match lua_function(ctx, function) {
        Some(function) => ctx.tx.environment(function),
        None => ctx.globals(),
    };
    ctx.ret(environment)
}

/// `setfenv(f, table)`.
pub(super) fn setfenv(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let environment = ctx.check_table(2)?;
    let function = named_function(ctx, false)?;
    if ctx.to_number(ctx.arg(1)) == Some(0.0) {
        ctx.set_globals(environment);
        return ctx.ret0();
    }
    match lua_function(ctx, function) {
        Some(handle) => {
            ctx.tx.set_environment(handle, environment.into())?;
            ctx.ret(function)
        }
        None => Err(ctx.error("'setfenv' cannot change environment of given object")),
    }
}
