//! The differential fuzzer: generated programs on ferrous and on PUC Lua 5.1, in search of a difference.
//!
//! A [`grammar`] is a text file of weighted templates; a seed picks one sentence of it. `kind` names the grammars,
//! `mutation` spoils sentences for the syntax errors. Each sentence runs under the same Lua harness on both sides: on
//! ferrous in this process (`subject`), on PUC Lua in a child of it that may hang or die (`reference`). A
//! `campaign` runs many of them, and has each difference cut down (`shrink`) and saved.
//!
//! Without the feature `fuzz` there are only the grammars.
//!
//! **Invariant:** a sentence depends on the kind, the seed and its number alone, so every report can be repeated.

#[cfg(feature = "fuzz")]
pub mod campaign;
pub mod grammar;
#[cfg(feature = "fuzz")]
pub mod kind;
#[cfg(feature = "fuzz")]
pub mod mutation;
pub mod random;
#[cfg(feature = "fuzz")]
pub mod reference;
mod scope;
#[cfg(feature = "fuzz")]
pub mod shrink;
#[cfg(feature = "fuzz")]
pub mod subject;

/// The Lua chunk that runs a sentence: called with its text and a mode, it returns everything observable as one string.
#[cfg(feature = "fuzz")]
const HARNESS: &str = include_str!("fuzz/harness.lua");

/// What one side made of a sentence.
#[cfg(feature = "fuzz")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Printed lines, results, error, and final state.
    Observed(Vec<u8>),
    /// It ran out of time or memory, or died; two sides that do so need not do it alike.
    Exhausted,
}

#[cfg(feature = "fuzz")]
impl Outcome {
    /// Takes what the harness returned; a sentence that met the end of memory says nothing.
    fn observed(text: Vec<u8>) -> Outcome {
        let needle = b"not enough memory";
        if text.windows(needle.len()).any(|window| window == needle) {
            return Outcome::Exhausted;
        }
        Outcome::Observed(text)
    }
}
