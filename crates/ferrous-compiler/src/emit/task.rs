//! Tasks: what is left to do of a function's code.
//!
//! A task emits instructions, or schedules further tasks, which are carried out before those that were there. What a task needs to
//! know is in it: nodes and lists of the tree, registers, labels, lines.
//!
//! **Invariant:** a task is `Copy` and owns nothing, so that whatever is given up leaves nothing behind.

use super::call::Results;
use super::jump::Label;
use crate::ast::{List, NodeId};

/// Where an expression's value is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// Wherever it is; the answer goes to the operand stack.
    Any,
    /// In the next free register.
    Next,
    /// In this register, which the expression does not read: it may be written before the expression is complete.
    Register(u8),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Task {
    /// The statements of a list, from this place in `extra` to that one.
    Statements {
        at: u32,
        end: u32,
    },
    /// A block with a scope of its own.
    Block(List),
    Leave {
        active: u32,
        free: u8,
        line: u32,
    },

    Value {
        node: NodeId,
        target: Target,
    },
    /// The same for one that is read at this line: what is behind an `and` or `or`.
    ValueAt {
        node: NodeId,
        target: Target,
        line: u32,
    },
    /// All values of a call or `...`, from the next register up to top.
    Multiple(NodeId),
    /// A number of values of a call or `...`, in the next registers.
    Several {
        node: NodeId,
        count: u8,
    },
    /// Nils for missing values (positive) or registers given back (negative).
    Adjust {
        count: i32,
        line: u32,
    },
    /// The operand pushed last, if it is a constant, goes to a register.
    Fetch {
        line: u32,
    },
    /// Everything from a register on is free.
    Release(u8),
    /// The value that is in register `mark` goes to where it was wanted.
    Deliver {
        mark: u8,
        target: Target,
        line: u32,
    },

    Field {
        node: NodeId,
        target: Target,
        mark: u8,
    },
    Index {
        node: NodeId,
        target: Target,
        mark: u8,
    },
    /// The result is read at `line`, if that is known at once.
    Arithmetic {
        node: NodeId,
        target: Target,
        mark: u8,
        line: u32,
    },
    Unary {
        node: NodeId,
        target: Target,
        mark: u8,
        line: u32,
    },
    Concat {
        line: u32,
        target: Target,
        mark: u8,
    },
    LoadBool {
        register: u8,
        value: bool,
        line: u32,
    },
    /// What ends a choice: `label` is its own.
    EndChoice {
        register: u8,
        label: Label,
        line: u32,
    },
    Fields {
        table: u8,
        at: u32,
        end: u32,
        pending: u8,
        stored: u32,
        /// Where the constructor is closed.
        line: u32,
    },
    StoreNamed {
        node: NodeId,
        table: u8,
        mark: u8,
    },
    StoreKeyed {
        node: NodeId,
        table: u8,
        mark: u8,
    },
    SetListTop {
        table: u8,
        first: u32,
        line: u32,
    },

    Receiver {
        node: NodeId,
        mark: u8,
    },
    Call {
        line: u32,
        mark: u8,
        open: bool,
        results: Results,
    },

    /// Jump if the condition is `when`, else fall through. It is read at `line`, or else where it ends.
    Condition {
        node: NodeId,
        when: bool,
        label: Label,
        line: u32,
    },
    /// The operand pushed last is a constant before what comes, if it is a zero: whether 0 or -0 comes first shows.
    Zero,
    Compare {
        node: NodeId,
        when: bool,
        label: Label,
        mark: u8,
    },
    Truth {
        line: u32,
        when: bool,
        label: Label,
        mark: u8,
    },
    /// Jump to the end of a choice with the value in the register if it is `when`, else fall through without it.
    Test {
        node: NodeId,
        register: u8,
        when: bool,
        label: Label,
        line: u32,
    },
    /// The same for the operand pushed last.
    TestOperand {
        register: u8,
        when: bool,
        label: Label,
        line: u32,
    },
    JumpIf {
        register: u8,
        when: bool,
        label: Label,
        line: u32,
    },
    Jump {
        label: Label,
        line: u32,
    },
    Loop {
        label: Label,
        line: u32,
    },
    /// The end of a `repeat`, with its scope.
    EndRepeat {
        active: u32,
        free: u8,
        top: Label,
        line: u32,
        shows: bool,
    },
    /// The test of a constant, where jumps to here stop.
    Stop {
        line: u32,
    },
    Bind(Label),
    EndLoop(Label),

    Declare {
        names: List,
    },
    SetCell {
        cell: u8,
        mark: u8,
        line: u32,
    },
    Store {
        node: NodeId,
        mark: u8,
        line: u32,
    },
    /// The function of a `local function` is in its local.
    Appear,
    /// The function of a statement is in its local: the lines of the instructions for that.
    Named {
        line: u32,
    },
    Detach {
        targets: List,
        operands: u8,
    },
    Mark,
    /// A name that is assigned to: where it lives.
    Locate(NodeId),
    StoreAll {
        node: NodeId,
        mark: u8,
        direct: bool,
    },
    NumericFor {
        node: NodeId,
        mark: u8,
    },
    ForLoop {
        mark: u8,
        one: bool,
        body: Label,
        line: u32,
    },
    GenericFor {
        node: NodeId,
        mark: u8,
    },
    ForIn {
        mark: u8,
        names: u8,
        body: Label,
        line: u32,
        end: u32,
    },
    FinishFunction {
        node: NodeId,
        target: Target,
    },
    ReturnOne {
        line: u32,
        mark: u8,
    },
    ReturnMany {
        line: u32,
        mark: u8,
        open: bool,
    },
}
