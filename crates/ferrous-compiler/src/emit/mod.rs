//! The tree to bytecode.
//!
//! One loop runs [`Task`]s from a stack; a task emits instructions or schedules further tasks, so that no depth of the
//! source becomes a depth of Rust calls. An expression is asked for in one of three ways, its [`Target`]: anywhere (the
//! answer, an [`Operand`], goes to the operand stack and may be a local's own register or a constant), in the next free
//! register, or in a given register. Conditions are not values: they are compiled to jumps to labels.
//!
//! Registers are a stack: a task remembers the first free register (`mark`) when it starts, operands are computed above
//! it, and the result goes to the mark.
//!
//! **Invariant:** when a task for the next register ends, exactly one more register is in use; when one for a given
//! register ends, as many as before.

mod assignment;
mod call;
mod condition;
mod constant;
mod expression;
pub(crate) mod function;
mod jump;
mod operand;
mod statement;
mod table;
mod task;

use std::collections::HashMap;

use ahash::RandomState;
use ferrous_vm::chunk::{Chunk, NO_LINE, StringId};
use ferrous_vm::remains::Remains;

use crate::ast::{NONE, Node, NodeId, Tree};
use crate::interner::{Interner, Text};
use crate::lexer::State;
use crate::patience::{Patience, filled};
use crate::scope::Variable;
use crate::{Captures, FIRST_STACK, Failure};
use constant::GUESSES;
use function::FunctionState;
use operand::Operand;
use task::{Target, Task};

const _: () = assert!(size_of::<Task>() <= 24);

/// The state of one compilation.
pub(crate) struct Emitter<'t> {
    tree: &'t Tree,
    variables: Vec<Variable>,
    texts: &'t mut Interner,
    numbers: &'t [f64],
    captures: Captures,
    tasks: Vec<Task>,
    operands: Vec<Operand>,
    /// The function whose code is being emitted, and those around it.
    current: FunctionState,
    outer: Vec<FunctionState>,
    /// States of complete functions, for their buffers.
    spare: Vec<FunctionState>,
    /// The constants of functions that have many, by function and content; see `constant`.
    constants: HashMap<(u32, u8, u64), u32, RandomState>,
    /// Where a constant was found last, by its content.
    guesses: [u32; GUESSES],
    /// The chunk's string for each text, `NONE` where it has none yet.
    strings: Vec<u32>,
    /// Some function has more constants, or functions, than it may have; looked at from time to time.
    crowded: bool,
    chunk: Chunk,
}

/// Emits the code of a whole source whose main function is `main`.
pub(crate) fn emit(
    tree: &Tree,
    main: u32,
    variables: Vec<Variable>,
    state: &mut State,
    captures: Captures,
    stopped: &dyn Fn() -> bool,
    remains: &mut Remains,
) -> Result<Chunk, Failure> {
    let (texts, numbers) = (&mut state.texts, &state.numbers);
    let strings = filled(texts.len(), stopped)?;
    let mut emitter = Emitter {
        tree,
        variables,
        texts,
        numbers,
        captures,
        tasks: Vec::with_capacity(FIRST_STACK),
        operands: Vec::with_capacity(FIRST_STACK),
        current: FunctionState::default(),
        outer: Vec::new(),
        spare: Vec::new(),
        constants: HashMap::with_hasher(RandomState::new()),
        guesses: [0; GUESSES],
        strings,
        crowded: false,
        chunk: Chunk { prototypes: Vec::with_capacity(tree.functions.len()), ..Chunk::default() },
    };
    let emitted = emitter.emit_all(main, stopped);
    let Emitter { variables, tasks, operands, current, outer, spare, strings, chunk, .. } = emitter;
    remains.add(variables);
    remains.add(tasks);
    remains.add(operands);
    remains.add(strings);
    [current].into_iter().chain(outer).chain(spare).for_each(|function| function.leave(remains));
    match emitted {
        Ok(()) => Ok(chunk),
        Err(failure) => {
            remains.add_chunk(chunk);
            Err(failure)
        }
    }
}

