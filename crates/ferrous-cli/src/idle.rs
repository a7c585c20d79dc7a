//! Waiting for standard input, and what is done meanwhile: the engine gives back the memory that it does not need.
//!
//! What runs have left is freed at once. The memory of the largest run is kept for the next one; when no input has come for a
//! while that is given back too, a little each time.
//!
//! **Invariant:** input that has come is waited for no longer than one such time.

use std::time::Duration;

use crate::server::Server;

/// How long nothing must have come.
const QUIET: Duration = Duration::from_secs(2);
/// How long input is waited for between two times: some 10 MB a second are given back.
const INTERVAL: Duration = Duration::from_millis(10);

/// Returns when there is input, or nothing is left to do.
pub(crate) fn rest(server: &mut Server) {
    let mut wait = QUIET;
    while server.is_unsettled() {
        let is_reclaiming = server.is_reclaiming();
        if has_input(if is_reclaiming { Duration::ZERO } else { wait }) {
            return;
        }
        server.settle();
        if !is_reclaiming {
            wait = INTERVAL;
        }
    }
}

/// Whether input comes within some time, or cannot be waited for.
#[cfg(unix)]
fn has_input(wait: Duration) -> bool {
    use std::os::fd::AsFd as _;

    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

    let stdin = std::io::stdin();
    let mut watched = [PollFd::new(stdin.as_fd(), PollFlags::POLLIN)];
    let timeout = PollTimeout::try_from(wait).unwrap_or(PollTimeout::ZERO);
    poll(&mut watched, timeout) != Ok(0)
}

/// Elsewhere it cannot be asked for without taking it.
#[cfg(not(unix))]
fn has_input(_: Duration) -> bool {
    true
}
