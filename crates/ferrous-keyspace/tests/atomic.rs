//! Atomic runs: scripts of random commands, ended somewhere by an error, a kill or a limit, leave no trace; those that
//! succeed do what they do without the option.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{fmt::Write as _, thread, time::Duration};

use ferrous_keyspace::{Clock, Keyspace, command::COMMANDS};
use ferrous_redis::{
    Compat, Engine, EngineOptions, Limits, Session,
    host::{ArgsBuffer, CommandFlags},
    reply::RecordedReply,
};
use proptest::prelude::*;

const KEYS: &[&str] = &["s", "n", "h", "l", "t", "i", "z", "x", "new", "other"];
const WORDS: &[&str] = &[
    "s",
    "n",
    "h",
    "l",
    "t",
    "i",
    "z",
    "x",
    "new",
    "0",
    "1",
    "2",
    "3",
    "-1",
    "10",
    "1.5",
    "a",
    "b",
    "f",
    "NX",
    "XX",
    "EX",
    "PX",
    "KEEPTTL",
    "LEFT",
    "RIGHT",
    "MAXLEN",
    "BEFORE",
    "REPLACE",
    "DB",
    "*",
    "5-2",
    "+inf",
    "",
    "\u{0}\r\n",
];
/// Commands that change much, with arguments that fit.
const FITTING: &[&str] = &[
    "SELECT 1",
    "SELECT 2",
    "SELECT 0",
    "SWAPDB 0 1",
    "FLUSHDB",
    "FLUSHALL",
    "MOVE s 1",
    "COPY h other DB 2",
    "DEL s h l",
    "RENAME z other",
    "EXPIRE h 100",
    "PEXPIREAT s 99999999999999",
    "EXPIRE s -1",
    "PERSIST s",
    "SET s v EX 10",
    "APPEND s x",
    "INCR n",
    "SETRANGE s 3 abc",
    "SETBIT s 5 1",
    "HSET h a 9 c 8",
    "HDEL h a b f",
    "HINCRBY h a 5",
    "HEXPIRE h 100 FIELDS 2 a f",
    "HPEXPIRE h 0 FIELDS 1 a",
    "HPERSIST h FIELDS 2 a b",
    "HSETEX h EX 9 FIELDS 2 a 7 d 8",
    "HSETEX h KEEPTTL FIELDS 1 a 3",
    "HGETEX h PX 5 FIELDS 1 b",
    "HGETDEL h FIELDS 2 a b",
    "MSETEX 2 s 1 other 2 EX 5",
    "SET n 7 IFEQ 41",
    "DELIFEQ n 41",
    "PFCOUNT other",
    "LPUSH l p q",
    "RPOP l 2",
    "LTRIM l 1 1",
    "LSET l 0 w",
    "LREM l 0 a",
    "LINSERT l BEFORE b w",
    "LMOVE l other LEFT RIGHT",
    "SADD t c 1",
    "SREM t a",
    "SADD i x",
    "SPOP t",
    "SMOVE t i b",
    "SINTERSTORE other t i",
    "ZADD z 9 a 4 q",
    "ZREM z a",
    "ZINCRBY z 3 b",
    "ZPOPMIN z",
    "ZUNIONSTORE other 2 z t",
    "ZREMRANGEBYRANK z 0 0",
    "XADD x * f w",
    "XDEL x 5-1",
    "XTRIM x MAXLEN 1",
    "GETDEL s",
    "GETEX s PX 5",
    "SORT i STORE other",
    "PFADD other a",
    "BITFIELD s SET u8 0 7",
    "GEOADD other 1 2 p",
];

/// How a script ends.
#[derive(Clone, Copy, Debug)]
enum End {
    Error,
    Kill,
    Instructions,
    Memory,
    Refusal,
}

const ENDS: &[End] = &[End::Error, End::Kill, End::Instructions, End::Memory, End::Refusal];

impl End {
    fn script(self) -> &'static str {
        match self {
            Self::Error => "error({err = 'MINE x'})",
            Self::Kill | Self::Instructions => "while true do pcall(function() while true do end end) end",
            Self::Memory => "local t = {} while true do t[#t + 1] = ('x'):rep(1e5) .. #t end",
            Self::Refusal => "redis.call('nosuch')",
        }
    }
}

fn filled() -> Keyspace {
    let mut keyspace = Keyspace::with_seed(1);
    keyspace.set_compat(Compat::Valkey91);
    keyspace.set_clock(Clock::Manual(1_700_000_000_000_000));
    let commands = b"SET s hello PX 5000\nSET n 41\nHSET h a 1 b 2 f 1.5\nHEXPIRE h 50 FIELDS 1 b\nRPUSH l a b c a\nSADD t a b 1\nSADD i 1 2 3\n\
        ZADD z 1 a 2 b 3 f\nXADD x 5-1 f v\nXADD x 6-1 f v\nEXPIRE z 1000\nSELECT 1\nSET s one\nSADD t q r\nEXPIRE t 7\nSELECT 0\n";
    keyspace.load(commands).unwrap();
    keyspace
}

