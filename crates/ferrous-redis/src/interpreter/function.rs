//! Libraries in an interpreter: loading them, and calling their functions.
//!
//! A library is loaded inside a heap scope that is committed if the library is accepted and rolled back otherwise, so that a
//! failed load leaves nothing behind. A call has no scope: what a function changes stays, when it fails too. Its garbage is
//! the collector's.
//!
//! **Invariant:** `callbacks` holds pins for all functions of a library that is loaded here, in the order of registration.

use std::{sync::Arc, time::Duration};

use ferrous_heap::{Close, ScopeId, Value};
use ferrous_vm::{chunk::Chunk, error::LuaError, native::NativeContext};

use super::{CallArguments, Environment, Fuel, Interpreter, Running, Strings};
use crate::{
    api::{ApiState, question::Question},
    engine::{EngineError, EngineOptions},
    function::{
        call::FunctionCall,
        context,
        library::{Libraries, OUT_OF_TIME},
        register::{Registered, Registrations},
    },
    host::{CommandArgs, Host},
    limits::Limits,
    outcome::{Outcome, RunName, error_message},
    server::Judgement,
};

impl Interpreter {
    /// A fresh interpreter for libraries.
    pub(crate) fn for_functions(options: &EngineOptions, flushes: u64) -> Result<Self, EngineError> {
        Self::build(options, flushes, |machine, heap, dialect| {
            context::build(machine, heap, dialect, options.insecure_api).map(Environment::Functions)
        })
    }

    /// Whether that library is loaded here.
    pub(crate) fn has_library(&self, serial: u64) -> bool {
        self.callbacks.contains_key(&serial)
    }

    /// Runs a library's code, for at most `timeout`. `accept` has the last word: it sees what was registered.
    ///
    /// # Errors
    /// The text that is answered, without the code `ERR`. Nothing of the library is left then.
    pub(crate) fn load_library<R>(
        &mut self,
        serial: u64,
        chunk: &Arc<Chunk>,
        timeout: Option<Duration>,
        host: &mut dyn Host,
        accept: impl FnOnce(&[Registered]) -> Result<R, Vec<u8>>,
    ) -> Result<R, Vec<u8>> {
        let Ok(scope) = self.heap.open_scope() else { return Err(OUT_OF_MEMORY.into()) };
        self.begin_load(chunk, timeout);
        self.serve(host, CommandArgs::new(&[], &[]));
        let outcome = self.end_load();
        self.machine.rest(&mut self.heap);
        self.status.end();
        let registrations = self.take_registrations();
        let accepted = outcome.and_then(|()| accept(&registrations.functions));
        let kept = accepted.and_then(|accepted| match self.leave_load(scope) {
            Ok(()) => Ok(accepted),
            Err(_) => Err(OUT_OF_MEMORY.into()),
        });
        match kept {
            Ok(accepted) => {
                let callbacks = registrations.functions.into_iter().map(|function| function.callback);
                self.callbacks.insert(serial, callbacks.collect());
                Ok(accepted)
            }
            Err(text) => {
                // The scope was opened last and nothing else closes scopes.
                let _ = self.heap.close_scope(scope, Close::Rollback);
                Err(text)
            }
        }
    }

    /// Sets the run of a library's main function up.
    fn begin_load(&mut self, chunk: &Arc<Chunk>, timeout: Option<Duration>) {
        let wall_clock = [self.limits.wall_clock, timeout].into_iter().flatten().min();
        let mut running = Running {
            name: RunName::Load,
            judgement: Judgement::default(),
            question: Question::Log,
            fuel: Fuel::new(&Limits { wall_clock, ..self.limits }, self.poll_interval),
            scope: None,
            outcome: None,
        };
        self.status.start_function();
        if let Some(state) = self.machine.extension_mut::<ApiState>() {
            state.begin_run();
            state.registrations = Some(Registrations::default());
        }
        if self.start_load(chunk).is_err() {
            running.outcome = Some(Outcome::NotStarted);
        }
        self.machine.set_fuel(running.fuel.grant());
        self.exit = None;
        self.run = Some(running);
    }

    fn start_load(&mut self, chunk: &Arc<Chunk>) -> Result<(), LuaError> {
        let Environment::Functions(contexts) = &self.environment else {
            return Err(LuaError::bare("libraries are not loaded here"));
        };
        let main = self.machine.setup(&mut self.heap, |ctx| {
            contexts.enter_load(ctx)?;
            let globals = ctx.globals();
            let main = ctx.load(chunk, globals)?;
            Ok(ctx.tx.pin(main))
        })?;
        let started = self.machine.start(&mut self.heap, &main, |_| Ok(()));
        // Now it is on the stack. The pin is this heap's, so releasing it cannot fail.
        let _ = self.heap.begin().unpin(main);
        started
    }

