//! Scripts without the scripting commands: for servers that parse EVAL themselves, keep the cache, and ask only to
//! compile a body and to run it.
//!
//! What [`Engine`](crate::Engine) does around a run is the server's here: digests, shebangs, flags, who may run what. The
//! texts of errors and the sandbox are the target's all the same.
//!
//! ```
//! use ferrous_redis::{Compat, EngineOptions, embedded::{EmbeddedEngine, ScriptArguments}};
//! use ferrous_redis::reply::{RecordedReply, ReplyPart};
//! # use ferrous_redis::{host::{CommandInfo, Host, Request}, reply::ReplySink};
//! # struct Nothing;
//! # impl Host for Nothing {
//! #     fn command(&self, _: &[u8]) -> Option<CommandInfo> { None }
//! #     fn execute(&mut self, _: &Request<'_>, _: &mut dyn ReplySink) {}
//! # }
//! let mut engine = EmbeddedEngine::new(EngineOptions::new(Compat::Valkey91))?;
//! let script = engine.compile(b"return KEYS[1]").map_err(|error| error.text())?;
//! let mut arguments = ScriptArguments::default();
//! arguments.push_key(b"k");
//! let mut reply = RecordedReply::default();
//! engine.run(script, &arguments, &mut Nothing, &mut reply);
//! assert_eq!(reply.parts(), [ReplyPart::Bulk(b"k".to_vec())]);
//! engine.remove(script);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! **Invariant:** `run` writes exactly one reply, for a script that was removed too.

use std::sync::Arc;

use ferrous_compiler::Options;
use slotmap::SlotMap;

use crate::{
    api::call::Permissions,
    digest::Digest,
    engine::{EngineError, EngineOptions, FailureReport, Session},
    error_text,
    host::{ArgsBuffer, Host, Protocol},
    interpreter::Interpreter,
    random::Generator,
    reply::ReplySink,
    script::{ScriptCache, ScriptKey},
    store::{CHUNK_NAME, Prepared},
};

/// Compiles and runs scripts for a server. See the module's text.
pub struct EmbeddedEngine {
    interpreter: Interpreter,
    scripts: SlotMap<ScriptKey, ()>,
    /// Stays empty: scripts are loaded when they are compiled.
    cache: ScriptCache,
    digest: Digest,
}

/// A script did not compile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", String::from_utf8_lossy(.0))]
pub struct CompileError(Vec<u8>);

impl CompileError {
    /// The error reply, without a code.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The same for people.
    #[must_use]
    pub fn text(&self) -> String {
        self.to_string()
    }
}

/// The keys and arguments of one call, kept in one buffer from call to call.
#[derive(Clone, Debug, Default)]
pub struct ScriptArguments {
    buffer: ArgsBuffer,
    keys: usize,
}

/// What stands before the keys in a command: its name, the script, the number of keys.
const BEFORE_KEYS: usize = 3;

impl ScriptArguments {
    /// Forgets everything and keeps the memory.
    pub fn clear(&mut self) {
        self.buffer.clear();
        self.keys = 0;
    }

    /// Appends a key. Keys come before arguments. What does not fit in 4 GiB is left out.
    pub fn push_key(&mut self, key: &[u8]) {
        self.keys += 1;
        self.push_argument(key);
    }

    /// Appends an argument.
    pub fn push_argument(&mut self, argument: &[u8]) {
        while self.buffer.args().len() < BEFORE_KEYS {
            // An empty argument always fits.
            let _ = self.buffer.push(b"");
        }
        let _ = self.buffer.push(argument);
    }
}

impl EmbeddedEngine {
    /// An engine without scripts.
    ///
    /// # Errors
    /// If the memory limit leaves no room for the libraries.
    pub fn new(options: EngineOptions) -> Result<Self, EngineError> {
        Ok(Self {
            interpreter: Interpreter::new(&options, 0)?,
            scripts: SlotMap::with_key(),
            cache: ScriptCache::default(),
            digest: Digest::of(b""),
        })
    }

    /// Compiles a script's text, which begins after its shebang, and keeps it until [`EmbeddedEngine::remove`].
    ///
    /// # Errors
    /// If it is not Lua.
    pub fn compile(&mut self, text: &[u8]) -> Result<ScriptKey, CompileError> {
        let chunk = ferrous_compiler::compile(text, CHUNK_NAME, &Options::default()).map_err(|error| {
            let text = [b"Error compiling script (new function): ", error.message.as_slice()].concat();
            CompileError(error_text::error_line(&text))
        })?;
        let script = self.scripts.insert(());
        match self.interpreter.load_chunk(script, &Arc::new(chunk)) {
            Ok(()) => Ok(script),
            Err(_) => {
                self.scripts.remove(script);
                Err(CompileError(b"Error compiling script (new function): not enough memory".to_vec()))
            }
        }
    }

    /// Forgets a script.
    pub fn remove(&mut self, script: ScriptKey) {
        if self.scripts.remove(script).is_some() {
            self.interpreter.forget(script);
        }
    }

    /// Runs a script and writes its reply. Returns what went wrong, if something did.
    pub fn run(
        &mut self,
        script: ScriptKey,
        arguments: &ScriptArguments,
        host: &mut dyn Host,
        reply: &mut dyn ReplySink,
    ) -> Option<FailureReport> {
        if !self.scripts.contains_key(script) {
            reply.error(b"ERR the script is not there any more");
            return None;
        }
        let prepared = Prepared {
            key: script,
            digest: self.digest,
            permissions: Permissions { read_only: false },
            keys: arguments.keys,
        };
        host.script_started();
        self.interpreter.begin(&prepared, &self.cache, arguments.buffer.args());
        self.interpreter.serve(host);
        let report = self.interpreter.finish(&Session::new(Protocol::Resp3), reply);
        host.script_ended();
        report
    }

    /// Bytes that the engine's heap holds.
    #[must_use]
    pub fn bytes_in_use(&self) -> usize {
        self.interpreter.bytes_in_use()
    }

    /// Lets `math.random` go on here where it stopped in `other`.
    pub fn continue_random(&mut self, other: &mut Self) {
        if let (Some(to), Some(from)) = (self.generator(), other.generator()) {
            *to = from.clone();
        }
    }

    fn generator(&mut self) -> Option<&mut Generator> {
        self.interpreter.generator()
    }
}
