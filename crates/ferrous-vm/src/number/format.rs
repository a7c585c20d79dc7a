//! Number to text, with the bytes of glibc's `printf`.
//!
//! Lua prints with `%.14g`. Whole numbers below 10^14 are written as integers. Other numbers between 1e-9 and 1e15 are
//! scaled by a power of ten in 128-bit integers, where nothing is lost; what remains (very large, very small, more than
//! 17 digits) is left to the standard library, whose `{:e}` is exact as well. Laying the digits out is one function.
//!
//! **Invariant:** digits are those of the exact binary value, rounded half to even once.

use std::io::Write;

/// Significant digits of Lua's `tostring` (`LUAI_NUMFFORMAT`).
const LUA_DIGITS: usize = 14;
/// Enough digits to read any double back exactly.
const ROUND_TRIP_DIGITS: usize = 17;
/// The largest power of ten that a 53-bit mantissa can be multiplied by in 128 bits.
const MAX_POWER: i32 = 22;

/// Powers of ten up to [`MAX_POWER`], all of them exact as doubles too.
const POWERS: [u128; MAX_POWER as usize + 1] = {
    let mut powers = [1; MAX_POWER as usize + 1];
    let mut index = 1;
    while index < powers.len() {
        powers[index] = powers[index - 1] * 10;
        index += 1;
    }
    powers
};

const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[0; 2]; 100];
    let mut index = 0;
    while index < 100 {
        // Below 10 each, so the casts lose nothing.
        pairs[index] = [b'0' + (index / 10) as u8, b'0' + (index % 10) as u8];
        index += 1;
    }
    pairs
};

/// Appends a number as `tostring` and `..` spell it: `%.14g`.
pub fn write_number(value: f64, out: &mut Vec<u8>) {
    match whole_digits(value) {
        Some(digits) => out.extend_from_slice(digits.as_bytes()),
        None => write_general(value, LUA_DIGITS, out),
    }
}

/// Appends a whole number.
pub fn write_integer(value: i64, out: &mut Vec<u8>) {
    out.extend_from_slice(Digits::new(value).as_bytes());
}

/// What [`write_number`] writes, if that is a whole number.
#[inline]
pub(crate) fn whole_digits(value: f64) -> Option<Digits> {
    // Saturating, so that NaN becomes 0 and differs from the value.
    let whole = value as i64;
    let is_plain = whole as f64 == value
        && whole.unsigned_abs() < 100_000_000_000_000
        && (whole != 0 || value.is_sign_positive());
    is_plain.then(|| Digits::new(whole))
}

/// A whole number in decimal digits, at the end of the buffer.
pub(crate) struct Digits {
    buffer: [u8; 20],
    start: usize,
}

impl Digits {
    #[inline]
    fn new(value: i64) -> Self {
        let mut buffer = [0; 20];
        let mut start = fill(value.unsigned_abs(), &mut buffer);
        if value < 0 {
            // The magnitude has at most 19 digits.
            start -= 1;
            buffer[start] = b'-';
        }
        Self { buffer, start }
    }

    /// Sign and digits.
    #[inline]
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.buffer.get(self.start..).unwrap_or_default()
    }
}

/// Appends `%.{precision}g`; a precision of 0 counts as 1, as in C.
pub fn write_general(value: f64, precision: usize, out: &mut Vec<u8>) {
    let precision = precision.max(1);
    if write_special(value, out) {
        return;
    }
    let magnitude = value.abs();
    if magnitude == 0.0 {
        out.push(b'0');
    } else if let Some((digits, exponent)) = scaled(magnitude, precision) {
        let mut buffer = [0; 20];
        let start = fill(digits, &mut buffer);
        lay_out(buffer.get(start..).unwrap_or_default(), exponent, precision, out);
    } else {
        let mut text = Vec::with_capacity(32);
        // Writing to a vector cannot fail.
        let _ = write!(text, "{magnitude:.*e}", precision - 1);
        lay_out_exponential(text, precision, out);
    }
}

/// Appends the shortest text that reads back as the same number, laid out as `%.17g` would be.
pub fn write_shortest(value: f64, out: &mut Vec<u8>) {
    if write_special(value, out) {
        return;
    }
    let mut text = Vec::with_capacity(32);
    let _ = write!(text, "{:e}", value.abs());
    lay_out_exponential(text, ROUND_TRIP_DIGITS, out);
}

/// Appends `%.{precision}f`.
pub fn write_fixed(value: f64, precision: usize, out: &mut Vec<u8>) {
    if !write_special(value, out) {
        let _ = write!(out, "{:.*}", precision, value.abs());
    }
}

/// Appends `%.{precision}e`.
pub fn write_exponential(value: f64, precision: usize, out: &mut Vec<u8>) {
    if write_special(value, out) {
        return;
    }
    let mut text = Vec::with_capacity(precision.saturating_add(16));
    let _ = write!(text, "{:.*e}", precision, value.abs());
    let mark = text.iter().position(|&byte| byte == b'e').unwrap_or(text.len());
    out.extend_from_slice(text.get(..mark).unwrap_or_default());
    write_exponent(exponent_after(&text, mark), out);
}

