//! The functions of the `redis` table that do not execute commands, and its constants.
//!
//! **Invariant:** errors that these functions raise are tables `{err = "ERR ..."}`; `error_reply` and `status_reply`
//! never raise.

use ferrous_heap::{HeapError, TableRef, Value};
use ferrous_vm::{
    argument::integer_from,
    error::LuaError,
    native::{Charge, NativeContext, NativeFn, NativeResult, NativeState, Operation, Resumption},
    number::write_number,
};

use super::{api_error, call, dialect, question::Question, state};
use crate::{
    compat::Dialect,
    convert::to_lua::{error_table, table_with},
    debugger::{monitor::LONGEST, value_text},
    digest::{Digest, Digesting},
    error_text::{self, until_zero},
    function::register::register_function,
    host::{LogLevel, Protocol},
};

/// The functions, by name.
const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("acl_check_cmd", call::acl_check_cmd),
    ("breakpoint", breakpoint),
    ("call", call::call),
    ("debug", debug),
    ("error_reply", error_reply),
    ("log", log),
    ("pcall", call::protected_call),
    ("replicate_commands", replicate_commands),
    ("set_repl", set_repl),
    ("setresp", setresp),
    ("sha1hex", sha1hex),
    ("status_reply", status_reply),
];

/// Those that functions of libraries do not have.
pub(crate) const SCRIPT_ONLY: &[&str] = &["breakpoint", "debug", "replicate_commands"];

/// What a library has while it is loaded.
const LOAD_FUNCTIONS: &[(&str, NativeFn)] = &[("log", log), ("register_function", register_function)];

/// The log levels.
const LOG_LEVELS: &[(&str, u8)] =
    &[("LOG_DEBUG", 0), ("LOG_VERBOSE", 1), ("LOG_NOTICE", 2), ("LOG_WARNING", 3)];

/// Where effects go.
const REPLICATION: &[(&str, u8)] =
    &[("REPL_NONE", 0), ("REPL_AOF", 1), ("REPL_SLAVE", 2), ("REPL_REPLICA", 2), ("REPL_ALL", 3)];

/// Makes the global table `redis`, and `server` where the target has it.
pub(crate) fn open(ctx: &mut NativeContext<'_, '_>) -> Result<(), LuaError> {
    let redis = ctx.library(Some("redis"), FUNCTIONS)?;
    set_constants(ctx, redis, &[LOG_LEVELS, REPLICATION])?;
    if dialect(ctx)?.valkey.is_some()
        && let Some(globals) = ctx.globals().as_table()
    {
        ctx.set_field(globals, "server", redis.into())?;
    }
    Ok(())
}

/// Makes the table `redis` that a library sees while it is loaded; it is no global yet.
pub(crate) fn open_for_loading(ctx: &mut NativeContext<'_, '_>) -> Result<TableRef, LuaError> {
    let redis = ctx.tx.new_table(0, 16)?;
    let redis = redis.as_table().ok_or_else(|| LuaError::bare("no table"))?;
    for (name, function) in LOAD_FUNCTIONS {
        let function = ctx.new_native(*function, &[])?;
        ctx.set_field(redis, name, function)?;
    }
    set_constants(ctx, redis, &[LOG_LEVELS])?;
    Ok(redis)
}

fn set_constants(
    ctx: &mut NativeContext<'_, '_>,
    redis: TableRef,
    constants: &[&[(&str, u8)]],
) -> Result<(), LuaError> {
    let dialect = dialect(ctx)?;
    for &(name, value) in constants.iter().copied().flatten() {
        ctx.set_field(redis, name, Value::number(f64::from(value)))?;
    }
    let running = state(ctx)?.server_version.map(|number| (version_text(number), number));
    let or_running = |text: &str, number| running.clone().unwrap_or_else(|| (text.to_owned(), number));
    let redis_version = (dialect.redis_version.to_owned(), dialect.redis_version_number);
    let Some(names) = &dialect.valkey else {
        return set_version(ctx, redis, "REDIS_VERSION", &or_running(&redis_version.0, redis_version.1));
    };
    set_version(ctx, redis, "REDIS_VERSION", &redis_version)?;
    let server_name = ctx.tx.intern(names.server_name.as_bytes())?;
    ctx.set_field(redis, "SERVER_NAME", server_name)?;
    set_version(ctx, redis, "VALKEY_VERSION", &or_running(names.version, names.version_number))
}

/// A version number, a byte each for major, minor and patch, as text.
fn version_text(number: u32) -> String {
    let [_, major, minor, patch] = number.to_be_bytes();
    format!("{major}.{minor}.{patch}")
}

