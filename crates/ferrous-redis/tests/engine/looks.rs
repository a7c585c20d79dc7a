//! How often library functions look for a kill: in proportion to what they do, which no clock is needed to see.
//!
//! Each function of the globals has an input here that keeps it busy, or is named as one whose work does not grow with its
//! arguments. A script with the call and one without differ in their looks by those of the call.

use std::collections::BTreeSet;

use ferrous_redis::{Engine, EngineOptions, host::Protocol};

use crate::host::{TestHost, command, engine};

/// Bytes of the texts, `N` in scripts.
const BYTES: u64 = 2 << 20;
/// Elements of the lists, `M` in scripts.
const ELEMENTS: u64 = 100_000;
/// So many bytes may be worked on between two looks, some tenth of a millisecond.
const BYTES_A_LOOK: u64 = 1 << 18;
/// And so many elements.
const ELEMENTS_A_LOOK: u64 = 10_000;

/// So many bytes that are read and not written, or positions of a table without a value, pass in the same time.
const PASSED_A_LOOK: u64 = 1 << 20;
const VACANT_A_LOOK: u64 = 50_000;

/// What an input has much of.
#[derive(Clone, Copy)]
enum Much {
    Bytes,
    Passed,
    Elements,
    Vacant,
}
use Much::{Bytes, Elements, Passed, Vacant};

const TEXT: &str = "local s = ('x'):rep(N) ";
const LIST: &str = "local t = {} for i = 1, M do t[i] = i end ";
const NAMES: &str = "local t = {} for i = 1, M do t['k' .. i] = i end ";
const GONE: &str = "local t = {} for i = 1, M do t['k' .. i] = i end for i = 1, M do t['k' .. i] = nil end ";

