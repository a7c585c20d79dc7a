//! Ferrous, in this process: a new heap, machine and plain libraries for each sentence.
//!
//! **Invariant:** a panic is an outcome, not the end of the campaign; it differs from anything that PUC Lua does.

use super::kind::Mode;
use super::{HARNESS, Outcome};
use ferrous_compiler::Options;
use ferrous_heap::{Heap, HeapOptions};
use ferrous_stdlib::Output;
use ferrous_vm::chunk::Chunk;
use ferrous_vm::error::LuaError;
use ferrous_vm::machine::{Exit, Machine, MachineOptions};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Bytes that a sentence may hold.
pub(super) const MEMORY: usize = 48 << 20;

/// Ticks that a sentence may use up.
const FUEL: u64 = 40_000_000;

/// See the module's text.
#[derive(Debug)]
pub struct Subject {
    harness: Arc<Chunk>,
}

impl Subject {
    /// Compiles the harness.
    ///
    /// # Errors
    /// The syntax error, if ferrous refuses it.
    pub fn new() -> Result<Subject, String> {
        let chunk = ferrous_compiler::compile(HARNESS.as_bytes(), b"=harness", &Options::default());
        Ok(Subject { harness: Arc::new(chunk.map_err(|error| error.to_string())?) })
    }

    /// Runs one sentence.
    #[must_use]
    pub fn run(&self, sentence: &[u8], mode: Mode) -> Outcome {
        let caught = catch_unwind(AssertUnwindSafe(|| self.run_unguarded(sentence, mode)));
        match caught {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(text)) => Outcome::Observed(text.into_bytes()),
            Err(_) => Outcome::Observed(b"ferrous panicked".to_vec()),
        }
    }

    fn run_unguarded(&self, sentence: &[u8], mode: Mode) -> Result<Outcome, String> {
        let text = |error: LuaError| format!("ferrous: {error:?}");
        let mut heap = Heap::new(HeapOptions { limit: MEMORY, ..HeapOptions::default() });
        let mut machine =
            Machine::new(&mut heap, MachineOptions::default()).map_err(|error| error.to_string())?;
        let output = Output::new(std::io::sink());
        let main = machine
            .setup(&mut heap, |ctx| {
                ferrous_stdlib::open_plain(ctx, &output)?;
                let globals = ctx.globals();
                let main = ctx.load(&self.harness, globals)?;
                Ok(ctx.tx.pin(main))
            })
            .map_err(text)?;
        machine
            .start(&mut heap, &main, |ctx| {
                let sentence = ctx.tx.intern(sentence)?;
                ctx.push(sentence)?;
                let mode = ctx.tx.intern(mode.name().as_bytes())?;
                ctx.push(mode)
            })
            .map_err(text)?;
        machine.set_fuel(Some(FUEL));
        Ok(match machine.run(&mut heap) {
            Exit::Done => machine.with_results(&mut heap, |tx, results| {
                let text = results.first().and_then(|value| tx.string(*value)).unwrap_or(b"no text");
                Outcome::observed(text.to_vec())
            }),
            Exit::Interrupted(_) => Outcome::Exhausted,
            Exit::Failed if machine.failure().out_of_memory => Outcome::Exhausted,
            Exit::Failed => {
                let text = machine
                    .with_error(&mut heap, |tx, value| tx.string(value).unwrap_or(b"no text").to_vec());
                Outcome::observed([b"harness failed: ", text.as_slice()].concat())
            }
            // No library that is offered asks for a host, and no hook or debugger is set.
            _ => Outcome::Observed(b"the machine stopped for its driver".to_vec()),
        })
    }
}
