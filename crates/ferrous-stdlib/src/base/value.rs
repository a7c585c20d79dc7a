//! Values: their types, metatables, raw access, and conversion to numbers and strings (manual §5.1).
//!
//! **Invariant:** the raw functions consult no metamethod, the others at most the one they are named after.

use ferrous_heap::{Metamethod, Transaction, Value};
use ferrous_vm::error::LuaError;
use ferrous_vm::native::{Charge, NativeContext, NativeResult, NativeState, Resumption, Shortcut};
use ferrous_vm::number;

use crate::argument::opt_int;

/// What some functions are for arguments of the types that they are made for.
pub(super) const SHORTCUTS: &[(&str, Shortcut)] = &[
    ("rawequal", |_, args| match args {
        [first, second] => Some(Value::boolean(first.raw_equals(*second))),
        _ => None,
    }),
    ("rawget", |tx, args| match args {
        [table, key] => Some(tx.raw_get(table.as_table()?, *key)),
        _ => None,
    }),
    ("setmetatable", set_plain_metatable),
    ("tonumber", |_, args| match args {
        [value] => value.as_number().map(|_| *value),
        _ => None,
    }),
    ("type", |tx, args| tx.intern(args.first()?.type_name().as_bytes()).ok()),
];

/// `setmetatable` for a table without a metatable.
fn set_plain_metatable(tx: &mut Transaction<'_>, args: &[Value]) -> Option<Value> {
    let [table, metatable] = args else { return None };
    if tx.table(*table)?.metatable().is_some() {
        return None;
    }
    tx.set_metatable(*table, Some(metatable.as_table()?)).ok()?;
    Some(*table)
}

/// `type(v)`.
pub(super) fn type_(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let value = ctx.check_any(1)?;
    let name = ctx.tx.intern(value.type_name().as_bytes())?;
    ctx.ret(name)
}

/// `tostring(e)`.
pub(super) fn tostring(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let value = ctx.check_any(1)?;
    let handler = ctx.tx.metamethod(value, Metamethod::ToString);
    if !handler.is_nil() {
        ctx.push(handler)?;
        ctx.push(value)?;
        return ctx.call(1, 1, OneResult);
    }
    let text = ctx.tostring(value)?;
    ctx.ret(text)
}

/// Returns the one result of a call.
pub(super) struct OneResult;

impl NativeState for OneResult {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        ctx.return_top(1)
    }
}

/// `tonumber(e [, base])`.
pub(super) fn tonumber(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let base = opt_int(ctx, 2, 10)?;
    let number = if base == 10 {
        let value = ctx.check_any(1)?;
        ctx.to_number(value)
    } else {
        let text = ctx.check_string(1)?;
        let base = u32::try_from(base).ok().filter(|base| (2..=36).contains(base));
        let base = base.ok_or_else(|| ctx.argument_error(2, "base out of range"))?;
        count_numeral(ctx, text);
        number::long::parse_in_base(ctx.tx.string(text).unwrap_or_default(), base, &mut || ctx.tx.look())?
    };
    ctx.ret(number.map_or(Value::NIL, Value::from_foreign))
}

/// Counts the reading of a numeral as work.
#[inline]
fn count_numeral(ctx: &mut NativeContext<'_, '_>, text: Value) {
    /// Bytes that are read as one unit of work.
    const BYTES_A_UNIT: usize = 8;
    let units = ctx.tx.string_len(text).unwrap_or_default() / BYTES_A_UNIT;
    let _: Charge = ctx.charge(u32::try_from(units).unwrap_or(u32::MAX));
}

/// `rawequal(v1, v2)`.
pub(super) fn rawequal(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let first = ctx.check_any(1)?;
    let second = ctx.check_any(2)?;
    ctx.ret(Value::boolean(first.raw_equals(second)))
}

/// `rawget(table, index)`.
pub(super) fn rawget(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let table = ctx.check_table(1)?;
    let key = ctx.check_any(2)?;
    let value = ctx.tx.raw_get(table, key);
    ctx.ret(value)
}

/// `rawset(table, index, value)`.
pub(super) fn rawset(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let table = ctx.check_table(1)?;
    let key = ctx.check_any(2)?;
    let value = ctx.check_any(3)?;
    ctx.tx.raw_set(table, key, value)?;
    ctx.ret(table.into())
}

/// `getmetatable(object)`.
pub(super) fn getmetatable(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let value = ctx.check_any(1)?;
    let protection = ctx.tx.metamethod(value, Metamethod::Metatable);
    if !protection.is_nil() {
        return ctx.ret(protection);
    }
    let metatable = ctx.tx.metatable_of(value).map_or(Value::NIL, Value::from);
    ctx.ret(metatable)
}

/// `setmetatable(table, metatable)`.
pub(super) fn setmetatable(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let table = ctx.check_table(1)?;
    let metatable = ctx.arg(2).as_table();
    if metatable.is_none() && !(ctx.has_arg(2) && ctx.arg(2).is_nil()) {
        return Err(ctx.argument_error(2, "nil or table expected"));
    }
    if !ctx.tx.metamethod(table.into(), Metamethod::Metatable).is_nil() {
        return Err(ctx.error("cannot change a protected metatable"));
    }
    ctx.tx.set_metatable(table.into(), metatable)?;
    ctx.ret(table.into())
}

/// The weak table in which `newproxy` notes the metatables that it has made.
pub(super) fn proxy_metatables(ctx: &mut NativeContext<'_, '_>) -> Result<Value, LuaError> {
    let weak = ctx.tx.new_table(0, 1)?;
    if let Some(table) = weak.as_table() {
        let mode = ctx.tx.intern(b"kv")?;
        ctx.set_field(table, "__mode", mode)?;
        ctx.tx.set_metatable(weak, Some(table))?;
    }
    Ok(weak)
}

/// `newproxy([boolean | proxy])`: a userdata without content, an undocumented function of Lua 5.1.
pub(super) fn newproxy(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let model = ctx.arg(1);
    let proxies = ctx.upvalue(0).as_table();
    let metatable = if !model.is_truthy() {
        None
    } else if model == Value::TRUE {
        let metatable = ctx.tx.new_table(0, 0)?;
        if let Some(proxies) = proxies {
            ctx.tx.raw_set(proxies, metatable, Value::TRUE)?;
        }
        metatable.as_table()
    } else {
        let known = |metatable: &ferrous_heap::TableRef| {
            proxies.is_some_and(|proxies| ctx.tx.raw_get(proxies, (*metatable).into()).is_truthy())
        };
        let metatable = ctx.tx.metatable_of(model).filter(known);
        if metatable.is_none() {
            return Err(ctx.argument_error(1, "boolean or proxy expected"));
        }
        metatable
    };
    let proxy = ctx.tx.new_userdata(Box::new(()))?;
    if metatable.is_some() {
        ctx.tx.set_metatable(proxy, metatable)?;
    }
    ctx.ret(proxy)
}