/// Functions, what is made ready, and the call.
const INPUTS: &[(&str, Much, &str, &str)] = &[
    ("string.rep", Bytes, "", "string.rep('y', N)"),
    ("string.rep", Bytes, TEXT, "string.rep(s, 2)"),
    ("string.lower", Bytes, TEXT, "string.lower(s)"),
    ("string.upper", Bytes, TEXT, "string.upper(s)"),
    ("string.reverse", Bytes, "local s = ('xy'):rep(N / 2)", "string.reverse(s)"),
    ("string.sub", Bytes, TEXT, "string.sub(s, 2)"),
    ("string.find", Bytes, TEXT, "string.find(s, 'y', 1, true)"),
    ("string.find", Bytes, TEXT, "string.find(s, '^%a*y')"),
    ("string.match", Bytes, TEXT, "string.match(s, '.*')"),
    ("string.gmatch string.gfind", Bytes, TEXT, "for _ in string.gmatch(s, '.*') do end"),
    ("string.gsub", Bytes, TEXT, "string.gsub(s, 'x', 'y')"),
    ("string.gsub", Bytes, TEXT, "string.gsub(s, 'y', 'x')"),
    ("string.gsub", Bytes, TEXT, "string.gsub('a', 'a', s)"),
    ("string.format", Bytes, TEXT, "string.format('%s', s .. 'y')"),
    ("string.format", Bytes, TEXT, "string.format('%q', s)"),
    ("string.format", Bytes, TEXT, "string.format(s)"),
    ("tonumber", Passed, "local s = (' '):rep(N) .. '1' ", "tonumber(s)"),
    ("tonumber", Passed, "local s = (' '):rep(N) .. '1' ", "local n = s + 1"),
    ("tonumber", Passed, "local s = ('1'):rep(N) ", "tonumber(s)"),
    ("tonumber", Passed, "local s = ('1'):rep(N) ", "tonumber(s, 3)"),
    ("loadstring", Bytes, "local s = ('x = 1 '):rep(N / 6) ", "loadstring(s)"),
    ("loadstring", Bytes, TEXT, "loadstring('--' .. s)"),
    ("load", Bytes, TEXT, "load(function() local r = s s = nil return r end)"),
    ("table.concat", Bytes, TEXT, "table.concat({s, s})"),
    ("table.concat", Elements, LIST, "table.concat(t)"),
    ("table.concat", Bytes, TEXT, "table.concat({1, 2}, s)"),
    ("table.sort", Elements, LIST, "table.sort(t)"),
    ("table.sort", Elements, LIST, "table.sort(t, function(a, b) return a > b end)"),
    ("table.insert", Elements, LIST, "table.insert(t, 1, 1)"),
    ("table.remove", Elements, LIST, "table.remove(t, 1)"),
    ("table.maxn", Elements, NAMES, "table.maxn(t)"),
    ("table.foreach", Elements, LIST, "table.foreach(t, function() end)"),
    ("table.foreach", Vacant, GONE, "table.foreach(t, type)"),
    ("table.foreachi", Elements, LIST, "table.foreachi(t, function() end)"),
    ("next", Vacant, GONE, "next(t)"),
    ("pairs", Elements, LIST, "for _ in pairs(t) do end"),
    ("ipairs", Elements, LIST, "for _ in ipairs(t) do end"),
    ("rawset", Elements, "local t = {} ", "for i = 1, M do rawset(t, i, i) end"),
    ("collectgarbage", Elements, "local t = {} for i = 1, M do t[i] = {} end ", "collectgarbage()"),
    ("pcall", Elements, "", "for i = 1, M do pcall(error) end"),
    ("assert error", Bytes, TEXT, "pcall(assert, false, s)"),
    ("error", Bytes, TEXT, "pcall(function() error(s) end)"),
    ("__redis__err__handler", Bytes, TEXT, "__redis__err__handler(s)"),
    ("tonumber", Passed, "local s = ('0'):rep(N) .. '1' ", "for i = s, 1 do end"),
    ("xpcall error", Elements, "", "for i = 1, M do xpcall(error, type) end"),
    (
        "coroutine.wrap coroutine.yield",
        Elements,
        "",
        "local f = coroutine.wrap(function() while true do coroutine.yield() end end) for i = 1, M do f() end",
    ),
    (
        "coroutine.resume",
        Elements,
        "",
        "local c = coroutine.create(function() while true do coroutine.yield() end end) for i = 1, M do coroutine.resume(c) end",
    ),
    ("cjson.encode", Bytes, TEXT, "cjson.encode(s)"),
    ("cjson.encode", Bytes, TEXT, "cjson.encode({[s] = 1})"),
    ("cjson.encode", Elements, LIST, "cjson.encode(t)"),
    ("cjson.encode", Elements, NAMES, "cjson.encode(t)"),
    ("cjson.encode", Vacant, GONE, "cjson.encode(t)"),
    ("cjson.decode", Bytes, "local s = '\"' .. ('x'):rep(N) .. '\"' ", "cjson.decode(s)"),
    ("cjson.decode", Bytes, "local s = '\"' .. ('\\\\n'):rep(N / 2) .. '\"' ", "cjson.decode(s)"),
    ("cjson.decode", Bytes, "local s = (' '):rep(N) ", "pcall(cjson.decode, s)"),
    ("cjson.decode", Elements, "local s = '[' .. ('1,'):rep(M) .. '1]' ", "cjson.decode(s)"),
    ("cmsgpack.pack", Bytes, TEXT, "cmsgpack.pack(s)"),
    ("cmsgpack.pack", Elements, LIST, "cmsgpack.pack(t)"),
    ("cmsgpack.pack", Vacant, GONE, "cmsgpack.pack(t)"),
    ("cmsgpack.unpack", Bytes, "local s = cmsgpack.pack(('x'):rep(N)) ", "cmsgpack.unpack(s)"),
    ("cmsgpack.unpack_one", Bytes, "local s = cmsgpack.pack(('x'):rep(N)) ", "cmsgpack.unpack_one(s)"),
    ("cmsgpack.unpack_limit", Bytes, "local s = cmsgpack.pack(('x'):rep(N)) ", "cmsgpack.unpack_limit(s, 1)"),
    (
        "cmsgpack.unpack",
        Elements,
        "local s = '\\221' .. struct.pack('>I4', M) .. ('\\1'):rep(M) ",
        "cmsgpack.unpack(s)",
    ),
    ("struct.pack", Bytes, TEXT, "struct.pack('s', s)"),
    ("struct.pack", Bytes, TEXT, "struct.pack(s)"),
    ("struct.pack", Passed, "local s = (' '):rep(N) .. '1' ", "struct.pack('i', s)"),
    ("struct.unpack", Bytes, "local s = ('x'):rep(N) .. '\\0' ", "struct.unpack('s', s)"),
    ("struct.size", Bytes, "local s = (' '):rep(N) ", "struct.size(s)"),
    (
        "string.dump",
        Elements,
        "local t = {} for i = 1, M do t[i] = 'x' .. i end \
         local f = loadstring('return {' .. table.concat(t, ',') .. '}') ",
        "string.dump(f)",
    ),
    ("redis.sha1hex", Bytes, TEXT, "redis.sha1hex(s)"),
    ("redis.error_reply", Bytes, TEXT, "redis.error_reply(s)"),
    ("redis.log", Bytes, TEXT, "redis.log(2, s)"),
    ("redis.call", Bytes, TEXT, "redis.call('ECHO', s)"),
    ("redis.pcall", Bytes, TEXT, "redis.pcall('ECHO', s)"),
];

