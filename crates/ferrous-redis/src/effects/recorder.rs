//! Has a host execute commands, and notes what they have changed: keeps each reply of a command that may change something, asks
//! what it has changed, and follows SELECT.
//!
//! An engine has one for its scripts. A server may use another for what its clients send, so that both are replicated alike.
//!
//! **Invariant:** a command is asked about once, after it has been executed.

use super::{EffectSink, Effects, Executed};
use crate::{
    compat::{Compat, Dialect},
    host::{CommandArgs, CommandFlags, Host, Replication, Request},
    reply::{RecordedReply, ReplyPart, ReplySink},
};

/// See the module's text.
#[derive(Clone, Debug)]
pub struct Recorder {
    /// What was noted.
    pub effects: Effects,
    /// The database that is selected.
    pub database: usize,
    /// The flags of the command that is asked for, where it is answered later.
    pub(crate) flags: CommandFlags,
    dialect: &'static Dialect,
}

impl Recorder {
    /// A recorder that has noted nothing.
    #[must_use]
    pub fn new(compat: Compat, database: usize) -> Self {
        let dialect = compat.dialect();
        Self { effects: Effects::default(), database, flags: CommandFlags::NONE, dialect }
    }

    /// Has the host execute a command with these flags and tell what it has changed.
    #[cold]
    pub fn execute(
        &mut self,
        request: &Request<'_>,
        flags: CommandFlags,
        host: &mut dyn Host,
        reply: &mut dyn ReplySink,
    ) {
        let mut copy = RecordedReply::default();
        let may_change = flags.contains(CommandFlags::WRITE) || flags.contains(CommandFlags::MAY_REPLICATE);
        if may_change || is_select(request.args) {
            host.execute(request, &mut copy);
            copy.replay(reply);
        } else {
            host.execute(request, reply);
        }
        self.note(request, flags, &copy, |executed, effects| host.effects(executed, effects));
    }

    /// Notes what `tell` says about a command that was executed.
    pub(crate) fn note(
        &mut self,
        request: &Request<'_>,
        flags: CommandFlags,
        reply: &RecordedReply,
        tell: impl FnOnce(&Executed<'_>, &mut EffectSink<'_>),
    ) {
        if is_select(request.args) && matches!(reply.parts(), [ReplyPart::Status(_)]) {
            let number = std::str::from_utf8(request.args.get(1).unwrap_or_default()).ok();
            self.database = number.and_then(|number| number.parse().ok()).unwrap_or(self.database);
            return;
        }
        let mut sink = EffectSink {
            effects: &mut self.effects,
            database: self.database,
            replication: request.replication,
            dialect: self.dialect,
        };
        tell(&Executed { request, flags, reply }, &mut sink);
    }

    /// Notes a command of the engine that is replicated as it was sent.
    pub(crate) fn note_command(&mut self, args: CommandArgs<'_>) {
        self.effects.push(self.database, Replication::default(), args.iter().collect());
    }
}

fn is_select(args: CommandArgs<'_>) -> bool {
    args.len() == 2 && args.name().eq_ignore_ascii_case(b"select")
}
