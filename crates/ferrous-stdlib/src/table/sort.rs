//! `table.sort` (manual §5.5).
//!
//! The quicksort is PUC Lua's, comparison for comparison: the sort is not stable, so that only the same steps give the
//! same order among elements that compare equal, and the same "invalid order function" for a bad one. It is a state
//! machine: [`Phase`] says which comparison is out, `pending` holds the ranges still to sort. Without an order function,
//! lists of only numbers or only strings take the way of [`super::order`] instead.
//!
//! Registers: 1 table, 2 order function or nil, 3 pivot, 4 and 5 the elements in hand.
//!
//! **Invariant:** `pending` has at most one range for each halving of the list, since the smaller part is sorted first.

use ferrous_heap::{Metamethod, Transaction, Value};
use ferrous_vm::error::LuaError;
use ferrous_vm::native::{Charge, NativeContext, NativeResult, NativeState, Resumption};

use super::order::Ordered;
use super::{element, length, set_element};

const TABLE: usize = 1;
const ORDER: usize = 2;
const PIVOT: usize = 3;
const FIRST: usize = 4;
const SECOND: usize = 5;

/// Comparisons between two charges.
const SLICE: u32 = 256;
/// Lists below this length are not worth a copy.
const SHORTEST_COPY: i32 = 4;

/// The comparison that is being made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Last element against the first.
    Ends,
    /// Middle element against the first.
    MiddleLow,
    /// Last element against the middle one.
    MiddleHigh,
    /// An element from the left against the pivot.
    Rising,
    /// The pivot against an element from the right.
    Falling,
}

struct Sort {
    phase: Phase,
    low: i32,
    high: i32,
    left: i32,
    right: i32,
    pending: Vec<(i32, i32)>,
    /// Comparisons left until the next charge.
    allowance: u32,
}

/// `table.sort(table [, comp])`.
pub(super) fn sort(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let last = length(ctx, TABLE)?;
    if ctx.arg(ORDER).is_nil() {
        if last >= SHORTEST_COPY
            && let Some(ordered) = copy(ctx, last)?
        {
            return Reordering { ordered, written: 0, sorted: false }.advance(ctx);
        }
    } else {
        ctx.check_function(ORDER)?;
    }
    // `lua_settop(L, 2)`: further arguments are dropped.
    ctx.set_top(ORDER + 1)?;
    ctx.set_top(SECOND + 1)?;
    let sort = Sort {
        phase: Phase::Ends,
        low: 1,
        high: last,
        left: 0,
        right: 0,
        pending: Vec::new(),
        allowance: SLICE,
    };
    Box::new(sort).begin(ctx)
}

/// The list copied out, if it is in the array part and of one plain kind.
fn copy(ctx: &mut NativeContext<'_, '_>, last: i32) -> Result<Option<Ordered>, LuaError> {
    // Not negative. Copy, prefixes and merge take up to 32 bytes an element.
    let count = last as usize;
    ctx.tx.charge(count.saturating_mul(32))?;
    ctx.tx.release(count.saturating_mul(32));
    let list = ctx.arg(TABLE);
    Ok(Ordered::copy(ctx.tx, list, count)?)
}

impl NativeState for Sort {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, how: Resumption) -> NativeResult {
        match how {
            Resumption::Returned { .. } => {
                let less = ctx.pop().is_truthy();
                self.run(ctx, Some(less))
            }
            _ => self.run(ctx, None),
        }
    }
}

impl Sort {
    #[inline]
    fn begin(mut self: Box<Self>, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        if self.open_range(ctx) { self.run(ctx, None) } else { ctx.ret0() }
    }

    /// Makes comparisons until one needs a call; `answer` is the outcome of the one that did.
    fn run(mut self: Box<Self>, ctx: &mut NativeContext<'_, '_>, answer: Option<bool>) -> NativeResult {
        let mut answer = answer;
        loop {
            let less = match answer.take() {
                Some(less) => less,
                None => {
                    let (a, b) = self.operands(ctx);
                    let order = ctx.arg(ORDER);
                    let callee = if order.is_nil() { plain_less(ctx, a, b)? } else { Less::Ask(order) };
                    match callee {
                        Less::Known(less) => {
                            self.allowance = self.allowance.saturating_sub(1 + weight(ctx, a, b));
                            if self.allowance == 0 {
                                self.allowance = SLICE;
                                if ctx.charge(SLICE * 4) == Charge::Pause {
                                    return ctx.pause_boxed(self);
                                }
                            }
                            less
                        }
                        Less::Ask(function) => {
                            ctx.push(function)?;
                            ctx.push(a)?;
                            ctx.push(b)?;
                            return ctx.call_boxed(2, 1, self);
                        }
                    }
                }
            };
            if !self.decide(ctx, less)? {
                return ctx.ret0();
            }
        }
    }

