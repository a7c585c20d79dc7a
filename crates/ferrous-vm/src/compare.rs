//! Comparison beside the fast path: strings, metamethods, errors (manual §2.5.2, §2.8).
//!
//! The loop orders numbers itself. A comparison is always fused with its jump; here the instruction is decoded again and
//! the jump taken or not.
//!
//! Long strings count as work by the bytes that were compared, and a kill ends their comparison.
//!
//! **Invariant:** operands of different types are never ordered, and metamethods of an order must be the same function on
//! both sides: the rules of 5.1, not of later versions.

use ferrous_heap::{Metamethod, Transaction, Value};

use crate::error::LuaError;
use crate::finish::BYTES_A_TICK;
use crate::frame;
use crate::machine::Machine;
use crate::opcode::Op;
use crate::transition::Transition;

/// The answer for a pair that only a metamethod can compare.
pub(crate) fn equality_handler(tx: &Transaction<'_>, x: Value, y: Value) -> Option<Value> {
    let same_kind = (x.is_table() && y.is_table()) || (x.is_userdata() && y.is_userdata());
    if !same_kind {
        return None;
    }
    let handler = tx.metamethod(x, Metamethod::Eq);
    if handler.is_nil() {
        return None;
    }
    if tx.metatable_of(x) == tx.metatable_of(y) {
        return Some(handler);
    }
    tx.metamethod(y, Metamethod::Eq).raw_equals(handler).then_some(handler)
}

/// `FINISH` progress: the metamethod answers `not (y < x)` for `x <= y`.
pub(crate) const NEGATED: u8 = 1;

/// Strings whose comparison counts as no more than any instruction.
const SHORT: usize = 1 << 10;

/// An order as an instruction asks for it: `x < y` or `x <= y`, and whether it jumps when that holds.
struct Order {
    x: Value,
    y: Value,
    or_equal: bool,
    jump_if: bool,
}

impl Machine {
    fn order_of(&self, op: &Op) -> Option<Order> {
        let register = |r: u8| {
            self.stack.get(self.current.base as usize + usize::from(r)).copied().unwrap_or(Value::NIL)
        };
        let constant = |k: u32| self.constants.get(k as usize).copied().unwrap_or(Value::NIL);
        let immediate = |n: f32| Value::number(n.into());
        let order = |x, y, or_equal, jump_if| Some(Order { x, y, or_equal, jump_if });
        match *op {
            Op::JumpLt { a, b, .. } => order(register(a), register(b), false, true),
            Op::JumpNotLt { a, b, .. } => order(register(a), register(b), false, false),
            Op::JumpLe { a, b, .. } => order(register(a), register(b), true, true),
            Op::JumpNotLe { a, b, .. } => order(register(a), register(b), true, false),
            Op::JumpLtK { a, k, .. } => order(register(a), constant(k), false, true),
            Op::JumpNotLtK { a, k, .. } => order(register(a), constant(k), false, false),
            Op::JumpLeK { a, k, .. } => order(register(a), constant(k), true, true),
            Op::JumpNotLeK { a, k, .. } => order(register(a), constant(k), true, false),
            Op::JumpGtK { a, k, .. } => order(constant(k), register(a), false, true),
            Op::JumpNotGtK { a, k, .. } => order(constant(k), register(a), false, false),
            Op::JumpGeK { a, k, .. } => order(constant(k), register(a), true, true),
            Op::JumpNotGeK { a, k, .. } => order(constant(k), register(a), true, false),
            Op::JumpLtN { a, n, .. } => order(register(a), immediate(n), false, true),
            Op::JumpNotLtN { a, n, .. } => order(register(a), immediate(n), false, false),
            Op::JumpLeN { a, n, .. } => order(register(a), immediate(n), true, true),
            Op::JumpNotLeN { a, n, .. } => order(register(a), immediate(n), true, false),
            Op::JumpGtN { a, n, .. } => order(immediate(n), register(a), false, true),
            Op::JumpNotGtN { a, n, .. } => order(immediate(n), register(a), false, false),
            Op::JumpGeN { a, n, .. } => order(immediate(n), register(a), true, true),
            Op::JumpNotGeN { a, n, .. } => order(immediate(n), register(a), true, false),
            _ => None,
        }
    }

    /// Finishes the ordering instruction of `current` the long way.
    #[cold]
    #[inline(never)]
    pub(crate) fn order(&mut self, tx: &mut Transaction<'_>) -> Transition {
        let op = frame::instruction(&self.pool.code, &self.current);
        let Some(Order { x, y, or_equal, jump_if }) = op.and_then(|op| self.order_of(op)) else {
            return Transition::Continue;
        };
        if let (Some(x), Some(y)) = (x.as_number(), y.as_number()) {
            return self.branch(if or_equal { x <= y } else { x < y }, jump_if);
        }
        if let (Some(x), Some(y)) = (tx.string(x), tx.string(y)) {
            self.ticks -= 1;
            if x.len().min(y.len()) <= SHORT {
                return self.branch(if or_equal { x <= y } else { x < y }, jump_if);
            }
            return match tx.order(x, y) {
                Ok((order, compared)) => {
                    self.count(compared, BYTES_A_TICK);
                    self.branch(if or_equal { order.is_le() } else { order.is_lt() }, jump_if)
                }
                Err(error) => self.raise_here(tx, error.into()),
            };
        }
        if (x.is_table() && y.is_table()) || x.type_name() == y.type_name() {
            let shared = |event, x, y| {
                let handler = tx.metamethod(x, event);
                (!handler.is_nil() && handler.raw_equals(tx.metamethod(y, event))).then_some(handler)
            };
            let event = if or_equal { Metamethod::Le } else { Metamethod::Lt };
            if let Some(handler) = shared(event, x, y) {
                return self.call_metamethod(tx, handler, [x, y], 0);
            }
            if or_equal && let Some(handler) = shared(Metamethod::Lt, y, x) {
                return self.call_metamethod(tx, handler, [y, x], NEGATED);
            }
        }
        let (x, y) = (x.type_name(), y.type_name());
        // PUC Lua takes types for the same by the third letter of their names: a string and a thread count as two of the first.
        let text = if x.get(2..3) == y.get(2..3) {
            format!("attempt to compare two {x} values")
        } else {
            format!("attempt to compare {x} with {y}")
        };
        self.raise_here(tx, LuaError::message(text))
    }

    /// Takes the jump of the instruction of `current`, or not.
    fn branch(&mut self, holds: bool, jump_if: bool) -> Transition {
        if holds == jump_if {
            let off =
                frame::instruction(&self.pool.code, &self.current).and_then(Op::jump_offset).unwrap_or(0);
            self.current.pc = self.current.pc.wrapping_add_signed(off);
        }
        Transition::Continue
    }

    /// Compares two values that are not raw equal for the instruction of `current`, which jumps if they are (not) equal.
    #[inline(never)]
    pub(crate) fn equality(
        &mut self,
        tx: &mut Transaction<'_>,
        x: Value,
        y: Value,
        jump_if: bool,
    ) -> Transition {
        match equality_handler(tx, x, y) {
            Some(handler) => self.call_metamethod(tx, handler, [x, y], 0),
            None => self.branch(false, jump_if),
        }
    }
}
