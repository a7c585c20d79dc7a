//! Numerals of any length: the same numbers as those of [`parse`](super::parse), with looks in between.
//!
//! Beyond some digits a numeral can be shortened: of the digits left out it matters how many they are, which goes into the
//! exponent, and whether one is not zero, which a last digit stands for. The short numeral is parsed as any other.
//!
//! **Invariant:** a double is decided by less than `DIGITS` significant digits and whether more follow.

use super::parse::is_space;

/// How many bytes lie between two looks.
const PIECE: usize = 1 << 16;

/// How many significant digits are kept: 768 can matter in decimal.
const DIGITS: usize = 800;

/// No exponent needs to be larger: a numeral has fewer digits.
const MOST: i64 = 1 << 40;

/// Reads on, with looks.
struct Cursor<'t, 'l, E> {
    text: &'t [u8],
    at: usize,
    look: &'l mut dyn FnMut() -> Result<(), E>,
}

impl<E> Cursor<'_, '_, E> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn pass(&mut self) -> Result<(), E> {
        self.at += 1;
        if self.at.is_multiple_of(PIECE) { (self.look)() } else { Ok(()) }
    }

    fn pass_blanks(&mut self) -> Result<(), E> {
        while self.peek().is_some_and(is_space) {
            self.pass()?;
        }
        Ok(())
    }
}

/// Digits of a numeral, as far as they matter.
#[derive(Default)]
struct Digits {
    kept: Vec<u8>,
    /// Whether something but zeroes was left out.
    more: bool,
    /// By how many digits the numeral's point lies to the right of the kept ones' end.
    shift: i64,
    any: bool,
}

impl Digits {
    fn read<E>(&mut self, cursor: &mut Cursor<'_, '_, E>, is_digit: fn(&u8) -> bool) -> Result<(), E> {
        let mut point = false;
        while let Some(byte) = cursor.peek() {
            if byte == b'.' && !point {
                point = true;
            } else if is_digit(&byte) {
                self.any = true;
                if self.kept.len() == DIGITS {
                    self.more |= byte != b'0';
                    self.shift += i64::from(!point);
                } else {
                    if byte != b'0' || !self.kept.is_empty() {
                        self.kept.push(byte);
                    }
                    self.shift -= i64::from(point);
                }
            } else {
                break;
            }
            cursor.pass()?;
        }
        if self.more {
            self.kept.push(b'1');
            self.shift -= 1;
        }
        Ok(())
    }
}

/// The number that a whole text of any length spells, as [`super::parse`] reads it. `look` is asked every 64 KB.
///
/// # Errors
/// What `look` says.
pub fn parse_text<E>(text: &[u8], look: &mut dyn FnMut() -> Result<(), E>) -> Result<Option<f64>, E> {
    if text.len() <= PIECE {
        return Ok(super::parse(text));
    }
    let mut rest = text;
    for piece in text.chunks(PIECE) {
        let blanks = piece.iter().take_while(|byte| is_space(**byte)).count();
        rest = rest.get(blanks..).unwrap_or_default();
        if blanks < piece.len() {
            break;
        }
        look()?;
    }
    let (is_negative, numeral) = match rest {
        [sign @ (b'-' | b'+'), numeral @ ..] => (*sign == b'-', numeral),
        numeral => (false, numeral),
    };
    if !matches!(numeral, [b'0'..=b'9' | b'.', ..]) {
        return Ok(super::parse(rest));
    }
    let number = parse(numeral, look)?;
    Ok(number.map(|number| if is_negative { -number } else { number }))
}

/// The number that a numeral spells, without a sign or blanks before it. `look` is asked every 64 KB.
///
/// # Errors
/// What `look` says.
pub fn parse<E>(text: &[u8], look: &mut dyn FnMut() -> Result<(), E>) -> Result<Option<f64>, E> {
    if text.len() <= DIGITS {
        return Ok(super::parse(text));
    }
    let is_hexadecimal = matches!(text, [b'0', b'x' | b'X', ..]);
    let mut cursor = Cursor { text, at: if is_hexadecimal { 2 } else { 0 }, look };
    let mut digits = Digits::default();
    digits.read(&mut cursor, if is_hexadecimal { u8::is_ascii_hexdigit } else { u8::is_ascii_digit })?;
    if !digits.any {
        return Ok(None);
    }
    let marker = if is_hexadecimal { b'p' } else { b'e' };
    let exponent = exponent(&mut cursor, marker)?;
    cursor.pass_blanks()?;
    // As for others, a zero byte ends it.
    if cursor.peek().is_some_and(|byte| byte != 0) {
        return Ok(None);
    }
    let base = if is_hexadecimal { "0x" } else { "" };
    let shift = digits.shift * if is_hexadecimal { 4 } else { 1 };
    let kept = if digits.kept.is_empty() { b"0" } else { digits.kept.as_slice() };
    let tail = format!("{}{}", char::from(marker), exponent + shift);
    Ok(super::parse(&[base.as_bytes(), kept, tail.as_bytes()].concat()))
}

