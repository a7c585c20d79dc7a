//! Numbers as text, by the rules of Redis: which texts are integers or doubles, and how a double is printed.
//!
//! Redis is strict where C is lax: an integer is canonical decimal (no `+`, no leading zero, no blanks), so that a number
//! and its text are the same value. Doubles go through `strtod`, minus leading blanks and NaN.
//!
//! **Invariant:** `parse_integer(text) == Some(n)` exactly when `IntegerText::new(n)` is `text`.

use std::fmt::Write as _;

/// Reads a canonical 64-bit integer; anything else (`01`, `+1`, ` 1`, `-0`, out of range) is none.
#[must_use]
pub fn parse_integer(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    let first = *digits.first()?;
    if digits.len() > 19 {
        return None;
    }
    if first == b'0' {
        return (digits.len() == 1 && !negative).then_some(0);
    }
    let mut value: u64 = 0;
    for &digit in digits {
        let digit = digit.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        // Nineteen digits always fit.
        value = value * 10 + u64::from(digit);
    }
    if negative { 0i64.checked_sub_unsigned(value) } else { i64::try_from(value).ok() }
}

/// The decimal text of an integer, without an allocation.
#[derive(Clone, Copy, Debug)]
pub struct IntegerText {
    bytes: [u8; 20],
    start: u8,
}

impl IntegerText {
    /// The text of `value`.
    #[must_use]
    pub fn new(value: i64) -> Self {
        let mut bytes = [0; 20];
        let mut start = bytes.len();
        let mut rest = value.unsigned_abs();
        loop {
            start -= 1;
            // The remainder of ten is one digit.
            bytes[start] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        if value < 0 {
            start -= 1;
            bytes[start] = b'-';
        }
        // At most 20.
        Self { bytes, start: start as u8 }
    }

    /// The text.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[usize::from(self.start)..]
    }
}

/// Reads a double as Redis reads scores: no leading blanks, nothing after the number, not NaN, and neither overflow nor
/// underflow to zero. `inf`, `+inf`, `-infinity` and hexadecimal floats are numbers.
#[must_use]
pub fn parse_double(text: &[u8]) -> Option<f64> {
    if text.first().is_none_or(|&byte| is_space(byte)) {
        return None;
    }
    strtod_whole(text)
}

/// Whether the text begins as a hexadecimal number does.
pub(crate) fn is_hexadecimal(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").or(text.strip_prefix(b"+")).unwrap_or(text);
    matches!(digits, [b'0', b'x' | b'X', ..])
}

/// Reads an end point of a score range, whose `strtod` is called on a C string: leading blanks are skipped, the text ends
/// at a NUL, and no text at all is 0.
#[must_use]
pub fn parse_endpoint_double(text: &[u8]) -> Option<f64> {
    let end = text.iter().position(|&byte| byte == 0).unwrap_or(text.len());
    let text = text.get(..end)?;
    if text.is_empty() {
        return Some(0.0);
    }
    let blanks = text.iter().take_while(|&&byte| is_space(byte)).count();
    strtod(text.get(blanks..)?).filter(|value| !value.is_nan())
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | 0x0b | 0x0c | b'\r')
}

/// Whether the text begins with a blank.
pub(crate) fn starts_blank(text: &[u8]) -> bool {
    text.first().is_some_and(|&byte| is_space(byte))
}

