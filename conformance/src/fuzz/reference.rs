//! PUC Lua 5.1 (`mlua`, vendored) in a child process: this program, started again with the argument `reference`.
//!
//! A request is a byte for the mode, the length of the sentence (four bytes, little-endian) and the sentence; a reply is a
//! length and the bytes that the harness returned. One child serves many sentences, each in a Lua state of its own.
//! A child that does not answer in time is killed, one that died is replaced; both make the sentence
//! [`Outcome::Exhausted`].

use super::kind::Mode;
use super::{HARNESS, Outcome, subject};
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// The argument that makes the program a reference.
pub const ARGUMENT: &str = "reference";

/// The longest that a sentence may take.
const LIMIT: Duration = Duration::from_secs(5);

/// Our end of a child.
#[derive(Debug)]
pub struct Reference {
    program: PathBuf,
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    child: Child,
    requests: ChildStdin,
    replies: Receiver<Vec<u8>>,
}

impl Reference {
    /// A reference that is served by `program`, started at the first sentence.
    #[must_use]
    pub fn new(program: PathBuf) -> Reference {
        Reference { program, running: None }
    }

    /// Hands a sentence to the child.
    ///
    /// # Errors
    /// When no child can be started.
    pub fn send(&mut self, sentence: &[u8], mode: Mode) -> io::Result<()> {
        let running = match &mut self.running {
            Some(running) => running,
            None => self.running.insert(Running::start(&self.program)?),
        };
        let mut request = vec![u8::from(mode == Mode::Compile)];
        request.extend_from_slice(&length_prefix(sentence));
        request.extend_from_slice(sentence);
        // A child that is gone shows when its reply is missing.
        let _ = running.requests.write_all(&request).and_then(|()| running.requests.flush());
        Ok(())
    }

    /// The outcome of the sentence sent last.
    pub fn receive(&mut self) -> Outcome {
        let Some(running) = &mut self.running else { return Outcome::Exhausted };
        match running.replies.recv_timeout(LIMIT) {
            Ok(text) => Outcome::observed(text),
            Err(_) => {
                self.stop();
                Outcome::Exhausted
            }
        }
    }

    fn stop(&mut self) {
        if let Some(mut running) = self.running.take() {
            // It may be dead already.
            let _ = running.child.kill();
            let _ = running.child.wait();
        }
    }
}

impl Drop for Reference {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Running {
    fn start(program: &PathBuf) -> io::Result<Running> {
        let mut child = Command::new(program)
            .arg(ARGUMENT)
            .env("LC_ALL", "C")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let missing = || io::Error::other("a child without pipes");
        let requests = child.stdin.take().ok_or_else(missing)?;
        let mut output = child.stdout.take().ok_or_else(missing)?;
        let (sender, replies) = channel();
        std::thread::spawn(move || {
            while let Ok(text) = read_counted(&mut output) {
                if sender.send(text).is_err() {
                    break;
                }
            }
        });
        Ok(Running { child, requests, replies })
    }
}

/// The child's side: serves sentences from standard input until it ends.
///
/// # Errors
/// When its pipes break, or PUC Lua cannot be set up.
pub fn serve() -> Result<(), String> {
    let mut requests = io::stdin().lock();
    let mut replies = io::stdout().lock();
    let mut mode = [0];
    while requests.read_exact(&mut mode).is_ok() {
        let sentence = read_counted(&mut requests).map_err(|error| error.to_string())?;
        let mode = if mode == [1] { Mode::Compile } else { Mode::Run };
        let text = observe(&sentence, mode).map_err(|error| error.to_string())?;
        let reply = [&length_prefix(&text)[..], &text].concat();
        replies.write_all(&reply).and_then(|()| replies.flush()).map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// Runs a sentence in a new Lua state.
fn observe(sentence: &[u8], mode: Mode) -> mlua::Result<Vec<u8>> {
    // With true the libraries keep their own pcall; false would put a Rust one in its place.
    let options = mlua::LuaOptions::new().catch_rust_panics(true);
    let lua = mlua::Lua::new_with(mlua::StdLib::ALL_SAFE, options)?;
    lua.set_memory_limit(subject::MEMORY)?;
    let harness = lua.load(HARNESS).set_name("=harness").into_function()?;
    let sentence = lua.create_string(sentence)?;
    match harness.call::<mlua::LuaString>((sentence, mode.name())) {
        Ok(text) => Ok(text.as_bytes().to_vec()),
        Err(error) => Ok(format!("harness failed: {error}").into_bytes()),
    }
}

/// The length of a sentence or reply; both are far below 4 GiB.
fn length_prefix(bytes: &[u8]) -> [u8; 4] {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes()
}

fn read_counted(stream: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let mut bytes = vec![0; usize::try_from(u32::from_le_bytes(length)).unwrap_or(0)];
    stream.read_exact(&mut bytes)?;
    Ok(bytes)
}
