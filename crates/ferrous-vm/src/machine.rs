//! The machine: one thread of execution at a time, in slices, without recursion.
//!
//! A [`Machine`] belongs to one heap. [`Machine::start`] sets a function up, [`Machine::run`] runs it until it is done, has
//! failed, asks the host, or has used up its fuel; in the last two cases the driver answers and calls `run` again. Between
//! two of these the machine opens a heap transaction per slice, and runs the collector between slices when it wants to run.
//!
//! During a slice the running thread's stack and frames, and the pool of constants, live in the machine; between slices
//! they are the heap's, which is where the collector finds its roots. A machine that was put to rest keeps them from the
//! start of a run to its end: the heap then collects only when the machine asks it to, and has them for as long as that takes.
//!
//! **Invariant:** `frames` lists the suspended callers of what is running, innermost last; its first element is always an
//! `ENTRY`. What is running is either the Lua function in `current` or a native on top of it.

mod budget;
mod collection;
mod setup;
mod slice;
mod stack;

use std::any::Any;

use ferrous_heap::{Frame, Heap, HeapError, NativeSlot, Pinned, ThreadRef, Transaction, Value};

use self::collection::{Attempt, COLLECTOR_WORK, Collection};
pub(crate) use self::stack::WINDOW;
use crate::dispatch;
use crate::error::{Failure, LuaError};
use crate::frame::{self, MAX_FRAMES};
use crate::hook::Hooks;
use crate::interrupt::{Interrupt, InterruptHandle, QUANTUM};
use crate::native::{Native, NativeContext, NativeFn, NativeResult, NativeState, Resumption};
use crate::operation::{Operation, SliceEnd, Step};
use crate::pool::Pool;
use crate::transition::Transition;

/// Settings of a machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct MachineOptions {
    /// Lets coroutines yield across `pcall`, metamethods and iterators, which Lua 5.1 refuses.
    pub relaxed_yield: bool,
    /// How many native calls the host itself is taken to be in; they count towards the limit of 200. A host that calls Lua
    /// from its own code is in none; the program lua is in one, since it runs scripts from a native function.
    pub outer_calls: u16,
    /// What the host calls Lua with as its error handler, as far as scripts see it: errors of a reader that `load` calls go
    /// through it. Others reach the host as they are.
    pub error_handler: Option<NativeFn>,
}

/// Why [`Machine::run`] came back: two words that travel in registers, as those of `SliceEnd` do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The function returned; see [`Machine::with_results`].
    Done,
    /// It failed; see [`Machine::with_error`] and [`Machine::failure`].
    Failed,
    /// A native asks the host; see [`Machine::host_context`] and [`Machine::complete_host`].
    Host(u32),
    /// The budget is used up; `run` goes on.
    Interrupted(Interrupt),
    /// Stepping: a new line is about to run, and `run` goes on; see [`Machine::set_stepping`].
    Line,
    /// What [`Machine::evaluate`] has begun is done; see [`Machine::with_results`]. `run` goes on with the script.
    Evaluated,
    /// The same, but it failed: the one result is the error value.
    EvaluationFailed,
}

/// What the next slice begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waiting {
    /// Nothing is running.
    Idle,
    /// The call of the function at `callee` with `args` arguments.
    Start { callee: u32, args: u32 },
    /// The Lua function in `current`.
    Lua,
    /// The state of the innermost native frame.
    State,
    /// The host's answer for the innermost native frame.
    Host,
    /// The Lua function in `current`, which stopped before a new line; a `HOOK` frame is the innermost.
    Line,
}

