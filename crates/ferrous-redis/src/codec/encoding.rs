//! Encoding: values that are being written, in whatever format.
//!
//! Elements of a table are written in runs, until one is a table or a long string itself. Work is counted run by run, so a large
//! document pauses wherever a script could: the tables that are being written lie in registers, the rest in [`Encoding`].
//!
//! **Invariant:** above the arguments lie the tables in `open`, outermost first, and above them the long string that is being
//! written, if there is one; the text in the buffer is charged to the heap while it grows.

use ferrous_heap::{NextEntry, Table, Transaction, Value};
use ferrous_vm::{
    error::LuaError,
    native::{Charge, NativeContext, NativeResult, NativeState, Resumption},
};

use super::{
    output::{Output, PIECE},
    shape::Shape,
};

/// How many elements are written in one run at most; also none after the first [`PIECE`] of text.
const RUN: u32 = 256;
/// How many keys are looked at in one run at most.
const KEYS: usize = 2048;
/// How many are passed for one unit of work.
const KEYS_A_UNIT: usize = 64;
/// How many are looked at before a table is taken for a large one.
const KEYS_AT_ONCE: usize = 64;
/// How many values, pieces or runs are written between two looks at the budget.
const STEPS: usize = 16;
/// For how many nested tables memory is taken with the first.
const OPEN_AT_ONCE: usize = 64;

/// What makes a format what it is.
pub(crate) trait Format: Send + 'static {
    /// How many bytes of text are one unit of work.
    const BYTES_A_UNIT: usize;
    /// Whether it is enough to know of one key that is no index.
    const INDICES_ONLY: bool;

    /// Writes a value; returns it instead if it is a table, or a long string of which only what stands before it is written.
    fn value(&self, tx: &Transaction<'_>, value: Value, out: &mut Vec<u8>)
    -> Result<Option<Value>, LuaError>;

    /// The same for a key.
    fn key(&self, tx: &Transaction<'_>, key: Value, out: &mut Vec<u8>) -> Result<Option<Value>, LuaError>;

    /// Writes a piece of a long string.
    fn piece(text: &[u8], out: &mut Vec<u8>);

    /// Writes what stands behind a long string, which may be a key.
    fn end_string(&self, is_key: bool, out: &mut Vec<u8>);

    /// Whether tables may be nested so deeply; if not, something else may be written. In C `stacked` values would be on the stack.
    fn admits(&self, depth: usize, stacked: usize, out: &mut Vec<u8>) -> Result<bool, LuaError>;

    /// How a table is written that has keys of this shape.
    fn layout(&self, ctx: &NativeContext<'_, '_>, table: Value, shape: &Shape) -> Result<Layout, LuaError>;

    /// Writes what stands before a table's elements; of the shape only the count of pairs is sure, if not for indices only.
    fn begin(&self, layout: Layout, shape: &Shape, out: &mut Vec<u8>);

    /// Writes what stands between two elements.
    fn separate(&self, out: &mut Vec<u8>);

    /// Writes what stands behind a table's elements.
    fn end(&self, is_list: bool, out: &mut Vec<u8>);
}

/// How a table is written.
#[derive(Clone, Copy)]
pub(crate) enum Layout {
    /// The values of the indices from 1 to this.
    List(u32),
    /// All keys, each with its value.
    Pairs,
}

/// A table that is being written.
#[derive(Clone, Copy)]
struct Open {
    stage: Stage,
    is_list: bool,
    /// Whether the key of the next entry is written, or being written, and its value is not.
    key_written: bool,
    /// Whether any entry is.
    has_entries: bool,
    /// How long a list is.
    len: u32,
    /// The index of a list's element that was written last, or the position behind which the next entry is.
    position: usize,
}

/// How far the writing of a table has come.
#[derive(Clone, Copy)]
enum Stage {
    /// Nothing is written yet, and its keys are not all known.
    Unknown,
    Elements,
    /// The last element is being written.
    Ended,
}

/// Arguments that are being written.
pub(crate) struct Encoding<F> {
    format: F,
    out: Output,
    /// The next argument.
    next: usize,
    last: usize,
    open: Vec<Open>,
    /// How many of the open tables are written as pairs.
    pairs: usize,
    /// What is known of the keys of the innermost table as long as it is unknown.
    shape: Shape,
    /// How much is written of the long string in the topmost register, if there is one.
    written: Option<usize>,
}

impl<F: Format> NativeState for Encoding<F> {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        (*self).go_on(ctx)
    }

    fn give_up(self: Box<Self>, tx: &mut Transaction<'_>) {
        self.out.give_up(tx);
        tx.scrap(self.open);
    }
}

