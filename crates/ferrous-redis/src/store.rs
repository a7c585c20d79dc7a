//! From a command's arguments to a script that is ready to run: argument checks, lookup, shebang, compilation.
//!
//! The order of the checks is Redis's, since a command with two mistakes shows which is looked for first.
//!
//! **Invariant:** a script is in the cache only if it compiles.

use std::sync::Arc;

use ferrous_compiler::Options;

use crate::{
    commands::EvalKind,
    compat::Dialect,
    compilation,
    digest::Digest,
    error_text,
    function::call::WRITES,
    host::CommandArgs,
    kill::KillHandle,
    limits::Limits,
    script::{Origin, Script, ScriptCache, ScriptKey},
    server::{Judgement, ServerState, refuse_script, refuse_start},
    shebang::{self, ScriptFlags},
};

/// The name under which scripts are compiled.
pub(crate) const CHUNK_NAME: &[u8] = b"@user_script";

/// How the servers compile what they are sent.
pub(crate) fn compiler_options() -> Options {
    Options { nested_brackets: true, ..Options::default() }
}

/// A script, and what a run of it needs to know beside its arguments.
#[derive(Debug)]
pub(crate) struct ScriptCall {
    pub(crate) key: ScriptKey,
    pub(crate) digest: Digest,
    pub(crate) judgement: Judgement,
}

/// A command that runs a script of the cache.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) call: ScriptCall,
    /// How many of the arguments after the number are keys.
    pub(crate) keys: usize,
}

/// Why a script cannot run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rejection {
    /// The error reply.
    pub(crate) reply: Vec<u8>,
    /// Where the compiler stopped, if it was the compiler.
    pub(crate) line: Option<u32>,
}

impl Rejection {
    fn new(reply: impl Into<Vec<u8>>) -> Self {
        Self { reply: reply.into(), line: None }
    }
}

/// The scripts and how the target wants them handled.
#[derive(Debug)]
pub(crate) struct ScriptStore {
    pub(crate) cache: ScriptCache,
    dialect: &'static Dialect,
    limits: Limits,
    flushes: u64,
    /// What ends the compiling of a long script, if it can be asked for meanwhile.
    kill_handle: Option<KillHandle>,
}

impl ScriptStore {
    /// A store without scripts, which compiles each within these limits, unless it is killed.
    pub(crate) fn new(dialect: &'static Dialect, limits: Limits, kill_handle: Option<KillHandle>) -> Self {
        Self { cache: ScriptCache::default(), dialect, limits, flushes: 0, kill_handle }
    }

