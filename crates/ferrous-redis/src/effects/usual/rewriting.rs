//! The rules: what stands for a command in its replication.
//!
//! [`Rewriting::rewrite`] has an arm for each command that is not replicated as it was sent; one that `None` comes out of is. Times
//! become points in time, floating-point sums and popped members what they came to.
//!
//! **Invariant:** a rule asks only the words, the reply and [`Afterwards`], which are as the command left them.

use super::{Afterwards, is_nothing, strings};
use crate::{
    effects::EffectSink,
    host::CommandArgs,
    reply::{RecordedReply, ReplyPart},
};

/// How a time is given.
#[derive(Clone, Copy)]
struct Unit {
    milliseconds: i64,
    relative: bool,
}

impl Unit {
    /// By the option's name, or by the command's, which ends in the option's.
    fn of(option: &[u8]) -> Option<Self> {
        let (milliseconds, relative) = match option {
            b"ex" | b"expire" | b"setex" => (1000, true),
            b"px" | b"pexpire" | b"psetex" => (1, true),
            b"exat" | b"expireat" => (1000, false),
            b"pxat" | b"pexpireat" => (1, false),
            _ => return None,
        };
        Some(Self { milliseconds, relative })
    }
}

/// How many members one SREM names.
const BATCH: usize = 1024;

pub(super) struct Rewriting<'a, 's, 'e> {
    pub(super) args: CommandArgs<'a>,
    pub(super) reply: &'a RecordedReply,
    pub(super) keyspace: &'a dyn Afterwards,
    pub(super) effects: &'s mut EffectSink<'e>,
}

