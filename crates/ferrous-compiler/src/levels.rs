//! How deep PUC Lua's parser is in a source that has a syntax error.
//!
//! A source that parses is measured on its tree (`scope`). One that is refused has none, but PUC Lua, which recurses as it
//! reads, may have given up before it came to the error. What comes before the error is the beginning of some valid source,
//! so the tokens alone tell what is open: blocks, brackets, and expressions with the priority below which an operator ends
//! them (`subexpr`).
//!
//! **Invariant:** only blocks and expressions count, each one level, as in `enterlevel` of PUC Lua.

use crate::ast::{Binary, UNARY_PRIORITY};
use crate::filter::Filter;
use crate::lexer::Token;

/// What is open at a token.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Block,
    /// An expression, which an operator of at most this priority ends.
    Expression(u8),
    /// A parenthesis, a bracket or a brace.
    Bracket,
}

#[derive(Default)]
struct Levels {
    open: Vec<Open>,
    /// How many of them count.
    level: u32,
    /// The expression that the next token begins, if it begins one.
    due: Option<u8>,
    /// Between `function` and the end of its parameters.
    in_parameters: bool,
    /// After a dot or colon, so that a name does not begin a statement.
    after_dot: bool,
}

/// The line at which a source goes beyond the limit before its syntax error, where the filter `refused` is.
pub(crate) fn exceeded(refused: &Filter<'_>, most: u32) -> Option<u32> {
    let stop = refused.lexer.span().start;
    let mut filter = Filter::new(refused.lexer.source(), refused.reading);
    let mut levels = Levels::default();
    levels.enter(Open::Block);
    // A block is entered when the token after what opens it has been read.
    while let Some(Ok((line, token, _))) = filter.next() {
        if levels.level > most {
            return Some(line);
        }
        if filter.lexer.span().start >= stop {
            break;
        }
        levels.read(token);
        if levels.level > most && levels.open.last() != Some(&Open::Block) {
            return Some(line);
        }
    }
    // An expression is entered before its first token is looked at.
    let due = u32::from(levels.due.is_some());
    (levels.level + due > most).then_some(filter.lexer.extras.line)
}

impl Levels {
    fn enter(&mut self, open: Open) {
        self.level += u32::from(open != Open::Bracket);
        self.open.push(open);
    }

    /// Ends the innermost expressions, those that an operator of this priority ends.
    fn end_expressions(&mut self, priority: u8) {
        while let Some(&Open::Expression(limit)) = self.open.last()
            && priority <= limit
        {
            self.open.pop();
            self.level -= 1;
        }
    }

    /// Ends the whole expression that is being read, if any.
    fn end_expression(&mut self) {
        self.end_expressions(0);
        self.due = None;
    }

    fn leave(&mut self, open: Open) {
        self.end_expression();
        if self.open.last() == Some(&open) {
            self.open.pop();
            self.level -= u32::from(open != Open::Bracket);
        }
    }

    fn read(&mut self, token: Token) {
        if self.in_parameters {
            if token == Token::CloseParenthesis {
                self.in_parameters = false;
                self.enter(Open::Block);
            }
            return;
        }
        match self.due.take() {
            Some(limit) if begins_expression(token) => {
                self.enter(Open::Expression(limit));
                match token {
                    Token::Not | Token::Minus | Token::Hash => self.due = Some(UNARY_PRIORITY),
                    Token::Parenthesis | Token::Brace => self.bracket(),
                    Token::Function => self.in_parameters = true,
                    _ => {}
                }
            }
            _ => self.go_on(token),
        }
    }

    fn bracket(&mut self) {
        self.enter(Open::Bracket);
        self.due = Some(0);
    }

    /// A token that begins no expression.
    fn go_on(&mut self, token: Token) {
        if let Some((left, right)) = binary_operator(token).map(Binary::priority) {
            self.end_expressions(left);
            self.due = Some(right);
            return;
        }
        let after_dot = std::mem::take(&mut self.after_dot);
        match token {
            Token::Name(_) if !after_dot => self.end_expression(),
            Token::Dot | Token::Colon => self.after_dot = true,
            Token::Parenthesis => {
                self.end_expression();
                self.bracket();
            }
            Token::CallParenthesis | Token::AmbiguousParenthesis | Token::Bracket | Token::Brace => {
                self.bracket();
            }
            Token::CloseParenthesis | Token::CloseBracket | Token::CloseBrace => self.leave(Open::Bracket),
            Token::Comma | Token::Assign | Token::In | Token::If | Token::While | Token::Return => {
                self.end_expression();
                self.due = Some(0);
            }
            Token::Semicolon => {
                self.end_expression();
                self.due = (self.open.last() == Some(&Open::Bracket)).then_some(0);
            }
            Token::Then | Token::Do | Token::Repeat => {
                self.end_expression();
                self.enter(Open::Block);
            }
            Token::Else => {
                self.leave(Open::Block);
                self.enter(Open::Block);
            }
            Token::Elseif | Token::Until => {
                self.leave(Open::Block);
                self.due = Some(0);
            }
            Token::End => self.leave(Open::Block),
            Token::Function => {
                self.end_expression();
                self.in_parameters = true;
            }
            Token::Local | Token::For | Token::Break => self.end_expression(),
            _ => {}
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
            | Token::Dots
            | Token::Name(_)
            | Token::Function
            | Token::Parenthesis
            | Token::Brace
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
