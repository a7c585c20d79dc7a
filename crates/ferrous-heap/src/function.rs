//! Functions: Lua closures and native functions.
//!
//! A function owns `1 + n` consecutive slots of the heap's one upvalue pool: slot 0 is its environment table, the others its
//! upvalues, which are values (copied captures) or cells. So a running function reads an upvalue with one addition and
//! one load, and a function object is small and of fixed size.
//!
//! **Invariant:** the slots of a live function belong to nobody else. They return to the free list of their size when the
//! function dies; when the heap settles, free ranges that adjoin become one, and those at the end go.

use std::ops::Range;

use ferrous_arena::{Arena, Object};

use crate::error::HeapError;
use crate::heap::Heap;
use crate::scrap::Scrap;
use crate::transaction::Transaction;
use crate::value::{FunctionRef, PrototypeRef, Value};

/// [`Function::native`] of a Lua function.
pub const NOT_NATIVE: u32 = u32::MAX;

/// What a function costs beside its pool slots: slot and colour.
pub(crate) const FUNCTION_BYTES: usize = size_of::<ferrous_arena::Slot<Function>>() + 1;

/// A function value.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    /// Index of the first instruction in the machine's code.
    pub entry: u32,
    /// First of its slots in the upvalue pool: the environment.
    pub upvalues: u32,
    /// Number of fixed parameters.
    pub parameters: u8,
    /// Number of registers, its own place included; meaningless in a native function.
    pub registers: u8,
    /// Number of upvalues, the environment not counted.
    pub upvalue_count: u8,
    /// Index of a native function in the machine's list, or [`NOT_NATIVE`].
    pub native: u32,
    /// The machine's id of the prototype; meaningless in a native function.
    pub prototype: u32,
    /// The prototype, which the function keeps alive.
    pub prototype_ref: Option<PrototypeRef>,
}

impl Default for Function {
    fn default() -> Self {
        Self {
            entry: 0,
            upvalues: 0,
            parameters: 0,
            registers: u8::MAX,
            upvalue_count: 0,
            native: NOT_NATIVE,
            prototype: u32::MAX,
            prototype_ref: None,
        }
    }
}

impl Object for Function {
    const TAG: u16 = 0xFFFC;
}

impl Function {
    pub(crate) fn memory(&self) -> usize {
        function_bytes(self.upvalue_count)
    }

    /// The function's range of the upvalue pool.
    pub(crate) fn slots(&self) -> Range<usize> {
        let start = self.upvalues as usize;
        start..start + 1 + usize::from(self.upvalue_count)
    }
}

#[inline(always)]
fn function_bytes(upvalue_count: u8) -> usize {
    FUNCTION_BYTES + (1 + upvalue_count as usize) * size_of::<Value>()
}

/// The upvalues and environments of all functions.
#[derive(Debug, Default)]
pub(crate) struct UpvaluePool {
    pub(crate) values: Vec<Value>,
    /// `free[n]`: starts of free ranges of `n + 1` slots.
    free: Vec<Vec<u32>>,
    /// Free ranges of any size, the lowest last.
    gaps: Vec<Range<u32>>,
}

impl UpvaluePool {
    #[inline(always)]
    fn take(&mut self, count: u8) -> Result<u32, HeapError> {
        match self.free.get_mut(usize::from(count)).and_then(Vec::pop) {
            Some(start) => Ok(start),
            None => self.grow(count),
        }
    }

    #[inline(never)]
    fn grow(&mut self, count: u8) -> Result<u32, HeapError> {
        while let Some(gap) = self.gaps.pop() {
            let rest = gap.start.saturating_add(1 + u32::from(count));
            if rest < gap.end {
                self.gaps.push(rest..gap.end);
            }
            if rest <= gap.end {
                return Ok(gap.start);
            }
            // It has fewer slots than some function needs, and at least one.
            self.give(gap.start, (gap.end - gap.start - 1) as u8);
        }
        let start = u32::try_from(self.values.len()).map_err(|_| HeapError::TableOverflow)?;
        let more = usize::from(count) + 1;
        self.values.try_reserve(more).map_err(|_| HeapError::OutOfMemory)?;
        self.values.resize(self.values.len() + more, Value::NIL);
        Ok(start)
    }

    pub(crate) fn give(&mut self, start: u32, count: u8) {
        let count = usize::from(count);
        if self.free.len() <= count {
            self.free.resize_with(count + 1, Vec::new);
        }
        if let Some(starts) = self.free.get_mut(count) {
            starts.push(start);
        }
    }

    /// Lets functions of any size have the ranges that were given back last, before the pool grows.
    pub(crate) fn favour_free_ranges(&mut self) {
        const MOST: usize = 64;
        for (count, starts) in self.free.iter_mut().enumerate() {
            while self.gaps.len() < MOST
                && let Some(start) = starts.pop()
            {
                // A function has at most 255 upvalues.
                self.gaps.push(start..start + 1 + count as u32);
            }
        }
    }

