//! `table.insert` and `table.remove` (manual §5.5).
//!
//! Adding and taking the last element is a store. Anywhere else the elements behind it move by one, in slices: within
//! the array part as one copy of memory, otherwise one by one.
//!
//! **Invariant:** while elements move, each of them is in the table, one of them twice.

use ferrous_heap::{TableRef, Value};
use ferrous_vm::error::LuaError;
use ferrous_vm::native::{Charge, NativeContext, NativeResult, NativeState, Resumption};

use super::{element, length, set_element};
use crate::argument::{check_int, opt_int};

/// Elements moved between two charges.
const SLICE: i32 = 4096;

/// `table.insert(table, [pos,] value)`.
pub(super) fn insert(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let end = length(ctx, 1)?.saturating_add(1);
    match ctx.arg_count() {
        2 => {
            let table = ctx.check_table(1)?;
            let value = ctx.arg(2);
            set_element(ctx, table, end, value)?;
            ctx.ret0()
        }
        3 => {
            let place = check_int(ctx, 2)?;
            Shift::Up { next: end.max(place), place }.advance(ctx)
        }
        _ => Err(ctx.error("wrong number of arguments to 'insert'")),
    }
}

/// `table.remove(table [, pos])`.
pub(super) fn remove(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let end = length(ctx, 1)?;
    let place = opt_int(ctx, 2, end)?;
    if place < 1 || place > end {
        return ctx.ret0();
    }
    let removed = element(ctx, ctx.arg(1), place);
    if place == end {
        let table = ctx.check_table(1)?;
        set_element(ctx, table, end, Value::NIL)?;
        return ctx.ret(removed);
    }
    // The result waits in register 2.
    ctx.set_top(3)?;
    ctx.set(2, removed);
    Shift::Down { next: place, end }.advance(ctx)
}

/// Elements on the move.
#[derive(Clone, Copy)]
enum Shift {
    /// `next` is to take the element before it, down to `place`, which takes the argument.
    Up { next: i32, place: i32 },
    /// `next` is to take the element behind it, up to `end`, which is cleared.
    Down { next: i32, end: i32 },
}

impl Shift {
    fn advance(mut self, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        let table = ctx.check_table(1)?;
        loop {
            let (from, to) = match self {
                Self::Up { next, place } => (next.max(place), place),
                Self::Down { next, end } => (next, end),
            };
            let count = SLICE.min((i64::from(from) - i64::from(to)).unsigned_abs().min(SLICE as u64) as i32);
            self.shift(ctx, table, count)?;
            // Not negative, and at most a slice.
            let charge = ctx.charge(count as u32 + 1);
            match self {
                Self::Up { next, place } if next <= place => {
                    let value = ctx.arg(3);
                    set_element(ctx, table, place, value)?;
                    return ctx.ret0();
                }
                Self::Down { next, end } if next >= end => {
                    set_element(ctx, table, end, Value::NIL)?;
                    return ctx.ret(ctx.arg(2));
                }
                _ if charge == Charge::Pause => return ctx.pause(self),
                _ => {}
            }
        }
    }

    /// Moves `count` elements by one.
    fn shift(
        &mut self,
        ctx: &mut NativeContext<'_, '_>,
        table: TableRef,
        count: i32,
    ) -> Result<(), LuaError> {
        let value = Value::from(table);
        match self {
            Self::Up { next, .. } => {
                for _ in 0..count {
                    let moved = element(ctx, value, *next - 1);
                    set_element(ctx, table, *next, moved)?;
                    *next -= 1;
                }
            }
            Self::Down { next, .. } => {
                for _ in 0..count {
                    let moved = element(ctx, value, *next + 1);
                    set_element(ctx, table, *next, moved)?;
                    *next += 1;
                }
            }
        }
        Ok(())
    }
}

impl NativeState for Shift {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        self.advance(ctx)
    }
}
