//! Hooks and stepping: looking at a run while it goes on (manual §5.9, `lua_sethook`).
//!
//! The loop exists twice (`dispatch`). Its hooked copy runs while any thread has a hook or the driver steps; before each
//! instruction it asks [`Hooks::due`] and, mostly, comes to [`Machine::before_instruction`], which goes through the
//! instruction's *stages*: the call of its function, the count, the line, the driver's stop, the function's return. Whoever
//! is told may run Lua code, so between two stages everything is in frames: a stand-in for the function that is looked at
//! (`LUA` or `HOST`) and a `HOOK` frame on top, which knows the next stage.
//!
//! Fields of a `HOOK` frame: `base` is where the hook function lies, `results` the stage that follows. For a Lua function
//! `pc` is [`Machine::top`], `upvalues` the instruction before, `code` how many tail returns are left to tell. For the
//! return of a native, and of a function that has tail-called one, `upvalues` is where the results are and `code` how many;
//! `pc` is the count of tail returns.
//!
//! Natives have no instruction for their return: they are called with a `WATCH` frame below, which also keeps a copy of the
//! function. Natives that were running when the hook was set get theirs afterwards.
//!
//! **Invariant:** without hook and stepping nothing here runs, and the plain copy of the loop holds no test for it.

use ferrous_heap::{Frame, Heap, Pinned, ThreadRef, Transaction, Value};

use crate::chunk::{NO_LINE, Prototype};
use crate::error::LuaError;
use crate::frame;
use crate::machine::{Machine, Waiting};
use crate::native::NativeContext;
use crate::opcode::Op;
use crate::operation::SliceEnd;
use crate::pool::LoadedPrototype;
use crate::transition::Transition;

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
            self.last = position;
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

/// What is still to be told before an instruction runs, in this order.
mod stage {
    pub(super) const CALL: u8 = 0;
    pub(super) const COUNT: u8 = 1;
    /// The line of a loop's end, before that of its body.
    pub(super) const LOOP_LINE: u8 = 2;
    pub(super) const LINE: u8 = 3;
    pub(super) const STOP: u8 = 4;
    pub(super) const RETURN: u8 = 5;
    pub(super) const TAIL_RETURNS: u8 = 6;
    /// The call of the native that the frame below stands for.
    pub(super) const NATIVE_CALL: u8 = 7;
    /// The delivery of its results.
    pub(super) const NATIVE_RETURN: u8 = 8;
    /// The delivery of the results of a function that has tail-called a native; no frame stands for it.
    pub(super) const TAIL_DELIVERY: u8 = 9;
}

impl Machine {
    /// Tells of the instruction at which `current` is, and lets it run.
    #[inline(never)]
    pub(crate) fn before_instruction(&mut self, tx: &mut Transaction<'_>) -> Transition {
        self.hooks.of(self.thread);
        self.stages(tx, stage::CALL, 0)
    }

