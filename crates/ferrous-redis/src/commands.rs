//! The scripting commands themselves: names, arity, flags, subcommands.
//!
//! **Invariant:** a command's name in [`COMMANDS`] is in lower case, as error texts print it.

use crate::{
    compat::Dialect,
    error_text,
    host::{CommandFlags, CommandInfo, KeySpec},
    server::{ServerState, refuse_flags},
};

/// What a scripting command does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// EVAL and its relatives.
    Eval(EvalKind),
    /// SCRIPT and its subcommands.
    Script,
    /// FUNCTION and its subcommands.
    Function,
    /// FCALL and FCALL_RO.
    Fcall {
        /// The function must not write.
        read_only: bool,
    },
}

impl Action {
    /// Whether it runs a script or a function, and so has keys from argument 3 on.
    pub(crate) fn runs_code(self) -> bool {
        matches!(self, Self::Eval(_) | Self::Fcall { .. })
    }
}

/// What tells EVAL from its relatives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EvalKind {
    /// The script is named by its digest.
    pub(crate) by_digest: bool,
    /// The script must not write.
    pub(crate) read_only: bool,
}

/// A command of the engine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ScriptingCommand {
    pub(crate) info: CommandInfo,
    pub(crate) action: Action,
}

const SCRIPTING: CommandFlags =
    CommandFlags::NOSCRIPT.union(CommandFlags::STALE).union(CommandFlags::MAY_REPLICATE);
const SCRIPTING_READ_ONLY: CommandFlags =
    CommandFlags::NOSCRIPT.union(CommandFlags::STALE).union(CommandFlags::READONLY);

const fn command(name: &'static str, arity: i16, flags: CommandFlags, action: Action) -> ScriptingCommand {
    let keys = KeySpec { first: 0, last: 0, step: 0 };
    ScriptingCommand { info: CommandInfo { name, arity, flags, keys }, action }
}

const fn eval(by_digest: bool, read_only: bool) -> Action {
    Action::Eval(EvalKind { by_digest, read_only })
}

/// All commands of the engine.
const COMMANDS: [ScriptingCommand; 8] = [
    command("eval", -3, SCRIPTING, eval(false, false)),
    command("evalsha", -3, SCRIPTING, eval(true, false)),
    command("eval_ro", -3, SCRIPTING_READ_ONLY, eval(false, true)),
    command("evalsha_ro", -3, SCRIPTING_READ_ONLY, eval(true, true)),
    command("fcall", -3, SCRIPTING, Action::Fcall { read_only: false }),
    command("fcall_ro", -3, SCRIPTING_READ_ONLY, Action::Fcall { read_only: true }),
    command("script", -2, CommandFlags::NOSCRIPT, Action::Script),
    command("function", -2, CommandFlags::NOSCRIPT, Action::Function),
];

/// The command of that name, in any case.
pub(crate) fn find(name: &[u8]) -> Option<&'static ScriptingCommand> {
    COMMANDS.iter().find(|command| command.info.name.as_bytes().eq_ignore_ascii_case(name))
}

/// What is known about the command of that name.
pub(crate) fn info(name: &[u8]) -> Option<CommandInfo> {
    find(name).map(|command| command.info)
}

/// The subcommands of SCRIPT and of FUNCTION, with their arity (both words included).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subcommand {
    /// SCRIPT DEBUG.
    Debug,
    /// SCRIPT EXISTS.
    Exists,
    /// SCRIPT FLUSH and FUNCTION FLUSH.
    Flush,
    /// SCRIPT HELP and FUNCTION HELP.
    Help,
    /// SCRIPT KILL and FUNCTION KILL.
    Kill,
    /// SCRIPT LOAD and FUNCTION LOAD.
    Load,
    /// SCRIPT SHOW.
    Show,
    /// FUNCTION LIST.
    List,
    /// FUNCTION DELETE.
    Delete,
    /// FUNCTION STATS.
    Stats,
    /// FUNCTION DUMP.
    Dump,
    /// FUNCTION RESTORE.
    Restore,
}

impl Subcommand {
    /// What the server checks of it.
    fn flags(self, container: Action, dialect: &Dialect) -> CommandFlags {
        const WRITE: CommandFlags = CommandFlags::WRITE;
        match (container, self) {
            (_, Self::Help) | (Action::Script, Self::Load) => CommandFlags::STALE,
            (Action::Script, Self::Exists | Self::Flush | Self::Show) if dialect.stale_script_commands => {
                CommandFlags::STALE
            }
            (Action::Function, Self::Load | Self::Restore) => WRITE.union(CommandFlags::DENY_OOM),
            (Action::Function, Self::Delete | Self::Flush) => WRITE,
            _ => CommandFlags::NONE,
        }
    }

