//! The first line of a script that declares its engine and flags: `#!lua flags=no-writes,allow-stale`.
//!
//! A script without one runs in *compat mode*: each command is judged when it is called. One with a shebang, even an empty
//! one, runs in *strict mode*: it is judged by its flags before it starts.
//!
//! **Invariant:** [`Header::body`] leaves out the shebang but not the end of its line, so that line numbers stay right.

use crate::{
    compat::{Dialect, UnknownEngine},
    words,
};

/// The flags that can be declared.
const FLAGS: [(&str, ScriptFlags); 5] = [
    ("no-writes", ScriptFlags::NO_WRITES),
    ("allow-oom", ScriptFlags::ALLOW_OOM),
    ("allow-stale", ScriptFlags::ALLOW_STALE),
    ("no-cluster", ScriptFlags::NO_CLUSTER),
    ("allow-cross-slot-keys", ScriptFlags::ALLOW_CROSS_SLOT_KEYS),
];

/// What a script declares about itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ScriptFlags(u8);

impl ScriptFlags {
    /// Changes nothing; may run through the `_RO` commands.
    pub const NO_WRITES: Self = Self(1);
    /// Runs although memory is over the limit.
    pub const ALLOW_OOM: Self = Self(1 << 1);
    /// Runs on a stale replica.
    pub const ALLOW_STALE: Self = Self(1 << 2);
    /// Does not run in a cluster.
    pub const NO_CLUSTER: Self = Self(1 << 3);
    /// No shebang.
    pub const COMPAT_MODE: Self = Self(1 << 4);
    /// May use several slots.
    pub const ALLOW_CROSS_SLOT_KEYS: Self = Self(1 << 5);

    /// The flags as bits, as Valkey numbers them.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Both sets of flags.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of `other`'s flags are set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The flag of that name; names are case-sensitive.
    #[must_use]
    pub fn from_name(name: &[u8]) -> Option<Self> {
        FLAGS.iter().find(|(known, _)| known.as_bytes() == name).map(|(_, flag)| *flag)
    }

    /// The names of the flags that are set, in the order in which FUNCTION LIST has them.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        FLAGS.iter().filter(move |(_, flag)| self.contains(*flag)).map(|(name, _)| *name)
    }
}

/// A script's declaration and where its Lua begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header<'a> {
    /// What it declares.
    pub flags: ScriptFlags,
    /// The text to compile.
    pub body: &'a [u8],
}

/// Reads the shebang of a script that EVAL or SCRIPT LOAD is given.
///
/// # Errors
/// The text that the target answers, without the code `ERR`.
pub(crate) fn parse<'a>(script: &'a [u8], dialect: &Dialect) -> Result<Header<'a>, Vec<u8>> {
    if !script.starts_with(b"#!") {
        return Ok(Header { flags: ScriptFlags::COMPAT_MODE, body: script });
    }
    let Some((line, body)) = split_first_line(script) else {
        return Err(b"Invalid script shebang".to_vec());
    };
    let parts = words::split(line, dialect.quotes).unwrap_or_default();
    let Some((engine, options)) = parts.split_first() else {
        return Err(b"Invalid engine in script shebang".to_vec());
    };
    let known =
        if dialect.engine_any_case { engine.eq_ignore_ascii_case(b"#!lua") } else { engine == b"#!lua" };
    if !known && dialect.unknown_engine == UnknownEngine::Unexpected {
        return Err([b"Unexpected engine in script shebang: ", engine.as_slice()].concat());
    }
    let mut flags = ScriptFlags::default();
    for option in options {
        let Some(names) = option.strip_prefix(b"flags=") else {
            return Err([b"Unknown lua shebang option: ", option.as_slice()].concat());
        };
        if names.is_empty() {
            continue;
        }
        for name in names.split(|&byte| byte == b',') {
            let Some(flag) = ScriptFlags::from_name(name) else {
                return Err([b"Unexpected flag in script shebang: ", name].concat());
            };
            flags = flags.union(flag);
        }
    }
    if !known {
        let name = engine.get(2..).unwrap_or_default();
        return Err([b"Could not find scripting engine '", name, b"'"].concat());
    }
    Ok(Header { flags, body })
}

/// The first line without its end, and what follows, that end included. `None` if there is but one line.
#[must_use]
pub(crate) fn split_first_line(text: &[u8]) -> Option<(&[u8], &[u8])> {
    // Redis looks for the end of the line with `strchr`, which a zero byte stops.
    let end = text.iter().position(|byte| matches!(byte, b'\n' | 0))?;
    let (line, rest) = text.split_at_checked(end)?;
    rest.starts_with(b"\n").then_some((line, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compat::Compat;

    #[test]
    fn flags_and_errors() {
        const R: Compat = Compat::Redis70;
        const V: Compat = Compat::Valkey91;
        let cases: &[(Compat, &[u8], Result<u8, &str>)] = &[
            (R, b"return 1", Ok(16)),
            (R, b"#!lua\nreturn 1", Ok(0)),
            (R, b"#!lua flags=no-writes,allow-stale\r\nreturn 1", Ok(5)),
            (R, b"#!lua flags= flags=\"allow-oom\"\n", Ok(2)),
            (R, b"#!lua", Err("Invalid script shebang")),
            (R, b"#!lua\0\n", Err("Invalid script shebang")),
            (R, b"#!js\n", Err("Unexpected engine in script shebang: #!js")),
            (R, b"#! lua\n", Err("Unexpected engine in script shebang: #!")),
            (V, b"#! lua\n", Err("Unknown lua shebang option: lua")),
            (V, b"#!js flags=x\n", Err("Unexpected flag in script shebang: x")),
            (V, b"#!js\n", Err("Could not find scripting engine 'js'")),
            (R, b"#!LUA\n", Err("Unexpected engine in script shebang: #!LUA")),
            (V, b"#!LUA\n", Ok(0)),
            (R, b"#!lua flags=bad\n", Err("Unexpected flag in script shebang: bad")),
            (R, b"#!lua flags=,\n", Err("Unexpected flag in script shebang: ")),
            (R, b"#!lua flags=no-writes, x\n", Err("Unexpected flag in script shebang: ")),
            (R, b"#!lua name=x\n", Err("Unknown lua shebang option: name=x")),
            (R, b"#!lua \"flags=no-writes\n", Err("Invalid engine in script shebang")),
        ];
        for (target, script, wanted) in cases {
            let got = parse(script, target.dialect()).map(|header| header.flags.0);
            assert_eq!(got, wanted.map_err(|text| text.as_bytes().to_vec()), "{}", script.escape_ascii());
        }
        assert_eq!(parse(b"#!lua\nx", R.dialect()).map(|header| header.body), Ok(b"\nx".as_slice()));
    }
}
