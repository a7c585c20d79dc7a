//! Streams: adding, ranges, trimming, reading without waiting. Consumer groups are not kept.
//!
//! **Invariant:** ids only grow; a stream keeps its last id when all its entries are gone.

use ferrous_redis::reply::ReplySink;

use super::{Call, blocking::check_end, shown};
use crate::{
    error::{CommandError, Outcome},
    number::parse_unsigned,
    object::{Fields, Stream, StreamId, Threshold},
};

const INVALID_ID: CommandError =
    CommandError::Fixed("ERR Invalid stream ID specified as stream command argument");
const NO_GROUP: CommandError = CommandError::Fixed(
    "ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.",
);
/// `~` trims no more than this many entries at once, if nothing else is said: those of a hundred full nodes.
const TRIM_AT_ONCE: usize = 10_000;

/// Reads `time-sequence` or `time`, for which the sequence is `missing`.
pub(super) fn parse_id(text: &[u8], missing: u64) -> Result<StreamId, CommandError> {
    /// The longest text that is looked at.
    const LONGEST: usize = 127;
    if text.len() > LONGEST {
        return Err(INVALID_ID);
    }
    let text = text.split(|&byte| byte == 0).next().unwrap_or_default();
    let (time, sequence) = match text.iter().position(|&byte| byte == b'-') {
        Some(dash) => (text.get(..dash), text.get(dash + 1..).map(Some)),
        None => (Some(text), Some(None)),
    };
    let time = time.and_then(parse_unsigned).ok_or(INVALID_ID)?;
    let sequence = match sequence.flatten() {
        None => missing,
        Some(text) => parse_unsigned(text).ok_or(INVALID_ID)?,
    };
    Ok(StreamId { time, sequence })
}

/// The trimming options of `XADD` and `XTRIM`.
#[derive(Clone, Copy)]
struct Trim {
    threshold: Threshold,
    approximate: bool,
    /// How many entries may go at once; 0 is as many as there are.
    limit: Option<usize>,
}

impl Trim {
    fn apply(self, stream: &mut Stream) -> usize {
        let usual = if self.approximate { TRIM_AT_ONCE } else { 0 };
        let limit = self.limit.unwrap_or(usual);
        stream.trim(self.threshold, self.approximate, (limit > 0).then_some(limit))
    }
}

/// The options before the id of `XADD`, or those of `XTRIM`.
struct Options {
    create: bool,
    trim: Option<Trim>,
    /// The id of `XADD`.
    id: Option<NewId>,
    /// Where the options end.
    next: usize,
}

/// Reads the options in the order in which Redis finds fault with them.
fn options(call: &Call<'_>, add: bool) -> Result<Options, CommandError> {
    let mut options = Options { create: true, trim: None, id: None, next: 2 };
    let mut limit = None;
    while options.next < call.len() {
        let index = options.next;
        let following = call.len() - index - 1;
        if add && call.arg(index) == b"*" {
            break;
        }
        if (call.is_word(index, "maxlen") || call.is_word(index, "minid")) && following > 0 {
            if options.trim.is_some() {
                return Err(CommandError::Fixed(
                    "ERR syntax error, MAXLEN and MINID options at the same time are not compatible",
                ));
            }
            let sign = call.arg(index + 1);
            let signed = following > 1 && matches!(sign, b"~" | b"=");
            let value = index + 1 + usize::from(signed);
            let threshold = if call.is_word(index, "maxlen") {
                let len = call.integer(value)?;
                let len = usize::try_from(len)
                    .map_err(|_| CommandError::Fixed("ERR The MAXLEN argument must be >= 0."))?;
                Threshold::Len(len)
            } else {
                Threshold::Id(parse_id(call.arg(value), 0)?)
            };
            options.trim = Some(Trim { threshold, approximate: signed && sign == b"~", limit: None });
            options.next = value;
        } else if call.is_word(index, "limit") && following > 0 {
            let count = call.integer(index + 1)?;
            let count = usize::try_from(count)
                .map_err(|_| CommandError::Fixed("ERR The LIMIT argument must be >= 0."))?;
            limit = Some(count);
            options.next += 1;
        } else if add && call.is_word(index, "nomkstream") {
            options.create = false;
        } else if add {
            break;
        } else {
            return Err(CommandError::Syntax);
        }
        options.next += 1;
    }
    if add {
        options.id = call.args.get(options.next).map(new_id).transpose()?;
    }
    // A limit of 0 is none.
    if limit.is_some_and(|limit| limit > 0) && options.trim.is_none() {
        return Err(CommandError::Fixed(
            "ERR syntax error, LIMIT cannot be used without specifying a trimming strategy",
        ));
    }
    if !add && options.trim.is_none() {
        return Err(CommandError::Fixed("ERR syntax error, XTRIM must be called with a trimming strategy"));
    }
    if limit.is_some() && !options.trim.is_some_and(|trim| trim.approximate) {
        return Err(CommandError::Fixed(
            "ERR syntax error, LIMIT cannot be used without the special ~ option",
        ));
    }
    if let Some(trim) = &mut options.trim {
        trim.limit = limit;
    }
    Ok(options)
}