/// Functions that take no longer the more they are given, besides those of `conformance/kills/constant.txt`; what takes values
/// one by one takes some thousands at most.
const BOUNDED: &str = "string.byte string.char tostring table.getn unpack math.max math.min setmetatable print \
    dofile rawset bit.band bit.bor bit.bxor redis.status_reply redis.acl_check_cmd redis.debug";

struct Looks {
    engine: Engine,
    host: TestHost,
}

impl Looks {
    fn run(&mut self, script: &str) -> (String, u64) {
        let script = script.replace('N', &BYTES.to_string()).replace('M', &ELEMENTS.to_string());
        let before = self.engine.kill_handle().looks();
        let reply = command(&mut self.engine, &mut self.host, Protocol::Resp2, &["EVAL", &script, "0"]);
        (reply, self.engine.kill_handle().looks() - before)
    }
}

#[test]
fn library_functions_look_for_kills_in_proportion_to_their_work() {
    let mut looks = Looks { engine: engine(EngineOptions::default()), host: TestHost::default() };
    let mut failed = Vec::new();
    for (functions, much, setup, call) in INPUTS {
        // The first run may enlarge what stays.
        looks.run(setup);
        let (_, without) = looks.run(setup);
        let (reply, with) = looks.run(&format!("{setup} {call} return 'done'"));
        assert_eq!(reply, "\"done\"", "{functions}: {call}");
        let wanted = match much {
            Bytes => BYTES / BYTES_A_LOOK,
            Passed => BYTES / PASSED_A_LOOK,
            Elements => ELEMENTS / ELEMENTS_A_LOOK,
            Vacant => ELEMENTS / VACANT_A_LOOK,
        };
        let found = with.saturating_sub(without);
        if found < wanted {
            failed.push(format!("{functions}: {call}: {found} looks, not {wanted} ({with} {without})"));
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn each_function_has_an_input_or_is_bounded() {
    let mut looks = Looks { engine: engine(EngineOptions::default()), host: TestHost::default() };
    let script = "local names = {} for name, value in pairs(_G) do \
                  if type(value) == 'function' then names[#names + 1] = name \
                  elseif type(value) == 'table' and value ~= _G then for member, function_ in pairs(value) do \
                  if type(function_) == 'function' then names[#names + 1] = name .. '.' .. member end end end end \
                  return table.concat(names, ' ')";
    let arguments = ["EVAL", script, "0"];
    let names = command(&mut looks.engine, &mut looks.host, Protocol::Resp2, &arguments);
    let constant = include_str!("../../../../conformance/kills/constant.txt");
    let known: BTreeSet<&str> = INPUTS
        .iter()
        .flat_map(|(functions, ..)| functions.split(' '))
        .chain(BOUNDED.split_whitespace())
        .chain(constant.split_whitespace())
        .collect();
    let names: Vec<&str> = names.trim_matches('"').split(' ').collect();
    assert!(names.len() > 100, "{names:?}");
    let missing: Vec<&&str> = names.iter().filter(|name| !known.contains(*name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
