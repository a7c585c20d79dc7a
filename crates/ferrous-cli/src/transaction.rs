//! Transactions of a client: MULTI, EXEC, DISCARD, WATCH, UNWATCH.
//!
//! Between MULTI and EXEC commands are checked and queued; a bad one spoils the transaction. The keyspace knows what is watched.
//!
//! **Invariant:** nothing is queued, and nothing spoilt, outside of MULTI.

use ferrous_keyspace::{Keyspace, command};
use ferrous_redis::{
    compat::Dialect,
    host::{ArgsBuffer, CommandArgs, CommandFlags, Host as _},
};

/// The commands that are carried out here.
const OWN: [&[u8]; 5] = [b"multi", b"exec", b"discard", b"watch", b"unwatch"];

/// What is to become of a command.
pub(crate) enum Step {
    /// Execute it.
    Execute,
    /// Execute these, and answer all their replies in one array.
    ExecuteAll(Vec<ArgsBuffer>),
    /// Answer this status.
    Status(&'static str),
    /// Answer null: a watched key has changed.
    Null,
    /// Answer QUEUED.
    Queued,
    /// Answer this error, which the keyspace has counted: the command was not carried out.
    Refuse(Vec<u8>),
    /// Answer this error of the command itself.
    Fail(Vec<u8>),
}

/// What a connection has begun.
#[derive(Debug, Default)]
pub(crate) struct Transaction {
    /// The commands since MULTI.
    queue: Option<Vec<ArgsBuffer>>,
    /// Whether one of them was bad.
    spoilt: bool,
}

impl Transaction {
    /// Forgets everything.
    pub(crate) fn reset(&mut self, keyspace: &mut Keyspace) {
        *self = Self::default();
        keyspace.unwatch();
    }

    /// Judges the next command. `declared` tells the flags of the script that it runs.
    pub(crate) fn step(
        &mut self,
        args: CommandArgs<'_>,
        declared: impl FnOnce() -> Option<CommandFlags>,
        keyspace: &mut Keyspace,
        dialect: &Dialect,
    ) -> Step {
        let queues = self.queue.is_some();
        let own = OWN.iter().any(|name| args.name().eq_ignore_ascii_case(name));
        if !queues && !own {
            return Step::Execute;
        }
        let name = args.name().to_ascii_lowercase();
        if let Err(error) = command::check(args, keyspace) {
            if name == b"exec" {
                self.reset(keyspace);
                let text = error.text();
                let text = text.strip_prefix(b"ERR ").unwrap_or(&text);
                return Step::Refuse([b"EXECABORT Transaction discarded because of: ", text].concat());
            }
            self.spoilt |= queues;
            return Step::Refuse(error.text().into_owned());
        }
        let leaves = matches!(name.as_slice(), b"exec" | b"discard" | b"quit" | b"reset");
        if let Some(text) = keyspace.refuse(args, declared, queues && !leaves) {
            self.spoilt |= queues;
            return Step::Refuse(text);
        }
        match name.as_slice() {
            b"multi" | b"watch" if queues => self.nested(args, &name, keyspace, dialect),
            b"multi" => {
                self.queue = Some(Vec::new());
                Step::Status("OK")
            }
            b"discard" if queues => {
                self.reset(keyspace);
                Step::Status("OK")
            }
            b"exec" if queues => self.exec(keyspace),
            b"exec" | b"discard" => {
                let name = name.to_ascii_uppercase();
                Step::Fail([b"ERR ", name.as_slice(), b" without MULTI"].concat())
            }
            b"watch" => {
                args.iter().skip(1).for_each(|key| keyspace.watch(key));
                Step::Status("OK")
            }
            b"unwatch" if !queues => {
                keyspace.unwatch();
                Step::Status("OK")
            }
            b"quit" | b"reset" => Step::Execute,
            b"client" if dialect.spoils_transaction.is_some() && is_reply(args) => {
                self.nested(args, b"client|reply", keyspace, dialect)
            }
            _ => {
                if let Some(queue) = &mut self.queue {
                    queue.push(args.iter().collect());
                }
                Step::Queued
            }
        }
    }

    /// What MULTI or WATCH, or what else is never queued, gets in a transaction.
    fn nested(
        &mut self,
        args: CommandArgs<'_>,
        name: &[u8],
        keyspace: &mut Keyspace,
        dialect: &Dialect,
    ) -> Step {
        if let Some(text) = dialect.spoils_transaction {
            self.spoilt = true;
            let text = format!("ERR {}", text.replace("{}", &String::from_utf8_lossy(name))).into_bytes();
            keyspace.count_error(&text);
            keyspace.refused(args);
            return Step::Refuse(text);
        }
        let text: &[u8] = match name {
            b"multi" => b"ERR MULTI calls can not be nested",
            _ => b"ERR WATCH inside MULTI is not allowed",
        };
        Step::Fail(text.to_vec())
    }

    fn exec(&mut self, keyspace: &mut Keyspace) -> Step {
        let Self { queue, spoilt } = std::mem::take(self);
        let changed = keyspace.unwatch();
        if spoilt {
            return Step::Fail(b"EXECABORT Transaction discarded because of previous errors.".to_vec());
        }
        if changed {
            return Step::Null;
        }
        Step::ExecuteAll(queue.unwrap_or_default())
    }
}

/// Whether it is CLIENT REPLY.
fn is_reply(args: CommandArgs<'_>) -> bool {
    args.get(1).is_some_and(|word| word.eq_ignore_ascii_case(b"reply"))
}
