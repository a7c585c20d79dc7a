//! Which arguments of a command are keys: by the catalogue's places, and where those do not say it, by a rule of the command.

use ferrous_redis::host::CommandArgs;

use super::catalogue::{Begin, Entry, Keys, Place};
use crate::number::parse_integer;

/// An argument that is a key, and what is done with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) index: usize,
    pub(super) flags: &'static str,
}

const READS: &str = "RO,access";
const CHANGES: &str = "RW,access,update";
const STORES: &str = "OW,update";

/// Whether the command has keys at all.
pub(super) fn has_any(entry: &Entry) -> bool {
    entry.places().any(|place| !place.has_flag("not_key"))
}

/// The keys among the arguments of the command; none too if they cannot be found.
pub(super) fn find(entry: &Entry, args: CommandArgs<'_>) -> Vec<Key> {
    let varies = entry.places().any(|place| place.has_flag("variable_flags"));
    let placed = if varies { None } else { by_places(entry, args) };
    placed.unwrap_or_else(|| by_rule(entry.name, args))
}

/// `None` if a place cannot be told, or does not lie within the arguments.
fn by_places(entry: &Entry, args: CommandArgs<'_>) -> Option<Vec<Key>> {
    let mut keys = Vec::new();
    for place in entry.places().filter(|place| !place.has_flag("not_key")) {
        let Some(first) = begin(&place, args)? else { continue };
        add(&place, first, args, &mut keys)?;
        if place.has_flag("incomplete") {
            return None;
        }
    }
    Some(keys)
}

/// Where the keys of a place begin; `Some(None)` if its word is not there.
fn begin(place: &Place, args: CommandArgs<'_>) -> Option<Option<i64>> {
    let count = i64::try_from(args.len()).ok()?;
    match place.begin {
        Begin::Unknown => None,
        Begin::Index(index) => Some(Some(index)),
        Begin::Keyword(word, from) => {
            let is_word = |index: &i64| {
                let argument = usize::try_from(*index).ok().and_then(|index| args.get(index));
                argument.is_some_and(|argument| argument.eq_ignore_ascii_case(word.as_bytes()))
            };
            let found = if from >= 0 {
                // The last argument can have no key behind it.
                (from..count - 1).find(is_word)
            } else {
                (2..=count + from).rev().find(is_word)
            };
            Some(found.map(|index| index + 1))
        }
    }
}

/// Adds the keys of a place that begins at `first`.
fn add(place: &Place, first: i64, args: CommandArgs<'_>, keys: &mut Vec<Key>) -> Option<()> {
    let count = i64::try_from(args.len()).ok()?;
    let (first, last, step) = match place.keys {
        Keys::Unknown => return None,
        Keys::Range { last, step, limit } => {
            let last = if last >= 0 {
                first + last
            } else if limit == 0 {
                count + last
            } else {
                first + (count - first) / limit + last
            };
            (first, last, step)
        }
        Keys::Counted { count, first: offset, step } => {
            let number = usize::try_from(first + count).ok().and_then(|index| args.get(index))?;
            let number = parse_integer(number).filter(|number| *number > 0)?;
            let first = first + offset;
            (first, first.checked_add(number.checked_sub(1)?.checked_mul(step)?)?, step)
        }
    };
    let mut index = first;
    while index <= last {
        if index >= count || step < 1 {
            return None;
        }
        keys.push(Key { index: usize::try_from(index).ok()?, flags: place.key_flags() });
        index += step;
    }
    Some(())
}

/// The rules of commands whose places do not say all.
fn by_rule(name: &str, args: CommandArgs<'_>) -> Vec<Key> {
    let is = |index: usize, word: &str| {
        args.get(index).is_some_and(|argument| argument.eq_ignore_ascii_case(word.as_bytes()))
    };
    let mut keys = Vec::new();
    match name {
        "set" => {
            let gets = (3..args.len()).any(|index| is(index, "get"));
            keys.push(Key { index: 1, flags: if gets { CHANGES } else { STORES } });
        }
        "bitfield" => {
            let changes = changes_bits(args);
            keys.push(Key { index: 1, flags: if changes { CHANGES } else { READS } });
        }
        "sort_ro" => keys.push(Key { index: 1, flags: READS }),
        "sort" => {
            keys.push(Key { index: 1, flags: READS });
            let skipped = [("limit", 2), ("get", 1), ("by", 1)];
            let mut stored = None;
            let mut index = 2;
            while index < args.len() {
                if let Some((_, more)) = skipped.iter().find(|(word, _)| is(index, word)) {
                    index += more;
                } else if is(index, "store") && index + 1 < args.len() {
                    stored = Some(index + 1);
                }
                index += 1;
            }
            keys.extend(stored.map(|index| Key { index, flags: STORES }));
        }
        "georadius" | "georadiusbymember" => {
            keys.push(Key { index: 1, flags: READS });
            let mut stored = None;
            let mut index = 5;
            while index + 1 < args.len() {
                if is(index, "store") || is(index, "storedist") {
                    index += 1;
                    stored = Some(index);
                }
                index += 1;
            }
            keys.extend(stored.map(|index| Key { index, flags: STORES }));
        }
        "xread" | "xreadgroup" => {
            let skipped = [("block", 1), ("count", 1), ("group", 2), ("noack", 0)];
            let mut index = 1;
            while let Some((_, more)) = skipped.iter().find(|(word, _)| is(index, word)) {
                index += 1 + more;
            }
            // As many ids as keys come behind the word.
            let rest = args.len().saturating_sub(index + 1);
            if is(index, "streams") && rest.is_multiple_of(2) {
                keys.extend((index + 1..index + 1 + rest / 2).map(|index| Key { index, flags: READS }));
            }
        }
        "migrate" => {
            const MOVES: &str = "RW,access,delete";
            let mut places = 3..4;
            let mut index = 6;
            while index < args.len() {
                if is(index, "keys") {
                    let is_alone = args.get(3).is_some_and(<[u8]>::is_empty);
                    places = if is_alone { index + 1..args.len() } else { 0..0 };
                    break;
                }
                index += if is(index, "auth2") { 3 } else { 1 + usize::from(is(index, "auth")) };
            }
            keys.extend(places.map(|index| Key { index, flags: MOVES }));
        }
        _ => {}
    }
    keys
}

/// Whether a BITFIELD does more than read.
fn changes_bits(args: CommandArgs<'_>) -> bool {
    let mut index = 2;
    while let Some(word) = args.get(index) {
        let more = args.len() - index - 1;
        let word = word.to_ascii_lowercase();
        index += match word.as_slice() {
            b"get" if more >= 2 => 3,
            b"overflow" if more >= 1 => 2,
            _ => return true,
        };
    }
    false
}