impl<F: Format> Encoding<F> {
    /// Writes all arguments, one behind the other, and returns the text.
    pub(crate) fn write(ctx: &mut NativeContext<'_, '_>, format: F) -> NativeResult {
        let (out, last) = (Output::new(ctx), ctx.arg_count());
        let shape = Shape::default();
        Self { format, out, next: 1, last, open: Vec::new(), pairs: 0, shape, written: None }.go_on(ctx)
    }

    /// Writes until all is written or it is time for a pause.
    fn go_on(mut self, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        loop {
            let steps = self.steps(ctx);
            match steps.and_then(|more| self.out.charge(ctx).map(|()| more)) {
                Ok(true) => {}
                Ok(false) => return self.out.finish(ctx),
                Err(error) => {
                    ctx.tx.scrap(self.open);
                    return self.out.abandon(ctx, error);
                }
            }
            if self.out.count_work(ctx, F::BYTES_A_UNIT) == Charge::Pause {
                return ctx.pause(self);
            }
        }
    }

    /// Writes some values, pieces or runs; whether anything is left.
    fn steps(&mut self, ctx: &mut NativeContext<'_, '_>) -> Result<bool, LuaError> {
        // Text that is all escapes is six times as long.
        let full = self.out.bytes.len() + 4 * PIECE;
        for _ in 0..STEPS {
            if self.out.bytes.len() > full {
                break;
            }
            let nested = if let Some(from) = self.written {
                self.piece(ctx, from);
                None
            } else if let Some(open) = self.open.last() {
                let is_list = open.is_list;
                match open.stage {
                    Stage::Ended => {
                        self.leave(ctx, is_list);
                        None
                    }
                    Stage::Elements => self.elements(ctx)?,
                    Stage::Unknown => {
                        self.look(ctx)?;
                        None
                    }
                }
            } else if self.next <= self.last {
                self.argument(ctx)?
            } else {
                return Ok(false);
            };
            if let Some(nested) = nested {
                self.enter(ctx, nested)?;
            }
        }
        Ok(true)
    }

    /// Writes the next argument, or returns it if it is nested.
    #[inline(never)]
    fn argument(&mut self, ctx: &mut NativeContext<'_, '_>) -> Result<Option<Value>, LuaError> {
        let value = ctx.arg(self.next);
        self.next += 1;
        self.format.value(ctx.tx, value, &mut self.out.bytes)
    }

    /// Writes the next piece of the long string in the topmost register.
    #[inline(never)]
    fn piece(&mut self, ctx: &mut NativeContext<'_, '_>, from: usize) {
        let text = ctx.get(ctx.top() - 1);
        let end = ctx.tx.string_len(text).unwrap_or_default();
        self.written = self.out.piece(ctx, text, from, end, F::piece);
        if self.written.is_none() {
            let is_key = self.open.last().is_some_and(|open| open.key_written);
            self.format.end_string(is_key, &mut self.out.bytes);
            ctx.pop();
        }
    }

    /// Begins to write a table, or a long string.
    #[inline(always)]
    fn enter(&mut self, ctx: &mut NativeContext<'_, '_>, value: Value) -> Result<(), LuaError> {
        if value.is_string() {
            self.written = Some(0);
            return ctx.push(value);
        }
        // The argument, a value of each list, and one with its key of each other table.
        let stacked = 1 + self.open.len() + self.pairs;
        if !self.format.admits(self.open.len() + 1, stacked, &mut self.out.bytes)? {
            return Ok(());
        }
        let table = ctx.tx.table(value).ok_or_else(|| LuaError::bare("no table"))?;
        let mut shape = Shape::default();
        let (stage, layout) = if let Some(layout) = Layout::at_once(table, F::INDICES_ONLY) {
            self.format.begin(layout, &shape, &mut self.out.bytes);
            (Stage::Elements, layout)
        } else if shape.look(table, KEYS_AT_ONCE, F::INDICES_ONLY) {
            (Stage::Elements, self.begin(ctx, value, &shape)?)
        } else {
            self.shape = shape;
            (Stage::Unknown, Layout::Pairs)
        };
        let (is_list, len) = layout.parts();
        self.pairs += usize::from(!is_list && matches!(stage, Stage::Elements));
        if self.open.len() == self.open.capacity() {
            self.grow(ctx)?;
        }
        self.open.push(Open { stage, is_list, key_written: false, has_entries: false, len, position: 0 });
        ctx.push(value)
    }

    /// Takes memory for more nested tables.
    #[cold]
    #[inline(never)]
    fn grow(&mut self, ctx: &mut NativeContext<'_, '_>) -> Result<(), LuaError> {
        let more = if self.open.is_empty() { OPEN_AT_ONCE } else { 1 };
        Ok(ctx.tx.reserve(&mut self.open, more)?)
    }

