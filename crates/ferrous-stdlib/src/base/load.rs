//! Loading code: `dofile load loadfile loadstring` (manual §5.1).
//!
//! New functions get the globals of the running thread as their environment, whatever the caller's is. In the plain profile
//! `load` and `loadstring` have true as upvalue 0, and take bytecode of `string.dump` too, as the functions for files do;
//! elsewhere it is a syntax error, as it is in Redis, and `[[` may stand inside `[[ ]]`, as it may there.
//!
//! A text costs ticks before it is compiled, so that a run without fuel never compiles it; the compiler then looks at the
//! kill flag itself, since it cannot pause, and at how much memory is left. It reads the text where it is: in the string, or
//! in what a reader has given so far.
//!
//! **Invariant:** a syntax error is a result (nil and a message), never raised, except by `dofile`. Bytecode is run only if
//! `ferrous_vm::verify` has passed it.

use std::cell::Cell;
use std::fs::File;
use std::io::Read as _;
use std::os::fd::AsFd as _;
use std::sync::Arc;

use ferrous_compiler::{Captures, Options, Remains, compile_leaving};
use ferrous_heap::{HeapError, Transaction, Value};
use ferrous_vm::chunk::Chunk;
use ferrous_vm::error::LuaError;
use ferrous_vm::interrupt::InterruptHandle;
use ferrous_vm::native::{Charge, NativeContext, NativeResult, NativeState, Resumption};
use ferrous_vm::opcode::MULTIPLE;
use ferrous_vm::precompiled::{self, SIGNATURE};

use crate::buffer::Buffer;
use crate::failure::{check_name, message, path};

/// The chunk in a text that is a source or bytecode.
///
/// # Errors
/// What is wrong with it, in PUC Lua's words.
pub fn read_chunk(text: &[u8], name: &[u8], options: &Options) -> Result<Chunk, Vec<u8>> {
    read_chunk_unless(text, name, options, &|_| false, &mut Remains::default())
}

/// The same, for who may lose interest; see [`compile_leaving`].
fn read_chunk_unless(
    text: &[u8],
    name: &[u8],
    options: &Options,
    stopped: &dyn Fn(usize) -> bool,
    remains: &mut Remains,
) -> Result<Chunk, Vec<u8>> {
    let bytecode = if options.skip_shebang { after_first_line(text) } else { text };
    if bytecode.first() != Some(&SIGNATURE) {
        return compile_leaving(text, name, options, stopped, remains).map_err(|error| error.message);
    }
    precompiled::read(bytecode).map_err(|error| {
        let shown = match name.split_first() {
            Some((b'@' | b'=', name)) => name,
            Some((&SIGNATURE, _)) => b"binary string",
            _ => name,
        };
        [shown, format!(": {error} in precompiled chunk").as_bytes()].concat()
    })
}

/// What comes after a first line that begins with `#`.
fn after_first_line(text: &[u8]) -> &[u8] {
    if text.first() != Some(&b'#') {
        return text;
    }
    let end = memchr::memchr(b'\n', text).map_or(text.len(), |end| end + 1);
    text.get(end..).unwrap_or_default()
}

/// Whether the running function is that of the plain profile, and takes bytecode.
fn is_plain(ctx: &NativeContext<'_, '_>) -> bool {
    ctx.upvalue(0) == Value::TRUE
}

/// In the plain profile `debug` may look at what is loaded, and at what it captures.
fn options(plain: bool) -> Options {
    let captures = if plain { Captures::Cell } else { Captures::Copy };
    Options { captures, nested_brackets: !plain, ..Options::default() }
}

/// How much of a name is searched between two looks at the kill flag.
const PIECE: usize = 1 << 16;

/// What compiling the shortest text costs.
const TICKS_PER_COMPILATION: u32 = 200;

/// Pays for compiling a text of that length, which takes about as long as running a few instructions for each byte.
fn pay(ctx: &mut NativeContext<'_, '_>, length: usize) -> Charge {
    ctx.charge(u32::try_from(length).unwrap_or(u32::MAX).saturating_add(TICKS_PER_COMPILATION))
}

/// What a compilation may use: the memory that is left, as long as nobody kills the run.
struct Allowance {
    interrupt: InterruptHandle,
    bytes: usize,
    /// Whether it wanted more than that.
    exceeded: Cell<bool>,
}

