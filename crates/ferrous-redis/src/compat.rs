//! The server whose behaviour an engine reproduces, and every difference between those servers, as data.
//!
//! A [`Compat`] names a target; its [`Dialect`] is one row of the table at the end of this file. No other module compares
//! targets: it asks the dialect for a text or a switch. Texts that all targets share stand where they are used.
//!
//! **Invariant:** a difference between two targets is a field of [`Dialect`], never a `match` on [`Compat`] elsewhere.

mod debugger;
mod help;
mod keyspace;
mod log;
mod refusals;

use std::ops::RangeInclusive;

pub use debugger::{DebuggerDialect, ValueForm};
pub use help::Help;
pub use keyspace::{CommandTeller, FieldCountTexts, FieldTexts, KeyspaceDialect};
pub use log::ShortLog;
pub use refusals::{ClusterTexts, PermissionTexts};

use crate::{function::metadata::BAD_LIBRARY_NAME, server::Check, words::Quotes};

/// The server to behave like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Compat {
    /// Redis 7.0.15 with the security fixes that distributions carry.
    #[default]
    Redis70,
    /// Redis 7.2.
    Redis72,
    /// Redis 8.0.
    Redis80,
    /// Valkey 9.1.
    Valkey91,
}

impl Compat {
    /// All targets, oldest first.
    pub const ALL: [Self; 4] = [Self::Redis70, Self::Redis72, Self::Redis80, Self::Valkey91];

    /// The name that a command line or a configuration file gives the target: `redis-7.0`, `redis-7.2`, `redis-8.0`,
    /// `valkey-9.1`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.dialect().name
    }

    /// The target of that name, as [`Compat::name`] spells it.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|target| target.name() == name)
    }

    /// What the target says and does differently from the others.
    #[must_use]
    pub const fn dialect(self) -> &'static Dialect {
        match self {
            Self::Redis70 => &REDIS_70,
            Self::Redis72 => &REDIS_72,
            Self::Redis80 => &REDIS_80,
            Self::Valkey91 => &VALKEY_91,
        }
    }
}

/// How a number becomes the text of a command argument or of a double in a reply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NumberForm {
    /// `%.17g`.
    #[default]
    SeventeenDigits,
    /// Whole numbers as integers, others in the shortest form that reads back as the same number.
    Shortest,
}