/// Reads a whole text as C's `strtoull` does: blanks and a sign may come first, and a minus wraps around.
pub(crate) fn strtoull(text: &[u8]) -> Option<u64> {
    let blanks = text.iter().take_while(|&&byte| is_space(byte)).count();
    let (negative, digits) = match text.get(blanks..)? {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value: u64 = std::str::from_utf8(digits).ok()?.parse().ok()?;
    Some(if negative { value.wrapping_neg() } else { value })
}

/// Reads an unsigned number as Redis reads the parts of stream ids: a negative integer is none, but what is not written as
/// an integer is left to `strtoull`, which wraps `-01` around.
pub(crate) fn parse_unsigned(text: &[u8]) -> Option<u64> {
    match parse_integer(text) {
        Some(value) => u64::try_from(value).ok(),
        None => strtoull(text),
    }
}

fn strtod_whole(text: &[u8]) -> Option<f64> {
    let value = strtod(text)?;
    // `strtod` reports a range error for these, which Redis refuses; an infinity that was spelled out is fine.
    let has_digit = text.iter().any(u8::is_ascii_digit);
    let overflow = value.is_infinite() && has_digit;
    let underflow = value == 0.0 && mantissa_digits(text).any(|digit| digit != b'0');
    (!value.is_nan() && !overflow && !underflow).then_some(value)
}

fn mantissa_digits(text: &[u8]) -> impl Iterator<Item = u8> + '_ {
    let hexadecimal = text.iter().any(|byte| byte.eq_ignore_ascii_case(&b'x'));
    let exponent = if hexadecimal { b'p' } else { b'e' };
    text.iter()
        .copied()
        .take_while(move |byte| byte.to_ascii_lowercase() != exponent)
        .filter(u8::is_ascii_hexdigit)
}

fn strtod(text: &[u8]) -> Option<f64> {
    let (negative, rest) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    if rest.first().is_some_and(|byte| matches!(byte, b'+' | b'-')) {
        return None;
    }
    let magnitude = match rest {
        [b'0', b'x' | b'X', digits @ ..] => parse_hexadecimal(digits)?,
        _ => std::str::from_utf8(rest).ok()?.parse().ok()?,
    };
    Some(if negative { -magnitude } else { magnitude })
}

/// Hexadecimal digits with a fraction and a binary exponent, without the `0x`.
fn parse_hexadecimal(text: &[u8]) -> Option<f64> {
    let mut mantissa: u64 = 0;
    let mut sticky = 0;
    let mut exponent: i64 = 0;
    let mut digits = 0usize;
    let mut fraction = false;
    let mut rest = text;
    while let [byte, tail @ ..] = rest {
        match (char::from(*byte).to_digit(16), *byte) {
            (Some(digit), _) => {
                digits += 1;
                if mantissa >> 59 == 0 {
                    mantissa = mantissa << 4 | u64::from(digit);
                    exponent -= if fraction { 4 } else { 0 };
                } else {
                    sticky |= u64::from(digit != 0);
                    exponent += if fraction { 0 } else { 4 };
                }
            }
            (None, b'.') if !fraction => fraction = true,
            _ => break,
        }
        rest = tail;
    }
    if digits == 0 {
        return None;
    }
    if let [b'p' | b'P', tail @ ..] = rest {
        let power: i64 = std::str::from_utf8(tail).ok()?.parse().ok()?;
        exponent = exponent.checked_add(power)?;
    } else if !rest.is_empty() {
        return None;
    }
    // Two steps, so that a large negative exponent does not flush a normal number to zero on the way.
    let exponent = exponent.clamp(-2200, 2200) as i32;
    let half = exponent / 2;
    Some((mantissa | sticky) as f64 * 2f64.powi(half) * 2f64.powi(exponent - half))
}

/// Appends `value` as C's `%.17g` prints it; infinities are `inf` and `-inf`.
pub fn write_double(out: &mut Vec<u8>, value: f64) {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if value.is_nan() {
        out.extend_from_slice(if value.is_sign_negative() { b"-nan" } else { b"nan" });
        return;
    }
    if value.is_infinite() {
        out.extend_from_slice(if value < 0.0 { b"-inf" } else { b"inf" });
        return;
    }
    if value.abs() < EXACT && value.trunc() == value && !(value == 0.0 && value.is_sign_negative()) {
        // An integer below 2^53 converts exactly.
        out.extend_from_slice(IntegerText::new(value as i64).as_bytes());
        return;
    }
    let mut text = String::with_capacity(32);
    // Rust prints the exact decimal expansion, correctly rounded, as the C library does; writing to a String cannot fail.
    let _ = write!(text, "{:.16e}", value.abs());
    if value.is_sign_negative() {
        out.push(b'-');
    }
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let digits: Vec<u8> = mantissa.bytes().filter(u8::is_ascii_digit).collect();
    let significant = digits.iter().rposition(|&digit| digit != b'0').map_or(1, |last| last + 1);
    let digits = digits.get(..significant).unwrap_or(b"0");
    write_general(out, digits, exponent);
}

