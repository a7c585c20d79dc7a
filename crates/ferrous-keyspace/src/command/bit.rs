//! Bits of strings, the most significant bit of the first byte being bit 0.
//!
//! A string is a string of bits with zeros behind it; writing past its end makes it longer. Ranges are given in bytes or,
//! with `BIT`, in bits, and count from the end if negative.
//!
//! **Invariant:** no bit past 512 MB is addressed.

use super::{Call, resolve_range};
use crate::{
    error::{CommandError, Outcome},
    object::{MAX_STRING, StringValue},
};

const BIT_OFFSET: CommandError = CommandError::Fixed("ERR bit offset is not an integer or out of range");

/// The byte and the mask of a bit.
fn bit_offset(call: &Call<'_>, index: usize) -> Result<(usize, u8), CommandError> {
    let offset = usize::try_from(call.integer(index).map_err(|_| BIT_OFFSET)?).map_err(|_| BIT_OFFSET)?;
    if offset / 8 >= MAX_STRING {
        return Err(BIT_OFFSET);
    }
    Ok((offset / 8, 0x80 >> (offset % 8)))
}

/// `GETBIT key offset`: the bit, 0 past the end.
pub(super) fn getbit(call: &mut Call<'_>) -> Outcome {
    let (byte, mask) = bit_offset(call, 2)?;
    let value = call.keyspace.read::<StringValue>(call.arg(1))?;
    let set = value
        .is_some_and(|value| value.with_bytes(|bytes| bytes.get(byte).is_some_and(|byte| byte & mask != 0)));
    call.reply_bool(set);
    Ok(())
}

/// `SETBIT key offset value`: the bit as it was.
pub(super) fn setbit(call: &mut Call<'_>) -> Outcome {
    let (byte, mask) = bit_offset(call, 2)?;
    let on = match call.integer(3) {
        Ok(0) => false,
        Ok(1) => true,
        _ => return Err(CommandError::Fixed("ERR bit is not an integer or out of range")),
    };
    let (before, grows) = call.keyspace.write_or_create::<StringValue>(call.arg(1))?.change(|bytes| {
        let grows = bytes.len() <= byte;
        if grows {
            bytes.resize(byte + 1, 0);
        }
        let before = bytes.get_mut(byte).is_some_and(|place| {
            let before = *place & mask != 0;
            *place = if on { *place | mask } else { *place & !mask };
            before
        });
        (before, grows)
    });
    call.keyspace.touched = grows || before != on;
    call.reply_bool(before);
    Ok(())
}

/// The unit of a range: whole bytes, or bits.
fn is_bits(call: &Call<'_>, index: usize) -> Result<bool, CommandError> {
    if index >= call.len() || call.is_word(index, "byte") {
        Ok(false)
    } else if call.is_word(index, "bit") {
        Ok(true)
    } else {
        Err(CommandError::Syntax)
    }
}

/// The bits `start..end` of a range given in `bits` or bytes, of a string of `len` bytes.
fn bit_range(start: i64, stop: i64, len: usize, bits: bool) -> Option<(usize, usize)> {
    let unit = if bits { 1 } else { 8 };
    let total = if bits { len * 8 } else { len };
    // As in `GETRANGE`, an end before the start of the string means its first unit.
    let floor = -i64::try_from(total).unwrap_or(i64::MAX);
    let (start, end) = resolve_range(start, stop.max(floor), total)?;
    Some((start * unit, end * unit))
}

/// Whether a bit is set; bits past the end are not.
fn bit_at(bytes: &[u8], bit: usize) -> bool {
    bytes.get(bit / 8).is_some_and(|byte| byte & (0x80 >> (bit % 8)) != 0)
}

