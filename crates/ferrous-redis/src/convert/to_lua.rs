//! Replies of commands as Lua values: a [`ReplySink`] that builds them in the heap, piece by piece.
//!
//! After `redis.setresp(3)` maps, sets, doubles, booleans, big numbers and verbatim strings keep their type, as tables
//! with one telling field (`{map={...}}`); otherwise they become what RESP2 would have made of them. A container is put
//! into the one around it when it begins, so its end has nothing to do.
//!
//! **Invariant:** between two calls every value built so far hangs on `result`; all of it happens in one transaction, so
//! nothing can be collected meanwhile. After the first failure nothing more is built.

use ferrous_heap::{HeapError, Metamethod, TableRef, Transaction, Value};

use crate::{compat::Dialect, error_text, host::Protocol, number_text, reply::ReplySink};

/// Builds the Lua value of one reply.
pub(crate) struct LuaReply<'a, 'h> {
    tx: &'a mut Transaction<'h>,
    protocol: Protocol,
    dialect: &'a Dialect,
    open: Vec<Container>,
    result: Value,
    is_error: bool,
    failed: Option<HeapError>,
    /// How many elements there were.
    elements: usize,
    /// The bytes of their strings.
    text_bytes: usize,
}

/// What an open container does with its next element.
enum Container {
    /// Appends it. `used` counts nils too, which leave holes.
    Array { table: TableRef, used: u32 },
    /// Makes it a key, or the value of `key`.
    Map { table: TableRef, key: Option<Value> },
    /// Makes it a key with the value true.
    Set { table: TableRef },
}

/// A reply as Lua sees it.
pub(crate) struct LuaReplyValue {
    /// The value.
    pub(crate) value: Value,
    /// Whether the reply is an error, which `redis.call` raises.
    pub(crate) is_error: bool,
}

impl<'a, 'h> LuaReply<'a, 'h> {
    /// A sink for one reply to a script that has chosen `protocol`.
    pub(crate) fn new(tx: &'a mut Transaction<'h>, protocol: Protocol, dialect: &'a Dialect) -> Self {
        Self {
            tx,
            protocol,
            dialect,
            open: Vec::new(),
            result: Value::NIL,
            is_error: false,
            failed: None,
            elements: 0,
            text_bytes: 0,
        }
    }

    /// How many bytes were copied for the value, as work is counted.
    pub(crate) fn bytes(&self) -> usize {
        self.elements.saturating_mul(ELEMENT_BYTES).saturating_add(self.text_bytes)
    }

    /// The value that was built.
    pub(crate) fn finish(self) -> Result<LuaReplyValue, HeapError> {
        match self.failed {
            Some(error) => Err(error),
            None => Ok(LuaReplyValue { value: self.result, is_error: self.is_error }),
        }
    }

    fn resp3(&self) -> bool {
        self.protocol == Protocol::Resp3
    }

    /// Puts the value that `build` makes where the next element belongs.
    fn put(&mut self, build: impl FnOnce(&mut Transaction<'h>) -> Result<Value, HeapError>) {
        if self.failed.is_some() {
            return;
        }
        self.elements += 1;
        let look = if self.elements.is_multiple_of(ELEMENTS_A_LOOK) { self.tx.look() } else { Ok(()) };
        if let Err(error) = look.and_then(|()| build(self.tx)).and_then(|value| self.place(value)) {
            self.failed = Some(error);
        }
    }

    fn place(&mut self, value: Value) -> Result<(), HeapError> {
        match self.open.last_mut() {
            None => self.result = value,
            Some(Container::Array { table, used }) => {
                *used = used.saturating_add(1);
                if !value.is_nil() {
                    self.tx.raw_set_int(*table, *used, value)?;
                }
            }
            Some(Container::Map { table, key }) => match key.take() {
                None => *key = Some(value),
                Some(key) if !key.is_nil() => self.tx.raw_set(*table, key, value)?,
                Some(_) => {}
            },
            Some(Container::Set { table }) => {
                if !value.is_nil() {
                    self.tx.raw_set(*table, value, Value::TRUE)?;
                }
            }
        }
        Ok(())
    }

    fn string(&mut self, bytes: &[u8]) {
        self.text_bytes = self.text_bytes.saturating_add(bytes.len());
        self.put(|tx| tx.intern(bytes));
    }

    /// `{name = string}`.
    fn marked(&mut self, name: &[u8], text: &[u8]) {
        self.text_bytes = self.text_bytes.saturating_add(text.len());
        self.put(|tx| {
            let text = tx.intern(text)?;
            table_with(tx, name, text)
        });
    }

    /// Opens an array; its end has nothing to do. Where the target sizes arrays before it fills them, holes do not end them.
    fn begin_elements(&mut self, len: usize) {
        let sized = self.dialect.sizes_arrays;
        let len = len.min(PREALLOCATED);
        let make = |tx: &mut Transaction<'_>| {
            if sized { tx.new_sized_table(len, 0) } else { tx.new_table(len, 0) }
        };
        self.begin(make, |_, table| Ok(table), |table| Container::Array { table, used: 0 });
    }

