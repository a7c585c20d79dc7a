//! `debug.getinfo`: what is known of a function and of where it is.
//!
//! **Invariant:** a table has exactly the fields that the options name; what PUC Lua leaves nil is nil.

use ferrous_heap::{TableRef, Value};
use ferrous_vm::argument::integer_from;
use ferrous_vm::error::LuaError;
use ferrous_vm::inspect::{FunctionKind, Level};
use ferrous_vm::native::{NativeContext, NativeResult};

/// What options there are.
const OPTIONS: &[u8] = b"SlunLf";

/// `debug.getinfo([thread,] function [, what])`.
pub(super) fn getinfo(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let (thread, before) = super::thread_argument(ctx);
    let options = match ctx.opt_string(before + 2)? {
        Some(options) => ctx.tx.string(options).unwrap_or_default().to_vec(),
        None => b"flnSu".to_vec(),
    };
    // A zero byte ends C's string.
    let end = options.iter().position(|&byte| byte == 0).unwrap_or(options.len());
    let options = options.get(..end).unwrap_or_default();
    let subject = ctx.arg(before + 1);
    let (level, function) = if let Some(level) = ctx.to_number(subject) {
        // C's cast of a wider integer to `int` keeps the low bits.
        let Some(level) = super::level_of(ctx, thread, integer_from(level) as i32) else {
            return ctx.ret(Value::NIL);
        };
        (Some(level), ctx.level_function(&level))
    } else if subject.is_function() {
        (None, subject)
    } else {
        return Err(ctx.argument_error(before + 1, "function or level expected"));
    };
    let is_tail_call = level.is_some_and(|level| ctx.is_tail_call(&level));
    if !is_tail_call && options.iter().any(|option| !OPTIONS.contains(option)) {
        return Err(ctx.argument_error(before + 2, "invalid option"));
    }
    let result = ctx.tx.new_table(0, 2)?;
    ctx.push(result)?;
    let Some(table) = result.as_table() else { return ctx.ret(Value::NIL) };
    let mut record = Record { ctx, table, level: level.as_ref(), function };
    for option in OPTIONS.iter().filter(|option| options.contains(option)) {
        match option {
            b'S' => record.source(is_tail_call)?,
            b'l' => record.line()?,
            b'u' => record.upvalues()?,
            b'n' => record.name(is_tail_call)?,
            b'L' => record.active_lines()?,
            _ => record.set("func", function)?,
        }
    }
    ctx.return_top(1)
}

/// The table that is being filled.
struct Record<'r, 'm, 'h> {
    ctx: &'r mut NativeContext<'m, 'h>,
    table: TableRef,
    level: Option<&'r Level>,
    function: Value,
}

impl Record<'_, '_, '_> {
    fn set(&mut self, key: &str, value: Value) -> Result<(), LuaError> {
        let key = self.ctx.tx.intern(key.as_bytes())?;
        Ok(self.ctx.tx.raw_set(self.table, key, value)?)
    }

    fn text(&mut self, key: &str, text: &[u8]) -> Result<(), LuaError> {
        let text = self.ctx.tx.intern(text)?;
        self.set(key, text)
    }

    /// A line, or the -1 of what has none.
    fn number(&mut self, key: &str, number: Option<u32>) -> Result<(), LuaError> {
        self.set(key, Value::number(number.map_or(-1.0, f64::from)))
    }

    fn source(&mut self, is_tail_call: bool) -> Result<(), LuaError> {
        let info = self.ctx.describe(self.function);
        let (what, source, short) = match &info {
            Some(info) => {
                let what: &[u8] = match info.kind {
                    FunctionKind::Lua => b"Lua",
                    FunctionKind::Main => b"main",
                    FunctionKind::Native => b"C",
                };
                (what, info.source.as_slice(), info.short_source.as_slice())
            }
            None if is_tail_call => {
                (b"tail".as_slice(), b"=(tail call)".as_slice(), b"(tail call)".as_slice())
            }
            None => (b"C".as_slice(), b"=[C]".as_slice(), b"[C]".as_slice()),
        };
        self.text("source", source)?;
        self.text("short_src", short)?;
        self.number("linedefined", info.as_ref().and_then(|info| info.line_defined))?;
        self.number("lastlinedefined", info.as_ref().and_then(|info| info.last_line_defined))?;
        self.text("what", what)
    }

    fn line(&mut self) -> Result<(), LuaError> {
        let line = self.level.and_then(|level| self.ctx.level_line(level));
        self.number("currentline", line)
    }

    fn upvalues(&mut self) -> Result<(), LuaError> {
        let count = self.ctx.describe(self.function).map_or(0, |info| info.upvalues);
        self.set("nups", Value::number(count.into()))
    }

    fn name(&mut self, is_tail_call: bool) -> Result<(), LuaError> {
        match self.level.and_then(|level| self.ctx.level_name(level)) {
            Some((kind, name)) => {
                self.text("name", &name)?;
                self.text("namewhat", kind.as_bytes())
            }
            None => {
                if is_tail_call {
                    self.text("name", b"")?;
                }
                self.text("namewhat", b"")
            }
        }
    }

    fn active_lines(&mut self) -> Result<(), LuaError> {
        let Some(mut lines) = self.ctx.lines_of(self.function).map(Iterator::collect::<Vec<u32>>) else {
            return Ok(());
        };
        lines.dedup();
        let set = self.ctx.tx.new_table(0, 0)?;
        self.set("activelines", set)?;
        if let Some(set) = set.as_table() {
            for line in lines {
                self.ctx.tx.raw_set(set, Value::number(line.into()), Value::TRUE)?;
            }
        }
        Ok(())
    }
}