/// One target's texts and switches. Texts carry no error code unless it is not `ERR`.
#[derive(Debug)]
pub struct Dialect {
    /// See [`Compat::name`].
    pub name: &'static str,
    /// `INFO`'s and `redis.REDIS_VERSION`'s version.
    pub redis_version: &'static str,
    /// The same as `redis.REDIS_VERSION_NUM` has it: major, minor and patch in a byte each.
    pub redis_version_number: u32,
    /// `server.SERVER_NAME`, `VALKEY_VERSION` and `VALKEY_VERSION_NUM`, and the global `server` itself.
    pub valkey: Option<ValkeyNames>,
    /// Whether ` script: ` is followed by the script's digest or function's name.
    pub names_script: bool,
    /// Whether `ERR Error running script` is followed by the digest.
    pub names_script_out_of_memory: bool,
    /// How numbers become arguments.
    pub number_form: NumberForm,
    /// Whether arrays of replies have all their room before they are filled, so that `#` sees behind holes.
    pub sizes_arrays: bool,
    /// Whether NaN keeps its sign in `{double=...}`.
    pub signed_nan: bool,
    /// Whether `redis.error_reply` takes line breaks from the ends of a text without code.
    pub trims_errors_without_code: bool,
    /// Whether `{big_number=...}` ends at a zero byte.
    pub cuts_big_number: bool,
    /// Whether there is an `os` table with `clock`.
    pub os_clock: bool,
    /// Whether cjson can mark empty arrays with a metatable.
    pub cjson_array_metatable: bool,
    /// Who `cmsgpack._COPYRIGHT` names.
    pub cmsgpack_owner: &'static str,
    /// How many scripts seen by EVAL alone are kept.
    pub eval_scripts: Option<usize>,
    /// Whether SCRIPT LOAD of such a script makes it stay.
    pub load_promotes: bool,
    /// Whether SCRIPT SHOW exists.
    pub script_show: bool,
    /// What may come behind a closing quote, in shebangs and inline commands.
    pub quotes: Quotes,
    /// Whether the engine's name in a shebang may be written in any case.
    pub engine_any_case: bool,
    /// What an unknown engine in a shebang gets.
    pub unknown_engine: UnknownEngine,
    /// EVALSHA of an unknown digest, code included.
    pub no_script: &'static str,
    /// SCRIPT KILL took effect.
    pub killed: &'static str,
    /// FUNCTION KILL took effect.
    pub function_killed: &'static str,
    /// What other clients hear while a script runs, code included.
    pub busy: &'static str,
    /// `redis.call()`.
    pub no_arguments: &'static str,
    /// `redis.call({})`.
    pub argument_type: &'static str,
    /// A command that does not exist.
    pub unknown_command: &'static str,
    /// Whether a subcommand that does not exist is told from such a command.
    pub names_unknown_subcommand: bool,
    /// A command with too few or too many arguments.
    pub wrong_arity: &'static str,
    /// A command that scripts may not call.
    pub not_allowed: &'static str,
    /// `redis.log` with fewer than two arguments.
    pub log_arguments: &'static str,
    /// `redis.log` with a level that does not exist.
    pub log_level: &'static str,
    /// `redis.setresp` without exactly one argument.
    pub setresp_arguments: &'static str,
    /// `redis.set_repl` without exactly one argument.
    pub set_repl_arguments: &'static str,
    /// `redis.acl_check_cmd` of a command that does not exist.
    pub acl_check_command: &'static str,
    /// `redis.acl_check_cmd` of a command with too many or too few arguments, where that is an error.
    pub acl_check_arity: Option<&'static str>,
    /// SCRIPT HELP, but for what it says of HELP.
    pub script_help: Help,
    /// What other clients hear while a function runs, code included.
    pub function_busy: &'static str,
    /// What errors call `redis.register_function`.
    pub register_function: &'static str,
    /// Whether `redis.register_function` looks at names itself; otherwise FUNCTION LOAD does, when the library has run.
    pub checks_functions_at_once: bool,
    /// A function's name is none.
    pub bad_function_name: &'static str,
    /// Whether a library's code, the description of a function and the name that FCALL is given end at their first zero byte.
    pub functions_end_at_zero: bool,
    /// Whether FUNCTION RESTORE reads libraries in the form of the release candidates of Redis 7.0.
    pub restores_candidates: bool,
    /// Whether FUNCTION FLUSH starts the functions' heap anew, settings of `cjson` included.
    pub function_flush_resets: bool,
    /// The version in the payload of FUNCTION DUMP.
    pub dump_version: u16,
    /// The versions that FUNCTION RESTORE reads.
    pub restored_versions: &'static [RangeInclusive<u16>],
    /// FUNCTION HELP, but for what it says of HELP.
    pub function_help: Help,
    /// What the debugger says and does.
    pub debugger: &'static DebuggerDialect,
    /// The line that each HELP ends with, under `HELP`.
    pub help_of_help: &'static str,
    /// How many commands there are (COMMAND COUNT).
    pub commands: usize,
    /// Whether scripts may call commands that wait for somebody, which then do not wait.
    pub scripts_may_block: bool,
    /// Whether a script sees one time from its start to its end.
    pub script_time_stands_still: bool,
    /// What MULTI and WATCH in a transaction get, which spoils it; `{}` is the command's name. Without a text each gets one of its own
    /// and spoils nothing.
    pub spoils_transaction: Option<&'static str>,
    /// Whether no command at all is queued while there is no memory.
    pub queueing_takes_memory: bool,
    /// HELLO takes a name over as soon as it has read it, even if what follows is wrong.
    pub hello_names_at_once: bool,
    /// How lines of `redis.log` are cut, if they go through the log of a module. Others end at their first NUL.
    pub short_log: Option<ShortLog>,
    /// What a script that has declared `no-writes` calls is not judged by memory.
    pub no_writes_needs_no_memory: bool,
    /// The checks of a script's commands, in order.
    pub checks: &'static [Check],
    /// Snapshots fail, after the code `MISCONF`.
    pub snapshot_error: &'static str,
    /// The append-only file cannot be written, after the code `MISCONF`.
    pub append_only_file_error: &'static str,
    /// What the user of a script may not do.
    pub permissions: PermissionTexts,
    /// What a script may not do in a cluster.
    pub cluster: ClusterTexts,
    /// Whether SCRIPT EXISTS, FLUSH and SHOW are answered by a stale replica.
    pub stale_script_commands: bool,
    /// The server's commands that are served while a script is busy; a subcommand comes after `|`.
    pub busy_commands: &'static [&'static str],
    /// Whether the SELECT before a replicated transaction comes before its MULTI.
    pub select_before_multi: bool,
    /// How the removal of a key is replicated that no command has named.
    pub removal: &'static str,
    /// What commands on keys say and do.
    pub keyspace: &'static KeyspaceDialect,
}

impl Dialect {
    /// Whether FUNCTION RESTORE reads payloads of that version.
    #[must_use]
    pub fn restores(&self, version: u16) -> bool {
        self.restored_versions.iter().any(|versions| versions.contains(&version))
    }
}

