//! Operators of one operand, concatenation, jumps, calls, loops, closures, varargs.

use super::Case;

pub const UNARY: &[Case] = &[
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

pub const CONCAT: &[Case] = &[
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

pub const JUMPS: &[Case] = &[
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

pub const CALLS: &[Case] = &[
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

pub const LOOPS: &[Case] = &[
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

pub const CLOSURES: &[Case] = &[
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

pub const VARARGS: &[Case] = &[
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

pub const FAR: &[Case] = &[
    ("FarJump", "LoadK 1 1; FarJump over; LoadK 1 2\nover:\nReturn1 1", "1"),
    (
        "FarJump backward",
        "LoadK 1 0\nagain:\nAddK 1 1 1; JumpEqK 1 5 done; FarJump again\ndone:\nReturn1 1",
        "5",
    ),
];
