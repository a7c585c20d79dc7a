//! What has crashed, wedged or subverted the servers' own engine, one test each; docs/security.md has the table.
//!
//! Each test gives the trigger and what a sound server answers. They run on every target.

use std::{
    thread,
    time::{Duration, Instant},
};

use ferrous_redis::{
    Compat, Engine, EngineOptions, Limits, ServerState, Session, host::Protocol, server::Placement,
};

use crate::host::{TestHost, command, command_of, engine};

/// Runs scripts on all targets; each reply holds the text beside it.
fn check(cases: &[(&str, &str)]) {
    for compat in Compat::ALL {
        let mut engine = engine(EngineOptions::new(compat));
        check_on(&mut engine, cases);
    }
}

fn check_on(engine: &mut Engine, cases: &[(&str, &str)]) {
    let mut host = TestHost::default();
    for (script, wanted) in cases {
        let reply = command(engine, &mut host, Protocol::Resp2, &["EVAL", script, "0"]);
        assert!(reply.contains(wanted), "{script}\n{reply}");
        assert!(!reply.contains(['\r', '\n']), "{reply}");
        assert_eq!(command(engine, &mut host, Protocol::Resp2, &["EVAL", "return 1", "0"]), "1");
    }
}

/// An engine whose runs end by themselves.
fn limited(compat: Compat, instructions: u64) -> Engine {
    let mut options = EngineOptions::new(compat);
    options.limits = Limits { instructions: Some(instructions), ..Limits::default() };
    engine(options)
}

/// Kills a script on all targets; nothing in it can catch that.
fn check_killed(script: &'static str) {
    for compat in Compat::ALL {
        let mut engine = engine(EngineOptions::new(compat));
        let handle = engine.kill_handle();
        let killer = thread::spawn(move || {
            let began = Instant::now();
            while !handle.is_running() && began.elapsed() < Duration::from_secs(60) {
                thread::yield_now();
            }
            thread::sleep(Duration::from_millis(20));
            handle.kill_hard()
        });
        let reply = command(&mut engine, &mut TestHost::default(), Protocol::Resp2, &["EVAL", script, "0"]);
        assert_eq!(killer.join().unwrap(), Ok(()));
        assert!(reply.starts_with("-ERR Script killed by user"), "{script}\n{reply}");
        check_on(&mut engine, &[("return 1", "1")]);
    }
}

#[test]
fn cve_2014_5461_many_fixed_parameters_before_varargs() {
    check(&[(
        "local p = {} for i = 1, 199 do p[i] = 'a' .. i end
         local text = 'return function(' .. table.concat(p, ',') .. ', ...) return select(\"#\", ...), a1, a199 end'
         local f = loadstring(text)() local n, first, last = f(7) return {n, first, tostring(last)}",
        "[3: 0 7 \"nil\" ]",
    )]);
}

#[test]
fn cve_2015_4335_bytecode_is_a_syntax_error() {
    check(&[
        ("return select(2, loadstring('\\27Lua'))", "unexpected symbol near 'char(27)'"),
        ("return select(2, load(function() return '\\27Lua' end))", "unexpected symbol near 'char(27)'"),
        (
            "local text = string.dump(loadstring('return 1')) return select(2, loadstring(text:gsub('.', '\\27', 1)))",
            "unexpected symbol near 'char(27)'",
        ),
    ]);
}

#[test]
fn cve_2015_8080_cve_2020_14147_sizes_in_formats_of_struct() {
    check(&[
        ("return struct.pack('i2147483648', 1)", "integral size overflow"),
        ("return struct.unpack('c4294967295', 'x')", "integral size overflow"),
        ("return struct.size('!99999999999')", "integral size overflow"),
        ("return struct.size('i99999999999999999999')", "integral size overflow"),
        ("return struct.unpack('i33', ('x'):rep(40))", "-ERR"),
    ]);
}

#[test]
fn cve_2018_11218_cmsgpack_with_many_or_nested_values() {
    check(&[
        ("local t = {} for i = 1, 7000 do t[i] = i end return #cmsgpack.pack(unpack(t))", "20618"),
        ("return cmsgpack.unpack(string.rep('\\145', 1e6))", "stack overflow"),
        ("return select('#', cmsgpack.unpack(string.rep('\\1', 7000)))", "7000"),
        ("local ok, e = pcall(cmsgpack.unpack, string.rep('\\1', 1e6)) return tostring(e)", "\""),
        ("return #cmsgpack.pack((function() local t = {} t[1] = t return t end)())", "17"),
    ]);
}