/// What a Valkey adds to the `redis` table.
#[derive(Debug)]
pub struct ValkeyNames {
    /// `SERVER_NAME`.
    pub server_name: &'static str,
    /// `VALKEY_VERSION`.
    pub version: &'static str,
    /// `VALKEY_VERSION_NUM`.
    pub version_number: u32,
}

/// How an unknown engine in a shebang is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownEngine {
    /// `Unexpected engine in script shebang: #!js`.
    Unexpected,
    /// `Could not find scripting engine 'js'`, once the options have been found right.
    NotFound,
}

const REDIS_70: Dialect = Dialect {
    name: "redis-7.0",
    redis_version: "7.0.15",
    redis_version_number: 0x07_00_0f,
    valkey: None,
    names_script: true,
    names_script_out_of_memory: true,
    number_form: NumberForm::SeventeenDigits,
    sizes_arrays: false,
    signed_nan: true,
    trims_errors_without_code: true,
    cuts_big_number: false,
    os_clock: false,
    cjson_array_metatable: false,
    cmsgpack_owner: "Salvatore Sanfilippo",
    eval_scripts: None,
    load_promotes: false,
    script_show: false,
    quotes: Quotes::EndWords,
    engine_any_case: false,
    unknown_engine: UnknownEngine::Unexpected,
    no_script: "NOSCRIPT No matching script. Please use EVAL.",
    killed: "Script killed by user with SCRIPT KILL...",
    function_killed: "Script killed by user with SCRIPT KILL...",
    busy: "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.",
    no_arguments: "Please specify at least one argument for this redis lib call",
    argument_type: "Lua redis lib command arguments must be strings or integers",
    unknown_command: "Unknown Redis command called from script",
    names_unknown_subcommand: false,
    wrong_arity: "Wrong number of args calling Redis command from script",
    not_allowed: "This Redis command is not allowed from script",
    log_arguments: "redis.log() requires two arguments or more.",
    log_level: "Invalid debug level.",
    setresp_arguments: "redis.setresp() requires one argument.",
    set_repl_arguments: "redis.set_repl() requires two arguments.",
    acl_check_command: "Invalid command passed to redis.acl_check_cmd()",
    acl_check_arity: None,
    script_help: help::REDIS_SCRIPT,
    function_busy: "BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE.",
    register_function: "redis.register_function",
    checks_functions_at_once: true,
    bad_function_name: BAD_LIBRARY_NAME,
    functions_end_at_zero: false,
    restores_candidates: true,
    function_flush_resets: false,
    dump_version: 10,
    restored_versions: &[0..=10],
    function_help: help::REDIS_FUNCTION,
    debugger: &debugger::REDIS,
    help_of_help: "    Prints this help.",
    commands: 240,
    scripts_may_block: false,
    script_time_stands_still: false,
    spoils_transaction: None,
    queueing_takes_memory: true,
    hello_names_at_once: true,
    short_log: None,
    no_writes_needs_no_memory: true,
    checks: &[
        Check::Stale,
        Check::Permission,
        Check::ReadOnlyScript,
        Check::ReadOnlyReplica,
        Check::Disk,
        Check::Replicas,
        Check::Memory,
    ],
    snapshot_error: "Redis is configured to save RDB snapshots, but it's currently unable to persist to disk. Commands \
                     that may modify the data set are disabled, because this instance is configured to report errors \
                     during writes if RDB snapshotting fails (stop-writes-on-bgsave-error option). Please check the \
                     Redis logs for details about the RDB error.",
    append_only_file_error: "Errors writing to the AOF file: Input/output error",
    permissions: refusals::PERMISSIONS_70,
    cluster: refusals::CLUSTER_70,
    stale_script_commands: false,
    busy_commands: &[
        "auth", "discard", "hello", "multi", "quit", "replconf", "reset", "shutdown", "unwatch", "watch",
    ],
    select_before_multi: true,
    removal: "DEL",
    keyspace: &keyspace::REDIS_70,
};

const REDIS_72: Dialect = Dialect {
    cmsgpack_owner: "Redis Ltd.",
    name: "redis-7.2",
    redis_version: "7.2.11",
    redis_version_number: 0x07_02_0b,
    number_form: NumberForm::Shortest,
    signed_nan: false,
    log_level: "Invalid log level.",
    set_repl_arguments: "redis.set_repl() requires one argument.",
    dump_version: 11,
    restored_versions: &[0..=11],
    commands: 241,
    scripts_may_block: true,
    script_time_stands_still: true,
    select_before_multi: false,
    permissions: refusals::PERMISSIONS_72,
    cluster: refusals::CLUSTER_72,
    keyspace: &keyspace::REDIS_72,
    restores_candidates: false,
    ..REDIS_70
};

