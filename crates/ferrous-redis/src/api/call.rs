//! `redis.call`, `redis.pcall` and `redis.acl_check_cmd`: from registers to a command, and the checks before it runs.
//!
//! **Invariant:** a command that reaches the host exists, has the right number of arguments, and may be called by this
//! script.

use std::borrow::Cow;

use ferrous_vm::native::{Charge, NativeContext, NativeResult, Operation};

use super::question::Question;
use crate::{
    compat::Dialect,
    error_text::until_zero,
    host::{ArgsBuffer, CommandArgs, CommandFlags, CommandInfo, Host},
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The code before the text.
    pub(crate) code: &'static str,
    /// The text.
    pub(crate) text: Cow<'static, str>,
    /// Whether a server's statistics have counted the error when the script sees it.
    pub(crate) counted: bool,
}

impl Refusal {
    pub(crate) fn of_arguments(text: &'static str) -> Self {
        Self { code: "ERR", text: Cow::Borrowed(text), counted: false }
    }

    pub(crate) fn of_command(text: &'static str) -> Self {
        Self::coded("ERR", text)
    }

    pub(crate) const fn coded(code: &'static str, text: &'static str) -> Self {
        Self { code, text: Cow::Borrowed(text), counted: true }
    }

    pub(crate) fn made(text: String) -> Self {
        Self { code: "ERR", text: Cow::Owned(text), counted: true }
    }

    /// The whole error reply.
    pub(crate) fn reply(&self) -> Vec<u8> {
        format!("{} {}", self.code, self.text).into_bytes()
    }
}

/// Collects the arguments of the native in `ctx`, which are together no longer than `longest`. They count as work.
pub(crate) fn read_arguments(
    ctx: &mut NativeContext<'_, '_>,
    dialect: &Dialect,
    longest: usize,
    args: &mut ArgsBuffer,
) -> Result<(), Refusal> {
    args.clear();
    let mut bytes = 0;
    for &value in ctx.registers_from(1) {
        let mut appended = Ok(());
        let pushed = if let Some(text) = ctx.tx.string(value) {
            bytes = add_length(bytes, text, longest)?;
            args.push_with(|bytes| appended = ctx.tx.append(bytes, text))
        } else if let Some(number) = value.as_number() {
            args.push_with(|bytes| number_text::write(number, dialect.number_form, bytes))
        } else {
            return Err(Refusal::of_arguments(dialect.argument_type));
        };
        // It has failed for want of memory, or because the run was killed: then nobody sees the text.
        if pushed.is_err() || appended.is_err() {
            return Err(TOO_LONG);
        }
    }
    count_bytes(ctx, bytes);
    if args.args().is_empty() { Err(Refusal::of_arguments(dialect.no_arguments)) } else { Ok(()) }
}

/// A command has more bytes of arguments than all that a run may keep, or than there is room for: one long string, many times.
const TOO_LONG: Refusal =
    Refusal { code: "ERR", text: Cow::Borrowed("command arguments are too long"), counted: false };

/// How long the arguments are with one more.
#[inline]
fn add_length(bytes: usize, text: &[u8], longest: usize) -> Result<usize, Refusal> {
    let bytes = bytes.saturating_add(text.len());
    if bytes > longest { Err(TOO_LONG) } else { Ok(bytes) }
}

/// Counts the copying of so many bytes as work.
#[inline]
pub(super) fn count_bytes(ctx: &mut NativeContext<'_, '_>, bytes: usize) {
    /// Bytes that are copied, in and out of a command, as one unit of work.
    const BYTES_A_UNIT: usize = 64;
    if bytes >= BYTES_A_UNIT {
        // A call is as good a place for a look as any: there is nothing to pause in.
        let _: Charge = ctx.charge(u32::try_from(bytes / BYTES_A_UNIT).unwrap_or(u32::MAX));
    }
}

