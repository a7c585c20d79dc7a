//! The globals that scripts see: Lua's libraries cut down to what the target has, `redis`, KEYS and ARGV, all of it
//! read-only.
//!
//! KEYS and ARGV are two tables that live as long as the sandbox. A run fills them inside its heap scope, so that rolling the
//! scope back empties them again.
//!
//! **Invariant:** every table that a script reaches from its globals is read-only, KEYS and ARGV excepted; a name that is not
//! in [`GLOBALS`] was not put there by a library.

use ahash::HashSet;
use ferrous_heap::{Heap, Pinned, TableRef, TypeMetatable, Value};
use ferrous_vm::{error::LuaError, machine::Machine, native::NativeContext};

use crate::{
    api::{guard, library, math_random},
    bit, cjson, cmsgpack,
    compat::Dialect,
    pack,
};

/// The names that stay of what the libraries define.
const GLOBALS: &[&str] = &[
    "_G",
    "_VERSION",
    "assert",
    "bit",
    "cjson",
    "cmsgpack",
    "collectgarbage",
    "coroutine",
    "error",
    "gcinfo",
    "getmetatable",
    "ipairs",
    "load",
    "loadstring",
    "math",
    "next",
    "os",
    "pairs",
    "pcall",
    "rawequal",
    "rawget",
    "rawset",
    "select",
    "setmetatable",
    "string",
    "struct",
    "table",
    "tonumber",
    "tostring",
    "type",
    "unpack",
    "xpcall",
];

/// How many keys, or other arguments, fit without an allocation.
const USUAL_ARGUMENTS: usize = 8;

/// The names that stay only for those who ask for them.
const INSECURE_GLOBALS: &[&str] = &["getfenv", "newproxy", "setfenv"];

/// What a sandbox keeps hold of.
#[derive(Debug)]
pub(crate) struct Sandbox {
    /// The table KEYS.
    pub(crate) keys: Pinned,
    /// The table ARGV.
    pub(crate) arguments: Pinned,
}

/// Builds the globals of `machine`, whose extension must be there already.
pub(crate) fn build(
    machine: &mut Machine,
    heap: &mut Heap,
    dialect: &Dialect,
    insecure: bool,
) -> Result<Sandbox, LuaError> {
    machine.setup(heap, |ctx| {
        let globals = table_of(ctx.globals())?;
        open(ctx, globals, dialect, insecure)?;
        ctx.library(None, guard::HANDLER)?;
        if dialect.valkey.is_some() {
            ctx.library(None, guard::SERVER_FUNCTIONS)?;
        }
        let keys = ctx.tx.new_table(USUAL_ARGUMENTS, 0)?;
        let arguments = ctx.tx.new_table(USUAL_ARGUMENTS, 0)?;
        ctx.set_field(globals, "KEYS", keys)?;
        ctx.set_field(globals, "ARGV", arguments)?;
        guard_globals(ctx, globals)?;
        lock(ctx, globals, &[keys, arguments])?;
        Ok(Sandbox { keys: ctx.tx.pin(keys), arguments: ctx.tx.pin(arguments) })
    })
}

/// Opens what scripts and functions both see.
pub(crate) fn open(
    ctx: &mut NativeContext<'_, '_>,
    globals: TableRef,
    dialect: &Dialect,
    insecure: bool,
) -> Result<(), LuaError> {
    open_libraries(ctx)?;
    restrict(ctx, globals, dialect, insecure)?;
    ctx.library(Some("math"), math_random::FUNCTIONS)?;
    bit::open(ctx)?;
    ctx.library(Some("struct"), pack::FUNCTIONS)?;
    cmsgpack::open(ctx)?;
    ctx.library(None, guard::FUNCTIONS)?;
    library::open(ctx)?;
    cjson::open(ctx)
}

/// Makes unknown globals an error; the metatable that does.
pub(crate) fn guard_globals(
    ctx: &mut NativeContext<'_, '_>,
    globals: TableRef,
) -> Result<TableRef, LuaError> {
    let metatable = table_of(ctx.tx.new_table(0, 1)?)?;
    let missing = ctx.new_native(guard::missing_global, &[])?;
    ctx.set_field(metatable, "__index", missing)?;
    ctx.tx.set_metatable(globals.into(), Some(metatable))?;
    Ok(metatable)
}

fn open_libraries(ctx: &mut NativeContext<'_, '_>) -> Result<(), LuaError> {
    ferrous_stdlib::open(ctx, ferrous_stdlib::Profile::Redis)
}

/// A value that is known to be a table.
pub(crate) fn table_of(value: Value) -> Result<TableRef, LuaError> {
    value.as_table().ok_or_else(|| LuaError::bare("the globals are no table"))
}

/// Removes the globals that the target does not have.
fn restrict(
    ctx: &mut NativeContext<'_, '_>,
    globals: TableRef,
    dialect: &Dialect,
    insecure: bool,
) -> Result<(), LuaError> {
    let names: Vec<Value> = entries(ctx, globals).into_iter().map(|(name, _)| name).collect();
    for name in names {
        let text = ctx.tx.string(name).unwrap_or_default();
        let listed = |names: &[&str]| names.iter().any(|name| name.as_bytes() == text);
        let stays = (listed(GLOBALS) && (text != b"os" || dialect.os_clock))
            || (insecure && listed(INSECURE_GLOBALS));
        if !stays {
            ctx.tx.raw_set(globals, name, Value::NIL)?;
        }
    }
    let os = ctx.tx.raw_get_str(globals, b"os");
    if let Some(os) = os.as_table() {
        for (name, _) in entries(ctx, os) {
            if ctx.tx.string(name) != Some(b"clock") {
                ctx.tx.raw_set(os, name, Value::NIL)?;
            }
        }
    }
    Ok(())
}

/// All entries of a table.
pub(crate) fn entries(ctx: &NativeContext<'_, '_>, table: TableRef) -> Vec<(Value, Value)> {
    let mut found = Vec::new();
    let mut position = 0;
    while let Some((next, key, value)) = ctx.tx.next_entry(table, position) {
        position = next;
        found.push((key, value));
    }
    found
}

/// The types whose values share one metatable.
const SHARED: [TypeMetatable; 7] = [
    TypeMetatable::Nil,
    TypeMetatable::Boolean,
    TypeMetatable::Number,
    TypeMetatable::String,
    TypeMetatable::Function,
    TypeMetatable::Thread,
    TypeMetatable::LightUserdata,
];

/// Makes all tables read-only that can be reached from the globals or from the metatable of a type.
pub(crate) fn lock(
    ctx: &mut NativeContext<'_, '_>,
    globals: TableRef,
    writable: &[Value],
) -> Result<(), LuaError> {
    let mut waiting = vec![globals];
    waiting.extend(SHARED.iter().filter_map(|&kind| ctx.tx.type_metatable(kind)));
    let mut seen: HashSet<u64> = writable.iter().map(|value| value.bits()).collect();
    while let Some(table) = waiting.pop() {
        if !seen.insert(Value::from(table).bits()) {
            continue;
        }
        waiting.extend(ctx.tx.metatable_of(table.into()));
        for (key, value) in entries(ctx, table) {
            waiting.extend([key, value].into_iter().filter_map(Value::as_table));
        }
        ctx.tx.set_read_only(table, true)?;
    }
    Ok(())
}
