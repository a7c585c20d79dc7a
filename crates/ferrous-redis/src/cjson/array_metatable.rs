//! The metatable that tells an empty array from an empty object, in Redis from 8.0 on.
//!
//! `cjson.decode_array_with_array_mt(true)` has `cjson.decode` give each empty array a metatable whose field
//! `__is_cjson_array` is true; `cjson.encode` writes an empty table with such a metatable as `[]`.
//!
//! **Invariant:** targets without the function know no such field.

use ferrous_heap::Value;
use ferrous_vm::{error::LuaError, native::NativeContext};

/// The field of the metatable.
const FIELD: &str = "__is_cjson_array";

/// Marks a table as an array.
pub(super) fn mark(ctx: &mut NativeContext<'_, '_>, table: Value) -> Result<(), LuaError> {
    let metatable = ctx.tx.new_table(0, 1)?.as_table().ok_or_else(|| LuaError::bare("no metatable"))?;
    ctx.set_field(metatable, FIELD, Value::TRUE)?;
    Ok(ctx.tx.set_metatable(table, Some(metatable))?)
}

/// Whether a table is marked as an array.
pub(super) fn is_marked(ctx: &NativeContext<'_, '_>, table: Value) -> bool {
    let metatable = ctx.tx.metatable_of(table);
    metatable.is_some_and(|metatable| ctx.tx.raw_get_str(metatable, FIELD.as_bytes()) == Value::TRUE)
}
