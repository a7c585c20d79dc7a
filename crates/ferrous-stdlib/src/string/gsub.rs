//! `string.gsub` (manual §5.4).
//!
//! One [`Substitution`] holds the search, the text built so far and the counts. It stops for callbacks, for `__index`
//! of a replacement table, and when the machine pauses it, and is the state that goes on afterwards.
//!
//! **Invariant:** between two matches `out` is the result for the subject up to `source`; while a call is out,
//! `start..end` is the match that it replaces.

use ferrous_heap::{Transaction, Value};
use ferrous_vm::error::LuaError;
use ferrous_vm::native::{Charge, NativeContext, NativeResult, NativeState, Resumption};

use super::find::{SLICE, capture, pattern_error, push_captures, search_for};
use super::pattern::{Captured, Found, Search};
use crate::buffer::Buffer;
use crate::index::{Indexed, index};

/// How much of a template is appended at once.
const LONG: usize = 64 * 1024;

/// What matches are replaced by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Replacement {
    /// Text without `%`.
    Literal,
    /// Text with `%0` to `%9` in it.
    Template,
    /// A table of replacements.
    Table,
    /// A function that makes them.
    Function,
}

struct Substitution {
    search: Box<Search>,
    replacement: Replacement,
    out: Buffer,
    /// Where the next match may begin.
    source: usize,
    start: usize,
    end: usize,
    count: i32,
    most: i32,
    /// Where in the template to go on for the match, if it has become long.
    expanding: Option<usize>,
}

/// `string.gsub(s, pattern, repl [, n])`.
pub(super) fn gsub(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let subject = ctx.check_string(1)?;
    let pattern = ctx.check_string(2)?;
    let by = ctx.arg(3);
    let default = ctx.tx.string_len(subject).unwrap_or_default() as i64 + 1;
    // C's `int`.
    let most = ctx.opt_integer(4, default)? as i32;
    let replacement = if by.is_table() {
        Replacement::Table
    } else if by.is_function() {
        Replacement::Function
    } else if by.is_string() || by.is_number() {
        let by = ctx.check_string(3)?;
        let text = ctx.tx.string(by).unwrap_or_default();
        let (template, length) = (memchr::memchr(b'%', text).is_some(), text.len());
        // Strings are far below 2^32 sixteenths.
        let _: Charge = ctx.charge((length / 16) as u32);
        if template { Replacement::Template } else { Replacement::Literal }
    } else {
        return Err(ctx.argument_error(3, "string/function/table expected"));
    };
    let mut search = search_for(ctx, pattern, true)?;
    search.begin(0);
    ctx.truncate(4);
    let out = Buffer::take(ctx.tx);
    Box::new(Substitution {
        search,
        replacement,
        out,
        source: 0,
        start: 0,
        end: 0,
        count: 0,
        most,
        expanding: None,
    })
    .advance(ctx)
}

impl NativeState for Substitution {
    fn resume(mut self: Box<Self>, ctx: &mut NativeContext<'_, '_>, how: Resumption) -> NativeResult {
        if let Resumption::Returned { .. } = how {
            let value = ctx.pop();
            self.replace_by(ctx, value)?;
            if !self.step_over(ctx)? {
                return self.finish(ctx);
            }
        }
        self.advance(ctx)
    }

    fn give_up(self: Box<Self>, tx: &mut Transaction<'_>) {
        self.out.give_up(tx);
    }
}

impl Substitution {
    fn advance(mut self: Box<Self>, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        let (subject, pattern) = (ctx.arg(1), ctx.arg(2));
        let mut steps = SLICE;
        while self.count < self.most || self.expanding.is_some() {
            if steps == 0 {
                steps = SLICE;
                if ctx.charge(SLICE) == Charge::Pause {
                    return ctx.pause_boxed(self);
                }
            }
            if let Some(at) = self.expanding {
                let before = self.out.bytes.len();
                self.expand(ctx, at)?;
                steps = steps.saturating_sub(((self.out.bytes.len() - before) / 8) as u32);
                if self.expanding.is_none() && !self.step_over(ctx)? {
                    break;
                }
                continue;
            }
            let pattern = self.search.pattern(ctx.tx.string(pattern).unwrap_or_default());
            let found = self.search.run(ctx.tx.string(subject).unwrap_or_default(), pattern, &mut steps);
            match found.map_err(|error| pattern_error(ctx, error))? {
                Found::Suspended => {}
                Found::Nowhere => break,
                Found::At { start, end } => {
                    (self.start, self.end) = (start, end);
                    self.count += 1;
                    self.out.append_piece(ctx.tx, subject, self.source..start)?;
                    // A step for every eight bytes that this match adds; one match adds less than 2^32 steps.
                    let copied = self.out.bytes.len();
                    match self.replacement {
                        Replacement::Literal => {
                            let text = ctx.arg(3);
                            let length = ctx.tx.string_len(text).unwrap_or_default();
                            self.out.append_piece(ctx.tx, text, 0..length)?;
                        }
                        Replacement::Template => self.expand(ctx, 0)?,
                        Replacement::Table => {
                            let key = capture(ctx, &self.search, subject, 0, start, end)?;
                            match index(ctx, ctx.arg(3), key)? {
                                Indexed::Value(value) => self.replace_by(ctx, value)?,
                                Indexed::Call(handler, object) => {
                                    ctx.push(handler)?;
                                    ctx.push(object)?;
                                    ctx.push(key)?;
                                    return self.call(ctx, 2, SLICE - steps);
                                }
                            }
                        }
                        Replacement::Function => {
                            ctx.push(ctx.arg(3))?;
                            let args = push_captures(ctx, &self.search, subject, start, end, true)?;
                            return self.call(ctx, args, SLICE - steps);
                        }
                    }
                    steps = steps.saturating_sub(((self.out.bytes.len() - copied) / 8) as u32);
                    if self.expanding.is_none() && !self.step_over(ctx)? {
                        break;
                    }
                }
            }
        }
        let _ = ctx.charge(SLICE - steps);
        self.finish(ctx)
    }

