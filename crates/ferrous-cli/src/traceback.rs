//! The error handler of the program `lua`: a text gets a traceback, made by whatever `debug.traceback` is.
//!
//! Scripts see it in one place only: what `load` returns for an error in its reader, outside any protected call.
//!
//! **Invariant:** it raises no error of its own but those of `debug.traceback`.

use ferrous_heap::Value;
use ferrous_vm::native::{NativeContext, NativeResult, NativeState, Resumption};

/// The message as it is, or what the global `debug.traceback` makes of a text.
pub(crate) fn add_traceback(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let message = ctx.arg(1);
    let debug = match ctx.globals().as_table() {
        Some(globals) => ctx.tx.raw_get_str(globals, b"debug"),
        None => Value::NIL,
    };
    let traceback = match debug.as_table() {
        Some(debug) => ctx.tx.raw_get_str(debug, b"traceback"),
        None => Value::NIL,
    };
    if !(message.is_string() || message.is_number()) || !traceback.is_function() {
        return ctx.ret(message);
    }
    ctx.push(traceback)?;
    ctx.push(message)?;
    // Neither the handler nor `debug.traceback` itself.
    ctx.push(Value::number(2.0))?;
    ctx.call(2, 1, Traceback)
}

/// Returns what `debug.traceback` has returned.
struct Traceback;

impl NativeState for Traceback {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, how: Resumption) -> NativeResult {
        match how {
            Resumption::Returned { count } => ctx.return_top(count as usize),
            _ => ctx.ret0(),
        }
    }
}
