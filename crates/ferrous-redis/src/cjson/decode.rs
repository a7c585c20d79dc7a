//! `cjson.decode`: JSON to values.
//!
//! Work is counted value by value, and the text is copied piece by piece, so a large document pauses wherever a script could.
//!
//! **Invariant:** the registers above the argument belong to the tables in `open`, outermost first; those of an object end with a
//! key while its value is being read.

use ferrous_heap::{Transaction, Value};
use ferrous_vm::{
    error::LuaError,
    native::{Charge, MAX_NATIVE_STACK, NativeContext, NativeResult, NativeState, Resumption},
};

use super::{
    array_metatable,
    lexer::{Lexer, Mistake},
    source::Source,
};
use crate::codec::assembly::Assembly;

/// How many bytes are one unit of work.
const BYTES_A_UNIT: usize = 16;

/// How many of the values on cjson's stack the text and what else stands below the tables take.
const BELOW_TABLES: usize = 1;

pub(super) fn decode(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    if ctx.arg_count() != 1 {
        return Err(ctx.argument_error(1, "expected 1 argument"));
    }
    let text = ctx.check_string(1)?;
    let text = ctx.tx.string(text).unwrap_or_default();
    if text.len() >= 2 && text.iter().take(2).any(|&byte| byte == 0) {
        return Err(ctx.error("JSON parser does not support UTF-16 or UTF-32"));
    }
    let len = text.len();
    let settings = super::settings(ctx)?;
    let (invalid_numbers, deepest) = (settings.decode_invalid, settings.decode_max_depth as usize);
    let marks_arrays = settings.decode_array_metatable;
    let source = Source::new(ctx, len)?;
    let lexer = Lexer { text: source, at: 0, invalid_numbers, unescaped: Vec::new() };
    Decoding { lexer, deepest, marks_arrays, worked: 0, open: Vec::new(), stacked: BELOW_TABLES }.go_on(ctx)
}

/// A document that is being read.
struct Decoding {
    lexer: Lexer,
    deepest: usize,
    /// Whether empty arrays get the metatable that marks them.
    marks_arrays: bool,
    /// How much of the text has been counted as work.
    worked: usize,
    open: Vec<Assembly>,
    /// How many values cjson would have on its stack: for each open array one, for each object its key as well.
    stacked: usize,
}

impl NativeState for Decoding {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        (*self).go_on(ctx)
    }

    fn give_up(self: Box<Self>, tx: &mut Transaction<'_>) {
        self.leave(tx);
    }
}

impl Decoding {
    /// Leaves the heap what took memory: what was refused may be long, or deep.
    fn leave(self, tx: &mut Transaction<'_>) {
        self.lexer.text.give_back(tx);
        tx.scrap(self.lexer.unescaped);
        tx.scrap(self.open);
    }

    /// Reads until the document is complete or it is time for a pause.
    fn go_on(mut self, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        let outcome = match self.lexer.text.copy(ctx, 1) {
            Charge::Go => self.read(ctx),
            Charge::Pause => Ok(None),
        };
        if let Ok(None) = outcome {
            return ctx.pause(self);
        }
        self.leave(ctx.tx);
        ctx.ret(outcome?.unwrap_or(Value::NIL))
    }

    fn count_work(&mut self, ctx: &mut NativeContext<'_, '_>) -> Charge {
        let units = (self.lexer.at - self.worked) / BYTES_A_UNIT + 1;
        self.worked = self.lexer.at;
        ctx.charge(u32::try_from(units).unwrap_or(u32::MAX))
    }

    #[cold]
    fn expected<T>(&mut self, ctx: &NativeContext<'_, '_>, what: &str) -> Result<T, LuaError> {
        let Mistake { what: found, at } = self.lexer.describe(&|| ctx.tx.look().is_ok());
        // A token that was given up is no mistake.
        ctx.tx.look()?;
        Err(LuaError::message(format!("Expected {what} but found {found} at character {}", at + 1)))
    }

