//! The listing for people.

use std::fmt::{self, Write};

use ferrous_vm::chunk::{Capture, Chunk, Constant, Prototype};
use ferrous_vm::chunk_name::chunk_id;
use ferrous_vm::number::write_number;

use super::{number, operands};

/// The bytecode of a chunk as text: each function with its instructions, constants, upvalues and locals.
#[must_use]
pub fn text(chunk: &Chunk) -> String {
    let mut out = String::new();
    for (index, prototype) in chunk.prototypes.iter().enumerate() {
        // Writing to a string cannot fail.
        let _ = function(&mut out, chunk, index, prototype);
    }
    out
}

fn function(out: &mut String, chunk: &Chunk, index: usize, prototype: &Prototype) -> fmt::Result {
    if index > 0 {
        writeln!(out)?;
    }
    let name = chunk_id(&chunk.name);
    let name = String::from_utf8_lossy(&name);
    if index == 0 {
        write!(out, "main <{name}>")?;
    } else {
        write!(out, "function {index} <{name}:{}-{}>", prototype.line_defined, prototype.last_line_defined)?;
    }
    let dots = if prototype.is_vararg { "+" } else { "" };
    let (parameters, registers) = (prototype.parameters, prototype.registers);
    writeln!(out, ": parameters {parameters}{dots}, registers {registers}")?;
    for (at, (op, line)) in prototype.code.iter().zip(&prototype.lines).enumerate() {
        let operands = operands(op);
        let shown: Vec<String> = operands.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut row = format!("{at:6} [{line}] {:<16} {}", op.name(), shown.join(" "));
        if let Some(k) = number(&operands, "k").and_then(|k| usize::try_from(k).ok()) {
            let constant = prototype.constants.get(k).map_or_else(String::new, |&it| constant(chunk, it));
            write!(row, "  ; {constant}")?;
        }
        if let Some(offset) = number(&operands, "off") {
            write!(row, "  ; to {}", at as i64 + 1 + offset)?;
        }
        writeln!(out, "{}", row.trim_end())?;
    }
    for (at, upvalue) in prototype.upvalues.iter().enumerate() {
        let name = String::from_utf8_lossy(chunk.string(upvalue.name));
        let kind = if upvalue.cell { "cell" } else { "value" };
        match upvalue.capture {
            Capture::Register(register) => {
                writeln!(out, "  upvalue {at} {name}: {kind} in register {register}")?
            }
            Capture::Upvalue(upvalue) => writeln!(out, "  upvalue {at} {name}: {kind} of upvalue {upvalue}")?,
            Capture::Itself => writeln!(out, "  upvalue {at} {name}: the function itself")?,
        }
    }
    for local in &prototype.locals {
        let name = String::from_utf8_lossy(chunk.string(local.name));
        let kind = if local.cell { " (cell)" } else { "" };
        writeln!(out, "  local {name}: register {}{kind}, {}..{}", local.register, local.start, local.end)?;
    }
    Ok(())
}

fn constant(chunk: &Chunk, constant: Constant) -> String {
    match constant {
        Constant::Nil => "nil".into(),
        Constant::Boolean(value) => value.to_string(),
        Constant::Number(value) => {
            let mut text = Vec::new();
            write_number(value, &mut text);
            String::from_utf8_lossy(&text).into_owned()
        }
        Constant::String(string) => format!("{:?}", String::from_utf8_lossy(chunk.string(string))),
    }
}
