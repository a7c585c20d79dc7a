//! Scripts that take long: what others are answered meanwhile, and what ends them.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use ferrous_redis::{
    Compat, Engine, EngineOptions, Session,
    busy::Admission,
    host::ArgsBuffer,
    kill::KillHandle,
    reply::RecordedReply,
    run::{EnginePool, Run, Started, Step},
};

use crate::host::{TestHost, find, show};

const LIBRARY: &str =
    "#!lua name=lib\nredis.register_function('Spin', function(keys, args) while true do end end)";
const BUSY: &str = "-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.";
const FUNCTION_BUSY: &str =
    "-BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE.";

fn options(threshold: u64) -> EngineOptions {
    let mut options = EngineOptions::new(Compat::Redis70);
    options.busy_threshold = Some(Duration::from_millis(threshold));
    options
}

/// Has another client say something; its reply, or nothing if the server is to execute it.
fn say(handle: &KillHandle, line: &str) -> String {
    let args: ArgsBuffer = line.split(' ').collect();
    let mut reply = RecordedReply::default();
    match handle.admit(args.args(), &mut reply) {
        Admission::Serve => String::new(),
        Admission::Answered => show(&reply).replace('"', ""),
    }
}

/// Runs `command` in one thread while another says `lines` as soon as the engine is busy. The reply to the command, and those
/// to the lines.
fn meanwhile(engine: &mut Engine, command: &[&str], lines: &'static [&str]) -> (String, Vec<String>) {
    once(KillHandle::is_busy, engine, command, lines)
}

/// The same, as soon as the engine is in some state; or when the command is over, if the other thread got no turn before.
fn once(
    state: fn(&KillHandle) -> bool,
    engine: &mut Engine,
    command: &[&str],
    lines: &'static [&str],
) -> (String, Vec<String>) {
    let handle = engine.kill_handle();
    let over = Arc::new(AtomicBool::new(false));
    let is_over = Arc::clone(&over);
    let other = thread::spawn(move || {
        while !state(&handle) && !is_over.load(Ordering::Relaxed) {
            thread::yield_now();
        }
        lines.iter().map(|line| say(&handle, line)).collect()
    });
    let args: ArgsBuffer = command.iter().collect();
    let mut reply = RecordedReply::default();
    engine.command(&Session::default(), args.args(), &mut TestHost::default(), &mut reply);
    over.store(true, Ordering::Relaxed);
    (show(&reply), other.join().unwrap())
}

#[test]
fn a_busy_script_is_told_of_and_killed() {
    let mut engine = Engine::new(options(1)).unwrap();
    assert_eq!(say(&engine.kill_handle(), "PING"), "");
    let lines = &["GET k", "FUNCTION STATS", "FUNCTION KILL", "HELLO 3", "SCRIPT KILL"];
    let (reply, others) = meanwhile(&mut engine, &["EVAL", "while true do end", "0"], lines);
    assert_eq!(others, [BUSY, BUSY, BUSY, "", "+OK"]);
    assert!(reply.starts_with("-ERR Script killed by user with SCRIPT KILL... script: "), "{reply}");
    assert!(!engine.kill_handle().is_busy() && engine.kill_handle().busy_run().is_none());
}

#[test]
fn a_busy_function_shows_in_its_statistics() {
    let mut engine = Engine::new(options(1)).unwrap();
    let args: ArgsBuffer = ["FUNCTION", "LOAD", LIBRARY].iter().collect();
    engine.command(&Session::default(), args.args(), &mut TestHost::default(), &mut RecordedReply::default());
    let lines = &["SCRIPT KILL", "FUNCTION STATS", "FUNCTION KILL"];
    let (reply, others) = meanwhile(&mut engine, &["FCALL", "spin", "0", "x"], lines);
    let [refused, stats, killed] = others.as_slice() else { panic!("three replies") };
    assert_eq!((refused.as_str(), killed.as_str()), (FUNCTION_BUSY, "+OK"));
    let before = "{2: running_script {3: name Spin command [4: FCALL spin 0 x ] duration_ms ";
    let after = " } engines {1: LUA {2: libraries_count 1 functions_count 1 } } }";
    assert!(stats.starts_with(before) && stats.ends_with(after), "{stats}");
    assert!(reply.contains("script: Spin, on @user_function:2."), "{reply}");
}