    /// Goes through the stages from `next` on.
    fn stages(&mut self, tx: &mut Transaction<'_>, next: u8, tail_returns: u32) -> Transition {
        let position = self.current.code + self.current.pc;
        let op = self.pool.code.get(position as usize);
        let preparation = matches!(op, Some(Op::VarargPrep { .. } | Op::VarargPrepArg { .. }));
        let returns = matches!(
            op,
            Some(
                Op::Return0
                    | Op::Return1 { .. }
                    | Op::Return { .. }
                    | Op::ReturnTop { .. }
                    | Op::ReturnVararg { .. }
            )
        );
        if preparation {
            // Part of the call.
            self.hooks.pass(position);
            return Transition::Continue;
        }
        let mut tail_returns = tail_returns;
        for stage in next..=stage::TAIL_RETURNS {
            let hook = self.hooks.active;
            let listens = hook.has_function && !hook.inside;
            let transition = match stage {
                stage::CALL => {
                    let entered = std::mem::take(&mut self.hooks.entered);
                    let told = entered && listens && hook.mask.calls;
                    told.then(|| self.tell(tx, "call", None, stage::COUNT, 0))
                }
                stage::COUNT => {
                    let due = self.count_instruction() && listens;
                    due.then(|| self.tell(tx, "count", None, stage::LOOP_LINE, 0))
                }
                stage::LOOP_LINE if listens && hook.mask.lines => {
                    let line = self.loop_line(tx);
                    line.map(|line| self.tell(tx, "line", Some(line), stage::LINE, 0))
                }
                stage::LINE if listens && hook.mask.lines => {
                    let line = self.new_line(tx, position);
                    line.map(|line| self.tell(tx, "line", Some(line), stage::STOP, 0))
                }
                stage::STOP if self.hooks.stepping && !self.hooks.evaluating => {
                    let line = self.new_line(tx, position);
                    line.map(|_| self.stop(tx))
                }
                stage::RETURN if returns => {
                    tail_returns = self.frames.last().map_or(0, |frame| frame::tail_calls(frame).into());
                    (listens && hook.mask.returns)
                        .then(|| self.tell(tx, "return", None, stage::TAIL_RETURNS, tail_returns))
                }
                stage::TAIL_RETURNS if tail_returns > 0 => (listens && hook.mask.returns)
                    .then(|| self.tell(tx, "tail return", None, stage::TAIL_RETURNS, tail_returns - 1)),
                _ => None,
            };
            if let Some(transition) = transition {
                return transition;
            }
        }
        self.hooks.pass(position);
        Transition::Continue
    }

    /// Counts an instruction of the running thread; whether the count is reached.
    fn count_instruction(&mut self) -> bool {
        let hook = &mut self.hooks.active;
        if hook.count <= 0 || hook.countdown > 1 {
            hook.countdown -= i32::from(hook.countdown > 1);
            return false;
        }
        hook.countdown = hook.count;
        true
    }

    /// The line of the instruction at `position`, if it is the function's first, is reached by a backward jump, or is on
    /// another line than the one before. The first round of a numeric `for` counts as reached by such a jump, since Lua enters
    /// the body from the end of the loop. Jumps to the end of a loop go on to its beginning in Lua, and so see no line there.
    fn new_line(&self, tx: &Transaction<'_>, position: u32) -> Option<u32> {
        let (loaded, prototype) = self.running(tx)?;
        let line_at = |position: u32| prototype.lines.get(position.checked_sub(loaded.entry)? as usize);
        let line = *line_at(position).filter(|line| **line != NO_LINE)?;
        let first = loaded.entry + u32::from(prototype.is_vararg);
        let last = self.hooks.last;
        let op = |position: u32| prototype.code.get(position.checked_sub(loaded.entry)? as usize);
        let loop_line = loop_line(prototype, last.wrapping_sub(loaded.entry));
        let is_jump = position > last.wrapping_add(1) && loop_line.is_none();
        if is_jump && matches!(op(position), Some(Op::Loop { .. })) {
            return None;
        }
        let before = loop_line.or_else(|| line_at(last).copied());
        let enters_loop = loop_line.is_some() && position == last + 1;
        let is_new = position == first || position <= last || before != Some(line) || enters_loop;
        is_new.then_some(line)
    }

    /// The line of the end of a numeric `for`, where Lua goes from its beginning, if that was the instruction before
    /// `position` and on another line.
    fn loop_line(&self, tx: &Transaction<'_>) -> Option<u32> {
        let (loaded, prototype) = self.running(tx)?;
        let last = self.hooks.last.wrapping_sub(loaded.entry);
        loop_line(prototype, last).filter(|line| prototype.lines.get(last as usize) != Some(line))
    }

