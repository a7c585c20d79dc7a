//! Constants of a function, and arithmetic on them at compile time.
//!
//! As in PUC Lua, 0 and -0 are the same constant: whichever a function mentions first is the one that it uses.

use ferrous_vm::chunk::Constant;

use super::Emitter;
use crate::ast::Binary;
use crate::interner::Text;

impl Emitter<'_> {
    /// The index of a constant among those of the current function.
    #[inline]
    pub(super) fn constant(&mut self, constant: Constant) -> u32 {
        let (kind, payload) = match constant {
            Constant::Nil => (0, 0),
            Constant::Boolean(value) => (1, u64::from(value)),
            Constant::Number(value) => (2, if value == 0.0 { 0 } else { value.to_bits() }),
            Constant::String(string) => (3, u64::from(string.0)),
        };
        let constants = &mut self.current.constants;
        *self.constants.entry((self.current.prototype, kind, payload)).or_insert_with(|| {
            constants.push(constant);
            // Fewer constants than nodes.
            (constants.len() - 1) as u32
        })
    }

    pub(super) fn text_constant(&mut self, text: Text) -> u32 {
        let string = self.string(text);
        self.constant(Constant::String(string))
    }
}

/// What an operator yields for two constants, unless that is left to run time: a division by zero, or no number.
pub(super) fn fold(operator: Binary, left: f64, right: f64) -> Option<f64> {
    let result = match operator {
        Binary::Add => left + right,
        Binary::Sub => left - right,
        Binary::Mul => left * right,
        Binary::Div | Binary::Mod if right == 0.0 => return None,
        Binary::Div => left / right,
        Binary::Mod => left - (left / right).floor() * right,
        Binary::Pow => left.powf(right),
        _ => return None,
    };
    (!result.is_nan()).then_some(result)
}
