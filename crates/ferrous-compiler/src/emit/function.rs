//! Functions: their state while they are emitted, registers, locals and upvalues.

use ferrous_vm::chunk::{Capture, Constant, Local, NO_LINE, Prototype, StringId, UNUSED_ARG, Upvalue};
use ferrous_vm::opcode::{MAX_REGISTERS, Op};
use ferrous_vm::remains::Remains;
use ferrous_vm::verify::MAX_UPVALUES;

use super::constant::FEW;
use super::jump::Label;
use super::{Emitter, Failure, Target, Task};
use crate::Captures;
use crate::ast::{NONE, NodeId};
use crate::scope::{Variable, VariableId};

/// How many constants a function may have, and how many functions: what an operand of PUC Lua's instructions can name.
pub(super) const MAX_CONSTANTS: u32 = (1 << 18) - 1;
/// How many instructions may follow each other, on any way through a function, until a tick is counted: the next statement
/// begins with one, or the next instruction does.
const STRETCH: u8 = 48;
const LONGEST_STRETCH: u8 = 128;

/// Lists of more elements are not copied, and do not move while they grow if that can be helped.
const COPIED: usize = 1 << 15;

/// A function whose code is being emitted.
#[derive(Default)]
pub(super) struct FunctionState {
    /// Its index in the tree and in the chunk.
    pub(super) function: u32,
    pub(super) prototype: u32,
    /// How many functions it contains.
    children: u32,
    pub(super) code: Vec<Op>,
    pub(super) lines: Vec<u32>,
    pub(super) constants: Vec<Constant>,
    pub(super) locals: Vec<Local>,
    /// The visible locals, as indices into `locals`.
    pub(super) active: Vec<u32>,
    /// Those of them that functions have captured so far, as indices into `active`.
    captured: Vec<u8>,
    upvalues: Vec<Upvalue>,
    upvalue_variables: Vec<VariableId>,
    /// Where each label is, and the jumps that go to one.
    pub(super) labels: Vec<u32>,
    /// The longest way without a tick, in instructions: to here, and to each label from the jumps so far.
    pub(super) stretch: u8,
    /// With which stretch the next instruction needs a tick.
    patience: u8,
    pub(super) stretches: Vec<u8>,
    pub(super) fixups: Vec<(u32, Label)>,
    /// Where the latest label is; an instruction before it must not be changed.
    pub(super) last_label: u32,
    /// Lines on which only instructions may stand that are never fetched.
    pub(super) unfetched: Vec<u32>,
    /// Where `break` goes, and how many locals are visible there, loop by loop.
    pub(super) loops: Vec<(Label, u32)>,
    /// The first free register, and how many have been in use at once.
    pub(super) free: u8,
    registers: u8,
    /// How many there may be.
    most: u8,
    /// The expression that is being emitted, for messages.
    pub(super) node: NodeId,
    parameters: u8,
    is_vararg: bool,
}

impl FunctionState {
    /// Starts on a function, with the buffers of one that is complete.
    fn begin(&mut self, function: u32, prototype: u32, is_vararg: bool) {
        self.upvalue_variables.clear();
        self.captured.clear();
        self.labels.clear();
        self.stretches.clear();
        self.stretch = 0;
        self.patience = LONGEST_STRETCH;
        self.fixups.clear();
        self.loops.clear();
        self.unfetched.clear();
        self.function = function;
        self.prototype = prototype;
        self.children = 0;
        self.last_label = 0;
        self.free = 1;
        self.registers = 1;
        self.most = MAX_REGISTERS as u8;
        self.parameters = 0;
        self.is_vararg = is_vararg;
    }

    /// Leaves what was allocated.
    pub(super) fn leave(self, remains: &mut Remains) {
        remains.add(self.code);
        remains.add(self.lines);
        remains.add(self.constants);
        remains.add(self.locals);
        remains.add(self.labels);
        remains.add(self.stretches);
        remains.add(self.fixups);
    }

