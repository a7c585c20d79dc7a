//! Between lexer and parser: tells a call's parenthesis from a grouping one.
//!
//! Lua's grammar has one ambiguity, `f` newline `(g)()`, and an LALR parser cannot decide on the fly whether `(` opens the
//! arguments of a call. This filter can: after the end of a prefix expression it is a call, elsewhere a group or a
//! parameter list. It keeps a stack of open blocks and brackets, each with its kind and line, whether the previous token
//! ends a prefix expression, and where it is in a list of names. The same stack says whether `break` and `...` are
//! allowed here; a token that is not becomes one that no rule of the grammar mentions, so that the parser stops there,
//! and `diagnose` reads from the stack what was open.
//!
//! The generated lexer cannot stop inside a token, so it never sees more than a window of the source. Where a token touches
//! the window's end the filter looks whether to give up, moves the window, and has the token read again; one that is longer
//! than a window is read by `lexer::long_token`, which looks in between.
//!
//! **Invariant:** a closing token pops the stack only if it closes its top; after a syntax error the stack is as PUC
//! Lua's recursion would be.
//!
//! What is nested too deep for PUC Lua is not read to its end: where a window ends, more may not be open than there are
//! levels of syntax. `refusal` finds where it was too much.
//!
//! **Invariant:** between two looks lies at most a window of tokens, or a piece (`scan`) of one token.

use std::ops::Range;

use ferrous_vm::remains::Remains;
use logos::{Lexer, Logos};

use crate::lexer::{LexicalError, State, Token, long_token};
use crate::{FIRST_STACK, Options};

/// What is open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Open {
    If,
    /// `while`, before its `do`
    WhileHead,
    While,
    /// `for`, before its `do`
    ForHead,
    For,
    Do,
    Function,
    VarargFunction,
    Repeat,
    Group,
    Arguments,
    Parameters,
    /// a table constructor that is the argument of a call
    TableArgument,
    Table,
    /// `[` after a prefix expression
    Index,
    /// `[` in a constructor
    Key,
}

/// Where the filter is in a list of names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Names {
    No,
    /// a local's name is due
    LocalDue,
    /// a local's name has been read
    LocalRead,
    /// within the name of a function, up to its parameters
    Function,
    /// the same, after `local`
    LocalFunction,
}

/// How a source is read.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'s> {
    /// [`Options::nested_brackets`].
    nested_brackets: bool,
    /// More than can be open within [`Options::max_levels`].
    max_open: usize,
    /// Whether to give up, asked once for so many tokens; it is told how many bytes the compiler will have held in the end.
    pub(crate) stopped: &'s dyn Fn(usize) -> bool,
}

impl<'s> Reading<'s> {
    pub(crate) fn new(options: &Options, stopped: &'s dyn Fn(usize) -> bool) -> Self {
        let max_open = (options.max_levels as usize).saturating_add(UNCOUNTED);
        Self { nested_brackets: options.nested_brackets, max_open, stopped }
    }
}

/// Whatever is open counts as a level of syntax, but the innermost function and its parameters.
const UNCOUNTED: usize = 2;

/// How much of a source the generated lexer sees at once, in bytes: a fraction of a millisecond, if each is a token.
const WINDOW: usize = 4096;

/// How many bytes a token becomes at most, in the tree, the parser's stacks and the code: twice what sources of one
/// kind of statement need.
const TOKEN_BYTES: usize = 96;

/// Tokens with the line in which each ends, as the parser wants them.
pub(crate) struct Filter<'s> {
    pub(crate) reading: Reading<'s>,
    source: &'s [u8],
    /// Tokens that have been read.
    tokens: usize,
    /// Over the source up to the window's end.
    lexer: Lexer<'s, Token>,
    /// Where the window begins and ends.
    window: Range<usize>,
    /// The latest token that was longer than a window. The lexer goes on behind it.
    long: Range<usize>,
    pub(crate) open: Vec<(Open, u32)>,
    after_prefix: bool,
    names: Names,
    /// The previous token.
    before: Token,
    pub(crate) previous_line: u32,
}

impl<'s> Filter<'s> {
    pub(crate) fn new(source: &'s [u8], reading: Reading<'s>) -> Self {
        let window = 0..source.len().min(WINDOW);
        let state = State::new(reading.nested_brackets, window.end < source.len());
        Self {
            reading,
            source,
            tokens: 0,
            lexer: Token::lexer_with_extras(source.get(..window.end).unwrap_or(source), state),
            window,
            long: 0..0,
            open: Vec::with_capacity(FIRST_STACK),
            after_prefix: false,
            names: Names::No,
            before: Token::Unknown,
            previous_line: 1,
        }
    }

    /// How many bytes the compiler will have held for what has been read.
    pub(crate) fn bytes(&self) -> usize {
        self.tokens * TOKEN_BYTES + self.lexer.extras.texts.bytes()
    }

