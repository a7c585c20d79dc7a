//! The collector as scripts see it: `collectgarbage` and `gcinfo` (manual §5.1).
//!
//! The heap paces its collector itself; what would tune PUC Lua's is accepted and remembered by nobody.
//!
//! **Invariant:** a collection happens between slices only: the functions ask for it and go on afterwards.

use ferrous_heap::Value;
use ferrous_vm::native::{NativeContext, NativeResult, NativeState, Resumption};
use ferrous_vm::operation::Operation;

use crate::argument::opt_int;

const OPTIONS: &[&str] = &["stop", "restart", "collect", "count", "step", "setpause", "setstepmul"];
/// PUC Lua's default pause and step multiplier, in percent.
const DEFAULT_PERCENT: f64 = 200.0;

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

/// `collectgarbage([opt [, arg]])`.
pub(super) fn collectgarbage(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let option = ctx.check_option(1, Some("collect"), OPTIONS)?;
    opt_int(ctx, 2, 0)?;
    match OPTIONS.get(option).copied().unwrap_or_default() {
        "collect" => {
            ctx.set_state(Collected { result: Value::number(0.0) });
            Ok(Operation::Collect { full: true })
        }
        "step" => {
            ctx.set_state(Collected { result: Value::TRUE });
            Ok(Operation::Collect { full: true })
        }
        "count" => {
            let kilobytes = ctx.tx.bytes_in_use() as f64 / 1024.0;
            ctx.ret(Value::number(kilobytes))
        }
        "setpause" | "setstepmul" => ctx.ret(Value::number(DEFAULT_PERCENT)),
        _ => ctx.ret(Value::number(0.0)),
    }
}

/// `gcinfo()`: kilobytes in use (manual §7.2).
pub(super) fn gcinfo(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let kilobytes = ctx.tx.bytes_in_use() / 1024;
    ctx.ret(Value::number(kilobytes as f64))
}
