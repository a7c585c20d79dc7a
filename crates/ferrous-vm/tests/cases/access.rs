//! Loads, cells, upvalues, globals, tables.

use super::Case;

pub const LOADS: &[Case] = &[
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

pub const CELLS: &[Case] = &[
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

pub const GLOBALS: &[Case] = &[
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

pub const INDEXING: &[Case] = &[
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

pub const TABLES: &[Case] = &[
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
