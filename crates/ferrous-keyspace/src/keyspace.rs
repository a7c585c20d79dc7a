//! The keyspace: sixteen databases, a clock, and the `Host` that scripts call.
//!
//! Commands reach keys through a handful of methods here (`read`, `write`, `write_or_create`, `put`, `remove`,
//! `move_key`, `set_expiry`), each of which first lets an expired key go, and records how to undo what it does if a
//! recording runs.
//!
//! **Invariant:** a value is only ever changed through one of those methods.

use ahash::RandomState;
use ferrous_redis::{
    compat::{Compat, Dialect},
    effects::{EffectSink, Executed, usual::Afterwards},
    host::{
        ArgsBuffer, CommandArgs, CommandFlags, CommandInfo, Host, LogLevel, Protocol, Replication, Request,
    },
    reply::ReplySink,
    stats::{EngineStats, ErrorStatistics, InfoField},
};

use crate::{
    command,
    database::{Database, Entry},
    error::CommandError,
    expiry::{Clock, Expired, Milliseconds},
    object::{Layout, Stream, Typed, Value},
    random::Random,
    resp::{ProtocolError, ReplyWriter, RequestParser},
    server::{Outcome, Server},
    undo::Change,
};

/// How many databases there are.
pub(crate) const DATABASES: usize = 16;

/// Sixteen databases of keys, and the commands on them.
#[derive(Clone, Debug)]
pub struct Keyspace {
    pub(crate) databases: [Database; DATABASES],
    selected: usize,
    /// What to undo, the last change last, while changes are recorded.
    pub(crate) changes: Vec<Change>,
    /// The number of the running recording; 0 for none.
    pub(crate) scope: u64,
    /// The number of the last recording.
    pub(crate) last_scope: u64,
    clock: Clock,
    /// The time of the command that is being executed, once it has asked for it.
    now: Option<Milliseconds>,
    script: Option<Script>,
    /// Whether the command that is being executed, or was executed last, has changed something.
    pub(crate) touched: bool,
    /// What it has found expired and removed.
    pub(crate) expired: Vec<Expired>,
    /// The command that is to be replicated in its place, where its words and its reply do not tell.
    stand_in: Option<ArgsBuffer>,
    /// What was copied for a command that was given up: to be freed when nobody waits.
    remains: Vec<u8>,
    pub(crate) layout: Layout,
    pub(crate) random: Random,
    log: Vec<(LogLevel, Vec<u8>)>,
    /// What INFO says of scripts.
    engine: EngineStats,
    engine_errors: ErrorStatistics,
    /// The error replies of the keyspace's own commands.
    pub(crate) errors: ErrorStatistics,
    pub(crate) server: Server,
    compat: Compat,
    dialect: &'static Dialect,
}

/// What is remembered while a script runs.
#[derive(Clone, Copy, Debug)]
struct Script {
    selected: usize,
    /// Microseconds since 1970.
    started: i64,
}

/// The most lines of `redis.log` that are kept.
const LOG_LINES: usize = 128;
/// The most bytes that are kept of one.
const LOG_LINE_BYTES: usize = 16 << 10;

impl Default for Keyspace {
    fn default() -> Self {
        Self::new()
    }
}

impl Keyspace {
    /// An empty keyspace whose hashing no peer can foresee.
    #[must_use]
    pub fn new() -> Self {
        let hasher = RandomState::new();
        let seed = hasher.hash_one(0u64);
        Self::build(hasher, seed)
    }

    /// An empty keyspace whose random picks are those of `seed`. Its hashing can be foreseen too.
    #[must_use]
    pub fn with_seed(seed: u64) -> Self {
        Self::build(RandomState::with_seeds(seed, !seed, seed.rotate_left(32), 1), seed)
    }

    fn build(hasher: RandomState, seed: u64) -> Self {
        Self {
            databases: std::array::from_fn(|_| Database::new(hasher.clone())),
            selected: 0,
            changes: Vec::new(),
            scope: 0,
            last_scope: 0,
            clock: Clock::System,
            now: None,
            script: None,
            touched: false,
            expired: Vec::new(),
            stand_in: None,
            remains: Vec::new(),
            layout: Layout::new(hasher),
            random: Random::new(seed),
            log: Vec::new(),
            engine: EngineStats::default(),
            engine_errors: ErrorStatistics::default(),
            errors: ErrorStatistics::default(),
            server: Server::default(),
            compat: Compat::default(),
            dialect: Compat::default().dialect(),
        }
    }

