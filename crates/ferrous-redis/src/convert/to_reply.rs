//! What a script returns, as a reply.
//!
//! Fields and elements are read raw, without metamethods. A table is looked at for its telling fields in Redis's order:
//! `err`, `ok`, `double`, `big_number`, `verbatim_string`, `map`, `set`; one that has none of them (of the right type) is
//! an array up to its first nil.
//!
//! Redis converts recursively on the Lua stack and gives up on a value when fewer than four slots are left, writing an
//! error in its place. Which value that is shows in the reply, so [`Place`] counts the slots that Redis would use.
//!
//! **Invariant:** a reply that is longer than the limit is refused before any of it has been written.

use ferrous_heap::{TableRef, Transaction, Value};

use crate::{
    compat::Dialect, convert::to_lua::is_counted, error_text, host::Protocol, number_text, reply::ReplySink,
    stats::ErrorStatistics,
};

/// The deepest Lua stack slot whose value is still converted: Lua's 8,000 slots for a C function, less the four that Redis
/// asks for and the one that its error handler holds.
const DEEPEST_SLOT: u32 = 7_995;

/// What decides the shape of a reply beside the value itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReplyShape {
    /// What the script chose with `redis.setresp`.
    pub(crate) script: Protocol,
    /// What the client speaks.
    pub(crate) client: Protocol,
    /// The target's differences.
    pub(crate) dialect: &'static Dialect,
    /// The most bytes that a reply may have, counted as [`Limits::reply_bytes`](crate::Limits::reply_bytes) says.
    pub(crate) limit: usize,
}

/// Why a reply is not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It would be longer than the limit.
    TooLong,
    /// The run was killed before any of it was written.
    Killed,
}

/// How many values are measured between two looks for a kill.
const PATIENCE: u32 = 4096;

/// A value to convert and the slot of the Lua stack in which Redis would hold it.
#[derive(Clone, Copy)]
struct Place {
    value: Value,
    slot: u32,
}

/// An aggregate that is being written.
enum Open {
    Array { table: TableRef, slot: u32, next: u32, len: u32 },
    Map { table: TableRef, slot: u32, position: usize, value: Option<Value> },
    Set { table: TableRef, slot: u32, position: usize },
}

/// Writes the reply for `value`. `begins` is told when nothing can end that any more.
pub(crate) fn write(
    tx: &Transaction<'_>,
    value: Value,
    shape: &ReplyShape,
    errors: &mut ErrorStatistics,
    reply: &mut dyn ReplySink,
    begins: impl FnOnce(),
) -> Result<(), Refusal> {
    // Only a table can make a reply of unforeseen size, so only a table is walked twice.
    if value.is_table() {
        let (errors, reply) = (&mut None, &mut Measure);
        Conversion {
            tx,
            shape,
            errors,
            reply,
            room: shape.limit,
            open: Vec::new(),
            patience: Some(PATIENCE),
        }
        .run(value)?;
    }
    begins();
    let errors = &mut Some(errors);
    Conversion { tx, shape, errors, reply, room: shape.limit, open: Vec::new(), patience: None }.run(value)
}

struct Conversion<'a, 'e, 'h> {
    tx: &'a Transaction<'h>,
    shape: &'a ReplyShape,
    /// Counts the errors in the reply that are not counted yet.
    errors: &'a mut Option<&'e mut ErrorStatistics>,
    reply: &'a mut dyn ReplySink,
    room: usize,
    open: Vec<Open>,
    /// How many values come before the next look, while it is only measured; what has begun to be written is written.
    patience: Option<u32>,
}

