//! The time limit of a plain run: a thread that kills the machine when the time is up.
//!
//! **Invariant:** a watchdog that has been dropped kills nothing any more.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, RecvTimeoutError, Sender},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use ferrous_vm::interrupt::InterruptHandle;

/// Watches one run.
pub(crate) struct Watchdog {
    /// Dropping it wakes the thread.
    alive: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
    fired: Arc<AtomicBool>,
}

impl Watchdog {
    /// Kills what `handle` stands for after `time`, unless dropped before.
    pub(crate) fn new(time: Duration, handle: InterruptHandle) -> Self {
        let (alive, dropped) = mpsc::channel::<()>();
        let fired = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&fired);
        let thread = thread::spawn(move || {
            if dropped.recv_timeout(time) == Err(RecvTimeoutError::Timeout) {
                flag.store(true, Ordering::Relaxed);
                handle.kill();
            }
        });
        Self { alive: Some(alive), thread: Some(thread), fired }
    }

    /// Whether the time was up.
    pub(crate) fn has_fired(&self) -> bool {
        self.fired.load(Ordering::Relaxed)
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.alive = None;
        if let Some(thread) = self.thread.take() {
            // It can only have ended.
            let _ = thread.join();
        }
    }
}