    /// Behaves like that server from here on; without this, like the default one.
    pub fn set_compat(&mut self, compat: Compat) {
        self.compat = compat;
        self.dialect = compat.dialect();
    }

    /// What INFO says of scripts from here on. To be told before each command that may be INFO, or run it.
    pub fn set_engine(&mut self, stats: EngineStats, errors: &ErrorStatistics) {
        self.engine = stats;
        // Each error grows the total, so equal totals are equal statistics.
        if self.engine_errors.total() != errors.total() {
            self.engine_errors.clone_from(errors);
        }
    }

    /// What INFO tells of the server and the engine, and of errors: its own, and those of the engine.
    pub(crate) fn info_fields(&mut self) -> Vec<InfoField> {
        let mut errors = self.errors.clone();
        errors.absorb(&self.engine_errors);
        let mut fields = self.memory_fields();
        fields.extend(self.engine.info(self.compat));
        fields.extend(self.server.call_fields());
        fields.extend(self.server.replication_fields());
        fields.extend(errors.info());
        fields
    }

    /// Forgets what was counted, as CONFIG RESETSTAT does. An engine's errors are the engine's.
    pub(crate) fn forget_statistics(&mut self) {
        self.errors = ErrorStatistics::default();
        self.server.forget_calls();
    }

    /// Counts a command that was refused before it was executed, and the error.
    pub(crate) fn reject(&mut self, args: CommandArgs<'_>, text: &[u8]) {
        self.errors.count(text);
        self.count_rejection(args);
    }

    /// Counts a command that was refused before it was executed, if there is one of that name.
    #[cold]
    fn count_rejection(&mut self, args: CommandArgs<'_>) {
        if let Some(place) = command::place(args, self.dialect) {
            self.server.count(place, Outcome::Rejected);
        }
    }

