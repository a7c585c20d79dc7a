//! Cursors: `SCAN`, `HSCAN`, `SSCAN`, `ZSCAN`.
//!
//! A cursor is the number of positions still to visit, 0 at the start and at the end; positions are visited from the last
//! to the first. Since a key that goes is replaced by the last one, which a running cursor has visited, no key that stays is
//! ever missed, as Redis promises. Small collections are answered whole, as Redis does for its compact encodings.

use ferrous_redis::{compat::NumberForm, glob, number_text};

use super::{Call, shown};
use crate::{
    error::{CommandError, Outcome},
    number::{parse_unsigned, starts_blank, strtoull},
    object::{Hash, Set, SortedSet},
};

/// The types that `SCAN` may ask for.
const TYPES: [&str; 7] = ["string", "list", "set", "zset", "hash", "stream", "module"];

/// The options of the family.
struct Options<'a> {
    pattern: Option<&'a [u8]>,
    count: usize,
    kind: Option<&'a [u8]>,
    /// Only the first of each pair is wanted.
    bare: bool,
}

/// The options that ask for the first of each pair: with the command that takes them, and what others say.
const BARE: [(&str, &str, CommandError); 2] = [
    ("novalues", "hscan", CommandError::Fixed("ERR NOVALUES option can only be used in HSCAN")),
    ("noscores", "zscan", CommandError::Fixed("ERR NOSCORES option can only be used in ZSCAN")),
];

impl Options<'_> {
    fn accepts(&self, text: &[u8]) -> bool {
        self.pattern.is_none_or(|pattern| glob::matches(pattern, text))
    }
}

/// Argument `index` as a cursor.
fn cursor(call: &Call<'_>, index: usize) -> Result<usize, CommandError> {
    let text = call.arg(index);
    let cursor = if call.keyspace.dialect().keyspace.strict_cursors {
        parse_unsigned(text)
    } else if text.is_empty() {
        Some(0)
    } else {
        Some(text).filter(|text| !starts_blank(text)).and_then(strtoull)
    };
    let cursor = cursor.and_then(|cursor| usize::try_from(cursor).ok());
    cursor.ok_or(CommandError::Fixed("ERR invalid cursor"))
}

/// Reads the options of a command from argument `first` on.
fn options<'a>(call: &Call<'a>, first: usize, command: &str) -> Result<Options<'a>, CommandError> {
    let mut options = Options { pattern: None, count: 10, kind: None, bare: false };
    let known_bare = call.keyspace.dialect().keyspace.bare_scan_options;
    let mut index = first;
    while index < call.len() {
        let bare = BARE.iter().find(|(name, ..)| known_bare.contains(name) && call.is_word(index, name));
        if let Some((_, taker, error)) = bare {
            if *taker != command {
                return Err(error.clone());
            }
            options.bare = true;
            index += 1;
            continue;
        }
        if index + 1 >= call.len() {
            return Err(CommandError::Syntax);
        }
        if call.is_word(index, "count") {
            let count = call.integer(index + 1)?;
            options.count =
                usize::try_from(count).ok().filter(|&count| count > 0).ok_or(CommandError::Syntax)?;
        } else if call.is_word(index, "match") {
            options.pattern = Some(call.arg(index + 1));
        } else if command == "scan" && call.is_word(index, "type") {
            let kind = call.arg(index + 1);
            let known = TYPES.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(kind));
            if !known && call.keyspace.dialect().keyspace.names_unknown_type {
                let shown = shown(kind, kind.len());
                return Err(CommandError::Other([b"ERR unknown type name '", shown, b"'"].concat().into()));
            }
            options.kind = Some(kind);
        } else {
            return Err(CommandError::Syntax);
        }
        index += 2;
    }
    Ok(options)
}

/// The positions to visit, the next cursor after them: all of them in order if `whole`.
fn positions(cursor: usize, count: usize, len: usize, whole: bool) -> (Vec<usize>, usize) {
    if whole {
        return ((0..len).collect(), 0);
    }
    let upper = if cursor == 0 { len } else { cursor.min(len) };
    let lower = upper.saturating_sub(count);
    ((lower..upper).rev().collect(), lower)
}