impl Conversion<'_, '_, '_> {
    fn run(&mut self, value: Value) -> Result<(), Refusal> {
        self.value(Place { value, slot: 1 })?;
        while let Some(open) = self.open.last_mut() {
            if let Open::Array { table, slot, next, len } = open {
                let (values, slot) = (plain_elements(self.tx, *table, *next, *len), *slot + 1);
                // No longer than the array.
                *next += values.len() as u32;
                for &value in values {
                    self.value(Place { value, slot })?;
                }
            }
            let Some(open) = self.open.last_mut() else { break };
            match next_element(self.tx, open) {
                Some(place) => self.value(place)?,
                None => {
                    self.reply.end();
                    self.open.pop();
                }
            }
        }
        Ok(())
    }

    fn charge(&mut self, bytes: usize) -> Result<(), Refusal> {
        self.room = self.room.checked_sub(bytes.saturating_add(8)).ok_or(Refusal::TooLong)?;
        if let Some(patience) = &mut self.patience {
            *patience -= 1;
            if *patience == 0 {
                *patience = PATIENCE;
                self.tx.look().map_err(|_| Refusal::Killed)?;
            }
        }
        Ok(())
    }

    #[inline]
    fn value(&mut self, place: Place) -> Result<(), Refusal> {
        let Place { value, slot } = place;
        self.charge(0)?;
        if slot > DEEPEST_SLOT {
            self.error(b"ERR reached lua stack limit");
        } else if let Some(text) = self.tx.string(value) {
            self.charge(text.len())?;
            self.reply.bulk(text);
        } else if let Some(number) = value.as_number() {
            self.reply.integer(ferrous_vm::argument::integer_from(number));
        } else if let Some(table) = value.as_table() {
            self.table(table, slot)?;
        } else if value == Value::TRUE || value == Value::FALSE {
            self.boolean(value == Value::TRUE);
        } else {
            self.reply.null();
        }
        Ok(())
    }

    fn error(&mut self, text: &[u8]) {
        if let Some(errors) = self.errors {
            errors.count(text);
        }
        self.reply.error(text);
    }

    fn boolean(&mut self, value: bool) {
        match (self.shape.script, value) {
            (Protocol::Resp3, _) => self.reply.boolean(value),
            (Protocol::Resp2, true) => self.reply.integer(1),
            (Protocol::Resp2, false) => self.reply.null(),
        }
    }

    fn table(&mut self, table: TableRef, slot: u32) -> Result<(), Refusal> {
        if !self.marked(table, slot)? {
            let len = sequence_length(self.tx, table);
            self.reply.begin_array(len as usize);
            self.open.push(Open::Array { table, slot, next: 1, len });
        }
        Ok(())
    }

    /// Converts a table with a telling field; false if it has none.
    fn marked(&mut self, table: TableRef, slot: u32) -> Result<bool, Refusal> {
        let tx = self.tx;
        if tx.table(table.into()).is_none_or(|found| found.entries().is_empty()) {
            return Ok(false);
        }
        let field = |name: &[u8]| tx.raw_get_str(table, name);
        if let Some(text) = tx.string(field(b"err")) {
            self.charge(text.len())?;
            let text = error_text::error_line(text);
            let counted = is_counted(tx, table.into());
            if counted { self.reply.counted_error(&text) } else { self.error(&text) }
        } else if let Some(text) = tx.string(field(b"ok")) {
            self.charge(text.len())?;
            self.reply.status(&error_text::line(text));
        } else if let Some(number) = field(b"double").as_number() {
            self.double(number);
        } else if let Some(digits) = tx.string(field(b"big_number")) {
            self.charge(digits.len())?;
            let digits =
                if self.shape.dialect.cuts_big_number { error_text::until_zero(digits) } else { digits };
            self.reply.big_number(&error_text::blank_breaks(digits));
        } else if let Some((format, text)) = verbatim(tx, field(b"verbatim_string")) {
            self.charge(text.len())?;
            self.reply.verbatim(format, text);
        } else if let Some(map) = field(b"map").as_table() {
            self.reply.begin_map(entry_count(tx, map));
            self.open.push(Open::Map { table: map, slot, position: 0, value: None });
        } else if let Some(set) = field(b"set").as_table() {
            self.reply.begin_set(entry_count(tx, set));
            self.open.push(Open::Set { table: set, slot, position: 0 });
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    fn double(&mut self, number: f64) {
        let number =
            if number.is_nan() && !self.shape.dialect.signed_nan { f64::NAN.copysign(1.0) } else { number };
        if self.shape.client == Protocol::Resp3 {
            return self.reply.double(number);
        }
        let mut text = Vec::with_capacity(24);
        number_text::write_double(number, self.shape.dialect.number_form, &mut text);
        self.reply.bulk(&text);
    }
}

/// The next value of an aggregate. Redis holds an element of an array one slot above the array; the field `map` or `set`,
/// its key and its value, and a copy of the key, lie above their table.
fn next_element(tx: &Transaction<'_>, open: &mut Open) -> Option<Place> {
    match open {
        Open::Array { table, slot, next, len } => {
            if *next > *len {
                return None;
            }
            let value = element(tx, *table, *next);
            *next += 1;
            Some(Place { value, slot: *slot + 1 })
        }
        Open::Map { table, slot, position, value } => {
            if let Some(value) = value.take() {
                return Some(Place { value, slot: *slot + 3 });
            }
            let (next, key, found) = tx.next_entry(*table, *position)?;
            *position = next;
            *value = Some(found);
            Some(Place { value: key, slot: *slot + 4 })
        }
        Open::Set { table, slot, position } => {
            let (next, key, _) = tx.next_entry(*table, *position)?;
            *position = next;
            Some(Place { value: key, slot: *slot + 3 })
        }
    }
}

/// The elements from `next` to `len` that are in the array part and before the first table: all at once.
fn plain_elements<'a>(tx: &'a Transaction<'_>, table: TableRef, next: u32, len: u32) -> &'a [Value] {
    let array = tx.table(table.into()).map_or(&[][..], |table| table.array());
    let array = array.get(..len as usize).unwrap_or(array);
    let rest = array.get(next as usize - 1..).unwrap_or_default();
    let count = rest.iter().position(|value| value.is_table()).unwrap_or(rest.len());
    rest.get(..count).unwrap_or_default()
}

#[inline]
fn element(tx: &Transaction<'_>, table: TableRef, index: u32) -> Value {
    tx.table(table.into()).map_or(Value::NIL, |table| table.get_int(index))
}

/// How many elements lie before the first nil.
fn sequence_length(tx: &Transaction<'_>, table: TableRef) -> u32 {
    let array = tx.table(table.into()).map_or(&[][..], |table| table.array());
    let last = match array.iter().position(|value| value.is_nil()) {
        Some(hole) => return u32::try_from(hole).unwrap_or(u32::MAX),
        None => u32::try_from(array.len()).unwrap_or(u32::MAX),
    };
    (last.saturating_add(1)..u32::MAX)
        .find(|&index| element(tx, table, index).is_nil())
        .map_or(last, |index| index - 1)
}

fn entry_count(tx: &Transaction<'_>, table: TableRef) -> usize {
    let mut count = 0;
    let mut position = 0;
    while let Some((next, ..)) = tx.next_entry(table, position) {
        position = next;
        count += 1;
    }
    count
}

/// The format, padded or cut to three bytes, and the text of `{format=..., string=...}`.
fn verbatim<'t>(tx: &'t Transaction<'_>, value: Value) -> Option<([u8; 3], &'t [u8])> {
    let table = value.as_table()?;
    let given = error_text::until_zero(tx.string(tx.raw_get_str(table, b"format"))?);
    let text = tx.string(tx.raw_get_str(table, b"string"))?;
    let mut format = [b' '; 3];
    format.iter_mut().zip(given).for_each(|(to, from)| *to = *from);
    Some((format, text))
}

/// Takes a reply and drops it: the measuring pass.
struct Measure;

impl ReplySink for Measure {
    fn null(&mut self) {}
    fn bulk(&mut self, _: &[u8]) {}
    fn integer(&mut self, _: i64) {}
    fn status(&mut self, _: &[u8]) {}
    fn error(&mut self, _: &[u8]) {}
    fn double(&mut self, _: f64) {}
    fn boolean(&mut self, _: bool) {}
    fn big_number(&mut self, _: &[u8]) {}
    fn verbatim(&mut self, _: [u8; 3], _: &[u8]) {}
    fn begin_array(&mut self, _: usize) {}
    fn begin_map(&mut self, _: usize) {}
    fn begin_set(&mut self, _: usize) {}
    fn end(&mut self) {}
}
