//! Conditions: expressions of which only the truth is wanted, as jumps.

use ferrous_vm::chunk::NO_LINE;
use ferrous_vm::opcode::Op;

use super::jump::Label;
use super::operand::Operand;
use super::{Emitter, Failure, Target, Task};
use crate::ast::{Binary, Kind, NodeId, Unary};

impl Emitter<'_> {
    /// Jumps to the label if the truth of an expression, which is tested at `line` or else where it ends, is `when`; falls
    /// through otherwise.
    pub(super) fn condition(
        &mut self,
        id: NodeId,
        when: bool,
        label: Label,
        line: u32,
    ) -> Result<(), Failure> {
        let node = self.node(id);
        let mark = self.current.free;
        let end = if line == NO_LINE { node.last_line() } else { line };
        match node.kind {
            Kind::Group => self.tasks.push(Task::Condition { node: node.a, when, label, line: end }),
            Kind::Unary(Unary::Not) => {
                self.tasks.push(Task::Condition { node: node.a, when: !when, label, line: end });
            }
            Kind::Binary(operator @ (Binary::And | Binary::Or)) => {
                // The truth of the left side that decides the whole.
                let decisive = operator == Binary::Or;
                if decisive == when {
                    self.schedule([
                        Task::Condition { node: node.a, when, label, line: NO_LINE },
                        Task::Condition { node: node.b, when, label, line },
                    ]);
                } else {
                    let skip = self.current.label();
                    self.schedule([
                        Task::Condition { node: node.a, when: decisive, label: skip, line: NO_LINE },
                        Task::Condition { node: node.b, when, label, line },
                        Task::Bind(skip),
                    ]);
                }
            }
            Kind::Binary(operator) if operator.is_comparison() => {
                self.schedule([
                    Task::Value { node: node.b, target: Target::Any },
                    Task::Compare { node: id, when, label, mark },
                ]);
                self.schedule_early(node.a);
            }
            _ => self.schedule([
                Task::Value { node: id, target: Target::Any },
                Task::Truth { line: end, when, label, mark },
            ]),
        }
        Ok(())
    }

    /// Schedules a value that becomes an operand before another one is computed.
    pub(super) fn schedule_early(&mut self, node: NodeId) {
        if self.constant_truth(node).is_some() {
            self.tasks.push(Task::Zero);
        }
        self.tasks.push(Task::Value { node, target: Target::Any });
    }

    pub(super) fn truth(&mut self, line: u32, when: bool, label: Label, mark: u8) -> Result<(), Failure> {
        let operand = self.pop();
        match truth_of(operand) {
            Some(truth) if truth != when => {}
            // A constant is tested too, as in PUC Lua: jumps to here stop here.
            _ => {
                let register = self.register_of(operand, line)?;
                self.jump_if(register, when, label, line)?;
            }
        }
        self.current.free = mark;
        Ok(())
    }

    pub(super) fn compare(&mut self, id: NodeId, when: bool, label: Label, mark: u8) -> Result<(), Failure> {
        let node = self.node(id);
        let Kind::Binary(operator) = node.kind else { return Ok(()) };
        let (right, left) = (self.pop(), self.pop());
        let op = match operator {
            Binary::Eq => self.equality(left, right, when, node.line)?,
            Binary::Ne => self.equality(left, right, !when, node.line)?,
            Binary::Lt => self.order(left, right, false, when, node.line)?,
            Binary::Le => self.order(left, right, true, when, node.line)?,
            Binary::Gt => self.order(right, left, false, when, node.line)?,
            _ => self.order(right, left, true, when, node.line)?,
        };
        self.current.jump_to(op, label, node.line);
        self.current.free = mark;
        Ok(())
    }

    fn equality(&mut self, left: Operand, right: Operand, when: bool, line: u32) -> Result<Op, Failure> {
        let (variable, constant) = if is_constant(left) { (right, left) } else { (left, right) };
        let a = self.register_of(variable, line)?;
        let off = 0;
        Ok(if is_constant(constant) {
            let k = self.constant_of(constant);
            if when { Op::JumpEqK { a, off, k } } else { Op::JumpNeK { a, off, k } }
        } else {
            let b = self.register_of(constant, line)?;
            if when { Op::JumpEq { a, b, off: 0 } } else { Op::JumpNe { a, b, off: 0 } }
        })
    }

    /// `left < right`, or `<=` if `or_equal`.
    fn order(
        &mut self,
        left: Operand,
        right: Operand,
        or_equal: bool,
        when: bool,
        line: u32,
    ) -> Result<Op, Failure> {
        let off = 0;
        match (left, right) {
            (_, Operand::Number(_)) => {
                let a = self.register_of(left, line)?;
                let k = self.constant_of(right);
                Ok(match (or_equal, when) {
                    (false, true) => Op::JumpLtK { a, off, k },
                    (false, false) => Op::JumpNotLtK { a, off, k },
                    (true, true) => Op::JumpLeK { a, off, k },
                    (true, false) => Op::JumpNotLeK { a, off, k },
                })
            }
            (Operand::Number(_), _) => {
                let a = self.register_of(right, line)?;
                let k = self.constant_of(left);
                Ok(match (or_equal, when) {
                    (false, true) => Op::JumpGtK { a, off, k },
                    (false, false) => Op::JumpNotGtK { a, off, k },
                    (true, true) => Op::JumpGeK { a, off, k },
                    (true, false) => Op::JumpNotGeK { a, off, k },
                })
            }
            _ => {
                let a = self.register_of(left, line)?;
                let b = self.register_of(right, line)?;
                let off = 0;
                Ok(match (or_equal, when) {
                    (false, true) => Op::JumpLt { a, b, off },
                    (false, false) => Op::JumpNotLt { a, b, off },
                    (true, true) => Op::JumpLe { a, b, off },
                    (true, false) => Op::JumpNotLe { a, b, off },
                })
            }
        }
    }

    /// Jumps to the end of a choice with the value in the register if its truth is `when`, or to the load of it; falls through
    /// otherwise, the register undefined.
    pub(super) fn test(
        &mut self,
        id: NodeId,
        register: u8,
        when: bool,
        label: Label,
        line: u32,
    ) -> Result<(), Failure> {
        let node = self.node(id);
        let end = if line == NO_LINE { node.last_line() } else { line };
        let mark = self.current.free;
        let in_register = if register == mark { Target::Next } else { Target::Register(register) };
        match node.kind {
            Kind::Group => self.tasks.push(Task::Test { node: node.a, register, when, label, line: end }),
            Kind::Binary(operator @ (Binary::And | Binary::Or)) => {
                let decisive = operator == Binary::Or;
                if decisive == when {
                    self.schedule([
                        Task::Test { node: node.a, register, when, label, line: NO_LINE },
                        Task::Test { node: node.b, register, when, label, line },
                    ]);
                } else {
                    let skip = self.current.label();
                    self.schedule([
                        Task::Condition { node: node.a, when: decisive, label: skip, line: NO_LINE },
                        Task::Test { node: node.b, register, when, label, line },
                        Task::Bind(skip),
                    ]);
                }
            }
            Kind::Binary(operator) if operator.is_comparison() => {
                let label = self.current.load_label(label, when);
                self.tasks.push(Task::Condition { node: id, when, label, line });
            }
            _ if let Some(truth) = self.constant_truth(id) => {
                if truth == when {
                    self.schedule([
                        Task::ValueAt { node: id, target: in_register, line: end },
                        Task::Jump { label, line: end },
                        Task::Release(mark),
                    ]);
                }
            }
            Kind::Unary(Unary::Not) => {
                let label = self.current.load_label(label, when);
                self.tasks.push(Task::Condition { node: id, when, label, line });
            }
            _ if register == mark => self.schedule([
                Task::Value { node: id, target: Target::Any },
                Task::TestOperand { register, when, label, line: end },
            ]),
            _ => self.schedule([
                Task::ValueAt { node: id, target: in_register, line: end },
                Task::JumpIf { register, when, label, line: end },
            ]),
        }
        Ok(())
    }

    /// The same for the operand pushed last; the register is the first free one.
    pub(super) fn test_operand(
        &mut self,
        register: u8,
        when: bool,
        label: Label,
        line: u32,
    ) -> Result<(), Failure> {
        let operand = self.pop();
        self.current.free = register;
        let truth = truth_of(operand);
        if truth != Some(!when) {
            self.current.touch(register)?;
            self.load(operand, register, line);
            match truth {
                Some(_) => self.current.jump(label, line),
                None => self.jump_if(register, when, label, line)?,
            }
        }
        Ok(())
    }
}

impl Emitter<'_> {
    /// The truth of a literal, of a number with minus signs, or of a `not` before one.
    pub(super) fn constant_truth(&self, id: NodeId) -> Option<bool> {
        let mut node = self.node(id);
        let mut inverted = false;
        let mut negated = false;
        let truth = loop {
            match node.kind {
                Kind::Number => break true,
                Kind::Group => {}
                Kind::Unary(Unary::Minus) => negated = true,
                // Anything else is negated at run time, if it can be.
                _ if negated => return None,
                Kind::Unary(Unary::Not) => inverted = !inverted,
                Kind::Nil | Kind::False => break false,
                Kind::True | Kind::String => break true,
                _ => return None,
            }
            node = self.node(node.a);
        };
        Some(truth != inverted)
    }
}

fn is_constant(operand: Operand) -> bool {
    !matches!(operand, Operand::Register(_) | Operand::Cell(_))
}

/// The truth of a constant.
fn truth_of(operand: Operand) -> Option<bool> {
    match operand {
        Operand::Register(_) | Operand::Cell(_) => None,
        Operand::Nil | Operand::Boolean(false) => Some(false),
        Operand::Boolean(true) | Operand::Number(_) | Operand::String(_) => Some(true),
    }
}