/// Hands the arguments of the native in `ctx` to a host that takes them one by one; false if this one does not. `number` is a
/// buffer. The rest is as for [`read_arguments`].
pub(crate) fn hand_over_arguments(
    ctx: &mut NativeContext<'_, '_>,
    dialect: &Dialect,
    longest: usize,
    number: &mut Vec<u8>,
    host: &mut dyn Host,
) -> Result<bool, Refusal> {
    let values = ctx.registers_from(1);
    let mut bytes = 0;
    for (index, &value) in values.iter().enumerate() {
        let taken = if let Some(text) = ctx.tx.string(value) {
            bytes = add_length(bytes, text, longest)?;
            host.take_argument(index, text)
        } else if let Some(value) = value.as_number() {
            number.clear();
            number_text::write(value, dialect.number_form, number);
            host.take_argument(index, number)
        } else {
            return Err(Refusal::of_arguments(dialect.argument_type));
        };
        if !taken {
            return Ok(false);
        }
    }
    if values.is_empty() {
        return Err(Refusal::of_arguments(dialect.no_arguments));
    }
    count_bytes(ctx, bytes);
    Ok(true)
}

/// What a look-up did not find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unknown {
    /// The command.
    Command,
    /// The subcommand of a command that is there.
    Subcommand,
}

impl Unknown {
    fn refusal(self, args: CommandArgs<'_>, dialect: &Dialect) -> Refusal {
        /// The most bytes of a name that the text shows.
        const SHOWN: usize = 128;
        if self == Self::Command || !dialect.names_unknown_subcommand {
            return Refusal::of_command(dialect.unknown_command);
        }
        let name = args.get(1).unwrap_or_default();
        let name = String::from_utf8_lossy(until_zero(name.get(..SHOWN).unwrap_or(name)));
        let container = String::from_utf8_lossy(args.name()).to_ascii_uppercase();
        Refusal::made(format!("unknown subcommand '{name}'. Try {container} HELP."))
    }
}

/// Makes the checks of a command that depend on nothing but itself; those of [`server`](crate::server) come after.
pub(crate) fn check_command(
    args: CommandArgs<'_>,
    command: Result<CommandInfo, Unknown>,
    dialect: &Dialect,
) -> Result<CommandInfo, Refusal> {
    let command = command.map_err(|unknown| unknown.refusal(args, dialect))?;
    if !command.accepts(args.len()) {
        return Err(Refusal::of_command(dialect.wrong_arity));
    }
    if command.flags.contains(CommandFlags::NOSCRIPT) {
        return Err(Refusal::of_command(dialect.not_allowed));
    }
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Compat, host::KeySpec};

    #[test]
    fn checks_come_in_order() {
        let command = |flags| Ok(CommandInfo { name: "x", arity: 2, flags, keys: KeySpec::default() });
        const UNKNOWN: &str = "Unknown Redis command called from script";
        const ARITY: &str = "Wrong number of args calling Redis command from script";
        const NOT_ALLOWED: &str = "This Redis command is not allowed from script";
        type Case = (Result<CommandInfo, Unknown>, &'static [&'static str], Result<(), &'static str>);
        let cases: &[Case] = &[
            (Err(Unknown::Command), &["x"], Err(UNKNOWN)),
            (Err(Unknown::Subcommand), &["x", "y"], Err(UNKNOWN)),
            (command(CommandFlags::NOSCRIPT), &["x"], Err(ARITY)),
            (command(CommandFlags::NOSCRIPT.union(CommandFlags::WRITE)), &["x", "a"], Err(NOT_ALLOWED)),
            (command(CommandFlags::WRITE), &["x", "a"], Ok(())),
        ];
        for (command, args, wanted) in cases {
            let args: ArgsBuffer = args.iter().collect();
            let dialect = Compat::Redis70.dialect();
            let got = check_command(args.args(), *command, dialect);
            assert_eq!(
                got.map(drop).map_err(|refusal| refusal.text.into_owned()),
                wanted.map_err(str::to_owned)
            );
        }
        let args: ArgsBuffer = ["object", "nope"].iter().collect();
        let refusal = Unknown::Subcommand.refusal(args.args(), Compat::Valkey91.dialect());
        assert_eq!(refusal.text, "unknown subcommand 'nope'. Try OBJECT HELP.");
    }
}
