//! The `cjson` library, as lua-cjson 2.1.0 in Redis has it.
//!
//! An instance is a table of functions. The settings of the global one lie in the engine's state, outside the heap, so that
//! what a script changes lasts until SCRIPT FLUSH although its heap is rolled back. Those of an instance that `cjson.new`
//! makes lie in a userdata, the upvalue of its functions, and go with it.
//!
//! | module | what it does |
//! |---|---|
//! | [`encode`] | values to JSON |
//! | [`decode`] | JSON to values |
//! | [`lexer`] | the tokens of JSON |
//! | [`source`] | a copy of the text that is being read |
//! | [`array_metatable`] | what marks empty arrays |
//! | [`settings`] | what can be configured |
//!
//! **Invariant:** neither direction recurses; nesting lies in a vector, bounded by the settings.

mod array_metatable;
mod decode;
mod encode;
mod lexer;
mod settings;
mod source;

use ferrous_heap::{TableRef, Value};
use ferrous_vm::{
    error::LuaError,
    native::{NativeContext, NativeFn, NativeResult},
};

pub(crate) use settings::Settings;

use crate::api::{dialect, state};

const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("decode", decode::decode),
    ("decode_invalid_numbers", settings::decode_invalid_numbers),
    ("decode_max_depth", settings::decode_max_depth),
    ("encode", encode::encode),
    ("encode_invalid_numbers", settings::encode_invalid_numbers),
    ("encode_keep_buffer", settings::encode_keep_buffer),
    ("encode_max_depth", settings::encode_max_depth),
    ("encode_number_precision", settings::encode_number_precision),
    ("encode_sparse_array", settings::encode_sparse_array),
    ("new", new),
];

/// What is there too if the target has arrays with a metatable.
const ARRAY_FUNCTIONS: &[(&str, NativeFn)] =
    &[("decode_array_with_array_mt", settings::decode_array_with_array_mt)];

/// `cjson.null`: a null light userdata.
pub(crate) const NULL: Value = Value::light_userdata(0);

/// Makes the global `cjson`.
pub(crate) fn open(ctx: &mut NativeContext<'_, '_>) -> Result<(), LuaError> {
    let instance = instance(ctx, Value::NIL)?;
    let globals = ctx.globals().as_table().ok_or_else(|| LuaError::bare("the globals are no table"))?;
    ctx.set_field(globals, "cjson", instance.into())
}

fn new(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let settings = ctx.tx.new_userdata(Box::new(Settings::default()))?;
    let instance = instance(ctx, settings)?;
    ctx.ret(instance.into())
}

/// A new instance whose functions have `settings` as their upvalue.
fn instance(ctx: &mut NativeContext<'_, '_>, settings: Value) -> Result<TableRef, LuaError> {
    let more = if dialect(ctx)?.cjson_array_metatable { ARRAY_FUNCTIONS } else { &[] };
    let table = ctx.tx.new_table(0, FUNCTIONS.len() + more.len() + 3)?;
    let table = table.as_table().ok_or_else(|| LuaError::bare("no table"))?;
    for (name, function) in FUNCTIONS.iter().chain(more) {
        let function = ctx.new_native(*function, &[settings])?;
        ctx.set_field(table, name, function)?;
    }
    ctx.set_field(table, "null", NULL)?;
    for (name, text) in [("_NAME", "cjson"), ("_VERSION", "2.1.0")] {
        let text = ctx.tx.intern(text.as_bytes())?;
        ctx.set_field(table, name, text)?;
    }
    Ok(table)
}

/// The settings of the instance that the running function belongs to.
fn settings<'c>(ctx: &'c mut NativeContext<'_, '_>) -> Result<&'c mut Settings, LuaError> {
    let own = ctx.upvalue(0);
    if own.is_nil() {
        return Ok(&mut state(ctx)?.cjson);
    }
    let settings = ctx.tx.userdata_mut(own)?.downcast_mut();
    settings.ok_or_else(|| LuaError::bare("the settings of this cjson are missing"))
}
