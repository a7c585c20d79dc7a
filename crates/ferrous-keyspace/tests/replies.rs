//! Replays commands and compares the replies, byte for byte, with those that redis-server 7.0.15 gave.
//!
//! A file in `tests/replies` is a list of `> command` lines (inline syntax), each with its reply in a `< "..."` line.
//! `@resp3` switches the protocol; `# ...` is a remark. Every file starts from an empty keyspace. To record the replies
//! anew, start redis-server on a port of its own and run
//! `RECORD_FROM=127.0.0.1:PORT cargo test -p ferrous-keyspace --test replies record`. That flushes the server.
#![allow(clippy::unwrap_used)] // A test's own functions may, as its tests do.

use std::{
    fmt::Write as _,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
};

use ferrous_keyspace::{Keyspace, resp::ReplyWriter};
use ferrous_redis::{
    host::{ArgsBuffer, Host, Protocol, Replication, Request},
    words::{self, Quotes},
};

fn files() -> Vec<PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/replies");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn quote(bytes: &[u8]) -> String {
    let mut text = String::from('"');
    for &byte in bytes {
        match byte {
            b'\r' => text.push_str("\\r"),
            b'\n' => text.push_str("\\n"),
            b'"' | b'\\' => write!(text, "\\{}", char::from(byte)).unwrap(),
            b' '..=b'~' => text.push(char::from(byte)),
            _ => write!(text, "\\x{byte:02x}").unwrap(),
        }
    }
    text.push('"');
    text
}

/// One command of a recording, and the line that the reply stands in.
struct Recorded {
    command: ArgsBuffer,
    protocol: Protocol,
    reply: Vec<u8>,
    line: usize,
}

fn recording(file: &Path) -> Vec<Recorded> {
    let text = std::fs::read_to_string(file).unwrap();
    let (mut protocol, mut command, mut all) = (Protocol::Resp2, None, Vec::new());
    for (text, line) in text.lines().zip(1..) {
        if text == "@resp3" {
            protocol = Protocol::Resp3;
        } else if let Some(text) = text.strip_prefix("> ") {
            command = Some(words::split(text.as_bytes(), Quotes::EndWords).unwrap().into_iter().collect());
        } else if let Some(text) = text.strip_prefix("< ") {
            let reply = words::split(text.as_bytes(), Quotes::EndWords).unwrap().concat();
            all.push(Recorded { command: command.take().unwrap(), protocol, reply, line });
        }
    }
    assert!(!all.is_empty(), "{} holds no command", file.display());
    all
}

fn execute(keyspace: &mut Keyspace, recorded: &Recorded) -> Vec<u8> {
    let mut writer = ReplyWriter::new(recorded.protocol);
    let args = recorded.command.args();
    keyspace.execute(
        &Request {
            args,
            protocol: recorded.protocol,
            replication: Replication::default(),
            from_script: false,
        },
        &mut writer,
    );
    writer.into_bytes()
}

/// Executes a recorded command and notes it if the reply is another.
fn check(keyspace: &mut Keyspace, file: &Path, recorded: &Recorded, failures: &mut String) {
    let reply = execute(keyspace, recorded);
    if reply != recorded.reply {
        let (wanted, found) = (quote(&recorded.reply), quote(&reply));
        writeln!(failures, "{}:{}: wanted {wanted}, got {found}", file.display(), recorded.line).unwrap();
    }
}

#[test]
fn replies_are_those_of_redis() {
    let mut failures = String::new();
    for file in files() {
        let mut keyspace = Keyspace::with_seed(1);
        for recorded in recording(&file) {
            check(&mut keyspace, &file, &recorded, &mut failures);
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

/// Every stretch of commands is executed and undone, which must leave no trace: not in the keyspace, and not in the replies
/// to the same commands when they are then executed for good.
#[test]
fn a_rollback_leaves_no_trace() {
    let mut failures = String::new();
    for file in files() {
        let mut keyspace = Keyspace::with_seed(1);
        for (stretch, length) in recording(&file).chunks(23).zip((1..23).cycle()) {
            let before = keyspace.dump();
            for stretch in stretch.chunks(length) {
                assert!(keyspace.begin());
                for recorded in stretch {
                    execute(&mut keyspace, recorded);
                }
                keyspace.rollback();
                assert_eq!(keyspace.dump(), before, "{}:{}", file.display(), stretch[0].line);
            }
            keyspace.begin();
            for recorded in stretch {
                check(&mut keyspace, &file, recorded, &mut failures);
            }
            keyspace.commit();
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

/// Reads one reply as bytes; a nested one by counting how many are still to come.
fn read_reply(stream: &mut BufReader<TcpStream>) -> Vec<u8> {
    let mut reply = Vec::new();
    let mut missing = 1usize;
    while missing > 0 {
        missing -= 1;
        let start = reply.len();
        stream.read_until(b'\n', &mut reply).unwrap();
        let kind = reply[start];
        let number =
            std::str::from_utf8(&reply[start + 1..]).ok().and_then(|text| text.trim_end().parse().ok());
        match (kind, number) {
            (b'$' | b'=', Some(length)) => {
                let length: usize = length;
                let from = reply.len();
                reply.resize(from + length + 2, 0);
                stream.read_exact(&mut reply[from..]).unwrap();
            }
            (b'*' | b'~', Some(length)) => missing += length,
            (b'%', Some(length)) => missing += 2 * length,
            _ => {}
        }
    }
    reply
}

/// Rewrites the recordings from the live server at `RECORD_FROM`, if there is one; the tests below then compare with that.
#[test]
fn record() {
    let Ok(address) = std::env::var("RECORD_FROM") else { return };
    for file in files() {
        let mut stream = BufReader::new(TcpStream::connect(&address).unwrap());
        let mut send = |line: &[u8]| {
            let words = words::split(line, Quotes::EndWords).unwrap();
            let mut request = format!("*{}\r\n", words.len()).into_bytes();
            for word in words {
                request.extend_from_slice(format!("${}\r\n", word.len()).as_bytes());
                request.extend_from_slice(&word);
                request.extend_from_slice(b"\r\n");
            }
            stream.get_mut().write_all(&request).unwrap();
            read_reply(&mut stream)
        };
        send(b"FLUSHALL");
        let mut recorded = String::new();
        for line in std::fs::read_to_string(&file).unwrap().lines().filter(|line| !line.starts_with("< ")) {
            writeln!(recorded, "{line}").unwrap();
            if line == "@resp3" {
                send(b"HELLO 3");
            } else if let Some(command) = line.strip_prefix("> ") {
                writeln!(recorded, "< {}", quote(&send(command.as_bytes()))).unwrap();
            }
        }
        std::fs::write(&file, recorded).unwrap();
    }
}
