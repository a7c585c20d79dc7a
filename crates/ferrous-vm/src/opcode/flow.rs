//! Where control goes after an instruction: jumps and their offsets, known in one place to the compiler's layout, the
//! verifier and the machine.
//!
//! **Invariant:** an instruction that can jump within its window has an offset here, in both directions of the question.

use super::{MULTIPLE, Op};

/// Matches an instruction, by either kind of reference, for the offset of its jump: `$wide` or `$narrow` of it.
macro_rules! offset {
    ($op:expr, $off:ident, $wide:expr, $narrow:expr) => {
        match $op {
            Op::Jump { off: $off }
            | Op::Loop { off: $off }
            | Op::JumpIf { off: $off, .. }
            | Op::JumpIfNot { off: $off, .. }
            | Op::JumpEq { off: $off, .. }
            | Op::JumpNe { off: $off, .. }
            | Op::JumpLt { off: $off, .. }
            | Op::JumpNotLt { off: $off, .. }
            | Op::JumpLe { off: $off, .. }
            | Op::JumpNotLe { off: $off, .. }
            | Op::ForPrep { off: $off, .. }
            | Op::ForLoop { off: $off, .. }
            | Op::ForLoop1 { off: $off, .. }
            | Op::ForInPrep { off: $off, .. }
            | Op::ForIn { off: $off, .. } => Some($wide),
            Op::JumpEqK { off: $off, .. }
            | Op::JumpNeK { off: $off, .. }
            | Op::JumpLtK { off: $off, .. }
            | Op::JumpNotLtK { off: $off, .. }
            | Op::JumpLeK { off: $off, .. }
            | Op::JumpNotLeK { off: $off, .. }
            | Op::JumpGtK { off: $off, .. }
            | Op::JumpNotGtK { off: $off, .. }
            | Op::JumpGeK { off: $off, .. }
            | Op::JumpNotGeK { off: $off, .. }
            | Op::JumpEqN { off: $off, .. }
            | Op::JumpNeN { off: $off, .. }
            | Op::JumpLtN { off: $off, .. }
            | Op::JumpNotLtN { off: $off, .. }
            | Op::JumpLeN { off: $off, .. }
            | Op::JumpNotLeN { off: $off, .. }
            | Op::JumpGtN { off: $off, .. }
            | Op::JumpNotGtN { off: $off, .. }
            | Op::JumpGeN { off: $off, .. }
            | Op::JumpNotGeN { off: $off, .. } => Some($narrow),
            _ => None,
        }
    };
}

impl Op {
    /// The offset of a short jump: of every jump but [`Op::FarJump`].
    #[must_use]
    pub fn jump_offset(&self) -> Option<i32> {
        offset!(self, off, *off, i32::from(*off))
    }

    /// Sets the offset of a short jump; false if there is none, or if it does not fit.
    pub fn set_jump_offset(&mut self, offset: i64) -> bool {
        let (wide, narrow) = (i32::try_from(offset), i16::try_from(offset));
        let set = offset!(
            self,
            off,
            wide.map(|offset| *off = offset).is_ok(),
            narrow.map(|offset| *off = offset).is_ok()
        );
        set.unwrap_or(false)
    }

    /// Whether a comparison jumps when what it compares is so, and not when it is not.
    #[must_use]
    pub fn jumps_if_true(&self) -> bool {
        !matches!(
            self,
            Op::JumpNe { .. }
                | Op::JumpNeK { .. }
                | Op::JumpNeN { .. }
                | Op::JumpNotLt { .. }
                | Op::JumpNotLe { .. }
                | Op::JumpNotLtK { .. }
                | Op::JumpNotLeK { .. }
                | Op::JumpNotGtK { .. }
                | Op::JumpNotGeK { .. }
                | Op::JumpNotLtN { .. }
                | Op::JumpNotLeN { .. }
                | Op::JumpNotGtN { .. }
                | Op::JumpNotGeN { .. }
        )
    }

    /// Whether the budget is counted when this jump is taken: only such jumps may go backward.
    #[must_use]
    pub fn is_back_edge(&self) -> bool {
        matches!(self, Op::Loop { .. } | Op::ForLoop { .. } | Op::ForLoop1 { .. } | Op::ForIn { .. })
    }

    /// Whether the budget is counted wherever control goes on to from here.
    #[must_use]
    pub fn counts_tick(&self) -> bool {
        matches!(self, Op::Call { .. } | Op::CallTop { .. } | Op::Loop { .. } | Op::FarJump { .. })
    }

    /// The register from which the instruction leaves values up to top for the next one.
    #[must_use]
    pub fn leaves_top(&self) -> Option<u8> {
        match *self {
            Op::Call { a, nret: MULTIPLE, .. }
            | Op::CallTop { a, nret: MULTIPLE }
            | Op::Vararg { a, n: MULTIPLE } => Some(a),
            _ => None,
        }
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
