//! The tokens of JSON as lua-cjson takes them.
//!
//! It reads more than JSON: numbers are what C's `strtod` takes, control characters may stand in strings, and a zero
//! byte ends the text. Its messages name what was found instead of what was expected, and where.
//!
//! The decoder asks for the next byte and then for the token that it begins; [`Lexer::describe`] reads a token only to
//! name it in a message.
//!
//! **Invariant:** `at` is where the next token begins, or white space before it; a token that is wrong is not passed over.

use std::ops::Range;

use ferrous_heap::Value;
use ferrous_vm::number::parse_prefix;
use memchr::memchr3;

use super::{NULL, source::Source};
use crate::codec::word;

/// How many bytes of a string with escapes, or blanks, are read between two looks.
const PIECE: usize = 64 << 10;

/// Whether anybody wants the result of what takes long; a token that nobody wants is a [`Mistake`].
pub(super) type Look<'l> = &'l dyn Fn() -> bool;

/// A text that is being read.
pub(super) struct Lexer {
    pub(super) text: Source,
    pub(super) at: usize,
    pub(super) invalid_numbers: bool,
    /// The last string that had escapes, without them.
    pub(super) unescaped: Vec<u8>,
}

/// Where the characters of a string are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Text {
    /// In the text itself.
    Verbatim(Range<usize>),
    /// In [`Lexer::unescaped`].
    Unescaped,
}

/// What is wrong with a token, and where, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mistake {
    pub(super) what: &'static str,
    pub(super) at: usize,
}

impl Lexer {
    /// The byte at an offset from where the lexer is; zero beyond the end.
    #[inline]
    fn byte(&self, offset: usize) -> u8 {
        self.text.bytes.get(self.at + offset).copied().unwrap_or(0)
    }

    fn rest(&self) -> &[u8] {
        self.text.bytes.get(self.at..).unwrap_or_default()
    }

    /// The first byte of the next token; zero at the end, or when it is given up among blanks.
    #[inline]
    pub(super) fn peek(&mut self, look: Look<'_>) -> u8 {
        let start = self.at;
        loop {
            match self.byte(0) {
                b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                byte => return byte,
            }
            if (self.at - start).is_multiple_of(PIECE) && !look() {
                return 0;
            }
        }
    }

    /// Passes over a token of one byte.
    #[inline]
    pub(super) fn skip(&mut self) {
        self.at += 1;
    }

    /// What messages call the next token, and where it is or goes wrong.
    #[cold]
    pub(super) fn describe(&mut self, look: Look<'_>) -> Mistake {
        let first = self.peek(look);
        let at = self.at;
        let what = match first {
            0 => "T_END",
            b'{' => "T_OBJ_BEGIN",
            b'}' => "T_OBJ_END",
            b'[' => "T_ARR_BEGIN",
            b']' => "T_ARR_END",
            b',' => "T_COMMA",
            b':' => "T_COLON",
            b'"' => match self.string(look) {
                Ok(_) => "T_STRING",
                Err(mistake) => return mistake,
            },
            _ => match self.scalar() {
                Ok(value) if value.is_number() => "T_NUMBER",
                Ok(value) if value == NULL => "T_NULL",
                Ok(_) => "T_BOOLEAN",
                Err(what) => what,
            },
        };
        Mistake { what, at }
    }

