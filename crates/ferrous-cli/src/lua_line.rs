//! The command line of the program lua (manual §6), which `ferrous run` takes, and all of `ferrous` where it is called by a
//! name that begins with `lua`.
//!
//! clap knows long options only; the words of lua are kept apart from them ([`arrange`]) and read here as lua reads them
//! ([`LuaLine::read`]): `-e` and `-l` in their order, values in the same word or in the next one.
//!
//! **Invariant:** the words from the script on are the program's, whatever they look like.

use std::{
    env,
    ffi::{OsStr, OsString},
    os::unix::ffi::{OsStrExt as _, OsStringExt as _},
    path::Path,
};

/// Long options of `ferrous run` that take a value.
const WITH_VALUE: [&[u8]; 3] = [b"--memory", b"--timeout", b"--fuel"];

/// What is done before the script, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// `-e TEXT`.
    Text(OsString),
    /// `-l NAME`.
    Library(OsString),
}

/// The program to be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Script {
    /// The word `-`: standard input.
    Input,
    /// A file; `-` too, behind `--`.
    File(OsString),
}

/// The words of lua, understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LuaLine {
    /// `-e` and `-l`.
    pub(crate) steps: Vec<Step>,
    /// `-i`: lines are read and evaluated afterwards.
    pub(crate) interactive: bool,
    /// `-v`, or `-i`.
    pub(crate) version: bool,
    /// The program.
    pub(crate) script: Option<Script>,
    /// The words behind the script.
    pub(crate) operands: Vec<OsString>,
}

impl LuaLine {
    /// Reads the words; `None` if lua would answer with its usage.
    pub(crate) fn read(words: &[OsString]) -> Option<Self> {
        let mut line = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let (option, value) = match word.as_bytes() {
                [b'-', option, value @ ..] => (*option, value),
                bytes => {
                    let script = if bytes == b"-" { Script::Input } else { Script::File(word.clone()) };
                    return Some(Self { script: Some(script), operands: words.cloned().collect(), ..line });
                }
            };
            match option {
                b'-' if value.is_empty() => {
                    line.script = words.next().cloned().map(Script::File);
                    line.operands = words.cloned().collect();
                    return Some(line);
                }
                b'i' | b'v' if value.is_empty() => {
                    line.interactive |= option == b'i';
                    line.version = true;
                }
                b'e' | b'l' => {
                    let value = if value.is_empty() {
                        words.next()?.clone()
                    } else {
                        OsStr::from_bytes(value).to_owned()
                    };
                    line.steps.push(if option == b'e' { Step::Text(value) } else { Step::Library(value) });
                }
                _ => return None,
            }
        }
        Some(line)
    }
}

/// Whether the program was called by a name of lua's: all words are lua's then.
pub(crate) fn is_lua(called: Option<&OsString>) -> bool {
    let name = called.and_then(|called| Path::new(called).file_name());
    name.is_some_and(|name| name.as_bytes().starts_with(b"lua"))
}

/// What stands before messages: the name lua was called by.
pub(crate) fn program_name() -> Vec<u8> {
    let called = env::args_os().next().filter(|called| is_lua(Some(called)));
    called.map_or_else(|| b"lua".to_vec(), OsString::into_vec)
}

/// The command line as clap takes it: for `run` its long options, `--`, and the words of lua.
pub(crate) fn arrange(line: Vec<OsString>) -> Vec<OsString> {
    let (first, rest) = match line.split_first() {
        Some((called, words)) if is_lua(Some(called)) => {
            return [[called.clone(), "run".into(), "--".into()].as_slice(), words].concat();
        }
        Some((called, [command, rest @ ..])) if command == "run" => ([called.clone(), command.clone()], rest),
        _ => return line,
    };
    let (mut long, mut lua) = (first.to_vec(), vec![OsString::from("--")]);
    let mut words = rest.iter().cloned();
    while let Some(word) = words.next() {
        match word.as_bytes() {
            b"-e" | b"-l" | b"--execute" => {
                lua.push(if word == "-l" { word } else { "-e".into() });
                lua.extend(words.next());
            }
            b"-h" => long.push(word),
            [b'-', b'-', option, ..] if option.is_ascii_alphabetic() => {
                if let Some(text) = word.as_bytes().strip_prefix(b"--execute=") {
                    lua.extend(["-e".into(), OsStr::from_bytes(text).to_owned()]);
                    continue;
                }
                let takes_value = WITH_VALUE.contains(&word.as_bytes());
                long.push(word);
                long.extend(takes_value.then(|| words.next()).flatten());
            }
            [b'-', option, ..] if *option != b'-' => lua.push(word),
            _ => {
                lua.push(word);
                lua.extend(words.by_ref());
            }
        }
    }
    long.append(&mut lua);
    long
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn long_options_come_before_the_words_of_lua() {
        let line = words("ferrous run -eX --memory 64mb -l s --fuel=9 a.lua --memory -e");
        assert_eq!(arrange(line), words("ferrous run --memory 64mb --fuel=9 -- -eX -l s a.lua --memory -e"));
        assert_eq!(arrange(words("ferrous eval -e 1")), words("ferrous eval -e 1"));
        assert_eq!(arrange(words("/bin/lua5.1 --memory")), words("/bin/lua5.1 run -- --memory"));
    }

    #[test]
    fn words_are_read_as_lua_reads_them() {
        let line = LuaLine::read(&words("-ex -l y -i - z")).unwrap();
        assert_eq!(line.steps, [Step::Text("x".into()), Step::Library("y".into())]);
        assert!(line.interactive && line.version);
        assert_eq!((line.script, line.operands), (Some(Script::Input), words("z")));
        assert_eq!(LuaLine::read(&words("-- -")).unwrap().script, Some(Script::File("-".into())));
        assert_eq!(LuaLine::read(&words("--")), Some(LuaLine::default()));
        for refused in ["-x", "-e", "-l", "-vx", "-ix", "--x"] {
            assert_eq!(LuaLine::read(&words(refused)), None, "{refused}");
        }
    }
}
