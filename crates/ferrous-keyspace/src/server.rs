//! The server that a keyspace stands for: its parameters, its master, and how often each command was called.
//!
//! A keyspace has neither replicas nor a disk, and a master is never reached. But what a server refuses in such a state, scripts
//! can be tried against: [`Keyspace::state`] is for the [`Session`](ferrous_redis::Session) of an engine, and
//! [`Keyspace::refuse`] for commands of clients.
//!
//! **Invariant:** without a parameter or a master nothing is refused.

use std::time::Duration;

use ferrous_redis::{
    ServerState,
    host::{CommandArgs, CommandFlags, CommandInfo},
    stats::{InfoField, InfoValue},
};

use crate::{
    command::{self, Place},
    keyspace::Keyspace,
    settings::{PARAMETERS, Setting, Settings},
    watch::Watches,
};

/// See the module's text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Server {
    pub(crate) settings: Settings,
    pub(crate) master: Option<Master>,
    /// How many keys had to go for want of memory.
    pub(crate) evicted: u64,
    /// Whether scripts may call DEBUG, which makes replies of every kind for them.
    pub(crate) debugs_scripts: bool,
    /// What its client watches.
    pub(crate) watches: Watches,
    /// Whether expired keys that nobody asks for stay.
    pub(crate) keeps_expired: bool,
    /// How long DEBUG SLEEP wants everybody to wait.
    pub(crate) sleep: Duration,
    /// When the transaction began that is carried out, in microseconds since 1970.
    pub(crate) transaction: Option<i64>,
    /// By place in the tables of commands.
    calls: Vec<Calls>,
    /// How many bytes all keys take, while that is known.
    bytes: Option<u64>,
}

/// Where the master would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Master {
    pub(crate) host: Vec<u8>,
    pub(crate) port: i64,
}

/// How often a command was called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Calls {
    calls: u64,
    rejected: u64,
    failed: u64,
}

/// What became of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was executed.
    Done,
    /// It was executed and answered so many errors.
    Failed(usize),
    /// It was refused before.
    Rejected,
}

/// About what a server uses that holds nothing.
const EMPTY_SERVER: u64 = 900 << 10;

impl Server {
    /// Counts a call of the command at that place.
    pub(crate) fn count(&mut self, place: Place, outcome: Outcome) {
        if self.calls.len() <= place {
            self.calls.resize(command::places(), Calls::default());
        }
        if let Some(calls) = self.calls.get_mut(place) {
            match outcome {
                Outcome::Done => calls.calls += 1,
                Outcome::Failed(errors) => {
                    calls.calls += 1;
                    calls.failed += errors as u64;
                }
                Outcome::Rejected => calls.rejected += 1,
            }
        }
    }

    /// What is known about a command, of which DEBUG may have opened one to scripts.
    pub(crate) fn open(&self, mut info: CommandInfo) -> CommandInfo {
        if self.debugs_scripts && info.name == "debug" {
            info.flags = info.flags.without(CommandFlags::NOSCRIPT);
        }
        info
    }

    /// Forgets all calls, and who had to go.
    pub(crate) fn forget_calls(&mut self) {
        self.calls.clear();
        self.evicted = 0;
    }

    /// The keys are others now.
    pub(crate) fn forget_bytes(&mut self) {
        self.bytes = None;
    }

    /// Whether anything might be refused.
    fn restrains(&self) -> bool {
        self.master.is_some()
            || self.settings.is_on(Setting::MaxMemory)
            || self.settings.is_on(Setting::MinReplicasToWrite)
    }

    /// The fields of INFO about calls. Times are not taken.
    pub(crate) fn call_fields(&self) -> Vec<InfoField> {
        let all: u64 = self.calls.iter().map(|calls| calls.calls).sum();
        let stat = |name, number| InfoField::new("Stats", name, InfoValue::Number(number));
        let mut fields = vec![stat("total_commands_processed", all), stat("evicted_keys", self.evicted)];
        for (place, calls) in self.calls.iter().enumerate().filter(|(_, calls)| **calls != Calls::default()) {
            let text = format!(
                "calls={},usec=0,usec_per_call=0.00,rejected_calls={},failed_calls={}",
                calls.calls, calls.rejected, calls.failed
            );
            let name = format!("cmdstat_{}", command::name_at(place));
            fields.push(InfoField::new("Commandstats", name, InfoValue::Text(text)));
        }
        fields
    }

    /// The fields of INFO about replication.
    pub(crate) fn replication_fields(&self) -> Vec<InfoField> {
        let field =
            |name, value: &str| InfoField::new("Replication", name, InfoValue::Text(value.to_owned()));
        let mut fields = Vec::new();
        match &self.master {
            None => fields.push(field("role", "master")),
            Some(master) => {
                fields.push(field("role", "slave"));
                fields.push(field("master_host", &String::from_utf8_lossy(&master.host)));
                fields.push(field("master_port", &master.port.to_string()));
                fields.push(field("master_link_status", "down"));
                let read_only = self.settings.get(Setting::ReplicaReadOnly);
                fields.push(field("slave_read_only", &read_only.to_string()));
            }
        }
        fields.push(field("connected_slaves", "0"));
        fields
    }
}

