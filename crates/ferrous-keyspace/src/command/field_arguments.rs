//! The arguments of the commands on fields that go by themselves.
//!
//! A command names its fields after the word `FIELDS` and their number. Valkey looks for the word wherever it may stand, then reads the
//! options before it; Redis looks at the key, then reads one argument after the other, times at once. What is said of a bad
//! list stands in [`FieldTexts`].
//!
//! **Invariant:** what is returned has passed every check that needs no more than the arguments and the key's type.

use std::{iter::StepBy, ops::Range};

use ferrous_redis::compat::{FieldCountTexts, FieldTexts};

use super::{
    Call,
    expiry_option::{Expiry, TimeUnit, expiry_time},
    generic::{ExpireOptions, expire_options},
};
use crate::{error::CommandError, expiry::Milliseconds, number::parse_integer, object::Hash};

/// Where fields stand among the arguments.
pub(super) type Fields = StepBy<Range<usize>>;

/// The conditions of `HSETEX`: on the key, and on all of the fields.
#[derive(Clone, Copy, Default)]
pub(super) struct Conditions {
    pub(super) key: Option<bool>,
    pub(super) fields: Option<bool>,
}

/// What `HGETEX` and `HSETEX` are asked for.
pub(super) struct Request<'a> {
    pub(super) conditions: Conditions,
    pub(super) expiry: Expiry<'a>,
    pub(super) fields: Fields,
}

fn texts(call: &Call<'_>) -> &'static FieldTexts {
    &call.keyspace.dialect().keyspace.field_texts
}

fn in_order(call: &Call<'_>) -> bool {
    call.keyspace.dialect().keyspace.reads_fields_in_order
}

/// Where the word `FIELDS` stands among or after options from `first` on: at least a number comes after it.
fn find_fields(call: &Call<'_>, first: usize) -> Result<usize, CommandError> {
    let end = call.len().saturating_sub(1);
    let at = (first..end).find(|&index| call.is_word(index, "fields"));
    at.ok_or(CommandError::Fixed(texts(call).missing_after_options))
}

/// Where fields stand, whose number comes after the word `FIELDS` at `at`; each takes `step` arguments up to the command's end.
fn fields_at(
    call: &Call<'_>,
    at: usize,
    step: usize,
    wrong: FieldCountTexts,
) -> Result<Fields, CommandError> {
    let not_integer = texts(call).count_not_integer.unwrap_or(wrong.not_positive);
    let count = call.integer(at + 1).map_err(|_| CommandError::Fixed(not_integer))?;
    let count = usize::try_from(count).ok().filter(|&count| count > 0);
    let count = count.ok_or(CommandError::Fixed(wrong.not_positive))?;
    if count.checked_mul(step) != Some(call.len() - (at + 2)) {
        return Err(CommandError::Fixed(wrong.mismatch));
    }
    Ok((at + 2..call.len()).step_by(step))
}

/// The fields of a command that has no options: `FIELDS` must come right after the key.
fn fields_at_once(call: &mut Call<'_>, wrong: FieldCountTexts) -> Result<Fields, CommandError> {
    if in_order(call) {
        call.keyspace.read::<Hash>(call.arg(1))?;
    }
    if !call.is_word(2, "fields") {
        return Err(CommandError::Fixed(texts(call).missing));
    }
    fields_at(call, 2, 1, wrong)
}

/// The fields that `HTTL` and its like read times of.
pub(super) fn fields_to_read(call: &mut Call<'_>) -> Result<Fields, CommandError> {
    let wrong = texts(call).count_to_read;
    fields_at_once(call, wrong)
}

/// The fields of `HPERSIST` and `HGETDEL`.
pub(super) fn fields_to_change(call: &mut Call<'_>) -> Result<Fields, CommandError> {
    let wrong = texts(call).count_to_change;
    fields_at_once(call, wrong)
}

/// The absolute time, for fields, that an `amount` of `unit` means.
pub(super) fn field_time(
    call: &mut Call<'_>,
    unit: TimeUnit,
    amount: &[u8],
    command: &'static str,
) -> Result<Milliseconds, CommandError> {
    if in_order(call) && parse_integer(amount).is_some_and(|amount| amount < 0) {
        return Err(CommandError::Fixed("ERR invalid expire time, must be >= 0"));
    }
    let when = expiry_time(call, unit, amount, 0, command)?;
    if when > call.keyspace.dialect().keyspace.latest_field_expiry {
        return Err(CommandError::ExpireTime(command));
    }
    Ok(when)
}

/// The same for an option, if it is one that names a time.
pub(super) fn option_time(
    call: &mut Call<'_>,
    expiry: Expiry<'_>,
    command: &'static str,
) -> Result<Option<Milliseconds>, CommandError> {
    match expiry {
        Expiry::At(unit, amount) => field_time(call, unit, amount, command).map(Some),
        _ => Ok(None),
    }
}

/// The arguments of `HEXPIRE` in any unit: when, under which conditions, and the fields.
pub(super) fn expiry_of_fields(
    call: &mut Call<'_>,
    unit: TimeUnit,
    command: &'static str,
) -> Result<(Milliseconds, ExpireOptions, Fields), CommandError> {
    let amount = call.arg(2);
    let wrong = texts(call).count;
    if !in_order(call) {
        let at = find_fields(call, 3)?;
        let options = expire_options(call.args_from(3).take(at - 3))?;
        let fields = fields_at(call, at, 1, wrong)?;
        return Ok((field_time(call, unit, amount, command)?, options, fields));
    }
    call.keyspace.read::<Hash>(call.arg(1))?;
    let when = field_time(call, unit, amount, command)?;
    // At most one.
    let is_option = ["nx", "xx", "gt", "lt"].iter().any(|word| call.is_word(3, word));
    let at = 3 + usize::from(is_option);
    if !call.is_word(at, "fields") {
        return Err(CommandError::Fixed(texts(call).missing_after_options));
    }
    let options = expire_options(call.args_from(3).take(at - 3))?;
    Ok((when, options, fields_at(call, at, 1, wrong)?))
}

/// The arguments of `HGETEX`.
pub(super) fn request_to_get<'a>(call: &mut Call<'a>) -> Result<Request<'a>, CommandError> {
    let conditions = Conditions::default();
    let mut expiry = Expiry::Unchanged;
    let wrong = texts(call).count_to_change;
    if in_order(call) {
        call.keyspace.read::<Hash>(call.arg(1))?;
        let mut at = 2;
        if call.is_word(2, "persist") {
            (expiry, at) = (Expiry::Persist, 3);
        } else if let Some(unit) = TimeUnit::of(call.arg(2)) {
            (expiry, at) = (Expiry::At(unit, call.arg(3)), 4);
            option_time(call, expiry, "hgetex")?;
        }
        if !call.is_word(at, "fields") {
            return Err(CommandError::Fixed(texts(call).missing));
        }
        if at + 1 >= call.len() {
            return Err(CommandError::Arity("hgetex"));
        }
        return Ok(Request { conditions, expiry, fields: fields_at(call, at, 1, wrong)? });
    }
    // A key that is called so is taken for the word.
    let at = find_fields(call, 1)?;
    let mut index = at.min(2);
    while index < at {
        index = expiry.read(call, index, Expiry::Persist)? + 1;
    }
    if index > at {
        return Err(CommandError::Syntax);
    }
    Ok(Request { conditions, expiry, fields: fields_at(call, at, 1, wrong)? })
}

