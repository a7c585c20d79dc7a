//! Production scripts with their calls, run alike on `ferrous pipe` and on a live server.
//!
//! The README in `conformance/scripts` explains the steps. What is compared: the reply to every step, byte by byte
//! unless the step says otherwise, and the keyspace at the end. There is no recorded expectation: the server is right.

use crate::endpoint::{Endpoint, Trouble};
use crate::keyspace_dump;
use crate::resp;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// One line of a `.jsonl` file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    /// Commands whose replies do not matter.
    #[serde(default)]
    setup: Vec<Vec<String>>,
    /// A command; without it, `setup` and `sleep` the step is a call of the script.
    command: Option<Vec<String>>,
    #[serde(default)]
    keys: Vec<String>,
    #[serde(default)]
    args: Vec<String>,
    /// Milliseconds to wait.
    sleep: Option<u64>,
    #[serde(default)]
    unordered: bool,
    #[serde(default)]
    varies: bool,
}

/// A script and its steps.
#[derive(Debug, Clone)]
pub struct ScriptCase {
    /// Its name: the file's without extension.
    pub name: String,
    source: Vec<u8>,
    steps: Vec<Step>,
}

/// What a run of a case shows: a reply a step in comparable form, then the keyspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observed {
    replies: Vec<Vec<u8>>,
    keyspace: Vec<String>,
}

/// Why a case cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file cannot be read.
    #[error("{0}: {1}")]
    File(PathBuf, std::io::Error),
    /// A line is not a step.
    #[error("{0}:{1}: {2}")]
    Step(PathBuf, usize, serde_json::Error),
}

impl ScriptCase {
    /// Reads `NAME.lua` and the `NAME.jsonl` beside it.
    ///
    /// # Errors
    /// When one of the files cannot be read or a line is not a step.
    pub fn load(script: &Path) -> Result<ScriptCase, LoadError> {
        let source = std::fs::read(script).map_err(|error| LoadError::File(script.into(), error))?;
        let calls = script.with_extension("jsonl");
        let text = std::fs::read_to_string(&calls).map_err(|error| LoadError::File(calls.clone(), error))?;
        let mut steps = Vec::new();
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let step = serde_json::from_str(line);
            steps.push(step.map_err(|error| LoadError::Step(calls.clone(), number + 1, error))?);
        }
        let name = script.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Ok(ScriptCase { name, source, steps })
    }

    /// Empties the endpoint, loads the script, runs the steps and dumps the keyspace.
    ///
    /// # Errors
    /// When the endpoint gives no reply.
    pub fn run(&self, endpoint: &mut Endpoint) -> Result<Observed, Trouble> {
        endpoint.call(&["FLUSHALL"])?;
        let loaded = endpoint.call(&[b"SCRIPT", &b"LOAD"[..], &self.source])?;
        // A script that does not compile gives an error here; its calls then show NOSCRIPT on both sides.
        let sha = resp::leaves(&loaded)?.first().map(|sha| sha.to_vec()).unwrap_or_default();
        let mut replies = vec![loaded];
        for step in &self.steps {
            if let Some(milliseconds) = step.sleep {
                std::thread::sleep(Duration::from_millis(milliseconds));
            }
            for command in &step.setup {
                endpoint.call(&bytes_of(command))?;
            }
            if !step.replies() {
                continue;
            }
            let reply = endpoint.call(&step.command(&sha))?;
            replies.push(step.comparable(reply)?);
        }
        Ok(Observed { replies, keyspace: keyspace_dump::dump(endpoint)? })
    }

    /// The first thing in which two runs differ, by step or by key.
    #[must_use]
    pub fn difference(&self, want: &Observed, got: &Observed) -> Option<String> {
        let replying: Vec<&Step> = self.steps.iter().filter(|step| step.replies()).collect();
        for (at, (want, got)) in want.replies.iter().zip(&got.replies).enumerate() {
            if want != got {
                let step = match at.checked_sub(1).and_then(|at| replying.get(at)) {
                    Some(step) => step.title(),
                    None => "SCRIPT LOAD".into(),
                };
                return Some(format!(
                    "step {at}, {step}\n    want {}\n    got  {}",
                    resp::show(want, 400),
                    resp::show(got, 400)
                ));
            }
        }
        let lines = want.keyspace.len().max(got.keyspace.len());
        let nothing = String::from("(nothing)");
        let pair =
            |at: usize| (want.keyspace.get(at).unwrap_or(&nothing), got.keyspace.get(at).unwrap_or(&nothing));
        (0..lines)
            .map(pair)
            .find(|(want, got)| want != got)
            .map(|(want, got)| format!("the keyspace at the end\n    want {want}\n    got  {got}"))
    }
}

fn bytes_of(texts: &[String]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.clone().into_bytes()).collect()
}

impl Step {
    /// Whether the step has a reply to compare.
    fn replies(&self) -> bool {
        self.sleep.is_none() && self.setup.is_empty()
    }

    fn command(&self, sha: &[u8]) -> Vec<Vec<u8>> {
        if let Some(command) = &self.command {
            return bytes_of(command);
        }
        let mut command = vec![b"EVALSHA".to_vec(), sha.to_vec(), self.keys.len().to_string().into_bytes()];
        command.extend(bytes_of(&self.keys));
        command.extend(bytes_of(&self.args));
        command
    }

    /// The reply as far as it has to agree.
    fn comparable(&self, reply: Vec<u8>) -> Result<Vec<u8>, Trouble> {
        if self.varies {
            return Ok(reply.first().copied().into_iter().collect());
        }
        if self.unordered {
            let mut leaves = resp::leaves(&reply)?;
            leaves.sort_unstable();
            return Ok(leaves.join(&b' '));
        }
        Ok(reply)
    }

    fn title(&self) -> String {
        match &self.command {
            Some(command) => command.join(" "),
            None => format!("keys {:?}, args {:?}", self.keys, self.args),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(text: &str) -> Step {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn a_call_becomes_evalsha_and_a_command_itself() {
        let call = step(r#"{"keys": ["k"], "args": ["1"]}"#).command(b"abc");
        assert_eq!(call, [&b"EVALSHA"[..], b"abc", b"1", b"k", b"1"]);
        assert_eq!(step(r#"{"command": ["PING"]}"#).command(b"abc"), [b"PING"]);
        assert!(serde_json::from_str::<Step>(r#"{"kyes": []}"#).is_err());
    }

    #[test]
    fn replies_are_compared_as_far_as_the_step_says() {
        let reply = b"*2\r\n$1\r\nb\r\n$1\r\na\r\n".to_vec();
        assert_eq!(step(r#"{"unordered": true}"#).comparable(reply.clone()).unwrap(), b"a b");
        assert_eq!(step(r#"{"varies": true}"#).comparable(reply.clone()).unwrap(), b"*");
        assert_eq!(step("{}").comparable(reply.clone()).unwrap(), reply);
    }

    #[test]
    fn the_first_difference_is_named() {
        let case = ScriptCase {
            name: "x".into(),
            source: Vec::new(),
            steps: vec![step(r#"{"command": ["GET", "a"]}"#)],
        };
        let observed = |reply: &str, key: &str| Observed {
            replies: vec![b"$3\r\nsha\r\n".to_vec(), reply.into()],
            keyspace: vec![key.into()],
        };
        let want = observed(":1\r\n", "a");
        assert!(case.difference(&want, &observed(":2\r\n", "a")).unwrap().starts_with("step 1, GET a"));
        assert!(case.difference(&want, &observed(":1\r\n", "b")).unwrap().starts_with("the keyspace"));
        assert_eq!(case.difference(&want, &want), None);
    }
}