/// See the module's text.
pub struct Machine {
    pub(crate) stack: Vec<Value>,
    pub(crate) frames: Vec<Frame>,
    /// States of the native frames in `frames`, in their order.
    pub(crate) states: Vec<Box<dyn NativeState>>,
    /// Those of a thread on its way in or out, packed for the heap.
    slots: Vec<NativeSlot>,
    /// The state that a native leaves for the operation it returns.
    pub(crate) pending_state: Option<Box<dyn NativeState>>,
    /// The Lua function that runs, or that called the native that runs.
    pub(crate) current: Frame,
    /// Whether `current` is live: not when a native was called by another native.
    pub(crate) in_lua: bool,
    /// See `opcode`: one past the last value of an open-ended instruction, in the stack.
    pub(crate) top: u32,
    /// How many arguments the call in progress has passed.
    pub(crate) arg_count: u32,
    /// How many native functions the current ones are nested in (PUC's C levels).
    pub(crate) native_depth: u32,
    /// Ticks left in this quantum; see `interrupt`.
    pub(crate) ticks: i32,
    /// Hooks and stepping; see `hook`.
    pub(crate) hooks: Hooks,
    pub(crate) thread: ThreadRef,
    pub(crate) main_thread: ThreadRef,
    pub(crate) constants: Vec<Value>,
    pub(crate) pool: Pool,
    pub(crate) natives: Vec<Native>,
    /// Those functions while a Lua function runs for which the last frame is in use: it can call nothing, and the loop looks
    /// in `natives` anyway.
    pub(crate) withheld_natives: Vec<Native>,
    /// How many frames the running thread may have: [`MAX_FRAMES`], less what the host is in, until it overflows.
    pub(crate) frame_limit: usize,
    pub(crate) next_function: Value,
    pub(crate) pairs_iterator: Value,
    pub(crate) ipairs_iterator: Value,
    pub(crate) failure: Failure,
    pub(crate) options: MachineOptions,
    /// How many steps the collector has taken at safe points, in 8 bits.
    steps: u8,
    /// How many quanta of ticks have begun, in 32 bits.
    pub(crate) quanta: u32,
    /// Where and when an instruction last ran out of memory, so that it is not tried again for ever.
    out_of_memory_at: Option<Attempt>,
    /// The message for when there is no memory for a message.
    pub(crate) memory_message: Value,
    globals: Pinned,
    pins: Vec<Pinned>,
    pub(crate) waiting: Waiting,
    /// Whether stack and constants stay here from the start of a run to its end; see [`Machine::rest`].
    keeps_roots: bool,
    /// Whether they are here between slices.
    holds_roots: bool,
    /// Whether nothing has been started since [`Machine::reset`].
    is_reset: bool,
    pub(crate) results: (u32, u32),
    fuel: Option<u64>,
    /// What the collector was asked to do before the next slice and has not done yet.
    collection: Option<Collection>,
    interrupt: InterruptHandle,
    extension: Option<Box<dyn Any + Send>>,
}

impl Machine {
    /// A machine for `heap`, with an empty table of globals.
    ///
    /// # Errors
    /// Out of memory.
    pub fn new(heap: &mut Heap, options: MachineOptions) -> Result<Self, HeapError> {
        let interrupt = InterruptHandle::default();
        heap.watch(interrupt.flag());
        let mut tx = heap.begin();
        let globals = tx.new_table(0, 64)?;
        let globals = tx.pin(globals);
        let thread_value = tx.new_thread()?;
        let thread = thread_value.as_thread().ok_or(HeapError::Stale)?;
        let memory_message = tx.intern(b"not enough memory")?;
        let pins = vec![tx.pin(thread_value), tx.pin(memory_message)];
        Ok(Self {
            stack: Vec::new(),
            frames: Vec::new(),
            states: Vec::new(),
            slots: Vec::new(),
            pending_state: None,
            current: Frame::default(),
            in_lua: false,
            top: 0,
            arg_count: 0,
            native_depth: u32::from(options.outer_calls) + 1,
            ticks: QUANTUM,
            steps: 0,
            hooks: Hooks::new(thread),
            thread,
            main_thread: thread,
            constants: Vec::new(),
            pool: Pool::new(),
            natives: Vec::new(),
            withheld_natives: Vec::new(),
            frame_limit: MAX_FRAMES.saturating_sub(usize::from(options.outer_calls)),
            next_function: Value::NIL,
            pairs_iterator: Value::NIL,
            ipairs_iterator: Value::NIL,
            failure: Failure::default(),
            options,
            quanta: 0,
            out_of_memory_at: None,
            memory_message,
            globals,
            pins,
            waiting: Waiting::Idle,
            keeps_roots: false,
            holds_roots: false,
            is_reset: false,
            results: (0, 0),
            fuel: None,
            collection: None,
            interrupt,
            extension: None,
        })
    }

