//! What libraries are built with: chunks, native functions and tables of them, through a native's context.
//!
//! A library is a table of the globals whose fields are native functions, some with a shortcut. Which values `next` and the
//! iterators of `pairs` and `ipairs` are is told to the machine, whose loop walks plain tables by position.
//!
//! **Invariant:** a shortcut belongs to the Rust function, whatever values are made of it.

use std::sync::Arc;

use ferrous_heap::{NOT_NATIVE, TableRef, Value};

use super::{Charge, NativeContext, NativeFn, Shortcut};
use crate::chunk::Chunk;
use crate::error::LuaError;
use crate::loaded_chunk::LoadedChunk;

impl NativeContext<'_, '_> {
    /// Makes a chunk loadable code and a closure of its main function with this environment.
    ///
    /// # Errors
    /// Out of memory.
    pub fn load(&mut self, chunk: &Arc<Chunk>, environment: Value) -> Result<Value, LuaError> {
        Ok(self.machine.load(self.tx, chunk, LoadedChunk::shared(chunk), environment)?)
    }

    /// The same for a chunk that nobody else keeps: the machine keeps it in a third of the bytes until something asks for its
    /// names or lines. For hosts that hold scripts by the thousands.
    ///
    /// # Errors
    /// Out of memory.
    pub fn load_packed(&mut self, chunk: &Chunk, environment: Value) -> Result<Value, LuaError> {
        Ok(self.machine.load(self.tx, chunk, LoadedChunk::packed(chunk), environment)?)
    }

    /// A Lua function as bytecode of [`precompiled`](crate::precompiled), which counts as work; `None` for natives and other values.
    ///
    /// # Errors
    /// The run has been killed.
    pub fn bytecode_of(&mut self, function: Value) -> Result<Option<Vec<u8>>, LuaError> {
        let function = self.tx.function(function).filter(|function| function.native == NOT_NATIVE);
        let Some(loaded) = function.and_then(|function| self.machine.pool.prototype(function.prototype))
        else {
            return Ok(None);
        };
        let bytecode = loaded.write(&|| self.tx.look().is_err());
        self.tx.look()?;
        let units = bytecode.as_ref().map_or(0, Vec::len);
        let _: Charge = self.charge(u32::try_from(units).unwrap_or(u32::MAX));
        Ok(bytecode)
    }

    /// A new native function whose environment is the globals.
    ///
    /// # Errors
    /// Out of memory.
    pub fn new_native(&mut self, function: NativeFn, upvalues: &[Value]) -> Result<Value, LuaError> {
        self.machine.new_native(self.tx, function, upvalues)
    }

    /// The table `name` of the globals (made if there is none), or the globals themselves, filled with `functions`.
    ///
    /// # Errors
    /// Out of memory.
    pub fn library(
        &mut self,
        name: Option<&str>,
        functions: &[(&str, NativeFn)],
    ) -> Result<TableRef, LuaError> {
        let globals = self.globals().as_table().ok_or_else(|| LuaError::bare("the globals are no table"))?;
        let table = match name {
            None => globals,
            Some(name) => {
                let key = self.tx.intern(name.as_bytes())?;
                match self.tx.raw_get(globals, key).as_table() {
                    Some(table) => table,
                    None => {
                        let table = self.tx.new_table(0, functions.len())?;
                        self.tx.raw_set(globals, key, table)?;
                        table.as_table().ok_or_else(|| LuaError::bare("no table"))?
                    }
                }
            }
        };
        for (name, function) in functions {
            let function = self.new_native(*function, &[])?;
            self.set_field(table, name, function)?;
        }
        Ok(table)
    }

    /// Gives functions of a library their shortcuts, by name; a name that is no native function there has none.
    pub fn add_shortcuts(&mut self, library: TableRef, shortcuts: &[(&str, Shortcut)]) {
        for (name, shortcut) in shortcuts {
            let function = self.tx.raw_get_str(library, name.as_bytes());
            let index = self.tx.function(function).map(|function| function.native as usize);
            if let Some(native) = index.and_then(|index| self.machine.natives.get_mut(index)) {
                native.shortcut = Some(*shortcut);
            }
        }
    }

    /// `table[name] = value`, without metamethods.
    ///
    /// # Errors
    /// Out of memory.
    pub fn set_field(&mut self, table: TableRef, name: &str, value: Value) -> Result<(), LuaError> {
        let name = self.tx.intern(name.as_bytes())?;
        Ok(self.tx.raw_set(table, name, value)?)
    }

    /// The table of globals that new chunks get: the running thread's.
    #[must_use]
    pub fn globals(&self) -> Value {
        self.machine.globals(self.tx)
    }

    /// Replaces the table of globals of the running thread (`setfenv(0, t)`).
    pub fn set_globals(&mut self, globals: TableRef) {
        self.machine.set_globals(self.tx, globals);
    }

    /// Tells the machine which values are `next` and the iterators of `pairs` and `ipairs`, so that `for ... in` can walk
    /// plain tables by position.
    pub fn register_iterators(&mut self, next: Value, pairs_iterator: Value, ipairs_iterator: Value) {
        self.machine.next_function = next;
        self.machine.pairs_iterator = pairs_iterator;
        self.machine.ipairs_iterator = ipairs_iterator;
        self.machine.keep(self.tx, next);
        self.machine.keep(self.tx, pairs_iterator);
        self.machine.keep(self.tx, ipairs_iterator);
    }
}