/// Answers the next cursor and what was found.
fn answer(call: &mut Call<'_>, next: usize, found: &[Vec<u8>]) {
    call.reply.begin_array(2);
    call.reply.bulk(next.to_string().as_bytes());
    call.reply.begin_array(found.len());
    found.iter().for_each(|text| call.reply.bulk(text));
    call.reply.end();
    call.reply.end();
}

/// `SCAN cursor [MATCH pattern] [COUNT n] [TYPE type]`.
pub(super) fn scan(call: &mut Call<'_>) -> Outcome {
    let cursor = cursor(call, 1)?;
    let options = options(call, 2, "scan")?;
    let (positions, next) = positions(cursor, options.count, call.keyspace.len(), false);
    let now = call.keyspace.expiry_time();
    let mut found = Vec::new();
    for position in positions {
        let Some((key, entry)) = call.keyspace.database().at(position) else { continue };
        let wanted_type =
            options.kind.is_none_or(|kind| kind.eq_ignore_ascii_case(entry.value.type_name().as_bytes()));
        if wanted_type && options.accepts(key) && !entry.is_expired(now) {
            found.push(key.to_vec());
        }
    }
    answer(call, next, &found);
    Ok(())
}

/// `HSCAN key cursor [MATCH pattern] [COUNT n] [NOVALUES]`: fields and values.
pub(super) fn hscan(call: &mut Call<'_>) -> Outcome {
    let cursor = cursor(call, 2)?;
    let Some(hash) = call.keyspace.read::<Hash>(call.arg(1))? else {
        answer(call, 0, &[]);
        return Ok(());
    };
    let (len, whole) = (hash.len(), hash.is_compact());
    let options = options(call, 3, "hscan")?;
    let (positions, next) = positions(cursor, options.count, len, whole);
    let mut found = Vec::new();
    let hash = call.keyspace.read::<Hash>(call.arg(1))?;
    for (field, value) in positions.into_iter().filter_map(|position| hash?.by_position(position)) {
        if options.accepts(field) {
            found.push(field.to_vec());
            if !options.bare {
                found.push(value.to_vec());
            }
        }
    }
    answer(call, next, &found);
    Ok(())
}

/// `SSCAN key cursor [MATCH pattern] [COUNT n]`.
pub(super) fn sscan(call: &mut Call<'_>) -> Outcome {
    let cursor = cursor(call, 2)?;
    let Some(set) = call.keyspace.read::<Set>(call.arg(1))? else {
        answer(call, 0, &[]);
        return Ok(());
    };
    let (len, whole) = (set.len(), set.is_integers());
    let options = options(call, 3, "sscan")?;
    let (positions, next) = positions(cursor, options.count, len, whole);
    let mut found = Vec::new();
    if let Some(set) = call.keyspace.read::<Set>(call.arg(1))? {
        let members =
            positions.into_iter().filter_map(|position| set.with_position(position, <[u8]>::to_vec));
        found.extend(members.filter(|member| options.accepts(member)));
    }
    answer(call, next, &found);
    Ok(())
}

/// `ZSCAN key cursor [MATCH pattern] [COUNT n] [NOSCORES]`: members and scores, the scores as text.
pub(super) fn zscan(call: &mut Call<'_>) -> Outcome {
    let cursor = cursor(call, 2)?;
    let Some(set) = call.keyspace.read::<SortedSet>(call.arg(1))? else {
        answer(call, 0, &[]);
        return Ok(());
    };
    let (len, whole) = (set.len(), set.is_compact());
    // A compact set holds the texts of its scores.
    let form = if whole { call.keyspace.dialect().number_form } else { NumberForm::SeventeenDigits };
    let options = options(call, 3, "zscan")?;
    let (positions, next) = positions(cursor, options.count, len, whole);
    let mut found = Vec::new();
    let set = call.keyspace.read::<SortedSet>(call.arg(1))?;
    let pairs = positions
        .into_iter()
        .filter_map(|position| if whole { set?.at(position) } else { set?.by_position(position) });
    for (member, score) in pairs.filter(|(member, _)| options.accepts(member)) {
        found.push(member.to_vec());
        if !options.bare {
            let mut text = Vec::new();
            number_text::write_double(score, form, &mut text);
            found.push(text);
        }
    }
    answer(call, next, &found);
    Ok(())
}
