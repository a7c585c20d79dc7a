//! Failures of the operating system as results: nil, a message and the error's number (PUC Lua's `pushresult`).
//!
//! Names of files are bytes: what C would open is opened, whether it is UTF-8 or not.
//!
//! **Invariant:** the texts are those of C's `strerror`.

use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use ferrous_heap::Value;
use ferrous_vm::error::LuaError;
use ferrous_vm::native::{Charge, NativeContext, NativeResult};

use crate::string::pattern::effective;

/// What C's `strerror` says.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error") {
        Some(end) => text.get(..end).unwrap_or_default().to_owned(),
        None => text,
    }
}

/// `name: reason`, or the reason alone.
pub(crate) fn message(name: Option<&[u8]>, error: &io::Error) -> Vec<u8> {
    let reason = reason(error);
    match name {
        Some(name) => [name, b": ", reason.as_bytes()].concat(),
        None => reason.into_bytes(),
    }
}

/// Returns true, or nil, a message and the error's number.
///
/// # Errors
/// Out of memory.
pub(crate) fn outcome(
    ctx: &mut NativeContext<'_, '_>,
    name: Option<&[u8]>,
    result: io::Result<()>,
) -> NativeResult {
    match result {
        Ok(()) => ctx.ret(Value::TRUE),
        Err(error) => {
            let message = ctx.tx.intern(&message(name, &error))?;
            let number = f64::from(error.raw_os_error().unwrap_or_default());
            ctx.ret3(Value::NIL, message, Value::number(number))
        }
    }
}

/// What the system does with a file counts as so many instructions: tens of microseconds.
pub(crate) const SYSTEM_CALL: u32 = 50;

/// Argument `n` as C's functions read it: up to its first zero byte. What the system does with it is counted here.
///
/// # Errors
/// No string.
pub(crate) fn check_name(ctx: &mut NativeContext<'_, '_>, n: usize) -> Result<Vec<u8>, LuaError> {
    let name = ctx.check_string(n)?;
    let _: Charge = ctx.charge(SYSTEM_CALL);
    Ok(effective(ctx.tx.string(name).unwrap_or_default()).to_vec())
}

/// A file's name as a path.
pub(crate) fn path(name: &[u8]) -> &Path {
    Path::new(OsStr::from_bytes(name))
}
