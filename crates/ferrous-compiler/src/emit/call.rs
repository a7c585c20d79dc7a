//! Calls, and lists of values of which the last may be open-ended.

use ferrous_vm::opcode::{Hint, MULTIPLE, Op};

use super::{Emitter, Failure, Target, Task};
use crate::ast::{Kind, List, NodeId};

/// What becomes of a call's results.
#[derive(Clone, Copy, Debug)]
pub(super) enum Results {
    /// The first one is the value of an expression, which ends at this line.
    One(Target, u32),
    /// So many, in the next registers.
    Count(u8),
    /// All, up to top.
    All,
    /// They are what the function returns, at this line.
    Tail(u32),
}

impl Emitter<'_> {
    /// Whether an expression can yield several values.
    pub(super) fn is_open(&self, id: NodeId) -> bool {
        matches!(self.node(id).kind, Kind::Call | Kind::Method | Kind::Vararg)
    }

    pub(super) fn multiple(&mut self, id: NodeId) -> Result<(), Failure> {
        let node = self.node(id);
        if node.kind == Kind::Vararg {
            let a = self.current.free;
            self.current.touch(a)?;
            self.current.emit(Op::Vararg { a, n: MULTIPLE }, node.line);
        } else {
            self.schedule_call(id, Results::All);
        }
        Ok(())
    }

    pub(super) fn several(&mut self, id: NodeId, count: u8) -> Result<(), Failure> {
        let node = self.node(id);
        if node.kind == Kind::Vararg {
            let a = self.current.free;
            self.current.touch(a)?;
            self.current.reserve(count)?;
            self.current.emit(Op::Vararg { a, n: count }, node.line);
        } else {
            self.schedule_call(id, Results::Count(count));
        }
        Ok(())
    }

    /// Schedules a call: the function and its arguments in the next registers, then the call itself.
    pub(super) fn schedule_call(&mut self, id: NodeId, results: Results) {
        let node = self.node(id);
        let mark = self.current.free;
        let arguments = if node.kind == Kind::Method { self.word(node.b + 2) } else { node.b };
        let line = self.word(arguments);
        let list = arguments.saturating_add(1);
        let open = self.tree.list(list).last().is_some_and(|&last| self.is_open(last));
        self.tasks.push(Task::Call { line, mark, open, results });
        self.schedule_open_list(list);
        if node.kind == Kind::Method {
            self.tasks.push(Task::Receiver { node: id, mark });
            self.schedule_object(node.a);
        } else {
            self.tasks.push(Task::Value { node: node.a, target: Target::Next });
        }
    }

    /// Schedules the values of a list into the next registers, all values of the last one.
    pub(super) fn schedule_open_list(&mut self, list: List) {
        let items = self.tree.list(list);
        for (index, &node) in items.iter().enumerate().rev() {
            let last = index + 1 == items.len();
            self.tasks.push(if last && self.is_open(node) {
                Task::Multiple(node)
            } else {
                Task::Value { node, target: Target::Next }
            });
        }
    }

    /// Schedules a list of values, which ends at `line`, as exactly `wanted` in the next registers.
    pub(super) fn schedule_list(&mut self, list: List, wanted: usize, line: u32) {
        let items = self.tree.list(list);
        let open = items.last().is_some_and(|&last| self.is_open(last));
        let supplied = if open { wanted.max(items.len() - 1) } else { items.len() };
        if supplied != wanted {
            // Both count registers or items of a list.
            self.tasks.push(Task::Adjust { count: wanted as i32 - supplied as i32, line });
        }
        for (index, &node) in items.iter().enumerate().rev() {
            self.tasks.push(if open && index + 1 == items.len() {
                // Too many for a byte are too many for the registers; `several` finds out.
                Task::Several { node, count: u8::try_from(supplied - index).unwrap_or(u8::MAX) }
            } else {
                Task::Value { node, target: Target::Next }
            });
        }
    }

    pub(super) fn adjust(&mut self, count: i32, line: u32) -> Result<(), Failure> {
        match u8::try_from(count) {
            Ok(missing) => {
                let first = self.current.free;
                self.current.reserve(missing)?;
                self.current.load_nil(first, missing, line);
            }
            Err(_) if count > 0 => return Err(self.current.too_complex()),
            // Registers of surplus values, each of which was reserved.
            Err(_) => self.current.free -= count.unsigned_abs() as u8,
        }
        Ok(())
    }

    /// The object of a method call is known: the function and the object go to the next two registers.
    pub(super) fn receiver(&mut self, id: NodeId, mark: u8) -> Result<(), Failure> {
        let node = self.node(id);
        let (text, line) = (self.word(node.b), self.word(node.b + 1));
        let object = self.pop();
        let b = self.register_of(object, line)?;
        let k = self.text_constant(text);
        self.current.free = mark;
        self.current.reserve(2)?;
        self.current.emit(Op::GetMethod { a: mark, b, hint: Hint::default(), k }, line);
        Ok(())
    }

    pub(super) fn call(&mut self, line: u32, a: u8, open: bool, results: Results) -> Result<(), Failure> {
        // The function itself is in a register, so there is at least one.
        let nargs = self.current.free - a - 1;
        self.current.free = a;
        let nret = match results {
            Results::One(..) => 1,
            Results::Count(count) => count,
            Results::All => MULTIPLE,
            Results::Tail(end) => {
                let op = match (self.current.vararg_parameters(), open) {
                    (Some(params), true) => Op::TailCallVararg { a, nargs: MULTIPLE, params },
                    (Some(params), false) => Op::TailCallVararg { a, nargs, params },
                    (None, true) => Op::TailCallTop { a },
                    (None, false) => Op::TailCall { a, nargs },
                };
                self.current.emit(op, line);
                // As in PUC Lua; hooks see it behind a native, whose results it returns.
                let op = match self.current.vararg_parameters() {
                    Some(params) => Op::ReturnVararg { a, n: MULTIPLE, params },
                    None => Op::ReturnTop { a },
                };
                self.current.emit(op, end);
                return Ok(());
            }
        };
        self.current.emit(if open { Op::CallTop { a, nret } } else { Op::Call { a, nargs, nret } }, line);
        match results {
            Results::One(target, end) => self.deliver(a, target, end),
            Results::Count(count) => self.current.reserve(count).map(|_| ()),
            Results::All | Results::Tail(_) => Ok(()),
        }
    }
}