    /// The Lua function in `current`.
    fn running<'m>(&'m self, tx: &Transaction<'_>) -> Option<(&'m LoadedPrototype, &'m Prototype)> {
        let function = tx.function(*self.stack.get(self.current.base as usize)?)?;
        let loaded = self.pool.prototype(function.prototype)?;
        Some((loaded, loaded.prototype()?))
    }

    /// Calls the hook for the Lua function in `current`; afterwards `stage` is next.
    fn tell(
        &mut self,
        tx: &mut Transaction<'_>,
        event: &str,
        line: Option<u32>,
        stage: u8,
        tail_returns: u32,
    ) -> Transition {
        let callee = self.suspend_instruction(tx);
        let note = Frame {
            results: stage,
            pc: self.top,
            upvalues: self.hooks.last,
            code: tail_returns,
            ..Frame::default()
        };
        self.call_hook(tx, event, line, callee, note)
    }

    /// Puts the function in `current` among the waiting ones, as though it were in its instruction; gives the first stack
    /// position above it.
    fn suspend_instruction(&mut self, tx: &Transaction<'_>) -> u32 {
        let above = self.extent(tx, false);
        self.frames.push(Frame { kind: frame::LUA, aux: 0, pc: self.current.pc + 1, ..self.current });
        self.in_lua = false;
        above
    }

    /// Calls the hook function, at `callee`, with the event and the line; `note` becomes its frame.
    fn call_hook(
        &mut self,
        tx: &mut Transaction<'_>,
        event: &str,
        line: Option<u32>,
        callee: u32,
        note: Frame,
    ) -> Transition {
        let aux = self.native_depth;
        let begun = self
            .push_frame(Frame { kind: frame::HOOK, base: callee, aux, ..note })
            .and_then(|()| self.enter_native())
            .and_then(|()| self.reserve(callee as usize + 3))
            .and_then(|()| Ok(tx.intern(event.as_bytes())?));
        let event = match begun {
            Ok(event) => event,
            Err(error) => return Transition::Raise { error, native: None, top: callee },
        };
        self.hooks.active.inside = true;
        let function = tx.thread(self.thread).map_or(Value::NIL, |thread| thread.extra);
        self.put(callee, function);
        self.put(callee + 1, event);
        self.put(callee + 2, line.map_or(Value::NIL, |line| Value::number(line.into())));
        Transition::Call { callee, args: 2 }
    }

    /// The hook function has returned: whatever it was told of goes on.
    pub(crate) fn hook_returned(&mut self, tx: &mut Transaction<'_>, frame: Frame) -> Transition {
        self.native_depth = frame::native_depth(&frame);
        self.hooks.of(self.thread).inside = false;
        let results = Transition::Deliver { first: frame.upvalues, count: frame.code };
        if frame.results == stage::TAIL_DELIVERY {
            return match frame.pc.checked_sub(1) {
                Some(left) if self.listens(|mask| mask.returns) => {
                    self.tell_tail_delivery(tx, "tail return", frame.upvalues, frame.code, left)
                }
                _ => results,
            };
        }
        let Some(hooked) = self.frames.pop() else { return Transition::End(SliceEnd::Failed) };
        match frame.results {
            stage::NATIVE_CALL => {
                let args = hooked.pc.saturating_sub(hooked.base + 1);
                let function = self.stack.get(hooked.base as usize).and_then(|value| tx.function(*value));
                match function.map(|function| function.native) {
                    Some(native) => self.call_watched_native(tx, native, hooked.base, args),
                    None => Transition::Deliver { first: hooked.base, count: 0 },
                }
            }
            stage::NATIVE_RETURN => results,
            next => {
                self.current = Frame { pc: hooked.pc - 1, ..hooked };
                (self.top, self.hooks.last) = (frame.pc, frame.upvalues);
                self.stages(tx, next, frame.code)
            }
        }
    }

    /// Whether the running thread's hook wants such events now.
    fn listens(&mut self, wants: impl FnOnce(HookMask) -> bool) -> bool {
        let hook = self.hooks.of(self.thread);
        hook.has_function && !hook.inside && wants(hook.mask)
    }

    /// Calls the native at `callee`, and tells of it if that is wanted.
    pub(crate) fn call_hooked_native(
        &mut self,
        tx: &mut Transaction<'_>,
        native: u32,
        callee: u32,
        args: u32,
    ) -> Transition {
        if !self.listens(|mask| mask.calls) {
            return self.call_watched_native(tx, native, callee, args);
        }
        let top = callee + 1 + args;
        self.frames.push(Frame { kind: frame::HOST, base: callee, pc: top, ..Frame::default() });
        let note = Frame { results: stage::NATIVE_CALL, ..Frame::default() };
        self.call_hook(tx, "call", None, top, note)
    }

    /// Calls the native at `callee`, above a `WATCH` frame if its return is wanted.
    fn call_watched_native(
        &mut self,
        tx: &mut Transaction<'_>,
        native: u32,
        callee: u32,
        args: u32,
    ) -> Transition {
        if !self.listens(|mask| mask.returns) {
            return self.call_native(tx, native, callee, args);
        }
        let top = callee + 1 + args;
        let watch = Frame { kind: frame::WATCH, base: callee, ..Frame::default() };
        if let Err(error) = self.reserve(top as usize + 1).and_then(|()| self.push_frame(watch)) {
            return Transition::Raise { error, native: None, top };
        }
        self.stack.copy_within(callee as usize..top as usize, callee as usize + 1);
        self.call_native(tx, native, callee + 1, args)
    }

    /// A native above the `WATCH` frame `watch`, which was just popped, has returned.
    pub(crate) fn watched_native_returned(
        &mut self,
        tx: &mut Transaction<'_>,
        watch: Frame,
        first: u32,
        count: u32,
    ) -> Transition {
        let above = first.max(watch.base) + count + 1;
        if watch.results == 0 && self.listens(|mask| mask.returns) && self.reserve(above as usize).is_ok() {
            let copy = self.stack.get(watch.base as usize).filter(|_| watch.code == 0).copied();
            self.put(above - 1, copy.unwrap_or(Value::NIL));
            self.frames.push(Frame { results: 1, ..watch });
            self.frames.push(Frame { kind: frame::HOST, base: above - 1, pc: above, ..Frame::default() });
            let note =
                Frame { results: stage::NATIVE_RETURN, upvalues: first, code: count, ..Frame::default() };
            return self.call_hook(tx, "return", None, above, note);
        }
        let range = first as usize..(first + count) as usize;
        if first != watch.base && range.end <= self.stack.len() {
            self.stack.copy_within(range, watch.base as usize);
        }
        Transition::Deliver { first: watch.base, count }
    }

    /// The results of the native that a Lua function has tail-called are there: that function returns. `None`: nobody wants
    /// to know. The function's frame is the innermost, and is marked as told of.
    pub(crate) fn tail_caller_returns(
        &mut self,
        tx: &mut Transaction<'_>,
        first: u32,
        count: u32,
    ) -> Option<Transition> {
        if !self.listens(|mask| mask.returns) {
            return None;
        }
        let tail_returns = self.frames.iter().nth_back(1).map_or(0, |frame| frame::tail_calls(frame).into());
        Some(self.tell_tail_delivery(tx, "return", first, count, tail_returns))
    }

    fn tell_tail_delivery(
        &mut self,
        tx: &mut Transaction<'_>,
        event: &str,
        first: u32,
        count: u32,
        tail_returns: u32,
    ) -> Transition {
        let note = Frame {
            results: stage::TAIL_DELIVERY,
            upvalues: first,
            code: count,
            pc: tail_returns,
            ..Frame::default()
        };
        self.call_hook(tx, event, None, first + count, note)
    }

    /// Puts `WATCH` frames below the natives that run without one, and below the native at `base`, which runs now.
    pub(crate) fn watch_active_natives(&mut self, base: u32) {
        if !self.listens(|mask| mask.returns) {
            return;
        }
        watch_natives(&mut self.frames);
        self.frames.push(Frame { kind: frame::WATCH, base, ..Frame::default() });
    }

    /// Stops before the instruction of `current`.
    fn stop(&mut self, tx: &Transaction<'_>) -> Transition {
        let base = self.suspend_instruction(tx);
        let note = Frame { pc: self.top, upvalues: self.hooks.last, ..Frame::default() };
        self.frames.push(Frame {
            kind: frame::HOOK,
            base,
            results: stage::RETURN,
            aux: self.native_depth,
            ..note
        });
        Transition::End(SliceEnd::Line)
    }

    /// Goes on after [`Machine::stop`].
    pub(crate) fn leave_line(&mut self, tx: &mut Transaction<'_>) -> Transition {
        match self.frames.pop() {
            Some(frame) => self.hook_returned(tx, frame),
            None => Transition::End(SliceEnd::Failed),
        }
    }

    /// Makes [`Machine::run`] come back with [`Exit::Line`](crate::machine::Exit::Line) before the first instruction of each
    /// new line, or stop doing so. A line is new when a function is entered, when it differs from the line of the
    /// instruction before, and when a jump goes back (`LUA_MASKLINE`). While the run stands there, [`Machine::setup`] gives
    /// a context whose level 1 is the function that is about to go on: see [`inspect`](crate::inspect) for what it can
    /// tell, and [`Machine::evaluate`] for running something else in between.
    pub fn set_stepping(&mut self, stepping: bool) {
        self.hooks.stepping = stepping;
        self.hooks.update();
    }

    /// Begins a call of `function`, with the arguments that `push_args` pushes, while the run stands at
    /// [`Exit::Line`](crate::machine::Exit::Line): [`Machine::run`] carries it out, with all the exits that it has, up to
    /// [`Exit::Evaluated`](crate::machine::Exit::Evaluated), whose values [`Machine::with_results`] shows. The run that was
    /// stopped is not touched by errors in it; then `run` goes on with the script. Meanwhile lines do not stop.
    ///
    /// # Errors
    /// Those of `push_args`; a released or foreign pin; a run that does not stand at a line.
    pub fn evaluate(
        &mut self,
        heap: &mut Heap,
        function: &Pinned,
        push_args: impl FnOnce(&mut NativeContext<'_, '_>) -> Result<(), LuaError>,
    ) -> Result<(), LuaError> {
        self.slice(heap, |machine, tx| {
            if machine.waiting != Waiting::Line {
                return Err(LuaError::bare("the run does not stand at a line"));
            }
            let function = tx.resolve(function).map_err(|error| LuaError::bare(error.to_string()))?;
            let callee = machine.extent(tx, false);
            machine.reserve(callee as usize + 1)?;
            machine.put(callee, function);
            let mut ctx = NativeContext { tx, machine, base: callee, top: callee + 1 };
            push_args(&mut ctx)?;
            let top = ctx.top;
            let aux = machine.native_depth;
            machine.push_frame(Frame { kind: frame::EVALUATION, base: callee, aux, ..Frame::default() })?;
            machine.top = top;
            machine.hooks.evaluating = true;
            machine.waiting = Waiting::Start { callee, args: top - callee - 1 };
            Ok(())
        })
    }

    /// What was evaluated above the frame `evaluation`, which is popped, has come to its end.
    pub(crate) fn evaluated(
        &mut self,
        evaluation: Frame,
        first: u32,
        count: u32,
        failed: bool,
    ) -> Transition {
        self.native_depth = frame::native_depth(&evaluation);
        self.hooks.evaluating = false;
        // The function that stands at the line: its extent is asked for again.
        if let Some(hooked) = self.frames.iter().nth_back(1) {
            self.current = *hooked;
        }
        self.in_lua = false;
        self.results = (first, count);
        Transition::End(SliceEnd::Evaluated { failed })
    }
}

