//! Commands on the server that a keyspace stands for: `CONFIG`, `REPLICAOF`, `ROLE`.

use ferrous_redis::glob;

use super::{Call, server::refused};
use crate::{
    error::{CommandError, Outcome},
    server::Master,
    settings::{self, PARAMETERS},
};

/// `CONFIG GET|SET|RESETSTAT|REWRITE`.
pub(super) fn config(call: &mut Call<'_>) -> Outcome {
    match call.arg(1).to_ascii_lowercase().as_slice() {
        b"get" => get(call),
        b"set" => return set(call),
        b"resetstat" => {
            call.keyspace.forget_statistics();
            call.reply_ok();
        }
        b"rewrite" => {
            return Err(CommandError::Fixed("ERR The server is running without a config file"));
        }
        _ => return refused(call),
    }
    Ok(())
}

/// `CONFIG GET pattern ...`: the parameters by name. A pattern without a wildcard is a name, and answered as it is written.
fn get(call: &mut Call<'_>) {
    let dialect = call.keyspace.dialect().keyspace;
    let mut found: Vec<(Vec<u8>, String)> = Vec::new();
    for pattern in call.args_from(2) {
        let lower = pattern.to_ascii_lowercase();
        let is_name = !pattern.iter().any(|byte| b"[*?".contains(byte));
        for (place, parameter) in PARAMETERS.iter().enumerate().filter(|(_, known)| known.is_known(dialect)) {
            let names = parameter.names().filter(|name| glob::matches(&lower, name.as_bytes()));
            for name in names {
                let name = if is_name { pattern } else { name.as_bytes() };
                if !found.iter().any(|(known, _)| known == name) {
                    let value = parameter.show(call.keyspace.server.settings.at(place));
                    found.push((name.to_vec(), value));
                }
            }
        }
    }
    found.sort();
    call.reply.begin_map(found.len());
    for (name, value) in &found {
        call.reply.bulk(name);
        call.reply.bulk(value.as_bytes());
    }
    call.reply.end();
}

/// `CONFIG SET parameter value ...`: all of them, or none.
fn set(call: &mut Call<'_>) -> Outcome {
    if !call.len().is_multiple_of(2) {
        return Err(CommandError::Syntax);
    }
    let failed = |name: &[u8], text: &str| {
        let begin = b"ERR CONFIG SET failed (possibly related to argument '";
        CommandError::Other([begin, name, b"') - ", text.as_bytes()].concat().into())
    };
    let pairs = || (2..call.len()).step_by(2).map(|index| (call.arg(index), call.arg(index + 1)));
    let dialect = call.keyspace.dialect().keyspace;
    let mut places = Vec::new();
    for (index, (name, _)) in pairs().enumerate() {
        let Some(place) = settings::find(name, dialect) else {
            let begin = b"ERR Unknown option or number of arguments for CONFIG SET - '";
            return Err(CommandError::Other([begin, name, b"'"].concat().into()));
        };
        if PARAMETERS.get(place).is_some_and(|parameter| parameter.fixed) {
            return Err(failed(name, "can't set immutable config"));
        }
        if pairs().take(index).any(|(earlier, _)| earlier.eq_ignore_ascii_case(name)) {
            return Err(failed(name, "duplicate parameter"));
        }
        places.push(place);
    }
    let mut settings = call.keyspace.server.settings.clone();
    let large = dialect.takes_any_memory;
    for (place, (name, value)) in places.into_iter().zip(pairs()) {
        settings.set(place, value, large).map_err(|text| failed(&name.to_ascii_lowercase(), &text))?;
    }
    call.keyspace.layout.limits.adopt(&settings);
    call.keyspace.server.settings = settings;
    call.reply_ok();
    Ok(())
}

/// `REPLICAOF host port` and `REPLICAOF NO ONE`. A master is never reached.
pub(super) fn replicaof(call: &mut Call<'_>) -> Outcome {
    const MOST: i64 = 65_535;
    if call.is_word(1, "no") && call.is_word(2, "one") {
        call.keyspace.server.master = None;
        call.reply_ok();
        return Ok(());
    }
    let port = call.integer(2).ok().filter(|port| (0..=MOST).contains(port));
    let port = port.ok_or(CommandError::Fixed("ERR Invalid master port"))?;
    let host = call.arg(1);
    let known = call.keyspace.server.master.as_ref();
    if known.is_some_and(|known| known.port == port && known.host.eq_ignore_ascii_case(host)) {
        call.reply.status(b"OK Already connected to specified master");
        return Ok(());
    }
    call.keyspace.server.master = Some(Master { host: host.to_vec(), port });
    call.reply_ok();
    Ok(())
}

/// `ROLE`.
pub(super) fn role(call: &mut Call<'_>) -> Outcome {
    match &call.keyspace.server.master {
        None => {
            call.reply.begin_array(3);
            call.reply.bulk(b"master");
            call.reply.integer(0);
            call.reply.begin_array(0);
            call.reply.end();
        }
        Some(master) => {
            call.reply.begin_array(5);
            call.reply.bulk(b"slave");
            call.reply.bulk(&master.host);
            call.reply.integer(master.port);
            call.reply.bulk(b"connect");
            call.reply.integer(-1);
        }
    }
    call.reply.end();
    Ok(())
}
