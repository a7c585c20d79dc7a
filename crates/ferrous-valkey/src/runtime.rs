//! The run in progress: what the server knows of it, and its looks at its other clients.
//!
//! The engine polls between two slices of a run, through its host, and in the middle of work that cannot be suspended, where no
//! host is at hand. Both ways lead to the one [`RunInProgress`] of the module, which keeps the time.
//!
//! **Invariant:** [`RunInProgress`] points to a run only as long as that run's [`Watched`] lives, within the callback of the server
//! that began it, and is polled only by the engine that runs it.

#![allow(unsafe_code, reason = "calls the server's function")]

use std::{
    ffi::c_int,
    marker::PhantomData,
    ptr::{self, NonNull},
    sync::atomic::{AtomicPtr, AtomicU64, Ordering},
    time::Instant,
};

use ferrous_redis::host::Poll;

use crate::{
    api::Api,
    ffi::{RuntimeCtx, STATE_EXECUTING},
};

/// The server's handle of a run; a library that loads has none.
#[derive(Clone, Copy)]
pub(crate) struct Runtime<'a> {
    raw: *mut RuntimeCtx,
    lifetime: PhantomData<&'a RuntimeCtx>,
}

impl Runtime<'_> {
    /// # Safety
    /// `raw` is null or what the server handed to the callback in progress, and the lifetime ends no later than that callback.
    pub(crate) unsafe fn new(raw: *mut RuntimeCtx) -> Self {
        Self { raw, lifetime: PhantomData }
    }

    /// No run: a library loads.
    pub(crate) fn none() -> Self {
        Self { raw: ptr::null_mut(), lifetime: PhantomData }
    }
}

/// See the module's text.
pub(crate) struct RunInProgress {
    /// Serves the server's other clients if the script is slow; says whether it was killed.
    execution_state: unsafe extern "C" fn(*mut RuntimeCtx) -> c_int,
    raw: AtomicPtr<RuntimeCtx>,
    made: Instant,
    /// When the server last looked at its clients, in microseconds since this was made.
    polled: AtomicU64,
}

impl RunInProgress {
    /// How many microseconds lie between two looks at the clients: a kill waits no longer for its reply. A look at a busy
    /// server's sockets takes some ten.
    const PERIOD: u64 = 200;

    pub(crate) fn new(api: &Api) -> Self {
        Self {
            execution_state: api.execution_state,
            raw: AtomicPtr::new(ptr::null_mut()),
            made: Instant::now(),
            polled: AtomicU64::new(0),
        }
    }

    /// A run begins; it has ended when what is returned is dropped.
    pub(crate) fn watch<'a>(&'a self, runtime: Runtime<'a>) -> Watched<'a> {
        self.raw.store(runtime.raw, Ordering::Relaxed);
        Watched(self)
    }

    /// Lets the server look after its other clients if the script has become slow and it has not looked just now.
    pub(crate) fn poll(&self) -> Poll {
        let Some(raw) = NonNull::new(self.raw.load(Ordering::Relaxed)) else { return Poll::GoOn };
        if self.now() < self.polled.load(Ordering::Relaxed) + Self::PERIOD {
            return Poll::GoOn;
        }
        // SAFETY: the pointer is valid for the callback in progress, which this is called from (see the invariant). The
        // server may call back into the engine, which expects that (see `engine.rs`).
        let state = unsafe { (self.execution_state)(raw.as_ptr()) };
        self.polled.store(self.now(), Ordering::Relaxed);
        if state == STATE_EXECUTING { Poll::GoOn } else { Poll::Kill }
    }

    /// Microseconds since this was made: they fit for half a million years.
    fn now(&self) -> u64 {
        self.made.elapsed().as_micros() as u64
    }
}

/// See [`RunInProgress::watch`].
pub(crate) struct Watched<'a>(&'a RunInProgress);

impl Watched<'_> {
    /// See [`RunInProgress::poll`].
    pub(crate) fn poll(&self) -> Poll {
        self.0.poll()
    }
}

impl Drop for Watched<'_> {
    fn drop(&mut self) {
        self.0.raw.store(ptr::null_mut(), Ordering::Relaxed);
    }
}
