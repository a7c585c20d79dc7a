//! A compiled chunk: plain, immutable data that knows no heap.
//!
//! Prototype 0 is the main function. Prototypes refer to each other by index into [`Chunk::prototypes`] (a parent comes
//! before its children), and to strings by [`StringId`] into [`Chunk::strings`], where each text stands once. Constant
//! indices in code count within their prototype; a machine that loads the chunk turns them into indices of its own pools.
//!
//! **Invariant:** a chunk from the compiler is well formed: registers stay below [`Prototype::registers`], jumps land inside
//! the function, constants have the kind their instruction wants. `ferrous_vm::verify` checks the same of any other chunk.

use crate::opcode::Op;

/// Index of a text in [`Chunk::strings`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StringId(pub u32);

/// A compiled source text.
#[derive(Clone, Debug, Default)]
pub struct Chunk {
    /// The chunk's name as `load` was given it: `@file`, `=name`, or the source text itself.
    pub name: Box<[u8]>,
    /// All texts: constants and names.
    pub strings: Vec<Box<[u8]>>,
    /// All functions; the main one is the first.
    pub prototypes: Vec<Prototype>,
}

/// A constant of a function.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Constant {
    /// `nil`, for comparisons.
    Nil,
    /// `true` or `false`, for comparisons.
    Boolean(bool),
    /// A number; never NaN.
    Number(f64),
    /// A string.
    String(StringId),
}

/// What a closure takes from where it is created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capture {
    /// The value in a register of the enclosing function: a copy of a local that is never assigned again, or its cell.
    Register(u8),
    /// An upvalue of the enclosing function.
    Upvalue(u8),
    /// The closure that is being created: `local function f` that calls itself.
    Itself,
}

/// An upvalue of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Upvalue {
    /// The captured local's name.
    pub name: StringId,
    /// Where the closure takes it from.
    pub capture: Capture,
    /// Whether what is captured is a cell.
    pub cell: bool,
}

/// A local variable, for messages and the debug library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Local {
    /// Its name; internal loop variables have names in parentheses, as in PUC Lua.
    pub name: StringId,
    /// The register it lives in, or [`UNUSED_ARG`].
    pub register: u8,
    /// Whether the register holds a cell.
    pub cell: bool,
    /// First instruction at which it is visible.
    pub start: u32,
    /// First instruction at which it is visible no more.
    pub end: u32,
}

/// The register of the implicit `arg` of a vararg function that does not mention it: it lives nowhere, and is
/// made when somebody looks. No variable is in `R[0]`, where the function itself is.
pub const UNUSED_ARG: u8 = 0;

/// The line of an instruction that hooks do not see.
pub const NO_LINE: u32 = 0;

/// One function.
#[derive(Clone, Debug, Default)]
pub struct Prototype {
    /// Its instructions.
    pub code: Vec<Op>,
    /// The source line of each instruction, as many as there are instructions; [`NO_LINE`] for one that PUC Lua has no
    /// instruction for.
    pub lines: Vec<u32>,
    /// Its constants.
    pub constants: Vec<Constant>,
    /// Its upvalues, at most 60.
    pub upvalues: Vec<Upvalue>,
    /// Its local variables in the order of their start.
    pub locals: Vec<Local>,
    /// How many fixed parameters it has.
    pub parameters: u8,
    /// Whether it takes `...`; its code then begins with `VarargPrep` or `VarargPrepArg`.
    pub is_vararg: bool,
    /// How many registers it uses, `R[0]` included.
    pub registers: u8,
    /// The line of its `function`; 0 for a main function.
    pub line_defined: u32,
    /// The line of its `end`; 0 for a main function.
    pub last_line_defined: u32,
}

impl Prototype {
    /// The line of an instruction; if that has none, of the next one that has.
    #[must_use]
    pub fn line_at(&self, index: usize) -> Option<u32> {
        self.lines.get(index..)?.iter().copied().find(|&line| line != NO_LINE)
    }
}

impl Prototype {
    fn bytes(&self) -> usize {
        size_of::<Self>()
            + self.code.len() * size_of::<Op>()
            + self.lines.len() * size_of::<u32>()
            + self.constants.len() * size_of::<Constant>()
            + self.upvalues.len() * size_of::<Upvalue>()
            + self.locals.len() * size_of::<Local>()
    }
}

impl Chunk {
    /// About how many bytes of memory it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let texts: usize = self.strings.iter().map(|text| size_of::<Box<[u8]>>() + text.len()).sum();
        self.name.len() + texts + self.prototypes.iter().map(Prototype::bytes).sum::<usize>()
    }

    /// The text behind `id`; empty if there is none.
    #[must_use]
    pub fn string(&self, id: StringId) -> &[u8] {
        self.strings.get(id.0 as usize).map_or(&[], AsRef::as_ref)
    }
}
