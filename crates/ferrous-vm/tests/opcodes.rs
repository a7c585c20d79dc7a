//! Every instruction: its effect, its metamethod and its error, each as a line of assembly and what comes of it.
//!
//! Outcomes are those of lua5.1 for the statement that compiles to the instruction.

mod assembler;
mod harness;

use std::collections::BTreeSet;

use harness::{World, check};

/// Cases that are not generated.
const CASES: &[&[(&str, &str, &str)]] =
    &[LOADS, CELLS, GLOBALS, INDEXING, TABLES, UNARY, CONCAT, JUMPS, CALLS, LOOPS, CLOSURES, VARARGS, FAR];

const LOADS: &[(&str, &str, &str)] = &[
    ("Move", "LoadK 1 7; Move 2 1; Return 1 2", "7 7"),
    (
        "LoadK",
        r#"LoadK 1 nil; LoadK 2 true; LoadK 3 false; LoadK 4 -0.5; LoadK 5 "text"; Return 1 5"#,
        r#"nil true false -0.5 "text""#,
    ),
    ("LoadNil", "LoadK 1 1; LoadK 2 2; LoadK 3 3; LoadK 4 4; LoadNil 2 2; Return 1 4", "1 nil nil 4"),
    ("LoadNil of nothing", "LoadK 1 1; LoadNil 1 0; Return1 1", "1"),
    ("LoadBool", "LoadBool 1 true; LoadBool 2 false; Return 1 2", "true false"),
];

const CELLS: &[(&str, &str, &str)] = &[
    ("NewCell, GetCell", "LoadK 1 7; NewCell 1; GetCell 2 1; Return1 2", "7"),
    ("SetCell", "LoadK 1 7; NewCell 1; LoadK 2 8; SetCell 1 2; GetCell 3 1; Return1 3", "8"),
    (
        "GetUpvalue is a copy",
        "function main()
           LoadK 1 7; Closure 2 f; LoadK 1 8; Call 2 0 1; Return1 2
         function f()
           upvalue x register 1
           GetUpvalue 1 0; Return1 1",
        "7",
    ),
    (
        "GetCellUpvalue, SetCellUpvalue share the cell",
        "function main()
           LoadK 1 7; NewCell 1; Closure 2 f; Move 3 2; Call 3 0 0; Move 3 2; Call 3 0 0; GetCell 1 1; Return1 1
         function f()
           upvalue x register 1 cell
           GetCellUpvalue 1 0; AddK 1 1 1; SetCellUpvalue 1 0; Return0",
        "9",
    ),
];

