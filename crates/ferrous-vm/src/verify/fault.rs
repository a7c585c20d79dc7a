//! What can be wrong with a chunk.
//!
//! **Invariant:** a [`VerifyError`] names the first fault, in the order of functions and instructions.

use thiserror::Error;

use crate::chunk::StringId;

/// A chunk is not well formed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("function {function}{}: {fault}", instruction.map(|at| format!(", instruction {at}")).unwrap_or_default())]
pub struct VerifyError {
    /// The function's index in [`Chunk::prototypes`](crate::chunk::Chunk::prototypes).
    pub function: usize,
    /// The instruction's index in the function's code; `None` if the fault is in what the function declares.
    pub instruction: Option<usize>,
    /// What is wrong.
    pub fault: Fault,
}

impl VerifyError {
    pub(super) fn new(function: usize, instruction: Option<usize>, fault: Fault) -> Self {
        Self { function, instruction, fault }
    }
}

/// What is wrong with a function or an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Fault {
    /// The chunk has no main function.
    #[error("there is no main function")]
    NoFunction,
    /// A function without instructions.
    #[error("there is no code")]
    NoCode,
    /// Too few registers for the function and its parameters, or more than the machine has.
    #[error("{0} registers")]
    Registers(u8),
    /// Not as many lines as instructions.
    #[error("{0} lines, which is not one for each instruction")]
    Lines(usize),
    /// No such text in the chunk.
    #[error("no text {}", .0.0)]
    Text(StringId),
    /// A number constant that is NaN.
    #[error("a constant is NaN")]
    NanConstant,
    /// Too many upvalues.
    #[error("{0} upvalues")]
    UpvalueCount(usize),
    /// A local variable outside the registers or the code, or out of order.
    #[error("local variable {0} is misplaced")]
    Local(usize),
    /// `VarargPrep` is not exactly the first instruction of exactly the vararg functions, or a vararg instruction does not
    /// fit its function.
    #[error("does not fit the function's parameters")]
    Vararg,
    /// The instruction uses a register that the function does not have.
    #[error("no register {0}")]
    Register(usize),
    /// The instruction writes `R[0]`.
    #[error("register 0 is not to be written")]
    FunctionRegister,
    /// The instruction uses a constant that the function does not have.
    #[error("no constant {0}")]
    Constant(u32),
    /// The constant is not of the kind that the instruction wants.
    #[error("constant {0} is of the wrong kind")]
    ConstantKind(u32),
    /// No such upvalue, or a cell where a value is wanted, or the reverse.
    #[error("no such upvalue {0}")]
    Upvalue(u8),
    /// The function of a closure does not exist or does not come after the one that creates it.
    #[error("no function {0} after this one")]
    Function(u32),
    /// The closure's function captures what the function that creates it does not have.
    #[error("upvalue {0} captures what is not there")]
    Capture(usize),
    /// A count or an index that the instruction cannot have.
    #[error("impossible count")]
    Count,
    /// A jump out of the function, or a short one out of its window of code.
    #[error("jump to {0}")]
    Target(i64),
    /// A backward jump that does not count the budget.
    #[error("jump backward")]
    Backward,
    /// More than [`MAX_STRETCH`](crate::opcode::MAX_STRETCH) instructions on a way on which nothing counts the budget.
    #[error("the budget is not counted for too long")]
    Stretch,
    /// Control would leave the code, or its window, at the end.
    #[error("control runs over the end")]
    End,
    /// The instruction takes values up to top, and none were left for it.
    #[error("there are no values up to top")]
    Top,
}
