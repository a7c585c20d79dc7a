//! `debug.debug`: a prompt on standard error, whose commands are chunks from standard input, up to `cont`.
//!
//! **Invariant:** an error in a command is told of, and the prompt goes on.

use std::io::{BufRead as _, Write as _};
use std::sync::Arc;

use ferrous_vm::native::{NativeContext, NativeResult, NativeState, Resumption};

/// `debug.debug()`.
pub(super) fn debug(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    loop {
        tell(b"lua_debug> ");
        let mut line = Vec::new();
        let read = std::io::stdin().lock().read_until(b'\n', &mut line);
        if !matches!(read, Ok(1..)) || line == b"cont\n" {
            return ctx.ret0();
        }
        let options = ferrous_compiler::Options {
            captures: ferrous_compiler::Captures::Cell,
            ..ferrous_compiler::Options::default()
        };
        match ferrous_compiler::compile(&line, b"=(debug command)", &options) {
            Ok(chunk) => {
                let globals = ctx.globals();
                let command = ctx.load(&Arc::new(chunk), globals)?;
                ctx.push(command)?;
                return ctx.call_protected(0, Prompt);
            }
            Err(error) => tell(&[error.message.as_slice(), b"\n"].concat()),
        }
    }
}

/// Writes to standard error; there is nobody to tell if that fails.
fn tell(text: &[u8]) {
    let _ = std::io::stderr().lock().write_all(text);
}

/// The prompt, while a command runs.
struct Prompt;

impl NativeState for Prompt {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, how: Resumption) -> NativeResult {
        if how == Resumption::Failed {
            let error = ctx.get(ctx.top() - 1);
            let text = if error.is_number() { ctx.tostring(error)? } else { error };
            let text = ctx.tx.string(text).unwrap_or(b"(null)").to_vec();
            tell(&[text.as_slice(), b"\n"].concat());
        }
        ctx.truncate(1);
        debug(ctx)
    }
}
