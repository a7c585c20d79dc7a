//! The syntax tree: nodes of 16 bytes in one vector, lists in another.
//!
//! A node names its children by index. What does not fit its two fields lies in `extra`: a list is its length followed
//! by its items. The parser builds bottom up, so lists under construction share a stack, and binary operators wait on
//! another until their right operand is known. Nothing is owned by anything else, so the tree is dropped as three vectors.
//!
//! **Invariant:** children come before their parents in `nodes`. A node's `line` is that of its last token, which is what
//! PUC Lua reports for the instruction that it becomes.

use crate::FIRST_STACK;
use std::cell::Cell;
use std::rc::Rc;

use ferrous_vm::remains::Remains;

use crate::interner::Text;

/// Index of a node.
pub(crate) type NodeId = u32;
/// Index into `extra` of a list: its length, then its items.
pub(crate) type List = u32;
/// No node, no list.
pub(crate) const NONE: u32 = u32::MAX;

/// What a node is; `a` and `b` in the words of each line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Nil,
    True,
    False,
    /// line of its token; `line` is that of the one before
    Vararg,
    /// index of the number
    Number,
    /// text
    String,
    /// text; variable, filled in by `scope`, or `NONE` for a global
    Name,
    /// object; text
    Field,
    /// object; key
    Index,
    /// callee; extra: [line of the arguments, arguments...] (the list begins one later)
    Call,
    /// object; extra: [text, line of the text, line of the arguments, arguments...]
    Method,
    /// expression; [`UNWRITTEN`] if there are no parentheses, but only the line
    Group,
    /// function
    Function,
    /// left; right
    Binary(Binary),
    /// operand
    Unary(Unary),
    /// list of expressions (positional), `NamedField` and `KeyedField`, behind the line where it opens; twice the line of the
    /// token before, where PUC Lua makes the table, and [`BARE_ARGUMENT`]
    Table,
    /// text; value
    NamedField,
    /// key; value
    KeyedField,

    /// call
    CallStatement,
    /// list of targets; list of values
    Assign,
    /// block
    Do,
    /// condition; block
    While,
    /// block; condition
    Repeat,
    /// list: condition, block, condition, block, ..., block of `else`
    If,
    /// extra: [name, line of `for`, line of `do`, start, limit, step]; block
    NumericFor,
    /// extra: [line of the first value, line of `do`, list of names, list of values]; block
    GenericFor,
    /// extra: list of one name; function
    LocalFunction,
    /// target; function
    FunctionStatement,
    /// list of names; list of values or `NONE`
    Local,
    /// list of values
    Return,
    Break,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[rustfmt::skip]
pub(crate) enum Binary { Add, Sub, Mul, Div, Mod, Pow, Concat, Eq, Ne, Lt, Le, Gt, Ge, And, Or }

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[rustfmt::skip]
pub(crate) enum Unary { Minus, Not, Length }

impl Binary {
    /// Whether it yields a boolean.
    pub(crate) fn is_comparison(self) -> bool {
        matches!(self, Self::Eq | Self::Ne | Self::Lt | Self::Le | Self::Gt | Self::Ge)
    }

    /// How strongly it binds what stands left and right of it.
    pub(crate) fn priority(self) -> (u8, u8) {
        match self {
            Self::Or => (1, 1),
            Self::And => (2, 2),
            Self::Eq | Self::Ne | Self::Lt | Self::Le | Self::Gt | Self::Ge => (3, 3),
            Self::Concat => (5, 4),
            Self::Add | Self::Sub => (6, 6),
            Self::Mul | Self::Div | Self::Mod => (7, 7),
            Self::Pow => (10, 9),
        }
    }
}

/// How strongly a unary operator binds.
pub(crate) const UNARY_PRIORITY: u8 = 8;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) line: u32,
    pub(crate) a: u32,
    pub(crate) b: u32,
}

impl Node {
    /// The line of an expression's last token, unless it is read later.
    pub(crate) fn last_line(&self) -> u32 {
        if self.kind == Kind::Vararg { self.a } else { self.line }
    }
}

const _: () = assert!(size_of::<Node>() == 16);