#[test]
fn cve_2018_11219_offsets_of_struct() {
    check(&[
        ("return struct.unpack('c0', 'x', 2^31 - 1)", "data string too short"),
        ("return struct.unpack('i4', 'abcd', 2^31 - 1)", "data string too short"),
        ("return struct.unpack('i4', 'abcd', -1)", "-ERR"),
        ("return struct.unpack('c2147483647', 'x', 2147483647)", "data string too short"),
        ("return struct.unpack('s', 'x', 2^31 - 1)", "-ERR"),
    ]);
}

#[test]
fn cve_2020_15888_and_2021_43519_nested_coroutines_and_handlers() {
    check(&[
        ("local function f() return coroutine.wrap(f)() end return f()", "C stack overflow"),
        ("local function f() return pcall(f) end return tostring(f())", "\""),
        ("local function f() return xpcall(f, f) end return tostring(f())", "\""),
        (
            "local s = ('a'):rep(300) local function f(x) return (s:gsub('a', f)) end return f()",
            "C stack overflow",
        ),
    ]);
}

#[test]
fn cve_2021_32626_nested_and_cyclic_replies() {
    check(&[
        ("local t = {} t[1] = t return t", "reached lua stack limit"),
        ("local t = {} for i = 1, 1e5 do t = {t} end return t", "reached lua stack limit"),
        (
            "local function f(n) if n == 0 then return redis.call('reply', 'nested') end local r = f(n - 1) return r end
             return #f(15000)",
            "3",
        ),
        ("local ok, e = pcall(redis.call, 'echo', string.rep('x', 1e6)) return #e", "1000000"),
    ]);
}

#[test]
fn cve_2022_0543_no_package_io_os_debug() {
    for name in ["package", "io", "require", "dofile", "loadfile", "debug", "module", "print"] {
        check(&[
            (&format!("return {name}"), &format!("nonexistent global variable '{name}'")),
            (&format!("return tostring(rawget(_G, '{name}'))"), "\"nil\""),
        ]);
    }
    check(&[(
        "return rawget(_G, 'os') and (os.execute or os.exit or os.getenv or os.remove) and 1 or 0",
        "0",
    )]);
}

#[test]
fn cve_2022_24735_globals_are_read_only_and_scripts_are_none() {
    let readonly = "Attempt to modify a readonly table";
    check(&[
        ("redis.call = 1", readonly),
        ("string.format = 1", readonly),
        ("x = 1", readonly),
        ("rawset(_G, 'x', 1)", readonly),
        ("setmetatable(_G, {})", readonly),
        ("getmetatable(_G).__index = 1", readonly),
        ("table.insert(string, 1)", readonly),
        ("table.sort(redis, function() return true end) redis[1] = 1", readonly),
        ("_G.cjson.encode = nil", readonly),
        ("return f_e0e1f9fabfc9d4800c877a703b823ac0578ff8db", "nonexistent global variable"),
    ]);
}

#[test]
fn cve_2022_24736_texts_that_close_a_wrapper() {
    for text in [
        "return 1 end function x()",
        "end return 1",
        "end end end",
        "return function() end end",
        "--[[",
        "return 1 --",
    ] {
        for compat in Compat::ALL {
            let mut engine = engine(EngineOptions::new(compat));
            let reply = command(&mut engine, &mut TestHost::default(), Protocol::Resp2, &["EVAL", text, "0"]);
            assert!(reply == "1" || reply.starts_with("-ERR Error compiling script"), "{text}: {reply}");
        }
    }
}

#[test]
fn cve_2022_24834_texts_that_grow_when_encoded() {
    check(&[
        ("return #cjson.encode(string.rep('\\1', 1e7))", "60000002"),
        ("return #cjson.encode({[string.rep('\\1', 1e6)] = string.rep('\\1', 1e6)})", "12000007"),
    ]);
    // Redis needs 2 GiB to overflow; here whatever does not fit ends in the memory error.
    let mut options = EngineOptions::default();
    options.limits = Limits { bytes: 64 << 20, ..Limits::default() };
    let mut engine = engine(options);
    check_on(
        &mut engine,
        &[
            ("local ok, e = pcall(cjson.encode, string.rep('\\1', 2e7)) return e", "not enough memory"),
            (
                "local s = string.rep('x', 2e7) local ok, e = pcall(cmsgpack.pack, s, s, s, s) return e",
                "not enough memory",
            ),
        ],
    );
}

