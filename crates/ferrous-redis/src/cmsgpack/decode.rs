//! `cmsgpack.unpack` and its relatives: MessagePack to values.
//!
//! lua-cmsgpack decodes recursively on the Lua stack and fails when that is full; `slot` counts what it would use, so that the
//! same inputs fail. Work is counted item by item, so a large input pauses wherever a script could.
//!
//! **Invariant:** a byte is read only after it was checked to be there. From [`FIRST`] on lie the complete values (after a place
//! for the offset), then what belongs to the tables in `open`, outermost first; those of a map end with a key while its value is
//! being read.

use ferrous_heap::{HeapError, Known, Transaction, Value};
use ferrous_vm::{
    error::LuaError,
    native::{Charge, MAX_NATIVE_STACK, NativeContext, NativeResult, NativeState, Resumption},
};

use crate::codec::assembly::Assembly;

/// The register of the first result.
const FIRST: usize = 2;
/// How many bytes are one unit of work.
const BYTES_A_UNIT: usize = 16;
/// For how many open tables memory is taken with the first.
const OPEN_AT_ONCE: usize = 16;

pub(super) fn unpack(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    unpack_from(ctx, 0, 0)
}

pub(super) fn unpack_one(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let offset = ctx.opt_integer(2, 0)?;
    unpack_from(ctx, 1, offset)
}

pub(super) fn unpack_limit(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let limit = ctx.check_integer(2)?;
    let offset = ctx.opt_integer(3, 0)?;
    unpack_from(ctx, limit, offset)
}

/// Decodes up to `limit` values from `offset` on; all, and without the offset as first result, if both are 0.
fn unpack_from(ctx: &mut NativeContext<'_, '_>, limit: i64, offset: i64) -> NativeResult {
    let all = limit == 0 && offset == 0;
    let data = ctx.check_string(1)?;
    let len = ctx.tx.string_len(data).unwrap_or_default();
    let (Ok(limit), Ok(at)) = (usize::try_from(limit), usize::try_from(offset)) else {
        // lua-cmsgpack prints the length here where it means the limit, and numbers as C's `int`.
        let text = format!("Invalid request to unpack with offset of {} and limit of {len}.", offset as i32);
        return Err(ctx.error(text));
    };
    if at > len {
        return Err(ctx.error(format!("Start offset {} greater than input length {len}.", offset as i32)));
    }
    ctx.truncate(FIRST);
    if !all {
        ctx.push(Value::NIL)?;
    }
    let limit = if all { usize::MAX } else { limit };
    Unpacking { len, at, worked: at, all, limit, count: 0, slot: 1, open: Vec::new() }.go_on(ctx)
}

/// A table that is being read, with `left` elements or pairs to come.
#[derive(Clone, Copy)]
struct Open {
    assembly: Assembly,
    left: u32,
    /// Whether a key has been read whose value has not.
    has_key: bool,
}

/// An input that is being read.
struct Unpacking {
    /// The length of the input.
    len: usize,
    at: usize,
    /// How much of the data has been counted as work.
    worked: usize,
    /// Whether the offset is no result.
    all: bool,
    limit: usize,
    /// How many values are complete.
    count: usize,
    /// The Lua stack's height at which lua-cmsgpack would decode the next value.
    slot: usize,
    open: Vec<Open>,
}

/// What a byte sequence begins.
enum Item {
    Value(Value),
    /// So many bytes follow.
    String(usize),
    /// A table with so many elements or pairs.
    Table {
        has_keys: bool,
        left: u32,
    },
}

impl NativeState for Unpacking {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        (*self).go_on(ctx)
    }

    fn give_up(self: Box<Self>, tx: &mut Transaction<'_>) {
        tx.scrap(self.open);
    }
}

