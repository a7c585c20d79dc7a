//! `redis.call`, `redis.pcall` and `redis.acl_check_cmd`: from registers to a command, and the checks before it runs.
//!
//! **Invariant:** a command that reaches the host exists, has the right number of arguments, and may be called by this
//! script.

use ferrous_vm::native::{NativeContext, NativeResult, Operation};

use super::question::Question;
use crate::{
    compat::Dialect,
    host::{ArgsBuffer, CommandArgs, CommandFlags, CommandInfo},
    number_text,
};

pub(crate) fn call(_: &mut NativeContext<'_, '_>) -> NativeResult {
    Ok(Operation::Host { kind: Question::Call.kind() })
}

pub(crate) fn protected_call(_: &mut NativeContext<'_, '_>) -> NativeResult {
    Ok(Operation::Host { kind: Question::ProtectedCall.kind() })
}

pub(crate) fn acl_check_cmd(_: &mut NativeContext<'_, '_>) -> NativeResult {
    Ok(Operation::Host { kind: Question::AclCheck.kind() })
}

/// Why a command is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The text, without a code.
    pub(crate) text: &'static str,
    /// Whether a server's statistics have counted the error when the script sees it.
    pub(crate) counted: bool,
}

impl Refusal {
    fn of_arguments(text: &'static str) -> Self {
        Self { text, counted: false }
    }

    fn of_command(text: &'static str) -> Self {
        Self { text, counted: true }
    }
}

/// Collects the arguments of the native in `ctx`.
pub(crate) fn read_arguments(
    ctx: &NativeContext<'_, '_>,
    dialect: &Dialect,
    args: &mut ArgsBuffer,
) -> Result<(), Refusal> {
    args.clear();
    for &value in ctx.registers_from(1) {
        let pushed = if let Some(text) = ctx.tx.string(value) {
            args.push(text)
        } else if let Some(number) = value.as_number() {
            args.push_with(|bytes| number_text::write(number, dialect.number_form, bytes))
        } else {
            return Err(Refusal::of_arguments(dialect.argument_type));
        };
        pushed.map_err(|_| Refusal::of_arguments("command arguments are too long"))?;
    }
    if args.args().is_empty() { Err(Refusal::of_arguments(dialect.no_arguments)) } else { Ok(()) }
}

/// What a script may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Permissions {
    /// It runs through an `_RO` command or has declared `no-writes`.
    pub(crate) read_only: bool,
}

/// Makes the checks that come before a command is executed, in Redis's order.
pub(crate) fn check_command(
    args: CommandArgs<'_>,
    command: Option<CommandInfo>,
    permissions: Permissions,
    dialect: &Dialect,
) -> Result<CommandInfo, Refusal> {
    let command = command.ok_or(Refusal::of_command(dialect.unknown_command))?;
    if !command.accepts(args.len()) {
        return Err(Refusal::of_command(dialect.wrong_arity));
    }
    if command.flags.contains(CommandFlags::NOSCRIPT) {
        return Err(Refusal::of_command(dialect.not_allowed));
    }
    let changes =
        command.flags.contains(CommandFlags::WRITE) || command.flags.contains(CommandFlags::MAY_REPLICATE);
    if permissions.read_only && changes {
        return Err(Refusal::of_command("Write commands are not allowed from read-only scripts."));
    }
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Compat, host::KeySpec};

    #[test]
    fn checks_come_in_order() {
        let command = |flags| Some(CommandInfo { name: "x", arity: 2, flags, keys: KeySpec::default() });
        const UNKNOWN: &str = "Unknown Redis command called from script";
        const ARITY: &str = "Wrong number of args calling Redis command from script";
        const NOT_ALLOWED: &str = "This Redis command is not allowed from script";
        const READ_ONLY: &str = "Write commands are not allowed from read-only scripts.";
        type Case = (Option<CommandInfo>, &'static [&'static str], bool, Result<(), &'static str>);
        let cases: &[Case] = &[
            (None, &["x"], true, Err(UNKNOWN)),
            (command(CommandFlags::NOSCRIPT), &["x"], true, Err(ARITY)),
            (command(CommandFlags::NOSCRIPT.union(CommandFlags::WRITE)), &["x", "a"], true, Err(NOT_ALLOWED)),
            (command(CommandFlags::WRITE), &["x", "a"], true, Err(READ_ONLY)),
            (command(CommandFlags::MAY_REPLICATE), &["x", "a"], true, Err(READ_ONLY)),
            (command(CommandFlags::WRITE), &["x", "a"], false, Ok(())),
            (command(CommandFlags::READONLY), &["x", "a"], true, Ok(())),
        ];
        for (command, args, read_only, wanted) in cases {
            let args: ArgsBuffer = args.iter().collect();
            let dialect = Compat::Redis70.dialect();
            let got = check_command(args.args(), *command, Permissions { read_only: *read_only }, dialect);
            assert_eq!(got.map(drop).map_err(|refusal| refusal.text), *wanted);
        }
    }
}
