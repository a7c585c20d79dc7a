//! What the libraries that read and write documents share (cjson, cmsgpack, struct).
//!
//! | module | what it is |
//! |---|---|
//! | [`assembly`] | a table that is being read |
//! | [`encoding`] | values that are being written, in whatever format |
//! | [`output`] | the text that is being written |
//! | [`shape`] | what keys a table has that is to be written |
//! | [`word`] | eight bytes of a text that are looked at together |
//!
//! **Invariant:** whatever takes time in proportion to a document can stop in between: it answers whether it is time for a pause.

pub(crate) mod assembly;
pub(crate) mod encoding;
pub(crate) mod output;
pub(crate) mod shape;
pub(crate) mod word;
