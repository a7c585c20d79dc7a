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

use crate::{limits::Limits, store::compiler_options};

/// Why a text was refused.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// It is not Lua.
    Syntax(CompileError),
    /// Its code would take more memory than a run may use.
    OutOfMemory,
    /// Compiling it took longer than this.
    OutOfTime(Duration),
}

impl Refusal {
    /// What is said after "Error compiling".
    pub(crate) fn message(&self) -> Vec<u8> {
        match self {
            Self::Syntax(error) => error.message.clone(),
            Self::OutOfMemory => b"not enough memory".to_vec(),
            Self::OutOfTime(limit) => {
                format!("Script stopped after {} milliseconds", limit.as_millis()).into_bytes()
            }
        }
    }

    /// Where the compiler stopped.
    pub(crate) fn line(&self) -> Option<u32> {
        match self {
            Self::Syntax(error) => Some(error.line),
            Self::OutOfMemory | Self::OutOfTime(_) => None,
        }
    }
}

/// Compiles a script or a library without its first line, for at most `timeout` and the limit of a run.
pub(crate) fn compile(
    name: &[u8],
    body: &[u8],
    limits: &Limits,
    timeout: Option<Duration>,
) -> Result<Chunk, Refusal> {
    let started = Instant::now();
    let limit = [limits.wall_clock, timeout].into_iter().flatten().min();
    let refused = Cell::new(None);
    let stopped = |bytes: usize| {
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
    compiled.map_err(|error| refused.take().unwrap_or(Refusal::Syntax(error)))
}
