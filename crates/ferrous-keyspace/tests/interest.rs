//! Whose reply nobody wants any more, since its script was killed: long work ends soon, and has changed nothing.

use ferrous_keyspace::Keyspace;
use ferrous_redis::{
    host::{ArgsBuffer, Host, Protocol, Replication, Request},
    reply::{RecordedReply, ReplyPart, ReplySink},
};

/// Counts elements, and wants no more after some questions.
#[derive(Default)]
struct Bored {
    elements: usize,
    patience: u64,
    asked: std::cell::Cell<u64>,
}

impl ReplySink for Bored {
    fn null(&mut self) {
        self.elements += 1;
    }
    fn bulk(&mut self, _: &[u8]) {
        self.elements += 1;
    }
    fn integer(&mut self, _: i64) {
        self.elements += 1;
    }
    fn status(&mut self, _: &[u8]) {
        self.elements += 1;
    }
    fn error(&mut self, _: &[u8]) {
        self.elements += 1;
    }
    fn double(&mut self, _: f64) {
        self.elements += 1;
    }
    fn boolean(&mut self, _: bool) {
        self.elements += 1;
    }
    fn big_number(&mut self, _: &[u8]) {
        self.elements += 1;
    }
    fn verbatim(&mut self, _: [u8; 3], _: &[u8]) {
        self.elements += 1;
    }
    fn begin_array(&mut self, _: usize) {}
    fn begin_map(&mut self, _: usize) {}
    fn begin_set(&mut self, _: usize) {}
    fn end(&mut self) {}
    fn wants_more(&self) -> bool {
        self.asked.set(self.asked.get() + 1);
        self.asked.get() <= self.patience
    }
}

fn execute(keyspace: &mut Keyspace, command: &[&str], reply: &mut dyn ReplySink) {
    let args: ArgsBuffer = command.iter().collect();
    let request = Request {
        args: args.args(),
        protocol: Protocol::Resp2,
        replication: Replication::default(),
        from_script: true,
    };
    keyspace.execute(&request, reply);
}

/// With values of many elements.
fn filled() -> Keyspace {
    let mut keyspace = Keyspace::with_seed(1);
    let mut reply = RecordedReply::default();
    for number in 0..20_000 {
        let text = number.to_string();
        let name = format!("k{text}");
        execute(&mut keyspace, &["RPUSH", "list", &text], &mut reply);
        execute(&mut keyspace, &["HSET", "hash", &text, &text], &mut reply);
        execute(&mut keyspace, &["SADD", "set", &name], &mut reply);
        execute(&mut keyspace, &["ZADD", "sorted", &text, &text], &mut reply);
        execute(&mut keyspace, &["SET", &name, ""], &mut reply);
    }
    keyspace
}

#[test]
fn long_replies_end_when_nobody_wants_them() {
    let mut keyspace = filled();
    for command in [
        &["LRANGE", "list", "0", "-1"][..],
        &["HGETALL", "hash"],
        &["HKEYS", "hash"],
        &["HVALS", "hash"],
        &["SMEMBERS", "set"],
        &["SUNION", "set", "set"],
        &["ZRANGE", "sorted", "0", "-1"],
        &["ZREVRANGE", "sorted", "0", "-1", "WITHSCORES"],
        &["KEYS", "*"],
        &["SRANDMEMBER", "set", "-20000"],
        &["HRANDFIELD", "hash", "-20000", "WITHVALUES"],
        &["ZRANDMEMBER", "sorted", "-20000"],
    ] {
        let mut all = Bored { patience: u64::MAX, ..Bored::default() };
        execute(&mut keyspace, command, &mut all);
        assert!(all.elements >= 20_000, "{command:?}");
        let mut some = Bored { patience: 9, ..Bored::default() };
        execute(&mut keyspace, command, &mut some);
        assert!(some.elements <= 6_000, "{command:?}: {}", some.elements);
    }
}

#[test]
fn long_values_are_copied_as_long_as_somebody_waits() {
    let mut keyspace = Keyspace::with_seed(1);
    let long = "x".repeat(1 << 20);
    for command in [
        &["SET", "k", &long][..],
        &["SET", "k", &long, "EX", "10"],
        &["SETNX", "k", &long],
        &["SETEX", "k", "10", &long],
        &["PSETEX", "k", "10", &long],
        &["GETSET", "k", &long],
    ] {
        let mut bored = Bored { patience: 5, ..Bored::default() };
        execute(&mut keyspace, command, &mut bored);
        assert_eq!(bored.asked.get(), 6);
        let mut reply = RecordedReply::default();
        execute(&mut keyspace, &["EXISTS", "k"], &mut reply);
        assert_eq!(reply.parts(), [ReplyPart::Integer(0)]);
        keyspace.script_started();
        execute(&mut keyspace, command, &mut RecordedReply::default());
        let mut reply = RecordedReply::default();
        execute(&mut keyspace, &["STRLEN", "k"], &mut reply);
        execute(&mut keyspace, &["DEL", "k"], &mut reply);
        assert_eq!(reply.parts(), [ReplyPart::Integer(1 << 20), ReplyPart::Integer(1)]);
    }
}

#[test]
fn picks_that_no_memory_would_hold_are_refused() {
    let mut keyspace = Keyspace::with_seed(1);
    let long = "x".repeat(1 << 20);
    for command in [&["HSET", "h", "f", &long][..], &["SADD", "s", &long], &["ZADD", "z", "1", &long]] {
        execute(&mut keyspace, command, &mut RecordedReply::default());
    }
    for command in [
        &["HRANDFIELD", "h", "-67108864", "WITHVALUES"][..],
        &["SRANDMEMBER", "s", "-67108864"],
        &["ZRANDMEMBER", "z", "-67108864"],
    ] {
        let mut reply = RecordedReply::default();
        execute(&mut keyspace, command, &mut reply);
        let text = b"ERR reply exceeds maximum allowed size".to_vec();
        assert_eq!(reply.parts(), [ReplyPart::Error(text)], "{command:?}");
    }
}
