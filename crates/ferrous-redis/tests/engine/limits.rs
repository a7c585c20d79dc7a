//! What stops a run, and that nothing catches it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::Duration,
};

use ferrous_redis::{
    EngineOptions, Limits, Session,
    host::{ArgsBuffer, CommandInfo, Host, Poll, PollWithin, Protocol, Request},
    kill::{KillError, KillHandle},
    reply::{RecordedReply, ReplyPart, ReplySink},
    run::{EnginePool, Started, Step},
};

use crate::host::{TestHost, command, engine, find, show};

fn options(limits: Limits) -> EngineOptions {
    let mut options = EngineOptions::default();
    options.limits = limits;
    options
}

#[test]
fn instructions_are_limited() {
    let mut engine = engine(options(Limits { instructions: Some(100_000), ..Limits::default() }));
    let mut host = TestHost::default();
    let mut run = |script: &str| command(&mut engine, &mut host, Protocol::Resp2, &["EVAL", script, "0"]);
    for script in
        ["while true do end", "pcall(function() while true do end end)", "\nrepeat until pcall(error)"]
    {
        let reply = run(script);
        assert!(reply.starts_with("-ERR Script stopped after 100000 instructions script: "), "{reply}");
    }
    assert_eq!(run("return 1"), "1");
}

#[test]
fn time_is_limited() {
    let limits = Limits { wall_clock: Some(Duration::from_millis(20)), ..Limits::default() };
    let mut engine = engine(options(limits));
    let mut host = TestHost::default();
    let mut run = |script: &str| command(&mut engine, &mut host, Protocol::Resp2, &["EVAL", script, "0"]);
    let reply = run("while true do end");
    assert!(reply.starts_with("-ERR Script stopped after 20 milliseconds script: "), "{reply}");
    assert_eq!(run("return 1"), "1");
}

#[test]
fn memory_is_limited() {
    let mut engine = engine(options(Limits { bytes: 8 << 20, ..Limits::default() }));
    let mut host = TestHost::default();
    let mut run = |script: &str| command(&mut engine, &mut host, Protocol::Resp2, &["EVAL", script, "0"]);
    let reply = run("local t = {} for i = 1, 1e9 do t[i] = {i} end");
    assert!(
        reply.starts_with("-ERR Error running script ") && reply.ends_with(", not enough memory"),
        "{reply}"
    );
    assert_eq!(run("local ok, e = pcall(string.rep, 'x', 1e8) return e"), "\"not enough memory\"");
    assert_eq!(run("return 1"), "1");
}

/// What library functions leave is collected as they are called, however they are called.
#[test]
fn garbage_of_library_functions_goes() {
    let mut engine = engine(options(Limits { bytes: 16 << 20, ..Limits::default() }));
    let mut host = TestHost::default();
    let mut run = |script: &str| command(&mut engine, &mut host, Protocol::Resp2, &["EVAL", script, "0"]);
    for (called, many) in [
        ("local s = string.rep('x', 1e5 + i)", 2_000),
        ("local function f() return string.rep('x', 1e5 + i) end f()", 2_000),
        ("pcall(string.rep, 'x', 1e5 + i)", 2_000),
        ("pcall(pcall, string.rep, 'x', 1e5 + i)", 2_000),
        ("coroutine.wrap(function() return string.rep('x', 1e5 + i) end)()", 2_000),
        ("local s = concatenated .. i", 100),
        ("table.concat(list, i)", 100),
        ("cjson.decode(document)", 100),
        ("local ok, t = pcall(cjson.decode, document)", 100),
        ("cmsgpack.unpack(cmsgpack.pack(list))", 100),
        ("string.gsub(concatenated, 'x', 'yy')", 5),
    ] {
        let script = format!(
            "local list, document = {{}}, '[' .. ('{{\"a\":[1]}},'):rep(1e4) .. '1]' \
             local concatenated = ('x'):rep(1e6) \
             for i = 1, 1000 do list[i] = ('x'):rep(1000) end \
             for i = 1, {many} do {called} end return 'done'"
        );
        assert_eq!(run(&script), "\"done\"", "{called}");
    }
}

