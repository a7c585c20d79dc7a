//! `cjson.decode`: JSON to values.
//!
//! lua-cjson reads more than JSON: numbers are what C's `strtod` takes, control characters may stand in strings, and a zero
//! byte ends the text. Its messages name what was expected, what was found, and where.
//!
//! Work is counted token by token, so a large document pauses wherever a script could.
//!
//! **Invariant:** the tokens before the current one have become part of a table in `open` or of the result; the registers
//! above the argument hold those tables, outermost first, each object's followed by the key whose value is being read.

use ferrous_heap::{TableRef, Value};
use ferrous_vm::{
    error::LuaError,
    native::{Charge, NativeContext, NativeResult, NativeState, Operation, Resumption},
    number::parse_prefix,
};

use super::NULL;

pub(super) fn decode(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    if ctx.arg_count() != 1 {
        return Err(ctx.argument_error(1, "expected 1 argument"));
    }
    let text = ctx.check_string(1)?;
    let text = ctx.tx.string(text).unwrap_or_default().to_vec();
    if text.len() >= 2 && text.iter().take(2).any(|&byte| byte == 0) {
        return Err(ctx.error("JSON parser does not support UTF-16 or UTF-32"));
    }
    let settings = super::settings(ctx)?;
    let (invalid_numbers, deepest) = (settings.decode_invalid, settings.decode_max_depth as usize);
    ctx.tx.charge(text.len())?;
    let mut lexer = Lexer { text, at: 0, invalid_numbers };
    let (token, at) = lexer.next();
    Box::new(Decoding { lexer, deepest, token, at, worked: 0, open: Vec::new() }).go_on(ctx)
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

struct Lexer {
    text: Vec<u8>,
    at: usize,
    invalid_numbers: bool,
}

impl Lexer {
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
#[derive(Clone, Copy)]
enum Open {
    Array { next: u32 },
    Object,
}

/// A document that is being read.
struct Decoding {
    lexer: Lexer,
    deepest: usize,
    /// The current token and where it is.
    token: Token,
    at: usize,
    /// How much of the text has been counted as work.
    worked: usize,
    open: Vec<Open>,
}

impl NativeState for Decoding {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        self.go_on(ctx)
    }
}

impl Decoding {
    /// Reads until the document is complete or it is time for a pause.
    fn go_on(mut self: Box<Self>, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        loop {
            if self.count_work(ctx) == Charge::Pause {
                ctx.set_boxed_state(self);
                return Ok(Operation::Pause);
            }
            match self.value(ctx) {
                Ok(None) => {}
                Ok(Some(value)) => {
                    ctx.tx.release(self.lexer.text.len());
                    return ctx.ret(value);
                }
                Err(error) => {
                    ctx.tx.release(self.lexer.text.len());
                    return Err(error);
                }
            }
        }
    }

    fn count_work(&mut self, ctx: &mut NativeContext<'_, '_>) -> Charge {
        let units = (self.lexer.at - self.worked) / BYTES_A_UNIT + 1;
        self.worked = self.lexer.at;
        ctx.charge(u32::try_from(units).unwrap_or(u32::MAX))
    }

    fn advance(&mut self) {
        (self.token, self.at) = self.lexer.next();
    }

    fn expected<T>(&self, what: &str) -> Result<T, LuaError> {
        let (found, at) = (self.token.name(), self.at + 1);
        Err(LuaError::message(format!("Expected {what} but found {found} at character {at}")))
    }

    /// Reads the value that the current token begins, up to where the next value begins. Returns the document when it is
    /// complete.
    fn value(&mut self, ctx: &mut NativeContext<'_, '_>) -> Result<Option<Value>, LuaError> {
        let value = match &self.token {
            Token::String(text) => ctx.tx.intern(text)?,
            Token::Number(number) => Value::from_foreign(*number),
            Token::Boolean(truth) => Value::boolean(*truth),
            Token::Null => NULL,
            Token::ObjectBegin => {
                let table = self.descend(ctx)?;
                self.advance();
                if self.token != Token::ObjectEnd {
                    ctx.push(table.into())?;
                    ctx.push(Value::NIL)?;
                    self.open.push(Open::Object);
                    self.key(ctx)?;
                    return Ok(None);
                }
                table.into()
            }
            Token::ArrayBegin => {
                let table = self.descend(ctx)?;
                self.advance();
                if self.token != Token::ArrayEnd {
                    ctx.push(table.into())?;
                    self.open.push(Open::Array { next: 1 });
                    return Ok(None);
                }
                table.into()
            }
            _ => return self.expected("value"),
        };
        self.deliver(ctx, value)
    }

    /// Puts a complete value where it belongs, which may complete the table around it, and so on.
    fn deliver(
        &mut self,
        ctx: &mut NativeContext<'_, '_>,
        mut value: Value,
    ) -> Result<Option<Value>, LuaError> {
        loop {
            self.advance();
            let top = ctx.top();
            match self.open.last_mut() {
                None if self.token == Token::End => return Ok(Some(value)),
                None => return self.expected("the end"),
                Some(Open::Array { next }) => {
                    let table = table_in(ctx, top - 1)?;
                    ctx.tx.raw_set_int(table, *next, value)?;
                    *next = next.saturating_add(1);
                    match self.token {
                        Token::Comma => {
                            self.advance();
                            return Ok(None);
                        }
                        Token::ArrayEnd => value = ctx.pop(),
                        _ => return self.expected("comma or array end"),
                    }
                }
                Some(Open::Object) => {
                    let table = table_in(ctx, top - 2)?;
                    let key = ctx.get(top - 1);
                    ctx.tx.raw_set(table, key, value)?;
                    match self.token {
                        Token::Comma => {
                            self.advance();
                            self.key(ctx)?;
                            return Ok(None);
                        }
                        Token::ObjectEnd => {
                            ctx.pop();
                            value = ctx.pop();
                        }
                        _ => return self.expected("comma or object end"),
                    }
                }
            }
            self.open.pop();
        }
    }

    /// Reads a key into the topmost register, and the colon after it.
    fn key(&mut self, ctx: &mut NativeContext<'_, '_>) -> Result<(), LuaError> {
        let Token::String(text) = &self.token else { return self.expected("object key string") };
        let key = ctx.tx.intern(text)?;
        ctx.set(ctx.top() - 1, key);
        self.advance();
        if self.token != Token::Colon {
            return self.expected("colon");
        }
        self.advance();
        Ok(())
    }

    fn descend(&self, ctx: &mut NativeContext<'_, '_>) -> Result<TableRef, LuaError> {
        let depth = self.open.len() + 1;
        if depth > self.deepest {
            let at = self.lexer.at;
            return Err(LuaError::message(format!(
                "Found too many nested data structures ({depth}) at character {at}"
            )));
        }
        ctx.tx.new_table(0, 0)?.as_table().ok_or_else(|| LuaError::bare("no table"))
    }
}

/// How many bytes are one unit of work.
const BYTES_A_UNIT: usize = 16;

fn table_in(ctx: &NativeContext<'_, '_>, register: usize) -> Result<TableRef, LuaError> {
    ctx.get(register).as_table().ok_or_else(|| LuaError::bare("no table"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &[u8]) -> Vec<Token> {
        let mut lexer = Lexer { text: text.to_vec(), at: 0, invalid_numbers: true };
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
