//! Statistics of errors, calls and memory, over this keyspace: the counts are those of redis-server 7.0.15 and Valkey 9.1.2 after the
//! same commands.
#![allow(clippy::unwrap_used, clippy::panic)]

use ferrous_keyspace::Keyspace;
use ferrous_redis::{
    Compat, Engine, EngineOptions, Session,
    digest::Digest,
    host::{ArgsBuffer, Host, Protocol, Replication, Request},
    reply::{RecordedReply, ReplyPart},
};

struct Server {
    engine: Engine,
    keyspace: Keyspace,
}

impl Server {
    fn new(compat: Compat) -> Self {
        let mut keyspace = Keyspace::with_seed(1);
        keyspace.set_compat(compat);
        Self { engine: Engine::new(EngineOptions::new(compat)).unwrap(), keyspace }
    }

    fn run(&mut self, words: &[&str]) -> RecordedReply {
        let args: ArgsBuffer = words.iter().collect();
        let mut reply = RecordedReply::default();
        self.keyspace.set_engine(self.engine.stats(), self.engine.errors());
        if !self.engine.command(&Session::default(), args.args(), &mut self.keyspace, &mut reply) {
            let (protocol, replication) = (Protocol::Resp2, Replication::default());
            let request = Request { args: args.args(), protocol, replication, from_script: false };
            self.keyspace.execute(&request, &mut reply);
        }
        reply
    }

    fn info(&mut self, section: &str) -> String {
        match self.run(&["INFO", section]).parts() {
            [ReplyPart::Verbatim(_, text)] => String::from_utf8(text.clone()).unwrap(),
            other => panic!("{other:?}"),
        }
    }
}

const COMMANDS: &[&[&str]] = &[
    &["EVAL", "return redis.error_reply('MY:#RR x')", "0"],
    &["EVAL", "return {redis.error_reply('NEST x'), {redis.pcall('nosuch')}}", "0"],
    &["EVAL", "redis.pcall('set')", "0"],
    &["EVAL", "return {err='PLAIN'}", "0"],
    &["EVAL", "error({err='CODED x'})", "0"],
    &["EVAL", "x", "0"],
    &["EVALSHA", "x", "0"],
    &["EVAL", "x"],
    &["FCALL", "x", "0"],
    &["EVAL", "pcall(redis.call) redis.pcall({}) redis.pcall('auth','x')", "0"],
    &["EVAL", "redis.call({})", "0"],
    &["EVAL", "redis.pcall('lpush','a','x') redis.pcall('get','a') redis.pcall('incr','a')", "0"],
    &["FUNCTION", "LOAD", "#!lua name=l\nredis.register_function('f',function(k,a) end)"],
    &["EVAL", "redis.setresp(4)", "0"],
    &["EVAL", "return redis.setresp and pcall(redis.setresp, 4)", "0"],
];

#[test]
fn errors_are_counted_once() {
    for compat in [Compat::Redis70, Compat::Valkey91] {
        let mut server = Server::new(compat);
        for command in COMMANDS {
            server.run(command);
        }
        let wanted = "# Errorstats\r\nerrorstat_CODED:count=1\r\nerrorstat_ERR:count=9\r\nerrorstat_MY__RR:count=1\r\n\
                      errorstat_NEST:count=1\r\nerrorstat_NOSCRIPT:count=1\r\nerrorstat_WRONGTYPE:count=2\r\n";
        assert_eq!(server.info("errorstats"), wanted);
        assert!(server.info("stats").contains("total_error_replies:15\r\n"));
        let memory = server.info("memory");
        for field in ["number_of_cached_scripts:10", "number_of_functions:1", "number_of_libraries:1"] {
            assert!(memory.contains(field), "{memory}");
        }
        let engines = server.info("scriptingengines");
        assert_eq!(engines.contains("engines_count:1\r\n"), compat == Compat::Valkey91, "{engines}");
    }
}

#[test]
fn scripts_and_functions_count_their_calls() {
    let mut server = Server::new(Compat::Redis70);
    let script = "if KEYS[1] then error('x') end";
    server.run(&["EVAL", script, "0"]);
    server.run(&["EVAL", script, "1", "k"]);
    server.run(&["EVALSHA", &String::from_utf8_lossy(&Digest::of(script.as_bytes()).text()), "0"]);
    let stats: Vec<_> = server.engine.script_stats().collect();
    let [stats] = stats.as_slice() else { panic!("one script") };
    assert_eq!((stats.digest, stats.bytes), (Digest::of(script.as_bytes()), script.len()));
    assert_eq!((stats.calls.calls, stats.calls.failed), (3, 1));

    let library = "#!lua name=l\nredis.register_function('f', function() error('x') end) \
                   redis.register_function('g', function() end)";
    server.run(&["FUNCTION", "LOAD", library]);
    server.run(&["FCALL", "F", "0"]);
    server.run(&["FCALL", "g", "0"]);
    server.run(&["FCALL", "g", "0"]);
    let calls: Vec<_> = server.engine.function_stats().map(|stats| (stats.name, stats.calls)).collect();
    let shown: Vec<_> =
        calls.iter().map(|(name, calls)| (name.as_slice(), calls.calls, calls.failed)).collect();
    assert_eq!(shown, [(b"f".as_slice(), 1, 1), (b"g", 2, 0)]);
    server.run(&["FUNCTION", "LOAD", "REPLACE", library]);
    assert!(server.engine.function_stats().all(|stats| stats.calls.calls == 0));
}

