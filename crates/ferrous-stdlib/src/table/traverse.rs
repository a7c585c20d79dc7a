//! `table.foreach`, `table.foreachi` and `table.maxn` (manual §5.5, §7.2).
//!
//! **Invariant:** a traversal keeps the key it stands at in register 3, and asks the table anew for what follows it.

use ferrous_heap::Value;
use ferrous_vm::native::{Charge, NativeContext, NativeResult, NativeState, Resumption};

use super::{element, length};
use crate::base::find_next;

/// Entries looked at between two charges.
const SLICE: u32 = 4096;

/// `table.foreach(table, f)`.
pub(super) fn foreach(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    ctx.check_table(1)?;
    ctx.check_function(2)?;
    ctx.set_top(3)?;
    Box::new(Foreach { position: 0 }).advance(ctx)
}

struct Foreach {
    position: usize,
}

impl Foreach {
    fn advance(mut self: Box<Self>, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        match find_next(ctx, &mut self.position)? {
            None => ctx.pause_boxed(self),
            Some(None) => ctx.ret0(),
            Some(Some((key, value))) => {
                ctx.push(ctx.arg(2))?;
                ctx.push(key)?;
                ctx.push(value)?;
                ctx.call_boxed(2, 1, self)
            }
        }
    }
}

impl NativeState for Foreach {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, how: Resumption) -> NativeResult {
        let result = if how == Resumption::Continued { Value::NIL } else { ctx.pop() };
        if result.is_nil() { self.advance(ctx) } else { ctx.ret(result) }
    }
}

/// `table.foreachi(table, f)`.
pub(super) fn foreachi(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let last = length(ctx, 1)?;
    ctx.check_function(2)?;
    ctx.set_top(3)?;
    Box::new(Foreachi { next: 1, last }).advance(ctx)
}

struct Foreachi {
    next: i32,
    last: i32,
}

impl Foreachi {
    fn advance(mut self: Box<Self>, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        if self.next > self.last {
            return ctx.ret0();
        }
        let value = element(ctx, ctx.arg(1), self.next);
        ctx.push(ctx.arg(2))?;
        ctx.push(Value::number(f64::from(self.next)))?;
        ctx.push(value)?;
        self.next = self.next.saturating_add(1);
        ctx.call_boxed(2, 1, self)
    }
}

impl NativeState for Foreachi {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        let result = ctx.pop();
        if result.is_nil() { self.advance(ctx) } else { ctx.ret(result) }
    }
}

/// `table.maxn(table)`: the largest number among the keys, or 0.
pub(super) fn maxn(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    ctx.check_table(1)?;
    Maximum { position: 0, largest: 0.0 }.advance(ctx)
}

struct Maximum {
    position: usize,
    largest: f64,
}

impl Maximum {
    fn advance(mut self, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        loop {
            for _ in 0..SLICE {
                let Some(found) = find_next(ctx, &mut self.position)? else { return ctx.pause(self) };
                let Some((key, _)) = found else { return ctx.ret(Value::number(self.largest)) };
                if let Some(key) = key.as_number()
                    && key > self.largest
                {
                    self.largest = key;
                }
            }
            if ctx.charge(SLICE) == Charge::Pause {
                return ctx.pause(self);
            }
        }
    }
}

impl NativeState for Maximum {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        self.advance(ctx)
    }
}
