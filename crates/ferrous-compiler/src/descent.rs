//! PUC Lua's recursive parser over the tokens of a source that is refused.
//!
//! PUC Lua counts syntax levels, locals and targets as it reads, and generates code as it reads, so that a limit is reported
//! where it is hit, even if a syntax error follows. A source that is refused is therefore read once more, token by token:
//! [`Descent`] keeps what that parser's call stack would hold, as a stack of what is [`Due`], and counts. What has been read
//! is always the beginning of some valid source; the stack also tells the shortest one ([`Descent::rest`]), which can be
//! compiled to see whether its code hits a limit (`diagnose`).
//!
//! **Invariant:** whatever is counted is counted at the token that is PUC Lua's current one then: the one after a name that
//! is declared, the first one of an expression or a block. It is read with that token in hand, before it is consumed.

use crate::ast::{Binary, UNARY_PRIORITY};
use crate::interner::Text;
use crate::lexer::Token;

/// The most local variables that are active in a function at once (`LUAI_MAXVARS`).
pub(crate) const MAX_LOCALS: usize = 200;
/// The locals that a `for` loop keeps for itself.
pub(crate) const LOOP_LOCALS: usize = 3;

/// A text for a name that is made up: the interner's first.
const ANY_NAME: Text = 0;

/// What a source has too much of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Excess {
    Levels,
    /// More of something than a function may have; the function's line, 0 for the main function.
    Count {
        function: u32,
        most: usize,
        what: &'static str,
    },
}

/// What the target of a statement ends with, so far.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Variable,
    Call,
    Group,
}

/// What PUC Lua's parser has still to do, or to read.
#[derive(Clone, Copy)]
enum Due {
    Token(Token),
    Name,
    /// The token after what has been read declares so many locals.
    Declare(usize),
    /// So many locals are active again.
    Leave(usize),
    Block,
    Statements,
    /// What follows the last statement of a block.
    EndOfBlock,
    Semicolon,
    /// `elseif`, `else` or `end`
    Clause,
    /// What follows the first name of a `for`: the limits of a numeric one, or further names.
    AfterForName,
    Limits,
    Step,
    ForNames,
    /// What follows `local`, and each of its names.
    Local,
    Locals,
    /// Expressions, if there are any.
    Values,
    /// A target of an assignment, or a call: the how many-th, and what follows it.
    Target(usize),
    AfterTarget(usize, Last),
    /// What follows a name of a function, which counts from this line.
    FunctionName(u32),
    /// Parameters and block of a function, which counts from a line or from here, and may have a `self`.
    Body {
        line: Option<u32>,
        method: bool,
    },
    /// Parameters, if there are any; one that is due; what follows one.
    Parameters,
    Parameter,
    Further,
    EndFunction,
    /// An expression, which an operator of at most this priority ends, and what follows its operands.
    Expression(u8),
    Operators(u8),
    /// What may follow a prefix expression.
    Suffixes,
    Arguments,
    Expressions,
    /// What follows an expression of several.
    More,
    Fields,
    /// What follows a name that begins a field, and a field.
    AfterName,
    AfterField,
}

/// The parser's state between two tokens.
pub(crate) struct Descent {
    due: Vec<Due>,
    level: u32,
    /// The open functions: their lines, and how many of their locals are active.
    functions: Vec<(u32, usize)>,
    /// `None` where the rest of a source is made up, which may have as much as it needs.
    max_levels: Option<u32>,
}

impl Descent {
    pub(crate) fn new(max_levels: u32) -> Self {
        Self { due: vec![Due::Block], level: 0, functions: vec![(0, 0)], max_levels: Some(max_levels) }
    }

    /// Reads a token that ends in a line; `Unknown` stands for the end and for whatever fits nowhere.
    pub(crate) fn read(&mut self, token: Token, line: u32) -> Result<(), Excess> {
        let token = if let Token::FieldName(name) = token { Token::Name(name) } else { token };
        while let Some(due) = self.due.pop() {
            match self.take(due, token, line) {
                Ok(true) => break,
                Ok(false) => {}
                Err(excess) => {
                    self.due.push(due);
                    return Err(excess);
                }
            }
        }
        Ok(())
    }

    /// The fewest tokens that make what has been read a whole source.
    pub(crate) fn rest(mut self) -> Vec<Token> {
        self.max_levels = None;
        let mut rest = Vec::new();
        while let Some(token) = self.due.iter().rev().find_map(|due| self.shortest(*due)) {
            rest.push(token);
            if self.read(token, 0).is_err() {
                break;
            }
        }
        rest
    }

