//! Of all that is wrong with a source, what PUC Lua comes upon first.
//!
//! Here a source is parsed as a whole, then its names are resolved, then its code is made; each pass stops at the first
//! thing that is wrong. PUC Lua does all at once, so a limit of a later pass may lie before what an earlier one found. When a
//! source is refused, `descent` reads its tokens again up to that place, and counts. Then the source up to there, with what
//! is missing to make it whole ([`Prefix`]), is compiled without those counts, to see whether its code hits a limit.
//!
//! **Invariant:** only a source that is refused pays for any of this, a few times what compiling it would cost.

use lalrpop_util::ParseError;

use crate::ast::{Builder, Tree};
use crate::descent::Descent;
use crate::diagnose::{self, Message, Refused};
use crate::filter::{Filter, Reading};
use crate::grammar::ChunkParser;
use crate::lexer::{LexicalError, Token};
use crate::{CompileError, Failure, Options, translate};

/// A source's tokens up to a place, and behind them those that make it a whole source.
pub(crate) struct Prefix<'s> {
    pub(crate) filter: Filter<'s>,
    /// Where the first token is that does not belong to it.
    stop: usize,
    rest: &'s [Token],
    /// How many tokens behind its end have been asked for.
    pub(crate) beyond: u32,
}

impl<'s> Prefix<'s> {
    fn new(source: &'s [u8], reading: Reading<'s>, stop: usize, rest: &'s [Token]) -> Self {
        Self { filter: Filter::new(source, reading), stop, rest, beyond: 0 }
    }
}

impl Iterator for Prefix<'_> {
    type Item = Result<(u32, Token, u32), LexicalError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.beyond == 0 {
            match self.filter.next() {
                Some(Ok(token)) if self.filter.span().start < self.stop => return Some(Ok(token)),
                Some(Err(LexicalError::Stopped)) => return Some(Err(LexicalError::Stopped)),
                _ => {}
            }
        }
        let token = self.rest.get(self.beyond as usize).copied();
        self.beyond += 1;
        let line = self.filter.line();
        token.map(|token| Ok((line, token, line)))
    }
}

/// The error for a source that the parser refused; `filter` is where it stopped.
pub(crate) fn syntax_error(
    name: &[u8],
    error: &Refused,
    filter: &Filter<'_>,
    options: &Options,
) -> CompileError {
    let stop = filter.span().start;
    let earlier = match error {
        ParseError::User { error: LexicalError::Stopped } => None,
        ParseError::User { .. } => earlier(filter, Some((stop, 0)), options),
        _ => earlier(filter, Some((stop, 1)), options),
    };
    diagnose::positioned(name, earlier.unwrap_or_else(|| diagnose::syntax_error(error, filter)))
}

/// The error for a source that is Lua, but too much; `filter` has read it.
pub(crate) fn failure(
    name: &[u8],
    failure: &Failure,
    tree: &Tree,
    filter: &Filter<'_>,
    options: &Options,
) -> CompileError {
    let message = match failure {
        Failure::Excess => earlier(filter, None, options).unwrap_or_else(diagnose::stopped),
        _ => {
            let whole = Prefix::new(filter.source(), filter.reading, usize::MAX, &[]);
            diagnose::limit(failure, &tree.functions, whole).0
        }
    };
    diagnose::positioned(name, message)
}

/// The first limit that is hit in a source: before its end, or before a syntax error, which is at `end`, where so many tokens
/// have been read that PUC Lua would look at.
fn earlier(refused: &Filter<'_>, end: Option<(usize, u32)>, options: &Options) -> Option<Message> {
    let (source, reading) = (refused.source(), refused.reading);
    let mut filter = Filter::new(source, reading);
    let mut descent = Descent::new(options.max_levels);
    let mut excess = None;
    let (mut stop, mut seen) = end.unwrap_or((usize::MAX, 1));
    loop {
        let token = match filter.next() {
            Some(Ok((_, token, _))) => token,
            Some(Err(_)) => break,
            None => Token::Unknown,
        };
        let line = filter.line();
        let start = filter.span().start;
        if let Err(found) = descent.read(token, line) {
            excess = Some(diagnose::excess(&found, line));
            (stop, seen) = (start, 1);
            break;
        }
        if token == Token::Unknown || start >= stop {
            break;
        }
    }
    let rest = descent.rest();
    let prefix = || Prefix::new(source, reading, stop, &rest);
    let mut tokens = prefix();
    let mut builder = Builder::new(source.len());
    let Ok(block) = ChunkParser::new().parse(&mut builder, &mut tokens) else { return excess };
    let (result, tree) =
        translate(builder, block, &mut tokens.filter, None, options.captures, &mut crate::Remains::default());
    let Err(failure) = result else { return excess };
    let (message, beyond) = diagnose::limit(&failure, &tree.functions, prefix());
    if beyond <= seen { Some(message) } else { excess }
}
