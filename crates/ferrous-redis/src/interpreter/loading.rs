//! The code of scripts in an interpreter: how it gets there, and how it goes.
//!
//! A script's main function is pinned under its key in the cache. Forgetting it releases the pin; its code then lies in the
//! machine's pools until the collector has seen that it is dead.
//!
//! **Invariant:** code is loaded outside the scope of any run, so that no rollback takes it away.

use ferrous_heap::{StepResult, Value};
use ferrous_vm::{chunk::Chunk, error::LuaError, native::NativeContext};

use super::{COLLECTOR_WORK, Interpreter};
use crate::script::{ScriptCache, ScriptKey};

/// So many forgotten scripts may always stay in the machine's pools.
const MOST_FORGOTTEN: usize = 32;

/// Beyond that, this part of the scripts that are loaded.
const FORGOTTEN_PART: usize = 4;

impl Interpreter {
    /// Loads a script's code, outside the scope of any run.
    pub(super) fn load(&mut self, key: ScriptKey, cache: &ScriptCache) -> Result<(), LuaError> {
        if self.loaded.contains_key(key) {
            return Ok(());
        }
        let script = cache.get(key).ok_or_else(|| LuaError::bare("the script is gone"))?;
        self.load_with(key, |ctx, globals| ctx.load(&script.chunk, globals))
    }

    /// Loads a script's code under a key that nothing is loaded under, for callers that do not keep it.
    pub(crate) fn load_chunk(&mut self, key: ScriptKey, chunk: &Chunk) -> Result<(), LuaError> {
        self.load_with(key, |ctx, globals| ctx.load_packed(chunk, globals))
    }

    fn load_with(
        &mut self,
        key: ScriptKey,
        load: impl Fn(&mut NativeContext<'_, '_>, Value) -> Result<Value, LuaError>,
    ) -> Result<(), LuaError> {
        if self.heap.is_reclaiming() {
            // The code shall not lie behind what is going to be freed.
            self.heap.collect_due(COLLECTOR_WORK);
            self.heap.favour_low_slots();
        }
        let mut attempt = || {
            let loaded = self.machine.setup(&mut self.heap, |ctx| {
                let globals = ctx.globals();
                let function = load(ctx, globals)?;
                Ok(ctx.tx.pin(function))
            });
            // No scope is open, so what a failed attempt has left is garbage, and there may have been some before.
            loaded.inspect_err(|_| self.heap.collect_full())
        };
        let function = attempt().or_else(|_| attempt())?;
        self.loaded.insert(key, function);
        Ok(())
    }

    /// Forgets the loaded code of scripts that `is_cached` does not know, if `evicted` has grown since it was last asked.
    pub(crate) fn unload(&mut self, evicted: u64, is_cached: impl Fn(ScriptKey) -> bool) {
        if std::mem::replace(&mut self.evicted, evicted) == evicted {
            return;
        }
        let gone: Vec<ScriptKey> = self.loaded.keys().filter(|&key| !is_cached(key)).collect();
        for key in gone {
            self.forget(key);
        }
    }

    /// Forgets the loaded code of one script.
    pub(crate) fn forget(&mut self, key: ScriptKey) {
        if let Some(function) = self.loaded.remove(key) {
            // The pin is this heap's, so releasing it cannot fail.
            let _ = self.heap.begin().unpin(function);
            self.collect_forgotten(1);
        }
    }

    /// Code that was forgotten lies in the machine's pools until the collector has seen that it is dead. The collector paces
    /// itself by the heap, which code hardly touches; so when a fair part of the code is dead, it is driven from here.
    pub(super) fn collect_forgotten(&mut self, count: usize) {
        self.forgotten += count;
        if self.forgotten >= MOST_FORGOTTEN.max(self.loaded.len() / FORGOTTEN_PART)
            && self.heap.collect_step(COLLECTOR_WORK) == StepResult::CycleDone
        {
            self.forgotten = 0;
        }
    }
}
