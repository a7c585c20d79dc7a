//! The debugger's commands: names, in any case, and how many words they take, which the target decides.
//!
//! **Invariant:** a [`DebuggerInput`] has as many words as its command takes.

use super::reader::c_integer;
use crate::compat::DebuggerDialect;

/// What a command does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Help,
    /// Run to the next line.
    Step,
    /// Run to the next breakpoint.
    Continue,
    List,
    /// List everything.
    Whole,
    Print,
    /// Add, remove, or list breakpoints.
    Break,
    Trace,
    Eval,
    /// Execute a command of the server.
    Call,
    MaxLength,
    Abort,
}

/// A command that was understood.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DebuggerInput<'a> {
    pub(crate) verb: Verb,
    /// What follows its name.
    pub(crate) arguments: &'a [Vec<u8>],
}

impl<'a> DebuggerInput<'a> {
    /// Understands a command; `None` if there is no such command, or it does not have so many words.
    pub(crate) fn parse(words: &'a [Vec<u8>], dialect: &DebuggerDialect) -> Option<Self> {
        let (name, arguments) = words.split_first()?;
        let is_name = |known: &&str| known.as_bytes().eq_ignore_ascii_case(name);
        let command = dialect.commands.iter().find(|command| command.names.iter().any(is_name))?;
        command.words.contains(&words.len()).then_some(Self { verb: command.verb, arguments })
    }

    /// The number in argument `index`, read as C does: 0 if it is none.
    pub(crate) fn number(&self, index: usize) -> Option<i64> {
        self.arguments.get(index).map(|text| c_integer(text).into())
    }
}

/// A number in its only spelling.
pub(crate) fn exact_integer(text: &[u8]) -> Option<i64> {
    let number: i64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    (number.to_string().as_bytes() == text).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Compat;

    #[test]
    fn targets_count_words_differently() {
        let verb = |line: &str, compat: Compat| {
            let words: Vec<Vec<u8>> = line.split(' ').map(|word| word.as_bytes().to_vec()).collect();
            DebuggerInput::parse(&words, compat.dialect().debugger).map(|input| input.verb)
        };
        let cases = [
            ("STEP x", Some(Verb::Step), None),
            ("ste", None, None),
            ("m", Some(Verb::MaxLength), None),
            ("max", None, Some(Verb::MaxLength)),
            ("v get k", None, Some(Verb::Call)),
            ("r", None, None),
            ("e", Some(Verb::Eval), None),
            ("l 1 2 3", Some(Verb::List), None),
        ];
        for (line, redis, valkey) in cases {
            assert_eq!(verb(line, Compat::Redis70), redis, "{line}");
            assert_eq!(verb(line, Compat::Valkey91), valkey, "{line}");
        }
    }
}