/// The whole number that a text spells in base 2 to 36: `tonumber(text, base)`, C's `strtoul`. `look` is asked every 64 KB.
///
/// A value beyond 64 bits becomes the largest one, and a minus sign negates modulo 2^64, as in C.
///
/// # Errors
/// What `look` says.
pub fn parse_in_base<E>(
    text: &[u8],
    base: u32,
    look: &mut dyn FnMut() -> Result<(), E>,
) -> Result<Option<f64>, E> {
    let mut cursor = Cursor { text, at: 0, look };
    cursor.pass_blanks()?;
    let negative = cursor.peek() == Some(b'-');
    if matches!(cursor.peek(), Some(b'-' | b'+')) {
        cursor.pass()?;
    }
    if base == 16
        && matches!(text.get(cursor.at..), Some([b'0', b'x' | b'X', digit, ..]) if digit.is_ascii_hexdigit())
    {
        cursor.pass()?;
        cursor.pass()?;
    }
    let first = cursor.at;
    let mut value = Some(0u64);
    while let Some(digit) = cursor.peek().and_then(|byte| char::from(byte).to_digit(base)) {
        value = value.and_then(|value| value.checked_mul(u64::from(base))?.checked_add(u64::from(digit)));
        cursor.pass()?;
    }
    let is_empty = cursor.at == first;
    cursor.pass_blanks()?;
    if is_empty || cursor.peek().is_some_and(|byte| byte != 0) {
        return Ok(None);
    }
    let value = match value {
        Some(value) if negative => value.wrapping_neg(),
        Some(value) => value,
        None => u64::MAX,
    };
    Ok(Some(value as f64))
}

/// The exponent, which is passed; 0 if there is none.
fn exponent<E>(cursor: &mut Cursor<'_, '_, E>, marker: u8) -> Result<i64, E> {
    let rest = cursor.text.get(cursor.at..).unwrap_or_default();
    let (length, negative) = match rest {
        [first, b'-', digit, ..] if first.eq_ignore_ascii_case(&marker) && digit.is_ascii_digit() => {
            (2, true)
        }
        [first, b'+', digit, ..] if first.eq_ignore_ascii_case(&marker) && digit.is_ascii_digit() => {
            (2, false)
        }
        [first, digit, ..] if first.eq_ignore_ascii_case(&marker) && digit.is_ascii_digit() => (1, false),
        _ => return Ok(0),
    };
    cursor.at += length;
    let mut value = 0_i64;
    while let Some(digit) = cursor.peek().filter(u8::is_ascii_digit) {
        value = (value * 10 + i64::from(digit - b'0')).min(MOST);
        cursor.pass()?;
    }
    Ok(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use proptest::prelude::*;

    fn same(text: &str) {
        let long = parse::<()>(text.as_bytes(), &mut || Ok(())).unwrap();
        let short = super::super::parse(text.as_bytes());
        assert_eq!(long.map(f64::to_bits), short.map(f64::to_bits), "{}", text.get(..40).unwrap_or(text));
    }

    #[test]
    fn a_long_text_is_the_same_number() {
        let (blanks, zeroes) = (" \t".repeat(PIECE), "0".repeat(PIECE));
        for numeral in [
            "", "1", "-1.5e3", "+.5", "- 1", "--1", "0x1F", "-0x", "inf", "-nan", "x", "1x", "1 x", "1\0x",
            "1 \0x", "-0",
        ] {
            for text in [
                format!("{blanks}{numeral}"),
                format!("{numeral}{blanks}"),
                format!("{blanks}{numeral}{blanks}"),
                format!("{blanks}{numeral}{blanks}\0x"),
                format!("{blanks}{numeral}{blanks}x"),
                format!("{zeroes}{numeral}"),
                format!("-{zeroes}.{zeroes}{numeral}"),
                format!("{numeral}{zeroes}"),
            ] {
                let mut looks = 0;
                let mut look = || {
                    looks += 1;
                    Ok::<(), ()>(())
                };
                let long = parse_text(text.as_bytes(), &mut look).unwrap();
                let short = super::super::parse(text.as_bytes());
                assert_eq!(long.map(f64::to_bits), short.map(f64::to_bits), "{numeral}");
                assert_eq!(parse_text(text.as_bytes(), &mut || Err(())).is_err(), looks > 0);
            }
        }
    }

    #[test]
    fn a_long_numeral_is_the_same_number() {
        let (zeroes, ones) = ("0".repeat(900), "1".repeat(900));
        for text in [
            zeroes.clone(),
            ones.clone(),
            format!("{ones}e-900"),
            format!("0.{zeroes}1e901"),
            format!("1{zeroes}e-900"),
            format!("1{zeroes}."),
            format!(".{ones}"),
            format!("{zeroes}.{ones}.1"),
            format!("1e{zeroes}5"),
            format!("1e-{zeroes}5"),
            format!("1e{ones}"),
            format!("1e{ones}\0x"),
            format!("0x{ones}"),
            format!("0x0.{zeroes}1p3604"),
            format!("0xfp-{zeroes}1"),
            format!("0x{zeroes}.{zeroes}"),
            format!("{ones}x"),
            format!("0x{}", "y".repeat(900)),
            // Halfway between two doubles, and a little above.
            format!("9007199254740993{zeroes}e-900"),
            format!("9007199254740993{zeroes}1e-901"),
            format!("0x20000000000001{zeroes}p-3600"),
            format!("0x200000000000018{zeroes}1p-3604"),
            format!("2.4703282292062327208299439634110e-324{zeroes}"),
        ] {
            same(&text);
        }
    }

    #[test]
    fn it_looks_on_its_way() {
        let text = vec![b'7'; PIECE * 3 + 1];
        let mut looks = 0;
        let stopped = parse(&text, &mut || {
            looks += 1;
            if looks == 3 { Err("stopped") } else { Ok(()) }
        });
        assert_eq!(stopped, Err("stopped"));
    }

    proptest! {
        #[test]
        fn shortening_changes_nothing(text in "(0x)?[0-9]{0,30}(0{700,900}|[0-9]{800,900})?[.]?[0-9]{0,900}([epEP][+-]?[0-9]{0,5})?") {
            same(&text);
        }
    }
}
