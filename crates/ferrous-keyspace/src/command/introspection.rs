//! `COMMAND`: what there is, and which arguments are keys.

use ferrous_redis::{
    compat::CommandTeller,
    glob,
    host::{ArgsBuffer, CommandInfo},
};

use super::{
    COMMANDS, Call, SUBCOMMANDS,
    catalogue::{self, Begin, Entry, Keys, Place},
    find, identify,
    keys::{self, Key},
    server::refused,
};
use crate::error::{CommandError, Outcome};

/// `COMMAND`, and its subcommands but for DOCS.
pub(super) fn command(call: &mut Call<'_>) -> Outcome {
    match call.arg(1).to_ascii_lowercase().as_slice() {
        b"" if call.len() == 1 => all(call),
        b"count" => call.reply_len(call.keyspace.dialect().commands),
        b"list" => return list(call),
        b"info" if call.len() == 2 => all(call),
        b"info" => {
            call.reply.begin_array(call.len() - 2);
            for name in call.args_from(2) {
                match known(call, &name.to_ascii_lowercase()) {
                    Some(info) => describe(call, &info),
                    None => call.reply.null(),
                }
            }
            call.reply.end();
        }
        b"getkeys" => return keys_of(call, false),
        b"getkeysandflags" => return keys_of(call, true),
        _ => return refused(call),
    }
    Ok(())
}

/// What there is of that name, which may be that of a subcommand.
fn known(call: &Call<'_>, name: &[u8]) -> Option<CommandInfo> {
    let dialect = call.keyspace.dialect();
    let bar = name.iter().position(|&byte| byte == b'|');
    let (container, subcommand) = match bar {
        None => (name, None),
        Some(bar) => (name.get(..bar)?, name.get(bar + 1..)),
    };
    let info = find(container, dialect)?.info(dialect);
    match subcommand {
        None => Some(info),
        Some(name) => super::find_subcommand(&info, name, dialect),
    }
}

fn teller(call: &Call<'_>) -> CommandTeller {
    call.keyspace.dialect().keyspace.command_teller
}

fn is_valkey(call: &Call<'_>) -> bool {
    call.keyspace.dialect().valkey.is_some()
}

/// The commands that the target has.
fn commands(call: &Call<'_>) -> Vec<CommandInfo> {
    let dialect = call.keyspace.dialect();
    let known = COMMANDS.iter().filter(|command| command.is_known(dialect));
    known.map(|command| command.info(dialect)).collect()
}

/// The subcommands of a command.
fn subcommands(call: &Call<'_>, container: &CommandInfo) -> Vec<CommandInfo> {
    let dialect = call.keyspace.dialect();
    let names = SUBCOMMANDS.iter().filter_map(|subcommand| subcommand.info.name.split_once('|'));
    let own = names.filter(|(name, _)| *name == container.name);
    own.filter_map(|(_, name)| super::find_subcommand(container, name.as_bytes(), dialect)).collect()
}

/// `COMMAND`: all that `COMMAND INFO` can tell.
fn all(call: &mut Call<'_>) {
    let commands = commands(call);
    call.reply.begin_array(commands.len());
    for info in &commands {
        describe(call, info);
    }
    call.reply.end();
}

/// Answers what is known of a command, and of its subcommands, which have none themselves.
fn describe(call: &mut Call<'_>, info: &CommandInfo) {
    begin_description(call, info);
    let subcommands = subcommands(call, info);
    if subcommands.is_empty() {
        no_subcommands(call);
    } else {
        call.reply.begin_array(subcommands.len());
        for info in &subcommands {
            begin_description(call, info);
            no_subcommands(call);
            call.reply.end();
        }
        call.reply.end();
    }
    call.reply.end();
}

/// Answers that there are no subcommands: Redis with an empty set, where others would be an array.
fn no_subcommands(call: &mut Call<'_>) {
    if is_valkey(call) {
        call.reply_empty();
    } else {
        call.reply.begin_set(0);
        call.reply.end();
    }
}

/// All of a description but its last part, the subcommands.
fn begin_description(call: &mut Call<'_>, info: &CommandInfo) {
    let entry = catalogue::find(info.name, teller(call));
    call.reply.begin_array(10);
    call.reply.bulk(info.name.as_bytes());
    call.reply.integer(i64::from(info.arity));
    statuses(call, entry.iter().flat_map(Entry::flags), "");
    let keys = info.keys;
    for number in [i64::from(keys.first), i64::from(keys.last), i64::from(keys.step)] {
        call.reply.integer(number);
    }
    statuses(call, entry.iter().flat_map(Entry::categories), "@");
    let tips: Vec<&str> = entry.iter().flat_map(Entry::tips).collect();
    call.reply.begin_set(tips.len());
    tips.iter().for_each(|tip| call.reply.bulk(tip.as_bytes()));
    call.reply.end();
    let places: Vec<Place> = entry.iter().flat_map(Entry::places).collect();
    call.reply.begin_set(places.len());
    places.iter().for_each(|place| describe_place(call, place));
    call.reply.end();
}