/// A function of the source.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Function {
    /// Names; `scope` turns them into variables.
    pub(crate) parameters: List,
    pub(crate) block: List,
    pub(crate) line: u32,
    pub(crate) last_line: u32,
    pub(crate) is_method: bool,
    pub(crate) is_vararg: bool,
    /// Whether its body mentions `...`; filled in by `scope`.
    pub(crate) uses_vararg: bool,
    /// The variable of its implicit parameters `self` and `arg`, or `NONE`; filled in by `scope`.
    pub(crate) self_variable: u32,
    pub(crate) arg_variable: u32,
}

/// Sources of more bytes get room for as many nodes as they can have, up to a number.
const LONG: usize = 1 << 18;
const MOST_EXPECTED: usize = 1 << 25;

/// An operator that waits for its right operand.
#[derive(Clone, Copy)]
struct Pending {
    operator: Kind,
    right: u8,
    left: NodeId,
}

/// The tree.
#[derive(Default)]
pub(crate) struct Tree {
    pub(crate) nodes: Vec<Node>,
    pub(crate) extra: Vec<u32>,
    pub(crate) functions: Vec<Function>,
}

impl Tree {
    /// Leaves what was allocated.
    pub(crate) fn leave(self, remains: &mut Remains) {
        remains.add(self.nodes);
        remains.add(self.extra);
        remains.add(self.functions);
    }

    /// A node; `nil` where there is none.
    #[inline]
    pub(crate) fn node(&self, id: NodeId) -> Node {
        self.nodes.get(id as usize).copied().unwrap_or(Node { kind: Kind::Nil, line: 0, a: 0, b: 0 })
    }

    /// A word of `extra`; `NONE` where there is none.
    #[inline]
    pub(crate) fn word(&self, index: u32) -> u32 {
        self.extra.get(index as usize).copied().unwrap_or(NONE)
    }

    /// The items of a list.
    #[inline]
    pub(crate) fn list(&self, list: List) -> &[u32] {
        let Some((&count, items)) = self.extra.get(list as usize..).and_then(<[u32]>::split_first) else {
            return &[];
        };
        items.get(..count as usize).unwrap_or_default()
    }
}

/// In the second word of a group: it stands for where its expression is read ([`Builder::read_at`]).
pub(crate) const UNWRITTEN: u32 = 1;

/// In the second word of a table: it is an argument without parentheses.
pub(crate) const BARE_ARGUMENT: u32 = 1;

/// A list with room for `most` elements, or for `size` if there is not so much.
fn room<T>(most: usize, size: usize) -> Vec<T> {
    let mut list = Vec::new();
    if list.try_reserve_exact(most).is_err() {
        list.reserve_exact(size);
    }
    list
}

/// Builds a tree bottom up; the parser's actions are calls of its methods.
pub(crate) struct Builder {
    pub(crate) tree: Tree,
    items: Vec<u32>,
    pending: Vec<Pending>,
    /// A node whose place is wanted, and whether it has been built; see `diagnose`.
    pub(crate) wanted: NodeId,
    pub(crate) found: Rc<Cell<bool>>,
}

impl Builder {
    pub(crate) fn new(source_length: usize) -> Self {
        // Ordinary source has a node and an extra word for each seven bytes.
        let size = source_length / 7 + 16;
        // A long one gets room for as many as it can have: growing would copy what there is, and what is not used costs nothing.
        let (most, stacked) = match source_length.min(MOST_EXPECTED) {
            most @ LONG.. => (most, most / 2),
            _ => (size, 0),
        };
        let tree = Tree {
            nodes: room(most, size),
            extra: room(most, size),
            functions: Vec::with_capacity(size / 64 + 1),
        };
        let stack = FIRST_STACK;
        let (items, pending) = (room(stacked.max(stack), stack), room(stacked.max(stack), stack));
        Self { tree, items, pending, wanted: NONE, found: Rc::default() }
    }

    /// The tree; leaves the rest.
    pub(crate) fn finish(self, remains: &mut Remains) -> Tree {
        remains.add(self.items);
        remains.add(self.pending);
        self.tree
    }