    /// Takes room for the code of a source of so many nodes at once: growing would copy it, and for a short one take longer than
    /// emitting it. What is not used costs nothing.
    fn expect(&mut self, nodes: usize) {
        /// Of a source of ordinary length most is in functions: for the main one growing does.
        const SHORT: usize = 256;
        let room = if nodes > COPIED { nodes } else { nodes.min(SHORT) };
        // There may be less room than that, and it may be enough.
        let _ = self.code.try_reserve(room);
        let _ = self.lines.try_reserve(room);
        let _ = self.constants.try_reserve((nodes / 4).min(FEW));
    }

    /// Where the next instruction goes.
    pub(super) fn here(&self) -> u32 {
        // A function has at most a few instructions for each byte of a source below 1 GiB.
        self.code.len() as u32
    }

    /// The line of the instruction before.
    pub(super) fn line(&self) -> u32 {
        self.lines.iter().rev().copied().find(|&line| line != NO_LINE).unwrap_or(NO_LINE)
    }

    /// The line of the instruction at `index`.
    pub(super) fn line_at(&self, index: usize) -> u32 {
        self.lines.get(index).copied().unwrap_or(NO_LINE)
    }

    /// Gives the instructions from `first` on this line.
    pub(super) fn set_lines(&mut self, first: usize, line: u32) {
        self.lines.iter_mut().skip(first).for_each(|known| *known = line);
    }

    /// The line of a `LoadNil` from register `a` on for which PUC Lua, which has no instructions that make cells, has no
    /// instruction either: that of the one before, which covers these registers too, or none where the function begins.
    fn line_of_merged_nils(&self, a: u8) -> Option<u32> {
        let is_new_cell = |op: &Op| matches!(op, Op::NewCell { .. });
        let before = self.code.iter().rposition(|op| !is_new_cell(op));
        match before.and_then(|at| Some((at, self.code.get(at)?, self.lines.get(at)?))) {
            None | Some((_, Op::VarargPrep { .. } | Op::VarargPrepArg { .. }, _)) => {
                (!self.labels.contains(&self.here())).then_some(NO_LINE)
            }
            Some((at, Op::LoadNil { a: first, n }, &line)) => {
                (first.checked_add(*n) == Some(a) && self.last_label as usize <= at).then_some(line)
            }
            Some(_) => None,
        }
    }

    /// The line of an instruction that moves a value from a register to a variable: none if PUC Lua has the instruction
    /// before put it there at once.
    pub(super) fn line_of_move(&self, from: u8, line: u32) -> u32 {
        let is_put = |op: &Op| {
            op.destination() == Some(from)
                && !matches!(
                    op,
                    Op::NewTable { .. } | Op::Call { .. } | Op::CallTop { .. } | Op::SetCell { .. }
                )
        };
        if self.code.last().is_some_and(is_put) { NO_LINE } else { line }
    }

    /// The lines on which no instruction stands that is fetched, but one that is not: each once.
    fn unfetched_only(&mut self) -> Vec<u32> {
        let mut unfetched = std::mem::take(&mut self.unfetched);
        if !unfetched.is_empty() {
            let mut fetched = self.lines.clone();
            fetched.sort_unstable();
            unfetched.sort_unstable();
            unfetched.dedup();
            unfetched.retain(|line| fetched.binary_search(line).is_err());
        }
        unfetched
    }

    /// Emits an instruction, and before it a tick if none has been counted for long.
    #[inline]
    pub(super) fn emit(&mut self, op: Op, line: u32) -> u32 {
        if self.stretch >= self.patience && self.code.last().and_then(Op::leaves_top).is_none() {
            self.tick();
        }
        self.patience = LONGEST_STRETCH;
        let at = self.here();
        self.stretch = if op.counts_tick() { 0 } else { self.stretch.saturating_add(1) };
        self.code.push(op);
        self.lines.push(line);
        at
    }

    /// A statement begins: the next instruction is its first.
    #[inline]
    pub(super) fn begin_statement(&mut self) {
        self.patience = STRETCH;
    }

