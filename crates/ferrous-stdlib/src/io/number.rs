//! Numbers from a stream, as C's `fscanf("%lf")` reads them (the format `*n`).
//!
//! Bytes are taken as long as they can belong to a number; one that cannot stays. What was taken of something that turns
//! out to be none is lost, as in glibc.
//!
//! **Invariant:** at most one byte is looked at beyond what is taken.

use ferrous_vm::native::{Charge, NativeContext};
use ferrous_vm::number;

use super::read::Failure;
use super::stream::{CAPACITY, Stream};

/// The longest number that is kept; what follows is taken and not looked at.
const LONGEST: usize = 4096;

struct Scanner<'s, 'm, 'h> {
    stream: &'s mut Stream,
    ctx: &'s mut NativeContext<'m, 'h>,
    text: Vec<u8>,
}

impl Scanner<'_, '_, '_> {
    /// The next byte. Nobody waits for it once the run is killed.
    fn peek(&mut self) -> Result<Option<u8>, Failure> {
        if self.stream.ahead().is_empty() {
            self.ctx.tx.look()?;
            // A byte is about as much work as an instruction; it cannot pause.
            let _: Charge = self.ctx.charge(CAPACITY as u32);
        }
        Ok(self.stream.peek()?)
    }

    /// Takes the white space in front of a number.
    fn blanks(&mut self) -> Result<(), Failure> {
        while self.peek()?.is_some_and(|byte| matches!(byte, b' ' | b'\t'..=b'\r')) {
            self.stream.consume(1);
        }
        Ok(())
    }

    /// Takes the next byte if it passes.
    fn take(&mut self, passes: impl Fn(u8) -> bool) -> Result<bool, Failure> {
        let Some(byte) = self.peek()?.filter(|byte| passes(*byte)) else { return Ok(false) };
        self.stream.consume(1);
        if self.text.len() < LONGEST {
            self.text.push(byte.to_ascii_lowercase());
        }
        Ok(true)
    }

    /// Takes a word, letter by letter.
    fn word(&mut self, word: &[u8]) -> Result<bool, Failure> {
        for letter in word {
            if !self.take(|byte| byte.eq_ignore_ascii_case(letter))? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn digits(&mut self, hexadecimal: bool) -> Result<bool, Failure> {
        let mut any = false;
        while self.take(|byte| byte.is_ascii_digit() || hexadecimal && byte.is_ascii_hexdigit())? {
            any = true;
        }
        Ok(any)
    }

    /// Takes a number; false if there is none.
    fn number(&mut self) -> Result<bool, Failure> {
        self.take(|byte| byte == b'-' || byte == b'+')?;
        match self.peek()?.map(|byte| byte.to_ascii_lowercase()) {
            Some(b'n') => return self.word(b"nan"),
            Some(b'i') => {
                if !self.word(b"inf")? {
                    return Ok(false);
                }
                let longer = self.peek()?.is_some_and(|byte| byte.eq_ignore_ascii_case(&b'i'));
                return if longer { self.word(b"inity") } else { Ok(true) };
            }
            _ => {}
        }
        let mut any = self.take(|byte| byte == b'0')?;
        let hexadecimal = any && self.take(|byte| byte.eq_ignore_ascii_case(&b'x'))?;
        if hexadecimal {
            any = false;
        }
        any |= self.digits(hexadecimal)?;
        if self.take(|byte| byte == b'.')? {
            any |= self.digits(hexadecimal)?;
        }
        let exponent = if hexadecimal { b'p' } else { b'e' };
        if any && self.take(|byte| byte.eq_ignore_ascii_case(&exponent))? {
            self.take(|byte| byte == b'-' || byte == b'+')?;
            self.digits(false)?;
        }
        Ok(any)
    }
}

/// Reads a number after white space; `None` if there is none.
///
/// # Errors
/// Those of reading; a kill.
pub(super) fn read(ctx: &mut NativeContext<'_, '_>, stream: &mut Stream) -> Result<Option<f64>, Failure> {
    let mut scanner = Scanner { stream, ctx, text: Vec::new() };
    scanner.blanks()?;
    Ok(if scanner.number()? { Some(value(&scanner.text)) } else { None })
}

/// The number that a text begins with (`strtod`): an exponent without digits is none of it.
fn value(text: &[u8]) -> f64 {
    let (negative, digits) = match text.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, text),
    };
    let magnitude = match digits {
        [b'i', ..] => f64::INFINITY,
        // glibc's sign of a NaN is the one that stands there.
        [b'n', ..] => f64::NAN,
        _ => {
            let end = digits.iter().rposition(|byte| !matches!(byte, b'e' | b'p' | b'+' | b'-'));
            let whole = number::parse(digits);
            whole.or_else(|| number::parse(digits.get(..=end?)?)).unwrap_or_default()
        }
    };
    if negative { -magnitude } else { magnitude }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strtod_takes_what_it_can() {
        assert_eq!(value(b"12"), 12.0);
        assert_eq!(value(b"-1.5e"), -1.5);
        assert_eq!(value(b"1e+"), 1.0);
        assert_eq!(value(b"0x1p"), 1.0);
        assert_eq!(value(b"+.5"), 0.5);
        assert_eq!(value(b"-infinity"), f64::NEG_INFINITY);
        assert!(value(b"nan").is_nan());
    }
}
