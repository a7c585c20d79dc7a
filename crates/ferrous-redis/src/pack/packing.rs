//! `struct.pack`: values into fields.
//!
//! Options are carried out in runs. Work is counted run by run, and long strings are copied piece by piece, so that a long format
//! pauses wherever a script could.
//!
//! **Invariant:** between two runs what is written is exactly what the options before [`Format::at`] ask for, but for what is left of
//! `string`.

use ferrous_heap::{Transaction, Value};
use ferrous_vm::{
    error::LuaError,
    native::{Charge, NativeContext, NativeResult, NativeState, Resumption},
};

use super::{BYTES_A_UNIT, RUN, format::Format, unsigned_from};
use crate::codec::output::{Output, PIECE};

pub(super) fn pack(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    ctx.check_string(1)?;
    Packing { format: Format::new(), out: Output::new(ctx), argument: 2, total: 0, string: None }.go_on(ctx)
}

/// A string that is being copied.
struct Copying {
    argument: usize,
    from: usize,
    end: usize,
    ends_with_zero: bool,
}

/// A format that is being filled.
struct Packing {
    format: Format,
    out: Output,
    /// The next argument.
    argument: usize,
    /// How many bytes the fields so far take.
    total: usize,
    string: Option<Copying>,
}

/// Why a run has ended.
enum Stop {
    /// The format is complete.
    Ended,
    /// There is more to do.
    More,
    /// This argument is a number in place of a string.
    Number(usize),
    /// This argument is no number, but may be a text that reads as one.
    Text(usize),
}

impl NativeState for Packing {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        (*self).go_on(ctx)
    }

    fn give_up(self: Box<Self>, tx: &mut Transaction<'_>) {
        self.out.give_up(tx);
    }
}

impl Packing {
    fn go_on(mut self, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        loop {
            let stop = match self.string.take() {
                Some(string) => {
                    self.copy(ctx, string);
                    Ok(Stop::More)
                }
                None => self.fields(ctx),
            };
            let stop = match stop {
                Ok(Stop::Number(argument)) => ctx.check_string(argument).map(|_| Stop::More),
                Ok(Stop::Text(argument)) => convert(ctx, argument).map(|()| Stop::More),
                stop => stop,
            };
            match stop.and_then(|stop| self.out.charge(ctx).map(|()| stop)) {
                Ok(Stop::Ended) => return self.out.finish(ctx),
                Ok(_) => {}
                Err(error) => return self.out.abandon(ctx, error),
            }
            if self.out.count_work(ctx, BYTES_A_UNIT) == Charge::Pause {
                return ctx.pause(self);
            }
        }
    }

    /// Copies the next piece of a string.
    fn copy(&mut self, ctx: &NativeContext<'_, '_>, string: Copying) {
        let Copying { argument, from, end, ends_with_zero } = string;
        let plain = |text: &[u8], out: &mut Vec<u8>| out.extend_from_slice(text);
        match self.out.piece(ctx, ctx.arg(argument), from, end, plain) {
            Some(from) => self.string = Some(Copying { from, ..string }),
            None if ends_with_zero => self.out.bytes.push(0),
            None => {}
        }
    }

    /// Fills some fields, up to a long string.
    fn fields(&mut self, ctx: &NativeContext<'_, '_>) -> Result<Stop, LuaError> {
        let arguments = ctx.registers_from(0);
        let text = ctx.tx.string(ctx.arg(1)).unwrap_or_default();
        let out = &mut self.out.bytes;
        let full = out.len() + PIECE;
        let (mut format, mut argument, mut total) = (self.format, self.argument, self.total);
        let mut stop = Stop::More;
        for _ in 0..RUN {
            let start = format.at;
            let Some(field) = format.next(text)? else {
                stop = Stop::Ended;
                break;
            };
            let layout = format.layout;
            let padding = layout.padding(total, field);
            if padding > 0 {
                out.resize(out.len() + padding, 0);
                total += padding;
            }
            let size = field.size();
            // The next argument, if it is a number.
            macro_rules! number {
                () => {
                    match number(arguments, argument) {
                        Some(value) => {
                            argument += 1;
                            value
                        }
                        None => {
                            format.at = start;
                            stop = Stop::Text(argument);
                            break;
                        }
                    }
                };
            }
            match field.letter {
                b'b' | b'B' | b'h' | b'H' | b'l' | b'L' | b'T' | b'i' | b'I' => {
                    layout.write_integer(unsigned_from(number!()), size, out);
                }
                b'f' => out.extend_from_slice(&layout.float_bytes(number!() as f32)),
                b'd' => out.extend_from_slice(&layout.double_bytes(number!())),
                b'x' => out.push(0),
                b'c' | b's' => {
                    let value = ctx.arg(argument);
                    let Some(string) = ctx.tx.string(value) else {
                        if !value.is_number() {
                            return Err(wrong_type(ctx, argument, "string"));
                        }
                        // There is no padding, so that nothing was written yet.
                        format.at = start;
                        stop = Stop::Number(argument);
                        break;
                    };
                    argument += 1;
                    let ends_with_zero = field.letter == b's';
                    let end = if size == 0 { string.len() } else { size };
                    let Some(string) = string.get(..end) else {
                        // One too high, as in Redis.
                        return Err(ctx.argument_error(argument, "string too short"));
                    };
                    total += end + usize::from(ends_with_zero);
                    if end > PIECE {
                        self.string = Some(Copying { argument: argument - 1, from: 0, end, ends_with_zero });
                        break;
                    }
                    out.extend_from_slice(string);
                    if ends_with_zero {
                        out.push(0);
                    }
                    if out.len() > full {
                        break;
                    }
                    continue;
                }
                _ => format.layout.control(field)?,
            }
            total += size;
        }
        (self.format, self.argument, self.total) = (format, argument, total);
        Ok(stop)
    }
}

/// Argument `n` if it is a number.
#[inline(always)]
fn number(arguments: &[Value], n: usize) -> Option<f64> {
    arguments.get(n).and_then(|value| value.as_number())
}

/// Makes a number of argument `n`, which is a text, where it stands.
#[cold]
#[inline(never)]
fn convert(ctx: &mut NativeContext<'_, '_>, n: usize) -> Result<(), LuaError> {
    let number = ctx.to_number(ctx.arg(n)).ok_or_else(|| wrong_type(ctx, n, "number"))?;
    ctx.set(n, Value::from_foreign(number));
    Ok(())
}

/// The error for an argument of the wrong type. A missing one is nil here: Redis's `pack` keeps a nil after its arguments.
#[cold]
fn wrong_type(ctx: &NativeContext<'_, '_>, n: usize, wanted: &str) -> LuaError {
    let got = ctx.arg(n).type_name();
    ctx.argument_error(n, format!("{wanted} expected, got {got}"))
}
