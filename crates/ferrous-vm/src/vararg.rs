//! Extra arguments: `...`, and the `arg` table of functions that do not mention it (manual §2.5.9).
//!
//! A vararg function is called like any other: `[function, arguments...]`. Its first instruction moves it up, above all
//! arguments, so that its fixed parameters are `R[1]..` like anywhere else and the extra ones stay below:
//!
//! ```text
//! [function, (fixed, now nil), extra..., count, function, fixed...]
//!  original base                                base
//! ```
//!
//! **Invariant:** in a vararg function, the stack position below the base holds the number of extra arguments.

use ferrous_heap::{HeapError, Transaction, Value};

use crate::error::LuaError;
use crate::machine::Machine;
use crate::opcode::MULTIPLE;

/// Values that are moved in the time of a tick. The sixteenth part of what a stack holds fits a count of ticks.
pub(crate) const VALUES_A_TICK: u32 = 16;

impl Machine {
    /// `VarargPrep`: moves the function that is being entered above its arguments.
    #[inline(never)]
    pub(crate) fn prepare_varargs(&mut self, parameters: u8) -> Result<(), LuaError> {
        let parameters = u32::from(parameters);
        // The call has filled missing parameters with nil.
        let args = self.arg_count.max(parameters);
        let extra = args - parameters;
        let old = self.current.base;
        let base = old + args + 2;
        self.reserve(base as usize + 1)?;
        self.ticks -= (extra / VALUES_A_TICK) as i32;
        let fixed = old as usize..(old + parameters) as usize + 1;
        self.stack.copy_within(fixed.clone(), base as usize);
        if let Some(moved) = self.stack.get_mut(fixed.start + 1..fixed.end) {
            moved.fill(Value::NIL);
        }
        self.put(base - 1, Value::number(f64::from(extra)));
        self.current.base = base;
        Ok(())
    }

    /// How many extra arguments the function at `base` has.
    fn extra_count(&self, base: u32) -> u32 {
        let count = self.stack.get(base.wrapping_sub(1) as usize).and_then(|value| value.as_number());
        // Written by prepare_varargs from a u32.
        count.map_or(0, |count| count as u32)
    }

    /// Where the function at `base`, with so many fixed parameters, was called.
    pub(crate) fn original_base(&self, base: u32, parameters: u8) -> u32 {
        base.saturating_sub(self.extra_count(base) + u32::from(parameters) + 2)
    }

    /// `R[a], ... = ...` for the function of `current`.
    #[inline(never)]
    pub(crate) fn spread_varargs(&mut self, a: u8, wanted: u8) -> Result<(), LuaError> {
        let base = self.current.base;
        let extra = self.extra_count(base);
        let first = base + u32::from(a);
        let count = if wanted == MULTIPLE { extra } else { u32::from(wanted) };
        self.reserve((first + count) as usize)?;
        self.ticks -= (count / VALUES_A_TICK) as i32;
        let source = (base - 1 - extra) as usize;
        let copied = count.min(extra) as usize;
        self.stack.copy_within(source..source + copied, first as usize);
        if let Some(missing) = self.stack.get_mut(first as usize + copied..(first + count) as usize) {
            missing.fill(Value::NIL);
        }
        if wanted == MULTIPLE {
            self.top = first + count;
        }
        Ok(())
    }

    /// The `arg` table: the extra arguments and their number in `n`.
    #[inline(never)]
    pub(crate) fn arg_table(&self, tx: &mut Transaction<'_>) -> Result<Value, HeapError> {
        table(tx, extra_arguments(&self.stack, self.current.base))
    }
}

/// The extra arguments of the function at `base` on a stack.
pub(crate) fn extra_arguments(stack: &[Value], base: u32) -> &[Value] {
    let end = base.saturating_sub(1) as usize;
    let count = stack.get(end).and_then(|value| value.as_number());
    // Written by prepare_varargs from a u32.
    let start = end.saturating_sub(count.map_or(0, |count| count as usize));
    stack.get(start..end).unwrap_or_default()
}

/// A table of extra arguments and their number in `n`.
pub(crate) fn table(tx: &mut Transaction<'_>, extra: &[Value]) -> Result<Value, HeapError> {
    let value = tx.new_sized_table(extra.len(), 1)?;
    let table = value.as_table().ok_or(HeapError::Stale)?;
    for (index, argument) in (1..).zip(extra) {
        tx.raw_set_int(table, index, *argument)?;
    }
    let n = tx.intern(b"n")?;
    tx.raw_set(table, n, Value::number(extra.len() as f64))?;
    Ok(value)
}
