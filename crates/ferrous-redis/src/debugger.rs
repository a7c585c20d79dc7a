//! The debugger of Redis's scripts (LDB): a client stops a script line by line, looks at it, and lets it go on.
//!
//! `SCRIPT DEBUG YES` or `SYNC` marks a client ([`Session::debug`](crate::Session)); its next EVAL is a session, in which the
//! client sends *debugger commands* and gets *lines* for each. Neither needs a socket: the session asks a [`Transport`]
//! for the next command and hands it the lines of the answer. `Engine::command_debugged` does all of that for a server whose
//! scripting commands are the engine's; `EmbeddedEngine::debug` runs one script of a server that has the commands itself.
//!
//! On the wire a command is an array of bulk strings, which [`CommandReader`] cuts out of what a client sends, and an answer
//! is an array of status replies, one a line. When the script is done the last line is `<endsession>`, then the reply of EVAL
//! follows, and the connection is closed.
//!
//! | module | what it holds |
//! |---|---|
//! | `reader` | commands on the wire |
//! | `command` | the debugger's commands and their arguments |
//! | `session` | what they do, and where a script stops |
//! | `listing`, `breakpoints` | the source as it is shown |
//! | `backtrace`, `variable`, `value_text` | what runs, and its variables as text |
//! | `evaluation` | running something else meanwhile |
//! | `monitor` | what a running script tells: commands, replies, errors, `redis.debug` |
//! | `reply_text` | replies as text |
//!
//! **Invariant:** whoever is at the other end cannot make the session fail: what is malformed ends the script with an error.

pub(crate) mod backtrace;
pub(crate) mod breakpoints;
pub(crate) mod command;
pub(crate) mod evaluation;
pub(crate) mod listing;
pub(crate) mod monitor;
mod reader;
pub(crate) mod reply_text;
pub(crate) mod session;
pub(crate) mod value_text;
pub(crate) mod variable;

pub use reader::{CommandReader, Malformed};

use crate::host::Host;

/// What SCRIPT DEBUG has chosen for a client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DebugMode {
    /// `NO`: scripts run.
    #[default]
    Off,
    /// `YES`: the next EVAL is debugged, and what it changes is undone in the end.
    Discard,
    /// `SYNC`: the next EVAL is debugged, and what it changes stays.
    Keep,
}

impl DebugMode {
    /// This mode, if a host can be debugged in it.
    pub(crate) fn permit(self, host: &mut dyn Host) -> Result<Self, Vec<u8>> {
        if self == Self::Discard {
            if !host.begin() {
                return Err(b"ERR changes cannot be undone here. Use SCRIPT DEBUG SYNC".to_vec());
            }
            host.commit();
        }
        Ok(self)
    }
}

/// What a [`Transport`] was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    /// A command and its arguments.
    Command(Vec<Vec<u8>>),
    /// Something that is none; the script ends with an error that says so.
    Malformed(Malformed),
    /// Nothing, and nothing will come: the script runs on to its end.
    Closed,
}

/// The other end of a session. It may block.
pub trait Transport {
    /// The next command.
    fn receive(&mut self) -> Received;
    /// The lines of an answer, which contain no line breaks. There may be none.
    fn send(&mut self, lines: &[Vec<u8>]);
}
