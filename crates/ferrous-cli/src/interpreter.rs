//! Plain Lua 5.1: a heap, a machine and the standard libraries, for `run` and `repl`.
//!
//! A run ends in one of four ways: it returns, it fails, or it is stopped by a limit; what failed and what was stopped are
//! both a [`RunError`], since to a user they differ in words only.
//!
//! **Invariant:** nothing of a run is left in the machine when the next one starts, but for what it stored in globals.

use std::{sync::Arc, time::Duration};

use ferrous_compiler::Options;
use ferrous_heap::{Heap, HeapOptions, Pinned, Transaction, Value};
use ferrous_stdlib::{Output, base, os};
use ferrous_vm::{
    error::LuaError,
    hook::HookMask,
    interrupt::{Interrupt, InterruptHandle},
    machine::{Exit, Machine, MachineOptions},
    native::NativeContext,
    number,
};

use crate::{arguments::LimitArguments, error::CliError, traceback, watchdog::Watchdog};

/// Why a run did not return.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RunError {
    /// What is said of it; `None` for an error whose value is nil, of which lua says nothing.
    pub(crate) message: Option<Vec<u8>>,
    /// The traceback, if the error value was a text.
    pub(crate) traceback: Option<Vec<u8>>,
}

impl RunError {
    /// An error that is a text, without a traceback.
    pub(crate) fn text(message: impl Into<Vec<u8>>) -> Self {
        Self { message: Some(message.into()), traceback: None }
    }

    /// Message and traceback as lua prints them, without the program's name; `None` if it prints nothing.
    pub(crate) fn report(&self) -> Option<Vec<u8>> {
        let mut text = self.message.clone()?;
        if let Some(traceback) = &self.traceback {
            text.push(b'\n');
            text.extend_from_slice(traceback);
        }
        // lua prints a C string: a zero byte ends it.
        text.truncate(text.iter().position(|byte| *byte == 0).unwrap_or(text.len()));
        text.push(b'\n');
        Some(text)
    }
}

/// How a run ended that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Completion {
    /// The function returned; see [`Interpreter::with_results`].
    Returned,
    /// `os.exit` wants the program to end with this code.
    Exit(u8),
}

/// See the module's text.
pub(crate) struct Interpreter {
    heap: Heap,
    machine: Machine,
    /// What scripts print.
    output: Output,
    timeout: Option<Duration>,
    fuel: Option<u64>,
    /// `debug.traceback`, as it was at the start.
    traceback: Option<Pinned>,
}

impl Interpreter {
    /// An interpreter with the standard libraries.
    ///
    /// # Errors
    /// If the memory limit leaves no room for them.
    pub(crate) fn new(limits: LimitArguments) -> Result<Self, CliError> {
        let mut options = HeapOptions::default();
        if let Some(memory) = limits.memory {
            options.limit = memory;
        }
        let mut heap = Heap::new(options);
        // As in the program lua.
        let options = MachineOptions {
            outer_calls: 1,
            error_handler: Some(traceback::add_traceback),
            ..MachineOptions::default()
        };
        let machine =
            Machine::new(&mut heap, options).map_err(|error| CliError::Failed(error.to_string()))?;
        let output = Output::stdout();
        let libraries = output.clone();
        let (timeout, fuel) = (limits.timeout, limits.fuel);
        let mut interpreter = Self { heap, machine, output, timeout, fuel, traceback: None };
        interpreter.traceback = Some(interpreter.setup(|ctx| {
            ferrous_stdlib::open_plain(ctx, &libraries)?;
            let function = traceback::function(ctx);
            Ok(ctx.tx.pin(function))
        })?);
        Ok(interpreter)
    }

    /// Kills runs from another thread.
    pub(crate) fn interrupt_handle(&self) -> InterruptHandle {
        self.machine.interrupt_handle()
    }

    /// Runs `f` outside any script, to define globals.
    ///
    /// # Errors
    /// Those of `f`.
    pub(crate) fn setup<R>(
        &mut self,
        f: impl FnOnce(&mut NativeContext<'_, '_>) -> Result<R, LuaError>,
    ) -> Result<R, CliError> {
        self.machine.setup(&mut self.heap, f).map_err(|error| {
            CliError::Failed(format!("cannot set Lua up: {}", String::from_utf8_lossy(&error.text())))
        })
    }

