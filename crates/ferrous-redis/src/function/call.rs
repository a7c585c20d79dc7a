//! From the arguments of FCALL to a function that can run: the checks, in Redis's order.
//!
//! **Invariant:** the function of a [`FunctionCall`] was known when it was made.

use std::sync::Arc;

use super::library::{Libraries, Library};
use crate::{
    compat::Dialect,
    error_text::until_zero,
    server::{Judgement, ServerState, refuse_script, refuse_start},
    shebang::ScriptFlags,
    store::key_count,
};

/// A function and all that a call of it needs.
#[derive(Clone, Debug)]
pub(crate) struct FunctionCall {
    /// The library's serial.
    pub(crate) library: u64,
    /// Which of the library's functions.
    pub(crate) index: usize,
    /// What error texts call it.
    pub(crate) name: Arc<[u8]>,
    pub(crate) judgement: Judgement,
}

/// Finds the function and checks the arguments; says how many of those after the number are keys.
///
/// # Errors
/// The error reply.
pub(crate) fn prepare(
    libraries: &Libraries,
    read_only: bool,
    args: crate::host::CommandArgs<'_>,
    state: &ServerState,
    dialect: &Dialect,
) -> Result<(FunctionCall, usize, Arc<Library>), Vec<u8>> {
    let found = find(libraries, args.get(1).unwrap_or_default(), dialect);
    let (library, index) = found.ok_or_else(|| b"ERR Function not found".to_vec())?;
    let function = library.functions.get(index).ok_or_else(|| b"ERR Function not found".to_vec())?;
    refuse_script(function.flags, state, dialect).map_err(|refusal| refusal.reply())?;
    let keys = key_count(args, "ERR Bad number of keys provided")?;
    refuse_start(function.flags, state).map_err(|refusal| refusal.reply())?;
    let no_writes = function.flags.contains(ScriptFlags::NO_WRITES);
    if read_only && !no_writes {
        return Err(WRITES.into());
    }
    let call = FunctionCall {
        library: library.serial,
        index,
        name: Arc::clone(&function.name),
        judgement: Judgement { state: *state, ..Judgement::new(function.flags, read_only, dialect) },
    };
    Ok((call, keys, Arc::clone(library)))
}

/// Where the function of that name is.
fn find<'l>(libraries: &'l Libraries, name: &[u8], dialect: &Dialect) -> Option<(&'l Arc<Library>, usize)> {
    libraries.find_function(if dialect.functions_end_at_zero { until_zero(name) } else { name })
}

/// What the function of that name declares.
pub(crate) fn known_flags(libraries: &Libraries, name: &[u8], dialect: &Dialect) -> Option<ScriptFlags> {
    let (library, index) = find(libraries, name, dialect)?;
    library.functions.get(index).map(|function| function.flags)
}

/// What may write is called through a command that does not.
pub(crate) const WRITES: &str = "ERR Can not execute a script with write flag using *_ro command.";
