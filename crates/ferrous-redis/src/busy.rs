//! A script that takes long: what other clients are answered meanwhile.
//!
//! A script that has run for [`EngineOptions::busy_threshold`](crate::EngineOptions::busy_threshold) makes its server *busy*. From
//! then on clients are told so, but for a few commands that can end the script or concern their connection only. A server with
//! an [`Engine`](crate::Engine) hands each command that arrives meanwhile, on another thread or in
//! [`Host::poll`], to [`KillHandle::admit`](crate::kill::KillHandle::admit); an
//! [`EnginePool`](crate::run::EnginePool) does the same in `start`.
//!
//! ```
//! use std::time::Duration;
//! use ferrous_redis::{Engine, EngineOptions, Session, busy::Admission, kill::KillHandle};
//! use ferrous_redis::host::{ArgsBuffer, CommandInfo, Host, Poll, Request};
//! use ferrous_redis::reply::{RecordedReply, ReplyPart, ReplySink};
//!
//! /// A server with one thread, and two clients: one waits for its script, the other says PING and then SCRIPT KILL.
//! struct Server {
//!     handle: KillHandle,
//!     other_client: Vec<RecordedReply>,
//! }
//!
//! impl Host for Server {
//!     fn command(&self, _: &[u8]) -> Option<CommandInfo> {
//!         None
//!     }
//!     fn execute(&mut self, _: &Request<'_>, _: &mut dyn ReplySink) {}
//!     fn poll(&mut self) -> Poll {
//!         if self.handle.is_busy() && self.other_client.len() < 2 {
//!             for words in [&["PING"] as &[&str], &["SCRIPT", "KILL"]] {
//!                 let (args, mut reply) = (words.iter().collect::<ArgsBuffer>(), RecordedReply::default());
//!                 let admission = self.handle.admit(args.args(), &mut reply);
//!                 assert_eq!(admission, Admission::Answered); // Otherwise the server executes the command.
//!                 self.other_client.push(reply);
//!             }
//!         }
//!         Poll::GoOn
//!     }
//! }
//!
//! let mut options = EngineOptions::default();
//! options.busy_threshold = Some(Duration::from_millis(20)); // Redis has 5 s.
//! let mut engine = Engine::new(options)?;
//! let mut server = Server { handle: engine.kill_handle(), other_client: Vec::new() };
//! let args: ArgsBuffer = ["EVAL", "while true do end", "0"].iter().collect();
//! engine.command(&Session::default(), args.args(), &mut server, &mut RecordedReply::default());
//!
//! let [ping, kill] = server.other_client.as_slice() else { panic!("two replies") };
//! assert!(matches!(ping.parts(), [ReplyPart::Error(text)] if text.starts_with(b"BUSY")));
//! assert_eq!(kill.parts(), [ReplyPart::Status(b"OK".to_vec())]);
//! # Ok::<(), ferrous_redis::engine::EngineError>(())
//! ```
//!
//! **Invariant:** what is refused has its whole reply; what is served has none.

use std::{
    fmt,
    time::{Duration, Instant},
};

use crate::{
    commands::{self, Action, Subcommand},
    compat::Dialect,
    host::{ArgsBuffer, CommandArgs, Host, LogLevel},
    kill::KillHandle,
    outcome::RunName,
    server::ServerState,
};

/// What becomes of a command that arrives while a script may be busy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// The server executes it: nothing is busy, or the command is one that is served all the same.
    Serve,
    /// Its reply has been written.
    Answered,
}

/// A script or function that is busy.
#[derive(Clone)]
pub struct BusyRun {
    /// A script's digest, or a function's name.
    pub name: Vec<u8>,
    /// Whether it is a function.
    pub is_function: bool,
    pub(crate) command: ArgsBuffer,
    pub(crate) started: Instant,
}

impl BusyRun {
    /// The command that runs it.
    #[must_use]
    pub fn command(&self) -> CommandArgs<'_> {
        self.command.args()
    }

    /// For how long it has been running.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.started.elapsed()
    }
}

impl fmt::Debug for BusyRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, duration) = (String::from_utf8_lossy(&self.name), self.duration());
        f.debug_struct("BusyRun").field("name", &name).field("duration", &duration).finish_non_exhaustive()
    }
}

/// What to do about a command while something is busy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is the server's.
    Serve,
    /// Answer with this error.
    Refuse(Vec<u8>),
    /// SCRIPT KILL, or FUNCTION KILL.
    Kill {
        /// FUNCTION KILL.
        function: bool,
    },
    /// FUNCTION STATS.
    Stats,
}

/// What a busy server says.
pub(crate) fn refusal(function_runs: bool, dialect: &Dialect) -> &'static str {
    if function_runs { dialect.function_busy } else { dialect.busy }
}

