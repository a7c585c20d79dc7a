//! Commands on keys of any type: removing, expiring, renaming, copying, looking at.
//!
//! Expiries are absolute inside ([`crate::expiry`]); what a command gives relative to now is turned round here. A time that
//! is over already removes the key at once.
//!
//! **Invariant:** renaming, moving and copying take the expiry along.

use ferrous_redis::glob;

use super::{Call, interest::Interest, server::refused, shown};
use crate::{
    error::{CommandError, Outcome},
    expiry::Milliseconds,
    keyspace::DATABASES,
    object::ListLimit,
};

const SAME_OBJECT: CommandError = CommandError::Fixed("ERR source and destination objects are the same");
const NO_DATABASE: CommandError = CommandError::Fixed("ERR DB index is out of range");

/// `DEL key ...`: how many there were.
pub(super) fn del(call: &mut Call<'_>) -> Outcome {
    let removed = call.args_from(1).filter(|key| call.keyspace.remove(key)).count();
    call.reply_len(removed);
    Ok(())
}

/// `UNLINK key ...`: `DEL`; nothing is freed later.
pub(super) fn unlink(call: &mut Call<'_>) -> Outcome {
    del(call)
}

/// `EXISTS key ...`: how many there are; one named twice counts twice.
pub(super) fn exists(call: &mut Call<'_>) -> Outcome {
    let found = call.args_from(1).filter(|key| call.keyspace.contains(key)).count();
    call.reply_len(found);
    Ok(())
}

/// `TOUCH key ...`: `EXISTS`, since nobody asks when a key was used.
pub(super) fn touch(call: &mut Call<'_>) -> Outcome {
    exists(call)
}

/// `TYPE key`: the type's name, `none` without the key.
pub(super) fn type_of(call: &mut Call<'_>) -> Outcome {
    let name = call.keyspace.entry(call.arg(1)).map_or("none", |entry| entry.value.type_name());
    call.reply.status(name.as_bytes());
    Ok(())
}

/// The options of `EXPIRE`, and of `HEXPIRE`.
#[derive(Clone, Copy, Default)]
pub(super) struct ExpireOptions {
    only_new: bool,
    only_old: bool,
    only_later: bool,
    only_sooner: bool,
}

impl ExpireOptions {
    /// Whether they forbid the time `when` in the place of `current`.
    pub(super) fn refuse(self, current: Option<Milliseconds>, when: Milliseconds) -> bool {
        match current {
            None => self.only_old || self.only_later,
            Some(current) => {
                self.only_new || (self.only_later && when <= current) || (self.only_sooner && when >= current)
            }
        }
    }
}

/// Reads options, and finds those that exclude each other.
pub(super) fn expire_options<'a>(
    words: impl Iterator<Item = &'a [u8]>,
) -> Result<ExpireOptions, CommandError> {
    let mut options = ExpireOptions::default();
    for word in words {
        match word.to_ascii_lowercase().as_slice() {
            b"nx" => options.only_new = true,
            b"xx" => options.only_old = true,
            b"gt" => options.only_later = true,
            b"lt" => options.only_sooner = true,
            _ => {
                let word = shown(word, word.len());
                return Err(CommandError::Other([b"ERR Unsupported option ", word].concat().into()));
            }
        }
    }
    let ExpireOptions { only_new, only_old, only_later, only_sooner } = options;
    if only_new && (only_old || only_later || only_sooner) {
        return Err(CommandError::Fixed(
            "ERR NX and XX, GT or LT options at the same time are not compatible",
        ));
    }
    if only_later && only_sooner {
        return Err(CommandError::Fixed("ERR GT and LT options at the same time are not compatible"));
    }
    Ok(options)
}

/// Sets an expiry relative to `base`, in the order of checks of Redis. A time that is over removes the key.
fn set_expiry(call: &mut Call<'_>, seconds: bool, base: Milliseconds, command: &'static str) -> Outcome {
    let options = expire_options(call.args_from(3))?;
    let invalid = CommandError::ExpireTime(command);
    let amount = call.integer(2)?;
    let amount = if seconds { amount.checked_mul(1000).ok_or(invalid.clone())? } else { amount };
    let when = amount.checked_add(base).ok_or(invalid)?;
    let key = call.arg(1);
    let Some(entry) = call.keyspace.entry(key) else {
        call.reply.integer(0);
        return Ok(());
    };
    if options.refuse(entry.expires_at, when) {
        call.reply.integer(0);
        return Ok(());
    }
    if when <= call.keyspace.now() {
        call.keyspace.remove(key);
    } else {
        call.keyspace.set_expiry(key, Some(when));
    }
    call.reply.integer(1);
    Ok(())
}

