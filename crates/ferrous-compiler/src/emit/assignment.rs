//! Assignments.
//!
//! As in PUC Lua, the objects and keys of all targets are evaluated first, then the values, and stores go from right to
//! left, the last value straight from where it is.

use ferrous_vm::opcode::{Hint, Op};

use super::expression::Place;
use super::operand::Operand;
use super::{Emitter, Failure, Target, Task};
use crate::ast::{Binary, Kind, List, NONE, Node, NodeId};
use crate::scope::VariableId;

/// How many nodes are searched for a variable before the search gives up.
const SEARCH: usize = 48;

impl Emitter<'_> {
    pub(super) fn assign(&mut self, id: NodeId, node: Node) -> Result<(), Failure> {
        let (targets, values) = (self.tree.list(node.a), self.tree.list(node.b));
        match (targets, values) {
            (&[target], &[value]) => self.assign_one(target, value, node.line),
            _ => {
                self.assign_all(id, node);
                Ok(())
            }
        }
    }

    /// `target = value`.
    pub(super) fn assign_one(&mut self, target: NodeId, value: NodeId, line: u32) -> Result<(), Failure> {
        let node = self.node(target);
        let mark = self.current.free;
        if node.kind == Kind::Name
            && self.node(value).kind == Kind::Name
            && self.node(value).b == node.b
            && self.variables.get(node.b as usize).is_some_and(|it| it.function == self.current.function)
        {
            // A local is assigned to itself.
            return Ok(());
        }
        if node.kind == Kind::Name
            && let Place::Register(register) = self.place(target)?
        {
            if self.may_write_early(value, node.b) {
                self.tasks.push(Task::Value { node: value, target: Target::Register(register) });
            } else {
                self.schedule([
                    Task::Value { node: value, target: Target::Next },
                    Task::Deliver { mark, target: Target::Register(register), line },
                ]);
            }
            return Ok(());
        }
        self.tasks.push(Task::Store { node: target, mark, line });
        self.tasks.push(Task::Value { node: value, target: Target::Any });
        self.schedule_target(node);
        Ok(())
    }

    /// Schedules the object and the key of a target; how many operands that will be.
    fn schedule_target(&mut self, node: Node) -> u8 {
        match node.kind {
            Kind::Field => {
                self.schedule_object(node.a);
                1
            }
            Kind::Index => {
                self.schedule_early(node.b);
                self.schedule_object(node.a);
                2
            }
            _ => 0,
        }
    }

    fn assign_all(&mut self, id: NodeId, node: Node) {
        let mark = self.current.free;
        let (targets, values) = (self.tree.list(node.a), self.tree.list(node.b));
        let direct = targets.len() == values.len();
        self.tasks.push(Task::StoreAll { node: id, mark, direct });
        if direct {
            for (index, &value) in values.iter().enumerate().rev() {
                let last = index + 1 == values.len();
                self.tasks
                    .push(Task::Value { node: value, target: if last { Target::Any } else { Target::Next } });
            }
        } else {
            self.schedule_list(node.b, targets.len(), node.line);
        }
        self.tasks.push(Task::Mark);
        for &id in targets.iter().rev() {
            let target = self.node(id);
            let operands = match target.kind {
                Kind::Field => 1,
                Kind::Index => 2,
                // An upvalue is numbered where it is named.
                _ => {
                    self.tasks.push(Task::Locate(id));
                    continue;
                }
            };
            self.tasks.push(Task::Detach { targets: node.a, operands });
            self.schedule_target(target);
        }
    }

    /// A local that is assigned by the same statement must be read before.
    pub(super) fn detach(&mut self, targets: List, count: u8) -> Result<(), Failure> {
        let line = self.current.line();
        for index in self.operands.len().saturating_sub(usize::from(count))..self.operands.len() {
            let Some(&operand) = self.operands.get(index) else { break };
            let (Operand::Register(register) | Operand::Cell(register)) = operand else { continue };
            let function = self.current.function;
            let conflict = self.tree.list(targets).iter().any(|&target| {
                let target = self.node(target);
                let variable = self.variables.get(target.b as usize);
                target.kind == Kind::Name
                    && variable.is_some_and(|it| it.function == function && it.register == register)
            });
            if conflict {
                let copy = self.current.reserve(1)?;
                self.load(operand, copy, line);
                if let Some(slot) = self.operands.get_mut(index) {
                    *slot = Operand::Register(copy);
                }
            }
        }
        Ok(())
    }

    pub(super) fn store_all(&mut self, id: NodeId, mark: u8, direct: bool) -> Result<(), Failure> {
        let node = self.node(id);
        let targets = self.tree.list(node.a);
        let mut last = if direct { Some(self.pop()) } else { None };
        let Operand::Register(first) = self.pop() else { return Ok(()) };
        for (index, &target) in targets.iter().enumerate().rev() {
            // Each value but a direct one has a register.
            let value = last.take().unwrap_or(Operand::Register(first + index as u8));
            let free = self.current.free;
            self.store_value(target, value, node.line)?;
            self.current.free = free;
        }
        self.current.free = mark;
        Ok(())
    }

    pub(super) fn store(&mut self, target: NodeId, mark: u8, line: u32) -> Result<(), Failure> {
        let value = self.pop();
        self.store_value(target, value, line)?;
        self.current.free = mark;
        Ok(())
    }

    /// Stores a value in a target whose object and key are the operands pushed last.
    fn store_value(&mut self, target: NodeId, value: Operand, line: u32) -> Result<(), Failure> {
        let node = self.node(target);
        match node.kind {
            Kind::Field => {
                let object = self.pop();
                let a = self.register_of(object, line)?;
                self.store_field(a, Operand::String(node.b), value, line)
            }
            Kind::Index => {
                let (key, object) = (self.pop(), self.pop());
                let a = self.register_of(object, line)?;
                self.store_field(a, key, value, line)
            }
            _ => {
                let op = match self.place(target)? {
                    Place::Register(register) => {
                        self.load(value, register, line);
                        return Ok(());
                    }
                    Place::Cell(a) => {
                        let b = self.register_of(value, line)?;
                        self.current.emit(Op::SetCell { a, b }, self.current.line_of_move(b, line));
                        return Ok(());
                    }
                    Place::Upvalue { index, .. } => {
                        Op::SetCellUpvalue { a: self.register_of(value, line)?, u: index }
                    }
                    Place::Global => {
                        let a = self.register_of(value, line)?;
                        Op::SetGlobal { a, hint: Hint::default(), k: self.text_constant(node.a) }
                    }
                };
                self.current.emit(op, line);
                Ok(())
            }
        }
    }

    /// Whether an expression can be computed in the register of a variable: either its last instruction alone writes the
    /// result, or it does not read the variable after its first part is there.
    fn may_write_early(&self, mut value: NodeId, variable: VariableId) -> bool {
        while self.node(value).kind == Kind::Group {
            value = self.node(value).a;
        }
        let node = self.node(value);
        match node.kind {
            Kind::Binary(Binary::And | Binary::Or) => {
                let left = self.node(node.a);
                let is_variable = left.kind == Kind::Name && left.b == variable;
                (is_variable || !self.mentions(node.a, variable)) && !self.mentions(node.b, variable)
            }
            _ => true,
        }
    }

    /// Whether an expression may read a variable of this function. A nested function cannot: the variable would be a cell.
    fn mentions(&self, id: NodeId, variable: VariableId) -> bool {
        let mut waiting = [NONE; SEARCH];
        waiting[0] = id;
        let mut count = 1;
        for _ in 0..SEARCH {
            if count == 0 {
                return false;
            }
            count -= 1;
            let node = self.node(waiting[count]);
            let mut children = [NONE; 2];
            match node.kind {
                Kind::Nil
                | Kind::True
                | Kind::False
                | Kind::Vararg
                | Kind::Number
                | Kind::String
                | Kind::Function => {}
                Kind::Name if node.b == variable => return true,
                Kind::Name => {}
                Kind::Field | Kind::Group | Kind::Unary(_) => children[0] = node.a,
                Kind::Index | Kind::Binary(_) => children = [node.a, node.b],
                Kind::Call => {
                    let arguments = self.tree.list(node.b + 1);
                    if arguments.len() > 1 {
                        for &argument in arguments.iter().skip(1) {
                            let Some(slot) = waiting.get_mut(count) else { return true };
                            *slot = argument;
                            count += 1;
                        }
                    }
                    children = [node.a, arguments.first().copied().unwrap_or(NONE)];
                }
                _ => return true,
            }
            for child in children {
                if child != NONE {
                    let Some(slot) = waiting.get_mut(count) else { return true };
                    *slot = child;
                    count += 1;
                }
            }
        }
        true
    }
}
