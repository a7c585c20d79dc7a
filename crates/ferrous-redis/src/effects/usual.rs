//! The form in which Redis replicates its commands: what depends on the clock, on chance or on rounding is replaced by what came
//! of it.
//!
//! The rules go by the command's words and its reply, and ask little of the keyspace ([`Afterwards`]), so that a host need not have
//! them. A command that has no rule is replicated as it was sent.
//!
//! **Invariant:** what is told leaves a copy of the keyspace as the command left the keyspace.

mod rewriting;

use std::time::{SystemTime, UNIX_EPOCH};

use rewriting::Rewriting;

use super::{EffectSink, Executed};
use crate::{
    host::{CommandArgs, CommandFlags, Replication},
    reply::{RecordedReply, ReplyPart},
};

/// What the rules ask about the keyspace, after the command.
pub trait Afterwards {
    /// The time that the command went by, in milliseconds since 1970.
    fn now(&self) -> i64;

    /// Whether the key is still there: SPOP of a count may have taken all.
    fn exists(&self, key: &[u8]) -> bool;

    /// How many entries a stream has, if that is known: trimming about to a length is replicated as trimming to that one.
    fn stream_length(&self, key: &[u8]) -> Option<usize>;

    /// Whether the command has changed anything: PFCOUNT sometimes stores what it has counted.
    fn changed(&self) -> bool;
}

/// A keyspace that nobody can ask: the time is the system's.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unknown;

impl Afterwards for Unknown {
    fn now(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }

    fn exists(&self, _: &[u8]) -> bool {
        true
    }

    fn stream_length(&self, _: &[u8]) -> Option<usize> {
        None
    }

    fn changed(&self) -> bool {
        false
    }
}

/// Commands that have changed nothing if they reply 0, less, null, or an empty array.
const SILENT: &[&[u8]] = &[
    b"blmove",
    b"blmpop",
    b"blpop",
    b"brpop",
    b"brpoplpush",
    b"bzmpop",
    b"bzpopmax",
    b"bzpopmin",
    b"copy",
    b"del",
    b"delifeq",
    b"expire",
    b"expireat",
    b"getdel",
    b"hdel",
    b"hsetex",
    b"hsetnx",
    b"linsert",
    b"lmove",
    b"lmpop",
    b"lpop",
    b"lpushx",
    b"lrem",
    b"move",
    b"msetex",
    b"msetnx",
    b"persist",
    b"pexpire",
    b"pexpireat",
    b"pfadd",
    b"renamenx",
    b"rpop",
    b"rpoplpush",
    b"rpushx",
    b"sadd",
    b"setnx",
    b"smove",
    b"spop",
    b"srem",
    b"unlink",
    b"xadd",
    b"xdel",
    b"xtrim",
    b"zmpop",
    b"zpopmax",
    b"zpopmin",
    b"zrem",
    b"zremrangebylex",
    b"zremrangebyrank",
    b"zremrangebyscore",
];

/// Whether a command that writes may find nothing to change, and then says so in its reply.
#[must_use]
pub fn may_change_nothing(name: &[u8]) -> bool {
    SILENT.contains(&name.to_ascii_lowercase().as_slice())
}

/// Tells the effects of a command.
pub(super) fn tell(executed: &Executed<'_>, keyspace: &dyn Afterwards, effects: &mut EffectSink<'_>) {
    let (args, reply) = (executed.request.args, executed.reply);
    if matches!(reply.parts(), [ReplyPart::Error(_)]) {
        return;
    }
    let name = args.name().to_ascii_lowercase();
    if executed.flags.contains(CommandFlags::WRITE) {
        if !(SILENT.contains(&name.as_slice()) && is_nothing(reply)) {
            let command = Rewriting { args, reply, keyspace, effects: &mut *effects };
            if command.rewrite(&name).is_none() {
                push_args(args, effects);
            }
        }
    } else if executed.flags.contains(CommandFlags::MAY_REPLICATE) && name.ends_with(b"publish") {
        // The file has no use for it.
        effects.replication = Replication { aof: false, ..effects.replication };
        push_args(args, effects);
    } else if executed.flags.contains(CommandFlags::MAY_REPLICATE) && name == b"pfcount" && keyspace.changed()
    {
        push_args(args, effects);
    }
}

fn push_args(args: CommandArgs<'_>, effects: &mut EffectSink<'_>) {
    effects.effects.push(effects.database, effects.replication, args.iter().collect());
}

fn is_nothing(reply: &RecordedReply) -> bool {
    match reply.parts() {
        [ReplyPart::Null | ReplyPart::NullArray] => true,
        [ReplyPart::Integer(number)] => *number <= 0,
        [first, ..] => {
            matches!(first, ReplyPart::Array(0) | ReplyPart::Set(0) | ReplyPart::Map(0))
        }
        [] => false,
    }
}

/// The bulk strings of a reply, in order, whatever they are nested in.
fn strings(reply: &RecordedReply) -> impl Iterator<Item = &[u8]> {
    reply.parts().iter().filter_map(|part| match part {
        ReplyPart::Bulk(bytes) => Some(bytes.as_slice()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        compat::Compat,
        effects::Effects,
        host::{ArgsBuffer, Protocol, Request},
        reply::ReplySink,
    };

    /// What a host that says nothing of its own has replicated.
    fn told(line: &str, reply: impl FnOnce(&mut RecordedReply)) -> String {
        let args: ArgsBuffer = line.split(' ').collect();
        let mut recorded = RecordedReply::default();
        reply(&mut recorded);
        let replication = Replication::default();
        let request =
            Request { args: args.args(), protocol: Protocol::Resp2, replication, from_script: true };
        let mut effects = Effects::default();
        let dialect = Compat::Redis70.dialect();
        let mut sink = EffectSink { effects: &mut effects, database: 0, replication, dialect };
        let executed = Executed { request: &request, flags: CommandFlags::WRITE, reply: &recorded };
        tell(&executed, &Unknown, &mut sink);
        let commands = effects.iter().map(|effect| {
            let words: Vec<_> = effect.command().iter().map(String::from_utf8_lossy).collect();
            words.join(" ")
        });
        commands.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn a_set_that_stores_nothing_has_no_effect() {
        let stored = "SET k v PXAT 5";
        for (options, reply, wanted) in [
            ("PXAT 5", Some("+OK"), stored),
            ("NX PXAT 5", Some("+OK"), stored),
            ("NX PXAT 5", None, ""),
            ("XX PXAT 5", None, ""),
            ("nx", None, ""),
            ("GET PXAT 5", None, stored),
            ("GET PXAT 5", Some("old"), stored),
            ("NX GET PXAT 5", None, stored),
            ("NX GET PXAT 5", Some("old"), ""),
            ("XX GET PXAT 5", None, ""),
            ("XX GET PXAT 5", Some("old"), stored),
            ("IFEQ old PXAT 5", None, ""),
            ("IFEQ old GET PXAT 5", Some("old"), stored),
            ("IFEQ old GET PXAT 5", Some("other"), ""),
        ] {
            let write = |sink: &mut RecordedReply| match reply.map(|text| text.strip_prefix('+').ok_or(text))
            {
                Some(Ok(status)) => sink.status(status.as_bytes()),
                Some(Err(text)) => sink.bulk(text.as_bytes()),
                None => sink.null(),
            };
            assert_eq!(told(&format!("set k v {options}"), write), wanted, "{options} {reply:?}");
        }
    }
}
