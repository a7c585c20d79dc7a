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

use std::any::Any;
use std::sync::Arc;

use ferrous_heap::{
    Frame, Heap, HeapError, NativeSlot, Pinned, StepResult, TableRef, ThreadRef, ThreadStatus, Transaction,
    Value,
};

use crate::call::Transition;
use crate::chunk::Chunk;
use crate::dispatch;
use crate::error::{Failure, LuaError};
use crate::frame::{self, MAX_FRAMES};
use crate::hook::Hooks;
use crate::interrupt::{Interrupt, InterruptHandle, QUANTUM};
use crate::loaded_chunk::LoadedChunk;
use crate::native::{Native, NativeContext, NativeFn, NativeResult, NativeState, Resumption};
use crate::operation::{Operation, SliceEnd, Step};
use crate::pool::Pool;

/// How many values beyond a frame's base the stack always has: a window of registers and room for missing arguments.
pub(crate) const WINDOW: usize = 256;

/// How much more than it must a stack is given when it grows.
const STACK_SLACK: usize = 32;

/// The longest stack that a machine keeps from one run to the next.
const MOST_KEPT: usize = 1 << 16;

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

/// Why [`Machine::run`] came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The function returned; see [`Machine::with_results`].
    Done,
    /// It failed; see [`Machine::with_error`].
    Failed(Box<Failure>),
    /// A native asks the host; see [`Machine::host_context`] and [`Machine::complete_host`].
    Host(u32),
    /// The budget is used up; `run` goes on.
    Interrupted(Interrupt),
    /// Stepping: a new line is about to run, and `run` goes on; see [`Machine::set_stepping`].
    Line,
    /// What [`Machine::evaluate`] has begun is done; see [`Machine::with_results`]. `run` goes on with the script.
    Evaluated {
        /// Whether it failed: the one result is the error value.
        failed: bool,
    },
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
    pub(crate) native_depth: u16,
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
    pub(crate) next_function: Value,
    pub(crate) pairs_iterator: Value,
    pub(crate) ipairs_iterator: Value,
    pub(crate) failure: Failure,
    /// Values on their way from one thread to another.
    pub(crate) transfer: Vec<Value>,
    pub(crate) options: MachineOptions,
    /// How many quanta of ticks have begun, in 32 bits.
    pub(crate) quanta: u32,
    /// Where and when an instruction last ran out of memory, so that it is not tried again for ever.
    pub(crate) out_of_memory_at: Option<(usize, u32, u32, i32, u32)>,
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

/// How much the collector does at one safe point, in its own units of work: a fraction of a millisecond.
const COLLECTOR_WORK: usize = 4_000;

/// What a step of that size counts as, in ticks.
const COLLECTOR_TICKS: i32 = 4_000;

/// How much freeing goes on with each pause of a native, in the collector's units: more than it can have allocated.
pub(crate) const RECLAIMED_AT_PAUSE: usize = 4_000;

