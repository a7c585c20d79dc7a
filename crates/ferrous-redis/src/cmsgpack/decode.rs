//! `cmsgpack.unpack` and its relatives: MessagePack to values.
//!
//! lua-cmsgpack decodes recursively on the Lua stack and fails when that is full; [`Decoder`] counts the slots that it would
//! use, so that the same inputs fail.
//!
//! **Invariant:** a byte is read only after it was checked to be there.

use ferrous_heap::{TableRef, Transaction, Value};
use ferrous_vm::{
    error::LuaError,
    native::{Charge, NativeContext, NativeResult},
};

/// How many values Lua's stack holds for a C function.
const STACK: usize = 8000;

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
    let data = ctx.tx.string(data).unwrap_or_default().to_vec();
    let len = data.len();
    let (Ok(limit), Ok(offset)) = (usize::try_from(limit), usize::try_from(offset)) else {
        // lua-cmsgpack prints the length here where it means the limit.
        let text = format!("Invalid request to unpack with offset of {offset} and limit of {len}.");
        return Err(ctx.error(text));
    };
    let Some(rest) = data.get(offset..) else {
        return Err(ctx.error(format!("Start offset {offset} greater than input length {len}.")));
    };
    ctx.truncate(2);
    let limit = if all { usize::MAX } else { limit };
    let mut rest = rest;
    let mut values = Vec::new();
    while !rest.is_empty() && values.len() < limit {
        let slot = values.len() + 1;
        if slot + 1 > STACK {
            let text =
                "stack overflow (too many return values at once; use unpack_one or unpack_limit instead.)";
            return Err(ctx.error(text));
        }
        let mut decoder = Decoder { tx: ctx.tx, rest, slot, open: Vec::new() };
        values.push(decoder.run()?);
        rest = decoder.rest;
    }
    // The work is done; what it cost counts against the budget of what follows.
    let _: Charge = ctx.charge(u32::try_from(len / 4).unwrap_or(u32::MAX));
    if !all {
        let next = if rest.is_empty() { -1.0 } else { (len - rest.len()) as f64 };
        ctx.push(Value::number(next))?;
    }
    for value in values {
        ctx.push(value)?;
    }
    ctx.return_from(2)
}

/// A table that is being read, with `left` elements or pairs to come.
enum Open {
    Array { table: TableRef, next: u32, left: u32 },
    Map { table: TableRef, key: Option<Value>, left: u32 },
}

struct Decoder<'a, 'h, 'd> {
    tx: &'a mut Transaction<'h>,
    rest: &'d [u8],
    /// The Lua stack's height at which lua-cmsgpack would decode the next value.
    slot: usize,
    open: Vec<Open>,
}

/// What a byte sequence begins.
enum Item {
    Value(Value),
    Array(u32),
    Map(u32),
}

impl<'d> Decoder<'_, '_, 'd> {
    fn run(&mut self) -> Result<Value, LuaError> {
        loop {
            self.check_stack("mp_decode_to_lua_type")?;
            let mut value = match self.item()? {
                Item::Value(value) => value,
                Item::Array(left) => {
                    let table = self.begin("mp_decode_to_lua_array")?;
                    if left > 0 {
                        self.open.push(Open::Array { table, next: 1, left });
                        self.slot += 2;
                        continue;
                    }
                    table.into()
                }
                Item::Map(left) => {
                    let table = self.begin("mp_decode_to_lua_hash")?;
                    if left > 0 {
                        self.open.push(Open::Map { table, key: None, left });
                        self.slot += 1;
                        continue;
                    }
                    table.into()
                }
            };
            // The value goes into what is open, which may be complete then too.
            loop {
                match self.open.last_mut() {
                    None => return Ok(value),
                    Some(Open::Array { table, next, left }) => {
                        let table = *table;
                        self.tx.raw_set_int(table, *next, value)?;
                        *next = next.saturating_add(1);
                        *left -= 1;
                        if *left > 0 {
                            break;
                        }
                        self.slot -= 2;
                        value = table.into();
                    }
                    Some(Open::Map { table, key, left }) => {
                        let table = *table;
                        let Some(key) = key.take() else {
                            *key = Some(value);
                            self.slot += 1;
                            break;
                        };
                        self.tx.raw_set(table, key, value)?;
                        self.slot -= 1;
                        *left -= 1;
                        if *left > 0 {
                            break;
                        }
                        self.slot -= 1;
                        value = table.into();
                    }
                }
                self.open.pop();
            }
        }
    }

