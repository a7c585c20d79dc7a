//! The second half of instructions: what is done with the value that a metamethod or an iterator has returned.
//!
//! An instruction that had to call something waits in a `FINISH` or `FOR_IN` frame. When the value is there, the
//! instruction is decoded again and completed; concatenation may have to go on with its next pair.
//!
//! **Invariant:** everything an instruction needs for its second half is in the instruction, in registers, or in the one
//! byte of progress that its frame carries.

use ferrous_heap::{Frame, Metamethod, NextEntry, Transaction, Value};

use crate::compare::NEGATED;
use crate::error::LuaError;
use crate::frame;
use crate::machine::Machine;
use crate::number;
use crate::opcode::Op;
use crate::transition::Transition;

impl Machine {
    /// Goes on in the instruction that waits in `frame`, which has been taken from the frames, for the first of `count`
    /// results.
    #[inline]
    pub(crate) fn finish_waiting(
        &mut self,
        tx: &mut Transaction<'_>,
        frame: Frame,
        first: u32,
        count: u32,
    ) -> Transition {
        // Before the call: a copy in other pieces than those in which the frame was just read would wait for them.
        self.current = frame;
        if let Some(pc) = self.finish(&frame, first, count) {
            self.current.pc = pc;
            return Transition::Continue;
        }
        self.concatenate_further(tx, frame, first, count)
    }

    /// The same for a concatenation.
    #[inline]
    pub(crate) fn concatenate_further(
        &mut self,
        tx: &mut Transaction<'_>,
        frame: Frame,
        first: u32,
        count: u32,
    ) -> Transition {
        self.current = frame;
        match frame::instruction(&self.pool.code, &frame) {
            Some(&Op::Concat { a, b, .. }) => {
                // `results` is the register of the pair's first operand, where the pair's value belongs.
                let value = self.result(first, count);
                self.put(frame.base + u32::from(frame.results), value);
                self.concat(tx, a, b, frame.results, false)
            }
            _ => Transition::Continue,
        }
    }

    /// Completes the instruction that waits in `frame` with the first of `count` results, and says where to go on; `None` if no
    /// instruction waits, or a concatenation, which may have more to do.
    #[inline(never)]
    pub(crate) fn finish(&mut self, frame: &Frame, first: u32, count: u32) -> Option<u32> {
        if frame.kind != frame::FINISH {
            return None;
        }
        self.native_depth = frame::native_depth(frame);
        let value = self.result(first, count);
        match frame::instruction(&self.pool.code, frame) {
            Some(Op::Concat { .. }) => return None,
            Some(Op::SetGlobal { .. } | Op::SetField { .. } | Op::SetIndex { .. } | Op::SetInt { .. })
            | None => {}
            Some(op) => match op.destination() {
                Some(a) => self.put(frame.base + u32::from(a), value),
                // A comparison.
                None => {
                    let answer = value.is_truthy() != (frame.results == NEGATED);
                    if answer == op.jumps_if_true() {
                        return Some(frame.pc.wrapping_add_signed(op.jump_offset().unwrap_or(0)));
                    }
                }
            },
        }
        Some(frame.pc)
    }

    /// Goes on in a `for ... in` whose iterator has left its values.
    pub(crate) fn finish_for_in(&mut self) {
        let Some(Op::ForIn { a, off, .. }) = frame::instruction(&self.pool.code, &self.current) else {
            return;
        };
        let control = self.current.base as usize + usize::from(*a) + 2;
        let first = self.stack.get(control + 1).copied().unwrap_or(Value::NIL);
        if !first.is_nil() {
            self.current.pc = self.current.pc.wrapping_add_signed(*off);
            if let Some(slot) = self.stack.get_mut(control) {
                *slot = first;
            }
        }
    }

    /// `R[a] = #value` for what is neither a table nor a string.
    #[cold]
    pub(crate) fn length(&mut self, tx: &Transaction<'_>, value: Value, register: u8) -> Transition {
        let handler = tx.metamethod(value, Metamethod::Len);
        if handler.is_nil() {
            let error = self.describe_operand(tx, "get length of", Some(register), value);
            return self.raise_here(tx, error);
        }
        self.call_metamethod(tx, handler, [value, Value::NIL], 0)
    }

    /// `ForPrep` with operands that are not all numbers: strings that read as numbers become them, and the instruction
    /// runs again.
    #[cold]
    pub(crate) fn prepare_for(&mut self, tx: &mut Transaction<'_>, a: u8) -> Transition {
        let first = self.current.base + u32::from(a);
        for (offset, what) in [(0, "initial value"), (1, "limit"), (2, "step")] {
            let value = self.stack.get((first + offset) as usize).copied().unwrap_or(Value::NIL);
            let number = match (value.as_number(), tx.string(value)) {
                (None, Some(text)) => {
                    self.count(text.len(), BYTES_A_TICK);
                    number::long::parse_text(text, &mut || tx.look())
                }
                (number, _) => Ok(number),
            };
            let number = match number {
                Ok(number) => number,
                Err(error) => return self.raise_here(tx, error.into()),
            };
            let Some(number) = number else {
                return self.raise_here(tx, LuaError::message(format!("'for' {what} must be a number")));
            };
            self.put(first + offset, Value::from_foreign(number));
        }
        self.run_again();
        Transition::Continue
    }
}

/// Bytes of a string that are made or read in the time of a tick.
pub(crate) const BYTES_A_TICK: usize = 64;

/// Where `for ... in` goes on in a table that has no value at a position. What lies between counts as work; when that is
/// as much as the quantum had left, it stops on the way.
#[cold]
#[inline(never)]
pub(crate) fn pass_gap(
    tx: &Transaction<'_>,
    table: Value,
    mut position: usize,
    ticks: &mut i32,
) -> NextEntry {
    /// Positions looked at between two counts, and for one tick.
    const PIECE: usize = 4096;
    const POSITIONS_A_TICK: usize = 16;
    let Some(table) = tx.table(table) else { return NextEntry::End };
    loop {
        let found = table.next_entry_within(position, PIECE);
        let next = match found {
            NextEntry::Found { next, .. } | NextEntry::Further(next) => next,
            NextEntry::End => position,
        };
        // At most a piece.
        *ticks = ticks.saturating_sub(((next - position) / POSITIONS_A_TICK) as i32);
        position = next;
        if !matches!(found, NextEntry::Further(_)) || *ticks <= 1 {
            return found;
        }
    }
}
