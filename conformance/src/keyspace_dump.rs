//! The whole keyspace of an endpoint as comparable text: one line a key with its type, whether it expires, and its
//! contents. Keys, hash fields and set members are sorted, since their order is no part of the behaviour.
//!
//! Expiry times are compared as present or absent: two servers do not run at the same millisecond.

use crate::endpoint::{Endpoint, Trouble};
use crate::resp;

/// Dumps the selected database.
///
/// # Errors
/// When the endpoint gives no reply.
pub fn dump(endpoint: &mut Endpoint) -> Result<Vec<String>, Trouble> {
    let mut keys = texts(endpoint, &[b"KEYS", b"*"])?;
    keys.sort();
    let mut lines = Vec::new();
    for key in keys {
        let kind = texts(endpoint, &[b"TYPE", &key])?.concat();
        let contents = contents(endpoint, &kind, &key)?;
        let remaining = texts(endpoint, &[b"PTTL", &key])?.concat();
        let expiry = if remaining.starts_with(b"-") { "stays" } else { "expires" };
        let shown: Vec<String> = contents.iter().map(|item| item.escape_ascii().to_string()).collect();
        lines.push(format!("{} {} {expiry}: {}", key.escape_ascii(), kind.escape_ascii(), shown.join(" ")));
    }
    Ok(lines)
}

/// The contents of one key; pairs of a hash are joined, so that they stay together when sorted.
fn contents(endpoint: &mut Endpoint, kind: &[u8], key: &[u8]) -> Result<Vec<Vec<u8>>, Trouble> {
    let mut contents = match kind {
        b"string" => texts(endpoint, &[b"GET", key])?,
        b"list" => texts(endpoint, &[b"LRANGE", key, b"0", b"-1"])?,
        b"set" => texts(endpoint, &[b"SMEMBERS", key])?,
        b"zset" => texts(endpoint, &[b"ZRANGE", key, b"0", b"-1", b"WITHSCORES"])?,
        b"stream" => texts(endpoint, &[b"XRANGE", key, b"-", b"+"])?,
        b"hash" => texts(endpoint, &[b"HGETALL", key])?.chunks(2).map(|pair| pair.join(&b'=')).collect(),
        _ => Vec::new(),
    };
    if kind == b"set" || kind == b"hash" {
        contents.sort();
    }
    Ok(contents)
}

fn texts(endpoint: &mut Endpoint, command: &[&[u8]]) -> Result<Vec<Vec<u8>>, Trouble> {
    let reply = endpoint.call(command)?;
    Ok(resp::leaves(&reply)?.into_iter().map(<[u8]>::to_vec).collect())
}