    pub(crate) fn dialect(&self) -> &'static Dialect {
        self.dialect
    }

    /// How often SCRIPT FLUSH was called; each time every interpreter starts anew.
    pub(crate) fn flushes(&self) -> u64 {
        self.flushes
    }

    pub(crate) fn flush(&mut self) {
        self.cache.clear();
        self.flushes += 1;
    }

    /// Checks the arguments of EVAL or a relative, and finds or compiles the script.
    pub(crate) fn prepare(
        &mut self,
        kind: EvalKind,
        args: CommandArgs<'_>,
        state: &ServerState,
    ) -> Result<Prepared, Rejection> {
        let text = args.get(1).unwrap_or_default();
        if let Some(flags) = self.known_flags(kind, text) {
            refuse_script(flags, state, self.dialect).map_err(|refusal| Rejection::new(refusal.reply()))?;
        }
        let no_script = || Rejection::new(self.dialect.no_script);
        if kind.by_digest && text.len() != Digest::TEXT_LENGTH {
            return Err(no_script());
        }
        let keys = key_count(args, "ERR value is not an integer or out of range").map_err(Rejection::new)?;
        let key = if kind.by_digest {
            Digest::parse(text).and_then(|digest| self.cache.find_digest(&digest)).ok_or_else(no_script)?
        } else {
            self.load(text, Origin::Eval)?
        };
        let script = self.cache.get(key).ok_or_else(no_script)?;
        refuse_start(script.flags, state).map_err(|refusal| Rejection::new(refusal.reply()))?;
        let strict = !script.flags.contains(ScriptFlags::COMPAT_MODE);
        let no_writes = script.flags.contains(ScriptFlags::NO_WRITES);
        if kind.read_only && strict && !no_writes {
            return Err(Rejection::new(WRITES));
        }
        let judgement =
            Judgement { state: *state, ..Judgement::new(script.flags, kind.read_only, self.dialect) };
        Ok(Prepared { call: ScriptCall { key, digest: script.digest, judgement }, keys })
    }

    /// What a script declares that a command names, as far as that can be told before its arguments are checked.
    pub(crate) fn known_flags(&self, kind: EvalKind, text: &[u8]) -> Option<ScriptFlags> {
        if kind.by_digest {
            let key = self.cache.find_digest(&Digest::parse(text)?)?;
            return self.cache.get(key).map(|script| script.flags);
        }
        shebang::parse(text, self.dialect).ok().map(|header| header.flags)
    }

    /// The script of that text, compiled if it is new.
    pub(crate) fn load(&mut self, text: &[u8], origin: Origin) -> Result<ScriptKey, Rejection> {
        if let Some(key) = self.cache.find_text(text) {
            if origin == Origin::Load && self.dialect.load_promotes {
                self.cache.keep(key);
            }
            return Ok(key);
        }
        let header = shebang::parse(text, self.dialect)
            .map_err(|text| Rejection::new(error_text::error_line(&[b"ERR ", text.as_slice()].concat())))?;
        let compiled =
            compilation::compile(CHUNK_NAME, header.body, &self.limits, None, self.kill_handle.as_ref());
        let chunk = compiled.map_err(|refusal| {
            let text =
                [b"ERR Error compiling script (new function): ", refusal.message().as_slice()].concat();
            Rejection { reply: error_text::error_line(&text), line: refusal.line() }
        })?;
        let script = Script {
            digest: Digest::of(text),
            text: text.into(),
            flags: header.flags,
            chunk: Arc::new(chunk),
        };
        Ok(self.cache.insert(script, origin, self.dialect.eval_scripts))
    }
}

/// Argument 2: how many keys follow. `not_a_number` is the reply if it is none.
pub(crate) fn key_count(args: CommandArgs<'_>, not_a_number: &str) -> Result<usize, Vec<u8>> {
    let number = parse_integer(args.get(2).unwrap_or_default()).ok_or(not_a_number)?;
    match usize::try_from(number) {
        Ok(count) if count <= args.len().saturating_sub(3) => Ok(count),
        Ok(_) => Err(b"ERR Number of keys can't be greater than number of args".to_vec()),
        Err(_) => Err(b"ERR Number of keys can't be negative".to_vec()),
    }
}

/// A 64-bit integer in its only spelling: no sign but `-`, no leading zero, no blank.
fn parse_integer(text: &[u8]) -> Option<i64> {
    if let [digit @ b'0'..=b'9'] = text {
        return Some(i64::from(digit - b'0'));
    }
    let text = std::str::from_utf8(text).ok()?;
    let number: i64 = text.parse().ok()?;
    let canonical = matches!(text.as_bytes(), [b'0'] | [b'1'..=b'9', ..] | [b'-', b'1'..=b'9', ..]);
    canonical.then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_have_one_spelling() {
        let cases: &[(&str, Option<i64>)] = &[
            ("0", Some(0)),
            ("-1", Some(-1)),
            ("12", Some(12)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775808", None),
            ("01", None),
            ("-0", None),
            ("+1", None),
            (" 1", None),
            ("1.5", None),
            ("", None),
        ];
        for (text, wanted) in cases {
            assert_eq!(parse_integer(text.as_bytes()), *wanted, "{text}");
        }
    }
}
