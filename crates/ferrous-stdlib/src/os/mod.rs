//! The operating system facilities (manual §5.8).
//!
//! | file | what |
//! |---|---|
//! | `date` | date time difftime |
//! | `calendar`, `zone` | dates, time zones |
//! | this one | clock execute exit getenv remove rename setlocale tmpname |
//!
//! The Redis profile has `os.clock` only.
//!
//! **Invariant:** nothing here ends the process: `os.exit` asks the driver to, with [`EXIT`].

mod calendar;
mod date;
mod zone;

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::process::ExitStatusExt as _;

use ferrous_heap::Value;
use ferrous_vm::error::LuaError;
use ferrous_vm::native::{Charge, NativeContext, NativeFn, NativeResult};
use ferrous_vm::operation::Operation;

use crate::argument::opt_int;
use crate::failure::{SYSTEM_CALL, check_name, outcome, path};
use crate::temporary;

/// The kind of [`Operation::Host`] with which `os.exit` leaves the machine; argument 1 is the exit code, or absent.
pub const EXIT: u32 = 0xE717;

/// What the plain profile has beside `clock` and the dates.
const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("execute", execute),
    ("exit", exit),
    ("getenv", getenv),
    ("remove", remove),
    ("rename", rename),
    ("setlocale", setlocale),
    ("tmpname", tmpname),
];

/// What `os.setlocale` can be about.
const CATEGORIES: &[&str] = &["all", "collate", "ctype", "monetary", "numeric", "time"];

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
    let library = ctx.library(Some("os"), FUNCTIONS)?;
    date::open(ctx, library)
}

/// `os.clock()`: seconds of processor time that the process has used.
fn clock(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    // C's clock counts microseconds.
    let microseconds = (time.tv_nsec / 1_000) as f64;
    ctx.ret(Value::number(time.tv_sec as f64 + microseconds / 1e6))
}

/// `os.exit([code])`: the driver ends the program.
fn exit(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let code = opt_int(ctx, 1, 0)?;
    // The driver reads a number, and the argument may be a numeral.
    ctx.set(1, Value::number(f64::from(code)));
    Ok(Operation::Host { kind: EXIT })
}

/// `os.getenv(varname)`.
fn getenv(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let name = check_name(ctx, 1)?;
    // Names that no variable can have make std panic.
    let possible = !name.is_empty() && !name.contains(&b'=');
    match possible.then(|| std::env::var_os(OsStr::from_bytes(&name))).flatten() {
        Some(value) => {
            let value = ctx.tx.intern(value.as_bytes())?;
            ctx.ret(value)
        }
        None => ctx.ret(Value::NIL),
    }
}

/// `os.remove(filename)`.
fn remove(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let name = check_name(ctx, 1)?;
    let file = path(&name);
    let result = std::fs::remove_file(file).or_else(|error| {
        // C's remove takes empty directories too.
        if file.is_dir() && !file.is_symlink() { std::fs::remove_dir(file) } else { Err(error) }
    });
    outcome(ctx, Some(&name), result)
}

/// `os.rename(oldname, newname)`.
fn rename(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let (from, to) = (check_name(ctx, 1)?, check_name(ctx, 2)?);
    let result = std::fs::rename(path(&from), path(&to));
    outcome(ctx, Some(&from), result)
}

/// `os.execute([command])`: the status of C's `system`; without a command, whether there is a shell.
fn execute(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    if ctx.arg(1).is_nil() {
        let shell = std::path::Path::new("/bin/sh").exists();
        return ctx.ret(Value::number(f64::from(u8::from(shell))));
    }
    let command = check_name(ctx, 1)?;
    let status = crate::io::shell(&command).status().map_or(-1, |status| status.into_raw());
    ctx.ret(Value::number(f64::from(status)))
}

/// `os.setlocale([locale [, category]])`: there is but the locale "C".
fn setlocale(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let locale = if ctx.arg(1).is_nil() { None } else { Some(check_name(ctx, 1)?) };
    ctx.check_option(2, Some("all"), CATEGORIES)?;
    match locale.as_deref() {
        None | Some(b"" | b"C" | b"POSIX") => {
            let name = ctx.tx.intern(b"C")?;
            ctx.ret(name)
        }
        Some(_) => ctx.ret(Value::NIL),
    }
}

/// `os.tmpname()`.
fn tmpname(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let _: Charge = ctx.charge(SYSTEM_CALL);
    let (_, name) = temporary::create().map_err(|_| ctx.error("unable to generate a unique filename"))?;
    let name = ctx.tx.intern(name.as_bytes())?;
    ctx.ret(name)
}
