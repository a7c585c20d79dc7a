//! `string.gmatch`, and its older name `gfind` (manual §5.4).
//!
//! The iterator is a native function whose upvalues are the subject, the pattern and the place where the next match may
//! begin. As in PUC Lua 5.1, `^` is no anchor here but stands for itself.
//!
//! **Invariant:** the place moves forward with every match, empty ones included.

use ferrous_heap::Value;
use ferrous_vm::error::LuaError;
use ferrous_vm::native::{Charge, NativeContext, NativeResult, NativeState, Resumption};

use super::find::{SLICE, pattern_error, push_captures, search_for};
use super::pattern::{Found, Search};

const SUBJECT: usize = 0;
const PATTERN: usize = 1;
const PLACE: usize = 2;

/// Makes `gmatch`, whose upvalue is an iterator to copy.
pub(super) fn new(ctx: &mut NativeContext<'_, '_>) -> Result<Value, LuaError> {
    let model = ctx.new_native(next_match, &[])?;
    ctx.new_native(gmatch, &[model])
}

/// `string.gmatch(s, pattern)`.
fn gmatch(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let subject = ctx.check_string(1)?;
    let pattern = ctx.check_string(2)?;
    let upvalues = [subject, pattern, Value::number(0.0)];
    let iterator = crate::closure::like(ctx, ctx.upvalue(0), &upvalues)?;
    ctx.ret(iterator)
}

/// The iterator.
fn next_match(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    // The place is a whole number that was written here, at most one past the subject.
    let place = ctx.upvalue(PLACE).as_number().unwrap_or_default() as usize;
    let subject = ctx.upvalue(SUBJECT);
    if place > ctx.tx.string_len(subject).unwrap_or_default() {
        return ctx.ret0();
    }
    let mut search = search_for(ctx, ctx.upvalue(PATTERN), false)?;
    search.begin(place);
    advance(search, ctx)
}

struct Iterating {
    search: Box<Search>,
}

impl NativeState for Iterating {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        advance(self.search, ctx)
    }
}

fn advance(mut search: Box<Search>, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let (subject, pattern) = (ctx.upvalue(SUBJECT), ctx.upvalue(PATTERN));
    loop {
        let mut steps = SLICE;
        let pattern = search.pattern(ctx.tx.string(pattern).unwrap_or_default());
        let found = search.run(ctx.tx.string(subject).unwrap_or_default(), pattern, &mut steps);
        let charge = ctx.charge(SLICE - steps);
        match found.map_err(|error| pattern_error(ctx, error))? {
            Found::Suspended if charge == Charge::Pause => return ctx.pause(Iterating { search }),
            Found::Suspended => {}
            Found::Nowhere => {
                search.give();
                return ctx.ret0();
            }
            Found::At { start, end } => {
                let place = if end == start { end + 1 } else { end };
                ctx.set_upvalue(PLACE, Value::number(place as f64))?;
                let top = ctx.top();
                push_captures(ctx, &search, subject, start, end, true)?;
                search.give();
                return ctx.return_from(top);
            }
        }
    }
}
