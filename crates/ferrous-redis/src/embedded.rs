//! Scripts without the scripting commands: for servers that parse EVAL and FUNCTION themselves, keep scripts and libraries, and
//! ask only to compile a body and to run it.
//!
//! What [`Engine`](crate::Engine) does around a run is the server's here: digests, shebangs, names of libraries, flags, who may
//! run what. The texts of errors and the sandbox are the target's all the same.
//!
//! ```
//! use ferrous_redis::{Compat, EngineOptions, embedded::{CallArguments, EmbeddedEngine}};
//! use ferrous_redis::reply::{RecordedReply, ReplyPart};
//! # use ferrous_redis::{host::{CommandInfo, Host, Request}, reply::ReplySink};
//! # struct Nothing;
//! # impl Host for Nothing {
//! #     fn command(&self, _: &[u8]) -> Option<CommandInfo> { None }
//! #     fn execute(&mut self, _: &Request<'_>, _: &mut dyn ReplySink) {}
//! # }
//! let mut scripts = EmbeddedEngine::for_scripts(&EngineOptions::new(Compat::Valkey91))?;
//! let script = scripts.compile(b"return KEYS[1]")?;
//! let arguments = CallArguments { keys: [b"k".as_slice()].into_iter(), arguments: [].into_iter() };
//! let mut reply = RecordedReply::default();
//! scripts.run(&script, arguments, &mut Nothing, &mut reply);
//! assert_eq!(reply.parts(), [ReplyPart::Bulk(b"k".to_vec())]);
//!
//! let mut functions = EmbeddedEngine::for_functions(&EngineOptions::new(Compat::Valkey91))?;
//! let library = b"\nredis.register_function('twice', function(keys, args) return args[1] * 2 end)";
//! let loaded = functions.load_library(library, None, &mut Nothing)?;
//! let arguments = CallArguments { keys: [].into_iter(), arguments: [b"21".as_slice()].into_iter() };
//! reply.clear();
//! functions.run(&loaded[0].code, arguments, &mut Nothing, &mut reply);
//! assert_eq!(reply.parts(), [ReplyPart::Integer(42)]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! **Invariant:** `run` writes exactly one reply, for code that was removed too.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use ferrous_vm::chunk::Chunk;
use slotmap::SlotMap;

use crate::{
    compat::Dialect,
    compilation,
    debugger::{Transport, session::DebugSession},
    digest::Digest,
    engine::{EngineError, EngineOptions, FailureReport, Session},
    error_text,
    function::{call::FunctionCall, library::compile_body, register::Registered},
    host::{CommandArgs, Host, Protocol},
    interpreter::Interpreter,
    random::Generator,
    reply::ReplySink,
    script::ScriptKey,
    server::Judgement,
    shebang::ScriptFlags,
    store::{CHUNK_NAME, ScriptCall},
};

pub use crate::interpreter::{CallArguments, Strings};

/// Compiles and runs scripts, or functions of libraries, for a server. See the module's text.
pub struct EmbeddedEngine {
    interpreter: Interpreter,
    scripts: SlotMap<ScriptKey, ()>,
    /// How many functions of each library are there.
    libraries: BTreeMap<u64, usize>,
    next_library: u64,
    digest: Digest,
    dialect: &'static Dialect,
}

/// Names something that an [`EmbeddedEngine`] can run: the one that made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code(Kind);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Script(ScriptKey),
    /// Boxed, since scripts come by the thousands and functions do not.
    Function(Box<FunctionPlace>),
}

/// Where a function is, and what error texts call it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct FunctionPlace {
    library: u64,
    index: usize,
    name: Arc<[u8]>,
}

/// A function that a library has registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadedFunction {
    /// What to run.
    pub code: Code,
    /// Its name, which nobody has checked.
    pub name: Vec<u8>,
    /// What it says about itself.
    pub description: Option<Vec<u8>>,
    /// What it declares.
    pub flags: ScriptFlags,
}

