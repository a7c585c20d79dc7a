//! Lua 5.1 source to bytecode.
//!
//! [`compile`] turns a source text into a [`Chunk`]: plain, immutable data without a heap, which any machine can load, and
//! which [`listing`] shows. Errors are those of PUC Lua 5.1, letter for letter.
//!
//! The way of a source: `lexer` (bytes to tokens), `filter` (a call's parenthesis is not a grouping one), the grammar
//! (table-driven LALR), `ast` (flat nodes), `scope` (which name means what), `emit` (code). What is wrong with a source that is
//! refused, `refusal` finds and `diagnose` says. No pass recurses over the
//! source's nesting, so no source can overflow the stack of the thread that compiles it.
//!
//! **Invariant:** a chunk that [`compile`] returns is well formed in the sense of [`ferrous_vm::chunk`].
//!
//! ```
//! use ferrous_compiler::{Options, compile, listing};
//!
//! let chunk = compile(b"local a = ...; return a + 1", b"=example", &Options::default())?;
//! assert!(listing::text(&chunk).contains("AddK"));
//!
//! let error = compile(b"return return", b"=example", &Options::default()).unwrap_err();
//! assert_eq!(error.to_string(), "example:1: unexpected symbol near 'return'");
//! # Ok::<(), ferrous_compiler::CompileError>(())
//! ```
#![forbid(unsafe_code)]

mod ast;
mod descent;
mod diagnose;
mod emit;
mod filter;
mod interner;
mod lexer;
pub mod listing;
mod patience;
mod refusal;
mod scan;
mod scope;

#[allow(warnings, clippy::all, clippy::pedantic, clippy::unwrap_used, clippy::panic, reason = "generated")]
mod grammar {
    include!(concat!(env!("OUT_DIR"), "/grammar.rs"));
}

use ferrous_vm::chunk::Chunk;
pub use ferrous_vm::remains::Remains;
use lalrpop_util::ParseError;

use crate::ast::{Builder, Function, NONE, Tree};
use crate::filter::{Filter, Reading};
use crate::lexer::LexicalError;

/// The longest source that is accepted, in bytes; indices of tokens and nodes are 32 bits wide.
const MAX_SOURCE: usize = 1 << 30;

/// How many elements a stack of the compiler has room for at first: as many as most scripts need, and few enough that the
/// allocator has such a buffer at hand.
const FIRST_STACK: usize = 32;

/// How closures share the locals that they capture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Captures {
    /// A local that is never assigned after its declaration is copied into closures; others share a cell.
    #[default]
    Copy,
    /// Every captured local is shared, as `debug.setupvalue` and `debug.setlocal` of PUC Lua show it.
    Cell,
}

/// How to compile.
#[derive(Clone, Debug)]
pub struct Options {
    /// How closures share captured locals.
    pub captures: Captures,
    /// Whether a first line that begins with `#` is skipped, as for files (`luaL_loadfile`).
    pub skip_shebang: bool,
    /// How many levels of blocks, expressions and functions may be nested (`LUAI_MAXCCALLS`, less the C calls that are
    /// active when PUC Lua's parser starts).
    pub max_levels: u32,
    /// Whether `[[` may stand inside `[[ ]]`, where it means nothing: how Redis and Valkey compile PUC Lua. Others refuse it
    /// (`LUA_COMPAT_LSTR`).
    pub nested_brackets: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { captures: Captures::default(), skip_shebang: false, max_levels: 200, nested_brackets: false }
    }
}

/// Why a source was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", String::from_utf8_lossy(.message))]
pub struct CompileError {
    /// The text of PUC Lua, with the chunk's name and the line before it where PUC Lua says them.
    pub message: Vec<u8>,
    /// The line, from 1; 0 if PUC Lua names none.
    pub line: u32,
}

/// What a source can be too much for, before it becomes a message.
#[derive(Clone, Copy, Debug)]
enum Failure {
    /// More levels of syntax, locals or targets than there may be; `descent` finds where.
    Excess,
    /// More upvalues than a function may have, at a name.
    Upvalues { function: u32, node: u32 },
    /// More registers than there are, at a node; or where the constructor opens that is one.
    Complex { node: u32, opening: bool, line: u32 },
    /// More constants, or functions, than a function may have.
    Constants,
    /// Whoever waits for the chunk does not want it any more.
    Stopped,
}

/// Whether a text has a syntax error that no continuation can mend, for callers that read a source in pieces.
///
/// PUC Lua reads one byte past a token before it looks at it; so does this. `stopped` is as for [`compile_unless`]; then the
/// answer is worth nothing. What was used goes to `remains`.
#[must_use]
pub fn is_hopeless(
    source: &[u8],
    options: &Options,
    stopped: &dyn Fn(usize) -> bool,
    remains: &mut Remains,
) -> bool {
    let reading = Reading::new(options, stopped);
    let mut filter = Filter::new(source, reading);
    let mut builder = Builder::new(source.len());
    let hopeless = match grammar::ChunkParser::new().parse(&mut builder, &mut filter) {
        Ok(_) => false,
        // A long bracket may still open behind equals signs.
        Err(ParseError::User { error: LexicalError::Delimiter }) => {
            filter.remainder().iter().any(|&byte| byte != b'=')
        }
        Err(_) => !filter.remainder().is_empty(),
    };
    builder.leave(remains);
    filter.leave(remains);
    hopeless
}