impl Emitter<'_> {
    fn emit_all(&mut self, main: u32, stopped: &dyn Fn() -> bool) -> Result<(), Failure> {
        self.open_function(main)?;
        let mut patience = Patience::new(stopped);
        while let Some(task) = self.tasks.pop() {
            if patience.count()? {
                self.look_for_room()?;
            }
            if let Err(failure) = self.run(task) {
                return self.look_for_room().and(Err(failure));
            }
        }
        self.look_for_room()?;
        self.finish_main();
        Ok(())
    }

    /// Fails if a function has become too large.
    fn look_for_room(&self) -> Result<(), Failure> {
        if self.crowded { Err(Failure::Constants) } else { Ok(()) }
    }

    #[inline]
    fn node(&self, id: NodeId) -> Node {
        self.tree.node(id)
    }

    #[inline]
    fn word(&self, index: u32) -> u32 {
        self.tree.word(index)
    }

    /// Schedules tasks that run in the order given, before those scheduled earlier.
    #[inline]
    fn schedule<const N: usize>(&mut self, tasks: [Task; N]) {
        self.tasks.extend(tasks.into_iter().rev());
    }

    /// The chunk's string for a text.
    #[inline]
    fn string(&mut self, text: Text) -> StringId {
        let Some(slot) = self.strings.get_mut(text as usize) else { return StringId(0) };
        if *slot == NONE {
            // No more strings than texts.
            *slot = self.chunk.strings.len() as u32;
            self.chunk.strings.push(self.texts.take(text));
        }
        StringId(*slot)
    }

    /// The chunk's string for a text that is not in the source.
    fn internal_string(&mut self, name: &str) -> StringId {
        let known = self.chunk.strings.iter().position(|string| **string == *name.as_bytes());
        StringId(known.unwrap_or_else(|| {
            self.chunk.strings.push(name.as_bytes().into());
            self.chunk.strings.len() - 1
        }) as u32)
    }

    fn run(&mut self, task: Task) -> Result<(), Failure> {
        match task {
            Task::Statements { at, end } => self.statements(at, end),
            Task::Block(list) => self.block(list),
            Task::Leave { active, free, line } => self.leave(active, free, line),
            Task::Value { node, target } => self.value(node, target, NO_LINE),
            Task::ValueAt { node, target, line } => self.value(node, target, line),
            Task::Multiple(node) => self.multiple(node),
            Task::Several { node, count } => self.several(node, count),
            Task::Adjust { count, line } => self.adjust(count, line),
            Task::Fetch { line } => self.fetch(line),
            Task::Release(mark) => {
                self.current.free = mark;
                Ok(())
            }
            Task::Deliver { mark, target, line } => self.deliver(mark, target, line),
            Task::Field { node, target, mark } => self.field(node, target, mark),
            Task::Index { node, target, mark } => self.index(node, target, mark),
            Task::Arithmetic { node, target, mark, line } => self.arithmetic(node, target, mark, line),
            Task::Unary { node, target, mark, line } => self.unary(node, target, mark, line),
            Task::Concat { line, target, mark } => self.concat(line, target, mark),
            Task::LoadBool { register, value, line } => self.load_bool(register, value, line),
            Task::EndChoice { register, label, line } => self.end_choice(register, label, line),
            Task::Fields { table, at, end, pending, stored, line } => {
                self.fields(table, at..end, pending, stored, line)
            }
            Task::StoreNamed { node, table, mark } => self.store_named(node, table, mark),
            Task::StoreKeyed { node, table, mark } => self.store_keyed(node, table, mark),
            Task::SetListTop { table, first, line } => self.set_list_top(table, first, line),
            Task::Receiver { node, mark } => self.receiver(node, mark),
            Task::Call { line, mark, open, results } => self.call(line, mark, open, results),
            Task::Condition { node, when, label, line } => self.condition(node, when, label, line),
            Task::Zero => {
                if let Some(&operand @ Operand::Number(0.0)) = self.operands.last() {
                    self.constant_of(operand);
                }
                Ok(())
            }
            Task::Compare { node, when, label, mark } => self.compare(node, when, label, mark),
            Task::Truth { line, when, label, mark } => self.truth(line, when, label, mark),
            Task::Test { node, register, when, label, line } => self.test(node, register, when, label, line),
            Task::TestOperand { register, when, label, line } => {
                self.test_operand(register, when, label, line)
            }
            Task::JumpIf { register, when, label, line } => self.jump_if(register, when, label, line),
            Task::Jump { label, line } => {
                self.current.jump(label, line);
                Ok(())
            }
            Task::Loop { label, line } => self.loop_to(label, line),
            Task::EndRepeat { active, free, top, line, shows } => {
                self.end_repeat((active, free), top, line, shows)
            }
            Task::Stop { line } => {
                if self.current.is_target() {
                    self.current.stop(line);
                }
                Ok(())
            }
            Task::Bind(label) => self.current.bind(label),
            Task::EndLoop(label) => {
                self.current.loops.pop();
                self.current.bind(label)
            }
            Task::Declare { names } => self.declare(names),
            Task::SetCell { cell, mark, line } => self.set_cell(cell, mark, line),
            Task::Store { node, mark, line } => self.store(node, mark, line),
            Task::Appear => {
                self.appear();
                Ok(())
            }
            Task::Named { line } => {
                self.name_function(line);
                Ok(())
            }
            Task::Detach { targets, operands } => self.detach(targets, operands),
            Task::Mark => {
                self.operands.push(Operand::Register(self.current.free));
                Ok(())
            }
            Task::Locate(node) => self.place(node).map(|_| ()),
            Task::StoreAll { node, mark, direct } => self.store_all(node, mark, direct),
            Task::NumericFor { node, mark } => self.numeric_for(node, mark),
            Task::ForLoop { mark, one, body, line } => self.for_loop(mark, one, body, line),
            Task::GenericFor { node, mark } => self.generic_for(node, mark),
            Task::ForIn { mark, names, body, line, end } => self.for_in(mark, names, body, line, end),
            Task::FinishFunction { node, target } => self.finish_function(node, target),
            Task::ReturnOne { line, mark } => self.return_one(line, mark),
            Task::ReturnMany { line, mark, open } => self.return_many(line, mark, open),
        }
    }
}