/// Answers a set of statuses, each with a sign before it.
fn statuses<'w>(call: &mut Call<'_>, words: impl Iterator<Item = &'w str>, sign: &str) {
    let words: Vec<&str> = words.collect();
    call.reply.begin_set(words.len());
    words.iter().for_each(|word| call.reply.status([sign, word].concat().as_bytes()));
    call.reply.end();
}

fn describe_place(call: &mut Call<'_>, place: &Place) {
    call.reply.begin_map(3 + usize::from(place.note.is_some()));
    if let Some(note) = place.note {
        call.reply.bulk(b"notes");
        call.reply.bulk(note.as_bytes());
    }
    call.reply.bulk(b"flags");
    statuses(call, place.flags(), "");
    call.reply.bulk(b"begin_search");
    match place.begin {
        Begin::Index(index) => describe_search(call, "index", &[("index", index)]),
        Begin::Keyword(word, from) => {
            begin_search(call, "keyword", 2);
            call.reply.bulk(b"keyword");
            call.reply.bulk(word.as_bytes());
            call.reply.bulk(b"startfrom");
            call.reply.integer(from);
            call.reply.end();
            call.reply.end();
        }
        Begin::Unknown => describe_search(call, "unknown", &[]),
    }
    call.reply.bulk(b"find_keys");
    match place.keys {
        Keys::Range { last, step, limit } => {
            describe_search(call, "range", &[("lastkey", last), ("keystep", step), ("limit", limit)]);
        }
        Keys::Counted { count, first, step } => {
            describe_search(call, "keynum", &[("keynumidx", count), ("firstkey", first), ("keystep", step)]);
        }
        Keys::Unknown => describe_search(call, "unknown", &[]),
    }
    call.reply.end();
}

/// Begins a search with its kind and its `len` parts.
fn begin_search(call: &mut Call<'_>, kind: &str, len: usize) {
    call.reply.begin_map(2);
    call.reply.bulk(b"type");
    call.reply.bulk(kind.as_bytes());
    call.reply.bulk(b"spec");
    call.reply.begin_map(len);
}

fn describe_search(call: &mut Call<'_>, kind: &str, parts: &[(&str, i64)]) {
    begin_search(call, kind, parts.len());
    for (name, number) in parts {
        call.reply.bulk(name.as_bytes());
        call.reply.integer(*number);
    }
    call.reply.end();
    call.reply.end();
}

/// `COMMAND LIST [FILTERBY MODULE name|ACLCAT category|PATTERN pattern]`.
fn list(call: &mut Call<'_>) -> Outcome {
    let commands = commands(call);
    let inner: Vec<CommandInfo> = commands.iter().flat_map(|info| subcommands(call, info)).collect();
    let mut names: Vec<&str> = commands.iter().chain(&inner).map(|info| info.name).collect();
    if call.len() > 2 {
        if call.len() != 5 || !call.is_word(2, "filterby") {
            return Err(CommandError::Syntax);
        }
        let wanted = call.arg(4).to_ascii_lowercase();
        let teller = teller(call);
        match call.arg(3).to_ascii_lowercase().as_slice() {
            b"module" => names.clear(),
            b"aclcat" => names.retain(|name| {
                let entry = catalogue::find(name, teller);
                entry.is_some_and(|entry| entry.categories().any(|known| known.as_bytes() == wanted))
            }),
            b"pattern" => names.retain(|name| glob::matches(&wanted, name.as_bytes())),
            _ => return Err(CommandError::Syntax),
        }
    }
    call.reply.begin_array(names.len());
    names.iter().for_each(|name| call.reply.bulk(name.as_bytes()));
    call.reply.end();
    Ok(())
}

/// `COMMAND GETKEYS` and `COMMAND GETKEYSANDFLAGS`.
fn keys_of(call: &mut Call<'_>, with_flags: bool) -> Outcome {
    let dialect = call.keyspace.dialect();
    let words: ArgsBuffer = call.args_from(2).collect();
    let args = words.args();
    let invalid = CommandError::Fixed("ERR Invalid command specified");
    let info = identify(args, dialect).map_err(|_| invalid)?.info;
    let entry = catalogue::find(info.name, teller(call));
    let entry =
        entry.filter(keys::has_any).ok_or(CommandError::Fixed("ERR The command has no key arguments"))?;
    if !info.accepts(args.len()) {
        return Err(CommandError::Fixed("ERR Invalid number of arguments specified for command"));
    }
    let found = keys::find(&entry, args);
    if found.is_empty() && !entry.has_flag("no_mandatory_keys") {
        return Err(CommandError::Fixed("ERR Invalid arguments specified for command"));
    }
    call.reply.begin_array(found.len());
    for Key { index, flags } in found {
        let key = args.get(index).unwrap_or_default();
        if with_flags {
            call.reply.begin_array(2);
            call.reply.bulk(key);
            statuses(call, flags.split(','), "");
            call.reply.end();
        } else {
            call.reply.bulk(key);
        }
    }
    call.reply.end();
    Ok(())
}
