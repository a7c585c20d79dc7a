//! Memory and work that end anywhere: each script under every small limit, with the checks of a debug build. It ends in a
//! proper error or in its result, the heap is as before, and the next script runs.

use std::sync::Arc;

use ferrous_heap::{Heap, HeapOptions};
use ferrous_redis::{EngineOptions, Limits, host::Protocol};
use ferrous_stdlib::Output;
use ferrous_vm::machine::{Exit, Machine, MachineOptions};

use crate::host::{TestHost, command, engine};

/// Scripts that run in plain Lua too.
const PLAIN: &[&str] = &[
    "local t = {} for i = 1, 300 do t[i] = {i} end return #t",
    "local t = {} for i = 1, 300 do t['k' .. i] = i end for k in pairs(t) do t[k] = nil end return next(t)",
    "local s = '' for i = 1, 100 do s = s .. i end return s",
    "return ('x'):rep(5000):upper():reverse():sub(2, -2):len()",
    "return (('ab'):rep(500):gsub('a', '%0%0'))",
    "return (('ab'):rep(100):gsub('a', function(c) return c .. c end))",
    "return (('ab'):rep(100):gsub('%w', {a = 'x'}))",
    "local n = 0 for w in ('a b c d'):rep(50):gmatch('%a+') do n = n + #w end return n",
    "return ('a'):rep(200):find(('a?'):rep(30) .. ('a'):rep(30))",
    "return ('%5.2f %q %s %d'):format(1.5, 'a\\n\"b', {}, 7)",
    "local t = {} for i = 1, 200 do t[i] = (i * 77) % 101 end table.sort(t) return table.concat(t, ',')",
    "local t = {} for i = 1, 50 do t[i] = i end table.sort(t, function(a, b) return a > b end) return unpack(t)",
    "local t = {} for i = 1, 100 do table.insert(t, 1, i) end while table.remove(t, 1) do end return table.maxn(t)",
    "return pcall(error, {1})",
    "return xpcall(function() local x = nil; return x.y end, function(e) return e .. ('!'):rep(100) end)",
    "return pcall(string.rep, 'x', 1e8)",
    "local ok, e = pcall(function() local t = {} while true do t[#t + 1] = {} end end) return ok",
    "local function f(n) if n == 0 then return 0 end return 1 + f(n - 1) end return f(200)",
    "local function f(n) if n == 0 then return 0 end return f(n - 1) end return f(200)",
    "local co = coroutine.wrap(function(a) for i = 1, 20 do a = coroutine.yield(a .. i) end return a end)
     local s = '' for i = 1, 20 do s = co(s) end return s",
    "local t = {} for i = 1, 20 do t[i] = coroutine.create(function() coroutine.yield({}) error('x') end)
     coroutine.resume(t[i]) coroutine.resume(t[i]) end return coroutine.status(t[1])",
    "local function f(...) local t = {...} return select('#', ...), unpack(t) end return f(f(1, 2, 3))",
    "return loadstring('local a = ... local function f(x) return {x, y = a} end return f(a)')(5)[1]",
    "local n = 0 return load(function() n = n + 1 return ({'return ', '{1,', '2}'})[n] end)()[2]",
    "return select(2, loadstring('x = = 1'))",
    "local t = setmetatable({}, {__index = function(t, k) t[k] = k .. 'v' return t[k] end}) return t.a .. t.b .. t.a",
    "local t = setmetatable({}, {__concat = function(a, b) return 'c' end, __add = function() return {} end}) return t .. 'x', t + 1",
    "local t = setmetatable({}, {__mode = 'k'}) for i = 1, 50 do t[{}] = i end collectgarbage() return next(t)",
    "local t = {} for i = 1, 50 do t[i] = function() return t[i] end end return t[7]()",
    "collectgarbage('stop') for i = 1, 200 do local t = {i} end collectgarbage('step') return collectgarbage('count') > 0",
    "return tostring(1e15), tostring({}):sub(1, 5), tonumber('0x10'), tonumber('zz', 36)",
    "local a, b = {}, {} a.b, b.a = b, a for i = 1, 30 do a = {a} end return type(a)",
];

/// And those that need the libraries of Redis.
const REDIS: &[&str] = &[
    "return redis.call('echo', ('x'):rep(1000))",
    "for i = 1, 20 do redis.call('set', 'k' .. i, i) end return redis.call('get', 'k7')",
    "return redis.pcall('nosuch', 1, 2)",
    "return redis.call('nosuch')",
    "return {redis.call('reply', 'nested'), redis.call('reply', 'map')}",
    "redis.setresp(3) return {redis.call('reply', 'set'), redis.call('reply', 'big'), redis.call('reply', 'verbatim')}",
    "local t = {} for i = 1, 100 do t[i] = {i, tostring(i)} end return t",
    "local t = {1} for i = 1, 100 do t = {t} end return t",
    "return {map = {a = 1}, ok = 'x'}",
    "return cjson.encode(cjson.decode('{\"a\":[1,2,{\"b\":\"c\\\\u00e9\"}],\"d\":null}'))",
    "local t = {} for i = 1, 100 do t[i] = {id = i, s = 'x' .. i} end return #cjson.encode(t)",
    "return cmsgpack.unpack(cmsgpack.pack({1, 2, {a = 'b'}, ('x'):rep(300)}))",
    "return struct.unpack('>I2hLs', struct.pack('>I2hLs', 1, -2, 3, ('x'):rep(100)))",
    "return bit.tohex(bit.bxor(1, 2, 3))",
    "return redis.sha1hex(('x'):rep(1000))",
    "return redis.error_reply(('x'):rep(300))",
    "redis.log(redis.LOG_WARNING, ('x'):rep(300), 1, 'y') return redis.status_reply('FINE')",
    "return {math.random(10), #KEYS, #ARGV}",
    "error({err = 'MINE ' .. ('x'):rep(100)})",
    "error('x')",
];

