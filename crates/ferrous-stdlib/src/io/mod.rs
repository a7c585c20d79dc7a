//! The I/O library (manual §5.7), in the plain profile only.
//!
//! | file | what |
//! |---|---|
//! | `stream` | a buffered file |
//! | `open` | modes, pipes, standard streams |
//! | `handle` | files as scripts hold them, default files |
//! | `read`, `number` | formats |
//! | this one | the functions |
//!
//! `io.stdout` is the [`Output`] of the profile, the one that `print` uses. Calls block for as long as the system does.
//!
//! **Invariant:** arguments before a bad one are read or written, as in C.

mod handle;
mod number;
mod open;
mod read;
mod stream;

use std::io::SeekFrom;

use ferrous_heap::Value;
use ferrous_vm::error::LuaError;
use ferrous_vm::native::{Charge, NativeContext, NativeFn, NativeResult};
use ferrous_vm::number::write_number;
use rustix::io::Errno;

use crate::argument::opt_int;
use crate::failure::{SYSTEM_CALL, check_name, message, outcome};
use crate::output::{Buffering, Output};
use crate::temporary;
use handle::{Default, Handle, Library, TYPE, close, install, new_file, value_of};
pub(crate) use open::shell;
use stream::Stream;

const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("close", io_close),
    ("flush", io_flush),
    ("input", io_input),
    ("lines", io_lines),
    ("open", io_open),
    ("output", io_output),
    ("popen", io_popen),
    ("read", io_read),
    ("tmpfile", io_tmpfile),
    ("type", io_type),
    ("write", io_write),
];

const METHODS: &[(&str, NativeFn)] = &[
    ("close", file_close),
    ("flush", file_flush),
    ("lines", file_lines),
    ("read", file_read),
    ("seek", file_seek),
    ("setvbuf", file_setvbuf),
    ("write", file_write),
    ("__gc", file_gc),
    ("__tostring", file_tostring),
];

/// Installs `io`.
///
/// # Errors
/// Out of memory.
pub fn open_io(ctx: &mut NativeContext<'_, '_>, output: &Output) -> Result<(), LuaError> {
    let table = ctx.library(Some("io"), &[])?;
    let library = Library::new(output.clone());
    let defaults = ctx.tx.new_table(2, 0)?;
    let payload = ctx.tx.new_userdata(Box::new(library.clone()))?;
    let shared = [defaults, payload];
    let metatable = ctx.tx.new_table(0, METHODS.len() + 1)?;
    let registry = ctx.tx.registry();
    ctx.set_field(registry, TYPE, metatable)?;
    if let Some(methods) = metatable.as_table() {
        install(ctx, methods, METHODS, &shared)?;
        ctx.set_field(methods, "__index", metatable)?;
    }
    install(ctx, table, FUNCTIONS, &shared)?;
    let error = open::standard(std::io::stderr()).map(|file| Stream::new(file, false, true).unbuffered());
    let input = open::standard(std::io::stdin())
        .map(|file| Stream::new(file, true, false).with_prompt(output.clone()));
    let streams =
        [("stdin", input.ok()), ("stdout", Some(Stream::to_output(output.clone()))), ("stderr", error.ok())];
    for (position, (name, stream)) in streams.into_iter().enumerate() {
        // A program that was started without the stream has none.
        let Some(stream) = stream else { continue };
        let file = value_of(ctx, library.handle(stream, true))?;
        ctx.set_field(table, name, file)?;
        if let (Some(defaults), 0 | 1) = (defaults.as_table(), position) {
            // 1 is the input, 2 the output.
            ctx.tx.raw_set(defaults, Value::number(position as f64 + 1.0), file)?;
        }
    }
    Ok(())
}

/// Returns a new file, or says why there is none.
fn opened(
    ctx: &mut NativeContext<'_, '_>,
    name: Option<&[u8]>,
    result: std::io::Result<Stream>,
) -> NativeResult {
    match result {
        Ok(stream) => {
            let file = new_file(ctx, stream)?;
            ctx.ret(file)
        }
        Err(error) => outcome(ctx, name, Err(error)),
    }
}

/// Argument 2 as the mode of `open` and `popen`.
fn mode(ctx: &mut NativeContext<'_, '_>) -> Result<Vec<u8>, LuaError> {
    if ctx.arg(2).is_nil() { Ok(b"r".to_vec()) } else { check_name(ctx, 2) }
}

