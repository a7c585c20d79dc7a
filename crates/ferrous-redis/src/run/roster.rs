//! The runs of a pool that are under way: which of them is busy, and which one a kill is for.
//!
//! A server that runs one script at a time has one to kill. Here there may be many; the oldest counts, since it is the one that
//! somebody is waiting for.
//!
//! **Invariant:** a run that has been given up is not counted, though it may still be listed.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use crate::{
    busy::BusyRun,
    host::CommandArgs,
    kill::{KillError, KillHandle},
};

/// So many more may be listed than were under way when the list was last cleared, until it is cleared again.
const SLACK: usize = 64;

/// See the module's text.
#[derive(Default)]
pub(super) struct Roster {
    runs: BTreeMap<u64, Listed>,
    last: u64,
    /// When there are so many, those that were given up are looked for.
    full: usize,
}

struct Listed {
    handle: KillHandle,
    started: Instant,
    /// The function and the command that calls it; scripts are not told of.
    function: Option<BusyRun>,
}

impl Roster {
    /// Lists a run that has begun; its number.
    pub(super) fn add(&mut self, handle: KillHandle, function: Option<(&[u8], CommandArgs<'_>)>) -> u64 {
        if self.runs.len() >= self.full {
            self.runs.retain(|_, listed| listed.handle.is_running());
            self.full = self.runs.len() * 2 + SLACK;
        }
        self.last += 1;
        let started = Instant::now();
        let function = function.map(|(name, command)| BusyRun {
            name: name.to_vec(),
            is_function: true,
            command: command.iter().collect(),
            started,
        });
        self.runs.insert(self.last, Listed { handle, started, function });
        self.last
    }

    /// The run of that number has ended.
    pub(super) fn remove(&mut self, number: u64) {
        self.runs.remove(&number);
    }

    fn under_way(&self) -> impl Iterator<Item = &Listed> {
        self.runs.values().filter(|listed| listed.handle.is_running())
    }

    /// Whether the oldest run has taken so long, and if so whether it is a function.
    pub(super) fn busy(&self, threshold: Duration) -> Option<bool> {
        let oldest = self.under_way().next()?;
        (oldest.started.elapsed() >= threshold).then_some(oldest.function.is_some())
    }

    /// The oldest function.
    pub(super) fn function(&self) -> Option<&BusyRun> {
        self.under_way().find_map(|listed| listed.function.as_ref())
    }

    /// Kills the oldest run that SCRIPT KILL, or FUNCTION KILL, can kill.
    ///
    /// # Errors
    /// Why the oldest run cannot be killed, if none can.
    pub(super) fn kill(&self, function: bool) -> Result<(), KillError> {
        let mut first_error = None;
        for listed in self.under_way() {
            match if function { listed.handle.kill_function() } else { listed.handle.kill() } {
                Ok(()) => return Ok(()),
                Err(error) => first_error = first_error.or(Some(error)),
            }
        }
        Err(first_error.unwrap_or(KillError::NotBusy))
    }
}
