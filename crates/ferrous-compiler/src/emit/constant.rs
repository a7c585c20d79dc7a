//! Constants of a function, and arithmetic on them at compile time.
//!
//! As in PUC Lua, 0 and -0 are the same constant: whichever a function mentions first is the one that it uses.

use ferrous_vm::chunk::Constant;

use super::Emitter;
use super::function::MAX_CONSTANTS;
use crate::ast::Binary;
use crate::interner::Text;

/// How many constants of a function are searched one by one; those of functions with more are hashed.
pub(super) const FEW: usize = 16;

/// How many guesses there are, a power of two.
pub(super) const GUESSES: usize = 128;

impl Emitter<'_> {
    /// The index of a constant among those of the current function.
    #[inline]
    pub(super) fn constant(&mut self, constant: Constant) -> u32 {
        let (kind, payload) = content(constant);
        let place = (payload ^ (payload >> 40) ^ (payload >> 50)) as usize % GUESSES;
        let guess = self.guesses[place];
        // Where an equal one was last, maybe in another function. Zeroes are equal here, whatever their sign.
        if self.current.constants.get(guess as usize) == Some(&constant) {
            return guess;
        }
        let index = self.find_constant(constant, kind, payload);
        self.guesses[place] = index;
        index
    }

    fn find_constant(&mut self, constant: Constant, kind: u8, payload: u64) -> u32 {
        let known = &self.current.constants;
        // Fewer constants than nodes.
        let next = known.len() as u32;
        if known.len() < FEW {
            if let Some(index) = known.iter().position(|&known| known == constant) {
                return index as u32;
            }
        } else {
            let index = *self.constants.entry((self.current.prototype, kind, payload)).or_insert(next);
            if index != next {
                return index;
            }
        }
        self.current.constants.push(constant);
        if self.current.constants.len() == FEW {
            for (index, &known) in self.current.constants.iter().enumerate() {
                let (kind, payload) = content(known);
                self.constants.insert((self.current.prototype, kind, payload), index as u32);
            }
        }
        self.crowded |= next >= MAX_CONSTANTS;
        next
    }

    pub(super) fn text_constant(&mut self, text: Text) -> u32 {
        let string = self.string(text);
        self.constant(Constant::String(string))
    }
}

/// The kind and the bits that two equal constants share.
#[inline]
fn content(constant: Constant) -> (u8, u64) {
    match constant {
        Constant::Nil => (0, 0),
        Constant::Boolean(value) => (1, u64::from(value)),
        Constant::Number(value) => (2, if value == 0.0 { 0 } else { value.to_bits() }),
        Constant::String(string) => (3, u64::from(string.0)),
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