const GLOBALS: &[(&str, &str, &str)] = &[
    ("SetGlobal, GetGlobal", r#"LoadK 1 7; SetGlobal 1 "x"; GetGlobal 2 "x"; Return1 2"#, "7"),
    ("an absent global is nil", r#"GetGlobal 1 "x"; Return1 1"#, "nil"),
    (
        "GetGlobal with __index",
        r#"function main()
             object 1 __index f; GetGlobal 2 "setfenv"; Closure 3 g; Move 4 3; Move 3 1; Move 5 3; Move 3 4
             Move 6 4; Move 4 5; Move 5 6; Call 2 2 0; Move 1 6; Call 1 0 1; Return1 1
           function f(t, k)
             Return1 2
           function g()
             GetGlobal 1 "missing"; Return1 1"#,
        r#""missing""#,
    ),
    (
        "SetGlobal with __newindex",
        r#"function main()
             LoadNil 9 1; NewCell 9; object 1 __newindex f; GetGlobal 2 "setfenv"; Closure 3 g; Move 8 3; Move 4 1
             Call 2 2 0; Move 2 8; Call 2 0 0; GetCell 1 9; Return1 1
           function f(t, k, v)
             upvalue seen register 9 cell
             SetCellUpvalue 3 0; Return0
           function g()
             LoadK 1 5; SetGlobal 1 "missing"; Return0"#,
        "5",
    ),
    (
        "an environment that is no table is indexed all the same",
        r#"function main()
             GetGlobal 1 "setfenv"; Closure 2 f; Move 4 2; LoadK 3 "text"; Call 1 2 0; Call 4 0 1; Return1 4
           function f()
             GetGlobal 1 "x"; Return1 1"#,
        "error: test:4: attempt to index a string value",
    ),
];

const INDEXING: &[(&str, &str, &str)] = &[
    ("SetField, GetField", r#"NewTable 1 1 0; LoadK 2 7; SetField 1 2 "x"; GetField 3 1 "x"; Return1 3"#, "7"),
    ("GetField of an absent field", r#"NewTable 1 0 0; GetField 1 1 "x"; Return1 1"#, "nil"),
    (
        "GetField, __index function",
        "function main()
           object 1 __index f; GetField 1 1 \"size\"; Return1 1
         function f(t, k)
           Return1 2",
        r#""size""#,
    ),
    (
        "GetField, __index table",
        r#"NewTable 1 0 0; LoadK 2 7; SetField 1 2 "x"
           GetGlobal 3 "object"; LoadK 4 "__index"; Move 5 1; Call 3 2 1; GetField 1 3 "x"; Return1 1"#,
        "7",
    ),
    ("GetField of nil", r#"local t 1; GetField 1 1 "x"; Return0"#, "error: test:1: attempt to index local 't' (a nil value)"),
    (
        "GetField of a field",
        r#"NewTable 1 0 0; GetField 1 1 "a"; GetField 1 1 "b"; Return0"#,
        "error: test:1: attempt to index field 'a' (a nil value)",
    ),
    ("SetField of a global", r#"GetGlobal 1 "g"; SetField 1 1 "x"; Return0"#, "error: test:1: attempt to index global 'g' (a nil value)"),
    (
        "SetField, __newindex function",
        "function main()
           LoadNil 9 1; NewCell 9; object 1 __newindex f; LoadK 2 7; SetField 1 2 \"x\"
           GetCell 2 9; GetField 1 1 \"x\"; Return 1 2
         function f(t, k, v)
           upvalue seen register 9 cell
           SetCellUpvalue 3 0; Return0",
        "nil 7",
    ),
    (
        "SetField, __newindex table",
        r#"NewTable 1 0 0; GetGlobal 2 "object"; LoadK 3 "__newindex"; Move 4 1; Call 2 2 1
           LoadK 3 7; SetField 2 3 "x"; GetField 1 1 "x"; GetField 2 2 "x"; Return 1 2"#,
        "7 nil",
    ),
    (
        "SetField of a present field asks no metatable",
        "function main()
           object 1 __newindex f; NewTable 2 0 0; LoadK 3 1; SetField 2 3 \"x\"
           object 4 __newindex f; GetGlobal 5 \"setmetatable\"; Move 6 2; NewTable 7 0 0; Closure 8 f
           SetField 7 8 \"__newindex\"; Call 5 2 0; LoadK 3 2; SetField 2 3 \"x\"; GetField 2 2 \"x\"; Return1 2
         function f(t, k, v)
           GetGlobal 1 \"error\"; Call 1 0 0; Return0",
        "2",
    ),
    (
        "GetMethod",
        r#"NewTable 1 0 0; LoadK 2 7; SetField 1 2 "x"; GetMethod 2 1 "x"; GetField 3 3 "x"; Return 2 2"#,
        "7 7",
    ),
    (
        "GetMethod through __index, twice at one site",
        r#"function main()
             NewTable 1 0 0; Closure 2 f; SetField 1 2 "size"; GetGlobal 3 "object"; LoadK 4 "__index"; Move 5 1
             Call 3 2 1; Move 1 3; LoadK 8 0; LoadK 9 2
           again:
             GetMethod 2 1 "size"; Call 2 1 1; Add 8 8 2; SubK 9 9 1; JumpEqK 9 0 done; Loop again
           done:
             Return1 8
           function f(self)
             LoadK 2 21; Return1 2"#,
        "42",
    ),
    (
        "GetMethod asks __index functions",
        "function main()
           object 1 __index f; GetMethod 2 1 \"size\"; Return1 2
         function f(t, k)
           Return1 2",
        r#""size""#,
    ),
    (
        "GetMethod of a number",
        r#"local n 1; LoadK 1 5; GetMethod 1 1 "size"; Return0"#,
        "error: test:1: attempt to index local 'n' (a number value)",
    ),
    (
        "GetMethod of a string, by the type's metatable",
        r#"function main()
             GetGlobal 1 "typemeta"; LoadK 2 ""; NewTable 3 0 0; NewTable 4 0 0; Closure 5 f; SetField 4 5 "size"
             SetField 3 4 "__index"; Call 1 2 0; LoadK 1 "abc"; GetMethod 2 1 "size"; Call 2 1 1; Return1 2
           function f(self)
             Len 1 1; Return1 1"#,
        "3",
    ),
    (
        "GetIndex, SetIndex",
        r#"NewTable 1 0 0; LoadK 2 1; LoadK 3 "one"; SetIndex 1 2 3; LoadK 2 "k"; SetIndex 1 2 2; LoadK 2 1.5
           SetIndex 1 2 2; LoadBool 2 true; SetIndex 1 2 2; LoadK 5 1; GetIndex 5 1 5; LoadK 6 "k"; GetIndex 6 1 6
           LoadK 7 1.5; GetIndex 7 1 7; GetIndex 8 1 2; LoadK 9 2; GetIndex 9 1 9; Return 5 5"#,
        r#""one" "k" 1.5 true nil"#,
    ),
    ("GetIndex of nil", "local t 1; local k 2; GetIndex 3 1 2; Return0", "error: test:1: attempt to index local 't' (a nil value)"),
    (
        "GetIndex with __index",
        "function main()
           object 1 __index f; LoadK 2 3; GetIndex 3 1 2; Return1 3
         function f(t, k)
           MulK 1 2 2; Return1 1",
        "6",
    ),
    (
        "SetIndex with __newindex",
        "function main()
           LoadNil 9 1; NewCell 9; object 1 __newindex f; LoadK 2 3; SetIndex 1 2 2; GetCell 1 9; Return1 1
         function f(t, k, v)
           upvalue seen register 9 cell
           Add 1 2 3; SetCellUpvalue 1 0; Return0",
        "6",
    ),
    ("SetIndex at nil", "NewTable 1 0 0; SetIndex 1 2 1; Return0", "error: test:1: table index is nil"),
    ("SetIndex at NaN", "NewTable 1 0 0; LoadK 2 0; Div 2 2 2; SetIndex 1 2 1; Return0", "error: test:1: table index is NaN"),
    ("GetIndex at nil is nil", "NewTable 1 0 0; GetIndex 1 1 2; Return1 1", "nil"),
    ("SetInt, GetInt", "NewTable 1 0 0; LoadK 2 7; SetInt 1 2 1; GetInt 3 1 1; GetInt 4 1 2; Return 3 2", "7 nil"),
    ("GetInt of a number", "LoadK 1 1; GetInt 1 1 1; Return0", "error: test:1: attempt to index a number value"),
    (
        "GetInt, __index",
        "function main()
           object 1 __index f; GetInt 1 1 4; Return1 1
         function f(t, k)
           Return1 2",
        "4",
    ),
    (
        "SetInt, __newindex",
        "function main()
           LoadNil 9 1; NewCell 9; object 1 __newindex f; LoadK 2 3; SetInt 1 2 4; GetCell 1 9; Return1 1
         function f(t, k, v)
           upvalue seen register 9 cell
           Add 1 2 3; SetCellUpvalue 1 0; Return0",
        "7",
    ),
    ("SetInt of nil", "local t 1; SetInt 1 1 1; Return0", "error: test:1: attempt to index local 't' (a nil value)"),
];

const TABLES: &[(&str, &str, &str)] = &[
    ("NewTable", "NewTable 1 3 3; Len 2 1; Return 1 2", "table 0"),
    (
        "SetList",
        "NewTable 1 0 3; LoadK 2 10; LoadK 3 20; LoadK 4 30; SetList 1 3 1; LoadK 2 40; SetList 1 1 4
         Len 2 1; GetInt 3 1 1; GetInt 4 1 4; Return 2 3",
        "4 10 40",
    ),
    (
        "SetListTop",
        r#"NewTable 1 0 0; GetGlobal 2 "many"; LoadK 3 300; Call 2 1 *; SetListTop 1 1
           Len 2 1; GetInt 3 1 300; Return 2 2"#,
        "300 300",
    ),
    (
        "SetListTop of nothing",
        r#"NewTable 1 0 0; GetGlobal 2 "none"; Call 2 0 *; SetListTop 1 1; Len 2 1; Return1 2"#,
        "0",
    ),
];

const UNARY: &[(&str, &str, &str)] = &[
    ("Neg", "LoadK 1 7; Neg 2 1; Return1 2", "-7"),
    ("Neg of a string", r#"LoadK 1 "0x10"; Neg 1 1; Return1 1"#, "-16"),
    (
        "Neg, __unm gets the operand twice",
        "function main()
           object 1 __unm f; Neg 1 1; Return1 1
         function f(x, y)
           JumpEq 1 2 same; Return0
         same:
           LoadK 1 \"same\"; Return1 1",
        r#""same""#,
    ),
    (
        "Neg of nil",
        "local x 1; Neg 1 1; Return0",
        "error: test:1: attempt to perform arithmetic on local 'x' (a nil value)",
    ),
    (
        "Not",
        "LoadK 1 0; Not 1 1; LoadNil 2 1; Not 2 2; LoadBool 3 false; Not 3 3; Return 1 3",
        "false true true",
    ),
    ("Len", r#"LoadK 1 "four"; Len 1 1; Return1 1"#, "4"),
    (
        "Len of a table asks no metatable",
        "function main()
           object 1 __len f; Len 1 1; Return1 1
         function f()
           LoadK 1 99; Return1 1",
        "0",
    ),
    (
        "Len, __len of userdata",
        r#"function main()
             GetGlobal 1 "setmetatable"; GetGlobal 2 "userdata"; Call 2 0 1; NewTable 3 0 0; Closure 4 f
             SetField 3 4 "__len"; Call 1 2 1; Len 1 1; Return1 1
           function f(x)
             LoadK 1 99; Return1 1"#,
        "99",
    ),
    (
        "Len of a number",
        "local n 1; LoadK 1 1; Len 1 1; Return0",
        "error: test:1: attempt to get length of local 'n' (a number value)",
    ),
];

const CONCAT: &[(&str, &str, &str)] = &[
    ("Concat", r#"LoadK 1 "a"; LoadK 2 1; LoadK 3 "b"; LoadK 4 0.5; Concat 1 1 4; Return1 1"#, r#""a1b0.5""#),
    (
        "Concat, __concat from the right",
        r#"function main()
             LoadK 1 "a"; object 2 __concat f; LoadK 3 "b"; LoadK 4 "c"; Concat 1 1 4; Return1 1
           function f(x, y)
             GetGlobal 3 "type"; Move 4 1; Call 3 1 1; LoadK 4 "+"; Move 5 2; Concat 1 3 5; Return1 1"#,
        r#""atable+bc""#,
    ),
    (
        "Concat, __concat of the right operand",
        r#"function main()
             LoadK 1 "a"; LoadK 2 "b"; object 3 __concat f; Concat 1 1 3; Return1 1
           function f(x, y)
             Return1 1"#,
        r#""ab""#,
    ),
    (
        "Concat of nil",
        r#"local x 2; LoadK 1 "a"; LoadK 3 "b"; LoadNil 2 1; Concat 1 1 3; Return0"#,
        "error: test:1: attempt to concatenate local 'x' (a nil value)",
    ),
    (
        "Concat of a table at the end",
        r#"local t 3; LoadK 1 "a"; LoadK 2 "b"; NewTable 3 0 0; Concat 1 1 3; Return0"#,
        "error: test:1: attempt to concatenate local 't' (a table value)",
    ),
];

const JUMPS: &[(&str, &str, &str)] = &[
    ("Jump", "LoadK 1 1; Jump over; LoadK 1 2\nover:\nReturn1 1", "1"),
    ("Loop", "LoadK 1 0\nagain:\nAddK 1 1 1; JumpEqK 1 1000 done; Loop again\ndone:\nReturn1 1", "1000"),
    (
        "JumpIf",
        "LoadK 1 0; LoadK 2 1; JumpIf 1 yes; LoadK 2 2\nyes:\nLoadK 3 1; LoadNil 4 1; JumpIf 4 no; LoadK 3 2\nno:\nReturn 2 2",
        "1 2",
    ),
    (
        "JumpIfNot",
        "LoadBool 1 false; LoadK 2 1; JumpIfNot 1 yes; LoadK 2 2\nyes:\nLoadK 3 1; LoadK 4 0; JumpIfNot 4 no; LoadK 3 2\nno:\nReturn 2 2",
        "1 2",
    ),
];

const CALLS: &[(&str, &str, &str)] = &[
    (
        "Call with missing and extra arguments, missing and extra results",
        "function main()
           Closure 1 f; Move 2 1; LoadK 3 1; Call 2 1 4; Move 6 1; LoadK 7 1; LoadK 8 2; LoadK 9 3; Call 6 3 1
           Return 2 5
         function f(a, b)
           Return 1 2",
        "1 nil nil nil 1",
    ),
    ("Call of a native", r#"GetGlobal 1 "add"; LoadK 2 3; LoadK 3 4; Call 1 2 1; Return1 1"#, "7"),
    (
        "Call of nothing",
        r#"GetGlobal 1 "nothing"; Call 1 0 0; Return0"#,
        "error: test:1: attempt to call global 'nothing' (a nil value)",
    ),
    (
        "Call, __call",
        "function main()
           object 1 __call f; LoadK 2 5; Call 1 1 2; Return 1 2
         function f(self, x)
           Return 1 2",
        "table 5",
    ),
    (
        "Call, MULTIPLE results and CallTop",
        r#"GetGlobal 1 "count"; GetGlobal 2 "many"; LoadK 3 5; Call 2 1 *; CallTop 1 1; Return1 1"#,
        "5",
    ),
    (
        "CallTop of a Lua function",
        r#"function main()
             Closure 1 f; GetGlobal 2 "many"; LoadK 3 3; Call 2 1 *; CallTop 1 2; Return 1 2
           function f(a, b, c, d)
             Return 3 2"#,
        "3 nil",
    ),
    (
        "CallTop, __call",
        r#"function main()
             object 1 __call f; GetGlobal 2 "many"; LoadK 3 3; Call 2 1 *; CallTop 1 2; Return 1 2
           function f(self, a, b, c, d)
             Return 4 2"#,
        "3 nil",
    ),
    (
        "CallTop of nil, and all results again",
        r#"GetGlobal 1 "nothing"; GetGlobal 2 "many"; LoadK 3 3; Call 2 1 *; CallTop 1 *; ReturnTop 1"#,
        "error: test:1: attempt to call global 'nothing' (a nil value)",
    ),
    (
        "TailCall",
        "function main()
           Closure 1 f; LoadK 2 1; LoadK 3 2; TailCall 1 2
         function f(a, b)
           Return 1 2",
        "1 2",
    ),
    ("TailCall of a native", r#"GetGlobal 1 "many"; LoadK 2 3; TailCall 1 1"#, "1 2 3"),
    (
        "TailCall of nil",
        r#"GetGlobal 1 "nothing"; TailCall 1 0"#,
        "error: test:1: attempt to call global 'nothing' (a nil value)",
    ),
    (
        "TailCall, __call",
        "function main()
           object 1 __call f; LoadK 2 5; TailCall 1 1
         function f(self, x)
           Return 1 2",
        "table 5",
    ),
    (
        "TailCallTop",
        r#"function main()
             Closure 1 f; GetGlobal 2 "many"; LoadK 3 3; Call 2 1 *; TailCallTop 1
           function f(a, b, c, d)
             Return 2 3"#,
        "2 3 nil",
    ),
    ("Return0", "Return0", ""),
    ("Return1", "LoadK 1 1; Return1 1", "1"),
    (
        "Return1 where two are wanted",
        "function main()
           LoadK 2 9; Closure 1 f; Call 1 0 2; Return 1 2
         function f()
           LoadK 1 1; Return1 1",
        "1 nil",
    ),
    ("Return", "LoadK 1 1; LoadK 2 2; LoadK 3 3; Return 2 2", "2 3"),
    ("Return of nothing", "Return 1 0", ""),
    ("ReturnTop", r#"LoadK 1 "first"; GetGlobal 2 "many"; LoadK 3 300; Call 2 1 *; ReturnTop 1"#, "many"),
];

const LOOPS: &[(&str, &str, &str)] = &[
    (
        "ForPrep, ForLoop",
        "LoadK 1 10; LoadK 2 1; LoadK 3 -3; LoadK 5 0; ForPrep 1 done\nbody:\nMulK 5 5 100; Add 5 5 4; ForLoop 1 body\ndone:\nReturn1 5",
        "10070401",
    ),
    (
        "ForLoop1",
        "LoadK 1 1; LoadK 2 3.5; LoadK 3 1; LoadK 5 0; ForPrep 1 done\nbody:\nMulK 5 5 10; Add 5 5 4; ForLoop1 1 body\ndone:\nReturn1 5",
        "123",
    ),
    (
        "ForPrep of a loop that runs not at all",
        "LoadK 1 2; LoadK 2 1; LoadK 3 1; LoadK 5 0; ForPrep 1 done\nbody:\nLoadK 5 1; ForLoop1 1 body\ndone:\nReturn1 5",
        "0",
    ),
    (
        "ForPrep with a step of 0 toward a limit below",
        "LoadK 1 1; LoadK 2 2; LoadK 3 0; LoadK 5 0; ForPrep 1 done\nbody:\nLoadK 5 1; Jump done; ForLoop 1 body\ndone:\nReturn1 5",
        "0",
    ),
    (
        "ForPrep reads strings",
        "LoadK 1 \"1\"; LoadK 2 \"0x3\"; LoadK 3 \" 1 \"; LoadK 5 0; ForPrep 1 done\nbody:\nAdd 5 5 4; ForLoop 1 body\ndone:\nReturn1 5",
        "6",
    ),
    (
        "ForPrep steps back and forward, so an infinite step never begins",
        "LoadK 1 1; LoadK 2 2; LoadK 3 1; LoadK 4 0; Div 3 3 4; LoadK 5 0; ForPrep 1 done\nbody:\nAddK 5 5 1; ForLoop 1 body\ndone:\nReturn1 5",
        "0",
    ),
    (
        "ForPrep: initial value",
        "LoadNil 1 1; LoadK 2 1; LoadK 3 1; ForPrep 1 done\nbody:\nForLoop 1 body\ndone:\nReturn0",
        "error: test:1: 'for' initial value must be a number",
    ),
    (
        "ForPrep: limit",
        "LoadK 1 1; LoadK 2 \"x\"; LoadNil 3 1; ForPrep 1 done\nbody:\nForLoop 1 body\ndone:\nReturn0",
        "error: test:1: 'for' limit must be a number",
    ),
    (
        "ForPrep: step",
        "LoadK 1 1; LoadK 2 1; LoadBool 3 true; ForPrep 1 done\nbody:\nForLoop 1 body\ndone:\nReturn0",
        "error: test:1: 'for' step must be a number",
    ),
    (
        "ForInPrep, ForIn over pairs",
        r#"GetGlobal 1 "pairs"; NewTable 2 0 0; LoadK 3 5; SetInt 2 3 1; SetField 2 3 "x"; LoadK 7 0
           Call 1 1 3; ForInPrep 1 next
         body:
           Add 7 7 5
         next:
           ForIn 1 2 body; Return1 7"#,
        "10",
    ),
    (
        "ForIn over ipairs, with more variables than values",
        r#"GetGlobal 1 "ipairs"; NewTable 2 0 0; LoadK 3 5; SetInt 2 3 1; SetInt 2 3 2; SetInt 2 3 4; LoadK 7 0
           Call 1 1 3; LoadK 6 1; ForInPrep 1 next
         body:
           MulK 7 7 10; Add 7 7 4; Move 8 6
         next:
           ForIn 1 3 body; Return 7 2"#,
        "12 nil",
    ),
    (
        "ForIn over a table with __index, which ipairs ignores",
        r#"function main()
             GetGlobal 1 "ipairs"; object 2 __index f; LoadK 7 0; Call 1 1 3; ForInPrep 1 next
           body:
             AddK 7 7 1
           next:
             ForIn 1 2 body; Return1 7
           function f(t, k)
             Return1 2"#,
        "0",
    ),
    (
        "ForIn over a Lua function",
        "function main()
           Closure 1 f; LoadK 2 4; LoadK 3 0; LoadK 7 0; ForInPrep 1 next
         body:
           MulK 7 7 10; Add 7 7 4
         next:
           ForIn 1 1 body; Return1 7
         function f(limit, n)
           AddK 2 2 1; JumpNotLt 1 2 go; Return0
         go:
           Return1 2",
        "1234",
    ),
    (
        "ForIn with a control variable of one's own over next",
        r#"GetGlobal 1 "next"; NewTable 2 0 0; LoadK 3 5; SetInt 2 3 1; SetInt 2 3 2; LoadK 3 1; LoadK 7 0; ForInPrep 1 next
         body:
           Add 7 7 4
         next:
           ForIn 1 1 body; Return1 7"#,
        "2",
    ),
    (
        "ForIn over a native",
        r#"GetGlobal 1 "next"; object 8 __index error; NewTable 2 0 0; LoadK 3 5; SetInt 2 3 1; LoadNil 3 1; LoadK 7 0
           Jump next
         body:
           Add 7 7 5
         next:
           ForIn 1 2 body; Return1 7
         function error()
           Return0"#,
        "5",
    ),
    (
        "ForIn over nil",
        "ForInPrep 1 next\nbody:\nJump next\nnext:\nForIn 1 1 body; Return0",
        "error: test:5: attempt to call a nil value",
    ),
    (
        "ForIn over something callable",
        "function main()
           object 1 __call f; LoadK 2 3; LoadNil 3 1; LoadK 7 0; ForInPrep 1 next
         body:
           AddK 7 7 1
         next:
           ForIn 1 1 body; Return1 7
         function f(self, state, n)
           JumpEqK 3 nil first; AddK 3 3 1; JumpLt 3 2 first; Return0
         first:
           JumpNeK 3 nil on; LoadK 3 0
         on:
           Return1 3",
        "3",
    ),
];

const CLOSURES: &[(&str, &str, &str)] = &[
    (
        "Closure captures itself",
        "function main()
           Closure 1 f; LoadK 2 10; Call 1 1 1; Return1 1
         function f(n)
           upvalue f itself
           JumpLeK 1 1 end; GetUpvalue 2 0; SubK 3 1 1; Call 2 1 1; Add 1 1 2
         end:
           Return1 1",
        "55",
    ),
    (
        "Closure captures upvalues of the enclosing function",
        "function main()
           LoadK 1 7; LoadK 2 8; NewCell 2; Closure 3 f; Call 3 0 1; Call 3 0 2; Return 3 2
         function f()
           upvalue x register 1
           upvalue y register 2 cell
           Closure 1 g; Return1 1
         function g()
           upvalue x up 0
           upvalue y up 1 cell
           GetUpvalue 1 0; GetCellUpvalue 2 1; Return 1 2",
        "7 8",
    ),
    (
        "Closure inherits the environment",
        r#"function main()
             GetGlobal 1 "setfenv"; Closure 2 f; Move 5 2; NewTable 3 0 0; LoadK 4 7; SetField 3 4 "x"; Call 1 2 0
             Call 5 0 1; Call 5 0 1; Return1 5
           function f()
             Closure 1 g; Return1 1
           function g()
             GetGlobal 1 "x"; Return1 1"#,
        "7",
    ),
];

const VARARGS: &[(&str, &str, &str)] = &[
    (
        "VarargPrep, Vararg, ReturnVararg",
        "function main()
           Closure 1 f; LoadK 2 1; LoadK 3 2; LoadK 4 3; Call 1 3 *; ReturnTop 1
         function f(a, ...)
           VarargPrep 1; Vararg 2 3; ReturnVararg 1 4 1",
        "1 2 3 nil",
    ),
    (
        "Vararg for all, ReturnVararg up to top",
        "function main()
           Closure 1 f; LoadK 2 1; LoadK 3 2; LoadK 4 3; Call 1 3 *; ReturnTop 1
         function f(a, ...)
           VarargPrep 1; Vararg 2 *; ReturnVararg 2 * 1",
        "2 3",
    ),
    (
        "Vararg with fewer arguments than parameters",
        "function main()
           Closure 1 f; LoadK 2 1; Call 1 1 *; ReturnTop 1
         function f(a, b, ...)
           VarargPrep 2; Vararg 3 *; ReturnVararg 1 * 2",
        "1 nil",
    ),
    (
        "Vararg keeps nil arguments",
        r#"function main()
           GetGlobal 1 "count"; Closure 2 f; LoadNil 3 3; Call 2 3 *; CallTop 1 1; Return1 1
         function f(...)
           VarargPrep 0; Vararg 1 *; ReturnVararg 1 * 0"#,
        "3",
    ),
    (
        "VarargPrepArg",
        "function main()
           Closure 1 f; LoadK 2 1; LoadK 3 2; LoadNil 4 1; LoadK 5 4; Call 1 4 *; ReturnTop 1
         function f(a, ...)
           VarargPrepArg 1; GetField 3 2 \"n\"; GetInt 4 2 1; GetInt 5 2 2; GetInt 6 2 3; ReturnVararg 3 4 1",
        "3 2 nil 4",
    ),
    (
        "TailCallVararg",
        "function main()
           Closure 1 f; LoadK 2 1; LoadK 3 2; Call 1 2 *; ReturnTop 1
         function f(...)
           VarargPrep 0; Closure 1 g; Vararg 2 *; TailCallVararg 1 * 0
         function g(a, b, c)
           Return 1 3",
        "1 2 nil",
    ),
    (
        "TailCallVararg of a native, with a count",
        r#"function main()
             LoadK 1 "kept"; Closure 2 f; LoadK 3 1; LoadK 4 2; Call 2 2 *; ReturnTop 1
           function f(...)
             VarargPrep 0; GetGlobal 1 "many"; LoadK 2 2; TailCallVararg 1 1 0"#,
        r#""kept" 1 2"#,
    ),
    (
        "TailCallVararg of nil",
        "function main(...)
           VarargPrep 0; local f 1; LoadNil 1 1; TailCallVararg 1 0 0",
        "error: test:2: attempt to call local 'f' (a nil value)",
    ),
];

const FAR: &[(&str, &str, &str)] = &[
    ("FarJump", "LoadK 1 1; FarJump over; LoadK 1 2\nover:\nReturn1 1", "1"),
    (
        "FarJump backward",
        "LoadK 1 0\nagain:\nAddK 1 1 1; JumpEqK 1 5 done; FarJump again\ndone:\nReturn1 1",
        "5",
    ),
];

/// Arithmetic with two operands: opcode, event, x, y, result.
const ARITHMETIC: &[(&str, &str, &str, &str, &str)] = &[
    ("Add", "__add", "2", "3", "5"),
    ("Sub", "__sub", "2", "3", "-1"),
    ("Mul", "__mul", "2", "3", "6"),
    ("Div", "__div", "3", "2", "1.5"),
    ("Mod", "__mod", "-7", "3", "2"),
    ("Mod", "__mod", "7", "-3", "-2"),
    ("Pow", "__pow", "2", "10", "1024"),
    ("Div", "__div", "1", "0", "inf"),
    ("Div", "__div", "0", "0", "-nan"),
    ("Mod", "__mod", "5", "0", "-nan"),
    ("Add", "__add", "\"10\"", "\"0x10\"", "26"),
    ("Mul", "__mul", "\" 2 \"", "3", "6"),
];

fn arithmetic_cases() -> Vec<(String, String, String)> {
    let mut cases = Vec::new();
    let mut case = |name: String, text: String, outcome: &str| cases.push((name, text, outcome.to_string()));
    for (op, event, x, y, result) in ARITHMETIC {
        let plain = format!("LoadK 1 {x}; LoadK 2 {y}; {op} 3 1 2; Return1 3");
        case(op.to_string(), plain, result);
        if !y.starts_with('"') {
            case(format!("{op}K"), format!("LoadK 1 {x}; {op}K 3 1 {y}; Return1 3"), result);
        }
        let reversed = matches!(*op, "Add" | "Sub" | "Mul" | "Div");
        if reversed && !x.starts_with('"') {
            case(format!("K{op}"), format!("LoadK 1 {y}; K{op} 3 1 {x}; Return1 3"), result);
        }
        // The handler returns its operand that is a number.
        let second = "function f(x, y)\nReturn1 2";
        let first = "function f(x, y)\nReturn1 1";
        case(
            format!("{op}, {event} of the left operand"),
            format!("function main()\nobject 1 {event} f; LoadK 2 5; {op} 3 1 2; Return1 3\n{second}"),
            "5",
        );
        case(
            format!("{op}, {event} of the right operand"),
            format!("function main()\nobject 1 {event} f; LoadK 2 5; {op} 3 2 1; Return1 3\n{first}"),
            "5",
        );
        case(
            format!("{op}K, {event}"),
            format!("function main()\nobject 1 {event} f; {op}K 3 1 5; Return1 3\n{second}"),
            "5",
        );
        let blamed = "error: test:1: attempt to perform arithmetic on local 'x' (a nil value)";
        case(format!("{op} of nil"), format!("local x 1; LoadK 2 1; {op} 3 1 2; Return0"), blamed);
        case(format!("{op} with nil"), format!("local x 1; LoadK 2 1; {op} 3 2 1; Return0"), blamed);
        case(format!("{op}K of nil"), format!("local x 1; {op}K 3 1 5; Return0"), blamed);
        if reversed {
            case(
                format!("K{op}, {event}"),
                format!("function main()\nobject 1 {event} f; K{op} 3 1 5; Return1 3\n{first}"),
                "5",
            );
            case(format!("K{op} of nil"), format!("local x 1; K{op} 3 1 5; Return0"), blamed);
        }
    }
    case(
        "arithmetic on a string that is no number".into(),
        "LoadK 1 \"x\"; LoadK 2 1; Add 3 1 2; Return0".into(),
        "error: test:1: attempt to perform arithmetic on a string value",
    );
    cases
}

/// Orders: opcode without `Jump`, what it asks of x and y as Lua text, and whether it jumps when that holds.
const ORDERS: &[(&str, fn(f64, f64) -> bool)] = &[
    ("Lt", |x, y| x < y),
    ("NotLt", |x, y| !(x < y)),
    ("Le", |x, y| x <= y),
    ("NotLe", |x, y| !(x <= y)),
    ("Eq", |x, y| x == y),
    ("Ne", |x, y| x != y),
    ("Gt", |x, y| x > y),
    ("NotGt", |x, y| !(x > y)),
    ("Ge", |x, y| x >= y),
    ("NotGe", |x, y| !(x >= y)),
];

/// `load` leaves x and y in registers 1 and 2; the outcome is whether the instruction jumps.
fn comparison(load: &str, op: &str) -> String {
    format!("{load}; LoadBool 4 true; {op} yes; LoadBool 4 false\nyes:\nReturn1 4")
}

fn comparison_cases() -> Vec<(String, String, String)> {
    let mut cases = Vec::new();
    let mut case = |name: String, text: String, outcome: String| cases.push((name, text, outcome));
    for (order, holds) in ORDERS {
        let registers = !matches!(*order, "Gt" | "NotGt" | "Ge" | "NotGe");
        let negated = order.starts_with("Not") || *order == "Ne";
        for (x, y) in [(1.0, 2.0), (2.0, 1.0), (2.0, 2.0), (0.0, -0.0)] {
            let outcome = holds(x, y).to_string();
            if registers {
                let text = comparison(&format!("LoadK 1 {x}; LoadK 2 {y}"), &format!("Jump{order} 1 2"));
                case(format!("Jump{order} {x} {y}"), text, outcome.clone());
            }
            let text = comparison(&format!("LoadK 1 {x}"), &format!("Jump{order}K 1 {y}"));
            case(format!("Jump{order}K {x} {y}"), text, outcome);
        }
        // NaN compares with nothing.
        let nan = "LoadK 1 0; Div 1 1 1";
        if registers {
            let text = comparison(&format!("{nan}; LoadK 2 1"), &format!("Jump{order} 1 2"));
            case(format!("Jump{order} NaN"), text, negated.to_string());
            let text = comparison(nan, &format!("Jump{order} 1 1"));
            case(format!("Jump{order} NaN with itself"), text, negated.to_string());
        }
        case(format!("Jump{order}K NaN"), comparison(nan, &format!("Jump{order}K 1 1")), negated.to_string());
        if matches!(*order, "Eq" | "Ne") {
            continue;
        }
        let different = |x: &str, y: &str| format!("error: test:1: attempt to compare {x} with {y}");
        let reversed = order.contains('G');
        let (x, y) = if reversed { ("number", "string") } else { ("string", "number") };
        let text = comparison("LoadK 1 \"1\"", &format!("Jump{order}K 1 1"));
        case(format!("Jump{order}K of a string"), text, different(x, y));
        if registers {
            for (x, y) in [("a", "b"), ("b", "a"), ("a", "a"), ("Z", "a"), ("", "a")] {
                let rank = |text: &str| text.bytes().next().map_or(0.0, f64::from);
                let text =
                    comparison(&format!("LoadK 1 \"{x}\"; LoadK 2 \"{y}\""), &format!("Jump{order} 1 2"));
                case(format!("Jump{order} {x:?} {y:?}"), text, holds(rank(x), rank(y)).to_string());
            }
            let text = comparison("NewTable 1 0 0; LoadK 2 1", &format!("Jump{order} 1 2"));
            case(format!("Jump{order} of table and number"), text, different("table", "number"));
            let text = comparison("NewTable 1 0 0; NewTable 2 0 0", &format!("Jump{order} 1 2"));
            let two = "error: test:1: attempt to compare two table values";
            case(format!("Jump{order} of tables"), text, two.to_string());
            // Both operands must have the same handler; without __le, not (y < x) is asked.
            let event = if order.contains("Lt") { "__lt" } else { "__le" };
            for event in [event, "__lt"] {
                let asked = "function main()
                     GetGlobal 1 \"setmetatable\"; NewTable 2 0 0; NewTable 3 0 0; Closure 4 f; SetField 3 4 \"EVENT\"
                     Move 6 3; Call 1 2 1; LoadK 2 1; SetField 1 2 \"v\"
                     GetGlobal 2 \"setmetatable\"; NewTable 3 0 0; Move 4 6; Call 2 2 1; LoadK 3 2; SetField 2 3 \"v\"
                     LoadBool 4 true; OP 1 2 yes; LoadBool 4 false
                   yes:
                     Return1 4
                   function f(x, y)
                     GetField 1 1 \"v\"; GetField 2 2 \"v\"; LoadBool 3 true; JumpLt 1 2 yes; LoadBool 3 false
                   yes:
                     Return1 3"
                    .replace("EVENT", event)
                    .replace("OP", &format!("Jump{order}"));
                // The objects' values are 1 and 2: 1 < 2 holds, and so does not (2 < 1).
                let holds = !negated;
                case(format!("Jump{order}, {event}"), asked, holds.to_string());
            }
        }
    }
    for (op, jumps) in [("JumpEq", true), ("JumpNe", false)] {
        for (load, equal) in [
            ("LoadK 1 \"a\"; LoadK 2 \"a\"", true),
            ("LoadK 1 \"1\"; LoadK 2 1", false),
            ("LoadNil 1 2", true),
            ("LoadNil 1 1; LoadBool 2 false", false),
            ("LoadBool 1 true; LoadBool 2 true", true),
            ("NewTable 1 0 0; Move 2 1", true),
            ("NewTable 1 0 0; NewTable 2 0 0", false),
            ("NewTable 1 0 0; LoadNil 2 1", false),
        ] {
            case(
                format!("{op}: {load}"),
                comparison(load, &format!("{op} 1 2")),
                (equal == jumps).to_string(),
            );
        }
        for (load, constant, equal) in [
            ("LoadK 1 \"a\"", "\"a\"", true),
            ("LoadK 1 \"b\"", "\"a\"", false),
            ("LoadNil 1 1", "nil", true),
            ("LoadBool 1 false", "nil", false),
            ("LoadBool 1 true", "true", true),
            ("LoadK 1 1", "true", false),
            ("LoadK 1 1", "\"1\"", false),
            ("NewTable 1 0 0", "nil", false),
        ] {
            let text = comparison(load, &format!("{op}K 1 {constant}"));
            case(format!("{op}K: {load}, {constant}"), text, (equal == jumps).to_string());
        }
        for (answer, equal) in [("LoadK 1 0", true), ("LoadNil 1 1", false)] {
            let text = format!(
                "function main()
                   GetGlobal 1 \"setmetatable\"; NewTable 2 0 0; NewTable 3 0 0; Closure 4 f; SetField 3 4 \"__eq\"
                   Move 6 3; Call 1 2 1; GetGlobal 2 \"setmetatable\"; NewTable 3 0 0; Move 4 6; Call 2 2 1
                   LoadBool 4 true; {op} 1 2 yes; LoadBool 4 false
                 yes:
                   Return1 4
                 function f(x, y)
                   {answer}; Return1 1"
            );
            case(format!("{op}, __eq: {answer}"), text, (equal == jumps).to_string());
        }
        // Different handlers are not asked.
        let text = format!(
            "function main()
               object 1 __eq f; object 2 __eq f; LoadBool 4 true; {op} 1 2 yes; LoadBool 4 false
             yes:
               Return1 4
             function f(x, y)
               GetGlobal 1 \"error\"; Call 1 0 0; Return0"
        );
        case(format!("{op}, two handlers"), text, (!jumps).to_string());
    }
    cases
}

/// All texts that were run, for the test that no opcode is forgotten.
fn texts() -> Vec<String> {
    let fixed = CASES.iter().copied().flatten().map(|case| case.1.to_string());
    let made = arithmetic_cases().into_iter().chain(comparison_cases()).map(|case| case.1);
    fixed.chain(made).collect()
}

#[test]
fn every_opcode_does_what_its_line_says() {
    for cases in CASES {
        for (name, text, outcome) in *cases {
            let outcome = match *outcome {
                "many" => {
                    let numbers = (1..=300).map(|n| n.to_string()).collect::<Vec<_>>().join(" ");
                    format!("\"first\" {numbers}")
                }
                outcome => outcome.to_string(),
            };
            assert_eq!(World::default().run(text), outcome, "{name}\n{text}");
        }
    }
}

fn check_made(cases: &[(String, String, String)]) {
    for (name, text, outcome) in cases {
        check(&[(name, text, outcome)]);
    }
}

#[test]
fn arithmetic_takes_numbers_strings_and_objects() {
    check_made(&arithmetic_cases());
}

#[test]
fn comparisons_jump_when_they_hold() {
    check_made(&comparison_cases());
}

#[test]
fn no_opcode_is_without_a_case() {
    let names: BTreeSet<&str> = include_str!("../src/opcode.rs")
        .split("=> \"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    let seen: BTreeSet<&str> = texts()
        .iter()
        .flat_map(|text| assembler::assemble(text).prototypes)
        .flat_map(|prototype| prototype.code.iter().map(ferrous_vm::opcode::Op::name).collect::<Vec<_>>())
        .collect();
    let missing: Vec<_> = names.difference(&seen).collect();
    assert!(names.len() > 80 && missing.is_empty(), "{missing:?}");
}

/// The hint in an instruction is a guess: the same instruction on tables of other shapes finds the same fields.
#[test]
fn hints_are_only_guesses() {
    let text = r#"
        function main()
          Closure 1 f; NewTable 2 0 0; LoadK 3 1; SetField 2 3 "a"; SetField 2 3 "b"; LoadK 3 7; SetField 2 3 "x"
          NewTable 4 0 0; LoadK 3 8; SetField 4 3 "x"; NewTable 5 0 0
          Move 6 1; Move 7 2; Call 6 1 1; Move 7 1; Move 8 4; Call 7 1 1; Move 8 1; Move 9 5; Call 8 1 1
          Move 9 1; Move 10 2; Call 9 1 1; Return 6 4
        function f(t)
          GetField 2 1 "x"; LoadK 3 9; SetField 1 3 "x"; Return1 2"#;
    assert_eq!(World::default().run(text), "7 8 nil 9");
}
