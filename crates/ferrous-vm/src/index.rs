//! Indexing: `t[k]` and `t[k] = v` with metatables (manual §2.8, `gettable_event` and `settable_event`).
//!
//! The loop tries the fast cases itself; what is here is the whole rule. A chain of `__index` or `__newindex` tables is
//! followed up to 100 long, as in PUC Lua.
//!
//! **Invariant:** nothing is changed before the lookup is decided, so that the instruction can be run again.

use ferrous_heap::{Metamethod, Transaction, Value};

use crate::error::LuaError;
use crate::machine::Machine;
use crate::method_cache::{MethodCache, MethodSite};
use crate::opcode::Hint;
use crate::transition::Transition;

/// How long a chain of metatables may be (MAXTAGLOOP).
const MAX_CHAIN: usize = 100;

/// What looking a key up has found.
enum Lookup {
    /// The value, or nil.
    Value(Value),
    /// A function that is to be asked, with the object and the key.
    Function {
        /// The `__index` function.
        handler: Value,
        /// The object in the chain that it belongs to.
        object: Value,
    },
    /// The object at some point of the chain cannot be indexed.
    NotIndexable(Value),
    /// The chain is too long.
    Loop,
}

/// Looks `key` up in `object`, metatables and all. `is_absent`: a table that `object` is has no such key itself. Each further
/// object costs a tick.
fn lookup(tx: &Transaction<'_>, object: Value, key: Value, is_absent: bool, ticks: &mut i32) -> Lookup {
    let (mut object, mut is_absent) = (object, is_absent);
    for _ in 0..MAX_CHAIN {
        let handler = match object.as_table() {
            Some(table) => {
                let value = if is_absent { Value::NIL } else { tx.raw_get(table, key) };
                if !value.is_nil() {
                    return Lookup::Value(value);
                }
                let handler = tx.metamethod(object, Metamethod::Index);
                if handler.is_nil() {
                    return Lookup::Value(Value::NIL);
                }
                handler
            }
            None => {
                let handler = tx.metamethod(object, Metamethod::Index);
                if handler.is_nil() {
                    return Lookup::NotIndexable(object);
                }
                handler
            }
        };
        if handler.is_function() {
            return Lookup::Function { handler, object };
        }
        (object, is_absent) = (handler, false);
        *ticks -= 1;
    }
    Lookup::Loop
}

/// The value of a string key in a table without regard to the hint, which it sets; `None` when a metatable has a say.
#[inline(never)]
pub(crate) fn field(
    tx: &Transaction<'_>,
    object: Value,
    key: Value,
    hint: &Hint,
    ticks: &mut i32,
) -> Option<Value> {
    let table = tx.table(object)?;
    if let Some(position) = table.find_string(key)
        && let Some(entry) = table.entry(position)
        && !entry.value.is_nil()
    {
        hint.set(position);
        return Some(entry.value);
    }
    if table.metatable().is_none() {
        return Some(Value::NIL);
    }
    match lookup(tx, object, key, true, ticks) {
        Lookup::Value(value) => Some(value),
        _ => None,
    }
}

/// The method of a call site, looked up through the metatable's `__index` tables and remembered in the site, and in the
/// cache for sites that see objects of several classes.
/// `None`: not found that way.
#[inline(never)]
pub(crate) fn method(
    tx: &mut Transaction<'_>,
    object: Value,
    site: &mut MethodSite,
    methods: &mut MethodCache,
) -> Option<Value> {
    let metatable = tx.metatable_of(object)?;
    if let Some(table) = tx.table(object)
        && table
            .find_string(site.key)
            .and_then(|at| table.entry(at))
            .is_some_and(|entry| !entry.value.is_nil())
    {
        // The object's own field: the position hint serves that better.
        return None;
    }
    if site.metatable == metatable.into() && site.epoch == tx.method_epoch() {
        // The loop could not be sure that the object has no such field, or the object is no table.
        return Some(site.method);
    }
    let cached = methods.place(metatable.into(), site.key);
    if cached.key == site.key && cached.metatable == metatable.into() && cached.epoch == tx.method_epoch() {
        *site = *cached;
        return Some(site.method);
    }
    let mut chain = metatable;
    let mut found = Value::NIL;
    for _ in 0..MAX_CHAIN {
        let handler = tx.raw_get(chain, tx.metamethod_name(Metamethod::Index)).as_table()?;
        tx.watch(chain);
        tx.watch(handler);
        found = tx.raw_get(handler, site.key);
        if !found.is_nil() {
            break;
        }
        chain = tx.metatable_of(handler.into())?;
    }
    if found.is_nil() {
        return None;
    }
    *site =
        MethodSite { key: site.key, metatable: metatable.into(), epoch: tx.method_epoch(), method: found };
    *cached = *site;
    Some(found)
}