impl Allowance {
    fn of(ctx: &NativeContext<'_, '_>, source: usize) -> Self {
        let left = ctx.tx.limit().saturating_sub(ctx.tx.bytes_in_use());
        let bytes = left.saturating_sub(source);
        Self { interrupt: ctx.interrupt_handle(), bytes, exceeded: Cell::new(false) }
    }

    /// Whether to give up, where the compiler holds so many bytes.
    fn stops(&self, bytes: usize) -> bool {
        self.exceeded.set(bytes > self.bytes);
        self.exceeded.get() || self.interrupt.poll()
    }
}

/// What became of a text: a chunk, or a message.
type Compiled = Result<Chunk, Vec<u8>>;

/// Compiles a source, or reads bytecode. A run that is killed meanwhile gets some error, which nobody sees.
fn compile(
    ctx: &NativeContext<'_, '_>,
    source: &[u8],
    name: &[u8],
    options: &Options,
    bytecode: bool,
    remains: &mut Remains,
) -> Result<Compiled, LuaError> {
    let name = until_zero(ctx, name)?;
    // PUC Lua's parser counts its levels on top of the native calls that are active.
    let max_levels = options.max_levels.saturating_sub(ctx.native_depth().into());
    let options = &Options { max_levels, ..options.clone() };
    // Tree and code exist beside the source, which is charged already, or is a buffer.
    let allowance = Allowance::of(ctx, name.len());
    let stopped = |bytes| allowance.stops(bytes);
    let chunk = if bytecode {
        read_chunk_unless(source, name, options, &stopped, remains)
    } else {
        compile_leaving(source, name, options, &stopped, remains).map_err(|error| error.message)
    };
    if allowance.exceeded.get() {
        return Err(HeapError::OutOfMemory.into());
    }
    ctx.tx.look()?;
    Ok(chunk)
}

/// The heap frees what a compilation leaves.
fn discard(tx: &mut Transaction<'_>, remains: Remains) {
    remains.into_steps().for_each(|step| tx.scrap_by(step));
}

/// The name up to its first zero byte, as C sees it.
fn until_zero<'n>(ctx: &NativeContext<'_, '_>, name: &'n [u8]) -> Result<&'n [u8], LuaError> {
    for (index, piece) in name.chunks(PIECE).enumerate() {
        if let Some(end) = memchr::memchr(0, piece) {
            return Ok(name.get(..index * PIECE + end).unwrap_or(name));
        }
        ctx.tx.look()?;
    }
    Ok(name)
}

/// Makes a function of a chunk, or a string of a message.
fn load_chunk(ctx: &mut NativeContext<'_, '_>, compiled: Compiled) -> Result<Result<Value, Value>, LuaError> {
    match compiled {
        Ok(chunk) => {
            let globals = ctx.globals();
            let chunk = Arc::new(chunk);
            let loaded = ctx.load(&chunk, globals);
            if let Some(chunk) = Arc::into_inner(chunk) {
                let mut remains = Remains::default();
                remains.add_chunk(chunk);
                discard(ctx.tx, remains);
            }
            loaded.map(Ok)
        }
        Err(message) => Ok(Err(ctx.tx.intern_buffer(message)?)),
    }
}

/// Returns a function, or nil and a message.
fn answer(ctx: &mut NativeContext<'_, '_>, compiled: Compiled) -> NativeResult {
    match load_chunk(ctx, compiled)? {
        Ok(function) => ctx.ret(function),
        Err(message) => ctx.ret2(Value::NIL, message),
    }
}

/// `loadstring(string [, chunkname])`.
pub(super) fn loadstring(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let source = ctx.check_string(1)?;
    let name = ctx.opt_string(2)?.unwrap_or(source);
    ctx.set_top(3)?;
    ctx.set(2, name);
    let length = ctx.tx.string_len(source).unwrap_or(0);
    match pay(ctx, length) {
        Charge::Pause => ctx.pause(LoadingString),
        Charge::Go => compile_arguments(ctx),
    }
}

/// `loadstring` between paying and compiling: text and name are its arguments.
struct LoadingString;

fn compile_arguments(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let plain = is_plain(ctx);
    let source = ctx.tx.string(ctx.arg(1)).unwrap_or_default();
    let name = ctx.tx.string(ctx.arg(2)).unwrap_or_default();
    let mut remains = Remains::default();
    let compiled = compile(ctx, source, name, &options(plain), plain, &mut remains);
    discard(ctx.tx, remains);
    answer(ctx, compiled?)
}

