//! The host: whoever executes the commands that a script calls.
//!
//! A host is a keyspace, a server, or an adapter to one. The engine asks it two things: what it knows about a command
//! ([`Host::command`]), and to execute one ([`Host::execute`]), whose reply the host writes, typed, into a
//! [`ReplySink`]. No RESP text lies in between, in either direction.
//!
//! **Invariant:** the engine never calls a host while a heap transaction is open on values that a host could observe,
//! and never calls it twice for one `redis.call`.

use std::{fmt, sync::Arc};

use crate::{
    effects::{EffectSink, Executed, usual::Unknown},
    reply::ReplySink,
    server::{Permission, Placement},
};

/// The arguments of one command, the name first. All bytes lie in one buffer, so that building a vector of arguments
/// allocates nothing once the buffer has grown.
#[derive(Clone, Copy, Debug)]
pub struct CommandArgs<'a> {
    bytes: &'a [u8],
    /// `ends[i]` is where argument `i` ends in `bytes`; it starts where the one before it ends.
    ends: &'a [u32],
}

impl<'a> CommandArgs<'a> {
    /// A view of `bytes` cut at `ends`. Ends that lie outside `bytes`, or that go backwards, give empty arguments.
    #[must_use]
    pub fn new(bytes: &'a [u8], ends: &'a [u32]) -> Self {
        Self { bytes, ends }
    }

    /// How many arguments there are, the command's name included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no argument, not even a name.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Argument `index`; the name of the command is argument 0.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&'a [u8]> {
        let end = *self.ends.get(index)? as usize;
        let start = match index.checked_sub(1) {
            Some(before) => *self.ends.get(before)? as usize,
            None => 0,
        };
        Some(self.bytes.get(start..end).unwrap_or_default())
    }

    /// The command's name as it was written, or nothing if there are no arguments.
    #[must_use]
    pub fn name(&self) -> &'a [u8] {
        self.get(0).unwrap_or_default()
    }

    /// The arguments from number `from` up to number `to`, or to the last one.
    pub(crate) fn part(self, from: usize, to: usize) -> impl ExactSizeIterator<Item = &'a [u8]> {
        let to = to.min(self.len());
        (from.min(to)..to).map(move |index| self.get(index).unwrap_or_default())
    }

    /// All arguments in order, the name first.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &'a [u8]> + '_ {
        (0..self.len()).map(|index| self.get(index).unwrap_or_default())
    }
}

/// A reusable buffer of command arguments: the owner of what [`CommandArgs`] views.
#[derive(Clone, Debug, Default)]
pub struct ArgsBuffer {
    bytes: Vec<u8>,
    ends: Vec<u32>,
}

/// A command's arguments are together longer than 4 GiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("command arguments are too long")]
pub struct ArgsTooLong;

impl ArgsBuffer {
    /// Forgets the arguments and keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    /// Whether it has room for more than so many bytes.
    pub(crate) fn is_large(&self, most: usize) -> bool {
        self.bytes.capacity() > most || self.ends.capacity() > most / size_of::<u32>()
    }

    /// Forgets the arguments; their bytes are to be freed.
    pub(crate) fn take_bytes(&mut self) -> Vec<u8> {
        self.ends = Vec::new();
        std::mem::take(&mut self.bytes)
    }

    /// Appends one argument.
    ///
    /// # Errors
    /// [`ArgsTooLong`] when all arguments together would not fit in 4 GiB; nothing is appended then.
    pub fn push(&mut self, argument: &[u8]) -> Result<(), ArgsTooLong> {
        self.push_with(|bytes| bytes.extend_from_slice(argument))
    }

    /// Appends one argument that `write` appends to the buffer it is handed.
    ///
    /// # Errors
    /// [`ArgsTooLong`] as for [`ArgsBuffer::push`].
    pub fn push_with(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> Result<(), ArgsTooLong> {
        let start = self.bytes.len();
        write(&mut self.bytes);
        if let Ok(end) = u32::try_from(self.bytes.len()) {
            self.ends.push(end);
            Ok(())
        } else {
            self.bytes.truncate(start);
            Err(ArgsTooLong)
        }
    }

    /// The arguments, to hand to a host.
    #[must_use]
    pub fn args(&self) -> CommandArgs<'_> {
        CommandArgs::new(&self.bytes, &self.ends)
    }
}

impl<A: AsRef<[u8]>> FromIterator<A> for ArgsBuffer {
    /// Collects arguments; those past 4 GiB in all are left out.
    fn from_iter<I: IntoIterator<Item = A>>(arguments: I) -> Self {
        let mut buffer = Self::default();
        for argument in arguments {
            if buffer.push(argument.as_ref()).is_err() {
                break;
            }
        }
        buffer
    }
}

/// The protocol that shapes a reply: 2 as a script has it by default, 3 after `redis.setresp(3)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protocol {
    /// RESP2: maps and sets are flat arrays, doubles are strings.
    #[default]
    Resp2,
    /// RESP3.
    Resp3,
}

