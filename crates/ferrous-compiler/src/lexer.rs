//! Source bytes to tokens.
//!
//! A [`Token`] is `Copy`: names and strings are [`Text`]s of the interner, numbers indices into a list. Newlines and
//! comments are tokens that `filter` drops, so that it can give up between any two of them; lines are counted on the way. A
//! byte that begins no token is the token `Unknown`, which no rule of the grammar mentions, so that the parser says what it
//! had expected instead. Lexical errors proper are [`LexicalError`]s; their texts are made by `diagnose`. Strings, comments
//! and blanks that are longer than a piece (`scan`) are the error `TooLong` first, upon which `filter` has [`long_token`]
//! read them, with looks in between.
//!
//! **Invariant:** `State::line` is the line in which the token read last ends, counted as PUC Lua counts.

use ferrous_vm::number;
use logos::{Lexer, Logos};

use crate::interner::{Interner, Text};
use crate::scan::{Look, PIECE, Scan, too_long};

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
    /// A token that the generated lexer does not read to its end.
    TooLong,
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
#[logos(skip(b"[ \t\x0b\x0c]", blanks))]
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
    #[token(b"[=", long_string)]
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

/// What the callback of a token does that may be of any length.
fn eager<T>(
    lexer: &mut Source<'_>,
    read: impl FnOnce(&mut Source<'_>, Look<'_>) -> Result<T, LexicalError>,
) -> Result<T, ()> {
    read(lexer, &too_long).or_else(|error| fail(lexer, error))
}

fn quoted(lexer: &mut Source<'_>) -> Result<Text, ()> {
    let quote = lexer.slice().first().copied().unwrap_or(b'"');
    let rest = lexer.remainder();
    let piece = rest.get(..PIECE).unwrap_or(rest);
    let plain = piece.iter().position(|&byte| byte == quote || matches!(byte, b'\\' | b'\n' | b'\r'));
    if let Some(length) = plain
        && rest.get(length) == Some(&quote)
    {
        let text = lexer.extras.texts.intern(rest.get(..length).unwrap_or_default());
        lexer.bump(length + 1);
        return Ok(text);
    }
    eager(lexer, read_quoted)
}

fn long_string(lexer: &mut Source<'_>) -> Result<Text, ()> {
    eager(lexer, read_long_string)
}

fn comment(lexer: &mut Source<'_>) -> Result<(), ()> {
    eager(lexer, read_comment)
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | 0x0b | 0x0c)
}

#[inline]
fn blanks(lexer: &mut Source<'_>) -> Result<(), ()> {
    if lexer.remainder().first().is_some_and(|&byte| is_blank(byte)) {
        return eager(lexer, read_blanks);
    }
    Ok(())
}

/// Reads the token at which the lexer has failed with [`LexicalError::TooLong`]; blanks pass for a comment.
pub(crate) fn long_token(lexer: &mut Source<'_>, look: Look<'_>) -> Result<Token, LexicalError> {
    match lexer.slice().first() {
        Some(b'"' | b'\'') => read_quoted(lexer, look).map(Token::String),
        Some(b'[') => read_long_string(lexer, look).map(Token::String),
        Some(b'-') => read_comment(lexer, look).map(|()| Token::Comment),
        _ => read_blanks(lexer, look).map(|()| Token::Comment),
    }
}

fn read_blanks(lexer: &mut Source<'_>, look: Look<'_>) -> Result<(), LexicalError> {
    let mut scan = Scan::new(lexer.remainder(), look);
    scan.find(|byte| !is_blank(byte))?;
    lexer.bump(scan.at);
    Ok(())
}

fn read_quoted(lexer: &mut Source<'_>, look: Look<'_>) -> Result<Text, LexicalError> {
    let quote = lexer.slice().first().copied().unwrap_or(b'"');
    let mut scan = Scan::new(lexer.remainder(), look);
    let mut buffer = std::mem::take(&mut lexer.extras.buffer);
    buffer.clear();
    let mut lines = 0;
    let end = unescape(&mut scan, quote, &mut buffer, &mut lines);
    let text = match end {
        Err(error @ (LexicalError::TooLong | LexicalError::Stopped)) => Err(error),
        _ => {
            lexer.extras.line += lines;
            lexer.bump(scan.at);
            end.and_then(|()| lexer.extras.texts.intern_long(&buffer, look))
        }
    };
    lexer.extras.buffer = buffer;
    text
}

/// Appends the meaning of a quoted string up to its closing quote, which it passes, and counts its lines.
pub(crate) fn unescape(
    scan: &mut Scan<'_, '_>,
    quote: u8,
    out: &mut Vec<u8>,
    lines: &mut u32,
) -> Result<(), LexicalError> {
    loop {
        let is_special = |byte| byte == quote || matches!(byte, b'\\' | b'\n' | b'\r');
        scan.copy_until(is_special, |piece| out.extend_from_slice(piece))?;
        match scan.byte() {
            None => return Err(LexicalError::StringAtEnd),
            Some(b'\n' | b'\r') => return Err(LexicalError::String),
            Some(b'\\') => {
                scan.step(1)?;
                unescape_one(scan, out, lines)?;
            }
            Some(_) => return scan.step(1),
        }
    }
}