    /// Sets `function` up to run on the main thread with the arguments that `push_args` pushes. What ran before is dropped.
    ///
    /// # Errors
    /// Those of `push_args`; a released or foreign pin.
    pub fn start(
        &mut self,
        heap: &mut Heap,
        function: &Pinned,
        push_args: impl FnOnce(&mut NativeContext<'_, '_>) -> Result<(), LuaError>,
    ) -> Result<(), LuaError> {
        self.slice(heap, |machine, tx| {
            machine.return_to_main_thread(tx);
            machine.is_reset = false;
            if machine.keeps_roots {
                machine.holds_roots = true;
                tx.withhold_roots(true);
            }
            let function = tx.resolve(function).map_err(|error| LuaError::bare(error.to_string()))?;
            machine.reserve(1)?;
            if let Some(slot) = machine.stack.first_mut() {
                *slot = function;
            }
            let mut ctx = NativeContext { tx, machine, base: 0, top: 1 };
            push_args(&mut ctx)?;
            let args = ctx.top - 1;
            machine.frames.push(Frame { kind: frame::ENTRY, ..Frame::default() });
            machine.waiting = Waiting::Start { callee: 0, args };
            Ok(())
        })
    }

    /// Back to nothing running, on the current thread.
    #[inline(always)]
    pub(crate) fn reset(&mut self) {
        self.frames.clear();
        let frame_limit = MAX_FRAMES.saturating_sub(usize::from(self.options.outer_calls));
        if self.frame_limit != frame_limit {
            self.frame_limit = frame_limit;
            self.limit_frames(0);
        }
        if !self.states.is_empty() {
            self.states.clear();
        }
        if self.pending_state.is_some() {
            self.pending_state = None;
        }
        // The driver is the first level, as `lua_pcall` is for PUC Lua's programs.
        self.native_depth = u32::from(self.options.outer_calls) + 1;
        self.in_lua = false;
        self.waiting = Waiting::Idle;
        self.collection = None;
        self.out_of_memory_at = None;
        self.hooks.reset();
        self.is_reset = true;
    }

    /// Runs until there is something for the driver to do.
    pub fn run(&mut self, heap: &mut Heap) -> Exit {
        if self.collection.is_some()
            && let Some(exit) = self.go_on_collecting(heap)
        {
            return exit;
        }
        loop {
            let end = self.slice(heap, Self::advance);
            if let Some(exit) = self.exit(heap, end) {
                return exit;
            }
        }
    }

