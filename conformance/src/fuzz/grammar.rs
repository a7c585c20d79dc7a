//! Grammars as text: weighted templates, and the sentences that a seed picks from them.
//!
//! A line is `RULE WEIGHT TEMPLATE`; lines that begin with `--` are comments. In a template `$name` stands for a rule or
//! for one of the *hooks* below, `~` for a space that is sometimes a line break or a comment, everything else for itself
//! (`~=` too); `${name}` is the same where a letter follows. A sentence is the expansion of the first rule, with a stack instead of recursion. Below a depth, or beyond
//! a length, only the alternatives of least height are taken, so every sentence ends.
//!
//! Hooks: `$nl` new line, `$in` `$out` indentation, `$open` `$close` block, `$fopen` `$vopen` `$fclose` function (the second with
//! `...`), `$lopen` `$lclose` loop, `$new_K` a fresh local of type K, `$bind` makes those visible, `$var_K` a variable, `$brk` a
//! `break` where one may stand, `$va` the varargs where there are some, `$dump` all visible locals, `$double` any number.
//!
//! **Invariant:** [`Grammar::parse`] knows every name in every template, so expanding cannot fail.

use super::random::Random;
use super::scope::Scope;
use std::collections::HashMap;

/// Expansions nested deeper than this take the shortest way out.
const DEPTH: u32 = 20;

/// Sentences longer than this many bytes take the shortest way out.
const LENGTH: usize = 2600;

/// Something wrong with a grammar's text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the grammar: {what}")]
pub struct GrammarError {
    line: usize,
    what: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hook {
    Line,
    Indent,
    Outdent,
    OpenBlock,
    CloseBlock,
    OpenFunction { vararg: bool },
    CloseFunction,
    OpenLoop,
    CloseLoop,
    New(char),
    Bind,
    Variable(char),
    Break,
    Vararg,
    Dump,
    Double,
    SoftSpace,
}

#[derive(Debug, Clone, Copy)]
enum Piece<'g> {
    Text(&'g str),
    Rule(usize),
    Hook(Hook),
}

#[derive(Debug)]
struct Alternative<'g> {
    weight: usize,
    pieces: Vec<Piece<'g>>,
    height: u32,
}

#[derive(Debug, Default)]
struct Rule<'g> {
    alternatives: Vec<Alternative<'g>>,
    /// The least height of an alternative.
    height: u32,
}

/// See the module's text.
#[derive(Debug)]
pub struct Grammar<'g> {
    rules: Vec<Rule<'g>>,
}

impl<'g> Grammar<'g> {
    /// Reads a grammar; its first rule is the sentence.
    ///
    /// # Errors
    /// A malformed line, or a name that is neither a rule nor a hook.
    pub fn parse(text: &'g str) -> Result<Grammar<'g>, GrammarError> {
        let mut lines = Vec::new();
        let mut names: HashMap<&str, usize> = HashMap::new();
        for (at, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with("--") {
                continue;
            }
            let mut parts = line.splitn(3, ' ');
            let (Some(name), Some(Ok(weight))) = (parts.next(), parts.next().map(str::parse)) else {
                return Err(GrammarError { line: at + 1, what: "it is not RULE WEIGHT TEMPLATE".into() });
            };
            let next = names.len();
            let rule = *names.entry(name).or_insert(next);
            lines.push((at + 1, rule, weight, parts.next().unwrap_or_default()));
        }
        let mut rules: Vec<Rule<'g>> = Vec::new();
        rules.resize_with(names.len(), Rule::default);
        for (line, rule, weight, template) in lines {
            let pieces = pieces(template, &names).map_err(|what| GrammarError { line, what })?;
            rules[rule].alternatives.push(Alternative { weight, pieces, height: u32::MAX });
        }
        let mut grammar = Grammar { rules };
        grammar.measure();
        Ok(grammar)
    }

    /// Computes the heights: how many levels of rules the shortest sentence of each alternative needs.
    fn measure(&mut self) {
        for rule in &mut self.rules {
            rule.height = u32::MAX;
        }
        // Each round settles at least one rule more, or none is left.
        for _ in 0..=self.rules.len() {
            let heights: Vec<u32> = self.rules.iter().map(|rule| rule.height).collect();
            for rule in &mut self.rules {
                for alternative in &mut rule.alternatives {
                    let below = alternative.pieces.iter().map(|piece| match piece {
                        Piece::Rule(rule) => heights[*rule],
                        Piece::Text(_) | Piece::Hook(_) => 0,
                    });
                    alternative.height = below.max().unwrap_or(0).saturating_add(1);
                }
                rule.height = rule.alternatives.iter().map(|it| it.height).min().unwrap_or(u32::MAX);
            }
        }
    }

    /// The sentence that the random numbers pick.
    #[must_use]
    pub fn sentence(&self, random: &mut Random) -> String {
        let mut writer = Writer { random, scope: Scope::default(), text: String::new(), indent: 0 };
        let mut stack = vec![(Piece::Rule(0), 0)];
        while let Some((piece, depth)) = stack.pop() {
            match piece {
                Piece::Text(text) => writer.text.push_str(text),
                Piece::Hook(hook) => writer.hook(hook),
                Piece::Rule(rule) => {
                    let cramped = depth > DEPTH || writer.text.len() > LENGTH;
                    let pieces = self.rules[rule].choose(cramped, writer.random);
                    stack.extend(pieces.iter().rev().map(|piece| (*piece, depth + 1)));
                }
            }
        }
        writer.text.push('\n');
        writer.text
    }
}

impl<'g> Rule<'g> {
    fn choose(&self, cramped: bool, random: &mut Random) -> &[Piece<'g>] {
        let fits = |it: &&Alternative<'g>| !cramped || it.height == self.height;
        let total = self.alternatives.iter().filter(fits).map(|it| it.weight).sum();
        let mut left = random.below(total);
        for alternative in self.alternatives.iter().filter(fits) {
            if left < alternative.weight {
                return &alternative.pieces;
            }
            left -= alternative.weight;
        }
        &[]
    }
}

/// Splits a template.
fn pieces<'g>(template: &'g str, names: &HashMap<&str, usize>) -> Result<Vec<Piece<'g>>, String> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some(at) = rest.find(['$', '~']) {
        pieces.push(Piece::Text(&rest[..at]));
        let (mark, after) = rest[at..].split_at(1);
        rest = after;
        if mark == "~" {
            if rest.starts_with('=') {
                pieces.push(Piece::Text("~"));
            } else {
                pieces.push(Piece::Hook(Hook::SoftSpace));
            }
            continue;
        }
        let (name, after) = match rest.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
            Some(braced) => braced,
            None => {
                let is_name = |letter: char| letter.is_ascii_lowercase() || letter == '_';
                rest.split_at(rest.find(|letter| !is_name(letter)).unwrap_or(rest.len()))
            }
        };
        rest = after;
        let piece = names.get(name).map(|rule| Piece::Rule(*rule)).or_else(|| hook(name).map(Piece::Hook));
        pieces.push(piece.ok_or_else(|| format!("nothing is named {name}"))?);
    }
    pieces.push(Piece::Text(rest));
    Ok(pieces)
}

