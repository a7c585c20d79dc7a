//! A machine with a heap of its own, natives of the tests, and outcomes as text.
//!
//! The natives stand for the libraries, which a machine does not know: `error`, `pcall`, `setmetatable`, `yield` and so
//! on behave as in Lua 5.1, the rest show what a native can ask of the machine.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses its part")]

mod natives;

use std::sync::Arc;

use ferrous_heap::{Heap, HeapOptions, Pinned, Transaction, Unpacked, Value};
use ferrous_vm::chunk::Chunk;
use ferrous_vm::interrupt::InterruptHandle;
use ferrous_vm::machine::{Exit, Machine, MachineOptions};
use ferrous_vm::native::NativeContext;
use ferrous_vm::number::write_number;

use crate::assembler::assemble;

/// What the natives of a machine share.
#[derive(Default)]
pub struct Shared {
    /// Counts what `tally` was called for.
    pub tally: u32,
    /// Kills the machine's runs.
    pub kill: InterruptHandle,
}

pub struct World {
    pub heap: Heap,
    pub machine: Machine,
}

impl Default for World {
    fn default() -> Self {
        Self::new(MachineOptions::default(), 1 << 28)
    }
}

impl World {
    pub fn new(options: MachineOptions, limit: usize) -> Self {
        let mut heap = Heap::new(HeapOptions { seed: Some(1), limit });
        let mut machine = Machine::new(&mut heap, options).unwrap();
        machine.setup(&mut heap, natives::install).unwrap();
        let kill = machine.interrupt_handle();
        machine.set_extension(Box::new(Shared { tally: 0, kill }));
        Self { heap, machine }
    }

    pub fn relaxed() -> Self {
        Self::new(MachineOptions { relaxed_yield: true, ..MachineOptions::default() }, 1 << 28)
    }

    /// Loads a chunk.
    pub fn load(&mut self, chunk: &Arc<Chunk>) -> Pinned {
        let load = |ctx: &mut NativeContext<'_, '_>| {
            let environment = ctx.globals();
            let function = ctx.load(chunk, environment)?;
            Ok(ctx.tx.pin(function))
        };
        self.machine.setup(&mut self.heap, load).unwrap()
    }

    /// Sets a chunk up to run.
    pub fn start_chunk(&mut self, chunk: Chunk, args: &[f64]) {
        let function = self.load(&Arc::new(chunk));
        self.machine
            .start(&mut self.heap, &function, |ctx| {
                args.iter().try_for_each(|arg| ctx.push(Value::number(*arg)))
            })
            .unwrap();
        self.heap.begin().unpin(function).unwrap();
    }

    pub fn start(&mut self, text: &str, args: &[f64]) {
        self.start_chunk(assemble(text), args);
    }

    pub fn go_on(&mut self) -> String {
        let exit = self.machine.run(&mut self.heap);
        self.describe(exit)
    }

    pub fn run_with(&mut self, text: &str, args: &[f64]) -> String {
        self.start(text, args);
        self.go_on()
    }

    pub fn run(&mut self, text: &str) -> String {
        self.run_with(text, &[])
    }

    pub fn run_chunk(&mut self, chunk: Chunk) -> String {
        self.start_chunk(chunk, &[]);
        self.go_on()
    }

    /// An exit as text: results with spaces between them, or what else happened.
    pub fn describe(&mut self, exit: Exit) -> String {
        match exit {
            Exit::Done => self.machine.with_results(&mut self.heap, |tx, values| {
                values.iter().map(|value| show(tx, *value)).collect::<Vec<_>>().join(" ")
            }),
            Exit::Failed if self.machine.failure().killed => "killed".to_string(),
            Exit::Failed => {
                let error = self.machine.with_error(&mut self.heap, |tx, error| match tx.string(error) {
                    Some(text) => String::from_utf8_lossy(text).into_owned(),
                    None => show(tx, error),
                });
                let memory = if self.machine.failure().out_of_memory { " (out of memory)" } else { "" };
                format!("error: {error}{memory}")
            }
            Exit::Host(kind) => format!("host {kind}"),
            Exit::Interrupted(interrupt) => format!("{interrupt:?}"),
            exit => format!("{exit:?}"),
        }
    }

    pub fn tally(&mut self) -> u32 {
        self.machine.extension_mut::<Shared>().unwrap().tally
    }
}

/// A value as text: strings in quotes, other objects as their type.
pub fn show(tx: &Transaction<'_>, value: Value) -> String {
    match value.unpack() {
        Unpacked::Nil => "nil".to_string(),
        Unpacked::Boolean(value) => value.to_string(),
        Unpacked::Number(number) => {
            let mut text = Vec::new();
            write_number(number, &mut text);
            String::from_utf8(text).unwrap()
        }
        Unpacked::String(_) => format!("{:?}", String::from_utf8_lossy(tx.string(value).unwrap_or(b"?"))),
        Unpacked::Internal => "internal".to_string(),
        _ => value.type_name().to_string(),
    }
}

/// Runs each case (name, text, outcome) in a world of its own.
pub fn check(cases: &[(&str, &str, &str)]) {
    for (name, text, outcome) in cases {
        assert_eq!(World::default().run(text), *outcome, "{name}\n{text}");
    }
}

/// Runs `f` on a thread with a stack of 256 KiB.
pub fn on_small_stack(f: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(256 << 10).spawn(f).unwrap();
    thread.join().unwrap();
}
