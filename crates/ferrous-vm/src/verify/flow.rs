//! Where control goes: whether values "up to top" are there when an instruction takes them, and whether the budget is counted.
//!
//! An instruction that leaves values up to top has them taken by the next one, or the next but a far jump. Which is the
//! next is a matter of control flow: the state of each instruction is what all the instructions before it agree on.
//!
//! **Invariant:** a state only ever falls (from unreached to open at a register, to a lower one, to closed), so the
//! worklist ends.

use super::fault::Fault;
use crate::opcode::{CODE_WINDOW, MAX_STRETCH, MULTIPLE, Op};

/// What is known when control comes to an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    /// No values up to top.
    Closed,
    /// Values from this register up to top.
    Open(u8),
    /// Control never comes here.
    Unreached,
}

/// Checks that each instruction that takes values up to top has them, on every way to it.
pub(super) fn open_ends(code: &[Op]) -> Result<(), (usize, Fault)> {
    let mut states = vec![State::Unreached; code.len()];
    let mut work = vec![(0, State::Closed)];
    while let Some((at, arriving)) = work.pop() {
        let (Some(state), Some(op)) = (states.get_mut(at), code.get(at)) else { continue };
        if *state <= arriving {
            continue;
        }
        *state = arriving;
        if let Some(first) = taken_from(op)
            && !matches!(arriving, State::Open(start) if start >= first)
        {
            return Err((at, Fault::Top));
        }
        let leaving = match (op.leaves_top(), op) {
            (Some(start), _) => State::Open(start),
            (None, Op::FarJump { .. }) => arriving,
            (None, _) => State::Closed,
        };
        if !op.ends_control() {
            work.push((at + 1, leaving));
        }
        if let Some(target) = target(at, op).and_then(|target| usize::try_from(target).ok()) {
            work.push((target, leaving));
        }
    }
    Ok(())
}

/// Checks that the budget is counted often enough. But for jumps that count it control only goes forward, so that the ways to
/// an instruction are known when it is reached.
pub(super) fn stretches(code: &[Op]) -> Result<(), (usize, Fault)> {
    let mut longest = vec![0_usize; code.len() + 1];
    for (at, op) in code.iter().enumerate() {
        let stretch = longest.get(at).map_or(0, |before| before + 1);
        if stretch > MAX_STRETCH {
            return Err((at, Fault::Stretch));
        }
        let leaving = if op.counts_tick() { 0 } else { stretch };
        let next = (!op.ends_control()).then_some(at + 1);
        let target = target(at, op).and_then(|target| usize::try_from(target).ok()).filter(|to| *to > at);
        for to in next.into_iter().chain(target) {
            if let Some(before) = longest.get_mut(to) {
                *before = leaving.max(*before);
            }
        }
    }
    Ok(())
}

/// The register from which an instruction takes values up to top.
fn taken_from(op: &Op) -> Option<u8> {
    match *op {
        Op::CallTop { a, .. }
        | Op::TailCallTop { a }
        | Op::TailCallVararg { a, nargs: MULTIPLE, .. }
        | Op::SetListTop { a, .. } => Some(a.saturating_add(1)),
        Op::ReturnTop { a } | Op::ReturnVararg { a, n: MULTIPLE, .. } => Some(a),
        _ => None,
    }
}

/// Where an instruction jumps to; it may be outside the code.
pub(super) fn target(at: usize, op: &Op) -> Option<i64> {
    match (op, op.jump_offset()) {
        (Op::FarJump { target }, _) => Some(i64::from(*target)),
        // An index of code is far below 2^63.
        (_, Some(off)) => Some(at as i64 + 1 + i64::from(off)),
        _ => None,
    }
}

/// Whether two instructions lie in the same window of code.
pub(super) fn same_window(at: usize, target: usize) -> bool {
    at / CODE_WINDOW == target / CODE_WINDOW
}
