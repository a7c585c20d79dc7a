//! `bit`, `struct`, `cmsgpack` and `cjson` from scripts, as data recorded from Redis 7.0.

use ferrous_redis::{Compat, EngineOptions, Limits, host::Protocol};

use crate::host::{TestHost, command, engine, eval};

#[test]
fn results_are_those_of_redis() {
    let cases: &[(&str, &str)] = &[
        ("return bit.tohex(65535, -2147483648)", "\"0000FFFF\""),
        ("return {bit.band(255, 15), bit.bnot(0), bit.lshift(1, 31)}", "[3: 15 -1 -2147483648 ]"),
        ("return {struct.unpack('>I2c0', struct.pack('>I2c0', 3, 'abc'))}", "[2: \"abc\" 6 ]"),
        ("return struct.pack('i2147483648', 1)", "integral size overflow"),
        ("return struct.unpack('c4', 'abc')", "bad argument #2 to 'unpack' (data string too short)"),
        (
            "return cmsgpack.pack({1, 'a', false, {x = 1.5}})",
            "\"\\x94\\x01\\xa1a\\xc2\\x81\\xa1x\\xca?\\xc0\\x00\\x00\"",
        ),
        ("return {cmsgpack.unpack_one(cmsgpack.pack(1, 2))}", "[2: 1 1 ]"),
        ("return cmsgpack.unpack('\\147\\1')", "Missing bytes in input."),
        ("return cjson.encode({1, 'a', {x = cjson.null}})", "\"[1,\\\"a\\\",{\\\"x\\\":null}]\""),
        ("return cjson.encode({})", "\"{}\""),
        ("return cjson.encode({[1] = 1, [20] = 2})", "Cannot serialise table: excessively sparse array"),
        ("return cjson.decode('{\"a\":[1,2.5,{\"b\":true}]}').a[3].b", "1"),
        ("return cjson.decode('[1,2')", "Expected comma or array end but found T_END at character 5"),
        (
            "return cjson.decode(string.rep('[', 1001))",
            "Found too many nested data structures (1001) at character 1001",
        ),
        ("return cjson.encode({1, [1e14] = 2})", "\"{\\\"1\\\":1,\\\"1e+14\\\":2}\""),
        ("return cjson.encode_max_depth(2^32 + 5)", "5"),
        (
            "return cjson.encode_sparse_array(true, 0/0, {})",
            "bad argument #3 to 'encode_sparse_array' (number expected, got table)",
        ),
        ("return cmsgpack.unpack_one('a', 1e15)", "Start offset -1530494976 greater than input length 1."),
        ("return struct.unpack('', 'abc', 2^63) == -2^63", "1"),
        (
            "return struct.unpack('!99999999999', 'abc', 9)",
            "bad argument #2 to 'unpack' (data string too short)",
        ),
        ("return struct.pack('Bz99', 1)", "bad argument #1 to 'pack' (invalid format option 'z')"),
        ("return struct.pack('Bi99', 'x')", "bad argument #2 to 'pack' (number expected, got string)"),
        ("return tostring(cjson.null)", "\"userdata: (nil)\""),
    ];
    for (script, wanted) in cases {
        let got = eval(script);
        let message =
            got.strip_prefix("-ERR user_script:1: ").and_then(|text| text.split(" script: ").next());
        assert_eq!(message.unwrap_or(&got), *wanted, "{script}");
    }
}

#[test]
fn settings_of_the_global_instance_last_until_a_flush() {
    let mut engine = engine(EngineOptions::default());
    let mut host = TestHost::default();
    let mut run = |args: &[&str]| command(&mut engine, &mut host, Protocol::Resp2, args);
    let encode = ["EVAL", "return cjson.encode(1/3)", "0"];
    assert_eq!(run(&encode), "\"0.33333333333333\"");
    assert_eq!(run(&["EVAL", "return cjson.encode_number_precision(3)", "0"]), "3");
    assert_eq!(run(&["EVAL", "return cjson.new().encode_number_precision()", "0"]), "14");
    assert_eq!(run(&encode), "\"0.333\"");
    assert_eq!(run(&["SCRIPT", "FLUSH"]), "+OK");
    assert_eq!(run(&encode), "\"0.33333333333333\"");
}

