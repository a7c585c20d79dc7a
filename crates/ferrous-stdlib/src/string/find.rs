//! `string.find` and `string.match` (manual §5.4).
//!
//! A pattern without magic bytes, or `plain`, is searched for with memmem; anything else is a pattern search. Both go on
//! in slices of [`SLICE`] steps, between which the machine may pause them.
//!
//! **Invariant:** registers 1 and 2 hold subject and pattern as strings from the first slice on.

use ferrous_heap::Value;
use ferrous_vm::error::LuaError;
use ferrous_vm::native::{Charge, NativeContext, NativeResult, NativeState, Resumption};

use super::pattern::{Captured, Found, PatternError, Search, effective, is_magic, is_plain};
use crate::argument::position;

/// Matcher steps between two charges.
pub(crate) const SLICE: u32 = 2_000;
/// Bytes of a plain search between two charges.
const PLAIN_SLICE: usize = 32 * 1024;

/// What a search is to return.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// `find`: first and last position, then the captures.
    Positions,
    /// `match`: the captures, or the whole match.
    Captures,
}

/// Bytes of a pattern that are looked through as one unit of work, and between two looks at the kill.
const BYTES_A_UNIT: usize = 16;
const PIECE: usize = 64 * 1024;

/// The part of a pattern that matters, and whether it holds none of the bytes that make it more than plain text. That is work
/// where it is long.
#[inline]
fn read_pattern<'c>(
    ctx: &'c mut NativeContext<'_, '_>,
    pattern: Value,
) -> Result<(&'c [u8], bool), LuaError> {
    let length = ctx.tx.string_len(pattern).unwrap_or_default();
    if length > PIECE {
        return read_long_pattern(ctx, pattern, length);
    }
    // At most a piece.
    let _: Charge = ctx.charge((length / BYTES_A_UNIT) as u32);
    let text = effective(ctx.tx.string(pattern).unwrap_or_default());
    Ok((text, is_plain(text)))
}

#[cold]
#[inline(never)]
fn read_long_pattern<'c>(
    ctx: &'c mut NativeContext<'_, '_>,
    pattern: Value,
    mut length: usize,
) -> Result<(&'c [u8], bool), LuaError> {
    let (mut from, mut plain) = (0, true);
    while from < length {
        ctx.tx.look()?;
        let rest = ctx.tx.string(pattern).and_then(|text| text.get(from..)).unwrap_or_default();
        let piece = rest.get(..PIECE).unwrap_or(rest);
        let text = effective(piece);
        plain = plain && is_plain(text);
        if text.len() < piece.len() {
            length = from + text.len();
        }
        from += piece.len();
        // At most a piece.
        let units = (piece.len() / BYTES_A_UNIT) as u32;
        let _: Charge = ctx.charge(units);
    }
    Ok((ctx.tx.string(pattern).and_then(|text| text.get(..length)).unwrap_or_default(), plain))
}

/// An error in a pattern, as the library raises it.
#[cold]
pub(crate) fn pattern_error(ctx: &NativeContext<'_, '_>, error: PatternError) -> LuaError {
    ctx.error(error.to_string())
}

/// `string.find(s, pattern [, init [, plain]])`.
pub(super) fn find(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    start(ctx, Wanted::Positions)
}

/// `string.match(s, pattern [, init])`.
pub(super) fn match_(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    start(ctx, Wanted::Captures)
}

fn start(ctx: &mut NativeContext<'_, '_>, wanted: Wanted) -> NativeResult {
    let subject = ctx.check_string(1)?;
    let pattern = ctx.check_string(2)?;
    let length = ctx.tx.string_len(subject).unwrap_or_default();
    // Not negative, and at most the length.
    let init = (position(ctx.opt_integer(3, 1)?, length) - 1).clamp(0, length as i64) as usize;
    let wants_positions = wanted == Wanted::Positions;
    if wants_positions && (ctx.arg(4).is_truthy() || is_short_text(ctx, pattern)) {
        return PlainSearch { at: init }.advance(ctx);
    }
    let mut search = match search_again(ctx, pattern, true) {
        Some(search) => search,
        None => {
            let (text, is_plain) = read_pattern(ctx, pattern)?;
            let length = text.len();
            if wants_positions && is_plain {
                return PlainSearch { at: init }.advance(ctx);
            }
            new_search(ctx, pattern, length, true)
        }
    };
    search.begin(init);
    advance(search, wanted, ctx)
}

/// Whether a pattern is plain text, all of which matters, and so short that this is seen faster than anything else.
#[inline]
fn is_short_text(ctx: &NativeContext<'_, '_>, pattern: Value) -> bool {
    const SHORT: usize = 16;
    let text = ctx.tx.string(pattern).unwrap_or_default();
    text.len() <= SHORT && text.iter().all(|byte| *byte != 0 && !is_magic(byte))
}

/// The search for a pattern in which `^` is an anchor, if `anchors`.
#[inline]
pub(super) fn search_for(
    ctx: &mut NativeContext<'_, '_>,
    pattern: Value,
    anchors: bool,
) -> Result<Box<Search>, LuaError> {
    match search_again(ctx, pattern, anchors) {
        Some(search) => Ok(search),
        None => {
            let length = read_pattern(ctx, pattern)?.0.len();
            Ok(new_search(ctx, pattern, length, anchors))
        }
    }
}