    /// The token that gets on with what is due, if it cannot be left out.
    fn shortest(&self, due: Due) -> Option<Token> {
        Some(match due {
            Due::Token(token) => token,
            Due::Name | Due::Local | Due::Parameter | Due::Target(_) => Token::Name(ANY_NAME),
            Due::Expression(_) | Due::Expressions => Token::Nil,
            Due::AfterForName | Due::ForNames => Token::In,
            Due::Limits | Due::AfterTarget(_, Last::Variable) => Token::Assign,
            Due::AfterTarget(1, Last::Call) => return None,
            Due::AfterTarget(..) => Token::Dot,
            Due::Clause => Token::End,
            Due::FunctionName(_) | Due::Body { .. } => Token::Parenthesis,
            Due::Arguments => Token::CallParenthesis,
            Due::Fields | Due::AfterField => Token::CloseBrace,
            _ => return None,
        })
    }

    fn enter_level(&mut self) -> Result<(), Excess> {
        self.level += 1;
        if self.max_levels.is_some_and(|most| self.level > most) { Err(Excess::Levels) } else { Ok(()) }
    }

    fn active(&self) -> usize {
        self.functions.last().map_or(0, |function| function.1)
    }

    fn declare(&mut self, count: usize) -> Result<(), Excess> {
        let Some((function, active)) = self.functions.last_mut() else { return Ok(()) };
        *active += count;
        if *active > MAX_LOCALS && self.max_levels.is_some() {
            return Err(Excess::Count { function: *function, most: MAX_LOCALS, what: "local variables" });
        }
        Ok(())
    }

    /// What comes next, in this order, once the token has been read.
    fn go_on<const N: usize>(&mut self, next: [Due; N]) -> bool {
        self.due.extend(next.into_iter().rev());
        true
    }

    /// The token fits nowhere: nothing more is read.
    fn stuck(&mut self, due: Due) -> bool {
        self.due.push(due);
        true
    }

    /// Does what is due with a token in hand; whether that was all for this token.
    fn take(&mut self, due: Due, token: Token, line: u32) -> Result<bool, Excess> {
        Ok(match due {
            Due::Declare(count) => {
                self.declare(count)?;
                false
            }
            Due::Leave(active) => {
                if let Some(function) = self.functions.last_mut() {
                    function.1 = active;
                }
                false
            }
            Due::EndFunction => {
                self.functions.pop();
                false
            }
            Due::Block => {
                self.enter_level()?;
                self.due.push(Due::Statements);
                false
            }
            Due::Expression(limit) => {
                self.enter_level()?;
                self.operand(limit, token)
            }
            Due::AfterTarget(count, last) => self.after_target(count, last, token)?,
            Due::AfterName if token != Token::Assign => {
                // PUC Lua has looked ahead before it begins the expression.
                self.enter_level()?;
                self.due.extend([Due::Operators(0), Due::Suffixes]);
                false
            }
            Due::Statements => self.statement(token, line),
            Due::EndOfBlock => self.end_of_block(due, token),
            _ => self.construct(due, token, line),
        })
    }

    fn statement(&mut self, token: Token, line: u32) -> bool {
        let leave = Due::Leave(self.active());
        let end = Due::Token(Token::End);
        let last = matches!(token, Token::Return | Token::Break);
        self.due.extend([if last { Due::EndOfBlock } else { Due::Statements }, Due::Semicolon]);
        match token {
            Token::If => {
                self.go_on([Due::Expression(0), Due::Token(Token::Then), Due::Block, leave, Due::Clause])
            }
            Token::While => self.go_on([Due::Expression(0), Due::Token(Token::Do), Due::Block, leave, end]),
            Token::Do => self.go_on([Due::Block, leave, end]),
            Token::For => {
                self.go_on([Due::Name, Due::AfterForName, Due::Token(Token::Do), Due::Block, leave, end])
            }
            Token::Repeat => self.go_on([Due::Block, Due::Token(Token::Until), Due::Expression(0), leave]),
            Token::Function => self.go_on([Due::Name, Due::FunctionName(line)]),
            Token::Local => self.go_on([Due::Local]),
            Token::Return => self.go_on([Due::Values]),
            Token::Break => true,
            Token::Name(_) | Token::Parenthesis => {
                self.due.push(Due::Target(1));
                false
            }
            _ => {
                self.due.truncate(self.due.len() - 2);
                self.end_of_block(Due::Statements, token)
            }
        }
    }

    fn end_of_block(&mut self, due: Due, token: Token) -> bool {
        if matches!(token, Token::End | Token::Else | Token::Elseif | Token::Until | Token::Unknown) {
            self.level -= 1;
            return false;
        }
        self.stuck(due)
    }

