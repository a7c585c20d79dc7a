//! Names for error messages: which variable holds a value that was no good.
//!
//! The name of a register is found as PUC Lua finds it: a local variable that is live there, or else what the instruction
//! that last wrote the register had read: a global, an upvalue, a field, a method. The code before the failing instruction
//! is walked once, following forward jumps that stay before it.
//!
//! **Invariant:** purely a reading of code and debug information; where it cannot tell, it says nothing.

use ferrous_heap::{Frame, Transaction, Value};

use crate::chunk::{Chunk, Constant, Prototype};
use crate::error::LuaError;
use crate::frame;
use crate::machine::Machine;
use crate::opcode::{MULTIPLE, Op};

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
    let mut index = index;
    // Each step goes back to an earlier instruction.
    loop {
        if let Some(name) = local_name(prototype, chunk, index, register) {
            return Some(("local", name));
        }
        let writer = last_writer(prototype, index, register)?;
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
            // A local's copy carries the local's name, if it was live there.
            Op::Move { a, b } | Op::GetCell { a, b } if b < a => {
                register = *b;
                index = writer;
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
fn local_name(prototype: &Prototype, chunk: &Chunk, index: usize, register: u8) -> Option<Vec<u8>> {
    let at = |local: &&crate::chunk::Local| {
        local.register == register && (local.start as usize) <= index && index < local.end as usize
    };
    prototype.locals.iter().rev().find(at).map(|local| chunk.string(local.name).to_vec())
}

/// The last instruction before `index` that wrote `register`.
fn last_writer(prototype: &Prototype, index: usize, register: u8) -> Option<usize> {
    let mut writer = None;
    let mut position = 0;
    while position < index {
        let op = prototype.code.get(position)?;
        if writes(op, register) {
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

/// Whether `op` writes `register`.
fn writes(op: &Op, register: u8) -> bool {
    match *op {
        Op::Move { a, .. }
        | Op::LoadK { a, .. }
        | Op::LoadBool { a, .. }
        | Op::GetUpvalue { a, .. }
        | Op::GetCellUpvalue { a, .. }
        | Op::NewCell { a }
        | Op::GetCell { a, .. }
        | Op::GetGlobal { a, .. }
        | Op::GetField { a, .. }
        | Op::GetIndex { a, .. }
        | Op::GetInt { a, .. }
        | Op::NewTable { a, .. }
        | Op::Add { a, .. }
        | Op::Sub { a, .. }
        | Op::Mul { a, .. }
        | Op::Div { a, .. }
        | Op::Mod { a, .. }
        | Op::Pow { a, .. }
        | Op::AddK { a, .. }
        | Op::SubK { a, .. }
        | Op::MulK { a, .. }
        | Op::DivK { a, .. }
        | Op::ModK { a, .. }
        | Op::PowK { a, .. }
        | Op::KAdd { a, .. }
        | Op::KSub { a, .. }
        | Op::KMul { a, .. }
        | Op::KDiv { a, .. }
        | Op::AddN { a, .. }
        | Op::SubN { a, .. }
        | Op::MulN { a, .. }
        | Op::ModN { a, .. }
        | Op::Neg { a, .. }
        | Op::Not { a, .. }
        | Op::Len { a, .. }
        | Op::Concat { a, .. }
        | Op::Closure { a, .. } => a == register,
        Op::LoadNil { a, n } => register >= a && register - a < n,
        // PUC Lua's `TEST` counts as a write: the value of `a or b` has no name.
        Op::JumpIf { a, .. } | Op::JumpIfNot { a, .. } => a == register,
        Op::GetMethod { a, .. } => register == a || register == a.wrapping_add(1),
        // A call leaves nothing of what was above the function.
        Op::Call { a, .. } | Op::CallTop { a, .. } => register >= a,
        Op::Vararg { a, n } => register >= a && (n == MULTIPLE || register - a < n),
        Op::ForPrep { a, .. } | Op::ForLoop { a, .. } | Op::ForLoop1 { a, .. } => {
            register == a || register == a.wrapping_add(3)
        }
        Op::ForIn { a, .. } => register >= a.wrapping_add(2),
        _ => false,
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
            matches!(caller.kind, frame::LUA | frame::TAIL)
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
