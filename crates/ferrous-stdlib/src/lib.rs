//! The Lua 5.1 libraries as resumable native functions.
//!
//! Each library is a module with an `open_…` function; [`open`] installs those of a [`Profile`]. Behaviour and error
//! texts are PUC Lua 5.1.5's. Functions whose work depends on their arguments count it
//! ([`charge`](ferrous_vm::native::NativeContext::charge)) and can stop and go on; callbacks never nest in Rust.
//!
//! The byte-level parts need no machine: [`string::pattern`] matches Lua patterns, [`string::format`] lays out numbers.
//!
//! ```
//! use std::sync::Arc;
//! use ferrous_heap::{Heap, HeapOptions};
//! use ferrous_stdlib::Profile;
//! use ferrous_vm::machine::{Exit, Machine, MachineOptions};
//!
//! let source = b"return ('hello'):gsub('l+', string.upper)";
//! let chunk = Arc::new(ferrous_compiler::compile(source, b"=example", &Default::default())?);
//!
//! let mut heap = Heap::new(HeapOptions::default());
//! let mut machine = Machine::new(&mut heap, MachineOptions::default())?;
//! let main = machine.setup(&mut heap, |ctx| {
//!     ferrous_stdlib::open(ctx, Profile::Redis)?;
//!     let globals = ctx.globals();
//!     let main = ctx.load(&chunk, globals)?;
//!     Ok(ctx.tx.pin(main))
//! }).expect("enough memory");
//! machine.start(&mut heap, &main, |_| Ok(())).expect("a live pin");
//! assert_eq!(machine.run(&mut heap), Exit::Done);
//! machine.with_results(&mut heap, |tx, results| {
//!     assert_eq!(tx.string(results[0]), Some(&b"heLLo"[..]));
//!     assert_eq!(results[1].as_number(), Some(1.0));
//! });
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod argument;
pub mod base;
mod buffer;
mod closure;
pub mod coroutine;
pub mod debug;
mod failure;
mod index;
pub mod io;
pub mod math;
pub mod os;
mod output;
pub mod package;
mod profile;
pub mod string;
pub mod table;
mod temporary;

pub use output::Output;
pub use profile::{Profile, open, open_plain, open_sandboxed};

/// The program of the package's front page.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct FrontPage;
