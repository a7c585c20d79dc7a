//! Commands, checks, errors, cache and isolation.

use ferrous_redis::{
    Compat, EngineOptions,
    embedded::{CallArguments, EmbeddedEngine},
    host::{CommandInfo, Host, LogLevel, Protocol, Request},
    reply::{RecordedReply, ReplySink},
};

use crate::host::{TestHost, command, engine, eval, show};

const DIGEST: &str = "e0e1f9fabfc9d4800c877a703b823ac0578ff8db";

#[test]
fn commands_are_checked_in_order() {
    let cases: &[(&[&str], &str)] = &[
        (&["EVAL", "x"], "-ERR wrong number of arguments for 'eval' command"),
        (&["eval_RO"], "-ERR wrong number of arguments for 'eval_ro' command"),
        (&["EVAL", "return 1", "a"], "-ERR value is not an integer or out of range"),
        (&["EVAL", "return 1", "1"], "-ERR Number of keys can't be greater than number of args"),
        (&["EVAL", "return 1", "-1"], "-ERR Number of keys can't be negative"),
        (&["EVALSHA", "short", "x"], "-NOSCRIPT No matching script. Please use EVAL."),
        (&["EVALSHA", DIGEST, "x"], "-ERR value is not an integer or out of range"),
        (&["EVALSHA", DIGEST, "0"], "-NOSCRIPT No matching script. Please use EVAL."),
        (&["SCRIPT", "LOAD", "return 1"], "\"e0e1f9fabfc9d4800c877a703b823ac0578ff8db\""),
        (&["EVALSHA", "E0E1F9FABFC9D4800C877A703B823AC0578FF8DB", "0"], "1"),
        (&["SCRIPT", "EXISTS", DIGEST, "x"], "[2: 1 0 ]"),
        (&["SCRIPT", "FLUSH", "later"], "-ERR SCRIPT FLUSH only support SYNC|ASYNC option"),
        (&["SCRIPT", "FLUSH", "async"], "+OK"),
        (&["SCRIPT", "EXISTS", DIGEST], "[1: 0 ]"),
        (&["SCRIPT", "KILL"], "-NOTBUSY No scripts in execution right now."),
        (&["FCALL", "f", "x"], "-ERR Function not found"),
        (&["FUNCTION", "FLUSH"], "+OK"),
        (&["EVAL", "#!lua\nreturn 1", "0"], "1"),
        (
            &["EVAL_RO", "#!lua\nreturn 1", "0"],
            "-ERR Can not execute a script with write flag using *_ro command.",
        ),
        (&["EVAL", "#!js\n", "0"], "-ERR Unexpected engine in script shebang: #!js"),
        (
            &["EVAL", "\nreturn return", "0"],
            "-ERR Error compiling script (new function): user_script:2: unexpected symbol near 'return'",
        ),
    ];
    let mut engine = engine(EngineOptions::default());
    let mut host = TestHost::default();
    for (args, wanted) in cases {
        assert_eq!(command(&mut engine, &mut host, Protocol::Resp2, args), *wanted, "{args:?}");
    }
}

#[test]
fn keys_and_arguments_are_those_of_the_run() {
    let mut engine = engine(EngineOptions::default());
    let mut host = TestHost::default();
    let script =
        "local n = #KEYS + #ARGV KEYS[1] = 'x' KEYS.y = 1 return {n, ARGV[1] or '-', KEYS[2] or '-'}";
    let mut run = |args: &[&str]| {
        let args: Vec<&str> = ["EVAL", script].iter().chain(args).copied().collect();
        command(&mut engine, &mut host, Protocol::Resp2, &args)
    };
    assert_eq!(run(&["2", "a", "b", "c"]), "[3: 3 \"c\" \"b\" ]");
    assert_eq!(run(&["0"]), "[3: 0 \"-\" \"-\" ]");
    assert_eq!(run(&["1", "k"]), "[3: 1 \"-\" \"-\" ]");
}

