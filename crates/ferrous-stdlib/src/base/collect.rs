//! The collector as scripts see it: `collectgarbage` and `gcinfo` (manual §5.1).
//!
//! The heap paces its collector itself: pause and step multiplier are remembered, in upvalues of `collectgarbage`, and otherwise
//! ignored. "stop" lasts until "restart" or the next collection that is asked for, as in PUC Lua, but not beyond the memory
//! limit, nor beyond the scope in which it was said.
//!
//! **Invariant:** a collection happens between slices only: the functions ask for it and go on afterwards.

use ferrous_heap::{TableRef, Value};
use ferrous_vm::error::LuaError;
use ferrous_vm::native::{NativeContext, NativeResult, NativeState, Resumption};
use ferrous_vm::operation::Operation;

use crate::argument::opt_int;
use crate::base::set_native;

const OPTIONS: &[&str] = &["stop", "restart", "collect", "count", "step", "setpause", "setstepmul"];
/// PUC Lua's default pause and step multiplier, in percent.
const DEFAULT_PERCENT: f64 = 200.0;
/// Work of a collector step, in units of the heap's. PUC Lua's step of 2 KiB looks at about as many objects and values; a
/// step of some kilobytes is one more of them than kilobytes.
const WORK_PER_STEP: u32 = 64;
/// The upvalues that remember them.
const PAUSE: usize = 0;
const STEP_MULTIPLIER: usize = 1;

/// Installs `collectgarbage` and `gcinfo`.
pub(super) fn open(ctx: &mut NativeContext<'_, '_>, globals: TableRef) -> Result<(), LuaError> {
    let percent = Value::number(DEFAULT_PERCENT);
    set_native(ctx, globals, "collectgarbage", collectgarbage, &[percent, percent])?;
    set_native(ctx, globals, "gcinfo", gcinfo, &[])
}

/// Returns a value after the collection.
struct Collected {
    result: Value,
}

impl NativeState for Collected {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        // A number or a boolean: no object that the collection could have freed.
        ctx.ret(self.result)
    }
}

/// Tells after a step whether it has ended a cycle.
struct Stepped {
    /// How many cycles had ended before.
    collections: u64,
}

impl NativeState for Stepped {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        let ended = ctx.tx.collections() != self.collections;
        ctx.ret(Value::boolean(ended))
    }
}

/// `collectgarbage([opt [, arg]])`.
fn collectgarbage(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let option = ctx.check_option(1, Some("collect"), OPTIONS)?;
    let argument = opt_int(ctx, 2, 0)?;
    match OPTIONS.get(option).copied().unwrap_or_default() {
        "collect" => {
            ctx.set_state(Collected { result: Value::number(0.0) });
            Ok(Operation::Collect { full: true })
        }
        "step" => {
            ctx.set_state(Stepped { collections: ctx.tx.collections() });
            // A negative size is a huge one, as in C.
            let steps = u32::try_from(argument).map_or(u32::MAX, |kilobytes| kilobytes.saturating_add(1));
            Ok(Operation::CollectSome { work: steps.saturating_mul(WORK_PER_STEP) })
        }
        "count" => {
            let kilobytes = ctx.tx.bytes_in_use() as f64 / 1024.0;
            ctx.ret(Value::number(kilobytes))
        }
        "setpause" => remember(ctx, PAUSE, argument),
        "setstepmul" => remember(ctx, STEP_MULTIPLIER, argument),
        "stop" => {
            ctx.tx.stop_collector();
            ctx.ret(Value::number(0.0))
        }
        _ => {
            ctx.tx.restart_collector();
            ctx.ret(Value::number(0.0))
        }
    }
}

/// Keeps a setting and returns the one before.
fn remember(ctx: &mut NativeContext<'_, '_>, setting: usize, percent: i32) -> NativeResult {
    let before = ctx.upvalue(setting);
    ctx.set_upvalue(setting, Value::number(f64::from(percent)))?;
    ctx.ret(before)
}

/// `gcinfo()`: kilobytes in use (manual §7.2).
fn gcinfo(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let kilobytes = ctx.tx.bytes_in_use() / 1024;
    ctx.ret(Value::number(kilobytes as f64))
}
