//! Values in both directions, as data: what Redis 7.0 makes of them.

use ferrous_redis::{Compat, EngineOptions, host::Protocol};

use crate::host::{TestHost, command, engine, eval};

#[test]
fn what_a_script_returns() {
    let cases: &[(&str, &str, &str)] = &[
        ("return", "null", "null"),
        ("return nil", "null", "null"),
        ("return 3.99", "3", "3"),
        ("return -3.99", "-3", "-3"),
        ("return 2^63", "-9223372036854775808", "-9223372036854775808"),
        ("return 'a\\0b'", "\"a\\x00b\"", "\"a\\x00b\""),
        ("return true", "1", "1"),
        ("return false", "null", "null"),
        ("redis.setresp(3) return true", "true", "true"),
        ("redis.setresp(3) return false", "false", "false"),
        ("return {1, 2, nil, 4}", "[2: 1 2 ]", "[2: 1 2 ]"),
        ("return {1, {2, {'x'}}, x = 5}", "[2: 1 [2: 2 [1: \"x\" ] ] ]", "[2: 1 [2: 2 [1: \"x\" ] ] ]"),
        ("return {ok = 'fi\\r\\nne\\0x'}", "+fi  ne", "+fi  ne"),
        ("return {err = 'boom\\n'}", "-boom", "-boom"),
        ("return {err = 5}", "[0: ]", "[0: ]"),
        ("return {{err = 'inner'}, {ok = 'yes'}}", "[2: -inner +yes ]", "[2: -inner +yes ]"),
        ("return {double = 0.1}", "\"0.10000000000000001\"", "0.1d"),
        ("return {double = '0.1'}", "[0: ]", "[0: ]"),
        ("return {big_number = '12\\r3'}", "(12 3", "(12 3"),
        ("return {verbatim_string = {format = 't', string = 'text'}}", "t  :text", "t  :text"),
        ("return {map = {a = 1}}", "{1: \"a\" 1 }", "{1: \"a\" 1 }"),
        ("return {set = {a = true}}", "<1: \"a\" >", "<1: \"a\" >"),
        ("return {map = 1}", "[0: ]", "[0: ]"),
        ("return function() end", "null", "null"),
    ];
    let mut engine = engine(EngineOptions::default());
    for (script, resp2, resp3) in cases {
        let mut run =
            |protocol| command(&mut engine, &mut TestHost::default(), protocol, &["EVAL", script, "0"]);
        assert_eq!(run(Protocol::Resp2), *resp2, "{script}");
        assert_eq!(run(Protocol::Resp3), *resp3, "{script}");
    }
}

#[test]
fn what_a_command_answers() {
    // The script shows what it sees as text.
    const SHOW: &str = "
        local function show(v)
            if type(v) ~= 'table' then return tostring(v) end
            local names, out = {'ok', 'err', 'double', 'big_number', 'map', 'set', 'a', 'm', 'format', 'string',
                'verbatim_string'}, ''
            for i = 1, #v do out = out .. '[' .. show(v[i]) .. ']' end
            for _, name in ipairs(names) do
                if v[name] ~= nil then out = out .. name .. '=' .. show(v[name]) .. ';' end
            end
            return out
        end
        redis.setresp(tonumber(ARGV[2]))
        return show(redis.pcall('REPLY', ARGV[1]))";
    let cases: &[(&str, &str, &str)] = &[
        ("null", "false", "nil"),
        ("null_array", "false", "nil"),
        ("integer", "7", "7"),
        ("status", "ok=FINE;", "ok=FINE;"),
        ("error", "err=OOPS it broke;", "err=OOPS it broke;"),
        ("double", "1.5", "double=1.5;"),
        ("true", "1", "true"),
        ("false", "0", "false"),
        ("big", "12345678901234567890", "big_number=12345678901234567890;"),
        ("verbatim", "some text", "verbatim_string=format=txt;string=some text;;"),
        ("map", "[a][1][b][false]", "map=a=1;;"),
        ("set", "[m]", "set=m=true;;"),
        ("nested", "[false][[err=INNER no;]][2.5]", ""),
    ];
    let mut engine = engine(EngineOptions::default());
    for (kind, resp2, resp3) in cases {
        let mut run = |version: &str| {
            command(
                &mut engine,
                &mut TestHost::default(),
                Protocol::Resp2,
                &["EVAL", SHOW, "0", kind, version],
            )
        };
        assert_eq!(run("2"), format!("\"{resp2}\""), "{kind}");
        if !resp3.is_empty() {
            assert_eq!(run("3"), format!("\"{resp3}\""), "{kind}");
        }
    }
}

#[test]
fn arguments_are_written_as_by_the_target() {
    let cases: &[(&str, &str, &str)] = &[
        ("0.1", "0.10000000000000001", "0.1"),
        ("1e17", "1e+17", "100000000000000000"),
        ("-0", "-0", "0"),
        ("42", "42", "42"),
        ("1/0", "inf", "inf"),
    ];
    for (number, old, new) in cases {
        for (target, wanted) in [(Compat::Redis70, old), (Compat::Valkey91, new)] {
            let mut engine = engine(EngineOptions::new(target));
            let script = format!("return redis.call('ECHO', {number})");
            let got =
                command(&mut engine, &mut TestHost::default(), Protocol::Resp2, &["EVAL", &script, "0"]);
            assert_eq!(got, format!("\"{wanted}\""), "{number} {target:?}");
        }
    }
}

#[test]
fn depth_ends_where_redis_runs_out_of_stack() {
    let array = eval("local t = {} t[1] = t return t");
    assert_eq!(array.matches("[1:").count(), 7995);
    assert_eq!(array.matches("-ERR reached lua stack limit").count(), 1);
    let map = eval("local t = {} t.map = {k = t} return t");
    assert_eq!(map.matches("\"k\"").count(), 2664);
    assert_eq!(map.matches("-ERR reached lua stack limit").count(), 2);
}
