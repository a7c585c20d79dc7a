//! The scripting engine: two embedded engines, one for EVAL and one for functions, and what the server asks of them.
//!
//! While a script runs, the server can call us again: a command that the script calls may want our memory figures, a poll may
//! serve a client that flushes the scripts, and a background thread frees functions whenever it gets the server's lock. So
//! memory figures are atomics, and what cannot be done at once is put into a list and done when the run has ended.
//!
//! **Invariant:** the state is locked by whoever uses it and never waited for: who finds it locked refuses, or defers.
//!
//! **Invariant:** a function is removed only from the engine that made it: a [`Handle`] names the generation, and every reset
//! begins a new one.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, TryLockError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use ferrous_redis::{
    EngineOptions,
    embedded::{CallArguments, Code, EmbeddedEngine},
    engine::EngineError,
    host::{LogLevel, PollWithin},
    reply::ReplySink,
};

use crate::{
    api::Api,
    arguments::ArgumentVector,
    config::Settings,
    context::{Context, StringArray},
    debugger::{ServerTransport, Session},
    ffi::give_back_pages,
    host::ServerHost,
    reply::ClientReply,
    runtime::{RunInProgress, Runtime},
};

/// What kind of script: each has an engine, so that flushing one leaves the other alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// EVAL and relatives.
    Eval,
    /// FUNCTION and FCALL.
    Function,
}

impl Kind {
    const ALL: [Self; 2] = [Self::Eval, Self::Function];

    fn index(self) -> usize {
        self as usize
    }

    fn engine(self, options: &EngineOptions) -> Result<EmbeddedEngine, EngineError> {
        match self {
            Self::Eval => EmbeddedEngine::for_scripts(options),
            Self::Function => EmbeddedEngine::for_functions(options),
        }
    }
}

/// A function that the server holds.
#[derive(Debug)]
pub(crate) struct Handle {
    pub(crate) kind: Kind,
    generation: u32,
    code: Code,
}

/// A function for the server to hold. A script of EVAL has no name.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) handle: Handle,
    pub(crate) name: Option<Vec<u8>>,
    pub(crate) description: Option<Vec<u8>>,
    pub(crate) flags: u64,
}

/// See the module's text.
pub(crate) struct ScriptingEngine {
    pub(crate) api: Api,
    pub(crate) settings: Settings,
    pub(crate) session: Session,
    run: Arc<RunInProgress>,
    state: Mutex<State>,
    deferred: Mutex<Vec<Deferred>>,
    /// How many entries `deferred` has.
    waiting: AtomicUsize,
    /// Bytes that each engine held when it was last looked at.
    memory: [AtomicUsize; 2],
    /// Whether a timer is on its way to [`ScriptingEngine::rest`].
    has_timer: AtomicBool,
}

struct State {
    environments: [Environment; 2],
    vector: ArgumentVector,
    /// Who drew random numbers last.
    random: Kind,
    /// When runs had last left much behind.
    last_large_run: Instant,
    /// Steps in which engines have given memory back without a break.
    settled: u32,
    /// When the timer was to go off.
    due: Instant,
    /// Whether the C library is to look for pages to give back, and not before when.
    owes_pages: bool,
    next_pages: Instant,
}

/// How long nothing large may have run before engines give back the memory that they keep for it.
const QUIET: Duration = Duration::from_secs(2);
/// How long a timer takes while there is something to free: a little is freed each time.
const RECLAIM_INTERVAL: Duration = Duration::from_millis(1);
/// The same while memory is given back, some 10 MB a second: a script that would need it again soon loses little.
const SETTLE_INTERVAL: Duration = Duration::from_millis(10);
/// A timer that goes off so much later has waited for a script, whose reply is written only after the timers.
const LATE: Duration = Duration::from_millis(20);
/// After so many steps the C library looks for pages to give back: what engines free in small pieces gathers there.
const STEPS_PER_PAGES: u32 = 8;
/// How many times as long as that has taken it is left alone: where the server's own memory is the C library's, it looks there too.
const PAGES_PART: u32 = 1000;

