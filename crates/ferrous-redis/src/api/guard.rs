//! Globals that Redis replaces or adds so that scripts fail in its way: `pcall`, the error handler, the guard of `_G`.
//!
//! **Invariant:** an error table that `redis.call` raised reaches a script's `pcall` as its text; `xpcall` and coroutines
//! see the table.

use ferrous_heap::Value;
use ferrous_vm::native::{NativeContext, NativeFn, NativeResult, NativeState, Resumption};

use crate::convert::to_lua::{error_field, error_table_of};

/// The replaced global that scripts and functions have.
pub(crate) const FUNCTIONS: &[(&str, NativeFn)] = &[("pcall", pcall)];

/// The handler, which only scripts see.
pub(crate) const HANDLER: &[(&str, NativeFn)] = &[("__redis__err__handler", error_handler)];

/// The handler's other name where the target calls itself a server.
pub(crate) const SERVER_FUNCTIONS: &[(&str, NativeFn)] = &[("__server__err__handler", error_handler)];

fn pcall(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let args = match ctx.arg_count() {
        0 => {
            // Redis then calls the `true` that it keeps ready as the first result.
            ctx.push(Value::TRUE)?;
            0
        }
        count => count - 1,
    };
    ctx.call_protected(args, ProtectedCall)
}

struct ProtectedCall;

impl NativeState for ProtectedCall {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, how: Resumption) -> NativeResult {
        match how {
            Resumption::Returned { count } => {
                ctx.set(0, Value::TRUE);
                ctx.return_top(count as usize + 1)
            }
            Resumption::Failed | Resumption::Continued => {
                let error = ctx.pop();
                let Some(table) = error.as_table() else { return ctx.ret2(Value::FALSE, error) };
                let text = error_field(ctx.tx, table);
                if text.is_string() || text.is_number() {
                    ctx.ret2(Value::FALSE, text)
                } else {
                    ctx.ret3(Value::FALSE, error, text)
                }
            }
        }
    }
}

/// Answers for globals that do not exist.
pub(crate) fn missing_global(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    if ctx.arg_count() != 2 {
        return Err(ctx.error("Wrong number of arguments to luaProtectedTableError"));
    }
    let name = ctx.arg(2);
    if !name.is_string() && !name.is_number() {
        return Err(ctx.error("Second argument to luaProtectedTableError must be a string or number"));
    }
    let name = ctx.tostring(name)?;
    let name = ctx.until_zero(name)?;
    let mut before = ctx.position_prefix(1);
    before.extend_from_slice(b"Script attempted to access nonexistent global variable '");
    let (before, after) = (ctx.tx.intern(&before)?, ctx.tx.intern(b"'")?);
    let message = ctx.join(&[before, name, after])?;
    Err(ctx.raise(message))
}

/// `__redis__err__handler(error)`: the error as a table that knows where it was raised.
pub(crate) fn error_handler(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let error = ctx.arg(1);
    let error = if error.is_table() {
        error
    } else {
        let text = ctx.tostring(error)?;
        let code = ctx.tx.intern(b"ERR ")?;
        let text = ctx.join(&[code, text])?;
        error_table_of(ctx.tx, text, false)?
    };
    let place = ctx.source(1).or_else(|| ctx.source(2));
    if let (Some(table), Some((source, line))) = (error.as_table(), place) {
        let source = ctx.tx.intern(&source)?;
        ctx.set_field(table, "source", source)?;
        ctx.set_field(table, "line", Value::number(f64::from(line)))?;
    }
    ctx.ret(error)
}