/// `EXPIRE key seconds [NX|XX|GT|LT]`: 1, or 0 if a condition failed or the key is not there.
pub(super) fn expire(call: &mut Call<'_>) -> Outcome {
    let now = call.keyspace.now();
    set_expiry(call, true, now, "expire")
}

/// `PEXPIRE key milliseconds [NX|XX|GT|LT]`.
pub(super) fn pexpire(call: &mut Call<'_>) -> Outcome {
    let now = call.keyspace.now();
    set_expiry(call, false, now, "pexpire")
}

/// `EXPIREAT key seconds-since-1970 [NX|XX|GT|LT]`.
pub(super) fn expireat(call: &mut Call<'_>) -> Outcome {
    set_expiry(call, true, 0, "expireat")
}

/// `PEXPIREAT key milliseconds-since-1970 [NX|XX|GT|LT]`.
pub(super) fn pexpireat(call: &mut Call<'_>) -> Outcome {
    set_expiry(call, false, 0, "pexpireat")
}

/// Answers when a key goes: -2 without the key, -1 without an expiry.
fn answer_expiry(call: &mut Call<'_>, seconds: bool, absolute: bool) {
    let answer = match call.keyspace.entry(call.arg(1)).map(|entry| entry.expires_at) {
        None => -2,
        Some(None) => -1,
        Some(Some(when)) => {
            let base = if absolute { 0 } else { call.keyspace.now() };
            let milliseconds = when.saturating_sub(base).max(0);
            if seconds { milliseconds.saturating_add(500) / 1000 } else { milliseconds }
        }
    };
    call.reply.integer(answer);
}

/// `TTL key`: seconds left, rounded.
pub(super) fn ttl(call: &mut Call<'_>) -> Outcome {
    answer_expiry(call, true, false);
    Ok(())
}

/// `PTTL key`: milliseconds left.
pub(super) fn pttl(call: &mut Call<'_>) -> Outcome {
    answer_expiry(call, false, false);
    Ok(())
}

/// `EXPIRETIME key`: when it goes, in seconds since 1970.
pub(super) fn expiretime(call: &mut Call<'_>) -> Outcome {
    answer_expiry(call, true, true);
    Ok(())
}

/// `PEXPIRETIME key`: when it goes, in milliseconds since 1970.
pub(super) fn pexpiretime(call: &mut Call<'_>) -> Outcome {
    answer_expiry(call, false, true);
    Ok(())
}

/// `PERSIST key`: 1 if it had an expiry.
pub(super) fn persist(call: &mut Call<'_>) -> Outcome {
    let key = call.arg(1);
    let volatile = call.keyspace.entry(key).is_some_and(|entry| entry.expires_at.is_some());
    if volatile {
        call.keyspace.set_expiry(key, None);
    }
    call.reply_bool(volatile);
    Ok(())
}

/// Renames; whether it was done, which it is not if `only_new` and the new name is taken.
fn rename_key(call: &mut Call<'_>, only_new: bool) -> Result<bool, CommandError> {
    let (source, target) = (call.arg(1), call.arg(2));
    if !call.keyspace.contains(source) {
        return Err(CommandError::NoSuchKey);
    }
    if source == target {
        return Ok(!only_new);
    }
    if only_new && call.keyspace.contains(target) {
        return Ok(false);
    }
    let database = call.keyspace.selected();
    call.keyspace.move_key((database, source), (database, target));
    Ok(true)
}

/// `RENAME key newkey`: whatever the new key held goes, and the expiry moves along.
pub(super) fn rename(call: &mut Call<'_>) -> Outcome {
    rename_key(call, false)?;
    call.reply_ok();
    Ok(())
}

/// `RENAMENX key newkey`: 1, or 0 if the new key is there.
pub(super) fn renamenx(call: &mut Call<'_>) -> Outcome {
    let renamed = rename_key(call, true)?;
    call.reply_bool(renamed);
    Ok(())
}

/// Argument `index` as the number of a database.
pub(super) fn database_number(call: &Call<'_>, index: usize) -> Result<usize, CommandError> {
    let number = call.integer(index)?;
    if i32::try_from(number).is_err() {
        return Err(CommandError::Fixed(
            "ERR value is out of range, value must between -2147483648 and 2147483647",
        ));
    }
    usize::try_from(number).ok().filter(|&number| number < DATABASES).ok_or(NO_DATABASE)
}

