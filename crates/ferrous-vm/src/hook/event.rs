//! Events: what a hook is told of before an instruction runs, and how the run goes on afterwards.
//!
//! An instruction has *stages*: the call of its function, the count, the line, the driver's stop, the function's return.
//! Whoever is told may run Lua code, so between two stages everything is in frames: a stand-in for the function that is looked
//! at (`LUA` or `HOST`) and a `HOOK` frame on top, which knows the next stage.
//!
//! Fields of a `HOOK` frame: `base` is where the hook function lies, `results` the stage that follows. For a Lua function
//! `pc` is [`Machine::top`], `upvalues` the instruction before, `code` how many tail returns are left to tell. For the
//! return of a native (`watch.rs`), `upvalues` is where the results are and `code` how many. For a tail call `upvalues` is where
//! the caller was called, `code` the count of arguments, and below the callee's frame lies the caller's.
//!
//! **Invariant:** the instruction has not begun while its events are told.

use ferrous_heap::{Frame, Transaction, Value};

use super::HookMask;
use crate::chunk::{NO_LINE, Prototype};
use crate::frame;
use crate::machine::Machine;
use crate::opcode::Op;
use crate::operation::SliceEnd;
use crate::pool::LoadedPrototype;
use crate::transition::Transition;

/// What is still to be told before an instruction runs, in this order.
pub(super) mod stage {
    pub(in crate::hook) const CALL: u8 = 0;
    pub(in crate::hook) const COUNT: u8 = 1;
    /// The line of a loop's end, before that of its body.
    pub(in crate::hook) const LOOP_LINE: u8 = 2;
    pub(in crate::hook) const LINE: u8 = 3;
    pub(in crate::hook) const STOP: u8 = 4;
    pub(in crate::hook) const RETURN: u8 = 5;
    pub(in crate::hook) const TAIL_RETURNS: u8 = 6;
    /// The call of the native that the frame below stands for.
    pub(in crate::hook) const NATIVE_CALL: u8 = 7;
    /// The delivery of its results.
    pub(in crate::hook) const NATIVE_RETURN: u8 = 8;
    /// The tail call of the Lua function that the frame below stands for, by the one below that.
    pub(in crate::hook) const TAIL_CALL: u8 = 9;
}

impl Machine {
    /// Tells of the instruction at which `current` is, and lets it run.
    #[inline(never)]
    pub(crate) fn before_instruction(&mut self, tx: &mut Transaction<'_>) -> Transition {
        self.hooks.of(self.thread);
        self.stages(tx, stage::CALL, 0)
    }

