//! Chunks as text for people, and as JSON for programs.
//!
//! Both print the names and operands of [`ferrous_vm::opcode::Op`], in the words of its pseudo code: registers `a`, `b`,
//! `c`, constant `k`, offset `off`. The text adds what an operand means: the constant, or the instruction jumped to.
//!
//! **Invariant:** a listing depends on the chunk alone; the hints inside instructions are left out.

mod json;
mod text;

use ferrous_vm::opcode::Op;

pub use json::json;
pub use text::text;

/// The operands of an instruction by name, in order.
fn operands(op: &Op) -> Vec<(String, String)> {
    // The derived form is `Name { a: 1, hint: Hint(0), k: 2 }`, or `Name` alone.
    let form = format!("{op:?}");
    let Some((_, fields)) = form.split_once(" { ") else { return Vec::new() };
    let pairs = fields.trim_end_matches(" }").split(", ").filter_map(|field| field.split_once(": "));
    pairs.filter(|pair| pair.0 != "hint").map(|(name, value)| (name.into(), value.into())).collect()
}

/// An operand as a number.
fn number(operands: &[(String, String)], name: &str) -> Option<i64> {
    operands.iter().find(|operand| operand.0 == name)?.1.parse().ok()
}
