//! Compiling what a server is sent, within the limits of a run: scripts and libraries are no larger for the engine than what
//! they would be allowed to build.
//!
//! The servers compile in one go, whatever it takes. What they say when Lua has no memory left is said here when the memory
//! limit is reached, and what they say of a library that runs for too long also holds for one that compiles for too long.
//!
//! **Invariant:** a text that is refused leaves nothing behind.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

use ferrous_compiler::CompileError;
use ferrous_vm::chunk::Chunk;

use crate::{kill::KillHandle, limits::Limits, store::compiler_options};

/// Why a text was refused.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// It is not Lua.
    Syntax(CompileError),
    /// Its code would take more memory than a run may use.
    OutOfMemory,
    /// Compiling it took longer than this.
    OutOfTime(Duration),
    /// Somebody killed it.
    Killed(&'static str),
}

impl Refusal {
    /// What is said after "Error compiling".
    pub(crate) fn message(&self) -> Vec<u8> {
        match self {
            Self::Syntax(error) => error.message.clone(),
            Self::OutOfMemory => b"not enough memory".to_vec(),
            Self::Killed(message) => message.as_bytes().to_vec(),
            Self::OutOfTime(limit) => {
                format!("Script stopped after {} milliseconds", limit.as_millis()).into_bytes()
            }
        }
    }

    /// Where the compiler stopped.
    pub(crate) fn line(&self) -> Option<u32> {
        match self {
            Self::Syntax(error) => Some(error.line),
            Self::OutOfMemory | Self::OutOfTime(_) | Self::Killed(_) => None,
        }
    }
}

/// Compiles a script or a library without its first line, for at most `timeout` and the limit of a run, or until it is killed.
pub(crate) fn compile(
    name: &[u8],
    body: &[u8],
    limits: &Limits,
    timeout: Option<Duration>,
    handle: Option<&KillHandle>,
) -> Result<Chunk, Refusal> {
    /// Shorter texts are compiled at once.
    const LONG: usize = 1 << 14;
    let compiling = handle.filter(|_| body.len() >= LONG).map(KillHandle::compile);
    let started = Instant::now();
    let limit = [limits.wall_clock, timeout].into_iter().flatten().min();
    let refused = Cell::new(None);
    let stopped = |bytes: usize| {
        if let Some(compiling) = compiling.as_ref().filter(|compiling| compiling.is_killed()) {
            refused.set(Some(Refusal::Killed(compiling.message())));
            return true;
        }
        if bytes > limits.bytes {
            refused.set(Some(Refusal::OutOfMemory));
            return true;
        }
        match limit.filter(|limit| started.elapsed() >= *limit) {
            Some(limit) => {
                refused.set(Some(Refusal::OutOfTime(limit)));
                true
            }
            None => false,
        }
    };
    let compiled = ferrous_compiler::compile_unless(body, name, &compiler_options(), &stopped);
    if let Some(compiling) = compiling {
        let message = compiling.message();
        if compiling.end() {
            return Err(Refusal::Killed(message));
        }
    }
    compiled.map_err(|error| refused.take().unwrap_or(Refusal::Syntax(error)))
}
