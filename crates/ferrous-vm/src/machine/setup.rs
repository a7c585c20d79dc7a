//! What a machine is given before and between runs: chunks, native functions, globals, values to keep.
//!
//! [`Machine::setup`] opens a native's context outside any script; through it (`NativeContext`) come the others. A chunk is
//! loaded into the pools and becomes a closure of its main function. Native functions are a list whose indices the heap's
//! function objects hold; a function is in it once.
//!
//! **Invariant:** what a suspended run has on its stack lies below whatever is set up meanwhile.

use std::any::Any;
use std::sync::Arc;

use ferrous_heap::{Heap, HeapError, TableRef, Transaction, Value};

use super::{Machine, Waiting};
use crate::chunk::Chunk;
use crate::error::LuaError;
use crate::loaded_chunk::LoadedChunk;
use crate::native::{Native, NativeContext, NativeFn};

impl Machine {
    /// Runs `f` in a native's context outside any script, to build libraries, to look values up, or to load chunks.
    ///
    /// # Errors
    /// Those of `f`.
    pub fn setup<R>(
        &mut self,
        heap: &mut Heap,
        f: impl FnOnce(&mut NativeContext<'_, '_>) -> Result<R, LuaError>,
    ) -> Result<R, LuaError> {
        // A kill that came before was meant for a run.
        let is_late = self.interrupt.is_killed();
        if is_late {
            heap.watch(Arc::default());
        }
        let result = self.slice(heap, |machine, tx| {
            // Above whatever a suspended run has on its stack.
            let base = machine.extent(tx, matches!(machine.waiting, Waiting::State | Waiting::Host));
            machine.reserve(base as usize + 1)?;
            if let Some(slot) = machine.stack.get_mut(base as usize) {
                *slot = Value::NIL;
            }
            let live = std::mem::replace(&mut machine.in_lua, false);
            let result = f(&mut NativeContext { tx, machine, base, top: base + 1 });
            machine.in_lua = live;
            result
        });
        if is_late {
            heap.watch(self.interrupt.flag());
        }
        result
    }

    /// Loads a chunk and makes a closure of its main function, with fresh upvalues that are nil if it has any.
    pub(crate) fn load(
        &mut self,
        tx: &mut Transaction<'_>,
        chunk: &Chunk,
        kept: LoadedChunk,
        environment: Value,
    ) -> Result<Value, HeapError> {
        let id = self.pool.load(tx, &mut self.constants, chunk, kept)?;
        let main = self.pool.prototype(id).ok_or(HeapError::Stale)?;
        // At most 60 upvalues, as the verifier sees to; the compiler's main functions have none.
        let count = main.upvalues.len() as u8;
        let (function, first) =
            tx.new_closure(main.object, main.entry, (main.parameters, main.registers), count, environment)?;
        for (offset, upvalue) in main.upvalues.iter().enumerate() {
            if upvalue.cell {
                let cell = tx.new_cell(Value::NIL)?;
                // Slot 0 is the environment.
                tx.init_upvalue(first + 1 + offset as u32, cell);
            }
        }
        Ok(function)
    }

    /// Makes a native function value.
    pub(crate) fn new_native(
        &mut self,
        tx: &mut Transaction<'_>,
        function: NativeFn,
        upvalues: &[Value],
    ) -> Result<Value, LuaError> {
        self.restore_natives();
        let known = self.natives.iter().position(|known| std::ptr::fn_addr_eq(known.function, function));
        let index = known.unwrap_or_else(|| {
            self.natives.push(Native { function, shortcut: None });
            self.natives.len() - 1
        });
        let index = u32::try_from(index).map_err(|_| LuaError::bare("too many native functions"))?;
        let globals = self.globals(tx);
        Ok(tx.new_native(index, globals, upvalues)?)
    }

    /// The table of globals of the running thread: its own since `setfenv(0, t)`, or since it was made where that had been
    /// called; otherwise the machine's.
    pub(crate) fn globals(&self, tx: &Transaction<'_>) -> Value {
        match tx.thread(self.thread) {
            Some(thread) if !thread.environment.is_nil() => thread.environment,
            _ => tx.resolve(&self.globals).unwrap_or(Value::NIL),
        }
    }

    /// Replaces the table of globals of the running thread.
    pub(crate) fn set_globals(&self, tx: &mut Transaction<'_>, globals: TableRef) {
        if let Some(thread) = tx.thread_mut(self.thread) {
            thread.environment = globals.into();
        }
    }

    /// Keeps a value alive as long as the machine.
    pub(crate) fn keep(&mut self, tx: &mut Transaction<'_>, value: Value) {
        self.pins.push(tx.pin(value));
    }

    /// The embedder's own data, if it is of type `T`.
    pub fn extension_mut<T: 'static>(&mut self) -> Option<&mut T> {
        self.extension.as_mut()?.downcast_mut()
    }

    /// Keeps the embedder's own data.
    pub fn set_extension(&mut self, extension: Box<dyn Any + Send>) {
        self.extension = Some(extension);
    }
}