    fn after_target(&mut self, count: usize, last: Last, token: Token) -> Result<bool, Excess> {
        let after = |last| Due::AfterTarget(count, last);
        let variable = after(Last::Variable);
        Ok(match token {
            Token::Dot => self.go_on([Due::Name, variable]),
            Token::Bracket => self.go_on([Due::Expression(0), Due::Token(Token::CloseBracket), variable]),
            Token::Colon => self.go_on([Due::Name, Due::Arguments, after(Last::Call)]),
            Token::CallParenthesis | Token::String(_) | Token::Brace(_) => {
                self.due.push(after(Last::Call));
                self.construct(Due::Arguments, token, 0)
            }
            _ => {
                // PUC Lua recurses for each further target.
                let most =
                    self.max_levels.map_or(usize::MAX, |most| most.saturating_sub(self.level) as usize);
                if count - 1 > most {
                    let function = self.functions.last().map_or(0, |function| function.0);
                    return Err(Excess::Count { function, most, what: "variables in assignment" });
                }
                match token {
                    Token::Comma | Token::Assign if last != Last::Variable => self.stuck(after(last)),
                    Token::Comma => self.go_on([Due::Target(count + 1)]),
                    Token::Assign => self.go_on([Due::Expressions]),
                    _ if self.shortest(after(last)).is_some() => self.stuck(after(last)),
                    _ => false,
                }
            }
        })
    }

    /// The first token of an expression.
    fn operand(&mut self, limit: u8, token: Token) -> bool {
        self.due.push(Due::Operators(limit));
        match token {
            Token::Not | Token::Minus | Token::Hash => self.go_on([Due::Expression(UNARY_PRIORITY)]),
            Token::Nil
            | Token::True
            | Token::False
            | Token::Number(_)
            | Token::String(_)
            | Token::Dots(_) => true,
            Token::Function => self.go_on([Due::Body { line: None, method: false }]),
            Token::Brace(_) => self.go_on([Due::Fields]),
            Token::Name(_) => self.go_on([Due::Suffixes]),
            Token::Parenthesis => {
                self.go_on([Due::Expression(0), Due::Token(Token::CloseParenthesis), Due::Suffixes])
            }
            _ => {
                self.due.pop();
                self.level -= 1;
                self.stuck(Due::Expression(limit))
            }
        }
    }