    /// Leaves what was allocated.
    pub(crate) fn leave(self, remains: &mut Remains) {
        self.finish(remains).leave(remains);
    }

    #[inline]
    pub(crate) fn node(&mut self, kind: Kind, line: u32, a: u32, b: u32) -> NodeId {
        // Nodes, items and functions are at most a few for each byte of a source below 1 GiB (`compile` refuses others).
        let id = self.tree.nodes.len() as u32;
        self.tree.nodes.push(Node { kind, line, a, b });
        if id == self.wanted {
            self.found.set(true);
        }
        id
    }

    /// A table that is an argument without parentheses.
    pub(crate) fn bare_argument(&mut self, table: NodeId) {
        if let Some(node) = self.tree.nodes.get_mut(table as usize) {
            node.b |= BARE_ARGUMENT;
        }
    }

    /// The line of a node's last token.
    pub(crate) fn line(&self, node: NodeId) -> u32 {
        self.tree.nodes.get(node as usize).map_or(0, |node| node.last_line())
    }

    /// An expression whose value is read at a line: PUC Lua does that only when it has seen what follows, the operator whose
    /// left operand it is, or the comma or bracket after it; errors and hooks name that line. A variable or constant is on
    /// that line; a call has a line of its own in its arguments; for anything else that has one there is a group around it.
    #[inline]
    pub(crate) fn read_at(&mut self, node: NodeId, line: u32) -> NodeId {
        let Some(found) = self.tree.nodes.get_mut(node as usize) else { return node };
        if found.line == line {
            return node;
        }
        match found.kind {
            Kind::Nil
            | Kind::True
            | Kind::False
            | Kind::Number
            | Kind::String
            | Kind::Name
            | Kind::Field
            | Kind::Index
            | Kind::Call
            | Kind::Method
            | Kind::Group => {
                found.line = line;
                node
            }
            Kind::NamedField | Kind::KeyedField => node,
            _ => self.node(Kind::Group, line, node, UNWRITTEN),
        }
    }

    /// [`Builder::read_at`] for the last item of the list that is being built.
    #[inline]
    pub(crate) fn read_last_at(&mut self, line: u32) {
        if let Some(&node) = self.items.last()
            && self.tree.nodes.get(node as usize).is_some_and(|node| node.kind != Kind::Vararg)
        {
            let read = self.read_at(node, line);
            if let Some(last) = self.items.last_mut() {
                *last = read;
            }
        }
    }

    /// Begins a list of no items.
    #[inline]
    pub(crate) fn empty(&mut self) -> u32 {
        self.items.len() as u32
    }

    /// Begins a list with its first item.
    #[inline]
    pub(crate) fn first(&mut self, item: u32) -> u32 {
        let start = self.items.len() as u32;
        self.items.push(item);
        start
    }

    #[inline]
    pub(crate) fn push(&mut self, item: u32) {
        self.items.push(item);
    }

    /// Ends the list that began at `start`.
    #[inline]
    pub(crate) fn list(&mut self, start: u32) -> List {
        let list = self.tree.extra.len() as u32;
        let items = self.items.get(start as usize..).unwrap_or_default();
        self.tree.extra.push(items.len() as u32);
        self.tree.extra.extend_from_slice(items);
        self.items.truncate(start as usize);
        list
    }

    /// Ends a block, a list of statements; the line of its last token goes before it.
    #[inline]
    pub(crate) fn block(&mut self, last_line: u32, start: u32) -> List {
        self.extra(&[last_line]);
        self.list(start)
    }

    /// The line of the token before a block, which is that of its last token if it is empty.
    #[inline]
    pub(crate) fn last_line(&mut self, block: List, line: u32) {
        if self.tree.list(block).is_empty()
            && let Some(last) = self.tree.extra.get_mut(block.wrapping_sub(1) as usize)
        {
            *last = line;
        }
    }

    /// Ends a table constructor: the lines of the token before it, where it opens, and where it is closed.
    pub(crate) fn table(&mut self, [before, opened, line]: [u32; 3], start: u32) -> NodeId {
        self.extra(&[opened]);
        let fields = self.list(start);
        // A source is shorter than 1 GiB, so that the line leaves room for a bit.
        self.node(Kind::Table, line, fields, before << 1)
    }