/// What the keyspace itself executes, and what the engine refuses before that.
#[test]
fn calls_are_counted() {
    for compat in [Compat::Redis70, Compat::Valkey91] {
        let mut server = Server::new(compat);
        let script = "redis.pcall('get') redis.pcall('get', 's') redis.pcall('lpush', 's', 1) redis.pcall('auth', 'x') \
                      redis.pcall('nosuch') redis.pcall('object', 'encoding', 's') redis.pcall('object', 'nope') redis.pcall({})";
        for command in [
            &["SET", "s", "v"][..],
            &["CONFIG", "RESETSTAT"],
            &["EVAL", script, "0"],
            &["GET", "s"],
            &["GET"],
            &["LPUSH", "s", "1"],
            &["NOSUCH"],
            &["OBJECT", "ENCODING", "s"],
            &["OBJECT", "ENCODING"],
            &["EVAL_RO", "return redis.pcall('set', 's', 1)", "0"],
        ] {
            server.run(command);
        }
        let calls = |name, calls, rejected, failed| {
            format!(
                "cmdstat_{name}:calls={calls},usec=0,usec_per_call=0.00,rejected_calls={rejected},failed_calls={failed}\r\n"
            )
        };
        let wanted = [
            "# Commandstats\r\n".to_owned(),
            calls("auth", 0, 1, 0),
            calls("get", 2, 2, 0),
            calls("lpush", 2, 0, 2),
            calls("set", 0, 1, 0),
            calls("config|resetstat", 1, 0, 0),
            calls("object|encoding", 2, 1, 0),
        ];
        assert_eq!(server.info("commandstats"), wanted.concat());
    }
}

#[test]
fn keys_go_where_there_is_too_little_memory() {
    let keys = |policy: &str| {
        let mut server = Server::new(Compat::Redis70);
        for (key, time) in [("a", "100"), ("b", "300"), ("c", "200")] {
            server.run(&["SETEX", key, time, &"x".repeat(1 << 20)]);
        }
        server.run(&["SET", "d", &"x".repeat(1 << 20)]);
        server.run(&["CONFIG", "SET", "maxmemory", "3mb", "maxmemory-policy", policy]);
        let effects = server.keyspace.evict();
        let gone: Vec<_> =
            effects.iter().map(|effect| effect.command().get(1).unwrap_or_default().to_vec()).collect();
        assert!(server.info("stats").contains(&format!("evicted_keys:{}\r\n", gone.len())));
        assert_eq!(server.keyspace.len(), 4 - gone.len());
        (gone, server.keyspace.state().out_of_memory)
    };
    assert_eq!(keys("noeviction"), (vec![], true));
    assert_eq!(keys("volatile-ttl"), (vec![b"a".to_vec(), b"c".to_vec()], false));
    let (gone, is_full) = keys("volatile-lru");
    assert!(gone.len() == 2 && !gone.contains(&b"d".to_vec()) && !is_full);
    let (gone, is_full) = keys("allkeys-random");
    assert!(gone.len() == 2 && !is_full);
}

#[test]
fn memory_is_limited_by_what_the_keys_take() {
    let mut server = Server::new(Compat::Redis70);
    let args: ArgsBuffer = ["SET", "k", "v"].iter().collect();
    assert_eq!(server.keyspace.refuse(args.args(), || None, false), None);
    server.run(&["CONFIG", "SET", "maxmemory", "1mb"]);
    assert!(!server.keyspace.state().out_of_memory);
    server.run(&["SET", "k", &"x".repeat(1 << 20)]);
    assert!(server.keyspace.state().out_of_memory);
    let text = server.keyspace.refuse(args.args(), || None, false).unwrap();
    assert_eq!(String::from_utf8(text).unwrap(), "OOM command not allowed when used memory > 'maxmemory'.");
    let args: ArgsBuffer = ["GET", "k"].iter().collect();
    assert_eq!(server.keyspace.refuse(args.args(), || None, false), None);
    assert!(server.keyspace.refuse(args.args(), || None, true).is_some());
    server.run(&["DEL", "k"]);
    assert!(!server.keyspace.state().out_of_memory);
    assert!(server.info("memory").contains("maxmemory:1048576\r\nmaxmemory_human:1.00M\r\n"));
}
