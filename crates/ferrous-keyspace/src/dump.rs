//! The whole keyspace as canonical text, for comparing one with another.
//!
//! One line a key: database, key, type, whether it expires, content; keys sorted by bytes, and fields and members too,
//! except where order is content (lists, streams, sorted sets). Bytes outside printable ASCII, and quotes, are escaped.

use std::fmt::Write as _;

use crate::{
    Keyspace,
    expiry::Milliseconds,
    number::write_double,
    object::{StreamId, Value},
};

impl Keyspace {
    /// The keyspace as canonical text: two keyspaces with the same keys, types, content and presence of expiries give the
    /// same text. Expired keys are left out.
    #[must_use]
    pub fn dump(&self) -> String {
        let now = self.clock().milliseconds();
        let mut text = String::new();
        for (number, database) in self.databases().iter().enumerate() {
            let mut entries: Vec<_> = database.iter().filter(|(_, entry)| !entry.is_expired(now)).collect();
            entries.sort_unstable_by_key(|(key, _)| *key);
            for (key, entry) in entries {
                // Writing to a String cannot fail.
                let _ = write!(text, "{number} ");
                quote(&mut text, key);
                let expiry = if entry.expires_at.is_some() { "volatile" } else { "persistent" };
                let _ = write!(text, " {} {expiry}", entry.value.type_name());
                for part in parts(&entry.value, now) {
                    text.push(' ');
                    quote(&mut text, &part);
                }
                text.push('\n');
            }
        }
        text
    }

    /// What a key of a database holds, and when exactly it expires; two keys that hold the same give the same text.
    #[must_use]
    pub fn dump_key(&self, database: usize, key: &[u8]) -> Option<String> {
        let now = self.clock().milliseconds();
        let database = self.databases().get(database)?;
        let (_, entry) = database.at(database.find(key)?)?;
        if entry.is_expired(now) {
            return None;
        }
        let mut text = format!("{:?} {}", entry.expires_at, entry.value.type_name());
        for part in parts(&entry.value, now) {
            text.push(' ');
            quote(&mut text, &part);
        }
        Some(text)
    }
}

/// The content of a value, in canonical order.
fn parts(value: &Value, now: Milliseconds) -> Vec<Vec<u8>> {
    match value {
        Value::String(string) => vec![string.to_vec()],
        Value::List(list) => list.iter().map(<[u8]>::to_vec).collect(),
        Value::Hash(hash) => {
            let is_over = |field: &[u8]| hash.expiry(field).is_some_and(|time| now > time);
            let mut fields: Vec<_> = hash.iter().filter(|(field, _)| !is_over(field)).collect();
            fields.sort_unstable();
            let part = |&(field, value): &(&[u8], &[u8])| {
                let mark = if hash.expiry(field).is_some() { b"volatile".as_slice() } else { b"" };
                [field.to_vec(), [value, mark].concat()]
            };
            fields.iter().flat_map(part).collect()
        }
        Value::Set(set) => {
            let mut members = Vec::with_capacity(set.len());
            set.each(|member| {
                members.push(member.to_vec());
                true
            });
            members.sort_unstable();
            members
        }
        Value::SortedSet(set) => set
            .iter()
            .flat_map(|(member, score)| {
                let mut text = Vec::new();
                write_double(&mut text, score);
                [member.to_vec(), text]
            })
            .collect(),
        Value::Stream(stream) => stream
            .range(StreamId::MIN, StreamId::MAX)
            .flat_map(|(id, fields)| {
                std::iter::once(id.to_text()).chain(fields.iter().map(|field| field.to_vec()))
            })
            .collect(),
    }
}

fn quote(text: &mut String, bytes: &[u8]) {
    text.push('"');
    for &byte in bytes {
        match byte {
            b'"' | b'\\' => {
                text.push('\\');
                text.push(char::from(byte));
            }
            b' '..=b'~' => text.push(char::from(byte)),
            _ => {
                let _ = write!(text, "\\x{byte:02x}");
            }
        }
    }
    text.push('"');
}