    /// Reads the number, truth value or null that begins here.
    #[inline]
    pub(super) fn scalar(&mut self) -> Result<Value, &'static str> {
        let (value, len) = match self.byte(0) {
            b'-' | b'0'..=b'9' if !self.invalid_numbers && self.is_invalid_number() => {
                return Err("invalid number");
            }
            b'-' | b'0'..=b'9' => self.number()?,
            b'+' | b'f' | b'i' | b'I' | b'n' | b'N' | b't' => self.word()?,
            _ => return Err("invalid token"),
        };
        self.at += len;
        Ok(value)
    }

    fn word(&self) -> Result<(Value, usize), &'static str> {
        for (word, value) in [("true", Value::TRUE), ("false", Value::FALSE), ("null", NULL)] {
            if self.rest().starts_with(word.as_bytes()) {
                return Ok((value, word.len()));
            }
        }
        if self.invalid_numbers && self.is_invalid_number() {
            return self.number();
        }
        Err("invalid token")
    }

    fn number(&self) -> Result<(Value, usize), &'static str> {
        match parse_prefix(self.rest()) {
            Some((number, len)) if len > 0 => Ok((Value::from_foreign(number), len)),
            _ => Err("invalid number"),
        }
    }

    /// Whether what follows is a number that JSON does not have: a leading `+` or zero, hexadecimal, infinite or NaN.
    fn is_invalid_number(&self) -> bool {
        if self.byte(0) == b'+' {
            return true;
        }
        let sign = usize::from(self.byte(0) == b'-');
        match self.byte(sign) {
            b'0' => matches!(self.byte(sign + 1), b'x' | b'X' | b'0'..=b'9'),
            ..=b'9' => false,
            _ => {
                let word = self.rest().get(sign..sign + 3).unwrap_or_default();
                word.eq_ignore_ascii_case(b"inf") || word.eq_ignore_ascii_case(b"nan")
            }
        }
    }

    /// Reads the string that begins here.
    #[inline]
    pub(super) fn string(&mut self, look: Look<'_>) -> Result<Text, Mistake> {
        let start = self.at + 1;
        let rest = self.text.bytes.get(start..).unwrap_or_default();
        match plain_length(rest) {
            Some(len) if rest.get(len) == Some(&b'"') => {
                self.at = start + len + 1;
                Ok(Text::Verbatim(start..start + len))
            }
            _ => {
                self.at = self.string_with_escapes(start, look)?;
                Ok(Text::Unescaped)
            }
        }
    }

    /// The characters of a string.
    #[inline]
    pub(super) fn characters(&self, text: &Text) -> &[u8] {
        match text {
            Text::Verbatim(range) => self.text.bytes.get(range.clone()).unwrap_or_default(),
            Text::Unescaped => &self.unescaped,
        }
    }

    /// Reads a string from behind its opening quote; returns the place behind it.
    fn string_with_escapes(&mut self, start: usize, look: Look<'_>) -> Result<usize, Mistake> {
        /// Bytes between two escapes that are taken one by one; the end of a longer run is searched for.
        const SHORT: usize = 16;
        let (bytes, out) = (self.text.bytes.as_slice(), &mut self.unescaped);
        out.clear();
        let (mut at, mut looked, mut plain) = (start, start, 0);
        loop {
            match bytes.get(at) {
                Some(b'"') => return Ok(at + 1),
                Some(b'\\') => at += unescape(bytes.get(at + 1..).unwrap_or_default(), at, out)?,
                None | Some(0) => return Err(Mistake { what: "unexpected end of string", at }),
                Some(&byte) if plain < SHORT => {
                    out.push(byte);
                    (at, plain) = (at + 1, plain + 1);
                    continue;
                }
                Some(_) => {
                    let rest = bytes.get(at..).unwrap_or_default();
                    let run = memchr3(b'"', b'\\', 0, rest).unwrap_or(rest.len());
                    out.extend_from_slice(rest.get(..run).unwrap_or_default());
                    at += run;
                }
            }
            plain = 0;
            if at - looked > PIECE {
                looked = at;
                if !look() {
                    return Err(Mistake { what: "a string that nobody wants", at });
                }
            }
        }
    }
}

/// How many bytes of a string come before a quote, a backslash or a zero byte. Most strings are short.
#[inline]
fn plain_length(text: &[u8]) -> Option<usize> {
    let (words, _) = text.as_chunks::<8>();
    for (number, bytes) in words.iter().take(2).enumerate() {
        let bytes = u64::from_le_bytes(*bytes);
        let special = word::equal(bytes, b'"') | word::equal(bytes, b'\\') | word::zeros(bytes);
        if special != 0 {
            return Some(number * 8 + word::first(special));
        }
    }
    memchr3(b'"', b'\\', 0, text)
}