const REDIS_80: Dialect = Dialect {
    name: "redis-8.0",
    redis_version: "8.0.2",
    redis_version_number: 0x08_00_02,
    os_clock: true,
    cjson_array_metatable: true,
    eval_scripts: Some(500),
    function_flush_resets: true,
    dump_version: 12,
    restored_versions: &[0..=12],
    commands: 253,
    cmsgpack_owner: "Salvatore Sanfilippo",
    queueing_takes_memory: false,
    acl_check_arity: Some("Wrong number of args for redis.acl_check_cmd()"),
    function_help: help::SHORT_FUNCTION,
    help_of_help: "    Print this help.",
    keyspace: &keyspace::REDIS_80,
    ..REDIS_72
};

const VALKEY_91: Dialect = Dialect {
    cmsgpack_owner: "Redis Ltd.",
    cjson_array_metatable: false,
    name: "valkey-9.1",
    redis_version: "7.2.4",
    redis_version_number: 0x07_02_04,
    sizes_arrays: true,
    valkey: Some(ValkeyNames { server_name: "valkey", version: "9.1.2", version_number: 0x09_01_02 }),
    names_script: false,
    names_script_out_of_memory: false,
    trims_errors_without_code: false,
    cuts_big_number: true,
    load_promotes: true,
    script_show: true,
    quotes: Quotes::Anywhere,
    engine_any_case: true,
    unknown_engine: UnknownEngine::NotFound,
    no_script: "NOSCRIPT No matching script.",
    killed: "Script killed by user with SCRIPT KILL.",
    function_killed: "Script killed by user with FUNCTION KILL.",
    busy: "BUSY Valkey is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.",
    no_arguments: "Please specify at least one argument for this call",
    argument_type: "Command arguments must be strings or integers",
    unknown_command: "Unknown command called from script",
    names_unknown_subcommand: true,
    wrong_arity: "Wrong number of args calling command from script",
    not_allowed: "This Valkey command is not allowed from script",
    log_arguments: "server.log() requires two arguments or more.",
    setresp_arguments: "server.setresp() requires one argument.",
    set_repl_arguments: "server.set_repl() requires one argument.",
    acl_check_command: "Invalid command passed to server.acl_check_cmd()",
    acl_check_arity: None,
    script_help: help::VALKEY_SCRIPT,
    function_busy: "BUSY Valkey is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE.",
    register_function: "server.register_function",
    checks_functions_at_once: false,
    functions_end_at_zero: true,
    bad_function_name: "Function names can only contain letters, numbers, or underscores(_) and must be at least one \
                        character long",
    dump_version: 80,
    restored_versions: &[1..=11, 80..=80],
    function_help: help::SHORT_FUNCTION,
    debugger: &debugger::VALKEY,
    help_of_help: "    Print this help.",
    commands: 257,
    spoils_transaction: Some("Command '{}' not allowed inside a transaction"),
    queueing_takes_memory: false,
    hello_names_at_once: false,
    short_log: Some(ShortLog { longest: 1017, nothing: "(null)" }),
    no_writes_needs_no_memory: false,
    checks: &[
        Check::Memory,
        Check::Permission,
        Check::ReadOnlyScript,
        Check::Replicas,
        Check::Disk,
        Check::ReadOnlyReplica,
        Check::Stale,
    ],
    snapshot_error: "Valkey is configured to save RDB snapshots, but it's currently unable to persist to disk. Commands \
                     that may modify the data set are disabled, because this instance is configured to report errors \
                     during writes if RDB snapshotting fails (stop-writes-on-bgsave-error option). Please check the \
                     Valkey logs for details about the RDB error.",
    cluster: refusals::CLUSTER_VALKEY_91,
    stale_script_commands: true,
    busy_commands: &[
        "auth",
        "client|caching",
        "client|capa",
        "client|getname",
        "client|getredir",
        "client|id",
        "client|no-evict",
        "client|no-touch",
        "client|reply",
        "client|setinfo",
        "client|setname",
        "discard",
        "hello",
        "multi",
        "quit",
        "replconf",
        "reset",
        "select",
        "shutdown",
        "unwatch",
        "watch",
    ],
    removal: "UNLINK",
    keyspace: &keyspace::VALKEY_91,
    ..REDIS_80
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_found_by_their_names() {
        for target in Compat::ALL {
            assert_eq!(Compat::from_name(target.name()), Some(target));
        }
        assert_eq!(Compat::from_name("redis-5"), None);
        assert_eq!(Compat::default(), Compat::Redis70);
    }
}
