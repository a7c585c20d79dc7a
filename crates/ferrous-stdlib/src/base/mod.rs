//! The basic functions (manual §5.1).
//!
//! | file | functions |
//! |---|---|
//! | `value` | getmetatable rawequal rawget rawset setmetatable tonumber tostring type newproxy |
//! | `iterate` | ipairs next pairs select unpack |
//! | `call` | assert error pcall xpcall |
//! | `environment` | getfenv setfenv |
//! | `load` | dofile load loadfile loadstring |
//! | `collect` | collectgarbage gcinfo |
//! | `print` | print |
//!
//! **Invariant:** `pairs` and `ipairs` return iterators of their own, which the machine knows by identity, as it knows the
//! value that the global `next` had when the library was opened. As in PUC Lua, `pairs(t)` does not return that one.

mod call;
mod collect;
mod environment;
mod iterate;
mod load;
mod print;
mod value;

use ferrous_heap::{TableRef, Value};
use ferrous_vm::error::LuaError;
use ferrous_vm::native::{NativeContext, NativeFn};

use crate::output::Output;
pub(crate) use iterate::find_next;
pub use iterate::{ipairs_iterator, next};
pub(crate) use load::load_file;
pub use load::read_chunk;

/// The functions that every profile has, apart from those with upvalues.
const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("assert", call::assert),
    ("error", call::error),
    ("getfenv", environment::getfenv),
    ("getmetatable", value::getmetatable),
    ("load", load::load),
    ("loadstring", load::loadstring),
    ("next", iterate::next),
    ("pcall", call::pcall),
    ("rawequal", value::rawequal),
    ("rawget", value::rawget),
    ("rawset", value::rawset),
    ("select", iterate::select),
    ("setfenv", environment::setfenv),
    ("setmetatable", value::setmetatable),
    ("tonumber", value::tonumber),
    ("tostring", value::tostring),
    ("type", value::type_),
    ("unpack", iterate::unpack),
    ("xpcall", call::xpcall),
];

/// Installs the basic functions into the globals.
///
/// # Errors
/// Out of memory.
pub fn open_base(ctx: &mut NativeContext<'_, '_>) -> Result<(), LuaError> {
    let globals = ctx.library(None, FUNCTIONS)?;
    ctx.add_shortcuts(globals, value::SHORTCUTS);
    let next = ctx.tx.raw_get_str(globals, b"next");
    let pairs_iterator = ctx.new_native(iterate::next, &[])?;
    let ipairs_iterator = ctx.new_native(iterate::ipairs_iterator, &[])?;
    set_native(ctx, globals, "pairs", iterate::pairs, &[pairs_iterator])?;
    set_native(ctx, globals, "ipairs", iterate::ipairs, &[ipairs_iterator])?;
    ctx.register_iterators(next, pairs_iterator, ipairs_iterator);
    collect::open(ctx, globals)?;
    let proxies = value::proxy_metatables(ctx)?;
    set_native(ctx, globals, "newproxy", value::newproxy, &[proxies])?;
    ctx.set_field(globals, "_G", globals.into())?;
    let version = ctx.tx.intern(b"Lua 5.1")?;
    ctx.set_field(globals, "_VERSION", version)
}

/// Adds what only a program with files and a terminal needs: `print`, `loadfile` and `dofile`; and lets `load` and
/// `loadstring` take bytecode.
///
/// # Errors
/// Out of memory.
pub fn open_files(ctx: &mut NativeContext<'_, '_>, output: &Output) -> Result<(), LuaError> {
    let globals = ctx.library(None, &[("dofile", load::dofile), ("loadfile", load::loadfile)])?;
    set_native(ctx, globals, "load", load::load, &[Value::TRUE])?;
    set_native(ctx, globals, "loadstring", load::loadstring, &[Value::TRUE])?;
    let tostring = ctx.tx.raw_get_str(globals, b"tostring");
    let output = output.to_userdata(ctx)?;
    set_native(ctx, globals, "print", print::print, &[output, tostring])
}

/// `table[name] = native`, with upvalues.
pub(crate) fn set_native(
    ctx: &mut NativeContext<'_, '_>,
    table: TableRef,
    name: &str,
    function: NativeFn,
    upvalues: &[Value],
) -> Result<(), LuaError> {
    let native = ctx.new_native(function, upvalues)?;
    ctx.set_field(table, name, native)
}
