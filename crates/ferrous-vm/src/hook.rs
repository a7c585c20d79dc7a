//! Hooks: which thread has one, for what, and when the loop has to look (manual §5.9, `lua_sethook`).
//!
//! The loop exists twice (`dispatch`). Its hooked copy runs while any thread has a hook or the driver steps; before each
//! instruction it asks `Hooks::due` and, if need be, has the instruction's events told (`event.rs`). Natives have no
//! instruction for their return, which is watched (`watch.rs`); the driver's own stops are in `stepping.rs`.
//!
//! A hook's function is the `extra` value of its thread; mask and counts are here, those of the running thread at hand. The
//! instruction before and the one whose events are over are positions in the pool of code.
//!
//! **Invariant:** without hook and stepping nothing here runs, and the plain copy of the loop holds no test for it.

mod event;
mod stepping;
mod watch;

use ferrous_heap::{ThreadRef, Value};

use self::watch::watch_natives;
use crate::native::NativeContext;

/// Which events a hook wants, beside the count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HookMask {
    /// `call`.
    pub calls: bool,
    /// `return` and `tail return`.
    pub returns: bool,
    /// `line`.
    pub lines: bool,
}

/// The hook of a thread, but for its function, which is the thread's `extra` value.
#[derive(Clone, Copy, Debug)]
struct ThreadHook {
    thread: ThreadRef,
    mask: HookMask,
    /// After how many instructions it is called, if that is positive.
    count: i32,
    /// Instructions until then.
    countdown: i32,
    /// Whether there is a function: a new coroutine inherits the mask alone.
    has_function: bool,
    /// Whether the hook runs, which lets no event through.
    inside: bool,
}

impl ThreadHook {
    fn none(thread: ThreadRef) -> Self {
        Self { thread, mask: HookMask::default(), count: 0, countdown: 0, has_function: false, inside: false }
    }

    fn wants_anything(&self) -> bool {
        self.has_function && (self.mask != HookMask::default() || self.count > 0)
    }
}

/// No position in code.
const NOWHERE: u32 = u32::MAX;

/// What is known about hooks; see the module's text.
#[derive(Debug)]
pub(crate) struct Hooks {
    /// Whether the hooked copy of the loop is to run.
    on: bool,
    stepping: bool,
    /// Whether the driver has something evaluated: nothing stops meanwhile.
    evaluating: bool,
    /// The hook of one thread, mostly the running one.
    active: ThreadHook,
    /// Those of other threads, if they have one.
    others: Vec<ThreadHook>,
    /// The instruction that ran before, in the running function.
    last: u32,
    /// The instruction whose events are over.
    passed: u32,
    /// Whether that is an instruction of Lua's, with a line.
    passed_line: bool,
    /// Whether a Lua function was entered.
    entered: bool,
}

impl Hooks {
    pub(crate) fn new(thread: ThreadRef) -> Self {
        Self {
            on: false,
            stepping: false,
            evaluating: false,
            active: ThreadHook::none(thread),
            others: Vec::new(),
            last: NOWHERE,
            passed: NOWHERE,
            passed_line: true,
            entered: false,
        }
    }

    /// Nothing runs any more.
    pub(crate) fn reset(&mut self) {
        self.evaluating = false;
        self.active.inside = false;
        (self.last, self.passed, self.entered) = (NOWHERE, NOWHERE, false);
    }

    /// Whether the hooked copy of the loop is to run.
    #[inline(always)]
    pub(crate) fn are_on(&self) -> bool {
        self.on
    }

    /// To be called when what decides it has changed.
    fn update(&mut self) {
        let mut all = std::iter::once(&self.active).chain(&self.others);
        self.on = self.stepping || all.any(ThreadHook::wants_anything);
    }

    /// A Lua function begins.
    #[inline(always)]
    pub(crate) fn enter(&mut self) {
        self.entered = true;
    }

    /// A waiting Lua function goes on at `position`.
    #[inline(always)]
    pub(crate) fn arrive(&mut self, position: u32) {
        self.last = position.wrapping_sub(1);
    }

    /// The events of the instruction at `position` are over.
    #[inline(always)]
    pub(crate) fn pass(&mut self, position: u32) {
        self.passed = position;
    }

