//! Bytecode for Lua 5.1 and the machine that runs it.
//!
//! Two halves. Without the feature `machine` the crate is data: [`opcode`], [`chunk`] (checked by [`verify`], as bytes by
//! [`precompiled`], freed by [`remains`]) and [`number`], which is all that a compiler needs. With it (the default) comes [`machine`]: it loads
//! chunks and runs them, one slice after another, without Rust recursion, suspendable at every safe point.
//!
//! A machine by itself knows no library and no source text; `ferrous-stdlib` brings the one, `ferrous-compiler` the other.
//! So here is a function made by hand:
//!
//! ```
//! # #[cfg(feature = "machine")] {
//! use std::sync::Arc;
//!
//! use ferrous_heap::{Heap, HeapOptions, Value};
//! use ferrous_vm::chunk::{Chunk, Constant, Prototype};
//! use ferrous_vm::machine::{Exit, Machine, MachineOptions};
//! use ferrous_vm::opcode::Op;
//!
//! // function (x) return x + 2 end
//! let add = Prototype {
//!     code: vec![Op::AddK { a: 2, b: 1, k: 0 }, Op::Return1 { a: 2 }],
//!     lines: vec![1, 1],
//!     constants: vec![Constant::Number(2.0)],
//!     parameters: 1,
//!     registers: 3,
//!     ..Prototype::default()
//! };
//! let chunk = Arc::new(Chunk { name: b"=add".as_slice().into(), prototypes: vec![add], ..Chunk::default() });
//! assert_eq!(ferrous_vm::verify::verify(&chunk), Ok(()));
//!
//! let mut heap = Heap::new(HeapOptions::default());
//! let mut machine = Machine::new(&mut heap, MachineOptions::default())?;
//! let function = machine.setup(&mut heap, |ctx| {
//!     let globals = ctx.globals();
//!     let function = ctx.load(&chunk, globals)?;
//!     Ok(ctx.tx.pin(function))
//! }).expect("enough memory");
//! machine.start(&mut heap, &function, |ctx| ctx.push(Value::number(40.0))).expect("a live pin");
//! assert_eq!(machine.run(&mut heap), Exit::Done);
//! machine.with_results(&mut heap, |_, results| assert_eq!(results[0].as_number(), Some(42.0)));
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

pub mod chunk;
pub mod chunk_name;
pub mod number;
pub mod opcode;
pub mod precompiled;
pub mod remains;
pub mod verify;

#[cfg(feature = "machine")]
pub mod argument;
#[cfg(feature = "machine")]
mod arithmetic;
#[cfg(feature = "machine")]
mod call;
#[cfg(feature = "machine")]
mod compare;
#[cfg(feature = "machine")]
mod concat;
#[cfg(feature = "machine")]
mod construct;
#[cfg(feature = "machine")]
mod coroutine;
#[cfg(feature = "machine")]
mod delivery;
#[cfg(feature = "machine")]
mod dispatch;
#[cfg(feature = "machine")]
pub mod error;
#[cfg(feature = "machine")]
mod finalizer;
#[cfg(feature = "machine")]
mod finish;
#[cfg(feature = "machine")]
mod frame;
#[cfg(feature = "machine")]
pub mod hook;
#[cfg(feature = "machine")]
mod index;
#[cfg(feature = "machine")]
pub mod inspect;
#[cfg(feature = "machine")]
pub mod interrupt;
#[cfg(feature = "machine")]
mod loaded_chunk;
#[cfg(feature = "machine")]
pub mod machine;
#[cfg(feature = "machine")]
mod method_cache;
#[cfg(feature = "machine")]
pub mod native;
#[cfg(feature = "machine")]
mod native_call;
#[cfg(feature = "machine")]
pub mod operation;
#[cfg(feature = "machine")]
mod pool;
#[cfg(feature = "machine")]
mod traceback;
#[cfg(feature = "machine")]
mod transition;
#[cfg(feature = "machine")]
mod unwind;
#[cfg(feature = "machine")]
mod vararg;
#[cfg(feature = "machine")]
mod variable_name;

/// The program of the package's front page.
#[cfg(all(doctest, feature = "machine"))]
#[doc = include_str!("../README.md")]
struct FrontPage;
