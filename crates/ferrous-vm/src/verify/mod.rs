//! The check that a chunk is well formed, for chunks that do not come straight from the compiler.
//!
//! [`verify`] looks at each function by itself, once per instruction: operands against what the function declares, jumps
//! against its code, closures against the functions they are made from. What an open-ended instruction leaves "up to top"
//! is followed along the flow of control, since only there it shows that it is used at once.
//!
//! It does not follow values: that a register holds a cell where an instruction wants one, or was written before it is
//! read, is the compiler's word. A machine meets such a register with nil or an error.
//!
//! **Invariant:** a chunk that passes cannot make a machine leave a function's code, touch what lies beyond its registers
//! (the function in `R[0]` included), or run on without a count of the budget. Nothing here allocates more than a few
//! bytes per instruction, and nothing recurses.

mod fault;
mod flow;
mod operand;

use crate::chunk::{Chunk, Constant, Prototype, StringId, UNUSED_ARG};
use crate::opcode::{MAX_REGISTERS, Op};
pub use fault::{Fault, VerifyError};

/// How many upvalues a function may have (LUAI_MAXUPVALUES).
pub const MAX_UPVALUES: usize = 60;

/// Checks that `chunk` is well formed; see the module's text for what that means.
///
/// ```
/// use ferrous_vm::chunk::{Chunk, Prototype};
/// use ferrous_vm::opcode::Op;
/// use ferrous_vm::verify::{Fault, verify};
///
/// let mut main = Prototype { code: vec![Op::Return1 { a: 1 }], lines: vec![1], registers: 2, ..Prototype::default() };
/// assert_eq!(verify(&Chunk { prototypes: vec![main.clone()], ..Chunk::default() }), Ok(()));
///
/// main.code = vec![Op::Return1 { a: 9 }];
/// let error = verify(&Chunk { prototypes: vec![main], ..Chunk::default() }).unwrap_err();
/// assert_eq!(error.fault, Fault::Register(9));
/// assert_eq!(error.to_string(), "function 0, instruction 0: no register 9");
/// ```
///
/// # Errors
/// The first fault, by function and instruction.
pub fn verify(chunk: &Chunk) -> Result<(), VerifyError> {
    if chunk.prototypes.is_empty() {
        return Err(VerifyError::new(0, None, Fault::NoFunction));
    }
    for (function, prototype) in chunk.prototypes.iter().enumerate() {
        check_declarations(chunk, prototype).map_err(|fault| VerifyError::new(function, None, fault))?;
        let code = operand::Code { chunk, prototype, index: function };
        for (at, op) in prototype.code.iter().enumerate() {
            code.check(at, op).map_err(|fault| VerifyError::new(function, Some(at), fault))?;
        }
        for check in [flow::open_ends, flow::stretches] {
            check(&prototype.code).map_err(|(at, fault)| VerifyError::new(function, Some(at), fault))?;
        }
    }
    Ok(())
}

/// Everything of a function but its instructions.
fn check_declarations(chunk: &Chunk, prototype: &Prototype) -> Result<(), Fault> {
    let Prototype { code, lines, constants, upvalues, locals, parameters, registers, .. } = prototype;
    let text = |id: StringId| {
        if (id.0 as usize) < chunk.strings.len() { Ok(()) } else { Err(Fault::Text(id)) }
    };
    if !(1..=MAX_REGISTERS).contains(&usize::from(*registers)) || parameters >= registers {
        return Err(Fault::Registers(*registers));
    }
    if lines.len() != code.len() {
        return Err(Fault::Lines(lines.len()));
    }
    for constant in constants {
        match constant {
            Constant::Number(number) if number.is_nan() => return Err(Fault::NanConstant),
            Constant::String(id) => text(*id)?,
            _ => {}
        }
    }
    if upvalues.len() > MAX_UPVALUES {
        return Err(Fault::UpvalueCount(upvalues.len()));
    }
    for upvalue in upvalues {
        text(upvalue.name)?;
    }
    let mut previous = 0;
    for (index, local) in locals.iter().enumerate() {
        text(local.name)?;
        let placed = (1..*registers).contains(&local.register) || local.register == UNUSED_ARG;
        let spans = local.start <= local.end && local.end as usize <= code.len();
        if !placed || !spans || local.start < previous {
            return Err(Fault::Local(index));
        }
        previous = local.start;
    }
    let prepared = matches!(code.first(), Some(Op::VarargPrep { .. } | Op::VarargPrepArg { .. }));
    if code.is_empty() {
        return Err(Fault::NoCode);
    }
    if prototype.is_vararg != prepared {
        return Err(Fault::Vararg);
    }
    Ok(())
}
