//! The messages of PUC Lua 5.1 for what is wrong with a source.
//!
//! The parser stops at the first token that no continuation accepts and says which tokens it had expected. That set and
//! the filter's stack of open blocks name the place in PUC's recursive parser, and so its message: the first rule below
//! that matches wins. Tokens that the filter made unparsable on purpose come first. All of this runs only for a source
//! that is refused; it may read the source again.
//!
//! **Invariant:** text, line and near-token are those of `luac -p`.

use ferrous_vm::chunk_name::source_id;
use ferrous_vm::verify::MAX_UPVALUES;
use lalrpop_util::ParseError;

use crate::ast::{Builder, Function, NodeId};
use crate::descent::Excess;
use crate::filter::{Filter, Open};
use crate::grammar::ChunkParser;
use crate::lexer::{LexicalError, Token, unescape, unify_newlines, without_first_newline};
use crate::refusal::Prefix;
use crate::scan::Scan;
use crate::{CompileError, Failure};

pub(crate) type Refused = ParseError<u32, Token, LexicalError>;

/// What nobody reads: who stops the compiler has its own reason.
const STOPPED: &[u8] = b"compilation was stopped";

/// A message without its position, and its line; 0 if it has no position.
pub(crate) type Message = (Vec<u8>, u32);

/// What is said of a source that is larger than any.
pub(crate) fn too_long() -> Message {
    (b"chunk is too long".to_vec(), 1)
}

/// What is said where the compiler was stopped.
pub(crate) fn stopped() -> Message {
    (STOPPED.to_vec(), 1)
}

/// The message for the token that the parser refused; `filter` is where it stopped.
pub(crate) fn syntax_error(error: &Refused, filter: &Filter<'_>) -> Message {
    match error {
        ParseError::UnrecognizedToken { token, expected } => unexpected(Some(token.1), expected, filter),
        ParseError::UnrecognizedEof { expected, .. } => unexpected(None, expected, filter),
        ParseError::User { error } => lexical(*error, filter),
        ParseError::InvalidToken { .. } | ParseError::ExtraToken { .. } => unexpected(None, &[], filter),
    }
}

/// The message for what there is too much of in a source, at a line.
pub(crate) fn excess(excess: &Excess, line: u32) -> Message {
    match *excess {
        Excess::Levels => (b"chunk has too many syntax levels".to_vec(), line),
        Excess::Count { function, most, what } => (more_than(function, most, what), line),
    }
}

fn more_than(function: u32, most: usize, what: &str) -> Vec<u8> {
    let whose = match function {
        0 => "main function".to_owned(),
        line => format!("function at line {line}"),
    };
    format!("{whose} has more than {most} {what}").into_bytes()
}

/// The message for a limit that the code of a source hits, and how many tokens behind its end PUC Lua has read then.
pub(crate) fn limit(failure: &Failure, functions: &[Function], source: Prefix<'_>) -> (Message, u32) {
    match *failure {
        Failure::Upvalues { function, node } => {
            let line = functions.get(function as usize).map_or(0, |function| function.line);
            let (tokens, _) = read_past(source, node);
            let message = more_than(line, MAX_UPVALUES, "upvalues");
            ((message, tokens.filter.line()), tokens.beyond)
        }
        Failure::Complex { node, opening, line } => {
            let (near, line, beyond) =
                if opening { (b"{".to_vec(), line, 0) } else { after_node(source, node) };
            let what: &[u8] = b"function or expression too complex";
            (([what, &near_clause(&near)].concat(), line), beyond)
        }
        // An error of PUC Lua's memory rather than of its parser, which therefore has no position.
        Failure::Constants => ((b"constant table overflow".to_vec(), 0), 0),
        // An excess is found by its own means.
        Failure::Excess | Failure::Stopped => (stopped(), 0),
    }
}

/// The token where PUC Lua stands when it puts the value of a node into a register, its line, and how far it is behind the
/// end. It emits code as it reads: a value in a list or before an operator is put away once the separator, bracket or
/// operator has been read.
fn after_node(source: Prefix<'_>, node: NodeId) -> (Vec<u8>, u32, u32) {
    let (mut tokens, last) = read_past(source, node);
    let ends_value = matches!(
        last,
        Token::Comma
            | Token::CloseParenthesis
            | Token::CloseBrace
            | Token::Concat
            | Token::Plus
            | Token::Minus
            | Token::Star
            | Token::Slash
            | Token::Percent
            | Token::Caret
            | Token::Equal
            | Token::NotEqual
            | Token::Less
            | Token::LessEqual
            | Token::Greater
            | Token::GreaterEqual
    );
    if ends_value {
        tokens.next();
    }
    (near(&tokens.filter), tokens.filter.line(), tokens.beyond)
}

