//! From the arguments of FCALL to a function that can run: the checks, in Redis's order.
//!
//! **Invariant:** the function of a [`FunctionCall`] was known when it was made.

use std::sync::Arc;

use super::library::{Libraries, Library};
use crate::{api::call::Permissions, shebang::ScriptFlags, store::key_count};

/// A function and all that a call of it needs.
#[derive(Clone, Debug)]
pub(crate) struct FunctionCall {
    /// The library's serial.
    pub(crate) library: u64,
    /// Which of the library's functions.
    pub(crate) index: usize,
    /// What error texts call it.
    pub(crate) name: Arc<[u8]>,
    pub(crate) permissions: Permissions,
    /// How many of the arguments after the number are keys.
    pub(crate) keys: usize,
}

/// Finds the function and checks the arguments.
///
/// # Errors
/// The error reply.
pub(crate) fn prepare(
    libraries: &Libraries,
    read_only: bool,
    args: crate::host::CommandArgs<'_>,
) -> Result<(FunctionCall, Arc<Library>), Vec<u8>> {
    let (library, index) = libraries
        .find_function(args.get(1).unwrap_or_default())
        .ok_or_else(|| b"ERR Function not found".to_vec())?;
    let function = library.functions.get(index).ok_or_else(|| b"ERR Function not found".to_vec())?;
    let keys = key_count(args, "ERR Bad number of keys provided")?;
    let no_writes = function.flags.contains(ScriptFlags::NO_WRITES);
    if read_only && !no_writes {
        return Err(WRITES.into());
    }
    let call = FunctionCall {
        library: library.serial,
        index,
        name: Arc::clone(&function.name),
        permissions: Permissions { read_only: read_only || no_writes },
        keys,
    };
    Ok((call, Arc::clone(library)))
}

/// What may write is called through a command that does not.
pub(crate) const WRITES: &str = "ERR Can not execute a script with write flag using *_ro command.";
