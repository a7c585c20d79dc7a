//! Running something else while the script stands at a line: `eval` and `redis`.
//!
//! What is evaluated is called above the stopped script: it sees the script's globals, not its locals, and cannot disturb it
//! by failing.
//!
//! **Invariant:** what is evaluated leaves no pin behind.

use std::sync::Arc;

use ferrous_compiler::Options;
use ferrous_heap::{Transaction, Value};
use ferrous_vm::{chunk::Chunk, native::NativeContext, number::write_number};

use super::value_text;
use crate::{compat::DebuggerDialect, host::Host, interpreter::Interpreter, outcome::error_message};

/// The name under which code is compiled.
const CHUNK_NAME: &[u8] = b"@ldb_eval";

/// Evaluates an expression, or else a block; the line of the answer.
pub(crate) fn eval(
    interpreter: &mut Interpreter,
    host: &mut dyn Host,
    code: &[u8],
    dialect: &DebuggerDialect,
    limit: usize,
) -> Vec<u8> {
    let chunk = match compile(code) {
        Ok(chunk) => Arc::new(chunk),
        Err(message) => return [dialect.not_lua.as_bytes(), &message].concat(),
    };
    let load = |ctx: &mut NativeContext<'_, '_>| {
        let globals = ctx.globals();
        let function = ctx.load(&chunk, globals)?;
        Ok(ctx.tx.pin(function))
    };
    let answer = |tx: &Transaction<'_>, failed: bool, value: Value| {
        let mut line = if failed { b"<error> ".to_vec() } else { b"<retval> ".to_vec() };
        if failed {
            line.extend(error_text(tx, value, dialect));
        } else {
            value_text::write(tx, value, dialect.value_form, limit, &mut line);
        }
        line
    };
    let evaluated = interpreter.evaluate(host, load, |_| Ok(()), answer);
    evaluated.unwrap_or_else(|| b"<error> not enough memory".to_vec())
}

/// Calls `redis.call`. What it does is told by the monitor.
pub(crate) fn call(interpreter: &mut Interpreter, host: &mut dyn Host, arguments: &[Vec<u8>]) {
    let find = |ctx: &mut NativeContext<'_, '_>| {
        let field = |ctx: &NativeContext<'_, '_>, table: Value, name: &[u8]| {
            table.as_table().map_or(Value::NIL, |table| ctx.tx.raw_get_str(table, name))
        };
        let redis = field(ctx, ctx.globals(), b"redis");
        let call = field(ctx, redis, b"call");
        Ok(ctx.tx.pin(call))
    };
    let push = |ctx: &mut NativeContext<'_, '_>| {
        for argument in arguments {
            let argument = ctx.tx.intern(argument)?;
            ctx.push(argument)?;
        }
        Ok(())
    };
    let done = interpreter.evaluate(host, find, push, |_, _, _| ());
    if done.is_none()
        && let Some(monitor) = interpreter.monitor()
    {
        monitor.error(b"not enough memory");
    }
}

fn compile(code: &[u8]) -> Result<Chunk, Vec<u8>> {
    let attempt = |source: &[u8]| ferrous_compiler::compile(source, CHUNK_NAME, &Options::default());
    attempt(&[b"return ", code].concat()).or_else(|_| attempt(code)).map_err(|error| error.message)
}

fn error_text(tx: &Transaction<'_>, value: Value, dialect: &DebuggerDialect) -> Vec<u8> {
    if let Some(text) = tx.string(value) {
        return text.to_vec();
    }
    if let Some(number) = value.as_number() {
        let mut text = Vec::new();
        write_number(number, &mut text);
        return text;
    }
    if value.as_table().is_some() && dialect.shows_error_tables {
        return error_message(tx, value);
    }
    b"(null)".to_vec()
}