fn set_version(
    ctx: &mut NativeContext<'_, '_>,
    table: TableRef,
    name: &str,
    (text, number): &(String, u32),
) -> Result<(), LuaError> {
    let text = ctx.tx.intern(text.as_bytes())?;
    ctx.set_field(table, name, text)?;
    ctx.set_field(table, &format!("{name}_NUM"), Value::number(f64::from(*number)))
}

fn error_reply(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    /// Bytes that are looked through and copied as one unit of work.
    const BYTES_A_UNIT: usize = 64;
    let trims_all = state(ctx)?.dialect.trims_errors_without_code;
    let Some(text) = single_string(ctx) else { return wrong_arguments(ctx) };
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let (code, text) = error_text::code_and_text(text, trims_all, || ctx.tx.look())?;
    let mut line = Vec::new();
    line.try_reserve_exact(code.len() + text.len()).map_err(|_| HeapError::OutOfMemory)?;
    line.extend_from_slice(code);
    let appended = ctx.tx.append(&mut line, text);
    if let Err(error) = appended {
        ctx.tx.scrap(line);
        return Err(error.into());
    }
    let units = line.len() / BYTES_A_UNIT;
    if state(ctx)?.monitor.is_some() {
        let given = single_string(ctx).unwrap_or_default();
        let told = [b"-", given.strip_prefix(b"-").unwrap_or(given)].concat();
        state(ctx)?.tell(|monitor| monitor.error(&told));
    }
    let line = ctx.tx.intern_buffer(line)?;
    let table = table_with(ctx.tx, b"err", line)?;
    // A call is as good a place for a look as any: there is nothing to pause in.
    let _: Charge = ctx.charge(u32::try_from(units).unwrap_or(u32::MAX));
    ctx.ret(table)
}

fn status_reply(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    if single_string(ctx).is_none() {
        return wrong_arguments(ctx);
    }
    let text = ctx.arg(1);
    let table = table_with(ctx.tx, b"ok", text)?;
    ctx.ret(table)
}

/// What `error_reply` and `status_reply` return in place of a reply.
fn wrong_arguments(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let text = "wrong number or type of arguments";
    state(ctx)?.tell(|monitor| monitor.error(text.as_bytes()));
    let table = error_table(ctx.tx, format!("ERR {text}").as_bytes(), false)?;
    ctx.ret(table)
}

/// The only argument, if it is a string; a number is none here.
fn single_string<'c>(ctx: &'c NativeContext<'_, '_>) -> Option<&'c [u8]> {
    if ctx.arg_count() == 1 { ctx.tx.string(ctx.arg(1)) } else { None }
}

fn sha1hex(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    if ctx.arg_count() != 1 {
        return Err(api_error(ctx, "wrong number of arguments", false));
    }
    let value = ctx.arg(1);
    let digest = match (ctx.tx.string(value), value.as_number()) {
        (Some(_), _) => return Hashing::default().advance(ctx),
        (None, Some(number)) => {
            let mut text = Vec::with_capacity(24);
            write_number(number, &mut text);
            Digest::of(&text)
        }
        (None, None) => Digest::of(b""),
    };
    let text = ctx.tx.intern(&digest.text())?;
    ctx.ret(text)
}

/// The string in register 1 on its way through the hash.
#[derive(Default)]
struct Hashing {
    digesting: Digesting,
    done: usize,
}

impl Hashing {
    fn advance(mut self, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        /// How much is hashed at once, and as one unit of work.
        const PIECE: usize = 16 << 10;
        const BYTES_A_UNIT: usize = 8;
        loop {
            let rest = ctx.tx.string(ctx.arg(1)).and_then(|text| text.get(self.done..)).unwrap_or_default();
            let piece = rest.get(..PIECE).unwrap_or(rest);
            let (length, is_last) = (piece.len(), piece.len() == rest.len());
            self.digesting.add(piece);
            self.done += length;
            // At most a piece.
            let charge = ctx.charge((length / BYTES_A_UNIT) as u32);
            if is_last {
                let text = ctx.tx.intern(&self.digesting.finish().text())?;
                return ctx.ret(text);
            }
            if charge == Charge::Pause {
                return ctx.pause(self);
            }
        }
    }
}

impl NativeState for Hashing {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        self.advance(ctx)
    }
}

fn log(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let dialect = dialect(ctx)?;
    if ctx.arg_count() < 2 {
        return Err(api_error(ctx, dialect.log_arguments, false));
    }
    let Some(level) = ctx.to_number(ctx.arg(1)) else {
        return Err(api_error(ctx, "First argument must be a number (log level).", false));
    };
    if log_level(level).is_none() {
        return Err(api_error(ctx, dialect.log_level, false));
    }
    Ok(Operation::Host { kind: Question::Log.kind() })
}

