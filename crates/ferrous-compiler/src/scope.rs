//! Which name means which variable, and how each variable is used.
//!
//! One walk over the tree in source order, with an explicit stack. Every `Name` gets the variable that it means, the lists
//! of declared names become lists of variables, and each variable learns whether a nested function uses it (captured) and
//! whether it is assigned after its declaration. A captured variable that never is can be copied into closures; the others
//! live in cells. The walk knows the nesting depth at each point, so it also enforces the limits on syntax levels,
//! locals and targets that PUC Lua's recursive parser has; where that would give up, `descent` finds.
//!
//! **Invariant:** `bindings[text]` is the innermost visible variable of that name; `shadowed` undoes it block by block.

use ferrous_vm::remains::Remains;

use crate::ast::{BARE_ARGUMENT, Kind, List, NONE, Node, NodeId, Tree, UNWRITTEN};
use crate::descent::{LOOP_LOCALS, MAX_LOCALS};
use crate::interner::Text;
use crate::patience::{Patience, filled};
use crate::{FIRST_STACK, Failure};

/// Index of a variable.
pub(crate) type VariableId = u32;

/// A local variable of the source.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Variable {
    pub(crate) name: Text,
    /// The function that declares it.
    pub(crate) function: u32,
    /// For `local function`, the function that is its value from the start.
    pub(crate) initialiser: u32,
    pub(crate) captured: bool,
    pub(crate) assigned: bool,
    pub(crate) referenced: bool,
    /// Where `emit` put it.
    pub(crate) register: u8,
}

#[derive(Clone, Copy)]
enum Task {
    Expression(NodeId, u32),
    Statement(NodeId, u32),
    /// A table's field, an expression or a pair.
    Field(NodeId, u32),
    Block(List, u32),
    /// The names of a list become variables.
    Declare(List),
    /// A `for` loop's own locals.
    DeclareLoop,
    Leave(u32),
    LeaveFunction(u32),
}

struct Scope<'t> {
    tree: &'t mut Tree,
    variables: Vec<Variable>,
    bindings: Vec<VariableId>,
    /// What each declaration hid: text (`NONE` for a loop's own) and the previous binding.
    shadowed: Vec<(Text, VariableId)>,
    tasks: Vec<Task>,
    /// The open functions and how much was in `shadowed` when each began.
    functions: Vec<(u32, usize)>,
    /// `None`: whatever there is may be.
    max_levels: Option<u32>,
    /// The texts `self` and `arg`.
    implicit: [Text; 2],
}

/// Resolves all names. `main` is the index of the main function; `texts` counts the texts.
pub(crate) fn resolve(
    tree: &mut Tree,
    main: u32,
    texts: usize,
    implicit: [Text; 2],
    max_levels: Option<u32>,
    stopped: &dyn Fn() -> bool,
    remains: &mut Remains,
) -> Result<Vec<Variable>, Failure> {
    let variables = Vec::with_capacity(tree.nodes.len() / 16);
    let mut scope = Scope {
        tree,
        variables,
        bindings: filled(texts, stopped)?,
        shadowed: Vec::new(),
        tasks: Vec::with_capacity(FIRST_STACK),
        functions: Vec::new(),
        max_levels,
        implicit,
    };
    let walked = scope.walk(main, stopped);
    let Scope { variables, bindings, shadowed, tasks, .. } = scope;
    remains.add(bindings);
    remains.add(shadowed);
    remains.add(tasks);
    match walked {
        Ok(()) => Ok(variables),
        Err(failure) => {
            remains.add(variables);
            Err(failure)
        }
    }
}

