//! Indexing with metamethods (manual §2.8, `index`), for the few library functions that are not raw.
//!
//! A native cannot call `__index` itself: it gets to know what to call, and goes on with the result.
//!
//! **Invariant:** nothing is changed.

use ferrous_heap::{Metamethod, Value};
use ferrous_vm::error::LuaError;
use ferrous_vm::native::NativeContext;

/// Tables that `__index` may lead through (`MAXTAGLOOP`).
const MOST_INDIRECTIONS: usize = 100;

/// The outcome of indexing a value.
pub(crate) enum Indexed {
    /// The value.
    Value(Value),
    /// `__index` is this function, to be called with the object that had it.
    Call(Value, Value),
}

/// `object[key]` with metamethods, up to the call of one.
///
/// # Errors
/// A value without `__index` that is no table, or a chain of tables that does not end.
pub(crate) fn index(ctx: &mut NativeContext<'_, '_>, object: Value, key: Value) -> Result<Indexed, LuaError> {
    let mut object = object;
    for _ in 0..MOST_INDIRECTIONS {
        if let Some(table) = object.as_table() {
            let value = ctx.tx.raw_get(table, key);
            if !value.is_nil() {
                return Ok(Indexed::Value(value));
            }
        }
        let handler = ctx.tx.metamethod(object, Metamethod::Index);
        if handler.is_nil() {
            return if object.is_table() {
                Ok(Indexed::Value(Value::NIL))
            } else {
                Err(LuaError::bare(format!("attempt to index a {} value", object.type_name())))
            };
        }
        if handler.is_function() {
            return Ok(Indexed::Call(handler, object));
        }
        object = handler;
    }
    Err(LuaError::bare("loop in gettable"))
}
