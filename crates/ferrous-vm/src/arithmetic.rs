//! Arithmetic beside the fast path: strings as numbers, NaN with its sign, metamethods, errors (manual §2.5.1, §2.8).
//!
//! The loop computes first and tests the result for NaN, which every operand that is no number produces. Only then the
//! instruction is decoded again here.
//!
//! **Invariant:** a NaN gets the sign that x86-64 gives it, whatever the compiler folds: operands pass through
//! `black_box`, so that the processor computes.

use std::hint::black_box;

use ferrous_heap::{Metamethod, Transaction, Value};

use crate::finish::BYTES_A_TICK;
use crate::frame;
use crate::machine::Machine;
use crate::number;
use crate::opcode::Op;
use crate::transition::Transition;

/// `a - floor(a/b)*b`, as Lua 5.1 defines `%`.
#[inline(always)]
pub(crate) fn modulo(a: f64, b: f64) -> f64 {
    a - floor(a / b) * b
}

/// The largest integer not above `x`, without a call into the C library.
#[inline(always)]
pub(crate) fn floor(x: f64) -> f64 {
    // Beyond 2^52 every number is an integer; NaN stays what it is.
    if x.abs() < 4_503_599_627_370_496.0 {
        let cut = x as i64 as f64;
        let down = if cut > x { cut - 1.0 } else { cut };
        down.copysign(x)
    } else {
        x
    }
}

/// `a ^ b`. The square of an integer is a product where that is exact, up to 2^53; of anything else the C library's `pow` may
/// round differently, and programs see that.
#[inline(always)]
pub(crate) fn power(a: f64, b: f64) -> f64 {
    let square = a * a;
    if b == 2.0 && square <= 9_007_199_254_740_992.0 && f64::from(a as i32) == a { square } else { a.powf(b) }
}

/// A number from a value, or from a string that reads as one.
fn operand(tx: &Transaction<'_>, value: Value) -> Option<f64> {
    match value.as_number() {
        Some(number) => Some(number),
        // Of a run that was killed it does not matter what is said.
        None => number::long::parse_text(tx.string(value)?, &mut || tx.look()).ok().flatten(),
    }
}

fn compute(event: Metamethod, x: f64, y: f64) -> f64 {
    let (x, y) = (black_box(x), black_box(y));
    match event {
        Metamethod::Add => x + y,
        Metamethod::Sub => x - y,
        Metamethod::Mul => x * y,
        Metamethod::Div => x / y,
        Metamethod::Mod => modulo(x, y),
        Metamethod::Pow => power(x, y),
        _ => -x,
    }
}

impl Machine {
    /// Finishes the arithmetic instruction of `current` the long way.
    #[cold]
    #[inline(never)]
    pub(crate) fn arithmetic(&mut self, tx: &mut Transaction<'_>) -> Transition {
        let Some(op) = frame::instruction(&self.pool.code, &self.current) else {
            return Transition::Continue;
        };
        let register = |machine: &Self, r: u8| {
            let position = machine.current.base as usize + usize::from(r);
            (machine.stack.get(position).copied().unwrap_or(Value::NIL), Some(r))
        };
        let constant =
            |machine: &Self, k: u32| (machine.constants.get(k as usize).copied().unwrap_or(Value::NIL), None);
        let immediate = |n: f32| (Value::number(n.into()), None);
        let (event, a, (x, x_register), (y, y_register)) = match *op {
            Op::Add { a, b, c } => (Metamethod::Add, a, register(self, b), register(self, c)),
            Op::Sub { a, b, c } => (Metamethod::Sub, a, register(self, b), register(self, c)),
            Op::Mul { a, b, c } => (Metamethod::Mul, a, register(self, b), register(self, c)),
            Op::Div { a, b, c } => (Metamethod::Div, a, register(self, b), register(self, c)),
            Op::Mod { a, b, c } => (Metamethod::Mod, a, register(self, b), register(self, c)),
            Op::Pow { a, b, c } => (Metamethod::Pow, a, register(self, b), register(self, c)),
            Op::AddK { a, b, k } => (Metamethod::Add, a, register(self, b), constant(self, k)),
            Op::SubK { a, b, k } => (Metamethod::Sub, a, register(self, b), constant(self, k)),
            Op::MulK { a, b, k } => (Metamethod::Mul, a, register(self, b), constant(self, k)),
            Op::DivK { a, b, k } => (Metamethod::Div, a, register(self, b), constant(self, k)),
            Op::ModK { a, b, k } => (Metamethod::Mod, a, register(self, b), constant(self, k)),
            Op::PowK { a, b, k } => (Metamethod::Pow, a, register(self, b), constant(self, k)),
            Op::AddN { a, b, n } => (Metamethod::Add, a, register(self, b), immediate(n)),
            Op::SubN { a, b, n } => (Metamethod::Sub, a, register(self, b), immediate(n)),
            Op::MulN { a, b, n } => (Metamethod::Mul, a, register(self, b), immediate(n)),
            Op::ModN { a, b, n } => (Metamethod::Mod, a, register(self, b), immediate(n)),
            Op::KAdd { a, b, k } => (Metamethod::Add, a, constant(self, k), register(self, b)),
            Op::KSub { a, b, k } => (Metamethod::Sub, a, constant(self, k), register(self, b)),
            Op::KMul { a, b, k } => (Metamethod::Mul, a, constant(self, k), register(self, b)),
            Op::KDiv { a, b, k } => (Metamethod::Div, a, constant(self, k), register(self, b)),
            Op::Neg { a, b } => (Metamethod::Unm, a, register(self, b), register(self, b)),
            _ => return Transition::Continue,
        };
        let read = |value| tx.string_len(value).unwrap_or(0);
        self.count(read(x) + read(y), BYTES_A_TICK);
        if let (Some(left), Some(right)) = (operand(tx, x), operand(tx, y)) {
            let result = Value::from_foreign(compute(event, left, right));
            self.put(self.current.base + u32::from(a), result);
            return Transition::Continue;
        }
        let mut handler = tx.metamethod(x, event);
        if handler.is_nil() {
            handler = tx.metamethod(y, event);
        }
        if handler.is_nil() {
            // PUC Lua blames the second operand if the first reads as a number.
            let (value, register) = if operand(tx, x).is_some() { (y, y_register) } else { (x, x_register) };
            let error = self.describe_operand(tx, "perform arithmetic on", register, value);
            return self.raise_here(tx, error);
        }
        self.call_metamethod(tx, handler, [x, y], 0)
    }
}
