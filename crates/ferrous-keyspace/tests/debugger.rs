//! Debugging sessions recorded from real servers (`conformance/debugger`), held against the engine over this keyspace.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::{collections::VecDeque, fmt::Write as _, fs, path::Path};

use ferrous_keyspace::Keyspace;
use ferrous_redis::{
    Compat, Engine, EngineOptions, Session,
    debugger::{CommandReader, Received, Transport},
    host::{ArgsBuffer, CommandArgs, Host, Protocol, Replication, Request},
    reply::{RecordedReply, ReplyPart},
};

/// A recorded session: how it begins, what the client sends, and all that was seen, line by line.
#[derive(Default)]
struct Recording {
    before: Vec<Vec<Vec<u8>>>,
    mode: Vec<u8>,
    command: Vec<u8>,
    keys: Vec<Vec<u8>>,
    arguments: Vec<Vec<u8>>,
    script: Vec<Vec<u8>>,
    sent: VecDeque<Vec<u8>>,
    after: Vec<Vec<Vec<u8>>>,
    transcript: String,
}

fn unescape(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        bytes.push(match rest.next().unwrap() {
            b'n' => b'\n',
            b'r' => b'\r',
            b'x' => {
                let digits = [rest.next().unwrap(), rest.next().unwrap()];
                u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
            }
            other => other,
        });
    }
    bytes
}

fn escape(bytes: &[u8]) -> String {
    let mut text = String::new();
    for &byte in bytes {
        match byte {
            b'\\' => text.push_str("\\\\"),
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b' '..=b'~' => text.push(byte.into()),
            _ => write!(text, "\\x{byte:02x}").unwrap(),
        }
    }
    text
}

/// Addresses differ from run to run.
fn without_addresses(text: &str) -> String {
    let mut pieces = text.split("@0x");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        out.push_str("@ADDRESS");
        out.push_str(piece.trim_start_matches(|c: char| c.is_ascii_hexdigit()));
    }
    out
}

fn words(text: &str) -> Vec<Vec<u8>> {
    text.split(' ').map(unescape).collect()
}

