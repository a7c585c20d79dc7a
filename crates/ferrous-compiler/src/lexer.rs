//! Source bytes to tokens.
//!
//! A [`Token`] is `Copy`: names and strings are [`Text`]s of the interner, numbers indices into a list. Newlines and
//! comments are tokens that `filter` drops, so that it can give up between any two of them; lines are counted on the way. A
//! byte that begins no token is the token `Unknown`, which no rule of the grammar mentions, so that the parser says what it
//! had expected instead. Lexical errors proper are [`LexicalError`]s; their texts are made by `diagnose`.
//!
//! **Invariant:** `State::line` is the line in which the token read last ends, counted as PUC Lua counts.

use ferrous_vm::number;
use logos::{Lexer, Logos};

use crate::interner::{Interner, Text};

/// What the lexer can object to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LexicalError {
    Number,
    String,
    StringAtEnd,
    Escape,
    LongString,
    LongComment,
    Delimiter,
    Nesting,
    /// Whoever waits for the chunk does not want it any more.
    Stopped,
}

/// What the lexer keeps beside its position.
pub(crate) struct State {
    pub(crate) texts: Interner,
    pub(crate) numbers: Vec<f64>,
    pub(crate) line: u32,
    pub(crate) error: Option<LexicalError>,
    /// [`Options::nested_brackets`](crate::Options::nested_brackets).
    nested_brackets: bool,
    buffer: Vec<u8>,
}

impl State {
    pub(crate) fn new(nested_brackets: bool) -> Self {
        let mut texts = Interner::new();
        for (word, _) in KEYWORDS {
            texts.intern(word.as_bytes());
        }
        Self { texts, numbers: Vec::new(), line: 1, error: None, nested_brackets, buffer: Vec::new() }
    }
}

impl Default for State {
    fn default() -> Self {
        Self::new(false)
    }
}

/// A token of Lua 5.1. The parentheses are told apart by `filter`.
#[derive(Logos, Clone, Copy, Debug, PartialEq)]
#[logos(utf8 = false)]
#[logos(extras = State)]
#[logos(skip b"[ \t\x0b\x0c]+")]
#[rustfmt::skip]
pub(crate) enum Token {
    And, Break, Do, Else, Elseif, End, False, For, Function, If, In, Local, Nil, Not, Or, Repeat, Return, Then, True,
    Until, While,
    #[token("+")] Plus,
    #[token("-")] Minus,
    #[token("*")] Star,
    #[token("/")] Slash,
    #[token("%")] Percent,
    #[token("^")] Caret,
    #[token("#")] Hash,
    #[token("==")] Equal,
    #[token("~=")] NotEqual,
    #[token("<=")] LessEqual,
    #[token(">=")] GreaterEqual,
    #[token("<")] Less,
    #[token(">")] Greater,
    #[token("=")] Assign,
    /// Groups an expression or begins a parameter list.
    #[token("(")] Parenthesis,
    /// Begins the arguments of a call.
    CallParenthesis,
    /// Would begin the arguments of a call, but stands on a new line. In no rule of the grammar.
    AmbiguousParenthesis,
    #[token(")")] CloseParenthesis,
    #[token("{")] Brace,
    #[token("}")] CloseBrace,
    #[token("[")] Bracket,
    #[token("]")] CloseBracket,
    #[token(";")] Semicolon,
    #[token(":")] Colon,
    #[token(",")] Comma,
    #[token(".")] Dot,
    // As for exponents, a zero byte passes for a further dot.
    #[regex(b"\\.[.\x00]")] Concat,
    #[regex(b"\\.[.\x00][.\x00]")] Dots,
    /// `break` outside a loop. In no rule of the grammar.
    MisplacedBreak,
    /// `...` outside a vararg function. In no rule of the grammar.
    MisplacedDots,
    #[regex(b"[A-Za-z_][A-Za-z0-9_]*", word)] Word,
    Name(Text),
    // PUC Lua looks for the exponent's letters with `strchr`, which finds a zero byte too.
    #[regex(b"(\\.[0-9]|[0-9])[0-9.]*([eE\x00][+\x00-]?)?[0-9A-Za-z_]*", numeral)] Number(u32),
    #[token("\"", quoted)]
    #[token("'", quoted)]
    #[regex(b"\\[=+", long_string)]
    #[token(b"[[", long_string)]
    String(Text),
    #[regex(b"\r\n|\n\r|\n|\r", newline)] Newline,
    #[token("--", comment)] Comment,
    Unknown,
}

