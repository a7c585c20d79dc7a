//! Generated probes: sessions of commands that a grammar and a seed give, sent to ferrous and to a live server.
//!
//! A [`Session`] is a sentence of a grammar in `conformance/generated`, whose README explains the notation. [`replies`] runs
//! one from an empty keyspace; [`difference`] says where two runs part.
//!
//! **Invariant:** a session depends on the grammar, the seed and its number alone.

use crate::address;
use crate::endpoint::{Endpoint, Trouble};
use crate::fuzz::grammar::Grammar;
use crate::fuzz::random::Random;
use crate::resp;
use std::path::{Path, PathBuf};

/// The grammars of a directory whose name holds that text.
///
/// # Errors
/// When the directory cannot be read.
pub fn grammars(directory: &Path, filter: &str) -> std::io::Result<Vec<PathBuf>> {
    let mut grammars = Vec::new();
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        let is_grammar = path.extension().is_some_and(|extension| extension == "grammar");
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        if is_grammar && name.contains(filter) {
            grammars.push(path);
        }
    }
    grammars.sort();
    Ok(grammars)
}

/// Stands between arguments.
const SEPARATOR: char = '¦';

/// Stands for a line break inside of an argument.
const BREAK: &str = "⏎";

/// Words of commands whose replies come in an order that a server may choose.
const UNORDERED_WORDS: [&str; 22] = [
    "hgetall",
    "hkeys",
    "hvals",
    "hrandfield",
    "smembers",
    "sunion",
    "sinter",
    "sdiff",
    "spop",
    "srandmember",
    "scan",
    "sscan",
    "hscan",
    "zscan",
    "zrandmember",
    "pairs",
    "command",
    "nosort",
    "config",
    "lcs",
    "xinfo",
    "xread",
];

/// Other texts in such commands.
const UNORDERED_TEXTS: [&str; 8] =
    ["next(", "function¦list", "map=", "set=", "cjson.encode", "¦keys¦", "'keys'", "\"keys\""];

/// A session of commands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// As the grammar wrote it.
    pub text: String,
    commands: Vec<Vec<Vec<u8>>>,
}

impl Session {
    /// Reads a sentence: a line a command.
    #[must_use]
    pub fn parse(text: &str) -> Session {
        let argument = |part: &str| part.replace(BREAK, "\n").into_bytes();
        let commands = text.trim_end_matches('\n').lines();
        let commands = commands.map(|line| line.split(SEPARATOR).map(argument).collect()).collect();
        Session { text: text.trim_end_matches('\n').to_owned(), commands }
    }

    /// Session `number` of that seed.
    #[must_use]
    pub fn generate(grammar: &Grammar<'_>, seed: u64, number: u64) -> Session {
        let mut random = Random::new(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(number));
        Session::parse(&grammar.sentence(&mut random))
    }

    /// How many replies there are to compare.
    #[must_use]
    pub fn probes(&self) -> usize {
        self.commands.iter().filter(|command| !greets(command)).count()
    }

    /// Whether reply `at` comes in an order that a server may choose.
    fn is_unordered(&self, at: usize) -> bool {
        let text = format!("¦{}", self.line(at).to_lowercase());
        let mut words = text.split(|byte: char| !byte.is_alphanumeric() && byte != '_');
        words.any(|word| UNORDERED_WORDS.contains(&word))
            || UNORDERED_TEXTS.iter().any(|part| text.contains(part))
    }

    /// The command behind reply `at`, as the grammar wrote it.
    fn line(&self, at: usize) -> &str {
        let lines = self.text.lines().zip(&self.commands);
        lines.filter(|(_, command)| !greets(command)).nth(at).map_or("", |(line, _)| line)
    }

    /// The command behind reply `at`, for reports.
    #[must_use]
    pub fn title(&self, at: usize) -> String {
        let command = self.commands.iter().filter(|command| !greets(command)).nth(at);
        command.map_or(String::new(), |command| resp::show(&command.join(&b' '), 300))
    }
}

fn greets(command: &[Vec<u8>]) -> bool {
    command.first().is_some_and(|name| name == b"HELLO")
}

/// Runs a session; its replies, without those to HELLO.
///
/// # Errors
/// When the endpoint gives no reply.
pub fn replies(endpoint: &mut Endpoint, session: &Session) -> Result<Vec<Vec<u8>>, Trouble> {
    for reset in
        [&["HELLO", "2"][..], &["SELECT", "0"], &["FLUSHALL"], &["SCRIPT", "FLUSH"], &["FUNCTION", "FLUSH"]]
    {
        endpoint.call(reset)?;
    }
    let mut replies = Vec::new();
    for command in &session.commands {
        let reply = endpoint.call(command)?;
        if !greets(command) {
            replies.push(reply);
        }
    }
    Ok(replies)
}

