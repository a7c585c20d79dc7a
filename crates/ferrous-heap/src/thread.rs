//! Threads (coroutines): a stack of values, a stack of frames, and what native functions keep between their steps.
//!
//! The running thread's stacks live in the machine during a slice ([`Transaction::take_thread`]). They are back when its
//! transaction ends, or else the heap knows that they are not ([`Transaction::withhold_roots`]) and does not collect.
//!
//! **Invariant:** whenever the collector runs every value on a thread's stack is either alive or stale, and stale ones are never
//! reached by the machine: they lie above the live registers. The collector turns them into nil.

use std::any::Any;

use ferrous_arena::Object;

use crate::budget::Budget;
use crate::error::HeapError;
use crate::frame::Frame;
use crate::heap::Heap;
use crate::scrap::Scrap;
use crate::transaction::Transaction;
use crate::value::{ThreadRef, Value};

/// What a thread costs beside its buffers: slot and colour.
pub(crate) const THREAD_BYTES: usize = size_of::<ferrous_arena::Slot<Thread>>() + 1;

/// What a native function keeps in Rust between its steps, and the index of its frame.
pub type NativeSlot = (u32, Box<dyn Any + Send>);

/// What a thread works on: values, frames, states of native functions.
pub type ThreadStacks = (Vec<Value>, Vec<Frame>, Vec<NativeSlot>);

/// The status of a thread, as `coroutine.status` gives it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThreadStatus {
    /// Not started, or yielded.
    #[default]
    Suspended,
    /// The one that runs.
    Running,
    /// Has resumed another one.
    Normal,
    /// Ended, or stopped by an error.
    Dead,
}

/// A thread. Plain data of the machine's.
#[derive(Default)]
pub struct Thread {
    /// Registers of all frames. All of it is marked.
    pub stack: Vec<Value>,
    /// The activations, innermost last.
    pub frames: Vec<Frame>,
    /// What `coroutine.status` says.
    pub status: ThreadStatus,
    /// The thread's global table (`setfenv(0, t)`).
    pub environment: Value,
    /// State of native functions that have not returned, in the order of their frames.
    pub states: Vec<NativeSlot>,
    /// Who resumed this thread.
    pub resumer: Option<ThreadRef>,
    /// A value of the machine's that lives as long as the thread, such as its hook.
    pub extra: Value,
    /// Stack slots below this one have not changed since a full cycle last looked. The collector raises it, whoever writes
    /// lower slots lowers it.
    pub unchanged_below: usize,
    pub(crate) charged: usize,
}

impl std::fmt::Debug for Thread {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Thread")
            .field("status", &self.status)
            .field("stack", &self.stack.len())
            .field("frames", &self.frames.len())
            .finish_non_exhaustive()
    }
}

impl Object for Thread {
    const TAG: u16 = 0xFFFF;
}

impl Thread {
    pub(crate) fn buffer_bytes(&self) -> usize {
        self.stack.capacity() * size_of::<Value>()
            + self.frames.capacity() * size_of::<Frame>()
            + self.states.capacity() * size_of::<NativeSlot>()
    }

    /// Charges what the buffers have grown by since the last time.
    #[inline]
    fn charge(&mut self, budget: &mut Budget) {
        let bytes = self.buffer_bytes();
        if self.charged != bytes {
            budget.sub(self.charged);
            budget.add(bytes);
            self.charged = bytes;
        }
    }

    fn clear(&mut self, scrap: &mut Scrap) {
        const KEPT: usize = 256;
        let (mut stack, mut frames) = (std::mem::take(&mut self.stack), std::mem::take(&mut self.frames));
        *self = Self::default();
        if stack.capacity() <= KEPT && frames.capacity() <= KEPT {
            stack.clear();
            frames.clear();
            (self.stack, self.frames) = (stack, frames);
        } else {
            scrap.take(stack);
            scrap.take(frames);
        }
    }
}

impl Heap {
    pub(crate) fn free_thread(&mut self, index: u32) -> usize {
        let memory = self.threads.slot_at(index).map_or(0, |slot| THREAD_BYTES + slot.value.charged);
        let scrap = &mut self.scrap;
        self.threads.release(index, |thread| thread.clear(scrap));
        memory
    }

    /// Charges what a thread's buffers have grown by since it was last looked at. Growth is not refused here: the machine
    /// limits the depth of its stacks, and asks before it grows them.
    pub(crate) fn charge_thread(&mut self, thread: ThreadRef) {
        if let Some(thread) = self.threads.get_mut(thread) {
            thread.charge(&mut self.budget);
        }
    }
}