/// The level of that number, cut toward zero.
fn log_level(number: f64) -> Option<LogLevel> {
    Some(match integer_from(number) {
        0 => LogLevel::Debug,
        1 => LogLevel::Verbose,
        2 => LogLevel::Notice,
        3 => LogLevel::Warning,
        _ => return None,
    })
}

/// Collects what `redis.log` was given: arguments that are neither strings nor numbers are left out, and so is what would make the
/// line longer than `longest`. What the target's C does not see of it is left out, too.
pub(crate) fn read_log_line(
    ctx: &mut NativeContext<'_, '_>,
    dialect: &Dialect,
    longest: usize,
    message: &mut Vec<u8>,
) -> LogLevel {
    message.clear();
    let length = |index| ctx.tx.string_len(ctx.get(index)).unwrap_or_default() + 1;
    let needed = (2..ctx.top()).map(length).fold(0, usize::saturating_add).min(longest);
    if needed > message.capacity() {
        // In place of growing, which would copy what is not there any more.
        *message = Vec::new();
    }
    if message.try_reserve(needed).is_err() {
        return LogLevel::Notice;
    }
    for index in 2..ctx.top() {
        let value = ctx.get(index);
        let blank: &[u8] = if index > 2 { b" " } else { b"" };
        if let Some(mut text) = ctx.tx.string(value) {
            if let Some(log) = &dialect.short_log {
                text = until_zero(text.get(..log.longest).unwrap_or(text));
            }
            // It is too long, or the run was killed.
            if message.len().saturating_add(text.len()) > longest {
                break;
            }
            message.extend_from_slice(blank);
            if ctx.tx.append(message, text).is_err() {
                break;
            }
        } else if let Some(number) = value.as_number() {
            message.extend_from_slice(blank);
            write_number(number, message);
        } else if let Some(log) = dialect.short_log.as_ref().filter(|_| index == 2) {
            message.extend_from_slice(log.nothing.as_bytes());
        }
    }
    let seen = match &dialect.short_log {
        Some(log) => log.longest,
        // Nothing counts any more once the run was killed.
        None => error_text::position(message, |byte| byte == 0, &|| ctx.tx.look()).unwrap_or_default(),
    };
    message.truncate(seen);
    ctx.to_number(ctx.arg(1)).and_then(log_level).unwrap_or(LogLevel::Notice)
}

fn setresp(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    if ctx.arg_count() != 1 {
        let text = dialect(ctx)?.setresp_arguments;
        return Err(api_error(ctx, text, false));
    }
    let protocol = match integer_argument(ctx) {
        2 => Protocol::Resp2,
        3 => Protocol::Resp3,
        _ => return Err(api_error(ctx, "RESP version must be 2 or 3.", false)),
    };
    state(ctx)?.protocol = protocol;
    ctx.ret0()
}

fn set_repl(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    if ctx.arg_count() != 1 {
        let text = dialect(ctx)?.set_repl_arguments;
        return Err(api_error(ctx, text, false));
    }
    match integer_argument(ctx) {
        // Two bits fit.
        flags @ 0..=3 => state(ctx)?.replication = flags as u8,
        _ => {
            let text = "Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.";
            return Err(api_error(ctx, text, false));
        }
    }
    ctx.ret0()
}

/// The first argument cut toward zero; what is no number counts as 0.
fn integer_argument(ctx: &mut NativeContext<'_, '_>) -> i64 {
    integer_from(ctx.to_number(ctx.arg(1)).unwrap_or_default())
}

fn replicate_commands(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    ctx.ret(Value::TRUE)
}

fn breakpoint(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let monitor = state(ctx)?.monitor.as_mut();
    let is_debugged = monitor.map(|monitor| monitor.breakpoint_called = true).is_some();
    ctx.ret(Value::boolean(is_debugged))
}

fn debug(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let Some((line, dialect)) = state(ctx)?.monitor.as_ref().map(|monitor| (monitor.line, monitor.dialect))
    else {
        return ctx.ret0();
    };
    let mut text = format!("<debug> line {line}: ").into_bytes();
    for (index, &value) in ctx.registers_from(1).iter().enumerate() {
        if index > 0 {
            text.extend_from_slice(b", ");
        }
        value_text::write(ctx.tx, value, dialect.value_form, LONGEST, &mut text);
    }
    state(ctx)?.tell(|monitor| monitor.push(text));
    ctx.ret0()
}
