//! Table constructors.
//!
//! Positional values are collected in registers behind the table's and stored in batches; keyed ones are stored at once.
//! One task walks the fields, so that a constructor of any length takes no more room here than a short one.

use std::ops::Range;

use ferrous_vm::opcode::{Hint, Op};

use super::expression::integer_index;
use super::operand::Operand;
use super::{Emitter, Failure, Target, Task};
use crate::ast::{Kind, NONE, Node, NodeId};

/// How many positional values are stored at once (`LFIELDS_PER_FLUSH`).
const BATCH: u8 = 50;

impl Emitter<'_> {
    pub(super) fn table(&mut self, node: Node, target: Target) -> Result<(), Failure> {
        let fields = self.tree.list(node.a);
        let mut hash = 0u16;
        let mut array = 0u32;
        for &field in fields {
            match self.node(field).kind {
                Kind::NamedField | Kind::KeyedField => hash = hash.saturating_add(1),
                _ => array += 1,
            }
        }
        if fields.last().is_some_and(|&last| self.is_open(last)) {
            array -= 1;
        }
        let array = rounded_size(array);
        let mark = self.current.free;
        // PUC Lua makes a table in a temporary, so that hooks see it move where the constructor is closed.
        let moves = matches!(target, Target::Register(_)) && node.line != node.b >> 1;
        if fields.is_empty() && !moves {
            let a = self.destination(target, mark)?;
            self.current.emit(Op::NewTable { a, hash, array }, node.b >> 1);
            self.answer(target, a);
            return Ok(());
        }
        let line = self.word(node.a.wrapping_sub(1));
        let opening = |_| Failure::Complex { node: NONE, opening: true, line };
        let table = self.current.reserve(1).map_err(opening)?;
        self.current.emit(Op::NewTable { a: table, hash, array }, node.b >> 1);
        // Lists are shorter than `extra`.
        let (at, end) = (node.a + 1, node.a + 1 + fields.len() as u32);
        self.schedule([
            Task::Fields { table, at, end, pending: 0, stored: 0, line: node.line },
            Task::Deliver { mark, target, line: node.line },
        ]);
        Ok(())
    }

    /// The fields from the start of `places` on; `pending` values wait in registers, `stored` are in the table. The
    /// constructor is closed at `line`.
    pub(super) fn fields(
        &mut self,
        table: u8,
        places: Range<u32>,
        mut pending: u8,
        mut stored: u32,
        line: u32,
    ) -> Result<(), Failure> {
        let Range { start: at, end } = places;
        if pending == BATCH || (at == end && pending > 0) {
            let line = if at == end { line } else { self.current.line() };
            self.current.emit(Op::SetList { a: table, n: pending, first: stored + 1 }, line);
            self.current.free = table + 1;
            stored += u32::from(pending);
            pending = 0;
        }
        if at == end {
            return Ok(());
        }
        let id = self.word(at);
        let node = self.node(id);
        let mark = self.current.free;
        let next = Task::Fields { table, at: at + 1, end, pending, stored, line };
        match node.kind {
            Kind::NamedField => self.schedule([
                Task::Value { node: node.b, target: Target::Any },
                Task::StoreNamed { node: id, table, mark },
                next,
            ]),
            Kind::KeyedField => {
                self.schedule([
                    Task::Value { node: node.b, target: Target::Any },
                    Task::StoreKeyed { node: id, table, mark },
                    next,
                ]);
                self.schedule_early(node.a);
            }
            _ if at + 1 == end && self.is_open(id) => {
                self.schedule([Task::Multiple(id), Task::SetListTop { table, first: stored + 1, line }])
            }
            _ => self.schedule([
                Task::Value { node: id, target: Target::Next },
                Task::Fields { table, at: at + 1, end, pending: pending + 1, stored, line },
            ]),
        }
        Ok(())
    }

    pub(super) fn set_list_top(&mut self, table: u8, first: u32, line: u32) -> Result<(), Failure> {
        self.current.emit(Op::SetListTop { a: table, first }, line);
        self.current.free = table + 1;
        Ok(())
    }

    pub(super) fn store_named(&mut self, id: NodeId, table: u8, mark: u8) -> Result<(), Failure> {
        let node = self.node(id);
        let value = self.pop();
        self.store_field(table, Operand::String(node.a), value, node.line)?;
        self.current.free = mark;
        Ok(())
    }

    pub(super) fn store_keyed(&mut self, id: NodeId, table: u8, mark: u8) -> Result<(), Failure> {
        let line = self.node(id).line;
        let (value, key) = (self.pop(), self.pop());
        self.store_field(table, key, value, line)?;
        self.current.free = mark;
        Ok(())
    }

    /// Stores a value under a key of the table in register `a`.
    pub(super) fn store_field(
        &mut self,
        a: u8,
        key: Operand,
        value: Operand,
        line: u32,
    ) -> Result<(), Failure> {
        let op = match key {
            Operand::String(text) => {
                let b = self.register_of(value, line)?;
                let k = self.text_constant(text);
                Op::SetField { a, b, hint: Hint::default(), k }
            }
            Operand::Number(number) if let Some(n) = integer_index(number) => {
                Op::SetInt { a, b: self.register_of(value, line)?, n }
            }
            _ => {
                let b = self.register_of(key, line)?;
                Op::SetIndex { a, b, c: self.register_of(value, line)? }
            }
        };
        self.current.emit(op, line);
        Ok(())
    }
}

/// The size of the array part for a number of values: as many as a three-bit mantissa can tell, rounded up (`luaO_int2fb`).
fn rounded_size(count: u32) -> u32 {
    let (mut mantissa, mut exponent) = (count, 0);
    while mantissa >= 16 {
        mantissa = mantissa.div_ceil(2);
        exponent += 1;
    }
    mantissa << exponent
}