#[test]
fn errors_say_where_they_were_raised() {
    let cases: &[(&str, &str)] = &[
        ("error('msg')", "ERR user_script:1: msg"),
        ("error('msg', 0)", "ERR msg"),
        ("error()", "ERR nil"),
        ("error({err = 'CODE msg'})", "CODE msg"),
        ("error({err = 5})", "5"),
        ("error({})", "ERR unknown error"),
        ("error(setmetatable({}, {__index = {err = 'far away'}}))", "far away"),
        ("return x", "ERR user_script:1: Script attempted to access nonexistent global variable 'x'"),
        ("x = 1", "ERR user_script:1: Attempt to modify a readonly table"),
        ("redis.call = 1", "ERR user_script:1: Attempt to modify a readonly table"),
        ("getmetatable('').__index = 1", "ERR user_script:1: Attempt to modify a readonly table"),
        ("rawset(_G, 'x', 1)", "ERR Attempt to modify a readonly table"),
        ("redis.call()", "ERR Please specify at least one argument for this redis lib call"),
        ("redis.call({})", "ERR Lua redis lib command arguments must be strings or integers"),
        ("redis.call('nosuch')", "ERR Unknown Redis command called from script"),
        ("redis.call('get')", "ERR Wrong number of args calling Redis command from script"),
        ("redis.call('subscribe', 'c')", "ERR This Redis command is not allowed from script"),
        ("redis.call('eval', 'return 1', 0)", "ERR This Redis command is not allowed from script"),
        ("redis.call('reply', 'error')", "OOPS it broke"),
        ("redis.log(1)", "ERR redis.log() requires two arguments or more."),
        ("redis.log('x', 1)", "ERR First argument must be a number (log level)."),
        ("redis.log(4, 1)", "ERR Invalid debug level."),
        ("redis.setresp(4)", "ERR RESP version must be 2 or 3."),
        ("redis.sha1hex()", "ERR wrong number of arguments"),
        ("math.random(0)", "ERR user_script:1: bad argument #1 to 'random' (interval is empty)"),
    ];
    let mut engine = engine(EngineOptions::default());
    let mut host = TestHost::default();
    for (script, wanted) in cases {
        let digest = ferrous_redis::digest::Digest::of(script.as_bytes());
        let got = command(&mut engine, &mut host, Protocol::Resp2, &["EVAL", script, "0"]);
        assert_eq!(got, format!("-{wanted} script: {digest}, on @user_script:1."), "{script}");
    }
    let mut valkey = engine_of(Compat::Valkey91);
    let got = command(&mut valkey, &mut host, Protocol::Resp2, &["EVAL", "\nredis.call('nosuch')", "0"]);
    assert_eq!(got, "-ERR Unknown command called from script script: on @user_script:2.");
    let failure = valkey.failure().unwrap();
    assert_eq!((failure.line, failure.source.as_slice()), (Some(2), b"@user_script".as_slice()));
}

fn engine_of(target: Compat) -> ferrous_redis::Engine {
    engine(EngineOptions::new(target))
}