    pub(crate) fn extra(&mut self, words: &[u32]) -> u32 {
        let index = self.tree.extra.len() as u32;
        self.tree.extra.extend_from_slice(words);
        index
    }

    /// Ends a list of arguments; the line where it begins goes before it.
    #[inline]
    pub(crate) fn arguments(&mut self, line: u32, start: u32) -> u32 {
        let index = self.extra(&[line]);
        self.list(start);
        index
    }

    /// A function whose parameters began at `start`, `NONE` as the last one for `...`.
    pub(crate) fn function(&mut self, line: u32, last_line: u32, start: u32, block: List) -> NodeId {
        let is_vararg = self.items.len() > start as usize && self.items.last() == Some(&NONE);
        if is_vararg {
            self.items.pop();
        }
        let parameters = self.list(start);
        let function = self.tree.functions.len() as u32;
        self.tree.functions.push(Function {
            parameters,
            block,
            line,
            last_line,
            is_method: false,
            is_vararg,
            uses_vararg: false,
            self_variable: NONE,
            arg_variable: NONE,
        });
        self.node(Kind::Function, last_line, function, 0)
    }

    /// `function name() end`: the function counts from its `function`, and has a `self` if the name has a colon.
    pub(crate) fn named(&mut self, line: u32, method: bool, body: NodeId) {
        let function = self.tree.nodes.get(body as usize).map_or(NONE, |node| node.a);
        if let Some(function) = self.tree.functions.get_mut(function as usize) {
            function.line = line;
            function.is_method = method;
        }
    }

    /// Begins an expression with operators.
    #[inline]
    pub(crate) fn operators(&mut self) -> u32 {
        self.pending.len() as u32
    }

    #[inline]
    pub(crate) fn unary(&mut self, operator: Unary) {
        self.pending.push(Pending { operator: Kind::Unary(operator), right: UNARY_PRIORITY, left: NONE });
    }

    #[inline]
    pub(crate) fn binary(&mut self, start: u32, left: NodeId, operator: Binary, line: u32) {
        let (priority, right) = operator.priority();
        let left = self.resolve(start, left, priority);
        let left = self.read_at(left, line);
        self.pending.push(Pending { operator: Kind::Binary(operator), right, left });
    }

    /// Ends an expression with operators.
    #[inline]
    pub(crate) fn resolve(&mut self, start: u32, mut operand: NodeId, priority: u8) -> NodeId {
        while self.pending.len() > start as usize
            && let Some(pending) = self.pending.pop_if(|pending| pending.right >= priority)
        {
            let line = self.line(operand);
            operand = match pending.operator {
                Kind::Unary(_) => self.node(pending.operator, line, operand, 0),
                _ => self.node(pending.operator, line, pending.left, operand),
            };
        }
        operand
    }

    /// An expression in brackets. PUC Lua computes it before the closing one, unless it is a constant or a comparison.
    pub(crate) fn key(&mut self, node: NodeId, line: u32) -> NodeId {
        let mut inner = node;
        while let Some(Node { kind: Kind::Group | Kind::Unary(Unary::Not), a, .. }) =
            self.tree.nodes.get(inner as usize)
        {
            inner = *a;
        }
        match self.tree.nodes.get(inner as usize) {
            Some(Node {
                kind: Kind::Nil | Kind::True | Kind::False | Kind::Number | Kind::String, ..
            }) => self.read_at(node, line),
            Some(Node { kind: Kind::Binary(operator), .. }) if operator.is_comparison() => {
                self.read_at(node, line)
            }
            _ => node,
        }
    }

    /// An expression in parentheses.
    pub(crate) fn group(&mut self, node: NodeId, line: u32) -> NodeId {
        let inner = self.read_at(node, line);
        self.node(Kind::Group, line, inner, 0)
    }

    /// The name of a local that a `local function` declares: a list of one.
    pub(crate) fn single(&mut self, name: Text) -> List {
        self.extra(&[1, name])
    }
}