    /// Whether, as a subcommand of FUNCTION, it changes which libraries there are.
    pub(crate) fn changes_libraries(self) -> bool {
        self.loads_libraries() || matches!(self, Self::Delete | Self::Flush)
    }

    /// Whether, as a subcommand of FUNCTION, it loads libraries.
    pub(crate) fn loads_libraries(self) -> bool {
        matches!(self, Self::Load | Self::Restore)
    }
}

const SCRIPT_SUBCOMMANDS: &[(&str, i16, Subcommand)] = &[
    ("debug", -3, Subcommand::Debug),
    ("exists", -3, Subcommand::Exists),
    ("flush", -2, Subcommand::Flush),
    ("help", 2, Subcommand::Help),
    ("kill", 2, Subcommand::Kill),
    ("load", 3, Subcommand::Load),
    ("show", 3, Subcommand::Show),
];

const FUNCTION_SUBCOMMANDS: &[(&str, i16, Subcommand)] = &[
    ("delete", 3, Subcommand::Delete),
    ("dump", 2, Subcommand::Dump),
    ("flush", -2, Subcommand::Flush),
    ("help", 2, Subcommand::Help),
    ("kill", 2, Subcommand::Kill),
    ("list", -2, Subcommand::List),
    ("load", -3, Subcommand::Load),
    ("restore", -3, Subcommand::Restore),
    ("stats", 2, Subcommand::Stats),
];

/// Finds the subcommand in argument 1 and checks how many arguments there are.
///
/// # Errors
/// The error reply.
pub(crate) fn find_subcommand(
    action: Action,
    word: &[u8],
    count: usize,
    dialect: &Dialect,
    state: &ServerState,
) -> Result<Subcommand, Vec<u8>> {
    let (container, subcommands) = match action {
        Action::Function => ("function", FUNCTION_SUBCOMMANDS),
        _ => ("script", SCRIPT_SUBCOMMANDS),
    };
    let found = subcommands.iter().find(|(name, _, subcommand)| {
        name.as_bytes().eq_ignore_ascii_case(word) && (*subcommand != Subcommand::Show || dialect.script_show)
    });
    let Some(&(name, arity, subcommand)) = found else {
        let word = error_text::until_zero(word.get(..128).unwrap_or(word));
        let help = container.to_ascii_uppercase();
        return Err([b"ERR unknown subcommand '", word, b"'. Try ", help.as_bytes(), b" HELP."].concat());
    };
    let flags = subcommand.flags(action, dialect);
    let shape = CommandInfo { name, arity, flags, keys: KeySpec::default() };
    if !shape.accepts(count) {
        return Err(wrong_arity(&format!("{container}|{name}")));
    }
    match refuse_flags(flags, state, dialect) {
        Ok(()) => Ok(subcommand),
        Err(refusal) => Err(refusal.reply()),
    }
}

/// The error reply for a wrong number of arguments.
pub(crate) fn wrong_arity(name: &str) -> Vec<u8> {
    format!("ERR wrong number of arguments for '{name}' command").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subcommands_are_checked_as_by_redis() {
        let cases: &[(&str, usize, Result<Subcommand, &str>)] = &[
            ("LOAD", 3, Ok(Subcommand::Load)),
            ("load", 2, Err("ERR wrong number of arguments for 'script|load' command")),
            ("help", 3, Err("ERR wrong number of arguments for 'script|help' command")),
            ("Foo", 3, Err("ERR unknown subcommand 'Foo'. Try SCRIPT HELP.")),
            ("show", 3, Err("ERR unknown subcommand 'show'. Try SCRIPT HELP.")),
            ("flush", 5, Ok(Subcommand::Flush)),
        ];
        let (dialect, state) = (crate::Compat::Redis70.dialect(), ServerState::default());
        for (word, count, wanted) in cases {
            let got = find_subcommand(Action::Script, word.as_bytes(), *count, dialect, &state);
            assert_eq!(got, wanted.map_err(|text| text.as_bytes().to_vec()));
        }
        let unknown = find_subcommand(Action::Function, b"x", 2, dialect, &state).unwrap_err();
        assert_eq!(unknown, b"ERR unknown subcommand 'x'. Try FUNCTION HELP.");
        assert_eq!(find(b"EvalSha_RO").map(|found| found.info.name), Some("evalsha_ro"));
    }
}