    /// Compiles a text, or reads bytecode, and makes it a function.
    ///
    /// # Errors
    /// Its syntax error, or memory that has run out.
    pub(crate) fn load(
        &mut self,
        text: &[u8],
        chunk_name: &[u8],
        options: &Options,
    ) -> Result<Pinned, RunError> {
        let chunk = base::read_chunk(text, chunk_name, options).map_err(RunError::text)?;
        let chunk = Arc::new(chunk);
        self.machine
            .setup(&mut self.heap, |ctx| {
                let globals = ctx.globals();
                let function = ctx.load(&chunk, globals)?;
                Ok(ctx.tx.pin(function))
            })
            .map_err(|error| RunError::text(error.text()))
    }

    /// Calls a function with the arguments that `push` pushes, within the limits. A text that nobody catches gets the traceback
    /// that `debug.traceback` makes, or whatever a script has put in its place.
    ///
    /// # Errors
    /// What the function raised, or the limit that stopped it.
    pub(crate) fn call(
        &mut self,
        function: &Pinned,
        push: impl FnOnce(&mut NativeContext<'_, '_>) -> Result<(), LuaError>,
    ) -> Result<Completion, RunError> {
        let error = match self.run(function, push) {
            Err(error) if error.traceback.is_some() => error,
            outcome => return outcome,
        };
        let original = self.traceback.as_ref();
        let replacement = self.machine.setup(&mut self.heap, |ctx| {
            let function = traceback::function(ctx);
            let is_original = original.and_then(|pin| ctx.tx.resolve(pin).ok()) == Some(function);
            Ok((!is_original).then(|| (ctx.tx.pin(function), function.is_function())))
        });
        let (function, is_function) = match replacement {
            Ok(Some(replacement)) => replacement,
            Ok(None) | Err(_) => return Err(error),
        };
        let message = error.message;
        if !is_function {
            self.release(vec![function]);
            return Err(RunError { message, traceback: None });
        }
        let text = message.unwrap_or_default();
        // The handler's own traceback is gone with the stack: what it makes of the text is what counts.
        let called = self.run(&function, |ctx| {
            let text = ctx.tx.intern(&text)?;
            ctx.push(text)?;
            ctx.push(Value::number(2.0))
        });
        self.release(vec![function]);
        match called {
            Ok(Completion::Returned) => {
                let first = |tx: &mut Transaction<'_>, values: &[Value]| {
                    error_text(tx, values.first().copied().unwrap_or_default())
                };
                Err(RunError { message: self.with_results(first), traceback: None })
            }
            Ok(exit) => Ok(exit),
            Err(_) => Err(RunError::text("error in error handling")),
        }
    }

    /// The same, without asking for a traceback that a script has replaced.
    fn run(
        &mut self,
        function: &Pinned,
        push: impl FnOnce(&mut NativeContext<'_, '_>) -> Result<(), LuaError>,
    ) -> Result<Completion, RunError> {
        self.machine.start(&mut self.heap, function, push).map_err(|error| RunError::text(error.text()))?;
        self.machine.set_fuel(self.fuel);
        let handle = self.machine.interrupt_handle();
        handle.reset();
        let watchdog = self.timeout.map(|time| Watchdog::new(time, handle));
        let exit = loop {
            match self.machine.run(&mut self.heap) {
                Exit::Interrupted(Interrupt::Collector) => {}
                exit => break exit,
            }
        };
        match exit {
            Exit::Done => Ok(Completion::Returned),
            Exit::Interrupted(_) => Err(RunError::text("the limit of instructions is reached (--fuel)")),
            Exit::Host(os::EXIT) => {
                let code = self.machine.host_context(&mut self.heap, |ctx| ctx.arg(1).as_number());
                // The system keeps eight bits of the code, as it does of C's.
                Ok(Completion::Exit(code.flatten().map_or(0, |code| code as i64 as u8)))
            }
            // The plain libraries ask for nothing else, and nobody steps.
            Exit::Host(_) | Exit::Line | Exit::Evaluated | Exit::EvaluationFailed => {
                Err(RunError::text("a library asked for a host"))
            }
            Exit::Failed if self.machine.failure().killed => {
                let timed_out = watchdog.is_some_and(|watchdog| watchdog.has_fired());
                Err(RunError::text(if timed_out { "the time is up (--timeout)" } else { "interrupted!" }))
            }
            Exit::Failed => {
                let failure = self.machine.failure().clone();
                let message = self.machine.with_error(&mut self.heap, |tx, value| error_text(tx, value));
                let is_text = self
                    .machine
                    .with_error(&mut self.heap, |_, value| value.is_string() || value.is_number());
                let traceback = (is_text && !failure.out_of_memory).then_some(failure.traceback);
                Err(RunError { message, traceback })
            }
        }
    }

    /// Calls the finalizers of all userdata that are left, as lua does when it closes its state; their errors are lost.
    pub(crate) fn close(&mut self) {
        self.report_last_return();
        let scheduled = self.setup(|ctx| {
            ctx.tx.schedule_all_finalizers();
            Ok(())
        });
        if scheduled.is_err() {
            return;
        }
        let next = |ctx: &mut NativeContext<'_, '_>| {
            // No hook hears of finalizers.
            ctx.set_hook(ctx.main_thread(), Value::NIL, HookMask::default(), 0);
            let pending = ctx.tx.pending_finalizer();
            Ok(pending.map(|(object, finalizer)| (ctx.tx.pin(object), ctx.tx.pin(finalizer))))
        };
        while let Ok(Some((object, finalizer))) = self.setup(next) {
            let called = self.call(&finalizer, |ctx| {
                let object = ctx.tx.resolve(&object).unwrap_or_default();
                ctx.push(object)
            });
            self.release(vec![object, finalizer]);
            if let Ok(Completion::Exit(_)) = called {
                return;
            }
        }
    }

    /// A hook for returns hears last of the C function that has run the program: of a native that does nothing, here.
    fn report_last_return(&mut self) {
        let program = self.setup(|ctx| {
            let thread = ctx.main_thread();
            let (hook, mask, _) = ctx.hook(thread);
            if !mask.returns {
                return Ok(None);
            }
            ctx.set_hook(thread, hook, HookMask { returns: true, ..HookMask::default() }, 0);
            let program = ctx.new_native(|ctx| ctx.ret0(), &[])?;
            Ok(Some(ctx.tx.pin(program)))
        });
        if let Ok(Some(program)) = program {
            // Lua would report an error of the hook; the state is closed all the same.
            let _ended = self.run(&program, |_| Ok(()));
            self.release(vec![program]);
        }
    }

    /// Writes out what has been printed.
    ///
    /// # Errors
    /// If standard output cannot be written.
    pub(crate) fn flush(&self) -> Result<(), CliError> {
        Ok(self.output.flush()?)
    }

    /// Hands the results of the last call to `f`.
    pub(crate) fn with_results<R>(&mut self, f: impl FnOnce(&mut Transaction<'_>, &[Value]) -> R) -> R {
        self.machine.with_results(&mut self.heap, f)
    }

    /// Lets go of values that [`Interpreter::with_results`] has pinned.
    pub(crate) fn release(&mut self, pins: Vec<Pinned>) {
        // What they stand for is gone or about to be; there is nothing to do about a pin that is not valid.
        let _ = self.setup(|ctx| {
            for pin in pins {
                let _ = ctx.tx.unpin(pin);
            }
            Ok(())
        });
    }

    /// The value of the global `name`, pinned.
    pub(crate) fn global(&mut self, name: &str) -> Result<Pinned, CliError> {
        self.setup(|ctx| {
            let globals = ctx.globals();
            let value =
                globals.as_table().map_or(Value::NIL, |globals| ctx.tx.raw_get_str(globals, name.as_bytes()));
            Ok(ctx.tx.pin(value))
        })
    }
}

/// What lua prints of an error value; nothing of nil.
fn error_text(tx: &Transaction<'_>, value: Value) -> Option<Vec<u8>> {
    if value.is_nil() {
        return None;
    }
    if let Some(value) = value.as_number() {
        let mut text = Vec::new();
        number::write_number(value, &mut text);
        return Some(text);
    }
    Some(tx.string(value).unwrap_or(b"(error object is not a string)").to_vec())
}