/// The first bit of that value in `start..end`.
fn find_bit(bytes: &[u8], start: usize, end: usize, wanted: bool) -> Option<usize> {
    let dull = if wanted { 0 } else { 0xff };
    let edge = start.next_multiple_of(8).min(end);
    let is_wanted = |&bit: &usize| bit_at(bytes, bit) == wanted;
    (start..edge).find(is_wanted).or_else(|| {
        let whole = bytes.get(edge / 8..end / 8).unwrap_or_default();
        let passed = whole.iter().take_while(|byte| **byte == dull).count();
        (edge + passed * 8..end).find(is_wanted)
    })
}

/// Counts the bits that are set in `start..end`.
fn count_bits(bytes: &[u8], start: usize, end: usize) -> usize {
    let (first, last) = (start.div_ceil(8), end / 8);
    if first >= last {
        return (start..end).filter(|&bit| bit_at(bytes, bit)).count();
    }
    let whole = bytes.get(first..last).unwrap_or_default();
    let edges = (start..first * 8).chain(last * 8..end).filter(|&bit| bit_at(bytes, bit)).count();
    edges + whole.iter().map(|byte| byte.count_ones() as usize).sum::<usize>()
}

/// The range of `BITCOUNT` and `BITPOS`: its ends, and whether they are bits.
#[derive(Clone, Copy)]
struct Range {
    start: i64,
    stop: i64,
    bits: bool,
}

/// Reads the range of `BITCOUNT`, if there is one.
fn count_range(call: &Call<'_>) -> Result<Option<Range>, CommandError> {
    let dialect = call.keyspace.dialect().keyspace;
    match call.len() {
        2 => Ok(None),
        3 if dialect.bit_count_without_end => {
            Ok(Some(Range { start: call.integer(2)?, stop: -1, bits: false }))
        }
        4 | 5 => {
            let start = call.integer(2)?;
            if dialect.bit_range_first {
                is_bits(call, 4)?;
            }
            let stop = call.integer(3)?;
            if start < 0 && stop < 0 && start > stop && !dialect.bit_range_first {
                // Redis 7.0 is done here, before it looks at the unit.
                return Ok(Some(Range { start, stop, bits: false }));
            }
            Ok(Some(Range { start, stop, bits: is_bits(call, 4)? }))
        }
        _ => Err(CommandError::Syntax),
    }
}

/// `BITCOUNT key [start [end [BYTE|BIT]]]`: how many bits are set.
pub(super) fn bitcount(call: &mut Call<'_>) -> Outcome {
    if call.keyspace.dialect().keyspace.bit_range_first {
        count_range(call)?;
    }
    if call.keyspace.read::<StringValue>(call.arg(1))?.is_none() {
        call.reply.integer(0);
        return Ok(());
    }
    let range = count_range(call)?;
    let count = match call.keyspace.read::<StringValue>(call.arg(1))? {
        None => 0,
        Some(value) => value.with_bytes(|bytes| {
            let range = match range {
                None => Some((0, bytes.len() * 8)),
                Some(Range { start, stop, .. }) if start < 0 && stop < 0 && start > stop => None,
                Some(Range { start, stop, bits }) => bit_range(start, stop, bytes.len(), bits),
            };
            range.map_or(0, |(start, end)| count_bits(bytes, start, end))
        }),
    };
    call.reply_len(count);
    Ok(())
}

/// Reads the range of `BITPOS`, and whether it has an end.
fn position_range(call: &Call<'_>) -> Result<(Range, bool), CommandError> {
    if call.len() > 6 {
        return Err(CommandError::Syntax);
    }
    let start = if call.len() > 3 { call.integer(3)? } else { 0 };
    let bits = is_bits(call, 5)?;
    let has_end = call.len() > 4;
    Ok((Range { start, stop: if has_end { call.integer(4)? } else { -1 }, bits }, has_end))
}

