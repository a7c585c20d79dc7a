//! `debug.sethook` and `debug.gethook`.
//!
//! **Invariant:** a hook belongs to one thread; a coroutine that is made while there is one has its mask, but calls nothing.

use ferrous_heap::Value;
use ferrous_vm::hook::HookMask;
use ferrous_vm::native::{NativeContext, NativeResult};
use ferrous_vm::operation::Operation;

use crate::argument::opt_int;

/// `debug.sethook([thread,] hook, mask [, count])`, or without a hook to take it away.
pub(super) fn sethook(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let (thread, before) = super::thread_argument(ctx);
    let thread = thread.unwrap_or_else(|| ctx.running_thread());
    let function = ctx.arg(before + 1);
    let (mut mask, mut count) = (HookMask::default(), 0);
    if !function.is_nil() {
        let letters = ctx.check_string(before + 2)?;
        ctx.check_function(before + 1)?;
        count = opt_int(ctx, before + 3, 0)?;
        let letters = ctx.tx.string(letters).unwrap_or_default();
        mask = HookMask {
            calls: letters.contains(&b'c'),
            returns: letters.contains(&b'r'),
            lines: letters.contains(&b'l'),
        };
    }
    ctx.set_hook(thread, function, mask, count);
    Ok(Operation::Rehook)
}

/// `debug.gethook([thread])`: the function, the mask and the count.
pub(super) fn gethook(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let (thread, _) = super::thread_argument(ctx);
    let thread = thread.unwrap_or_else(|| ctx.running_thread());
    let (function, mask, count) = ctx.hook(thread);
    let letters = [(mask.calls, b'c'), (mask.returns, b'r'), (mask.lines, b'l')];
    let letters: Vec<u8> = letters.into_iter().filter_map(|(on, letter)| on.then_some(letter)).collect();
    let letters = ctx.tx.intern(&letters)?;
    ctx.ret3(function, letters, Value::number(count.into()))
}