/// Reads a source, which has parsed before, up to the token after a node; what follows there, and the token.
fn read_past(mut source: Prefix<'_>, node: NodeId) -> (Prefix<'_>, Token) {
    let mut builder = Builder::new(0);
    builder.wanted = node;
    let found = builder.found.clone();
    let mut last = Token::Unknown;
    // The parser asks for a token when it has done all it can with the one before.
    let tokens = std::iter::from_fn(|| {
        if found.get() {
            return None;
        }
        let token = source.next();
        last = token.and_then(Result::ok).map_or(Token::Unknown, |token| token.1);
        token
    });
    // What comes of a source that ends here is of no interest.
    let _ = ChunkParser::new().parse(&mut builder, tokens);
    (source, last)
}

/// An error of a chunk with this name.
pub(crate) fn positioned(name: &[u8], (message, line): Message) -> CompileError {
    if line == 0 {
        return CompileError { message, line };
    }
    let position = format!(":{line}: ");
    CompileError { message: [&source_id(name), position.as_bytes(), &message].concat(), line }
}

/// The token that the filter read last, as messages show it.
pub(crate) fn near(filter: &Filter<'_>) -> Vec<u8> {
    shown(filter.slice())
}

fn shown(slice: &[u8]) -> Vec<u8> {
    let text = match slice {
        [] => b"<eof>".to_vec(),
        [quote @ (b'"' | b'\''), rest @ ..] => {
            let mut text = vec![*quote];
            let mut scan = Scan::new(rest, &|| None);
            // A quote that ends it is no escaped one.
            if unescape(&mut scan, *quote, &mut text, &mut 0).is_ok() {
                text.push(*quote);
            }
            text
        }
        [b'[', rest @ .., b']'] => {
            let opened = 2 + rest.iter().take_while(|&&byte| byte == b'=').count();
            let (opener, inside) = slice.split_at_checked(opened).unwrap_or((slice, b""));
            // Nothing stops it.
            let inside = unify_newlines(without_first_newline(inside), &|| None).unwrap_or_default();
            [opener, &inside].concat()
        }
        // PUC Lua takes a zero byte for a dot behind one, and names the token.
        [b'.', dots @ ..] if dots.iter().all(|byte| matches!(byte, b'.' | 0)) => vec![b'.'; slice.len()],
        [byte] if byte.is_ascii_control() => format!("char({byte})").into_bytes(),
        _ => slice.to_vec(),
    };
    // PUC Lua formats a C string.
    let end = text.iter().position(|&byte| byte == 0).unwrap_or(text.len());
    text.get(..end).unwrap_or_default().to_vec()
}

/// What follows a message. PUC Lua takes a token that is a zero byte for none.
fn near_clause(shown: &[u8]) -> Vec<u8> {
    if shown == b"char(0)" { Vec::new() } else { [b" near '", shown, b"'"].concat() }
}

fn lexical(error: LexicalError, filter: &Filter<'_>) -> Message {
    let slice = filter.slice();
    let line = filter.line();
    let (what, near) = match error {
        LexicalError::Number => ("malformed number", shown(slice)),
        LexicalError::Delimiter => ("invalid long string delimiter", shown(slice)),
        LexicalError::StringAtEnd => ("unfinished string", b"<eof>".to_vec()),
        LexicalError::String => ("unfinished string", shown(slice)),
        LexicalError::Escape => ("escape sequence too large", shown(slice)),
        LexicalError::LongString => ("unfinished long string", b"<eof>".to_vec()),
        LexicalError::LongComment => ("unfinished long comment", b"<eof>".to_vec()),
        LexicalError::Levels => return excess(&Excess::Levels, line),
        LexicalError::Stopped | LexicalError::TooLong => return (STOPPED.to_vec(), line),
        LexicalError::Nesting => ("nesting of [[...]] is deprecated", b"[".to_vec()),
    };
    ([what.as_bytes(), b" near '", &near, b"'"].concat(), line)
}