impl<'a> Rewriting<'a, '_, '_> {
    fn arg(&self, index: usize) -> &'a [u8] {
        self.args.get(index).unwrap_or_default()
    }

    /// Tells what stands for the command; `None`: itself.
    pub(super) fn rewrite(self, name: &[u8]) -> Option<()> {
        let key = self.arg(1);
        match name {
            b"set" => self.set(),
            b"setex" | b"psetex" => {
                let time = self.time(name, self.arg(2))?;
                self.effects.push(&[b"SET", key, self.arg(3), b"PXAT", time.as_bytes()]);
                Some(())
            }
            b"getset" => {
                self.effects.push(&[b"SET", key, self.arg(2)]);
                Some(())
            }
            b"getdel" => {
                self.effects.push(&[b"DEL", key]);
                Some(())
            }
            b"delifeq" => {
                self.effects.push(&[b"DEL", key]);
                Some(())
            }
            b"expire" | b"pexpire" | b"expireat" | b"pexpireat" => {
                let given = self.arg(2);
                self.expire(name, given)
            }
            b"hexpire" | b"hpexpire" | b"hexpireat" | b"hpexpireat" => self.expire_fields(name.get(1..)?),
            b"hgetex" => self.hgetex(),
            b"hgetdel" => strings(self.reply).next().is_none().then_some(()),
            b"hpersist" => (!self.reply.parts().contains(&ReplyPart::Integer(1))).then_some(()),
            b"hsetex" => self.absolute_time(2, &[b"fnx", b"fxx", b"nx", b"xx"], b"fields"),
            b"msetex" => {
                let pairs: usize = std::str::from_utf8(key).ok()?.parse().ok()?;
                self.absolute_time(pairs.checked_mul(2)?.checked_add(2)?, &[], b"")
            }
            b"getex" => self.getex(),
            b"incrbyfloat" => {
                let value = strings(self.reply).next()?;
                self.effects.push(&[b"SET", key, value, b"KEEPTTL"]);
                Some(())
            }
            b"hincrbyfloat" => {
                let value = strings(self.reply).next()?;
                self.effects.push(&[b"HSET", key, self.arg(2), value]);
                Some(())
            }
            b"spop" => self.spop(),
            b"lmpop" | b"blmpop" => self.pop(&[b"LEFT", b"RIGHT"], &["LPOP", "RPOP"]),
            b"zmpop" | b"bzmpop" => self.pop(&[b"MIN", b"MAX"], &["ZPOPMIN", "ZPOPMAX"]),
            b"blpop" | b"brpop" | b"bzpopmin" | b"bzpopmax" => {
                let key = strings(self.reply).next()?;
                self.effects.push(&[name.get(1..)?.to_ascii_uppercase().as_slice(), key]);
                Some(())
            }
            b"brpoplpush" => {
                self.effects.push(&[b"RPOPLPUSH", key, self.arg(2)]);
                Some(())
            }
            b"blmove" => {
                self.effects.push(&[b"LMOVE", key, self.arg(2), self.arg(3), self.arg(4)]);
                Some(())
            }
            b"xadd" | b"xtrim" => self.trim(name == b"xadd"),
            b"restore" => self.restore(),
            _ => None,
        }
    }

    /// A time as it was given, as milliseconds since 1970.
    fn time(&self, option: &[u8], given: &[u8]) -> Option<String> {
        Some(self.milliseconds(option, given)?.to_string())
    }

    fn milliseconds(&self, option: &[u8], given: &[u8]) -> Option<i64> {
        let unit = Unit::of(option)?;
        let given: i64 = std::str::from_utf8(given).ok()?.parse().ok()?;
        let base = if unit.relative { self.keyspace.now() } else { 0 };
        given.checked_mul(unit.milliseconds)?.checked_add(base)
    }

    /// Whether a SET has stored its value. Without GET it says so; with it, that depends on what was there before.
    fn has_set(&self) -> bool {
        let find =
            |word: &str| (3..self.args.len()).find(|&at| self.arg(at).eq_ignore_ascii_case(word.as_bytes()));
        let was_there = !matches!(self.reply.parts(), [ReplyPart::Null | ReplyPart::NullArray]);
        if find("get").is_none() {
            was_there
        } else if let Some(at) = find("ifeq") {
            strings(self.reply).next() == Some(self.arg(at + 1))
        } else if find("nx").is_some() {
            !was_there
        } else {
            was_there || find("xx").is_none()
        }
    }

    fn set(self) -> Option<()> {
        if !self.has_set() {
            return Some(());
        }
        let (key, value) = (self.arg(1), self.arg(2));
        let mut kept: Vec<&[u8]> = vec![self.arg(0), key, value];
        for index in 3..self.args.len() {
            let word = self.arg(index).to_ascii_lowercase();
            if let Some(time) = self.time(&word, self.arg(index + 1)) {
                self.effects.push(&[b"SET", key, value, b"PXAT", time.as_bytes()]);
                return Some(());
            }
            if word != b"get" {
                kept.push(self.arg(index));
            }
        }
        self.effects.push(&kept);
        Some(())
    }

    /// An expiry; one that is over already has removed the key.
    fn expire(self, option: &[u8], given: &[u8]) -> Option<()> {
        let time = self.milliseconds(option, given)?;
        let key = self.arg(1);
        if time <= self.keyspace.now() {
            self.effects.push(&[self.effects.dialect.removal.as_bytes(), key]);
        } else {
            self.effects.push(&[b"PEXPIREAT", key, time.to_string().as_bytes()]);
        }
        Some(())
    }

    fn getex(self) -> Option<()> {
        let option = self.arg(2).to_ascii_lowercase();
        if is_nothing(self.reply) || option.is_empty() {
            return Some(());
        }
        if option == b"persist" {
            self.effects.push(&[b"PERSIST", self.arg(1)]);
            return Some(());
        }
        let given = self.arg(3);
        self.expire(&option, given)
    }

    /// The fields of a hash that a command names after `FIELDS` and their number.
    fn fields(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let args = self.args;
        let is_word = |&at: &usize| args.get(at).is_some_and(|word| word.eq_ignore_ascii_case(b"fields"));
        let first = (2..args.len()).find(is_word).map_or(args.len(), |at| at + 2);
        (first..args.len()).filter_map(move |at| args.get(at))
    }

    /// Pushes a command about fields of the hash, if there are any.
    fn push_fields(&mut self, start: &[&[u8]], fields: &[&[u8]]) {
        if !fields.is_empty() {
            self.effects.push(&[start, fields].concat());
        }
    }

    /// The expiry of fields: the reply says for each whether it has changed (1) or gone (2).
    fn expire_fields(mut self, option: &[u8]) -> Option<()> {
        let key = self.arg(1);
        let time = self.time(option, self.arg(2))?;
        let parts = self.reply.parts().get(1..).unwrap_or_default();
        let gone: Vec<&[u8]> = self
            .fields()
            .zip(parts)
            .filter(|&(_, part)| *part == ReplyPart::Integer(2))
            .map(|(field, _)| field)
            .collect();
        self.push_fields(&[b"HDEL", key], &gone);
        if parts.contains(&ReplyPart::Integer(1)) {
            let words: Vec<&[u8]> = self.args.iter().skip(3).collect();
            self.push_fields(&[b"HPEXPIREAT", key, time.as_bytes()], &words);
        }
        Some(())
    }

    /// HGETEX as what has changed of the fields that are there.
    fn hgetex(mut self) -> Option<()> {
        let (key, option) = (self.arg(1), self.arg(2).to_ascii_lowercase());
        let parts = self.reply.parts().get(1..).unwrap_or_default();
        let there: Vec<&[u8]> = self
            .fields()
            .zip(parts)
            .filter(|(_, part)| matches!(part, ReplyPart::Bulk(_)))
            .map(|(field, _)| field)
            .collect();
        let count = there.len().to_string();
        if option == b"persist" {
            self.push_fields(&[b"HPERSIST", key, b"FIELDS", count.as_bytes()], &there);
        } else if let Some(time) = self.milliseconds(&option, self.arg(3)) {
            if time <= self.keyspace.now() {
                self.push_fields(&[b"HDEL", key], &there);
            } else {
                let time = time.to_string();
                self.push_fields(&[b"HPEXPIREAT", key, time.as_bytes(), b"FIELDS", count.as_bytes()], &there);
            }
        }
        Some(())
    }

    /// The command with its time, which stands among options from `at` on and before the word `end`, as a point in time; without
    /// the conditions, which have held.
    fn absolute_time(self, at: usize, conditions: &[&[u8]], end: &[u8]) -> Option<()> {
        let mut words: Vec<Vec<u8>> = self.args.iter().take(at).map(<[u8]>::to_vec).collect();
        let mut rest = at;
        while rest < self.args.len() && !self.arg(rest).eq_ignore_ascii_case(end) {
            let word = self.arg(rest).to_ascii_lowercase();
            if let Some(time) = self.time(&word, self.arg(rest + 1)) {
                words.extend([b"PXAT".to_vec(), time.into_bytes()]);
                rest += 1;
            } else if !conditions.contains(&word.as_slice()) {
                words.push(self.arg(rest).to_vec());
            }
            rest += 1;
        }
        words.extend(self.args.iter().skip(rest).map(<[u8]>::to_vec));
        self.effects.push(&words);
        Some(())
    }

    fn spop(self) -> Option<()> {
        let key = self.arg(1);
        if self.args.len() > 2 && !self.keyspace.exists(key) {
            self.effects.push(&[self.effects.dialect.removal.as_bytes(), key]);
            return Some(());
        }
        let members: Vec<&[u8]> = strings(self.reply).collect();
        for batch in members.chunks(BATCH) {
            self.effects.push(&[&[b"SREM", key], batch].concat());
        }
        Some(())
    }

    /// A pop from the first of several keys that holds something: the reply names the key, and lists what was popped, each
    /// as one string.
    fn pop(self, sides: &[&[u8]; 2], names: &[&str; 2]) -> Option<()> {
        let side = self
            .args
            .iter()
            .skip(2)
            .find_map(|word| sides.iter().position(|side| word.eq_ignore_ascii_case(side)))?;
        let mut words = strings(self.reply);
        let key = words.next()?;
        let count = words.count().to_string();
        self.effects.push(&[names.get(side)?.as_bytes(), key, count.as_bytes()]);
        Some(())
    }

    /// XADD with the entry's name, and trimming to what it came to.
    fn trim(self, adds: bool) -> Option<()> {
        let mut words: Vec<Vec<u8>> = self.args.iter().map(<[u8]>::to_vec).collect();
        let mut at = 2;
        while let Some(word) = words.get(at).map(|word| word.to_ascii_lowercase()) {
            match word.as_slice() {
                b"maxlen" | b"minid" => {
                    let about = self.arg(at + 1) == b"~";
                    if about
                        && word == b"maxlen"
                        && let Some(length) = self.keyspace.stream_length(self.arg(1))
                    {
                        *words.get_mut(at + 1)? = b"=".to_vec();
                        *words.get_mut(at + 2)? = length.to_string().into_bytes();
                    }
                    at += if about || self.arg(at + 1) == b"=" { 3 } else { 2 };
                }
                b"limit" => at += 2,
                b"nomkstream" => at += 1,
                _ => break,
            }
        }
        if adds && let Some(name) = strings(self.reply).next() {
            *words.get_mut(at)? = name.to_vec();
        }
        self.effects.push(&words);
        Some(())
    }

    /// RESTORE with the time at which the key expires.
    fn restore(self) -> Option<()> {
        let absolute = self.args.iter().skip(4).any(|word| word.eq_ignore_ascii_case(b"absttl"));
        let time = self.milliseconds(b"px", self.arg(2)).filter(|_| !absolute && self.arg(2) != b"0")?;
        let time = time.to_string();
        let words: Vec<&[u8]> = self
            .args
            .iter()
            .enumerate()
            .map(|(index, word)| if index == 2 { time.as_bytes() } else { word })
            .chain([b"ABSTTL".as_slice()])
            .collect();
        self.effects.push(&words);
        Some(())
    }
}