/// Everything that can be seen of a keyspace.
fn everything(keyspace: &mut Keyspace) -> String {
    let selected = keyspace.selected();
    let mut text = format!("{selected}\n{}", keyspace.dump());
    for database in 0..4 {
        keyspace.select(database);
        let mut commands = "DBSIZE\n".to_owned();
        for key in KEYS {
            let _ = writeln!(
                commands,
                "PEXPIRETIME {key}\nHPEXPIRETIME {key} FIELDS 4 a b d f\nOBJECT ENCODING {key}\nTYPE {key}"
            );
        }
        text.push_str(&String::from_utf8_lossy(&keyspace.load(commands.as_bytes()).unwrap()));
    }
    keyspace.select(selected);
    text
}

fn engine(atomic: bool, limits: Limits) -> Engine {
    let mut options = EngineOptions::new(Compat::Valkey91);
    options.atomic = atomic;
    options.limits = limits;
    Engine::new(options).unwrap()
}

fn run(engine: &mut Engine, keyspace: &mut Keyspace, script: &str) -> RecordedReply {
    let args: ArgsBuffer = ["EVAL", script, "0"].iter().collect();
    let mut reply = RecordedReply::default();
    assert!(engine.command(&Session::default(), args.args(), keyspace, &mut reply));
    reply
}

fn call(words: &[&str]) -> String {
    let quoted: Vec<String> = words
        .iter()
        .map(|word| word.bytes().fold("'".to_owned(), |text, byte| text + &format!("\\{byte:03}")) + "'")
        .collect();
    format!("replies[#replies + 1] = redis.pcall({})\n", quoted.join(", "))
}

fn any_call() -> impl Strategy<Value = String> {
    let writing: Vec<&'static str> = COMMANDS
        .iter()
        .filter(|command| command.info.flags.contains(CommandFlags::WRITE))
        .map(|command| command.info.name)
        .collect();
    let words = prop::collection::vec(prop::sample::select(WORDS), 0..6);
    prop_oneof![
        3 => prop::sample::select(FITTING).prop_map(|line| call(&line.split(' ').collect::<Vec<_>>())),
        1 => (prop::sample::select(writing), prop::sample::select(KEYS), words)
            .prop_map(|(name, key, words)| call(&[&[name, key], words.as_slice()].concat())),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_run_that_ends_badly_leaves_no_trace(
        before in prop::collection::vec(any_call(), 0..12),
        end in prop::sample::select(ENDS),
    ) {
        let limits = match end {
            End::Instructions => Limits { instructions: Some(20_000), ..Limits::default() },
            End::Memory => Limits { bytes: 4 << 20, ..Limits::default() },
            _ => Limits::default(),
        };
        let mut engine = engine(true, limits);
        let mut keyspace = filled();
        let all = everything(&mut keyspace);
        let script = format!("local replies = {{}}\n{}{}", before.concat(), end.script());
        let killer = matches!(end, End::Kill).then(|| {
            let handle = engine.kill_handle();
            thread::spawn(move || {
                while !handle.is_running() {
                    thread::yield_now();
                }
                thread::sleep(Duration::from_micros(300));
                handle.kill_hard()
            })
        });
        let reply = run(&mut engine, &mut keyspace, &script);
        if let Some(killer) = killer {
            prop_assert_eq!(killer.join().unwrap(), Ok(()));
        }
        prop_assert!(format!("{:?}", reply.parts()).contains("Error"), "{:?}", reply.parts());
        prop_assert_eq!(&everything(&mut keyspace), &all, "{}", script);
        // And again, after what was undone has been done once more.
        run(&mut engine, &mut keyspace, "redis.call('FLUSHALL') redis.call('SET', 'k', 'v') error('x')");
        prop_assert_eq!(everything(&mut keyspace), all);
    }

    #[test]
    fn a_run_that_succeeds_does_what_it_does_without_the_option(calls in prop::collection::vec(any_call(), 0..12)) {
        let script = format!("local replies = {{}}\n{}return replies", calls.concat());
        let outcome = |atomic| {
            let mut keyspace = filled();
            let reply = run(&mut engine(atomic, Limits::default()), &mut keyspace, &script);
            (format!("{:?}", reply.parts()), everything(&mut keyspace))
        };
        prop_assert_eq!(outcome(true), outcome(false), "{}", script);
    }
}