    /// A jump to the next instruction that counts as one back does.
    #[cold]
    fn tick(&mut self) {
        self.code.push(Op::Loop { off: 0 });
        self.lines.push(NO_LINE);
        self.stretch = 0;
    }

    /// Takes the next `count` registers; the first of them.
    #[inline]
    pub(super) fn reserve(&mut self, count: u8) -> Result<u8, Failure> {
        let first = self.free;
        match first.checked_add(count) {
            Some(free) if free <= self.most => {
                self.free = free;
                self.registers = self.registers.max(free);
                Ok(first)
            }
            _ => Err(self.too_complex()),
        }
    }

    /// Makes sure that a register exists, without taking it.
    pub(super) fn touch(&mut self, register: u8) -> Result<(), Failure> {
        let free = self.free;
        self.free = register;
        let result = self.reserve(1);
        self.free = free;
        result.map(|_| ())
    }

    pub(super) fn too_complex(&self) -> Failure {
        Failure::Complex { node: self.node, opening: false, line: self.line() }
    }

    /// `R[a], ..., R[a+n-1] = nil`, in one instruction with an adjacent one just before.
    pub(super) fn load_nil(&mut self, a: u8, n: u8, line: u32) {
        let here = self.here();
        if n == 0 {
            return;
        }
        if self.last_label != here
            && let Some(Op::LoadNil { a: first, n: count }) = self.code.last_mut()
            && first.checked_add(*count) == Some(a)
        {
            *count += n;
            return;
        }
        let line = self.line_of_merged_nils(a).unwrap_or(line);
        self.emit(Op::LoadNil { a, n }, line);
    }

    /// How many locals are visible: at most 200.
    pub(super) fn visible(&self) -> u32 {
        self.active.len() as u32
    }

    /// A loop begins; `break` goes to the label.
    pub(super) fn enter_loop(&mut self, exit: Label) {
        self.loops.push((exit, self.visible()));
    }

    /// `break` at this line.
    pub(super) fn break_loop(&mut self, line: u32) {
        let Some(&(exit, active)) = self.loops.last() else { return };
        if self.is_target() {
            self.close(active, line);
        }
        self.jump(exit, line);
    }

    /// A local that lives in a register is captured.
    fn capture(&mut self, register: u8) {
        let has_register =
            |&index: &u32| self.locals.get(index as usize).is_some_and(|local| local.register == register);
        // At most 200 are active.
        let found = self.active.iter().rposition(has_register).map(|at| at as u8);
        if let Some(at) = found.filter(|at| !self.captured.contains(at)) {
            self.captured.push(at);
        }
    }

    /// The captured ones of the locals from the one at `active` on go out of sight. PUC Lua closes their upvalues; for us an
    /// instruction that does nothing stands there if hooks can tell the difference.
    fn close(&mut self, active: u32, line: u32) {
        let shows = self.is_target() || self.line() != line;
        if self.has_captured(active) && shows && !self.is_unreachable() {
            self.stop(line);
        }
    }

    /// Whether some of the locals from the one at `active` on are captured.
    pub(super) fn has_captured(&self, active: u32) -> bool {
        self.captured.iter().any(|&at| u32::from(at) >= active)
    }

    /// The number of fixed parameters, if the function takes `...`.
    pub(super) fn vararg_parameters(&self) -> Option<u8> {
        self.is_vararg.then_some(self.parameters)
    }
}

/// What a list holds: a copy, so that the next function finds its room, unless it is so long that copying would take its time.
fn taken<T>(list: &mut Vec<T>) -> Vec<T> {
    if list.len() < COPIED {
        let mut copy = Vec::with_capacity(list.len());
        copy.append(list);
        return copy;
    }
    let mut taken = std::mem::take(list);
    taken.shrink_to_fit();
    taken
}

