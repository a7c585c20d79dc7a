//! Writes replies as bytes, in RESP2 or RESP3, formatted as Redis 7.0 formats them.
//!
//! **Invariant:** a reply is written in one pass: every length is announced before the elements, so nothing is patched
//! afterwards and `end` writes nothing.

use ferrous_redis::{compat::NumberForm, host::Protocol, number_text, reply::ReplySink};

use crate::number::{IntegerText, write_double};

/// A sink that appends to a buffer.
#[derive(Clone, Debug, Default)]
pub struct ReplyWriter {
    bytes: Vec<u8>,
    protocol: Protocol,
    number_form: NumberForm,
    errors: usize,
    counted_errors: usize,
}

impl ReplyWriter {
    /// An empty writer.
    #[must_use]
    pub fn new(protocol: Protocol) -> Self {
        Self { protocol, ..Self::default() }
    }

    /// The protocol that is written.
    #[must_use]
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// Changes how doubles are printed from here on; at first they have seventeen digits, as Redis 7.0 prints them.
    pub fn set_number_form(&mut self, form: NumberForm) {
        self.number_form = form;
    }

    /// Changes the protocol of what is written from here on.
    pub fn set_protocol(&mut self, protocol: Protocol) {
        self.protocol = protocol;
    }

    /// What has been written.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many errors have been written so far, parts of other replies included.
    #[must_use]
    pub fn errors(&self) -> usize {
        self.errors
    }

    /// How many of them a script has passed on that a command had made.
    #[must_use]
    pub fn counted_errors(&self) -> usize {
        self.counted_errors
    }

    /// Forgets all that has been written but the first `length` bytes.
    pub fn truncate(&mut self, length: usize) {
        self.bytes.truncate(length);
    }

    /// Forgets what has been written and keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
    }

    /// The buffer, the writer's end.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn resp3(&self) -> bool {
        self.protocol == Protocol::Resp3
    }

    fn line(&mut self, kind: u8, text: &[u8]) {
        self.bytes.push(kind);
        // A line break inside would end the reply early.
        self.bytes.extend(text.iter().map(|&byte| if matches!(byte, b'\r' | b'\n') { b' ' } else { byte }));
        self.bytes.extend_from_slice(b"\r\n");
    }

    fn number_line(&mut self, kind: u8, value: i64) {
        self.bytes.push(kind);
        self.bytes.extend_from_slice(IntegerText::new(value).as_bytes());
        self.bytes.extend_from_slice(b"\r\n");
    }

    fn length_line(&mut self, kind: u8, length: usize) {
        self.number_line(kind, i64::try_from(length).unwrap_or(i64::MAX));
    }
}

impl ReplySink for ReplyWriter {
    fn null(&mut self) {
        let text: &[u8] = if self.resp3() { b"_\r\n" } else { b"$-1\r\n" };
        self.bytes.extend_from_slice(text);
    }

    fn null_array(&mut self) {
        let text: &[u8] = if self.resp3() { b"_\r\n" } else { b"*-1\r\n" };
        self.bytes.extend_from_slice(text);
    }

    fn bulk(&mut self, bytes: &[u8]) {
        self.length_line(b'$', bytes.len());
        self.bytes.extend_from_slice(bytes);
        self.bytes.extend_from_slice(b"\r\n");
    }

    fn integer(&mut self, value: i64) {
        self.number_line(b':', value);
    }

    fn status(&mut self, text: &[u8]) {
        self.line(b'+', text);
    }

    fn error(&mut self, text: &[u8]) {
        self.errors += 1;
        self.line(b'-', text);
    }

    fn counted_error(&mut self, text: &[u8]) {
        self.counted_errors += 1;
        self.error(text);
    }

    fn double(&mut self, value: f64) {
        let mut text = Vec::with_capacity(24);
        match self.number_form {
            NumberForm::SeventeenDigits => write_double(&mut text, value),
            NumberForm::Shortest => number_text::write_double(value, NumberForm::Shortest, &mut text),
        }
        if self.resp3() { self.line(b',', &text) } else { self.bulk(&text) }
    }

    fn spelled_double(&mut self, _: f64, text: &[u8]) {
        if self.resp3() { self.line(b',', text) } else { self.bulk(text) }
    }

    fn boolean(&mut self, value: bool) {
        if self.resp3() {
            self.bytes.extend_from_slice(if value { b"#t\r\n" } else { b"#f\r\n" });
        } else {
            self.integer(i64::from(value));
        }
    }

    fn big_number(&mut self, digits: &[u8]) {
        if self.resp3() { self.line(b'(', digits) } else { self.bulk(digits) }
    }

    fn verbatim(&mut self, format: [u8; 3], text: &[u8]) {
        if self.resp3() {
            self.length_line(b'=', text.len() + 4);
            self.bytes.extend_from_slice(&format);
            self.bytes.push(b':');
            self.bytes.extend_from_slice(text);
            self.bytes.extend_from_slice(b"\r\n");
        } else {
            self.bulk(text);
        }
    }

    fn begin_array(&mut self, len: usize) {
        self.length_line(b'*', len);
    }

    fn begin_map(&mut self, len: usize) {
        if self.resp3() { self.length_line(b'%', len) } else { self.length_line(b'*', len.saturating_mul(2)) }
    }

    fn begin_set(&mut self, len: usize) {
        self.length_line(if self.resp3() { b'~' } else { b'*' }, len);
    }

    fn end(&mut self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(protocol: Protocol) -> String {
        let mut writer = ReplyWriter::new(protocol);
        writer.begin_map(1);
        writer.bulk(b"k");
        writer.begin_set(2);
        writer.double(1.5);
        writer.null();
        writer.end();
        writer.end();
        writer.null_array();
        writer.boolean(true);
        writer.verbatim(*b"txt", b"hi");
        writer.error(b"ERR a\r\nb");
        String::from_utf8(writer.into_bytes()).unwrap()
    }

    #[test]
    fn both_protocols() {
        assert_eq!(
            sample(Protocol::Resp2),
            "*2\r\n$1\r\nk\r\n*2\r\n$3\r\n1.5\r\n$-1\r\n*-1\r\n:1\r\n$2\r\nhi\r\n-ERR a  b\r\n"
        );
        assert_eq!(
            sample(Protocol::Resp3),
            "%1\r\n$1\r\nk\r\n~2\r\n,1.5\r\n_\r\n_\r\n#t\r\n=6\r\ntxt:hi\r\n-ERR a  b\r\n"
        );
    }
}