/// Compiles a source text. `chunk_name` is what `load` takes: `@file`, `=name`, or the source itself.
///
/// Precompiled chunks are refused: their first byte begins no token.
///
/// # Errors
/// If the source is not Lua 5.1, or exceeds one of its limits.
pub fn compile(source: &[u8], chunk_name: &[u8], options: &Options) -> Result<Chunk, CompileError> {
    compile_unless(source, chunk_name, options, &|_| false)
}

/// The same, for callers that may lose interest: `stopped` is asked a few times a millisecond whether they have, also
/// inside tokens.
///
/// # Errors
/// If the source is not Lua 5.1, exceeds one of its limits, or was stopped.
pub fn compile_unless(
    source: &[u8],
    chunk_name: &[u8],
    options: &Options,
    stopped: &dyn Fn(usize) -> bool,
) -> Result<Chunk, CompileError> {
    compile_leaving(source, chunk_name, options, stopped, &mut Remains::default())
}

/// The same, for callers that must not wait until what it has used is freed: that goes to `remains`.
///
/// # Errors
/// Those of [`compile_unless`].
pub fn compile_leaving(
    source: &[u8],
    chunk_name: &[u8],
    options: &Options,
    stopped: &dyn Fn(usize) -> bool,
    remains: &mut Remains,
) -> Result<Chunk, CompileError> {
    if source.len() > MAX_SOURCE {
        return Err(diagnose::positioned(chunk_name, diagnose::too_long()));
    }
    let source = match source {
        // The newline stays, so that lines keep their numbers.
        [b'#', ..] if options.skip_shebang => {
            let line = source.iter().position(|&byte| byte == b'\n').unwrap_or(source.len());
            source.get(line..).unwrap_or_default()
        }
        _ => source,
    };
    let reading = Reading::new(options, stopped);
    let mut filter = Filter::new(source, reading);
    let mut builder = Builder::new(source.len());
    let block = match grammar::ChunkParser::new().parse(&mut builder, &mut filter) {
        Ok(block) => block,
        Err(error) => {
            let refused = refusal::syntax_error(chunk_name, &error, &filter, options);
            builder.leave(remains);
            filter.leave(remains);
            return Err(refused);
        }
    };
    let (result, tree) =
        translate(builder, block, &mut filter, Some(options.max_levels), options.captures, remains);
    let finished = match result {
        Ok(mut chunk) => {
            let mut name = Vec::with_capacity(chunk_name.len());
            for piece in chunk_name.chunks(scan::PIECE) {
                name.extend_from_slice(piece);
                if piece.len() == scan::PIECE && stopped(filter.bytes() + chunk_name.len()) {
                    remains.add(name);
                    remains.add_chunk(chunk);
                    tree.leave(remains);
                    filter.leave(remains);
                    return Err(diagnose::positioned(chunk_name, diagnose::stopped()));
                }
            }
            chunk.name = name.into();
            Ok(chunk)
        }
        Err(failure) => Err(refusal::failure(chunk_name, &failure, &tree, &filter, options)),
    };
    tree.leave(remains);
    filter.leave(remains);
    finished
}

/// The code of a source that has been read, whose statements are `block`; also the tree, for messages. Without `max_levels`
/// nothing is too deep, and no function has too many locals.
fn translate(
    mut builder: Builder,
    block: ast::List,
    filter: &mut Filter<'_>,
    max_levels: Option<u32>,
    captures: Captures,
    remains: &mut Remains,
) -> (Result<Chunk, Failure>, Tree) {
    let start = builder.empty();
    let parameters = builder.list(start);
    let mut tree = builder.finish(remains);
    // As many functions as bytes at most.
    let main = tree.functions.len() as u32;
    tree.functions.push(Function {
        parameters,
        block,
        line: 0,
        last_line: filter.previous_line,
        is_method: false,
        is_vararg: true,
        uses_vararg: false,
        self_variable: NONE,
        arg_variable: NONE,
    });
    let bytes = filter.bytes();
    let stopped = filter.reading.stopped;
    let stopped = &|| stopped(bytes);
    // However short it is.
    if stopped() {
        return (Err(Failure::Stopped), tree);
    }
    let state = filter.state();
    let implicit = [state.texts.intern(b"self"), state.texts.intern(b"arg")];
    let result = scope::resolve(&mut tree, main, state.texts.len(), implicit, max_levels, stopped, remains)
        .and_then(|variables| emit::emit(&tree, main, variables, state, captures, stopped, remains));
    (result, tree)
}

/// The program of the package's front page.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct FrontPage;
