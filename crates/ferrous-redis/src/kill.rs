//! Killing a run from another thread, as SCRIPT KILL does.
//!
//! **Invariant:** a kill acts on the run that was in progress when it was asked for, never on a later one: starting a run
//! forgets a pending kill.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU8, Ordering},
};

use ferrous_vm::interrupt::InterruptHandle;

use crate::compat::Dialect;

const IDLE: u8 = 0;
const RUNNING: u8 = 1;
/// A bit: it has written.
const WROTE: u8 = 2;
/// A bit: it is a function of a library.
const FUNCTION: u8 = 4;

/// Kills the run of one engine, from any thread.
#[derive(Clone, Debug)]
pub struct KillHandle(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    status: AtomicU8,
    /// The machine's flag. Only a kill locks it, and an engine that starts anew.
    interrupt: Mutex<InterruptHandle>,
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
    /// SCRIPT KILL: ends the run within a millisecond, unless it has executed a command that writes.
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

    fn interrupt(&self) {
        self.0.interrupt.lock().unwrap_or_else(PoisonError::into_inner).kill();
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
        let shared =
            Shared { status: AtomicU8::new(IDLE), interrupt: Mutex::new(interrupt.clone()), dialect };
        Self { handle: KillHandle(Arc::new(shared)), interrupt }
    }

    /// Lets the handles given out for `other` act on this run's machine.
    pub(crate) fn succeed(&mut self, other: &Self) {
        self.handle = other.handle.clone();
        *self.handle.0.interrupt.lock().unwrap_or_else(PoisonError::into_inner) = self.interrupt.clone();
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
        self.set(IDLE);
    }

    fn set(&self, status: u8) {
        self.handle.0.status.store(status, Ordering::Release);
    }
}
