//! Every command of the table, with arguments drawn at random: it answers exactly one well-formed reply, it changes nothing
//! if it is marked read-only, and a rollback undoes it.

use ferrous_keyspace::{Keyspace, command::COMMANDS};
use ferrous_redis::{
    Compat,
    host::{ArgsBuffer, CommandFlags, Host, Protocol, Replication, Request},
    reply::ReplySink,
};
use proptest::prelude::*;

/// Counts what is still missing of each open aggregate.
#[derive(Default)]
struct Shape {
    missing: Vec<usize>,
    replies: usize,
    wrong: bool,
}

impl Shape {
    fn element(&mut self) {
        match self.missing.last_mut() {
            None => self.replies += 1,
            Some(0) => self.wrong = true,
            Some(missing) => *missing -= 1,
        }
    }

    fn begin(&mut self, len: usize) {
        self.element();
        self.missing.push(len);
    }

    fn is_one_reply(&self) -> bool {
        !self.wrong && self.missing.is_empty() && self.replies == 1
    }
}

impl ReplySink for Shape {
    fn null(&mut self) {
        self.element();
    }
    fn bulk(&mut self, _: &[u8]) {
        self.element();
    }
    fn integer(&mut self, _: i64) {
        self.element();
    }
    fn status(&mut self, _: &[u8]) {
        self.element();
    }
    fn error(&mut self, text: &[u8]) {
        self.wrong |= !text.contains(&b' ');
        self.element();
    }
    fn double(&mut self, _: f64) {
        self.element();
    }
    fn boolean(&mut self, _: bool) {
        self.element();
    }
    fn big_number(&mut self, _: &[u8]) {
        self.element();
    }
    fn verbatim(&mut self, _: [u8; 3], _: &[u8]) {
        self.element();
    }
    fn begin_array(&mut self, len: usize) {
        self.begin(len);
    }
    fn begin_map(&mut self, len: usize) {
        self.begin(len * 2);
    }
    fn begin_set(&mut self, len: usize) {
        self.begin(len);
    }
    fn end(&mut self) {
        self.wrong |= self.missing.pop() != Some(0);
    }
}

const WORDS: &[&str] = &[
    "s",
    "n",
    "h",
    "l",
    "t",
    "i",
    "z",
    "x",
    "missing",
    "s",
    "n",
    "h",
    "l",
    "t",
    "i",
    "z",
    "x",
    "0",
    "1",
    "2",
    "-1",
    "3",
    "10",
    "-5",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615",
    "1.5",
    "-inf",
    "(1",
    "[a",
    "(b",
    "-",
    "+",
    "*",
    "$",
    "~",
    "=",
    "",
    "a",
    "b",
    "f",
    "\u{0}\r\n",
    "5-1",
    "1-*",
    "NX",
    "XX",
    "GT",
    "LT",
    "CH",
    "INCR",
    "EX",
    "PX",
    "KEEPTTL",
    "GET",
    "LIMIT",
    "COUNT",
    "MATCH",
    "WITHSCORES",
    "WITHVALUES",
    "BYSCORE",
    "BYLEX",
    "REV",
    "MAXLEN",
    "MINID",
    "STREAMS",
    "LEFT",
    "RIGHT",
    "MIN",
    "MAX",
    "BEFORE",
    "AFTER",
    "WEIGHTS",
    "AGGREGATE",
    "SUM",
    "RANK",
    "REPLACE",
    "DB",
    "ENCODING",
    "USAGE",
    "GETKEYS",
    "AND",
    "NOT",
    "BIT",
    "PERSIST",
    "ASYNC",
    "FIELDS",
    "FIELDS",
    "IFEQ",
    "FNX",
];

fn filled() -> Keyspace {
    let mut keyspace = Keyspace::with_seed(1);
    keyspace.set_compat(Compat::Valkey91);
    let commands =
        b"SET s hello\nSET n 41\nHSET h a 1 b 2 f 1.5\nHEXPIRE h 50 FIELDS 1 b\nRPUSH l a b c a\nSADD t a b 1\nSADD i 1 2 3\n\
        ZADD z 1 a 2 b 3 f\nXADD x 5-1 f v\nXADD x 6-1 f v\nEXPIRE s 1000\n";
    keyspace.load(commands).unwrap_or_default();
    keyspace
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn answers_once_and_can_be_undone(
        words in prop::collection::vec(prop::sample::select(WORDS), 0..9),
        key in prop::sample::select(&WORDS[..9]),
        resp3: bool,
    ) {
        let mut keyspace = filled();
        let before = keyspace.dump();
        let protocol = if resp3 { Protocol::Resp3 } else { Protocol::Resp2 };
        for command in COMMANDS {
            let name = command.info.name;
            let args: ArgsBuffer = [name, key].iter().chain(&words).collect();
            let mut shape = Shape::default();
            keyspace.begin();
            keyspace.execute(&Request { args: args.args(), protocol, replication: Replication::default(), from_script: false }, &mut shape);
            prop_assert!(shape.is_one_reply(), "{name} {key} {words:?}");
            if command.info.flags.contains(CommandFlags::READONLY) {
                prop_assert_eq!(&keyspace.dump(), &before, "{} {} {:?}", name, key, words);
            }
            keyspace.rollback();
            keyspace.select(0);
            prop_assert_eq!(&keyspace.dump(), &before, "{} {} {:?}", name, key, words);
        }
    }
}
