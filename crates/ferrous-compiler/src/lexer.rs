//! Source bytes to tokens.
//!
//! A [`Token`] is `Copy`: names and strings are [`Text`]s of the interner, numbers indices into a list. Newlines and
//! comments are tokens that `filter` drops, so that it can give up between any two of them; lines are counted on the way. A
//! byte that begins no token is the token `Unknown`, which no rule of the grammar mentions, so that the parser says what it
//! had expected instead. Lexical errors proper are [`LexicalError`]s; their texts are made by `diagnose`.
//!
//! The generated lexer sees a window of the source (`filter`). A string or comment that does not end inside is the error
//! `TooLong`, upon which `filter` has [`long_token`] read it, as it does with names and numbers of that length.
//!
//! **Invariant:** `State::line` is the line in which the token read last ends, counted as PUC Lua counts.

use std::sync::LazyLock;

use ferrous_vm::number::{self, long};
use logos::{Lexer, Logos};

use crate::interner::{Interner, Text};
use crate::scan::{Look, PIECE, Scan};
use ferrous_vm::remains::Remains;

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
    /// More is open than there may be levels of syntax.
    Levels,
    /// Whoever waits for the chunk does not want it any more.
    Stopped,
}

/// What the lexer keeps beside its position.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) texts: Interner,
    pub(crate) numbers: Vec<f64>,
    pub(crate) line: u32,
    pub(crate) error: Option<LexicalError>,
    /// [`Options::nested_brackets`](crate::Options::nested_brackets).
    nested_brackets: bool,
    /// Whether the lexer sees only a part of the source, which goes on.
    pub(crate) is_partial: bool,
    buffer: Vec<u8>,
}

impl State {
    pub(crate) fn new(nested_brackets: bool, is_partial: bool) -> Self {
        let texts = Interner::with_texts_of(&KEYWORD_TEXTS);
        Self { texts, line: 1, nested_brackets, is_partial, ..Self::default() }
    }

    /// Undoes what a token did that will be read again; its text may stay.
    pub(crate) fn forget(&mut self, token: Option<Token>) {
        match token {
            Some(Token::Newline) => self.line -= 1,
            Some(Token::Number(_)) => {
                self.numbers.pop();
            }
            _ => {}
        }
    }

    /// Leaves what was allocated for texts.
    pub(crate) fn leave(self, remains: &mut Remains) {
        remains.add(self.buffer);
        remains.add(self.numbers);
        self.texts.leave(remains);
    }

    fn number(&mut self, value: Option<f64>) -> Result<u32, LexicalError> {
        let index = self.numbers.len();
        self.numbers.push(value.ok_or(LexicalError::Number)?);
        // As many numerals as bytes at most, and a source is below 4 GiB.
        Ok(index as u32)
    }

