//! Statements but for assignments.

use ferrous_vm::chunk::NO_LINE;
use ferrous_vm::opcode::Op;

use super::call::Results;
use super::expression::is_some;
use super::jump::Label;
use super::operand::Operand;
use super::{Emitter, Failure, Target, Task};
use crate::Captures;
use crate::ast::{Kind, List, NONE, Node, NodeId};

impl Emitter<'_> {
    pub(super) fn block(&mut self, list: List) -> Result<(), Failure> {
        let leave = self.scope(self.last_line(list));
        let statements = self.body(list);
        self.schedule([statements, leave]);
        Ok(())
    }

    /// The task that ends a scope that begins now, at the line of its last token.
    fn scope(&self, line: u32) -> Task {
        Task::Leave { active: self.current.visible(), free: self.current.free, line }
    }

    /// The statements of a block, in the scope that is open.
    pub(super) fn body(&self, list: List) -> Task {
        Task::Statements { at: list + 1, end: list + 1 + self.word(list) }
    }

    pub(super) fn statements(&mut self, at: u32, end: u32) -> Result<(), Failure> {
        if at >= end {
            return Ok(());
        }
        if at + 1 < end {
            self.tasks.push(Task::Statements { at: at + 1, end });
        }
        self.statement(self.word(at))
    }

    fn statement(&mut self, id: NodeId) -> Result<(), Failure> {
        let node = self.node(id);
        self.current.begin_statement();
        match node.kind {
            Kind::CallStatement => self.schedule_call(node.a, Results::Count(0)),
            Kind::Assign => self.assign(id, node)?,
            Kind::Do => self.block(node.a)?,
            Kind::While => {
                let top = self.current.label_here();
                let exit = self.current.label();
                self.current.enter_loop(exit);
                self.schedule([
                    Task::Condition { node: node.a, when: false, label: exit, line: NO_LINE },
                    Task::Block(node.b),
                    Task::Loop { label: top, line: self.last_line(node.b) },
                    Task::EndLoop(exit),
                ]);
            }
            Kind::Repeat => {
                let top = self.current.label_here();
                let exit = self.current.label();
                self.current.enter_loop(exit);
                let body = self.body(node.a);
                let (active, free) = (self.current.visible(), self.current.free);
                let condition = match self.constant_truth(node.b) {
                    // PUC Lua has no instruction for it.
                    Some(true) => Task::Jump { label: exit, line: NO_LINE },
                    Some(false) => Task::Stop { line: node.line },
                    None => Task::Condition { node: node.b, when: true, label: exit, line: NO_LINE },
                };
                let shows = self.constant_truth(node.b) == Some(false);
                let end = Task::EndRepeat { active, free, top, line: node.line, shows };
                self.schedule([body, condition, end, Task::EndLoop(exit)]);
            }
            Kind::If => self.conditional(node),
            Kind::NumericFor => {
                let mark = self.current.free;
                let [start, limit, step] = [3, 4, 5].map(|offset| self.word(node.a + offset));
                self.tasks.push(Task::NumericFor { node: id, mark });
                if is_some(step) {
                    self.tasks.push(Task::Value { node: step, target: Target::Next });
                }
                self.schedule([
                    Task::Value { node: start, target: Target::Next },
                    Task::Value { node: limit, target: Target::Next },
                ]);
            }
            Kind::GenericFor => {
                let mark = self.current.free;
                self.tasks.push(Task::GenericFor { node: id, mark });
                let do_line = self.word(node.a + 1);
                self.schedule_list(self.word(node.a + 3), 3, do_line);
            }
            Kind::LocalFunction => self.local_function(node)?,
            Kind::FunctionStatement => {
                self.tasks.push(Task::Named { line: node.line });
                self.assign_one(node.a, node.b, node.line)?;
            }
            Kind::Local => {
                let names = self.tree.list(node.a).len();
                self.tasks.push(Task::Declare { names: node.a });
                if node.b == NONE {
                    // At most 200 names.
                    self.tasks.push(Task::Adjust { count: names as i32, line: node.line });
                } else {
                    self.schedule_list(node.b, names, node.line);
                }
            }
            Kind::Return => self.return_values(node)?,
            Kind::Break => self.current.break_loop(node.line),
            // Expressions are no statements.
            _ => {}
        }
        Ok(())
    }

    /// Back to the top of a `repeat`. PUC Lua has an instruction for that if the condition is constant (`shows`), or where
    /// upvalues are closed.
    pub(super) fn end_repeat(
        &mut self,
        (active, free): (u32, u8),
        top: Label,
        line: u32,
        shows: bool,
    ) -> Result<(), Failure> {
        let shows = shows || self.current.has_captured(active);
        if shows && self.captures == Captures::Cell && self.current.is_unreachable() {
            self.current.unfetched.push(line);
        }
        let line = if shows { line } else { NO_LINE };
        self.leave(active, free, NO_LINE)?;
        self.loop_to(top, line)
    }

    /// The names of a list get the registers filled last.
    pub(super) fn declare(&mut self, names: List) -> Result<(), Failure> {
        let line = self.current.line();
        let list = self.tree.list(names);
        // At most 200 names, each of which has a register.
        let first = self.current.free - list.len() as u8;
        for (register, &variable) in (first..).zip(list) {
            self.declare_variable(variable, register, line);
        }
        Ok(())
    }

    /// PUC Lua makes the function in the local's register. The line of that instruction is the statement's, unless the
    /// function has upvalues: then it is where the function ends, and what names the last upvalue is on the statement's.
    pub(super) fn name_function(&mut self, line: u32) {
        let is_store = matches!(self.current.code.last(), Some(Op::SetCell { .. } | Op::Move { .. }));
        let at = self.current.code.len() - usize::from(is_store);
        let Some(Op::Closure { p, .. }) = self.current.code.get(..at).and_then(<[Op]>::last) else { return };
        let prototype = self.chunk.prototypes.get(*p as usize);
        let has_upvalues = prototype.is_some_and(|prototype| !prototype.upvalues.is_empty());
        if !has_upvalues {
            return self.current.set_lines(at - 1, line);
        }
        self.current.set_lines(at - 1, self.current.line_at(at - 1));
        if self.captures == Captures::Cell
            && let Some(&(Op::Closure { a, .. } | Op::SetCell { a, .. } | Op::Move { a, .. })) =
                self.current.code.last()
        {
            self.current.emit(Op::Move { a, b: a }, line);
        }
    }

    fn local_function(&mut self, node: Node) -> Result<(), Failure> {
        let Some(&variable) = self.tree.list(node.a).first() else { return Ok(()) };
        let line = self.node(node.b).line;
        let register = self.current.reserve(1)?;
        self.tasks.push(Task::Appear);
        if self.variables.get(variable as usize).is_some_and(|variable| self.is_cell(variable)) {
            self.current.load_nil(register, 1, line);
            self.declare_variable(variable, register, line);
            let mark = self.current.free;
            self.schedule([
                Task::Value { node: node.b, target: Target::Next },
                Task::SetCell { cell: register, mark, line },
            ]);
        } else {
            self.declare_variable(variable, register, line);
            self.tasks.push(Task::Value { node: node.b, target: Target::Register(register) });
        }
        Ok(())
    }

    /// The function that was declared last is in its local, which debuggers see from here on.
    pub(super) fn appear(&mut self) {
        let start = self.current.here();
        let last = self.current.active.last();
        if let Some(local) = last.and_then(|&last| self.current.locals.get_mut(last as usize)) {
            local.start = start;
        }
    }

    pub(super) fn set_cell(&mut self, a: u8, mark: u8, line: u32) -> Result<(), Failure> {
        self.current.emit(Op::SetCell { a, b: mark }, line);
        self.current.free = mark;
        Ok(())
    }

    fn conditional(&mut self, node: Node) {
        let parts = self.tree.list(node.a);
        let end = self.current.label();
        let start = self.tasks.len();
        let mut rest = parts;
        while let [condition, block, after @ ..] = rest {
            rest = after;
            let next = self.current.label();
            self.tasks.push(Task::Condition { node: *condition, when: false, label: next, line: NO_LINE });
            self.tasks.push(Task::Block(*block));
            if !after.is_empty() {
                self.tasks.push(Task::Jump { label: end, line: self.last_line(*block) });
            }
            self.tasks.push(Task::Bind(next));
        }
        if let [block] = rest {
            self.tasks.push(Task::Block(*block));
        }
        if parts.len() > 2 {
            self.tasks.push(Task::Bind(end));
        }
        if let Some(tasks) = self.tasks.get_mut(start..) {
            tasks.reverse();
        }
    }

    /// The line of the last token of a block.
    fn last_line(&self, block: List) -> u32 {
        self.word(block.wrapping_sub(1))
    }

    fn declare_loop(&mut self, mark: u8, names: [&str; 3]) {
        for (register, name) in (mark..).zip(names) {
            let name = self.internal_string(name);
            self.declare_local(name, register, false);
        }
    }

    /// Start and limit, and step if there is one, are in registers.
    pub(super) fn numeric_for(&mut self, id: NodeId, mark: u8) -> Result<(), Failure> {
        let node = self.node(id);
        let [names, line, do_line, _, limit, step] =
            [0, 1, 2, 3, 4, 5].map(|offset| self.word(node.a + offset));
        let mut one = true;
        if is_some(step) {
            let step = self.node(step);
            one = step.kind == Kind::Number && self.numbers.get(step.a as usize) == Some(&1.0);
        } else {
            let register = self.current.reserve(1)?;
            self.load(Operand::Number(1.0), register, self.node(limit).line);
        }
        self.tasks.push(Task::Leave { active: self.current.visible(), free: mark, line: NO_LINE });
        self.declare_loop(mark, ["(for index)", "(for limit)", "(for step)"]);
        let inner = self.scope(self.last_line(node.b));
        let exit = self.current.label();
        self.current.enter_loop(exit);
        self.current.jump_to(Op::ForPrep { a: mark, off: 0 }, exit, do_line);
        let body = self.current.label_here();
        self.current.reserve(1)?;
        self.declare(names)?;
        let block = self.body(node.b);
        self.schedule([block, inner, Task::ForLoop { mark, one, body, line }, Task::EndLoop(exit)]);
        Ok(())
    }

    pub(super) fn for_loop(&mut self, a: u8, one: bool, body: Label, line: u32) -> Result<(), Failure> {
        let op = if one { Op::ForLoop1 { a, off: 0 } } else { Op::ForLoop { a, off: 0 } };
        self.current.jump_to(op, body, line);
        Ok(())
    }

    /// Iterator, state and control are in registers.
    pub(super) fn generic_for(&mut self, id: NodeId, mark: u8) -> Result<(), Failure> {
        let node = self.node(id);
        let [line, do_line, names, values] = [0, 1, 2, 3].map(|offset| self.word(node.a + offset));
        // PUC Lua makes room for the iterator's call here, behind all values.
        let values = u8::try_from(self.tree.list(values).len().max(3) + 2).unwrap_or(u8::MAX);
        self.current.touch(mark.saturating_add(values))?;
        // At most 200 names.
        let count = self.tree.list(names).len() as u8;
        self.tasks.push(Task::Leave { active: self.current.visible(), free: mark, line: NO_LINE });
        self.declare_loop(mark, ["(for generator)", "(for state)", "(for control)"]);
        let inner = self.scope(self.last_line(node.b));
        let exit = self.current.label();
        let next = self.current.label();
        self.current.enter_loop(exit);
        self.current.jump_to(Op::ForInPrep { a: mark, off: 0 }, next, do_line);
        let body = self.current.label_here();
        // The iterator is called in three registers, however few names there are.
        self.current.reserve(count.max(3))?;
        self.current.free = mark + 3 + count;
        self.declare(names)?;
        let block = self.body(node.b);
        self.schedule([
            block,
            inner,
            Task::Bind(next),
            Task::ForIn { mark, names: count, body, line, end: self.last_line(node.b) },
            Task::EndLoop(exit),
        ]);
        Ok(())
    }

    /// The end of a loop. PUC Lua has a jump behind it that is never fetched, on the line of the last token in the loop.
    pub(super) fn for_in(&mut self, a: u8, n: u8, body: Label, line: u32, end: u32) -> Result<(), Failure> {
        if self.captures == Captures::Cell && end != line && end != self.current.line() {
            self.current.unfetched.push(end);
        }
        self.current.jump_to(Op::ForIn { a, n, off: 0 }, body, line);
        Ok(())
    }

    fn return_values(&mut self, node: Node) -> Result<(), Failure> {
        let mark = self.current.free;
        let line = node.line;
        let values = self.tree.list(node.a);
        match *values {
            [] => {
                let op = match self.current.vararg_parameters() {
                    Some(params) => Op::ReturnVararg { a: mark, n: 0, params },
                    None => Op::Return0,
                };
                self.current.touch(mark)?;
                self.current.emit(op, line);
            }
            [value] if matches!(self.node(value).kind, Kind::Call | Kind::Method) => {
                self.schedule_call(value, Results::Tail(line));
            }
            [value] if self.node(value).kind != Kind::Vararg => {
                self.schedule([
                    Task::Value { node: value, target: Target::Any },
                    Task::ReturnOne { line, mark },
                ]);
            }
            _ => {
                let open = values.last().is_some_and(|&last| self.is_open(last));
                self.tasks.push(Task::ReturnMany { line, mark, open });
                self.schedule_open_list(node.a);
            }
        }
        Ok(())
    }

    pub(super) fn return_one(&mut self, line: u32, mark: u8) -> Result<(), Failure> {
        let operand = self.pop();
        let a = self.register_of(operand, line)?;
        let op = match self.current.vararg_parameters() {
            Some(params) => Op::ReturnVararg { a, n: 1, params },
            None => Op::Return1 { a },
        };
        self.current.emit(op, line);
        self.current.free = mark;
        Ok(())
    }

    pub(super) fn return_many(&mut self, line: u32, mark: u8, open: bool) -> Result<(), Failure> {
        let n = if open { ferrous_vm::opcode::MULTIPLE } else { self.current.free - mark };
        let op = match self.current.vararg_parameters() {
            Some(params) => Op::ReturnVararg { a: mark, n, params },
            None if open => Op::ReturnTop { a: mark },
            None => Op::Return { a: mark, n },
        };
        self.current.emit(op, line);
        self.current.free = mark;
        Ok(())
    }
}
