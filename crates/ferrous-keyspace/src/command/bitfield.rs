//! `BITFIELD`: integers of any width inside strings.
//!
//! A number is up to 64 bits wide and may start at any bit, the highest of its bits first. Sums are computed in 128 bits, and
//! then wrapped, saturated or refused as `OVERFLOW` says.
//!
//! **Invariant:** a command with an error in any step takes none.

use super::Call;
use crate::{
    error::{CommandError, Outcome},
    number::parse_integer,
    object::{MAX_STRING, StringValue},
};

/// What to do when a number leaves its width.
#[derive(Clone, Copy)]
enum Overflow {
    Wrap,
    Saturate,
    Fail,
}

/// An integer type: `u8`, `i16`...
#[derive(Clone, Copy)]
struct Kind {
    signed: bool,
    bits: u32,
}

impl Kind {
    /// The lowest and the highest number.
    fn limits(self) -> (i128, i128) {
        if self.signed {
            (-(1 << (self.bits - 1)), (1 << (self.bits - 1)) - 1)
        } else {
            (0, (1 << self.bits) - 1)
        }
    }

    /// The number that the low bits of `value` mean.
    fn wrapped(self, value: i128) -> i128 {
        let low = value & ((1 << self.bits) - 1);
        let (_, highest) = self.limits();
        if self.signed && low > highest { low - (1 << self.bits) } else { low }
    }

    fn fit(self, value: i128, overflow: Overflow) -> Option<i128> {
        let (lowest, highest) = self.limits();
        if (lowest..=highest).contains(&value) {
            return Some(value);
        }
        match overflow {
            Overflow::Wrap => Some(self.wrapped(value)),
            Overflow::Saturate => Some(value.clamp(lowest, highest)),
            Overflow::Fail => None,
        }
    }
}

#[derive(Clone, Copy)]
enum Action {
    Get,
    Set(i64),
    Increment(i64),
}

#[derive(Clone, Copy)]
struct Step {
    action: Action,
    kind: Kind,
    offset: usize,
    overflow: Overflow,
}

/// Reads a type.
fn kind(text: &[u8]) -> Result<Kind, CommandError> {
    let invalid = CommandError::Fixed(
        "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.",
    );
    let (signed, digits) = match text {
        [b'i', digits @ ..] => (true, digits),
        [b'u', digits @ ..] => (false, digits),
        _ => return Err(invalid),
    };
    let bits = parse_integer(digits).and_then(|bits| u32::try_from(bits).ok()).unwrap_or(0);
    let most = if signed { 64 } else { 63 };
    if (1..=most).contains(&bits) { Ok(Kind { signed, bits }) } else { Err(invalid) }
}

const BIT_OFFSET: CommandError = CommandError::Fixed("ERR bit offset is not an integer or out of range");

/// An offset in bits, or with `#` in numbers of the type.
fn offset(text: &[u8], kind: Kind) -> Result<usize, CommandError> {
    let (digits, unit) = match text {
        [b'#', digits @ ..] => (digits, i64::from(kind.bits)),
        digits => (digits, 1),
    };
    let offset = parse_integer(digits).and_then(|offset| offset.checked_mul(unit));
    let offset = offset.and_then(|offset| usize::try_from(offset).ok());
    // A number may begin in the last byte that a string can have, and must end there.
    offset.filter(|offset| offset / 8 < MAX_STRING).ok_or(BIT_OFFSET)
}

/// Reads the steps; an error in any of them comes before the first is taken.
fn read_steps(call: &Call<'_>, read_only: bool) -> Result<Vec<Step>, CommandError> {
    let mut steps = Vec::new();
    let mut overflow = Overflow::Wrap;
    let mut index = 2;
    while index < call.len() {
        let following = call.len() - index - 1;
        if call.is_word(index, "overflow") && following >= 1 {
            overflow = match call.arg(index + 1).to_ascii_lowercase().as_slice() {
                b"wrap" => Overflow::Wrap,
                b"sat" => Overflow::Saturate,
                b"fail" => Overflow::Fail,
                _ => return Err(CommandError::Fixed("ERR Invalid OVERFLOW type specified")),
            };
            index += 2;
            continue;
        }
        let get = call.is_word(index, "get") && following >= 2;
        let set = call.is_word(index, "set") && following >= 3;
        let increment = call.is_word(index, "incrby") && following >= 3;
        if !get && !set && !increment {
            return Err(CommandError::Syntax);
        }
        let kind = kind(call.arg(index + 1))?;
        let offset = offset(call.arg(index + 2), kind)?;
        let action = if get {
            Action::Get
        } else if set {
            Action::Set(call.integer(index + 3)?)
        } else {
            Action::Increment(call.integer(index + 3)?)
        };
        steps.push(Step { action, kind, offset, overflow });
        index += if get { 3 } else { 4 };
    }
    if read_only && steps.iter().any(|step| !matches!(step.action, Action::Get)) {
        return Err(CommandError::Fixed("ERR BITFIELD_RO only supports the GET subcommand"));
    }
    Ok(steps)
}

