//! Names for error messages: which variable holds a value that was no good.
//!
//! The name of a register is found as PUC Lua finds it: a local variable that is live there, or else what the instruction
//! that last wrote the register had read: a global, an upvalue, a field, a method. The code before the failing instruction
//! is walked once, following forward jumps that stay before it.
//!
//! **Invariant:** purely a reading of code and debug information; where it cannot tell, it says nothing.

use std::ops::Range;

use ferrous_heap::{Frame, Transaction, Value};

use crate::chunk::{Chunk, Constant, Local, Prototype};
use crate::error::LuaError;
use crate::frame;
use crate::machine::Machine;
use crate::opcode::Op;

/// The last constant that an operand of an instruction of PUC Lua can name (MAXINDEXRK); others go through a register.
const LAST_OPERAND_CONSTANT: u32 = 255;

/// The kind of a name (`local`, `global`, `field`, `method`, `upvalue`) and the name.
pub(crate) type Name = (&'static str, Vec<u8>);

/// The name of the function that the Lua frame `caller`, whose registers are on `stack`, is calling.
pub(crate) fn of_callee(
    machine: &Machine,
    tx: &Transaction<'_>,
    stack: &[Value],
    caller: &Frame,
) -> Option<Name> {
    if !matches!(caller.kind, frame::LUA | frame::TAIL | frame::FOR_IN) {
        return None;
    }
    let (prototype, chunk, index) = machine.place_on(tx, stack, caller)?;
    match prototype.code.get(index)? {
        Op::Call { a, .. }
        | Op::CallTop { a, .. }
        | Op::TailCall { a, .. }
        | Op::TailCallTop { a }
        | Op::TailCallVararg { a, .. } => of_register(prototype, chunk, index, *a),
        // The hidden local of PUC Lua's loop.
        Op::ForIn { .. } => Some(("local", b"(for generator)".to_vec())),
        _ => None,
    }
}

/// The name of `register` as the instruction at `index` sees it.
pub(crate) fn of_register(prototype: &Prototype, chunk: &Chunk, index: usize, register: u8) -> Option<Name> {
    let mut register = register;
    // Each step goes to a lower register.
    loop {
        if let Some(name) = local_name(prototype, chunk, index, register) {
            return Some(("local", name));
        }
        let mut writer = last_writer(prototype, index, register)?;
        if let Some(Op::SetCell { .. }) = prototype.code.get(writer) {
            // What PUC Lua has put there is what was computed just before.
            writer = writer.checked_sub(1)?;
        }
        let constant = |k: u32| match prototype.constants.get(k as usize) {
            // PUC Lua prints names as C strings.
            Some(Constant::String(text)) => {
                chunk.string(*text).split(|&byte| byte == 0).next().map(<[u8]>::to_vec)
            }
            _ => None,
        };
        let upvalue =
            |u: u8| prototype.upvalues.get(usize::from(u)).map(|upvalue| chunk.string(upvalue.name).to_vec());
        return match prototype.code.get(writer)? {
            // A copy carries the name of what its source is now.
            Op::Move { a, b } | Op::GetCell { a, b } if b < a => {
                register = *b;
                continue;
            }
            Op::GetGlobal { k, .. } => Some(("global", constant(*k)?)),
            // A key that is not in the instruction has no name; in PUC Lua's only the first constants fit there.
            Op::GetField { k, .. } if *k <= LAST_OPERAND_CONSTANT => Some(("field", constant(*k)?)),
            Op::GetMethod { k, .. } if *k <= LAST_OPERAND_CONSTANT => Some(("method", constant(*k)?)),
            Op::GetField { .. } | Op::GetIndex { .. } | Op::GetInt { .. } => Some(("field", b"?".to_vec())),
            Op::GetMethod { .. } => Some(("method", b"?".to_vec())),
            Op::GetUpvalue { u, .. } | Op::GetCellUpvalue { u, .. } => Some(("upvalue", upvalue(*u)?)),
            _ => None,
        };
    }
}

/// The local variable that lives in `register` at the instruction `index`.
fn local_at(prototype: &Prototype, index: usize, register: u8) -> Option<&Local> {
    prototype.locals.iter().rev().find(|local| {
        local.register == register && (local.start as usize) <= index && index < local.end as usize
    })
}

/// Its name.
fn local_name(prototype: &Prototype, chunk: &Chunk, index: usize, register: u8) -> Option<Vec<u8>> {
    let local = local_at(prototype, index, register)?;
    Some(chunk.string(local.name).to_vec())
}

/// The last instruction before `index` that wrote `register`.
fn last_writer(prototype: &Prototype, index: usize, register: u8) -> Option<usize> {
    let mut writer = None;
    let mut position = 0;
    while position < index {
        let op = prototype.code.get(position)?;
        if writes(op, register) && !is_help(prototype, position..index, register) {
            writer = Some(position);
        }
        position += 1;
        if let Some(off) = op.jump_offset()
            && let Ok(off) = usize::try_from(off)
            && position + off <= index
        {
            position += off;
        }
    }
    writer
}

/// Whether the first instruction of a range, which writes `register`, does so only because instructions of PUC Lua can do
/// more: take a constant, or a captured variable, where these take registers, or put a result into a captured variable.
fn is_help(prototype: &Prototype, range: Range<usize>, register: u8) -> bool {
    let position = range.start;
    let rest = prototype.code.get(range).unwrap_or(&[]);
    let is_load = |op: &Op| match op {
        Op::LoadK { k, .. } => *k <= LAST_OPERAND_CONSTANT,
        Op::LoadBool { .. } | Op::LoadNil { n: 1, .. } | Op::GetCell { .. } => true,
        _ => false,
    };
    match rest {
        // The truth of a condition that is wanted as a value, which has jumped here.
        [Op::LoadBool { .. }, ..]
            if let Some(Op::Jump { off: 1 }) =
                position.checked_sub(1).and_then(|before| prototype.code.get(before)) =>
        {
            return false;
        }
        [op, Op::SetCell { b, .. }, ..] if *b == register && chooses_register(op) => return true,
        _ => {}
    }
    // An object, its key and the value at most.
    let loads = rest.iter().take(3).take_while(|op| is_load(op)).count();
    let reads = rest
        .get(loads)
        .is_some_and(|op| takes(op, register, !matches!(rest.first(), Some(Op::GetCell { .. }))));
    loads > 0 && reads && local_at(prototype, position + loads, register).is_none()
}

/// Whether PUC Lua's instruction for `op` takes from a register what this one takes from `register`: where it can be a
/// constant too, if `constant`.
fn takes(op: &Op, register: u8, constant: bool) -> bool {
    let (always, or_constant): (&[u8], &[u8]) = match op {
        Op::SetField { a, b, .. } | Op::SetInt { a, b, .. } => (&[*a], &[*b]),
        Op::SetIndex { a, b, c } => (&[*a], &[*b, *c]),
        Op::GetIndex { b, c, .. } => (&[*b], &[*c]),
        Op::Add { b, c, .. }
        | Op::Sub { b, c, .. }
        | Op::Mul { b, c, .. }
        | Op::Div { b, c, .. }
        | Op::Mod { b, c, .. }
        | Op::Pow { b, c, .. } => (&[], &[*b, *c]),
        Op::JumpEq { a, b, .. }
        | Op::JumpNe { a, b, .. }
        | Op::JumpLt { a, b, .. }
        | Op::JumpNotLt { a, b, .. }
        | Op::JumpLe { a, b, .. }
        | Op::JumpNotLe { a, b, .. } => (&[], &[*a, *b]),
        Op::GetField { b, .. }
        | Op::GetInt { b, .. }
        | Op::GetMethod { b, .. }
        | Op::AddK { b, .. }
        | Op::SubK { b, .. }
        | Op::MulK { b, .. }
        | Op::DivK { b, .. }
        | Op::ModK { b, .. }
        | Op::PowK { b, .. }
        | Op::KAdd { b, .. }
        | Op::KSub { b, .. }
        | Op::KMul { b, .. }
        | Op::KDiv { b, .. }
        | Op::Neg { b, .. }
        | Op::Not { b, .. }
        | Op::Len { b, .. }
        | Op::SetGlobal { a: b, .. }
        | Op::SetCellUpvalue { a: b, .. }
        | Op::Return1 { a: b }
        | Op::JumpIf { a: b, .. }
        | Op::JumpIfNot { a: b, .. }
        | Op::JumpEqK { a: b, .. }
        | Op::JumpNeK { a: b, .. }
        | Op::JumpLtK { a: b, .. }
        | Op::JumpNotLtK { a: b, .. }
        | Op::JumpLeK { a: b, .. }
        | Op::JumpNotLeK { a: b, .. }
        | Op::JumpGtK { a: b, .. }
        | Op::JumpNotGtK { a: b, .. }
        | Op::JumpGeK { a: b, .. }
        | Op::JumpNotGeK { a: b, .. } => (&[*b], &[]),
        Op::SetCell { b, .. } => (&[], &[*b]),
        _ => (&[], &[]),
    };
    or_constant.contains(&register) || (!constant && always.contains(&register))
}

/// Whether PUC Lua has an instruction put its result wherever it is wanted.
fn chooses_register(op: &Op) -> bool {
    !matches!(
        op,
        Op::NewTable { .. }
            | Op::GetMethod { .. }
            | Op::JumpIf { .. }
            | Op::JumpIfNot { .. }
            | Op::Call { .. }
            | Op::CallTop { .. }
            | Op::ForPrep { .. }
            | Op::ForLoop { .. }
            | Op::ForLoop1 { .. }
            | Op::ForIn { .. }
    )
}

/// Whether `op` writes `register`.
fn writes(op: &Op, register: u8) -> bool {
    match *op {
        Op::LoadNil { a, n } => register >= a && register - a < n,
        // PUC Lua's `TEST` counts as a write: the value of `a or b` has no name.
        Op::JumpIf { a, .. } | Op::JumpIfNot { a, .. } => a == register,
        // PUC Lua has nothing but the value there.
        Op::SetCell { a, .. } => a == register,
        Op::GetMethod { a, .. } => register == a || register == a.wrapping_add(1),
        // A call leaves nothing of what was above the function.
        Op::Call { a, .. } | Op::CallTop { a, .. } => register >= a,
        // PUC Lua looks at the first register alone.
        Op::Vararg { a, .. } | Op::ForPrep { a, .. } | Op::ForLoop { a, .. } | Op::ForLoop1 { a, .. } => {
            register == a
        }
        Op::ForIn { a, .. } => register >= a.wrapping_add(2),
        ref op => op.destination() == Some(register),
    }
}

impl Machine {
    /// ` local 'x'` and the like for a register of the running Lua function, with the leading space, or nothing.
    fn name_of(&self, tx: &Transaction<'_>, register: u8) -> Vec<u8> {
        let Some((prototype, chunk, index)) = self.place(tx, &self.current) else { return Vec::new() };
        match of_register(prototype, chunk, index, register) {
            Some((kind, name)) => {
                let mut text = format!("{kind} '").into_bytes();
                text.extend_from_slice(&name);
                text.extend_from_slice(b"' ");
                text
            }
            None => Vec::new(),
        }
    }

    /// `attempt to OPERATION local 'x' (a nil value)`, or without the name `attempt to OPERATION a nil value`.
    #[cold]
    pub(crate) fn describe_operand(
        &self,
        tx: &Transaction<'_>,
        operation: &str,
        register: Option<u8>,
        value: Value,
    ) -> LuaError {
        let name = register.map(|register| self.name_of(tx, register)).unwrap_or_default();
        let mut text = format!("attempt to {operation} ").into_bytes();
        let kind = value.type_name();
        if name.is_empty() {
            text.extend_from_slice(format!("a {kind} value").as_bytes());
        } else {
            text.extend_from_slice(&name);
            text.extend_from_slice(format!("(a {kind} value)").as_bytes());
        }
        LuaError::message(text)
    }

    /// The message for calling `object`, which lies at `callee`. The caller's frame is the innermost one.
    #[cold]
    pub(crate) fn describe_call(&self, tx: &Transaction<'_>, object: Value, callee: u32) -> Vec<u8> {
        let kind = object.type_name();
        let named = self.frames.last().and_then(|caller| {
            let register = u8::try_from(callee.checked_sub(caller.base)?).ok()?;
            let (prototype, chunk, index) = self.place(tx, caller)?;
            // A loop has no name of its own for its iterator: whatever last used the register that it is called in.
            matches!(caller.kind, frame::LUA | frame::TAIL | frame::FOR_IN)
                .then(|| of_register(prototype, chunk, index, register))?
        });
        match named {
            Some((sort, name)) => {
                let mut text = format!("attempt to call {sort} '").into_bytes();
                text.extend_from_slice(&name);
                text.extend_from_slice(format!("' (a {kind} value)").as_bytes());
                text
            }
            None => format!("attempt to call a {kind} value").into_bytes(),
        }
    }

    /// `bad argument #n to 'name' (text)`, with the name that its caller, the innermost function, has for the native.
    #[cold]
    pub(crate) fn describe_argument(&self, tx: &Transaction<'_>, index: u32, text: &[u8]) -> Vec<u8> {
        let caller = self.function_frames().next();
        let name = caller.and_then(|caller| of_callee(self, tx, &self.stack, &caller));
        let mut index = index;
        let mut message = Vec::new();
        if let Some(("method", name)) = &name {
            // The object is not counted as an argument.
            index = index.saturating_sub(1);
            if index == 0 {
                message.extend_from_slice(b"calling '");
                message.extend_from_slice(name);
                message.extend_from_slice(b"' on bad self (");
                message.extend_from_slice(text);
                message.push(b')');
                return message;
            }
        }
        message.extend_from_slice(format!("bad argument #{index} to '").as_bytes());
        message.extend_from_slice(name.as_ref().map_or(b"?".as_slice(), |(_, name)| name));
        message.extend_from_slice(b"' (");
        message.extend_from_slice(text);
        message.push(b')');
        message
    }
}
