//! Dates: `os.date`, `os.time`, `os.difftime`.
//!
//! The time zone is read when it is first asked for, and kept in a userdata that the functions share.
//!
//! **Invariant:** fields of a table are read in PUC Lua's order, metamethods included.

use std::sync::{Arc, OnceLock};
use std::time::{SystemTime, UNIX_EPOCH};

use ferrous_heap::{TableRef, Transaction, Value};
use ferrous_vm::argument::integer_from;
use ferrous_vm::error::LuaError;
use ferrous_vm::native::{Charge, NativeContext, NativeResult, NativeState, Resumption};

use super::calendar::{Date, days_from_civil};
use super::zone::{Offset, Zone};
use crate::base::set_native;
use crate::buffer::Buffer;
use crate::index::{Indexed, index};
use crate::string::pattern::effective;

type SharedZone = Arc<OnceLock<Zone>>;

/// Installs the functions.
///
/// # Errors
/// Out of memory.
pub(super) fn open(ctx: &mut NativeContext<'_, '_>, library: TableRef) -> Result<(), LuaError> {
    let zone = ctx.tx.new_userdata(Box::new(SharedZone::default()))?;
    set_native(ctx, library, "date", date, &[zone])?;
    set_native(ctx, library, "difftime", difftime, &[])?;
    set_native(ctx, library, "time", time, &[zone])
}

/// The zone that the functions share.
fn zone(ctx: &NativeContext<'_, '_>) -> SharedZone {
    let payload = ctx.tx.userdata(ctx.upvalue(0));
    payload.and_then(|payload| payload.downcast_ref::<SharedZone>()).cloned().unwrap_or_default()
}

fn now() -> i64 {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    i64::try_from(seconds).unwrap_or(i64::MAX)
}

/// `os.difftime(t2, t1)`: C's `time_t` are whole seconds.
fn difftime(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    // PUC Lua's compiler has the last argument of C's function evaluated first.
    let start = integer_from(ctx.opt_number(2, 0.0)?);
    let end = integer_from(ctx.check_number(1)?);
    ctx.ret(Value::number(end as f64 - start as f64))
}

/// `os.date([format [, time]])`.
fn date(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let format = match ctx.opt_string(1)? {
        Some(format) => format,
        None => ctx.tx.intern(b"%c")?,
    };
    ctx.set_top(3)?;
    ctx.set(1, format);
    let time = if ctx.arg(2).is_nil() { now() } else { ctx.check_integer(2)? };
    let format = ctx.tx.string(format).unwrap_or_default();
    // One byte more than `!*t`, the longest that is not written.
    let format = effective(format.get(..4).unwrap_or(format));
    let (format, at, offset) = match format.strip_prefix(b"!") {
        Some(format) => (format, 1, Offset::utc()),
        None => (format, 0, zone(ctx).get_or_init(Zone::local).offset(time)),
    };
    let is_table = format == b"*t";
    let Some(date) = Date::from_unix(time, offset) else { return ctx.ret(Value::NIL) };
    if is_table {
        return date_table(ctx, &date);
    }
    let text = Buffer::take(ctx.tx);
    Writing { date, at, text }.advance(ctx)
}

/// A date as a table.
fn date_table(ctx: &mut NativeContext<'_, '_>, date: &Date) -> NativeResult {
    let result = ctx.tx.new_table(0, 9)?;
    if let Some(table) = result.as_table() {
        let fields = [
            ("sec", date.second),
            ("min", date.minute),
            ("hour", date.hour),
            ("day", date.day),
            ("month", date.month),
            ("year", date.shown_year()),
            ("wday", date.weekday + 1),
            ("yday", date.day_of_year + 1),
        ];
        for (name, value) in fields {
            ctx.set_field(table, name, Value::number(value as f64))?;
        }
        ctx.set_field(table, "isdst", Value::boolean(date.offset.daylight))?;
    }
    ctx.ret(result)
}

/// How many bytes of a format are read between two charges.
const PIECE: usize = 1024;

/// `os.date` within a format, which is argument 1.
struct Writing {
    date: Date,
    /// Where the rest of the format begins.
    at: usize,
    text: Buffer,
}