#[test]
fn replies_are_limited() {
    let mut engine = engine(options(Limits { reply_bytes: 1000, ..Limits::default() }));
    let mut host = TestHost::default();
    let mut run = |script: &str| command(&mut engine, &mut host, Protocol::Resp2, &["EVAL", script, "0"]);
    let too_long = "-ERR The script's reply is longer than 1000 bytes";
    assert_eq!(run("local t = {1} for i = 1, 60 do t = {t, t} end return t"), too_long);
    assert_eq!(run("return string.rep('x', 1001)"), too_long);
    assert_eq!(run("return {1}"), "[1: 1 ]");
}

#[test]
fn a_kill_ends_a_script_unless_it_has_written() {
    let mut engine = engine(EngineOptions::default());
    let handle = engine.kill_handle();
    assert_eq!(handle.kill(), Err(KillError::NotBusy));
    let mut kill_when_running = |script: &'static str| {
        let handle = handle.clone();
        let killer = thread::spawn(move || {
            loop {
                match handle.kill() {
                    Err(KillError::NotBusy) => thread::yield_now(),
                    Ok(()) => return Ok(()),
                    Err(error) => {
                        handle.kill_hard().unwrap();
                        return Err(error);
                    }
                }
            }
        });
        let reply = command(&mut engine, &mut TestHost::default(), Protocol::Resp2, &["EVAL", script, "0"]);
        (reply, killer.join().unwrap())
    };
    let (reply, outcome) = kill_when_running("while true do pcall(function() while true do end end) end");
    assert!(reply.starts_with("-ERR Script killed by user with SCRIPT KILL... script: "), "{reply}");
    assert!(reply.ends_with(", on @user_script:1."), "{reply}");
    assert_eq!(outcome, Ok(()));
}

#[test]
fn a_failed_script_can_leave_no_trace() {
    let mut options = EngineOptions::default();
    options.atomic = true;
    let mut engine = engine(options);
    let mut host = TestHost::default();
    let mut run = |script: &str| command(&mut engine, &mut host, Protocol::Resp2, &["EVAL", script, "0"]);
    assert_eq!(run("return redis.call('set', 'a', '1')"), "+OK");
    assert!(run("redis.call('set', 'a', '2') error('x')").starts_with("-ERR"));
    assert_eq!(run("return redis.call('get', 'a')"), "\"1\"");
}