/// The filter as it was before the token at which the parser stopped.
fn before<'s>(filter: &Filter<'s>) -> Filter<'s> {
    let stop = filter.span().start;
    let source = filter.source();
    let mut again = Filter::new(source, filter.reading);
    let mut count = 0;
    while let Some(Ok(_)) = again.next()
        && again.span().start < stop
    {
        count += 1;
    }
    let mut again = Filter::new(source, filter.reading);
    for _ in 0..count {
        again.next();
    }
    again
}

fn unexpected(token: Option<Token>, expected: &[String], filter: &Filter<'_>) -> Message {
    let line = filter.line();
    let near = near_clause(&if token.is_none() { b"<eof>".to_vec() } else { near(filter) });
    let expects = |wanted: &str| expected.iter().any(|it| it.trim_matches('"') == wanted);
    let open = before(filter).open;
    let say = |what: &[u8]| ([what, &near].concat(), line);
    let missing = |what: &str| say(format!("'{what}' expected").as_bytes());
    let closing = |what: &str, opener: &str, opened: u32| {
        if opened == line {
            missing(what)
        } else {
            say(format!("'{what}' expected (to close '{opener}' at line {opened})").as_bytes())
        }
    };
    let end_of_block = || {
        for &(kind, opened) in open.iter().rev() {
            return match kind {
                Open::If => closing("end", "if", opened),
                Open::While => closing("end", "while", opened),
                Open::For => closing("end", "for", opened),
                Open::Do => closing("end", "do", opened),
                Open::Function | Open::VarargFunction => closing("end", "function", opened),
                Open::Repeat => closing("until", "repeat", opened),
                _ => continue,
            };
        }
        missing("<eof>")
    };
    match token {
        Some(Token::AmbiguousParenthesis) if expects("call(") => {
            return say(b"ambiguous syntax (function call x new statement)");
        }
        Some(Token::MisplacedDots) if expects("...") => {
            return say(b"cannot use '...' outside a vararg function");
        }
        Some(Token::MisplacedBreak) if expects("break") => return misplaced_break(filter),
        _ => {}
    }
    let ends_block = matches!(token, None | Some(Token::End | Token::Else | Token::Elseif | Token::Until));
    if expects("while") {
        // A statement may start here.
        return if ends_block { end_of_block() } else { say(b"unexpected symbol") };
    }
    if expects("nil") {
        return say(b"unexpected symbol");
    }
    if expects("then") {
        return missing("then");
    }
    if expects("]") {
        return missing("]");
    }
    let top = open.last().copied();
    if expects("}") {
        return closing("}", "{", top.map_or(line, |top| top.1));
    }
    if expects(")") {
        return match top {
            Some((Open::Parameters, _)) if expects("...") => say(b"<name> or '...' expected"),
            Some((Open::Group | Open::Arguments, opened)) => closing(")", "(", opened),
            _ => missing(")"),
        };
    }
    if expects("do") {
        return missing("do");
    }
    if expects("in") {
        return if expects("=") { say(b"'=' or 'in' expected") } else { missing("in") };
    }
    if expects(",") && matches!(top, Some((Open::ForHead, _))) && !expects("=") {
        return missing(",");
    }
    if expects("end") || expects("until") || expects(";") {
        // After `return` or `break`.
        return end_of_block();
    }
    if expects("=") {
        return missing("=");
    }
    if expects("...") && expects("name") {
        return say(b"<name> or '...' expected");
    }
    if expects("call(") {
        return say(if expects(".") { b"syntax error" as &[u8] } else { b"function arguments expected" });
    }
    if expects("name") {
        return say(if expects("(") { b"unexpected symbol" as &[u8] } else { b"'<name>' expected" });
    }
    if expects("(") {
        return missing("(");
    }
    end_of_block()
}

/// PUC Lua objects to a `break` outside a loop once it has read the token after it.
fn misplaced_break(filter: &Filter<'_>) -> Message {
    let mut again = before(filter);
    again.next();
    if let Some(Err(error)) = again.next() {
        return lexical(error, &again);
    }
    ([b"no loop to break" as &[u8], &near_clause(&near(&again))].concat(), again.line())
}