/// `io.open(filename [, mode])`.
fn io_open(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let name = check_name(ctx, 1)?;
    let mode = mode(ctx)?;
    opened(ctx, Some(&name), open::file(&name, &mode))
}

/// `io.popen(prog [, mode])`.
fn io_popen(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let command = check_name(ctx, 1)?;
    let mode = mode(ctx)?;
    Library::of(ctx)?.flush_all();
    opened(ctx, Some(&command), open::process(&command, &mode))
}

/// `io.tmpfile()`.
fn io_tmpfile(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let _: Charge = ctx.charge(SYSTEM_CALL);
    let file = temporary::create().and_then(|(file, name)| {
        std::fs::remove_file(name)?;
        Ok(Stream::new(file, true, true))
    });
    opened(ctx, None, file)
}

/// `io.type(obj)`.
fn io_type(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let value = ctx.check_any(1)?;
    let name: &[u8] = match Handle::from_value(ctx, value) {
        None => return ctx.ret(Value::NIL),
        Some(handle) if handle.is_closed() => b"closed file",
        Some(_) => b"file",
    };
    let name = ctx.tx.intern(name)?;
    ctx.ret(name)
}

/// `file:close()`.
fn file_close(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    if !ctx.has_arg(1) {
        // The methods have no default file.
        ctx.push(Value::NIL)?;
    }
    let handle = Handle::check_open(ctx)?;
    close(ctx, &handle)
}

/// `io.close([file])`.
fn io_close(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    if !ctx.has_arg(1) {
        let output = Default::Output.value(ctx);
        ctx.push(output)?;
    }
    let handle = Handle::check_open(ctx)?;
    close(ctx, &handle)
}

/// `__gc` of files.
fn file_gc(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let handle = Handle::check(ctx)?;
    if !handle.is_closed() {
        close(ctx, &handle)?;
    }
    ctx.ret0()
}

/// `__tostring` of files.
fn file_tostring(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let handle = Handle::check(ctx)?;
    let text = if handle.is_closed() {
        "file (closed)".to_owned()
    } else {
        format!("file ({:#016x})", ctx.arg(1).address())
    };
    let text = ctx.tx.intern(text.as_bytes())?;
    ctx.ret(text)
}

/// The error of a file that cannot be opened and is argument 1.
fn cannot_open(ctx: &NativeContext<'_, '_>, name: &[u8], error: &std::io::Error) -> LuaError {
    ctx.argument_error(1, message(Some(name), error))
}

/// Replaces a default file, and returns it.
fn default_file(ctx: &mut NativeContext<'_, '_>, which: Default, mode: &[u8]) -> NativeResult {
    if !ctx.arg(1).is_nil() {
        let file = if ctx.arg(1).is_string() || ctx.arg(1).is_number() {
            let name = check_name(ctx, 1)?;
            let stream = open::file(&name, mode).map_err(|error| cannot_open(ctx, &name, &error))?;
            new_file(ctx, stream)?
        } else {
            Handle::check_open(ctx)?;
            ctx.arg(1)
        };
        which.set(ctx, file)?;
    }
    let file = which.value(ctx);
    ctx.ret(file)
}

/// `io.input([file])`.
fn io_input(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    default_file(ctx, Default::Input, b"r")
}

/// `io.output([file])`.
fn io_output(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    default_file(ctx, Default::Output, b"w")
}

/// Returns an iterator over a file's lines.
fn lines(ctx: &mut NativeContext<'_, '_>, file: Value, closes: bool) -> NativeResult {
    let iterator = ctx.new_native(next_line, &[file, Value::boolean(closes)])?;
    ctx.ret(iterator)
}

/// `io.lines([filename])`.
fn io_lines(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    if ctx.arg(1).is_nil() {
        // An argument that is nil stays the one that is looked at.
        let input = Default::Input.value(ctx);
        ctx.push(input)?;
        return file_lines(ctx);
    }
    let name = check_name(ctx, 1)?;
    let stream = open::file(&name, b"r").map_err(|error| cannot_open(ctx, &name, &error))?;
    let file = new_file(ctx, stream)?;
    lines(ctx, file, true)
}

