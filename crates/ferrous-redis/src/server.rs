//! The state of the server around a script, and the checks that depend on it.
//!
//! A server says with each scripting command what state it is in ([`ServerState`], in the [`Session`](crate::Session)); it
//! counts for the whole run. Who may call what, and where keys live, is asked for each command of the script
//! ([`Host::permission`](crate::host::Host::permission), [`Host::locate`](crate::host::Host::locate)). A script without a
//! shebang is judged command by command; one with a shebang, or a function, by its flags before it starts
//! (`refuse_start`).
//!
//! **Invariant:** the default state refuses nothing.

use crate::{
    api::call::Refusal,
    compat::Dialect,
    host::{CommandFlags, CommandInfo},
    shebang::ScriptFlags,
};

/// What a server is in while a script runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerState {
    /// More memory is used than may be, after eviction. Servers do not say so on replicas.
    pub out_of_memory: bool,
    /// It is a replica that refuses writes.
    pub read_only_replica: bool,
    /// It is a replica without its master, and does not serve stale data.
    pub stale: bool,
    /// Fewer good replicas are there than writes need (`min-replicas-to-write`).
    pub too_few_replicas: bool,
    /// It cannot persist, and refuses writes for that.
    pub disk_error: Option<DiskError>,
    /// It is a node of a cluster.
    pub cluster: bool,
    /// In a cluster, the slot of the keys that the script declares, if it declares any. That they share one is the
    /// server's to check.
    pub slot: Option<u16>,
}

impl ServerState {
    /// The error reply to a client's command with these flags, if it must not be executed or queued now: what a server checks once it
    /// knows that there is such a command, with that number of arguments. The engine checks its own commands itself, when it is
    /// handed them; a server that queues one asks with [`Engine::command_flags`](crate::Engine::command_flags).
    #[must_use]
    pub fn refuse(&self, flags: CommandFlags, dialect: &Dialect) -> Option<Vec<u8>> {
        refuse_flags(flags, self, dialect).err().map(|refusal| refusal.reply())
    }
}

/// What a server cannot write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiskError {
    /// Snapshots.
    Snapshot,
    /// The append-only file.
    AppendOnlyFile,
}

/// What the script's user may do with a command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Permission {
    /// Call it.
    #[default]
    Granted,
    /// Not call it.
    Command {
        /// The user's name, which some targets tell.
        user: String,
    },
    /// Not touch one of its keys.
    Key,
    /// Not publish to its channel.
    Channel,
}

/// Where the keys of a command live, in a cluster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Placement {
    /// There are no keys, or there is no cluster.
    #[default]
    Anywhere,
    /// Here, in this slot.
    Slot(u16),
    /// On another node.
    Elsewhere,
    /// In more than one slot.
    Several,
    /// In a slot that no node serves.
    Unserved,
    /// In a slot that is being moved, where the keys are not.
    Moving,
    /// The cluster is down.
    Down,
    /// The cluster is down and serves reads only.
    DownForWrites,
}

/// One of the checks before a command of a script, in an order that differs by target ([`Dialect::checks`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// The replica is stale.
    Stale,
    /// The user may call it.
    Permission,
    /// A script that declared not to write does not.
    ReadOnlyScript,
    /// A replica takes no writes.
    ReadOnlyReplica,
    /// Writes could be persisted.
    Disk,
    /// There are enough replicas.
    Replicas,
    /// There is memory.
    Memory,
}

const OUT_OF_MEMORY: Refusal = Refusal::coded("OOM", "command not allowed when used memory > 'maxmemory'.");
const READ_ONLY: Refusal = Refusal::coded("READONLY", "You can't write against a read only replica.");
const TOO_FEW_REPLICAS: Refusal = Refusal::coded("NOREPLICAS", "Not enough good replicas to write.");
const STALE: Refusal =
    Refusal::coded("MASTERDOWN", "Link with MASTER is down and replica-serve-stale-data is set to 'no'.");

impl DiskError {
    fn refusal(self, dialect: &Dialect) -> Refusal {
        match self {
            Self::Snapshot => Refusal::coded("MISCONF", dialect.snapshot_error),
            Self::AppendOnlyFile => Refusal::coded("MISCONF", dialect.append_only_file_error),
        }
    }
}

/// What a command is refused with before anything of it is looked at: the checks that a server makes of any command with
/// these flags.
pub(crate) fn refuse_flags(
    flags: CommandFlags,
    state: &ServerState,
    dialect: &Dialect,
) -> Result<(), Refusal> {
    let writes = flags.contains(CommandFlags::WRITE);
    if state.out_of_memory && flags.contains(CommandFlags::DENY_OOM) {
        return Err(OUT_OF_MEMORY);
    }
    if let Some(error) = state.disk_error.filter(|_| writes) {
        return Err(error.refusal(dialect));
    }
    if state.too_few_replicas && writes {
        return Err(TOO_FEW_REPLICAS);
    }
    if state.read_only_replica && writes {
        return Err(READ_ONLY);
    }
    if state.stale && !flags.contains(CommandFlags::STALE) {
        return Err(STALE);
    }
    Ok(())
}