impl NativeState for LoadingString {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        compile_arguments(ctx)
    }
}

/// `load(func [, chunkname])`.
pub(super) fn load(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    // The name is looked at first, as in PUC Lua.
    ctx.opt_string(2)?;
    ctx.check_function(1)?;
    ctx.set_top(3)?;
    let source = Buffer::take(ctx.tx);
    let plain = is_plain(ctx);
    Loading { source, pieces: 0, looked_at: 0, plain, next: Next::Read }.advance(ctx)
}

/// So many pieces are each followed by a look whether the text can still become a chunk; later the text must have doubled.
const EAGER_PIECES: u32 = 32;

/// `load` between two pieces.
///
/// PUC Lua parses as it reads, so a syntax error ends the reading, and a reader without an end is no hang. Of bytecode it reads
/// no more than belongs to it.
struct Loading {
    source: Buffer,
    /// How often the reader has been called.
    pieces: u32,
    /// How long the text was at the last look.
    looked_at: usize,
    /// Whether it may be bytecode.
    plain: bool,
    /// What comes after a pause.
    next: Next,
}

/// What `load` does next.
#[derive(Clone, Copy)]
enum Next {
    /// Call the reader.
    Read,
    /// Look whether the text can still become a chunk.
    Look,
    /// Compile.
    Compile,
}

impl Loading {
    fn advance(self, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        ctx.push(ctx.arg(1))?;
        ctx.call_handled(0, self)
    }

    /// The reader has given nothing. PUC Lua looks for a signature before it begins to parse, and asks once more then.
    fn exhausted(self, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        if self.pieces == 1 { self.advance(ctx) } else { self.finish(ctx) }
    }

    /// The reader has failed, with a value: a syntax error in what it gave before comes first.
    fn failed(self, ctx: &mut NativeContext<'_, '_>, error: Value) -> NativeResult {
        if self.is_hopeless(ctx) { self.finish(ctx) } else { ctx.ret2(Value::NIL, error) }
    }

    /// After a piece.
    fn next_piece(mut self, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        if self.is_bytecode() {
            let decided = precompiled::is_decided(&self.source.bytes);
            return if decided { self.finish(ctx) } else { self.advance(ctx) };
        }
        let length = self.source.bytes.len();
        if self.pieces > EAGER_PIECES && length < self.looked_at.saturating_mul(2) {
            return self.advance(ctx);
        }
        self.looked_at = length;
        self.pay_for(ctx, Next::Look)
    }

    fn is_bytecode(&self) -> bool {
        self.plain && self.source.bytes.first() == Some(&SIGNATURE)
    }

    fn is_hopeless(&self, ctx: &mut NativeContext<'_, '_>) -> bool {
        let allowance = Allowance::of(ctx, 0);
        let stopped = |bytes| allowance.stops(bytes);
        let mut remains = Remains::default();
        let options = options(self.plain);
        let hopeless = !self.is_bytecode()
            && ferrous_compiler::is_hopeless(&self.source.bytes, &options, &stopped, &mut remains);
        discard(ctx.tx, remains);
        hopeless
    }

    fn pay_for(mut self, ctx: &mut NativeContext<'_, '_>, next: Next) -> NativeResult {
        self.next = next;
        match pay(ctx, self.source.bytes.len()) {
            Charge::Pause => ctx.pause(self),
            Charge::Go => self.go_on(ctx),
        }
    }

    /// Does what is next and paid for.
    fn go_on(mut self, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        if matches!(self.next, Next::Look) {
            self.next = if self.is_hopeless(ctx) { Next::Compile } else { Next::Read };
            if matches!(self.next, Next::Compile) && pay(ctx, self.source.bytes.len()) == Charge::Pause {
                return ctx.pause(self);
            }
        }
        match self.next {
            Next::Compile => self.compile(ctx),
            Next::Read | Next::Look => {
                self.next = Next::Read;
                self.advance(ctx)
            }
        }
    }

    fn finish(self, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        self.pay_for(ctx, Next::Compile)
    }

    fn compile(self, ctx: &mut NativeContext<'_, '_>) -> NativeResult {
        let name = ctx.tx.string(ctx.arg(2)).unwrap_or(b"=(load)");
        let mut remains = Remains::default();
        let compiled = compile(ctx, &self.source.bytes, name, &options(self.plain), self.plain, &mut remains);
        discard(ctx.tx, remains);
        self.source.give_up(ctx.tx);
        answer(ctx, compiled?)
    }
}