/// Where the effects of a command go, as `redis.set_repl` chose: everywhere unless a script says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replication {
    /// Into the append-only file.
    pub aof: bool,
    /// To the replicas.
    pub replicas: bool,
}

impl Default for Replication {
    fn default() -> Self {
        Self { aof: true, replicas: true }
    }
}

/// One command for a host to execute.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The command and its arguments.
    pub args: CommandArgs<'a>,
    /// The protocol the reply is wanted in. A host writes typed replies either way; this matters for the few commands
    /// whose *shape* differs (`ZRANGE ... WITHSCORES` is flat in RESP2 and an array of pairs in RESP3).
    pub protocol: Protocol,
    /// Where its effects go.
    pub replication: Replication,
    /// Whether a script sends it (and not a client, through a host's own front end).
    pub from_script: bool,
}

/// What a command does, as far as the engine's checks need it. The bits follow the flags of `COMMAND INFO`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CommandFlags(u32);

impl CommandFlags {
    /// No flag.
    pub const NONE: Self = Self(0);
    /// May change the keyspace.
    pub const WRITE: Self = Self(1);
    /// Reads keys and changes nothing.
    pub const READONLY: Self = Self(1 << 1);
    /// Refused when memory is over the limit.
    pub const DENY_OOM: Self = Self(1 << 2);
    /// Not allowed from a script.
    pub const NOSCRIPT: Self = Self(1 << 3);
    /// May run on a stale replica.
    pub const STALE: Self = Self(1 << 4);
    /// Has effects outside the keyspace that are replicated (PUBLISH): refused in a read-only script.
    pub const MAY_REPLICATE: Self = Self(1 << 5);
    /// Is served while a script is busy.
    pub const ALLOW_BUSY: Self = Self(1 << 6);
    /// Its first argument names a subcommand, which has a description of its own ([`Host::subcommand`]).
    pub const CONTAINER: Self = Self(1 << 7);

    /// Both sets of flags.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// These flags, but for `other`'s.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether all of `other`'s flags are set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// Where a command's keys stand among its arguments: `first`, `first + step`, ... up to `last` (negative: from the end;
/// `first` 0: no keys, or found by a rule of the host's own).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeySpec {
    /// Index of the first key; 0 for none.
    pub first: u16,
    /// Index of the last key; negative counts from the end, -1 being the last argument.
    pub last: i16,
    /// Distance from one key to the next.
    pub step: u16,
}

/// What the engine needs to know about a command to make the checks that Redis makes before it runs one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommandInfo {
    /// The name in lower case, as error texts print it.
    pub name: &'static str,
    /// Number of arguments, the name included; negative: at least that many.
    pub arity: i16,
    /// What it does.
    pub flags: CommandFlags,
    /// Where its keys stand.
    pub keys: KeySpec,
}

impl CommandInfo {
    /// Whether `len` arguments, the name included, are right in number.
    #[must_use]
    pub fn accepts(&self, len: usize) -> bool {
        let wanted = usize::from(self.arity.unsigned_abs());
        if self.arity < 0 { len >= wanted } else { len == wanted }
    }
}

/// The level of a `redis.log` line, as `redis.LOG_*` numbers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// `redis.LOG_DEBUG`, 0.
    Debug,
    /// `redis.LOG_VERBOSE`, 1.
    Verbose,
    /// `redis.LOG_NOTICE`, 2.
    Notice,
    /// `redis.LOG_WARNING`, 3.
    Warning,
}

/// Polls in the middle of work that cannot be suspended: the answer to [`Host::poll`], when no host is at hand.
///
/// A script is suspended every [`EngineOptions::poll_interval`](crate::EngineOptions::poll_interval) instructions, and between two
/// of them anything can be done. What an engine does to a very long string or a very large table is one piece, though: a server
/// that serves its clients on the thread of its scripts, and wants to do that all the while, is called back here, some ten
/// microseconds apart. It has to keep the time itself, and cannot use the engine that calls.
#[derive(Clone)]
pub struct PollWithin(Arc<dyn Fn() -> Poll + Send + Sync>);

impl PollWithin {
    /// Polls by calling `poll`.
    pub fn new(poll: impl Fn() -> Poll + Send + Sync + 'static) -> Self {
        Self(Arc::new(poll))
    }

    /// Polls.
    #[must_use]
    pub fn poll(&self) -> Poll {
        (self.0)()
    }
}

impl fmt::Debug for PollWithin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PollWithin")
    }
}

/// What a host answers when it is polled ([`Host::poll`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Poll {
    /// The script goes on.
    GoOn,
    /// The script ends here; nothing in it can catch that.
    Kill,
}

/// Who knows about commands, and what a script may do with them. [`Run::advance`](crate::run::Run::advance) asks one, as an
/// engine asks its [`Host`]. A closure that looks commands up is one that permits everything.
pub trait Authority {
    /// What is known about the command `name` (any case), or `None` if it does not exist.
    fn command(&self, name: &[u8]) -> Option<CommandInfo>;