/// The first reply in which two runs differ: its number, and both as text.
#[must_use]
pub fn difference(session: &Session, want: &[Vec<u8>], got: &[Vec<u8>]) -> Option<(usize, String, String)> {
    let same = |at: usize, want: &[u8], got: &[u8]| {
        address::blank(want) == address::blank(got)
            || (session.is_unordered(at) && sorted(want) == sorted(got))
    };
    let mut pairs = want.iter().zip(got).enumerate();
    let (at, _) = pairs.find(|(at, (want, got))| !same(*at, want, got))?;
    let show = |replies: &[Vec<u8>]| replies.get(at).map_or(String::new(), |reply| resp::show(reply, 500));
    Some((at, show(want), show(got)))
}

/// The words of a reply in order, for replies whose own order is not fixed: also words inside of strings, since scripts join
/// what they iterate over.
fn sorted(reply: &[u8]) -> Vec<Vec<u8>> {
    let blanked = address::blank(reply);
    let mut words: Vec<Vec<u8>> =
        blanked.split(|byte| b"\r\n ,{}[]:".contains(byte)).map(<[u8]>::to_vec).collect();
    words.sort();
    words
}

/// A difference that stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    target: String,
    part: String,
    /// Why it stays.
    pub reason: String,
}

impl Known {
    /// Reads the list; lines that begin with `#` are comments.
    ///
    /// # Errors
    /// The number of a line that is not `TARGET | TEXT | REASON`.
    pub fn parse(text: &str) -> Result<Vec<Known>, usize> {
        let lines = text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let known = lines.map(|(number, line)| {
            let mut parts = line.split(" | ").map(str::to_owned);
            match (parts.next(), parts.next(), parts.next()) {
                (Some(target), Some(part), Some(reason)) => Ok(Known { target, part, reason }),
                _ => Err(number + 1),
            }
        });
        known.collect()
    }

    /// Whether it is about reply `at` of that session on that target.
    #[must_use]
    pub fn covers(&self, target: &str, session: &Session, at: usize) -> bool {
        (self.target == "both" || self.target == target) && session.line(at).contains(&self.part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_a_session() {
        let session = Session::parse("HELLO¦3\nEVAL¦#!lua⏎return 1¦0\nGET¦\n");
        assert_eq!(session.commands[1], [b"EVAL".to_vec(), b"#!lua\nreturn 1".to_vec(), b"0".to_vec()]);
        assert_eq!(session.commands[2], [b"GET".to_vec(), Vec::new()]);
        assert_eq!(session.probes(), 2);
        assert_eq!(session.title(1), "GET ");
    }

    #[test]
    fn order_counts_where_it_is_fixed() {
        let [want, got] =
            ["*2\r\n:1\r\n:2\r\n", "*2\r\n:2\r\n:1\r\n"].map(|text| vec![text.as_bytes().to_vec()]);
        assert!(difference(&Session::parse("LRANGE¦l"), &want, &got).is_some());
        assert_eq!(difference(&Session::parse("SMEMBERS¦s"), &want, &got), None);
        assert!(difference(&Session::parse("LRANGE¦l\nSMEMBERS¦s"), &want, &got).is_some());
        assert!(difference(&Session::parse("EVAL¦return KEYS¦2¦b¦a"), &want, &got).is_some());
        assert_eq!(difference(&Session::parse("KEYS¦*"), &want, &got), None);
    }

    #[test]
    fn known_differences_are_read() {
        let known = Known::parse("# x\nboth | get | because\n").unwrap();
        assert!(known[0].covers("redis-7.0", &Session::parse("get¦k"), 0));
        assert!(!known[0].covers("redis-7.0", &Session::parse("set¦k\nget¦k"), 0));
        assert_eq!(Known::parse("nonsense"), Err(1));
    }

    #[test]
    fn the_committed_grammars_give_sessions() {
        for path in grammars(&crate::root().join("generated"), "").unwrap() {
            let text = std::fs::read_to_string(&path).unwrap();
            let grammar = Grammar::parse(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            assert!((0..50).all(|number| Session::generate(&grammar, 1, number).probes() > 0));
        }
    }
}