fn hook(name: &str) -> Option<Hook> {
    let hook = match name {
        "nl" => Hook::Line,
        "in" => Hook::Indent,
        "out" => Hook::Outdent,
        "open" => Hook::OpenBlock,
        "close" => Hook::CloseBlock,
        "fopen" => Hook::OpenFunction { vararg: false },
        "vopen" => Hook::OpenFunction { vararg: true },
        "fclose" => Hook::CloseFunction,
        "lopen" => Hook::OpenLoop,
        "lclose" => Hook::CloseLoop,
        "bind" => Hook::Bind,
        "brk" => Hook::Break,
        "va" => Hook::Vararg,
        "dump" => Hook::Dump,
        "double" => Hook::Double,
        _ => {
            let (what, kind) = name.split_once('_')?;
            let kind = kind.chars().next()?;
            return match what {
                "new" => Some(Hook::New(kind)),
                "var" => Some(Hook::Variable(kind)),
                _ => None,
            };
        }
    };
    Some(hook)
}

/// A sentence being written.
struct Writer<'r> {
    random: &'r mut Random,
    scope: Scope,
    text: String,
    indent: usize,
}

impl Writer<'_> {
    fn hook(&mut self, hook: Hook) {
        match hook {
            Hook::Line => self.new_line(),
            Hook::Indent => self.indent += 1,
            Hook::Outdent => self.indent = self.indent.saturating_sub(1),
            Hook::OpenBlock => self.scope.open_block(),
            Hook::CloseBlock => self.scope.close_block(),
            Hook::OpenFunction { vararg } => self.scope.open_function(vararg),
            Hook::CloseFunction => self.scope.close_function(),
            Hook::OpenLoop => self.scope.open_loop(),
            Hook::CloseLoop => self.scope.close_loop(),
            Hook::New(kind) => {
                let name = self.scope.declare(kind, self.random);
                self.text.push_str(&name);
            }
            Hook::Bind => self.scope.bind(),
            Hook::Variable(kind) => {
                let name = self.scope.variable(kind, self.random);
                self.text.push_str(&name);
            }
            Hook::Break if self.scope.in_loop() => {
                self.new_line();
                self.text.push_str("break");
            }
            Hook::Break => {}
            Hook::Vararg => self.text.push_str(if self.scope.is_vararg() { "..." } else { "nil" }),
            Hook::Dump => {
                let names = self.scope.visible().join(", ");
                self.text.push_str(&names);
            }
            Hook::Double => {
                let number = f64::from_bits(self.random.bits());
                let number = if number.is_finite() { number.abs() } else { 0.0 };
                self.text.push_str(&format!("{number:e}"));
            }
            Hook::SoftSpace => self.soft_space(),
        }
    }

    fn new_line(&mut self) {
        self.text.push('\n');
        self.text.extend(std::iter::repeat_n("  ", self.indent));
    }

    fn soft_space(&mut self) {
        match self.random.below(60) {
            0..=2 => self.new_line(),
            3 => self.text.push_str(" --[[ x ]] "),
            4 => {
                self.text.push_str(" -- x");
                self.new_line();
            }
            _ => self.text.push(' '),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_and_repeat() {
        let grammar = Grammar::parse("-- a\nlist 1 $item\nlist 9 ($list, $list)\nitem 1 a ~= b\n").unwrap();
        let sentence = |seed| grammar.sentence(&mut Random::new(seed));
        assert!((0..50).all(|seed| sentence(seed) == sentence(seed)));
        assert!(sentence(1).contains("a ~= b"));
    }

    #[test]
    fn an_unknown_name_is_an_error() {
        let error = Grammar::parse("a 1 $b").unwrap_err().to_string();
        assert!(error.contains("line 1") && error.contains('b'), "{error}");
    }

    #[test]
    fn locals_come_from_their_scope() {
        let grammar = Grammar::parse("a 1 $vopen local $new_n = 1$bind return $dump, $va").unwrap();
        let text = grammar.sentence(&mut Random::new(4));
        let name = text.split(' ').nth(2).unwrap().to_owned();
        assert!(text.ends_with(&format!("return {name}, ...\n")), "{text}");
    }
}
