//! Libraries and their functions: loading, calling, what lasts, what is refused, runs that wait.

use std::time::Duration;

use ferrous_redis::{
    Compat, Engine, EngineOptions, ScriptFlags, Session,
    embedded::{CallArguments, EmbeddedEngine},
    host::{ArgsBuffer, LogLevel, Protocol},
    reply::{RecordedReply, ReplyPart},
    run::{EnginePool, Run, Started, Step},
};

use crate::host::{TestHost, command, engine, find, show};

/// An engine and its host, spoken to in RESP2.
struct Server {
    engine: Engine,
    host: TestHost,
}

impl Server {
    fn new(compat: Compat) -> Self {
        Self { engine: engine(EngineOptions::new(compat)), host: TestHost::default() }
    }

    fn run(&mut self, args: &[&str]) -> String {
        command(&mut self.engine, &mut self.host, Protocol::Resp2, args)
    }

    fn load(&mut self, name: &str, body: &str) -> String {
        self.run(&["FUNCTION", "LOAD", "REPLACE", &format!("#!lua name={name}\n{body}")])
    }

    fn fcall(&mut self, name: &str, args: &[&str]) -> String {
        self.run(&[&["FCALL", name, "0"], args].concat())
    }
}

const COUNTER: &str = "local count = 0
redis.register_function('count', function() count = count + 1 return count end)
redis.register_function('fail', function() count = count + 100 error('no') end)
redis.register_function('ask', function(keys, args) return {keys, args, #keys, #args} end)";

#[test]
fn upvalues_last_from_call_to_call_and_nothing_else_is_shared() {
    for compat in Compat::ALL {
        let mut server = Server::new(compat);
        assert_eq!(server.load("counter", COUNTER), "\"counter\"");
        assert_eq!(server.fcall("count", &[]), "1");
        assert_eq!(server.fcall("COUNT", &[]), "2");
        assert!(server.fcall("fail", &[]).starts_with("-ERR user_function:4: no script: "));
        assert_eq!(server.fcall("count", &[]), "103");
        let asked = server.run(&["FCALL", "ask", "1", "k", "a", "b"]);
        assert_eq!(asked, "[4: [1: \"k\" ] [2: \"a\" \"b\" ] 1 2 ]");
        let globals = server.run(&["EVAL", "return pcall(function() return count end) and 1 or 0", "0"]);
        assert_eq!(globals, "0");
        server.load("counter", COUNTER);
        assert_eq!(server.fcall("count", &[]), "1");
    }
}

#[test]
fn a_load_that_fails_changes_nothing() {
    let register = "redis.register_function('a', function() return 2 end) ";
    let failing = [
        format!("{register} x = 1"),
        format!("{register} while true do end"),
        format!("{register} return return"),
        format!("{register} redis.register_function('other', redis.log)"),
        format!("{register} redis.register_function('b b', redis.log)"),
        format!("{register} redis.register_function('a', redis.log)"),
        "local nothing".to_owned(),
    ];
    for compat in [Compat::Redis70, Compat::Valkey91] {
        let mut server = Server::new(compat);
        server.load("one", "redis.register_function('a', function() return 1 end)");
        server.load("two", "redis.register_function('other', function() return 1 end)");
        let before = server.run(&["FUNCTION", "LIST", "WITHCODE"]);
        for body in &failing {
            let reply = server.load("one", body);
            assert!(reply.starts_with("-ERR "), "{body}: {reply}");
            assert_eq!(server.fcall("a", &[]), "1");
            assert_eq!(server.run(&["FUNCTION", "LIST", "WITHCODE"]), before);
        }
    }
}

#[test]
fn a_library_sees_hardly_any_globals_while_it_is_loaded() {
    let mut server = Server::new(Compat::Valkey91);
    for name in ["pairs", "string", "_G", "KEYS", "ARGV", "os", "math", "__redis__err__handler"] {
        let reply = server.load("l", &format!("local x = {name}"));
        let wanted = format!(
            "-ERR Error registering functions: ERR user_function:2: Script attempted to access nonexistent global \
             variable '{name}'"
        );
        assert_eq!(reply, wanted);
    }
    server.load("l", "local r = redis server.register_function('f', function() return r.call end)");
    let reply = server.fcall("f", &[]);
    assert!(reply.contains("nonexistent global variable 'call'"), "{reply}");
    server.load("l", "redis.register_function('f', function() return {type(_G.pairs), tostring(KEYS)} end)");
    assert!(server.fcall("f", &[]).contains("nonexistent global variable 'KEYS'"));
}

#[test]
fn a_library_can_log_while_it_is_loaded() {
    let mut server = Server::new(Compat::Valkey91);
    let body = "redis.log(redis.LOG_WARNING, 'loading', 1) redis.register_function('f', function() end)";
    assert_eq!(server.load("l", body), "\"l\"");
    assert_eq!(server.host.log, [(LogLevel::Warning, b"loading 1".to_vec())]);
}

#[test]
fn scripts_and_functions_share_the_generator_but_not_the_settings_of_cjson() {
    let mut server = Server::new(Compat::Redis70);
    server.load(
        "l",
        "redis.register_function('random', function() return tostring(math.random()) end)
         redis.register_function('precision', function(_, args) return cjson.encode_number_precision(args[1]) end)",
    );
    let eval = ["EVAL", "return tostring(math.random())", "0"];
    let drawn = [server.run(&eval), server.fcall("random", &[]), server.run(&eval)];
    assert_eq!(drawn, ["\"0.39646477363839\"", "\"0.84048536971234\"", "\"0.35333609737146\""]);
    assert_eq!(server.fcall("precision", &["3"]), "3");
    assert_eq!(server.run(&["EVAL", "return cjson.encode_number_precision()", "0"]), "14");
    assert_eq!(server.fcall("precision", &[]), "3");
}

#[test]
fn libraries_are_restored_all_or_none() {
    let mut server = Server::new(Compat::Redis70);
    server.load("a", "redis.register_function('f', function() return 1 end)");
    server.load("b", "redis.register_function('g', function() return 2 end)");
    let args: ArgsBuffer = ["FUNCTION", "DUMP"].iter().collect();
    let mut reply = RecordedReply::default();
    server.engine.command(&Session::default(), args.args(), &mut server.host, &mut reply);
    let [ReplyPart::Bulk(payload)] = reply.parts() else { panic!("a payload was expected") };
    let restore = |server: &mut Server, policy: &[u8]| {
        let args: ArgsBuffer = [b"FUNCTION".as_slice(), b"RESTORE", payload, policy].iter().collect();
        let mut reply = RecordedReply::default();
        server.engine.command(&Session::default(), args.args(), &mut server.host, &mut reply);
        show(&reply)
    };
    assert_eq!(restore(&mut server, b"APPEND"), "-ERR Library a already exists");
    server.run(&["FUNCTION", "DELETE", "a"]);
    server.load("c", "redis.register_function('F', function() return 3 end)");
    server.run(&["FUNCTION", "DELETE", "b"]);
    for policy in [b"APPEND".as_slice(), b"REPLACE"] {
        assert_eq!(restore(&mut server, policy), "-ERR Function f already exists");
        assert_eq!(server.fcall("f", &[]), "3");
        assert_eq!(server.fcall("g", &[]), "-ERR Function not found");
    }
    assert_eq!(restore(&mut server, b"FLUSH"), "+OK");
    assert_eq!((server.fcall("f", &[]), server.fcall("g", &[])), ("1".to_owned(), "2".to_owned()));
    assert_eq!(server.engine.stats().libraries, 2);
}

#[test]
fn an_embedded_engine_loads_libraries_and_calls_their_functions() {
    let mut engine = EmbeddedEngine::for_functions(&EngineOptions::new(Compat::Valkey91)).unwrap();
    let mut host = TestHost::default();
    let text = b"\nlocal n = 0 redis.register_function{function_name = 'a b', description = 'd', flags = {'no-writes'},
        callback = function(keys) n = n + 1 return {keys[1], n} end}";
    let [function] = engine.load_library(text, None, &mut host).unwrap().try_into().unwrap();
    assert_eq!((function.name.as_slice(), function.description), (b"a b".as_slice(), Some(b"d".to_vec())));
    assert!(function.flags.contains(ScriptFlags::NO_WRITES));
    let mut run = |engine: &mut EmbeddedEngine| {
        let mut reply = RecordedReply::default();
        let arguments = CallArguments { keys: [b"k".as_slice()].into_iter(), arguments: [].into_iter() };
        engine.run(&function.code, arguments, &mut host, &mut reply);
        show(&reply)
    };
    assert_eq!(run(&mut engine), "[2: \"k\" 1 ]");
    assert_eq!(run(&mut engine), "[2: \"k\" 2 ]");
    engine.remove(&function.code);
    assert_eq!(run(&mut engine), "-ERR the code is not there any more");
    let timeout = Some(Duration::from_millis(1));
    let error = engine.load_library(b"while true do end", timeout, &mut TestHost::default()).unwrap_err();
    assert_eq!(error.to_string(), "Error registering functions: ERR FUNCTION LOAD timeout");
}

fn start(pool: &mut EnginePool, args: &[&str]) -> Result<Run, String> {
    let args: ArgsBuffer = args.iter().collect();
    let mut reply = RecordedReply::default();
    match pool.start(&Session::default(), args.args(), &mut reply).unwrap() {
        Started::Run(run) => Ok(run),
        Started::Answered => Err(show(&reply)),
        Started::Foreign => panic!("one of the engine's commands was expected"),
    }
}

/// Runs to the end, answering every command with `reply`.
fn finish(pool: &mut EnginePool, mut run: Run, answer: i64) -> String {
    loop {
        match run.advance(&mut find) {
            Step::Command(_) => run.answer(|reply| reply.integer(answer)),
            Step::Log(..) => {}
            Step::Done => break,
        }
    }
    let mut reply = RecordedReply::default();
    pool.finish(run, &mut reply);
    show(&reply)
}

#[test]
fn functions_wait_like_scripts() {
    let mut pool = EnginePool::new(EngineOptions::default());
    let library = "#!lua name=l
        local calls = 0
        redis.log(redis.LOG_NOTICE, 'loaded')
        redis.register_function('get', function() calls = calls + 1 return redis.call('GET', 'k') + calls end)";
    assert_eq!(start(&mut pool, &["FUNCTION", "LOAD", library]).err().as_deref(), Some("\"l\""));
    let call = ["FCALL", "get", "0"];
    for calls in 1..4 {
        let run = start(&mut pool, &call).unwrap();
        assert_eq!(finish(&mut pool, run, 10), (10 + calls).to_string());
    }
    let mut waiting = start(&mut pool, &call).unwrap();
    assert!(matches!(waiting.advance(&mut find), Step::Command(_)));
    let beside = start(&mut pool, &call).unwrap();
    assert_eq!(finish(&mut pool, beside, 20), "21");
    waiting.answer(|reply| reply.integer(10));
    assert_eq!(finish(&mut pool, waiting, 0), "14");
    let run = start(&mut pool, &call).unwrap();
    assert_eq!(finish(&mut pool, run, 10), "15");
    assert_eq!(pool.take_load_log().len(), 2);
    assert_eq!(start(&mut pool, &["FUNCTION", "DELETE", "l"]).err().as_deref(), Some("+OK"));
    assert_eq!(start(&mut pool, &call).err().as_deref(), Some("-ERR Function not found"));
}
