//! `cjson.decode`: JSON to values.
//!
//! lua-cjson reads more than JSON: numbers are what C's `strtod` takes, control characters may stand in strings, and a zero
//! byte ends the text. Its messages name what was expected, what was found, and where.
//!
//! **Invariant:** the tokens before the current one have become part of a value in `open` or of the result.

use ferrous_heap::{TableRef, Transaction, Value};
use ferrous_vm::{
    error::LuaError,
    native::{Charge, NativeContext, NativeResult},
    number::parse_prefix,
};

use super::{NULL, Settings};

pub(super) fn decode(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    if ctx.arg_count() != 1 {
        return Err(ctx.argument_error(1, "expected 1 argument"));
    }
    let text = ctx.check_string(1)?;
    let text = ctx.tx.string(text).unwrap_or_default().to_vec();
    if text.len() >= 2 && text.iter().take(2).any(|&byte| byte == 0) {
        return Err(ctx.error("JSON parser does not support UTF-16 or UTF-32"));
    }
    let settings = super::settings(ctx)?.clone();
    ctx.tx.charge(text.len())?;
    let lexer = Lexer { text: &text, at: 0, invalid_numbers: settings.decode_invalid };
    let value = Decoder { tx: ctx.tx, lexer, settings: &settings, open: Vec::new() }.run();
    ctx.tx.release(text.len());
    let value = value?;
    // The work is done; what it cost counts against the budget of what follows.
    let _: Charge = ctx.charge(u32::try_from(text.len() / 4).unwrap_or(u32::MAX));
    ctx.ret(value)
}

/// What the lexer finds.
#[derive(Clone, Debug, PartialEq)]
enum Token {
    ObjectBegin,
    ObjectEnd,
    ArrayBegin,
    ArrayEnd,
    String(Vec<u8>),
    Number(f64),
    Boolean(bool),
    Null,
    Colon,
    Comma,
    End,
    /// What is wrong.
    Error(&'static str),
}

impl Token {
    /// What messages call it.
    fn name(&self) -> &'static str {
        match self {
            Self::ObjectBegin => "T_OBJ_BEGIN",
            Self::ObjectEnd => "T_OBJ_END",
            Self::ArrayBegin => "T_ARR_BEGIN",
            Self::ArrayEnd => "T_ARR_END",
            Self::String(_) => "T_STRING",
            Self::Number(_) => "T_NUMBER",
            Self::Boolean(_) => "T_BOOLEAN",
            Self::Null => "T_NULL",
            Self::Colon => "T_COLON",
            Self::Comma => "T_COMMA",
            Self::End => "T_END",
            Self::Error(text) => text,
        }
    }
}

struct Lexer<'t> {
    text: &'t [u8],
    at: usize,
    invalid_numbers: bool,
}

