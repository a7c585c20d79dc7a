//! `bit`, `struct`, `cmsgpack` and `cjson` from scripts, as data recorded from Redis 7.0.

use ferrous_redis::{EngineOptions, host::Protocol};

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
