//! Recorded probes: one Redis command each, with the exact reply bytes of real servers.
//!
//! The records lie in `conformance/probes/SECTION.jsonl`; the README there explains the fields. Strings in a record
//! hold one byte a character (Latin-1), so any reply can be written down.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// A recorded server, which is also the name of a compatibility target of `ferrous`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// Redis 7.0.15 as Debian ships it.
    Redis70,
    /// Redis 8.0.2 as Debian 13 ships it.
    Redis80,
    /// Valkey 9.1.2.
    Valkey91,
}

impl Recorded {
    /// The servers.
    pub const ALL: [Recorded; 3] = [Recorded::Redis70, Recorded::Redis80, Recorded::Valkey91];

    /// The name in records and after `--compat`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Recorded::Redis70 => "redis-7.0",
            Recorded::Redis80 => "redis-8.0",
            Recorded::Valkey91 => "valkey-9.1",
        }
    }

    /// The server of that name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Recorded> {
        Recorded::ALL.into_iter().find(|recorded| recorded.name() == name)
    }
}

/// One record.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Probe {
    /// Its number, unique over all sections.
    pub id: u32,
    /// The file it is in.
    #[serde(skip)]
    pub section: String,
    /// Protocol version of the connection.
    #[serde(default = "two")]
    pub resp: u8,
    /// Commands that bring about the state which the probe needs.
    #[serde(default)]
    setup: Vec<Vec<String>>,
    /// The same where it differs by server.
    #[serde(default)]
    setup_for: BTreeMap<String, Vec<Vec<String>>>,
    /// The setup is sent in ordered replay as well.
    #[serde(default)]
    pub setup_always: bool,
    /// The probe needs a process that has drawn no random number yet.
    #[serde(default)]
    pub fresh_process: bool,
    /// The command.
    command: Vec<String>,
    /// Why the reply of a server cannot be compared.
    #[serde(default)]
    exclude: BTreeMap<String, String>,
    /// The reply where all servers gave the same.
    reply: Option<String>,
    /// The replies by server where they differ.
    #[serde(default)]
    replies: BTreeMap<String, String>,
}

fn two() -> u8 {
    2
}

impl Probe {
    /// The command's arguments as bytes.
    #[must_use]
    pub fn command(&self) -> Vec<Vec<u8>> {
        bytes_of(&self.command)
    }

    /// The setup for that server.
    #[must_use]
    pub fn setup(&self, recorded: Recorded) -> Vec<Vec<Vec<u8>>> {
        let setup = self.setup_for.get(recorded.name()).unwrap_or(&self.setup);
        setup.iter().map(|command| bytes_of(command)).collect()
    }

    /// What that server replied; none if it died.
    #[must_use]
    pub fn reply(&self, recorded: Recorded) -> Option<Vec<u8>> {
        self.reply.as_ref().or_else(|| self.replies.get(recorded.name())).map(|text| latin1(text))
    }

    /// Why that server's reply cannot be compared, if so.
    #[must_use]
    pub fn excluded(&self, recorded: Recorded) -> Option<&str> {
        self.exclude.get(recorded.name()).map(String::as_str)
    }

    /// An EVAL or EVALSHA that needs neither functions nor the libraries cjson, cmsgpack, struct and bit.
    #[must_use]
    pub fn is_plain_eval(&self) -> bool {
        let evaluates =
            self.command.first().is_some_and(|name| name.to_ascii_uppercase().starts_with("EVAL"));
        evaluates && self.section != "functions" && self.section != "cjson-cmsgpack-struct-bit"
    }

    /// Whether the command holds the text, or, if that is `^WORD+WORD`, begins with the words; in any case of its letters.
    #[must_use]
    pub fn is_about(&self, text: &str) -> bool {
        match text.strip_prefix('^') {
            Some(words) => {
                let mut command = self.command.iter();
                words
                    .split('+')
                    .all(|word| command.next().is_some_and(|part| part.eq_ignore_ascii_case(word)))
            }
            None => {
                let command = self.command.join(" ").to_ascii_lowercase();
                command.contains(&text.to_ascii_lowercase())
            }
        }
    }

    /// The command on one line, for reports.
    #[must_use]
    pub fn title(&self) -> String {
        crate::resp::show(&latin1(&self.command.join(" ")), 160)
    }
}

fn bytes_of(command: &[String]) -> Vec<Vec<u8>> {
    command.iter().map(|argument| latin1(argument)).collect()
}

/// One byte a character; what does not fit a byte (a broken record) becomes `?`.
fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|letter| u8::try_from(letter).unwrap_or(b'?')).collect()
}

/// Why the records cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file cannot be read.
    #[error("{0}: {1}")]
    File(String, std::io::Error),
    /// A line is not a record.
    #[error("{0}:{1}: {2}")]
    Record(String, usize, serde_json::Error),
}

/// All records of the directory, section by section in the order of recording.
///
/// # Errors
/// When a file cannot be read or a line is not a record.
pub fn load(directory: &Path) -> Result<Vec<Probe>, LoadError> {
    let failed = |error| LoadError::File(directory.display().to_string(), error);
    let mut probes = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let Some(section) = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".jsonl")) else {
            continue;
        };
        let text = std::fs::read_to_string(&path)
            .map_err(|error| LoadError::File(path.display().to_string(), error))?;
        for (number, line) in text.lines().enumerate() {
            let probe = serde_json::from_str::<Probe>(line)
                .map_err(|error| LoadError::Record(path.display().to_string(), number + 1, error))?;
            probes.push(Probe { section: section.to_string(), ..probe });
        }
    }
    probes.sort_by_key(|probe| probe.id);
    Ok(probes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read() {
        let text = r#"{"id": 1, "resp": 3, "command": ["EVAL", "\u00ff"], "setup": [["SET", "a", "b"]],
            "setup_for": {"valkey-9.1": []}, "replies": {"redis-7.0": "+\u0080\r\n"},
            "exclude": {"valkey-9.1": "the recorded server process died"}}"#;
        let probe: Probe = serde_json::from_str(text).unwrap();
        assert_eq!(probe.command(), [b"EVAL".to_vec(), vec![0xFF]]);
        assert_eq!(probe.reply(Recorded::Redis70), Some(b"+\x80\r\n".to_vec()));
        assert_eq!(probe.reply(Recorded::Valkey91), None);
        assert_eq!((probe.setup(Recorded::Redis70).len(), probe.setup(Recorded::Valkey91).len()), (1, 0));
        assert!(probe.excluded(Recorded::Valkey91).is_some() && probe.is_plain_eval());
        assert!(probe.is_about("eva") && probe.is_about("^eval") && !probe.is_about("^eva"));
        assert!(!probe.is_about("^EVAL+x") && !probe.is_about("^EVAL+\u{ff}+x"));
    }

    #[test]
    fn the_committed_records_are_complete() {
        let probes = load(&crate::root().join("probes")).unwrap();
        for probe in &probes {
            for recorded in Recorded::ALL {
                assert!(
                    probe.reply(recorded).is_some() || probe.excluded(recorded).is_some(),
                    "{}",
                    probe.id
                );
            }
        }
        assert!(probes.windows(2).all(|pair| pair[0].id < pair[1].id), "an id is used twice");
    }
}
