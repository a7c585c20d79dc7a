//! What streams remember of themselves: `XINFO STREAM`, and `XSETID`, which changes it.
//!
//! There are no consumer groups, so those are answered as of a stream that has none.
//!
//! **Invariant:** the last id is never set below an entry's.

use super::{
    Call,
    server::refused,
    stream::{answer_entries, answer_entry, parse_id},
    subcommand_syntax,
};
use crate::{
    error::{CommandError, Outcome},
    object::{Marks, Stream, StreamId},
};

/// How many entries `XINFO STREAM key FULL` shows.
const SHOWN_ENTRIES: usize = 10;

/// `XINFO STREAM|GROUPS|CONSUMERS key ...`.
pub(super) fn xinfo(call: &mut Call<'_>) -> Outcome {
    let key = call.arg(2);
    if call.keyspace.read::<Stream>(key)?.is_none() {
        return Err(CommandError::NoSuchKey);
    }
    match call.arg(1).to_ascii_lowercase().as_slice() {
        b"stream" => stream(call, key),
        b"groups" => {
            call.reply_empty();
            Ok(())
        }
        b"consumers" => {
            let parts = [b"NOGROUP No such consumer group '", call.arg(3), b"' for key name '", key, b"'"];
            Err(CommandError::Other(parts.concat().into()))
        }
        _ => refused(call),
    }
}

/// How many entries `XINFO STREAM key [FULL [COUNT n]]` asks for; `None` without `FULL`.
fn entries_asked(call: &Call<'_>) -> Result<Option<usize>, CommandError> {
    match call.len() {
        3 => Ok(None),
        4 if call.is_word(3, "full") => Ok(Some(SHOWN_ENTRIES)),
        6 if call.is_word(3, "full") && call.is_word(4, "count") => {
            let count = usize::try_from(call.integer(5)?).unwrap_or(SHOWN_ENTRIES);
            Ok(Some(if count == 0 { usize::MAX } else { count }))
        }
        _ => Err(subcommand_syntax(call.args)),
    }
}

/// `XINFO STREAM key [FULL [COUNT n]]`.
fn stream(call: &mut Call<'_>, key: &[u8]) -> Outcome {
    let entries = entries_asked(call)?;
    let Some(stream) = call.keyspace.peek::<Stream>(key) else { return Err(CommandError::NoSuchKey) };
    let (keys, nodes) = stream.node_counts();
    let Marks { last_id, added, max_deleted } = stream.marks();
    let first_id = stream.first().map_or(StreamId::MIN, |(id, _)| id);
    let number = |value: usize| i64::try_from(value).unwrap_or(i64::MAX);
    let reply = &mut *call.reply;
    reply.begin_map(if entries.is_some() { 9 } else { 10 });
    for (name, value) in [
        ("length", number(stream.len())),
        ("radix-tree-keys", number(keys)),
        ("radix-tree-nodes", number(nodes)),
    ] {
        reply.bulk(name.as_bytes());
        reply.integer(value);
    }
    for (name, id) in [("last-generated-id", last_id), ("max-deleted-entry-id", max_deleted)] {
        reply.bulk(name.as_bytes());
        reply.bulk(&id.to_text());
    }
    reply.bulk(b"entries-added");
    reply.integer(i64::try_from(added).unwrap_or(i64::MAX));
    reply.bulk(b"recorded-first-entry-id");
    reply.bulk(&first_id.to_text());
    if let Some(count) = entries {
        reply.bulk(b"entries");
        answer_entries(call, key, StreamId::MIN, StreamId::MAX, false, count);
        call.reply.bulk(b"groups");
        call.reply_empty();
    } else {
        reply.bulk(b"groups");
        reply.integer(0);
        for (name, entry) in [("first-entry", stream.first()), ("last-entry", stream.last())] {
            reply.bulk(name.as_bytes());
            match entry {
                Some((id, fields)) => answer_entry(reply, id, fields),
                None => reply.null(),
            }
        }
    }
    call.reply.end();
    Ok(())
}

/// The options of `XSETID`: what to count as added, and as deleted.
fn id_options(call: &Call<'_>, id: StreamId) -> Result<(Option<u64>, Option<StreamId>), CommandError> {
    let (mut added, mut deleted) = (None, None);
    let mut index = 3;
    while index < call.len() {
        let following = call.len() - index - 1;
        if call.is_word(index, "entriesadded") && following > 0 {
            let count = u64::try_from(call.integer(index + 1)?);
            added = Some(count.map_err(|_| CommandError::Fixed("ERR entries_added must be positive"))?);
        } else if call.is_word(index, "maxdeletedid") && following > 0 {
            let highest = parse_id(call.arg(index + 1), 0)?;
            if id < highest {
                return Err(CommandError::Fixed(
                    "ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id",
                ));
            }
            deleted = Some(highest);
        } else {
            return Err(CommandError::Syntax);
        }
        index += 2;
    }
    Ok((added, deleted))
}

/// `XSETID key id [ENTRIESADDED n] [MAXDELETEDID id]`.
pub(super) fn xsetid(call: &mut Call<'_>) -> Outcome {
    let id = parse_id(call.arg(2), 0)?;
    let (added, deleted) = id_options(call, id)?;
    let stands_above = call.keyspace.dialect().keyspace.set_id_above_deleted;
    let key = call.arg(1);
    let Some(stream) = call.keyspace.read::<Stream>(key)? else { return Err(CommandError::NoSuchKey) };
    let marks = stream.marks();
    if stands_above && id < marks.max_deleted {
        return Err(CommandError::Fixed(
            "ERR The ID specified in XSETID is smaller than current max_deleted_entry_id",
        ));
    }
    if stream.last().is_some_and(|(last, _)| id < last) {
        return Err(CommandError::Fixed(
            "ERR The ID specified in XSETID is smaller than the target stream top item",
        ));
    }
    let length = u64::try_from(stream.len()).unwrap_or(u64::MAX);
    if added.is_some_and(|added| length > added) {
        return Err(CommandError::Fixed(
            "ERR The entries_added specified in XSETID is smaller than the target stream length",
        ));
    }
    let max_deleted = deleted.filter(|&id| id != StreamId::MIN).unwrap_or(marks.max_deleted);
    if let Some(stream) = call.keyspace.write::<Stream>(key)? {
        stream.set_marks(Marks { last_id: id, added: added.unwrap_or(marks.added), max_deleted });
    }
    call.reply_ok();
    Ok(())
}