impl Keyspace {
    /// The state of the server: what CONFIG SET and REPLICAOF have made of it. To be told to the engine with each of its commands.
    pub fn state(&mut self) -> ServerState {
        let mut state = ServerState::default();
        if self.server.restrains() {
            let is_replica = self.server.master.is_some();
            let on = |setting| self.server.settings.is_on(setting);
            state.read_only_replica = is_replica && on(Setting::ReplicaReadOnly);
            state.stale = is_replica && !on(Setting::ReplicaServeStaleData);
            state.too_few_replicas =
                !is_replica && on(Setting::MinReplicasToWrite) && on(Setting::MinReplicasMaxLag);
            let limit = self.memory_limit();
            state.out_of_memory = limit.is_some_and(|limit| self.used_memory() > limit);
        }
        state
    }

    /// Whether REPLICAOF has made the server a replica.
    #[must_use]
    pub fn is_replica(&self) -> bool {
        self.server.master.is_some()
    }

    /// What a client's command is answered that must not be executed in this state, or queued. `declared` tells the flags that the
    /// engine knows of the script that it runs, if it runs one ([`Engine::command_flags`](ferrous_redis::Engine::command_flags)).
    pub fn refuse(
        &mut self,
        args: CommandArgs<'_>,
        declared: impl FnOnce() -> Option<CommandFlags>,
        queued: bool,
    ) -> Option<Vec<u8>> {
        if !self.server.restrains() {
            return None;
        }
        // What is wrong with the command itself is found when it is executed.
        let (place, flags) = command::accepted(args, self.dialect())?;
        let mut flags = declared().unwrap_or(flags);
        if queued && self.dialect().queueing_takes_memory {
            flags = flags.union(CommandFlags::DENY_OOM);
        }
        let text = self.state().refuse(flags, self.dialect())?;
        self.errors.count(&text);
        self.server.count(place, Outcome::Rejected);
        Some(text)
    }

    /// Counts a client's command that was not executed by the keyspace: by an engine, or by whoever knows the connection. It has
    /// failed once if it has made errors, and once for each error of another command that it has passed on.
    pub fn count_call(&mut self, args: CommandArgs<'_>, failures: usize) {
        let dialect = self.dialect();
        if let Some((place, _)) = command::accepted(args, dialect) {
            self.server.count(place, Outcome::Failed(failures));
        } else if let Some(place) = command::place(args, dialect) {
            self.server.count(place, Outcome::Rejected);
        }
    }

    /// Says whether a transaction is carried out: commands that wait answer as in scripts, no key expires in its midst, and time
    /// stands still where it does in scripts.
    pub fn carry_out_transaction(&mut self, begins: bool) {
        self.server.transaction = begins.then(|| self.clock().microseconds());
    }

    /// How long whoever executed the last command should wait, since DEBUG SLEEP said so: a keyspace itself does not block.
    pub fn take_sleep(&mut self) -> Duration {
        std::mem::take(&mut self.server.sleep)
    }

    /// Counts an error reply that neither the keyspace nor an engine has made.
    pub fn count_error(&mut self, text: &[u8]) {
        self.errors.count(text);
    }

    /// An estimate of the bytes that all keys take, with those of a server that holds none. It is made anew once anything has changed,
    /// in a time that grows with the number of all elements.
    pub(crate) fn used_memory(&mut self) -> u64 {
        if let Some(bytes) = self.server.bytes {
            return bytes;
        }
        let entries = self.databases().iter().flat_map(|database| database.iter());
        let bytes: usize = entries.map(|(key, entry)| entry.value.bytes_used(key)).sum();
        let bytes = EMPTY_SERVER.saturating_add(bytes as u64);
        self.server.bytes = Some(bytes);
        bytes
    }

    /// The fields of INFO about memory that are not about scripts.
    pub(crate) fn memory_fields(&mut self) -> Vec<InfoField> {
        let (used, limit) = (self.used_memory(), self.server.settings.get(Setting::MaxMemory));
        let policy = self.server.settings.get(Setting::MaxMemoryPolicy);
        let policy =
            PARAMETERS.get(Setting::MaxMemoryPolicy as usize).map(|parameter| parameter.show(policy));
        let field = |name, value| InfoField::new("Memory", name, value);
        vec![
            field("used_memory", InfoValue::Number(used)),
            field("used_memory_human", InfoValue::Human(used)),
            field("maxmemory", InfoValue::Number(limit)),
            field("maxmemory_human", InfoValue::Human(limit)),
            field("maxmemory_policy", InfoValue::Text(policy.unwrap_or_default())),
        ]
    }
}