/// One kind's engine.
struct Environment {
    engine: EmbeddedEngine,
    generation: u32,
}

/// What has to wait for the end of a run.
enum Deferred {
    Remove(Handle),
    Reset(Kind, Box<EmbeddedEngine>),
}

/// An engine that is not used any more, to be dropped on any thread.
pub(crate) struct Retired(#[expect(dead_code, reason = "kept to be dropped")] Option<EmbeddedEngine>);

impl ScriptingEngine {
    /// Makes both engines.
    pub(crate) fn new(api: Api) -> Result<Self, EngineError> {
        let settings = Settings::new(api.version());
        let run = Arc::new(RunInProgress::new(&api));
        let options = engine_options(&settings, &run, false);
        let environment = |kind: Kind| -> Result<Environment, EngineError> {
            Ok(Environment { engine: kind.engine(&options)?, generation: 0 })
        };
        let state = State {
            environments: [environment(Kind::Eval)?, environment(Kind::Function)?],
            vector: ArgumentVector::default(),
            random: Kind::Eval,
            last_large_run: Instant::now(),
            settled: 0,
            due: Instant::now(),
            owes_pages: false,
            next_pages: Instant::now(),
        };
        Ok(Self {
            api,
            settings,
            session: Session::default(),
            run,
            state: Mutex::new(state),
            deferred: Mutex::default(),
            waiting: AtomicUsize::new(0),
            memory: [AtomicUsize::new(0), AtomicUsize::new(0)],
            has_timer: AtomicBool::new(false),
        })
    }

    /// Compiles a script, or loads a library within `timeout`. The text of an error is an error reply without a code.
    pub(crate) fn compile(
        &self,
        context: Context<'_>,
        kind: Kind,
        code: &[u8],
        timeout: Option<Duration>,
    ) -> Result<Vec<Compiled>, Vec<u8>> {
        let Some(mut guard) = self.lock() else {
            return Err(b"a script is running, nothing can be compiled meanwhile".to_vec());
        };
        self.catch_up(&mut guard);
        let state = &mut *guard;
        state.share_random(kind);
        let environment = &mut state.environments[kind.index()];
        let generation = environment.generation;
        let handle = |code| Handle { kind, generation, code };
        let result = match kind {
            Kind::Eval => environment
                .engine
                .compile(code)
                .map(|code| vec![Compiled { handle: handle(code), name: None, description: None, flags: 0 }]),
            Kind::Function => {
                let run = self.run.watch(Runtime::none());
                let none = StringArray::none(context.api());
                let mut host = ServerHost::new(context, run, &mut state.vector, [none, none]);
                environment.engine.load_library(code, timeout, &mut host).map(|functions| {
                    let compiled = functions.into_iter().map(|function| Compiled {
                        handle: handle(function.code),
                        name: Some(function.name),
                        description: function.description,
                        flags: function.flags.bits().into(),
                    });
                    compiled.collect()
                })
            }
        };
        self.measure(state);
        result.map_err(|error| error.0)
    }

    /// Forgets a function.
    pub(crate) fn remove(&self, handle: Handle) {
        let Some(mut state) = self.lock() else { return self.defer(Deferred::Remove(handle)) };
        self.catch_up(&mut state);
        remove_now(&mut state, &handle);
        self.measure(&state);
    }

    /// Runs a function; its reply goes to the client of `context`.
    pub(crate) fn call(
        &self,
        context: Context<'_>,
        runtime: Runtime<'_>,
        handle: &Handle,
        keys: StringArray<'_>,
        args: StringArray<'_>,
    ) {
        let mut reply = ClientReply::new(context);
        let Some(mut guard) = self.lock() else {
            return reply.error(b"ERR a script is running, it cannot run another one");
        };
        let state = &mut *guard;
        state.share_random(handle.kind);
        let environment = &mut state.environments[handle.kind.index()];
        if environment.generation != handle.generation {
            return reply.error(b"ERR the script was lost with the engine that compiled it, load it again");
        }
        let arguments = CallArguments { keys: keys.iter(), arguments: args.iter() };
        let run = self.run.watch(runtime);
        let mut host = ServerHost::new(context, run, &mut state.vector, [keys, args]);
        let engine = &mut environment.engine;
        match self.session.source() {
            None => engine.run(&handle.code, arguments, &mut host, &mut reply),
            Some(source) => {
                let mut transport = ServerTransport::new(context, &self.session);
                engine.debug(&handle.code, &source, arguments, &mut host, &mut transport, &mut reply)
            }
        };
        drop(host);
        if engine.is_reclaiming() {
            state.last_large_run = Instant::now();
            self.start_timer(&context, state, RECLAIM_INTERVAL);
        } else if engine.is_unsettled() {
            self.start_timer(&context, state, QUIET);
        }
        if self.waiting.load(Ordering::Acquire) > 0 {
            self.catch_up(state);
        }
        self.measure(state);
    }

    fn start_timer(&self, context: &Context<'_>, state: &mut State, after: Duration) {
        if !self.has_timer.swap(true, Ordering::Relaxed) {
            state.due = Instant::now() + after;
            context.start_timer(self, after);
        }
    }

    /// Called by the timer: frees a little of what runs have left behind, or gives a little memory back; and has itself called
    /// again if there is more.
    pub(crate) fn rest(&self, context: &Context<'_>) {
        let Some(mut state) = self.lock() else { return context.start_timer(self, QUIET) };
        self.has_timer.store(false, Ordering::Relaxed);
        if let Some(after) = state.rest() {
            self.start_timer(context, &mut state, after);
        }
    }

    /// A call has panicked: the engine that ran it is replaced by a new one.
    pub(crate) fn recover(&self, context: Context<'_>, kind: Kind) {
        ClientReply::new(context)
            .error(b"ERR the scripting engine failed, all scripts have to be loaded again");
        context.log(LogLevel::Warning, b"the scripting engine panicked and is started anew");
        let options = engine_options(&self.settings, &self.run, false);
        if let (Some(mut state), Ok(engine)) = (self.lock(), kind.engine(&options)) {
            state.environments[kind.index()].replace(engine);
            self.catch_up(&mut state);
            self.measure(&state);
        }
    }

    /// Begins anew: everything that scripts of these kinds have left behind is gone. What is returned may be dropped later,
    /// on any thread.
    pub(crate) fn reset(&self, context: &Context<'_>, kinds: &[Kind]) -> Vec<Retired> {
        let insecure_api = context.config_is_on(c"lua-enable-insecure-api");
        let options = engine_options(&self.settings, &self.run, insecure_api);
        let mut retired = Vec::new();
        for &kind in kinds {
            match kind.engine(&options) {
                Ok(engine) => match self.lock() {
                    Some(mut state) => {
                        self.catch_up(&mut state);
                        retired.push(state.reset(kind, engine));
                        self.measure(&state);
                    }
                    None => self.defer(Deferred::Reset(kind, Box::new(engine))),
                },
                Err(error) => context.log(LogLevel::Warning, error.to_string().as_bytes()),
            }
        }
        retired
    }

    /// Bytes that the engines of these kinds hold.
    pub(crate) fn memory(&self, kinds: &[Kind]) -> usize {
        kinds.iter().map(|kind| self.memory[kind.index()].load(Ordering::Relaxed)).sum()
    }

    /// The state, unless somebody is using it.
    fn lock(&self) -> Option<MutexGuard<'_, State>> {
        match self.state.try_lock() {
            Ok(state) => Some(state),
            // A panic leaves the state as it was between two steps of an engine, whose memory is safe in any state.
            Err(TryLockError::Poisoned(error)) => Some(error.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    fn defer(&self, what: Deferred) {
        let mut deferred = self.deferred.lock().unwrap_or_else(PoisonError::into_inner);
        deferred.push(what);
        self.waiting.store(deferred.len(), Ordering::Release);
    }

    /// Does what had to wait.
    fn catch_up(&self, state: &mut State) {
        if self.waiting.load(Ordering::Acquire) == 0 {
            return;
        }
        let mut deferred = self.deferred.lock().unwrap_or_else(PoisonError::into_inner);
        for what in deferred.drain(..) {
            match what {
                Deferred::Remove(handle) => remove_now(state, &handle),
                Deferred::Reset(kind, engine) => drop(state.reset(kind, *engine)),
            }
        }
        self.waiting.store(0, Ordering::Release);
    }

    fn measure(&self, state: &State) {
        for kind in Kind::ALL {
            let bytes = state.environments[kind.index()].engine.bytes_in_use();
            self.memory[kind.index()].store(bytes, Ordering::Relaxed);
        }
    }
}

impl Drop for ScriptingEngine {
    fn drop(&mut self) {
        self.state.get_mut().unwrap_or_else(PoisonError::into_inner).vector.clear(&self.api);
    }
}

impl State {
    /// Does a little of what can be done while nothing runs, and says when to go on.
    fn rest(&mut self) -> Option<Duration> {
        /// So many times some ten microseconds.
        const STEPS: usize = 4;
        let mut engines = self.environments.iter_mut().map(|environment| &mut environment.engine);
        if engines.any(|engine| (0..STEPS).all(|_| engine.reclaim())) {
            self.last_large_run = Instant::now();
            return Some(RECLAIM_INTERVAL);
        }
        let is_unsettled = self.environments.iter().any(|environment| environment.engine.is_unsettled());
        if !is_unsettled && !self.owes_pages {
            return None;
        }
        if let Some(rest) = QUIET.checked_sub(self.last_large_run.elapsed()) {
            return Some(rest.max(SETTLE_INTERVAL));
        }
        if self.due.elapsed() > LATE {
            return Some(SETTLE_INTERVAL);
        }
        let has_more = self.environments.iter_mut().any(|environment| environment.engine.settle());
        self.settled = if has_more { self.settled + 1 } else { 0 };
        self.owes_pages |= self.settled.is_multiple_of(STEPS_PER_PAGES);
        if self.owes_pages {
            let now = Instant::now();
            if self.next_pages <= now {
                give_back_pages();
                self.next_pages = now + now.elapsed().saturating_mul(PAGES_PART);
                self.owes_pages = false;
            } else if !has_more {
                return Some((self.next_pages - now).max(SETTLE_INTERVAL));
            }
        }
        has_more.then_some(SETTLE_INTERVAL)
    }

    /// Lets `kind` draw random numbers from where the other one has stopped.
    fn share_random(&mut self, kind: Kind) {
        if self.random == kind {
            return;
        }
        let [eval, function] = &mut self.environments;
        let (to, from) = match kind {
            Kind::Eval => (eval, function),
            Kind::Function => (function, eval),
        };
        to.engine.continue_random(&mut from.engine);
        self.random = kind;
    }

    fn reset(&mut self, kind: Kind, mut engine: EmbeddedEngine) -> Retired {
        let environment = &mut self.environments[kind.index()];
        engine.continue_random(&mut environment.engine);
        environment.replace(engine)
    }
}

impl Environment {
    fn replace(&mut self, engine: EmbeddedEngine) -> Retired {
        self.generation = self.generation.wrapping_add(1);
        Retired(Some(std::mem::replace(&mut self.engine, engine)))
    }
}

/// What an engine is made with.
fn engine_options(settings: &Settings, run: &Arc<RunInProgress>, insecure_api: bool) -> EngineOptions {
    let mut options = settings.options(insecure_api);
    let run = Arc::clone(run);
    options.poll_within = Some(PollWithin::new(move || run.poll()));
    options
}

fn remove_now(state: &mut State, handle: &Handle) {
    let environment = &mut state.environments[handle.kind.index()];
    if environment.generation == handle.generation {
        environment.engine.remove(&handle.code);
    }
}
