//! Numbers as text: what C's `strtod` reads and what its `printf` writes, which is what Lua 5.1 uses.
//!
//! Shared by the lexer, `tonumber` and `tostring`, arithmetic on strings, `string.format` and the JSON library, so that
//! a number has one spelling everywhere. Nothing here depends on a locale, and writers append to a buffer of the caller.
//!
//! **Invariant:** reading rounds correctly and writing is exact: the bytes are those of glibc's `strtod` and `printf`.
//!
//! ```
//! use ferrous_vm::number::{parse, write_number};
//!
//! let mut text = Vec::new();
//! write_number(parse(b" 0x10 ").unwrap() / 3.0, &mut text);
//! assert_eq!(text, b"5.3333333333333");
//! ```

mod format;
pub mod long;
mod parse;

#[cfg(feature = "machine")]
pub(crate) use format::whole_digits;
pub use format::{
    write_exponential, write_fixed, write_general, write_integer, write_number, write_shortest,
};
pub use parse::{parse, parse_prefix};
