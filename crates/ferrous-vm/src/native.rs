//! Native functions: their type, what they can do, and how they stop and go on.
//!
//! A native is a plain function over a [`NativeContext`]: registers in, an [`Operation`] out. It never calls back into
//! Lua, never blocks and never recurses; where it needs a call, a collection, the host or a pause, it leaves a
//! [`NativeState`] and returns the operation, and the machine resumes the state when that is done.
//!
//! Register 0 is the function, 1 to `arg_count()` are the arguments, above them is scratch. All of them are roots. A
//! [`Value`] in a Rust local is safe until the native returns, since the collector runs only between transactions.
//!
//! **Invariant:** a state holds no [`Value`]: what it must remember of Lua lies in registers.

mod library;

use ferrous_heap::{FunctionRef, ThreadRef, Transaction, Value};

use crate::error::LuaError;
use crate::frame;
use crate::interrupt::InterruptHandle;
use crate::machine::Machine;
use crate::number;
use crate::opcode::MULTIPLE;
pub use crate::operation::Operation;

/// A native function.
pub type NativeFn = for<'a, 'm, 'h> fn(&'a mut NativeContext<'m, 'h>) -> NativeResult;

/// What a native function answers.
pub type NativeResult = Result<Operation, LuaError>;

/// Values that PUC Lua lets a C function have on its stack (`LUAI_MAXCSTACK`). Natives have no such stack; those whose
/// originals run into its end ask for it.
pub const MAX_NATIVE_STACK: usize = 8000;

/// What a native function does where its arguments alone decide its one result, in constant time: the loop asks it first, and calls
/// the function itself if it does not answer. So it need not take what is rare: arguments of the wrong type, or none, or no memory.
///
/// It must give the value that the function would return, and change nothing but what the function would.
pub type Shortcut = fn(&mut Transaction<'_>, &[Value]) -> Option<Value>;

/// A native function as the machine knows it.
#[derive(Clone, Copy)]
pub(crate) struct Native {
    pub(crate) function: NativeFn,
    pub(crate) shortcut: Option<Shortcut>,
}

/// What a native remembers while it waits.
pub trait NativeState: Send {
    /// Goes on where the native stopped.
    ///
    /// # Errors
    /// Whatever the native function itself could raise.
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, how: Resumption) -> NativeResult;

    /// The run is over, or an error has passed: the native will not go on. Whoever holds a buffer that may be large hands it
    /// to [`Transaction::scrap`], so that nobody waits for it to be freed.
    fn give_up(self: Box<Self>, _tx: &mut Transaction<'_>) {}
}

/// Why a state is resumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resumption {
    /// The call returned; the topmost `count` registers are its results.
    Returned {
        /// How many.
        count: u32,
    },
    /// The protected call failed; the topmost register is the error value.
    Failed,
    /// After [`Operation::Pause`] or [`Operation::Collect`]; the registers are as they were.
    Continued,
}

/// The answer of [`NativeContext::charge`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Charge {
    /// Go on.
    Go,
    /// Save the state and return [`Operation::Pause`].
    Pause,
}

/// What a native function sees of the machine.
pub struct NativeContext<'m, 'h> {
    /// The heap, through the transaction of the running slice.
    pub tx: &'m mut Transaction<'h>,
    pub(crate) machine: &'m mut Machine,
    /// Where register 0 is in the stack.
    pub(crate) base: u32,
    /// One past the highest register in use, in the stack.
    pub(crate) top: u32,
}