impl Writing {
    fn advance(mut self, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        let zone = zone(ctx);
        let zone = zone.get_or_init(Zone::local);
        let mut piece = Vec::new();
        loop {
            let format =
                ctx.tx.string(ctx.arg(1)).and_then(|format| format.get(self.at..)).unwrap_or_default();
            let format = effective(format.get(..=PIECE).unwrap_or(format));
            if format.is_empty() {
                let text = self.text.finish(ctx)?;
                return ctx.ret(text);
            }
            piece.clear();
            self.at += self.date.write(format, zone, PIECE, &mut piece);
            self.text.append(ctx.tx, &piece)?;
            // A byte of a conversion is more work than an instruction, one of plain text less. A piece is a few KB.
            let charge = ctx.charge(piece.len() as u32);
            if charge == Charge::Pause {
                return ctx.pause(self);
            }
        }
    }
}

impl NativeState for Writing {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        self.advance(ctx)
    }

    fn give_up(self: Box<Self>, tx: &mut Transaction<'_>) {
        self.text.give_up(tx);
    }
}

/// The fields of a date and what stands for one that is missing, in the order in which they are read.
const FIELDS: [(&str, Option<i64>); 7] = [
    ("sec", Some(0)),
    ("min", Some(0)),
    ("hour", Some(12)),
    ("day", None),
    ("month", None),
    ("year", None),
    ("isdst", Some(0)),
];

/// `os.time([table])`.
fn time(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    if ctx.arg(1).is_nil() {
        return ctx.ret(Value::number(now() as f64));
    }
    ctx.check_table(1)?;
    ctx.set_top(2)?;
    Reading { values: [0; 6], next: 0 }.advance(ctx)
}

/// `os.time` between two fields.
struct Reading {
    values: [i64; 6],
    next: usize,
}

impl Reading {
    fn advance(mut self, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        while let Some((name, _)) = FIELDS.get(self.next) {
            let name = ctx.tx.intern(name.as_bytes())?;
            match index(ctx, ctx.arg(1), name)? {
                Indexed::Value(value) => {
                    if let Some(daylight) = self.take(ctx, value)? {
                        return self.finish(ctx, daylight);
                    }
                }
                Indexed::Call(handler, object) => {
                    ctx.push(handler)?;
                    ctx.push(object)?;
                    ctx.push(name)?;
                    return ctx.call(2, 1, self);
                }
            }
        }
        self.finish(ctx, None)
    }

    /// Takes the next field's value; the last one, `isdst`, is returned.
    fn take(
        &mut self,
        ctx: &mut NativeContext<'_, '_>,
        value: Value,
    ) -> Result<Option<Option<bool>>, LuaError> {
        let Some(slot) = self.values.get_mut(self.next) else {
            return Ok(Some(if value.is_nil() { None } else { Some(value.is_truthy()) }));
        };
        let (name, default) = FIELDS.get(self.next).copied().unwrap_or_default();
        self.next += 1;
        *slot = match (ctx.to_number(value), default) {
            // The cast of a wider integer to C's `int` keeps the low bits.
            (Some(number), _) => i64::from(integer_from(number) as i32),
            (None, Some(default)) => default,
            (None, None) => return Err(ctx.error(format!("field '{name}' missing in date table"))),
        };
        Ok(None)
    }

    fn finish(self, ctx: &mut NativeContext<'_, '_>, daylight: Option<bool>) -> NativeResult {
        let [second, minute, hour, day, month, year] = self.values;
        // C's months count from 0 and its years from 1900, in an `int`.
        let [month, year] = [(month, 1), (year, 1900)]
            .map(|(value, first)| i64::from((value as i32).wrapping_sub(first)) + i64::from(first));
        // All of them are 32 bits wide.
        let shown = days_from_civil(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
        let time = zone(ctx).get_or_init(Zone::local).to_unix(shown, daylight);
        // C's answer for times that cannot be told, which the last second of 1969 looks like.
        ctx.ret(if time == -1 { Value::NIL } else { Value::number(time as f64) })
    }
}

impl NativeState for Reading {
    fn resume(mut self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        let value = ctx.pop();
        match self.take(ctx, value)? {
            Some(daylight) => self.finish(ctx, daylight),
            None => self.advance(ctx),
        }
    }
}
