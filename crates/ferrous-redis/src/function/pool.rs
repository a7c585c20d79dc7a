//! Libraries for runs that wait: any number of functions can be suspended at the same time, each in an interpreter of its own.
//!
//! A library is loaded in an interpreter when one of its functions is first called there. While functions run one after the
//! other they all run in the first interpreter, so what a library keeps in its upvalues is what it would be in a server that
//! runs one script at a time. A function that is called while another waits runs in the next interpreter, whose libraries
//! have been loaded anew and have upvalues of their own.
//!
//! **Invariant:** of the interpreters that are idle, the one that was made first is taken.

use std::collections::BTreeMap;

use super::{
    LOAD_TIMEOUT,
    library::{Libraries, Library},
};
use crate::{
    engine::{EngineError, EngineOptions},
    host::{CommandInfo, Host, LogLevel, Request},
    interpreter::Interpreter,
    reply::ReplySink,
};

/// How many idle interpreters a pool keeps, of those of scripts and of those of functions.
pub(crate) const IDLE: usize = 64;

/// An interpreter and its place in the order of making.
pub(crate) struct Numbered {
    number: u64,
    pub(crate) interpreter: Box<Interpreter>,
}

/// See the module's text.
#[derive(Default)]
pub(crate) struct FunctionPool {
    pub(crate) libraries: Libraries,
    idle: BTreeMap<u64, Box<Interpreter>>,
    made: u64,
    /// What libraries logged while they were loaded.
    pub(crate) log: LoadLog,
}

impl FunctionPool {
    /// An interpreter that knows of no library that has been removed.
    pub(crate) fn take(&mut self, options: &EngineOptions) -> Result<Numbered, EngineError> {
        let flushes = self.libraries.heap_flushes(options.compat.dialect());
        self.idle.retain(|_, interpreter| interpreter.flushes() == flushes);
        let mut taken = match self.idle.pop_first() {
            Some((number, interpreter)) => Numbered { number, interpreter },
            None => {
                self.made += 1;
                let interpreter = Box::new(Interpreter::for_functions(options, flushes)?);
                Numbered { number: self.made, interpreter }
            }
        };
        taken.interpreter.unload_libraries(&self.libraries);
        Ok(taken)
    }

    /// The interpreters that are idle.
    pub(crate) fn idle(&self) -> impl Iterator<Item = &Interpreter> {
        self.idle.values().map(|interpreter| &**interpreter)
    }

    /// The same, to be changed.
    pub(crate) fn idle_mut(&mut self) -> impl Iterator<Item = &mut Interpreter> {
        self.idle.values_mut().map(|interpreter| &mut **interpreter)
    }

    /// Loads the library in the interpreter, if that has not been done.
    ///
    /// # Errors
    /// The text that is answered, without the code `ERR`.
    pub(crate) fn load(&mut self, interpreter: &mut Interpreter, library: &Library) -> Result<(), Vec<u8>> {
        if interpreter.has_library(library.serial) {
            return Ok(());
        }
        interpreter.load_library(
            library.serial,
            &library.chunk,
            Some(LOAD_TIMEOUT),
            &mut self.log,
            |_| Ok(()),
        )
    }

    /// Takes an interpreter back.
    pub(crate) fn give_back(&mut self, numbered: Numbered, options: &EngineOptions) {
        let flushes = self.libraries.heap_flushes(options.compat.dialect());
        if self.idle.len() < IDLE && numbered.interpreter.flushes() == flushes {
            self.idle.insert(numbered.number, numbered.interpreter);
        }
    }
}

/// A host for the time of loading, when there are no commands: it keeps what is logged.
#[derive(Debug, Default)]
pub(crate) struct LoadLog {
    pub(crate) lines: Vec<(LogLevel, Vec<u8>)>,
}

impl Host for LoadLog {
    fn command(&self, _name: &[u8]) -> Option<CommandInfo> {
        None
    }

    fn execute(&mut self, _request: &Request<'_>, reply: &mut dyn ReplySink) {
        reply.error(b"ERR commands cannot be called while a library is loaded");
    }

    fn log(&mut self, level: LogLevel, message: &[u8]) {
        self.lines.push((level, message.to_vec()));
    }
}
