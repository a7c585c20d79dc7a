//! The table of commands, and finding one in it by name.
//!
//! Names, arities, flags and key positions are those of Redis 7.0's `COMMAND INFO`; the subcommands of a container such as
//! `OBJECT` are in [`super::subcommand`]. Those of later servers are marked. All of them are listed, so that a script is told the right thing about each; those that need
//! a server around the keyspace, or a type that is not kept, are listed with [`server::refused`].
//!
//! **Invariant:** the names are in lower case, different, and no longer than [`LONGEST`].

use ferrous_redis::host::{CommandFlags, CommandInfo, KeySpec};

use super::{
    Command, Run, bit, bitfield, blocking, config, debug, generic, geo, geo_search, hash, hash_expiry,
    hyperloglog, info, introspection, lcs, list, pubsub, scan, server, set, sort, sorted_set,
    sorted_set_algebra, sorted_set_range, stream, stream_info, string,
};

pub(super) const WRITE: u16 = 1;
pub(super) const READONLY: u16 = 1 << 1;
pub(super) const DENY_OOM: u16 = 1 << 2;
pub(super) const NOSCRIPT: u16 = 1 << 3;
pub(super) const STALE: u16 = 1 << 4;
const MAY_REPLICATE: u16 = 1 << 5;
pub(super) const ALLOW_BUSY: u16 = 1 << 6;
/// Waits for somebody, so that not every target lets scripts call it.
const BLOCKS: u16 = 1 << 7;
/// Has subcommands.
const CONTAINER: u16 = 1 << 8;
/// Takes more arguments from some target on.
const GREW: u16 = 1 << 9;
/// Only some targets have it.
pub(super) const LATER: u16 = 1 << 10;

/// What the checks before a command need.
pub(super) const fn description(
    name: &'static str,
    arity: i16,
    bits: u16,
    keys: (u16, i16, u16),
) -> CommandInfo {
    let named = [
        (WRITE, CommandFlags::WRITE),
        (READONLY, CommandFlags::READONLY),
        (DENY_OOM, CommandFlags::DENY_OOM),
        (NOSCRIPT, CommandFlags::NOSCRIPT),
        (STALE, CommandFlags::STALE),
        (MAY_REPLICATE, CommandFlags::MAY_REPLICATE),
        (ALLOW_BUSY, CommandFlags::ALLOW_BUSY),
        (CONTAINER, CommandFlags::CONTAINER),
    ];
    let mut flags = CommandFlags::NONE;
    let mut index = 0;
    while index < named.len() {
        if bits & named[index].0 != 0 {
            flags = flags.union(named[index].1);
        }
        index += 1;
    }
    CommandInfo { name, arity, flags, keys: KeySpec { first: keys.0, last: keys.1, step: keys.2 } }
}

const fn command(name: &'static str, arity: i16, bits: u16, keys: (u16, i16, u16), run: Run) -> Command {
    Command {
        info: description(name, arity, bits, keys),
        blocks: bits & BLOCKS != 0,
        grew: bits & GREW != 0,
        later: bits & LATER != 0,
        run,
    }
}

