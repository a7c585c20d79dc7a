//! `struct.unpack`: fields into values.
//!
//! Options are carried out in runs, whose numbers are pushed together; a string ends a run. Work is counted run by run.
//!
//! **Invariant:** a field is read from the data only after `position + size` was checked against the data's length.

use std::ops::Range;

use ferrous_heap::Value;
use ferrous_vm::{
    error::LuaError,
    native::{Charge, NativeContext, NativeResult, NativeState, Resumption},
};

use super::{BYTES_A_UNIT, RUN, format::Format, unsigned_from};

/// How many values Lua's stack holds for a C function.
const STACK: usize = 8000;

pub(super) fn unpack(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    ctx.check_string(1)?;
    ctx.check_string(2)?;
    // A negative offset is a huge one in C.
    let Some(position) = ctx.opt_integer(3, 1)?.cast_unsigned().checked_sub(1).map(|at| at as usize) else {
        return Err(ctx.argument_error(3, "offset must be 1 or greater"));
    };
    Unpacking { format: Format::new(), position, first: ctx.top() }.go_on(ctx)
}

/// Data that is being taken apart.
struct Unpacking {
    format: Format,
    position: usize,
    /// The register of the first result.
    first: usize,
}

/// Numbers that were read.
struct Run {
    values: [Value; RUN],
    count: usize,
    stop: Stop,
}

/// Why a run has ended.
enum Stop {
    /// The format is complete.
    Ended,
    /// There is more to do.
    More,
    /// These bytes of the data are a string; the next field is at the position.
    String(Range<usize>, usize),
    /// What follows is a string whose length is the last value.
    Sized,
}

impl NativeState for Unpacking {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        (*self).go_on(ctx)
    }
}

impl Unpacking {
    fn go_on(mut self, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        loop {
            let start = self.position;
            let run = self.fields(ctx)?;
            ctx.push_all(run.values.get(..run.count).unwrap_or_default())?;
            match run.stop {
                Stop::Ended => break,
                Stop::More => {}
                Stop::String(bytes, next) => {
                    let text = ctx.tx.intern_piece(ctx.arg(2), bytes)?;
                    ctx.push(text)?;
                    self.position = next;
                }
                Stop::Sized => {
                    let bytes = self.sized_string(ctx)?;
                    self.position = bytes.end;
                    let text = ctx.tx.intern_piece(ctx.arg(2), bytes)?;
                    ctx.push(text)?;
                }
            }
            // At most the length of a string, and then some.
            let units = self.position.wrapping_sub(start) / BYTES_A_UNIT + run.count + 1;
            if ctx.charge(u32::try_from(units).unwrap_or(u32::MAX)) == Charge::Pause {
                return ctx.pause(self);
            }
        }
        // An offset that no field was read from may be beyond 2^63, and is negative then.
        let next = self.position.wrapping_add(1).cast_signed();
        ctx.push(Value::number(next as f64))?;
        ctx.return_from(self.first)
    }

    /// Reads some fields, up to a string.
    #[inline(always)]
    fn fields(&mut self, ctx: &NativeContext<'_, '_>) -> Result<Run, LuaError> {
        let mut run = Run { values: [Value::NIL; RUN], count: 0, stop: Stop::More };
        let text = ctx.tx.string(ctx.arg(1)).unwrap_or_default();
        let data = ctx.tx.string(ctx.arg(2)).unwrap_or_default();
        let top = ctx.top();
        for _ in 0..RUN {
            let Some(field) = self.format.next(text)? else {
                run.stop = Stop::Ended;
                break;
            };
            let layout = self.format.layout;
            let size = field.size();
            self.position = self.position.wrapping_add(layout.padding(self.position, field));
            let end = self.position.wrapping_add(size);
            // A sum that is too large is less than the position.
            let Some(bytes) = data.get(self.position..end) else { return Err(too_short(ctx)) };
            if top + run.count + 1 > STACK {
                return Err(LuaError::message("stack overflow (too many results)"));
            }
            let value = match field.letter {
                b'b' | b'h' | b'l' | b'i' => Value::number(layout.read_integer(bytes, true)),
                b'B' | b'H' | b'L' | b'T' | b'I' => Value::number(layout.read_integer(bytes, false)),
                b'f' => {
                    let value = f32::from_le_bytes(layout.ordered(bytes.try_into().unwrap_or_default()));
                    Value::from_foreign(f64::from(value))
                }
                b'd' => {
                    let value = f64::from_le_bytes(layout.ordered(bytes.try_into().unwrap_or_default()));
                    Value::from_foreign(value)
                }
                b'c' if size == 0 => {
                    run.stop = Stop::Sized;
                    break;
                }
                b'c' => {
                    run.stop = Stop::String(self.position..end, end);
                    break;
                }
                b's' => {
                    let rest = data.get(self.position..).unwrap_or_default();
                    let Some(length) = memchr::memchr(0, rest) else {
                        return Err(LuaError::message("unfinished string in data"));
                    };
                    let end = self.position + length;
                    run.stop = Stop::String(self.position..end, end + 1);
                    break;
                }
                b'x' => {
                    self.position = end;
                    continue;
                }
                _ => {
                    self.format.layout.control(ctx, field)?;
                    continue;
                }
            };
            self.position = end;
            // There are as many values as options in a run.
            if let Some(place) = run.values.get_mut(run.count) {
                *place = value;
                run.count += 1;
            }
        }
        Ok(run)
    }

    /// The bytes of a string whose length is the result before, which is taken away.
    fn sized_string(&self, ctx: &mut NativeContext<'_, '_>) -> Result<Range<usize>, LuaError> {
        let length = (ctx.top() > self.first).then(|| ctx.to_number(ctx.get(ctx.top() - 1))).flatten();
        let length = length.ok_or_else(|| LuaError::message("format 'c0' needs a previous size"))?;
        ctx.pop();
        let end = self.position.checked_add(unsigned_from(length) as usize);
        let length = ctx.tx.string_len(ctx.arg(2)).unwrap_or_default();
        match end.filter(|end| *end <= length) {
            Some(end) => Ok(self.position..end),
            None => Err(too_short(ctx)),
        }
    }
}

#[cold]
fn too_short(ctx: &NativeContext<'_, '_>) -> LuaError {
    ctx.argument_error(2, "data string too short")
}
