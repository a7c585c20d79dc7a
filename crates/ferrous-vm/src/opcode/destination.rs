//! Where an instruction leaves its result, known in one place to the machine and to the names of variables in messages.
//!
//! **Invariant:** an instruction that computes one value for a register has that register here. `NewCell` is none: the
//! variable that it puts into a cell keeps its value.

use super::Op;

impl Op {
    /// The register of the one value that the instruction computes; `None` for one that computes none, or a row of them.
    #[must_use]
    pub fn destination(&self) -> Option<u8> {
        match *self {
            Op::Move { a, .. }
            | Op::LoadK { a, .. }
            | Op::LoadBool { a, .. }
            | Op::GetUpvalue { a, .. }
            | Op::GetCellUpvalue { a, .. }
            | Op::GetCell { a, .. }
            | Op::GetGlobal { a, .. }
            | Op::GetField { a, .. }
            | Op::GetMethod { a, .. }
            | Op::GetIndex { a, .. }
            | Op::GetInt { a, .. }
            | Op::NewTable { a, .. }
            | Op::Add { a, .. }
            | Op::Sub { a, .. }
            | Op::Mul { a, .. }
            | Op::Div { a, .. }
            | Op::Mod { a, .. }
            | Op::Pow { a, .. }
            | Op::AddK { a, .. }
            | Op::SubK { a, .. }
            | Op::MulK { a, .. }
            | Op::DivK { a, .. }
            | Op::ModK { a, .. }
            | Op::PowK { a, .. }
            | Op::AddN { a, .. }
            | Op::SubN { a, .. }
            | Op::MulN { a, .. }
            | Op::ModN { a, .. }
            | Op::KAdd { a, .. }
            | Op::KSub { a, .. }
            | Op::KMul { a, .. }
            | Op::KDiv { a, .. }
            | Op::Neg { a, .. }
            | Op::Not { a, .. }
            | Op::Len { a, .. }
            | Op::Concat { a, .. }
            | Op::Closure { a, .. } => Some(a),
            _ => None,
        }
    }
}