    /// How the run ended, as the text of its error.
    fn end_load(&mut self) -> Result<(), Vec<u8>> {
        let failed = |text: &[u8]| Err([b"Error registering functions: ", text].concat());
        self.exit = None;
        match self.run.take().and_then(|run| run.outcome) {
            Some(Outcome::Returned) => Ok(()),
            Some(Outcome::Killed) => failed(format!("ERR {}", self.dialect.function_killed).as_bytes()),
            Some(Outcome::Failed) if self.machine.failure().killed => {
                failed(format!("ERR {}", self.dialect.function_killed).as_bytes())
            }
            Some(Outcome::Failed) if self.machine.failure().out_of_memory => failed(OUT_OF_MEMORY.as_bytes()),
            Some(Outcome::Failed) => {
                failed(&self.machine.with_error(&mut self.heap, |tx, error| error_message(tx, error)))
            }
            Some(Outcome::OutOfTime) => Err(OUT_OF_TIME.into()),
            Some(Outcome::OutOfInstructions) => {
                let limit = self.limits.instructions.unwrap_or_default();
                failed(format!("ERR Script stopped after {limit} instructions").as_bytes())
            }
            Some(Outcome::NotStarted | Outcome::Stopped(_) | Outcome::Abandoned) | None => {
                failed(OUT_OF_MEMORY.as_bytes())
            }
        }
    }

    fn take_registrations(&mut self) -> Registrations {
        let state = self.machine.extension_mut::<ApiState>();
        let registrations = state.and_then(|state| state.registrations.take()).unwrap_or_default();
        self.heap.begin().release(registrations.charged);
        registrations
    }

    /// Brings all globals back and keeps what the library made.
    fn leave_load(&mut self, scope: ScopeId) -> Result<(), LuaError> {
        if let Environment::Functions(contexts) = &self.environment {
            self.machine.setup(&mut self.heap, |ctx| contexts.leave_load(ctx))?;
        }
        Ok(self.heap.close_scope(scope, Close::Commit)?)
    }

    /// Forgets the libraries that the server does not know any more.
    pub(crate) fn unload_libraries(&mut self, libraries: &Libraries) {
        if std::mem::replace(&mut self.evicted, libraries.removals()) == libraries.removals() {
            return;
        }
        let gone: Vec<u64> =
            self.callbacks.keys().copied().filter(|&serial| libraries.get(serial).is_none()).collect();
        for serial in gone {
            self.unload_library(serial);
        }
    }

    /// Forgets a library.
    pub(crate) fn unload_library(&mut self, serial: u64) {
        let callbacks = self.callbacks.remove(&serial).unwrap_or_default();
        let count = callbacks.len();
        let mut tx = self.heap.begin();
        for callback in callbacks {
            // The pin is this heap's, so releasing it cannot fail.
            let _ = tx.unpin(callback);
        }
        self.collect_forgotten(count);
    }

    /// Sets the call of a function up, whose library must be loaded here. What the driver does next is
    /// [`Interpreter::advance`]; a call that could not be started is done at once.
    pub(crate) fn begin_call<'a>(
        &mut self,
        call: &FunctionCall,
        arguments: CallArguments<impl Strings<'a>, impl Strings<'a>>,
    ) {
        let mut fuel = Fuel::new(&self.limits, self.poll_interval);
        self.machine.set_fuel(fuel.grant());
        self.exit = None;
        self.status.start_function();
        if let Some(state) = self.machine.extension_mut::<ApiState>() {
            state.begin_run();
        }
        let callback = self.callbacks.get(&call.library).and_then(|callbacks| callbacks.get(call.index));
        let started = match callback {
            // Two new tables.
            Some(callback) => self.machine.start(&mut self.heap, callback, |ctx| {
                let keys = list(ctx, arguments.keys)?;
                ctx.push(keys)?;
                let arguments = list(ctx, arguments.arguments)?;
                ctx.push(arguments)
            }),
            None => Err(LuaError::bare("the library is not loaded")),
        };
        self.run = Some(Running {
            name: RunName::Function(Arc::clone(&call.name)),
            judgement: call.judgement,
            question: Question::Call,
            fuel,
            scope: None,
            outcome: started.is_err().then_some(Outcome::NotStarted),
        });
    }
}

const OUT_OF_MEMORY: &str = "not enough memory";

/// A new table of strings.
fn list<'a>(ctx: &mut NativeContext<'_, '_>, strings: impl Strings<'a>) -> Result<Value, LuaError> {
    let count = u32::try_from(strings.len()).map_err(|_| LuaError::bare("too many arguments"))?;
    let list = ctx.tx.new_table(strings.len(), 0)?;
    let table = list.as_table().ok_or_else(|| LuaError::bare("no table"))?;
    for (index, string) in (1..=count).zip(strings) {
        let string = ctx.tx.intern(string)?;
        ctx.tx.raw_set_int(table, index, string)?;
    }
    Ok(list)
}