#[test]
fn errors_that_are_caught() {
    let cases: &[(&str, &str)] = &[
        (
            "local ok, e = pcall(redis.call, 'nosuch') return {tostring(ok), e}",
            "[2: \"false\" \"ERR Unknown Redis command called from script\" ]",
        ),
        ("local ok, e = pcall(error, {x = 1}) return type(e)", "\"table\""),
        ("return select('#', pcall(error, {}))", "3"),
        ("return {pcall(function(...) return ... end, 1, 2)}", "[3: 1 1 2 ]"),
        ("local ok, e = pcall() return e", "\"attempt to call a boolean value\""),
        ("return redis.pcall('nosuch')", "-ERR Unknown Redis command called from script"),
        ("return redis.pcall({})", "-ERR Lua redis lib command arguments must be strings or integers"),
        ("return redis.pcall('reply', 'error')", "-OOPS it broke"),
        ("return redis.pcall('nosuch').ignore_error_stats_update", "1"),
        (
            "local ok, e = xpcall(function() error({err = 'A b'}) end, function(e) return e end) return e.err",
            "\"A b\"",
        ),
        ("return redis.error_reply('single')", "-ERR single"),
        ("return redis.error_reply('--a b')", "--a b"),
        ("return redis.error_reply('')", "-ERR "),
        ("return redis.error_reply(1)", "-ERR wrong number or type of arguments"),
        ("return redis.status_reply('fine')", "+fine"),
        ("return redis.sha1hex('return 1')", "\"e0e1f9fabfc9d4800c877a703b823ac0578ff8db\""),
        (
            "local t = __redis__err__handler('x') return {t.err, t.source, t.line}",
            "[3: \"ERR x\" \"@user_script\" 1 ]",
        ),
    ];
    for (script, wanted) in cases {
        assert_eq!(eval(script), *wanted, "{script}");
    }
}

#[test]
fn read_only_scripts_do_not_write() {
    let mut engine = engine(EngineOptions::default());
    let mut host = TestHost::default();
    let refused = "-ERR Write commands are not allowed from read-only scripts.";
    for (args, wanted) in [
        (["EVAL_RO", "return redis.pcall('set', 'a', 'b')", "0"], refused),
        (["EVAL_RO", "return redis.pcall('publish', 'a', 'b')", "0"], refused),
        (["EVAL", "#!lua flags=no-writes\nreturn redis.pcall('set', 'a', 'b')", "0"], refused),
        (["EVAL_RO", "return redis.pcall('get', 'a')", "0"], "null"),
        (["EVAL", "return redis.pcall('set', 'a', 'b')", "0"], "+OK"),
    ] {
        assert_eq!(command(&mut engine, &mut host, Protocol::Resp2, &args), wanted);
    }
}

#[test]
fn log_lines_reach_the_host() {
    let mut engine = engine(EngineOptions::default());
    let mut host = TestHost::default();
    let script = "redis.log(redis.LOG_WARNING, 'a', 1.5, {}, 'b') return redis.log(0, true, 'c')";
    assert_eq!(command(&mut engine, &mut host, Protocol::Resp2, &["EVAL", script, "0"]), "null");
    assert_eq!(host.log, [(LogLevel::Warning, b"a 1.5 b".to_vec()), (LogLevel::Debug, b" c".to_vec())]);
}

#[test]
fn random_numbers_go_on_from_script_to_script() {
    let mut engine = engine(EngineOptions::default());
    let mut host = TestHost::default();
    let mut draw = |script: &str| command(&mut engine, &mut host, Protocol::Resp2, &["EVAL", script, "0"]);
    assert_eq!(draw("return math.random(1000000)"), "396465");
    draw("redis.log(0, 'x')");
    assert_eq!(draw("return math.random(1000000)"), "840486");
    draw("math.randomseed(12345)");
    assert_eq!(draw("return {math.random(1000000), math.random(1, 1000000)}"), "[2: 225329 919184 ]");
}

#[test]
fn random_numbers_outlive_a_flush() {
    let mut engine = engine(EngineOptions::default());
    let mut host = TestHost::default();
    let mut run = |args: &[&str]| command(&mut engine, &mut host, Protocol::Resp2, args);
    assert_eq!(run(&["EVAL", "return math.random(1000000)", "0"]), "396465");
    assert_eq!(run(&["SCRIPT", "FLUSH"]), "+OK");
    assert_eq!(run(&["EVAL", "return math.random(1000000)", "0"]), "840486");
}