impl Unpacking {
    fn go_on(mut self, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        match self.read(ctx) {
            Ok(true) => {}
            Ok(false) => return ctx.pause(self),
            Err(error) => {
                ctx.tx.scrap(self.open);
                return Err(error);
            }
        }
        if !self.all {
            let next = if self.at == self.len { -1.0 } else { self.at as f64 };
            ctx.set(FIRST, Value::number(next));
        }
        ctx.return_from(FIRST)
    }

    /// Reads until all that was asked for is complete, or until it is time for a pause: false.
    fn read(&mut self, ctx: &mut NativeContext<'_, '_>) -> Result<bool, LuaError> {
        loop {
            if self.open.is_empty() {
                if self.at == self.len || self.count == self.limit {
                    return Ok(true);
                }
                self.slot = self.count + 1;
                if self.slot + 1 > MAX_NATIVE_STACK {
                    let text = "stack overflow (too many return values at once; use unpack_one or unpack_limit instead.)";
                    return Err(ctx.error(text));
                }
            }
            if self.count_work(ctx) == Charge::Pause {
                return Ok(false);
            }
            self.check_stack(0, "mp_decode_to_lua_type")?;
            if self.is_at_table(ctx) || self.run(ctx)? {
                match self.item(ctx)? {
                    Item::Value(value) => self.put(ctx, value)?,
                    Item::String(len) => {
                        let value = self.string(ctx, len)?;
                        self.put(ctx, value)?;
                    }
                    Item::Table { has_keys, left } => {
                        let (function, more) = if has_keys {
                            ("mp_decode_to_lua_hash", 1)
                        } else {
                            ("mp_decode_to_lua_array", 2)
                        };
                        self.check_stack(1, function)?;
                        if left == 0 {
                            let table = ctx.tx.new_table(0, 0)?;
                            self.put(ctx, table)?;
                        } else {
                            if self.open.is_empty() {
                                self.open.reserve(OPEN_AT_ONCE);
                            }
                            let assembly = Assembly::new(ctx, has_keys);
                            self.open.push(Open { assembly, left, has_key: false });
                            self.slot += more;
                            continue;
                        }
                    }
                }
            }
            self.close(ctx)?;
        }
    }

    /// Whether a table of few elements comes next.
    #[inline]
    fn is_at_table(&self, ctx: &NativeContext<'_, '_>) -> bool {
        let first = ctx.tx.string(ctx.arg(1)).and_then(|data| data.get(self.at));
        matches!(first, Some(0x80..=0x9f))
    }

    /// Reads elements of the innermost table as long as they are scalars or short strings, up to the first new one; whether something
    /// else comes next.
    fn run(&mut self, ctx: &mut NativeContext<'_, '_>) -> Result<bool, LuaError> {
        let Some(open) = self.open.last_mut().filter(|_| self.slot + 2 < MAX_NATIVE_STACK) else {
            return Ok(true);
        };
        let has_keys = open.assembly.has_keys;
        let items = (open.left as usize) << usize::from(has_keys);
        let most = open.assembly.room(ctx).min(items - usize::from(open.has_key));
        let mut is_key = has_keys && !open.has_key;
        let mut new = None;
        let (data, mut at) = (ctx.arg(1), self.at);
        let count = ctx.push_filled(most, |tx, places| {
            let mut rest = tx.string(data).and_then(|data| data.get(at..)).unwrap_or_default();
            let mut count = 0;
            for place in places {
                let (value, len) = if let Some(scalar) = scalar(rest).filter(|_| !is_key) {
                    scalar
                } else {
                    let Some((head, text)) = short_string(rest) else { break };
                    match tx.look_up(text) {
                        Known::String(known) => (known, head + text.len()),
                        Known::Nothing(hash) => {
                            new = Some((at + head..at + head + text.len(), hash));
                            break;
                        }
                    }
                };
                *place = value;
                at += len;
                rest = rest.get(len..).unwrap_or_default();
                is_key = has_keys && !is_key;
                count += 1;
            }
            count
        })?;
        self.at = at;
        let had_key = std::mem::replace(&mut open.has_key, has_keys && !is_key);
        if had_key && count > 0 {
            check_key(ctx.get(ctx.top() - 1 - count))?;
        }
        // A key counts with its value.
        let halves = count + usize::from(had_key) - usize::from(open.has_key);
        // At most the registers that an assembly has.
        open.left -= (halves >> usize::from(has_keys)) as u32;
        self.slot = self.slot + usize::from(open.has_key) - usize::from(had_key);
        // The next look at the budget is close.
        let _: Charge = ctx.charge(count as u32);
        if let Some((piece, hash)) = new {
            self.at = piece.end;
            let text = ctx.tx.intern_hashed(data, piece, hash)?;
            self.put(ctx, text)?;
            return Ok(false);
        }
        if open.left > 0 && !open.has_key {
            open.assembly.tidy(ctx)?;
        }
        // Between a key and its value there may be no room.
        Ok(open.left > 0 && (count < most || most == 0))
    }

