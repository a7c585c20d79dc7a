//! `INFO`.

use std::fmt::Write as _;

use super::Call;
use crate::error::Outcome;

/// `INFO [section ...]`: the version, memory, scripts, the role, calls, errors, the keyspace.
pub(super) fn info(call: &mut Call<'_>) -> Outcome {
    let asked =
        |words: &[&str]| (1..call.len()).any(|index| words.iter().any(|word| call.is_word(index, word)));
    let everything = asked(&["all", "everything"]);
    let unasked = call.len() == 1 || everything || asked(&["default"]);
    let wanted = |section: &str| unasked || asked(&[section]);
    let told = [
        ("memory", "Memory", true),
        ("stats", "Stats", true),
        ("replication", "Replication", true),
        ("commandstats", "Commandstats", false),
        ("errorstats", "Errorstats", true),
        ("scriptingengines", "Scripting Engines", false),
    ];
    let is_valkey = call.keyspace.dialect().valkey.is_some();
    let titles: Vec<&str> = told
        .into_iter()
        .filter(|(name, _, default)| if *default { wanted(name) } else { everything || asked(&[name]) })
        .map(|(_, title, _)| title)
        .filter(|title| *title != "Scripting Engines" || is_valkey)
        .collect();
    let mut sections = Vec::new();
    if wanted("server") {
        let version = call.keyspace.dialect().redis_version;
        sections.push(format!("# Server\r\nredis_version:{version}\r\nredis_mode:standalone\r\n"));
    }
    let tells_keys = wanted("keyspace");
    let fields = if titles.is_empty() { Vec::new() } else { call.keyspace.info_fields() };
    for title in titles {
        let mut section = format!("# {title}\r\n");
        for field in fields.iter().filter(|field| field.section == title) {
            // Writing to a String cannot fail.
            let _ = write!(section, "{}:{}\r\n", field.name, field.value);
        }
        sections.push(section);
    }
    if tells_keys {
        let mut section = "# Keyspace\r\n".to_owned();
        for (number, database) in call.keyspace.databases().iter().enumerate() {
            if database.len() > 0 {
                // Writing to a String cannot fail.
                let _ = write!(
                    section,
                    "db{number}:keys={},expires={},avg_ttl=0\r\n",
                    database.len(),
                    database.volatile()
                );
            }
        }
        sections.push(section);
    }
    call.reply.verbatim(*b"txt", sections.join("\r\n").as_bytes());
    Ok(())
}
