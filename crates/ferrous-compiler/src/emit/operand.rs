//! Where the value of an expression is, as long as it need not be in a particular register.

use ferrous_vm::chunk::Constant;
use ferrous_vm::opcode::Op;

use super::{Emitter, Failure, Target};
use crate::interner::Text;

/// The value of an expression.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Operand {
    /// A local's own register, or a temporary.
    Register(u8),
    /// The cell in a local's register. Read as late as PUC Lua reads a local: what is evaluated in between may assign it.
    Cell(u8),
    Nil,
    Boolean(bool),
    Number(f64),
    String(Text),
}

impl Emitter<'_> {
    /// Takes the operand pushed last.
    #[inline]
    pub(super) fn pop(&mut self) -> Operand {
        // Each task that pops was scheduled behind those that push.
        self.operands.pop().unwrap_or(Operand::Nil)
    }

    /// The register that holds an operand; loads it into a temporary if none does.
    pub(super) fn register_of(&mut self, operand: Operand, line: u32) -> Result<u8, Failure> {
        match operand {
            Operand::Register(register) => Ok(register),
            _ => {
                let register = self.current.reserve(1)?;
                self.load(operand, register, line);
                Ok(register)
            }
        }
    }

    /// Puts an operand into a register.
    pub(super) fn load(&mut self, operand: Operand, a: u8, line: u32) {
        let op = match operand {
            Operand::Register(b) if a == b => return,
            Operand::Register(b) => Op::Move { a, b },
            Operand::Cell(b) => Op::GetCell { a, b },
            Operand::Nil => return self.current.load_nil(a, 1, line),
            Operand::Boolean(value) => Op::LoadBool { a, value },
            Operand::Number(_) | Operand::String(_) => Op::LoadK { a, k: self.constant_of(operand) },
        };
        self.current.emit(op, line);
    }

    /// The register for a result, with everything above `mark` given back; `answer` must follow once it is written.
    #[inline]
    pub(super) fn destination(&mut self, target: Target, mark: u8) -> Result<u8, Failure> {
        self.current.free = mark;
        match target {
            Target::Register(register) => Ok(register),
            Target::Any | Target::Next => self.current.reserve(1),
        }
    }

    /// Tells whoever wanted an operand that it is in a register.
    #[inline]
    pub(super) fn answer(&mut self, target: Target, register: u8) {
        if target == Target::Any {
            self.operands.push(Operand::Register(register));
        }
    }

    /// Delivers an operand that needs no code of its own.
    pub(super) fn answer_with(
        &mut self,
        operand: Operand,
        target: Target,
        mark: u8,
        line: u32,
    ) -> Result<(), Failure> {
        if target == Target::Any {
            self.current.free = mark;
            self.operands.push(operand);
        } else {
            let register = self.destination(target, mark)?;
            self.load(operand, register, line);
        }
        Ok(())
    }

    /// The value that a task left in register `mark` goes to where it was wanted.
    pub(super) fn deliver(&mut self, mark: u8, target: Target, line: u32) -> Result<(), Failure> {
        match target {
            Target::Register(register) => {
                self.current.free = mark;
                let line = self.current.line_of_move(mark, line);
                self.load(Operand::Register(mark), register, line);
            }
            Target::Any | Target::Next => {
                self.current.free = mark;
                self.current.reserve(1)?;
                self.answer(target, mark);
            }
        }
        Ok(())
    }

    /// The constant of the function for an operand; nil for one that is no constant.
    pub(super) fn constant_of(&mut self, operand: Operand) -> u32 {
        let constant = match operand {
            Operand::Boolean(value) => Constant::Boolean(value),
            Operand::Number(value) => Constant::Number(value),
            Operand::String(text) => Constant::String(self.string(text)),
            Operand::Nil | Operand::Register(_) | Operand::Cell(_) => Constant::Nil,
        };
        self.constant(constant)
    }
}