    /// What counts nothing itself.
    fn construct(&mut self, due: Due, token: Token, line: u32) -> bool {
        let close = Due::Token(Token::CloseParenthesis);
        let leave = Due::Leave(self.active());
        match (due, token) {
            (Due::Token(expected), _) if token == expected => true,
            (Due::Name, Token::Name(_)) | (Due::Semicolon, Token::Semicolon) => true,
            (Due::Clause, Token::Elseif) => {
                self.go_on([Due::Expression(0), Due::Token(Token::Then), Due::Block, leave, Due::Clause])
            }
            (Due::Clause, Token::Else) => self.go_on([Due::Block, leave, Due::Token(Token::End)]),
            (Due::Clause, Token::End) => true,
            (Due::AfterForName, Token::Assign | Token::Comma | Token::In) => {
                let rest = if token == Token::Assign { Due::Limits } else { Due::ForNames };
                self.due.extend([rest, Due::Declare(LOOP_LOCALS + 1)]);
                false
            }
            (Due::Limits, Token::Assign) => {
                self.go_on([Due::Expression(0), Due::Token(Token::Comma), Due::Expression(0), Due::Step])
            }
            (Due::Step, Token::Comma) => self.go_on([Due::Expression(0)]),
            (Due::ForNames, Token::Comma) => self.go_on([Due::Name, Due::Declare(1), Due::ForNames]),
            (Due::ForNames, Token::In) => self.go_on([Due::Expressions]),
            (Due::Local, Token::Function) => {
                self.go_on([Due::Name, Due::Declare(1), Due::Body { line: None, method: false }])
            }
            (Due::Local, Token::Name(_)) => self.go_on([Due::Declare(1), Due::Locals]),
            (Due::Locals, Token::Comma) => self.go_on([Due::Name, Due::Declare(1), Due::Locals]),
            (Due::Locals, Token::Assign) => self.go_on([Due::Expressions]),
            (Due::Values, _) if begins_expression(token) => {
                self.due.push(Due::Expressions);
                false
            }
            (Due::Target(count), Token::Name(_)) => self.go_on([Due::AfterTarget(count, Last::Variable)]),
            (Due::Target(count), Token::Parenthesis) => {
                self.go_on([Due::Expression(0), close, Due::AfterTarget(count, Last::Group)])
            }
            (Due::FunctionName(line), Token::Dot) => self.go_on([Due::Name, Due::FunctionName(line)]),
            (Due::FunctionName(line), Token::Colon) => {
                self.go_on([Due::Name, Due::Body { line: Some(line), method: true }])
            }
            (Due::FunctionName(line), Token::Parenthesis) => {
                self.due.push(Due::Body { line: Some(line), method: false });
                false
            }
            (Due::Body { line: defined, method }, Token::Parenthesis) => {
                self.functions.push((defined.unwrap_or(line), 0));
                let this = Due::Declare(usize::from(method));
                self.go_on([
                    this,
                    Due::Parameters,
                    close,
                    Due::Block,
                    Due::Token(Token::End),
                    Due::EndFunction,
                ])
            }
            (Due::Parameters | Due::Parameter, Token::Name(_)) => self.go_on([Due::Declare(1), Due::Further]),
            // The table `arg`.
            (Due::Parameters | Due::Parameter, Token::Dots(_)) => self.go_on([Due::Declare(1)]),
            (Due::Further, Token::Comma) => self.go_on([Due::Parameter]),
            (Due::Suffixes, Token::Dot) => self.go_on([Due::Name, Due::Suffixes]),
            (Due::Suffixes, Token::Bracket) => {
                self.go_on([Due::Expression(0), Due::Token(Token::CloseBracket), Due::Suffixes])
            }
            (Due::Suffixes, Token::Colon) => self.go_on([Due::Name, Due::Arguments, Due::Suffixes]),
            (Due::Suffixes, Token::CallParenthesis | Token::String(_) | Token::Brace(_)) => {
                self.due.extend([Due::Suffixes, Due::Arguments]);
                false
            }
            (Due::Arguments, Token::String(_)) => true,
            (Due::Arguments, Token::Brace(_)) => self.go_on([Due::Fields]),
            (Due::Arguments, Token::CallParenthesis) => self.go_on([Due::Values, close]),
            (Due::Expressions, _) => {
                self.due.extend([Due::More, Due::Expression(0)]);
                false
            }
            (Due::More, Token::Comma) => self.go_on([Due::Expressions]),
            (Due::Operators(limit), _) => match binary_operator(token).map(Binary::priority) {
                Some((left, right)) if left > limit => {
                    self.go_on([Due::Expression(right), Due::Operators(limit)])
                }
                _ => {
                    self.level -= 1;
                    false
                }
            },
            (Due::Fields, Token::CloseBrace) => true,
            (Due::Fields, Token::Name(_)) => self.go_on([Due::AfterName, Due::AfterField]),
            (Due::Fields, Token::Bracket) => self.go_on([
                Due::Expression(0),
                Due::Token(Token::CloseBracket),
                Due::Token(Token::Assign),
                Due::Expression(0),
                Due::AfterField,
            ]),
            (Due::Fields, _) => {
                self.due.extend([Due::AfterField, Due::Expression(0)]);
                false
            }
            (Due::AfterName, Token::Assign) => self.go_on([Due::Expression(0)]),
            (Due::AfterField, Token::Comma | Token::Semicolon) => self.go_on([Due::Fields]),
            (Due::AfterField, Token::CloseBrace) => true,
            _ if self.shortest(due).is_some() => self.stuck(due),
            _ => false,
        }
    }
}

fn begins_expression(token: Token) -> bool {
    matches!(
        token,
        Token::Nil
            | Token::True
            | Token::False
            | Token::Number(_)
            | Token::String(_)
            | Token::Dots(_)
            | Token::Name(_)
            | Token::Function
            | Token::Parenthesis
            | Token::Brace(_)
            | Token::Not
            | Token::Minus
            | Token::Hash
    )
}

fn binary_operator(token: Token) -> Option<Binary> {
    Some(match token {
        Token::Plus => Binary::Add,
        Token::Minus => Binary::Sub,
        Token::Star => Binary::Mul,
        Token::Slash => Binary::Div,
        Token::Percent => Binary::Mod,
        Token::Caret => Binary::Pow,
        Token::Concat => Binary::Concat,
        Token::Equal => Binary::Eq,
        Token::NotEqual => Binary::Ne,
        Token::Less => Binary::Lt,
        Token::LessEqual => Binary::Le,
        Token::Greater => Binary::Gt,
        Token::GreaterEqual => Binary::Ge,
        Token::And => Binary::And,
        Token::Or => Binary::Or,
        _ => return None,
    })
}