/// The id of a new entry, as `XADD` is given it.
#[derive(Clone, Copy)]
enum NewId {
    Automatic,
    AutomaticSequence(u64),
    Given(StreamId),
}

/// Reads the id of `XADD`.
fn new_id(text: &[u8]) -> Result<NewId, CommandError> {
    if text == b"*" {
        return Ok(NewId::Automatic);
    }
    if let Some(time) = text.strip_suffix(b"-*") {
        return parse_unsigned(time).map(NewId::AutomaticSequence).ok_or(INVALID_ID);
    }
    parse_id(text, 0).map(NewId::Given)
}

/// `XADD key [NOMKSTREAM] [MAXLEN|MINID [=|~] threshold [LIMIT n]] *|id field value ...`: the entry's id, or null.
pub(super) fn xadd(call: &mut Call<'_>) -> Outcome {
    const TOO_SMALL: CommandError = CommandError::Fixed(
        "ERR The ID specified in XADD is equal or smaller than the target stream top item",
    );
    const EXHAUSTED: CommandError =
        CommandError::Fixed("ERR The stream has exhausted the last possible ID, unable to add more items");
    let options = options(call, true)?;
    let fields = options.next + 1;
    let values = call.len().saturating_sub(fields);
    let Some(given) = options.id.filter(|_| values >= 2 && values.is_multiple_of(2)) else {
        return Err(CommandError::Arity("xadd"));
    };
    if matches!(given, NewId::Given(StreamId::MIN)) {
        return Err(CommandError::Fixed("ERR The ID specified in XADD must be greater than 0-0"));
    }
    let key = call.arg(1);
    let last = match call.keyspace.read::<Stream>(key)? {
        Some(stream) => stream.last_id(),
        None if !options.create => {
            call.reply.null();
            return Ok(());
        }
        None => StreamId::MIN,
    };
    let next = last.next().ok_or(EXHAUSTED)?;
    let id = match given {
        NewId::Given(id) => id,
        NewId::Automatic => {
            let now = u64::try_from(call.keyspace.now()).unwrap_or(0);
            if now > last.time { StreamId { time: now, sequence: 0 } } else { next }
        }
        NewId::AutomaticSequence(time) if time == last.time => {
            let text = call.keyspace.dialect().keyspace.no_next_number;
            let sequence = last.sequence.checked_add(1).ok_or(CommandError::Fixed(text))?;
            StreamId { time, sequence }
        }
        NewId::AutomaticSequence(time) => StreamId { time, sequence: 0 },
    };
    if id <= last {
        return Err(TOO_SMALL);
    }
    let content = call.args_from(fields).map(Into::into).collect();
    let stream = call.keyspace.write_or_create::<Stream>(key)?;
    stream.append(id, content);
    if let Some(trim) = options.trim {
        trim.apply(stream);
    }
    call.reply.bulk(&id.to_text());
    Ok(())
}

/// `XTRIM key MAXLEN|MINID [=|~] threshold [LIMIT n]`: how many entries went.
pub(super) fn xtrim(call: &mut Call<'_>) -> Outcome {
    let trim = options(call, false)?.trim;
    let stream = call.keyspace.write::<Stream>(call.arg(1))?;
    let removed = trim.zip(stream).map_or(0, |(trim, stream)| trim.apply(stream));
    call.reply_len(removed);
    Ok(())
}

/// `XLEN key`.
pub(super) fn xlen(call: &mut Call<'_>) -> Outcome {
    let length = call.keyspace.read::<Stream>(call.arg(1))?.map_or(0, Stream::len);
    call.reply_len(length);
    Ok(())
}

/// `XDEL key id ...`: how many there were. The ids are only looked at if there is a stream.
pub(super) fn xdel(call: &mut Call<'_>) -> Outcome {
    let (key, ids) = (call.arg(1), call.args_from(2));
    let mut removed = 0;
    if call.keyspace.read::<Stream>(key)?.is_some() {
        let ids = ids.map(|id| parse_id(id, 0)).collect::<Result<Vec<_>, _>>()?;
        if let Some(stream) = call.keyspace.write::<Stream>(key)? {
            removed = ids.into_iter().filter(|&id| stream.remove(id)).count();
        }
    }
    call.reply_len(removed);
    Ok(())
}

/// Answers an entry, as a pair of id and fields.
pub(super) fn answer_entry(reply: &mut dyn ReplySink, id: StreamId, fields: &Fields) {
    reply.begin_array(2);
    reply.bulk(&id.to_text());
    reply.begin_array(fields.len());
    fields.iter().for_each(|field| reply.bulk(field));
    reply.end();
    reply.end();
}

/// Answers entries.
pub(super) fn answer_entries(
    call: &mut Call<'_>,
    key: &[u8],
    start: StreamId,
    end: StreamId,
    reverse: bool,
    count: usize,
) {
    let Some(stream) = call.keyspace.peek::<Stream>(key) else {
        call.reply_empty();
        return;
    };
    let range = stream.range(start, end);
    let entries: Vec<_> =
        if reverse { range.rev().take(count).collect() } else { range.take(count).collect() };
    call.reply.begin_array(entries.len());
    for (id, fields) in entries {
        answer_entry(call.reply, id, fields);
    }
    call.reply.end();
}