/// A collection that a script has asked for, or that the memory limit has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Collection {
    /// So many cycles.
    Full(u8),
    /// So much work, or up to the end of a cycle.
    Some(usize),
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
            native_depth: options.outer_calls.saturating_add(1),
            ticks: QUANTUM,
            hooks: Hooks::new(thread),
            thread,
            main_thread: thread,
            constants: Vec::new(),
            pool: Pool::new(),
            natives: Vec::new(),
            withheld_natives: Vec::new(),
            next_function: Value::NIL,
            pairs_iterator: Value::NIL,
            ipairs_iterator: Value::NIL,
            failure: Failure::default(),
            transfer: Vec::new(),
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

    /// Runs `f` in a native's context outside any script, to build libraries, to look values up, or to load chunks.
    ///
    /// # Errors
    /// Those of `f`.
    pub fn setup<R>(
        &mut self,
        heap: &mut Heap,
        f: impl FnOnce(&mut NativeContext<'_, '_>) -> Result<R, LuaError>,
    ) -> Result<R, LuaError> {
        // A kill that came before was meant for a run.
        let is_late = self.interrupt.is_killed();
        if is_late {
            heap.watch(Arc::default());
        }
        let result = self.slice(heap, |machine, tx| {
            // Above whatever a suspended run has on its stack.
            let base = machine.extent(tx, matches!(machine.waiting, Waiting::State | Waiting::Host));
            machine.reserve(base as usize + 1)?;
            if let Some(slot) = machine.stack.get_mut(base as usize) {
                *slot = Value::NIL;
            }
            let live = std::mem::replace(&mut machine.in_lua, false);
            let result = f(&mut NativeContext { tx, machine, base, top: base + 1 });
            machine.in_lua = live;
            result
        });
        if is_late {
            heap.watch(self.interrupt.flag());
        }
        result
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
        if !self.states.is_empty() {
            self.states.clear();
        }
        if self.pending_state.is_some() {
            self.pending_state = None;
        }
        // The driver is the first level, as `lua_pcall` is for PUC Lua's programs.
        self.native_depth = self.options.outer_calls.saturating_add(1);
        self.in_lua = false;
        self.waiting = Waiting::Idle;
        self.collection = None;
        self.out_of_memory_at = None;
        self.hooks.reset();
        self.is_reset = true;
    }

    /// Returns the value in `first` to a caller that is no plain Lua function, and has been taken from the frames.
    #[cold]
    #[inline(never)]
    pub(crate) fn return_one(&mut self, tx: &mut Transaction<'_>, caller: Frame, first: u32) -> Transition {
        if caller.kind == frame::FINISH && !self.hooks.are_on() {
            return self.finish_waiting(tx, caller, first, 1);
        }
        if caller.kind == frame::ENTRY && self.thread == self.main_thread {
            return Transition::End(self.main_returned(first, 1));
        }
        self.frames.push(caller);
        Transition::Deliver { first, count: 1 }
    }

    /// The function that was started has returned.
    #[inline(never)]
    pub(crate) fn main_returned(&mut self, first: u32, count: u32) -> SliceEnd {
        self.reset();
        SliceEnd::Done { first, count }
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
            SliceEnd::Collect { full: false } => {
                self.lend_roots(heap, |_, heap| heap.collect_due(COLLECTOR_WORK));
                None
            }
            SliceEnd::Collect { full: true } => {
                self.collection = Some(Collection::Full(heap.cycles_to_full()));
                self.go_on_collecting(heap)
            }
            SliceEnd::CollectSome { work } => {
                self.collection = Some(Collection::Some(work as usize));
                self.go_on_collecting(heap)
            }
            SliceEnd::Rehook => None,
            SliceEnd::Done { first, count } => {
                self.results = (first, count);
                Some(Exit::Done)
            }
            SliceEnd::Failed => Some(Exit::Failed(Box::new(std::mem::take(&mut self.failure)))),
            SliceEnd::Host { kind } => Some(Exit::Host(kind)),
            SliceEnd::Interrupted(interrupt) => {
                // A native that allocates for long comes to no other safe point.
                if heap.wants_collection() {
                    self.lend_roots(heap, |_, heap| heap.collect_due(COLLECTOR_WORK));
                }
                Some(Exit::Interrupted(interrupt))
            }
            SliceEnd::Line => Some(Exit::Line),
            SliceEnd::Evaluated { failed } => Some(Exit::Evaluated { failed }),
        }
    }

    /// The collection that was asked for, in steps: it counts as work, and a kill ends it like any other.
    #[cold]
    fn go_on_collecting(&mut self, heap: &mut Heap) -> Option<Exit> {
        let is_full = matches!(self.collection, Some(Collection::Full(_)));
        let end = self.lend_roots(heap, |machine, heap| {
            while let Some(collection) = machine.collection {
                if machine.ticks <= 0
                    && let Some(end) = machine.check_budget()
                {
                    return Some(end);
                }
                machine.ticks = machine.ticks.saturating_sub(COLLECTOR_TICKS);
                machine.collection = match collection {
                    Collection::Full(cycles) => match heap.collect_step(COLLECTOR_WORK) {
                        StepResult::Progress => Some(collection),
                        StepResult::CycleDone => (cycles > 1).then(|| Collection::Full(cycles - 1)),
                    },
                    Collection::Some(work) => {
                        let result = heap.collect_step(work.min(COLLECTOR_WORK));
                        let left = work.saturating_sub(COLLECTOR_WORK);
                        (result == StepResult::Progress && left > 0).then_some(Collection::Some(left))
                    }
                };
            }
            None
        });
        match end {
            Some(SliceEnd::Interrupted(interrupt)) => Some(Exit::Interrupted(interrupt)),
            Some(_) => {
                self.waiting = Waiting::Idle;
                Some(Exit::Failed(Box::new(std::mem::take(&mut self.failure))))
            }
            None => {
                if is_full {
                    self.collected();
                }
                None
            }
        }
    }

    /// Has `f` do something while the heap has all roots.
    fn lend_roots<R>(&mut self, heap: &mut Heap, f: impl FnOnce(&mut Self, &mut Heap) -> R) -> R {
        let holds = std::mem::replace(&mut self.holds_roots, false);
        if holds {
            let mut tx = heap.begin();
            self.surrender(&mut tx);
            tx.constants_put(std::mem::take(&mut self.constants));
            tx.withhold_roots(false);
        }
        let result = f(self, heap);
        if holds {
            let mut tx = heap.begin();
            tx.withhold_roots(true);
            self.adopt(&mut tx, self.thread);
            self.take_constants(&mut tx);
            self.holds_roots = true;
        }
        result
    }

    /// One slice: the stack and the constants are the machine's while `f` runs.
    #[inline(always)]
    pub(crate) fn slice<R>(
        &mut self,
        heap: &mut Heap,
        f: impl FnOnce(&mut Self, &mut Transaction<'_>) -> R,
    ) -> R {
        let mut tx = heap.begin();
        if !self.holds_roots {
            self.take_constants(&mut tx);
            if !self.keeps_roots {
                self.adopt(&mut tx, self.thread);
            }
        }
        let result = f(self, &mut tx);
        if !self.holds_roots {
            if !self.keeps_roots {
                self.surrender(&mut tx);
            }
            tx.constants_put(std::mem::take(&mut self.constants));
        }
        result
    }

    /// Takes the constants out of the heap, and the code of what has died there out of the pools.
    #[inline]
    fn take_constants(&mut self, tx: &mut Transaction<'_>) {
        self.constants = tx.constants_take();
        if tx.has_dead_prototypes() {
            for id in tx.drain_dead_prototypes() {
                self.pool.release(id, &mut self.constants);
            }
        }
    }

    /// Takes a thread's stack and frames out of the heap.
    fn adopt(&mut self, tx: &mut Transaction<'_>, thread: ThreadRef) {
        if let Ok((stack, frames, slots)) = tx.take_thread(thread) {
            self.stack = stack;
            self.frames = frames;
            self.slots = slots;
            self.take_states();
        }
        self.thread = thread;
    }

    /// Unpacks the states that a suspended thread has kept.
    fn take_states(&mut self) {
        for (_, slot) in self.slots.drain(..) {
            if let Ok(states) = slot.downcast::<Vec<Box<dyn NativeState>>>() {
                self.states = *states;
            }
        }
    }

    /// Gives the running thread's stack and frames back to the heap. The states stay: they hold no values.
    fn surrender(&mut self, tx: &mut Transaction<'_>) {
        let stack = std::mem::take(&mut self.stack);
        let frames = std::mem::take(&mut self.frames);
        // Only a thread that is gone refuses, and this one runs.
        let _ = tx.put_thread(self.thread, stack, frames, Vec::new());
    }

    /// Drops whatever run there is, results and errors included, with what its natives had charged to the heap, and keeps the
    /// stack from now on: entering and leaving a run moves nothing, and a scope around it has no stack to copy. While there is
    /// a run, the heap collects only when this machine has it do so; between a rest and the next [`Machine::start`] anybody
    /// may.
    pub fn rest(&mut self, heap: &mut Heap) {
        if !self.holds_roots || self.thread != self.main_thread {
            // A stack that was not kept stays in the machine when the slice ends.
            self.slice(heap, |machine, tx| {
                machine.return_to_main_thread(tx);
                machine.keeps_roots = true;
            });
        } else if !self.is_reset {
            self.give_up_states(&mut heap.begin());
            self.reset();
        }
        heap.release_charges();
        if self.stack.len() > MOST_KEPT {
            heap.scrap(std::mem::take(&mut self.stack));
            heap.scrap(std::mem::take(&mut self.frames));
        }
        if std::mem::replace(&mut self.holds_roots, false) {
            let mut tx = heap.begin();
            tx.constants_put(std::mem::take(&mut self.constants));
            tx.withhold_roots(false);
        }
    }

    /// Drops whatever run there is; the main thread is the running one.
    fn return_to_main_thread(&mut self, tx: &mut Transaction<'_>) {
        if self.thread != self.main_thread {
            // The last run was given up inside a coroutine, which goes with it.
            self.give_up_states(tx);
            self.switch_to(tx, self.main_thread, None, ThreadStatus::Dead);
        } else if self.is_reset {
            return;
        }
        self.give_up_states(tx);
        self.reset();
    }

    /// The natives that wait will not go on.
    #[inline]
    fn give_up_states(&mut self, tx: &mut Transaction<'_>) {
        if !self.states.is_empty() {
            self.states.drain(..).for_each(|state| state.give_up(tx));
        }
        if let Some(state) = self.pending_state.take() {
            state.give_up(tx);
        }
    }

    /// Makes another thread the running one, for `resumer` if one is given; the one that ran gets the status `left`.
    pub(crate) fn switch_to(
        &mut self,
        tx: &mut Transaction<'_>,
        thread: ThreadRef,
        resumer: Option<ThreadRef>,
        left: ThreadStatus,
    ) {
        if !self.states.is_empty() {
            self.slots.push((0, Box::new(std::mem::take(&mut self.states))));
        }
        let switched = tx.switch_thread(
            (self.thread, left),
            (thread, resumer),
            &mut self.stack,
            &mut self.frames,
            &mut self.slots,
        );
        // Only threads that are gone are refused, and these two are in use.
        if switched.is_ok() {
            self.thread = thread;
            if !self.slots.is_empty() {
                self.take_states();
            }
        }
    }

    /// Goes on from `waiting` until the slice ends.
    fn advance(&mut self, tx: &mut Transaction<'_>) -> SliceEnd {
        let transition = match std::mem::replace(&mut self.waiting, Waiting::Idle) {
            Waiting::Idle | Waiting::Host => return SliceEnd::Done { first: 0, count: 0 },
            Waiting::Start { callee, args } => Transition::Call { callee, args },
            Waiting::Lua if tx.has_pending_finalizers() => self.finalize(tx, false),
            Waiting::State if tx.has_pending_finalizers() => self.finalize(tx, true),
            Waiting::Lua => Transition::Continue,
            Waiting::Line => self.leave_line(tx),
            Waiting::State => match self.resume_state(tx, Resumption::Continued) {
                Some(transition) => transition,
                None => return SliceEnd::Done { first: 0, count: 0 },
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
            SliceEnd::Collect { .. } | SliceEnd::Interrupted(_) if self.waiting == Waiting::Idle => {
                self.waiting = Waiting::Lua;
            }
            SliceEnd::Line | SliceEnd::Evaluated { .. } => self.waiting = Waiting::Line,
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
            transition => self.settle::<HOOKED>(tx, transition),
        };
        match step {
            Step::Continue => dispatch::run::<HOOKED>(self, tx),
            Step::Return => {
                if let Some(caller) = self.frames.pop() {
                    self.current = caller;
                    self.hooks.arrive(caller.code + caller.pc);
                }
                dispatch::run::<HOOKED>(self, tx)
            }
            Step::End(end) => end,
        }
    }

    /// Makes the next slice begin by resuming the innermost state.
    pub(crate) fn wait_for_state(&mut self) {
        self.waiting = Waiting::State;
    }

    /// Looks at the registers of the native that asked the host.
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
    /// [`Machine::run`] does.
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
            let Some(frame) = machine.frames.pop() else { return SliceEnd::Done { first: 0, count: 0 } };
            machine.in_lua = false;
            let mut ctx = NativeContext { tx, machine, base: frame.base, top: frame.pc };
            let transition = match f(&mut ctx) {
                Ok(Operation::Return { count }) => machine.hand_on(frame.base, count),
                result => Transition::Operate { base: frame.base, top: ctx.top, result },
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
            if machine.in_lua {
                // It stopped before the instruction that it is at.
                let here = Frame { pc: machine.current.pc + 1, ..machine.current };
                let (_, chunk, _) = machine.place(tx, &here)?;
                return Some((chunk.name.to_vec(), machine.line(tx, &here)?));
            }
            let (_, chunk, line) = machine.innermost_lua(tx)?;
            Some((chunk.name.to_vec(), line))
        })
    }

    /// Grants fuel: one tick for a loop's back edge, for a call, and for every unit of work of a library function.
    /// `None`: no limit.
    pub fn set_fuel(&mut self, fuel: Option<u64>) {
        self.fuel = fuel;
        self.ticks = 0;
        self.refill();
    }

    /// What is left of the fuel, in whole quanta.
    #[must_use]
    pub fn fuel(&self) -> Option<u64> {
        self.fuel.map(|fuel| fuel + u64::try_from(self.ticks - 1).unwrap_or(0))
    }

    /// The handle that kills this machine's runs.
    #[must_use]
    pub fn interrupt_handle(&self) -> InterruptHandle {
        self.interrupt.clone()
    }

    /// Starts the next quantum. False if there is no fuel for it.
    fn refill(&mut self) -> bool {
        self.quanta = self.quanta.wrapping_add(1);
        let Some(fuel) = &mut self.fuel else {
            self.ticks = QUANTUM;
            return true;
        };
        let owed = u64::from(self.ticks.min(0).unsigned_abs());
        let quantum = (*fuel).saturating_sub(owed).min(QUANTUM as u64);
        *fuel = fuel.saturating_sub(owed + quantum);
        // A quantum fits an i32. The tick that finds it used up is not carried out.
        self.ticks = if quantum > 0 { quantum as i32 + 1 } else { 0 };
        quantum > 0
    }

    /// The quantum is used up: what now? `None`: go on.
    #[cold]
    #[inline(never)]
    pub(crate) fn check_budget(&mut self) -> Option<SliceEnd> {
        if self.interrupt.is_killed() {
            return Some(self.kill());
        }
        if self.refill() { None } else { Some(SliceEnd::Interrupted(Interrupt::Fuel)) }
    }

    /// The same for the Lua function in `current`, whose next tick, not counted yet, is the last one of the quantum.
    #[cold]
    #[inline(never)]
    pub(crate) fn quantum_over(&mut self) -> Transition {
        self.ticks -= 1;
        self.check_budget().map_or(Transition::Continue, Transition::End)
    }

    /// The same for an instruction that has done nothing yet: it runs again.
    #[cold]
    #[inline(never)]
    pub(crate) fn quantum_over_before(&mut self) -> Transition {
        self.current.pc -= 1;
        self.quantum_over()
    }

    /// Ends the run. Nothing is unwound, so nothing can catch it.
    fn kill(&mut self) -> SliceEnd {
        self.failure = Failure { killed: true, ..Failure::default() };
        SliceEnd::Failed
    }

    /// The embedder's own data, if it is of type `T`.
    pub fn extension_mut<T: 'static>(&mut self) -> Option<&mut T> {
        self.extension.as_mut()?.downcast_mut()
    }

    /// Keeps the embedder's own data.
    pub fn set_extension(&mut self, extension: Box<dyn Any + Send>) {
        self.extension = Some(extension);
    }

    /// Makes the stack at least `len` values and a window long.
    pub(crate) fn reserve(&mut self, len: usize) -> Result<(), LuaError> {
        if self.stack.len() < len + WINDOW { self.grow_stack(len) } else { Ok(()) }
    }

    /// Grows the stack beyond `len` values.
    #[cold]
    #[inline(never)]
    pub(crate) fn grow_stack(&mut self, len: usize) -> Result<(), LuaError> {
        if len > MAX_FRAMES * WINDOW {
            return Err(LuaError::new(crate::error::ErrorKind::StackOverflow));
        }
        let wanted = (len + WINDOW + STACK_SLACK).max(self.stack.len() * 2);
        self.stack.resize(wanted, Value::NIL);
        Ok(())
    }

    /// Loads a chunk and makes a closure of its main function, with fresh upvalues that are nil if it has any.
    pub(crate) fn load(
        &mut self,
        tx: &mut Transaction<'_>,
        chunk: &Chunk,
        kept: LoadedChunk,
        environment: Value,
    ) -> Result<Value, HeapError> {
        let id = self.pool.load(tx, &mut self.constants, chunk, kept)?;
        let main = self.pool.prototype(id).ok_or(HeapError::Stale)?;
        // At most 60 upvalues, as the verifier sees to; the compiler's main functions have none.
        let count = main.upvalues.len() as u8;
        let (function, first) =
            tx.new_closure(main.object, main.entry, (main.parameters, main.registers), count, environment)?;
        for (offset, upvalue) in main.upvalues.iter().enumerate() {
            if upvalue.cell {
                let cell = tx.new_cell(Value::NIL)?;
                // Slot 0 is the environment.
                tx.init_upvalue(first + 1 + offset as u32, cell);
            }
        }
        Ok(function)
    }

    /// Makes a native function value.
    pub(crate) fn new_native(
        &mut self,
        tx: &mut Transaction<'_>,
        function: NativeFn,
        upvalues: &[Value],
    ) -> Result<Value, LuaError> {
        self.restore_natives();
        let known = self.natives.iter().position(|known| std::ptr::fn_addr_eq(known.function, function));
        let index = known.unwrap_or_else(|| {
            self.natives.push(Native { function, shortcut: None });
            self.natives.len() - 1
        });
        let index = u32::try_from(index).map_err(|_| LuaError::bare("too many native functions"))?;
        let globals = self.globals(tx);
        Ok(tx.new_native(index, globals, upvalues)?)
    }

    /// The table of globals of the running thread: its own since `setfenv(0, t)`, or since it was made where that had been
    /// called; otherwise the machine's.
    pub(crate) fn globals(&self, tx: &Transaction<'_>) -> Value {
        match tx.thread(self.thread) {
            Some(thread) if !thread.environment.is_nil() => thread.environment,
            _ => tx.resolve(&self.globals).unwrap_or(Value::NIL),
        }
    }

    /// Replaces the table of globals of the running thread.
    pub(crate) fn set_globals(&self, tx: &mut Transaction<'_>, globals: TableRef) {
        if let Some(thread) = tx.thread_mut(self.thread) {
            thread.environment = globals.into();
        }
    }

    /// Keeps a value alive as long as the machine.
    pub(crate) fn keep(&mut self, tx: &mut Transaction<'_>, value: Value) {
        self.pins.push(tx.pin(value));
    }
}
