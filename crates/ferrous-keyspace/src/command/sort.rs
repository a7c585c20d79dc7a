//! `SORT`: the elements of a list, set or sorted set, by themselves or by keys made from them.
//!
//! The keys that patterns name are looked up while sorting is prepared, once for each element; a missing one counts as 0,
//! or as lower than every text.
//!
//! **Invariant:** nothing is stored unless all weights could be read.

use std::{cmp::Ordering, ops::Range};

use super::{Call, partial_sort::sort_part, resolve_range};
use crate::{
    error::{CommandError, Outcome},
    keyspace::Keyspace,
    number::{is_hexadecimal, parse_endpoint_double, starts_blank},
    object::{End, Hash, List, SortedSet, StringValue, Typed, Value},
};

/// The options of the command.
struct Options<'a> {
    by: Option<&'a [u8]>,
    /// A pattern without a star was given, and asks for no sorting; a later one does not take that back.
    keep_order: bool,
    get: Vec<&'a [u8]>,
    descending: bool,
    alphabetical: bool,
    offset: i64,
    count: i64,
    store: Option<&'a [u8]>,
}

/// Reads the options.
fn read_options<'a>(call: &Call<'a>, read_only: bool) -> Result<Options<'a>, CommandError> {
    let mut options = Options {
        by: None,
        keep_order: false,
        get: Vec::new(),
        descending: false,
        alphabetical: false,
        offset: 0,
        count: -1,
        store: None,
    };
    let mut index = 2;
    while index < call.len() {
        let following = call.len() - index - 1;
        if call.is_word(index, "asc") {
            options.descending = false;
        } else if call.is_word(index, "desc") {
            options.descending = true;
        } else if call.is_word(index, "alpha") {
            options.alphabetical = true;
        } else if call.is_word(index, "limit") && following >= 2 {
            (options.offset, options.count) = (call.integer(index + 1)?, call.integer(index + 2)?);
            index += 2;
        } else if !read_only && call.is_word(index, "store") && following >= 1 {
            index += 1;
            options.store = Some(call.arg(index));
        } else if call.is_word(index, "by") && following >= 1 {
            index += 1;
            options.by = Some(call.arg(index));
            options.keep_order |= !call.arg(index).contains(&b'*');
        } else if call.is_word(index, "get") && following >= 1 {
            index += 1;
            options.get.push(call.arg(index));
        } else {
            return Err(CommandError::Syntax);
        }
        index += 1;
    }
    Ok(options)
}

/// The value that `pattern` names for an element: `#` is the element itself, `key*` a string, `key*->field` a hash's field.
fn resolve(keyspace: &mut Keyspace, pattern: &[u8], element: &[u8]) -> Option<Vec<u8>> {
    if pattern == b"#" {
        return Some(element.to_vec());
    }
    let star = pattern.iter().position(|&byte| byte == b'*')?;
    let (before, after) = (pattern.get(..star)?, pattern.get(star + 1..)?);
    let arrow = after.windows(2).position(|pair| pair == b"->").filter(|arrow| arrow + 2 < after.len());
    let key = [before, element, after.get(..arrow.unwrap_or(after.len()))?].concat();
    match arrow {
        None => keyspace.read::<StringValue>(&key).ok().flatten().map(StringValue::to_vec),
        Some(arrow) => {
            let hash = keyspace.read::<Hash>(&key).ok().flatten()?;
            hash.get(after.get(arrow + 2..)?).map(<[u8]>::to_vec)
        }
    }
}

/// What an element is sorted by.
enum Weight {
    Score(f64),
    Text(Option<Vec<u8>>),
}

/// Scores that are equal leave the order to the elements; texts that are equal leave it as it was.
fn compare(left: &(Weight, Vec<u8>), right: &(Weight, Vec<u8>)) -> Ordering {
    match (&left.0, &right.0) {
        (Weight::Score(first), Weight::Score(second)) => {
            first.partial_cmp(second).unwrap_or(Ordering::Equal).then_with(|| left.1.cmp(&right.1))
        }
        (Weight::Text(first), Weight::Text(second)) => first.cmp(second),
        _ => Ordering::Equal,
    }
}

/// The elements at the key in their own order, and whether they have one.
fn elements(call: &mut Call<'_>) -> Result<(Vec<Vec<u8>>, bool), CommandError> {
    Ok(match call.keyspace.entry(call.arg(1)).map(|entry| &entry.value) {
        None => (Vec::new(), true),
        Some(Value::List(list)) => (list.iter().map(<[u8]>::to_vec).collect(), true),
        Some(Value::SortedSet(set)) => (set.iter().map(|(member, _)| member.to_vec()).collect(), true),
        Some(Value::Set(set)) => {
            let mut members = Vec::with_capacity(set.len());
            set.each(|member| {
                members.push(member.to_vec());
                true
            });
            (members, false)
        }
        Some(_) => return Err(CommandError::WrongType),
    })
}

/// The bytes before the first NUL: the C functions that compare and read texts see no more.
fn as_c_string(mut text: Vec<u8>) -> Vec<u8> {
    text.truncate(text.iter().position(|&byte| byte == 0).unwrap_or(text.len()));
    text
}

