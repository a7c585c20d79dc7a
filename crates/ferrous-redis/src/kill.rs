//! Killing a run from another thread, as SCRIPT KILL does, and answering other clients while it is [busy].
//!
//! **Invariant:** a kill acts on the run that was in progress when it was asked for, never on a later one: starting a run
//! forgets a pending kill.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU8, AtomicUsize, Ordering},
};

use ferrous_vm::interrupt::InterruptHandle;

use crate::{
    busy::{self, Admission, BusyRun, Verdict},
    compat::Dialect,
    function::list,
    host::CommandArgs,
    reply::ReplySink,
};

const IDLE: u8 = 0;
const RUNNING: u8 = 1;
/// A bit: it has written.
const WROTE: u8 = 2;
/// A bit: it is a function of a library.
const FUNCTION: u8 = 4;
/// A bit: it is busy.
const BUSY: u8 = 8;

/// Kills the run of one engine, and answers for the engine while it is busy, from any thread.
#[derive(Clone, Debug)]
pub struct KillHandle(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    status: AtomicU8,
    /// The machine's flag. Only a kill locks it, and an engine that starts anew.
    interrupt: Mutex<InterruptHandle>,
    /// What is busy; there while the status says so.
    busy: Mutex<Option<BusyRun>>,
    /// How many libraries there are, and functions in them.
    libraries: AtomicUsize,
    functions: AtomicUsize,
    dialect: &'static Dialect,
}

/// Why a run was not killed. The texts are the error replies of SCRIPT KILL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KillError {
    /// Nothing is running.
    #[error("NOTBUSY No scripts in execution right now.")]
    NotBusy,
    /// The script has written; killing it would leave half of its changes.
    #[error(
        "UNKILLABLE Sorry the script already executed write commands against the dataset. You can either wait the \
         script termination or kill the server in a hard way using the SHUTDOWN NOSAVE command."
    )]
    Unkillable,
    /// What runs is ended with the other of the two commands.
    #[error("{0}")]
    WrongCommand(&'static str),
}

impl KillHandle {
    /// SCRIPT KILL: ends the run, or the compiling of a script that is new, unless it has executed a command that writes. It
    /// returns at once; most runs end within a millisecond.
    ///
    /// # Errors
    /// See [`KillError`].
    pub fn kill(&self) -> Result<(), KillError> {
        self.kill_if(|status| status & FUNCTION == 0, self.0.dialect.function_busy)
    }

    /// FUNCTION KILL: the same for functions of libraries.
    ///
    /// # Errors
    /// See [`KillError`].
    pub fn kill_function(&self) -> Result<(), KillError> {
        self.kill_if(|status| status & FUNCTION != 0, self.0.dialect.busy)
    }

    fn kill_if(&self, fits: impl Fn(u8) -> bool, busy: &'static str) -> Result<(), KillError> {
        match self.0.status.load(Ordering::Acquire) {
            IDLE => Err(KillError::NotBusy),
            status if status & WROTE != 0 => Err(KillError::Unkillable),
            status if !fits(status) => Err(KillError::WrongCommand(busy)),
            _ => {
                self.interrupt();
                Ok(())
            }
        }
    }

    /// Ends the run, whether it has written or not. For hosts that can undo, or that are shutting down.
    ///
    /// # Errors
    /// [`KillError::NotBusy`].
    pub fn kill_hard(&self) -> Result<(), KillError> {
        if self.is_running() {
            self.interrupt();
            Ok(())
        } else {
            Err(KillError::NotBusy)
        }
    }

