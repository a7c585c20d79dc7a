//! Operations: what a native function asks of the machine, and how a slice of the loop can end.
//!
//! Every transition that leaves straight-line code is one small `Copy` value. A native returns an [`Operation`]; the
//! machine carries it out at once, without a queue, and comes back to the native, if need be, through the
//! [`NativeState`](crate::native::NativeState) it has left behind.

use ferrous_heap::ThreadRef;

use crate::interrupt::Interrupt;

/// What a native function wants to happen next. Registers are those of the native: 0 is the function itself, then its
/// arguments, then what it has pushed.
#[derive(Clone, Copy, Debug)]
pub enum Operation {
    /// Return registers `0..count`.
    Return {
        /// How many results.
        count: u32,
    },
    /// Call a function with the topmost `args` registers; it lies below them. Afterwards function and arguments are
    /// replaced by the results, and the state is resumed.
    Call {
        /// How many arguments.
        args: u32,
        /// How many results are wanted; [`MULTIPLE`](crate::opcode::MULTIPLE): all.
        results: u8,
        /// Whether an error in the call resumes the state instead of passing through. With all results wanted, no handler of
        /// an `xpcall` around it learns of the error; with so many, the innermost one makes the value that the state gets.
        protected: bool,
    },
    /// What follows if such a call, with the handler, fails with the topmost register as its error.
    FailedCall,
    /// The same call, whose results are the native's own.
    TailCall {
        /// How many arguments.
        args: u32,
    },
    /// `pcall` and `xpcall`: call register 1 in protected mode. Without `handler`, registers 2 up to the top are its
    /// arguments; with it, register 2 is the handler.
    Pcall {
        /// Whether it is `xpcall`.
        handler: bool,
    },
    /// Resume a coroutine with the topmost `args` registers.
    Resume {
        /// The coroutine.
        thread: ThreadRef,
        /// How many values to pass.
        args: u32,
        /// Whether errors are raised and values returned bare, as functions from `coroutine.wrap` do.
        wrap: bool,
    },
    /// Yield the topmost `count` registers; what the next resume passes are the results.
    Yield {
        /// How many values.
        count: u32,
    },
    /// Leave the machine and ask the driver.
    Host {
        /// What for; the meaning is the embedder's.
        kind: u32,
    },
    /// End the slice, run the collector, resume the state.
    Collect {
        /// A whole cycle instead of a step.
        full: bool,
    },
    /// End the slice, let the collector do about so much work (`Heap::collect_step`), resume the state.
    CollectSome {
        /// Units of work.
        work: u32,
    },
    /// End the slice because the budget asked for it, then resume the state.
    Pause,
    /// Return nothing; hooks have changed (see [`NativeContext::set_hook`](crate::native::NativeContext::set_hook)).
    Rehook,
}

/// How a slice of the loop ended. What is wanted of the driver is in [`Exit`](crate::machine::Exit).
///
/// What a variant carries is 32 bits, so that this and [`Step`] travel in two registers: read from memory as a whole, what was
/// written in parts a moment before takes longer than all the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SliceEnd {
    /// The main function has returned `Machine::results`.
    Done,
    /// An error reached the bottom; the failure has been recorded.
    Failed,
    /// A safe point: the collector wants a step.
    Collect,
    /// A native wants a full cycle of the collector.
    CollectFull,
    /// A native wants so much work of the collector.
    CollectSome { work: u32 },
    /// A native asks the host.
    Host { kind: u32 },
    /// The budget is used up.
    Interrupted(Interrupt),
    /// The next slice is to run in the other copy of the loop, or hooks may have changed.
    Rehook,
    /// A new line begins (stepping).
    Line,
    /// What the driver had evaluated has `Machine::results`.
    Evaluated,
    /// It failed, and the error value is there.
    EvaluationFailed,
}

const _: () = assert!(size_of::<Step>() == 8);

/// What follows a transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Go on with the Lua function in `Machine::current`.
    Continue,
    /// Go on with the Lua function in the innermost frame, which has its results.
    Return,
    /// Leave the loop.
    End(SliceEnd),
}
