//! What a frame waits for.
//!
//! A [`Frame`](ferrous_heap::Frame) is a suspended caller; the heap keeps it as plain data and its meaning is here.
//!
//! | kind | who waits | fields |
//! |---|---|---|
//! | `LUA` | a Lua function, for `results` results at the callee's place | pc, code, base, upvalues |
//! | `FINISH` | an instruction of a Lua function, for one value from a metamethod | the same; `results`: progress of the instruction |
//! | `FOR_IN` | a `for ... in`, for the iterator's values | as `LUA` |
//! | `TAIL` | a Lua function that has tail-called a native: passes all results on, to its own place `upvalues` | as `LUA` |
//! | `NATIVE`, `PROTECTED` | a native's state, for `results` results at `pc` | base; `pc`: where the callee is, or the top |
//! | `PCALL`, `XPCALL` | `pcall` or `xpcall` | base; `pc`: where the callee is |
//! | `HANDLER` | an error on its way to the `XPCALL` below, or a `PROTECTED` one for one result, for its handler's value | `code`: one more than the base of the native that failed, or 0 |
//! | `RESUME` | `coroutine.resume`, or a wrapped coroutine's function (`results` 1) | base; `code`: `Machine::frame_limit` of the thread |
//! | `YIELDED` | `coroutine.yield` | as `RESUME` |
//! | `HOST` | a native that has asked the host | base; `pc`: the top |
//! | `ENTRY` | nobody: the bottom of a thread | |
//! | `FINALIZER` | whoever a collection has interrupted, while finalizers run: the function of the frame below, a native if `results` is 1 | `pc`: `Machine::top`; `code`: whether a hook was running |
//! | `HOOK` | the machine, for a hook function to return or the driver to go on; the frame below stands for the hooked function | base; `results`: the next stage; `pc`, `code`, `upvalues`: see `hook` |
//! | `WATCH` | the hook, for a native's return | base; `results`: whether it was told; `code`: whether `stack[base]` is no copy of the function |
//! | `EVALUATION` | the driver, for the results of [`Machine::evaluate`](crate::machine::Machine::evaluate) | base |
//! | `REPLACED` | nobody: on no stack, it stands for a function that has tail-called another when frames are listed | |
//!
//! `aux` tells how many functions have replaced one another, by tail calls, at the callee's place: all of it in `LUA`, its
//! high byte in all others, where the low byte is the depth of native calls to go back to (not for `TAIL`).
//!
//! **Invariant:** each `NATIVE` or `PROTECTED` frame owns one element of `Machine::states`, in the same order.

use crate::opcode::{MULTIPLE, Op};
use ferrous_heap::Frame;

pub(crate) const LUA: u8 = 0;
pub(crate) const FINISH: u8 = 1;
pub(crate) const FOR_IN: u8 = 2;
pub(crate) const TAIL: u8 = 3;
pub(crate) const NATIVE: u8 = 4;
pub(crate) const PROTECTED: u8 = 5;
pub(crate) const PCALL: u8 = 6;
pub(crate) const XPCALL: u8 = 7;
pub(crate) const HANDLER: u8 = 8;
pub(crate) const RESUME: u8 = 9;
pub(crate) const YIELDED: u8 = 10;
pub(crate) const ENTRY: u8 = 11;
/// A native that waits for the host: no state of its own.
pub(crate) const HOST: u8 = 12;
/// Whoever was interrupted by a collection, while finalizers run: the Lua function in the frame below, or (`results` 1) the
/// native there. `pc`: `Machine::top`; `code`: whether a hook was running.
pub(crate) const FINALIZER: u8 = 13;
pub(crate) const REPLACED: u8 = 14;
/// The program that runs the machine, as the outermost level.
pub(crate) const DRIVER: Frame =
    Frame { pc: 0, code: 0, base: 0, upvalues: 0, results: 0, kind: ENTRY, aux: 0 };
pub(crate) const HOOK: u8 = 15;
pub(crate) const WATCH: u8 = 16;
pub(crate) const EVALUATION: u8 = 17;

/// How many frames may be suspended at once in a thread that has not overflowed (`Machine::frame_limit`). PUC Lua doubles
/// its vector of calls and refuses the size that is beyond LUAI_MAXCALLS, so that 16,384 calls can be active: these and the
/// running one. Natives of the host that the main thread is taken to be in count among them.
pub(crate) const MAX_FRAMES: usize = 16_383;
/// LUAI_MAXCALLS: the calls that a thread is left with once it has overflowed and somebody has caught that. A handler of
/// the overflow runs on a vector beyond that size, and when even that one is full nothing can handle errors any more.
pub(crate) const MAX_CALLS: usize = 20_000;
/// How many native calls may nest (LUAI_MAXCCALLS).
pub(crate) const MAX_NATIVE_DEPTH: u32 = 200;
/// How many more the handling of that error may nest before it is given up.
pub(crate) const MAX_HANDLER_DEPTH: u32 = MAX_NATIVE_DEPTH + MAX_NATIVE_DEPTH / 8;

/// Whether the frame is a Lua function's.
pub(crate) fn is_lua(kind: u8) -> bool {
    kind <= TAIL
}

/// Whether the frame is a native function's.
pub(crate) fn is_native(kind: u8) -> bool {
    matches!(kind, NATIVE | PROTECTED | PCALL | XPCALL | RESUME | YIELDED | HOST)
}

/// Whether errors in what a `PROTECTED` frame waits for go through the handler of the `xpcall` around it first.
pub(crate) fn keeps_handler(frame: &Frame) -> bool {
    frame.kind == PROTECTED && frame.results != MULTIPLE
}

/// What the field `aux` of a fresh frame is: the depth of native calls, or, in `LUA`, no tail call so far.
#[inline(always)]
pub(crate) fn depth(kind: u8, native_depth: u32) -> u16 {
    if kind == LUA { 0 } else { saved_depth(native_depth) }
}

/// The same for any other kind of frame.
#[inline(always)]
pub(crate) fn saved_depth(native_depth: u32) -> u16 {
    // It stays below 256 ([`MAX_HANDLER_DEPTH`]).
    native_depth as u16
}

/// The depth of native calls that a frame goes back to; not for `LUA`. It stays below 256 ([`MAX_HANDLER_DEPTH`]).
#[inline(always)]
pub(crate) fn native_depth(frame: &Frame) -> u32 {
    u32::from(frame.aux & 0xFF)
}

/// How many functions have replaced one another at the place of the frame's callee.
pub(crate) fn tail_calls(frame: &Frame) -> u16 {
    if frame.kind == LUA { frame.aux } else { frame.aux >> 8 }
}

/// Sets how many functions have replaced one another at the place of the frame's callee.
pub(crate) fn set_tail_calls(frame: &mut Frame, count: u16) {
    // What is set is never more than what was counted.
    frame.aux = if frame.kind == LUA { count } else { (frame.aux & 0xFF) | (count << 8) };
}

/// Notes that a Lua function has replaced the one that the innermost of `frames` called: tracebacks and the levels of
/// `error` count both.
#[inline(always)]
pub(crate) fn count_tail_call(frames: &mut [Frame]) {
    if let Some(caller) = frames.last_mut() {
        if caller.kind == LUA {
            caller.aux = caller.aux.saturating_add(1);
        } else {
            caller.aux = caller.aux.checked_add(0x100).unwrap_or(caller.aux);
        }
    }
}

/// The instruction before the one a Lua frame will go on with: the one it is in.
pub(crate) fn instruction<'a>(code: &'a [Op], frame: &Frame) -> Option<&'a Op> {
    code.get((frame.code + frame.pc.wrapping_sub(1)) as usize)
}
