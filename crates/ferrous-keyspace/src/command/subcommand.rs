//! The table of subcommands, and finding one in it by name.
//!
//! Names, arities (both words counted), flags and key positions are those of Redis 7.0's `COMMAND INFO`. Their containers
//! carry out most of what the keyspace can answer; the others are there so that a script is told the right thing about each.
//!
//! **Invariant:** a name is that of a container of the table of commands, a bar, and the subcommand's, in lower case.

use ferrous_redis::{
    compat::Dialect,
    host::{CommandFlags, CommandInfo},
};

use super::table::{ALLOW_BUSY, DENY_OOM, LATER, NOSCRIPT, READONLY, STALE, WRITE, description};

/// A subcommand of the table.
pub(super) struct Subcommand {
    pub(super) info: CommandInfo,
    /// Only the targets that name it have it, as with commands.
    later: bool,
}

const fn subcommand(name: &'static str, arity: i16, bits: u16, keys: (u16, i16, u16)) -> Subcommand {
    Subcommand { info: description(name, arity, bits, keys), later: bits & LATER != 0 }
}

/// All subcommands, by name.
#[rustfmt::skip]
pub(super) static SUBCOMMANDS: &[Subcommand] = &[
    subcommand("acl|cat", -2, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("acl|deluser", -3, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("acl|dryrun", -4, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("acl|genpass", -2, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("acl|getuser", 3, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("acl|help", 2, STALE, (0, 0, 0)),
    subcommand("acl|list", 2, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("acl|load", 2, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("acl|log", -2, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("acl|save", 2, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("acl|setuser", -3, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("acl|users", 2, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("acl|whoami", 2, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("client|caching", 3, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("client|capa", -3, NOSCRIPT | STALE | ALLOW_BUSY | LATER, (0, 0, 0)),
    subcommand("client|getname", 2, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("client|getredir", 2, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("client|help", 2, STALE, (0, 0, 0)),
    subcommand("client|id", 2, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("client|import-source", 3, NOSCRIPT | STALE | LATER, (0, 0, 0)),
    subcommand("client|info", 2, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("client|kill", -3, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("client|list", -2, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("client|no-evict", 3, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("client|no-touch", 3, NOSCRIPT | STALE | ALLOW_BUSY | LATER, (0, 0, 0)),
    subcommand("client|pause", -3, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("client|reply", 3, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("client|setinfo", 4, NOSCRIPT | STALE | ALLOW_BUSY | LATER, (0, 0, 0)),
    subcommand("client|setname", 3, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("client|tracking", -3, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("client|trackinginfo", 2, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("client|unblock", -3, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("client|unpause", 2, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("cluster|addslots", -3, STALE, (0, 0, 0)),
    subcommand("cluster|addslotsrange", -4, STALE, (0, 0, 0)),
    subcommand("cluster|bumpepoch", 2, STALE, (0, 0, 0)),
    subcommand("cluster|cancelslotmigrations", 2, STALE | LATER, (0, 0, 0)),
    subcommand("cluster|count-failure-reports", 3, STALE, (0, 0, 0)),
    subcommand("cluster|countkeysinslot", 3, STALE, (0, 0, 0)),
    subcommand("cluster|delslots", -3, STALE, (0, 0, 0)),
    subcommand("cluster|delslotsrange", -4, STALE, (0, 0, 0)),
    subcommand("cluster|failover", -2, STALE, (0, 0, 0)),
    subcommand("cluster|flushslot", -3, WRITE | LATER, (0, 0, 0)),
    subcommand("cluster|flushslots", 2, STALE, (0, 0, 0)),
    subcommand("cluster|forget", 3, STALE, (0, 0, 0)),
    subcommand("cluster|getkeysinslot", 4, STALE, (0, 0, 0)),
    subcommand("cluster|getslotmigrations", 2, STALE | LATER, (0, 0, 0)),
    subcommand("cluster|help", 2, STALE, (0, 0, 0)),
    subcommand("cluster|info", 2, STALE, (0, 0, 0)),
    subcommand("cluster|keyslot", 3, STALE, (0, 0, 0)),
    subcommand("cluster|links", 2, STALE, (0, 0, 0)),
    subcommand("cluster|meet", -4, STALE, (0, 0, 0)),
    subcommand("cluster|migrateslots", -4, STALE | LATER, (0, 0, 0)),
    subcommand("cluster|myid", 2, STALE, (0, 0, 0)),
    subcommand("cluster|myshardid", 2, STALE | LATER, (0, 0, 0)),
    subcommand("cluster|nodes", 2, STALE, (0, 0, 0)),
    subcommand("cluster|replicas", 3, STALE, (0, 0, 0)),
    subcommand("cluster|replicate", 3, STALE, (0, 0, 0)),
    subcommand("cluster|reset", -2, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("cluster|saveconfig", 2, STALE, (0, 0, 0)),
    subcommand("cluster|set-config-epoch", 3, STALE, (0, 0, 0)),
    subcommand("cluster|setslot", -4, STALE, (0, 0, 0)),
    subcommand("cluster|shards", 2, STALE, (0, 0, 0)),
    subcommand("cluster|slaves", 3, STALE, (0, 0, 0)),
    subcommand("cluster|slot-stats", -4, STALE | LATER, (0, 0, 0)),
    subcommand("cluster|slots", 2, STALE, (0, 0, 0)),
    subcommand("cluster|syncslots", -3, STALE | LATER, (0, 0, 0)),
    subcommand("command|count", 2, STALE, (0, 0, 0)),
    subcommand("command|docs", -2, STALE, (0, 0, 0)),
    subcommand("command|getkeys", -4, STALE, (0, 0, 0)),
    subcommand("command|getkeysandflags", -4, STALE, (0, 0, 0)),
    subcommand("command|help", 2, STALE, (0, 0, 0)),
    subcommand("command|info", -2, STALE, (0, 0, 0)),
    subcommand("command|list", -2, STALE, (0, 0, 0)),
    subcommand("commandlog|get", 4, STALE, (0, 0, 0)),
    subcommand("commandlog|help", 2, STALE, (0, 0, 0)),
    subcommand("commandlog|len", 3, STALE, (0, 0, 0)),
    subcommand("commandlog|reset", 3, STALE, (0, 0, 0)),
    subcommand("config|get", -3, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("config|help", 2, STALE, (0, 0, 0)),
    subcommand("config|resetstat", 2, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("config|rewrite", 2, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("config|set", -4, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("function|delete", 3, WRITE | NOSCRIPT, (0, 0, 0)),
    subcommand("function|dump", 2, NOSCRIPT, (0, 0, 0)),
    subcommand("function|flush", -2, WRITE | NOSCRIPT, (0, 0, 0)),
    subcommand("function|help", 2, STALE, (0, 0, 0)),
    subcommand("function|kill", 2, NOSCRIPT | ALLOW_BUSY, (0, 0, 0)),
    subcommand("function|list", -2, NOSCRIPT, (0, 0, 0)),
    subcommand("function|load", -3, WRITE | DENY_OOM | NOSCRIPT, (0, 0, 0)),
    subcommand("function|restore", -3, WRITE | DENY_OOM | NOSCRIPT, (0, 0, 0)),
    subcommand("function|stats", 2, NOSCRIPT | ALLOW_BUSY, (0, 0, 0)),
    subcommand("latency|doctor", 2, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("latency|graph", 3, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("latency|help", 2, STALE, (0, 0, 0)),
    subcommand("latency|histogram", -2, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("latency|history", 3, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("latency|latest", 2, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("latency|reset", -2, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("memory|doctor", 2, 0, (0, 0, 0)),
    subcommand("memory|help", 2, STALE, (0, 0, 0)),
    subcommand("memory|malloc-stats", 2, 0, (0, 0, 0)),
    subcommand("memory|purge", 2, 0, (0, 0, 0)),
    subcommand("memory|stats", 2, 0, (0, 0, 0)),
    subcommand("memory|usage", -3, READONLY, (2, 2, 1)),
    subcommand("module|help", 2, STALE, (0, 0, 0)),
    subcommand("module|list", 2, NOSCRIPT, (0, 0, 0)),
    subcommand("module|load", -3, NOSCRIPT, (0, 0, 0)),
    subcommand("module|loadex", -3, NOSCRIPT, (0, 0, 0)),
    subcommand("module|unload", 3, NOSCRIPT, (0, 0, 0)),
    subcommand("object|encoding", 3, READONLY, (2, 2, 1)),
    subcommand("object|freq", 3, READONLY, (2, 2, 1)),
    subcommand("object|help", 2, STALE, (0, 0, 0)),
    subcommand("object|idletime", 3, READONLY, (2, 2, 1)),
    subcommand("object|refcount", 3, READONLY, (2, 2, 1)),
    subcommand("pubsub|channels", -2, STALE, (0, 0, 0)),
    subcommand("pubsub|help", 2, STALE, (0, 0, 0)),
    subcommand("pubsub|numpat", 2, STALE, (0, 0, 0)),
    subcommand("pubsub|numsub", -2, STALE, (0, 0, 0)),
    subcommand("pubsub|shardchannels", -2, STALE, (0, 0, 0)),
    subcommand("pubsub|shardnumsub", -2, STALE, (0, 0, 0)),
    subcommand("script|debug", 3, NOSCRIPT, (0, 0, 0)),
    subcommand("script|exists", -3, NOSCRIPT, (0, 0, 0)),
    subcommand("script|flush", -2, NOSCRIPT, (0, 0, 0)),
    subcommand("script|help", 2, STALE, (0, 0, 0)),
    subcommand("script|kill", 2, NOSCRIPT | ALLOW_BUSY, (0, 0, 0)),
    subcommand("script|load", 3, NOSCRIPT | STALE, (0, 0, 0)),
    subcommand("script|show", 3, NOSCRIPT, (0, 0, 0)),
    subcommand("slowlog|get", -2, STALE, (0, 0, 0)),
    subcommand("slowlog|help", 2, STALE, (0, 0, 0)),
    subcommand("slowlog|len", 2, STALE, (0, 0, 0)),
    subcommand("slowlog|reset", 2, STALE, (0, 0, 0)),
    subcommand("xgroup|create", -5, WRITE | DENY_OOM, (2, 2, 1)),
    subcommand("xgroup|createconsumer", 5, WRITE | DENY_OOM, (2, 2, 1)),
    subcommand("xgroup|delconsumer", 5, WRITE, (2, 2, 1)),
    subcommand("xgroup|destroy", 4, WRITE, (2, 2, 1)),
    subcommand("xgroup|help", 2, STALE, (0, 0, 0)),
    subcommand("xgroup|setid", -5, WRITE, (2, 2, 1)),
    subcommand("xinfo|consumers", 4, READONLY, (2, 2, 1)),
    subcommand("xinfo|groups", 3, READONLY, (2, 2, 1)),
    subcommand("xinfo|help", 2, STALE, (0, 0, 0)),
    subcommand("xinfo|stream", -3, READONLY, (2, 2, 1)),
];

/// The subcommand called `name`, in any case, of `container`, which is in lower case, and its position in the table.
pub(super) fn find(container: &str, name: &[u8], dialect: &Dialect) -> Option<(usize, CommandInfo)> {
    let (position, found) = SUBCOMMANDS.iter().enumerate().find(|(_, subcommand)| {
        subcommand
            .info
            .name
            .strip_prefix(container)
            .and_then(|rest| rest.strip_prefix('|'))
            .is_some_and(|known| known.as_bytes().eq_ignore_ascii_case(name))
    })?;
    let mut info = found.info;
    let is_known = !found.later || dialect.keyspace.later_commands.contains(&info.name);
    if !is_known || (info.name == "script|show" && !dialect.script_show) {
        return None;
    }
    let arities = dialect.keyspace.subcommand_arities;
    if let Some((_, arity)) = arities.iter().find(|(name, _)| *name == info.name) {
        info.arity = *arity;
    }
    if matches!(info.name, "script|exists" | "script|flush" | "script|show") && dialect.stale_script_commands
    {
        info.flags = info.flags.union(CommandFlags::STALE);
    }
    Some((position, info))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::COMMANDS;
    use ferrous_redis::compat::Compat;

    #[test]
    fn containers_and_subcommands_belong_together() {
        let dialect = Compat::Valkey91.dialect();
        for Subcommand { info, .. } in SUBCOMMANDS {
            let (container, name) = info.name.split_once('|').unwrap();
            let found = COMMANDS.iter().find(|command| command.info.name == container).unwrap();
            assert!(found.info.flags.contains(CommandFlags::CONTAINER), "{}", info.name);
            let found = find(container, name.to_uppercase().as_bytes(), dialect);
            assert_eq!(found.map(|(_, found)| found.name), Some(info.name));
        }
        assert_eq!(find("script", b"show", Compat::Redis70.dialect()), None);
        assert_eq!(find("object", b"nope", dialect), None);
    }
}
