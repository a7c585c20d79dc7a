//! Bytecode for Lua 5.1 and the machine that runs it.
//!
//! Two halves. Without the feature `machine` the crate is data: [`opcode`], [`chunk`] and [`number`], which a compiler needs
//! and nothing more. With it (the default) comes [`machine`]: it loads chunks and runs them, one slice after another,
//! without Rust recursion, suspendable at every safe point.
//!
//! A machine by itself knows no library and no source text; `ferrous-stdlib` brings the one, `ferrous-compiler` the other.
#![forbid(unsafe_code)]

pub mod chunk;
pub mod chunk_name;
pub mod number;
pub mod opcode;
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
mod coroutine;
#[cfg(feature = "machine")]
mod dispatch;
#[cfg(feature = "machine")]
pub mod error;
#[cfg(feature = "machine")]
mod finish;
#[cfg(feature = "machine")]
mod frame;
#[cfg(feature = "machine")]
mod index;
#[cfg(feature = "machine")]
pub mod interrupt;
#[cfg(feature = "machine")]
pub mod machine;
#[cfg(feature = "machine")]
pub mod native;
#[cfg(feature = "machine")]
pub mod operation;
#[cfg(feature = "machine")]
mod pool;
#[cfg(feature = "machine")]
mod traceback;
#[cfg(feature = "machine")]
mod unwind;
#[cfg(feature = "machine")]
mod vararg;
#[cfg(feature = "machine")]
mod variable_name;
