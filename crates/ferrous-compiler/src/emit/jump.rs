//! Labels, jumps and the layout of a function.
//!
//! A jump is emitted with offset 0 and a note of the label that it goes to; a label is bound to an instruction when that
//! is reached. When the function is complete, jumps to jumps are shortened and the offsets filled in. A function longer
//! than one window of code is laid out anew first: instructions move to make room for far jumps, the last instruction of
//! each window is one from which control does not fall through, and a jump that leaves its window goes through a far jump
//! beside it.
//!
//! **Invariant:** after `resolve`, each short jump stays within its window of [`CODE_WINDOW`] instructions.

use ferrous_vm::chunk::NO_LINE;
use ferrous_vm::opcode::{CODE_WINDOW, MAX_SHORT_JUMP, Op};

use super::function::FunctionState;
use super::{Emitter, Failure};

/// Index of a label of the function.
pub(super) type Label = u32;
/// The place of a label that is not bound yet.
const UNBOUND: u32 = u32::MAX;
/// The place of a label that is not bound yet but that a jump may go to.
const WANTED: u32 = u32::MAX - 1;
/// How many jumps to jumps are followed; a loop of them would never end.
const MAX_CHAIN: usize = 16;

impl FunctionState {
    pub(super) fn label(&mut self) -> Label {
        self.labels.push(UNBOUND);
        self.stretches.push(0);
        // Fewer labels than nodes.
        (self.labels.len() - 1) as u32
    }

    /// The label for the end of a choice (`and`, `or`, a condition as a value). The two that follow it are for the loads of
    /// false and true in front of it.
    pub(super) fn choice(&mut self) -> Label {
        let end = self.label();
        self.label();
        self.label();
        end
    }

    /// The label of the load of a truth value that a choice is to have.
    pub(super) fn load_label(&mut self, end: Label, value: bool) -> Label {
        let label = end + 1 + u32::from(value);
        if let Some(place) = self.labels.get_mut(label as usize) {
            *place = WANTED;
        }
        label
    }

    /// The same, if anything goes there.
    pub(super) fn wanted_load(&self, end: Label, value: bool) -> Option<Label> {
        let label = end + 1 + u32::from(value);
        (self.labels.get(label as usize) == Some(&WANTED)).then_some(label)
    }

    /// A label bound to the next instruction.
    pub(super) fn label_here(&mut self) -> Label {
        let label = self.label();
        self.place(label);
        label
    }

    fn place(&mut self, label: Label) {
        let before = if self.is_unreachable() { 0 } else { self.stretch };
        self.stretch = self.stretches.get(label as usize).copied().unwrap_or(0).max(before);
        let here = self.here();
        self.last_label = here;
        if let Some(place) = self.labels.get_mut(label as usize) {
            *place = here;
        }
    }

    pub(super) fn bind(&mut self, label: Label) -> Result<(), Failure> {
        self.place(label);
        Ok(())
    }

    /// Emits an instruction that jumps to a label.
    pub(super) fn jump_to(&mut self, op: Op, label: Label, line: u32) {
        let at = self.emit(op, line);
        self.fixups.push((at, label));
        if let Some(stretch) = self.stretches.get_mut(label as usize) {
            *stretch = self.stretch.max(*stretch);
        }
    }

    /// Whether a jump may go to the next instruction.
    pub(super) fn is_target(&self) -> bool {
        self.last_label == self.here()
    }

    /// Emits an instruction that does nothing, for its line: jumps to here stop here.
    pub(super) fn stop(&mut self, line: u32) {
        self.emit(Op::Jump { off: 0 }, line);
        self.last_label = self.here();
    }

    /// Emits a jump, if it can be reached.
    pub(super) fn jump(&mut self, label: Label, line: u32) {
        if !self.is_unreachable() {
            self.jump_to(Op::Jump { off: 0 }, label, line);
        }
    }

    /// Whether the next instruction cannot be reached.
    pub(super) fn is_unreachable(&self) -> bool {
        !self.is_target() && self.code.last().is_some_and(Op::ends_control)
    }

    /// Fills in all offsets.
    pub(super) fn resolve(&mut self) {
        let mut targets: Vec<(u32, u32)> = Vec::with_capacity(self.fixups.len());
        for &(at, label) in &self.fixups {
            targets.push((at, self.labels.get(label as usize).copied().unwrap_or(at)));
        }
        self.shorten(&mut targets);
        if self.code.len() <= MAX_SHORT_JUMP {
            for (at, target) in targets {
                if let Some(op) = self.code.get_mut(at as usize) {
                    let fits = op.set_jump_offset(i64::from(target) - i64::from(at) - 1);
                    debug_assert!(fits, "short functions have short jumps");
                }
            }
        } else {
            self.lay_out(&targets);
        }
    }

