//! Replays recorded probes against an endpoint and compares reply bytes.
//!
//! Two orders, which have to agree:
//! - *ordered*, as recorded: a reset where a section begins, then its probes on one connection, so that keyspace,
//!   loaded libraries and the random generator carry over;
//! - *standalone*: for each probe a reset and its own setup.
//!
//! A reset is a fresh connection (a child is kept and put back to RESP2), FLUSHALL, SCRIPT FLUSH, FUNCTION FLUSH.
//! An endpoint that dies, hangs or answers something that is not RESP costs that probe only: it is started again, in
//! ordered replay with the section's state lost.

use crate::address;
use crate::endpoint::{Endpoint, Trouble};
use crate::probe::{Probe, Recorded};
use crate::resp;

/// In which order, and with which state, probes are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// As recorded, state carried over within a section.
    Ordered,
    /// Each by itself.
    Standalone,
}

/// What became of one probe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The reply has the recorded bytes, addresses blanked.
    Identical,
    /// It has not; holds the recorded and the received reply (or the trouble) for the reader.
    Different {
        /// The recorded reply.
        want: String,
        /// The reply received, or what happened instead.
        got: String,
    },
    /// The recorded reply cannot be compared; holds the reason.
    Excluded(String),
}

/// Replays probes in order of their numbers; a verdict for each.
#[must_use]
pub fn replay(probes: &[Probe], recorded: Recorded, order: Order, endpoint: Endpoint) -> Vec<Verdict> {
    let mut replay =
        Replay { endpoint, recorded, order, broken: true, resp: 2, section: None, in_fresh_process: false };
    probes.iter().map(|probe| replay.run(probe)).collect()
}

struct Replay<'a> {
    endpoint: Endpoint,
    recorded: Recorded,
    order: Order,
    /// The endpoint has to be started (again) before the next probe.
    broken: bool,
    /// Protocol version of the connection.
    resp: u8,
    /// The section whose state the endpoint holds.
    section: Option<&'a str>,
    /// The probe before needed a fresh process, so the next one that does goes on with it.
    in_fresh_process: bool,
}

impl<'a> Replay<'a> {
    fn run(&mut self, probe: &'a Probe) -> Verdict {
        let excluded = probe.excluded(self.recorded).map(ToString::to_string);
        let want = probe.reply(self.recorded);
        if want.is_none() {
            // The recorded server died here and went on empty.
            self.section = None;
        }
        if let Some(reason) = excluded {
            return Verdict::Excluded(reason);
        }
        if probe.fresh_process && !self.endpoint.is_program() {
            return Verdict::Excluded("needs a process that has drawn no random number yet".into());
        }
        let want = want.unwrap_or_default();
        match self.reply(probe) {
            Ok(got) if address::blank(&got) == address::blank(&want) => Verdict::Identical,
            Ok(got) => Verdict::Different { want: resp::show(&want, 400), got: resp::show(&got, 400) },
            Err(trouble) => {
                self.broken = true;
                self.endpoint.close();
                Verdict::Different { want: resp::show(&want, 400), got: trouble.to_string() }
            }
        }
    }

    fn reply(&mut self, probe: &'a Probe) -> Result<Vec<u8>, Trouble> {
        let standalone = self.order == Order::Standalone;
        let needs_process = probe.fresh_process && (standalone || !self.in_fresh_process);
        if standalone || self.broken || needs_process || self.section != Some(&probe.section) {
            self.reset(probe.fresh_process)?;
            self.section = Some(&probe.section);
        }
        self.in_fresh_process = probe.fresh_process;
        if probe.resp != self.resp {
            self.resp = probe.resp;
            self.endpoint.call(&["HELLO", &probe.resp.to_string()])?;
        }
        if standalone || probe.setup_always {
            for command in probe.setup(self.recorded) {
                self.endpoint.call(&command)?;
            }
        }
        self.endpoint.call(&probe.command())
    }

    fn reset(&mut self, new_process: bool) -> Result<(), Trouble> {
        if new_process || self.broken {
            self.endpoint.restart()?;
            self.broken = false;
        } else {
            self.endpoint.refresh()?;
            if self.resp != 2 {
                self.endpoint.call(&["HELLO", "2"])?;
            }
        }
        self.resp = 2;
        self.endpoint.call(&["FLUSHALL"])?;
        self.endpoint.call(&["SCRIPT", "FLUSH"])?;
        self.endpoint.call(&["FUNCTION", "FLUSH"])?;
        Ok(())
    }
}