/// A script did not compile, or a library could not be loaded: an error reply without a code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", String::from_utf8_lossy(.0))]
pub struct CompileError(pub Vec<u8>);

impl EmbeddedEngine {
    /// An engine for the scripts of EVAL.
    ///
    /// # Errors
    /// If the memory limit leaves no room for the libraries.
    pub fn for_scripts(options: &EngineOptions) -> Result<Self, EngineError> {
        Interpreter::new(options, 0).map(|interpreter| Self::new(interpreter, options))
    }

    /// An engine for libraries of functions.
    ///
    /// # Errors
    /// If the memory limit leaves no room for Lua's own.
    pub fn for_functions(options: &EngineOptions) -> Result<Self, EngineError> {
        Interpreter::for_functions(options, 0).map(|interpreter| Self::new(interpreter, options))
    }

    fn new(interpreter: Interpreter, options: &EngineOptions) -> Self {
        Self {
            interpreter,
            scripts: SlotMap::with_key(),
            libraries: BTreeMap::new(),
            next_library: 0,
            digest: Digest::of(b""),
            dialect: options.compat.dialect(),
        }
    }

    /// Compiles a script's text, which begins after its shebang, and keeps it until [`EmbeddedEngine::remove`].
    ///
    /// # Errors
    /// If it is not Lua, or too large for the engine's memory.
    pub fn compile(&mut self, text: &[u8]) -> Result<Code, CompileError> {
        let failed = |reason: &[u8]| {
            let text = [b"Error compiling script (new function): ", reason].concat();
            CompileError(error_text::error_line(&text))
        };
        let chunk = compilation::compile(CHUNK_NAME, text, self.interpreter.limits(), None, None)
            .map_err(|refusal| failed(&refusal.message()))?;
        let script = self.scripts.insert(());
        if self.interpreter.load_chunk(script, &chunk).is_err() {
            self.scripts.remove(script);
            return Err(failed(b"not enough memory"));
        }
        Ok(Code(Kind::Script(script)))
    }

    /// Runs a library's text, which begins after its first line, for at most `timeout`, and keeps the functions that it
    /// registers until the last of them is removed. There may be none.
    ///
    /// # Errors
    /// If it is not Lua, or fails. Nothing of it is left then.
    pub fn load_library(
        &mut self,
        text: &[u8],
        timeout: Option<Duration>,
        host: &mut dyn Host,
    ) -> Result<Vec<LoadedFunction>, CompileError> {
        let chunk: Arc<Chunk> = compile_body(text, self.interpreter.limits(), timeout)
            .map_err(|message| CompileError(error_text::error_line(&message)))?;
        let library = self.next_library;
        self.next_library += 1;
        let list = |registered: &[Registered]| Ok(list(library, registered));
        let functions = self
            .interpreter
            .load_library(library, &chunk, timeout, host, list)
            .map_err(|text| CompileError(error_text::error_line(&text)))?;
        if functions.is_empty() {
            self.interpreter.unload_library(library);
        } else {
            self.libraries.insert(library, functions.len());
        }
        Ok(functions)
    }

    /// Forgets a script, or a function and with a library's last function the library.
    pub fn remove(&mut self, code: &Code) {
        match &code.0 {
            Kind::Script(script) => {
                if self.scripts.remove(*script).is_some() {
                    self.interpreter.forget(*script);
                }
            }
            Kind::Function(place) => {
                if let Some(left) = self.libraries.get_mut(&place.library) {
                    *left -= 1;
                    if *left == 0 {
                        self.libraries.remove(&place.library);
                        self.interpreter.unload_library(place.library);
                    }
                }
            }
        }
    }