    pub(crate) fn dialect(&self) -> &'static Dialect {
        self.dialect
    }

    /// Takes the time from `clock` from here on.
    pub fn set_clock(&mut self, clock: Clock) {
        self.clock = clock;
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// The selected database's number.
    #[must_use]
    pub fn selected(&self) -> usize {
        self.selected
    }

    /// Selects a database; whether there is one of that number.
    pub fn select(&mut self, number: usize) -> bool {
        let exists = number < DATABASES;
        if exists {
            self.selected = number;
        }
        exists
    }

    /// How many keys the selected database holds, expired ones included that nobody has looked up.
    #[must_use]
    pub fn len(&self) -> usize {
        self.database().len()
    }

    /// Whether the selected database holds no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The last lines that scripts wrote with `redis.log`, oldest first; the first 16 KB of each.
    #[must_use]
    pub fn log_lines(&self) -> &[(LogLevel, Vec<u8>)] {
        &self.log
    }

    /// Executes every request in `bytes` (RESP arrays or inline commands), as a client would send them, and returns the
    /// replies as RESP2. A request that is cut off at the end is left out.
    ///
    /// # Errors
    /// [`ProtocolError`] when the bytes stop being requests; those before have been executed.
    pub fn load(&mut self, bytes: &[u8]) -> Result<Vec<u8>, ProtocolError> {
        let mut parser = RequestParser::new();
        parser.feed(bytes);
        let mut writer = ReplyWriter::new(Protocol::Resp2);
        while let Some(request) = parser.next()? {
            let request = Request {
                args: request.args(),
                protocol: Protocol::Resp2,
                replication: Replication::default(),
                from_script: false,
            };
            self.execute(&request, &mut writer);
        }
        Ok(writer.into_bytes())
    }

    /// The time of the command that is being executed. The clock is read once a command at most, because that costs as
    /// much as a look-up.
    pub(crate) fn now(&mut self) -> Milliseconds {
        if let Some(now) = self.now {
            return now;
        }
        let now = self.time() / 1000;
        self.now = Some(now);
        now
    }

    /// What `TIME` answers, in microseconds since 1970: while a script or a transaction runs, the time at which it started, where
    /// the target has time stand still.
    pub(crate) fn time(&self) -> i64 {
        let started = self.script.map(|script| script.started).or(self.server.transaction);
        let standing = started.filter(|_| self.dialect.script_time_stands_still);
        standing.unwrap_or_else(|| self.clock.microseconds())
    }

    /// The time that keys expire by: when the script started, or the transaction, or else now.
    pub(crate) fn expiry_time(&mut self) -> Milliseconds {
        let started = self.script.map(|script| script.started).or(self.server.transaction);
        started.map_or_else(|| self.now(), |started| started / 1000)
    }

    pub(crate) fn database(&self) -> &Database {
        // `selected` is below DATABASES; the mask tells the compiler so.
        &self.databases[self.selected % DATABASES]
    }

    pub(crate) fn databases(&self) -> &[Database; DATABASES] {
        &self.databases
    }

    pub(crate) fn database_mut(&mut self) -> &mut Database {
        &mut self.databases[self.selected % DATABASES]
    }

    /// The position of a key that is there and not expired; an expired one is removed, and so are expired fields.
    pub(crate) fn position(&mut self, key: &[u8]) -> Option<usize> {
        let database = self.database();
        let position = database.find(key)?;
        let entry = database.at(position)?.1;
        let may_change = match &entry.value {
            Value::Hash(hash) => entry.expires_at.is_some() || hash.has_times(),
            _ => entry.expires_at.is_some(),
        };
        if may_change {
            let now = self.expiry_time();
            return self.let_go(position, now).then_some(position);
        }
        Some(position)
    }

    /// Has `words` replicated in the place of the command that is being executed.
    pub(crate) fn replicate<A: AsRef<[u8]>>(&mut self, words: impl IntoIterator<Item = A>) {
        self.stand_in = Some(words.into_iter().collect());
    }

    /// Whether the key is there.
    pub(crate) fn contains(&mut self, key: &[u8]) -> bool {
        self.position(key).is_some()
    }

    /// A key's value of any type, and its expiry.
    pub(crate) fn entry(&mut self, key: &[u8]) -> Option<&Entry> {
        let position = self.position(key)?;
        self.database().at(position).map(|(_, entry)| entry)
    }

    /// A key's value, to be read.
    pub(crate) fn read<T: Typed>(&mut self, key: &[u8]) -> Result<Option<&T>, CommandError> {
        match self.entry(key) {
            None => Ok(None),
            Some(entry) => T::from_value(&entry.value).map(Some).ok_or(CommandError::WrongType),
        }
    }

    /// A key's value, to be read, if the key was known to be there without expired ones having to go; `None` too if it holds
    /// another type. For commands that look at several keys at once, after they have called `read` on each.
    pub(crate) fn peek<T: Typed>(&self, key: &[u8]) -> Option<&T> {
        let database = self.database();
        let (_, entry) = database.at(database.find(key)?)?;
        T::from_value(&entry.value)
    }

    /// A key's value, to be changed.
    pub(crate) fn write<T: Typed>(&mut self, key: &[u8]) -> Result<Option<&mut T>, CommandError> {
        let Some(position) = self.position(key) else { return Ok(None) };
        match self.value_mut(position) {
            None => Ok(None),
            Some(value) => T::from_value_mut(value).map(Some).ok_or(CommandError::WrongType),
        }
    }

    /// A key's value, to be changed; an empty one if the key is not there.
    pub(crate) fn write_or_create<T: Typed>(&mut self, key: &[u8]) -> Result<&mut T, CommandError> {
        let position = match self.position(key) {
            Some(position) => position,
            None => {
                let value = T::empty(&self.layout).into_value();
                self.insert(key, Entry { value, expires_at: None, scope: self.scope })
            }
        };
        self.value_mut(position).and_then(T::from_value_mut).ok_or(CommandError::WrongType)
    }

    /// Gives a key a value and an expiry, whatever it held.
    pub(crate) fn put(&mut self, key: &[u8], value: Value, expires_at: Option<Milliseconds>) {
        self.insert(key, Entry { value, expires_at, scope: self.scope });
    }

    /// Removes a key; whether it was there.
    pub(crate) fn remove(&mut self, key: &[u8]) -> bool {
        self.position(key).is_some_and(|position| self.remove_at(position))
    }

    /// Moves what a key of a database holds to a key of another or the same one, whatever that held.
    pub(crate) fn move_key(&mut self, from: (usize, &[u8]), to: (usize, &[u8])) {
        let Some(entry) = self.databases[from.0 % DATABASES].remove(from.1) else { return };
        self.touched = true;
        self.note_key_in(from.0, from.1);
        self.note_key_in(to.0, to.1);
        let (_, replaced) = self.databases[to.0 % DATABASES].insert(to.1, entry);
        if self.scope != 0 {
            if let Some(entry) = replaced {
                self.changes.push(Change::Gone { database: to.0, key: to.1.into(), entry: Box::new(entry) });
            }
            self.changes.push(Change::Moved { from: (from.0, from.1.into()), to: (to.0, to.1.into()) });
        }
    }

    /// Keeps the beginning of a long value until the next script begins: freeing it takes long, and a kill waits.
    pub(crate) fn leave(&mut self, piece: Vec<u8>) {
        self.remains = piece;
    }

    /// Removes all keys of the selected database, or of all.
    pub(crate) fn clear(&mut self, all: bool) {
        self.touched = true;
        let range = if all { 0..DATABASES } else { self.selected..self.selected + 1 };
        for number in range {
            let database = &mut self.databases[number % DATABASES];
            if self.scope == 0 {
                database.clear();
            } else {
                let database = std::mem::replace(database, Database::new(self.layout.hasher.clone()));
                self.changes.push(Change::Cleared { number, database: Box::new(database) });
            }
        }
    }

    /// Exchanges two databases, whose numbers must exist.
    pub(crate) fn swap_databases(&mut self, first: usize, second: usize) {
        if first < DATABASES && second < DATABASES {
            self.databases.swap(first, second);
            self.touched = true;
            if self.scope != 0 {
                self.changes.push(Change::Swapped { first, second });
            }
        }
    }
}

