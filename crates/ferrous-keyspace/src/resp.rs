//! RESP, the protocol of Redis, as bytes: requests are read incrementally, replies are written.
//!
//! Only fronts need this (a socket, a pipe, a test); a script's commands and replies never become text.

mod parser;
mod writer;

pub use parser::{ProtocolError, RequestParser};
pub use writer::ReplyWriter;
