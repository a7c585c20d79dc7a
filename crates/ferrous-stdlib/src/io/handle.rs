//! Handle: a file as scripts hold it, a userdata that shares a [`Stream`] until it is closed.
//!
//! The library keeps what its functions share in two upvalues of each: a table with the default input (1) and output (2),
//! as PUC Lua's environment has them, and a userdata with a [`Library`].
//!
//! **Invariant:** a handle that is closed has no stream; nothing but its own type of userdata passes for one.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use ferrous_heap::Value;
use ferrous_vm::error::LuaError;
use ferrous_vm::native::{NativeContext, NativeFn, NativeResult};

use super::stream::Stream;
use crate::base::set_native;
use crate::output::Output;

/// The registry's name for the metatable of files.
pub(super) const TYPE: &str = "FILE*";

type SharedStream = Arc<Mutex<Option<Stream>>>;
type WeakStream = Weak<Mutex<Option<Stream>>>;

/// See the module's text.
#[derive(Debug, Clone)]
pub(super) struct Handle {
    stream: SharedStream,
    /// One of the program's own, which scripts cannot close.
    pub(super) standard: bool,
}

impl Handle {
    /// The stream, or none if the file is closed.
    pub(super) fn lock(&self) -> MutexGuard<'_, Option<Stream>> {
        // A panic leaves at worst bytes unwritten.
        self.stream.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the stream out: the file is closed.
    pub(super) fn take(&self) -> Option<Stream> {
        self.lock().take()
    }

    pub(super) fn is_closed(&self) -> bool {
        self.lock().is_none()
    }

    /// The handle in a value.
    pub(super) fn from_value(ctx: &NativeContext<'_, '_>, value: Value) -> Option<Self> {
        ctx.tx.userdata(value)?.downcast_ref::<Self>().cloned()
    }

    /// The handle in argument 1, closed or not.
    ///
    /// # Errors
    /// No file.
    pub(super) fn check(ctx: &NativeContext<'_, '_>) -> Result<Self, LuaError> {
        Self::from_value(ctx, ctx.arg(1)).ok_or_else(|| ctx.type_error(1, TYPE))
    }

    /// The handle in argument 1, which must be open.
    ///
    /// # Errors
    /// No file, or a closed one.
    pub(super) fn check_open(ctx: &NativeContext<'_, '_>) -> Result<Self, LuaError> {
        let handle = Self::check(ctx)?;
        if handle.is_closed() { Err(ctx.error("attempt to use a closed file")) } else { Ok(handle) }
    }
}

/// One of the two files that functions without a file use.
#[derive(Debug, Clone, Copy)]
pub(super) enum Default {
    Input,
    Output,
}

impl Default {
    fn index(self) -> Value {
        Value::number(match self {
            Self::Input => 1.0,
            Self::Output => 2.0,
        })
    }

    /// The file's value.
    pub(super) fn value(self, ctx: &NativeContext<'_, '_>) -> Value {
        ctx.upvalue(0).as_table().map_or(Value::NIL, |table| ctx.tx.raw_get(table, self.index()))
    }

    /// Makes another file the default.
    pub(super) fn set(self, ctx: &mut NativeContext<'_, '_>, file: Value) -> Result<(), LuaError> {
        match ctx.upvalue(0).as_table() {
            Some(table) => Ok(ctx.tx.raw_set(table, self.index(), file)?),
            None => Ok(()),
        }
    }

    /// The file, which must be open.
    ///
    /// # Errors
    /// It is closed.
    pub(super) fn check_open(self, ctx: &NativeContext<'_, '_>) -> Result<Handle, LuaError> {
        let name = match self {
            Self::Input => "input",
            Self::Output => "output",
        };
        Handle::from_value(ctx, self.value(ctx))
            .filter(|handle| !handle.is_closed())
            .ok_or_else(|| ctx.error(format!("standard {name} file is closed")))
    }
}

/// What all functions of the library share.
#[derive(Debug, Clone)]
pub(super) struct Library {
    pub(super) output: Output,
    /// Files that were opened, some of which may be closed by now.
    opened: Arc<Mutex<Vec<WeakStream>>>,
}

impl Library {
    pub(super) fn new(output: Output) -> Self {
        Self { output, opened: Arc::default() }
    }

    /// The library of the running function.
    ///
    /// # Errors
    /// Its upvalue was replaced.
    pub(super) fn of(ctx: &NativeContext<'_, '_>) -> Result<Self, LuaError> {
        let found = ctx.tx.userdata(ctx.upvalue(1)).and_then(|payload| payload.downcast_ref::<Self>());
        found.cloned().ok_or_else(|| ctx.error("no library"))
    }

    /// A handle of a stream.
    pub(super) fn handle(&self, stream: Stream, standard: bool) -> Handle {
        let stream = Arc::new(Mutex::new(Some(stream)));
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if opened.len() == opened.capacity() {
            opened.retain(|stream| stream.strong_count() > 0);
        }
        opened.push(Arc::downgrade(&stream));
        Handle { stream, standard }
    }

    /// Writes out what all open files have kept back, as C's `fflush(NULL)` does.
    pub(super) fn flush_all(&self) {
        // Whoever writes next learns of an error.
        let _ = self.output.flush();
        let opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        for stream in opened.iter().filter_map(Weak::upgrade) {
            if let Some(stream) = stream.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
                let _ = stream.flush();
            }
        }
    }
}

/// A value of a stream, with the metatable of files.
///
/// # Errors
/// Out of memory.
pub(super) fn new_file(ctx: &mut NativeContext<'_, '_>, stream: Stream) -> Result<Value, LuaError> {
    let handle = Library::of(ctx)?.handle(stream, false);
    value_of(ctx, handle)
}

/// A value of a handle, with the metatable of files.
///
/// # Errors
/// Out of memory.
pub(super) fn value_of(ctx: &mut NativeContext<'_, '_>, handle: Handle) -> Result<Value, LuaError> {
    let metatable = ctx.tx.raw_get_str(ctx.tx.registry(), TYPE.as_bytes()).as_table();
    let file = ctx.tx.new_userdata(Box::new(handle))?;
    ctx.tx.set_metatable(file, metatable)?;
    Ok(file)
}

/// Installs functions that share the library's upvalues.
///
/// # Errors
/// Out of memory.
pub(super) fn install(
    ctx: &mut NativeContext<'_, '_>,
    table: ferrous_heap::TableRef,
    functions: &[(&str, NativeFn)],
    shared: &[Value],
) -> Result<(), LuaError> {
    functions.iter().try_for_each(|(name, function)| set_native(ctx, table, name, *function, shared))
}

/// Closes a file as `file:close()` does.
///
/// # Errors
/// Out of memory.
pub(super) fn close(ctx: &mut NativeContext<'_, '_>, handle: &Handle) -> NativeResult {
    if handle.standard {
        let message = ctx.tx.intern(b"cannot close standard file")?;
        return ctx.ret2(Value::NIL, message);
    }
    let result = handle.take().map_or(Ok(()), Stream::close);
    crate::failure::outcome(ctx, None, result)
}
