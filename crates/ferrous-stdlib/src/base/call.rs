//! Errors and protected calls: `assert error pcall xpcall` (manual §5.1).
//!
//! **Invariant:** the calls themselves are the machine's; nothing here runs Lua code.

use ferrous_vm::native::{NativeContext, NativeResult};
use ferrous_vm::operation::Operation;

use crate::argument::opt_int;

/// `assert(v [, message])`.
pub(super) fn assert(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    if ctx.check_any(1)?.is_truthy() {
        return ctx.return_from(1);
    }
    match ctx.opt_string(2)? {
        None => Err(ctx.error("assertion failed!")),
        Some(message) => {
            // It goes through C's `%s`.
            let message = ctx.until_zero(message)?;
            let prefix = ctx.position_prefix(1);
            let prefix = ctx.tx.intern(&prefix)?;
            let message = ctx.join(&[prefix, message])?;
            Err(ctx.raise(message))
        }
    }
}

/// `error(message [, level])`.
pub(super) fn error(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let level = opt_int(ctx, 2, 1)?;
    let value = ctx.arg(1);
    if let (true, Ok(level @ 1..)) = (value.is_string() || value.is_number(), u32::try_from(level)) {
        ctx.charge_levels(None, level as usize);
        let prefix = ctx.position_prefix(level);
        let message = ctx.check_string(1)?;
        if prefix.is_empty() {
            return Err(ctx.raise(message));
        }
        let prefix = ctx.tx.intern(&prefix)?;
        let message = ctx.join(&[prefix, message])?;
        return Err(ctx.raise(message));
    }
    Err(ctx.raise(value))
}

/// `pcall(f, ...)`.
pub(super) fn pcall(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    ctx.check_any(1)?;
    Ok(Operation::Pcall { handler: false })
}

/// `xpcall(f, err)`.
pub(super) fn xpcall(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    ctx.check_any(2)?;
    ctx.set_top(3)?;
    Ok(Operation::Pcall { handler: true })
}