    /// Runs a script or a function and writes its reply. Returns what went wrong, if something did.
    pub fn run<'a>(
        &mut self,
        code: &Code,
        arguments: CallArguments<impl Strings<'a>, impl Strings<'a>>,
        host: &mut dyn Host,
        reply: &mut dyn ReplySink,
    ) -> Option<FailureReport> {
        if !self.begin(code, arguments) {
            reply.error(GONE);
            return None;
        }
        host.script_started();
        // What command it was is the server's to tell.
        self.interpreter.serve(host, CommandArgs::new(&[], &[]));
        let report = self.interpreter.finish(&Session::new(Protocol::Resp3), reply);
        host.script_ended();
        report.map(|report| *report)
    }

    /// As [`EmbeddedEngine::run`], step by step: `transport` is whoever debugs, `source` the text that is shown. The reply is
    /// written after the session's last line.
    // A session's frame is large: it is not to be part of whoever runs scripts.
    #[cold]
    #[inline(never)]
    pub fn debug<'a>(
        &mut self,
        code: &Code,
        source: &[u8],
        arguments: CallArguments<impl Strings<'a>, impl Strings<'a>>,
        host: &mut dyn Host,
        transport: &mut dyn Transport,
        reply: &mut dyn ReplySink,
    ) -> Option<FailureReport> {
        let mut debugger = DebugSession::new(source, self.dialect.debugger, transport);
        if !self.begin(code, arguments) {
            debugger.end();
            reply.error(GONE);
            return None;
        }
        host.script_started();
        debugger.run(&mut self.interpreter, host);
        debugger.end();
        let report = self.interpreter.finish(&Session::new(Protocol::Resp3), reply);
        host.script_ended();
        report.map(|report| *report)
    }

    /// Sets a run up; false if there is no such code.
    fn begin<'a>(
        &mut self,
        code: &Code,
        arguments: CallArguments<impl Strings<'a>, impl Strings<'a>>,
    ) -> bool {
        let judgement = Judgement::default();
        match &code.0 {
            Kind::Script(script) => {
                let call = ScriptCall { key: *script, digest: self.digest, judgement };
                self.interpreter.begin_loaded(&call, arguments)
            }
            Kind::Function(place) if self.libraries.contains_key(&place.library) => {
                let FunctionPlace { library, index, ref name } = **place;
                let call = FunctionCall { library, index, name: Arc::clone(name), judgement };
                self.interpreter.begin_call(&call, arguments);
                true
            }
            Kind::Function(_) => false,
        }
    }

    /// Bytes that the engine's heap holds.
    #[must_use]
    pub fn bytes_in_use(&self) -> usize {
        self.interpreter.bytes_in_use()
    }

    /// Whether objects or buffers of ended runs wait to be freed: what died in a run is not all freed at its end, lest the
    /// end take long. Later runs free it as they go; a server that has nothing to do can call [`EmbeddedEngine::reclaim`].
    #[inline]
    #[must_use]
    pub fn is_reclaiming(&self) -> bool {
        self.interpreter.is_reclaiming()
    }

    /// Frees a little of that, in some ten microseconds; true if there is more. Nothing happens while something runs.
    pub fn reclaim(&mut self) -> bool {
        self.interpreter.reclaim()
    }

    /// Whether the engine may hold memory that it does not need any more, and that [`EmbeddedEngine::settle`] would give back.
    #[inline]
    #[must_use]
    pub fn is_unsettled(&self) -> bool {
        self.interpreter.is_unsettled()
    }

    /// Gives a little of that back, in some ten microseconds; true if there is more. What runs have left is freed first, as
    /// [`EmbeddedEngine::reclaim`] does it. Engines keep the memory of their largest run for the next one; so a server calls this
    /// when there has been no large one for a while, and some hundred times a second at most.
    pub fn settle(&mut self) -> bool {
        self.interpreter.settle()
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

/// What is answered for code that was removed.
const GONE: &[u8] = b"ERR the code is not there any more";

/// What a library has registered, for the server.
fn list(library: u64, registered: &[Registered]) -> Vec<LoadedFunction> {
    let functions = registered.iter().enumerate().map(|(index, function)| LoadedFunction {
        code: Code(Kind::Function(Box::new(FunctionPlace {
            library,
            index,
            name: Arc::clone(&function.info.name),
        }))),
        name: function.info.name.to_vec(),
        description: function.info.description.clone(),
        flags: function.info.flags,
    });
    functions.collect()
}