impl<'h> NativeContext<'_, 'h> {
    /// How many arguments there are. Valid until something is pushed or popped.
    #[inline(always)]
    #[must_use]
    pub fn arg_count(&self) -> usize {
        (self.top - self.base - 1) as usize
    }

    /// Argument `n`, counted from 1; nil if there are fewer.
    #[inline(always)]
    #[must_use]
    pub fn arg(&self, n: usize) -> Value {
        self.get(n)
    }

    /// Whether there is an argument `n`.
    #[inline(always)]
    #[must_use]
    pub fn has_arg(&self, n: usize) -> bool {
        n < self.top()
    }

    /// How many registers are in use: the function, its arguments and what was pushed.
    #[inline(always)]
    #[must_use]
    pub fn top(&self) -> usize {
        (self.top - self.base) as usize
    }

    /// Register `index`; nil above the top.
    #[inline(always)]
    #[must_use]
    pub fn get(&self, index: usize) -> Value {
        if index >= self.top() {
            return Value::NIL;
        }
        self.machine.stack.get(self.base as usize + index).copied().unwrap_or(Value::NIL)
    }

    /// Writes register `index`, which must be in use; a write above the top is lost.
    #[inline(always)]
    pub fn set(&mut self, index: usize, value: Value) {
        if index < self.top()
            && let Some(slot) = self.machine.stack.get_mut(self.base as usize + index)
        {
            *slot = value;
        }
    }

    /// The registers from `first` to the top.
    #[must_use]
    pub fn registers_from(&self, first: usize) -> &[Value] {
        self.machine.stack.get(self.base as usize + first..self.top as usize).unwrap_or(&[])
    }

    /// Pushes a register.
    ///
    /// # Errors
    /// Stack overflow.
    #[inline]
    pub fn push(&mut self, value: Value) -> Result<(), LuaError> {
        if self.top as usize >= self.machine.stack.len() {
            self.machine.grow_stack(self.top as usize + 1)?;
        }
        if let Some(slot) = self.machine.stack.get_mut(self.top as usize) {
            *slot = value;
            self.top += 1;
        }
        Ok(())
    }

    /// Takes the topmost register; the function itself stays.
    pub fn pop(&mut self) -> Value {
        if self.top() <= 1 {
            return Value::NIL;
        }
        self.top -= 1;
        self.machine.stack.get(self.top as usize).copied().unwrap_or(Value::NIL)
    }

    /// Makes `top` registers be in use, filled up with nil.
    ///
    /// # Errors
    /// Stack overflow.
    pub fn set_top(&mut self, top: usize) -> Result<(), LuaError> {
        let top = top.max(1);
        while self.top() < top {
            self.push(Value::NIL)?;
        }
        self.truncate(top);
        Ok(())
    }

    /// Drops the registers from `top` on.
    pub fn truncate(&mut self, top: usize) {
        if top < self.top() {
            // top is smaller than a difference of two u32.
            self.top = self.base + top.max(1) as u32;
        }
    }

    /// Returns nothing.
    #[inline(always)]
    pub fn ret0(&mut self) -> NativeResult {
        Ok(Operation::Return { count: 0 })
    }

    /// Returns one value.
    #[inline(always)]
    pub fn ret(&mut self, value: Value) -> NativeResult {
        if let Some(slot) = self.machine.stack.get_mut(self.base as usize) {
            *slot = value;
        }
        Ok(Operation::Return { count: 1 })
    }

    /// Returns two values.
    ///
    /// # Errors
    /// Stack overflow.
    pub fn ret2(&mut self, first: Value, second: Value) -> NativeResult {
        self.set_top(self.top().max(2))?;
        self.set(0, first);
        self.set(1, second);
        Ok(Operation::Return { count: 2 })
    }

    /// Returns three values.
    ///
    /// # Errors
    /// Stack overflow.
    pub fn ret3(&mut self, first: Value, second: Value, third: Value) -> NativeResult {
        self.set_top(self.top().max(3))?;
        self.set(0, first);
        self.set(1, second);
        self.set(2, third);
        Ok(Operation::Return { count: 3 })
    }

    /// Returns the topmost `count` registers.
    pub fn return_top(&mut self, count: usize) -> NativeResult {
        let count = count.min(self.top());
        let start = self.top as usize - count;
        if start != self.base as usize {
            self.machine.stack.copy_within(start..self.top as usize, self.base as usize);
        }
        // At most the registers in use.
        Ok(Operation::Return { count: count as u32 })
    }

    /// Returns the registers from `first` to the top.
    pub fn return_from(&mut self, first: usize) -> NativeResult {
        self.return_top(self.top().saturating_sub(first))
    }

    /// The running native itself.
    #[must_use]
    pub fn function(&self) -> Value {
        self.get(0)
    }

    fn function_ref(&self) -> Option<FunctionRef> {
        // After a return value was written, or in set-up, register 0 holds no function.
        self.function().as_function()
    }

    /// Upvalue `n` of the native, counted from 0.
    #[must_use]
    pub fn upvalue(&self, n: usize) -> Value {
        match self.tx.function(self.function()) {
            // Natives have few upvalues: the sum stays inside the pool's u32.
            Some(function) if n < usize::from(function.upvalue_count) => {
                self.tx.upvalue(function.upvalues + 1 + n as u32)
            }
            _ => Value::NIL,
        }
    }

    /// Writes upvalue `n` of the native.
    ///
    /// # Errors
    /// Read-only function, or out of memory in an atomic scope.
    pub fn set_upvalue(&mut self, n: usize, value: Value) -> Result<(), LuaError> {
        if let Some(function) = self.function_ref() {
            // The heap counts the environment as 0.
            self.tx.set_upvalue(function, n + 1, value)?;
        }
        Ok(())
    }

    /// Remembers `state` for when the operation that is about to be returned is done.
    pub fn set_state(&mut self, state: impl NativeState + 'static) {
        self.machine.pending_state = Some(Box::new(state));
    }

    /// As [`NativeContext::set_state`], for a state that is in a box already.
    fn set_boxed_state(&mut self, state: Box<dyn NativeState>) {
        self.machine.pending_state = Some(state);
    }

    /// Calls the function below the topmost `args` registers; `state` goes on with `results` values, all that there are if that is
    /// [`MULTIPLE`].
    pub fn call(&mut self, args: usize, results: u8, state: impl NativeState + 'static) -> NativeResult {
        self.set_state(state);
        Ok(Operation::Call { args: count_u32(args)?, results, protected: false })
    }

    /// As [`NativeContext::call`], for a state that is in a box already, because it waits again and again.
    pub fn call_boxed(&mut self, args: usize, results: u8, state: Box<dyn NativeState>) -> NativeResult {
        self.set_boxed_state(state);
        Ok(Operation::Call { args: count_u32(args)?, results, protected: false })
    }

    /// As [`NativeContext::call`], and `state` also learns of an error.
    pub fn call_protected(&mut self, args: usize, state: impl NativeState + 'static) -> NativeResult {
        self.set_state(state);
        Ok(Operation::Call { args: count_u32(args)?, results: MULTIPLE, protected: true })
    }

    /// As [`NativeContext::call_protected`] for one result, but the handler of the `xpcall` around the native, or the machine's
    /// ([`MachineOptions::error_handler`](crate::machine::MachineOptions::error_handler)), makes of an error what `state` gets:
    /// as PUC Lua's parser calls a reader.
    pub fn call_handled(&mut self, args: usize, state: impl NativeState + 'static) -> NativeResult {
        self.set_state(state);
        Ok(Operation::Call { args: count_u32(args)?, results: 1, protected: true })
    }

    /// As if [`NativeContext::call_handled`] had failed with the topmost register as its error.
    pub fn fail_handled(&mut self, state: impl NativeState + 'static) -> NativeResult {
        self.set_state(state);
        Ok(Operation::FailedCall)
    }

    /// Returns to the loop for a moment; `state` goes on afterwards.
    pub fn pause(&mut self, state: impl NativeState + 'static) -> NativeResult {
        self.set_state(state);
        Ok(Operation::Pause)
    }

    /// As [`NativeContext::pause`], for a state that is in a box already.
    pub fn pause_boxed(&mut self, state: Box<dyn NativeState>) -> NativeResult {
        self.set_boxed_state(state);
        Ok(Operation::Pause)
    }

    /// Counts work: about one unit for what one instruction does, or for 16 bytes copied.
    #[inline(always)]
    pub fn charge(&mut self, units: u32) -> Charge {
        let units = i32::try_from(units).unwrap_or(i32::MAX);
        self.machine.ticks = self.machine.ticks.saturating_sub(units);
        if self.machine.ticks > 0 { Charge::Go } else { Charge::Pause }
    }

    /// What tells whether the run is to end, for work that cannot pause: who sees it gives up and returns
    /// [`Operation::Pause`].
    #[must_use]
    pub fn interrupt_handle(&self) -> InterruptHandle {
        self.machine.interrupt_handle()
    }

    /// What a shortcut makes of the arguments.
    pub fn answer(&mut self, shortcut: Shortcut) -> Option<Value> {
        let args = self.base as usize + 1..self.top as usize;
        shortcut(self.tx, self.machine.stack.get(args).unwrap_or(&[]))
    }

    /// How many native calls are active, those that the machine's options count included.
    #[must_use]
    pub fn native_depth(&self) -> u16 {
        frame::saved_depth(self.machine.native_depth)
    }

    /// The thread that is running.
    #[must_use]
    pub fn running_thread(&self) -> ThreadRef {
        self.machine.thread
    }

    /// Whether the running thread is the main one.
    #[must_use]
    pub fn is_main_thread(&self) -> bool {
        self.machine.thread == self.machine.main_thread
    }

    /// The thread on which the machine starts.
    #[must_use]
    pub fn main_thread(&self) -> ThreadRef {
        self.machine.main_thread
    }

    /// What the embedder keeps in the machine, if it is of type `T`.
    pub fn extension<T: 'static>(&mut self) -> Option<&mut T> {
        self.machine.extension_mut()
    }

    /// A number from a number, or from a string that reads as one (manual §2.2.1), which counts as work with its length; `None`
    /// also once the run has been killed.
    #[inline]
    #[must_use]
    pub fn to_number(&mut self, value: Value) -> Option<f64> {
        match value.as_number() {
            Some(number) => Some(number),
            None => self.read_number(value),
        }
    }

    #[cold]
    #[inline(never)]
    fn read_number(&mut self, value: Value) -> Option<f64> {
        /// Bytes that are read as one unit of work.
        const BYTES_A_UNIT: usize = 8;
        let units = self.tx.string_len(value)? / BYTES_A_UNIT;
        let _: Charge = self.charge(u32::try_from(units).unwrap_or(u32::MAX));
        number::long::parse_text(self.tx.string(value)?, &mut || self.tx.look()).ok().flatten()
    }

    /// A string from a value without regard to `__tostring`: numbers in `%.14g`, `table: 0x...` for objects.
    ///
    /// # Errors
    /// Out of memory.
    pub fn tostring(&mut self, value: Value) -> Result<Value, LuaError> {
        if value.is_string() {
            return Ok(value);
        }
        let mut text = self.tx.take_buffer();
        text.clear();
        if let Some(number) = value.as_number() {
            number::write_number(number, &mut text);
        } else if value.is_nil() {
            text.extend_from_slice(b"nil");
        } else if value == Value::TRUE || value == Value::FALSE {
            text.extend_from_slice(if value.is_truthy() { b"true" } else { b"false" });
        } else {
            let address = value.address();
            if address == 0 {
                text.extend_from_slice(format!("{}: (nil)", value.type_name()).as_bytes());
            } else {
                text.extend_from_slice(format!("{}: {address:#016x}", value.type_name()).as_bytes());
            }
        }
        let string = self.tx.intern(&text);
        self.tx.give_buffer(text);
        Ok(string?)
    }
}

/// A count of registers as operations carry it.
fn count_u32(count: usize) -> Result<u32, LuaError> {
    u32::try_from(count).map_err(|_| LuaError::message("stack overflow"))
}
