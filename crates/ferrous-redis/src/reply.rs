//! Replies, typed and streamed: what a command answers, without RESP text.
//!
//! A producer writes one reply into a [`ReplySink`] by calling its methods in order: a scalar is one call; an aggregate is
//! one `begin_*`, then its elements (for a map: key, value, key, value), then [`ReplySink::end`]. Aggregates nest without
//! recursion: a sink keeps its own stack. Producers always write the richest type (a map as a map, a score as a double);
//! a sink that speaks RESP2 degrades it (`crate::host::Protocol`).
//!
//! **Invariant:** for each `begin_*` the producer writes exactly as many elements as it announced, and then one `end`.

/// Receives one reply, piece by piece.
pub trait ReplySink {
    /// The null of RESP3; a null bulk string in RESP2.
    fn null(&mut self);
    /// A null array: `*-1` in RESP2, null in RESP3.
    fn null_array(&mut self) {
        self.null();
    }
    /// A string, binary safe.
    fn bulk(&mut self, bytes: &[u8]);
    /// An integer.
    fn integer(&mut self, value: i64);
    /// A status such as `OK`, without the `+`.
    fn status(&mut self, text: &[u8]);
    /// An error, its code first and without the `-`: `WRONGTYPE Operation against ...`.
    fn error(&mut self, text: &[u8]);
    /// A double; a string in RESP2.
    fn double(&mut self, value: f64);
    /// A boolean; 1 or 0 in RESP2.
    fn boolean(&mut self, value: bool);
    /// A big number as decimal digits; a string in RESP2.
    fn big_number(&mut self, digits: &[u8]);
    /// Text with a three-letter format; a string in RESP2.
    fn verbatim(&mut self, format: [u8; 3], text: &[u8]);
    /// An array of `len` elements follows.
    fn begin_array(&mut self, len: usize);
    /// A map of `len` pairs follows; a flat array in RESP2.
    fn begin_map(&mut self, len: usize);
    /// A set of `len` members follows; an array in RESP2.
    fn begin_set(&mut self, len: usize);
    /// The innermost aggregate is complete.
    fn end(&mut self);
}

/// A reply as a tree, for hosts and tests that want to look at one. Built by [`ReplyTree`], written by [`Reply::write`].
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// See [`ReplySink::null`].
    Null,
    /// See [`ReplySink::null_array`].
    NullArray,
    /// See [`ReplySink::bulk`].
    Bulk(Vec<u8>),
    /// See [`ReplySink::integer`].
    Integer(i64),
    /// See [`ReplySink::status`].
    Status(Vec<u8>),
    /// See [`ReplySink::error`].
    Error(Vec<u8>),
    /// See [`ReplySink::double`].
    Double(f64),
    /// See [`ReplySink::boolean`].
    Boolean(bool),
    /// See [`ReplySink::big_number`].
    BigNumber(Vec<u8>),
    /// See [`ReplySink::verbatim`].
    Verbatim([u8; 3], Vec<u8>),
    /// See [`ReplySink::begin_array`].
    Array(Vec<Reply>),
    /// See [`ReplySink::begin_map`].
    Map(Vec<(Reply, Reply)>),
    /// See [`ReplySink::begin_set`].
    Set(Vec<Reply>),
}