fn encode(words: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = format!("*{}\r\n", words.len()).into_bytes();
    for word in words {
        bytes.extend_from_slice(format!("${}\r\n", word.len()).as_bytes());
        bytes.extend_from_slice(word);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes
}

impl Recording {
    fn read(path: &Path) -> Self {
        let mut recording = Self::default();
        for line in fs::read_to_string(path).unwrap().lines() {
            let (mark, rest) = line.split_once(' ').unwrap_or((line, ""));
            match mark {
                "before" => recording.before.push(words(rest)),
                "mode" => recording.mode = unescape(rest),
                "command" => recording.command = unescape(rest),
                "keys" => recording.keys = words(rest),
                "args" => recording.arguments = words(rest),
                "|" => recording.script.push(unescape(rest)),
                _ => {
                    match mark {
                        ">" => recording.sent.push_back(encode(&words(rest))),
                        ">>" => recording.sent.push_back(unescape(rest)),
                        "after" => recording.after.push(words(rest)),
                        _ => {}
                    }
                    writeln!(recording.transcript, "{}", without_addresses(line)).unwrap();
                }
            }
        }
        recording
    }

    fn command(&self) -> ArgsBuffer {
        let mut words = vec![self.command.clone(), self.script.join(b"\n".as_slice())];
        words.push(self.keys.len().to_string().into_bytes());
        words.extend(self.keys.iter().chain(&self.arguments).cloned());
        words.iter().collect()
    }
}

/// A client that sends what was recorded, and writes the transcript.
struct Client {
    sent: VecDeque<Vec<u8>>,
    /// How each of them is written.
    lines: VecDeque<String>,
    reader: CommandReader,
    transcript: String,
    gone: bool,
}

impl Transport for Client {
    fn receive(&mut self) -> Received {
        if self.gone {
            return Received::Closed;
        }
        let Some(bytes) = self.sent.pop_front() else {
            return self.leave("closed");
        };
        writeln!(self.transcript, "{}", self.lines.pop_front().unwrap()).unwrap();
        match self.reader.feed(&bytes).and_then(|()| self.reader.next_command()) {
            Ok(Some(command)) => Received::Command(command),
            Ok(None) => self.leave("waiting"),
            Err(malformed) => Received::Malformed(malformed),
        }
    }

    fn send(&mut self, lines: &[Vec<u8>]) {
        for line in lines.iter().filter(|_| !self.gone) {
            writeln!(self.transcript, "< {}", without_addresses(&escape(line))).unwrap();
        }
    }
}

impl Client {
    fn leave(&mut self, why: &str) -> Received {
        writeln!(self.transcript, "{why}").unwrap();
        self.gone = true;
        Received::Closed
    }
}

fn show(reply: &RecordedReply) -> String {
    let part = |part: &ReplyPart| match part {
        ReplyPart::Null => Some("$nil".to_owned()),
        ReplyPart::NullArray => Some("*nil".to_owned()),
        ReplyPart::Bulk(bytes) => Some(format!("${}", escape(bytes))),
        ReplyPart::Integer(number) => Some(format!(":{number}")),
        ReplyPart::Status(text) => Some(format!("+{}", escape(text))),
        ReplyPart::Error(text) => Some(format!("-{}", escape(text))),
        ReplyPart::Array(len) => Some(format!("*{len}")),
        ReplyPart::End => None,
        other => panic!("{other:?} in RESP2"),
    };
    reply.parts().iter().filter_map(part).collect::<Vec<_>>().join(" ")
}

fn execute(keyspace: &mut Keyspace, args: CommandArgs<'_>) -> RecordedReply {
    let mut reply = RecordedReply::default();
    let replication = Replication::default();
    let request = Request { args, protocol: Protocol::Resp2, replication, from_script: false };
    keyspace.execute(&request, &mut reply);
    reply
}

/// The session as it goes here.
fn replay(recording: &Recording, compat: Compat) -> String {
    let mut engine = Engine::new(EngineOptions::new(compat)).unwrap();
    let mut keyspace = Keyspace::new();
    for command in &recording.before {
        execute(&mut keyspace, command.iter().collect::<ArgsBuffer>().args());
    }
    let lines =
        recording.transcript.lines().filter(|line| line.starts_with('>')).map(str::to_owned).collect();
    let (reader, transcript) = (CommandReader::default(), String::new());
    let mut client = Client { sent: recording.sent.clone(), lines, reader, transcript, gone: false };
    let mut session = Session::default();
    let mut reply = RecordedReply::default();
    let choice = [b"SCRIPT", b"DEBUG".as_slice(), &recording.mode].into_iter().collect::<ArgsBuffer>();
    for command in [choice, recording.command()] {
        reply.clear();
        engine.command_debugged(&mut session, command.args(), &mut keyspace, &mut client, &mut reply);
    }
    assert!(session.closing);
    let mut transcript = client.transcript;
    if !client.gone {
        writeln!(transcript, "= {}", show(&reply)).unwrap();
    }
    for command in &recording.after {
        let reply = execute(&mut keyspace, command.iter().collect::<ArgsBuffer>().args());
        let words: Vec<String> = command.iter().map(|word| escape(word)).collect();
        writeln!(transcript, "after {}\n= {}", words.join(" "), show(&reply)).unwrap();
    }
    transcript
}

#[test]
fn sessions_go_as_with_real_servers() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance/debugger");
    let (mut sessions, mut commands, mut different) = (0, 0, String::new());
    for compat in [Compat::Redis70, Compat::Valkey91] {
        let mut paths: Vec<_> =
            fs::read_dir(root.join(compat.name())).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            let recording = Recording::read(&path);
            sessions += 1;
            commands += recording.sent.len();
            let transcript = replay(&recording, compat);
            if transcript != recording.transcript {
                let both = recording.transcript.lines().zip(transcript.lines());
                let (wanted, got) = both.clone().find(|(wanted, got)| wanted != got).unwrap_or(("", ""));
                let line = both.take_while(|(wanted, got)| wanted == got).count() + 1;
                writeln!(different, "{}: answer line {line}\n  {wanted}\n  {got}", path.display()).unwrap();
            }
        }
    }
    assert!(different.is_empty(), "{different}");
    assert!(sessions >= 80 && commands >= 800, "{sessions} sessions, {commands} commands");
}