/// The flags of a command that runs a script with these flags: with a shebang it takes them over.
pub(crate) fn command_flags(script: ScriptFlags) -> CommandFlags {
    let mut flags = CommandFlags::NONE;
    if script.contains(ScriptFlags::COMPAT_MODE) {
        return CommandFlags::STALE;
    }
    if !script.contains(ScriptFlags::NO_WRITES) {
        flags = flags.union(CommandFlags::WRITE);
        if !script.contains(ScriptFlags::ALLOW_OOM) {
            flags = flags.union(CommandFlags::DENY_OOM);
        }
    }
    if script.contains(ScriptFlags::ALLOW_STALE) { flags.union(CommandFlags::STALE) } else { flags }
}

/// Whether a script with these flags may be started at all; comes before its arguments are looked at.
pub(crate) fn refuse_script(
    script: ScriptFlags,
    state: &ServerState,
    dialect: &Dialect,
) -> Result<(), Refusal> {
    refuse_flags(command_flags(script), state, dialect)
}

/// The rest of [`refuse_script`], once the arguments are right.
pub(crate) fn refuse_start(script: ScriptFlags, state: &ServerState) -> Result<(), Refusal> {
    if script.contains(ScriptFlags::COMPAT_MODE) {
        return if state.stale { Err(STALE) } else { Ok(()) };
    }
    if state.cluster && script.contains(ScriptFlags::NO_CLUSTER) {
        return Err(Refusal::of_command("Can not run script on cluster, 'no-cluster' flag is set."));
    }
    Ok(())
}

/// What the checks of a run's commands depend on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Judgement {
    /// It runs through an `_RO` command or has declared `no-writes`.
    pub(crate) read_only: bool,
    /// It is not judged command by command where memory is concerned.
    pub(crate) allow_oom: bool,
    /// It may use several slots.
    pub(crate) any_slot: bool,
    /// It has executed a command that writes.
    pub(crate) wrote: bool,
    pub(crate) state: ServerState,
}

impl Judgement {
    pub(crate) fn new(script: ScriptFlags, read_only: bool, dialect: &Dialect) -> Self {
        let no_writes = script.contains(ScriptFlags::NO_WRITES);
        Self {
            read_only: read_only || no_writes,
            allow_oom: (no_writes && dialect.no_writes_needs_no_memory)
                || script.contains(ScriptFlags::ALLOW_OOM),
            any_slot: script.contains(ScriptFlags::COMPAT_MODE)
                || script.contains(ScriptFlags::ALLOW_CROSS_SLOT_KEYS),
            ..Self::default()
        }
    }

    /// The checks of a command that exists and that scripts may call, in the target's order.
    pub(crate) fn check(
        &self,
        command: &CommandInfo,
        dialect: &Dialect,
        permission: &mut dyn FnMut() -> Permission,
    ) -> Result<(), Refusal> {
        let writes = command.flags.contains(CommandFlags::WRITE);
        let state = &self.state;
        for check in dialect.checks {
            let refusal = match check {
                Check::Stale if state.stale && !command.flags.contains(CommandFlags::STALE) => {
                    Refusal::of_command("Can not execute the command on a stale replica")
                }
                Check::Permission => match deny(&permission(), command, dialect) {
                    Some(refusal) => refusal,
                    None => continue,
                },
                Check::ReadOnlyScript
                    if self.read_only && (writes || command.flags.contains(CommandFlags::MAY_REPLICATE)) =>
                {
                    Refusal::of_command("Write commands are not allowed from read-only scripts.")
                }
                Check::ReadOnlyReplica if writes && state.read_only_replica => READ_ONLY,
                Check::Disk if writes => match state.disk_error {
                    Some(error) => error.refusal(dialect),
                    None => continue,
                },
                Check::Replicas if writes && state.too_few_replicas => TOO_FEW_REPLICAS,
                Check::Memory
                    if state.out_of_memory
                        && !self.allow_oom
                        && !self.wrote
                        && command.flags.contains(CommandFlags::DENY_OOM) =>
                {
                    OUT_OF_MEMORY
                }
                _ => continue,
            };
            return Err(refusal);
        }
        Ok(())
    }

    /// Whether the command may use its keys from here; notes the slot.
    pub(crate) fn place(
        &mut self,
        placement: Placement,
        command: &CommandInfo,
        dialect: &Dialect,
    ) -> Result<(), Refusal> {
        let texts = &dialect.cluster;
        let name = command.name;
        let text = match placement {
            Placement::Anywhere => return Ok(()),
            Placement::Slot(slot) if self.any_slot || self.state.slot.is_none_or(|known| known == slot) => {
                self.state.slot = Some(slot);
                return Ok(());
            }
            Placement::Slot(_) => "Script attempted to access keys that do not hash to the same slot",
            Placement::Elsewhere => texts.elsewhere,
            Placement::Several => texts.several,
            Placement::Unserved => texts.unserved,
            Placement::Moving => texts.moving,
            Placement::Down => texts.down,
            Placement::DownForWrites => texts.down_for_writes,
        };
        Err(Refusal::made(text.replace("{}", name)))
    }
}

/// The error for what the user may not do.
fn deny(permission: &Permission, command: &CommandInfo, dialect: &Dialect) -> Option<Refusal> {
    let texts = &dialect.permissions;
    let text = match permission {
        Permission::Granted => return None,
        Permission::Command { user } => texts.command.replace("{user}", user).replace("{}", command.name),
        Permission::Key => texts.key.to_owned(),
        Permission::Channel => texts.channel.to_owned(),
    };
    Some(Refusal::made(text))
}
