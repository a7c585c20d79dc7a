//! Chunks as text for people, and as JSON for programs.

use ferrous_vm::chunk::{Chunk, Constant};
use ferrous_vm::chunk_name::chunk_id;
use std::fmt::Write;

/// The bytecode of a chunk as text.
#[must_use]
pub fn text(chunk: &Chunk) -> String {
    let mut out = String::new();
    for (index, prototype) in chunk.prototypes.iter().enumerate() {
        let name = String::from_utf8_lossy(&chunk_id(&chunk.name)).into_owned();
        let _ = writeln!(
            out,
            "function {index} <{name}:{},{}>  parameters {}{}  registers {}",
            prototype.line_defined,
            prototype.last_line_defined,
            prototype.parameters,
            if prototype.is_vararg { "+" } else { "" },
            prototype.registers
        );
        for (at, op) in prototype.code.iter().enumerate() {
            let _ = writeln!(out, "{at:5} [{}] {op:?}", prototype.lines[at]);
        }
        for (at, constant) in prototype.constants.iter().enumerate() {
            let shown = match constant {
                Constant::String(id) => format!("{:?}", String::from_utf8_lossy(chunk.string(*id))),
                other => format!("{other:?}"),
            };
            let _ = writeln!(out, "  K{at} = {shown}");
        }
        for (at, upvalue) in prototype.upvalues.iter().enumerate() {
            let _ = writeln!(
                out,
                "  U{at} = {} {:?} cell {}",
                String::from_utf8_lossy(chunk.string(upvalue.name)),
                upvalue.capture,
                upvalue.cell
            );
        }
        for local in &prototype.locals {
            let _ = writeln!(
                out,
                "  local {} R{} [{}, {}) cell {}",
                String::from_utf8_lossy(chunk.string(local.name)),
                local.register,
                local.start,
                local.end,
                local.cell
            );
        }
    }
    out
}