impl Host for Keyspace {
    fn command(&self, name: &[u8]) -> Option<CommandInfo> {
        command::find(name, self.dialect).map(|command| self.server.open(command.info(self.dialect)))
    }

    fn subcommand(&self, container: &CommandInfo, name: &[u8]) -> Option<CommandInfo> {
        command::find_subcommand(container, name, self.dialect)
    }

    fn execute(&mut self, request: &Request<'_>, reply: &mut dyn ReplySink) {
        self.now = None;
        self.touched = false;
        self.expired.clear();
        self.stand_in = None;
        command::execute(self, request, reply);
        self.settle_watches(request.args.name());
        if self.touched || !self.expired.is_empty() {
            self.server.forget_bytes();
        }
    }

    fn refused(&mut self, args: CommandArgs<'_>) {
        self.count_rejection(args);
    }

    fn effects(&mut self, executed: &Executed<'_>, effects: &mut EffectSink<'_>) {
        for expired in std::mem::take(&mut self.expired) {
            expired.tell(effects);
        }
        if !self.touched && !executed.flags.contains(CommandFlags::MAY_REPLICATE) {
            return;
        }
        match self.stand_in.take().or_else(|| command::stand_in(executed.request.args)) {
            Some(command) => effects.push_command(command),
            None => effects.usual(executed, self),
        }
    }

    fn script_started(&mut self) {
        self.remains = Vec::new();
        if self.script.is_none() {
            self.script = Some(Script { selected: self.selected, started: self.time() });
        }
    }

    fn script_ended(&mut self) {
        if let Some(script) = self.script.take() {
            self.selected = script.selected;
        }
    }

    fn begin(&mut self) -> bool {
        self.start_recording();
        true
    }

    fn commit(&mut self) {
        self.stop_recording();
    }

    fn rollback(&mut self) {
        self.undo_recorded();
        self.server.forget_bytes();
    }

    fn log(&mut self, level: LogLevel, message: &[u8]) {
        if self.log.len() == LOG_LINES {
            self.log.remove(0);
        }
        self.log.push((level, message.get(..LOG_LINE_BYTES).unwrap_or(message).to_vec()));
    }
}

impl Afterwards for Keyspace {
    fn now(&self) -> Milliseconds {
        self.now.unwrap_or_else(|| self.time() / 1000)
    }

    fn exists(&self, key: &[u8]) -> bool {
        self.database().find(key).is_some()
    }

    fn stream_length(&self, key: &[u8]) -> Option<usize> {
        self.peek::<Stream>(key).map(Stream::len)
    }

    fn changed(&self) -> bool {
        self.touched
    }
}

#[cfg(test)]
mod tests {
    use super::Keyspace;

    #[test]
    fn a_keyspace_may_move_between_threads() {
        fn is_send_and_sync<T: Send + Sync>() {}
        is_send_and_sync::<Keyspace>();
    }
}
