//! The operating system facilities (manual §5.8), as far as programs without a shell need them.
//!
//! The Redis profile has `os.clock` only. The plain profile adds `date difftime exit getenv remove rename time`. Local
//! time is UTC: the standard library knows no time zones.
//!
//! **Invariant:** nothing here ends the process: `os.exit` asks the driver to, with [`EXIT`].

mod calendar;

use std::time::{SystemTime, UNIX_EPOCH};

use ferrous_heap::Value;
use ferrous_vm::error::LuaError;
use ferrous_vm::native::{NativeContext, NativeFn, NativeResult};
use ferrous_vm::operation::Operation;

use crate::argument::opt_int;
use crate::base::set;
use crate::string::pattern::effective;
use calendar::Date;

/// The kind of [`Operation::Host`] with which `os.exit` leaves the machine; argument 1 is the exit code, or absent.
pub const EXIT: u32 = 0xE717;

/// What the plain profile has beside `clock`.
const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("date", date),
    ("difftime", difftime),
    ("exit", exit),
    ("getenv", getenv),
    ("remove", remove),
    ("rename", rename),
    ("time", time),
];

/// Installs `os` with `clock` alone.
///
/// # Errors
/// Out of memory.
pub fn open_clock(ctx: &mut NativeContext<'_, '_>) -> Result<(), LuaError> {
    ctx.library(Some("os"), &[("clock", clock)]).map(|_| ())
}

/// Installs all of `os`.
///
/// # Errors
/// Out of memory.
pub fn open_os(ctx: &mut NativeContext<'_, '_>) -> Result<(), LuaError> {
    open_clock(ctx)?;
    ctx.library(Some("os"), FUNCTIONS).map(|_| ())
}

/// What C's `strerror` says.
pub(crate) fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error") {
        Some(end) => text.get(..end).unwrap_or_default().to_owned(),
        None => text,
    }
}

/// `os.clock()`: seconds of processor time that the process has used.
fn clock(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    // C's clock counts microseconds.
    let microseconds = (time.tv_nsec / 1_000) as f64;
    ctx.ret(Value::number(time.tv_sec as f64 + microseconds / 1e6))
}

fn now() -> i64 {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    i64::try_from(seconds).unwrap_or(i64::MAX)
}

/// `os.time([table])`.
fn time(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    if ctx.arg(1).is_nil() {
        return ctx.ret(Value::number(now() as f64));
    }
    let table = ctx.check_table(1)?;
    let field = |ctx: &NativeContext<'_, '_>, name: &str, default: Option<i64>| {
        let value = ctx.tx.raw_get_str(table, name.as_bytes());
        match (ctx.to_number(value), default) {
            // C's int.
            (Some(number), _) => Ok(i64::from(number as i32)),
            (None, Some(default)) => Ok(default),
            (None, None) => Err(ctx.error(format!("field '{name}' missing in date table"))),
        }
    };
    let second = field(ctx, "sec", Some(0))?;
    let minute = field(ctx, "min", Some(0))?;
    let hour = field(ctx, "hour", Some(12))?;
    let day = field(ctx, "day", None)?;
    let month = field(ctx, "month", None)?;
    let year = field(ctx, "year", None)?;
    let seconds = calendar::days_from_civil(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
    ctx.ret(Value::number(seconds as f64))
}

/// `os.date([format [, time]])`.
fn date(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let format = match ctx.opt_string(1)? {
        Some(format) => ctx.tx.string(format).unwrap_or_default().to_vec(),
        None => b"%c".to_vec(),
    };
    let time = if ctx.arg(2).is_nil() { now() } else { ctx.check_integer(2)? };
    let format = effective(&format);
    let format = format.strip_prefix(b"!").unwrap_or(format);
    let Some(date) = Date::from_unix(time) else { return ctx.ret(Value::NIL) };
    if !format.starts_with(b"*t") {
        let mut text = Vec::new();
        date.write(format, &mut text);
        let text = ctx.tx.intern(&text)?;
        return ctx.ret(text);
    }
    let result = ctx.tx.new_table(0, 9)?;
    if let Some(table) = result.as_table() {
        let fields = [
            ("sec", date.second),
            ("min", date.minute),
            ("hour", date.hour),
            ("day", date.day),
            ("month", date.month),
            ("year", date.year),
            ("wday", date.weekday + 1),
            ("yday", date.day_of_year + 1),
        ];
        for (name, value) in fields {
            set(ctx, table, name, Value::number(value as f64))?;
        }
        set(ctx, table, "isdst", Value::FALSE)?;
    }
    ctx.ret(result)
}

/// `os.difftime(t2, t1)`.
fn difftime(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let difference = ctx.check_number(1)? - ctx.opt_number(2, 0.0)?;
    ctx.ret(Value::from_foreign(difference))
}

/// `os.exit([code])`: the driver ends the program.
fn exit(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    opt_int(ctx, 1, 0)?;
    Ok(Operation::Host { kind: EXIT })
}

/// Argument `n` as the name of a file or variable.
fn name(ctx: &mut NativeContext<'_, '_>, n: usize) -> Result<String, LuaError> {
    let name = ctx.check_string(n)?;
    Ok(String::from_utf8_lossy(effective(ctx.tx.string(name).unwrap_or_default())).into_owned())
}

/// `os.getenv(varname)`.
fn getenv(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let name = name(ctx, 1)?;
    // Names that no variable can have make std panic.
    let possible = !name.is_empty() && !name.contains('=');
    match possible.then(|| std::env::var_os(name)).flatten() {
        Some(value) => {
            let value = ctx.tx.intern(value.as_encoded_bytes())?;
            ctx.ret(value)
        }
        None => ctx.ret(Value::NIL),
    }
}

/// True, or nil, a message and the error's number.
fn outcome(ctx: &mut NativeContext<'_, '_>, file: &str, result: std::io::Result<()>) -> NativeResult {
    match result {
        Ok(()) => ctx.ret(Value::TRUE),
        Err(error) => {
            let message = ctx.tx.intern(format!("{file}: {}", reason(&error)).as_bytes())?;
            let number = f64::from(error.raw_os_error().unwrap_or_default());
            ctx.ret3(Value::NIL, message, Value::number(number))
        }
    }
}

/// `os.remove(filename)`.
fn remove(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let file = name(ctx, 1)?;
    let result = std::fs::remove_file(&file).or_else(|error| {
        // C's remove takes empty directories too.
        if std::path::Path::new(&file).is_dir() { std::fs::remove_dir(&file) } else { Err(error) }
    });
    outcome(ctx, &file, result)
}

/// `os.rename(oldname, newname)`.
fn rename(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let (from, to) = (name(ctx, 1)?, name(ctx, 2)?);
    let result = std::fs::rename(&from, to);
    outcome(ctx, &from, result)
}
