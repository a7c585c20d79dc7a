//! Depth that scripts reach uses none of Rust's stack: everything here runs on a thread with 256 KiB of it.

use std::thread;

use crate::host::eval;

fn on_a_small_stack(script: &'static str, wanted: &str) {
    let thread = thread::Builder::new().stack_size(256 << 10).spawn(move || eval(script));
    assert_eq!(thread.unwrap().join().unwrap(), wanted, "{script}");
}

#[test]
fn nested_replies_need_no_stack() {
    let thread = thread::Builder::new()
        .stack_size(256 << 10)
        .spawn(|| eval("local t = {} for i = 1, 1e6 do t = {t} end return t").matches("[1:").count());
    assert_eq!(thread.unwrap().join().unwrap(), 7995);
}

#[test]
fn nested_documents_need_no_stack() {
    // As deep as the real cjson reads and writes, whose own stack has 8000 values: a frame of Rust for each level would not fit.
    on_a_small_stack(
        "cjson.decode_max_depth(1e6) cjson.encode_max_depth(1e6)
        local text = string.rep('[', 7997) .. string.rep(']', 7997)
        return cjson.encode(cjson.decode(text)) == string.rep('[', 7996) .. '{}' .. string.rep(']', 7996)",
        "1",
    );
    on_a_small_stack(
        "cjson.decode_max_depth(1e6) cjson.encode_max_depth(1e6)
        local text = string.rep('{\"a\":', 3999) .. '1' .. string.rep('}', 3999)
        return cjson.encode(cjson.decode(text)) == text",
        "1",
    );
    // Deeper.
    on_a_small_stack(
        "cjson.encode_max_depth(1e6) local t = {} for i = 2, 2e5 do t = {t} end
        local ok, e = pcall(cjson.encode, t) return e",
        "\"Cannot serialise, excessive nesting (7998)\"",
    );
    on_a_small_stack(
        "cjson.encode_max_depth(1e6) local t = 1 for i = 1, 2e5 do t = {a = t} end
        local ok, e = pcall(cjson.encode, t) return e",
        "\"Cannot serialise, excessive nesting (4000)\"",
    );
    on_a_small_stack(
        "cjson.decode_max_depth(1e6) local ok, e = pcall(cjson.decode, string.rep('[', 1e6)) return e",
        "\"Found too many nested data structures (7999) at character 7999\"",
    );
    on_a_small_stack(
        "cjson.decode_max_depth(1e6) local ok, e = pcall(cjson.decode, string.rep('{\"a\":', 1e6)) return e",
        "\"Found too many nested data structures (4000) at character 19996\"",
    );
    on_a_small_stack(
        "local ok, e = pcall(cmsgpack.unpack, string.rep('\\145', 1e5) .. '\\1') return e",
        "\"stack overflow (in function mp_decode_to_lua_array)\"",
    );
    on_a_small_stack("local t = {} t[1] = t return #cmsgpack.pack(t)", "17");
}

#[test]
fn deep_calls_need_no_stack() {
    on_a_small_stack(
        "local function f(n) if n == 0 then return 0 end return 1 + f(n - 1) end return f(15000)",
        "15000",
    );
    on_a_small_stack(
        "local function f(n) if n == 0 then return 0 end return f(n - 1) end return f(1000000)",
        "0",
    );
    on_a_small_stack(
        "local ok, e = pcall(function() local function f() return pcall(f) end return f() end) return type(ok)",
        "\"boolean\"",
    );
}
