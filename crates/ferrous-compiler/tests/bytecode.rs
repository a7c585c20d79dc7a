//! The code generated for small programs, one construct each. A change of a snapshot is a change of the generated code:
//! look at it, then accept it with `cargo insta review` or `INSTA_UPDATE=always`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod wellformed;

use ferrous_compiler::{Captures, Options, compile, listing};

fn listed_with(source: &str, options: &Options) -> String {
    let chunk = compile(source.as_bytes(), b"=s", options).unwrap();
    wellformed::check(&chunk);
    format!("{source}\n\n{}", listing::text(&chunk))
}

fn listed(source: &str) -> String {
    listed_with(source, &Options::default())
}

macro_rules! snapshots {
    ($($name:ident: $source:literal,)*) => {$(
        #[test]
        fn $name() {
            insta::assert_snapshot!(listed($source));
        }
    )*};
}

snapshots! {
    empty: "",
    locals_without_values: "local a local b, c local d = 1",
    surplus_and_missing_values: "local a, b = 1 local c, d = 1, 2, 3 local e, f, g = h()",
    arithmetic_on_registers: "local a, b, c = ... local x = a + b * c - a / b % c ^ a",
    arithmetic_on_constants: "local a = ... local x = a + 1, a - 2, 3 - a, 4 / a, 5 % a, a ^ 2, 6 ^ a, 'x' + a",
    constant_folding: "local a = 2 * 3 + 4, -(5), 2 ^ 10, 7 % 0, 1 / 0, -'3', not nil, #'x'",
    zeroes_share_a_constant: "return 0, -0",
    concatenation: "local a, b = ... local c = a .. b .. 1 .. 'x' .. (a .. b)",
    assignment_to_itself: "local x = 1 x = x + 1 x = -x x = x.y",
    swap: "local a, b = ... a, b = b, a",
    conflicting_targets: "local i, a = ... i, a[i] = i + 1, 20 a[i], i = 1, 2 a.x, a = 3, 4",
    or_assignment: "local x, y = ... x = x or 5 x = y or x x = {x}",
    ternary: "local a, b, c = ... local x = a and b or c local y = a > b and a or f(b)",
    comparison_values: "local a, b = ... local x = a == b local y = not (a < 1) x = x ~= nil return 1 >= a",
    conditions: "local a, b = ... if a < 10 then f() end if 10 < a then f() end if a >= b then f() end if not a then f() end",
    equality_with_constants: "local a = ... if a == nil then f() elseif a == 'x' then g() elseif 1 ~= a then h() else i() end",
    short_circuits: "local a, b, c = ... if a and (b or not c) then f() end if not (a or b) and c == 1 then g() end",
    constant_conditions: "if true then f() end if nil then g() end while 1 do break end",
    while_loop: "local i = 0 while i < 10 do i = i + 1 if i == 5 then break end end",
    while_ends_in_if: "while a do if b then f() else g() end end",
    repeat_loop: "repeat local x = f() until x > 5 and x",
    numeric_for: "for i = 1, 10 do f(i) end for i = 10, 1, -1 do f(i) end for i = a, b, 1 do break end",
    generic_for: "for k, v in pairs(t) do f(k, v) end for line in f do g(line) end",
    nested_breaks: "for i = 1, 2 do while true do if i then break end end break end",
    fields: "local t = ... t.a = t.b t['c'] = t['d'] t[1] = t[2] t[0] = t[1.5] t[-1] = t[true] t[t] = t[t.x]",
    globals: "x = y y = 1 z.a.b = c.d.e",
    method_calls: "local o = ... o:f() o.p:g(1, 2) ('x'):rep(3) return o:h(...)",
    calls: "f() f(1, g()) local a = f(...) local b, c = f(a) f{1} f'x' f(g(), (h()))",
    tail_calls: "local function f(a) return g(a) end local function h(a) return (g(a)) end return f(h(1))",
    returns: "local function f(a, b) if a then return end if b then return a end return a, b, 1 end",
    vararg: "local a, b = ... local c = ... f(...) local t = {...} return ...",
    vararg_function: "local function f(a, ...) if a then return ... end return f(...) end local function g(...) return 1 end",
    arg_table: "local function f(...) return arg.n end local function g(a, ...) return arg, ... end",
    table_constructor: "local t = {} t = {1, 2, x = 3, ['y'] = 4, [5] = 6, [t] = 7; f()} local u = {f(), (f())}",
    closure_by_value: "local a, b = 1, 2 local function f() return a + b end return function() return a, f end",
    closure_by_cell: "local n = 0 local function add(k) n = n + k return n end n = 5 return add",
    recursive_function: "local function fact(n) if n == 0 then return 1 end return n * fact(n - 1) end",
    reassigned_recursive_function: "local function f() return f end f = nil",
    captured_loop_variables: "for i = 1, 3 do f(function() return i end) end for k, v in g do h(function() v = k end) end",
    captured_parameters: "local function f(a, b) a = a or 1 return function() return a, b end end",
    upvalues_through_functions: "local a, b = 1 b = 2 return function() return function() b = a end end",
    function_names: "function a.b.c() end function a.b:m(x) return self, x end local function l() end a.f = function() end",
    scopes: "local a = 1 do local a = a local b = a end local b = a",
    lines: "local a = b\n  + c\nf(\n  a,\n  a.b\n)\nlocal t = {\n  x = 1,\n  f()\n}",
}

#[test]
fn captures_by_cell_on_demand() {
    let options = Options { captures: Captures::Cell, ..Options::default() };
    insta::assert_snapshot!(listed_with("local a = 1 local function f() return a, f end", &options));
}

#[test]
fn json_listing() {
    let source = b"local a = 'x' .. ... local function f() return a, 1/2, nil == f end";
    let chunk = compile(source, b"=s", &Options::default()).unwrap();
    insta::assert_snapshot!(listing::json(&chunk));
}