/// Lays out `digits` (significant ones, the point after the first) times ten to `exponent`, as `%g` with precision 17.
fn write_general(out: &mut Vec<u8>, digits: &[u8], exponent: i32) {
    if (-4..17).contains(&exponent) {
        if exponent < 0 {
            out.extend_from_slice(b"0.");
            out.extend(std::iter::repeat_n(b'0', (-1 - exponent).unsigned_abs() as usize));
            out.extend_from_slice(digits);
        } else {
            let whole = exponent.unsigned_abs() as usize + 1;
            if digits.len() <= whole {
                out.extend_from_slice(digits);
                out.extend(std::iter::repeat_n(b'0', whole - digits.len()));
            } else {
                let (integer, fraction) = digits.split_at(whole);
                out.extend_from_slice(integer);
                out.push(b'.');
                out.extend_from_slice(fraction);
            }
        }
        return;
    }
    let (first, fraction) = digits.split_at(1);
    out.extend_from_slice(first);
    if !fraction.is_empty() {
        out.push(b'.');
        out.extend_from_slice(fraction);
    }
    out.extend_from_slice(if exponent < 0 { b"e-" } else { b"e+" });
    let magnitude = i64::from(exponent.unsigned_abs());
    if magnitude < 10 {
        out.push(b'0');
    }
    out.extend_from_slice(IntegerText::new(magnitude).as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(value: f64) -> String {
        let mut out = Vec::new();
        write_double(&mut out, value);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn doubles_print_with_seventeen_digits() {
        let cases: [(f64, &str); 12] = [
            (3.0, "3"),
            (0.1, "0.10000000000000001"),
            (-0.0, "-0"),
            (1e17, "1e+17"),
            (1e16, "10000000000000000"),
            (123_456_789_012_345_680.0, "1.2345678901234568e+17"),
            (1e-5, "1.0000000000000001e-05"),
            (0.0001, "0.0001"),
            (1.5e300, "1.5000000000000001e+300"),
            (5e-324, "4.9406564584124654e-324"),
            (f64::NEG_INFINITY, "-inf"),
            (9_007_199_254_740_992.0, "9007199254740992"),
        ];
        for (value, text) in cases {
            assert_eq!(shown(value), text);
        }
    }

    #[test]
    fn texts_that_are_not_doubles() {
        for text in ["", " 1", "1 ", "nan", "1e999", "1e-999", "abc", "1.2.3", "--1", "0x", "1_0"] {
            assert_eq!(parse_double(text.as_bytes()), None, "{text:?}");
        }
        assert_eq!(parse_double(b"0x1p4"), Some(16.0));
        assert_eq!(parse_double(b"+INF"), Some(f64::INFINITY));
        assert_eq!(parse_double(b".5"), Some(0.5));
    }

    #[test]
    fn unsigned_numbers_are_read_as_c_reads_them() {
        let cases: [(&str, Option<u64>); 11] = [
            ("18446744073709551615", Some(u64::MAX)),
            ("18446744073709551616", None),
            ("+1", Some(1)),
            (" 01", Some(1)),
            ("-0", Some(0)),
            ("-01", Some(u64::MAX)),
            ("-1", None),
            ("1 ", None),
            ("", None),
            ("+", None),
            ("0x1", None),
        ];
        for (text, value) in cases {
            assert_eq!(parse_unsigned(text.as_bytes()), value, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn integers_round_trip(value: i64) {
            let text = IntegerText::new(value);
            let wanted = value.to_string();
            prop_assert_eq!(text.as_bytes(), wanted.as_bytes());
            prop_assert_eq!(parse_integer(text.as_bytes()), Some(value));
        }

        #[test]
        fn only_canonical_texts_are_integers(text in "-?[0-9]{0,21}") {
            let wanted = text.parse::<i64>().ok().filter(|value| value.to_string() == text);
            prop_assert_eq!(parse_integer(text.as_bytes()), wanted);
        }

        #[test]
        fn doubles_round_trip(value: f64) {
            prop_assume!(value.is_finite());
            prop_assert_eq!(parse_double(shown(value).as_bytes()).map(f64::to_bits), Some(value.to_bits()));
        }
    }
}
