//! The listing for programs.

use std::fmt::{self, Write};

use ferrous_vm::chunk::{Capture, Chunk, Constant, Prototype};
use ferrous_vm::chunk_name::chunk_id;
use ferrous_vm::number::write_shortest;

use super::operands;

/// The bytecode of a chunk as one JSON object: its `name` and its `functions`.
///
/// Bytes of names and strings that are no UTF-8 become U+FFFD; infinite constants are strings.
#[must_use]
pub fn json(chunk: &Chunk) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write_chunk(&mut out, chunk);
    out
}

fn write_chunk(out: &mut String, chunk: &Chunk) -> fmt::Result {
    out.push_str("{\"name\":");
    write_text(out, &chunk_id(&chunk.name))?;
    out.push_str(",\"functions\":[");
    for (index, prototype) in chunk.prototypes.iter().enumerate() {
        separate(out, index);
        write_function(out, chunk, prototype)?;
    }
    out.push_str("]}");
    Ok(())
}

fn write_function(out: &mut String, chunk: &Chunk, prototype: &Prototype) -> fmt::Result {
    write!(
        out,
        "{{\"line\":{},\"last_line\":{},\"parameters\":{},\"vararg\":{},\"registers\":{},\"code\":[",
        prototype.line_defined,
        prototype.last_line_defined,
        prototype.parameters,
        prototype.is_vararg,
        prototype.registers
    )?;
    for (index, (op, line)) in prototype.code.iter().zip(&prototype.lines).enumerate() {
        separate(out, index);
        write!(out, "{{\"line\":{line},\"op\":\"{}\"", op.name())?;
        for (name, value) in operands(op) {
            write!(out, ",\"{name}\":{value}")?;
        }
        out.push('}');
    }
    out.push_str("],\"constants\":[");
    for (index, constant) in prototype.constants.iter().enumerate() {
        separate(out, index);
        match constant {
            Constant::Nil => out.push_str("null"),
            Constant::Boolean(value) => write!(out, "{value}")?,
            Constant::Number(value) if value.is_finite() => {
                let mut text = Vec::new();
                write_shortest(*value, &mut text);
                out.push_str(&String::from_utf8_lossy(&text));
            }
            Constant::Number(value) => write!(out, "\"{value}\"")?,
            Constant::String(string) => write_text(out, chunk.string(*string))?,
        }
    }
    out.push_str("],\"upvalues\":[");
    for (index, upvalue) in prototype.upvalues.iter().enumerate() {
        separate(out, index);
        out.push_str("{\"name\":");
        write_text(out, chunk.string(upvalue.name))?;
        write!(out, ",\"cell\":{}", upvalue.cell)?;
        match upvalue.capture {
            Capture::Register(register) => write!(out, ",\"register\":{register}}}")?,
            Capture::Upvalue(upvalue) => write!(out, ",\"upvalue\":{upvalue}}}")?,
            Capture::Itself => out.push_str(",\"itself\":true}"),
        }
    }
    out.push_str("],\"locals\":[");
    for (index, local) in prototype.locals.iter().enumerate() {
        separate(out, index);
        out.push_str("{\"name\":");
        write_text(out, chunk.string(local.name))?;
        write!(
            out,
            ",\"register\":{},\"cell\":{},\"start\":{},\"end\":{}}}",
            local.register, local.cell, local.start, local.end
        )?;
    }
    out.push_str("]}");
    Ok(())
}

fn separate(out: &mut String, index: usize) {
    if index > 0 {
        out.push(',');
    }
}

fn write_text(out: &mut String, bytes: &[u8]) -> fmt::Result {
    out.push('"');
    for character in String::from_utf8_lossy(bytes).chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            control if control < ' ' => write!(out, "\\u{:04x}", u32::from(control))?,
            other => out.push(other),
        }
    }
    out.push('"');
    Ok(())
}
