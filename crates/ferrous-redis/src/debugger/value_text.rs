//! Lua values as the debugger prints them.
//!
//! Tables are written out to a depth of ten, below which there is only a remark. The writer keeps a stack of open tables, and
//! stops early when there is more than whoever prints it will show: tables that share others can be written out to any
//! length.
//!
//! **Invariant:** at most one entry is written beyond the limit.

use ferrous_heap::{TableRef, Transaction, Value};
use ferrous_vm::number::write_general;

use crate::compat::ValueForm;

/// How deep tables are written out.
const DEEPEST: usize = 10;

/// Stands for what lies deeper.
const TOO_DEEP: &[u8] = b"<max recursion level reached! Nested table?>";

/// The digits of `%g`.
const DIGITS: usize = 6;

/// A table that is being written.
struct Open {
    table: TableRef,
    position: usize,
    /// Whether its keys are 1, 2, 3, ... and left out.
    is_sequence: bool,
    next: Piece,
}

/// What comes next of a table.
#[derive(Clone, Copy)]
enum Piece {
    Entry,
    ValueOfKey(Value),
    EndOfEntry,
}

/// Appends `value`, and stops when `out` is longer than `limit`.
pub(crate) fn write(tx: &Transaction<'_>, value: Value, form: ValueForm, limit: usize, out: &mut Vec<u8>) {
    let mut open: Vec<Open> = Vec::new();
    let mut current = Some(value);
    while out.len() <= limit {
        if let Some(value) = current.take() {
            if open.len() == DEEPEST {
                out.extend_from_slice(TOO_DEEP);
            } else if let Some(table) = value.as_table() {
                out.push(b'{');
                let is_sequence = is_sequence(tx, table);
                open.push(Open { table, position: 0, is_sequence, next: Piece::Entry });
            } else {
                write_scalar(tx, value, form, out);
            }
        }
        let Some(top) = open.last_mut() else { return };
        match top.next {
            Piece::Entry => match tx.next_entry(top.table, top.position) {
                Some((position, key, value)) => {
                    if form == ValueForm::Quoted && top.position > 0 {
                        out.extend_from_slice(SEPARATOR);
                    }
                    top.position = position;
                    if top.is_sequence {
                        (top.next, current) = (Piece::EndOfEntry, Some(value));
                    } else {
                        out.push(b'[');
                        (top.next, current) = (Piece::ValueOfKey(value), Some(key));
                    }
                }
                None => {
                    out.push(b'}');
                    open.pop();
                }
            },
            Piece::ValueOfKey(value) => {
                out.extend_from_slice(b"]=");
                (top.next, current) = (Piece::EndOfEntry, Some(value));
            }
            Piece::EndOfEntry => {
                if form == ValueForm::Plain {
                    out.extend_from_slice(SEPARATOR);
                }
                top.next = Piece::Entry;
            }
        }
    }
}

/// Stands between entries; in the plain form after each.
const SEPARATOR: &[u8] = b"; ";

fn is_sequence(tx: &Transaction<'_>, table: TableRef) -> bool {
    let (mut position, mut expected) = (0, 1.0);
    while let Some((next, key, _)) = tx.next_entry(table, position) {
        if key.as_number() != Some(expected) {
            return false;
        }
        (position, expected) = (next, expected + 1.0);
    }
    true
}

fn write_scalar(tx: &Transaction<'_>, value: Value, form: ValueForm, out: &mut Vec<u8>) {
    if let Some(text) = tx.string(value) {
        match form {
            ValueForm::Quoted => write_quoted(text, out),
            ValueForm::Plain => out.extend_from_slice(text),
        }
    } else if let Some(number) = value.as_number() {
        write_general(number, DIGITS, out);
    } else if let Some(truth) = value.as_boolean() {
        out.extend_from_slice(if truth { b"true" } else { b"false" });
    } else if value.is_nil() {
        out.extend_from_slice(b"nil");
    } else {
        let kind = match value.type_name() {
            "userdata" if value.as_userdata().is_none() => "light-userdata",
            kind => kind,
        };
        let address = value.address();
        let shown = if address == 0 { "(nil)".to_owned() } else { format!("{address:#x}") };
        let blank = if form == ValueForm::Plain { " " } else { "" };
        out.extend_from_slice(format!("{blank}\"{kind}@{shown}\"").as_bytes());
    }
}

/// Appends `text` in quotation marks, with escapes for what cannot be printed.
pub(crate) fn write_quoted(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    for &byte in text {
        match byte {
            b'\\' | b'"' => out.extend_from_slice(&[b'\\', byte]),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0x07 => out.extend_from_slice(b"\\a"),
            0x08 => out.extend_from_slice(b"\\b"),
            b' '..=b'~' => out.push(byte),
            _ => out.extend_from_slice(format!("\\x{byte:02x}").as_bytes()),
        }
    }
    out.push(b'"');
}