    /// What the current phase compares: whether the first is less than the second.
    #[inline]
    fn operands(&self, ctx: &NativeContext<'_, '_>) -> (Value, Value) {
        match self.phase {
            Phase::Ends | Phase::MiddleHigh => (ctx.get(SECOND), ctx.get(FIRST)),
            Phase::MiddleLow => (ctx.get(FIRST), ctx.get(SECOND)),
            Phase::Rising => (ctx.get(FIRST), ctx.get(PIVOT)),
            Phase::Falling => (ctx.get(PIVOT), ctx.get(SECOND)),
        }
    }

    /// Acts on the outcome of a comparison; false when everything is sorted.
    fn decide(&mut self, ctx: &mut NativeContext<'_, '_>, less: bool) -> Result<bool, LuaError> {
        let (low, high) = (self.low, self.high);
        match self.phase {
            Phase::Ends => {
                if less {
                    store(ctx, low, ctx.get(SECOND))?;
                    store(ctx, high, ctx.get(FIRST))?;
                }
                if high - low == 1 {
                    return Ok(self.next_range(ctx));
                }
                // As in C: the sum of two valid indices is kept from overflowing by the size of tables.
                self.left = low.wrapping_add(high) / 2;
                self.load(ctx, FIRST, self.left);
                self.load(ctx, SECOND, low);
                self.phase = Phase::MiddleLow;
            }
            Phase::MiddleLow if less => {
                store(ctx, self.left, ctx.get(SECOND))?;
                store(ctx, low, ctx.get(FIRST))?;
                return self.partition(ctx);
            }
            Phase::MiddleLow => {
                self.load(ctx, SECOND, high);
                self.phase = Phase::MiddleHigh;
            }
            Phase::MiddleHigh => {
                if less {
                    store(ctx, self.left, ctx.get(SECOND))?;
                    store(ctx, high, ctx.get(FIRST))?;
                }
                return self.partition(ctx);
            }
            Phase::Rising if less => {
                if self.left > high {
                    return Err(invalid_order(ctx));
                }
                self.rise(ctx);
            }
            Phase::Rising => {
                self.right -= 1;
                self.load(ctx, SECOND, self.right);
                self.phase = Phase::Falling;
            }
            Phase::Falling if less => {
                if self.right < low {
                    return Err(invalid_order(ctx));
                }
                self.right -= 1;
                self.load(ctx, SECOND, self.right);
            }
            Phase::Falling if self.right < self.left => return self.divide(ctx),
            Phase::Falling => {
                store(ctx, self.left, ctx.get(SECOND))?;
                store(ctx, self.right, ctx.get(FIRST))?;
                self.rise(ctx);
            }
        }
        Ok(true)
    }

    /// First, middle and last element are in order: puts the middle one away as the pivot.
    fn partition(&mut self, ctx: &mut NativeContext<'_, '_>) -> Result<bool, LuaError> {
        let (low, high, middle) = (self.low, self.high, self.left);
        if high - low == 2 {
            return Ok(self.next_range(ctx));
        }
        let table = ctx.arg(TABLE);
        let pivot = element(ctx, table, middle);
        ctx.set(PIVOT, pivot);
        let other = element(ctx, table, high - 1);
        store(ctx, middle, other)?;
        store(ctx, high - 1, pivot)?;
        (self.left, self.right) = (low, high - 1);
        self.rise(ctx);
        Ok(true)
    }

    fn rise(&mut self, ctx: &mut NativeContext<'_, '_>) {
        self.left += 1;
        self.load(ctx, FIRST, self.left);
        self.phase = Phase::Rising;
    }

    /// The scans have met: puts the pivot between the parts, and turns to the smaller one.
    fn divide(&mut self, ctx: &mut NativeContext<'_, '_>) -> Result<bool, LuaError> {
        let (low, high, middle) = (self.low, self.high, self.left);
        let table = ctx.arg(TABLE);
        let pivot = element(ctx, table, high - 1);
        let other = element(ctx, table, middle);
        store(ctx, high - 1, other)?;
        store(ctx, middle, pivot)?;
        let (smaller, larger) = if middle - low < high - middle {
            ((low, middle - 1), (middle + 1, high))
        } else {
            ((middle + 1, high), (low, middle - 1))
        };
        self.pending.push(larger);
        (self.low, self.high) = smaller;
        Ok(self.open_range(ctx) || self.next_range(ctx))
    }

