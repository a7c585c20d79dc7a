//! The layout of redis-cli on a terminal: numbered elements, quoted strings, types in parentheses.
//!
//! Each level keeps the width of its numbers; an element's first line continues the line that its number stands on, further
//! ones are indented by the widths of all levels around them. A map's value follows its key after ` => `.
//!
//! **Invariant:** whenever an element is complete the buffer ends in a line feed.

use std::io::Write as _;

use ferrous_keyspace::number::write_double;

use super::{Aggregate, Layout, Scalar};

struct Level {
    kind: Aggregate,
    /// Elements begun so far; a pair of a map counts two.
    begun: usize,
    /// Digits of the largest number.
    width: usize,
    /// Blanks before the numbers of all elements but the first.
    indent: usize,
}

/// See the module.
#[derive(Default)]
pub(super) struct Terminal {
    levels: Vec<Level>,
}

impl Terminal {
    fn begin_element(&mut self, out: &mut Vec<u8>) {
        let Some(level) = self.levels.last_mut() else { return };
        let position = level.begun;
        level.begun += 1;
        if level.kind == Aggregate::Map && position % 2 == 1 {
            if out.last() == Some(&b'\n') {
                out.pop();
            }
            out.extend_from_slice(b" => ");
            return;
        }
        let (number, mark) = match level.kind {
            Aggregate::Map => (position / 2 + 1, '#'),
            Aggregate::Set => (position + 1, '~'),
            Aggregate::Array => (position + 1, ')'),
        };
        let indent = if position == 0 { 0 } else { level.indent };
        line(out, format_args!("{:indent$}{number:width$}{mark} ", "", width = level.width));
    }
}

impl Layout for Terminal {
    fn scalar(&mut self, out: &mut Vec<u8>, scalar: Scalar<'_>) {
        self.begin_element(out);
        match scalar {
            Scalar::Null => out.extend_from_slice(b"(nil)"),
            Scalar::Bulk(bytes) => quote(out, bytes),
            Scalar::Integer(value) => line(out, format_args!("(integer) {value}")),
            Scalar::Status(text) | Scalar::Verbatim(text) => out.extend_from_slice(text),
            Scalar::Error(text) => {
                out.extend_from_slice(b"(error) ");
                out.extend_from_slice(text);
            }
            Scalar::Double(value) => {
                out.extend_from_slice(b"(double) ");
                write_double(out, value);
            }
            Scalar::Boolean(value) => line(out, format_args!("({value})")),
            Scalar::BigNumber(digits) => {
                out.extend_from_slice(b"(big number) ");
                out.extend_from_slice(digits);
            }
        }
        out.push(b'\n');
    }

    fn open(&mut self, out: &mut Vec<u8>, kind: Aggregate, len: usize) {
        self.begin_element(out);
        if len == 0 {
            out.extend_from_slice(match kind {
                Aggregate::Array => b"(empty array)\n",
                Aggregate::Map => b"(empty hash)\n",
                Aggregate::Set => b"(empty set)\n",
            });
        }
        let indent = self.levels.last().map_or(0, |level| level.indent + level.width + 2);
        let width = len.checked_ilog10().map_or(1, |power| power as usize + 1);
        self.levels.push(Level { kind, begun: 0, width, indent });
    }

    fn close(&mut self, _out: &mut Vec<u8>) {
        self.levels.pop();
    }

    fn finish(&mut self, _out: &mut Vec<u8>) {}
}

fn line(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    // Writing into a vector cannot fail.
    let _ = out.write_fmt(text);
}

/// Quotes as redis-cli does: what is not printable ASCII is escaped.
fn quote(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'"');
    for &byte in bytes {
        match byte {
            b'\\' | b'"' => out.extend_from_slice(&[b'\\', byte]),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            7 => out.extend_from_slice(b"\\a"),
            8 => out.extend_from_slice(b"\\b"),
            b' '..=b'~' => out.push(byte),
            _ => line(out, format_args!("\\x{byte:02x}")),
        }
    }
    out.push(b'"');
}