#[test]
fn cve_2024_31449_tohex_of_the_smallest_number() {
    check(&[
        ("return bit.tohex(65535, -2147483648)", "\"0000FFFF\""),
        ("return bit.tohex(255, -2147483648)", "\"000000FF\""),
        ("return bit.tohex(-1, 2147483647)", "\"ffffffff\""),
    ]);
}

#[test]
fn cve_2024_46981_no_finalizers_of_scripts() {
    check(&[("return rawget(_G, 'newproxy') and 1 or 0", "0")]);
    // Even where the embedder leaves newproxy to scripts, a flush runs nothing of theirs.
    let mut options = EngineOptions::default();
    options.insecure_api = true;
    let mut engine = engine(options);
    let mut host = TestHost::default();
    let mut run = |args: &[&str]| command(&mut engine, &mut host, Protocol::Resp2, args);
    let script =
        "local p = newproxy(true) getmetatable(p).__gc = function() redis.call('set', 'ran', '1') end
        KEYS[1] = p return 1";
    assert_eq!(run(&["EVAL", script, "0"]), "1");
    assert_eq!(run(&["SCRIPT", "FLUSH"]), "+OK");
    assert_eq!(run(&["EVAL", "collectgarbage() return redis.call('get', 'ran')", "0"]), "null");
}

#[test]
fn cve_2025_46817_ranges_of_unpack() {
    let many = "too many results to unpack";
    check(&[
        ("return unpack({}, 0, 2147483647)", many),
        ("return unpack({}, -2147483648, 2147483647)", many),
        ("local t = {} t[2^31 - 1] = true return #t", "0"),
        ("local t = {} t[1], t[2^31 - 1], t[2^31] = 1, 1, 1 return #t", "1"),
    ]);
}

#[test]
fn cve_2025_46818_metatables_of_basic_types() {
    let readonly = "Attempt to modify a readonly table";
    check(&[
        ("getmetatable('').__index = function() end", readonly),
        ("getmetatable('').__add = function() end", readonly),
        ("getmetatable('').__call = 1", readonly),
        ("rawset(getmetatable(''), '__index', 1)", readonly),
        (
            "return tostring(getmetatable(1)) .. tostring(getmetatable(true)) .. tostring(getmetatable(type))",
            "nilnilnil",
        ),
        ("return rawget(_G, 'getfenv') and 1 or 0", "0"),
        ("return rawget(_G, 'setfenv') and 1 or 0", "0"),
    ]);
    for compat in Compat::ALL {
        let mut engine = engine(EngineOptions::new(compat));
        let mut host = TestHost::default();
        let mut run = |args: &[&str]| command(&mut engine, &mut host, Protocol::Resp2, args);
        let library =
            "#!lua name=l\nredis.register_function('f', function() getmetatable('').__index = 1 end)";
        assert_eq!(run(&["FUNCTION", "LOAD", library]), "\"l\"");
        assert!(run(&["FCALL", "f", "0"]).contains(readonly));
        assert_eq!(run(&["EVAL", "return ('x'):rep(2)", "0"]), "\"xx\"");
    }
}

#[test]
fn cve_2025_46819_long_brackets() {
    check(&[
        ("return (select(2, loadstring('return [' .. ('='):rep(1e7) .. '[')))", "near"),
        ("return (select(2, loadstring('--[' .. ('='):rep(1e7) .. '[')))", "near"),
        ("return (select(2, loadstring('return [==[' .. (']='):rep(1e6))))", "near"),
        ("local q = ('='):rep(1e6) return #loadstring('return [' .. q .. '[x]' .. q .. ']')()", "1"),
    ]);
}

#[test]
fn cve_2025_49844_the_name_of_a_chunk_outlives_the_collector() {
    check(&[(
        "local wrong = 0
         for i = 1, 100 do
           local pieces = {'x = {', ('1,'):rep(500), '}', ' y y'}
           local n = 0
           local _, e = load(function() collectgarbage() n = n + 1 return pieces[n] end, '=unique' .. i)
           if e ~= 'unique' .. i .. \":1: '=' expected near 'y'\" then wrong = wrong + 1 end
         end
         return wrong",
        "0",
    )]);
}

