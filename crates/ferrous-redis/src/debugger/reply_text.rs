//! Replies as the debugger prints them: on one line, in the types of the protocol that the script has chosen.
//!
//! **Invariant:** what is written is a function of the reply and the protocol alone.

use super::value_text::write_quoted;
use crate::{compat::NumberForm, host::Protocol, number_text, reply::ReplySink};

/// Writes one reply as text.
#[derive(Debug)]
pub(crate) struct ReplyText {
    text: Vec<u8>,
    protocol: Protocol,
    number_form: NumberForm,
    open: Vec<Container>,
}

/// An open container.
#[derive(Clone, Copy, Debug)]
struct Container {
    is_map: bool,
    close: u8,
    written: usize,
}

impl ReplyText {
    /// A sink for one reply, whose text comes after `text`.
    pub(crate) fn new(text: &[u8], protocol: Protocol, number_form: NumberForm) -> Self {
        Self { text: text.to_vec(), protocol, number_form, open: Vec::new() }
    }

    /// What was written.
    pub(crate) fn into_text(self) -> Vec<u8> {
        self.text
    }

    fn resp3(&self) -> bool {
        self.protocol == Protocol::Resp3
    }

    /// Another element begins.
    fn separate(&mut self) {
        let Some(container) = self.open.last_mut() else { return };
        let separator: &[u8] = match container.written {
            0 => b"",
            written if container.is_map && written % 2 == 1 => b" => ",
            _ => b",",
        };
        container.written += 1;
        self.text.extend_from_slice(separator);
    }

    fn scalar(&mut self, text: &[u8]) {
        self.separate();
        self.text.extend_from_slice(text);
    }

    fn quoted(&mut self, text: &[u8]) {
        self.separate();
        write_quoted(text, &mut self.text);
    }

    fn begin(&mut self, open: &[u8], close: u8, is_map: bool) {
        self.scalar(open);
        self.open.push(Container { is_map, close, written: 0 });
    }
}

impl ReplySink for ReplyText {
    fn null(&mut self) {
        self.scalar(if self.resp3() { b"(null)" } else { b"NULL" });
    }

    fn bulk(&mut self, bytes: &[u8]) {
        self.quoted(bytes);
    }

    fn integer(&mut self, value: i64) {
        self.scalar(value.to_string().as_bytes());
    }

    fn status(&mut self, text: &[u8]) {
        self.quoted(&[b"+", text].concat());
    }

    fn error(&mut self, text: &[u8]) {
        self.quoted(&[b"-", text].concat());
    }

    fn double(&mut self, value: f64) {
        let mut text = if self.resp3() { b"(double) ".to_vec() } else { Vec::new() };
        number_text::write_double(value, self.number_form, &mut text);
        if self.resp3() { self.scalar(&text) } else { self.quoted(&text) }
    }

    fn boolean(&mut self, value: bool) {
        match (self.resp3(), value) {
            (true, true) => self.scalar(b"#true"),
            (true, false) => self.scalar(b"#false"),
            (false, value) => self.integer(value.into()),
        }
    }

    // Of these two Redis's debugger shows nothing in RESP3.
    fn big_number(&mut self, digits: &[u8]) {
        if self.resp3() { self.scalar(b"") } else { self.quoted(digits) }
    }

    fn verbatim(&mut self, _: [u8; 3], text: &[u8]) {
        if self.resp3() { self.scalar(b"") } else { self.quoted(text) }
    }

    fn begin_array(&mut self, _: usize) {
        self.begin(b"[", b']', false);
    }

    fn begin_map(&mut self, _: usize) {
        if self.resp3() { self.begin(b"{", b'}', true) } else { self.begin(b"[", b']', false) }
    }

    fn begin_set(&mut self, _: usize) {
        if self.resp3() { self.begin(b"~(", b')', false) } else { self.begin(b"[", b']', false) }
    }

    fn end(&mut self) {
        if let Some(container) = self.open.pop() {
            self.text.push(container.close);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The replies of Redis's `DEBUG PROTOCOL`.
    fn write(kind: &str, sink: &mut dyn ReplySink) {
        match kind {
            "true" => sink.boolean(true),
            "big number" => sink.big_number(b"123"),
            "verbatim" => sink.verbatim(*b"txt", b"a\nb"),
            "null" => sink.null(),
            "double" => sink.double(3.5),
            "map" => {
                sink.begin_map(2);
                for key in 0..2 {
                    sink.integer(key);
                    sink.boolean(key == 1);
                }
                sink.end();
            }
            "set" => {
                sink.begin_set(2);
                sink.integer(0);
                sink.begin_array(1);
                sink.bulk(b"\x01q");
                sink.end();
                sink.end();
            }
            _ => sink.error(b"ERR no"),
        }
    }

    #[test]
    fn each_type_in_both_protocols() {
        let cases = [
            ("true", "1", "#true"),
            ("big number", "\"123\"", ""),
            ("verbatim", "\"a\\nb\"", ""),
            ("null", "NULL", "(null)"),
            ("double", "\"3.5\"", "(double) 3.5"),
            ("map", "[0,0,1,1]", "{0 => #false,1 => #true}"),
            ("set", "[0,[\"\\x01q\"]]", "~(0,[\"\\x01q\"])"),
            ("error", "\"-ERR no\"", "\"-ERR no\""),
        ];
        for (kind, resp2, resp3) in cases {
            for (protocol, wanted) in [(Protocol::Resp2, resp2), (Protocol::Resp3, resp3)] {
                let mut text = ReplyText::new(b"", protocol, NumberForm::SeventeenDigits);
                write(kind, &mut text);
                assert_eq!(String::from_utf8(text.into_text()).unwrap(), wanted, "{kind}");
            }
        }
    }
}