    /// Joins free ranges, and drops those at the end, if most slots are free and there are not so many functions that this takes
    /// long.
    pub(crate) fn gather(&mut self, functions: &Arena<Function>, scrap: &mut Scrap) {
        const WORTH_WHILE: usize = 1 << 14;
        const MOST_FUNCTIONS: usize = 1 << 12;
        const MOST_SLOTS: u32 = 1 << 15;
        let free: usize =
            self.free.iter().enumerate().map(|(count, starts)| (count + 1) * starts.len()).sum();
        let is_worth_while = free > WORTH_WHILE && free > self.values.len() / 2;
        if !is_worth_while || functions.len() > MOST_FUNCTIONS || functions.slots() > MOST_SLOTS {
            return;
        }
        let mut taken = Vec::new();
        let mut next = 0;
        while let Some((index, _)) = functions.occupied_from(next) {
            taken.extend(functions.slot_at(index).map(|slot| slot.value.slots()));
            next = index + 1;
        }
        taken.sort_unstable_by_key(|range| range.start);
        self.gaps.clear();
        let mut end = 0;
        for range in taken {
            if end < range.start {
                // The pool has fewer than 2^32 slots.
                self.gaps.push(end as u32..range.start as u32);
            }
            end = range.end;
        }
        self.gaps.reverse();
        self.values.truncate(end);
        for starts in self.free.drain(..) {
            scrap.take(starts);
        }
    }
}

impl Heap {
    #[inline(always)]
    fn new_function(
        &mut self,
        upvalue_count: u8,
        environment: Value,
        fill: impl FnOnce(&mut Function),
    ) -> Result<(FunctionRef, u32), HeapError> {
        let memory = function_bytes(upvalue_count);
        self.budget.check(memory)?;
        let start = self.upvalues.take(upvalue_count)?;
        let Some((handle, function)) = self.functions.allocate(self.birth.colour, self.birth.scope) else {
            self.upvalues.give(start, upvalue_count);
            return Err(HeapError::OutOfMemory);
        };
        function.upvalues = start;
        function.upvalue_count = upvalue_count;
        fill(function);
        let start_slot = start as usize;
        if let Some(slots) =
            self.upvalues.values.get_mut(start_slot..start_slot + 1 + usize::from(upvalue_count))
        {
            slots.fill(Value::NIL);
            if let Some(slot) = slots.first_mut() {
                *slot = environment;
            }
        }
        self.budget.add(memory);
        if self.birth.tracking {
            self.record_birth(handle.bits());
        }
        Ok((handle, start))
    }

    pub(crate) fn free_function(&mut self, index: u32) -> usize {
        let Some(function) = self.functions.slot_at(index).map(|slot| slot.value) else { return 0 };
        self.upvalues.give(function.upvalues, function.upvalue_count);
        self.functions.release(index, |function| *function = Function::default());
        function.memory()
    }
}

impl Transaction<'_> {
    /// A function.
    #[inline(always)]
    pub fn function(&self, value: Value) -> Option<&Function> {
        self.heap.functions.get_bits(value.bits())
    }

    /// The value at an index of the upvalue pool; nil beyond its end.
    #[inline(always)]
    pub fn upvalue(&self, at: u32) -> Value {
        match self.heap.upvalues.values.get(at as usize) {
            Some(value) => *value,
            None => Value::NIL,
        }
    }

    /// Assigns upvalue `n` of a function, counted from 1; 0 is the environment.
    pub fn set_upvalue(&mut self, function: FunctionRef, n: usize, value: Value) -> Result<(), HeapError> {
        let found = *self.heap.functions.get(function).ok_or(HeapError::Stale)?;
        if n > usize::from(found.upvalue_count) {
            return Err(HeapError::Stale);
        }
        self.heap.open_function(function)?;
        if let Some(slot) = self.heap.upvalues.values.get_mut(found.upvalues as usize + n) {
            *slot = value;
        }
        Ok(())
    }

    /// Makes a Lua function with so many parameters and registers: it, and the index of its slots in the upvalue pool. The upvalues are nil until
    /// [`Transaction::init_upvalue`] fills them.
    #[inline(always)]
    pub fn new_closure(
        &mut self,
        prototype: PrototypeRef,
        entry: u32,
        (parameters, registers): (u8, u8),
        upvalue_count: u8,
        environment: Value,
    ) -> Result<(Value, u32), HeapError> {
        let id = self.heap.prototypes.get(prototype).ok_or(HeapError::Stale)?.id;
        let (handle, start) = self.heap.new_function(upvalue_count, environment, |function| {
            function.entry = entry;
            function.parameters = parameters;
            function.registers = registers;
            function.native = NOT_NATIVE;
            function.prototype = id;
            function.prototype_ref = Some(prototype);
        })?;
        Ok((handle.into(), start))
    }

    /// Fills an upvalue of a function made in this transaction, by its index in the pool.
    #[inline(always)]
    pub fn init_upvalue(&mut self, at: u32, value: Value) {
        if let Some(slot) = self.heap.upvalues.values.get_mut(at as usize) {
            *slot = value;
        }
    }

    /// Makes a native function. At most 255 upvalues are kept.
    pub fn new_native(
        &mut self,
        native: u32,
        environment: Value,
        upvalues: &[Value],
    ) -> Result<Value, HeapError> {
        let count = u8::try_from(upvalues.len()).map_err(|_| HeapError::TableOverflow)?;
        let (handle, start) = self.heap.new_function(count, environment, |function| {
            function.native = native;
            function.prototype_ref = None;
        })?;
        for (at, value) in (start + 1..).zip(upvalues) {
            self.init_upvalue(at, *value);
        }
        Ok(handle.into())
    }

    /// The environment of a function; nil for a stale handle.
    pub fn environment(&self, function: FunctionRef) -> Value {
        self.heap.functions.get(function).map_or(Value::NIL, |function| self.upvalue(function.upvalues))
    }

    /// Gives a function another environment (`setfenv`).
    pub fn set_environment(&mut self, function: FunctionRef, environment: Value) -> Result<(), HeapError> {
        self.set_upvalue(function, 0, environment)
    }
}
