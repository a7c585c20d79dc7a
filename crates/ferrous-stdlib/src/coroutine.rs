//! The coroutine library (manual §5.2).
//!
//! Switching threads is the machine's: these functions check their arguments and return the operation.
//!
//! **Invariant:** a coroutine's body is a Lua function, as in Lua 5.1.

use ferrous_heap::{NOT_NATIVE, ThreadRef, ThreadStatus, Value};
use ferrous_vm::error::LuaError;
use ferrous_vm::native::{NativeContext, NativeFn, NativeResult};
use ferrous_vm::operation::Operation;

use crate::base::set_native;
use crate::closure::like;

/// The functions of the library.
const FUNCTIONS: &[(&str, NativeFn)] =
    &[("create", create), ("resume", resume), ("running", running), ("status", status), ("yield", yield_)];

/// Installs `coroutine`.
///
/// # Errors
/// Out of memory.
pub fn open_coroutine(ctx: &mut NativeContext<'_, '_>) -> Result<(), LuaError> {
    let library = ctx.library(Some("coroutine"), FUNCTIONS)?;
    let model = ctx.new_native(resume_wrapped, &[])?;
    set_native(ctx, library, "wrap", wrap, &[model])
}

fn new_thread(ctx: &mut NativeContext<'_, '_>) -> Result<Value, LuaError> {
    let body = ctx.arg(1);
    if ctx.tx.function(body).is_none_or(|function| function.native != NOT_NATIVE) {
        return Err(ctx.argument_error(1, "Lua function expected"));
    }
    ctx.new_coroutine(body)
}

fn check_thread(ctx: &NativeContext<'_, '_>) -> Result<ThreadRef, LuaError> {
    ctx.arg(1).as_thread().ok_or_else(|| ctx.argument_error(1, "coroutine expected"))
}

/// How many values the stack holds, as operations count them.
fn count(values: usize) -> u32 {
    // A stack is limited to far fewer.
    u32::try_from(values).unwrap_or(u32::MAX)
}

/// `coroutine.create(f)`.
fn create(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let thread = new_thread(ctx)?;
    ctx.ret(thread)
}

/// `coroutine.resume(co, ...)`.
fn resume(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let thread = check_thread(ctx)?;
    Ok(Operation::Resume { thread, args: count(ctx.arg_count().saturating_sub(1)), wrap: false })
}

/// `coroutine.wrap(f)`; upvalue 0 is a function to copy.
fn wrap(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let thread = new_thread(ctx)?;
    let function = like(ctx, ctx.upvalue(0), &[thread])?;
    ctx.ret(function)
}

/// What `wrap` returns; upvalue 0 is the coroutine.
fn resume_wrapped(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    match ctx.upvalue(0).as_thread() {
        Some(thread) => Ok(Operation::Resume { thread, args: count(ctx.arg_count()), wrap: true }),
        None => Err(ctx.error("cannot resume dead coroutine")),
    }
}

/// `coroutine.yield(...)`.
fn yield_(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    Ok(Operation::Yield { count: count(ctx.arg_count()) })
}

/// `coroutine.running()`.
fn running(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let thread = if ctx.is_main_thread() { Value::NIL } else { ctx.running_thread().into() };
    ctx.ret(thread)
}

/// `coroutine.status(co)`.
fn status(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let thread = check_thread(ctx)?;
    let status = match ctx.tx.thread(thread).map(|thread| thread.status) {
        _ if thread == ctx.running_thread() => "running",
        Some(ThreadStatus::Suspended) => "suspended",
        Some(ThreadStatus::Running) => "running",
        Some(ThreadStatus::Normal) => "normal",
        Some(ThreadStatus::Dead) | None => "dead",
    };
    let status = ctx.tx.intern(status.as_bytes())?;
    ctx.ret(status)
}
