//! Quantities with units, as they stand on a command line: `250ms`, `64mb`, `10m`.
//!
//! A quantity is a decimal number, perhaps with a fraction, and a unit in any case. Memory follows `redis.conf`: `kb`, `mb`
//! and `gb` are powers of 1,024, `k`, `m` and `g` powers of 1,000.
//!
//! **Invariant:** the result is exact or an error: a quantity that overflows its type is refused, never clamped.

use std::time::Duration;

const NANOSECONDS: &[(&str, u64)] = &[
    ("", 1_000_000),
    ("us", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("min", 60_000_000_000),
    ("h", 3_600_000_000_000),
];
const BYTES: &[(&str, u64)] = &[
    ("", 1),
    ("b", 1),
    ("k", 1_000),
    ("kb", 1 << 10),
    ("kib", 1 << 10),
    ("m", 1_000_000),
    ("mb", 1 << 20),
    ("mib", 1 << 20),
    ("g", 1_000_000_000),
    ("gb", 1 << 30),
    ("gib", 1 << 30),
];
const INSTRUCTIONS: &[(&str, u64)] =
    &[("", 1), ("k", 1_000), ("m", 1_000_000), ("g", 1_000_000_000), ("b", 1_000_000_000)];

/// A span of time: `250ms`, `1.5s`, `2m`; a bare number counts milliseconds.
///
/// # Errors
/// Text for the user, when it is no positive quantity.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    quantity(text, NANOSECONDS, "use a number with us, ms, s, m or h").map(Duration::from_nanos)
}

/// A number of bytes: `512kb`, `64mb`, `1gb`; a bare number counts bytes.
///
/// # Errors
/// As for [`duration`].
pub(crate) fn bytes(text: &str) -> Result<usize, String> {
    let bytes = quantity(text, BYTES, "use a number with kb, mb or gb")?;
    usize::try_from(bytes).map_err(|_| "too large".to_owned())
}

/// A number of instructions: `500k`, `10m`, `1g`.
///
/// # Errors
/// As for [`duration`].
pub(crate) fn instructions(text: &str) -> Result<u64, String> {
    quantity(text, INSTRUCTIONS, "use a number with k, m or g")
}

fn quantity(text: &str, units: &[(&str, u64)], advice: &str) -> Result<u64, String> {
    let split = text.find(|char: char| !char.is_ascii_digit() && char != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let unit = unit.trim().to_ascii_lowercase();
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) || fraction.len() > 12 {
        return Err(format!("not a quantity: {advice}"));
    }
    let Some((_, factor)) = units.iter().find(|(name, _)| *name == unit) else {
        return Err(format!("unknown unit '{unit}': {advice}"));
    };
    scale(whole, fraction, *factor)
        .filter(|&quantity| quantity > 0)
        .ok_or_else(|| "must be above zero and not too large".to_owned())
}

/// `whole.fraction * factor`, rounded down.
fn scale(whole: &str, fraction: &str, factor: u64) -> Option<u64> {
    let factor = u128::from(factor);
    let mut total = whole.parse::<u128>().ok()?.checked_mul(factor)?;
    if !fraction.is_empty() {
        // At most 12 digits, so neither the power nor the product can overflow.
        let power = 10u128.pow(u32::try_from(fraction.len()).ok()?);
        total = total.checked_add(fraction.parse::<u128>().ok()? * factor / power)?;
    }
    u64::try_from(total).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        for (text, wanted) in
            [("250", 250_000), ("250ms", 250_000), ("1.5s", 1_500_000), ("2m", 120_000_000), ("7us", 7)]
        {
            assert_eq!(duration(text), Ok(Duration::from_micros(wanted)), "{text}");
        }
    }

    #[test]
    fn memory_and_fuel() {
        for (text, wanted) in
            [("512", 512), ("1kb", 1024), ("1K", 1000), ("0.5mb", 524_288), ("2 GB", 2 << 30)]
        {
            assert_eq!(bytes(text), Ok(wanted), "{text}");
        }
        assert_eq!(instructions("1.5m"), Ok(1_500_000));
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "ms", "-1s", "1..2s", "0", "1parsec", "99999999999999999999h", "1e6"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
