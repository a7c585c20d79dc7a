//! What scripts replicate: the stream that an append-only file and a replica get, from `ferrous pipe` and from live servers.
//!
//! A case (`conformance/effects/README.md`) is one command with what both streams showed of it. Between two cases a key is set
//! in another database, so that the SELECT before a case's first command shows, and its end is known.
//!
//! **Invariant:** times and names of stream entries are blanked before they are compared, nothing else is.

use crate::endpoint::{Endpoint, Trouble};
use crate::resp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How long a stream may take to show what happened.
const PATIENCE: Duration = Duration::from_secs(10);

/// What one case showed, a command an entry.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Streams {
    /// The append-only file's.
    pub aof: Vec<String>,
    /// The replica's, where it is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replica: Option<Vec<String>>,
}

/// One line of a file of cases.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EffectCase {
    /// What it is about.
    pub name: String,
    /// Commands that come before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    setup: Vec<Vec<String>>,
    /// The command.
    command: Vec<String>,
    /// What was recorded, by server.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub effects: BTreeMap<String, Streams>,
}

/// Why a case cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum EffectError {
    /// The server gives no reply.
    #[error(transparent)]
    Trouble(#[from] Trouble),
    /// A stream cannot be read.
    #[error("cannot read a stream: {0}")]
    Stream(#[from] std::io::Error),
    /// A stream is not a sequence of commands.
    #[error(transparent)]
    NotResp(#[from] resp::NotResp),
    /// A stream does not show the end of the case.
    #[error("a stream does not show the end of the case")]
    Late,
}

/// Where a stream can be seen.
pub enum Source {
    /// A file that grows.
    File(PathBuf),
    /// A connection that has said SYNC.
    Connection(TcpStream),
}

impl Source {
    /// Becomes a replica of the server on that port, and throws the snapshot away.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn replica(port: u16) -> std::io::Result<Source> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(b"SYNC\r\n")?;
        let mut line = Vec::new();
        // Line feeds keep the connection alive while the snapshot is made.
        while !line.ends_with(b"\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte)?;
            if byte != *b"\n" || !line.is_empty() {
                line.extend(byte);
            }
        }
        let length =
            std::str::from_utf8(&line).ok().and_then(|line| line.trim().strip_prefix('$')?.parse().ok());
        let length: u64 = length.ok_or_else(|| std::io::Error::other("the snapshot has no length"))?;
        std::io::copy(&mut Read::by_ref(&mut stream).take(length), &mut std::io::sink())?;
        Ok(Source::Connection(stream))
    }
}

/// A stream and what was seen of it.
pub struct Observer {
    source: Source,
    bytes: Vec<u8>,
    at: usize,
}

impl Observer {
    /// An observer who has seen nothing yet.
    #[must_use]
    pub fn new(source: Source) -> Observer {
        Observer { source, bytes: Vec::new(), at: 0 }
    }

    /// The commands up to the one that ends with `marker`, without that one and a SELECT for it.
    fn commands_until(&mut self, marker: &str) -> Result<Vec<String>, EffectError> {
        let deadline = Instant::now() + PATIENCE;
        let mut commands: Vec<String> = Vec::new();
        loop {
            while let Some(length) = resp::reply_length(self.bytes.get(self.at..).unwrap_or_default())? {
                let command = self.bytes.get(self.at..self.at + length).unwrap_or_default();
                let words = resp::leaves(command)?;
                self.at += length;
                let words: Vec<String> =
                    words.iter().map(|word| String::from_utf8_lossy(word).into_owned()).collect();
                if words.last().is_some_and(|word| word == marker) {
                    if commands.last().is_some_and(|command| command == "SELECT 9") {
                        commands.pop();
                    }
                    return Ok(commands);
                }
                commands.push(comparable(&words));
            }
            if Instant::now() > deadline {
                return Err(EffectError::Late);
            }
            self.read_more()?;
        }
    }

    fn read_more(&mut self) -> std::io::Result<()> {
        match &mut self.source {
            Source::File(path) => {
                let bytes = std::fs::read(path)?;
                if bytes.len() == self.bytes.len() {
                    std::thread::sleep(Duration::from_millis(2));
                }
                self.bytes = bytes;
            }
            Source::Connection(stream) => {
                let mut chunk = [0; 4096];
                let length = stream.read(&mut chunk)?;
                if length == 0 {
                    return Err(std::io::Error::other("the connection was closed"));
                }
                self.bytes.extend_from_slice(&chunk[..length]);
            }
        }
        Ok(())
    }
}

/// A command as it is compared: the case of its name is the server's choice, times are blanked.
fn comparable(words: &[String]) -> String {
    let is_time = |text: &str| text.len() == 13 && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut shown = Vec::new();
    for (index, word) in words.iter().enumerate() {
        shown.push(match word.split_once('-') {
            _ if index == 0 => word.to_ascii_uppercase(),
            Some((time, rest)) if is_time(time) => format!("TIME-{rest}"),
            None if is_time(word) => "TIME".to_owned(),
            _ => word.clone(),
        });
    }
    shown.join(" ")
}

impl EffectCase {
    /// Reads the cases of a file.
    ///
    /// # Errors
    /// The number of the line that is no case, and why.
    pub fn parse(text: &str) -> Result<Vec<EffectCase>, (usize, serde_json::Error)> {
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        lines.map(|(number, line)| serde_json::from_str(line).map_err(|error| (number + 1, error))).collect()
    }

    /// The case as a line of a file.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn line(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// Runs the case on an emptied server and sees what the two streams show.
    ///
    /// # Errors
    /// When the server or a stream fails.
    pub fn observe(
        &self,
        endpoint: &mut Endpoint,
        aof: &mut Observer,
        replica: &mut Observer,
    ) -> Result<Streams, EffectError> {
        for command in [["FLUSHALL", "SYNC"], ["FUNCTION", "FLUSH"]] {
            endpoint.call(&command)?;
        }
        for command in &self.setup {
            endpoint.call(command)?;
        }
        mark(endpoint, "marker-before")?;
        aof.commands_until("marker-before")?;
        replica.commands_until("marker-before")?;
        endpoint.call(&self.command)?;
        mark(endpoint, "marker-after")?;
        let aof = aof.commands_until("marker-after")?;
        let replica = replica.commands_until("marker-after")?;
        let replica = (replica != aof).then_some(replica);
        Ok(Streams { aof, replica })
    }
}

/// Sets a key in database 9.
fn mark(endpoint: &mut Endpoint, marker: &str) -> Result<(), Trouble> {
    endpoint.call(&["SELECT", "9"])?;
    endpoint.call(&["SET", "marker", marker])?;
    endpoint.call(&["SELECT", "0"])?;
    Ok(())
}
