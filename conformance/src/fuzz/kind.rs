//! The kinds of sentence: which grammar makes them, and how the harness is to treat them.

use super::grammar::{Grammar, GrammarError};
use super::mutation;
use super::random::Random;
use std::fmt;

/// A kind of sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// Whole programs.
    Programs,
    /// `string.find`, `match`, `gmatch`, `gsub` with any pattern, malformed ones too.
    Patterns,
    /// `string.format` with any format and arguments.
    Format,
    /// Numerals in source, `tonumber`, `tostring`, arithmetic.
    Numbers,
    /// Programs with tokens deleted, doubled, swapped, cut off or overwritten: compiled, not run.
    Syntax,
}

impl Kind {
    /// Every kind, in the order in which `all` runs them.
    pub const ALL: [Kind; 5] = [Kind::Patterns, Kind::Format, Kind::Numbers, Kind::Syntax, Kind::Programs];

    /// Its name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::Programs => "programs",
            Kind::Patterns => "patterns",
            Kind::Format => "format",
            Kind::Numbers => "numbers",
            Kind::Syntax => "syntax",
        }
    }

    /// What the harness is told to do with the sentence.
    #[must_use]
    pub fn mode(self) -> Mode {
        if self == Kind::Syntax { Mode::Compile } else { Mode::Run }
    }

    /// The generator of this kind.
    ///
    /// # Errors
    /// If the grammar's text is malformed, which a test excludes.
    pub fn generator(self) -> Result<Generator, GrammarError> {
        let text = match self {
            Kind::Programs | Kind::Syntax => include_str!("../../fuzz/programs.grammar"),
            Kind::Patterns => include_str!("../../fuzz/patterns.grammar"),
            Kind::Format => include_str!("../../fuzz/format.grammar"),
            Kind::Numbers => include_str!("../../fuzz/numbers.grammar"),
        };
        Ok(Generator { kind: self, grammar: Grammar::parse(text)? })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// What the harness does with a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Compile and run.
    Run,
    /// Compile only.
    Compile,
}

impl Mode {
    /// Its name in the harness.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Mode::Run => "run",
            Mode::Compile => "syntax",
        }
    }
}

/// Makes the sentences of a kind.
#[derive(Debug)]
pub struct Generator {
    kind: Kind,
    grammar: Grammar<'static>,
}

impl Generator {
    /// Sentence `number` of the series that `seed` names.
    #[must_use]
    pub fn sentence(&self, seed: u64, number: u64) -> Vec<u8> {
        let mut random = Random::new(seed ^ number.wrapping_mul(0xd134_2543_de82_ef95));
        let text = self.grammar.sentence(&mut random).into_bytes();
        if self.kind == Kind::Syntax { mutation::spoil(&text, &mut random) } else { text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_grammar_is_well_formed_and_repeats() {
        for kind in Kind::ALL {
            let generator = kind.generator().unwrap();
            assert_eq!(generator.sentence(1, 2), generator.sentence(1, 2), "{kind}");
            assert_ne!(generator.sentence(1, 2), generator.sentence(1, 3), "{kind}");
        }
    }
}