/// Puts a `WATCH` frame below each native that has none.
fn watch_natives(frames: &mut Vec<Frame>) {
    let mut watched = Vec::with_capacity(frames.len() + 1);
    for (index, frame) in frames.iter().enumerate() {
        let stands_in = frames.get(index + 1).is_some_and(|next| next.kind == frame::HOOK);
        let is_watched = watched.last().is_some_and(|below: &Frame| below.kind == frame::WATCH);
        if frame::is_native(frame.kind) && !stands_in && !is_watched {
            watched.push(Frame { kind: frame::WATCH, base: frame.base, code: 1, ..Frame::default() });
        }
        watched.push(*frame);
    }
    *frames = watched;
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

/// The line of the end of the numeric `for` that begins at the instruction `start`, if one does.
fn loop_line(prototype: &Prototype, start: u32) -> Option<u32> {
    let Op::ForPrep { a, .. } = *prototype.code.get(start as usize)? else { return None };
    let ends = prototype.code.iter().zip(&prototype.lines).skip(start as usize + 1);
    // Loops inside have other registers.
    let mut ends = ends.filter(
        |(op, _)| matches!(op, Op::ForLoop { a: end, .. } | Op::ForLoop1 { a: end, .. } if *end == a),
    );
    ends.next().map(|(_, line)| *line)
}
