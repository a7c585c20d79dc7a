//! What values have beside their content: metatables and environments without the base library's manners, the registry.
//!
//! **Invariant:** `__metatable` protects from nothing here.

use ferrous_heap::{TypeMetatable, Value};
use ferrous_vm::native::{NativeContext, NativeResult};

/// `debug.getmetatable(object)`.
pub(super) fn getmetatable(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let object = ctx.check_any(1)?;
    let metatable = ctx.tx.metatable_of(object).map_or(Value::NIL, Value::from);
    ctx.ret(metatable)
}

/// `debug.setmetatable(object, table)`.
pub(super) fn setmetatable(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let (object, metatable) = (ctx.arg(1), ctx.arg(2));
    if !ctx.has_arg(2) || !(metatable.is_nil() || metatable.is_table()) {
        return Err(ctx.argument_error(2, "nil or table expected"));
    }
    if object.is_table() || object.is_userdata() {
        ctx.tx.set_metatable(object, metatable.as_table())?;
    } else {
        let kind = TypeMetatable::of(object).ok_or_else(|| ctx.error("no metatable for such a value"))?;
        ctx.tx.set_type_metatable(kind, metatable.as_table())?;
    }
    ctx.ret(Value::TRUE)
}

/// `debug.getregistry()`.
pub(super) fn getregistry(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let registry = ctx.tx.registry();
    ctx.ret(registry.into())
}

/// `debug.getfenv(o)`.
pub(super) fn getfenv(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let object = ctx.check_any(1)?;
    let environment = if let Some(function) = object.as_function() {
        ctx.tx.environment(function)
    } else if let Some(thread) = object.as_thread() {
        let own = ctx.tx.thread(thread).map_or(Value::NIL, |thread| thread.environment);
        if own.is_nil() { ctx.globals() } else { own }
    } else if object.is_userdata() {
        ctx.globals()
    } else {
        Value::NIL
    };
    ctx.ret(environment)
}

/// `debug.setfenv(object, table)`.
pub(super) fn setfenv(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let environment = ctx.check_table(2)?;
    let object = ctx.arg(1);
    if let Some(function) = object.as_function() {
        ctx.tx.set_environment(function, environment.into())?;
    } else if let Some(thread) = object.as_thread().and_then(|thread| ctx.tx.thread_mut(thread)) {
        thread.environment = environment.into();
    } else {
        return Err(ctx.error("'setfenv' cannot change environment of given object"));
    }
    ctx.ret(object)
}