/// The reserved words; their texts are the first ones of every interner, in this order.
#[rustfmt::skip]
pub(crate) const KEYWORDS: [(&str, Token); 21] = [
    ("and", Token::And), ("break", Token::Break), ("do", Token::Do), ("else", Token::Else), ("elseif", Token::Elseif),
    ("end", Token::End), ("false", Token::False), ("for", Token::For), ("function", Token::Function),
    ("if", Token::If), ("in", Token::In), ("local", Token::Local), ("nil", Token::Nil), ("not", Token::Not),
    ("or", Token::Or), ("repeat", Token::Repeat), ("return", Token::Return), ("then", Token::Then),
    ("true", Token::True), ("until", Token::Until), ("while", Token::While),
];

type Source<'s> = Lexer<'s, Token>;

fn fail<T>(lexer: &mut Source<'_>, error: LexicalError) -> Result<T, ()> {
    lexer.extras.error = Some(error);
    Err(())
}

#[inline]
fn word(lexer: &mut Source<'_>) -> Token {
    let slice = lexer.slice();
    let text = lexer.extras.texts.intern(slice);
    KEYWORDS.get(text as usize).map_or(Token::Name(text), |keyword| keyword.1)
}

fn newline(lexer: &mut Source<'_>) {
    lexer.extras.line += 1;
}

fn numeral(lexer: &mut Source<'_>) -> Result<u32, ()> {
    match number::parse(lexer.slice()) {
        Some(value) => {
            let index = lexer.extras.numbers.len();
            lexer.extras.numbers.push(value);
            // As many numerals as bytes at most, and a source is below 4 GiB.
            Ok(index as u32)
        }
        None => fail(lexer, LexicalError::Number),
    }
}

/// How many bytes the newline at the start of `rest` takes: two if it is `\r\n` or `\n\r`.
fn newline_length(rest: &[u8]) -> usize {
    match rest {
        [b'\r', b'\n', ..] | [b'\n', b'\r', ..] => 2,
        _ => 1,
    }
}

fn quoted(lexer: &mut Source<'_>) -> Result<Text, ()> {
    let quote = lexer.slice().first().copied().unwrap_or(b'"');
    let rest = lexer.remainder();
    let plain = rest.iter().position(|&byte| byte == quote || matches!(byte, b'\\' | b'\n' | b'\r'));
    if let Some(length) = plain
        && rest.get(length) == Some(&quote)
    {
        let text = lexer.extras.texts.intern(rest.get(..length).unwrap_or_default());
        lexer.bump(length + 1);
        return Ok(text);
    }
    let mut buffer = std::mem::take(&mut lexer.extras.buffer);
    buffer.clear();
    let (length, lines, error) = unescape(rest, quote, &mut buffer);
    let text = lexer.extras.texts.intern(&buffer);
    lexer.extras.buffer = buffer;
    lexer.extras.line += lines;
    lexer.bump(length);
    match error {
        None => Ok(text),
        Some(error) => fail(lexer, error),
    }
}

/// Appends the meaning of a quoted string up to its closing quote. Returns the bytes read and the lines passed.
pub(crate) fn unescape(rest: &[u8], quote: u8, out: &mut Vec<u8>) -> (usize, u32, Option<LexicalError>) {
    let mut at = 0;
    let mut lines = 0;
    loop {
        let Some(&byte) = rest.get(at) else { return (at, lines, Some(LexicalError::StringAtEnd)) };
        at += 1;
        match byte {
            b'\n' | b'\r' => return (at - 1, lines, Some(LexicalError::String)),
            b'\\' => {
                let Some(&escaped) = rest.get(at) else { continue };
                at += 1;
                match escaped {
                    b'a' => out.push(7),
                    b'b' => out.push(8),
                    b'f' => out.push(12),
                    b'n' => out.push(b'\n'),
                    b'r' => out.push(b'\r'),
                    b't' => out.push(b'\t'),
                    b'v' => out.push(11),
                    b'\n' | b'\r' => {
                        at += newline_length(rest.get(at - 1..).unwrap_or_default()) - 1;
                        lines += 1;
                        out.push(b'\n');
                    }
                    b'0'..=b'9' => {
                        let digits = rest.get(at - 1..).unwrap_or_default().iter().take(3);
                        let digits = digits.take_while(|digit| digit.is_ascii_digit());
                        let (count, code) = digits.fold((0, 0u32), |(count, code), digit| {
                            (count + 1, code * 10 + u32::from(digit - b'0'))
                        });
                        at += count - 1;
                        match u8::try_from(code) {
                            Ok(code) => out.push(code),
                            Err(_) => return (at, lines, Some(LexicalError::Escape)),
                        }
                    }
                    other => out.push(other),
                }
            }
            byte if byte == quote => return (at, lines, None),
            byte => out.push(byte),
        }
    }
}

