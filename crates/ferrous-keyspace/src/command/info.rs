//! `INFO`.

use std::fmt::Write as _;

use ferrous_redis::{
    compat::Dialect,
    stats::{InfoField, InfoValue},
};

use super::Call;
use crate::{database::Database, error::Outcome, object::Value};

/// The sections in the order of the servers: the word for each, its title, and whether it is told unasked.
const SECTIONS: [(&str, &str, bool); 12] = [
    ("server", "Server", true),
    ("clients", "Clients", true),
    ("memory", "Memory", true),
    ("persistence", "Persistence", true),
    ("stats", "Stats", true),
    ("replication", "Replication", true),
    ("modules", "Modules", true),
    ("commandstats", "Commandstats", false),
    ("errorstats", "Errorstats", true),
    ("cluster", "Cluster", true),
    ("scriptingengines", "Scripting Engines", false),
    ("keyspace", "Keyspace", true),
];

/// `INFO [section ...]`: the version, memory, scripts, the role, calls, errors, the keyspace.
pub(super) fn info(call: &mut Call<'_>) -> Outcome {
    let asked =
        |words: &[&str]| (1..call.len()).any(|index| words.iter().any(|word| call.is_word(index, word)));
    let everything = asked(&["all", "everything"]);
    let unasked = call.len() == 1 || everything || asked(&["default"]);
    let dialect = call.keyspace.dialect();
    let titles: Vec<&str> = SECTIONS
        .into_iter()
        .filter(|(name, _, default)| everything || (*default && unasked) || asked(&[name]))
        .map(|(_, title, _)| title)
        .filter(|title| *title != "Scripting Engines" || dialect.valkey.is_some())
        .collect();
    let mut fields = fixed_fields(dialect);
    if titles.iter().any(|title| *title != "Keyspace" && fields.iter().all(|field| field.section != *title)) {
        fields.extend(call.keyspace.info_fields());
    }
    if titles.contains(&"Keyspace") {
        let databases = call.keyspace.databases().iter().enumerate();
        let held = databases.filter(|(_, database)| database.len() > 0);
        let is_wanted = || call.reply.wants_more();
        fields.extend(held.map(|(number, database)| key_field(number, database, dialect, &is_wanted)));
    }
    let mut sections = Vec::new();
    for title in titles {
        let mut section = format!("# {title}\r\n");
        for field in fields.iter().filter(|field| field.section == title) {
            // Writing to a String cannot fail.
            let _ = write!(section, "{}:{}\r\n", field.name, field.value);
        }
        sections.push(section);
    }
    call.reply.verbatim(*b"txt", sections.join("\r\n").as_bytes());
    Ok(())
}

/// What never changes here.
fn fixed_fields(dialect: &Dialect) -> Vec<InfoField> {
    let mut fields = Vec::new();
    let mut tell = |section, name: &'static str, value: &str| {
        fields.push(InfoField::new(section, name, InfoValue::Text(value.to_owned())));
    };
    tell("Server", "redis_version", dialect.redis_version);
    match &dialect.valkey {
        None => tell("Server", "redis_mode", "standalone"),
        Some(names) => {
            tell("Server", "server_name", names.server_name);
            tell("Server", "valkey_version", names.version);
            tell("Server", "valkey_release_stage", "ga");
            tell("Server", "server_mode", "standalone");
            let options = "[handle-repl-async-load|handle-atomic-slot-migration]";
            let module = format!("name=lua,ver=1,api=1,filters=0,usedby=[],using=[],options={options}");
            tell("Modules", "module", &module);
        }
    }
    for (section, name, value) in [
        ("Clients", "connected_clients", "1"),
        ("Clients", "blocked_clients", "0"),
        ("Persistence", "loading", "0"),
        ("Persistence", "async_loading", "0"),
        ("Persistence", "rdb_bgsave_in_progress", "0"),
        ("Persistence", "aof_enabled", "0"),
        ("Persistence", "aof_rewrite_in_progress", "0"),
        ("Cluster", "cluster_enabled", "0"),
    ] {
        tell(section, name, value);
    }
    fields
}

/// The field of a database. All of its keys may be looked at, unless the reply is not wanted any more.
fn key_field(
    number: usize,
    database: &Database,
    dialect: &Dialect,
    is_wanted: &impl Fn() -> bool,
) -> InfoField {
    /// Keys between two looks.
    const PIECE: usize = 4096;
    let mut text = format!("keys={},expires={},avg_ttl=0", database.len(), database.volatile());
    if let Some(name) = dialect.keyspace.volatile_hashes {
        let goes = |value: &Value| matches!(value, Value::Hash(hash) if hash.has_times());
        let keys = database.iter().enumerate().take_while(|(at, _)| at % PIECE > 0 || is_wanted());
        let count = keys.filter(|(_, (_, entry))| goes(&entry.value)).count();
        // Writing to a String cannot fail.
        let _ = write!(text, ",{name}={count}");
    }
    InfoField::new("Keyspace", format!("db{number}"), InfoValue::Text(text))
}
