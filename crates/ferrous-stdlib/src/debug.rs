//! A first part of the debug library (manual §5.9): `debug.traceback`.
//!
//! **Invariant:** nothing here changes what is looked at.

use ferrous_vm::error::LuaError;
use ferrous_vm::native::{NativeContext, NativeResult};

use crate::argument::opt_int;

/// Installs `debug`.
///
/// # Errors
/// Out of memory.
pub fn open_debug(ctx: &mut NativeContext<'_, '_>) -> Result<(), LuaError> {
    ctx.library(Some("debug"), &[("traceback", traceback)]).map(|_| ())
}

/// `debug.traceback([thread,] [message [, level]])`; a message that is no string is returned as it is.
fn traceback(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let thread = ctx.arg(1).as_thread();
    let first = if thread.is_some() { 2 } else { 1 };
    let message = ctx.arg(first);
    if ctx.has_arg(first) && !message.is_string() && !message.is_number() {
        return ctx.ret(message);
    }
    let running = thread.is_none_or(|thread| thread == ctx.running_thread());
    let level = usize::try_from(opt_int(ctx, first + 1, i32::from(running))?).unwrap_or_default();
    let message = ctx.opt_string(first)?;
    let text = message.and_then(|message| ctx.tx.string(message));
    let text = ctx.traceback(thread, text, level);
    let text = ctx.tx.intern(&text)?;
    ctx.ret(text)
}