impl NativeState for Loading {
    fn give_up(self: Box<Self>, tx: &mut Transaction<'_>) {
        self.source.give_up(tx);
    }

    fn resume(mut self: Box<Self>, ctx: &mut NativeContext<'_, '_>, how: Resumption) -> NativeResult {
        match how {
            Resumption::Failed => {
                let error = ctx.pop();
                self.failed(ctx, error)
            }
            Resumption::Continued => self.go_on(ctx),
            Resumption::Returned { count } => {
                self.pieces = self.pieces.saturating_add(1);
                // The first result; none counts as nil.
                let first = if count == 0 { Value::NIL } else { ctx.get(ctx.top() - count as usize) };
                ctx.truncate(3);
                if first.is_nil() {
                    return self.exhausted(ctx);
                }
                if first.is_number() {
                    ferrous_vm::number::write_number(first.raw_f64(), &mut self.source.bytes);
                    return self.next_piece(ctx);
                }
                match ctx.tx.string_len(first) {
                    Some(0) => self.exhausted(ctx),
                    Some(length) => {
                        self.source.append_piece(ctx.tx, first, 0..length)?;
                        self.next_piece(ctx)
                    }
                    None => {
                        let mut text = ctx.position_prefix(1);
                        text.extend_from_slice(b"reader function must return a string");
                        let message = ctx.tx.intern(&text)?;
                        ctx.push(message)?;
                        ctx.fail_handled(*self)
                    }
                }
            }
        }
    }
}

/// Makes a chunk of a file, or of standard input.
fn compile_file(ctx: &mut NativeContext<'_, '_>, file: Option<&[u8]>) -> Result<Compiled, LuaError> {
    let shown = file.unwrap_or(b"stdin");
    let (name, opened) = match file {
        None => {
            let stdin = std::io::stdin().as_fd().try_clone_to_owned().map(File::from);
            (b"=stdin".to_vec(), stdin)
        }
        Some(file) => ([b"@", file].concat(), File::open(path(file))),
    };
    let mut source = Vec::new();
    let read = match opened {
        Ok(mut file) => file.read_to_end(&mut source).map_err(|error| ("read", error)),
        Err(error) => Err(("open", error)),
    };
    match read {
        Ok(_) => {
            let options = Options { skip_shebang: true, ..options(true) };
            let mut remains = Remains::default();
            let compiled = compile(ctx, &source, &name, &options, true, &mut remains);
            discard(ctx.tx, remains);
            ctx.tx.scrap(source);
            compiled
        }
        Err((what, error)) => {
            Ok(Err([b"cannot ", what.as_bytes(), b" ", &message(Some(shown), &error)].concat()))
        }
    }
}

/// Makes a function of a file, or of standard input; the inner error is a message.
///
/// # Errors
/// Out of memory.
pub(crate) fn load_file(
    ctx: &mut NativeContext<'_, '_>,
    file: Option<&[u8]>,
) -> Result<Result<Value, Value>, LuaError> {
    let compiled = compile_file(ctx, file)?;
    load_chunk(ctx, compiled)
}

/// The file that argument 1 names.
fn compile_named(ctx: &mut NativeContext<'_, '_>) -> Result<Compiled, LuaError> {
    if ctx.arg(1).is_nil() {
        return compile_file(ctx, None);
    }
    let name = check_name(ctx, 1)?;
    compile_file(ctx, Some(&name))
}

/// `loadfile([filename])`.
pub(super) fn loadfile(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let compiled = compile_named(ctx)?;
    answer(ctx, compiled)
}

/// Returns what a file has returned.
struct Done;

impl NativeState for Done {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, how: Resumption) -> NativeResult {
        match how {
            Resumption::Returned { count } => ctx.return_top(count as usize),
            _ => ctx.ret0(),
        }
    }
}

/// `dofile([filename])`.
pub(super) fn dofile(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let compiled = compile_named(ctx)?;
    match load_chunk(ctx, compiled)? {
        Ok(function) => {
            ctx.push(function)?;
            // No tail call: a coroutine cannot yield across `dofile`.
            ctx.call(0, MULTIPLE, Done)
        }
        Err(message) => Err(ctx.raise(message)),
    }
}