impl Scope<'_> {
    /// Goes through the whole source.
    fn walk(&mut self, main: u32, stopped: &dyn Fn() -> bool) -> Result<(), Failure> {
        self.enter_function(main, 0)?;
        let mut patience = Patience::new(stopped);
        while let Some(task) = self.tasks.pop() {
            patience.count()?;
            match task {
                Task::Expression(node, level) => self.expression(node, level)?,
                Task::Statement(node, level) => self.statement(node, level)?,
                Task::Field(node, level) => self.field(node, level),
                Task::Block(list, level) => self.block(list, level)?,
                Task::Declare(list) => self.declare(list)?,
                Task::DeclareLoop => {
                    for _ in 0..LOOP_LOCALS {
                        self.shadow(NONE, NONE)?;
                    }
                }
                Task::Leave(mark) => self.leave(mark as usize),
                Task::LeaveFunction(mark) => {
                    self.leave(mark as usize);
                    self.functions.pop();
                }
            }
        }
        Ok(())
    }

    #[inline]
    fn node(&self, id: NodeId) -> Node {
        self.tree.node(id)
    }

    fn word(&self, index: u32) -> u32 {
        self.tree.word(index)
    }

    fn function(&self) -> u32 {
        self.functions.last().map_or(NONE, |function| function.0)
    }

    fn check_level(&self, level: u32) -> Result<(), Failure> {
        if self.max_levels.is_some_and(|most| level > most) { Err(Failure::Excess) } else { Ok(()) }
    }

    fn enter_function(&mut self, function: u32, level: u32) -> Result<(), Failure> {
        let Some(&entered) = self.tree.functions.get(function as usize) else { return Ok(()) };
        // The count of declarations is at most that of nodes.
        let mark = self.shadowed.len() as u32;
        self.functions.push((function, self.shadowed.len()));
        self.tasks.push(Task::LeaveFunction(mark));
        if entered.is_method {
            let variable = self.declare_one(self.implicit[0])?;
            self.tree.functions[function as usize].self_variable = variable;
        }
        self.declare(entered.parameters)?;
        if entered.is_vararg && self.functions.len() > 1 {
            let variable = self.declare_one(self.implicit[1])?;
            self.tree.functions[function as usize].arg_variable = variable;
        }
        self.block(entered.block, level + 1)
    }

    fn shadow(&mut self, text: Text, previous: VariableId) -> Result<(), Failure> {
        self.shadowed.push((text, previous));
        let start = self.functions.last().map_or(0, |function| function.1);
        let too_many = self.shadowed.len() - start > MAX_LOCALS && self.max_levels.is_some();
        if too_many { Err(Failure::Excess) } else { Ok(()) }
    }

    fn declare_one(&mut self, name: Text) -> Result<VariableId, Failure> {
        let function = self.function();
        let variable = self.variables.len() as u32;
        self.variables.push(Variable {
            name,
            function,
            initialiser: NONE,
            captured: false,
            assigned: false,
            referenced: false,
            register: 0,
        });
        let previous =
            self.bindings.get_mut(name as usize).map_or(NONE, |slot| std::mem::replace(slot, variable));
        self.shadow(name, previous)?;
        Ok(variable)
    }

    fn declare(&mut self, list: List) -> Result<(), Failure> {
        for offset in 1..=self.tree.list(list).len() {
            // Inside a list that exists.
            let at = list as usize + offset;
            self.tree.extra[at] = self.declare_one(self.tree.extra[at])?;
        }
        Ok(())
    }

    fn leave(&mut self, mark: usize) {
        while self.shadowed.len() > mark
            && let Some((text, previous)) = self.shadowed.pop()
        {
            if let Some(slot) = self.bindings.get_mut(text as usize) {
                *slot = previous;
            }
        }
    }

    fn block(&mut self, list: List, level: u32) -> Result<(), Failure> {
        self.check_level(level)?;
        self.tasks.push(Task::Leave(self.shadowed.len() as u32));
        self.tasks
            .extend(self.tree.list(list).iter().rev().map(|&statement| Task::Statement(statement, level)));
        Ok(())
    }

    /// Schedules the expressions of a list, each at a level of its own.
    fn expressions(&mut self, list: List, level: u32) {
        self.tasks.extend(self.tree.list(list).iter().rev().map(|&node| Task::Expression(node, level + 1)));
    }

    /// Schedules the arguments of a call. A constructor without parentheses is no expression of its own.
    fn arguments(&mut self, list: List, level: u32) {
        match *self.tree.list(list) {
            [table] if self.node(table).kind == Kind::Table && self.node(table).b & BARE_ARGUMENT != 0 => {
                self.tasks.push(Task::Expression(table, level));
            }
            _ => self.expressions(list, level),
        }
    }

    fn name(&mut self, id: NodeId, text: Text, assigned: bool) {
        let variable = self.bindings.get(text as usize).copied().unwrap_or(NONE);
        if let Some(node) = self.tree.nodes.get_mut(id as usize) {
            node.b = variable;
        }
        let function = self.function();
        if let Some(variable) = self.variables.get_mut(variable as usize) {
            variable.referenced = true;
            variable.assigned |= assigned;
            variable.captured |= variable.function != function;
        }
    }

    fn expression(&mut self, id: NodeId, level: u32) -> Result<(), Failure> {
        let node = self.node(id);
        self.check_level(level)?;
        match node.kind {
            Kind::Name => self.name(id, node.a, false),
            Kind::Vararg => {
                let function = self.function();
                if let Some(function) = self.tree.functions.get_mut(function as usize) {
                    function.uses_vararg = true;
                }
            }
            Kind::Field => self.tasks.push(Task::Expression(node.a, level)),
            Kind::Index => {
                self.tasks.push(Task::Expression(node.b, level + 1));
                self.tasks.push(Task::Expression(node.a, level));
            }
            Kind::Call => {
                self.arguments(node.b + 1, level);
                self.tasks.push(Task::Expression(node.a, level));
            }
            Kind::Method => {
                self.arguments(self.word(node.b + 2).saturating_add(1), level);
                self.tasks.push(Task::Expression(node.a, level));
            }
            Kind::Group if node.b == UNWRITTEN => self.tasks.push(Task::Expression(node.a, level)),
            Kind::Group | Kind::Unary(_) => self.tasks.push(Task::Expression(node.a, level + 1)),
            Kind::Function => self.enter_function(node.a, level)?,
            Kind::Binary(_) => {
                self.tasks.push(Task::Expression(node.b, level + 1));
                self.tasks.push(Task::Expression(node.a, level));
            }
            Kind::Table => {
                self.tasks
                    .extend(self.tree.list(node.a).iter().rev().map(|&field| Task::Field(field, level + 1)));
            }
            _ => {}
        }
        Ok(())
    }

    fn field(&mut self, id: NodeId, level: u32) {
        let node = self.node(id);
        match node.kind {
            Kind::NamedField => self.tasks.push(Task::Expression(node.b, level)),
            Kind::KeyedField => {
                self.tasks.push(Task::Expression(node.b, level));
                self.tasks.push(Task::Expression(node.a, level));
            }
            _ => self.tasks.push(Task::Expression(id, level)),
        }
    }

    /// A target of an assignment.
    fn target(&mut self, id: NodeId, level: u32) -> Result<(), Failure> {
        let node = self.node(id);
        match node.kind {
            Kind::Name => {
                self.name(id, node.a, true);
                Ok(())
            }
            _ => self.expression(id, level),
        }
    }

    fn statement(&mut self, id: NodeId, level: u32) -> Result<(), Failure> {
        let node = self.node(id);
        let mark = self.shadowed.len() as u32;
        match node.kind {
            Kind::CallStatement => self.tasks.push(Task::Expression(node.a, level)),
            Kind::Assign => {
                // PUC Lua recurses for each further target.
                let further = self.tree.list(node.a).len().saturating_sub(1);
                if self.max_levels.is_some_and(|most| further > most.saturating_sub(level) as usize) {
                    return Err(Failure::Excess);
                }
                self.expressions(node.b, level);
                for index in 0..self.tree.list(node.a).len() {
                    if let Some(&target) = self.tree.list(node.a).get(index) {
                        self.target(target, level)?;
                    }
                }
            }
            Kind::Do => self.tasks.push(Task::Block(node.a, level + 1)),
            Kind::While => {
                self.tasks.push(Task::Block(node.b, level + 1));
                self.tasks.push(Task::Expression(node.a, level + 1));
            }
            Kind::Repeat => {
                self.check_level(level + 1)?;
                self.tasks.push(Task::Leave(mark));
                self.tasks.push(Task::Expression(node.b, level + 1));
                let statements = self.tree.list(node.a).iter().rev();
                self.tasks.extend(statements.map(|&statement| Task::Statement(statement, level + 1)));
            }
            Kind::If => {
                let parts = self.tree.list(node.a);
                let count = parts.len();
                self.tasks.extend(parts.iter().enumerate().rev().map(|(index, &part)| {
                    let is_condition = index % 2 == 0 && index + 1 < count;
                    if is_condition {
                        Task::Expression(part, level + 1)
                    } else {
                        Task::Block(part, level + 1)
                    }
                }));
            }
            Kind::NumericFor => {
                let [name, start, limit, step] = [0, 3, 4, 5].map(|offset| self.word(node.a + offset));
                // The name becomes a list of one, in the place of the name.
                let list = self.tree.extra.len() as u32;
                self.tree.extra.extend_from_slice(&[1, name]);
                self.tree.extra[node.a as usize] = list;
                self.tasks.extend([
                    Task::Leave(mark),
                    Task::Block(node.b, level + 1),
                    Task::Declare(list),
                    Task::DeclareLoop,
                ]);
                if step != NONE {
                    self.tasks.push(Task::Expression(step, level + 1));
                }
                self.tasks.push(Task::Expression(limit, level + 1));
                self.tasks.push(Task::Expression(start, level + 1));
            }
            Kind::GenericFor => {
                let [names, values] = [2, 3].map(|offset| self.word(node.a + offset));
                self.tasks.extend([
                    Task::Leave(mark),
                    Task::Block(node.b, level + 1),
                    Task::Declare(names),
                    Task::DeclareLoop,
                ]);
                self.expressions(values, level);
            }
            Kind::LocalFunction => {
                self.declare(node.a)?;
                let function = self.node(node.b).a;
                if let Some(variable) = self.variables.last_mut() {
                    variable.initialiser = function;
                }
                self.tasks.push(Task::Expression(node.b, level));
            }
            Kind::FunctionStatement => {
                self.tasks.push(Task::Expression(node.b, level));
                self.target(node.a, level)?;
            }
            Kind::Local => {
                if node.b == NONE {
                    self.declare(node.a)?;
                } else {
                    self.tasks.push(Task::Declare(node.a));
                    self.expressions(node.b, level);
                }
            }
            Kind::Return => self.expressions(node.a, level),
            _ => {}
        }
        Ok(())
    }
}