#[test]
fn memory_may_end_anywhere_in_redis() {
    let bare = engine(EngineOptions::default()).stats().bytes;
    for script in PLAIN.iter().chain(REDIS) {
        for left in (0..2_000).step_by(160).chain((2_000..40_000).step_by(2_777)) {
            let mut options = EngineOptions::default();
            options.hash_seed = Some(1);
            options.limits = Limits { bytes: bare + left, ..Limits::default() };
            let mut engine = engine(options);
            let mut host = TestHost::default();
            let mut run = |script: &str| {
                let reply = command(&mut engine, &mut host, Protocol::Resp2, &["EVAL", script, "0"]);
                (reply, engine.stats().bytes)
            };
            run("return 1");
            let (first, bytes) = run(script);
            assert!(!first.is_empty() && !first.contains("panic"), "{script} with {left}: {first}");
            for _ in 0..2 {
                assert_eq!(run(script).1, bytes, "{script} with {left}: {first}");
            }
            let (last, _) = run("return 1");
            assert!(
                last == "1" || left < 1_000 && last.contains("not enough memory"),
                "{script} with {left}: {last}"
            );
        }
    }
}

#[test]
fn work_may_end_anywhere_in_redis() {
    for script in PLAIN.iter().chain(REDIS) {
        for instructions in (0..40).chain((40..400).step_by(23)).chain((400..20_000).step_by(2_333)) {
            let mut options = EngineOptions::default();
            options.limits = Limits { instructions: Some(instructions), bytes: 8 << 20, ..Limits::default() };
            let mut engine = engine(options);
            let mut host = TestHost::default();
            let mut run =
                |script: &str| command(&mut engine, &mut host, Protocol::Resp2, &["EVAL", script, "0"]);
            let reply = run(script);
            assert!(!reply.is_empty(), "{script}");
            let last = run("return 1");
            let stopped = "-ERR Script stopped after";
            assert!(
                last == "1" || instructions < 3 && last.starts_with(stopped),
                "{script}, {instructions}: {last}"
            );
        }
    }
}

#[test]
fn memory_and_work_may_end_anywhere_in_plain_lua() {
    for script in PLAIN {
        let mut heap = Heap::new(HeapOptions { seed: Some(1), limit: usize::MAX });
        let mut machine = Machine::new(&mut heap, MachineOptions::default()).unwrap();
        let output = Output::new(std::io::sink());
        machine.setup(&mut heap, |ctx| ferrous_stdlib::open_plain(ctx, &output)).unwrap();
        let load = |heap: &mut Heap, machine: &mut Machine, text: &str| {
            let options = ferrous_compiler::Options::default();
            let chunk = Arc::new(ferrous_compiler::compile(text.as_bytes(), b"=s", &options).unwrap());
            let load = |ctx: &mut ferrous_vm::native::NativeContext<'_, '_>| {
                let globals = ctx.globals();
                let function = ctx.load(&chunk, globals)?;
                Ok(ctx.tx.pin(function))
            };
            machine.setup(heap, load).unwrap()
        };
        let (function, next) =
            (load(&mut heap, &mut machine, script), load(&mut heap, &mut machine, "return 1"));
        let mut base = None;
        for step in 0..120_u64 {
            machine.rest(&mut heap);
            heap.collect_full();
            let bytes = heap.bytes_in_use();
            // The first runs intern what stays, such as names of metamethods.
            if step > 90 {
                assert_eq!(*base.get_or_insert(bytes), bytes, "{script}: step {step}");
            }
            let by_memory = step % 2 == 0;
            let left = usize::try_from(step * step * 4).unwrap();
            heap.set_limit(if by_memory && step < 90 { bytes + left } else { bytes + (8 << 20) });
            machine.set_fuel((!by_memory).then_some(step * step));
            if machine.start(&mut heap, &function, |_| Ok(())).is_ok() {
                let exit = machine.run(&mut heap);
                assert!(
                    matches!(exit, Exit::Done | Exit::Failed | Exit::Interrupted(_)),
                    "{script}: {exit:?}"
                );
            }
            heap.set_limit(usize::MAX);
            machine.set_fuel(None);
            machine.start(&mut heap, &next, |_| Ok(())).unwrap();
            assert_eq!(machine.run(&mut heap), Exit::Done, "{script}: step {step}");
        }
    }
}
