//! Where control goes after an instruction: jumps and their offsets, known in one place to the compiler's layout, the
//! verifier and the machine.
//!
//! **Invariant:** an instruction that can jump within its window has an offset here, in both directions of the question.

use super::Op;

/// The offset of a jump, at the width it has in its instruction.
enum Offset<'op> {
    Wide(&'op mut i32),
    Narrow(&'op mut i16),
}

impl Op {
    /// The offset of a short jump: of every jump but [`Op::FarJump`].
    #[must_use]
    pub fn jump_offset(&self) -> Option<i32> {
        // One list of instructions serves for reading and writing.
        match self.clone().offset_mut()? {
            Offset::Wide(off) => Some(*off),
            Offset::Narrow(off) => Some(i32::from(*off)),
        }
    }

    /// Sets the offset of a short jump; false if there is none, or if it does not fit.
    pub fn set_jump_offset(&mut self, offset: i64) -> bool {
        let (wide, narrow) = (i32::try_from(offset), i16::try_from(offset));
        match (self.offset_mut(), wide, narrow) {
            (Some(Offset::Wide(off)), Ok(offset), _) => *off = offset,
            (Some(Offset::Narrow(off)), _, Ok(offset)) => *off = offset,
            _ => return false,
        }
        true
    }

    fn offset_mut(&mut self) -> Option<Offset<'_>> {
        match self {
            Op::Jump { off }
            | Op::Loop { off }
            | Op::JumpIf { off, .. }
            | Op::JumpIfNot { off, .. }
            | Op::JumpEq { off, .. }
            | Op::JumpNe { off, .. }
            | Op::JumpLt { off, .. }
            | Op::JumpNotLt { off, .. }
            | Op::JumpLe { off, .. }
            | Op::JumpNotLe { off, .. }
            | Op::ForPrep { off, .. }
            | Op::ForLoop { off, .. }
            | Op::ForLoop1 { off, .. }
            | Op::ForInPrep { off, .. }
            | Op::ForIn { off, .. } => Some(Offset::Wide(off)),
            Op::JumpEqK { off, .. }
            | Op::JumpNeK { off, .. }
            | Op::JumpLtK { off, .. }
            | Op::JumpNotLtK { off, .. }
            | Op::JumpLeK { off, .. }
            | Op::JumpNotLeK { off, .. }
            | Op::JumpGtK { off, .. }
            | Op::JumpNotGtK { off, .. }
            | Op::JumpGeK { off, .. }
            | Op::JumpNotGeK { off, .. }
            | Op::JumpEqN { off, .. }
            | Op::JumpNeN { off, .. }
            | Op::JumpLtN { off, .. }
            | Op::JumpNotLtN { off, .. }
            | Op::JumpLeN { off, .. }
            | Op::JumpNotLeN { off, .. }
            | Op::JumpGtN { off, .. }
            | Op::JumpNotGtN { off, .. }
            | Op::JumpGeN { off, .. }
            | Op::JumpNotGeN { off, .. } => Some(Offset::Narrow(off)),
            _ => None,
        }
    }

    /// Whether the budget is counted when this jump is taken: only such jumps may go backward.
    #[must_use]
    pub fn is_back_edge(&self) -> bool {
        matches!(self, Op::Loop { .. } | Op::ForLoop { .. } | Op::ForLoop1 { .. } | Op::ForIn { .. })
    }

    /// Whether control never goes on to the instruction after this one.
    #[must_use]
    pub fn ends_control(&self) -> bool {
        matches!(
            self,
            Op::Jump { .. }
                | Op::Loop { .. }
                | Op::FarJump { .. }
                | Op::ForInPrep { .. }
                | Op::Return0
                | Op::Return1 { .. }
                | Op::Return { .. }
                | Op::ReturnTop { .. }
                | Op::ReturnVararg { .. }
                | Op::TailCall { .. }
                | Op::TailCallTop { .. }
                | Op::TailCallVararg { .. }
        )
    }
}
