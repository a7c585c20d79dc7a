//! `LCS`: the longest common subsequence of two strings.
//!
//! The usual table of lengths, walked back from its end; where that leaves a choice, the second string is shortened.

use super::Call;
use crate::{
    error::{CommandError, Outcome},
    object::{StringValue, Value},
};

/// The most bytes of the table, as for a string.
const TABLE_BYTES: usize = 512 * 1024 * 1024;

/// A run that both strings have: its first and last position in either.
struct Match {
    first: (usize, usize),
    second: (usize, usize),
}

/// The string that a key holds; empty without the key.
fn string(call: &mut Call<'_>, index: usize) -> Result<Vec<u8>, CommandError> {
    match call.keyspace.entry(call.arg(index)).map(|entry| &entry.value) {
        None => Ok(Vec::new()),
        Some(Value::String(string)) => Ok(StringValue::to_vec(string)),
        Some(_) => Err(CommandError::Fixed("ERR The specified keys must contain string values")),
    }
}

/// `LCS key key [LEN] [IDX] [MINMATCHLEN n] [WITHMATCHLEN]`: the subsequence, its length, or where it lies.
pub(super) fn lcs(call: &mut Call<'_>) -> Outcome {
    let (first, second) = (string(call, 1)?, string(call, 2)?);
    let (mut only_length, mut places, mut with_length, mut shortest) = (false, false, false, 0);
    let mut index = 3;
    while index < call.len() {
        if call.is_word(index, "idx") {
            places = true;
        } else if call.is_word(index, "len") {
            only_length = true;
        } else if call.is_word(index, "withmatchlen") {
            with_length = true;
        } else if call.is_word(index, "minmatchlen") && index + 1 < call.len() {
            shortest = usize::try_from(call.integer(index + 1)?).unwrap_or(0);
            index += 1;
        } else {
            return Err(CommandError::Syntax);
        }
        index += 1;
    }
    if places && only_length {
        return Err(CommandError::Fixed("ERR If you want both the length and indexes, please just use IDX."));
    }
    let width = second.len() + 1;
    let cells = (first.len() + 1).checked_mul(width).filter(|&cells| cells <= TABLE_BYTES / 4);
    let cells = cells.ok_or(CommandError::Fixed(
        "ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len",
    ))?;
    let mut table = vec![0u32; cells];
    let at = |table: &[u32], i: usize, j: usize| table.get(i * width + j).copied().unwrap_or(0);
    for (i, one) in first.iter().enumerate() {
        for (j, other) in second.iter().enumerate() {
            let length = if one == other {
                at(&table, i, j) + 1
            } else {
                at(&table, i, j + 1).max(at(&table, i + 1, j))
            };
            if let Some(cell) = table.get_mut((i + 1) * width + j + 1) {
                *cell = length;
            }
        }
    }
    let length = at(&table, first.len(), second.len());
    if only_length {
        call.reply.integer(i64::from(length));
        return Ok(());
    }
    let (subsequence, matches) = walk(&first, &second, |i, j| at(&table, i, j));
    if !places {
        call.reply.bulk(&subsequence);
        return Ok(());
    }
    let size = |found: &Match| found.first.1 - found.first.0 + 1;
    let matches: Vec<&Match> = matches.iter().filter(|found| size(found) >= shortest).collect();
    call.reply.begin_map(2);
    call.reply.bulk(b"matches");
    call.reply.begin_array(matches.len());
    for found in matches {
        call.reply.begin_array(if with_length { 3 } else { 2 });
        for (start, end) in [found.first, found.second] {
            call.reply.begin_array(2);
            call.reply_len(start);
            call.reply_len(end);
            call.reply.end();
        }
        if with_length {
            call.reply_len(size(found));
        }
        call.reply.end();
    }
    call.reply.end();
    call.reply.bulk(b"len");
    call.reply.integer(i64::from(length));
    call.reply.end();
    Ok(())
}

/// Walks the table back: the subsequence, and the runs of it from the last to the first.
fn walk(first: &[u8], second: &[u8], at: impl Fn(usize, usize) -> u32) -> (Vec<u8>, Vec<Match>) {
    let (mut subsequence, mut matches) = (Vec::new(), Vec::<Match>::new());
    let (mut i, mut j) = (first.len(), second.len());
    while let (Some(before), Some(below)) = (i.checked_sub(1), j.checked_sub(1)) {
        if first.get(before) == second.get(below) {
            subsequence.extend(first.get(before));
            match matches.last_mut() {
                Some(found) if found.first.0 == i && found.second.0 == j => {
                    (found.first.0, found.second.0) = (before, below);
                }
                _ => matches.push(Match { first: (before, before), second: (below, below) }),
            }
            (i, j) = (before, below);
        } else if at(before, j) > at(i, below) {
            i = before;
        } else {
            j = below;
        }
    }
    subsequence.reverse();
    (subsequence, matches)
}
