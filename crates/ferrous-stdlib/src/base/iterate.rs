//! Going through tables and lists of values: `ipairs next pairs select unpack` (manual §5.1).
//!
//! **Invariant:** the iterators keep no state from call to call: what they are called with says where they are.

use ferrous_heap::{NextEntry, Value};
use ferrous_vm::error::LuaError;
use ferrous_vm::native::{Charge, MAX_NATIVE_STACK, NativeContext, NativeResult, NativeState, Resumption};

use crate::argument::{check_int, opt_int};

/// `next(table [, index])`.
///
/// # Errors
/// No table, or a key that it does not have.
pub fn next(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let table = ctx.check_table(1)?;
    let Ok(position) = ctx.tx.position_of(table, ctx.arg(2)) else {
        return Err(LuaError::bare("invalid key to 'next'"));
    };
    match ctx.tx.table(table.into()).and_then(|table| table.entry_after(position)) {
        Some((_, key, value)) => ctx.ret2(key, value),
        None => Next { position }.advance(ctx),
    }
}

/// On the way to the next key that has a value.
struct Next {
    position: usize,
}

impl Next {
    fn advance(mut self, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        match find_next(ctx, &mut self.position)? {
            Some(Some((key, value))) => ctx.ret2(key, value),
            Some(None) => ctx.ret(Value::NIL),
            None => ctx.pause(self),
        }
    }
}

impl NativeState for Next {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        self.advance(ctx)
    }
}

/// A key and its value, if there is one.
type Pair = Option<(Value, Value)>;

/// The next key from a position of the table in register 1 on that has a value, and its value; the position comes after it then.
/// `None`: it is time for a pause, the position is how far it has come.
pub(crate) fn find_next(
    ctx: &mut NativeContext<'_, '_>,
    position: &mut usize,
) -> Result<Option<Pair>, LuaError> {
    /// Positions looked at between two charges, and for a unit of work.
    const PIECE: usize = 4096;
    const POSITIONS_A_UNIT: usize = 16;
    let table = ctx.check_table(1)?.into();
    loop {
        let found =
            ctx.tx.table(table).map_or(NextEntry::End, |table| table.next_entry_within(*position, PIECE));
        let (after, found) = match found {
            NextEntry::Found { next, key, value } => (next, Some(Some((key, value)))),
            NextEntry::Further(next) => (next, None),
            NextEntry::End => (*position, Some(None)),
        };
        // At most a piece.
        let charge = ctx.charge(((after - *position) / POSITIONS_A_UNIT) as u32);
        *position = after;
        if found.is_some() || charge == Charge::Pause {
            return Ok(found);
        }
    }
}

/// `pairs(t)`; upvalue 0 is its own `next`.
pub(super) fn pairs(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let table = ctx.check_table(1)?;
    let next = ctx.upvalue(0);
    ctx.ret3(next, table.into(), Value::NIL)
}

/// `ipairs(t)`; upvalue 0 is the iterator.
pub(super) fn ipairs(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let table = ctx.check_table(1)?;
    let iterator = ctx.upvalue(0);
    ctx.ret3(iterator, table.into(), Value::number(0.0))
}

/// What `ipairs` returns: the element after an index.
///
/// # Errors
/// No table, or no number.
pub fn ipairs_iterator(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let index = check_int(ctx, 2)?.wrapping_add(1);
    let table = ctx.check_table(1)?;
    let index = Value::number(f64::from(index));
    let value = ctx.tx.raw_get(table, index);
    if value.is_nil() { ctx.ret0() } else { ctx.ret2(index, value) }
}

/// `select(n, ...)`.
pub(super) fn select(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    // At most as many as the stack holds.
    let count = ctx.arg_count() as i64;
    if ctx.tx.string(ctx.arg(1)).is_some_and(|text| text.first() == Some(&b'#')) {
        return ctx.ret(Value::number((count - 1) as f64));
    }
    let n = i64::from(check_int(ctx, 1)?);
    let first = if n < 0 { count + n } else { n.min(count) };
    match usize::try_from(first) {
        Ok(first) if first >= 1 => ctx.return_from(first + 1),
        _ => Err(ctx.argument_error(1, "index out of range")),
    }
}

/// `unpack(list [, i [, j]])`.
pub(super) fn unpack(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let table = ctx.check_table(1)?;
    let first = opt_int(ctx, 2, 1)?;
    let last = if ctx.arg(3).is_nil() {
        let length = ctx.tx.table(table.into()).map_or(0, ferrous_heap::Table::length);
        i32::try_from(length).unwrap_or(i32::MAX)
    } else {
        check_int(ctx, 3)?
    };
    if first > last {
        return ctx.ret0();
    }
    // Not negative, and below 2^33.
    let count = (i64::from(last) - i64::from(first)) as usize + 1;
    if ctx.arg_count() + count > MAX_NATIVE_STACK {
        return Err(ctx.error("too many results to unpack"));
    }
    let top = ctx.top();
    for index in first..=last {
        let value = match (ctx.tx.table(table.into()), u32::try_from(index)) {
            (Some(table), Ok(index)) if index > 0 => table.get_int(index),
            _ => ctx.tx.raw_get(table, Value::number(f64::from(index))),
        };
        ctx.push(value)?;
    }
    // At most 8000.
    let _ = ctx.charge(count as u32);
    ctx.return_from(top)
}
