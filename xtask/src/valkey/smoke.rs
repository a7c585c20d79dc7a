//! What a user sees of the module: one check a line, each a command and what its reply must hold.

use super::PATIENCE;
use ferrous_conformance::endpoint::Endpoint;
use ferrous_conformance::resp;
use ferrous_conformance::server::Server;
use std::time::Duration;

/// A command, and a text that its reply has to hold.
type Check = (&'static str, &'static [&'static str], &'static str);

const CHECKS: &[Check] = &[
    ("the engine is ours", &["INFO", "scriptingengines"], "name=LUA,module=lua,abi_version=4"),
    (
        "keys and arguments",
        &["EVAL", "return {KEYS[1], ARGV[1], #ARGV}", "1", "k", "a", "b"],
        "*3\r\n$1\r\nk\r\n$1\r\na\r\n:2",
    ),
    ("a command that writes", &["EVAL", "return redis.call('set', KEYS[1], ARGV[1])", "1", "k", "41"], "+OK"),
    ("a command that counts", &["EVAL", "return redis.call('incr', KEYS[1])", "1", "k"], ":42"),
    (
        "replies of every type",
        &[
            "EVAL",
            "redis.call('del', 'z') redis.call('zadd', 'z', 1.5, 'm') redis.setresp(3) return redis.call('zscore', 'z', 'm').double * 2",
            "0",
        ],
        ":3",
    ),
    (
        "an error of the server's",
        &["EVAL", "return redis.call('lpush', KEYS[1], 'x')", "1", "k"],
        "-WRONGTYPE Operation against a key holding the wrong kind of value script: on @user_script:1.",
    ),
    (
        "an unknown command",
        &["EVAL", "return redis.call('nosuch')", "0"],
        "-ERR Unknown command called from script script: on",
    ),
    (
        "an arity",
        &["EVAL", "return redis.pcall('get').err", "0"],
        "ERR Wrong number of args calling command from script",
    ),
    (
        "what scripts may not call",
        &["EVAL", "return redis.pcall('multi')", "0"],
        "-ERR This Valkey command is not allowed from script",
    ),
    (
        "a script that does not compile",
        &["EVAL", "return return", "0"],
        "-ERR Error compiling script (new function): user_script:1: unexpected symbol near 'return'",
    ),
    (
        "a script that fails",
        &["EVAL", "local x\nx.y = 1", "0"],
        "attempt to index local 'x' (a nil value) script: on @user_script:2.",
    ),
    (
        "shebang flags",
        &["EVAL", "#!lua flags=no-writes\nreturn redis.call('set', 'k', 1)", "0"],
        "-ERR Write commands are not allowed from read-only scripts.",
    ),
    ("load", &["SCRIPT", "LOAD", "return 7"], "$40\r\n"),
    ("flush", &["SCRIPT", "FLUSH", "ASYNC"], "+OK"),
    ("flush at once", &["SCRIPT", "FLUSH", "SYNC"], "+OK"),
    ("the version", &["EVAL", "return server.VALKEY_VERSION", "0"], "9."),
    (
        "numbers that become arguments",
        &["EVAL", "redis.call('set', 'n', 0.1) return redis.call('get', 'n')", "0"],
        "$3\r\n0.1",
    ),
    (
        "arguments that are alike",
        &[
            "EVAL",
            "redis.call('del', KEYS[1]) for i = 1, 2 do redis.call('rpush', KEYS[1], 'axb', 'ayb', KEYS[1], ARGV[1], 'axb',              i, ARGV[1] .. 'x', ('long'):rep(9)) end return table.concat(redis.call('lrange', KEYS[1], 0, -1), ',')",
            "1",
            "list",
            "arg",
        ],
        "\r\naxb,ayb,list,arg,axb,1,argx,longlonglonglonglonglonglonglonglong,\
         axb,ayb,list,arg,axb,2,argx,longlonglonglonglonglonglonglonglong\r\n",
    ),
    (
        "values that are passed twice",
        &[
            "EVAL",
            "for i = 1, 2 do redis.call('set', KEYS[1], ARGV[1]) redis.call('append', KEYS[1], ARGV[1]) \
             redis.call('set', KEYS[2], ARGV[2]) redis.call('incr', KEYS[2]) end \
             return {redis.call('get', KEYS[1]), redis.call('get', KEYS[2]), ARGV[1], ARGV[2]}",
            "2",
            "text",
            "number",
            "value",
            "7",
        ],
        "*4\r\n$10\r\nvaluevalue\r\n$1\r\n8\r\n$5\r\nvalue\r\n$1\r\n7\r\n",
    ),
    ("a library", &["FUNCTION", "LOAD", LIBRARY], "$5\r\nsmoke"),
    ("a function", &["FCALL", "add", "1", "k", "2"], ":44"),
    ("a function in any case", &["FCALL", "ADD", "1", "k", "0"], ":44"),
    ("upvalues last", &["FCALL", "calls", "0"], ":2"),
    (
        "flags of functions",
        &["FCALL_RO", "add", "1", "k", "2"],
        "-ERR Can not execute a script with write flag using *_ro command.",
    ),
    (
        "a library without functions",
        &["FUNCTION", "LOAD", "#!lua name=none\nlocal x = 1"],
        "-ERR No functions registered",
    ),
    ("a library that logs", &["FUNCTION", "LOAD", "REPLACE", LOGS], "$4\r\nlogs"),
    (
        "a library that never ends",
        &["FUNCTION", "LOAD", "#!lua name=slow\nwhile true do end"],
        "-ERR Error registering functions: ERR FUNCTION LOAD timeout",
    ),
    ("flushed libraries", &["FUNCTION", "FLUSH", "ASYNC"], "+OK"),
    ("a function that is gone", &["FCALL", "add", "0"], "-ERR Function not found"),
    ("permissions", &["EVAL", "return redis.acl_check_cmd('get', 'k')", "0"], ":1"),
];

/// A library whose functions write, and count their calls.
const LIBRARY: &str = "#!lua name=smoke\nlocal calls = 0\n\
    redis.register_function('add', function(keys, args) calls = calls + 1 return redis.call('incrby', keys[1], args[1]) end)\n\
    redis.register_function('calls', function() return calls end)";

/// A library that logs while it loads.
const LOGS: &str = "#!lua name=logs\nredis.log(redis.LOG_NOTICE, 'loading')\nredis.register_function('f', function() return 1 end)";

/// A library with a function that never ends.
const ENDLESS: &str = "#!lua name=endless\nredis.register_function{function_name = 'endless', callback = function() while true do \
    pcall(function() while true do end end) end end, flags = {'no-writes'}}";

/// Runs all checks and prints what they came to.
pub(super) fn run(server: &Server) -> (usize, usize) {
    let mut passed = 0;
    let mut failed = 0;
    let mut count = |name: &str, result: Result<(), String>| match result {
        Ok(()) => {
            passed += 1;
            println!("ok      {name}");
        }
        Err(reason) => {
            failed += 1;
            println!("FAILED  {name}: {reason}");
        }
    };
    let mut client = server.endpoint(PATIENCE);
    count("a connection", client.restart().map_err(|trouble| trouble.to_string()));
    for (name, command, wanted) in CHECKS {
        count(name, expect(&mut client, command, wanted));
    }
    count("a busy script is killed", kill_busy(server, &["EVAL", FOREVER, "0"], "SCRIPT"));
    count("a debugging session", debug(server));
    count("a library to be killed", expect(&mut client, &["FUNCTION", "LOAD", ENDLESS], "endless"));
    count("a busy function is killed", kill_busy(server, &["FCALL", "endless", "0"], "FUNCTION"));
    (passed, failed)
}

/// A script that no `pcall` can keep alive.
pub(super) const FOREVER: &str = "while true do pcall(function() while true do end end) end";

/// Sends a command; its reply has to hold `wanted`.
pub(super) fn expect(client: &mut Endpoint, command: &[&str], wanted: &str) -> Result<(), String> {
    let reply = client.call(command).map_err(|trouble| trouble.to_string())?;
    let holds = reply.windows(wanted.len()).any(|part| part == wanted.as_bytes());
    if holds { Ok(()) } else { Err(format!("got {}", resp::show(&reply, 300))) }
}

/// One session of SCRIPT DEBUG: a stop, a step, a variable, and the reply in the end.
fn debug(server: &Server) -> Result<(), String> {
    let mut client = server.endpoint(PATIENCE);
    client.restart().map_err(|trouble| trouble.to_string())?;
    expect(&mut client, &["SCRIPT", "DEBUG", "SYNC"], "+OK")?;
    let script = "local answer = 6 * 7\nreturn answer";
    expect(
        &mut client,
        &["EVAL", script, "0"],
        "+* Stopped at 1, stop reason = step over\r\n+-> 1   local answer = 6 * 7",
    )?;
    expect(&mut client, &["step"], "+-> 2   return answer")?;
    expect(&mut client, &["print", "answer"], "+<value> 42")?;
    expect(&mut client, &["continue"], "+<endsession>")
}

/// Starts a script that never ends, waits until the server is busy, and kills it.
fn kill_busy(server: &Server, command: &[&str], container: &str) -> Result<(), String> {
    let mut killer = server.endpoint(PATIENCE);
    killer.restart().map_err(|trouble| trouble.to_string())?;
    expect(&mut killer, &["CONFIG", "SET", "busy-reply-threshold", "100"], "+OK")?;
    std::thread::scope(|scope| {
        let busy = scope.spawn(|| {
            let mut victim = server.endpoint(PATIENCE);
            victim.restart().map_err(|trouble| trouble.to_string())?;
            expect(&mut victim, command, "Script killed by user with")
        });
        std::thread::sleep(Duration::from_millis(400));
        let seen = expect(&mut killer, &["PING"], "-BUSY Valkey is busy running a script.");
        let killed = expect(&mut killer, &[container, "KILL"], "+OK");
        let ended = busy.join().map_err(|_| "the client failed".to_string())?;
        seen.and(killed).and(ended)?;
        expect(&mut killer, &["PING"], "+PONG")
    })
}