/// `BITPOS key bit [start [end [BYTE|BIT]]]`: the first bit with that value, or -1.
pub(super) fn bitpos(call: &mut Call<'_>) -> Outcome {
    let wanted = match call.integer(2)? {
        0 => false,
        1 => true,
        _ => return Err(CommandError::Fixed("ERR The bit argument must be 1 or 0.")),
    };
    if call.keyspace.dialect().keyspace.bit_range_first {
        position_range(call)?;
    }
    if call.keyspace.read::<StringValue>(call.arg(1))?.is_none() {
        // A missing key is all zeros.
        call.reply.integer(if wanted { -1 } else { 0 });
        return Ok(());
    }
    let (Range { start, stop, bits }, has_end) = position_range(call)?;
    let position = match call.keyspace.read::<StringValue>(call.arg(1))? {
        None => None,
        Some(value) => value.with_bytes(|bytes| {
            let (start, end) = bit_range(start, stop, bytes.len(), bits)?;
            let found = find_bit(bytes, start, end, wanted);
            // Without an end, zeros go on for ever behind the string.
            found.or_else(|| (!wanted && !has_end).then_some(bytes.len() * 8))
        }),
    };
    match position {
        Some(position) => call.reply_len(position),
        None => call.reply.integer(-1),
    }
    Ok(())
}

/// What `BITOP` makes of strings.
#[derive(Clone, Copy)]
enum Operation {
    And,
    Or,
    Xor,
    Not,
}

/// Applies an operation to each byte and that of `bytes`, zero past its end.
fn apply(result: &mut [u8], bytes: &[u8], operation: impl Fn(u8, u8) -> u8) {
    let (within, beyond) = result.split_at_mut(bytes.len().min(result.len()));
    within.iter_mut().zip(bytes).for_each(|(place, byte)| *place = operation(*place, *byte));
    beyond.iter_mut().for_each(|place| *place = operation(*place, 0));
}

/// `BITOP AND|OR|XOR|NOT target key ...`: the length of the result; shorter strings count as padded with zeros.
pub(super) fn bitop(call: &mut Call<'_>) -> Outcome {
    let operation = match call.arg(1).to_ascii_lowercase().as_slice() {
        b"and" => Operation::And,
        b"or" => Operation::Or,
        b"xor" => Operation::Xor,
        b"not" => {
            if call.len() != 4 {
                return Err(CommandError::Fixed("ERR BITOP NOT must be called with a single source key."));
            }
            Operation::Not
        }
        _ => return Err(CommandError::Syntax),
    };
    for key in call.args_from(3) {
        call.keyspace.read::<StringValue>(key)?;
    }
    let sources = || call.args_from(3).map(|key| call.keyspace.peek::<StringValue>(key));
    let length = sources().map(|source| source.map_or(0, StringValue::len)).max().unwrap_or(0);
    // One source after the other: the same key may be named many times, and what is kept is the result alone.
    let mut result = vec![0; length];
    for (number, source) in sources().enumerate() {
        let mut combine = |bytes: &[u8]| match operation {
            Operation::Not => apply(&mut result, bytes, |_, byte| !byte),
            _ if number == 0 => apply(&mut result, bytes, |_, byte| byte),
            Operation::And => apply(&mut result, bytes, |place, byte| place & byte),
            Operation::Or => apply(&mut result, bytes, |place, byte| place | byte),
            Operation::Xor => apply(&mut result, bytes, |place, byte| place ^ byte),
        };
        match source {
            Some(source) => source.with_bytes(combine),
            None => combine(b""),
        }
    }
    let key = call.arg(2);
    if result.is_empty() {
        call.keyspace.remove(key);
    } else {
        call.keyspace.put(key, crate::object::Value::String(StringValue::Changed(result)), None);
    }
    call.reply_len(length);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{bit_at, find_bit};

    #[test]
    fn bits_are_found_in_all_ranges() {
        let bytes = [0xff, 0xff, 0xfb, 0x00, 0x00, 0x10, 0xff];
        let total = bytes.len() * 8;
        for (start, end) in (0..=total).flat_map(|start| (start..=total).map(move |end| (start, end))) {
            for wanted in [false, true] {
                let one_by_one = (start..end).find(|&bit| bit_at(&bytes, bit) == wanted);
                assert_eq!(find_bit(&bytes, start, end, wanted), one_by_one, "{start}..{end} {wanted}");
            }
        }
    }
}
