//! Reading by formats: `*n`, `*l`, `*a` and counts (manual §5.7, `file:read`).
//!
//! **Invariant:** what was read is in registers or in a buffer that the heap's limit covers.

use std::io;

use ferrous_heap::{HeapError, Value};
use ferrous_vm::error::LuaError;
use ferrous_vm::native::{Charge, NativeContext, NativeResult};

use super::handle::Handle;
use super::number;
use super::stream::{CAPACITY, Stream};
use crate::buffer::Buffer;
use crate::failure::{outcome, reason};
use crate::string::pattern::effective;

/// How many bytes C's `fgets` reads at once here (`LUAL_BUFFERSIZE` less its zero byte).
const PIECE: usize = 8191;
/// How much is read at once where nobody asked for less.
const CHUNK: usize = 16 * CAPACITY;

/// How reading can fail: the file, or the machine.
pub(super) enum Failure {
    File(io::Error),
    Machine(LuaError),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::File(error)
    }
}

impl From<LuaError> for Failure {
    fn from(error: LuaError) -> Self {
        Self::Machine(error)
    }
}

/// Reads a line without its end; `None` at the end of the file.
fn line(ctx: &mut NativeContext<'_, '_>, stream: &mut Stream) -> Result<Option<Value>, Failure> {
    // Most lines lie in the stream's buffer as a whole.
    if stream.fill()?
        && let Some(end) = memchr::memchr2(b'\n', 0, stream.ahead())
        && stream.ahead().get(end) == Some(&b'\n')
    {
        let line = ctx.tx.intern(stream.ahead().get(..end).unwrap_or_default()).map_err(LuaError::from)?;
        stream.consume(end + 1);
        return Ok(Some(line));
    }
    let mut buffer = Buffer::take(ctx.tx);
    let ended = pieces(ctx, stream, &mut buffer);
    let some = !buffer.bytes.is_empty();
    let line = buffer.finish(ctx)?;
    Ok(if ended? || some { Some(line) } else { None })
}

/// Reads a line in the pieces that `fgets` reads; whether its end was found. A piece counts up to its first zero byte, and
/// ends the line only if its end comes before one.
fn pieces(
    ctx: &mut NativeContext<'_, '_>,
    stream: &mut Stream,
    buffer: &mut Buffer,
) -> Result<bool, Failure> {
    loop {
        ctx.tx.look()?;
        let start = buffer.bytes.len();
        let mut complete = false;
        while !complete && buffer.bytes.len() - start < PIECE && stream.fill()? {
            let ahead = stream.ahead();
            let room = ahead.get(..PIECE - (buffer.bytes.len() - start)).unwrap_or(ahead);
            let end = memchr::memchr(b'\n', room);
            let taken = room.get(..end.map_or(room.len(), |end| end + 1)).unwrap_or(room);
            buffer.append(ctx.tx, taken)?;
            complete = end.is_some();
            stream.consume(taken.len());
        }
        if buffer.bytes.len() == start {
            return Ok(false);
        }
        // It cannot pause.
        let _: Charge = ctx.charge((PIECE / 16) as u32);
        let counted = effective(buffer.bytes.get(start..).unwrap_or_default()).len();
        buffer.bytes.truncate(start + counted);
        if counted > 0 && buffer.bytes.last() == Some(&b'\n') {
            buffer.bytes.pop();
            return Ok(true);
        }
    }
}