/// Reads an end of an interval: `-`, `+`, an id, or `(` and an id that is outside.
fn interval_id(text: &[u8], is_end: bool) -> Result<StreamId, CommandError> {
    let (exclusive, text) = match text {
        b"-" => return Ok(StreamId::MIN),
        b"+" => return Ok(StreamId::MAX),
        [b'(', rest @ ..] => (true, rest),
        text => (false, text),
    };
    let id = parse_id(text, if is_end { u64::MAX } else { 0 })?;
    match (exclusive, is_end) {
        (false, _) => Ok(id),
        (true, true) => id.previous().ok_or(CommandError::Fixed("ERR invalid end ID for the interval")),
        (true, false) => id.next().ok_or(CommandError::Fixed("ERR invalid start ID for the interval")),
    }
}

/// `XRANGE` and `XREVRANGE`.
fn range(call: &mut Call<'_>, reverse: bool) -> Outcome {
    let (start, end) = if reverse { (3, 2) } else { (2, 3) };
    let start = interval_id(call.arg(start), false)?;
    let end = interval_id(call.arg(end), true)?;
    let mut count = usize::MAX;
    let mut index = 4;
    while index < call.len() {
        if !call.is_word(index, "count") || index + 1 >= call.len() {
            return Err(CommandError::Syntax);
        }
        count = usize::try_from(call.integer(index + 1)?).unwrap_or(0);
        index += 2;
    }
    let key = call.arg(1);
    if call.keyspace.read::<Stream>(key)?.is_some() && count == 0 {
        call.reply.null_array();
    } else {
        answer_entries(call, key, start, end, reverse, count);
    }
    Ok(())
}

/// `XRANGE key start end [COUNT n]`.
pub(super) fn xrange(call: &mut Call<'_>) -> Outcome {
    range(call, false)
}

/// `XREVRANGE key end start [COUNT n]`.
pub(super) fn xrevrange(call: &mut Call<'_>) -> Outcome {
    range(call, true)
}

/// `XREAD [COUNT n] [BLOCK ms] STREAMS key ... id ...`: the streams that have entries after the id; it never waits.
pub(super) fn xread(call: &mut Call<'_>) -> Outcome {
    let mut count = usize::MAX;
    let mut index = 1;
    let mut streams = None;
    while index < call.len() {
        let following = call.len() - index - 1;
        if call.is_word(index, "block") && following > 0 {
            if call.from_script && !call.keyspace.dialect().scripts_may_block {
                let name = shown(call.args.name(), usize::MAX);
                let text = b" command is not allowed with BLOCK option from scripts";
                return Err(CommandError::Other([b"ERR ", name, text].concat().into()));
            }
            index += 1;
            check_end(call, index)?;
        } else if call.is_word(index, "count") && following > 0 {
            index += 1;
            count =
                usize::try_from(call.integer(index)?).ok().filter(|&count| count > 0).unwrap_or(usize::MAX);
        } else if call.is_word(index, "streams") && following > 0 {
            streams = Some(index + 1);
            break;
        } else {
            return Err(CommandError::Syntax);
        }
        index += 1;
    }
    let first = streams.ok_or(CommandError::Syntax)?;
    let rest = call.len() - first;
    if !rest.is_multiple_of(2) {
        let text = call.keyspace.dialect().keyspace.unbalanced_streams;
        return Err(CommandError::Other([b"ERR ", text.as_bytes()].concat().into()));
    }
    let mut found = Vec::new();
    for index in first..first + rest / 2 {
        let (key, id) = (call.arg(index), call.arg(index + rest / 2));
        let reads_last = id == b"+" && call.keyspace.dialect().keyspace.reads_last_entry;
        let stream = call.keyspace.read::<Stream>(key)?;
        if reads_last {
            found.extend(stream.and_then(Stream::last).map(|(last, _)| (key, last)));
            continue;
        }
        let last = stream.map(Stream::last_id);
        let after = match id {
            b"$" => last.unwrap_or_default(),
            b">" => return Err(NO_GROUP),
            _ => parse_id(id, 0)?,
        };
        let Some(start) = after.next() else { continue };
        let stream = call.keyspace.peek::<Stream>(key);
        if stream.is_some_and(|stream| stream.range(start, StreamId::MAX).next().is_some()) {
            found.push((key, start));
        }
    }
    if found.is_empty() {
        call.reply.null_array();
        return Ok(());
    }
    let map = call.is_resp3();
    if map {
        call.reply.begin_map(found.len())
    } else {
        call.reply.begin_array(found.len())
    }
    for (key, start) in found {
        if !map {
            call.reply.begin_array(2);
        }
        call.reply.bulk(key);
        answer_entries(call, key, start, StreamId::MAX, false, count);
        if !map {
            call.reply.end();
        }
    }
    call.reply.end();
    Ok(())
}
