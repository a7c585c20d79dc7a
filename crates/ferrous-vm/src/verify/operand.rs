//! One instruction's operands against its function: registers, constants, upvalues, jumps, counts.
//!
//! Registers that an instruction uses without naming them (the `R[a+3]` of a `ForLoop`) count like named ones.
//!
//! **Invariant:** each opcode is listed here; there is no arm for "the rest", so that a new one cannot be forgotten.

use super::fault::Fault;
use super::flow::{same_window, target};
use crate::chunk::{Capture, Chunk, Constant, Prototype};
use crate::opcode::{MULTIPLE, Op};

/// The largest first index of a run of list items: values up to top come on top of it, in 32 bits.
const MAX_LIST_INDEX: u32 = 1 << 30;

/// A function whose instructions are checked.
pub(super) struct Code<'a> {
    pub(super) chunk: &'a Chunk,
    pub(super) prototype: &'a Prototype,
    /// The function's own index.
    pub(super) index: usize,
}

impl Code<'_> {
    /// Checks the instruction at `at`.
    pub(super) fn check(&self, at: usize, op: &Op) -> Result<(), Fault> {
        self.control(at, op)?;
        match *op {
            Op::Move { a, b }
            | Op::GetCell { a, b }
            | Op::Neg { a, b }
            | Op::Not { a, b }
            | Op::Len { a, b } => {
                self.read(b)?;
                self.write(a, 1)
            }
            Op::LoadK { a, k } => {
                self.constant(k)?;
                self.write(a, 1)
            }
            Op::LoadNil { a, n } => self.write(a, n.into()),
            Op::LoadBool { a, .. } | Op::NewCell { a } | Op::NewTable { a, .. } => self.write(a, 1),
            Op::GetUpvalue { a, u } => {
                self.upvalue(u, false)?;
                self.write(a, 1)
            }
            Op::GetCellUpvalue { a, u } => {
                self.upvalue(u, true)?;
                self.write(a, 1)
            }
            Op::SetCellUpvalue { a, u } => {
                self.upvalue(u, true)?;
                self.read(a)
            }
            Op::SetCell { a, b } => {
                self.read(a)?;
                self.read(b)
            }
            Op::GetGlobal { a, k, .. } => {
                self.string(k)?;
                self.write(a, 1)
            }
            Op::SetGlobal { a, k, .. } => {
                self.string(k)?;
                self.read(a)
            }
            Op::GetField { a, b, k, .. } => {
                self.string(k)?;
                self.read(b)?;
                self.write(a, 1)
            }
            Op::SetField { a, b, k, .. } => {
                self.string(k)?;
                self.read(a)?;
                self.read(b)
            }
            Op::GetMethod { a, b, k, .. } => {
                self.string(k)?;
                self.read(b)?;
                self.write(a, 2)
            }
            Op::SetIndex { a, b, c } => {
                self.read(a)?;
                self.read(b)?;
                self.read(c)
            }
            Op::GetInt { a, b, n } => {
                count(n >= 1)?;
                self.read(b)?;
                self.write(a, 1)
            }
            Op::SetInt { a, b, n } => {
                count(n >= 1)?;
                self.read(a)?;
                self.read(b)
            }
            Op::SetList { a, n, first } => {
                count((1..=MAX_LIST_INDEX).contains(&first))?;
                self.range(a, 1 + usize::from(n))
            }
            Op::SetListTop { a, first } => {
                count((1..=MAX_LIST_INDEX).contains(&first))?;
                self.read(a)
            }
            Op::GetIndex { a, b, c }
            | Op::Add { a, b, c }
            | Op::Sub { a, b, c }
            | Op::Mul { a, b, c }
            | Op::Div { a, b, c }
            | Op::Mod { a, b, c }
            | Op::Pow { a, b, c } => {
                self.read(b)?;
                self.read(c)?;
                self.write(a, 1)
            }
            Op::AddK { a, b, k }
            | Op::SubK { a, b, k }
            | Op::MulK { a, b, k }
            | Op::DivK { a, b, k }
            | Op::ModK { a, b, k }
            | Op::PowK { a, b, k }
            | Op::KAdd { a, b, k }
            | Op::KSub { a, b, k }
            | Op::KMul { a, b, k }
            | Op::KDiv { a, b, k } => {
                self.number(k)?;
                self.read(b)?;
                self.write(a, 1)
            }
            Op::AddN { a, b, n } | Op::SubN { a, b, n } | Op::MulN { a, b, n } | Op::ModN { a, b, n } => {
                count(!n.is_nan())?;
                self.read(b)?;
                self.write(a, 1)
            }
            Op::Concat { a, b, c } => {
                count(b < c)?;
                self.write(b, 1 + usize::from(c - b))?;
                self.write(a, 1)
            }
            Op::Jump { .. } | Op::Loop { .. } | Op::FarJump { .. } => Ok(()),
            Op::JumpIf { a, .. } | Op::JumpIfNot { a, .. } => self.read(a),
            Op::JumpEq { a, b, .. }
            | Op::JumpNe { a, b, .. }
            | Op::JumpLt { a, b, .. }
            | Op::JumpNotLt { a, b, .. }
            | Op::JumpLe { a, b, .. }
            | Op::JumpNotLe { a, b, .. } => {
                self.read(a)?;
                self.read(b)
            }
            Op::JumpEqK { a, k, .. } | Op::JumpNeK { a, k, .. } => {
                self.constant(k)?;
                self.read(a)
            }
            Op::JumpLtK { a, k, .. }
            | Op::JumpNotLtK { a, k, .. }
            | Op::JumpLeK { a, k, .. }
            | Op::JumpNotLeK { a, k, .. }
            | Op::JumpGtK { a, k, .. }
            | Op::JumpNotGtK { a, k, .. }
            | Op::JumpGeK { a, k, .. }
            | Op::JumpNotGeK { a, k, .. } => {
                self.number(k)?;
                self.read(a)
            }
            Op::JumpEqN { a, n, .. }
            | Op::JumpNeN { a, n, .. }
            | Op::JumpLtN { a, n, .. }
            | Op::JumpNotLtN { a, n, .. }
            | Op::JumpLeN { a, n, .. }
            | Op::JumpNotLeN { a, n, .. }
            | Op::JumpGtN { a, n, .. }
            | Op::JumpNotGtN { a, n, .. }
            | Op::JumpGeN { a, n, .. }
            | Op::JumpNotGeN { a, n, .. } => {
                count(!n.is_nan())?;
                self.read(a)
            }
            Op::Call { a, nargs, nret } => {
                self.write(a, 1 + usize::from(nargs))?;
                self.results(a, nret)
            }
            Op::CallTop { a, nret } => self.results(a, nret),
            Op::TailCall { a, nargs } => {
                self.plain()?;
                self.write(a, 1 + usize::from(nargs))
            }
            Op::TailCallTop { a } => {
                self.plain()?;
                self.write(a, 1)
            }
            Op::Return0 => self.plain(),
            Op::Return1 { a } | Op::ReturnTop { a } => {
                self.plain()?;
                self.read(a)
            }
            Op::Return { a, n } => {
                self.plain()?;
                self.range(a, n.into())
            }
            Op::Vararg { a, n } => {
                vararg(self.prototype.is_vararg)?;
                self.results(a, n)
            }
            Op::ForPrep { a, .. } | Op::ForLoop { a, .. } | Op::ForLoop1 { a, .. } => self.write(a, 4),
            Op::ForInPrep { a, .. } => {
                self.write(a, 3)?;
                self.leads_to_for_in(at, op, a)
            }
            Op::ForIn { a, n, .. } => {
                count(n >= 1)?;
                self.write(a, 3 + usize::from(n.max(3)))
            }
            Op::Closure { a, p } => {
                self.closure(p)?;
                self.write(a, 1)
            }
            Op::VarargPrep { params } => self.prepares(at, params),
            Op::VarargPrepArg { params } => {
                self.prepares(at, params)?;
                self.range(params, 2)
            }
            Op::ReturnVararg { a, n, params } => {
                self.unprepares(params)?;
                self.range(a, if n == MULTIPLE { 1 } else { n.into() })
            }
            Op::TailCallVararg { a, nargs, params } => {
                self.unprepares(params)?;
                self.write(a, if nargs == MULTIPLE { 1 } else { 1 + usize::from(nargs) })
            }
        }
    }

    /// Where control goes from here.
    fn control(&self, at: usize, op: &Op) -> Result<(), Fault> {
        let len = self.prototype.code.len();
        if !op.ends_control() && (at + 1 >= len || !same_window(at, at + 1)) {
            return Err(Fault::End);
        }
        let Some(to) = target(at, op) else { return Ok(()) };
        let inside = usize::try_from(to).ok().filter(|to| *to < len).ok_or(Fault::Target(to))?;
        if self.prototype.is_vararg && inside == 0 {
            // The arguments are moved once.
            return Err(Fault::Vararg);
        }
        match op.jump_offset() {
            Some(_) if !same_window(at, inside) => Err(Fault::Target(to)),
            Some(off) if off < 0 && !op.is_back_edge() => Err(Fault::Backward),
            _ => Ok(()),
        }
    }

    /// A loop over `next` or `ipairs` keeps marks of the machine's in its registers, which only `ForIn` understands.
    fn leads_to_for_in(&self, at: usize, op: &Op, register: u8) -> Result<(), Fault> {
        let follow = |at: usize, op: &Op| {
            let to = usize::try_from(target(at, op)?).ok()?;
            Some((to, self.prototype.code.get(to)?))
        };
        let landing = match follow(at, op) {
            Some((far, op @ Op::FarJump { .. })) => follow(far, op),
            landing => landing,
        };
        match landing {
            Some((_, Op::ForIn { a, .. })) if *a == register => Ok(()),
            _ => Err(Fault::Target(target(at, op).unwrap_or_default())),
        }
    }

    fn closure(&self, p: u32) -> Result<(), Fault> {
        let child = self.chunk.prototypes.get(p as usize).filter(|_| p as usize > self.index);
        for (at, upvalue) in child.ok_or(Fault::Function(p))?.upvalues.iter().enumerate() {
            let there = match upvalue.capture {
                Capture::Register(register) => (1..self.prototype.registers).contains(&register),
                Capture::Upvalue(u) => self.upvalue(u, upvalue.cell).is_ok(),
                Capture::Itself => !upvalue.cell,
            };
            if !there {
                return Err(Fault::Capture(at));
            }
        }
        Ok(())
    }

    /// `VarargPrep`, which is nowhere but at the start.
    fn prepares(&self, at: usize, params: u8) -> Result<(), Fault> {
        vararg(at == 0 && self.prototype.is_vararg && params == self.prototype.parameters)
    }

    /// An instruction that gives up the frame of a vararg function.
    fn unprepares(&self, params: u8) -> Result<(), Fault> {
        vararg(self.prototype.is_vararg && params == self.prototype.parameters)
    }

    /// An instruction that gives up the frame of any other function.
    fn plain(&self) -> Result<(), Fault> {
        vararg(!self.prototype.is_vararg)
    }

    fn range(&self, first: u8, count: usize) -> Result<(), Fault> {
        let end = usize::from(first) + count;
        if end > usize::from(self.prototype.registers) { Err(Fault::Register(end - 1)) } else { Ok(()) }
    }

    fn read(&self, register: u8) -> Result<(), Fault> {
        self.range(register, 1)
    }

    fn write(&self, first: u8, count: usize) -> Result<(), Fault> {
        if first == 0 { Err(Fault::FunctionRegister) } else { self.range(first, count) }
    }

    /// Results that come to register `a` on.
    fn results(&self, a: u8, count: u8) -> Result<(), Fault> {
        self.write(a, if count == MULTIPLE { 1 } else { usize::from(count).max(1) })
    }

    fn constant(&self, k: u32) -> Result<&Constant, Fault> {
        self.prototype.constants.get(k as usize).ok_or(Fault::Constant(k))
    }

    fn string(&self, k: u32) -> Result<(), Fault> {
        let string = matches!(self.constant(k)?, Constant::String(_));
        if string { Ok(()) } else { Err(Fault::ConstantKind(k)) }
    }

    fn number(&self, k: u32) -> Result<(), Fault> {
        let number = matches!(self.constant(k)?, Constant::Number(_));
        if number { Ok(()) } else { Err(Fault::ConstantKind(k)) }
    }

    fn upvalue(&self, u: u8, cell: bool) -> Result<(), Fault> {
        let upvalue = self.prototype.upvalues.get(usize::from(u));
        if upvalue.is_some_and(|upvalue| upvalue.cell == cell) { Ok(()) } else { Err(Fault::Upvalue(u)) }
    }
}

fn count(possible: bool) -> Result<(), Fault> {
    if possible { Ok(()) } else { Err(Fault::Count) }
}

fn vararg(fits: bool) -> Result<(), Fault> {
    if fits { Ok(()) } else { Err(Fault::Vararg) }
}