/// A text as a number to sort by; none that a double cannot hold, where the target does not take them.
fn score(call: &Call<'_>, text: &[u8]) -> Option<f64> {
    let dialect = call.keyspace.dialect().keyspace;
    if !dialect.ends_as_strtod && (starts_blank(text) || is_hexadecimal(text)) {
        return None;
    }
    let score = parse_endpoint_double(text)?;
    if dialect.sorts_any_size {
        return Some(score);
    }
    if !dialect.ends_as_strtod && text.is_empty() {
        return None;
    }
    let mantissa = text.split(|byte| matches!(byte, b'e' | b'E' | b'p' | b'P')).next().unwrap_or_default();
    let overflows = score.is_infinite() && mantissa.iter().any(u8::is_ascii_digit);
    let underflows =
        !score.is_normal() && score.is_finite() && mantissa.iter().any(|byte| (b'1'..=b'9').contains(byte));
    (!overflows && !underflows).then_some(score)
}

/// Which of so many sorted elements the limit leaves.
fn wanted(options: &Options<'_>, len: usize) -> Range<usize> {
    let start = options.offset.max(0);
    let stop = if options.count < 0 { -1 } else { start.saturating_add(options.count) - 1 };
    let range = if options.count == 0 { None } else { resolve_range(start, stop, len) };
    range.map_or(0..0, |(start, end)| start..end)
}

/// Sorts, and cuts out what the limit leaves.
fn sorted(call: &mut Call<'_>, options: &Options<'_>) -> Result<Vec<Vec<u8>>, CommandError> {
    let (elements, ordered) = elements(call)?;
    // Servers sort no compact sorted sets: they give the encoding up first, for good.
    if let Ok(Some(set)) = call.keyspace.write::<SortedSet>(call.arg(1)) {
        set.spread_out();
    }
    // Nobody is told of that.
    call.keyspace.touched = false;
    let mut alphabetical = options.alphabetical;
    let (mut by, mut keep_order) = (options.by, options.keep_order);
    // Sets are sorted all the same where the result must not depend on their order.
    if keep_order && !ordered && (options.store.is_some() || call.from_script) {
        (keep_order, alphabetical, by) = (false, true, None);
    }
    let mut elements = if keep_order {
        let mut elements = elements;
        if ordered && options.descending {
            elements.reverse();
        }
        elements
    } else {
        let mut weighted = Vec::with_capacity(elements.len());
        for element in elements {
            let text = match by {
                None => Some(element.clone()),
                Some(pattern) => resolve(call.keyspace, pattern, &element),
            };
            let weight =
                match text {
                    text if alphabetical && options.store.is_some() => Weight::Text(text),
                    text if alphabetical => Weight::Text(text.map(as_c_string)),
                    None => Weight::Score(0.0),
                    Some(text) => Weight::Score(score(call, &as_c_string(text)).ok_or(
                        CommandError::Fixed("ERR One or more scores can't be converted into double"),
                    )?),
                };
            weighted.push((weight, element));
        }
        let mut compare = |left: &_, right: &_| {
            let order = compare(left, right);
            if options.descending { order.reverse() } else { order }
        };
        let wanted = wanted(options, weighted.len());
        if by.is_some() && wanted != (0..weighted.len()) {
            sort_part(&mut weighted, &wanted, &mut compare);
        } else {
            weighted.sort_by(compare);
        }
        weighted.into_iter().map(|(_, element)| element).collect()
    };
    let Range { start, end } = wanted(options, elements.len());
    elements.truncate(end);
    elements.drain(..start);
    Ok(elements)
}

/// Sorts, looks up what `GET` asks for, and answers or stores it.
fn sort_generic(call: &mut Call<'_>, read_only: bool) -> Outcome {
    let options = read_options(call, read_only)?;
    let sorted = sorted(call, &options)?;
    let mut answer: Vec<Option<Vec<u8>>> = Vec::new();
    for element in sorted {
        if options.get.is_empty() {
            answer.push(Some(element));
        } else {
            answer.extend(options.get.iter().map(|pattern| resolve(call.keyspace, pattern, &element)));
        }
    }
    let Some(target) = options.store else {
        call.reply.begin_array(answer.len());
        for element in &answer {
            match element {
                Some(element) => call.reply.bulk(element),
                None => call.reply.null(),
            }
        }
        call.reply.end();
        return Ok(());
    };
    let length = answer.len();
    if length == 0 {
        call.keyspace.remove(target);
    } else {
        let mut list = List::default();
        for element in answer {
            list.push(End::Right, element.unwrap_or_default().into());
        }
        call.keyspace.put(target, list.into_value(), None);
    }
    call.reply_len(length);
    Ok(())
}

/// `SORT key [BY pattern] [LIMIT offset count] [GET pattern ...] [ASC|DESC] [ALPHA] [STORE target]`.
pub(super) fn sort(call: &mut Call<'_>) -> Outcome {
    sort_generic(call, false)
}

/// `SORT_RO`: `SORT` without `STORE`.
pub(super) fn sort_ro(call: &mut Call<'_>) -> Outcome {
    sort_generic(call, true)
}