/// The same if it was searched for before. What is long is not kept.
#[inline]
fn search_again(ctx: &mut NativeContext<'_, '_>, pattern: Value, anchors: bool) -> Option<Box<Search>> {
    let source = ctx.tx.string(pattern).unwrap_or_default();
    let search = Search::again(source, anchors && source.first() == Some(&b'^'))?;
    // Short.
    let _: Charge = ctx.charge((source.len() / BYTES_A_UNIT) as u32);
    Some(search)
}

/// The search for a pattern of which the first `length` bytes matter.
#[inline(never)]
fn new_search(ctx: &NativeContext<'_, '_>, pattern: Value, length: usize, anchors: bool) -> Box<Search> {
    let source = ctx.tx.string(pattern).unwrap_or_default();
    let text = source.get(..length).unwrap_or_default();
    match text {
        [b'^', rest @ ..] if anchors => Search::new(source, rest, true),
        text => Search::new(source, text, false),
    }
}

struct Searching {
    search: Box<Search>,
    wanted: Wanted,
}

impl NativeState for Searching {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        advance(self.search, self.wanted, ctx)
    }
}

fn advance(mut search: Box<Search>, wanted: Wanted, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let (subject, pattern) = (ctx.arg(1), ctx.arg(2));
    loop {
        let mut steps = SLICE;
        let pattern = search.pattern(ctx.tx.string(pattern).unwrap_or_default());
        let found = search.run(ctx.tx.string(subject).unwrap_or_default(), pattern, &mut steps);
        let charge = ctx.charge(SLICE - steps);
        match found.map_err(|error| pattern_error(ctx, error))? {
            Found::Suspended if charge == Charge::Pause => return ctx.pause(Searching { search, wanted }),
            Found::Suspended => {}
            Found::Nowhere => {
                search.give();
                return ctx.ret(Value::NIL);
            }
            Found::At { start, end } => {
                let top = ctx.top();
                if wanted == Wanted::Positions {
                    // Positions are below 2^32.
                    ctx.push(Value::number(start as f64 + 1.0))?;
                    ctx.push(Value::number(end as f64))?;
                }
                push_captures(ctx, &search, subject, start, end, wanted == Wanted::Captures)?;
                search.give();
                return ctx.return_from(top);
            }
        }
    }
}

/// Pushes the captures of a match; the match itself where there are none and `whole` asks for it.
pub(crate) fn push_captures(
    ctx: &mut NativeContext<'_, '_>,
    search: &Search,
    subject: Value,
    start: usize,
    end: usize,
    whole: bool,
) -> Result<usize, LuaError> {
    let captures = search.matcher.captures().count();
    let count = if captures == 0 && whole { 1 } else { captures };
    for index in 0..count {
        let value = capture(ctx, search, subject, index, start, end)?;
        ctx.push(value)?;
    }
    Ok(count)
}

/// The value of one capture.
pub(crate) fn capture(
    ctx: &mut NativeContext<'_, '_>,
    search: &Search,
    subject: Value,
    index: usize,
    start: usize,
    end: usize,
) -> Result<Value, LuaError> {
    match search.matcher.captures().get(index, start..end) {
        Ok(Captured::Text(piece)) => Ok(ctx.tx.intern_piece(subject, piece)?),
        Ok(Captured::Position(place)) => Ok(Value::number(place as f64)),
        Err(error) => Err(pattern_error(ctx, error)),
    }
}

/// The first place of `needle` in `text`.
#[inline]
fn find_text(text: &[u8], needle: &[u8]) -> Option<usize> {
    /// At how many places the first byte may mislead before it pays to prepare a search.
    const FEW: usize = 6;
    let Some((&first, rest)) = needle.split_first() else { return Some(0) };
    let mut from = 0;
    for _ in 0..FEW {
        let at = from + memchr::memchr(first, text.get(from..)?)?;
        from = at + 1;
        if text.get(from..)?.starts_with(rest) {
            return Some(at);
        }
    }
    memchr::memmem::find(text.get(from..)?, needle).map(|at| from + at)
}

/// A search for text as it stands.
struct PlainSearch {
    at: usize,
}

impl PlainSearch {
    fn advance(mut self, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        loop {
            let subject = ctx.tx.string(ctx.arg(1)).unwrap_or_default();
            let needle = ctx.tx.string(ctx.arg(2)).unwrap_or_default();
            let rest = subject.get(self.at..).unwrap_or_default();
            // A match may begin anywhere in the slice and reach beyond it.
            let places = PLAIN_SLICE.max(needle.len());
            let window = rest.get(..places + needle.len()).unwrap_or(rest);
            let (whole, length) = (window.len() == rest.len(), needle.len());
            let found = find_text(window, needle);
            // What was found is compared. Strings are far below 2^32 sixteenths.
            let charge = ctx.charge(((found.unwrap_or(window.len()) + length) / 16) as u32);
            if let Some(offset) = found {
                let start = self.at + offset;
                return ctx.ret2(Value::number(start as f64 + 1.0), Value::number((start + length) as f64));
            }
            if whole {
                return ctx.ret(Value::NIL);
            }
            self.at += places;
            if charge == Charge::Pause {
                return ctx.pause(self);
            }
        }
    }
}

impl NativeState for PlainSearch {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        self.advance(ctx)
    }
}