    fn call(mut self: Box<Self>, ctx: &mut NativeContext<'_, '_>, args: usize, steps: u32) -> NativeResult {
        // The call itself is where the machine looks at its budget.
        let _ = ctx.charge(steps);
        self.search.lighten();
        ctx.call_boxed(args, 1, self)
    }

    /// Moves past the match; past one more byte after an empty one. False at the end of the subject.
    fn step_over(&mut self, ctx: &mut NativeContext<'_, '_>) -> Result<bool, LuaError> {
        let subject = ctx.arg(1);
        self.source = self.end;
        if self.end == self.start {
            if self.end >= ctx.tx.string_len(subject).unwrap_or_default() {
                return Ok(false);
            }
            self.out.append_piece(ctx.tx, subject, self.end..self.end + 1)?;
            self.source += 1;
        }
        self.search.begin(self.source);
        Ok(!self.search.is_anchored())
    }

    /// Appends what a table or function gave: false and nil keep the match.
    fn replace_by(&mut self, ctx: &mut NativeContext<'_, '_>, value: Value) -> Result<(), LuaError> {
        if let Some(length) = ctx.tx.string_len(value) {
            self.out.append_piece(ctx.tx, value, 0..length)
        } else if let Some(number) = value.as_number() {
            ferrous_vm::number::write_number(number, &mut self.out.bytes);
            Ok(())
        } else if !value.is_truthy() {
            self.out.append_piece(ctx.tx, ctx.arg(1), self.start..self.end)
        } else {
            Err(ctx.error(format!("invalid replacement value (a {})", value.type_name())))
        }
    }

    /// Appends the template of register 3 from a place on with its captures; notes where to go on if that becomes long.
    fn expand(&mut self, ctx: &mut NativeContext<'_, '_>, mut at: usize) -> Result<(), LuaError> {
        let (subject, template) = (ctx.arg(1), ctx.arg(3));
        let begun = self.out.bytes.len();
        self.expanding = None;
        loop {
            if self.out.bytes.len() - begun > LONG {
                self.expanding = Some(at);
                return Ok(());
            }
            let text = ctx.tx.string(template).unwrap_or_default();
            let rest = text.get(at..).unwrap_or_default();
            let Some(plain) = rest.iter().position(|&byte| byte == b'%') else {
                return self.out.append_piece(ctx.tx, template, at..text.len());
            };
            // PUC Lua reads the zero byte that ends every string.
            let selector = rest.get(plain + 1).copied().unwrap_or(0);
            self.out.append_piece(ctx.tx, template, at..at + plain)?;
            at += plain + 2;
            let piece = match selector {
                b'0' => Captured::Text(self.start..self.end),
                b'1'..=b'9' => {
                    let index = usize::from(selector - b'1');
                    let captured = self.search.matcher.captures().get(index, self.start..self.end);
                    captured.map_err(|error| pattern_error(ctx, error))?
                }
                other => {
                    self.out.append(ctx.tx, &[other])?;
                    continue;
                }
            };
            match piece {
                Captured::Text(piece) => self.out.append_piece(ctx.tx, subject, piece)?,
                // Positions are below 2^32.
                Captured::Position(place) => {
                    ferrous_vm::number::write_integer(place as i64, &mut self.out.bytes);
                }
            }
        }
    }

    fn finish(mut self, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        let subject = ctx.arg(1);
        let length = ctx.tx.string_len(subject).unwrap_or_default();
        let count = Value::number(f64::from(self.count));
        let unchanged = self.count == 0;
        if !unchanged {
            self.out.append_piece(ctx.tx, subject, self.source.min(length)..length)?;
        }
        let Self { search, out, .. } = self;
        search.give();
        let result = if unchanged {
            ctx.tx.give_buffer(out.bytes);
            subject
        } else {
            out.finish(ctx)?
        };
        ctx.ret2(result, count)
    }
}
