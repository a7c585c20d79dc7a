//! The Lua 5.1 libraries as resumable native functions.
#![forbid(unsafe_code)]

pub mod string;