impl Machine {
    /// `R[a] = object[key]` for the instruction of `current`; `register` holds the object, if one does. `is_absent`: a table that
    /// the object is has no such key itself.
    #[inline(never)]
    pub(crate) fn index(
        &mut self,
        tx: &mut Transaction<'_>,
        a: u8,
        (object, register): (Value, Option<u8>),
        key: Value,
        is_absent: bool,
    ) -> Transition {
        match lookup(tx, object, key, is_absent, &mut self.ticks) {
            Lookup::Value(value) => {
                self.put(self.current.base + u32::from(a), value);
                Transition::Continue
            }
            Lookup::Function { handler, object } => self.call_metamethod(tx, handler, [object, key], 0),
            Lookup::NotIndexable(value) => {
                // Only the instruction's own operand has a name.
                let register = register.filter(|_| value == object);
                let error = self.describe_operand(tx, "index", register, value);
                self.raise_here(tx, error)
            }
            Lookup::Loop => self.raise_here(tx, LuaError::message("loop in gettable")),
        }
    }

    /// `object[key] = value` for the instruction of `current`.
    #[inline(never)]
    pub(crate) fn set_index(
        &mut self,
        tx: &mut Transaction<'_>,
        object: Value,
        key: Value,
        value: Value,
        register: Option<u8>,
    ) -> Transition {
        let mut target = object;
        for _ in 0..MAX_CHAIN {
            let handler = match target.as_table() {
                Some(table) => {
                    let plain = match tx.table(target) {
                        // A key that no table can have is refused before any metamethod is asked.
                        Some(contents) => {
                            contents.metatable().is_none()
                                || key.is_nil()
                                || key.as_number().is_some_and(f64::is_nan)
                                || !contents.get(key).is_nil()
                        }
                        None => true,
                    };
                    let handler =
                        if plain { Value::NIL } else { tx.metamethod(target, Metamethod::NewIndex) };
                    if handler.is_nil() {
                        return match tx.raw_set(table, key, value) {
                            Ok(()) => self.safe_point(tx),
                            Err(error) => self.heap_failed(tx, error),
                        };
                    }
                    handler
                }
                None => {
                    let handler = tx.metamethod(target, Metamethod::NewIndex);
                    if handler.is_nil() {
                        let register = register.filter(|_| target == object);
                        let error = self.describe_operand(tx, "index", register, target);
                        return self.raise_here(tx, error);
                    }
                    handler
                }
            };
            if handler.is_function() {
                return self.call_metamethod(tx, handler, [target, key, value], 0);
            }
            target = handler;
            self.ticks -= 1;
        }
        self.raise_here(tx, LuaError::message("loop in settable"))
    }
}

/// `object[key] = value` where no metatable has a say and no guard is set, and where no index beyond the array part is new.
#[inline(never)]
pub(crate) fn store(tx: &mut Transaction<'_>, object: Value, key: Value, value: Value) -> bool {
    if key.is_string() {
        return store_field(tx, object, key, value, &Hint::default());
    }
    let Some(table) = tx.table_for_store(object) else { return false };
    match table.find(key) {
        Some(position) => table.store_at(position, key, value),
        None if key.is_number() || key.is_nil() => false,
        None => table.metatable().is_none() && table.add_absent(key, value).is_some(),
    }
}

/// `object[key] = value` for a string key, where no metatable has a say and no guard is set; sets the hint.
#[inline(never)]
pub(crate) fn store_field(
    tx: &mut Transaction<'_>,
    object: Value,
    key: Value,
    value: Value,
    hint: &Hint,
) -> bool {
    let Some(table) = tx.table_for_store(object) else { return false };
    if let Some(position) = table.find_string(key) {
        if table.store_at(position, key, value) {
            hint.set(position);
            return true;
        }
        return false;
    }
    if table.metatable().is_none()
        && let Some(position) = table.add_absent(key, value)
    {
        hint.set(position);
        return true;
    }
    let plain = table.metatable().is_none() || tx.metamethod(object, Metamethod::NewIndex).is_nil();
    let Some(reference) = object.as_table() else { return false };
    if !plain || tx.wants_collection() || tx.raw_set(reference, key, value).is_err() {
        // The long way ends at a safe point, or says what is wrong.
        return false;
    }
    if let Some(table) = tx.table(object) {
        hint.set(table.entries().len().wrapping_sub(1));
    }
    true
}