    /// Reads from where a value begins. Returns the document when it is complete, and nothing when it is time for a pause.
    fn read(&mut self, ctx: &mut NativeContext<'_, '_>) -> Result<Option<Value>, LuaError> {
        loop {
            if self.count_work(ctx) == Charge::Pause {
                return Ok(None);
            }
            let value = match self.peek(ctx) {
                b'"' => self.string(ctx, "value")?,
                b'{' => {
                    self.descend(true)?;
                    if self.peek(ctx) != b'}' {
                        self.open(ctx, true)?;
                        self.key(ctx)?;
                        continue;
                    }
                    self.lexer.skip();
                    ctx.tx.new_table(0, 0)?
                }
                b'[' => {
                    self.descend(false)?;
                    if self.peek(ctx) != b']' {
                        self.open(ctx, false)?;
                        continue;
                    }
                    self.lexer.skip();
                    let table = ctx.tx.new_table(0, 0)?;
                    if self.marks_arrays {
                        array_metatable::mark(ctx, table)?;
                    }
                    table
                }
                _ => match self.lexer.scalar() {
                    Ok(value) => value,
                    Err(_) => return self.expected(ctx, "value"),
                },
            };
            if let Some(document) = self.deliver(ctx, value)? {
                return Ok(Some(document));
            }
        }
    }

    /// Puts a complete value where it belongs, which may complete the table around it, and so on.
    fn deliver(
        &mut self,
        ctx: &mut NativeContext<'_, '_>,
        mut value: Value,
    ) -> Result<Option<Value>, LuaError> {
        loop {
            let next = self.peek(ctx);
            let Some(open) = self.open.last_mut() else {
                return if next == 0 { Ok(Some(value)) } else { self.expected(ctx, "the end") };
            };
            ctx.push(value)?;
            let is_object = open.has_keys;
            match next {
                b',' => {
                    self.lexer.skip();
                    open.tidy(ctx)?;
                    if is_object {
                        self.key(ctx)?;
                    }
                    return Ok(None);
                }
                b'}' if is_object => {}
                b']' if !is_object => {}
                _ if is_object => return self.expected(ctx, "comma or object end"),
                _ => return self.expected(ctx, "comma or array end"),
            }
            self.lexer.skip();
            value = open.close(ctx)?;
            self.open.pop();
            self.stacked -= stacked(is_object);
        }
    }

    /// The first byte of the next token; zero at the end, and once the run has been killed.
    #[inline]
    fn peek(&mut self, ctx: &NativeContext<'_, '_>) -> u8 {
        self.lexer.peek(&|| ctx.tx.look().is_ok())
    }

    fn string(&mut self, ctx: &mut NativeContext<'_, '_>, wanted: &str) -> Result<Value, LuaError> {
        match self.lexer.string(&|| ctx.tx.look().is_ok()) {
            Ok(text) => Ok(ctx.tx.intern(self.lexer.characters(&text))?),
            Err(_) => self.expected(ctx, wanted),
        }
    }

    /// Reads a key and the colon after it.
    fn key(&mut self, ctx: &mut NativeContext<'_, '_>) -> Result<(), LuaError> {
        if self.peek(ctx) != b'"' {
            return self.expected(ctx, "object key string");
        }
        let key = self.string(ctx, "object key string")?;
        ctx.push(key)?;
        if self.peek(ctx) != b':' {
            return self.expected(ctx, "colon");
        }
        self.lexer.skip();
        Ok(())
    }

    /// Begins a table that is not empty.
    fn open(&mut self, ctx: &mut NativeContext<'_, '_>, is_object: bool) -> Result<(), LuaError> {
        ctx.tx.reserve(&mut self.open, 1)?;
        self.open.push(Assembly::new(ctx, is_object));
        self.stacked += stacked(is_object);
        Ok(())
    }

    /// Passes over the beginning of a table. Neither the settings nor the stack may forbid one: that it has room for it and for what
    /// is read next is what bounds the depth, whatever a script sets.
    fn descend(&mut self, is_object: bool) -> Result<(), LuaError> {
        self.lexer.skip();
        let depth = self.open.len() + 1;
        if depth > self.deepest || self.stacked + stacked(is_object) >= MAX_NATIVE_STACK {
            let at = self.lexer.at;
            return Err(LuaError::message(format!(
                "Found too many nested data structures ({depth}) at character {at}"
            )));
        }
        Ok(())
    }
}

/// How many values cjson keeps on its stack for a table that is open.
fn stacked(is_object: bool) -> usize {
    if is_object { 2 } else { 1 }
}