    fn count_work(&mut self, ctx: &mut NativeContext<'_, '_>) -> Charge {
        let units = (self.at - self.worked) / BYTES_A_UNIT + 1;
        self.worked = self.at;
        ctx.charge(u32::try_from(units).unwrap_or(u32::MAX))
    }

    /// Puts a complete value into what is open.
    #[inline]
    fn put(&mut self, ctx: &mut NativeContext<'_, '_>, value: Value) -> Result<(), LuaError> {
        let Some(open) = self.open.last_mut() else {
            self.count += 1;
            return ctx.push(value);
        };
        if open.assembly.has_keys && !open.has_key {
            open.has_key = true;
            self.slot += 1;
            return ctx.push(value);
        }
        if open.has_key {
            check_key(ctx.get(ctx.top() - 1))?;
            open.has_key = false;
            self.slot -= 1;
        }
        ctx.push(value)?;
        open.left -= 1;
        if open.left > 0 { open.assembly.tidy(ctx) } else { Ok(()) }
    }

    /// Puts the innermost table into what is around it if it is complete, and so on.
    fn close(&mut self, ctx: &mut NativeContext<'_, '_>) -> Result<(), LuaError> {
        while let Some(open) = self.open.last_mut().filter(|open| open.left == 0) {
            self.slot -= if open.assembly.has_keys { 1 } else { 2 };
            let table = open.assembly.close(ctx)?;
            self.open.pop();
            self.put(ctx, table)?;
        }
        Ok(())
    }

    fn check_stack(&self, more: usize, function: &str) -> Result<(), LuaError> {
        if self.slot + more + 1 > MAX_NATIVE_STACK {
            return Err(LuaError::message(format!("stack overflow (in function {function})")));
        }
        Ok(())
    }

    #[inline]
    fn item(&mut self, ctx: &NativeContext<'_, '_>) -> Result<Item, LuaError> {
        let bytes = ctx.tx.string(ctx.arg(1)).and_then(|data| data.get(self.at..)).unwrap_or_default();
        let (&kind, rest) = bytes.split_first().ok_or_else(missing)?;
        if matches!(kind, 0xa0..=0xbf) {
            self.at += 1;
            return Ok(Item::String(usize::from(kind & 0x1f)));
        }
        if let Some((value, len)) = scalar(bytes) {
            self.at += len;
            return Ok(Item::Value(value));
        }
        let array = |left| Item::Table { has_keys: false, left };
        let map = |left| Item::Table { has_keys: true, left };
        let (item, len) = match kind {
            0x80..=0x8f => (map(u32::from(kind & 0x0f)), 0),
            0x90..=0x9f => (array(u32::from(kind & 0x0f)), 0),
            0xd9 => (Item::String(usize::from(u8::from_be_bytes(first(rest)?))), 1),
            0xda => (Item::String(usize::from(u16::from_be_bytes(first(rest)?))), 2),
            0xdb => (Item::String(u32::from_be_bytes(first(rest)?) as usize), 4),
            0xdc => (array(u32::from(u16::from_be_bytes(first(rest)?))), 2),
            0xdd => (array(u32::from_be_bytes(first(rest)?)), 4),
            0xde => (map(u32::from(u16::from_be_bytes(first(rest)?))), 2),
            0xdf => (map(u32::from_be_bytes(first(rest)?)), 4),
            0xc1 | 0xc4..=0xc9 | 0xd4..=0xd8 => return Err(LuaError::message("Bad data format in input.")),
            // Scalars.
            _ => return Err(missing()),
        };
        self.at += 1 + len;
        Ok(item)
    }

