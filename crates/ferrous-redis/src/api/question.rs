//! What a native function asks its driver, and what becomes of the question.
//!
//! [`judge`] reads the native's registers and makes the checks; what it decides is carried out at once by a synchronous
//! driver, or later by one that waits for the host in between.
//!
//! **Invariant:** only [`Verdict::Execute`] lets a command reach a host, and only after all checks.

use ferrous_heap::{Heap, Value};
use ferrous_vm::{
    error::ErrorKind,
    native::{NativeContext, NativeResult},
};

use super::{
    call::{Refusal, Unknown, check_command, count_bytes, read_arguments},
    library::read_log_line,
    reply_error,
};
use crate::{
    commands,
    compat::Dialect,
    convert::to_lua::LuaReply,
    host::{ArgsBuffer, Authority, CommandArgs, CommandFlags, CommandInfo, LogLevel, Protocol},
    reply::ReplySink,
    server::Judgement,
    stats::ErrorStatistics,
};

/// What a native function asks for: the kind in `Operation::Host`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// Execute a command; an error reply is raised.
    Call,
    /// Execute a command; an error reply is returned.
    ProtectedCall,
    /// Is the command known, so that the user may call it?
    AclCheck,
    /// Write to the log.
    Log,
}

impl Question {
    const ALL: [Self; 4] = [Self::Call, Self::ProtectedCall, Self::AclCheck, Self::Log];

    pub(crate) fn kind(self) -> u32 {
        self as u32
    }

    pub(crate) fn from_kind(kind: u32) -> Option<Self> {
        Self::ALL.get(kind as usize).copied()
    }

    /// Whether a command is to be executed.
    pub(crate) fn is_command(self) -> bool {
        matches!(self, Self::Call | Self::ProtectedCall)
    }
}

/// What is read out of the registers. The buffers keep their memory from one question to the next.
#[derive(Debug, Default)]
pub(crate) struct Buffers {
    /// A command.
    pub(crate) args: ArgsBuffer,
    /// A number among its arguments, as text.
    pub(crate) number: Vec<u8>,
    /// A line for the log.
    pub(crate) log_line: Vec<u8>,
    /// The values of KEYS or ARGV, on their way into the table.
    pub(crate) values: Vec<Value>,
    /// So many bytes may the arguments of a command, or a line, have together.
    pub(crate) longest: usize,
}

impl Buffers {
    /// The most bytes of a buffer that is kept when nothing runs.
    const LARGEST_KEPT: usize = 1 << 16;

    /// Buffers for runs that may keep so many bytes: no more go into one command.
    pub(crate) fn new(longest: usize) -> Self {
        Self { longest, ..Self::default() }
    }

    /// Whether [`Buffers::settle`] would find anything.
    pub(crate) fn is_large(&self) -> bool {
        self.args.is_large(Self::LARGEST_KEPT)
            || self.log_line.capacity() > Self::LARGEST_KEPT
            || self.values.capacity() > Self::LARGEST_KEPT / size_of::<Value>()
    }

    /// Has large buffers freed.
    pub(crate) fn settle(&mut self, heap: &mut Heap) {
        if self.is_large() {
            heap.scrap(self.args.take_bytes());
            heap.scrap(std::mem::take(&mut self.log_line));
            heap.scrap(std::mem::take(&mut self.values));
        }
    }
}

/// What is to be done about a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Execute the command in the buffers.
    Execute {
        /// Its flags; none if the host makes the checks.
        flags: CommandFlags,
    },
    /// Answer with an error.
    Refuse(Refusal),
    /// Answer what the host says about the command in the buffers.
    AskPermission,
    /// Write the line in the buffers.
    Log(LogLevel),
}