    /// See [`Host::subcommand`].
    fn subcommand(&self, container: &CommandInfo, name: &[u8]) -> Option<CommandInfo> {
        let _ = name;
        Some(*container)
    }

    /// See [`Host::permission`].
    fn permission(&mut self, args: CommandArgs<'_>) -> Permission {
        let _ = args;
        Permission::Granted
    }

    /// See [`Host::locate`].
    fn locate(&mut self, args: CommandArgs<'_>, command: &CommandInfo) -> Placement {
        let _ = (args, command);
        Placement::Anywhere
    }

    /// See [`Host::may_call`].
    fn may_call(&mut self, args: CommandArgs<'_>) -> Option<bool> {
        self.command(args.name()).map(|_| self.permission(args) == Permission::Granted)
    }
}

impl<F: Fn(&[u8]) -> Option<CommandInfo>> Authority for F {
    fn command(&self, name: &[u8]) -> Option<CommandInfo> {
        self(name)
    }
}

/// Executes commands for scripts. See the module's text for the contract.
pub trait Host {
    /// What the host knows about the command `name` (any case), or `None` if it does not exist.
    fn command(&self, name: &[u8]) -> Option<CommandInfo>;

    /// What the host knows about the subcommand `name` (any case) of a command with [`CommandFlags::CONTAINER`], or `None`
    /// if it does not exist. Its arity counts both words.
    fn subcommand(&self, container: &CommandInfo, name: &[u8]) -> Option<CommandInfo> {
        let _ = name;
        Some(*container)
    }

    /// Executes one command, whose name and arity have been checked, and writes exactly one reply into `reply`.
    fn execute(&mut self, request: &Request<'_>, reply: &mut dyn ReplySink);

    /// Whether the host makes the checks before a command itself (existence, arity, flags, permissions), as a server does
    /// that has them anyway. It is then not asked for [`Host::command`], and answers what it refuses with an error reply.
    fn checks_commands(&self) -> bool {
        false
    }

    /// A script's command was refused before it was executed: there is none of that name, its arguments are wrong in number, or the
    /// script may not call it. For statistics; the script hears of it from the engine.
    fn refused(&mut self, args: CommandArgs<'_>) {
        let _ = args;
    }

    /// For hosts that check commands themselves and keep arguments in a form of their own: takes argument `index` of the command
    /// that is to be executed next. The name comes first, as number 0, and what was taken before is forgotten then; arguments
    /// may be taken of a command that is not executed. A host that returns true gets requests without arguments; one that
    /// does not returns false for each.
    fn take_argument(&mut self, index: usize, argument: &[u8]) -> bool {
        let _ = (index, argument);
        false
    }

    /// `redis.acl_check_cmd`: whether the script's user may run this command; `None`: there is no such command.
    fn may_call(&mut self, args: CommandArgs<'_>) -> Option<bool> {
        self.command(args.name()).map(|_| self.permission(args) == Permission::Granted)
    }

    /// What the script's user may do with a command that exists; asked before each one.
    fn permission(&mut self, args: CommandArgs<'_>) -> Permission {
        let _ = args;
        Permission::Granted
    }

    /// Where the keys of a command live; asked before each one if the server is a node of a cluster
    /// ([`ServerState::cluster`](crate::ServerState::cluster)).
    fn locate(&mut self, args: CommandArgs<'_>, command: &CommandInfo) -> Placement {
        let _ = (args, command);
        Placement::Anywhere
    }

    /// Says what the command that was just executed has changed, as commands to replicate. Called after each command of a
    /// script while effects are recorded ([`EngineOptions::record_effects`](crate::EngineOptions::record_effects)), for
    /// reading ones too, since they may find that keys have expired.
    ///
    /// Without this, each command that may write, and did not fail, is told in the form in which Redis replicates it. A
    /// host that knows whether something has changed should say so: Redis does not replicate a ZADD of the same score.
    fn effects(&mut self, executed: &Executed<'_>, effects: &mut EffectSink<'_>) {
        effects.usual(executed, &Unknown);
    }

    /// Called every [`EngineOptions::poll_interval`](crate::EngineOptions::poll_interval) instructions or more often: a server
    /// serves its other clients here.
    fn poll(&mut self) -> Poll {
        Poll::GoOn
    }

    /// A script is about to run. A host that has databases remembers the caller's here, and stops its clock if scripts
    /// are to see frozen time; [`Host::script_ended`] undoes both.
    fn script_started(&mut self) {}

    /// The script that was started has ended, however it ended.
    fn script_ended(&mut self) {}

    /// A line of `redis.log`. The default drops it.
    fn log(&mut self, level: LogLevel, message: &[u8]) {
        let _ = (level, message);
    }

    /// Starts recording changes, so that [`Host::rollback`] can undo them. Returns whether the host can.
    fn begin(&mut self) -> bool {
        false
    }

    /// Keeps the changes made since [`Host::begin`].
    fn commit(&mut self) {}

    /// Undoes the changes made since [`Host::begin`].
    fn rollback(&mut self) {}
}