    fn string(&mut self, ctx: &mut NativeContext<'_, '_>, len: usize) -> Result<Value, LuaError> {
        let end = self.at.checked_add(len).filter(|end| *end <= self.len).ok_or_else(missing)?;
        let text = ctx.tx.intern_piece(ctx.arg(1), self.at..end)?;
        self.at = end;
        Ok(text)
    }
}

/// The string that the bytes begin with, behind a head of this length, if it is all there and has at most 255 bytes.
#[inline(always)]
fn short_string(bytes: &[u8]) -> Option<(usize, &[u8])> {
    match bytes {
        [kind @ 0xa0..=0xbf, rest @ ..] => Some((1, rest.get(..usize::from(kind & 0x1f))?)),
        [0xd9, len, rest @ ..] => Some((2, rest.get(..usize::from(*len))?)),
        _ => None,
    }
}

/// What the bytes begin with, if it is all there and neither a string nor a table, and how many bytes it takes.
#[inline(always)]
fn scalar(bytes: &[u8]) -> Option<(Value, usize)> {
    let (&kind, rest) = bytes.split_first()?;
    let (value, len) = match kind {
        0x00..=0x7f => (f64::from(kind), 1),
        0xe0.. => (f64::from(kind.cast_signed()), 1),
        0xc0 => return Some((Value::NIL, 1)),
        0xc2 => return Some((Value::FALSE, 1)),
        0xc3 => return Some((Value::TRUE, 1)),
        0xca => {
            let value = f64::from(f32::from_be_bytes(*rest.first_chunk()?));
            return Some((Value::from_foreign(value), 5));
        }
        0xcb => return Some((Value::from_foreign(f64::from_be_bytes(*rest.first_chunk()?)), 9)),
        0xcc => (f64::from(u8::from_be_bytes(*rest.first_chunk()?)), 2),
        0xcd => (f64::from(u16::from_be_bytes(*rest.first_chunk()?)), 3),
        0xce => (f64::from(u32::from_be_bytes(*rest.first_chunk()?)), 5),
        // Read as signed, which turns what is above 2^63 negative.
        0xcf | 0xd3 => (i64::from_be_bytes(*rest.first_chunk()?) as f64, 9),
        0xd0 => (f64::from(i8::from_be_bytes(*rest.first_chunk()?)), 2),
        0xd1 => (f64::from(i16::from_be_bytes(*rest.first_chunk()?)), 3),
        0xd2 => (f64::from(i32::from_be_bytes(*rest.first_chunk()?)), 5),
        _ => return None,
    };
    Some((Value::number(value), len))
}

/// The bytes at the start, which have to be there.
fn first<const N: usize>(rest: &[u8]) -> Result<[u8; N], LuaError> {
    rest.first_chunk().copied().ok_or_else(missing)
}

/// A key that no table can have is an error when its value has been read.
fn check_key(key: Value) -> Result<(), LuaError> {
    match key.as_number() {
        Some(number) if number.is_nan() => Err(HeapError::IndexIsNan.into()),
        None if key.is_nil() => Err(HeapError::IndexIsNil.into()),
        _ => Ok(()),
    }
}

#[cold]
fn missing() -> LuaError {
    LuaError::message("Missing bytes in input.")
}