/// The same for what follows one backslash.
fn unescape_one(scan: &mut Scan<'_, '_>, out: &mut Vec<u8>, lines: &mut u32) -> Result<(), LexicalError> {
    let Some(escaped) = scan.byte() else { return Ok(()) };
    let (byte, length) = match escaped {
        b'a' => (7, 1),
        b'b' => (8, 1),
        b'f' => (12, 1),
        b'n' => (b'\n', 1),
        b'r' => (b'\r', 1),
        b't' => (b'\t', 1),
        b'v' => (11, 1),
        b'\n' | b'\r' => {
            *lines += 1;
            (b'\n', newline_length(scan.ahead()))
        }
        b'0'..=b'9' => {
            let digits = scan.ahead().iter().take(3).take_while(|digit| digit.is_ascii_digit());
            let (count, code) = digits
                .fold((0, 0u32), |(count, code), digit| (count + 1, code * 10 + u32::from(digit - b'0')));
            match u8::try_from(code) {
                Ok(code) => (code, count),
                Err(_) => return scan.step(count).and(Err(LexicalError::Escape)),
            }
        }
        other => (other, 1),
    };
    out.push(byte);
    scan.step(length)
}

/// The end of a long bracket's inside; the position is behind its closing bracket then, or where an error is seen.
fn bracket_end(scan: &mut Scan<'_, '_>, level: usize, nested_brackets: bool) -> Result<usize, LexicalError> {
    loop {
        scan.find(|byte| matches!(byte, b'[' | b']'))?;
        let Some(bracket) = scan.byte() else { return Err(LexicalError::LongString) };
        let at = scan.at;
        scan.step(1)?;
        scan.find(|byte| byte != b'=')?;
        if scan.at - at - 1 == level && scan.byte() == Some(bracket) {
            scan.step(1)?;
            if bracket == b']' {
                return Ok(at);
            }
            // PUC Lua 5.1 refuses what 5.0 took for a nested string.
            if level == 0 && !nested_brackets {
                return Err(LexicalError::Nesting);
            }
        }
    }
}

/// Reads a long bracket that opens with the position of `scan`, which is one of the lexer's remainder. Returns its inside.
fn read_bracket<'s>(
    lexer: &mut Source<'s>,
    scan: &mut Scan<'s, '_>,
    level: usize,
    look: Look<'_>,
) -> Result<&'s [u8], LexicalError> {
    let opened = scan.at;
    let rest = scan.ahead();
    let end = bracket_end(scan, level, lexer.extras.nested_brackets);
    if let Err(error @ (LexicalError::TooLong | LexicalError::Stopped)) = end {
        return Err(error);
    }
    let lines = count_lines(rest.get(..scan.at - opened).unwrap_or_default(), look)?;
    lexer.extras.line += lines;
    lexer.bump(scan.at);
    Ok(rest.get(..end? - opened).unwrap_or_default())
}

fn count_lines(text: &[u8], look: Look<'_>) -> Result<u32, LexicalError> {
    let mut lines = 0;
    let mut scan = Scan::new(text, look);
    loop {
        scan.find(|byte| matches!(byte, b'\n' | b'\r'))?;
        if scan.byte().is_none() {
            return Ok(lines);
        }
        scan.step(newline_length(scan.ahead()))?;
        lines += 1;
    }
}

/// The inside of a long bracket without the newline at its start.
pub(crate) fn without_first_newline(inside: &[u8]) -> &[u8] {
    match inside {
        [b'\n' | b'\r', ..] => inside.get(newline_length(inside)..).unwrap_or_default(),
        _ => inside,
    }
}

/// The text with every newline as `\n`.
pub(crate) fn unify_newlines(text: &[u8], look: Look<'_>) -> Result<Vec<u8>, LexicalError> {
    let mut unified = Vec::with_capacity(text.len());
    let mut scan = Scan::new(text, look);
    loop {
        scan.copy_until(|byte| matches!(byte, b'\n' | b'\r'), |piece| unified.extend_from_slice(piece))?;
        if scan.byte().is_none() {
            return Ok(unified);
        }
        unified.push(b'\n');
        scan.step(newline_length(scan.ahead()))?;
    }
}

fn read_long_string(lexer: &mut Source<'_>, look: Look<'_>) -> Result<Text, LexicalError> {
    let mut scan = Scan::new(lexer.remainder(), look);
    let mut level = 0;
    if lexer.slice() != b"[[" {
        scan.find(|byte| byte != b'=')?;
        // The token has one of them already.
        level = scan.at + 1;
        if scan.byte() != Some(b'[') {
            lexer.bump(scan.at);
            return Err(LexicalError::Delimiter);
        }
        scan.step(1)?;
    }
    let inside = read_bracket(lexer, &mut scan, level, look)?;
    let inside = without_first_newline(inside);
    let mut returns = Scan::new(inside, look);
    returns.find(|byte| byte == b'\r')?;
    if returns.byte().is_none() {
        return lexer.extras.texts.intern_long(inside, look);
    }
    let unified = unify_newlines(inside, look)?;
    lexer.extras.texts.intern_long(&unified, look)
}

fn read_comment(lexer: &mut Source<'_>, look: Look<'_>) -> Result<(), LexicalError> {
    let mut scan = Scan::new(lexer.remainder(), look);
    if scan.byte() == Some(b'[') {
        scan.step(1)?;
        scan.find(|byte| byte != b'=')?;
        if scan.byte() == Some(b'[') {
            let level = scan.at - 1;
            scan.step(1)?;
            return match read_bracket(lexer, &mut scan, level, look) {
                Ok(_) => Ok(()),
                Err(LexicalError::LongString) => Err(LexicalError::LongComment),
                Err(error) => Err(error),
            };
        }
    }
    scan.find(|byte| matches!(byte, b'\n' | b'\r'))?;
    lexer.bump(scan.at);
    Ok(())
}
