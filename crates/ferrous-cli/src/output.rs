//! Replies as text for people and programs: the three layouts, and the sink that feeds them.
//!
//! [`ReplyPrinter`] is a [`ReplySink`] that degrades a reply to the protocol asked for and hands it, piece by piece, to a
//! [`Layout`]: [`terminal`] and [`raw`] as redis-cli prints on a terminal and into a pipe, [`json`] for programs. Nesting is
//! kept on a stack of levels, never by recursion, since a script decides how deep a reply is.
//!
//! **Invariant:** a layout sees RESP3 types only if the protocol is RESP3.

mod json;
mod raw;
mod terminal;

use ferrous_keyspace::number::write_double;
use ferrous_redis::{host::Protocol, reply::ReplySink};

/// The layout of replies on standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// Numbered and quoted, as redis-cli prints on a terminal.
    Terminal,
    /// Plain lines, as redis-cli prints into a pipe.
    Raw,
    /// One JSON value on one line.
    Json,
}

/// A reply that holds no other.
#[derive(Clone, Copy, Debug)]
enum Scalar<'a> {
    Null,
    Bulk(&'a [u8]),
    Integer(i64),
    Status(&'a [u8]),
    Error(&'a [u8]),
    Double(f64),
    Boolean(bool),
    BigNumber(&'a [u8]),
    Verbatim(&'a [u8]),
}

/// What kind of aggregate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Aggregate {
    Array,
    Map,
    Set,
}

/// Lays out one reply after another in a buffer.
trait Layout {
    /// One value without parts.
    fn scalar(&mut self, out: &mut Vec<u8>, scalar: Scalar<'_>);
    /// An aggregate of `len` elements begins; for a map, of `len` pairs.
    fn open(&mut self, out: &mut Vec<u8>, kind: Aggregate, len: usize);
    /// The innermost aggregate is complete.
    fn close(&mut self, out: &mut Vec<u8>);
    /// A whole reply is complete.
    fn finish(&mut self, out: &mut Vec<u8>);
}

/// Prints replies into a buffer.
pub(crate) struct ReplyPrinter {
    layout: Box<dyn Layout>,
    protocol: Protocol,
    bytes: Vec<u8>,
    depth: usize,
    error: Option<Vec<u8>>,
    errors: usize,
    counted_errors: usize,
}

impl ReplyPrinter {
    /// A printer with an empty buffer.
    pub(crate) fn new(style: Style, protocol: Protocol) -> Self {
        let layout: Box<dyn Layout> = match style {
            Style::Terminal => Box::new(terminal::Terminal::default()),
            Style::Raw => Box::new(raw::Raw::default()),
            Style::Json => Box::new(json::Json::default()),
        };
        Self { layout, protocol, bytes: Vec::new(), depth: 0, error: None, errors: 0, counted_errors: 0 }
    }

    /// Changes the protocol of the replies that follow.
    pub(crate) fn set_protocol(&mut self, protocol: Protocol) {
        self.protocol = protocol;
    }

    /// The text of the last reply that was, as a whole, an error.
    pub(crate) fn failure(&self) -> Option<&[u8]> {
        self.error.as_deref()
    }

    /// How many errors were printed so far, parts of other replies included.
    pub(crate) fn errors(&self) -> usize {
        self.errors
    }

    /// How many of them a script has passed on that a command had made.
    pub(crate) fn counted_errors(&self) -> usize {
        self.counted_errors
    }

    /// All text so far.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn resp3(&self) -> bool {
        self.protocol == Protocol::Resp3
    }

    fn scalar(&mut self, scalar: Scalar<'_>) {
        if let (Scalar::Error(text), 0) = (scalar, self.depth) {
            self.error = Some(text.to_vec());
        }
        self.layout.scalar(&mut self.bytes, scalar);
        self.complete();
    }

    fn open(&mut self, kind: Aggregate, len: usize) {
        self.layout.open(&mut self.bytes, kind, len);
        self.depth += 1;
    }

    fn complete(&mut self) {
        if self.depth == 0 {
            self.layout.finish(&mut self.bytes);
        }
    }
}

impl ReplySink for ReplyPrinter {
    fn null(&mut self) {
        self.scalar(Scalar::Null);
    }

    fn bulk(&mut self, bytes: &[u8]) {
        self.scalar(Scalar::Bulk(bytes));
    }

    fn integer(&mut self, value: i64) {
        self.scalar(Scalar::Integer(value));
    }

    fn status(&mut self, text: &[u8]) {
        self.scalar(Scalar::Status(text));
    }

    fn error(&mut self, text: &[u8]) {
        self.errors += 1;
        self.scalar(Scalar::Error(text));
    }

    fn counted_error(&mut self, text: &[u8]) {
        self.counted_errors += 1;
        self.error(text);
    }

    fn double(&mut self, value: f64) {
        if self.resp3() {
            self.scalar(Scalar::Double(value));
        } else {
            let mut text = Vec::new();
            write_double(&mut text, value);
            self.scalar(Scalar::Bulk(&text));
        }
    }

    fn boolean(&mut self, value: bool) {
        self.scalar(if self.resp3() { Scalar::Boolean(value) } else { Scalar::Integer(value.into()) });
    }

    fn big_number(&mut self, digits: &[u8]) {
        self.scalar(if self.resp3() { Scalar::BigNumber(digits) } else { Scalar::Bulk(digits) });
    }

    fn verbatim(&mut self, _format: [u8; 3], text: &[u8]) {
        self.scalar(if self.resp3() { Scalar::Verbatim(text) } else { Scalar::Bulk(text) });
    }

    fn begin_array(&mut self, len: usize) {
        self.open(Aggregate::Array, len);
    }

    fn begin_map(&mut self, len: usize) {
        if self.resp3() {
            self.open(Aggregate::Map, len);
        } else {
            self.open(Aggregate::Array, len.saturating_mul(2));
        }
    }

    fn begin_set(&mut self, len: usize) {
        self.open(if self.resp3() { Aggregate::Set } else { Aggregate::Array }, len);
    }

    fn end(&mut self) {
        self.layout.close(&mut self.bytes);
        self.depth = self.depth.saturating_sub(1);
        self.complete();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The reply of `DEBUG PROTOCOL`'s kinds in one, and some that are hard to lay out.
    fn sample(sink: &mut dyn ReplySink) {
        sink.begin_array(10);
        sink.integer(1);
        sink.begin_array(2);
        sink.bulk(b"a\r\n\"\\\x01\xff");
        sink.begin_map(2);
        sink.bulk(b"k");
        sink.begin_set(1);
        sink.double(1.5);
        sink.end();
        sink.integer(2);
        sink.boolean(true);
        sink.end();
        sink.end();
        sink.null();
        sink.status(b"FINE");
        sink.error(b"ERR x");
        sink.begin_array(0);
        sink.end();
        sink.begin_map(0);
        sink.end();
        sink.begin_set(0);
        sink.end();
        sink.verbatim(*b"txt", b"two\nlines");
        sink.big_number(b"12345678901234567890");
        sink.end();
    }

    fn printed(style: Style, protocol: Protocol) -> String {
        let mut printer = ReplyPrinter::new(style, protocol);
        sample(&mut printer);
        assert_eq!(printer.failure(), None);
        String::from_utf8(printer.bytes().to_vec()).unwrap()
    }

    #[test]
    fn terminal_resp3() {
        let wanted = [
            " 1) (integer) 1",
            r#" 2) 1) "a\r\n\"\\\x01\xff""#,
            r#"    2) 1# "k" => 1~ (double) 1.5"#,
            "       2# (integer) 2 => (true)",
            " 3) (nil)",
            " 4) FINE",
            " 5) (error) ERR x",
            " 6) (empty array)",
            " 7) (empty hash)",
            " 8) (empty set)",
            " 9) two",
            "lines",
            "10) (big number) 12345678901234567890",
            "",
        ];
        assert_eq!(printed(Style::Terminal, Protocol::Resp3), wanted.join("\n"));
    }

    #[test]
    fn terminal_resp2_degrades() {
        let text = printed(Style::Terminal, Protocol::Resp2);
        assert!(
            text.contains(
                "    2) 1) \"k\"\n       2) 1) \"1.5\"\n       3) (integer) 2\n       4) (integer) 1\n"
            ),
            "{text}"
        );
        assert!(text.ends_with(" 9) \"two\\nlines\"\n10) \"12345678901234567890\"\n"), "{text}");
    }

    #[test]
    fn raw_is_lines() {
        let mut printer = ReplyPrinter::new(Style::Raw, Protocol::Resp3);
        printer.begin_array(5);
        printer.integer(1);
        printer.begin_map(1);
        printer.bulk(b"k");
        printer.boolean(false);
        printer.end();
        printer.null();
        printer.error(b"ERR x");
        printer.double(0.5);
        printer.end();
        printer.error(b"ERR whole");
        assert_eq!(printer.failure(), Some(&b"ERR whole"[..]));
        assert_eq!(printer.bytes(), b"1\nk (false)\n\nERR x\n\n0.5\nERR whole\n\n");
    }

    #[test]
    fn json_is_json() {
        assert_eq!(
            printed(Style::Json, Protocol::Resp3),
            concat!(
                r#"[1,[{"hex":"610d0a225c01ff"},{"k":[1.5],"2":true}],null,"FINE",{"error":"ERR x"},[],{},[],"#,
                r#""two\nlines","12345678901234567890"]"#,
                "\n"
            )
        );
    }

    #[test]
    fn depth_does_not_recurse() {
        for style in [Style::Terminal, Style::Raw, Style::Json] {
            let mut printer = ReplyPrinter::new(style, Protocol::Resp3);
            for _ in 0..5_000 {
                printer.begin_array(1);
            }
            printer.integer(1);
            for _ in 0..5_000 {
                printer.end();
            }
            assert!(printer.bytes().ends_with(b"\n"));
        }
    }
}