/// All commands, by name.
#[rustfmt::skip]
pub static COMMANDS: &[Command] = &[
    command("acl", -2, NOSCRIPT | STALE | CONTAINER, (0, 0, 0), server::refused),
    command("append", 3, WRITE | DENY_OOM, (1, 1, 1), string::append),
    command("asking", 1, 0, (0, 0, 0), server::no_cluster),
    command("auth", -2, NOSCRIPT | STALE | ALLOW_BUSY, (0, 0, 0), server::refused),
    command("bgrewriteaof", 1, NOSCRIPT, (0, 0, 0), server::refused),
    command("bgsave", -1, NOSCRIPT, (0, 0, 0), server::refused),
    command("bitcount", -2, READONLY, (1, 1, 1), bit::bitcount),
    command("bitfield", -2, WRITE | DENY_OOM, (1, 1, 1), bitfield::bitfield),
    command("bitfield_ro", -2, READONLY, (1, 1, 1), bitfield::bitfield_ro),
    command("bitop", -4, WRITE | DENY_OOM, (2, -1, 1), bit::bitop),
    command("bitpos", -3, READONLY, (1, 1, 1), bit::bitpos),
    command("blmove", 6, WRITE | DENY_OOM | BLOCKS, (1, 2, 1), blocking::blmove),
    command("blmpop", -5, WRITE, (0, 0, 0), blocking::blmpop),
    command("blpop", -3, WRITE | BLOCKS, (1, -2, 1), blocking::blpop),
    command("brpop", -3, WRITE | BLOCKS, (1, -2, 1), blocking::brpop),
    command("brpoplpush", 4, WRITE | DENY_OOM | BLOCKS, (1, 2, 1), blocking::brpoplpush),
    command("bzmpop", -5, WRITE, (0, 0, 0), blocking::bzmpop),
    command("bzpopmax", -3, WRITE | BLOCKS, (1, -2, 1), blocking::bzpopmax),
    command("bzpopmin", -3, WRITE | BLOCKS, (1, -2, 1), blocking::bzpopmin),
    command("client", -2, NOSCRIPT | STALE | CONTAINER, (0, 0, 0), server::refused),
    command("cluster", -2, STALE | CONTAINER, (0, 0, 0), server::no_cluster),
    command("clusterscan", -2, READONLY | LATER, (1, 1, 1), server::no_cluster),
    command("command", -1, STALE | CONTAINER, (0, 0, 0), introspection::command),
    command("commandlog", -2, CONTAINER | LATER, (0, 0, 0), server::no_log),
    command("config", -2, NOSCRIPT | STALE | CONTAINER, (0, 0, 0), config::config),
    command("copy", -3, WRITE | DENY_OOM, (1, 2, 1), generic::copy),
    command("dbsize", 1, READONLY, (0, 0, 0), server::dbsize),
    command("debug", -2, NOSCRIPT | STALE, (0, 0, 0), debug::debug),
    command("decr", 2, WRITE | DENY_OOM, (1, 1, 1), string::decr),
    command("decrby", 3, WRITE | DENY_OOM, (1, 1, 1), string::decrby),
    command("del", -2, WRITE, (1, -1, 1), generic::del),
    command("delifeq", 3, WRITE | LATER, (1, 1, 1), string::delifeq),
    command("discard", 1, NOSCRIPT | STALE | ALLOW_BUSY, (0, 0, 0), server::refused),
    command("dump", 2, READONLY, (1, 1, 1), server::refused),
    command("echo", 2, STALE, (0, 0, 0), server::echo),
    command("eval", -3, NOSCRIPT | STALE, (0, 0, 0), server::refused),
    command("eval_ro", -3, READONLY | NOSCRIPT | STALE, (0, 0, 0), server::refused),
    command("evalsha", -3, NOSCRIPT | STALE, (0, 0, 0), server::refused),
    command("evalsha_ro", -3, READONLY | NOSCRIPT | STALE, (0, 0, 0), server::refused),
    command("exec", 1, NOSCRIPT | STALE, (0, 0, 0), server::refused),
    command("exists", -2, READONLY, (1, -1, 1), generic::exists),
    command("expire", -3, WRITE, (1, 1, 1), generic::expire),
    command("expireat", -3, WRITE, (1, 1, 1), generic::expireat),
    command("expiretime", 2, READONLY, (1, 1, 1), generic::expiretime),
    command("failover", -1, NOSCRIPT | STALE, (0, 0, 0), server::refused),
    command("fcall", -3, NOSCRIPT | STALE, (0, 0, 0), server::refused),
    command("fcall_ro", -3, READONLY | NOSCRIPT | STALE, (0, 0, 0), server::refused),
    command("flushall", -1, WRITE, (0, 0, 0), server::flushall),
    command("flushdb", -1, WRITE, (0, 0, 0), server::flushdb),
    command("function", -2, NOSCRIPT | CONTAINER, (0, 0, 0), server::refused),
    command("geoadd", -5, WRITE | DENY_OOM, (1, 1, 1), geo::geoadd),
    command("geodist", -4, READONLY, (1, 1, 1), geo::geodist),
    command("geohash", -2, READONLY, (1, 1, 1), geo::geohash),
    command("geopos", -2, READONLY, (1, 1, 1), geo::geopos),
    command("georadius", -6, WRITE | DENY_OOM, (1, 1, 1), geo_search::georadius),
    command("georadius_ro", -6, READONLY, (1, 1, 1), geo_search::georadius_ro),
    command("georadiusbymember", -5, WRITE | DENY_OOM, (1, 1, 1), geo_search::georadiusbymember),
    command("georadiusbymember_ro", -5, READONLY, (1, 1, 1), geo_search::georadiusbymember_ro),
    command("geosearch", -7, READONLY, (1, 1, 1), geo_search::geosearch),
    command("geosearchstore", -8, WRITE | DENY_OOM, (1, 2, 1), geo_search::geosearchstore),
    command("get", 2, READONLY, (1, 1, 1), string::get),
    command("getbit", 3, READONLY, (1, 1, 1), bit::getbit),
    command("getdel", 2, WRITE, (1, 1, 1), string::getdel),
    command("getex", -2, WRITE, (1, 1, 1), string::getex),
    command("getrange", 4, READONLY, (1, 1, 1), string::getrange),
    command("getset", 3, WRITE | DENY_OOM, (1, 1, 1), string::getset),
    command("hdel", -3, WRITE, (1, 1, 1), hash::hdel),
    command("hello", -1, NOSCRIPT | STALE | ALLOW_BUSY, (0, 0, 0), server::refused),
    command("hexists", 3, READONLY, (1, 1, 1), hash::hexists),
    command("hexpire", -6, WRITE | LATER, (1, 1, 1), hash_expiry::hexpire),
    command("hexpireat", -6, WRITE | LATER, (1, 1, 1), hash_expiry::hexpireat),
    command("hexpiretime", -5, READONLY | LATER, (1, 1, 1), hash_expiry::hexpiretime),
    command("hget", 3, READONLY, (1, 1, 1), hash::hget),
    command("hgetall", 2, READONLY, (1, 1, 1), hash::hgetall),
    command("hgetdel", -5, WRITE | LATER, (1, 1, 1), hash_expiry::hgetdel),
    command("hgetex", -5, WRITE | LATER, (1, 1, 1), hash_expiry::hgetex),
    command("hincrby", 4, WRITE | DENY_OOM, (1, 1, 1), hash::hincrby),
    command("hincrbyfloat", 4, WRITE | DENY_OOM, (1, 1, 1), hash::hincrbyfloat),
    command("hkeys", 2, READONLY, (1, 1, 1), hash::hkeys),
    command("hlen", 2, READONLY, (1, 1, 1), hash::hlen),
    command("hmget", -3, READONLY, (1, 1, 1), hash::hmget),
    command("hmset", -4, WRITE | DENY_OOM, (1, 1, 1), hash::hmset),
    command("hpersist", -5, WRITE | LATER, (1, 1, 1), hash_expiry::hpersist),
    command("hpexpire", -6, WRITE | LATER, (1, 1, 1), hash_expiry::hpexpire),
    command("hpexpireat", -6, WRITE | LATER, (1, 1, 1), hash_expiry::hpexpireat),
    command("hpexpiretime", -5, READONLY | LATER, (1, 1, 1), hash_expiry::hpexpiretime),
    command("hpttl", -5, READONLY | LATER, (1, 1, 1), hash_expiry::hpttl),
    command("hrandfield", -2, READONLY, (1, 1, 1), hash::hrandfield),
    command("hscan", -3, READONLY, (1, 1, 1), scan::hscan),
    command("hset", -4, WRITE | DENY_OOM, (1, 1, 1), hash::hset),
    command("hsetex", -6, WRITE | DENY_OOM | LATER, (1, 1, 1), hash_expiry::hsetex),
    command("hsetnx", 4, WRITE | DENY_OOM, (1, 1, 1), hash::hsetnx),
    command("hstrlen", 3, READONLY, (1, 1, 1), hash::hstrlen),
    command("httl", -5, READONLY | LATER, (1, 1, 1), hash_expiry::httl),
    command("hvals", 2, READONLY, (1, 1, 1), hash::hvals),
    command("incr", 2, WRITE | DENY_OOM, (1, 1, 1), string::incr),
    command("incrby", 3, WRITE | DENY_OOM, (1, 1, 1), string::incrby),
    command("incrbyfloat", 3, WRITE | DENY_OOM, (1, 1, 1), string::incrbyfloat),
    command("info", -1, STALE, (0, 0, 0), info::info),
    command("keys", 2, READONLY, (0, 0, 0), generic::keys),
    command("lastsave", 1, STALE, (0, 0, 0), server::lastsave),
    command("latency", -2, NOSCRIPT | STALE | CONTAINER, (0, 0, 0), server::refused),
    command("lcs", -3, READONLY, (1, 2, 1), lcs::lcs),
    command("lindex", 3, READONLY, (1, 1, 1), list::lindex),
    command("linsert", 5, WRITE | DENY_OOM, (1, 1, 1), list::linsert),
    command("llen", 2, READONLY, (1, 1, 1), list::llen),
    command("lmove", 5, WRITE | DENY_OOM, (1, 2, 1), list::lmove),
    command("lmpop", -4, WRITE, (0, 0, 0), list::lmpop),
    command("lolwut", -1, READONLY, (0, 0, 0), server::lolwut),
    command("lpop", -2, WRITE, (1, 1, 1), list::lpop),
    command("lpos", -3, READONLY, (1, 1, 1), list::lpos),
    command("lpush", -3, WRITE | DENY_OOM, (1, 1, 1), list::lpush),
    command("lpushx", -3, WRITE | DENY_OOM, (1, 1, 1), list::lpushx),
    command("lrange", 4, READONLY, (1, 1, 1), list::lrange),
    command("lrem", 4, WRITE, (1, 1, 1), list::lrem),
    command("lset", 4, WRITE | DENY_OOM, (1, 1, 1), list::lset),
    command("ltrim", 4, WRITE, (1, 1, 1), list::ltrim),
    command("memory", -2, READONLY | CONTAINER, (0, 0, 0), server::memory),
    command("mget", -2, READONLY, (1, -1, 1), string::mget),
    command("migrate", -6, WRITE, (3, 3, 1), server::refused),
    command("module", -2, NOSCRIPT | CONTAINER, (0, 0, 0), server::refused),
    command("monitor", 1, NOSCRIPT | STALE, (0, 0, 0), server::refused),
    command("move", 3, WRITE, (1, 1, 1), generic::move_key),
    command("mset", -3, WRITE | DENY_OOM, (1, -1, 2), string::mset),
    command("msetex", -4, WRITE | DENY_OOM | LATER, (0, 0, 0), string::msetex),
    command("msetnx", -3, WRITE | DENY_OOM, (1, -1, 2), string::msetnx),
    command("multi", 1, NOSCRIPT | STALE | ALLOW_BUSY, (0, 0, 0), server::refused),
    command("object", -2, READONLY | CONTAINER, (0, 0, 0), generic::object),
    command("persist", 2, WRITE, (1, 1, 1), generic::persist),
    command("pexpire", -3, WRITE, (1, 1, 1), generic::pexpire),
    command("pexpireat", -3, WRITE, (1, 1, 1), generic::pexpireat),
    command("pexpiretime", 2, READONLY, (1, 1, 1), generic::pexpiretime),
    command("pfadd", -2, WRITE | DENY_OOM, (1, 1, 1), hyperloglog::pfadd),
    command("pfcount", -2, READONLY | MAY_REPLICATE, (1, -1, 1), hyperloglog::pfcount),
    command("pfdebug", 3, WRITE | DENY_OOM, (2, 2, 1), server::refused),
    command("pfmerge", -2, WRITE | DENY_OOM, (1, -1, 1), hyperloglog::pfmerge),
    command("pfselftest", 1, 0, (0, 0, 0), server::refused),
    command("ping", -1, 0, (0, 0, 0), server::ping),
    command("psetex", 4, WRITE | DENY_OOM, (1, 1, 1), string::psetex),
    command("psubscribe", -2, NOSCRIPT | STALE, (0, 0, 0), server::refused),
    command("psync", -3, NOSCRIPT, (0, 0, 0), server::refused),
    command("pttl", 2, READONLY, (1, 1, 1), generic::pttl),
    command("publish", 3, STALE | MAY_REPLICATE, (0, 0, 0), pubsub::publish),
    command("pubsub", -2, STALE | CONTAINER, (0, 0, 0), pubsub::pubsub),
    command("punsubscribe", -1, NOSCRIPT | STALE, (0, 0, 0), server::refused),
    command("quit", -1, NOSCRIPT | STALE | ALLOW_BUSY, (0, 0, 0), server::refused),
    command("randomkey", 1, READONLY, (0, 0, 0), generic::randomkey),
    command("readonly", 1, STALE, (0, 0, 0), server::access),
    command("readwrite", 1, STALE, (0, 0, 0), server::access),
    command("rename", 3, WRITE, (1, 2, 1), generic::rename),
    command("renamenx", 3, WRITE, (1, 2, 1), generic::renamenx),
    command("replconf", -1, NOSCRIPT | STALE | ALLOW_BUSY, (0, 0, 0), server::refused),
    command("replicaof", 3, NOSCRIPT | STALE, (0, 0, 0), config::replicaof),
    command("reset", 1, NOSCRIPT | STALE | ALLOW_BUSY, (0, 0, 0), server::refused),
    command("restore", -4, WRITE | DENY_OOM, (1, 1, 1), server::refused),
    command("restore-asking", -4, WRITE | DENY_OOM, (1, 1, 1), server::refused),
    command("role", 1, NOSCRIPT | STALE, (0, 0, 0), config::role),
    command("rpop", -2, WRITE, (1, 1, 1), list::rpop),
    command("rpoplpush", 3, WRITE | DENY_OOM, (1, 2, 1), list::rpoplpush),
    command("rpush", -3, WRITE | DENY_OOM, (1, 1, 1), list::rpush),
    command("rpushx", -3, WRITE | DENY_OOM, (1, 1, 1), list::rpushx),
    command("sadd", -3, WRITE | DENY_OOM, (1, 1, 1), set::sadd),
    command("save", 1, NOSCRIPT, (0, 0, 0), server::refused),
    command("scan", -2, READONLY, (0, 0, 0), scan::scan),
    command("scard", 2, READONLY, (1, 1, 1), set::scard),
    command("script", -2, NOSCRIPT | CONTAINER, (0, 0, 0), server::refused),
    command("sdiff", -2, READONLY, (1, -1, 1), set::sdiff),
    command("sdiffstore", -3, WRITE | DENY_OOM, (1, -1, 1), set::sdiffstore),
    command("select", 2, STALE, (0, 0, 0), server::select),
    command("set", -3, WRITE | DENY_OOM, (1, 1, 1), string::set),
    command("setbit", 4, WRITE | DENY_OOM, (1, 1, 1), bit::setbit),
    command("setex", 4, WRITE | DENY_OOM, (1, 1, 1), string::setex),
    command("setnx", 3, WRITE | DENY_OOM, (1, 1, 1), string::setnx),
    command("setrange", 4, WRITE | DENY_OOM, (1, 1, 1), string::setrange),
    command("shutdown", -1, NOSCRIPT | STALE | ALLOW_BUSY, (0, 0, 0), server::refused),
    command("sinter", -2, READONLY, (1, -1, 1), set::sinter),
    command("sintercard", -3, READONLY, (0, 0, 0), set::sintercard),
    command("sinterstore", -3, WRITE | DENY_OOM, (1, -1, 1), set::sinterstore),
    command("sismember", 3, READONLY, (1, 1, 1), set::sismember),
    command("slaveof", 3, NOSCRIPT | STALE, (0, 0, 0), config::replicaof),
    command("slowlog", -2, CONTAINER, (0, 0, 0), server::slowlog),
    command("smembers", 2, READONLY, (1, 1, 1), set::smembers),
    command("smismember", -3, READONLY, (1, 1, 1), set::smismember),
    command("smove", 4, WRITE, (1, 2, 1), set::smove),
    command("sort", -2, WRITE | DENY_OOM, (1, 1, 1), sort::sort),
    command("sort_ro", -2, READONLY, (1, 1, 1), sort::sort_ro),
    command("spop", -2, WRITE, (1, 1, 1), set::spop),
    command("spublish", 3, STALE | MAY_REPLICATE, (1, 1, 1), pubsub::spublish),
    command("srandmember", -2, READONLY, (1, 1, 1), set::srandmember),
    command("srem", -3, WRITE, (1, 1, 1), set::srem),
    command("sscan", -3, READONLY, (1, 1, 1), scan::sscan),
    command("ssubscribe", -2, NOSCRIPT | STALE, (1, -1, 1), server::refused),
    command("strlen", 2, READONLY, (1, 1, 1), string::strlen),
    command("subscribe", -2, NOSCRIPT | STALE, (0, 0, 0), server::refused),
    command("substr", 4, READONLY, (1, 1, 1), string::substr),
    command("sunion", -2, READONLY, (1, -1, 1), set::sunion),
    command("sunionstore", -3, WRITE | DENY_OOM, (1, -1, 1), set::sunionstore),
    command("sunsubscribe", -1, NOSCRIPT | STALE, (1, -1, 1), server::refused),
    command("swapdb", 3, WRITE, (0, 0, 0), server::swapdb),
    command("sync", 1, NOSCRIPT, (0, 0, 0), server::refused),
    command("time", 1, STALE, (0, 0, 0), server::time),
    command("touch", -2, READONLY, (1, -1, 1), generic::touch),
    command("ttl", 2, READONLY, (1, 1, 1), generic::ttl),
    command("type", 2, READONLY, (1, 1, 1), generic::type_of),
    command("unlink", -2, WRITE, (1, -1, 1), generic::unlink),
    command("unsubscribe", -1, NOSCRIPT | STALE, (0, 0, 0), server::refused),
    command("unwatch", 1, NOSCRIPT | STALE | ALLOW_BUSY, (0, 0, 0), server::refused),
    command("wait", 3, BLOCKS, (0, 0, 0), blocking::wait),
    command("waitaof", 4, LATER, (0, 0, 0), blocking::waitaof),
    command("watch", -2, NOSCRIPT | STALE | ALLOW_BUSY, (1, -1, 1), server::refused),
    command("xack", -4, WRITE, (1, 1, 1), server::refused),
    command("xadd", -5, WRITE | DENY_OOM, (1, 1, 1), stream::xadd),
    command("xautoclaim", -6, WRITE, (1, 1, 1), server::refused),
    command("xclaim", -6, WRITE, (1, 1, 1), server::refused),
    command("xdel", -3, WRITE, (1, 1, 1), stream::xdel),
    command("xgroup", -2, WRITE | CONTAINER, (0, 0, 0), server::refused),
    command("xinfo", -2, READONLY | CONTAINER, (0, 0, 0), stream_info::xinfo),
    command("xlen", 2, READONLY, (1, 1, 1), stream::xlen),
    command("xpending", -3, READONLY, (1, 1, 1), server::refused),
    command("xrange", -4, READONLY, (1, 1, 1), stream::xrange),
    command("xread", -4, READONLY, (0, 0, 0), stream::xread),
    command("xreadgroup", -7, WRITE, (0, 0, 0), server::refused),
    command("xrevrange", -4, READONLY, (1, 1, 1), stream::xrevrange),
    command("xsetid", -3, WRITE | DENY_OOM, (1, 1, 1), stream_info::xsetid),
    command("xtrim", -4, WRITE, (1, 1, 1), stream::xtrim),
    command("zadd", -4, WRITE | DENY_OOM, (1, 1, 1), sorted_set::zadd),
    command("zcard", 2, READONLY, (1, 1, 1), sorted_set::zcard),
    command("zcount", 4, READONLY, (1, 1, 1), sorted_set_range::zcount),
    command("zdiff", -3, READONLY, (0, 0, 0), sorted_set_algebra::zdiff),
    command("zdiffstore", -4, WRITE | DENY_OOM, (1, 1, 1), sorted_set_algebra::zdiffstore),
    command("zincrby", 4, WRITE | DENY_OOM, (1, 1, 1), sorted_set::zincrby),
    command("zinter", -3, READONLY, (0, 0, 0), sorted_set_algebra::zinter),
    command("zintercard", -3, READONLY, (0, 0, 0), sorted_set_algebra::zintercard),
    command("zinterstore", -4, WRITE | DENY_OOM, (1, 1, 1), sorted_set_algebra::zinterstore),
    command("zlexcount", 4, READONLY, (1, 1, 1), sorted_set_range::zlexcount),
    command("zmpop", -4, WRITE, (0, 0, 0), sorted_set::zmpop),
    command("zmscore", -3, READONLY, (1, 1, 1), sorted_set::zmscore),
    command("zpopmax", -2, WRITE, (1, 1, 1), sorted_set::zpopmax),
    command("zpopmin", -2, WRITE, (1, 1, 1), sorted_set::zpopmin),
    command("zrandmember", -2, READONLY, (1, 1, 1), sorted_set::zrandmember),
    command("zrange", -4, READONLY, (1, 1, 1), sorted_set_range::zrange),
    command("zrangebylex", -4, READONLY, (1, 1, 1), sorted_set_range::zrangebylex),
    command("zrangebyscore", -4, READONLY, (1, 1, 1), sorted_set_range::zrangebyscore),
    command("zrangestore", -5, WRITE | DENY_OOM, (1, 2, 1), sorted_set_range::zrangestore),
    command("zrank", 3, READONLY | GREW, (1, 1, 1), sorted_set::zrank),
    command("zrem", -3, WRITE, (1, 1, 1), sorted_set::zrem),
    command("zremrangebylex", 4, WRITE, (1, 1, 1), sorted_set_range::zremrangebylex),
    command("zremrangebyrank", 4, WRITE, (1, 1, 1), sorted_set_range::zremrangebyrank),
    command("zremrangebyscore", 4, WRITE, (1, 1, 1), sorted_set_range::zremrangebyscore),
    command("zrevrange", -4, READONLY, (1, 1, 1), sorted_set_range::zrevrange),
    command("zrevrangebylex", -4, READONLY, (1, 1, 1), sorted_set_range::zrevrangebylex),
    command("zrevrangebyscore", -4, READONLY, (1, 1, 1), sorted_set_range::zrevrangebyscore),
    command("zrevrank", 3, READONLY | GREW, (1, 1, 1), sorted_set::zrevrank),
    command("zscan", -3, READONLY, (1, 1, 1), scan::zscan),
    command("zscore", 3, READONLY, (1, 1, 1), sorted_set::zscore),
    command("zunion", -3, READONLY, (0, 0, 0), sorted_set_algebra::zunion),
    command("zunionstore", -4, WRITE | DENY_OOM, (1, 1, 1), sorted_set_algebra::zunionstore),
];

