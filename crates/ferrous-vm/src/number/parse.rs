//! Text to number, with the grammar of glibc's `strtod`.
//!
//! Decimal and hexadecimal numerals, both with a fraction and an exponent, `inf`, `infinity`, `nan` and `nan(...)`, all in
//! either case and with a sign. Numerals of up to 15 digits without an exponent, the usual case, are summed directly; other decimals
//! go through the standard library, hexadecimals are rounded here.
//!
//! **Invariant:** the result is the double nearest to the numeral, ties to even, subnormal results included.

/// Digits that a `f64` holds exactly, whatever they are.
const EXACT_DIGITS: usize = 15;

/// C's `isspace` in the C locale.
pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// The number that a whole text spells, as arithmetic on strings and `tonumber` read it (`luaO_str2d`).
///
/// White space around the numeral is skipped; as PUC Lua hands the text to C, a zero byte ends it.
#[must_use]
pub fn parse(text: &[u8]) -> Option<f64> {
    let (value, length) = parse_prefix(text)?;
    ends(text, length).then_some(value)
}

/// The number at the beginning of a text and how many bytes it takes, leading white space included: C's `strtod`.
#[must_use]
pub fn parse_prefix(text: &[u8]) -> Option<(f64, usize)> {
    let (start, negative) = sign(text);
    let rest = text.get(start..)?;
    let (value, length) = match rest {
        [b'0', b'x' | b'X', digits @ ..] => match hexadecimal(digits) {
            Some((value, length)) => (value, length + 2),
            None => (0.0, 1),
        },
        [b'0'..=b'9' | b'.', ..] => decimal(rest)?,
        _ => named(rest)?,
    };
    Some((if negative { -value } else { value }, start + length))
}

/// Where the numeral begins after white space and a sign, and whether the sign is a minus.
fn sign(text: &[u8]) -> (usize, bool) {
    let start = text.iter().position(|&byte| !is_space(byte)).unwrap_or(text.len());
    match text.get(start) {
        Some(b'-') => (start + 1, true),
        Some(b'+') => (start + 1, false),
        _ => (start, false),
    }
}

/// Whether only white space follows, up to the end or a zero byte.
fn ends(text: &[u8], from: usize) -> bool {
    let rest = text.get(from..).unwrap_or_default();
    rest.iter().find(|&&byte| !is_space(byte)).is_none_or(|&byte| byte == 0)
}

fn digits(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// An exponent's length, marker and sign included; 0 where no digit follows.
fn exponent_length(text: &[u8], marker: u8) -> usize {
    match text {
        [first, rest @ ..] if first.to_ascii_lowercase() == marker => {
            let signed = usize::from(matches!(rest.first(), Some(b'+' | b'-')));
            match digits(rest.get(signed..).unwrap_or_default()) {
                0 => 0,
                count => 1 + signed + count,
            }
        }
        _ => 0,
    }
}

/// Powers of ten that a `f64` holds exactly.
const EXACT_POWERS: [f64; 23] = {
    let mut powers = [1.0; 23];
    let mut index = 1;
    while index < powers.len() {
        powers[index] = powers[index - 1] * 10.0;
        index += 1;
    }
    powers
};

fn decimal(text: &[u8]) -> Option<(f64, usize)> {
    let (mut length, mut point, mut mantissa) = (0, None, 0_u64);
    for &byte in text {
        match byte {
            b'0'..=b'9' => mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(byte - b'0')),
            b'.' if point.is_none() => point = Some(length),
            _ => break,
        }
        length += 1;
    }
    let digits = length - usize::from(point.is_some());
    if digits == 0 {
        return None;
    }
    let exponent = exponent_length(text.get(length..)?, b'e');
    // With so few digits the mantissa is exact, and so is the power: one division, rounded once.
    if exponent == 0 && digits <= EXACT_DIGITS {
        let fraction = point.map_or(0, |point| length - point - 1);
        return Some((mantissa as f64 / EXACT_POWERS.get(fraction)?, length));
    }
    length += exponent;
    let value = std::str::from_utf8(text.get(..length)?).ok()?.parse().ok()?;
    Some((value, length))
}

/// A hexadecimal numeral after its `0x`.
fn hexadecimal(text: &[u8]) -> Option<(f64, usize)> {
    let mut mantissa = 0u64;
    let mut dropped = false;
    let mut exponent = 0i64;
    let mut any = false;
    let mut point = false;
    let mut length = 0;
    for &byte in text {
        if byte == b'.' && !point {
            point = true;
        } else if let Some(digit) = char::from(byte).to_digit(16) {
            any = true;
            if mantissa >> 60 == 0 {
                mantissa = mantissa << 4 | u64::from(digit);
                exponent -= if point { 4 } else { 0 };
            } else {
                dropped |= digit != 0;
                exponent += if point { 0 } else { 4 };
            }
        } else {
            break;
        }
        length += 1;
    }
    if !any {
        return None;
    }
    let rest = text.get(length..)?;
    let marked = exponent_length(rest, b'p');
    if marked > 0 {
        let negative = rest.get(1) == Some(&b'-');
        let power = rest.get(1..marked)?.iter().filter(|byte| byte.is_ascii_digit());
        let power = power.fold(0i64, |sum, digit| (sum * 10 + i64::from(digit - b'0')).min(1 << 40));
        exponent = exponent.saturating_add(if negative { -power } else { power });
    }
    Some((scale(mantissa, dropped, exponent), length + marked))
}

/// `mantissa * 2^exponent`, correctly rounded; `sticky` says that the true mantissa is a little larger.
fn scale(mantissa: u64, sticky: bool, exponent: i64) -> f64 {
    if mantissa == 0 {
        return 0.0;
    }
    // The leading bit goes to bit 63, so that the value lies between 2^(exponent + 63) and its double.
    let shift = mantissa.leading_zeros();
    let mantissa = mantissa << shift;
    let exponent = exponent - i64::from(shift);
    let top = exponent + 63;
    if top > 1023 {
        return f64::INFINITY;
    }
    // 53 bits stay, fewer when the result is subnormal.
    let drop = if top >= -1022 { 11 } else { (11 - 1022 - top).min(64) };
    let (kept, lost, half) = if drop == 64 {
        (0, mantissa, 1u64 << 63)
    } else {
        (mantissa >> drop, mantissa & ((1 << drop) - 1), 1u64 << (drop - 1))
    };
    let below_half = top < -1075 || lost < half;
    let up = !below_half && (lost > half || sticky || kept & 1 == 1);
    let kept = kept + u64::from(up);
    // A carry out of the mantissa runs into the exponent field, which is just what rounding up to a power of two wants.
    let biased = if top >= -1022 { (top + 1022).unsigned_abs() } else { 0 };
    f64::from_bits((biased << 52) + kept)
}

fn named(text: &[u8]) -> Option<(f64, usize)> {
    let starts = |word: &[u8]| text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
    if starts(b"infinity") {
        Some((f64::INFINITY, 8))
    } else if starts(b"inf") {
        Some((f64::INFINITY, 3))
    } else if starts(b"nan") {
        let inside = text.get(4..).filter(|_| text.get(3) == Some(&b'(')).unwrap_or_default();
        let tag = inside.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        let closed = inside.get(tag) == Some(&b')');
        Some((f64::NAN.abs(), if closed { 3 + tag + 2 } else { 3 }))
    } else {
        None
    }
}