/// The arguments of `HSETEX`.
pub(super) fn request_to_set<'a>(call: &mut Call<'a>) -> Result<Request<'a>, CommandError> {
    if in_order(call) {
        return request_to_set_in_order(call);
    }
    // A key that is called so is taken for the word.
    let at = find_fields(call, 1)?;
    let (mut conditions, mut expiry) = (Conditions::default(), Expiry::Unchanged);
    let mut index = at.min(2);
    while index < at {
        if !conditions.read(call.arg(index))? {
            index = expiry.read(call, index, Expiry::Keep)?;
        }
        index += 1;
    }
    if index > at {
        return Err(CommandError::Syntax);
    }
    let wrong = texts(call).count_to_change;
    Ok(Request { conditions, expiry, fields: fields_at(call, at, 2, wrong)? })
}

/// As [`request_to_set`]: the first argument that is wrong counts, and `FIELDS` comes last.
fn request_to_set_in_order<'a>(call: &mut Call<'a>) -> Result<Request<'a>, CommandError> {
    const ONE_EXPIRY: &str = "ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified";
    const ONE_CONDITION: &str = "ERR Only one of FXX or FNX arguments can be specified";
    let (mut conditions, mut expiry) = (Conditions::default(), Expiry::Unchanged);
    let mut index = 2;
    while index < call.len() && !call.is_word(index, "fields") {
        let word = call.arg(index);
        let is_condition = [b"fnx", b"fxx"].iter().any(|name| word.eq_ignore_ascii_case(*name));
        let unit = TimeUnit::of(word);
        if is_condition {
            if conditions.fields.is_some() {
                return Err(CommandError::Fixed(ONE_CONDITION));
            }
            conditions.read(word)?;
        } else if unit.is_some() || call.is_word(index, "keepttl") {
            if !matches!(expiry, Expiry::Unchanged) {
                return Err(CommandError::Fixed(ONE_EXPIRY));
            }
            expiry = Expiry::Keep;
            if let Some(unit) = unit {
                index += 1;
                expiry = Expiry::At(unit, call.arg(index));
                option_time(call, expiry, "hsetex")?;
            }
        } else {
            return Err(CommandError::Other([b"ERR unknown argument: ", word].concat().into()));
        }
        index += 1;
    }
    // A number, a field and a value at least.
    if index + 3 >= call.len() {
        return Err(CommandError::Arity("hsetex"));
    }
    let count = call.integer(index + 1).ok().and_then(|count| i32::try_from(count).ok());
    let count = count.and_then(|count| usize::try_from(count).ok()).filter(|&count| count > 0);
    let count = count.ok_or(CommandError::Fixed("ERR invalid number of fields"))?;
    if count.checked_mul(2) != Some(call.len() - (index + 2)) {
        return Err(CommandError::Arity("hsetex"));
    }
    Ok(Request { conditions, expiry, fields: (index + 2..call.len()).step_by(2) })
}

impl Conditions {
    /// Reads one; whether the word is one. Two that exclude each other are bad syntax.
    fn read(&mut self, word: &[u8]) -> Result<bool, CommandError> {
        let (place, wanted) = match word.to_ascii_lowercase().as_slice() {
            b"nx" => (&mut self.key, false),
            b"xx" => (&mut self.key, true),
            b"fnx" => (&mut self.fields, false),
            b"fxx" => (&mut self.fields, true),
            _ => return Ok(false),
        };
        if place.replace(wanted).is_some_and(|before| before != wanted) {
            return Err(CommandError::Syntax);
        }
        Ok(true)
    }
}
