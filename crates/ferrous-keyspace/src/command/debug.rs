//! `DEBUG`, as far as it concerns scripts: replies of every kind, made to order, and who may ask for them.
//!
//! With `SET-DISABLE-DENY-SCRIPTS 1` a script may call `DEBUG PROTOCOL`, and so see what it makes of a kind of reply that no
//! other command gives: a big number, a verbatim text, a boolean. In scripts the switch opens DEBUG alone.

use std::time::Duration;

use super::{Call, server::refused, subcommand_syntax};
use crate::{
    error::{CommandError, Outcome},
    object::ListLimit,
};

/// Subcommands with a length that other servers have, and that are refused here.
const OTHERS: &[&[u8]] = &[
    b"change-repl-id",
    b"client-eviction",
    b"config-rewrite-force-all",
    b"crash-and-abort",
    b"crash-and-recover",
    b"digest",
    b"digest-value",
    b"dict-resizing",
    b"drop-cluster-packet-filter",
    b"error",
    b"help",
    b"htstats",
    b"htstats-key",
    b"jmap",
    b"leak",
    b"listpack",
    b"mallctl",
    b"mallctl-str",
    b"oom",
    b"panic",
    b"pause-cron",
    b"populate",
    b"quicklist-packed-threshold",
    b"quicklist",
    b"replicate",
    b"replybuffer",
    b"restart",
    b"sdslen",
    b"segfault",
    b"stringmatch-len",
    b"structsize",
    b"ziplist",
    b"assert",
    b"aof-flush-sleep",
];

/// `DEBUG PROTOCOL|OBJECT|SET-DISABLE-DENY-SCRIPTS|SET-ACTIVE-EXPIRE|SLEEP|RELOAD|LOADAOF|LOG`.
pub(super) fn debug(call: &mut Call<'_>) -> Outcome {
    match (call.len(), call.arg(1).to_ascii_lowercase().as_slice()) {
        (3, b"protocol") => return protocol(call),
        (3, b"object") => return object(call),
        (3, b"set-disable-deny-scripts") => call.keyspace.server.debugs_scripts = leading_number(call.arg(2)),
        (3, b"sleep") => {
            let seconds = call.score(call.arg(2)).unwrap_or_default();
            call.keyspace.server.sleep = Duration::try_from_secs_f64(seconds).unwrap_or_default();
        }
        (3, b"set-active-expire") => call.keyspace.server.keeps_expired = !leading_number(call.arg(2)),
        // Nothing is saved that could be read again.
        (3, b"log") | (_, b"reload" | b"loadaof") => {}
        (_, name) if OTHERS.contains(&name) => return refused(call),
        _ => return Err(subcommand_syntax(call.args)),
    }
    call.reply_ok();
    Ok(())
}

/// `DEBUG OBJECT key`, which may have expired. The address is none, and the length an estimate.
fn object(call: &mut Call<'_>) -> Outcome {
    let (key, now) = (call.arg(2), call.keyspace.now());
    let (dialect, database) = (call.keyspace.dialect().keyspace, call.keyspace.database());
    let entry = database.find(key).and_then(|position| database.at(position)).map(|(_, entry)| entry);
    let Some(entry) = entry else { return Err(CommandError::NoSuchKey) };
    let text = format!(
        "Value at:{:#x} refcount:{} encoding:{} serializedlength:{} lru:{} lru_seconds_idle:0",
        0x7f00_0000_0000_u64,
        entry.value.references(dialect),
        entry.value.encoding(key, ListLimit::of(&call.keyspace.server.settings), dialect),
        entry.value.bytes_used(&[]),
        (now / 1000) & 0x00ff_ffff,
    );
    call.reply.status(text.as_bytes());
    Ok(())
}

/// Whether a text begins with a number that is not 0, as C reads one.
fn leading_number(text: &[u8]) -> bool {
    let text = text.trim_ascii_start();
    let digits = text.strip_prefix(b"-").or_else(|| text.strip_prefix(b"+")).unwrap_or(text);
    digits.iter().take_while(|byte| byte.is_ascii_digit()).any(|&byte| byte != b'0')
}

/// `DEBUG PROTOCOL kind`: a reply of that kind. What would go before it, an attribute or a push, does not.
fn protocol(call: &mut Call<'_>) -> Outcome {
    let is_resp3 = call.is_resp3();
    let kind = call.arg(2).to_ascii_lowercase();
    let reply = &mut *call.reply;
    match kind.as_slice() {
        b"string" => reply.bulk(b"Hello World"),
        b"integer" => reply.integer(12_345),
        b"double" => reply.double(3141.0 / 1000.0),
        b"bignum" => reply.big_number(b"1234567999999999999999999999999999999"),
        b"null" => reply.null(),
        b"array" => reply.begin_array(3),
        b"set" => reply.begin_set(3),
        b"map" => reply.begin_map(3),
        b"attrib" => reply.bulk(b"Some real reply following the attribute"),
        b"push" if is_resp3 => reply.bulk(b"Some real reply following the push reply"),
        b"push" => return Err(CommandError::Fixed("ERR RESP2 is not supported by this command")),
        b"true" => reply.boolean(true),
        b"false" => reply.boolean(false),
        b"verbatim" => reply.verbatim(*b"txt", b"This is a verbatim\nstring"),
        _ => {
            return Err(CommandError::Fixed(
                "ERR Wrong protocol type name. Please use one of the following: \
                 string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false",
            ));
        }
    }
    if matches!(kind.as_slice(), b"array" | b"set" | b"map") {
        for number in 0..3 {
            reply.integer(number);
            if kind == b"map" {
                reply.boolean(number == 1);
            }
        }
        reply.end();
    }
    Ok(())
}