/// Whether a key could go to another database or another name: the key is there and, unless `replace`, the other is not.
fn can_transfer(
    call: &mut Call<'_>,
    target: &[u8],
    database: usize,
    replace: bool,
) -> Result<bool, CommandError> {
    let home = call.keyspace.selected();
    if home == database && call.arg(1) == target {
        return Err(SAME_OBJECT);
    }
    if !call.keyspace.contains(call.arg(1)) {
        return Ok(false);
    }
    call.keyspace.select(database);
    let free = replace || !call.keyspace.contains(target);
    call.keyspace.select(home);
    Ok(free)
}

/// `COPY source target [DB n] [REPLACE]`: 1, or 0 if the target is there.
pub(super) fn copy(call: &mut Call<'_>) -> Outcome {
    let (mut database, mut replace) = (call.keyspace.selected(), false);
    let mut index = 3;
    while index < call.len() {
        if call.is_word(index, "replace") {
            replace = true;
        } else if call.is_word(index, "db") && index + 1 < call.len() {
            index += 1;
            database = database_number(call, index)?;
        } else {
            return Err(CommandError::Syntax);
        }
        index += 1;
    }
    let (source, target) = (call.arg(1), call.arg(2));
    let possible = can_transfer(call, target, database, replace)?;
    if possible && let Some(entry) = call.keyspace.entry(source).cloned() {
        let home = call.keyspace.selected();
        call.keyspace.select(database);
        call.keyspace.put(target, entry.value, entry.expires_at);
        call.keyspace.select(home);
    }
    call.reply_bool(possible);
    Ok(())
}

/// `MOVE key database`: 1, or 0 if it is there already.
pub(super) fn move_key(call: &mut Call<'_>) -> Outcome {
    let database = database_number(call, 2)?;
    let key = call.arg(1);
    let possible = can_transfer(call, key, database, false)?;
    if possible {
        let home = call.keyspace.selected();
        call.keyspace.move_key((home, key), (database, key));
    }
    call.reply_bool(possible);
    Ok(())
}

/// `KEYS pattern`.
pub(super) fn keys(call: &mut Call<'_>) -> Outcome {
    let pattern = call.arg(1);
    let now = call.keyspace.expiry_time();
    let entries = call.keyspace.database().iter();
    let live = entries.filter(|(key, entry)| glob::matches(pattern, key) && !entry.is_expired(now));
    let found: Vec<&[u8]> = live.map(|(key, _)| key).collect();
    call.reply.begin_array(found.len());
    let mut interest = Interest::default();
    let _ = found.iter().all(|key| {
        call.reply.bulk(key);
        interest.lasts(call.reply)
    });
    call.reply.end();
    Ok(())
}

/// `RANDOMKEY`: a key or null.
pub(super) fn randomkey(call: &mut Call<'_>) -> Outcome {
    loop {
        let bound = call.keyspace.len();
        let position = call.keyspace.random.below(bound);
        let Some(key) = call.keyspace.database().at(position).map(|(key, _)| key.to_vec()) else {
            call.reply.null();
            return Ok(());
        };
        // Looking a key up removes it if its time is over, so this ends.
        if call.keyspace.contains(&key) {
            call.reply.bulk(&key);
            return Ok(());
        }
    }
}

/// `OBJECT ENCODING|REFCOUNT|IDLETIME|FREQ key`: the encoding is the one that the target would have chosen, the others do
/// not change.
pub(super) fn object(call: &mut Call<'_>) -> Outcome {
    const NO_FREQUENCY: CommandError = CommandError::Fixed(
        "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when \
         switching between policies at runtime LRU and LFU data will take some time to adjust.",
    );
    let dialect = call.keyspace.dialect().keyspace;
    let limit = ListLimit::of(&call.keyspace.server.settings);
    let (name, key) = (call.arg(1).to_ascii_lowercase(), call.arg(2));
    match call.keyspace.entry(key) {
        None => call.reply.null(),
        Some(entry) => match name.as_slice() {
            b"encoding" => call.reply.bulk(entry.value.encoding(key, limit, dialect).as_bytes()),
            b"refcount" => call.reply.integer(entry.value.references(dialect)),
            b"idletime" => call.reply.integer(0),
            b"freq" => return Err(NO_FREQUENCY),
            _ => return refused(call),
        },
    }
    Ok(())
}