#[test]
fn cve_2025_67733_line_ends_in_errors_and_statuses() {
    check(&[
        ("return redis.error_reply('A x\\r\\n+INJ')", "-A x  +INJ"),
        ("return {err = 'A x\\r\\n+INJ'}", "-A x  +INJ"),
        ("error({err = 'A x\\r\\n+INJ'})", "-A x  +INJ"),
        ("error('x\\r\\n+INJ')", "x  +INJ"),
        ("return redis.status_reply('x\\r\\n+INJ')", "+x  +INJ"),
        ("return {ok = 'x\\r\\n+INJ'}", "+x  +INJ"),
        ("redis.setresp(3) return {big_number = '1\\r\\n+INJ'}", "1  +INJ"),
        ("return redis.call('no\\r\\nsuch')", "-ERR"),
    ]);
}

#[test]
fn cve_2026_23631_a_run_outlives_a_flush_of_its_library() {
    // Whatever a server does with its libraries while one of their functions waits, the run keeps what it runs.
    use ferrous_redis::{
        host::ArgsBuffer,
        reply::RecordedReply,
        run::{EnginePool, Started, Step},
    };
    let mut pool = EnginePool::new(EngineOptions::default());
    let mut start = |args: &[&str]| {
        let args: ArgsBuffer = args.iter().collect();
        pool.start(&Session::default(), args.args(), &mut RecordedReply::default()).unwrap()
    };
    let library =
        "#!lua name=l\nredis.register_function('f', function() return redis.call('ECHO', 'x') .. 'y' end)";
    assert!(matches!(start(&["FUNCTION", "LOAD", library]), Started::Answered));
    let Started::Run(mut run) = start(&["FCALL", "f", "0"]) else { panic!("a run was expected") };
    let advance =
        |run: &mut ferrous_redis::run::Run| matches!(run.advance(&mut crate::host::find), Step::Command(_));
    assert!(advance(&mut run));
    assert!(matches!(start(&["FUNCTION", "FLUSH", "SYNC"]), Started::Answered));
    assert!(matches!(start(&["SCRIPT", "FLUSH"]), Started::Answered));
    run.answer(|reply| reply.bulk(b"x"));
    assert!(!advance(&mut run));
    let mut reply = RecordedReply::default();
    pool.finish(run, &mut reply);
    assert_eq!(crate::host::show(&reply), "\"xy\"");
}

#[test]
fn redis_14163_errors_without_a_text() {
    check(&[
        ("error({})", "-ERR unknown error script: "),
        ("error({err = {}})", "-ERR unknown error script: "),
        ("error(setmetatable({}, {__tostring = function() return 'x' end}))", "-ERR unknown error script: "),
        ("error(setmetatable({}, {__index = function() error({}) end}))", "-ERR"),
        ("error()", "-ERR nil script: "),
        ("error(function() end)", "-ERR"),
    ]);
}

#[test]
fn redis_14319_globals_named_like_scripts() {
    check(&[
        ("f_e0e1f9fabfc9d4800c877a703b823ac0578ff8db = 1", "Attempt to modify a readonly table"),
        ("return 1", "1"),
    ]);
}

#[test]
fn redis_14687_deep_replies_on_a_small_stack() {
    let thread = thread::Builder::new().stack_size(256 << 10).spawn(|| {
        check(&[("local t = {} for i = 1, 1e5 do t = {t} end return t", "reached lua stack limit")]);
    });
    thread.unwrap().join().unwrap();
}

#[test]
fn redis_14652_lengths_of_tables_with_far_keys() {
    // As PUC Lua answers.
    check(&[("local t = {} for i = 0, 31 do t[2^i] = true end return #t", "4")]);
}

#[test]
fn valkey_3238_a_kill_from_a_signal() {
    // A handler of signals may do what any other thread may: set the flag.
    check_killed("while true do end");
}

#[test]
fn a_library_logs_while_it_is_loaded() {
    for compat in Compat::ALL {
        let mut engine = engine(EngineOptions::new(compat));
        let mut host = TestHost::default();
        let library = "#!lua name=l\nredis.log(redis.LOG_NOTICE, 'x') redis.register_function('f', function() return 1 end)";
        assert_eq!(command(&mut engine, &mut host, Protocol::Resp2, &["FUNCTION", "LOAD", library]), "\"l\"");
        assert_eq!(host.log.len(), 1);
        assert_eq!(command(&mut engine, &mut host, Protocol::Resp2, &["FCALL", "f", "0"]), "1");
    }
}

