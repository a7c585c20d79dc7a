//! What one run of a script may use.
//!
//! **Invariant:** a run that reaches a limit ends with an error reply; it never ends the host, and the engine is ready for
//! the next run.

use std::time::Duration;

/// The limits of one run. `None` is no limit; memory always has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Machine instructions, work inside library functions included.
    pub instructions: Option<u64>,
    /// Bytes that the engine's heap may hold, libraries and loaded scripts included. Compiling a text may use as many.
    pub bytes: usize,
    /// Time on the clock, waiting for the host included; and for compiling a text. Looked at every [`Limits::CLOCK_INTERVAL`] instructions.
    pub wall_clock: Option<Duration>,
    /// Bytes of text in a reply: what its strings and numbers hold, and eight for each element.
    pub reply_bytes: usize,
}

impl Limits {
    /// How many instructions lie between two looks at the clock.
    pub const CLOCK_INTERVAL: u64 = 20_000;
}

impl Default for Limits {
    /// No limit of instructions or time, as in Redis; 512 MiB of memory, and replies of up to 512 MiB.
    fn default() -> Self {
        Self { instructions: None, bytes: 512 << 20, wall_clock: None, reply_bytes: 512 << 20 }
    }
}
