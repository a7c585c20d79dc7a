//! Replies, typed and streamed: what a command answers, without RESP text.
//!
//! A producer writes one reply into a [`ReplySink`] by calling its methods in order: a scalar is one call; an aggregate is
//! one `begin_*`, then its elements (for a map: key, value, key, value), then [`ReplySink::end`]. Aggregates nest without
//! recursion: a sink keeps its own stack. Producers always write the richest type (a map as a map, a score as a double);
//! a sink that speaks RESP2 degrades it (`crate::host::Protocol`).
//!
//! **Invariant:** for each `begin_*` the producer writes exactly as many elements as it announced, and then one `end`; only to a sink
//! that wants no more ([`ReplySink::wants_more`]) it may write anything, or nothing.

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
    /// A status such as `OK`, without the `+`. From a script it holds no line ends.
    fn status(&mut self, text: &[u8]);
    /// An error, its code first and without the `-`: `WRONGTYPE Operation against ...`. From the engine it holds no line ends.
    fn error(&mut self, text: &[u8]);
    /// An error that a server's statistics have counted already, when the command failed that raised it.
    fn counted_error(&mut self, text: &[u8]) {
        self.error(text);
    }
    /// A double; a string in RESP2.
    fn double(&mut self, value: f64);
    /// A double that the server spells in a way of its own: a RESP3 reply holds that text, everybody else the value.
    fn spelled_double(&mut self, value: f64, text: &[u8]) {
        let _ = text;
        self.double(value);
    }
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
    /// The innermost aggregate is complete. RESP has nothing for that: a writer may do nothing here.
    fn end(&mut self);
    /// Whether anybody still wants the reply: a script that has been killed, or has no memory left for it, does not. Producers of
    /// long replies, and commands that do much before they change anything, ask now and then.
    fn wants_more(&self) -> bool {
        true
    }
}

/// One call of a [`ReplySink`], kept.
#[derive(Clone, Debug, PartialEq)]
pub enum ReplyPart {
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
    /// See [`ReplySink::spelled_double`].
    SpelledDouble(f64, Vec<u8>),
    /// See [`ReplySink::boolean`].
    Boolean(bool),
    /// See [`ReplySink::big_number`].
    BigNumber(Vec<u8>),
    /// See [`ReplySink::verbatim`].
    Verbatim([u8; 3], Vec<u8>),
    /// See [`ReplySink::begin_array`].
    Array(usize),
    /// See [`ReplySink::begin_map`].
    Map(usize),
    /// See [`ReplySink::begin_set`].
    Set(usize),
    /// See [`ReplySink::end`].
    End,
}

/// A reply that was recorded, to be looked at or to be written again: a list of parts, so that a deeply nested reply needs
/// no recursion to be walked or dropped.
///
/// ```
/// use ferrous_redis::reply::{RecordedReply, ReplyPart, ReplySink};
///
/// let mut reply = RecordedReply::default();
/// reply.begin_array(1);
/// reply.integer(7);
/// reply.end();
/// assert_eq!(reply.parts(), [ReplyPart::Array(1), ReplyPart::Integer(7), ReplyPart::End]);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecordedReply {
    parts: Vec<ReplyPart>,
}

impl RecordedReply {
    /// What was written, in order.
    #[must_use]
    pub fn parts(&self) -> &[ReplyPart] {
        &self.parts
    }

    /// Forgets the reply and keeps the memory.
    pub fn clear(&mut self) {
        self.parts.clear();
    }

    /// Writes the reply into `sink`.
    pub fn replay(&self, sink: &mut dyn ReplySink) {
        for part in &self.parts {
            match part {
                ReplyPart::Null => sink.null(),
                ReplyPart::NullArray => sink.null_array(),
                ReplyPart::Bulk(bytes) => sink.bulk(bytes),
                ReplyPart::Integer(value) => sink.integer(*value),
                ReplyPart::Status(text) => sink.status(text),
                ReplyPart::Error(text) => sink.error(text),
                ReplyPart::Double(value) => sink.double(*value),
                ReplyPart::SpelledDouble(value, text) => sink.spelled_double(*value, text),
                ReplyPart::Boolean(value) => sink.boolean(*value),
                ReplyPart::BigNumber(digits) => sink.big_number(digits),
                ReplyPart::Verbatim(format, text) => sink.verbatim(*format, text),
                ReplyPart::Array(len) => sink.begin_array(*len),
                ReplyPart::Map(len) => sink.begin_map(*len),
                ReplyPart::Set(len) => sink.begin_set(*len),
                ReplyPart::End => sink.end(),
            }
        }
    }
}

impl ReplySink for RecordedReply {
    fn null(&mut self) {
        self.parts.push(ReplyPart::Null);
    }

    fn null_array(&mut self) {
        self.parts.push(ReplyPart::NullArray);
    }

    fn bulk(&mut self, bytes: &[u8]) {
        self.parts.push(ReplyPart::Bulk(bytes.to_vec()));
    }

    fn integer(&mut self, value: i64) {
        self.parts.push(ReplyPart::Integer(value));
    }

    fn status(&mut self, text: &[u8]) {
        self.parts.push(ReplyPart::Status(text.to_vec()));
    }

    fn error(&mut self, text: &[u8]) {
        self.parts.push(ReplyPart::Error(text.to_vec()));
    }

    fn double(&mut self, value: f64) {
        self.parts.push(ReplyPart::Double(value));
    }

    fn spelled_double(&mut self, value: f64, text: &[u8]) {
        self.parts.push(ReplyPart::SpelledDouble(value, text.to_vec()));
    }

    fn boolean(&mut self, value: bool) {
        self.parts.push(ReplyPart::Boolean(value));
    }

    fn big_number(&mut self, digits: &[u8]) {
        self.parts.push(ReplyPart::BigNumber(digits.to_vec()));
    }

    fn verbatim(&mut self, format: [u8; 3], text: &[u8]) {
        self.parts.push(ReplyPart::Verbatim(format, text.to_vec()));
    }

    fn begin_array(&mut self, len: usize) {
        self.parts.push(ReplyPart::Array(len));
    }

    fn begin_map(&mut self, len: usize) {
        self.parts.push(ReplyPart::Map(len));
    }

    fn begin_set(&mut self, len: usize) {
        self.parts.push(ReplyPart::Set(len));
    }

    fn end(&mut self) {
        self.parts.push(ReplyPart::End);
    }
}