/// Judges a command that arrives while a script or a function is busy. Commands of the server have the right number of
/// arguments; those of the engine are checked here.
pub(crate) fn judge(args: CommandArgs<'_>, function_runs: bool, dialect: &Dialect) -> Verdict {
    let busy = refusal(function_runs, dialect);
    let refuse = || Verdict::Refuse(busy.into());
    if let Some(command) = commands::find(args.name()) {
        if !command.info.accepts(args.len()) {
            return Verdict::Refuse(commands::wrong_arity(command.info.name));
        }
        if !matches!(command.action, Action::Script | Action::Function) {
            return refuse();
        }
        let (word, state) = (args.get(1).unwrap_or_default(), ServerState::default());
        return match commands::find_subcommand(command.action, word, args.len(), dialect, &state) {
            Err(text) => Verdict::Refuse(text),
            Ok(Subcommand::Kill) => Verdict::Kill { function: command.action == Action::Function },
            Ok(Subcommand::Stats) if function_runs => Verdict::Stats,
            Ok(_) => refuse(),
        };
    }
    let name = args.name().to_ascii_lowercase();
    if name == b"exec" {
        return Verdict::Refuse([b"EXECABORT Transaction discarded because of: ", busy.as_bytes()].concat());
    }
    let saves =
        |word: &[u8]| [&b"save"[..], b"now", b"force"].iter().any(|known| word.eq_ignore_ascii_case(known));
    if name == b"shutdown" && args.iter().skip(1).all(saves) {
        return refuse();
    }
    let is_served = dialect.busy_commands.iter().any(|served| match served.split_once('|') {
        None => served.as_bytes() == name,
        Some((container, word)) => {
            container.as_bytes() == name
                && args.get(1).is_some_and(|given| given.eq_ignore_ascii_case(word.as_bytes()))
        }
    });
    if is_served { Verdict::Serve } else { refuse() }
}

/// Watches one run of an engine, and tells its kill handle when it has become busy.
pub(crate) struct Watch<'a> {
    pub(crate) handle: KillHandle,
    pub(crate) threshold: Duration,
    pub(crate) started: Instant,
    pub(crate) name: RunName,
    pub(crate) command: CommandArgs<'a>,
    pub(crate) told: bool,
}

impl Watch<'_> {
    /// Looks at the clock, some time or other.
    #[cold]
    pub(crate) fn look(&mut self, host: &mut dyn Host) {
        let duration = self.started.elapsed();
        if self.told || duration < self.threshold {
            return;
        }
        self.told = true;
        let is_function = matches!(self.name, RunName::Function(_));
        let name = self.name.text();
        let line = format!(
            "Slow script detected: still in execution after {} milliseconds. You can try killing the script using the \
             {} KILL command. Script name is: {}.",
            duration.as_millis(),
            if is_function { "FUNCTION" } else { "SCRIPT" },
            String::from_utf8_lossy(&name),
        );
        host.log(LogLevel::Warning, line.as_bytes());
        let command = self.command.iter().collect();
        self.handle.set_busy(BusyRun { name, is_function, command, started: self.started });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Compat;

    /// What redis-server 7.0.15 and Valkey 9.1.2 answer while `while true do end` runs.
    #[test]
    fn commands_are_served_or_refused_as_by_the_servers() {
        let (redis, valkey) = (Compat::Redis70.dialect(), Compat::Valkey91.dialect());
        let judged = |line: &str, function, dialect| {
            let args: ArgsBuffer = line.split(' ').collect();
            match judge(args.args(), function, dialect) {
                Verdict::Serve => "serve".to_owned(),
                Verdict::Refuse(text) => String::from_utf8(text).unwrap(),
                Verdict::Kill { function } => format!("kill {function}"),
                Verdict::Stats => "stats".to_owned(),
            }
        };
        let both = [
            ("SCRIPT", "ERR wrong number of arguments for 'script' command"),
            ("SCRIPT FOO", "ERR unknown subcommand 'FOO'. Try SCRIPT HELP."),
            ("script kill x", "ERR wrong number of arguments for 'script|kill' command"),
            ("FUNCTION STATS x", "ERR wrong number of arguments for 'function|stats' command"),
            ("EVAL x", "ERR wrong number of arguments for 'eval' command"),
            ("SCRIPT KILL", "kill false"),
            ("FUNCTION KILL", "kill true"),
            ("SHUTDOWN NOSAVE", "serve"),
            ("SHUTDOWN ABORT", "serve"),
            ("SHUTDOWN FOO", "serve"),
            ("AUTH x", "serve"),
            ("MULTI", "serve"),
            ("DISCARD", "serve"),
            ("WATCH k", "serve"),
            ("UNWATCH", "serve"),
            ("RESET", "serve"),
            ("HELLO", "serve"),
            ("QUIT", "serve"),
            ("REPLCONF x", "serve"),
        ];
        for (line, wanted) in both {
            assert_eq!(judged(line, false, redis), wanted, "{line}");
            assert_eq!(judged(line, true, valkey), wanted, "{line}");
        }
        let refused = [
            "PING",
            "GET k",
            "SHUTDOWN",
            "SHUTDOWN SAVE",
            "SCRIPT HELP",
            "SCRIPT LOAD x",
            "EVAL return 0",
            "INFO",
            "CLIENT LIST",
        ];
        for line in refused {
            assert_eq!(judged(line, false, redis), redis.busy, "{line}");
            assert_eq!(judged(line, true, valkey), valkey.function_busy, "{line}");
        }
        for line in ["SELECT 0", "CLIENT ID", "client getname", "CLIENT CAPA redirect"] {
            assert_eq!(judged(line, false, redis), redis.busy, "{line}");
            assert_eq!(judged(line, false, valkey), "serve", "{line}");
        }
        assert_eq!(judged("FUNCTION STATS", false, redis), redis.busy);
        assert_eq!(judged("FUNCTION STATS", true, redis), "stats");
        let aborted = format!("EXECABORT Transaction discarded because of: {}", valkey.busy);
        assert_eq!(judged("EXEC", false, valkey), aborted);
    }
}
