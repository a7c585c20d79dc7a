//! The options that say when something goes, of `SET`, `GETEX` and their like: `EX`, `PX`, `EXAT`, `PXAT`, `KEEPTTL`, `PERSIST`.
//!
//! A time is only read once all options are known: bad syntax is found first.
//!
//! **Invariant:** one expiry is chosen; the same unit may be given again, and then the last time counts.

use super::Call;
use crate::{error::CommandError, expiry::Milliseconds, number::parse_integer};

/// How a time is given: seconds or milliseconds, from now or from 1970.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct TimeUnit {
    pub(super) seconds: bool,
    pub(super) absolute: bool,
}

impl TimeUnit {
    /// The unit that an option's word stands for.
    pub(super) fn of(word: &[u8]) -> Option<Self> {
        let (seconds, absolute) = match word.to_ascii_lowercase().as_slice() {
            b"ex" => (true, false),
            b"px" => (false, false),
            b"exat" => (true, true),
            b"pxat" => (false, true),
            _ => return None,
        };
        Some(Self { seconds, absolute })
    }
}

/// What is to become of an expiry.
#[derive(Clone, Copy)]
pub(super) enum Expiry<'a> {
    /// What the command does without an option.
    Unchanged,
    /// `KEEPTTL`.
    Keep,
    /// `PERSIST`.
    Persist,
    /// A time, as it was given.
    At(TimeUnit, &'a [u8]),
}

impl<'a> Expiry<'a> {
    /// Reads the option at `index`; returns where it ends. `word` is the one that a command has beside the times.
    pub(super) fn read(&mut self, call: &Call<'a>, index: usize, word: Self) -> Result<usize, CommandError> {
        let name = if matches!(word, Self::Persist) { "persist" } else { "keepttl" };
        if call.is_word(index, name) && !matches!(self, Self::At(..)) {
            *self = word;
            return Ok(index);
        }
        match TimeUnit::of(call.arg(index)) {
            Some(unit) if index + 1 < call.len() && self.may_become(unit) => {
                *self = Self::At(unit, call.arg(index + 1));
                Ok(index + 1)
            }
            _ => Err(CommandError::Syntax),
        }
    }

    /// Redis takes the same expiry option twice, but not two different ones.
    fn may_become(self, unit: TimeUnit) -> bool {
        match self {
            Self::Unchanged => true,
            Self::At(before, _) => before == unit,
            Self::Keep | Self::Persist => false,
        }
    }

    /// The time, if there is one, which must lie after 1970 or the time of the command.
    pub(super) fn positive(
        self,
        call: &mut Call<'_>,
        command: &'static str,
    ) -> Result<Option<Milliseconds>, CommandError> {
        self.time(call, 1, command)
    }

    /// The time, if there is one, the given amount being no less than `lowest`.
    pub(super) fn time(
        self,
        call: &mut Call<'_>,
        lowest: i64,
        command: &'static str,
    ) -> Result<Option<Milliseconds>, CommandError> {
        match self {
            Self::At(unit, amount) => expiry_time(call, unit, amount, lowest, command).map(Some),
            _ => Ok(None),
        }
    }
}

/// The absolute time that an `amount` of `unit`, no less than `lowest`, means.
pub(super) fn expiry_time(
    call: &mut Call<'_>,
    unit: TimeUnit,
    amount: &[u8],
    lowest: i64,
    command: &'static str,
) -> Result<Milliseconds, CommandError> {
    let amount = parse_integer(amount).ok_or(CommandError::NotInteger)?;
    let invalid = CommandError::ExpireTime(command);
    if amount < lowest {
        return Err(invalid);
    }
    let milliseconds = if unit.seconds { amount.checked_mul(1000) } else { Some(amount) };
    let base = if unit.absolute { 0 } else { call.keyspace.now() };
    milliseconds.and_then(|milliseconds| milliseconds.checked_add(base)).ok_or(invalid)
}
