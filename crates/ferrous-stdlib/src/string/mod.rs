//! The string library (manual §5.4).
//!
//! | file | functions |
//! |---|---|
//! | `bytes` | byte char len lower reverse sub upper |
//! | `find`, `pattern` | find match |
//! | `gmatch` | gmatch gfind |
//! | `gsub` | gsub |
//! | `rep` | rep |
//! | `format` | format |
//!
//! Strings are bytes; nothing here knows of UTF-8. `dump` gives bytecode of `ferrous_vm::precompiled`, not PUC Lua's.
//!
//! **Invariant:** results are interned once, at the end; in between they are plain buffers.

mod bytes;
mod find;
pub mod format;
mod gmatch;
mod gsub;
pub mod pattern;
mod rep;

use ferrous_heap::TypeMetatable;
use ferrous_vm::error::LuaError;
use ferrous_vm::native::{NativeContext, NativeFn, NativeResult};

/// The functions of the library.
const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("byte", bytes::byte),
    ("char", bytes::char),
    ("dump", dump),
    ("find", find::find),
    ("format", format::format),
    ("gsub", gsub::gsub),
    ("len", bytes::len),
    ("lower", bytes::lower),
    ("match", find::match_),
    ("rep", rep::rep),
    ("reverse", bytes::reverse),
    ("sub", bytes::sub),
    ("upper", bytes::upper),
];

/// Installs `string`, and makes it the `__index` of strings' metatable.
///
/// # Errors
/// Out of memory.
pub fn open_string(ctx: &mut NativeContext<'_, '_>) -> Result<(), LuaError> {
    let library = ctx.library(Some("string"), FUNCTIONS)?;
    ctx.add_shortcuts(library, bytes::SHORTCUTS);
    let gmatch = gmatch::new(ctx)?;
    ctx.set_field(library, "gmatch", gmatch)?;
    // The same function under its older name (manual §7.2).
    ctx.set_field(library, "gfind", gmatch)?;
    let metatable = ctx.tx.new_table(0, 1)?;
    if let Some(metatable) = metatable.as_table() {
        ctx.set_field(metatable, "__index", library.into())?;
        ctx.tx.set_type_metatable(TypeMetatable::String, Some(metatable))?;
    }
    Ok(())
}

/// `string.dump(function)`.
fn dump(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let function = ctx.check_function(1)?;
    let Some(bytecode) = ctx.bytecode_of(function)? else {
        return Err(ctx.error("unable to dump given function"));
    };
    let bytecode = ctx.tx.intern_buffer(bytecode)?;
    ctx.ret(bytecode)
}