    /// Writes what stands behind the innermost table's elements.
    #[inline(always)]
    fn leave(&mut self, ctx: &mut NativeContext<'_, '_>, is_list: bool) {
        self.format.end(is_list, &mut self.out.bytes);
        self.open.pop();
        self.pairs -= usize::from(!is_list);
        ctx.pop();
    }

    /// Writes what stands before a table's elements.
    #[inline(always)]
    fn begin(
        &mut self,
        ctx: &NativeContext<'_, '_>,
        table: Value,
        shape: &Shape,
    ) -> Result<Layout, LuaError> {
        let layout = self.format.layout(ctx, table, shape)?;
        self.format.begin(layout, shape, &mut self.out.bytes);
        Ok(layout)
    }

    /// Looks at more keys of the innermost table, whose layout is not known yet.
    #[cold]
    #[inline(never)]
    fn look(&mut self, ctx: &mut NativeContext<'_, '_>) -> Result<(), LuaError> {
        let innermost = ctx.get(ctx.top() - 1);
        let mut shape = self.shape;
        if ctx.tx.table(innermost).is_none_or(|table| shape.look(table, KEYS, F::INDICES_ONLY)) {
            let (is_list, len) = self.begin(ctx, innermost, &shape)?.parts();
            self.pairs += usize::from(!is_list);
            if let Some(open) = self.open.last_mut() {
                *open = Open {
                    stage: Stage::Elements,
                    is_list,
                    key_written: false,
                    has_entries: false,
                    len,
                    position: 0,
                };
            }
        }
        self.shape = shape;
        // What the keys cost comes on top of what is written.
        let _: Charge = ctx.charge((KEYS / F::BYTES_A_UNIT) as u32);
        Ok(())
    }

    /// Writes elements of the innermost table up to one that is nested, which is returned, or its end.
    #[inline(always)]
    fn elements(&mut self, ctx: &mut NativeContext<'_, '_>) -> Result<Option<Value>, LuaError> {
        let innermost = ctx.get(ctx.top() - 1);
        let (Some(open), Some(table)) = (self.open.last_mut(), ctx.tx.table(innermost)) else {
            return Err(LuaError::bare("no table"));
        };
        let (format, tx, out) = (&self.format, &*ctx.tx, &mut self.out.bytes);
        let full = out.len() + PIECE;
        let mut nested = None;
        let mut passed = 0;
        let mut left = RUN;
        let ended = if open.is_list {
            let len = open.len as usize;
            while open.position < len && left > 0 && nested.is_none() && out.len() < full {
                left -= 1;
                if open.position > 0 {
                    format.separate(out);
                }
                open.position += 1;
                // At most the length.
                nested = format.value(tx, table.get_int(open.position as u32), out)?;
            }
            open.position >= len
        } else {
            loop {
                if left == 0 || out.len() >= full {
                    break false;
                }
                let (after, key, value) = match table.next_entry_within(open.position, KEYS) {
                    NextEntry::Found { next, key, value } => (next, key, value),
                    NextEntry::Further(position) => {
                        open.position = position;
                        passed += KEYS;
                        break false;
                    }
                    NextEntry::End => break true,
                };
                passed += after - open.position;
                left -= 1;
                if !std::mem::replace(&mut open.key_written, true) {
                    if std::mem::replace(&mut open.has_entries, true) {
                        format.separate(out);
                    }
                    nested = format.key(tx, key, out)?;
                    if nested.is_some() {
                        break false;
                    }
                }
                open.key_written = false;
                open.position = after;
                nested = format.value(tx, value, out)?;
                if nested.is_some() {
                    break after >= table.extent();
                }
            }
        };
        if ended && nested.is_none() {
            let is_list = open.is_list;
            self.leave(ctx, is_list);
        } else if ended {
            open.stage = Stage::Ended;
        }
        if passed >= KEYS {
            // Keys without a value cost little each, but nothing is written for them.
            let _: Charge = ctx.charge((passed / KEYS_A_UNIT) as u32);
        }
        Ok(nested)
    }
}

impl Layout {
    /// The layout of a table whose form alone, or whose first key, tells it in every format, or in those that know then enough.
    #[inline(always)]
    fn at_once(table: &Table, indices_only: bool) -> Option<Self> {
        match table.list_length() {
            // Array parts are shorter than 2^32.
            Some(length) if length > 0 => Some(Self::List(length as u32)),
            _ if indices_only && table.begins_with_string() => Some(Self::Pairs),
            _ => None,
        }
    }

    /// Whether it is a list, and how long that is.
    #[inline]
    fn parts(self) -> (bool, u32) {
        match self {
            Self::List(len) => (true, len),
            Self::Pairs => (false, 0),
        }
    }
}