#[test]
fn patterns_of_any_depth_need_no_stack() {
    for compat in Compat::ALL {
        let mut engine = limited(compat, 3_000_000);
        let mut host = TestHost::default();
        for script in [
            "return string.find(('a'):rep(300000), ('a?'):rep(300000))",
            "return string.find(('a'):rep(300000), ('a-'):rep(300000) .. 'b')",
            "return string.find(('('):rep(300000), ('%b()'):rep(1000))",
            "return string.find(('a'):rep(300000), ('(a'):rep(32))",
            "return string.gsub(('a'):rep(300000), ('a?'):rep(300000), '')",
        ] {
            let reply = command(&mut engine, &mut host, Protocol::Resp2, &["EVAL", script, "0"]);
            let ended = reply.starts_with("-ERR Script stopped after")
                || reply.contains("pattern too complex")
                || reply.contains("capture")
                || reply == "null";
            assert!(ended, "{script}: {reply}");
        }
    }
}

#[test]
fn a_kill_ends_handlers_of_errors() {
    check_killed(
        "while true do xpcall(function() while true do end end, function(e) while true do end end) end",
    );
}

#[test]
fn a_kill_ends_long_work_of_the_libraries() {
    for script in [
        "while true do string.find(('a'):rep(250000), '.-b') end",
        "while true do string.gsub(('a'):rep(250000), '.-b', '') end",
        "while true do pcall(table.insert, {}, 2^31 - 1, 1) end",
        "while true do table.concat(setmetatable({}, {}), '', 1, 0) string.rep('x', 1e7) end",
    ] {
        check_killed(script);
    }
}

#[test]
fn a_kill_is_not_absorbed_by_load() {
    check_killed("return {load(function() return 5 end)}");
    check_killed("while true do load(function() while true do end end) end");
    check_killed("while true do coroutine.resume(coroutine.create(function() while true do end end)) end");
}

#[test]
fn a_reader_without_end_runs_out_of_memory() {
    let mut options = EngineOptions::default();
    options.limits = Limits { bytes: 8 << 20, ..Limits::default() };
    let mut engine = engine(options);
    check_on(
        &mut engine,
        &[(
            "local ok, f, e = pcall(load, function() return ('-- '):rep(1000) .. '\\n' end) return tostring(e or f)",
            "not enough memory",
        )],
    );
}

#[test]
fn an_error_of_the_cluster_is_forgotten() {
    let mut state = ServerState::default();
    state.cluster = true;
    let session = Session::default().in_state(state);
    for compat in Compat::ALL {
        let mut engine = engine(EngineOptions::new(compat));
        let mut host = TestHost { placement: Placement::Several, ..TestHost::default() };
        let mut run = |args: &[&str]| command_of(&session, &mut engine, &mut host, args);
        assert!(run(&["EVAL", "return redis.call('get', '1')", "0"]).starts_with("-ERR"));
        assert_eq!(run(&["EVAL", "return redis.call('echo', 'x')", "0"]), "\"x\"");
        assert_eq!(run(&["EVAL", "return redis.call('get', 'a')", "0"]), "null");
    }
}

#[test]
fn what_the_servers_leak_from_script_to_script_is_not_copied() {
    for compat in Compat::ALL {
        let mut engine = engine(EngineOptions::new(compat));
        check_on(
            &mut engine,
            &[
                (
                    "collectgarbage('stop') collectgarbage('setpause', 77) collectgarbage('setstepmul', 78)",
                    "null",
                ),
                ("return {collectgarbage('setpause', 1), collectgarbage('setstepmul', 1)}", "[2: 200 200 ]"),
                ("redis.setresp(3) redis.set_repl(redis.REPL_NONE) error('x')", "-ERR"),
                ("return redis.call('reply', 'map')", "[4: "),
                ("KEYS.x = 1 setmetatable(KEYS, {__index = {y = 1}}) ARGV[1] = 1", "null"),
                ("return {tostring(KEYS.x), tostring(KEYS.y), #ARGV}", "[3: \"nil\" \"nil\" 0 ]"),
            ],
        );
    }
}