    /// Whether a script is running.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.0.status.load(Ordering::Acquire) != IDLE
    }

    /// Whether a script has been running for longer than the engine's threshold.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.0.status.load(Ordering::Acquire) & BUSY != 0
    }

    /// How often runs have looked for a kill so far; see [`InterruptHandle::looks`].
    #[must_use]
    pub fn looks(&self) -> u64 {
        self.interrupt_lock().looks()
    }

    /// The script or function that is busy.
    #[must_use]
    pub fn busy_run(&self) -> Option<BusyRun> {
        self.busy_lock().clone()
    }

    /// What becomes of a command that a client sends, when an engine cannot be asked since it runs a script. If that is busy,
    /// SCRIPT KILL, FUNCTION KILL and FUNCTION STATS are answered, and what is not served meanwhile is refused. Commands of
    /// the server come here when their number of arguments has been checked, as in Redis.
    pub fn admit(&self, args: CommandArgs<'_>, reply: &mut dyn ReplySink) -> Admission {
        let Some(run) = self.busy_run() else { return Admission::Serve };
        match busy::judge(args, run.is_function, self.0.dialect) {
            Verdict::Serve => return Admission::Serve,
            Verdict::Refuse(text) => reply.error(&text),
            Verdict::Kill { function } => match if function { self.kill_function() } else { self.kill() } {
                Ok(()) => reply.status(b"OK"),
                Err(error) => reply.error(error.to_string().as_bytes()),
            },
            Verdict::Stats => {
                let counts =
                    [&self.0.libraries, &self.0.functions].map(|count| count.load(Ordering::Relaxed));
                list::write_stats(counts, Some(&run), reply);
            }
        }
        Admission::Answered
    }

    /// What runs is the compiler, until the answer is dropped.
    pub(crate) fn compile(&self) -> Compiling<'_> {
        self.interrupt_lock().reset();
        self.0.status.store(RUNNING, Ordering::Release);
        Compiling { handle: self, interrupt: self.interrupt_lock().clone() }
    }

    /// The run has become busy.
    pub(crate) fn set_busy(&self, run: BusyRun) {
        *self.busy_lock() = Some(run);
        self.0.status.fetch_or(BUSY, Ordering::AcqRel);
    }

    fn busy_lock(&self) -> MutexGuard<'_, Option<BusyRun>> {
        self.0.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn interrupt(&self) {
        self.interrupt_lock().kill();
    }

    fn interrupt_lock(&self) -> MutexGuard<'_, InterruptHandle> {
        self.0.interrupt.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A script that is being compiled, which SCRIPT KILL ends as it ends a run.
#[derive(Debug)]
pub(crate) struct Compiling<'a> {
    handle: &'a KillHandle,
    interrupt: InterruptHandle,
}

impl Compiling<'_> {
    /// Whether it was killed.
    pub(crate) fn is_killed(&self) -> bool {
        self.interrupt.is_killed()
    }

    /// It is done; whether it was killed.
    pub(crate) fn end(self) -> bool {
        self.handle.0.status.store(IDLE, Ordering::Release);
        self.is_killed()
    }

    /// What is said of it then.
    pub(crate) fn message(&self) -> &'static str {
        self.handle.0.dialect.killed
    }
}

impl Drop for Compiling<'_> {
    fn drop(&mut self) {
        self.handle.0.status.store(IDLE, Ordering::Release);
        self.interrupt.reset();
    }
}

/// The engine's side of a [`KillHandle`].
#[derive(Debug)]
pub(crate) struct RunStatus {
    handle: KillHandle,
    interrupt: InterruptHandle,
}

impl RunStatus {
    pub(crate) fn new(interrupt: InterruptHandle, dialect: &'static Dialect) -> Self {
        let shared = Shared {
            status: AtomicU8::new(IDLE),
            interrupt: Mutex::new(interrupt.clone()),
            busy: Mutex::new(None),
            libraries: AtomicUsize::new(0),
            functions: AtomicUsize::new(0),
            dialect,
        };
        Self { handle: KillHandle(Arc::new(shared)), interrupt }
    }

    /// Lets the handles given out for `other` act on this run's machine.
    pub(crate) fn succeed(&mut self, other: &Self) {
        self.handle = other.handle.clone();
        *self.handle.interrupt_lock() = self.interrupt.clone();
    }

    pub(crate) fn handle(&self) -> KillHandle {
        self.handle.clone()
    }

    pub(crate) fn start(&self) {
        self.interrupt.reset();
        self.set(RUNNING);
    }

    pub(crate) fn start_function(&self) {
        self.interrupt.reset();
        self.set(RUNNING | FUNCTION);
    }

    pub(crate) fn wrote(&self) {
        // Only the run itself changes it.
        self.set(self.handle.0.status.load(Ordering::Relaxed) | WROTE);
    }

    pub(crate) fn end(&self) {
        // Only the run itself has set it.
        if self.handle.0.status.load(Ordering::Relaxed) & BUSY != 0 {
            self.forget_busy();
        }
        self.set(IDLE);
        self.interrupt.reset();
    }

    #[cold]
    fn forget_busy(&self) {
        *self.handle.busy_lock() = None;
    }

    /// Tells how many libraries there are, and functions in them.
    pub(crate) fn count_libraries(&self, libraries: usize, functions: usize) {
        self.handle.0.libraries.store(libraries, Ordering::Relaxed);
        self.handle.0.functions.store(functions, Ordering::Relaxed);
    }

    fn set(&self, status: u8) {
        self.handle.0.status.store(status, Ordering::Release);
    }
}

impl Drop for RunStatus {
    /// A run that is given up does not run any more.
    fn drop(&mut self) {
        self.end();
    }
}
