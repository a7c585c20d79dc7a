//! A host that holds strings, and answers `REPLY kind` with a reply of that kind. Replies are compared as text.

use std::collections::HashMap;

use ferrous_redis::{
    Engine, EngineOptions, Session,
    host::{ArgsBuffer, CommandArgs, CommandFlags, CommandInfo, Host, KeySpec, LogLevel, Protocol, Request},
    reply::{RecordedReply, ReplyPart, ReplySink},
    server::{Permission, Placement},
};

/// See the module's text.
#[derive(Default)]
pub(crate) struct TestHost {
    pub(crate) strings: HashMap<Vec<u8>, Vec<u8>>,
    pub(crate) log: Vec<(LogLevel, Vec<u8>)>,
    pub(crate) saved: Option<HashMap<Vec<u8>, Vec<u8>>>,
    /// What it says about permissions.
    pub(crate) permission: Permission,
    /// What it says about keys that begin with a digit; others are in the slot of their first byte.
    pub(crate) placement: Placement,
}

/// What the host knows about its commands.
pub(crate) fn find(name: &[u8]) -> Option<CommandInfo> {
    let (name, arity, flags) = match name.to_ascii_lowercase().as_slice() {
        b"get" => ("get", 2, CommandFlags::READONLY),
        b"set" => ("set", 3, CommandFlags::WRITE.union(CommandFlags::DENY_OOM)),
        b"del" => ("del", 2, CommandFlags::WRITE),
        b"time" => ("time", 1, CommandFlags::STALE),
        b"echo" => ("echo", 2, CommandFlags::NONE),
        b"reply" => ("reply", 2, CommandFlags::NONE),
        b"publish" => ("publish", 3, CommandFlags::MAY_REPLICATE),
        b"subscribe" => ("subscribe", -2, CommandFlags::NOSCRIPT),
        _ => return None,
    };
    Some(CommandInfo { name, arity, flags, keys: KeySpec::default() })
}

impl Host for TestHost {
    fn command(&self, name: &[u8]) -> Option<CommandInfo> {
        find(name)
    }

    fn execute(&mut self, request: &Request<'_>, reply: &mut dyn ReplySink) {
        let argument = |index| request.args.get(index).unwrap_or_default();
        match request.args.name().to_ascii_lowercase().as_slice() {
            b"get" => match self.strings.get(argument(1)) {
                Some(value) => reply.bulk(value),
                None => reply.null(),
            },
            b"set" => {
                self.strings.insert(argument(1).to_vec(), argument(2).to_vec());
                reply.status(b"OK");
            }
            b"echo" => reply.bulk(argument(1)),
            b"publish" => reply.integer(0),
            b"time" => reply.integer(1),
            b"del" => reply.integer(self.strings.remove(argument(1)).is_some().into()),
            _ => write_reply(argument(1), reply),
        }
    }

    fn permission(&mut self, _: CommandArgs<'_>) -> Permission {
        self.permission.clone()
    }

    fn locate(&mut self, args: CommandArgs<'_>, _: &CommandInfo) -> Placement {
        match args.get(1).and_then(|key| key.first()) {
            None => Placement::Anywhere,
            Some(b'0'..=b'9') => self.placement,
            Some(first) => Placement::Slot((*first).into()),
        }
    }

    fn log(&mut self, level: LogLevel, message: &[u8]) {
        self.log.push((level, message.to_vec()));
    }

    fn begin(&mut self) -> bool {
        self.saved = Some(self.strings.clone());
        true
    }

    fn rollback(&mut self) {
        self.strings = self.saved.take().unwrap_or_default();
    }
}

fn write_reply(kind: &[u8], reply: &mut dyn ReplySink) {
    match kind {
        b"null" => reply.null(),
        b"null_array" => reply.null_array(),
        b"integer" => reply.integer(7),
        b"status" => reply.status(b"FINE"),
        b"error" => reply.error(b"OOPS it broke"),
        b"double" => reply.double(1.5),
        b"true" => reply.boolean(true),
        b"false" => reply.boolean(false),
        b"big" => reply.big_number(b"12345678901234567890"),
        b"verbatim" => reply.verbatim(*b"txt", b"some text"),
        b"map" => {
            reply.begin_map(2);
            reply.bulk(b"a");
            reply.integer(1);
            reply.bulk(b"b");
            reply.null();
            reply.end();
        }
        b"set" => {
            reply.begin_set(1);
            reply.bulk(b"m");
            reply.end();
        }
        b"nested" => {
            reply.begin_array(3);
            reply.null();
            reply.begin_array(1);
            reply.error(b"INNER no");
            reply.end();
            reply.double(2.5);
            reply.end();
        }
        _ => reply.error(b"ERR unknown kind"),
    }
}

/// Runs a command, and returns its reply as text.
pub(crate) fn command(engine: &mut Engine, host: &mut TestHost, protocol: Protocol, args: &[&str]) -> String {
    let args: ArgsBuffer = args.iter().collect();
    let mut reply = RecordedReply::default();
    assert!(engine.command(&Session::new(protocol), args.args(), host, &mut reply));
    show(&reply)
}

/// Runs a command for a session, and returns its reply as text.
pub(crate) fn command_of(
    session: &Session,
    engine: &mut Engine,
    host: &mut TestHost,
    args: &[&str],
) -> String {
    let args: ArgsBuffer = args.iter().collect();
    let mut reply = RecordedReply::default();
    assert!(engine.command(session, args.args(), host, &mut reply));
    show(&reply)
}

/// Runs a script without keys in a fresh engine.
pub(crate) fn eval(script: &str) -> String {
    let mut engine = engine(EngineOptions::default());
    command(&mut engine, &mut TestHost::default(), Protocol::Resp2, &["EVAL", script, "0"])
}

/// An engine with those options.
pub(crate) fn engine(options: EngineOptions) -> Engine {
    Engine::new(options).unwrap()
}

/// A reply as text: `[` and `]` around arrays, `{` and `}` around maps, `<` and `>` around sets, errors with `-`, statuses
/// with `+`.
pub(crate) fn show(reply: &RecordedReply) -> String {
    let mut closers = Vec::new();
    let mut words: Vec<String> = Vec::new();
    for part in reply.parts() {
        words.push(match part {
            ReplyPart::Null => "null".to_owned(),
            ReplyPart::NullArray => "null-array".to_owned(),
            ReplyPart::Bulk(bytes) => format!("\"{}\"", bytes.escape_ascii()),
            ReplyPart::Integer(value) => value.to_string(),
            ReplyPart::Status(text) => format!("+{}", text.escape_ascii()),
            ReplyPart::Error(text) => format!("-{}", text.escape_ascii()),
            ReplyPart::Double(value) | ReplyPart::SpelledDouble(value, _) => format!("{value:?}d"),
            ReplyPart::Boolean(value) => value.to_string(),
            ReplyPart::BigNumber(digits) => format!("({}", digits.escape_ascii()),
            ReplyPart::Verbatim(format, text) => format!("{}:{}", format.escape_ascii(), text.escape_ascii()),
            ReplyPart::Array(len) => {
                closers.push("]");
                format!("[{len}:")
            }
            ReplyPart::Map(len) => {
                closers.push("}");
                format!("{{{len}:")
            }
            ReplyPart::Set(len) => {
                closers.push(">");
                format!("<{len}:")
            }
            ReplyPart::End => closers.pop().unwrap_or("?").to_owned(),
        });
    }
    assert!(closers.is_empty());
    words.join(" ").replace("\\'", "'")
}
