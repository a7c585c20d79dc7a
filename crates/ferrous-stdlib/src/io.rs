//! A first part of the I/O library (manual §5.7): `io.write`, and `io.stdout` with `write`, `flush` and `setvbuf`.
//!
//! Both write to the [`Output`] of the profile, the one that `print` uses.
//!
//! **Invariant:** arguments before a bad one are written, as in C.

use ferrous_heap::Value;
use ferrous_vm::error::LuaError;
use ferrous_vm::native::{NativeContext, NativeResult};

use crate::base::{set, set_native};
use crate::output::Output;

/// Installs `io`.
///
/// # Errors
/// Out of memory.
pub fn open_io(ctx: &mut NativeContext<'_, '_>, output: &Output) -> Result<(), LuaError> {
    let library = ctx.library(Some("io"), &[])?;
    let stdout = output.to_userdata(ctx)?;
    set_native(ctx, library, "write", write, &[stdout])?;
    set(ctx, library, "stdout", stdout)?;
    let methods = ctx.tx.new_table(0, 4)?;
    if let Some(table) = methods.as_table() {
        set_native(ctx, table, "write", write_method, &[])?;
        set_native(ctx, table, "flush", flush, &[])?;
        set_native(ctx, table, "setvbuf", flush, &[])?;
        set(ctx, table, "__index", methods)?;
        ctx.tx.set_metatable(stdout, Some(table))?;
    }
    Ok(())
}

/// Writes the arguments from `first` on.
fn write_arguments(ctx: &mut NativeContext<'_, '_>, output: &Output, first: usize) -> NativeResult {
    let mut written = true;
    for n in first..=ctx.arg_count() {
        let text = ctx.check_string(n)?;
        written &= output.write(ctx.tx.string(text).unwrap_or_default()).is_ok();
    }
    ctx.ret(Value::boolean(written))
}

/// `io.write(...)`; upvalue 0 is the output.
fn write(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let output = Output::from_userdata(ctx, ctx.upvalue(0))?;
    write_arguments(ctx, &output, 1)
}

/// `file:write(...)`.
fn write_method(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let output = Output::from_userdata(ctx, ctx.arg(1)).map_err(|_| ctx.type_error(1, "FILE*"))?;
    write_arguments(ctx, &output, 2)
}

/// `file:flush()`, and `file:setvbuf(...)`, which has nothing else to do.
fn flush(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let output = Output::from_userdata(ctx, ctx.arg(1)).map_err(|_| ctx.type_error(1, "FILE*"))?;
    let flushed = output.flush().is_ok();
    ctx.ret(Value::boolean(flushed))
}