#[test]
fn a_script_that_wrote_is_not_killed() {
    let mut options = options(1);
    // Long enough for the other thread to get a turn, however busy the computer is.
    options.limits.wall_clock = Some(Duration::from_secs(2));
    let mut engine = Engine::new(options).unwrap();
    let script = "redis.call('set', 'a', 1) while true do end";
    let (reply, others) = meanwhile(&mut engine, &["EVAL", script, "0"], &["SCRIPT KILL", "FUNCTION KILL"]);
    assert!(
        others.iter().all(|reply| reply.starts_with("-UNKILLABLE Sorry the script already")),
        "{others:?}"
    );
    assert!(reply.contains("stopped after 2000 milliseconds"), "{reply}");
}

#[test]
fn nothing_is_busy_without_a_threshold() {
    let mut options = EngineOptions::default();
    options.limits.wall_clock = Some(Duration::from_millis(20));
    let mut engine = Engine::new(options).unwrap();
    let (_, others) =
        once(KillHandle::is_running, &mut engine, &["EVAL", "while true do end", "0"], &["PING"]);
    assert_eq!(others, [""]);
}

fn start(pool: &mut EnginePool, words: &[&str]) -> (Option<Run>, String) {
    let args: ArgsBuffer = words.iter().collect();
    let mut reply = RecordedReply::default();
    let run = match pool.start(&Session::default(), args.args(), &mut reply).unwrap() {
        Started::Run(run) => Some(run),
        Started::Foreign | Started::Answered => None,
    };
    (run, show(&reply).replace('"', ""))
}

#[test]
fn a_pool_kills_the_oldest_run_that_it_can() {
    let mut pool = EnginePool::new(EngineOptions::default());
    let answer = |pool: &mut EnginePool, words: &[&str]| start(pool, words).1;
    assert!(answer(&mut pool, &["SCRIPT", "KILL"]).starts_with("-NOTBUSY"));
    assert_eq!(answer(&mut pool, &["FUNCTION", "LOAD", LIBRARY]), "lib");
    let script = "redis.call('set', 'a', 1) while true do redis.call('get', 'a') end";
    let (Some(mut writer), _) = start(&mut pool, &["EVAL", script, "0"]) else { panic!("a run") };
    assert!(matches!(writer.advance(&mut find), Step::Command(_)));
    assert!(answer(&mut pool, &["SCRIPT", "KILL"]).starts_with("-UNKILLABLE"));
    let (Some(mut reader), _) = start(&mut pool, &["EVAL", "while true do end", "0"]) else {
        panic!("a run")
    };
    assert_eq!(answer(&mut pool, &["SCRIPT", "KILL"]), "+OK");
    assert!(matches!(reader.advance(&mut find), Step::Done));
    let mut reply = RecordedReply::default();
    pool.finish(reader, &mut reply);
    assert!(show(&reply).starts_with("-ERR Script killed by user"));

    assert!(answer(&mut pool, &["FUNCTION", "STATS"]).starts_with("{2: running_script null"));
    let (Some(function), _) = start(&mut pool, &["FCALL", "spin", "0"]) else { panic!("a run") };
    let stats = answer(&mut pool, &["FUNCTION", "STATS"]);
    assert!(
        stats.starts_with("{2: running_script {3: name Spin command [3: FCALL spin 0 ] duration_ms "),
        "{stats}"
    );
    drop(writer);
    assert_eq!(answer(&mut pool, &["FUNCTION", "KILL"]), "+OK");
    drop(function);
    assert!(answer(&mut pool, &["FUNCTION", "KILL"]).starts_with("-NOTBUSY"));
}

#[test]
fn a_busy_pool_refuses_the_commands_of_its_server() {
    let mut pool = EnginePool::new(options(0));
    assert_eq!(start(&mut pool, &["PING"]).1, "");
    let (Some(run), _) = start(&mut pool, &["EVAL", "while true do end", "0"]) else { panic!("a run") };
    for words in
        [&["PING"] as &[&str], &["EVAL", "return 1", "0"], &["FUNCTION", "STATS"], &["FUNCTION", "KILL"]]
    {
        assert_eq!(start(&mut pool, words).1, BUSY);
    }
    assert_eq!(start(&mut pool, &["HELLO"]).1, "");
    assert_eq!(start(&mut pool, &["SCRIPT", "KILL"]).1, "+OK");
    let mut reply = RecordedReply::default();
    pool.finish(run, &mut reply);
    assert_eq!(start(&mut pool, &["PING"]).1, "");
}
