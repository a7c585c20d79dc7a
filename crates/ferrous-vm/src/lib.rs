//! Bytecode for Lua 5.1 and the machine that runs it.
#![forbid(unsafe_code)]

pub mod chunk;
pub mod chunk_name;
pub mod number;
pub mod opcode;