/// The end of a long bracket's inside and how many bytes it takes with its closing bracket.
fn long_bracket(rest: &[u8], level: usize, nested_brackets: bool) -> Result<(usize, usize), LexicalError> {
    let mut at = 0;
    while let Some(offset) =
        rest.get(at..).and_then(|rest| rest.iter().position(|&byte| matches!(byte, b'[' | b']')))
    {
        at += offset;
        let bracket = rest.get(at).copied();
        let equals = rest.get(at + 1..).unwrap_or_default().iter().take_while(|&&byte| byte == b'=').count();
        let next = at + 1 + equals;
        if equals == level && rest.get(next).copied() == bracket {
            match bracket {
                Some(b']') => return Ok((at, next + 1)),
                // PUC Lua 5.1 refuses what 5.0 took for a nested string.
                _ if level == 0 && !nested_brackets => return Err(LexicalError::Nesting),
                _ => at = next + 1,
            }
        } else {
            at = next;
        }
    }
    Err(LexicalError::LongString)
}

fn count_lines(text: &[u8]) -> u32 {
    let mut lines = 0;
    let mut rest = text;
    while let Some(at) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
        rest = rest.get(at..).unwrap_or_default();
        rest = rest.get(newline_length(rest)..).unwrap_or_default();
        lines += 1;
    }
    lines
}

/// The inside of a long bracket without the newline at its start.
pub(crate) fn without_first_newline(inside: &[u8]) -> &[u8] {
    match inside {
        [b'\n' | b'\r', ..] => inside.get(newline_length(inside)..).unwrap_or_default(),
        _ => inside,
    }
}

/// The text with every newline as `\n`.
pub(crate) fn unify_newlines(text: &[u8]) -> Vec<u8> {
    let mut unified = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        let newline = matches!(byte, b'\n' | b'\r');
        unified.push(if newline { b'\n' } else { byte });
        rest = if newline { rest.get(newline_length(rest)..).unwrap_or_default() } else { after };
    }
    unified
}

fn long_string(lexer: &mut Source<'_>) -> Result<Text, ()> {
    let slice = lexer.slice();
    let (level, opened) = match slice {
        b"[[" => (0, 0),
        _ if lexer.remainder().first() == Some(&b'[') => (slice.len() - 1, 1),
        _ => return fail(lexer, LexicalError::Delimiter),
    };
    let rest = lexer.remainder().get(opened..).unwrap_or_default();
    match long_bracket(rest, level, lexer.extras.nested_brackets) {
        Ok((end, length)) => {
            let inside = rest.get(..end).unwrap_or_default();
            let lines = count_lines(inside);
            let inside = without_first_newline(inside);
            let text = if inside.contains(&b'\r') {
                lexer.extras.texts.intern(&unify_newlines(inside))
            } else {
                lexer.extras.texts.intern(inside)
            };
            lexer.extras.line += lines;
            lexer.bump(opened + length);
            Ok(text)
        }
        Err(error) => unfinished(lexer, opened, level, error),
    }
}

/// Moves to where a long bracket's error is seen: the nested bracket or the end of the source.
fn unfinished<T>(lexer: &mut Source<'_>, opened: usize, level: usize, error: LexicalError) -> Result<T, ()> {
    let rest = lexer.remainder();
    let mut length = rest.len();
    if error == LexicalError::Nesting {
        let inside = rest.get(opened..).unwrap_or_default();
        let nested = inside.windows(2 + level).position(|window| window == b"[[");
        length = opened + nested.map_or(inside.len(), |at| at + 2);
    }
    lexer.extras.line += count_lines(rest.get(..length).unwrap_or_default());
    lexer.bump(length);
    fail(lexer, error)
}

fn comment(lexer: &mut Source<'_>) -> Result<(), ()> {
    let rest = lexer.remainder();
    if let [b'[', after @ ..] = rest {
        let level = after.iter().take_while(|&&byte| byte == b'=').count();
        if after.get(level) == Some(&b'[') {
            let opened = level + 2;
            let inside = rest.get(opened..).unwrap_or_default();
            return match long_bracket(inside, level, lexer.extras.nested_brackets) {
                Ok((_, length)) => {
                    lexer.extras.line += count_lines(inside.get(..length).unwrap_or_default());
                    lexer.bump(opened + length);
                    Ok(())
                }
                Err(LexicalError::LongString) => unfinished(lexer, opened, level, LexicalError::LongComment),
                Err(error) => unfinished(lexer, opened, level, error),
            };
        }
    }
    let length = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
    lexer.bump(length);
    Ok(())
}