#[test]
fn large_documents_pause() {
    let mut engine = engine(options(Limits { instructions: Some(2_000_000), ..Limits::default() }));
    let mut host = TestHost::default();
    let mut run = |script: &str| command(&mut engine, &mut host, Protocol::Resp2, &["EVAL", script, "0"]);
    // Far more work than one quantum, whose pauses must not show.
    assert_eq!(
        run("local t = {} for i = 1, 20000 do t[i] = {id = i, tags = {'a', 'b'}} end
             local text = cjson.encode(t) local back = cjson.decode(text)
             return {#text, back[20000].id, cjson.encode(back) == text}"),
        "[3: 588895 20000 1 ]"
    );
    let reply = run("local t = {1} for i = 1, 25 do t = {t, t} end return cjson.encode(t)");
    assert!(reply.starts_with("-ERR Script stopped after 2000000 instructions"), "{reply}");
}

#[test]
fn long_strings_of_documents_pause_as_keys_too() {
    /// Counts how often it is polled.
    struct Polled(u32);
    impl Host for Polled {
        fn command(&self, _: &[u8]) -> Option<CommandInfo> {
            None
        }
        fn execute(&mut self, _: &Request<'_>, _: &mut dyn ReplySink) {}
        fn poll(&mut self) -> Poll {
            self.0 += 1;
            Poll::GoOn
        }
    }
    let mut options = options(Limits::default());
    options.poll_interval = Some(10_000);
    let mut engine = engine(options);
    let text = "/".repeat(1 << 22);
    for document in ["cjson.encode({text})", "cjson.encode({[text] = 1})", "cmsgpack.pack({[text] = 1})"] {
        let script = format!("local text = ARGV[1] return #{document}");
        let args: ArgsBuffer = ["EVAL", &script, "0", &text].iter().collect();
        let mut host = Polled(0);
        engine.command(&Session::default(), args.args(), &mut host, &mut RecordedReply::default());
        // Between two polls lies a quarter of a megabyte.
        assert!(host.0 >= 8, "{document}: polled {} times", host.0);
    }
}

/// One string many times costs a script nothing, but the command that it is handed to.
#[test]
fn arguments_and_log_lines_are_no_longer_than_all_that_a_run_may_keep() {
    let mut engine = engine(options(Limits { bytes: 8 << 20, ..Limits::default() }));
    let mut host = TestHost::default();
    let mut run = |script: &str| {
        let script =
            format!("local text, many = ('x'):rep(1e6), {{}} for i = 1, 20 do many[i] = text end {script}");
        command(&mut engine, &mut host, Protocol::Resp2, &["EVAL", &script, "0"])
    };
    let too_long = "\"ERR command arguments are too long\"";
    assert_eq!(run("return redis.pcall('echo', unpack(many)).err"), too_long);
    assert_eq!(run("local ok, e = pcall(redis.call, 'echo', unpack(many)) return e"), too_long);
    assert_eq!(run("return redis.pcall('set', text, text).ok"), "\"OK\"");
    assert_eq!(run("redis.log(2, unpack(many)) return 1"), "1");
    let longest = host.log.iter().map(|(_, line)| line.len()).max();
    assert_eq!(longest, Some(8_000_007), "{longest:?}");
}

/// What is copied into commands and out of replies is work.
#[test]
fn the_bytes_of_commands_replies_and_log_lines_count_as_instructions() {
    let mut engine = engine(options(Limits { instructions: Some(200_000), ..Limits::default() }));
    let mut host = TestHost::default();
    host.strings.insert(b"long".to_vec(), vec![b'x'; 1_000_000]);
    for called in ["redis.pcall('nosuch', text)", "redis.call('get', 'long')", "redis.log(2, text)"] {
        let script = format!("local text = redis.call('get', 'long') for i = 1, 1000 do {called} end");
        let reply = command(&mut engine, &mut host, Protocol::Resp2, &["EVAL", &script, "0"]);
        assert!(reply.starts_with("-ERR Script stopped after 200000 instructions"), "{called}: {reply}");
    }
}

/// What is read of a long text and leads to nothing is work too.
#[test]
fn long_texts_that_are_refused_count_as_instructions() {
    let mut engine = engine(options(Limits { instructions: Some(1_000_000), ..Limits::default() }));
    let mut host = TestHost::default();
    let mut failed = Vec::new();
    for called in [
        "error(text)",
        "local _ = _G[text]",
        "collectgarbage(text)",
        "cjson.encode_keep_buffer(text)",
        "tonumber(text, 36)",
        "tonumber(blanks)",
        "tonumber(blanks, 8)",
        "math.floor(blanks)",
        "local _ = blanks + 1",
        "string.find('x', text)",
        "string.find(text, text)",
        "string.find(text, text, 1, true)",
        "string.find('x', text .. '+')",
        "string.match('x', text)",
        "string.gmatch('x', text)()",
        "string.gsub('x', text, '')",
        "string.gsub('x', 'y', text)",
        "string.find('xx', ('[' .. text .. ']'):rep(2) .. 'y')",
        "string.find(text, '^(x*)%1y')",
    ] {
        let script = format!(
            "local text, blanks = ('x'):rep(1e6), (' '):rep(1e6) \
             for i = 1, 1000 do pcall(function() {called} end) end"
        );
        let reply = command(&mut engine, &mut host, Protocol::Resp2, &["EVAL", &script, "0"]);
        if !reply.starts_with("-ERR Script stopped after 1000000 instructions") {
            failed.push(called);
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

/// A few instructions may ask for commands that take long.
#[test]
fn the_host_is_polled_between_commands() {
    #[derive(Default)]
    struct Slow {
        commands: u32,
        killed: bool,
    }
    impl Host for Slow {
        fn command(&self, name: &[u8]) -> Option<CommandInfo> {
            find(name)
        }
        fn execute(&mut self, _: &Request<'_>, reply: &mut dyn ReplySink) {
            self.commands += 1;
            reply.null();
        }
        fn poll(&mut self) -> Poll {
            self.killed = true;
            Poll::Kill
        }
    }
    let mut options = options(Limits::default());
    options.poll_interval = Some(1_000_000);
    let mut engine = engine(options);
    for call in ["redis.call('get', 'k')", "redis.pcall('get', 'k')", "pcall(redis.call, 'get', 'k')"] {
        let script = format!("for i = 1, 1000 do {call} end return 'done'");
        let args: ArgsBuffer = ["EVAL", &script, "0"].iter().collect();
        let (mut host, mut reply) = (Slow::default(), RecordedReply::default());
        engine.command(&Session::default(), args.args(), &mut host, &mut reply);
        assert!(host.killed && host.commands < 20, "{call}: {} commands", host.commands);
        assert!(show(&reply).starts_with("-ERR Script killed by user"), "{}", show(&reply));
    }
}

#[test]
fn work_that_cannot_be_suspended_polls_and_can_be_killed() {
    let polls = Arc::new(AtomicU32::new(0));
    let killed_at = Arc::new(AtomicU32::new(u32::MAX));
    let mut options = options(Limits::default());
    let (counter, limit) = (Arc::clone(&polls), Arc::clone(&killed_at));
    options.poll_within = Some(PollWithin::new(move || {
        let count = counter.fetch_add(1, Ordering::Relaxed);
        if count >= limit.load(Ordering::Relaxed) { Poll::Kill } else { Poll::GoOn }
    }));
    let mut engine = engine(options);
    let mut host = TestHost::default();
    let mut run = |script: &str| command(&mut engine, &mut host, Protocol::Resp2, &["EVAL", script, "0"]);
    for (work, least) in [
        // Hashed, a megabyte in sixteen pieces.
        ("string.rep('x', 2^24)", 256),
        ("loadstring('return ' .. ('1 + '):rep(2^20) .. 1)", 64),
        ("(function() local t = {} for i = 1, 2^21 do t[i] = i end end)()", 64),
    ] {
        polls.store(0, Ordering::Relaxed);
        killed_at.store(u32::MAX, Ordering::Relaxed);
        assert_eq!(run(&format!("local a = {work} return 1")), "1");
        let count = polls.load(Ordering::Relaxed);
        assert!(count >= least, "{work}: polled {count} times");
        polls.store(0, Ordering::Relaxed);
        killed_at.store(count / 2, Ordering::Relaxed);
        let reply = run(&format!("while true do pcall(function() local a = {work} end) end"));
        assert!(reply.starts_with("-ERR Script killed by user with SCRIPT KILL"), "{reply}");
        killed_at.store(u32::MAX, Ordering::Relaxed);
        assert_eq!(run("return string.rep('y', 3)"), "\"yyy\"");
    }
}

#[test]
fn compiled_texts_are_charged() {
    let mut engine = engine(options(Limits { bytes: 8 << 20, ..Limits::default() }));
    let mut host = TestHost::default();
    let mut run = |script: &str| command(&mut engine, &mut host, Protocol::Resp2, &["EVAL", script, "0"]);
    let before = run("return collectgarbage('count') < 4096");
    assert_eq!(before, "1");
    for text in [
        // What the compiler holds in between.
        "('x = x + 1 '):rep(1e5)",
        "'return {' .. ('1,'):rep(3e5) .. '}'",
        "'return ' .. ('- '):rep(3e5)",
        // Texts.
        "'return \"' .. ('x'):rep(3e6) .. '\"'",
    ] {
        let script = format!("local ok, f, e = pcall(loadstring, {text}) return tostring(e or f)");
        assert_eq!(run(&script), "\"not enough memory\"", "{text}");
        assert_eq!(run("return 1"), "1");
    }
    // What stays of many texts.
    for text in [
        "('x = x + 1 '):rep(1000)",
        "('local function f(a) return a end '):rep(190)",
        "'--' .. ('x'):rep(1e4) .. i",
    ] {
        let script =
            format!("local t = {{}} for i = 1, 1e4 do t[i] = assert(loadstring({text})) end return #t");
        let reply = run(&script);
        assert!(
            reply.ends_with("not enough memory") || text.contains("--") && reply == "10000",
            "{text}: {reply}"
        );
        assert_eq!(run("return 1"), "1");
    }
}

#[test]
fn what_a_killed_native_held_is_free_again() {
    // Enough to make the texts, and not enough to read or write them.
    let limits = Limits { bytes: 32 << 20, instructions: Some(400_000), ..Limits::default() };
    let mut engine = engine(options(limits));
    let mut host = TestHost::default();
    let mut run = |words: &[&str]| command(&mut engine, &mut host, Protocol::Resp2, words);
    let library = "#!lua name=l
        redis.register_function('decode', function() return cjson.decode(('[1,2,3,'):rep(5e5)) end)
        redis.register_function('encode', function() return cjson.encode(('x\\n'):rep(2e6)) end)";
    assert_eq!(run(&["FUNCTION", "LOAD", library]), "\"l\"");
    for _ in 0..20 {
        for words in [
            ["EVAL", "return cjson.decode(('[1,2,3,'):rep(5e5))", "0"],
            ["EVAL", "return cjson.encode(('x\\n'):rep(2e6))", "0"],
            ["FCALL", "decode", "0"],
            ["FCALL", "encode", "0"],
        ] {
            let reply = run(&words);
            assert!(reply.starts_with("-ERR Script stopped after 400000 instructions"), "{words:?}: {reply}");
        }
    }
}

#[test]
fn compiling_is_limited_by_memory() {
    let mut engine = engine(options(Limits { bytes: 4 << 20, ..Limits::default() }));
    let mut host = TestHost::default();
    let mut run = |words: &[&str]| command(&mut engine, &mut host, Protocol::Resp2, words);
    let texts = ["x = x + 1 ".repeat(200_000), format!("return '{}'", "x".repeat(5 << 20))];
    for text in texts {
        let refused = "-ERR Error compiling script (new function): not enough memory";
        assert_eq!(run(&["EVAL", &text, "0"]), refused);
        assert_eq!(run(&["SCRIPT", "LOAD", &text]), refused);
        let library = format!("#!lua name=l\n{text}");
        let refused = "-ERR Error compiling function: not enough memory";
        assert_eq!(run(&["FUNCTION", "LOAD", &library]), refused);
        assert_eq!(run(&["EVAL", "return 1", "0"]), "1");
    }
}

#[test]
fn compiling_is_limited_in_time() {
    let limits = Limits { wall_clock: Some(Duration::ZERO), ..Limits::default() };
    let mut engine = engine(options(limits));
    let mut host = TestHost::default();
    let mut run = |words: &[&str]| command(&mut engine, &mut host, Protocol::Resp2, words);
    let text = "x = x + 1 ".repeat(1000);
    let refused = "-ERR Error compiling script (new function): Script stopped after 0 milliseconds";
    assert_eq!(run(&["EVAL", &text, "0"]), refused);
    let library = format!("#!lua name=l\n{text}");
    let refused = "-ERR Error registering functions: ERR FUNCTION LOAD timeout";
    assert_eq!(run(&["FUNCTION", "LOAD", &library]), refused);
}

/// A script that is still being compiled counts as one that runs.
#[test]
fn a_kill_ends_the_compiling_of_a_long_script() {
    let mut engine = engine(EngineOptions::default());
    let handle = engine.kill_handle();
    let killer = thread::spawn(move || {
        while handle.kill() == Err(KillError::NotBusy) {
            thread::yield_now();
        }
    });
    let script = "local x = 1 ".repeat(1_000_000);
    let reply = command(&mut engine, &mut TestHost::default(), Protocol::Resp2, &["EVAL", &script, "0"]);
    killer.join().unwrap();
    let wanted = "-ERR Error compiling script (new function): Script killed by user with SCRIPT KILL...";
    assert_eq!(reply, wanted);
    assert_eq!(engine.kill_handle().kill(), Err(KillError::NotBusy));
    let reply = command(&mut engine, &mut TestHost::default(), Protocol::Resp2, &["EVAL", "return 1", "0"]);
    assert_eq!(reply, "1");
}

/// A host whose every command takes a while, and that is killed in the third one if it has a handle for that.
#[derive(Default)]
struct SlowHost {
    handle: Option<KillHandle>,
    executed: u32,
}

impl Host for SlowHost {
    fn command(&self, name: &[u8]) -> Option<CommandInfo> {
        find(name)
    }

    fn execute(&mut self, _request: &Request<'_>, reply: &mut dyn ReplySink) {
        self.executed += 1;
        match &self.handle {
            Some(handle) if self.executed == 3 => handle.kill().unwrap(),
            Some(_) => {}
            None => thread::sleep(Duration::from_millis(2)),
        }
        reply.null();
    }
}

const ASKS_FOR_EVER: [&str; 3] = ["EVAL", "while true do pcall(redis.call, 'get', 'k') end", "0"];

#[test]
fn a_kill_is_seen_when_the_host_has_answered() {
    let mut engine = engine(EngineOptions::default());
    let mut host = SlowHost { handle: Some(engine.kill_handle()), executed: 0 };
    let args: ArgsBuffer = ASKS_FOR_EVER.iter().collect();
    let mut reply = RecordedReply::default();
    engine.command(&Session::default(), args.args(), &mut host, &mut reply);
    assert_eq!(host.executed, 3);
    assert!(matches!(reply.parts(), [ReplyPart::Error(text)] if text.starts_with(b"ERR Script killed")));
}

#[test]
fn a_slow_host_does_not_put_the_end_of_the_time_off() {
    let limits = Limits { wall_clock: Some(Duration::from_millis(1)), ..Limits::default() };
    let mut engine = engine(options(limits));
    let (mut host, args) = (SlowHost::default(), ASKS_FOR_EVER.iter().collect::<ArgsBuffer>());
    engine.command(&Session::default(), args.args(), &mut host, &mut RecordedReply::default());
    assert!(host.executed <= 16, "{}", host.executed);

    let mut pool = EnginePool::new(options(limits));
    let started = pool.start(&Session::default(), args.args(), &mut RecordedReply::default()).unwrap();
    let Started::Run(mut run) = started else { panic!("a run") };
    let mut executed = 0;
    while let Step::Command(_) = run.advance(&mut find) {
        executed += 1;
        thread::sleep(Duration::from_millis(2));
        run.answer(|reply| reply.null());
    }
    assert!(executed <= 1, "{executed}");
    assert!(pool.finish(run, &mut RecordedReply::default()).is_some());
}

#[test]
fn a_failure_is_told_until_the_next_command_of_anybody() {
    let mut engine = engine(EngineOptions::default());
    let mut host = TestHost::default();
    command(&mut engine, &mut host, Protocol::Resp2, &["EVAL", "error('e')", "0"]);
    assert!(engine.failure().is_some());
    let args: ArgsBuffer = ["GET", "k"].iter().collect();
    assert!(!engine.command(&Session::default(), args.args(), &mut host, &mut RecordedReply::default()));
    assert!(engine.failure().is_none());
}
