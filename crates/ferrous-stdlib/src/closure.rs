//! Closures of native functions that scripts make by the thousand: iterators of `gmatch`, functions of `wrap`.
//!
//! Making a native looks its Rust function up among all natives of the machine; a copy of one that exists does not.
//!
//! **Invariant:** the copy runs the same Rust function in the same environment as its model.

use ferrous_heap::Value;
use ferrous_vm::error::LuaError;
use ferrous_vm::native::NativeContext;

/// A native function like `model`, with upvalues of its own.
///
/// # Errors
/// Out of memory; a model that is no native function.
pub(crate) fn like(
    ctx: &mut NativeContext<'_, '_>,
    model: Value,
    upvalues: &[Value],
) -> Result<Value, LuaError> {
    let native = ctx.tx.function(model).map(|function| function.native);
    let (Some(native), Some(handle)) = (native, model.as_function()) else {
        return Err(ctx.error("no function to copy"));
    };
    let environment = ctx.tx.environment(handle);
    Ok(ctx.tx.new_native(native, environment, upvalues)?)
}
