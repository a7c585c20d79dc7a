//! What can be configured about an instance, and the functions that do.
//!
//! **Invariant:** every setting is in the range that its function accepts.

use ferrous_heap::Value;
use ferrous_vm::{
    error::LuaError,
    native::{NativeContext, NativeResult},
};

use super::settings;

/// How NaN and infinities are treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InvalidNumbers {
    /// They are an error.
    Refused,
    /// They are written as `nan`, `inf` and `-inf`.
    Written,
    /// They are written as `null`.
    Null,
}

/// One instance's settings.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) sparse_convert: bool,
    pub(crate) sparse_ratio: u32,
    pub(crate) sparse_safe: u32,
    pub(crate) encode_max_depth: u32,
    pub(crate) decode_max_depth: u32,
    pub(crate) precision: u32,
    pub(crate) keep_buffer: bool,
    pub(crate) encode_invalid: InvalidNumbers,
    pub(crate) decode_invalid: bool,
    pub(crate) decode_array_metatable: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            sparse_convert: false,
            sparse_ratio: 2,
            sparse_safe: 10,
            encode_max_depth: 1000,
            decode_max_depth: 1000,
            precision: 14,
            keep_buffer: true,
            encode_invalid: InvalidNumbers::Refused,
            decode_invalid: true,
            decode_array_metatable: false,
        }
    }
}

const LARGEST: u32 = i32::MAX.cast_unsigned();

/// Refuses more than `most` arguments.
fn check_count(ctx: &NativeContext<'_, '_>, most: usize) -> Result<(), LuaError> {
    if ctx.arg_count() > most {
        return Err(ctx.argument_error(most + 1, "found too many arguments"));
    }
    Ok(())
}

/// Argument `n` as an integer in a range, or `None` if it is nil. Errors always blame the first argument, as in lua-cjson.
fn integer(
    ctx: &mut NativeContext<'_, '_>,
    n: usize,
    least: u32,
    most: u32,
) -> Result<Option<u32>, LuaError> {
    if ctx.arg(n).is_nil() {
        return Ok(None);
    }
    // Cut to 32 bits, as C's `int` is.
    let value =
        u32::try_from(ctx.check_integer(n)? as i32).ok().filter(|value| (least..=most).contains(value));
    match value {
        Some(value) => Ok(Some(value)),
        None => Err(ctx.argument_error(1, format!("expected integer between {least} and {most}"))),
    }
}

/// Argument `n` as an index into `options`, where booleans stand for the first two; `None` if it is nil.
fn choice(ctx: &mut NativeContext<'_, '_>, n: usize, options: &[&str]) -> Result<Option<usize>, LuaError> {
    let value = ctx.arg(n);
    match value.as_boolean() {
        Some(truth) => Ok(Some(usize::from(truth))),
        None if value.is_nil() => Ok(None),
        None => ctx.check_option(n, None, options).map(Some),
    }
}

/// An integer setting: set if there is an argument, and returned.
fn integer_setting(
    ctx: &mut NativeContext<'_, '_>,
    (least, most): (u32, u32),
    field: fn(&mut Settings) -> &mut u32,
) -> NativeResult {
    check_count(ctx, 1)?;
    let given = integer(ctx, 1, least, most)?;
    let setting = field(settings(ctx)?);
    if let Some(given) = given {
        *setting = given;
    }
    let value = Value::number(f64::from(*setting));
    ctx.ret(value)
}

/// A boolean setting: set if there is an argument, and returned.
fn boolean_setting(ctx: &mut NativeContext<'_, '_>, field: fn(&mut Settings) -> &mut bool) -> NativeResult {
    check_count(ctx, 1)?;
    let given = choice(ctx, 1, &["off", "on"])?;
    let setting = field(settings(ctx)?);
    if let Some(given) = given {
        *setting = given == 1;
    }
    let value = Value::boolean(*setting);
    ctx.ret(value)
}

pub(super) fn encode_sparse_array(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    check_count(ctx, 3)?;
    let convert = choice(ctx, 1, &["off", "on"])?;
    if let Some(convert) = convert {
        settings(ctx)?.sparse_convert = convert == 1;
    }
    if let Some(ratio) = integer(ctx, 2, 0, LARGEST)? {
        settings(ctx)?.sparse_ratio = ratio;
    }
    if let Some(safe) = integer(ctx, 3, 0, LARGEST)? {
        settings(ctx)?.sparse_safe = safe;
    }
    let settings = settings(ctx)?;
    let (convert, ratio, safe) = (settings.sparse_convert, settings.sparse_ratio, settings.sparse_safe);
    ctx.ret3(Value::boolean(convert), Value::number(f64::from(ratio)), Value::number(f64::from(safe)))
}

pub(super) fn encode_max_depth(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    integer_setting(ctx, (1, LARGEST), |settings| &mut settings.encode_max_depth)
}

pub(super) fn decode_max_depth(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    integer_setting(ctx, (1, LARGEST), |settings| &mut settings.decode_max_depth)
}

pub(super) fn encode_number_precision(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    integer_setting(ctx, (1, 14), |settings| &mut settings.precision)
}

pub(super) fn encode_keep_buffer(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    boolean_setting(ctx, |settings| &mut settings.keep_buffer)
}

pub(super) fn decode_invalid_numbers(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    boolean_setting(ctx, |settings| &mut settings.decode_invalid)
}

pub(super) fn decode_array_with_array_mt(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    boolean_setting(ctx, |settings| &mut settings.decode_array_metatable)
}

pub(super) fn encode_invalid_numbers(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    check_count(ctx, 1)?;
    let given = choice(ctx, 1, &["off", "on", "null"])?;
    let setting = &mut settings(ctx)?.encode_invalid;
    match given {
        Some(0) => *setting = InvalidNumbers::Refused,
        Some(1) => *setting = InvalidNumbers::Written,
        Some(_) => *setting = InvalidNumbers::Null,
        None => {}
    }
    let value = match *setting {
        InvalidNumbers::Refused => Value::FALSE,
        InvalidNumbers::Written => Value::TRUE,
        InvalidNumbers::Null => ctx.tx.intern(b"null")?,
    };
    ctx.ret(value)
}
