//! The `struct` library: numbers and strings in C layouts, as Roberto Ierusalimschy's `struct` in Redis has it.
//!
//! A format is read one option at a time: its letter, then a number where the letter takes one. The size of a field and its
//! alignment follow from the option; integers are computed in 64 bits.
//!
//! | module | what it does |
//! |---|---|
//! | [`format`] | options and layouts |
//! | [`packing`] | `pack` |
//! | [`unpacking`] | `unpack` |
//!
//! **Invariant:** options are carried out in runs of at most [`RUN`], between which each of the functions can pause.

mod format;
mod packing;
mod unpacking;

use ferrous_heap::Value;
use ferrous_vm::{
    argument::integer_from,
    error::LuaError,
    native::{Charge, NativeContext, NativeFn, NativeResult, NativeState, Resumption},
};

use crate::bit::bits;
use format::Format;

/// The functions, by name.
pub(crate) const FUNCTIONS: &[(&str, NativeFn)] =
    &[("pack", packing::pack), ("size", size), ("unpack", unpacking::unpack)];

/// How many options are carried out in one run at most.
const RUN: usize = 16;
/// How many bytes are one unit of work.
const BYTES_A_UNIT: usize = 16;

/// C's cast of a `double` to an unsigned 64-bit integer on x86-64, by way of the signed one if it is negative.
#[inline(always)]
fn unsigned_from(number: f64) -> u64 {
    let small = bits(number).cast_signed();
    if f64::from(small) == number { i64::from(small).cast_unsigned() } else { any_unsigned_from(number) }
}

#[inline(never)]
fn any_unsigned_from(number: f64) -> u64 {
    const HALF: f64 = 9_223_372_036_854_775_808.0;
    if number >= HALF {
        integer_from(number - HALF).cast_unsigned() ^ 1 << 63
    } else {
        integer_from(number).cast_unsigned()
    }
}

fn size(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    ctx.check_string(1)?;
    Sizing { format: Format::new(), total: 0 }.go_on(ctx)
}

/// A format whose size is being computed.
struct Sizing {
    format: Format,
    total: usize,
}

impl NativeState for Sizing {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        (*self).go_on(ctx)
    }
}

impl Sizing {
    fn go_on(mut self, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        while !self.add_fields(ctx)? {
            if ctx.charge(RUN as u32) == Charge::Pause {
                return ctx.pause(self);
            }
        }
        ctx.ret(Value::number(self.total as f64))
    }

    /// Adds the sizes of some fields; whether the format is complete.
    fn add_fields(&mut self, ctx: &NativeContext<'_, '_>) -> Result<bool, LuaError> {
        let text = ctx.tx.string(ctx.arg(1)).unwrap_or_default();
        for _ in 0..RUN {
            let Some(field) = self.format.next(text)? else { return Ok(true) };
            self.total = self.total.wrapping_add(self.format.layout.padding(self.total, field));
            if field.letter == b's' {
                return Err(ctx.argument_error(1, "option 's' has no fixed size"));
            }
            if field.letter == b'c' && field.size() == 0 {
                return Err(ctx.argument_error(1, "option 'c0' has no fixed size"));
            }
            if !field.letter.is_ascii_alphanumeric() {
                self.format.layout.control(field)?;
            }
            self.total = self.total.wrapping_add(field.size());
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn casts_to_unsigned_integers_are_those_of_c() {
        assert_eq!(unsigned_from(-2.0), u64::MAX - 1);
        assert_eq!(unsigned_from(-2.5), u64::MAX - 1);
        assert_eq!(unsigned_from(4_294_967_297.75), 4_294_967_297);
        assert_eq!(unsigned_from(f64::NAN), 1 << 63);
        assert_eq!(unsigned_from(18_446_744_073_709_551_616.0), 0);
        assert_eq!(unsigned_from(9_223_372_036_854_775_808.0), 1 << 63);
    }
}