    /// What the end of a slice is to the driver; `None`: nothing, the next slice may begin.
    #[inline(always)]
    fn exit(&mut self, heap: &mut Heap, end: SliceEnd) -> Option<Exit> {
        match end {
            SliceEnd::Collect => {
                self.lend_roots(heap, |_, heap| heap.collect_due(COLLECTOR_WORK));
                if heap.owes_collection() {
                    self.collection = Some(Collection::Owed);
                    return self.go_on_collecting(heap);
                }
                self.collector_has_worked().map(|end| self.stopped(end))
            }
            SliceEnd::CollectFull => {
                self.collection = Some(Collection::Full(heap.cycles_to_full()));
                self.go_on_collecting(heap)
            }
            SliceEnd::CollectSome { work } => {
                self.collection = Some(Collection::Some(work as usize));
                self.go_on_collecting(heap)
            }
            SliceEnd::Rehook => None,
            SliceEnd::Done => Some(Exit::Done),
            SliceEnd::Failed => Some(Exit::Failed),
            SliceEnd::Host { kind } => Some(Exit::Host(kind)),
            SliceEnd::Interrupted(interrupt) => {
                // A native that allocates for long comes to no other safe point.
                if heap.wants_collection() {
                    self.lend_roots(heap, |_, heap| heap.collect_due(COLLECTOR_WORK));
                }
                Some(Exit::Interrupted(interrupt))
            }
            SliceEnd::Line => Some(Exit::Line),
            SliceEnd::Evaluated => Some(Exit::Evaluated),
            SliceEnd::EvaluationFailed => Some(Exit::EvaluationFailed),
        }
    }

    /// What it is to the driver that the budget, or a kill, has ended the run between two slices.
    #[cold]
    fn stopped(&mut self, end: SliceEnd) -> Exit {
        match end {
            SliceEnd::Interrupted(interrupt) => Exit::Interrupted(interrupt),
            _ => {
                self.waiting = Waiting::Idle;
                Exit::Failed
            }
        }
    }

    /// Goes on from `waiting` until the slice ends.
    fn advance(&mut self, tx: &mut Transaction<'_>) -> SliceEnd {
        let transition = match std::mem::replace(&mut self.waiting, Waiting::Idle) {
            Waiting::Idle | Waiting::Host => return self.done(0, 0),
            Waiting::Start { callee, args } => Transition::Call { callee, args },
            Waiting::Lua if tx.has_pending_finalizers() => self.finalize(tx, false),
            Waiting::State if tx.has_pending_finalizers() => self.finalize(tx, true),
            Waiting::Lua => Transition::Continue,
            Waiting::Line => self.leave_line(tx),
            Waiting::State => match self.resume_state(tx, Resumption::Continued) {
                Some(transition) => transition,
                None => return self.done(0, 0),
            },
        };
        self.advance_with(tx, transition)
    }

    fn advance_with(&mut self, tx: &mut Transaction<'_>, transition: Transition) -> SliceEnd {
        let end = if self.hooks.are_on() {
            self.advance_in::<true>(tx, transition)
        } else {
            self.advance_in::<false>(tx, transition)
        };
        match end {
            SliceEnd::Collect | SliceEnd::CollectFull | SliceEnd::Interrupted(_)
                if self.waiting == Waiting::Idle =>
            {
                self.waiting = Waiting::Lua;
            }
            SliceEnd::Line | SliceEnd::Evaluated | SliceEnd::EvaluationFailed => self.waiting = Waiting::Line,
            SliceEnd::Host { .. } => self.waiting = Waiting::Host,
            _ => {}
        }
        end
    }

    fn advance_in<const HOOKED: bool>(
        &mut self,
        tx: &mut Transaction<'_>,
        transition: Transition,
    ) -> SliceEnd {
        let step = match transition {
            Transition::Call { callee, args } => self.begin_call::<HOOKED>(tx, callee, args),
            Transition::Deliver { first, count } => self.begin_delivery::<HOOKED>(tx, first, count),
            transition => self.conclude::<HOOKED>(tx, transition),
        };
        match step {
            Step::Continue => dispatch::run::<HOOKED>(self, tx),
            Step::Return => {
                self.resume_caller();
                if tx.wants_collection() {
                    return SliceEnd::Collect;
                }
                dispatch::run::<HOOKED>(self, tx)
            }
            Step::End(end) => end,
        }
    }

    /// Makes the Lua function in the innermost frame, whose results are there, the running one.
    fn resume_caller(&mut self) {
        if let Some(caller) = self.frames.pop() {
            self.current = caller;
            self.hooks.arrive(caller.code + caller.pc);
        }
    }

