//! Time: when keys go, and what a script sees of it.
#![allow(clippy::unwrap_used)] // A test's own functions may, as its tests do.

use ferrous_keyspace::{Clock, Keyspace, resp::ReplyWriter};
use ferrous_redis::Compat;
use ferrous_redis::host::{ArgsBuffer, Host, Protocol, Replication, Request};

/// Executes inline commands, each answering on one line, and shows the replies side by side.
fn replies(keyspace: &mut Keyspace, commands: &[&str]) -> String {
    let replies = keyspace.load(format!("{}\r\n", commands.join("\r\n")).as_bytes()).unwrap();
    String::from_utf8(replies).unwrap().trim_end().replace("\r\n", " ")
}

fn at(keyspace: &mut Keyspace, milliseconds: i64) {
    keyspace.set_clock(Clock::Manual(milliseconds * 1000));
}

#[test]
fn keys_go_when_their_time_is_over() {
    let mut keyspace = Keyspace::with_seed(1);
    at(&mut keyspace, 1000);
    assert_eq!(
        replies(&mut keyspace, &["SET k v PX 500", "PTTL k", "TTL k", "PEXPIRETIME k"]),
        "+OK :500 :1 :1500"
    );
    at(&mut keyspace, 1500);
    assert_eq!(replies(&mut keyspace, &["EXISTS k", "PTTL k"]), ":1 :0");
    at(&mut keyspace, 1501);
    assert_eq!(replies(&mut keyspace, &["DBSIZE", "EXISTS k", "PTTL k", "DBSIZE"]), ":1 :0 :-2 :0");
}

#[test]
fn commands_treat_expired_keys_as_missing() {
    let mut keyspace = Keyspace::with_seed(1);
    at(&mut keyspace, 1000);
    replies(
        &mut keyspace,
        &["SET s v", "RPUSH l a", "SADD t a", "PEXPIRE s 5", "PEXPIRE l 5", "PEXPIRE t 5"],
    );
    at(&mut keyspace, 2000);
    let found =
        replies(&mut keyspace, &["SADD l x", "INCR s", "KEYS *", "RENAME t other", "TTL s", "SETNX t 1"]);
    assert_eq!(found, ":1 :1 *2 $1 l $1 s -ERR no such key :-1 :1");
}

#[test]
fn writing_keeps_or_drops_the_expiry() {
    let mut keyspace = Keyspace::with_seed(1);
    at(&mut keyspace, 1000);
    let found = replies(
        &mut keyspace,
        &["SET k 1 EX 10", "INCR k", "TTL k", "SET k 2 KEEPTTL", "TTL k", "SET k 3", "TTL k"],
    );
    assert_eq!(found, "+OK :2 :10 +OK :10 +OK :-1");
    let found = replies(
        &mut keyspace,
        &["EXPIRE k 10", "RENAME k r", "TTL r", "COPY r c", "TTL c", "PERSIST r", "TTL r"],
    );
    assert_eq!(found, ":1 +OK :10 :1 :10 :1 :-1");
    assert_eq!(
        replies(&mut keyspace, &["EXPIRE c -1", "EXISTS c", "SET p 1 PXAT 999", "EXISTS p"]),
        ":1 :0 +OK :0"
    );
}

#[test]
fn a_script_sees_keys_as_they_were_when_it_started() {
    let mut keyspace = Keyspace::with_seed(1);
    at(&mut keyspace, 1000);
    replies(&mut keyspace, &["SET k v PX 100"]);
    keyspace.script_started();
    at(&mut keyspace, 5000);
    // The key stays; TIME and new expiries go by the clock.
    assert_eq!(
        replies(&mut keyspace, &["EXISTS k", "TIME", "SET n v PX 10", "PEXPIRETIME n"]),
        ":1 *2 $1 5 $1 0 +OK :5010"
    );
    keyspace.script_ended();
    assert_eq!(replies(&mut keyspace, &["EXISTS k", "EXISTS n"]), ":0 :1");
}

#[test]
fn time_stands_still_in_scripts_of_later_servers() {
    for compat in [Compat::Redis72, Compat::Valkey91] {
        let mut keyspace = Keyspace::with_seed(1);
        keyspace.set_compat(compat);
        at(&mut keyspace, 1000);
        replies(&mut keyspace, &["SET k v PX 100"]);
        keyspace.script_started();
        at(&mut keyspace, 5000);
        assert_eq!(
            replies(&mut keyspace, &["PTTL k", "TIME", "SET n v PX 10", "PEXPIRETIME n"]),
            ":100 *2 $1 1 $1 0 +OK :1010"
        );
        keyspace.script_ended();
        assert_eq!(replies(&mut keyspace, &["EXISTS k", "EXISTS n"]), ":0 :0");
    }
}