#[test]
fn the_globals_are_those_of_the_target() {
    const LIST: &str =
        "local t = {} for k in pairs(_G) do t[#t + 1] = k end table.sort(t) return table.concat(t, ' ')";
    let mut host = TestHost::default();
    let has = |text: &str, name: &str| text.trim_matches('"').split(' ').any(|word| word == name);
    let redis = command(&mut engine_of(Compat::Redis70), &mut host, Protocol::Resp2, &["EVAL", LIST, "0"]);
    for name in
        ["ARGV", "KEYS", "__redis__err__handler", "redis", "bit", "pcall", "string", "unpack", "loadstring"]
    {
        assert!(has(&redis, name), "{name}: {redis}");
    }
    for name in ["os", "io", "print", "require", "dofile", "getfenv", "newproxy", "debug", "server"] {
        assert!(!has(&redis, name), "{name}: {redis}");
    }
    let valkey = command(&mut engine_of(Compat::Valkey91), &mut host, Protocol::Resp2, &["EVAL", LIST, "0"]);
    for name in ["os", "server", "__server__err__handler"] {
        assert!(has(&valkey, name), "{name}: {valkey}");
    }
    assert_eq!(eval("return redis.REDIS_VERSION_NUM"), "458767");
}

#[test]
fn a_script_leaves_nothing_behind() {
    let mut engine = engine(EngineOptions::default());
    let mut host = TestHost::default();
    let scripts = [
        "local t = {} for i = 1, 200 do t[i] = {tostring(i) .. KEYS[1]} end KEYS[1] = t return #t",
        "setmetatable(KEYS, {__index = function() return 'x' end}) KEYS.extra = {} return KEYS.other",
        "local co = coroutine.wrap(function() coroutine.yield(redis.call('echo', KEYS[1])) end) return co()",
        "return loadstring('local a = ... return function() return a end')(1)()",
        "error({err = 'A ' .. string.rep('x', 1000)})",
        "return redis.call('get')",
    ];
    let mut run = |round: usize| {
        for script in scripts {
            let key = format!("key:{round}");
            command(&mut engine, &mut host, Protocol::Resp2, &["EVAL", script, "1", &key]);
            let globals =
                "return {#KEYS, KEYS.extra or 'none', getmetatable(KEYS) or 'none', KEYS.other or 'none'}";
            let seen = command(&mut engine, &mut host, Protocol::Resp2, &["EVAL", globals, "0"]);
            assert_eq!(seen, "[4: 0 \"none\" \"none\" \"none\" ]");
        }
        engine.stats().bytes
    };
    let settled = (0..20).map(&mut run).last();
    assert_eq!((20..220).map(&mut run).last(), settled);
}

/// Makes the checks itself, and takes arguments one by one.
#[derive(Default)]
struct Taker {
    command: Vec<Vec<u8>>,
}

impl Host for Taker {
    fn command(&self, _: &[u8]) -> Option<CommandInfo> {
        None
    }

    fn checks_commands(&self) -> bool {
        true
    }

    fn take_argument(&mut self, index: usize, argument: &[u8]) -> bool {
        if index == 0 {
            self.command.clear();
        }
        assert_eq!(index, self.command.len());
        self.command.push(argument.to_vec());
        true
    }

    fn execute(&mut self, request: &Request<'_>, reply: &mut dyn ReplySink) {
        assert!(request.args.is_empty());
        reply.bulk(&self.command.join(b" ".as_slice()));
    }
}

#[test]
fn a_host_takes_arguments_one_by_one() {
    let cases: &[(&str, &str)] = &[
        ("return redis.call('set', 'k', 1, -0.5, 1e20)", "\"set k 1 -0.5 1e+20\""),
        ("redis.call('first') return redis.pcall('second')", "\"second\""),
        ("pcall(redis.call, 'x', {}) return redis.call('next')", "\"next\""),
        ("return redis.pcall('x', {})", "-ERR Command arguments must be strings or integers"),
        ("return redis.pcall()", "-ERR Please specify at least one argument for this call"),
    ];
    let mut engine = EmbeddedEngine::for_scripts(&EngineOptions::new(Compat::Valkey91)).unwrap();
    for (text, wanted) in cases {
        let script = engine.compile(text.as_bytes()).unwrap();
        let mut reply = RecordedReply::default();
        let nothing = CallArguments { keys: [].into_iter(), arguments: [].into_iter() };
        engine.run(&script, nothing, &mut Taker::default(), &mut reply);
        assert!(show(&reply).contains(wanted), "{text}: {}", show(&reply));
    }
}