/// The number at an offset, with zeros past the end.
fn read_bits(bytes: &[u8], offset: usize, kind: Kind) -> i128 {
    let value = (offset..offset + kind.bits as usize).fold(0i128, |value, bit| {
        let set = bytes.get(bit / 8).is_some_and(|byte| byte & (0x80 >> (bit % 8)) != 0);
        value << 1 | i128::from(set)
    });
    kind.wrapped(value)
}

/// Writes the low bits of a number at an offset, the highest first.
fn write_bits(bytes: &mut [u8], offset: usize, kind: Kind, value: i128) {
    for index in 0..kind.bits {
        let bit = offset + index as usize;
        let set = value >> (kind.bits - 1 - index) & 1 == 1;
        if let Some(byte) = bytes.get_mut(bit / 8) {
            let mask = 0x80 >> (bit % 8);
            *byte = if set { *byte | mask } else { *byte & !mask };
        }
    }
}

/// Takes one step on the bytes; the number to answer, if it did not fail.
fn take(bytes: &mut [u8], step: Step) -> Option<i128> {
    let before = read_bits(bytes, step.offset, step.kind);
    let (after, answer) = match step.action {
        Action::Get => return Some(before),
        Action::Set(value) => {
            // For an unsigned type a negative number is a very large one.
            let value = if step.kind.signed { i128::from(value) } else { i128::from(value.cast_unsigned()) };
            (step.kind.fit(value, step.overflow)?, before)
        }
        Action::Increment(amount) => {
            let sum = step.kind.fit(before + i128::from(amount), step.overflow)?;
            (sum, sum)
        }
    };
    write_bits(bytes, step.offset, step.kind, after);
    Some(answer)
}

/// Takes the steps, after all of them have been read.
fn bitfield_generic(call: &mut Call<'_>, read_only: bool) -> Outcome {
    let steps = read_steps(call, read_only)?;
    let key = call.arg(1);
    let writes = steps.iter().filter(|step| !matches!(step.action, Action::Get));
    let end = writes.map(|step| (step.offset + step.kind.bits as usize).div_ceil(8)).max();
    let mut answers = Vec::with_capacity(steps.len());
    match end {
        None => {
            let mut bytes =
                call.keyspace.read::<StringValue>(key)?.map(StringValue::to_vec).unwrap_or_default();
            answers.extend(steps.iter().map(|&step| take(&mut bytes, step)));
        }
        Some(end) => {
            call.keyspace.read::<StringValue>(key)?;
            if end > MAX_STRING {
                return Err(BIT_OFFSET);
            }
            call.keyspace.write_or_create::<StringValue>(key)?.change(|bytes| {
                if bytes.len() < end {
                    bytes.resize(end, 0);
                }
                answers.extend(steps.iter().map(|&step| take(bytes, step)));
            });
        }
    }
    call.reply.begin_array(answers.len());
    for answer in answers {
        // Every type fits in 64 signed bits.
        match answer.and_then(|answer| i64::try_from(answer).ok()) {
            Some(answer) => call.reply.integer(answer),
            None => call.reply.null(),
        }
    }
    call.reply.end();
    Ok(())
}

/// `BITFIELD key [GET type offset | SET type offset value | INCRBY type offset amount | OVERFLOW WRAP|SAT|FAIL] ...`: for each
/// step the number before (`SET`) or after (`INCRBY`), null where `FAIL` stopped it.
pub(super) fn bitfield(call: &mut Call<'_>) -> Outcome {
    bitfield_generic(call, false)
}

/// `BITFIELD_RO key [GET type offset ...]`.
pub(super) fn bitfield_ro(call: &mut Call<'_>) -> Outcome {
    bitfield_generic(call, true)
}
