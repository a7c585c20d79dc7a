//! What an embedded keyspace answers where there would be a server, and the commands of later servers that it does not keep.

use ferrous_keyspace::{Keyspace, command};
use ferrous_redis::{
    compat::Compat,
    host::{Host as _, LogLevel},
};

fn reply(keyspace: &mut Keyspace, line: &str) -> String {
    let replies = keyspace.load(format!("{line}\r\n").as_bytes()).unwrap_or_default();
    String::from_utf8_lossy(&replies).into_owned()
}

#[test]
fn commands_of_a_server_answer_for_the_keyspace() {
    let mut keyspace = Keyspace::with_seed(1);
    for (line, wanted) in [
        ("RANDOMKEY", "$-1\r\n"),
        ("SET only 1", "+OK\r\n"),
        ("RANDOMKEY", "$4\r\nonly\r\n"),
        ("MEMORY USAGE none", "$-1\r\n"),
        ("MEMORY STATS", "-ERR the command 'memory' is not available in an embedded keyspace\r\n"),
        ("MEMORY nope", "-ERR unknown subcommand 'nope'. Try MEMORY HELP.\r\n"),
        ("LOLWUT", "$18\r\nRedis ver. 7.0.15\n\r\n"),
        ("WAIT 1 0", ":0\r\n"),
        ("CLUSTER INFO", "-ERR This instance has cluster support disabled\r\n"),
        ("DUMP only", "-ERR the command 'dump' is not available in an embedded keyspace\r\n"),
        ("COMMAND GETKEYS ZUNIONSTORE t 2 a b", "*3\r\n$1\r\nt\r\n$1\r\na\r\n$1\r\nb\r\n"),
    ] {
        assert_eq!(reply(&mut keyspace, line), wanted, "{line}");
    }
    assert!(reply(&mut keyspace, "LASTSAVE").starts_with(':'));
}

#[test]
fn later_commands_are_known_to_the_targets_that_have_them() {
    for (name, targets) in [
        ("WAITAOF", &[Compat::Redis72, Compat::Redis80, Compat::Valkey91][..]),
        ("HEXPIRE", &[Compat::Redis80, Compat::Valkey91]),
        ("HGETEX", &[Compat::Redis80, Compat::Valkey91]),
        ("DELIFEQ", &[Compat::Valkey91]),
        ("MSETEX", &[Compat::Valkey91]),
        ("COMMANDLOG", &[Compat::Valkey91]),
        ("JSON.GET", &[]),
    ] {
        for target in Compat::ALL {
            let found = command::find(name.as_bytes(), target.dialect());
            assert_eq!(found.is_some(), targets.contains(&target), "{name} {target:?}");
        }
    }
}

#[test]
fn each_target_makes_its_own_checks() {
    let mut keyspace = Keyspace::with_seed(1);
    reply(&mut keyspace, "RPUSH l a");
    reply(&mut keyspace, "ZADD z 1 a");
    for (line, redis, valkey) in [
        ("GETEX none EX 0", "$-1\r\n", "-ERR invalid expire time in 'getex' command\r\n"),
        ("BITCOUNT none x 1", ":0\r\n", "-ERR value is not an integer or out of range\r\n"),
        ("OBJECT ENCODING l", "$9\r\nquicklist\r\n", "$8\r\nlistpack\r\n"),
        (
            "ZRANK z a WITHSCORE",
            "-ERR wrong number of arguments for 'zrank' command\r\n",
            "*2\r\n:0\r\n$1\r\n1\r\n",
        ),
        ("HSCAN none -1", "*2\r\n$1\r\n0\r\n*0\r\n", "-ERR invalid cursor\r\n"),
        ("BLPOP none inf", "-ERR timeout is negative\r\n", "-ERR timeout is out of range\r\n"),
        ("ZADD z 0x10 b", ":1\r\n", "-ERR value is not a valid float\r\n"),
    ] {
        for (target, wanted) in [(Compat::Redis70, redis), (Compat::Valkey91, valkey)] {
            keyspace.set_compat(target);
            assert_eq!(reply(&mut keyspace, line), wanted, "{line}");
        }
    }
}

#[test]
fn lines_of_the_log_are_kept_in_part() {
    let mut keyspace = Keyspace::with_seed(1);
    for _ in 0..200 {
        keyspace.log(LogLevel::Notice, &[b'x'; 1 << 20]);
    }
    let lines = keyspace.log_lines();
    assert_eq!((lines.len(), lines.iter().map(|(_, line)| line.len()).max()), (128, Some(16 << 10)));
}

/// The sources are not copied: the same key may be named often.
#[test]
fn bits_of_many_sources_are_combined() {
    let mut keyspace = Keyspace::with_seed(1);
    let keys = |count: usize| ["a"].repeat(count).join(" ");
    for (line, wanted) in [
        ("SET a abc".to_owned(), "+OK\r\n"),
        ("SET b a".to_owned(), "+OK\r\n"),
        (format!("BITOP XOR d {} b none", keys(1001)), ":3\r\n"),
        ("GET d".to_owned(), "$3\r\n\0bc\r\n"),
        (format!("BITOP AND d {} b", keys(1001)), ":3\r\n"),
        ("GET d".to_owned(), "$3\r\na\0\0\r\n"),
        (format!("BITOP OR d none b {}", keys(1001)), ":3\r\n"),
        ("GET d".to_owned(), "$3\r\nabc\r\n"),
        ("BITOP NOT d b".to_owned(), ":1\r\n"),
        ("BITOP NOT d d".to_owned(), ":1\r\n"),
        ("GET d".to_owned(), "$1\r\na\r\n"),
        ("BITOP NOT d none".to_owned(), ":0\r\n"),
        ("GET d".to_owned(), "$-1\r\n"),
    ] {
        assert_eq!(reply(&mut keyspace, &line), wanted, "{line}");
    }
}