impl Emitter<'_> {
    pub(super) fn is_cell(&self, variable: &Variable) -> bool {
        variable.captured && (variable.assigned || self.captures == Captures::Cell)
    }

    /// Begins a function: the one around it waits until `FinishFunction` or the end.
    pub(super) fn open_function(&mut self, index: u32) -> Result<(), Failure> {
        let Some(&function) = self.tree.functions.get(index as usize) else { return Ok(()) };
        let is_main = self.chunk.prototypes.is_empty();
        // Fewer prototypes than functions of the tree.
        let prototype = self.chunk.prototypes.len() as u32;
        self.chunk.prototypes.push(Prototype::default());
        self.current.children += 1;
        self.crowded |= self.current.children > MAX_CONSTANTS;
        // A vararg function's `arg` is nil if it uses `...` instead, and is not made if it is not mentioned; a debugger may
        // still ask for it. A main function has none, and takes nothing if it does not use `...`.
        let arg = self.variables.get(function.arg_variable as usize);
        let mentions_arg = arg.is_some_and(|arg| arg.referenced);
        let is_vararg = function.is_vararg && (function.uses_vararg || arg.is_some());
        let mut state = self.spare.pop().unwrap_or_default();
        state.begin(index, prototype, is_vararg);
        std::mem::swap(&mut self.current, &mut state);
        if is_main {
            self.current.expect(self.tree.nodes.len());
        } else {
            self.outer.push(state);
        }
        let parameters = self.tree.list(function.parameters);
        let fixed = parameters.len() + usize::from(function.is_method);
        // At most 200, as `scope` has checked.
        self.current.parameters = fixed as u8;
        self.current.reserve(fixed as u8)?;
        if is_vararg {
            let params = self.current.parameters;
            let table = mentions_arg && !function.uses_vararg;
            let op = if table { Op::VarargPrepArg { params } } else { Op::VarargPrep { params } };
            self.current.emit(op, function.line);
        }
        if mentions_arg {
            let register = self.current.reserve(1)?;
            if function.uses_vararg {
                self.current.load_nil(register, 1, function.line);
            }
        }
        let own = [function.self_variable].into_iter().filter(|&variable| variable != NONE);
        let arg = [function.arg_variable].into_iter().filter(|_| mentions_arg);
        for (register, variable) in (1..).zip(own.chain(parameters.iter().copied()).chain(arg)) {
            self.declare_variable(variable, register, NO_LINE);
        }
        if !mentions_arg && let Some(variable) = self.variables.get(function.arg_variable as usize) {
            let name = self.string(variable.name);
            self.declare_local(name, UNUSED_ARG, false);
            // In PUC Lua it has a register.
            self.current.most -= 1;
        }
        let leave = Task::Leave { active: self.current.visible(), free: self.current.free, line: NO_LINE };
        self.schedule([self.body(function.block), leave]);
        Ok(())
    }

    /// Begins the life of a variable whose value is in a register.
    pub(super) fn declare_variable(&mut self, id: VariableId, register: u8, line: u32) {
        let Some(variable) = self.variables.get_mut(id as usize) else { return };
        variable.register = register;
        let variable = *variable;
        let cell = self.is_cell(&variable);
        if cell {
            // What PUC Lua has no instruction for must not be the first that a jump reaches.
            let line = if self.current.last_label == self.current.here() { NO_LINE } else { line };
            self.current.emit(Op::NewCell { a: register }, line);
        }
        let name = self.string(variable.name);
        self.declare_local(name, register, cell);
    }

    pub(super) fn declare_local(&mut self, name: StringId, register: u8, cell: bool) {
        let start = self.current.here();
        // At most 200 are active, and no function has more locals than nodes.
        self.current.active.push(self.current.locals.len() as u32);
        self.current.locals.push(Local { name, register, cell, start, end: start });
    }

    /// Ends a scope: as many locals stay visible as were when it began. The line is that of the last token in it, where upvalues
    /// are closed.
    pub(super) fn leave(&mut self, active: u32, free: u8, line: u32) -> Result<(), Failure> {
        let end = self.current.here();
        if line != NO_LINE {
            self.current.close(active, line);
        }
        self.current.captured.retain(|&at| u32::from(at) < active);
        for index in self.current.active.drain(active as usize..) {
            if let Some(local) = self.current.locals.get_mut(index as usize) {
                local.end = end;
            }
        }
        self.current.free = free;
        Ok(())
    }

    /// A function as a value.
    pub(super) fn function_value(&mut self, id: NodeId, target: Target) -> Result<(), Failure> {
        self.tasks.push(Task::FinishFunction { node: id, target });
        self.open_function(self.node(id).a)
    }

    pub(super) fn finish_function(&mut self, id: NodeId, target: Target) -> Result<(), Failure> {
        let p = self.current.prototype;
        self.close_function();
        let node = self.node(id);
        let mark = self.current.free;
        let a = self.destination(target, mark)?;
        self.current.emit(Op::Closure { a, p }, node.line);
        self.answer(target, a);
        Ok(())
    }

    pub(super) fn finish_main(&mut self) {
        self.close_function();
    }

    fn close_function(&mut self) {
        let Some(&function) = self.tree.functions.get(self.current.function as usize) else { return };
        let is_main = self.outer.is_empty();
        // Even where it cannot be reached, as in PUC Lua: it makes the line of the `end` an active one.
        let op = match self.current.vararg_parameters() {
            Some(params) => Op::ReturnVararg { a: 1, n: 0, params },
            None => Op::Return0,
        };
        self.current.emit(op.clone(), function.last_line);
        let end = self.current.here();
        for index in self.current.active.drain(..) {
            if let Some(local) = self.current.locals.get_mut(index as usize) {
                local.end = end;
            }
        }
        for line in self.current.unfetched_only() {
            self.current.emit(op.clone(), line);
        }
        self.current.resolve();
        let mut state = std::mem::replace(&mut self.current, self.outer.pop().unwrap_or_default());
        if let Some(prototype) = self.chunk.prototypes.get_mut(state.prototype as usize) {
            *prototype = Prototype {
                code: taken(&mut state.code),
                lines: taken(&mut state.lines),
                constants: taken(&mut state.constants),
                upvalues: taken(&mut state.upvalues),
                locals: taken(&mut state.locals),
                parameters: state.parameters,
                is_vararg: state.is_vararg,
                registers: state.registers.max(2),
                line_defined: if is_main { 0 } else { function.line },
                last_line_defined: if is_main { 0 } else { function.last_line },
            };
        }
        if is_main {
            self.current = state;
        } else {
            self.spare.push(state);
        }
    }

    /// The upvalue of the current function for a variable of one around it; adds it where it is missing on the way.
    pub(super) fn upvalue(&mut self, id: VariableId, cell: bool, node: NodeId) -> Result<u8, Failure> {
        if let Some(index) = self.current.upvalue_variables.iter().position(|&known| known == id) {
            return Ok(index as u8);
        }
        let Some(&variable) = self.variables.get(id as usize) else { return Ok(0) };
        let name = self.string(variable.name);
        let owner = self.outer.iter().rposition(|state| state.function == variable.function).unwrap_or(0);
        let mut capture = Capture::Register(variable.register);
        for depth in owner + 1..=self.outer.len() {
            let state = self.outer.get_mut(depth).unwrap_or(&mut self.current);
            let known = state.upvalue_variables.iter().position(|&known| known == id);
            let index = match known {
                Some(index) => index,
                None => {
                    if state.upvalues.len() == MAX_UPVALUES {
                        return Err(Failure::Upvalues { function: state.function, node });
                    }
                    let itself = depth == owner + 1 && variable.initialiser == state.function && !cell;
                    let capture = if itself { Capture::Itself } else { capture };
                    state.upvalues.push(Upvalue { name, capture, cell });
                    state.upvalue_variables.push(id);
                    let index = state.upvalues.len() - 1;
                    if depth == owner + 1
                        && let Some(owner) = self.outer.get_mut(owner)
                    {
                        owner.capture(variable.register);
                    }
                    index
                }
            };
            capture = Capture::Upvalue(index as u8);
        }
        match capture {
            Capture::Upvalue(index) => Ok(index),
            // There is at least one function below the owner: the current one.
            Capture::Register(_) | Capture::Itself => Ok(0),
        }
    }
}
