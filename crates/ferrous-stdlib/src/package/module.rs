//! `module` and `package.seeall` (manual §5.3).
//!
//! **Invariant:** the function that calls `module` gets the module as its environment before any option is called.

use ferrous_heap::{NOT_NATIVE, TableRef, Value};
use ferrous_vm::error::LuaError;
use ferrous_vm::native::{NativeContext, NativeResult, NativeState, Resumption};

use super::loaded_table;
use crate::failure::check_name;

/// The table that a dotted name leads to from the globals, made where there is none; `None` where a part is no table.
fn find_table(ctx: &mut NativeContext<'_, '_>, name: &[u8]) -> Result<Option<TableRef>, LuaError> {
    let Some(mut table) = ctx.globals().as_table() else { return Ok(None) };
    for part in name.split(|byte| *byte == b'.') {
        let key = ctx.tx.intern(part)?;
        let mut value = ctx.tx.raw_get(table, key);
        if value.is_nil() {
            value = ctx.tx.new_table(0, 1)?;
            ctx.tx.raw_set(table, key, value)?;
        }
        match value.as_table() {
            Some(next) => table = next,
            None => return Ok(None),
        }
    }
    Ok(Some(table))
}

/// Gives a new module its names.
fn initialize(ctx: &mut NativeContext<'_, '_>, module: TableRef, name: &[u8]) -> Result<(), LuaError> {
    ctx.set_field(module, "_M", module.into())?;
    let package = name.iter().rposition(|byte| *byte == b'.').map_or(0, |dot| dot + 1);
    let package = ctx.tx.intern(name.get(..package).unwrap_or_default())?;
    let name = ctx.tx.intern(name)?;
    ctx.set_field(module, "_NAME", name)?;
    ctx.set_field(module, "_PACKAGE", package)
}

/// `module(name [, ...])`.
pub(super) fn module(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let name = check_name(ctx, 1)?;
    let loaded = loaded_table(ctx)?;
    let module = match ctx.tx.raw_get_str(loaded, &name).as_table() {
        Some(module) => module,
        None => {
            let found = find_table(ctx, &name)?;
            let conflict = || ctx.error([b"name conflict for module '", name.as_slice(), b"'"].concat());
            let module = found.ok_or_else(conflict)?;
            let key = ctx.tx.intern(&name)?;
            ctx.tx.raw_set(loaded, key, module.into())?;
            module
        }
    };
    if ctx.tx.raw_get_str(module, b"_NAME").is_nil() {
        initialize(ctx, module, &name)?;
    }
    let caller = ctx.function_at_level(1).unwrap_or(Value::NIL);
    match ctx.tx.function(caller).map(|function| function.native) {
        Some(NOT_NATIVE) => {
            if let Some(caller) = caller.as_function() {
                ctx.tx.set_environment(caller, module.into())?;
            }
        }
        // A caller that a tail call has replaced has no environment to change.
        None if ctx.function_at_level(1).is_some() => {}
        _ => return Err(ctx.error("'module' not called from a Lua function")),
    }
    let options = ctx.arg_count();
    ctx.push(module.into())?;
    Options { next: 2, last: options }.advance(ctx)
}

/// Between two options.
struct Options {
    next: usize,
    /// The last option's register; the module is in the one after it.
    last: usize,
}

impl Options {
    fn advance(mut self, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        if self.next > self.last {
            return ctx.ret0();
        }
        ctx.push(ctx.arg(self.next))?;
        ctx.push(ctx.arg(self.last + 1))?;
        self.next += 1;
        ctx.call(1, 0, self)
    }
}

impl NativeState for Options {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        self.advance(ctx)
    }
}

/// `package.seeall(module)`.
pub(super) fn seeall(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let module = ctx.check_table(1)?;
    let metatable = match ctx.tx.metatable_of(module.into()) {
        Some(metatable) => metatable,
        None => {
            let metatable = ctx.tx.new_table(0, 1)?.as_table();
            let metatable = metatable.ok_or_else(|| ctx.error("no table"))?;
            ctx.tx.set_metatable(module.into(), Some(metatable))?;
            metatable
        }
    };
    let globals = ctx.globals();
    ctx.set_field(metatable, "__index", globals)?;
    ctx.ret0()
}
