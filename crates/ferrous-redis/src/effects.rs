//! The effects of scripts: what a server replicates in the place of EVAL and FCALL.
//!
//! With [`EngineOptions::record_effects`](crate::EngineOptions::record_effects) an engine keeps the commands that changed
//! something, in their order and in the form in which Redis replicates them: a relative expiry as a point in time, SPOP as
//! the SREM of what it popped. A server takes them when it likes ([`Engine::take_effects`](crate::Engine::take_effects),
//! [`Run::take_effects`](crate::run::Run::take_effects)) and feeds its append-only file and its replicas through one
//! [`EffectStream`] each, which puts MULTI and EXEC around several, and SELECT where it is needed.
//!
//! ```
//! use ferrous_redis::{Compat, Engine, EngineOptions, Session, effects::{Destination, EffectStream}};
//! use ferrous_redis::{host::{ArgsBuffer, CommandFlags, CommandInfo, Host, KeySpec, Request}, reply::{RecordedReply, ReplySink}};
//!
//! struct Setter;
//!
//! impl Host for Setter {
//!     fn command(&self, name: &[u8]) -> Option<CommandInfo> {
//!         let set = CommandInfo { name: "set", arity: -3, flags: CommandFlags::WRITE, keys: KeySpec::default() };
//!         name.eq_ignore_ascii_case(b"set").then_some(set)
//!     }
//!     fn execute(&mut self, _: &Request<'_>, reply: &mut dyn ReplySink) {
//!         reply.status(b"OK");
//!     }
//! }
//!
//! let mut options = EngineOptions::new(Compat::Redis70);
//! options.record_effects = true;
//! let mut engine = Engine::new(options)?;
//! let mut replicas = EffectStream::new(Destination::Replicas, Compat::Redis70);
//!
//! let script = "redis.call('set', 'a', 1) redis.call('set', 'b', 2)";
//! let args: ArgsBuffer = ["EVAL", script, "0"].iter().collect();
//! engine.command(&Session::default(), args.args(), &mut Setter, &mut RecordedReply::default());
//!
//! let mut sent = Vec::new();
//! replicas.write(&engine.take_effects(), &mut |command| {
//!     let words: Vec<_> = command.iter().map(String::from_utf8_lossy).collect();
//!     sent.push(words.join(" "));
//! });
//! assert_eq!(sent, ["SELECT 0", "MULTI", "set a 1", "set b 2", "EXEC"]);
//! # Ok::<(), ferrous_redis::engine::EngineError>(())
//! ```
//!
//! Effects that nobody has taken are kept, and those of the next command come after them: in a MULTI of the client they are
//! taken once, after EXEC.
//!
//! | module | what it holds |
//! |---|---|
//! | [`usual`] | the form in which Redis replicates its commands |
//! | [`recorder`] | executing commands and noting what they change |
//!
//! **Invariant:** an effect goes to at least one destination.

pub mod recorder;
pub mod usual;

use crate::{
    compat::{Compat, Dialect},
    host::{ArgsBuffer, CommandArgs, CommandFlags, Replication, Request},
    reply::RecordedReply,
};

/// One command to replicate.
#[derive(Clone, Debug)]
pub struct Effect {
    /// The database that it is about.
    pub database: usize,
    /// Where it goes.
    pub replication: Replication,
    command: ArgsBuffer,
}

impl Effect {
    /// The command.
    #[must_use]
    pub fn command(&self) -> CommandArgs<'_> {
        self.command.args()
    }

    fn goes_to(&self, destination: Destination) -> bool {
        match destination {
            Destination::AppendOnlyFile => self.replication.aof,
            Destination::Replicas => self.replication.replicas,
        }
    }
}

/// Commands to replicate, in order.
#[derive(Clone, Debug, Default)]
pub struct Effects {
    list: Vec<Effect>,
}

impl Effects {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether nothing has changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The commands as they came.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Effect> {
        self.list.iter()
    }

    /// Adds those of `later`: an EXEC is replicated as a whole.
    pub fn append(&mut self, mut later: Self) {
        self.list.append(&mut later.list);
    }

    /// Adds one command, unless it goes nowhere.
    pub fn push(&mut self, database: usize, replication: Replication, command: ArgsBuffer) {
        if replication.aof || replication.replicas {
            self.list.push(Effect { database, replication, command });
        }
    }

    /// Forgets all but the first `count`.
    pub fn truncate(&mut self, count: usize) {
        self.list.truncate(count);
    }
}

/// Who reads effects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// The append-only file.
    AppendOnlyFile,
    /// The replicas.
    Replicas,
}

/// The way to one destination: a server keeps one for its append-only file and one for its replicas, as long as those last.
#[derive(Clone, Debug)]
pub struct EffectStream {
    destination: Destination,
    /// The database that whoever reads the stream has selected.
    selected: Option<usize>,
    dialect: &'static Dialect,
}

