//! The error handler of the program `lua`: a text gets a traceback, made by whatever `debug.traceback` is.
//!
//! Scripts see it in two places: what `load` returns for an error in its reader, outside any protected call, and what is printed
//! of an error that nobody catches once they have replaced `debug.traceback`.
//!
//! **Invariant:** it raises no error of its own but those of `debug.traceback`.

use ferrous_heap::Value;
use ferrous_vm::native::{NativeContext, NativeResult, NativeState, Resumption};

/// What the global `debug.traceback` is; nil where there is none.
pub(crate) fn function(ctx: &NativeContext<'_, '_>) -> Value {
    let field = |table: Value, name: &[u8]| {
        table.as_table().map_or(Value::NIL, |table| ctx.tx.raw_get_str(table, name))
    };
    field(field(ctx.globals(), b"debug"), b"traceback")
}

/// The message as it is, or what the global `debug.traceback` makes of a text.
pub(crate) fn add_traceback(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let message = ctx.arg(1);
    let traceback = function(ctx);
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
