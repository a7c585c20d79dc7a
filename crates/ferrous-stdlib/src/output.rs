//! Output: where `print`, `io.write` and `io.stdout` put their text.
//!
//! An [`Output`] is a shared, buffered writer. Natives find it in a userdata among their upvalues; the embedder keeps a
//! clone, and flushes it when a run ends.
//!
//! **Invariant:** text arrives in the order in which it was written, whoever wrote it.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ferrous_heap::Value;
use ferrous_vm::error::LuaError;
use ferrous_vm::native::NativeContext;

/// Bytes collected before they are written, when nobody watches.
const CAPACITY: usize = 64 * 1024;

/// When written text is passed on (C's `setvbuf`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Buffering {
    /// At once.
    None,
    /// At the end of a line.
    Line,
    /// When the buffer is full.
    Full,
}

struct Sink {
    writer: Box<dyn Write + Send>,
    buffering: Buffering,
}

/// See the module's text.
#[derive(Clone)]
pub struct Output {
    sink: Arc<Mutex<Sink>>,
}

impl std::fmt::Debug for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Output").finish_non_exhaustive()
    }
}

impl Output {
    /// An output into any writer, which does its own buffering unless a script asks for less.
    #[must_use]
    pub fn new(writer: impl Write + Send + 'static) -> Self {
        Self::with_buffering(Box::new(writer), Buffering::Full)
    }

    /// Standard output: by lines on a terminal, in blocks elsewhere.
    #[must_use]
    pub fn stdout() -> Self {
        let stdout = io::stdout();
        let buffering = if stdout.is_terminal() { Buffering::Line } else { Buffering::Full };
        Self::with_buffering(Box::new(BufWriter::with_capacity(CAPACITY, stdout)), buffering)
    }

    fn with_buffering(writer: Box<dyn Write + Send>, buffering: Buffering) -> Self {
        Self { sink: Arc::new(Mutex::new(Sink { writer, buffering })) }
    }

    fn lock(&self) -> MutexGuard<'_, Sink> {
        // A writer that panicked has written what it could.
        self.sink.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes text.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&self, text: &[u8]) -> io::Result<()> {
        let mut sink = self.lock();
        sink.writer.write_all(text)?;
        match sink.buffering {
            Buffering::Full => Ok(()),
            Buffering::Line if !text.contains(&b'\n') => Ok(()),
            Buffering::None | Buffering::Line => sink.writer.flush(),
        }
    }

    /// Passes on what was collected.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn flush(&self) -> io::Result<()> {
        self.lock().writer.flush()
    }

    /// Says when text is passed on from now on.
    ///
    /// # Errors
    /// Those of the writer, which is flushed first.
    pub(crate) fn set_buffering(&self, buffering: Buffering) -> io::Result<()> {
        let mut sink = self.lock();
        sink.buffering = buffering;
        sink.writer.flush()
    }

    /// Passes on what was collected if somebody is watching: before a terminal is read (C does the same).
    pub(crate) fn flush_lines(&self) {
        let mut sink = self.lock();
        if sink.buffering == Buffering::Line {
            // Whoever writes next learns of the error.
            let _ = sink.writer.flush();
        }
    }

    /// A userdata that holds this output.
    pub(crate) fn to_userdata(&self, ctx: &mut NativeContext<'_, '_>) -> Result<Value, LuaError> {
        Ok(ctx.tx.new_userdata(Box::new(self.clone()))?)
    }

    /// The output in a userdata.
    pub(crate) fn from_userdata(ctx: &NativeContext<'_, '_>, userdata: Value) -> Result<Self, LuaError> {
        let found = ctx.tx.userdata(userdata).and_then(|payload| payload.downcast_ref::<Self>());
        found.cloned().ok_or_else(|| ctx.error("no output"))
    }
}
