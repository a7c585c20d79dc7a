//! The layout of redis-cli into a pipe: one line an element, no numbers, no quotes.
//!
//! Elements are parted by line feeds, a key and its value by a blank; null is nothing, and an error brings a line feed of its
//! own, so that an empty line follows it. Nesting leaves no trace.

use std::io::Write as _;

use ferrous_keyspace::number::write_double;

use super::{Aggregate, Layout, Scalar};

/// See the module. The stack holds each level's kind and how many elements it has begun.
#[derive(Default)]
pub(super) struct Raw {
    levels: Vec<(Aggregate, usize)>,
}

impl Raw {
    fn begin_element(&mut self, out: &mut Vec<u8>) {
        let Some((kind, begun)) = self.levels.last_mut() else { return };
        if *begun > 0 {
            out.push(if *kind == Aggregate::Map && *begun % 2 == 1 { b' ' } else { b'\n' });
        }
        *begun += 1;
    }
}

impl Layout for Raw {
    fn scalar(&mut self, out: &mut Vec<u8>, scalar: Scalar<'_>) {
        self.begin_element(out);
        match scalar {
            Scalar::Null => {}
            Scalar::Bulk(text) | Scalar::Status(text) | Scalar::Verbatim(text) | Scalar::BigNumber(text) => {
                out.extend_from_slice(text);
            }
            // Writing into a vector cannot fail.
            Scalar::Integer(value) => drop(write!(out, "{value}")),
            Scalar::Boolean(value) => drop(write!(out, "({value})")),
            Scalar::Double(value) => write_double(out, value),
            Scalar::Error(text) => {
                out.extend_from_slice(text);
                out.push(b'\n');
            }
        }
    }

    fn open(&mut self, out: &mut Vec<u8>, kind: Aggregate, _len: usize) {
        self.begin_element(out);
        self.levels.push((kind, 0));
    }

    fn close(&mut self, _out: &mut Vec<u8>) {
        self.levels.pop();
    }

    fn finish(&mut self, out: &mut Vec<u8>) {
        out.push(b'\n');
    }
}