/// Reads up to `count` bytes into a string.
fn bytes(ctx: &mut NativeContext<'_, '_>, stream: &mut Stream, count: u64) -> Result<(Value, bool), Failure> {
    let mut buffer = Buffer::take(ctx.tx);
    let mut left = count;
    let mut failure = None;
    while left > 0 {
        if let Err(stopped) = ctx.tx.look() {
            buffer.give_up(ctx.tx);
            return Err(stopped.into());
        }
        let room = usize::try_from(left).unwrap_or(CHUNK).min(CHUNK);
        buffer.reserve(ctx.tx, room)?;
        let start = buffer.bytes.len();
        buffer.bytes.resize(start + room, 0);
        let read = stream.read(buffer.bytes.get_mut(start..).unwrap_or_default());
        buffer.bytes.truncate(start + *read.as_ref().unwrap_or(&0));
        match read {
            Ok(0) => break,
            // No more than there was room for.
            Ok(read) => left -= read as u64,
            Err(error) => {
                failure = Some(error);
                break;
            }
        }
    }
    let some = !buffer.bytes.is_empty() || left == 0;
    // At most 4 GiB.
    let _ = ctx.charge((buffer.bytes.len() / 16) as u32);
    let string = buffer.finish(ctx)?;
    match failure {
        Some(error) => Err(error.into()),
        None => Ok((string, some)),
    }
}

/// Reads by the format in register `n`; `None` if there was nothing.
fn by_format(
    ctx: &mut NativeContext<'_, '_>,
    stream: &mut Stream,
    n: usize,
) -> Result<Option<Value>, Failure> {
    let format = ctx.arg(n);
    if format.is_number() {
        // C's cast to `size_t`.
        let count = ctx.check_integer(n)? as u64;
        if count == 0 {
            let more = stream.fill()?;
            let empty = ctx.tx.intern(b"").map_err(LuaError::from)?;
            return Ok(more.then_some(empty));
        }
        let (string, some) = bytes(ctx, stream, count)?;
        return Ok(some.then_some(string));
    }
    let text = ctx.tx.string(format).unwrap_or_default();
    match (text.first(), text.get(1)) {
        (Some(b'*'), Some(b'n')) => Ok(number::read(ctx, stream)?.map(Value::from_foreign)),
        (Some(b'*'), Some(b'l')) => line(ctx, stream),
        (Some(b'*'), Some(b'a')) => Ok(Some(bytes(ctx, stream, u64::MAX)?.0)),
        (Some(b'*'), _) => Err(ctx.argument_error(n, "invalid format").into()),
        _ => Err(ctx.argument_error(n, "invalid option").into()),
    }
}

/// Reads by the formats in the arguments from `first` on; without any, a line.
///
/// # Errors
/// A format that is none; out of memory.
pub(super) fn read(ctx: &mut NativeContext<'_, '_>, handle: &Handle, first: usize) -> NativeResult {
    let last = ctx.arg_count();
    let mut guard = handle.lock();
    let Some(stream) = guard.as_mut() else { return Err(ctx.error("attempt to use a closed file")) };
    let result = if last < first {
        line(ctx, stream).and_then(|value| Ok(ctx.push(value.unwrap_or(Value::NIL))?))
    } else {
        formats(ctx, stream, first..=last)
    };
    match result {
        Ok(()) => ctx.return_from(last + 1),
        Err(Failure::File(error)) => outcome(ctx, None, Err(error)),
        Err(Failure::Machine(error)) => Err(error),
    }
}

/// Pushes what each format reads, up to the first that finds nothing.
fn formats(
    ctx: &mut NativeContext<'_, '_>,
    stream: &mut Stream,
    formats: std::ops::RangeInclusive<usize>,
) -> Result<(), Failure> {
    for n in formats {
        let value = by_format(ctx, stream, n)?;
        ctx.push(value.unwrap_or(Value::NIL))?;
        if value.is_none() {
            break;
        }
    }
    Ok(())
}

/// Reads a line for an iterator.
///
/// # Errors
/// What the file says; out of memory.
pub(super) fn next_line(ctx: &mut NativeContext<'_, '_>, handle: &Handle) -> Result<Option<Value>, LuaError> {
    let mut guard = handle.lock();
    let Some(stream) = guard.as_mut() else { return Err(ctx.error("file is already closed")) };
    line(ctx, stream).map_err(|failure| match failure {
        Failure::File(error) => ctx.error(reason(&error)),
        Failure::Machine(error) => error,
    })
}

impl From<HeapError> for Failure {
    fn from(error: HeapError) -> Self {
        Self::Machine(error.into())
    }
}