impl Transaction<'_> {
    /// Makes a thread, suspended and empty.
    pub fn new_thread(&mut self) -> Result<Value, HeapError> {
        let heap = &mut *self.heap;
        heap.budget.check(THREAD_BYTES)?;
        let (handle, thread) =
            heap.threads.allocate(heap.birth.colour, heap.birth.scope).ok_or(HeapError::OutOfMemory)?;
        thread.charged = thread.buffer_bytes();
        heap.budget.add(THREAD_BYTES + thread.charged);
        if heap.birth.tracking {
            heap.record_birth(handle.bits());
        }
        Ok(handle.into())
    }

    /// A thread.
    #[inline]
    pub fn thread(&self, thread: ThreadRef) -> Option<&Thread> {
        self.heap.threads.get(thread)
    }

    /// A thread, to be changed; copied first if it is older than the scope.
    #[inline]
    pub fn thread_mut(&mut self, thread: ThreadRef) -> Option<&mut Thread> {
        if self.heap.threads.slot(thread)?.guard.get() != 0 {
            self.heap.open_thread(thread).ok()?;
        }
        self.heap.threads.get_mut(thread)
    }

    /// Moves the stacks of the thread that is going to run out of the heap: values, frames, states of natives.
    #[inline]
    pub fn take_thread(&mut self, thread: ThreadRef) -> Result<ThreadStacks, HeapError> {
        let thread = self.thread_mut(thread).ok_or(HeapError::Stale)?;
        Ok((
            std::mem::take(&mut thread.stack),
            std::mem::take(&mut thread.frames),
            std::mem::take(&mut thread.states),
        ))
    }

    /// Puts the stacks of a thread back.
    #[inline]
    pub fn put_thread(
        &mut self,
        thread: ThreadRef,
        stack: Vec<Value>,
        frames: Vec<Frame>,
        states: Vec<NativeSlot>,
    ) -> Result<(), HeapError> {
        let found = self.thread_mut(thread).ok_or(HeapError::Stale)?;
        (found.stack, found.frames, found.states) = (stack, frames, states);
        found.unchanged_below = 0;
        self.heap.charge_thread(thread);
        Ok(())
    }

    /// Says whether the running thread's stack stays out of the heap when the transaction ends. The heap collects nothing then.
    #[inline]
    pub fn withhold_roots(&mut self, withheld: bool) {
        self.heap.collector.roots_withheld = withheld;
    }

    /// Frees the stack of a thread that has ended.
    pub fn discard_stack(&mut self, thread: ThreadRef) {
        if let Some(found) = self.thread_mut(thread) {
            found.stack = Vec::new();
            self.heap.charge_thread(thread);
        }
    }

    /// Exchanges the running thread: the stacks of `from` go back to the heap, and those of `to` come out into the same
    /// places. `from` gets a new status, `to` runs, for `resumer` if one is given. Returns the values that `from` has left.
    #[inline]
    pub fn switch_thread(
        &mut self,
        (from, status): (ThreadRef, ThreadStatus),
        (to, resumer): (ThreadRef, Option<ThreadRef>),
        stack: &mut Vec<Value>,
        frames: &mut Vec<Frame>,
        states: &mut Vec<NativeSlot>,
    ) -> Result<&[Value], HeapError> {
        let heap = &mut *self.heap;
        let [old, new] = heap.threads.slot_pair_mut(from, to).ok_or(HeapError::Stale)?;
        if old.guard.get() | new.guard.get() != 0 {
            heap.open_thread(to)?;
            heap.open_thread(from)?;
        }
        let [old, new] = heap.threads.slot_pair_mut(from, to).ok_or(HeapError::Stale)?;
        let (old, new) = (&mut old.value, &mut new.value);
        // What the running thread has here is empty.
        std::mem::swap(&mut old.stack, stack);
        std::mem::swap(&mut new.stack, stack);
        std::mem::swap(&mut old.frames, frames);
        std::mem::swap(&mut new.frames, frames);
        if !(states.is_empty() && new.states.is_empty()) {
            std::mem::swap(&mut old.states, states);
            std::mem::swap(&mut new.states, states);
        }
        old.status = status;
        old.unchanged_below = 0;
        new.status = ThreadStatus::Running;
        if resumer.is_some() {
            new.resumer = resumer;
        }
        old.charge(&mut heap.budget);
        Ok(&old.stack)
    }
}