/// Reads a question and decides. Without an authority, the host makes the checks.
pub(crate) fn judge(
    ctx: &mut NativeContext<'_, '_>,
    question: Question,
    judgement: &mut Judgement,
    dialect: &Dialect,
    buffers: &mut Buffers,
    authority: Option<&mut dyn Authority>,
) -> Verdict {
    if question == Question::Log {
        let level = read_log_line(ctx, dialect, buffers.longest, &mut buffers.log_line);
        count_bytes(ctx, buffers.log_line.len());
        return Verdict::Log(level);
    }
    if let Err(refusal) = read_arguments(ctx, dialect, buffers.longest, &mut buffers.args) {
        return Verdict::Refuse(refusal);
    }
    let args = buffers.args.args();
    let Some(authority) = authority else {
        let asks = question == Question::AclCheck;
        return if asks { Verdict::AskPermission } else { Verdict::Execute { flags: CommandFlags::NONE } };
    };
    let command = look_up(args, authority);
    if question == Question::AclCheck {
        return match (command, dialect.acl_check_arity) {
            (Err(_), _) => unknown_to_acl(dialect),
            (Ok(command), Some(text)) if !command.accepts(args.len()) => {
                Verdict::Refuse(Refusal::of_arguments(text))
            }
            _ => Verdict::AskPermission,
        };
    }
    match pass(args, command, judgement, dialect, authority) {
        Ok(flags) => Verdict::Execute { flags },
        Err(refusal) => Verdict::Refuse(refusal),
    }
}

/// What is known about the command that the arguments name, or about the subcommand.
pub(crate) fn look_up(args: CommandArgs<'_>, authority: &dyn Authority) -> Result<CommandInfo, Unknown> {
    let command = authority.command(args.name()).or_else(|| commands::info(args.name()));
    let command = command.ok_or(Unknown::Command)?;
    match args.get(1) {
        Some(name) if command.flags.contains(CommandFlags::CONTAINER) => {
            authority.subcommand(&command, name).ok_or(Unknown::Subcommand)
        }
        _ => Ok(command),
    }
}

/// Makes all checks of a command; its flags.
fn pass(
    args: CommandArgs<'_>,
    command: Result<CommandInfo, Unknown>,
    judgement: &mut Judgement,
    dialect: &Dialect,
    authority: &mut dyn Authority,
) -> Result<CommandFlags, Refusal> {
    let command = check_command(args, command, dialect)?;
    judgement.check(&command, dialect, &mut || authority.permission(args))?;
    let writes = command.flags.contains(CommandFlags::WRITE);
    judgement.wrote |= writes;
    if judgement.state.cluster {
        judgement.place(authority.locate(args, &command), &command, dialect)?;
    }
    Ok(command.flags)
}

/// `redis.acl_check_cmd` of a command that does not exist.
fn unknown_to_acl(dialect: &Dialect) -> Verdict {
    Verdict::Refuse(Refusal::of_arguments(dialect.acl_check_command))
}

/// Answers what the host said about a permission.
pub(crate) fn permit(
    ctx: &mut NativeContext<'_, '_>,
    dialect: &Dialect,
    answer: Option<bool>,
) -> NativeResult {
    match (answer, unknown_to_acl(dialect)) {
        (Some(permitted), _) => ctx.ret(Value::boolean(permitted)),
        (None, Verdict::Refuse(refusal)) => Err(reply_error(ctx, &refusal.reply(), refusal.counted)),
        (None, _) => ctx.ret(Value::FALSE),
    }
}

/// Answers with an error, which `redis.pcall` returns and everything else raises.
pub(crate) fn refuse(
    ctx: &mut NativeContext<'_, '_>,
    refusal: Refusal,
    question: Question,
    errors: &mut ErrorStatistics,
) -> NativeResult {
    let reply = refusal.reply();
    if refusal.counted {
        errors.count(&reply);
    }
    let error = reply_error(ctx, &reply, refusal.counted);
    match error.kind() {
        ErrorKind::Value(value) if question == Question::ProtectedCall => ctx.ret(*value),
        _ => Err(error),
    }
}

/// Answers with the reply that `write` writes for a script that has chosen `protocol`. An error is raised by `redis.call`, and
/// returned by `redis.pcall`.
pub(crate) fn give_reply(
    ctx: &mut NativeContext<'_, '_>,
    question: Question,
    protocol: Protocol,
    dialect: &Dialect,
    write: impl FnOnce(&mut dyn ReplySink),
) -> NativeResult {
    let mut reply = LuaReply::new(ctx.tx, protocol, dialect);
    write(&mut reply);
    let (bytes, reply) = (reply.bytes(), reply.finish());
    count_bytes(ctx, bytes);
    let reply = reply?;
    if reply.is_error && question == Question::Call {
        Err(ctx.raise(reply.value))
    } else {
        ctx.ret(reply.value)
    }
}