#[test]
fn a_script_selects_a_database_for_itself() {
    let mut keyspace = Keyspace::with_seed(1);
    replies(&mut keyspace, &["SELECT 3"]);
    keyspace.script_started();
    replies(&mut keyspace, &["SELECT 5", "SET k v"]);
    assert_eq!(keyspace.selected(), 5);
    keyspace.script_ended();
    assert_eq!(keyspace.selected(), 3);
}

#[test]
fn keys_that_nobody_asks_for_go_too() {
    let mut keyspace = Keyspace::with_seed(1);
    at(&mut keyspace, 1000);
    for number in 0..100 {
        replies(&mut keyspace, &[&format!("SET k{number} v PX 1"), &format!("SET p{number} v")]);
    }
    at(&mut keyspace, 2000);
    let mut removals = 0;
    for _ in 0..200 {
        removals += keyspace.expire_some(160).len();
    }
    assert_eq!((keyspace.len(), removals), (100, 100));
}

#[test]
fn fields_that_nobody_asks_for_go_too_and_are_told() {
    let mut keyspace = Keyspace::with_seed(1);
    keyspace.set_compat(Compat::Valkey91);
    at(&mut keyspace, 1000);
    replies(
        &mut keyspace,
        &["HSETEX h PX 1 FIELDS 2 a 1 b 2", "HSET h c 3", "SELECT 3", "SET k v PX 1", "SELECT 0"],
    );
    at(&mut keyspace, 2000);
    let mut told = Vec::new();
    for _ in 0..20 {
        for effect in keyspace.expire_some(16).iter() {
            let words: Vec<_> = effect.command().iter().map(String::from_utf8_lossy).collect();
            told.push(format!("{} {}", effect.database, words.join(" ")));
        }
    }
    assert_eq!(told, ["0 HDEL h a b", "3 UNLINK k"]);
    assert_eq!(replies(&mut keyspace, &["HGETALL h"]), "*2 $1 c $1 3");
}

#[test]
fn fields_expire_by_the_time_of_the_script() {
    for compat in [Compat::Redis80, Compat::Valkey91] {
        let mut keyspace = Keyspace::with_seed(1);
        keyspace.set_compat(compat);
        at(&mut keyspace, 1000);
        replies(&mut keyspace, &["HSET h a 1 b 2", "HPEXPIRE h 100 FIELDS 1 a"]);
        keyspace.script_started();
        at(&mut keyspace, 5000);
        assert_eq!(replies(&mut keyspace, &["HPTTL h FIELDS 2 a b", "HLEN h"]), "*2 :100 :-1 :2");
        keyspace.script_ended();
        assert_eq!(
            replies(&mut keyspace, &["HGET h a", "HLEN h", "HPEXPIRE h 0 FIELDS 2 a b"]),
            "$-1 :1 *2 :-2 :2"
        );
        assert_eq!(replies(&mut keyspace, &["EXISTS h"]), ":0");
    }
}

#[test]
fn scripts_are_refused_what_is_not_for_them() {
    let mut keyspace = Keyspace::with_seed(1);
    for line in ["MULTI", "eval a 0", "Subscribe a 0", "CONFIG get a", "BLPOP a 0"] {
        let args: ArgsBuffer = line.split(' ').collect();
        let mut writer = ReplyWriter::new(Protocol::Resp2);
        keyspace.execute(
            &Request {
                args: args.args(),
                protocol: Protocol::Resp2,
                replication: Replication::default(),
                from_script: true,
            },
            &mut writer,
        );
        assert_eq!(writer.bytes(), b"-ERR This Redis command is not allowed from script\r\n", "{line}");
    }
}

#[test]
fn a_dump_is_canonical() {
    let (mut first, mut second) = (Keyspace::with_seed(1), Keyspace::with_seed(2));
    replies(
        &mut first,
        &["SET b 1 EX 100", "HSET a x 1 y 2", "SADD s q r p", "ZADD z 2 m 1.5 n", "SELECT 1", "RPUSH l b a"],
    );
    replies(
        &mut second,
        &[
            "SELECT 1",
            "RPUSH l b a",
            "SELECT 0",
            "ZADD z 1.5 n 2 m",
            "SADD s p q r",
            "HSET a y 2 x 1",
            "SET b 1 EX 9",
        ],
    );
    assert_eq!(first.dump(), second.dump());
    let wanted = "0 \"a\" hash persistent \"x\" \"1\" \"y\" \"2\"\n0 \"b\" string volatile \"1\"\n\
                  0 \"s\" set persistent \"p\" \"q\" \"r\"\n0 \"z\" zset persistent \"n\" \"1.5\" \"m\" \"2\"\n\
                  1 \"l\" list persistent \"b\" \"a\"\n";
    assert_eq!(first.dump(), wanted);
}
