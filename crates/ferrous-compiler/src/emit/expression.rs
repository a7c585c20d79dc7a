//! Expressions but for calls, conditions, tables and functions.

use ferrous_vm::chunk::NO_LINE;
use ferrous_vm::opcode::{Hint, Op};

use super::call::Results;
use super::jump::Label;
use super::operand::Operand;
use super::{Emitter, Failure, Target, Task, constant};
use crate::ast::{Binary, Kind, NONE, Node, NodeId, Unary};

/// The largest index that `GetInt` and `SetInt` take.
const MAX_INTEGER_INDEX: f64 = 2_147_483_647.0;

/// Where a name's value lives, seen from the current function.
pub(super) enum Place {
    Register(u8),
    Cell(u8),
    Upvalue { index: u8, cell: bool },
    Global,
}

impl Emitter<'_> {
    /// The value of an expression, which is read at `line`, or else where its node says. What is computed has its own line:
    /// only constants, locals and the truth of conditions wait until they are read.
    pub(super) fn value(&mut self, id: NodeId, target: Target, line: u32) -> Result<(), Failure> {
        let (mut id, mut node) = (id, self.node(id));
        let line = if line == NO_LINE { node.line } else { line };
        while node.kind == Kind::Group {
            id = node.a;
            node = self.node(id);
        }
        let mark = self.current.free;
        self.current.node = id;
        match node.kind {
            Kind::Nil => self.answer_with(Operand::Nil, target, mark, line),
            Kind::True => self.answer_with(Operand::Boolean(true), target, mark, line),
            Kind::False => self.answer_with(Operand::Boolean(false), target, mark, line),
            Kind::String => self.answer_with(Operand::String(node.a), target, mark, line),
            Kind::Number => {
                let number = self.numbers.get(node.a as usize).copied().unwrap_or(0.0);
                self.answer_with(Operand::Number(number), target, mark, line)
            }
            Kind::Name => self.name(id, target, mark, line),
            Kind::Vararg => {
                let a = self.destination(target, mark)?;
                self.current.emit(Op::Vararg { a, n: 1 }, node.line);
                self.answer(target, a);
                Ok(())
            }
            Kind::Field => {
                self.tasks.push(Task::Field { node: id, target, mark });
                self.schedule_object(node.a);
                Ok(())
            }
            Kind::Index => {
                self.schedule([
                    Task::Value { node: node.b, target: Target::Any },
                    Task::Index { node: id, target, mark },
                ]);
                self.schedule_object(node.a);
                Ok(())
            }
            Kind::Call | Kind::Method => {
                self.schedule_call(id, Results::One(target, line));
                Ok(())
            }
            Kind::Function => self.function_value(id, target),
            Kind::Table => self.table(node, target),
            Kind::Unary(Unary::Not) => self.not(id, node, target, line),
            Kind::Unary(_) => {
                self.schedule([
                    Task::Value { node: node.a, target: Target::Any },
                    Task::Unary { node: id, target, mark, line },
                ]);
                Ok(())
            }
            Kind::Binary(Binary::Concat) => self.concatenation(node, target),
            // As if there were no left side.
            Kind::Binary(operator @ (Binary::And | Binary::Or))
                if self.constant_truth(node.a) == Some(operator == Binary::And) =>
            {
                self.tasks.push(Task::ValueAt { node: node.b, target, line });
                Ok(())
            }
            Kind::Binary(operator @ (Binary::And | Binary::Or)) => {
                // Both sides are computed where the answer will be, unless that is a variable's register: the left one as
                // its temporaries, which are given back once it is known not to be the value.
                let register = chosen_register(target, mark);
                let end = self.current.choice();
                self.schedule([
                    Task::Test {
                        node: node.a,
                        register,
                        when: operator == Binary::Or,
                        label: end,
                        line: NO_LINE,
                    },
                    Task::ValueAt {
                        node: node.b,
                        target: if register == mark { Target::Next } else { target },
                        line,
                    },
                    Task::EndChoice { register, label: end, line },
                ]);
                // The answer lies below what those tasks push and pop.
                self.answer(target, register);
                Ok(())
            }
            Kind::Binary(operator) if operator.is_comparison() => self.boolean(id, target, line),
            Kind::Binary(_) => {
                self.schedule([
                    Task::Value { node: node.a, target: Target::Any },
                    Task::Value { node: node.b, target: Target::Any },
                    Task::Arithmetic { node: id, target, mark, line },
                ]);
                Ok(())
            }
            // Statements and fields are no values.
            _ => Ok(()),
        }
    }

    /// Schedules what is indexed. As in PUC Lua, a constant in parentheses is in a register before the key is looked at.
    pub(super) fn schedule_object(&mut self, id: NodeId) {
        let node = self.node(id);
        if node.kind == Kind::Group {
            self.tasks.push(Task::Fetch { line: node.line });
        }
        self.tasks.push(Task::Value { node: id, target: Target::Any });
    }

    /// The operand pushed last is wanted in a register, unless it is a variable.
    pub(super) fn fetch(&mut self, line: u32) -> Result<(), Failure> {
        match self.pop() {
            operand @ (Operand::Register(_) | Operand::Cell(_)) => self.operands.push(operand),
            constant => {
                let register = self.register_of(constant, line)?;
                self.operands.push(Operand::Register(register));
            }
        }
        Ok(())
    }

    /// Where a name's value lives.
    pub(super) fn place(&mut self, id: NodeId) -> Result<Place, Failure> {
        let node = self.node(id);
        let Some(variable) = self.variables.get(node.b as usize) else { return Ok(Place::Global) };
        let cell = self.is_cell(variable);
        if variable.function == self.current.function {
            return Ok(if cell {
                Place::Cell(variable.register)
            } else {
                Place::Register(variable.register)
            });
        }
        let index = self.upvalue(node.b, cell, id)?;
        Ok(Place::Upvalue { index, cell })
    }

    fn name(&mut self, id: NodeId, target: Target, mark: u8, line: u32) -> Result<(), Failure> {
        let node = self.node(id);
        match self.place(id)? {
            Place::Register(register) => self.answer_with(Operand::Register(register), target, mark, line),
            Place::Cell(register) => self.answer_with(Operand::Cell(register), target, mark, line),
            Place::Upvalue { index, cell } => {
                let a = self.destination(target, mark)?;
                let op =
                    if cell { Op::GetCellUpvalue { a, u: index } } else { Op::GetUpvalue { a, u: index } };
                self.current.emit(op, node.line);
                self.answer(target, a);
                Ok(())
            }
            Place::Global => {
                let k = self.text_constant(node.a);
                let a = self.destination(target, mark)?;
                self.current.emit(Op::GetGlobal { a, hint: Hint::default(), k }, node.line);
                self.answer(target, a);
                Ok(())
            }
        }
    }

    pub(super) fn field(&mut self, id: NodeId, target: Target, mark: u8) -> Result<(), Failure> {
        let node = self.node(id);
        let object = self.pop();
        let b = self.register_of(object, node.line)?;
        let k = self.text_constant(node.b);
        let a = self.destination(target, mark)?;
        self.current.emit(Op::GetField { a, b, hint: Hint::default(), k }, node.line);
        self.answer(target, a);
        Ok(())
    }

    pub(super) fn index(&mut self, id: NodeId, target: Target, mark: u8) -> Result<(), Failure> {
        let line = self.node(id).line;
        let (key, object) = (self.pop(), self.pop());
        let b = self.register_of(object, line)?;
        let op = match key {
            Operand::String(text) => {
                let k = self.text_constant(text);
                let a = self.destination(target, mark)?;
                Op::GetField { a, b, hint: Hint::default(), k }
            }
            Operand::Number(number) if let Some(n) = integer_index(number) => {
                let a = self.destination(target, mark)?;
                Op::GetInt { a, b, n }
            }
            _ => {
                let c = self.register_of(key, line)?;
                let a = self.destination(target, mark)?;
                Op::GetIndex { a, b, c }
            }
        };
        let (Op::GetField { a, .. } | Op::GetInt { a, .. } | Op::GetIndex { a, .. }) = op else {
            return Ok(());
        };
        self.current.emit(op, line);
        self.answer(target, a);
        Ok(())
    }

    pub(super) fn arithmetic(
        &mut self,
        id: NodeId,
        target: Target,
        mark: u8,
        read: u32,
    ) -> Result<(), Failure> {
        let node = self.node(id);
        let Kind::Binary(operator) = node.kind else { return Ok(()) };
        let line = node.line;
        let (right, left) = (self.pop(), self.pop());
        if let (Operand::Number(left), Operand::Number(right)) = (left, right)
            && let Some(result) = constant::fold(operator, left, right)
        {
            return self.answer_with(Operand::Number(result), target, mark, read);
        }
        let op = match (left, right) {
            (_, Operand::Number(_)) => {
                // Which of two numbers is the first constant shows, if they are 0 and -0.
                let k = self.constant_of(right);
                let b = self.register_of(left, line)?;
                let a = self.destination(target, mark)?;
                self.answer(target, a);
                match operator {
                    Binary::Add => Op::AddK { a, b, k },
                    Binary::Sub => Op::SubK { a, b, k },
                    Binary::Mul => Op::MulK { a, b, k },
                    Binary::Div => Op::DivK { a, b, k },
                    Binary::Mod => Op::ModK { a, b, k },
                    _ => Op::PowK { a, b, k },
                }
            }
            (Operand::Number(_), _)
                if matches!(operator, Binary::Add | Binary::Sub | Binary::Mul | Binary::Div) =>
            {
                let k = self.constant_of(left);
                let b = self.register_of(right, line)?;
                let a = self.destination(target, mark)?;
                self.answer(target, a);
                match operator {
                    Binary::Add => Op::KAdd { a, b, k },
                    Binary::Sub => Op::KSub { a, b, k },
                    Binary::Mul => Op::KMul { a, b, k },
                    _ => Op::KDiv { a, b, k },
                }
            }
            _ => {
                let b = self.register_of(left, line)?;
                let c = self.register_of(right, line)?;
                let a = self.destination(target, mark)?;
                self.answer(target, a);
                match operator {
                    Binary::Add => Op::Add { a, b, c },
                    Binary::Sub => Op::Sub { a, b, c },
                    Binary::Mul => Op::Mul { a, b, c },
                    Binary::Div => Op::Div { a, b, c },
                    Binary::Mod => Op::Mod { a, b, c },
                    _ => Op::Pow { a, b, c },
                }
            }
        };
        self.current.emit(op, line);
        Ok(())
    }

    /// Minus, length, and `not` of what is no condition.
    pub(super) fn unary(&mut self, id: NodeId, target: Target, mark: u8, read: u32) -> Result<(), Failure> {
        let node = self.node(id);
        let operand = self.pop();
        let folded = match (node.kind, operand) {
            (Kind::Unary(Unary::Minus), Operand::Number(number)) if !number.is_nan() => {
                Some(Operand::Number(-number))
            }
            (Kind::Unary(Unary::Not), Operand::Nil | Operand::Boolean(false)) => Some(Operand::Boolean(true)),
            (Kind::Unary(Unary::Not), Operand::Boolean(true) | Operand::Number(_) | Operand::String(_)) => {
                Some(Operand::Boolean(false))
            }
            _ => None,
        };
        if let Some(folded) = folded {
            return self.answer_with(folded, target, mark, read);
        }
        let b = self.register_of(operand, node.line)?;
        let a = self.destination(target, mark)?;
        let op = match node.kind {
            Kind::Unary(Unary::Minus) => Op::Neg { a, b },
            Kind::Unary(Unary::Length) => Op::Len { a, b },
            _ => Op::Not { a, b },
        };
        self.current.emit(op, node.line);
        self.answer(target, a);
        Ok(())
    }

    fn not(&mut self, id: NodeId, node: Node, target: Target, line: u32) -> Result<(), Failure> {
        let mut inner = self.node(node.a);
        while inner.kind == Kind::Group {
            inner = self.node(inner.a);
        }
        match inner.kind {
            Kind::Binary(operator)
                if operator.is_comparison() || matches!(operator, Binary::And | Binary::Or) =>
            {
                self.boolean(id, target, line)
            }
            _ => {
                let mark = self.current.free;
                self.schedule([
                    Task::Value { node: node.a, target: Target::Any },
                    Task::Unary { node: id, target, mark, line },
                ]);
                Ok(())
            }
        }
    }

    /// A condition as a value.
    fn boolean(&mut self, id: NodeId, target: Target, line: u32) -> Result<(), Failure> {
        let register = chosen_register(target, self.current.free);
        let end = self.current.choice();
        let yes = self.current.load_label(end, true);
        self.schedule([
            Task::Condition { node: id, when: true, label: yes, line },
            Task::LoadBool { register, value: false, line },
            Task::EndChoice { register, label: end, line },
        ]);
        self.answer(target, register);
        Ok(())
    }

    /// The value of a choice is in its register, or is the truth of a condition that has jumped here: behind a jump over
    /// them stand the loads of false and true that are wanted, in PUC Lua's order.
    pub(super) fn end_choice(&mut self, register: u8, end: Label, line: u32) -> Result<(), Failure> {
        if self.current.free == register {
            self.current.reserve(1)?;
        }
        for value in [false, true] {
            if let Some(load) = self.current.wanted_load(end, value) {
                self.current.jump(end, line);
                self.current.bind(load)?;
                self.load_bool(register, value, line)?;
            }
        }
        self.current.bind(end)
    }

    pub(super) fn load_bool(&mut self, a: u8, value: bool, line: u32) -> Result<(), Failure> {
        self.current.emit(Op::LoadBool { a, value }, line);
        Ok(())
    }

    /// A run of `..`, which associates to the right, as one instruction. Parentheses around a right operand make no
    /// difference, as in PUC Lua.
    fn concatenation(&mut self, node: Node, target: Target) -> Result<(), Failure> {
        let mark = self.current.free;
        let start = self.tasks.len();
        let mut rest = node;
        loop {
            self.tasks.push(Task::Value { node: rest.a, target: Target::Next });
            let mut right = self.node(rest.b);
            while right.kind == Kind::Group {
                right = self.node(right.a);
            }
            if right.kind != Kind::Binary(Binary::Concat) {
                self.tasks.push(Task::Value { node: rest.b, target: Target::Next });
                break;
            }
            rest = right;
        }
        self.tasks.push(Task::Concat { line: rest.line, target, mark });
        if let Some(tasks) = self.tasks.get_mut(start..) {
            tasks.reverse();
        }
        Ok(())
    }

    pub(super) fn concat(&mut self, line: u32, target: Target, mark: u8) -> Result<(), Failure> {
        let last = self.current.free - 1;
        let a = self.destination(target, mark)?;
        self.current.emit(Op::Concat { a, b: mark, c: last }, line);
        self.answer(target, a);
        Ok(())
    }
}

/// Where the value of a choice goes: a variable's register, or the first free one, `mark`.
fn chosen_register(target: Target, mark: u8) -> u8 {
    match target {
        Target::Register(register) => register,
        Target::Any | Target::Next => mark,
    }
}

/// A constant index that `GetInt` and `SetInt` take: a whole number from 1.
pub(super) fn integer_index(number: f64) -> Option<u32> {
    // Within the range the cast is exact for whole numbers.
    ((1.0..=MAX_INTEGER_INDEX).contains(&number) && number.fract() == 0.0).then_some(number as u32)
}

/// Whether a node is there.
pub(super) fn is_some(node: NodeId) -> bool {
    node != NONE
}