    /// Lets a jump to an unconditional jump go where that goes. Fixups are in the order of the code.
    fn shorten(&mut self, targets: &mut [(u32, u32)]) {
        for index in 0..targets.len() {
            let (at, mut target) = targets[index];
            // PUC Lua leaves a loop at its end, and goes to its body's beginning, so that hooks see the line of a jump there.
            let stays = matches!(
                self.code.get(at as usize),
                Some(Op::ForPrep { .. } | Op::ForLoop { .. } | Op::ForLoop1 { .. } | Op::ForIn { .. })
            );
            // What has no line is none of its instructions, and takes the place of none.
            if stays || self.lines.get(at as usize) == Some(&NO_LINE) {
                continue;
            }
            let mut becomes_loop = false;
            for _ in 0..MAX_CHAIN {
                // A jump back goes to the beginning of its loop, whatever is there.
                if target <= at {
                    break;
                }
                let plain = matches!(self.code.get(at as usize), Some(Op::Jump { .. }));
                let follow = match self.code.get(target as usize) {
                    Some(Op::Jump { .. }) => true,
                    Some(Op::Loop { .. }) => plain && !becomes_loop,
                    _ => false,
                };
                let Some(next) = follow
                    .then(|| targets.binary_search_by_key(&target, |fixup| fixup.0).ok())
                    .flatten()
                    .and_then(|found| targets.get(found))
                else {
                    break;
                };
                becomes_loop |= matches!(self.code.get(target as usize), Some(Op::Loop { .. }));
                target = next.1;
                if becomes_loop {
                    break;
                }
            }
            targets[index].1 = target;
            if becomes_loop && let Some(op) = self.code.get_mut(at as usize) {
                *op = Op::Loop { off: 0 };
            }
        }
    }

    /// Moves the instructions of a long function so that short jumps stay in their windows.
    ///
    /// Each window keeps room at its end for one far jump for each of its instructions that jump. That is decided as the
    /// instructions are placed: a window is closed when the next instruction, the far jumps that its jumps might need,
    /// and the one to the next window would no longer fit.
    fn lay_out(&mut self, targets: &[(u32, u32)]) {
        let code = std::mem::take(&mut self.code);
        let lines = std::mem::take(&mut self.lines);
        let jumps = |at: usize| targets.binary_search_by_key(&(at as u32), |fixup| fixup.0).ok();
        // First the new place of each instruction, and where each window's code ends.
        let mut places = Vec::with_capacity(code.len() + 1);
        let mut ends = Vec::new();
        let mut at = 0;
        let mut reserved = 1;
        for old in 0..code.len() {
            let needed = 1 + usize::from(jumps(old).is_some());
            if at % CODE_WINDOW + needed + reserved > CODE_WINDOW {
                ends.push((old, at));
                at = at.next_multiple_of(CODE_WINDOW);
                reserved = 1;
            }
            places.push(at as u32);
            at += 1;
            reserved += usize::from(jumps(old).is_some());
        }
        ends.push((code.len(), at));
        places.push(at as u32);
        // Then the code itself, window by window.
        let mut old_code = code.into_iter().enumerate();
        for (window, &(end, stop)) in ends.iter().enumerate() {
            let mut far: Vec<(u32, u32)> = Vec::new();
            let last_window = window + 1 == ends.len();
            // The jump to the next window comes right after the code.
            let mut next_far = stop + usize::from(!last_window);
            while self.code.len() < stop
                && let Some((old, mut op)) = old_code.next()
            {
                let here = self.code.len();
                if let Some(target) = jumps(old).and_then(|index| targets.get(index)) {
                    let target = places.get(target.1 as usize).copied().unwrap_or(0);
                    let mut goal = target as usize;
                    if goal / CODE_WINDOW != here / CODE_WINDOW {
                        goal = next_far;
                        next_far += 1;
                        far.push((target, lines.get(old).copied().unwrap_or(0)));
                    }
                    let fits = op.set_jump_offset(goal as i64 - here as i64 - 1);
                    debug_assert!(fits, "a window has short jumps");
                }
                self.code.push(op);
                self.lines.push(lines.get(old).copied().unwrap_or(0));
            }
            let line = self.lines.last().copied().unwrap_or(0);
            if !last_window {
                self.code.push(Op::FarJump { target: places.get(end).copied().unwrap_or(0) });
                self.lines.push(line);
            }
            for (target, line) in far {
                self.code.push(Op::FarJump { target });
                self.lines.push(line);
            }
            if !last_window {
                // What is left of the window is never reached; its last instruction must not fall through.
                while !self.code.len().is_multiple_of(CODE_WINDOW) {
                    self.code.push(Op::FarJump { target: places.get(end).copied().unwrap_or(0) });
                    self.lines.push(line);
                }
            }
        }
        for local in &mut self.locals {
            local.start = places.get(local.start as usize).copied().unwrap_or(0);
            local.end = places.get(local.end as usize).copied().unwrap_or(0);
        }
    }
}

impl Emitter<'_> {
    pub(super) fn loop_to(&mut self, label: Label, line: u32) -> Result<(), Failure> {
        if !self.current.is_unreachable() {
            self.current.jump_to(Op::Loop { off: 0 }, label, line);
        }
        Ok(())
    }

    pub(super) fn jump_if(&mut self, a: u8, when: bool, label: Label, line: u32) -> Result<(), Failure> {
        let op = if when { Op::JumpIf { a, off: 0 } } else { Op::JumpIfNot { a, off: 0 } };
        self.current.jump_to(op, label, line);
        Ok(())
    }
}
