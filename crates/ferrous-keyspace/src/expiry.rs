//! Time: the clock that keys expire by.
//!
//! A key that has an expiry carries it as an absolute time in milliseconds since 1970; a look-up that finds the time gone
//! removes the key (lazy expiry), and [`crate::Keyspace::expire_some`] removes those that nobody looks up. A
//! script sees keys expire by the time at which it started. In Redis 7.0 `TIME`, and expiries that a script sets, go by the
//! clock that moves; for later targets time stands still while a script runs.
//!
//! **Invariant:** within one script, a key that was there stays there until somebody changes it.

use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970.
pub type Milliseconds = i64;

/// Where a keyspace takes the time from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clock {
    /// The computer's clock.
    #[default]
    System,
    /// A time, in microseconds since 1970, that only its owner moves: for tests and for replaying.
    Manual(i64),
}

impl Clock {
    /// Microseconds since 1970.
    #[must_use]
    pub fn microseconds(self) -> i64 {
        match self {
            Self::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .ok()
                .and_then(|since| i64::try_from(since.as_micros()).ok())
                .unwrap_or(0),
            Self::Manual(time) => time,
        }
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub fn milliseconds(self) -> Milliseconds {
        self.microseconds() / 1000
    }
}
