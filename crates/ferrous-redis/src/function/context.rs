//! Which globals a library has: hardly any while it is loaded, all while its functions are called.
//!
//! A library's functions share one environment, the machine's table of globals, so it is the table's contents that change.
//! Two more tables keep the two sets of contents; a load begins and ends with copying one of them.
//!
//! **Invariant:** outside of a load the globals are those of calls.

use ferrous_heap::{Heap, Pinned, TableRef, Value};
use ferrous_vm::{error::LuaError, machine::Machine, native::NativeContext};

use crate::{
    api::library,
    compat::Dialect,
    sandbox::{self, entries, table_of},
};

/// The two sets of globals.
#[derive(Debug)]
pub(crate) struct Contexts {
    load: Pinned,
    call: Pinned,
}

/// Builds the globals of a machine that runs functions.
pub(crate) fn build(
    machine: &mut Machine,
    heap: &mut Heap,
    dialect: &Dialect,
    insecure: bool,
) -> Result<Contexts, LuaError> {
    machine.setup(heap, |ctx| {
        let globals = table_of(ctx.globals())?;
        sandbox::open(ctx, globals, dialect, insecure)?;
        let redis = table_of(ctx.tx.raw_get_str(globals, b"redis"))?;
        for name in library::SCRIPT_ONLY {
            ctx.set_field(redis, name, Value::NIL)?;
        }
        let missing = sandbox::guard_globals(ctx, globals)?;
        let call = copy(ctx, globals)?;
        let load = load_globals(ctx, dialect, missing)?;
        sandbox::lock(ctx, load, &[])?;
        sandbox::lock(ctx, globals, &[])?;
        Ok(Contexts { load: ctx.tx.pin(load.into()), call: ctx.tx.pin(call.into()) })
    })
}

/// What a library sees while it is loaded: a `redis` of its own, in which unknown names are errors.
fn load_globals(
    ctx: &mut NativeContext<'_, '_>,
    dialect: &Dialect,
    missing: TableRef,
) -> Result<TableRef, LuaError> {
    let redis = library::open_for_loading(ctx)?;
    ctx.tx.set_metatable(redis.into(), Some(missing))?;
    let load = table_of(ctx.tx.new_table(0, 2)?)?;
    ctx.set_field(load, "redis", redis.into())?;
    if dialect.valkey.is_some() {
        ctx.set_field(load, "server", redis.into())?;
    }
    Ok(load)
}

fn copy(ctx: &mut NativeContext<'_, '_>, table: TableRef) -> Result<TableRef, LuaError> {
    let entries = entries(ctx, table);
    let copy = table_of(ctx.tx.new_table(0, entries.len())?)?;
    for (key, value) in entries {
        ctx.tx.raw_set(copy, key, value)?;
    }
    Ok(copy)
}

impl Contexts {
    /// Leaves a library only what it may see while it is loaded.
    pub(crate) fn enter_load(&self, ctx: &mut NativeContext<'_, '_>) -> Result<(), LuaError> {
        install(ctx, &self.load)
    }

    /// Brings all globals back.
    pub(crate) fn leave_load(&self, ctx: &mut NativeContext<'_, '_>) -> Result<(), LuaError> {
        install(ctx, &self.call)
    }
}

/// Makes the globals hold what the table behind `contents` holds, and nothing else.
fn install(ctx: &mut NativeContext<'_, '_>, contents: &Pinned) -> Result<(), LuaError> {
    let contents = ctx.tx.resolve(contents).map_err(|error| LuaError::bare(error.to_string()))?;
    let contents = table_of(contents)?;
    let globals = table_of(ctx.globals())?;
    ctx.tx.set_read_only(globals, false)?;
    for (key, _) in entries(ctx, globals) {
        if ctx.tx.raw_get(contents, key).is_nil() {
            ctx.tx.raw_set(globals, key, Value::NIL)?;
        }
    }
    for (key, value) in entries(ctx, contents) {
        ctx.tx.raw_set(globals, key, value)?;
    }
    Ok(ctx.tx.set_read_only(globals, true)?)
}
