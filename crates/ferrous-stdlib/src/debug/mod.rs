//! The debug library (manual §5.9), for the plain profile.
//!
//! All of it stands on `ferrous_vm::inspect` and `ferrous_vm::hook`; what is here is the form in which scripts see it. Most
//! functions take a thread as an optional first argument, which moves the others on by one.
//!
//! **Invariant:** the names, options and messages are those of PUC Lua 5.1.

mod hook;
mod info;
mod prompt;
mod value;
mod variable;

use ferrous_heap::{ThreadRef, Value};
use ferrous_vm::error::LuaError;
use ferrous_vm::inspect::Level;
use ferrous_vm::native::{NativeContext, NativeResult};

/// Installs `debug`.
///
/// # Errors
/// Out of memory.
pub fn open_debug(ctx: &mut NativeContext<'_, '_>) -> Result<(), LuaError> {
    ctx.library(
        Some("debug"),
        &[
            ("debug", prompt::debug),
            ("getfenv", value::getfenv),
            ("gethook", hook::gethook),
            ("getinfo", info::getinfo),
            ("getlocal", variable::getlocal),
            ("getmetatable", value::getmetatable),
            ("getregistry", value::getregistry),
            ("getupvalue", variable::getupvalue),
            ("setfenv", value::setfenv),
            ("sethook", hook::sethook),
            ("setlocal", variable::setlocal),
            ("setmetatable", value::setmetatable),
            ("setupvalue", variable::setupvalue),
            ("traceback", traceback),
        ],
    )
    .map(|_| ())
}

/// The thread that argument 1 names, and the argument before the function's first own one.
fn thread_argument(ctx: &NativeContext<'_, '_>) -> (Option<ThreadRef>, usize) {
    match ctx.arg(1).as_thread() {
        Some(thread) => (Some(thread), 1),
        None => (None, 0),
    }
}

/// The function at a level as C counts them, if there is one.
fn level_of(ctx: &mut NativeContext<'_, '_>, thread: Option<ThreadRef>, level: i32) -> Option<Level> {
    match usize::try_from(level) {
        Ok(level) => {
            ctx.charge_levels(thread, level);
            ctx.level(thread, level)
        }
        // Nothing is found below a tail call, which is what PUC Lua takes a negative level for.
        Err(_) => Some(Level::TAIL_CALL),
    }
}

/// The levels below the first that a traceback shows at most; PUC Lua shows all, and takes the square of their number for it.
const MOST_LEVELS_BELOW: usize = 100_000;

/// `debug.traceback([thread,] [message [, level]])`; a message that is no string is returned as it is. Whatever else lies
/// behind the message goes into the text, as in PUC Lua, which concatenates all that is on its stack.
fn traceback(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let (thread, before) = thread_argument(ctx);
    let running = thread.is_none_or(|thread| thread == ctx.running_thread());
    let level = match ctx.to_number(ctx.arg(before + 2)) {
        Some(level) => {
            ctx.truncate(ctx.top() - 1);
            ferrous_vm::argument::integer_from(level) as i32
        }
        None => i32::from(running),
    };
    let is_text = |value: Value| value.is_string() || value.is_number();
    let has_message = ctx.has_arg(before + 1);
    if has_message && !is_text(ctx.arg(before + 1)) {
        return ctx.return_top(1);
    }
    let first = before + 1;
    if let Some(other) = (first..ctx.top()).rev().map(|n| ctx.arg(n)).find(|value| !is_text(*value)) {
        return Err(LuaError::bare(format!("attempt to concatenate a {} value", other.type_name())));
    }
    let mut message = Vec::new();
    for n in first..ctx.top() {
        let part = ctx.check_string(n)?;
        message.extend_from_slice(ctx.tx.string(part).unwrap_or_default());
    }
    let message = has_message.then_some(message.as_slice());
    // It shows the last ones, too.
    ctx.charge_levels(thread, usize::MAX);
    let text = ctx.traceback(thread, message, usize::try_from(level).unwrap_or_default());
    let below = usize::try_from(level.min(0).unsigned_abs()).unwrap_or_default().min(MOST_LEVELS_BELOW);
    // What lies below the first level is a tail call to PUC Lua. The message is a prefix of the text.
    let start = message.map_or(0, |message| message.len() + 1) + b"stack traceback:".len();
    let (head, levels) = text.split_at_checked(start).unwrap_or((&text, &[]));
    let text = [head, b"\n\t(tail call): ?".repeat(below).as_slice(), levels].concat();
    let text = ctx.tx.intern(&text)?;
    ctx.ret(text)
}
