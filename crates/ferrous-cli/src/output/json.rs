//! Replies as JSON, one value on one line, for programs.
//!
//! | reply | JSON |
//! |---|---|
//! | string, status, verbatim text | a string; if it is not UTF-8, `{"hex":"..."}` |
//! | integer, double | a number; `"inf"`, `"-inf"`, `"nan"` for what JSON cannot say |
//! | big number | a string of digits |
//! | boolean, null | `true`, `false`, `null` |
//! | error | `{"error":"..."}` |
//! | array, set | an array |
//! | map | an object; a key that is no string becomes one: its JSON text |
//!
//! **Invariant:** a key's text is complete, and starts at its level's `start`, when its value begins.

use std::io::Write as _;

use ferrous_keyspace::number::write_double;

use super::{Aggregate, Layout, Scalar};

struct Level {
    kind: Aggregate,
    begun: usize,
    /// Where the text of the newest element starts.
    start: usize,
}

/// See the module.
#[derive(Default)]
pub(super) struct Json {
    levels: Vec<Level>,
}

impl Json {
    fn begin_element(&mut self, out: &mut Vec<u8>) {
        let Some(level) = self.levels.last_mut() else { return };
        if level.kind == Aggregate::Map && level.begun % 2 == 1 {
            if out.get(level.start) != Some(&b'"') {
                let key = out.split_off(level.start);
                string(out, &String::from_utf8_lossy(&key));
            }
            out.push(b':');
        } else if level.begun > 0 {
            out.push(b',');
        }
        level.begun += 1;
        level.start = out.len();
    }
}

impl Layout for Json {
    fn scalar(&mut self, out: &mut Vec<u8>, scalar: Scalar<'_>) {
        self.begin_element(out);
        match scalar {
            Scalar::Null => out.extend_from_slice(b"null"),
            Scalar::Bulk(bytes)
            | Scalar::Status(bytes)
            | Scalar::Verbatim(bytes)
            | Scalar::BigNumber(bytes) => {
                text(out, bytes);
            }
            // Writing into a vector cannot fail.
            Scalar::Integer(value) => drop(write!(out, "{value}")),
            Scalar::Boolean(value) => drop(write!(out, "{value}")),
            Scalar::Double(value) => {
                let mut digits = Vec::new();
                write_double(&mut digits, value);
                if value.is_finite() { out.extend_from_slice(&digits) } else { text(out, &digits) }
            }
            Scalar::Error(message) => {
                out.extend_from_slice(b"{\"error\":");
                string(out, &String::from_utf8_lossy(message));
                out.push(b'}');
            }
        }
    }

    fn open(&mut self, out: &mut Vec<u8>, kind: Aggregate, _len: usize) {
        self.begin_element(out);
        out.push(if kind == Aggregate::Map { b'{' } else { b'[' });
        self.levels.push(Level { kind, begun: 0, start: out.len() });
    }

    fn close(&mut self, out: &mut Vec<u8>) {
        let Some(level) = self.levels.pop() else { return };
        out.push(if level.kind == Aggregate::Map { b'}' } else { b']' });
    }

    fn finish(&mut self, out: &mut Vec<u8>) {
        out.push(b'\n');
    }
}

fn text(out: &mut Vec<u8>, bytes: &[u8]) {
    if let Ok(valid) = std::str::from_utf8(bytes) {
        string(out, valid);
    } else {
        out.extend_from_slice(b"{\"hex\":\"");
        for byte in bytes {
            drop(write!(out, "{byte:02x}"));
        }
        out.extend_from_slice(b"\"}");
    }
}

fn string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    for &byte in text.as_bytes() {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0..=0x1f | 0x7f => drop(write!(out, "\\u{byte:04x}")),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}