    /// All that is read.
    pub(crate) fn source(&self) -> &'s [u8] {
        self.source
    }

    /// Where the token that was read last is.
    pub(crate) fn span(&self) -> Range<usize> {
        let span = self.lexer.span();
        // A lexer that has just been moved there has read nothing.
        if span.end == self.long.end { self.long.clone() } else { span }
    }

    /// The token that was read last, as it is spelled.
    pub(crate) fn slice(&self) -> &'s [u8] {
        self.source.get(self.span()).unwrap_or_default()
    }

    /// What comes after the token that was read last.
    pub(crate) fn remainder(&self) -> &'s [u8] {
        self.source.get(self.lexer.span().end..).unwrap_or_default()
    }

    /// The line in which that token ends.
    pub(crate) fn line(&self) -> u32 {
        self.lexer.extras.line
    }

    /// What the lexer keeps: texts and numbers.
    pub(crate) fn state(&mut self) -> &mut State {
        &mut self.lexer.extras
    }

    /// Leaves what was allocated.
    pub(crate) fn leave(mut self, remains: &mut Remains) {
        std::mem::take(self.state()).leave(remains);
        remains.add(self.open);
    }

    /// Has the lexer go on from a position, with a window that begins there.
    fn move_window(&mut self, start: usize) {
        let end = self.source.len().min(start + WINDOW);
        let mut state = std::mem::take(&mut self.lexer.extras);
        state.is_partial = end < self.source.len();
        self.lexer = Token::lexer_with_extras(self.source.get(..end).unwrap_or(self.source), state);
        self.lexer.bump(start);
        self.window = start..end;
    }

    /// Reads a token that the lexer has left, with looks whether to give up.
    fn long_token(&mut self, start: usize) -> Result<Token, LexicalError> {
        let (bytes, stopped) = (self.bytes(), self.reading.stopped);
        let look = || stopped(bytes).then_some(LexicalError::Stopped);
        let rest = self.source.get(start..).unwrap_or_default();
        self.lexer.extras.is_partial = false;
        let (length, read) = long_token(rest, &mut self.lexer.extras, &look);
        self.long = start..start + length;
        self.move_window(self.long.end);
        read
    }

    /// What to make of anything but a whole token inside the window: a token after all, or nothing, and the lexer is to read
    /// again. Fails at the source's end, without an error.
    #[cold]
    #[inline(never)]
    fn at_edge(&mut self, found: Option<Result<Token, ()>>) -> Result<Option<Token>, Option<LexicalError>> {
        let span = self.lexer.span();
        let is_inside = span.end < self.window.end || self.window.end == self.source.len();
        let error = self.lexer.extras.error.take();
        let is_left = error == Some(LexicalError::TooLong);
        if is_inside && !is_left {
            return match found {
                Some(Ok(token)) => Ok(Some(token)),
                // A byte that begins no token.
                Some(Err(())) if error.is_none() => Ok(Some(Token::Unknown)),
                Some(Err(())) => Err(error),
                None => {
                    self.long = 0..0;
                    Err(None)
                }
            };
        }
        if (self.reading.stopped)(self.bytes()) {
            return Err(Some(LexicalError::Stopped));
        }
        if self.open.len() > self.reading.max_open {
            return Err(Some(LexicalError::Levels));
        }
        match found {
            Some(_) if is_left || span.start == self.window.start => {
                self.long_token(span.start).map(Some).map_err(Some)
            }
            Some(read) => {
                self.lexer.extras.forget(read.ok());
                self.move_window(span.start);
                Ok(None)
            }
            None => {
                self.move_window(self.window.end);
                Ok(None)
            }
        }
    }

    fn top(&self) -> Option<Open> {
        self.open.last().map(|open| open.0)
    }

    fn push(&mut self, open: Open) {
        self.open.push((open, self.lexer.extras.line));
    }

    /// Pops the top if it is one of two kinds; tells whether it was the first.
    fn pop(&mut self, prefix: Open, plain: Open) -> bool {
        let top = self.top();
        if top == Some(prefix) || top == Some(plain) {
            self.open.pop();
        }
        top == Some(prefix)
    }

    fn in_loop(&self) -> bool {
        let inner = self.open.iter().rev().map(|open| open.0);
        inner
            .take_while(|open| !matches!(open, Open::Function | Open::VarargFunction))
            .any(|open| matches!(open, Open::While | Open::For | Open::Repeat))
    }

    #[inline]
    fn classify(&mut self, token: Token) -> Token {
        let after_prefix = std::mem::replace(&mut self.after_prefix, false);
        let names = self.names;
        match token {
            Token::Name(name) => {
                match names {
                    Names::LocalDue => self.names = Names::LocalRead,
                    Names::Function | Names::LocalFunction => {}
                    _ => {
                        self.names = Names::No;
                        self.after_prefix = true;
                    }
                }
                return if self.begins_field() { Token::FieldName(name) } else { token };
            }
            Token::Comma => {
                self.names = if names == Names::LocalRead { Names::LocalDue } else { Names::No };
                return token;
            }
            Token::Dot | Token::Colon if names == Names::Function => return token,
            Token::Local => {
                self.names = Names::LocalDue;
                return token;
            }
            Token::Function => {
                let local = self.before == Token::Local;
                self.names = if local { Names::LocalFunction } else { Names::Function };
                self.push(Open::Function);
                return token;
            }
            _ => self.names = Names::No,
        }
        match token {
            Token::Break if !self.in_loop() => return Token::MisplacedBreak,
            Token::Dots(_) => return self.dots(),
            Token::Parenthesis => return self.parenthesis(names, after_prefix),
            Token::CloseParenthesis => match self.top() {
                Some(Open::Group | Open::Arguments) => {
                    self.open.pop();
                    self.after_prefix = true;
                }
                Some(Open::Parameters) => {
                    self.open.pop();
                }
                _ => {}
            },
            Token::Brace(_) => {
                self.push(if after_prefix { Open::TableArgument } else { Open::Table });
                let looked_ahead = matches!(self.before, Token::FieldName(_));
                return Token::Brace(if looked_ahead { self.lexer.extras.line } else { self.previous_line });
            }
            Token::CloseBrace => self.after_prefix = self.pop(Open::TableArgument, Open::Table),
            Token::Bracket => self.push(if after_prefix { Open::Index } else { Open::Key }),
            Token::CloseBracket => self.after_prefix = self.pop(Open::Index, Open::Key),
            Token::String(_) => self.after_prefix = after_prefix,
            Token::If => self.push(Open::If),
            Token::While => self.push(Open::WhileHead),
            Token::For => self.push(Open::ForHead),
            Token::Repeat => self.push(Open::Repeat),
            Token::Do => match self.open.last_mut() {
                Some((open @ Open::WhileHead, _)) => *open = Open::While,
                Some((open @ Open::ForHead, _)) => *open = Open::For,
                _ => self.push(Open::Do),
            },
            Token::End => {
                if matches!(
                    self.top(),
                    Some(
                        Open::If | Open::While | Open::For | Open::Do | Open::Function | Open::VarargFunction
                    )
                ) {
                    self.open.pop();
                }
            }
            Token::Until if self.top() == Some(Open::Repeat) => {
                self.open.pop();
            }
            _ => {}
        }
        token
    }

    fn dots(&mut self) -> Token {
        if self.top() == Some(Open::Parameters) {
            if let [.., (function, _), _] = self.open.as_mut_slice() {
                *function = Open::VarargFunction;
            }
            return Token::Dots(self.previous_line);
        }
        let mut inner = self.open.iter().rev().map(|open| open.0);
        match inner.find(|open| matches!(open, Open::Function | Open::VarargFunction)) {
            Some(Open::Function) => Token::MisplacedDots,
            _ => Token::Dots(self.previous_line),
        }
    }

    fn parenthesis(&mut self, names: Names, after_prefix: bool) -> Token {
        if matches!(names, Names::Function | Names::LocalFunction) {
            // Such a function counts from here, one with a name of several parts from its `function`.
            if (names == Names::LocalFunction || self.before == Token::Function)
                && let Some(function) = self.open.last_mut()
            {
                function.1 = self.lexer.extras.line;
            }
            self.push(Open::Parameters);
            Token::Parenthesis
        } else if after_prefix {
            // In a constructor, PUC Lua looks past a name that begins a field, and so does not see a newline there.
            let looked_ahead = matches!(self.before, Token::FieldName(_));
            self.push(Open::Arguments);
            if self.previous_line == self.lexer.extras.line || looked_ahead {
                Token::CallParenthesis
            } else {
                Token::AmbiguousParenthesis
            }
        } else {
            self.push(Open::Group);
            Token::Parenthesis
        }
    }

    fn begins_field(&self) -> bool {
        matches!(self.before, Token::Brace(_) | Token::Comma | Token::Semicolon)
            && matches!(self.top(), Some(Open::Table | Open::TableArgument))
    }
}

impl Iterator for Filter<'_> {
    type Item = Result<(u32, Token, u32), LexicalError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let token = loop {
            let token = match self.lexer.next() {
                Some(Ok(token)) if self.lexer.span().end < self.window.end => token,
                found => match self.at_edge(found) {
                    Ok(Some(token)) => token,
                    Ok(None) => continue,
                    Err(error) => return error.map(Err),
                },
            };
            if !matches!(token, Token::Newline | Token::Comment) {
                break token;
            }
        };
        self.tokens += 1;
        let token = self.classify(token);
        let line = self.lexer.extras.line;
        self.previous_line = line;
        self.before = token;
        Some(Ok((line, token, line)))
    }
}
