//! The table library (manual §5.5).
//!
//! | file | functions |
//! |---|---|
//! | `concat` | concat |
//! | `element` | insert remove |
//! | `traverse` | foreach foreachi maxn |
//! | `sort`, `order` | sort |
//!
//! All of them are raw: no metamethod is consulted, as in Lua 5.1.
//!
//! **Invariant:** elements are read and written through the transaction at each slice anew; a table that a callback or a
//! coroutine changes meanwhile gives odd results, never a fault.

mod concat;
mod element;
mod order;
mod sort;
mod traverse;

use ferrous_heap::{TableRef, Value};
use ferrous_vm::error::LuaError;
use ferrous_vm::native::{NativeContext, NativeFn, NativeResult};

/// The functions of the library.
const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("concat", concat::concat),
    ("foreach", traverse::foreach),
    ("foreachi", traverse::foreachi),
    ("getn", getn),
    ("insert", element::insert),
    ("maxn", traverse::maxn),
    ("remove", element::remove),
    ("setn", setn),
    ("sort", sort::sort),
];

/// Installs `table`.
///
/// # Errors
/// Out of memory.
pub fn open_table(ctx: &mut NativeContext<'_, '_>) -> Result<(), LuaError> {
    ctx.library(Some("table"), FUNCTIONS).map(|_| ())
}

/// `#t` of argument `n`, as C's `int`.
fn length(ctx: &NativeContext<'_, '_>, n: usize) -> Result<i32, LuaError> {
    ctx.check_table(n)?;
    let length = ctx.tx.table(ctx.arg(n)).map_or(0, ferrous_heap::Table::length);
    Ok(i32::try_from(length).unwrap_or(i32::MAX))
}

/// `t[index]`.
#[inline]
fn element(ctx: &NativeContext<'_, '_>, table: Value, index: i32) -> Value {
    match (ctx.tx.table(table), u32::try_from(index)) {
        (Some(table), Ok(index)) if index > 0 => table.get_int(index),
        (Some(table), _) => table.get(Value::number(f64::from(index))),
        (None, _) => Value::NIL,
    }
}

/// `t[index] = value`.
#[inline]
fn set_element(
    ctx: &mut NativeContext<'_, '_>,
    table: TableRef,
    index: i32,
    value: Value,
) -> Result<(), LuaError> {
    if let (Some(table), Ok(index)) = (ctx.tx.table_for_store(table.into()), u32::try_from(index))
        && table.store_array(index, value)
    {
        return Ok(());
    }
    Ok(ctx.tx.raw_set(table, Value::number(f64::from(index)), value)?)
}

/// `table.getn(t)` (manual §7.2).
fn getn(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let length = length(ctx, 1)?;
    ctx.ret(Value::number(f64::from(length)))
}

/// `table.setn(t, n)` (manual §7.2).
fn setn(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    ctx.check_table(1)?;
    Err(ctx.error("'setn' is obsolete"))
}