#[test]
fn scripts_see_the_version_of_the_server_that_runs() {
    let text = "return {redis.REDIS_VERSION, redis.REDIS_VERSION_NUM, redis.VALKEY_VERSION, redis.VALKEY_VERSION_NUM}";
    let version = |compat| {
        let mut options = EngineOptions::new(compat);
        options.server_version = Some(0x0009_0203);
        options
    };
    let mut valkey = engine(version(Compat::Valkey91));
    let reply = command(&mut valkey, &mut TestHost::default(), Protocol::Resp2, &["EVAL", text, "0"]);
    assert_eq!(reply, "[4: \"7.2.4\" 459268 \"9.2.3\" 590339 ]");
    let mut redis = engine(version(Compat::Redis70));
    let reply = command(&mut redis, &mut TestHost::default(), Protocol::Resp2, &["EVAL", text, "0"]);
    assert_eq!(reply, "[2: \"9.2.3\" 590339 ]");
}

#[test]
fn an_embedded_script_knows_its_lines_and_names() {
    let mut engine = EmbeddedEngine::for_scripts(&EngineOptions::new(Compat::Valkey91)).unwrap();
    let text = b"local t = {}\nlocal function f(x)\n  local g = function() return t.y.z + x end\n  return g()\nend\n\
        local _, field = pcall(f, 1)\nlocal _, upvalue = pcall(function() return t() end)\n\
        return {field, upvalue, #string.dump(f) > 0, select(2, pcall(error, 'text', 2))}";
    let script = engine.compile(text).unwrap();
    // The second time everything is there already.
    for _ in 0..2 {
        let mut reply = RecordedReply::default();
        let nothing = CallArguments { keys: [].into_iter(), arguments: [].into_iter() };
        engine.run(&script, nothing, &mut TestHost::default(), &mut reply);
        let field = "\"user_script:3: attempt to index field 'y' (a nil value)\"";
        let upvalue = "\"user_script:7: attempt to call upvalue 't' (a table value)\"";
        assert_eq!(show(&reply), format!("[4: {field} {upvalue} 1 \"user_script:8: text\" ]"));
    }
}

#[test]
fn lines_of_the_log_are_cut_as_by_the_servers() {
    let long = "x".repeat(2000);
    let cases: &[(&str, &str, &str)] = &[
        ("'a', 'b', 3, 4.5", "a b 3 4.5", "a b 3 4.5"),
        ("'a', '\\0', 'b'", "a ", "a  b"),
        ("'\\0x', 'y'", "", " y"),
        ("true", "", "(null)"),
        ("true, 'a'", " a", "(null) a"),
        ("'a', true, nil, 'b'", "a b", "a b"),
        ("'', ''", " ", " "),
        ("('x'):rep(1999), 'x'", &format!("{} x", &long[1..]), &long[..1017]),
        ("('x'):rep(1016), 'b', 'c'", &format!("{} b c", &long[..1016]), &format!("{} ", &long[..1016])),
    ];
    for (arguments, redis, valkey) in cases {
        for (compat, wanted) in [(Compat::Redis70, redis), (Compat::Valkey91, valkey)] {
            let mut host = TestHost::default();
            let mut engine = engine(EngineOptions::new(compat));
            command(
                &mut engine,
                &mut host,
                Protocol::Resp2,
                &["EVAL", &format!("redis.log(3, {arguments})"), "0"],
            );
            let lines: Vec<_> =
                host.log.iter().map(|(_, line)| String::from_utf8_lossy(line).into_owned()).collect();
            assert_eq!(lines, [*wanted], "{arguments} {compat:?}");
        }
    }
}