/// Appends the sign of any number, and the name of one that has no digits; tells whether that was all.
fn write_special(value: f64, out: &mut Vec<u8>) -> bool {
    if value.is_sign_negative() {
        out.push(b'-');
    }
    if value.is_nan() {
        out.extend_from_slice(b"nan");
    } else if value.is_infinite() {
        out.extend_from_slice(b"inf");
    }
    !value.is_finite()
}

/// Writes a number at the end of a buffer, which any 64-bit number fits, and tells where it starts.
fn fill(mut value: u64, buffer: &mut [u8; 20]) -> usize {
    let mut at = buffer.len();
    while value >= 10 {
        at -= 2;
        // The remainder is below 100.
        let pair = PAIRS[(value % 100) as usize];
        buffer[at..at + 2].copy_from_slice(&pair);
        value /= 100;
    }
    if value > 0 || at == buffer.len() {
        at -= 1;
        buffer[at] = b'0' + value as u8;
    }
    at
}

/// The first `precision` digits of a number as an integer, and the decimal exponent of the first of them.
fn scaled(magnitude: f64, precision: usize) -> Option<(u64, i32)> {
    if !(1e-9..1e15).contains(&magnitude) || precision > ROUND_TRIP_DIGITS {
        return None;
    }
    // The exponent lies in -9..=14 and the precision in 1..=17, so the casts lose nothing.
    let mut exponent = magnitude.log10().floor() as i32;
    let digits = precision as i32;
    let bits = magnitude.to_bits();
    let mantissa = u128::from(bits & ((1 << 52) - 1) | 1 << 52);
    let shift = u32::try_from(1075 - (bits >> 52) as i32).ok().filter(|shift| (1..128).contains(shift))?;
    // The logarithm can be off by one next to a power of ten: then once more.
    for _ in 0..2 {
        let power = digits - 1 - exponent;
        if !(0..=MAX_POWER).contains(&power) {
            return None;
        }
        let product = mantissa * POWERS[power.unsigned_abs() as usize];
        let (kept, lost, half) = (product >> shift, product & ((1 << shift) - 1), 1 << (shift - 1));
        if kept < POWERS[precision - 1] {
            exponent -= 1;
        } else if kept >= POWERS[precision] {
            exponent += 1;
        } else {
            let kept = kept + u128::from(lost > half || lost == half && kept & 1 == 1);
            // Rounding up can add a digit; all digits but the first are then zero.
            let (kept, exponent) =
                if kept == POWERS[precision] { (kept / 10, exponent + 1) } else { (kept, exponent) };
            return u64::try_from(kept).ok().map(|kept| (kept, exponent));
        }
    }
    None
}

fn exponent_after(text: &[u8], mark: usize) -> i32 {
    let digits = text.get(mark + 1..).and_then(|digits| std::str::from_utf8(digits).ok());
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

/// Lays out what `{:e}` printed, as `%g` would.
fn lay_out_exponential(mut text: Vec<u8>, precision: usize, out: &mut Vec<u8>) {
    let mark = text.iter().position(|&byte| byte == b'e').unwrap_or(text.len());
    let exponent = exponent_after(&text, mark);
    text.truncate(mark);
    if text.len() > 1 {
        text.remove(1);
    }
    lay_out(&text, exponent, precision, out);
}

/// The layout of `%g`: `digits` with the decimal exponent of the first one, without trailing zeros.
fn lay_out(digits: &[u8], exponent: i32, precision: usize, out: &mut Vec<u8>) {
    let significant = digits.iter().rposition(|&digit| digit != b'0').map_or(1, |last| last + 1);
    let digits = digits.get(..significant).unwrap_or(digits);
    let whole = usize::try_from(exponent).map(|exponent| exponent + 1);
    match whole {
        Ok(whole) if whole <= precision => {
            let (head, fraction) = digits.split_at(whole.min(digits.len()));
            out.extend_from_slice(head);
            out.resize(out.len() + (whole - head.len()), b'0');
            if !fraction.is_empty() {
                out.push(b'.');
                out.extend_from_slice(fraction);
            }
        }
        Err(_) if exponent >= -4 => {
            out.extend_from_slice(b"0.");
            out.resize(out.len() + (exponent + 1).unsigned_abs() as usize, b'0');
            out.extend_from_slice(digits);
        }
        _ => {
            if let Some((first, fraction)) = digits.split_first() {
                out.push(*first);
                if !fraction.is_empty() {
                    out.push(b'.');
                    out.extend_from_slice(fraction);
                }
            }
            write_exponent(exponent, out);
        }
    }
}

/// C's exponent: a sign and at least two digits.
fn write_exponent(exponent: i32, out: &mut Vec<u8>) {
    out.extend_from_slice(if exponent < 0 { b"e-" } else { b"e+" });
    if exponent.unsigned_abs() < 10 {
        out.push(b'0');
    }
    write_integer(i64::from(exponent.unsigned_abs()), out);
}