impl Lexer<'_> {
    /// The byte at an offset from where the lexer is; zero beyond the end.
    fn byte(&self, offset: usize) -> u8 {
        self.text.get(self.at + offset).copied().unwrap_or(0)
    }

    fn rest(&self) -> &[u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The next token and where it is, or where it went wrong, counted from 0.
    fn next(&mut self) -> (Token, usize) {
        while matches!(self.byte(0), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
        let start = self.at;
        let single = match self.byte(0) {
            0 => return (Token::End, start),
            b'{' => Token::ObjectBegin,
            b'}' => Token::ObjectEnd,
            b'[' => Token::ArrayBegin,
            b']' => Token::ArrayEnd,
            b',' => Token::Comma,
            b':' => Token::Colon,
            b'"' => {
                return match self.string() {
                    Ok(text) => (Token::String(text), start),
                    Err(error) => (Token::Error(error), self.at),
                };
            }
            b'-' | b'0'..=b'9' if !self.invalid_numbers && self.is_invalid_number() => {
                return (Token::Error("invalid number"), start);
            }
            b'-' | b'0'..=b'9' => return self.number(start),
            b'+' | b'f' | b'i' | b'I' | b'n' | b'N' | b't' => return self.word(start),
            _ => return (Token::Error("invalid token"), start),
        };
        self.at += 1;
        (single, start)
    }

    fn word(&mut self, start: usize) -> (Token, usize) {
        for (word, token) in
            [("true", Token::Boolean(true)), ("false", Token::Boolean(false)), ("null", Token::Null)]
        {
            if self.rest().starts_with(word.as_bytes()) {
                self.at += word.len();
                return (token, start);
            }
        }
        if self.invalid_numbers && self.is_invalid_number() {
            return self.number(start);
        }
        (Token::Error("invalid token"), start)
    }

    fn number(&mut self, start: usize) -> (Token, usize) {
        match parse_prefix(self.rest()) {
            Some((number, len)) if len > 0 => {
                self.at += len;
                (Token::Number(number), start)
            }
            _ => (Token::Error("invalid number"), start),
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

    fn string(&mut self) -> Result<Vec<u8>, &'static str> {
        self.at += 1;
        let mut text = Vec::new();
        loop {
            let byte = self.byte(0);
            match byte {
                b'"' => {
                    self.at += 1;
                    return Ok(text);
                }
                0 => return Err("unexpected end of string"),
                b'\\' => {
                    let meaning = match self.byte(1) {
                        escaped @ (b'"' | b'\\' | b'/') => escaped,
                        b'b' => 8,
                        b'f' => 12,
                        b'n' => b'\n',
                        b'r' => b'\r',
                        b't' => b'\t',
                        b'u' => {
                            let (character, len) =
                                self.unicode_escape().ok_or("invalid unicode escape code")?;
                            text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                            self.at += len;
                            continue;
                        }
                        _ => return Err("invalid escape code"),
                    };
                    text.push(meaning);
                    self.at += 2;
                }
                _ => {
                    text.push(byte);
                    self.at += 1;
                }
            }
        }
    }

    /// The character of `\uXXXX`, or of a pair of surrogates, and the length of the escape.
    fn unicode_escape(&self) -> Option<(char, usize)> {
        let first = self.hexadecimal(2)?;
        if first & 0xF800 != 0xD800 {
            return Some((char::from_u32(first)?, 6));
        }
        if first & 0x400 != 0 || self.byte(6) != b'\\' || self.byte(7) != b'u' {
            return None;
        }
        let second = self.hexadecimal(8).filter(|second| second & 0xFC00 == 0xDC00)?;
        Some((char::from_u32(0x1_0000 + ((first & 0x3FF) << 10 | second & 0x3FF))?, 12))
    }

    /// Four hexadecimal digits.
    fn hexadecimal(&self, offset: usize) -> Option<u32> {
        (0..4).try_fold(0, |number, digit| {
            Some(number << 4 | char::from(self.byte(offset + digit)).to_digit(16)?)
        })
    }
}

/// A table that is being read.
enum Open {
    Array { table: TableRef, next: u32 },
    Object { table: TableRef, key: Value },
}

struct Decoder<'a, 'h, 't> {
    tx: &'a mut Transaction<'h>,
    lexer: Lexer<'t>,
    settings: &'a Settings,
    open: Vec<Open>,
}

fn expected(what: &str, token: &Token, at: usize) -> LuaError {
    LuaError::message(format!("Expected {what} but found {} at character {}", token.name(), at + 1))
}

impl Decoder<'_, '_, '_> {
    fn run(mut self) -> Result<Value, LuaError> {
        let (mut token, mut at) = self.lexer.next();
        loop {
            // `token` begins a value.
            let mut value = match token {
                Token::String(text) => self.tx.intern(&text)?,
                Token::Number(number) => Value::from_foreign(number),
                Token::Boolean(truth) => Value::boolean(truth),
                Token::Null => NULL,
                Token::ObjectBegin | Token::ArrayBegin => {
                    let is_object = token == Token::ObjectBegin;
                    let table = self.descend()?;
                    (token, at) = self.lexer.next();
                    let end = if is_object { Token::ObjectEnd } else { Token::ArrayEnd };
                    if token == end {
                        table.into()
                    } else if is_object {
                        let key = self.key(&token, at)?;
                        self.open.push(Open::Object { table, key });
                        (token, at) = self.lexer.next();
                        continue;
                    } else {
                        self.open.push(Open::Array { table, next: 1 });
                        continue;
                    }
                }
                _ => return Err(expected("value", &token, at)),
            };
            // The value is complete: it goes into what is open, which may be complete then too.
            loop {
                let Some(open) = self.open.last_mut() else {
                    let (token, at) = self.lexer.next();
                    return if token == Token::End {
                        Ok(value)
                    } else {
                        Err(expected("the end", &token, at))
                    };
                };
                (token, at) = self.lexer.next();
                match open {
                    Open::Array { table, next } => {
                        let table = *table;
                        self.tx.raw_set_int(table, *next, value)?;
                        *next = next.saturating_add(1);
                        match token {
                            Token::ArrayEnd => value = table.into(),
                            Token::Comma => {
                                (token, at) = self.lexer.next();
                                break;
                            }
                            _ => return Err(expected("comma or array end", &token, at)),
                        }
                    }
                    Open::Object { table, key } => {
                        let table = *table;
                        self.tx.raw_set(table, *key, value)?;
                        match token {
                            Token::ObjectEnd => value = table.into(),
                            Token::Comma => {
                                (token, at) = self.lexer.next();
                                let next_key = self.key(&token, at)?;
                                if let Some(Open::Object { key, .. }) = self.open.last_mut() {
                                    *key = next_key;
                                }
                                (token, at) = self.lexer.next();
                                break;
                            }
                            _ => return Err(expected("comma or object end", &token, at)),
                        }
                    }
                }
                self.open.pop();
            }
        }
    }

    /// A key and the colon after it.
    fn key(&mut self, token: &Token, at: usize) -> Result<Value, LuaError> {
        let Token::String(text) = token else { return Err(expected("object key string", token, at)) };
        let key = self.tx.intern(text)?;
        let (colon, at) = self.lexer.next();
        if colon == Token::Colon { Ok(key) } else { Err(expected("colon", &colon, at)) }
    }

    fn descend(&mut self) -> Result<TableRef, LuaError> {
        let depth = self.open.len() + 1;
        if depth > self.settings.decode_max_depth as usize {
            let at = self.lexer.at;
            return Err(LuaError::message(format!(
                "Found too many nested data structures ({depth}) at character {at}"
            )));
        }
        self.tx.new_table(0, 0)?.as_table().ok_or_else(|| LuaError::bare("no table"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &[u8]) -> Vec<Token> {
        let mut lexer = Lexer { text, at: 0, invalid_numbers: true };
        let mut found = Vec::new();
        loop {
            let (token, _) = lexer.next();
            let last = matches!(token, Token::End | Token::Error(_));
            found.push(token);
            if last {
                return found;
            }
        }
    }

    #[test]
    fn texts_are_read_as_by_lua_cjson() {
        let string = |text: &[u8]| vec![Token::String(text.to_vec()), Token::End];
        let number = |number| vec![Token::Number(number), Token::End];
        let wrong = |text| vec![Token::Error(text)];
        let cases: &[(&[u8], Vec<Token>)] = &[
            (b"\"a\\u0041\\n\"", string(b"aA\n")),
            (b"\"\\ud83d\\ude00\"", string("\u{1F600}".as_bytes())),
            (b"\"\\ud83d\"", wrong("invalid unicode escape code")),
            (b"\"\\x\"", wrong("invalid escape code")),
            (b"\"a", wrong("unexpected end of string")),
            (b"0x1F", number(31.0)),
            (b"+1", number(1.0)),
            (b"inf", number(f64::INFINITY)),
            (b".5", wrong("invalid token")),
            (b"-", wrong("invalid number")),
            (b"nul", wrong("invalid token")),
            (b" true ", vec![Token::Boolean(true), Token::End]),
        ];
        for (text, wanted) in cases {
            assert_eq!(tokens(text), *wanted, "{}", text.escape_ascii());
        }
    }
}