    /// Turns to the range that was put off last and has something to sort; false when there is none.
    fn next_range(&mut self, ctx: &mut NativeContext<'_, '_>) -> bool {
        while let Some((low, high)) = self.pending.pop() {
            (self.low, self.high) = (low, high);
            if self.open_range(ctx) {
                return true;
            }
        }
        false
    }

    /// Begins with the current range; false if it has fewer than two elements.
    fn open_range(&mut self, ctx: &mut NativeContext<'_, '_>) -> bool {
        if self.low >= self.high {
            return false;
        }
        self.load(ctx, FIRST, self.low);
        self.load(ctx, SECOND, self.high);
        self.phase = Phase::Ends;
        true
    }

    #[inline]
    fn load(&self, ctx: &mut NativeContext<'_, '_>, register: usize, index: i32) {
        let value = element(ctx, ctx.arg(TABLE), index);
        ctx.set(register, value);
    }
}

#[inline]
fn store(ctx: &mut NativeContext<'_, '_>, index: i32, value: Value) -> Result<(), LuaError> {
    let table = ctx.check_table(TABLE)?;
    set_element(ctx, table, index, value)
}

#[cold]
fn invalid_order(ctx: &NativeContext<'_, '_>) -> LuaError {
    ctx.error("invalid order function for sorting")
}

/// The outcome of `a < b`.
enum Less {
    Known(bool),
    /// This function knows.
    Ask(Value),
}

/// `a < b` without an order function (manual §2.8, `lt`).
#[inline]
fn plain_less(ctx: &NativeContext<'_, '_>, a: Value, b: Value) -> Result<Less, LuaError> {
    if let (Some(a), Some(b)) = (a.as_number(), b.as_number()) {
        return Ok(Less::Known(a < b));
    }
    if let (Some(a), Some(b)) = (ctx.tx.string(a), ctx.tx.string(b)) {
        return Ok(Less::Known(ctx.tx.order(a, b)?.0.is_lt()));
    }
    let (kind, other) = (a.type_name(), b.type_name());
    if kind == other {
        let handler = ctx.tx.metamethod(a, Metamethod::Lt);
        if !handler.is_nil() && handler.raw_equals(ctx.tx.metamethod(b, Metamethod::Lt)) {
            return Ok(Less::Ask(handler));
        }
        return Err(LuaError::bare(format!("attempt to compare two {kind} values")));
    }
    Err(LuaError::bare(format!("attempt to compare {kind} with {other}")))
}

/// What comparing two long strings counts as, beyond a comparison.
#[inline]
fn weight(ctx: &NativeContext<'_, '_>, a: Value, b: Value) -> u32 {
    /// Bytes compared in the time of a comparison of numbers.
    const BYTES_A_COMPARISON: usize = 256;
    if !a.is_string() {
        return 0;
    }
    let shorter = ctx.tx.string_len(a).unwrap_or(0).min(ctx.tx.string_len(b).unwrap_or(0));
    // Strings are shorter than 2^32 bytes.
    (shorter / BYTES_A_COMPARISON) as u32
}

/// A plain list being sorted outside the table, then written back.
struct Reordering {
    ordered: Ordered,
    written: usize,
    sorted: bool,
}

impl Reordering {
    fn advance(mut self, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        /// Elements written between two charges.
        const WRITES: usize = 4096;
        let table = ctx.check_table(TABLE)?;
        loop {
            if !self.sorted {
                self.sorted = self.ordered.step(ctx.tx);
            } else {
                for _ in 0..WRITES {
                    let Some(value) = self.ordered.get(self.written) else {
                        self.ordered.give_up(ctx.tx);
                        return ctx.ret0();
                    };
                    self.written += 1;
                    // A list has fewer than 2^31 elements.
                    set_element(ctx, table, self.written as i32, value)?;
                }
            }
            if ctx.charge(Ordered::STEP_COST) == Charge::Pause {
                return ctx.pause(self);
            }
        }
    }
}

impl NativeState for Reordering {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        self.advance(ctx)
    }

    fn give_up(self: Box<Self>, tx: &mut Transaction<'_>) {
        self.ordered.give_up(tx);
    }
}