    /// Goes through the stages from `next` on.
    pub(super) fn stages(&mut self, tx: &mut Transaction<'_>, next: u8, tail_returns: u32) -> Transition {
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
        let names_upvalue = matches!(op, Some(Op::Move { a, b }) if a == b);
        if preparation || names_upvalue {
            // Part of the call, or of the instruction before, which ends on another line.
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
                    let line = self.loop_line(tx, position);
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
                stage::TAIL_RETURNS if tail_returns > 0 => (listens && hook.mask.returns).then(|| {
                    self.take_tail_call();
                    self.tell(tx, "tail return", None, stage::TAIL_RETURNS, tail_returns - 1)
                }),
                _ => None,
            };
            if let Some(transition) = transition {
                return transition;
            }
        }
        self.hooks.pass(position);
        let has_line = self.running(tx).and_then(|(loaded, prototype)| {
            Some(*prototype.lines.get(position.checked_sub(loaded.entry)? as usize)? != NO_LINE)
        });
        self.hooks.passed_line = has_line.unwrap_or(true);
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
        // What has no line is none of Lua's instructions.
        let is_between = |from: u32| {
            let range = from.checked_sub(loaded.entry).map(|from| from as usize);
            let range = range.zip(position.checked_sub(loaded.entry)).map(|(from, to)| from..to as usize);
            range
                .and_then(|range| prototype.lines.get(range))
                .is_some_and(|lines| lines.iter().all(|line| *line == NO_LINE))
        };
        let is_first = is_between(loaded.entry + u32::from(prototype.is_vararg));
        let last = self.hooks.last;
        let is_next = is_between(last.wrapping_add(1));
        let op = |position: u32| prototype.code.get(position.checked_sub(loaded.entry)? as usize);
        let loop_line = loop_line(prototype, last.wrapping_sub(loaded.entry));
        let is_jump = position > last.wrapping_add(1) && !is_next && loop_line.is_none();
        if is_jump && matches!(op(position), Some(Op::Loop { .. })) {
            return None;
        }
        let before = loop_line.or_else(|| line_at(last).copied());
        let enters_loop = loop_line.is_some() && is_next;
        let is_new = is_first || position <= last || before != Some(line) || enters_loop;
        is_new.then_some(line)
    }

    /// The line of the end of a numeric `for`, where Lua goes from its beginning, if that was the instruction before
    /// `position` and on another line.
    fn loop_line(&self, tx: &Transaction<'_>, position: u32) -> Option<u32> {
        let (loaded, prototype) = self.running(tx)?;
        if prototype.lines.get(position.checked_sub(loaded.entry)? as usize) == Some(&NO_LINE) {
            return None;
        }
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
    pub(super) fn suspend_instruction(&mut self, tx: &Transaction<'_>) -> u32 {
        let above = self.extent(tx, false);
        self.push_counted(Frame { kind: frame::LUA, aux: 0, pc: self.current.pc + 1, ..self.current });
        self.in_lua = false;
        above
    }

    /// Calls the hook function, at `callee`, with the event and the line; `note` becomes its frame.
    pub(super) fn call_hook(
        &mut self,
        tx: &mut Transaction<'_>,
        event: &str,
        line: Option<u32>,
        callee: u32,
        note: Frame,
    ) -> Transition {
        let aux = frame::saved_depth(self.native_depth);
        self.push_counted(Frame { kind: frame::HOOK, base: callee, aux, ..note });
        // Even what handles the error of there being no room for the call is not told of.
        self.hooks.active.inside = true;
        let function = tx.thread(self.thread).map_or(Value::NIL, |thread| thread.extra);
        let begun = self
            .reserve(callee as usize + 3)
            .and_then(|()| {
                self.put(callee, function);
                self.call_out(tx, callee)
            })
            .and_then(|()| Ok(tx.intern(event.as_bytes())?));
        let event = match begun {
            Ok(event) => event,
            Err(error) => return Transition::Raise { error, native: None, top: callee },
        };
        self.put(callee + 1, event);
        self.put(callee + 2, line.map_or(Value::NIL, |line| Value::number(line.into())));
        Transition::Call { callee, args: 2 }
    }

    /// The function that the innermost frame has called is known to have replaced one less.
    fn take_tail_call(&mut self) {
        if let Some(caller) = self.frames.last_mut() {
            frame::set_tail_calls(caller, frame::tail_calls(caller).saturating_sub(1));
        }
    }

    /// Tells that the function in `current`, which was called at `place`, tail-calls the Lua function at `callee`, if that is
    /// wanted. As in PUC Lua, the callee has begun and its caller is still there.
    pub(crate) fn tell_tail_call(
        &mut self,
        tx: &mut Transaction<'_>,
        place: u32,
        callee: u32,
        args: u32,
    ) -> Option<Transition> {
        if !self.listens(|mask| mask.calls) {
            return None;
        }
        let function = tx.function(*self.stack.get(callee as usize)?)?;
        let (code, upvalues) = (function.entry, function.upvalues);
        let (arguments, parameters) = (callee + 1 + args, callee + 1 + u32::from(function.parameters));
        // What prepares extra arguments is part of the call.
        let is_vararg = self
            .pool
            .prototype(function.prototype)
            .and_then(LoadedPrototype::prototype)
            .is_some_and(|it| it.is_vararg);
        let above = arguments.max(callee + self.frame_size(tx, callee));
        if let Err(error) = self.reserve(above as usize) {
            return Some(Transition::Raise { error, native: None, top: arguments });
        }
        if let Some(missing) = self.stack.get_mut(arguments as usize..parameters as usize) {
            missing.fill(Value::NIL);
        }
        self.push_counted(Frame { kind: frame::LUA, aux: 0, ..self.current });
        let pc = 1 + u32::from(is_vararg);
        self.push_counted(Frame { kind: frame::LUA, base: callee, code, upvalues, pc, ..Frame::default() });
        self.in_lua = false;
        let note = Frame { results: stage::TAIL_CALL, upvalues: place, code: args, ..Frame::default() };
        Some(self.call_hook(tx, "call", None, above, note))
    }

    /// The hook function has returned: whatever it was told of goes on.
    pub(crate) fn hook_returned(&mut self, tx: &mut Transaction<'_>, frame: Frame) -> Transition {
        self.native_depth = frame::native_depth(&frame);
        self.hooks.of(self.thread).inside = false;
        let results = Transition::Deliver { first: frame.upvalues, count: frame.code };
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
            stage::TAIL_CALL => {
                let Some(caller) = self.frames.pop() else { return Transition::End(SliceEnd::Failed) };
                self.current = caller;
                self.tail_call_told(tx, frame.upvalues, hooked.base, frame.code)
            }
            next => {
                self.current = Frame { pc: hooked.pc - 1, ..hooked };
                (self.top, self.hooks.last) = (frame.pc, frame.upvalues);
                self.stages(tx, next, frame.code)
            }
        }
    }

    /// Whether the running thread's hook wants such events now.
    pub(super) fn listens(&mut self, wants: impl FnOnce(HookMask) -> bool) -> bool {
        let hook = self.hooks.of(self.thread);
        hook.has_function && !hook.inside && wants(hook.mask)
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