    /// Whether calls of natives, or their returns, are events.
    #[inline(always)]
    pub(crate) fn reports_calls(&self) -> bool {
        self.active.mask.calls || self.active.mask.returns
    }

    /// Whether the instruction at `position`, the next one of `thread`, may have events.
    #[inline(always)]
    pub(crate) fn due(&mut self, thread: ThreadRef, position: u32) -> bool {
        if self.passed == position {
            self.passed = NOWHERE;
            if std::mem::replace(&mut self.passed_line, true) {
                self.last = position;
            }
            return false;
        }
        let hook = &mut self.active;
        if hook.thread == thread && hook.mask == HookMask::default() && !self.stepping && hook.countdown != 1
        {
            hook.countdown -= i32::from(hook.countdown > 0);
            self.last = position;
            self.entered = false;
            return false;
        }
        true
    }

    /// The hook of `thread`, as the active one.
    fn of(&mut self, thread: ThreadRef) -> &mut ThreadHook {
        if self.active.thread != thread {
            let position = self.others.iter().position(|hook| hook.thread == thread);
            let found = position.map(|position| self.others.swap_remove(position));
            let left = std::mem::replace(&mut self.active, found.unwrap_or(ThreadHook::none(thread)));
            if left.mask != HookMask::default() || left.count > 0 || left.inside {
                self.others.push(left);
            }
        }
        &mut self.active
    }

    /// Lets no event of `thread` through; whether that was so before.
    pub(crate) fn enter_hook(&mut self, thread: ThreadRef) -> bool {
        std::mem::replace(&mut self.of(thread).inside, true)
    }

    /// The hook of `thread` runs no more.
    pub(crate) fn leave_hook(&mut self, thread: ThreadRef) {
        self.of(thread).inside = false;
    }

    /// A new coroutine has the mask of its creator, but not its function (`lua_newthread`).
    pub(crate) fn inherit(&mut self, creator: ThreadRef, thread: ThreadRef) {
        let hook = self.active;
        if hook.thread != creator {
            return;
        }
        if hook.mask != HookMask::default() || hook.count > 0 {
            self.others.push(ThreadHook { thread, has_function: false, inside: false, ..hook });
        }
    }
}

impl NativeContext<'_, '_> {
    /// Gives `thread` a hook: `function` is called with the name of an event and, for `line`, the line; `count` is the
    /// number of instructions between two events `count`, 0 for none. Nil takes the hook away. The native then returns with
    /// [`Operation::Rehook`](crate::operation::Operation::Rehook).
    pub fn set_hook(&mut self, thread: ThreadRef, function: Value, mask: HookMask, count: i32) {
        let Some(found) = self.tx.thread_mut(thread) else { return };
        found.extra = function;
        if mask.returns {
            watch_natives(&mut found.frames);
        }
        let hooks = &mut self.machine.hooks;
        hooks.others.retain(|hook| self.tx.thread(hook.thread).is_some());
        let (on, running) = (hooks.are_on(), hooks.active.thread);
        let has_function = !function.is_nil();
        let hook = hooks.of(thread);
        (hook.mask, hook.count, hook.countdown, hook.has_function) = (mask, count, count, has_function);
        hooks.of(running);
        hooks.update();
        if !on {
            (hooks.passed, hooks.entered) = (NOWHERE, false);
        }
    }

    /// Whether a hook may hear of calls that the native makes, or of their returns.
    #[must_use]
    pub fn reports_calls(&self) -> bool {
        self.machine.hooks.reports_calls()
    }

    /// The hook of `thread`: its function or nil, mask and count.
    #[must_use]
    pub fn hook(&mut self, thread: ThreadRef) -> (Value, HookMask, i32) {
        let function = self.tx.thread(thread).map_or(Value::NIL, |thread| thread.extra);
        let hooks = &self.machine.hooks;
        let mut all = std::iter::once(&hooks.active).chain(&hooks.others);
        let hook = all.find(|hook| hook.thread == thread).copied().unwrap_or(ThreadHook::none(thread));
        (function, hook.mask, hook.count)
    }
}
