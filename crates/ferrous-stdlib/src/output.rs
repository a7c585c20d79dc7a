//! Output: where `print` and `io.write` put their text.
//!
//! An [`Output`] is a shared, buffered writer. Natives find it in a userdata among their upvalues; the embedder keeps a
//! clone, and flushes it when a run ends.
//!
//! **Invariant:** text arrives in the order in which it was written, whoever wrote it.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError};

use ferrous_heap::Value;
use ferrous_vm::error::LuaError;
use ferrous_vm::native::NativeContext;

/// Bytes collected before they are written, when nobody watches.
const CAPACITY: usize = 64 * 1024;

/// See the module's text.
#[derive(Clone)]
pub struct Output {
    writer: Arc<Mutex<Box<dyn Write + Send>>>,
}

impl std::fmt::Debug for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Output").finish_non_exhaustive()
    }
}

impl Output {
    /// An output into any writer.
    #[must_use]
    pub fn new(writer: impl Write + Send + 'static) -> Self {
        Self { writer: Arc::new(Mutex::new(Box::new(writer))) }
    }

    /// Standard output: by lines on a terminal, in blocks elsewhere.
    #[must_use]
    pub fn stdout() -> Self {
        let stdout = io::stdout();
        if stdout.is_terminal() {
            Self::new(stdout)
        } else {
            Self::new(BufWriter::with_capacity(CAPACITY, stdout))
        }
    }

    /// Writes text.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&self, text: &[u8]) -> io::Result<()> {
        // A writer that panicked has written what it could.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner).write_all(text)
    }

    /// Passes on what was collected.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn flush(&self) -> io::Result<()> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner).flush()
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