    fn check_stack(&self, function: &str) -> Result<(), LuaError> {
        if self.slot + 1 > STACK {
            return Err(LuaError::message(format!("stack overflow (in function {function})")));
        }
        Ok(())
    }

    fn begin(&mut self, function: &str) -> Result<TableRef, LuaError> {
        let table = self.tx.new_table(0, 0)?.as_table().ok_or_else(|| LuaError::bare("no table"))?;
        self.slot += 1;
        let room = self.check_stack(function);
        self.slot -= 1;
        room.map(|()| table)
    }

    fn item(&mut self) -> Result<Item, LuaError> {
        let [kind] = self.take()?;
        let number = |value: f64| Item::Value(Value::from_foreign(value));
        Ok(match kind {
            0x00..=0x7f => number(f64::from(kind)),
            0x80..=0x8f => Item::Map(u32::from(kind & 0x0f)),
            0x90..=0x9f => Item::Array(u32::from(kind & 0x0f)),
            0xa0..=0xbf => self.string(usize::from(kind & 0x1f))?,
            0xc0 => Item::Value(Value::NIL),
            0xc2 => Item::Value(Value::FALSE),
            0xc3 => Item::Value(Value::TRUE),
            0xca => number(f64::from(f32::from_be_bytes(self.take()?))),
            0xcb => number(f64::from_be_bytes(self.take()?)),
            0xcc => number(f64::from(u8::from_be_bytes(self.take()?))),
            0xcd => number(f64::from(u16::from_be_bytes(self.take()?))),
            0xce => number(f64::from(u32::from_be_bytes(self.take()?))),
            // Read as signed, which turns what is above 2^63 negative.
            0xcf | 0xd3 => number(i64::from_be_bytes(self.take()?) as f64),
            0xd0 => number(f64::from(i8::from_be_bytes(self.take()?))),
            0xd1 => number(f64::from(i16::from_be_bytes(self.take()?))),
            0xd2 => number(f64::from(i32::from_be_bytes(self.take()?))),
            0xd9 => {
                let len = u8::from_be_bytes(self.take()?);
                self.string(usize::from(len))?
            }
            0xda => {
                let len = u16::from_be_bytes(self.take()?);
                self.string(usize::from(len))?
            }
            0xdb => {
                let len = u32::from_be_bytes(self.take()?);
                self.string(len as usize)?
            }
            0xdc => Item::Array(u32::from(u16::from_be_bytes(self.take()?))),
            0xdd => Item::Array(u32::from_be_bytes(self.take()?)),
            0xde => Item::Map(u32::from(u16::from_be_bytes(self.take()?))),
            0xdf => Item::Map(u32::from_be_bytes(self.take()?)),
            0xe0.. => number(f64::from(kind.cast_signed())),
            _ => return Err(LuaError::message("Bad data format in input.")),
        })
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], LuaError> {
        let (bytes, rest) = self.rest.split_first_chunk().ok_or_else(missing)?;
        self.rest = rest;
        Ok(*bytes)
    }

    fn string(&mut self, len: usize) -> Result<Item, LuaError> {
        let (text, rest): (&'d [u8], &'d [u8]) = self.rest.split_at_checked(len).ok_or_else(missing)?;
        self.rest = rest;
        Ok(Item::Value(self.tx.intern(text)?))
    }
}

fn missing() -> LuaError {
    LuaError::message("Missing bytes in input.")
}