/// Appends what an escape stands for; `escape` begins behind the backslash, which is at `at`. Returns the length of the whole
/// escape.
#[inline]
fn unescape(escape: &[u8], at: usize, out: &mut Vec<u8>) -> Result<usize, Mistake> {
    let byte = match escape {
        [b'u', digits @ ..] => {
            let (character, len) =
                unicode_escape(digits).ok_or(Mistake { what: "invalid unicode escape code", at })?;
            out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            return Ok(len);
        }
        [quoted @ (b'"' | b'\\' | b'/'), ..] => *quoted,
        [b'b', ..] => 8,
        [b'f', ..] => 12,
        [b'n', ..] => b'\n',
        [b'r', ..] => b'\r',
        [b't', ..] => b'\t',
        _ => return Err(Mistake { what: "invalid escape code", at }),
    };
    out.push(byte);
    Ok(2)
}

/// The character of `\uXXXX`, or of a pair of surrogates, from behind the `\u`, and the length of the whole escape.
fn unicode_escape(digits: &[u8]) -> Option<(char, usize)> {
    let first = hexadecimal(digits)?;
    if first & 0xF800 != 0xD800 {
        return Some((char::from_u32(first)?, 6));
    }
    let [b'\\', b'u', digits @ ..] = digits.get(4..)? else { return None };
    let second = hexadecimal(digits).filter(|second| second & 0xFC00 == 0xDC00)?;
    if first & 0x400 != 0 {
        return None;
    }
    Some((char::from_u32(0x1_0000 + ((first & 0x3FF) << 10 | second & 0x3FF))?, 12))
}

/// Four hexadecimal digits.
fn hexadecimal(text: &[u8]) -> Option<u32> {
    let digits: &[u8; 4] = text.first_chunk()?;
    digits.iter().try_fold(0, |number, digit| Some(number << 4 | char::from(*digit).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lexer(text: &[u8]) -> Lexer {
        let source = Source { bytes: text.to_vec(), len: text.len() };
        Lexer { text: source, at: 0, invalid_numbers: true, unescaped: Vec::new() }
    }

    #[test]
    fn strings_are_read_as_by_lua_cjson() {
        type Case = (&'static [u8], Result<&'static [u8], Mistake>);
        let cases: &[Case] = &[
            (b"\"a b\" ", Ok(b"a b")),
            (b"\"a\\u0041\\n\"", Ok(b"aA\n")),
            (b"\"\\ud83d\\ude00\"", Ok("\u{1F600}".as_bytes())),
            (b"\"a\\ud83d\"", Err(Mistake { what: "invalid unicode escape code", at: 2 })),
            (b"\"\\x\"", Err(Mistake { what: "invalid escape code", at: 1 })),
            (b"\"a", Err(Mistake { what: "unexpected end of string", at: 2 })),
            (b"\"a\\", Err(Mistake { what: "invalid escape code", at: 2 })),
        ];
        for (text, wanted) in cases {
            let mut lexer = lexer(text);
            let found = lexer.string(&|| true).map(|text| lexer.characters(&text).to_vec());
            assert_eq!(found, wanted.map(<[u8]>::to_vec), "{}", text.escape_ascii());
        }
    }

    #[test]
    fn long_strings_with_escapes_are_given_up() {
        let text = [b"\"", b"\\n".repeat(PIECE).as_slice(), b"\""].concat();
        assert_eq!(lexer(&text).string(&|| true), Ok(Text::Unescaped));
        assert!(lexer(&text).string(&|| false).is_err_and(|mistake| mistake.at < 2 * PIECE));
    }

    #[test]
    fn many_blanks_are_given_up() {
        let text = [b" ".repeat(3 * PIECE).as_slice(), b"1"].concat();
        assert_eq!(lexer(&text).peek(&|| true), b'1');
        let mut lexer = lexer(&text);
        assert_eq!(lexer.peek(&|| false), 0);
        assert_eq!(lexer.at, PIECE);
    }

    #[test]
    fn other_values_are_read_as_by_lua_cjson() {
        let cases: &[(&[u8], Result<Value, &str>)] = &[
            (b"0x1F,", Ok(Value::number(31.0))),
            (b"+1", Ok(Value::number(1.0))),
            (b"inf", Ok(Value::number(f64::INFINITY))),
            (b".5", Err("invalid token")),
            (b"-", Err("invalid number")),
            (b"nul", Err("invalid token")),
            (b"true ", Ok(Value::TRUE)),
            (b"null", Ok(NULL)),
        ];
        for (text, wanted) in cases {
            assert_eq!(lexer(text).scalar(), *wanted, "{}", text.escape_ascii());
        }
    }
}
