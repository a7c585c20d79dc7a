//! One conversion of a format string: `%[flags][width][.precision]letter`.
//!
//! **Invariant:** width and precision are below 100, as PUC Lua's buffers demand; so one conversion of a number is at
//! most a few hundred bytes.

/// Flags, width and precision, without the letter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spec {
    /// `-`: pad on the right.
    pub left: bool,
    /// `+`: always a sign.
    pub plus: bool,
    /// ` `: a space where a plus sign would be.
    pub space: bool,
    /// `#`: alternative form.
    pub alternate: bool,
    /// `0`: pad with zeros.
    pub zero: bool,
    /// Least number of bytes.
    pub width: usize,
    /// Digits, or most bytes of a string.
    pub precision: Option<usize>,
}

/// What is wrong with a conversion; the texts are PUC Lua 5.1's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SpecError {
    /// More flags than there are.
    #[error("invalid format (repeated flags)")]
    RepeatedFlags,
    /// More than two digits.
    #[error("invalid format (width or precision too long)")]
    TooLong,
}

/// Flags that may stand in a row, repetitions included.
const MOST_FLAGS: usize = 5;

impl Spec {
    /// Reads what stands between `%` and the letter; answers how many bytes that is.
    ///
    /// # Errors
    /// Too many flags, or a width or precision of three digits.
    #[inline]
    pub fn parse(text: &[u8]) -> Result<(Self, usize), SpecError> {
        let mut spec = Self::default();
        let mut at = 0;
        while let Some(flag) = text.get(at) {
            match flag {
                b'-' => spec.left = true,
                b'+' => spec.plus = true,
                b' ' => spec.space = true,
                b'#' => spec.alternate = true,
                b'0' => spec.zero = true,
                _ => break,
            }
            at += 1;
        }
        if at > MOST_FLAGS {
            return Err(SpecError::RepeatedFlags);
        }
        let (width, used) = two_digits(text.get(at..).unwrap_or_default());
        spec.width = width;
        at += used;
        if text.get(at) == Some(&b'.') {
            at += 1;
            let (precision, used) = two_digits(text.get(at..).unwrap_or_default());
            spec.precision = Some(precision);
            at += used;
        }
        if text.get(at).is_some_and(u8::is_ascii_digit) {
            return Err(SpecError::TooLong);
        }
        Ok((spec, at))
    }

    /// Whether there is nothing between `%` and the letter.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        *self == Self::default()
    }

    /// Appends one byte padded with spaces to the width: `%c`, which knows no precision.
    pub(super) fn write_character(&self, byte: u8, out: &mut Vec<u8>) {
        Self { precision: None, ..*self }.write_text(&[byte], out);
    }

    /// Appends text cut to the precision and padded with spaces to the width: `%s`.
    pub fn write_text(&self, text: &[u8], out: &mut Vec<u8>) {
        let text = self.precision.and_then(|most| text.get(..most)).unwrap_or(text);
        let padding = self.width.saturating_sub(text.len());
        if !self.left {
            out.resize(out.len() + padding, b' ');
        }
        out.extend_from_slice(text);
        if self.left {
            out.resize(out.len() + padding, b' ');
        }
    }

    /// Pads the number that begins at `start`, whose sign and prefix are `head` bytes, to the width.
    pub(super) fn pad_number(&self, out: &mut Vec<u8>, start: usize, head: usize, zeros: bool) {
        let padding = self.width.saturating_sub(out.len() - start);
        if padding == 0 {
            return;
        }
        if self.left {
            out.resize(out.len() + padding, b' ');
            return;
        }
        let (at, fill) = if zeros && self.zero { (start + head, b'0') } else { (start, b' ') };
        out.resize(out.len() + padding, fill);
        if let Some(text) = out.get_mut(at..) {
            text.rotate_right(padding);
        }
        if let Some(filler) = out.get_mut(at..at + padding) {
            filler.fill(fill);
        }
    }

    /// The sign of a signed conversion.
    pub(super) fn sign(&self, negative: bool) -> Option<u8> {
        match (negative, self.plus, self.space) {
            (true, ..) => Some(b'-'),
            (false, true, _) => Some(b'+'),
            (false, false, true) => Some(b' '),
            _ => None,
        }
    }
}

/// Up to two decimal digits: their value and how many there are.
fn two_digits(text: &[u8]) -> (usize, usize) {
    let digits = text.iter().take(2).take_while(|byte| byte.is_ascii_digit());
    digits.fold((0, 0), |(value, used), digit| (value * 10 + usize::from(digit - b'0'), used + 1))
}