    /// Opens a container: `outer` makes the value to put in place from the table that will hold the elements.
    fn begin(
        &mut self,
        make: impl FnOnce(&mut Transaction<'h>) -> Result<Value, HeapError>,
        outer: impl FnOnce(&mut Transaction<'h>, Value) -> Result<Value, HeapError>,
        container: impl FnOnce(TableRef) -> Container,
    ) {
        let mut inner = None;
        self.put(|tx| {
            let table = make(tx)?;
            inner = table.as_table();
            outer(tx, table)
        });
        if let Some(table) = inner.filter(|_| self.failed.is_none()) {
            self.open.push(container(table));
        }
    }
}

/// As how many bytes an element counts.
const ELEMENT_BYTES: usize = 16;
/// How many elements are put between two looks at the kill.
const ELEMENTS_A_LOOK: usize = 1024;

/// How many elements a table is made for at once, whatever a host announces.
const PREALLOCATED: usize = 1 << 16;

/// A new table with one field.
pub(crate) fn table_with(tx: &mut Transaction<'_>, name: &[u8], value: Value) -> Result<Value, HeapError> {
    let table = tx.new_table(0, 1)?;
    if let Some(table) = table.as_table() {
        let name = tx.intern(name)?;
        tx.raw_set(table, name, value)?;
    }
    Ok(table)
}

/// The table that stands for an error: `{err = text}`. `counted` says that the statistics have seen this error already.
pub(crate) fn error_table(tx: &mut Transaction<'_>, text: &[u8], counted: bool) -> Result<Value, HeapError> {
    let text = tx.intern(text)?;
    error_table_of(tx, text, counted)
}

/// The same for a text that is a string already.
pub(crate) fn error_table_of(
    tx: &mut Transaction<'_>,
    text: Value,
    counted: bool,
) -> Result<Value, HeapError> {
    if !counted {
        return table_with(tx, b"err", text);
    }
    // In the order in which a script sees the fields in Redis.
    let table = table_with(tx, COUNTED, Value::TRUE)?;
    if let Some(table) = table.as_table() {
        let name = tx.intern(b"err")?;
        tx.raw_set(table, name, text)?;
    }
    Ok(table)
}

/// Whether an error value says that the statistics have seen it, as [`error_table`] marks it.
pub(crate) fn is_counted(tx: &Transaction<'_>, error: Value) -> bool {
    error.as_table().is_some_and(|table| tx.raw_get_str(table, COUNTED) == Value::TRUE)
}

/// The field that says so.
const COUNTED: &[u8] = b"ignore_error_stats_update";

/// How many tables Lua follows through `__index` (`MAXTAGLOOP`).
const MOST_INDEXED: usize = 100;

/// The field `err` of an error table. Redis reads it with metamethods; those that are functions are not called here.
pub(crate) fn error_field(tx: &Transaction<'_>, error: TableRef) -> Value {
    let mut table = error;
    for _ in 0..MOST_INDEXED {
        let field = tx.raw_get_str(table, b"err");
        match tx.metamethod(table.into(), Metamethod::Index).as_table() {
            Some(next) if field.is_nil() => table = next,
            _ => return field,
        }
    }
    Value::NIL
}

impl ReplySink for LuaReply<'_, '_> {
    fn null(&mut self) {
        let value = if self.resp3() { Value::NIL } else { Value::FALSE };
        self.put(|_| Ok(value));
    }

    fn bulk(&mut self, bytes: &[u8]) {
        self.string(bytes);
    }

    fn integer(&mut self, value: i64) {
        // As in Redis, integers beyond 2^53 are rounded.
        self.put(|_| Ok(Value::number(value as f64)));
    }

    fn status(&mut self, text: &[u8]) {
        self.marked(b"ok", text);
    }

    fn error(&mut self, text: &[u8]) {
        self.is_error |= self.open.is_empty();
        self.put(|tx| error_table(tx, &error_text::with_code(text), true));
    }

    fn double(&mut self, value: f64) {
        if self.resp3() {
            self.put(|tx| table_with(tx, b"double", Value::from_foreign(value)));
        } else {
            let mut text = Vec::with_capacity(24);
            number_text::write_double(value, self.dialect.number_form, &mut text);
            self.string(&text);
        }
    }

    fn boolean(&mut self, value: bool) {
        let value =
            if self.resp3() { Value::boolean(value) } else { Value::number(f64::from(u8::from(value))) };
        self.put(|_| Ok(value));
    }

    fn big_number(&mut self, digits: &[u8]) {
        if self.resp3() { self.marked(b"big_number", digits) } else { self.string(digits) }
    }

    fn verbatim(&mut self, format: [u8; 3], text: &[u8]) {
        if !self.resp3() {
            return self.string(text);
        }
        self.put(|tx| {
            let format = tx.intern(&format)?;
            let text = tx.intern(text)?;
            let fields = table_with(tx, b"format", format)?;
            if let Some(fields) = fields.as_table() {
                let name = tx.intern(b"string")?;
                tx.raw_set(fields, name, text)?;
            }
            table_with(tx, b"verbatim_string", fields)
        });
    }

    fn begin_array(&mut self, len: usize) {
        self.begin_elements(len);
    }

    fn begin_map(&mut self, len: usize) {
        if self.resp3() {
            let outer = |tx: &mut Transaction<'_>, table| table_with(tx, b"map", table);
            let make = |tx: &mut Transaction<'_>| tx.new_table(0, len.min(PREALLOCATED));
            self.begin(make, outer, |table| Container::Map { table, key: None });
        } else {
            self.begin_array(len.saturating_mul(2));
        }
    }

    fn begin_set(&mut self, len: usize) {
        if self.resp3() {
            let outer = |tx: &mut Transaction<'_>, table| table_with(tx, b"set", table);
            let make = |tx: &mut Transaction<'_>| tx.new_table(0, len.min(PREALLOCATED));
            self.begin(make, outer, |table| Container::Set { table });
        } else {
            self.begin_array(len);
        }
    }

    fn end(&mut self) {
        self.open.pop();
    }

    fn wants_more(&self) -> bool {
        self.failed.is_none() && self.tx.look().is_ok()
    }
}