impl EffectStream {
    /// A stream whose reader has selected nothing yet.
    #[must_use]
    pub fn new(destination: Destination, compat: Compat) -> Self {
        Self { destination, selected: None, dialect: compat.dialect() }
    }

    /// The reader has a database selected for another reason; `None`: nobody knows which.
    pub fn set_selected(&mut self, database: Option<usize>) {
        self.selected = database;
    }

    /// Hands `out` what the destination is to get: SELECT where the database changes, and MULTI and EXEC around more than
    /// one command. As in Redis, both destinations get these if there are several commands, even if only one is theirs.
    pub fn write(&mut self, effects: &Effects, out: &mut dyn FnMut(CommandArgs<'_>)) {
        let wraps = effects.len() > 1;
        if wraps {
            if self.dialect.select_before_multi
                && let Some(first) = effects.list.first()
            {
                self.select(first.database, out);
            }
            word("MULTI", out);
        }
        let destination = self.destination;
        for effect in effects.iter().filter(|effect| effect.goes_to(destination)) {
            self.select(effect.database, out);
            out(effect.command());
        }
        if wraps {
            word("EXEC", out);
        }
    }

    fn select(&mut self, database: usize, out: &mut dyn FnMut(CommandArgs<'_>)) {
        if self.selected.replace(database) != Some(database) {
            let command: ArgsBuffer = ["SELECT", &database.to_string()].iter().collect();
            out(command.args());
        }
    }
}

fn word(word: &str, out: &mut dyn FnMut(CommandArgs<'_>)) {
    let command: ArgsBuffer = [word].iter().collect();
    out(command.args());
}

/// A command of a script that has been executed.
#[derive(Clone, Copy, Debug)]
pub struct Executed<'a> {
    /// The command.
    pub request: &'a Request<'a>,
    /// What it is; none if the host makes the checks itself ([`Host::checks_commands`](crate::host::Host::checks_commands)).
    pub flags: CommandFlags,
    /// What it replied; nothing for a command that can change nothing.
    pub reply: &'a RecordedReply,
}

/// Takes the effects of one command.
#[derive(Debug)]
pub struct EffectSink<'a> {
    effects: &'a mut Effects,
    database: usize,
    replication: Replication,
    dialect: &'static Dialect,
}

impl<'a> EffectSink<'a> {
    /// A sink for what changes in that database without a command.
    pub fn new(effects: &'a mut Effects, database: usize, dialect: &'static Dialect) -> Self {
        Self { effects, database, replication: Replication::default(), dialect }
    }

    /// A command that goes where the script has chosen with `redis.set_repl`.
    pub fn push<A: AsRef<[u8]>>(&mut self, words: &[A]) {
        self.effects.push(self.database, self.replication, words.iter().collect());
    }

    /// The same for a command that is in a buffer already.
    pub fn push_command(&mut self, command: ArgsBuffer) {
        self.effects.push(self.database, self.replication, command);
    }

    /// The same, for what happens whatever the script has chosen: an expired key is removed.
    pub fn push_everywhere<A: AsRef<[u8]>>(&mut self, words: &[A]) {
        self.effects.push(self.database, Replication::default(), words.iter().collect());
    }

    /// An expired key was removed.
    pub fn expired(&mut self, key: &[u8]) {
        let removal = self.dialect.removal;
        self.push_everywhere(&[removal.as_bytes(), key]);
    }

    /// What [`usual`] says of the command.
    pub fn usual(&mut self, executed: &Executed<'_>, keyspace: &dyn usual::Afterwards) {
        usual::tell(executed, keyspace, self);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(stream: &mut EffectStream, effects: &Effects) -> String {
        let mut all = Vec::new();
        stream.write(effects, &mut |command| {
            let words: Vec<_> = command.iter().map(String::from_utf8_lossy).collect();
            all.push(words.join(" "));
        });
        all.join(", ")
    }

    #[test]
    fn several_effects_are_a_transaction_and_databases_are_selected() {
        let (everywhere, aof) = (Replication::default(), Replication { aof: true, replicas: false });
        let mut effects = Effects::default();
        effects.push(0, aof, ["a"].iter().collect());
        effects.push(0, Replication { aof: false, replicas: false }, ["b"].iter().collect());
        let mut file = EffectStream::new(Destination::AppendOnlyFile, Compat::Redis70);
        let mut replicas = EffectStream::new(Destination::Replicas, Compat::Valkey91);
        assert_eq!(written(&mut file, &effects), "SELECT 0, a");
        assert_eq!(written(&mut replicas, &effects), "");
        effects.push(3, everywhere, ["c"].iter().collect());
        assert_eq!(written(&mut file, &effects), "MULTI, a, SELECT 3, c, EXEC");
        assert_eq!(written(&mut file, &effects), "SELECT 0, MULTI, a, SELECT 3, c, EXEC");
        assert_eq!(written(&mut replicas, &effects), "MULTI, SELECT 3, c, EXEC");
        file.set_selected(Some(0));
        effects.truncate(1);
        assert_eq!(written(&mut file, &effects), "a");
    }
}
