//! `print` (manual §5.1), in the plain profile only.
//!
//! PUC Lua calls the global `tostring` for each argument. While that is still the library's own, the argument has no
//! `__tostring`, and no hook would hear of the call, the text is made directly.
//!
//! **Invariant:** the line is written at once, when all its parts are there.

use ferrous_heap::{Metamethod, Value};
use ferrous_vm::error::LuaError;
use ferrous_vm::native::{NativeContext, NativeResult, NativeState, Resumption};
use ferrous_vm::number;

use crate::buffer::Buffer;
use crate::index::{Indexed, index};
use crate::output::Output;
use crate::string::pattern::effective;

const OUTPUT: usize = 0;
const TOSTRING: usize = 1;

struct Printing {
    /// What has not been written yet.
    line: Buffer,
    /// The next argument.
    next: usize,
    /// The last one; the function that makes text of them is in the register behind it.
    last: usize,
}

/// `print(...)`; upvalues: the output, and the library's `tostring`.
pub(super) fn print(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let last = ctx.arg_count();
    let name = ctx.tx.intern(b"tostring")?;
    let tostring = match index(ctx, ctx.globals(), name)? {
        Indexed::Value(function) => function,
        // Globals that are computed: the library's own stands in.
        Indexed::Call(..) => ctx.upvalue(TOSTRING),
    };
    ctx.push(tostring)?;
    let line = Buffer::take(ctx.tx);
    Printing { line, next: 1, last }.advance(ctx)
}

impl Printing {
    /// Appends the text of the argument before `next` up to its first zero byte, where C's `fputs` ends.
    fn append(&mut self, ctx: &mut NativeContext<'_, '_>, text: Value) -> Result<(), LuaError> {
        self.separate(ctx)?;
        let length = effective(ctx.tx.string(text).unwrap_or_default()).len();
        self.line.append_piece(ctx.tx, text, 0..length)
    }

    fn separate(&mut self, ctx: &mut NativeContext<'_, '_>) -> Result<(), LuaError> {
        if self.next > 2 { self.line.append(ctx.tx, b"\t") } else { Ok(()) }
    }

    /// Writes what there is. As in C, nobody looks whether that worked.
    fn write(&mut self, ctx: &NativeContext<'_, '_>) -> Result<(), LuaError> {
        let output = Output::from_userdata(ctx, ctx.upvalue(OUTPUT))?;
        let _ = output.write(&self.line.bytes);
        self.line.bytes.clear();
        Ok(())
    }

    fn advance(mut self, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        let tostring = ctx.arg(self.last + 1);
        let is_own = tostring == ctx.upvalue(TOSTRING) && !ctx.reports_calls();
        while self.next <= self.last {
            let value = ctx.arg(self.next);
            self.next += 1;
            if is_own && ctx.tx.metamethod(value, Metamethod::ToString).is_nil() {
                if let Some(number) = value.as_number() {
                    self.separate(ctx)?;
                    number::write_number(number, &mut self.line.bytes);
                } else {
                    let text = ctx.tostring(value)?;
                    self.append(ctx, text)?;
                }
            } else {
                // The function may print too, or fail.
                self.write(ctx)?;
                ctx.push(tostring)?;
                ctx.push(value)?;
                return ctx.call(1, 1, self);
            }
        }
        self.line.append(ctx.tx, b"\n")?;
        self.write(ctx)?;
        ctx.tx.give_buffer(self.line.bytes);
        ctx.ret0()
    }
}

impl NativeState for Printing {
    fn resume(mut self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        let text = ctx.pop();
        if text.is_string() || text.is_number() {
            let text = ctx.tostring(text)?;
            self.append(ctx, text)?;
            return self.advance(ctx);
        }
        Err(ctx.error("'tostring' must return a string to 'print'"))
    }
}
