//! `struct.unpack`: fields into values.
//!
//! Options are carried out in runs, whose values are pushed together; a string that does not exist yet ends a run. Work is counted
//! run by run.
//!
//! **Invariant:** a field is read from the data only after `position + size` was checked against the data's length.

use std::ops::Range;

use ferrous_heap::{Known, StringHash, Transaction, Value};
use ferrous_vm::{
    error::LuaError,
    native::{Charge, MAX_NATIVE_STACK, NativeContext, NativeResult, NativeState, Resumption},
};

use super::{BYTES_A_UNIT, RUN, format::Format, unsigned_from};
use crate::codec::word;

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

/// Why a run has ended.
enum Stop {
    /// The format is complete.
    Ended,
    /// There is more to do.
    More,
    /// These bytes of the data are a string, of which there is none yet; the next field is at the position.
    String {
        bytes: Range<usize>,
        hash: StringHash,
        next: usize,
    },
    /// What follows is a string whose length is the last value.
    Sized,
    Failed(LuaError),
}

impl NativeState for Unpacking {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        (*self).go_on(ctx)
    }
}

impl Unpacking {
    fn go_on(mut self, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        loop {
            let (start, top) = (self.position, ctx.top());
            let (format, data) = (ctx.arg(1), ctx.arg(2));
            let mut stop = Stop::More;
            let count = ctx.push_filled(RUN, |tx, places| {
                let count;
                (count, stop) = self.fields(tx, format, data, top, places);
                count
            })?;
            match stop {
                Stop::Ended => break,
                Stop::More => {}
                Stop::String { bytes, hash, next } => {
                    let text = ctx.tx.intern_hashed(data, bytes, hash)?;
                    ctx.push(text)?;
                    self.position = next;
                }
                Stop::Sized => {
                    let bytes = self.sized_string(ctx)?;
                    self.position = bytes.end;
                    let text = ctx.tx.intern_piece(data, bytes)?;
                    ctx.push(text)?;
                }
                Stop::Failed(error) => return Err(error),
            }
            // At most the length of a string, and then some.
            let units = self.position.wrapping_sub(start) / BYTES_A_UNIT + count + 1;
            if ctx.charge(u32::try_from(units).unwrap_or(u32::MAX)) == Charge::Pause {
                return ctx.pause(self);
            }
        }
        // An offset that no field was read from may be beyond 2^63, and is negative then.
        let next = self.position.wrapping_add(1).cast_signed();
        ctx.push(Value::number(next as f64))?;
        ctx.return_from(self.first)
    }

    /// Reads some fields into `places`, of which there is one for each option of a run, up to a new string. How many, and
    /// why no more. `top` counts the registers below.
    #[inline(always)]
    fn fields(
        &mut self,
        tx: &Transaction<'_>,
        format: Value,
        data: Value,
        top: usize,
        places: &mut [Value],
    ) -> (usize, Stop) {
        let text = tx.string(format).unwrap_or_default();
        let data = tx.string(data).unwrap_or_default();
        let (mut format, mut position, mut count) = (self.format, self.position, 0);
        let stop = 'run: {
            for _ in 0..RUN {
                let field = match format.next(text) {
                    Ok(Some(field)) => field,
                    Ok(None) => break 'run Stop::Ended,
                    Err(error) => break 'run Stop::Failed(error),
                };
                let layout = format.layout;
                let size = field.size();
                position = position.wrapping_add(layout.padding(position, field));
                let rest = data.get(position..).filter(|rest| rest.len() >= size);
                let Some(rest) = rest else { break 'run Stop::Failed(too_short()) };
                if top + count + 1 > MAX_NATIVE_STACK {
                    break 'run Stop::Failed(LuaError::message("stack overflow (too many results)"));
                }
                // A field that is there does not reach beyond the data.
                let mut next = position + size;
                let value = match field.letter {
                    b'b' | b'h' | b'l' | b'i' => Value::number(layout.read_integer(rest, size, true)),
                    b'B' | b'H' | b'L' | b'T' | b'I' => Value::number(layout.read_integer(rest, size, false)),
                    b'f' => Value::from_foreign(f64::from(layout.read_float(rest))),
                    b'd' => Value::from_foreign(layout.read_double(rest)),
                    b'c' if size == 0 => break 'run Stop::Sized,
                    b'c' | b's' => {
                        let (length, behind) = if field.letter == b'c' {
                            (size, 0)
                        } else {
                            match first_zero(rest) {
                                Some(length) => (length, 1),
                                None => {
                                    let text = "unfinished string in data";
                                    break 'run Stop::Failed(LuaError::message(text));
                                }
                            }
                        };
                        let bytes = position..position + length;
                        next = bytes.end + behind;
                        match tx.look_up(rest.get(..length).unwrap_or_default()) {
                            Known::String(text) => text,
                            Known::Nothing(hash) => break 'run Stop::String { bytes, hash, next },
                        }
                    }
                    b'x' => {
                        position = next;
                        continue;
                    }
                    _ => match format.layout.control(field) {
                        Ok(()) => continue,
                        Err(error) => break 'run Stop::Failed(error),
                    },
                };
                position = next;
                if let Some(place) = places.get_mut(count) {
                    *place = value;
                    count += 1;
                }
            }
            Stop::More
        };
        (self.format, self.position) = (format, position);
        (count, stop)
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
            None => Err(too_short()),
        }
    }
}

/// Where the first zero byte is. Eight bytes are looked at together, since most strings are short.
#[inline(always)]
fn first_zero(bytes: &[u8]) -> Option<usize> {
    let Some((head, _)) = bytes.split_first_chunk::<8>() else {
        return bytes.iter().position(|&byte| byte == 0);
    };
    let zeros = word::zeros(u64::from_le_bytes(*head));
    if zeros != 0 { Some(word::first(zeros)) } else { memchr::memchr(0, bytes) }
}

#[cold]
fn too_short() -> LuaError {
    LuaError::argument(2, "data string too short")
}