#[test]
fn empty_arrays_can_be_marked_in_later_targets() {
    let script =
        "local off = cjson.decode_array_with_array_mt() local on = cjson.decode_array_with_array_mt(true)
                  local text = cjson.encode(cjson.decode('[[],{},[1],{\"a\":[]}]'))
                  cjson.decode_array_with_array_mt(false)
                  return {tostring(off), tostring(on), text, cjson.encode(cjson.decode('[]'))}";
    for compat in Compat::ALL {
        let mut engine = engine(EngineOptions::new(compat));
        let reply = command(&mut engine, &mut TestHost::default(), Protocol::Resp2, &["EVAL", script, "0"]);
        if compat == Compat::Redis80 {
            let text = "\"[[],{},[1],{\\\"a\\\":[]}]\"";
            assert_eq!(reply, format!("[4: \"false\" \"true\" {text} \"{{}}\" ]"));
        } else {
            assert!(reply.contains("decode_array_with_array_mt"), "{reply}");
        }
    }
}

#[test]
fn long_work_pauses_without_a_trace() {
    // Each is more than one quantum, and some have pauses between all kinds of elements.
    let cases = [
        ("local t = {} for i = 1, 30000 do t[i] = i end
          local s = cmsgpack.pack(t) local back = cmsgpack.unpack(s) return {#s, #back, back[30000]}", "[3: 89621 30000 30000 ]"),
        ("local t = {} for i = 1, 5000 do t['k' .. i] = {i, {i}} end
          local s = cmsgpack.pack(t) local n = 0 for k, v in pairs(cmsgpack.unpack(s)) do n = n + v[1] + v[2][1] end
          return {#s, n}", "[2: 68132 25005000 ]"),
        ("local s = string.rep('x', 300000) local p = cmsgpack.pack(s, {s, 5}) local a, b = cmsgpack.unpack(p)
          return {#p, a == s, b[1] == s, b[2]}", "[4: 600012 1 1 5 ]"),
        ("local s = string.rep('x', 300000) local p = struct.pack('>I4c0sB', #s, s, s, 7)
          local a, b, c = struct.unpack('>I4c0sB', p) return {#p, a == s, b == s, c}", "[4: 600006 1 1 7 ]"),
        ("return #struct.pack(string.rep('x', 300000))", "300000"),
        ("return struct.size(string.rep('i3', 100000))", "300000"),
        ("return {struct.unpack(string.rep('x', 300000), string.rep('y', 300000))}", "[1: 300001 ]"),
        ("local s = string.rep('x/', 300000) local j = cjson.encode({s, s}) return {#j, cjson.decode(j)[2] == s}",
         "[2: 1800007 1 ]"),
    ];
    for (script, wanted) in cases {
        assert_eq!(eval(script), wanted, "{script}");
    }
}

#[test]
fn long_work_ends_with_its_fuel() {
    let setup = "local s = string.rep('x', 100000) local f = string.rep('x', 1000000) local t = {1} for i = 1, 14 do t = {t, t} end
                 local u = {} for i = 1, 1000 do u[i] = t end local m = {[1.5] = u} ";
    let limits = Limits { instructions: Some(500_000), ..Limits::default() };
    let mut options = EngineOptions::default();
    options.limits = limits;
    let mut engine = engine(options);
    for work in [
        "return #cmsgpack.pack(u)",
        "return #cmsgpack.pack(m)",
        "return #cjson.encode(u)",
        "for i = 1, 100 do cmsgpack.unpack(string.rep('\\220\\255\\255' .. string.rep('\\1', 65535), 10)) end",
        "for i = 1, 100 do struct.size(f) end",
        "for i = 1, 100 do struct.pack(f) end",
        "for i = 1, 1000 do struct.pack('sss', s, s, s) end",
    ] {
        let script = format!("{setup}{work}");
        let reply = command(&mut engine, &mut TestHost::default(), Protocol::Resp2, &["EVAL", &script, "0"]);
        assert!(reply.starts_with("-ERR Script stopped after 500000 instructions"), "{work}: {reply}");
    }
}
