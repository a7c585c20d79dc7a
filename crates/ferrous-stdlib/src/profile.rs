//! Profiles: which libraries a machine gets.
//!
//! [`Profile::Redis`] is what scripts inside a server may have: nothing that reads files, writes to a terminal or ends
//! the process. [`Profile::Plain`] is Lua as `lua FILE` runs it.
//!
//! **Invariant:** a profile only adds to the globals; what must go is the embedder's to remove.

use ferrous_vm::error::LuaError;
use ferrous_vm::native::NativeContext;

use crate::math::{Generator, GlibcRandom};
use crate::output::Output;
use crate::{base, coroutine, debug, io, math, os, package, string, table};

/// A set of libraries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// base, string, table, math, coroutine, os, io, debug, package.
    Plain,
    /// base without print and files, string, table, math, coroutine, `os.clock`.
    Redis,
}

/// Installs the libraries of a profile, with standard output and the default random generator.
///
/// # Errors
/// Out of memory.
pub fn open(ctx: &mut NativeContext<'_, '_>, profile: Profile) -> Result<(), LuaError> {
    match profile {
        Profile::Plain => open_plain(ctx, &Output::stdout()),
        Profile::Redis => open_sandboxed(ctx, GlibcRandom::default()),
    }
}

/// Installs the plain libraries with an output of the embedder's.
///
/// # Errors
/// Out of memory.
pub fn open_plain(ctx: &mut NativeContext<'_, '_>, output: &Output) -> Result<(), LuaError> {
    open_sandboxed(ctx, GlibcRandom::default())?;
    base::open_files(ctx, output)?;
    os::open_os(ctx)?;
    io::open_io(ctx, output)?;
    debug::open_debug(ctx)?;
    package::open_package(ctx)
}

/// Installs what scripts in a server may have, with a random generator of the embedder's.
///
/// # Errors
/// Out of memory.
pub fn open_sandboxed(
    ctx: &mut NativeContext<'_, '_>,
    generator: impl Generator + 'static,
) -> Result<(), LuaError> {
    base::open_base(ctx)?;
    string::open_string(ctx)?;
    table::open_table(ctx)?;
    math::open_math(ctx, generator)?;
    coroutine::open_coroutine(ctx)?;
    os::open_clock(ctx)
}