    /// The same for the loop at a safe point at which the collector wants to run.
    #[cold]
    #[inline(never)]
    pub(crate) fn collect_in_caller(&mut self) -> SliceEnd {
        self.resume_caller();
        SliceEnd::Collect
    }

    /// Makes the next slice begin by resuming the innermost state.
    pub(crate) fn wait_for_state(&mut self) {
        self.waiting = Waiting::State;
    }

    /// Looks at the registers of the native that asked the host; `None` if none has.
    pub fn host_context<R>(
        &mut self,
        heap: &mut Heap,
        f: impl FnOnce(&mut NativeContext<'_, '_>) -> R,
    ) -> Option<R> {
        if self.waiting != Waiting::Host {
            return None;
        }
        self.slice(heap, |machine, tx| {
            let frame = *machine.frames.last()?;
            Some(f(&mut NativeContext { tx, machine, base: frame.base, top: frame.pc }))
        })
    }

    /// Answers the native that asked the host: what `f` returns is what the native returns. Then goes on as
    /// [`Machine::run`] does, unless the run was killed meanwhile. Does nothing if none has asked.
    pub fn complete_host(
        &mut self,
        heap: &mut Heap,
        f: impl FnOnce(&mut NativeContext<'_, '_>) -> NativeResult,
    ) -> Exit {
        if self.waiting != Waiting::Host {
            return Exit::Done;
        }
        self.waiting = Waiting::Idle;
        let end = self.slice(heap, |machine, tx| {
            let Some(frame) = machine.frames.pop() else { return machine.done(0, 0) };
            machine.in_lua = false;
            let mut ctx = NativeContext { tx, machine, base: frame.base, top: frame.pc };
            let result = f(&mut ctx);
            let top = ctx.top;
            // The host may have taken long, and a script that asks in a loop takes long to use a quantum up.
            if let Some(end) = machine.killed() {
                return end;
            }
            let transition = match result {
                Ok(Operation::Return { count }) => machine.hand_on(frame.base, count),
                result => Transition::Operate { base: frame.base, top, result },
            };
            machine.advance_with(tx, transition)
        });
        match self.exit(heap, end) {
            Some(exit) => exit,
            None => self.run(heap),
        }
    }

    /// Hands the results of the run that is done to `f`.
    pub fn with_results<R>(
        &mut self,
        heap: &mut Heap,
        f: impl FnOnce(&mut Transaction<'_>, &[Value]) -> R,
    ) -> R {
        let (first, count) = self.results;
        self.slice(heap, |machine, tx| {
            let range = first as usize..(first + count) as usize;
            f(tx, machine.stack.get(range).unwrap_or(&[]))
        })
    }

    /// How the last run that failed did so.
    #[must_use]
    pub fn failure(&self) -> &Failure {
        &self.failure
    }

    /// Hands the error value of the run that has failed to `f`.
    pub fn with_error<R>(&mut self, heap: &mut Heap, f: impl FnOnce(&mut Transaction<'_>, Value) -> R) -> R {
        self.slice(heap, |machine, tx| {
            let error = machine.stack.first().copied().unwrap_or(Value::NIL);
            f(tx, error)
        })
    }

    /// The chunk name and the line of the innermost Lua function: where a run that was killed or suspended has got to.
    pub fn source(&mut self, heap: &mut Heap) -> Option<(Vec<u8>, u32)> {
        self.slice(heap, |machine, tx| {
            let position = if machine.in_lua {
                // It stopped before the instruction that it is at.
                machine
                    .position(tx, &Frame { kind: frame::LUA, pc: machine.current.pc + 1, ..machine.current })
            } else {
                machine.innermost_position(tx)
            };
            position.map(|(name, line)| (name.to_vec(), line))
        })
    }

    /// The handle that kills this machine's runs.
    #[must_use]
    pub fn interrupt_handle(&self) -> InterruptHandle {
        self.interrupt.clone()
    }
}