/// The longest name, in bytes.
const LONGEST: usize = 20;
/// Slots of the index: a power of two, several times the number of commands.
const SLOTS: usize = 1024;

/// Where commands stand in the table: 1 + position, by hash of the name, with linear probing; 0 is a free slot.
static INDEX: [u16; SLOTS] = index();

/// A hash of a name that does not see the case of letters: its first and last eight bytes and its length, mixed.
const fn hash(name: &[u8]) -> usize {
    let (mut head, mut tail) = (0u64, 0u64);
    let mut index = 0;
    while index < 8 && index < name.len() {
        head = head << 8 | (name[index] | 0x20) as u64;
        tail = tail << 8 | (name[name.len() - 1 - index] | 0x20) as u64;
        index += 1;
    }
    let mixed = (head ^ tail.rotate_left(29) ^ name.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 54) as usize
}

const fn index() -> [u16; SLOTS] {
    assert!(COMMANDS.len() < SLOTS / 2);
    let mut slots = [0; SLOTS];
    let mut position = 0;
    while position < COMMANDS.len() {
        let name = COMMANDS[position].info.name.as_bytes();
        assert!(name.len() <= LONGEST);
        let mut slot = hash(name);
        while slots[slot] != 0 {
            slot = (slot + 1) % SLOTS;
        }
        slots[slot] = (position + 1) as u16;
        position += 1;
    }
    slots
}

/// The command called `name`, in any case, and its position in the table.
pub(super) fn find(name: &[u8]) -> Option<(usize, &'static Command)> {
    if name.len() > LONGEST {
        return None;
    }
    let mut slot = hash(name);
    loop {
        let position = usize::from(INDEX[slot]).checked_sub(1)?;
        let command = COMMANDS.get(position)?;
        if command.info.name.as_bytes().eq_ignore_ascii_case(name) {
            return Some((position, command));
        }
        slot = (slot + 1) % SLOTS;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_found_in_any_case() {
        for command in COMMANDS {
            let name = command.info.name;
            assert_eq!(name, name.to_ascii_lowercase());
            for spelling in [name.to_owned(), name.to_ascii_uppercase()] {
                let (position, found) = find(spelling.as_bytes()).unwrap();
                assert_eq!((found.info.name, COMMANDS[position].info.name), (name, name));
            }
        }
        for name in ["", "ge", "gett", "nosuchcommand", "a-very-long-name-of-no-command"] {
            assert!(find(name.as_bytes()).is_none());
        }
    }
}