/// `file:lines()`.
fn file_lines(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    Handle::check_open(ctx)?;
    lines(ctx, ctx.arg(1), false)
}

/// The iterator of `lines`; upvalues: the file, and whether it is closed at its end.
fn next_line(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let handle =
        Handle::from_value(ctx, ctx.upvalue(0)).ok_or_else(|| ctx.error("file is already closed"))?;
    if let Some(line) = read::next_line(ctx, &handle)? {
        return ctx.ret(line);
    }
    if ctx.upvalue(1).is_truthy() {
        close(ctx, &handle)?;
    }
    ctx.ret0()
}

/// `io.read(...)`.
fn io_read(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let input = Default::Input.check_open(ctx)?;
    read::read(ctx, &input, 1)
}

/// `file:read(...)`.
fn file_read(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let handle = Handle::check_open(ctx)?;
    read::read(ctx, &handle, 2)
}

/// Writes the arguments from `first` on.
fn write(ctx: &mut NativeContext<'_, '_>, handle: &Handle, first: usize) -> NativeResult {
    /// How much is written between two looks for a kill.
    const PIECE: usize = 1 << 16;
    let mut result = Ok(());
    for n in first..=ctx.arg_count() {
        let mut guard = handle.lock();
        let Some(stream) = guard.as_mut() else { return Err(ctx.error("attempt to use a closed file")) };
        let mut digits = Vec::new();
        let text = match ctx.arg(n).as_number() {
            Some(number) => {
                write_number(number, &mut digits);
                digits.as_slice()
            }
            None => {
                let text = ctx.check_string(n)?;
                ctx.tx.string(text).unwrap_or_default()
            }
        };
        // An empty text too may find that the file is not writable.
        let (first, rest) = text.split_at(text.len().min(PIECE));
        result = result.and_then(|()| stream.write(first));
        for piece in rest.chunks(PIECE) {
            ctx.tx.look()?;
            result = result.and_then(|()| stream.write(piece));
        }
    }
    outcome(ctx, None, result)
}

/// `io.write(...)`.
fn io_write(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let output = Default::Output.check_open(ctx)?;
    write(ctx, &output, 1)
}

/// `file:write(...)`.
fn file_write(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let handle = Handle::check_open(ctx)?;
    write(ctx, &handle, 2)
}

fn flush(ctx: &mut NativeContext<'_, '_>, handle: &Handle) -> NativeResult {
    let result = handle.lock().as_mut().map_or(Ok(()), Stream::flush);
    outcome(ctx, None, result)
}

/// `io.flush()`.
fn io_flush(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let output = Default::Output.check_open(ctx)?;
    flush(ctx, &output)
}

/// `file:flush()`.
fn file_flush(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let handle = Handle::check_open(ctx)?;
    flush(ctx, &handle)
}

/// `file:seek([whence] [, offset])`.
fn file_seek(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let handle = Handle::check_open(ctx)?;
    let whence = ctx.check_option(2, Some("cur"), &["set", "cur", "end"])?;
    let offset = ctx.opt_integer(3, 0)?;
    let to = match (whence, u64::try_from(offset)) {
        (0, Ok(offset)) => Ok(SeekFrom::Start(offset)),
        (0, Err(_)) => Err(Errno::INVAL.into()),
        (1, _) => Ok(SeekFrom::Current(offset)),
        _ => Ok(SeekFrom::End(offset)),
    };
    let position = match handle.lock().as_mut() {
        Some(stream) => to.and_then(|to| stream.seek(to)),
        None => Err(Errno::BADF.into()),
    };
    match position {
        Ok(position) => ctx.ret(Value::number(position as f64)),
        Err(error) => outcome(ctx, None, Err(error)),
    }
}

/// `file:setvbuf(mode [, size])`.
fn file_setvbuf(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let handle = Handle::check_open(ctx)?;
    let buffering = match ctx.check_option(2, None, &["no", "full", "line"])? {
        0 => Buffering::None,
        1 => Buffering::Full,
        _ => Buffering::Line,
    };
    // The size is glibc's own business unless it is given the buffer itself.
    opt_int(ctx, 3, 0)?;
    let result = handle.lock().as_mut().map_or(Ok(()), |stream| stream.set_buffering(buffering));
    outcome(ctx, None, result)
}