    fn word(&mut self, text: Text) -> Token {
        KEYWORDS.get(text as usize).map_or(Token::Name(text), |keyword| keyword.1)
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
    /// With the line in which the token before it ends, which `filter` fills in.
    #[token("{", |_| 0)] Brace(u32),
    #[token("}")] CloseBrace,
    #[token("[")] Bracket,
    #[token("]")] CloseBracket,
    #[token(";")] Semicolon,
    #[token(":")] Colon,
    #[token(",")] Comma,
    #[token(".")] Dot,
    // As for exponents, a zero byte passes for a further dot.
    #[regex(b"\\.[.\x00]")] Concat,
    /// As [`Token::Brace`].
    #[regex(b"\\.[.\x00][.\x00]", |_| 0)] Dots(u32),
    /// `break` outside a loop. In no rule of the grammar.
    MisplacedBreak,
    /// `...` outside a vararg function. In no rule of the grammar.
    MisplacedDots,
    #[regex(b"[A-Za-z_][A-Za-z0-9_]*", word)] Word,
    Name(Text),
    /// A name with which a field of a constructor begins, which `filter` tells apart.
    FieldName(Text),
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

/// The keywords are the first texts of every source. Most sources are so short that interning them anew would be a third of
/// compiling; its seed serves all sources of the process, none of which can see a hash.
static KEYWORD_TEXTS: LazyLock<Interner> = LazyLock::new(|| {
    let mut texts = Interner::new();
    for (word, _) in KEYWORDS {
        texts.intern(word.as_bytes());
    }
    texts
});

type Source<'s> = Lexer<'s, Token>;

fn fail<T>(lexer: &mut Source<'_>, error: LexicalError) -> Result<T, ()> {
    lexer.extras.error = Some(error);
    Err(())
}

#[inline]
fn word(lexer: &mut Source<'_>) -> Token {
    let slice = lexer.slice();
    let text = lexer.extras.texts.intern(slice);
    lexer.extras.word(text)
}

fn newline(lexer: &mut Source<'_>) {
    lexer.extras.line += 1;
}

fn numeral(lexer: &mut Source<'_>) -> Result<u32, ()> {
    let value = number::parse(lexer.slice());
    lexer.extras.number(value).or_else(|error| fail(lexer, error))
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
    read: impl FnOnce(&mut State, &mut Scan<'_, '_>) -> Result<T, LexicalError>,
) -> Result<T, ()> {
    let rest = lexer.remainder();
    let mut scan = Scan::new(rest, &|| None);
    let line = lexer.extras.line;
    let result = read(&mut lexer.extras, &mut scan);
    if scan.at == rest.len() && lexer.extras.is_partial {
        lexer.extras.line = line;
        return fail(lexer, LexicalError::TooLong);
    }
    let length = scan.at;
    lexer.bump(length);
    result.or_else(|error| fail(lexer, error))
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
    eager(lexer, |state, scan| read_quoted(state, scan, quote))
}

fn long_string(lexer: &mut Source<'_>) -> Result<Text, ()> {
    let opened = usize::from(lexer.slice() != b"[[");
    eager(lexer, |state, scan| read_long_string(state, scan, opened))
}

fn comment(lexer: &mut Source<'_>) -> Result<(), ()> {
    eager(lexer, read_comment)
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | 0x0b | 0x0c)
}

#[inline]
fn blanks(lexer: &mut Source<'_>) {
    let rest = lexer.remainder();
    if rest.first().is_some_and(|&byte| is_blank(byte)) {
        let length = rest.iter().position(|&byte| !is_blank(byte)).unwrap_or(rest.len());
        lexer.bump(length);
    }
}

/// Reads a token, of a length that the generated lexer does not read, at the beginning of a text; its length goes first.
pub(crate) fn long_token(
    text: &[u8],
    state: &mut State,
    look: Look<'_>,
) -> (usize, Result<Token, LexicalError>) {
    let mut scan = Scan::new(text, look);
    let read = match text {
        [quote @ (b'"' | b'\''), ..] => {
            scan.at = 1;
            read_quoted(state, &mut scan, *quote).map(Token::String)
        }
        [b'[', second, ..] => {
            scan.at = 2;
            read_long_string(state, &mut scan, usize::from(*second == b'=')).map(Token::String)
        }
        [b'-', ..] => {
            scan.at = 2;
            read_comment(state, &mut scan).map(|()| Token::Comment)
        }
        [b'0'..=b'9' | b'.', ..] => read_number(state, &mut scan).map(Token::Number),
        _ => read_word(state, &mut scan),
    };
    (scan.at, read)
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn read_word(state: &mut State, scan: &mut Scan<'_, '_>) -> Result<Token, LexicalError> {
    scan.find(|byte| !is_of_word(byte))?;
    let text = state.texts.intern_long(scan.passed(0), scan.look())?;
    Ok(state.word(text))
}

/// As the pattern of [`Token::Number`] has it.
fn read_number(state: &mut State, scan: &mut Scan<'_, '_>) -> Result<u32, LexicalError> {
    scan.find(|byte| !matches!(byte, b'0'..=b'9' | b'.'))?;
    if matches!(scan.byte(), Some(b'e' | b'E' | 0)) {
        scan.step(1)?;
        if matches!(scan.byte(), Some(b'+' | b'-' | 0)) {
            scan.step(1)?;
        }
    }
    scan.find(|byte| !is_of_word(byte))?;
    let look = scan.look();
    let value = long::parse(scan.passed(0), &mut || look().map_or(Ok(()), Err))?;
    state.number(value)
}

fn read_quoted(state: &mut State, scan: &mut Scan<'_, '_>, quote: u8) -> Result<Text, LexicalError> {
    let mut buffer = std::mem::take(&mut state.buffer);
    buffer.clear();
    let read = unescape(scan, quote, &mut buffer, &mut state.line);
    let text = read.and_then(|()| {
        if buffer.len() > PIECE {
            return state.texts.keep_long(std::mem::take(&mut buffer), scan.look());
        }
        Ok(state.texts.intern(&buffer))
    });
    state.buffer = buffer;
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

/// Reads a long bracket that opens with the position of `scan`, and counts its lines. Returns its inside.
fn read_bracket<'s>(
    state: &mut State,
    scan: &mut Scan<'s, '_>,
    level: usize,
) -> Result<&'s [u8], LexicalError> {
    let opened = scan.at;
    let end = bracket_end(scan, level, state.nested_brackets);
    if end == Err(LexicalError::Stopped) {
        return Err(LexicalError::Stopped);
    }
    state.line += count_lines(scan.passed(opened), scan.look())?;
    let inside = scan.passed(opened);
    Ok(inside.get(..end? - opened).unwrap_or_default())
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

/// Reads what follows `[[`, or `[` and so many equals signs.
fn read_long_string(state: &mut State, scan: &mut Scan<'_, '_>, signs: usize) -> Result<Text, LexicalError> {
    let mut level = 0;
    if signs > 0 {
        let start = scan.at;
        scan.find(|byte| byte != b'=')?;
        level = scan.at - start + signs;
        if scan.byte() != Some(b'[') {
            return Err(LexicalError::Delimiter);
        }
        scan.step(1)?;
    }
    let look = scan.look();
    let inside = read_bracket(state, scan, level)?;
    let inside = without_first_newline(inside);
    let mut returns = Scan::new(inside, look);
    returns.find(|byte| byte == b'\r')?;
    if returns.byte().is_none() {
        return state.texts.intern_long(inside, look);
    }
    let unified = unify_newlines(inside, look)?;
    if unified.len() > PIECE {
        state.texts.keep_long(unified, look)
    } else {
        Ok(state.texts.intern(&unified))
    }
}

/// Reads what follows `--`.
fn read_comment(state: &mut State, scan: &mut Scan<'_, '_>) -> Result<(), LexicalError> {
    if scan.byte() == Some(b'[') {
        scan.step(1)?;
        let start = scan.at;
        scan.find(|byte| byte != b'=')?;
        if scan.byte() == Some(b'[') {
            let level = scan.at - start;
            scan.step(1)?;
            return match read_bracket(state, scan, level) {
                Ok(_) => Ok(()),
                Err(LexicalError::LongString) => Err(LexicalError::LongComment),
                Err(error) => Err(error),
            };
        }
    }
    scan.find(|byte| matches!(byte, b'\n' | b'\r'))
}
