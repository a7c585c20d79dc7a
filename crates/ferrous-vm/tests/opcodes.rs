//! Every instruction: its effect, its metamethod and its error, each as a line of assembly and what comes of it.
//!
//! Outcomes are those of lua5.1 for the statement that compiles to the instruction.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod assembler;
mod cases;
mod harness;

use std::collections::BTreeSet;

use cases::CASES;
use harness::{World, check};

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
        // Loading moves a constant that an f32 holds into the instruction; 0.1 stays where it is.
        if matches!(*op, "Add" | "Sub" | "Mul" | "Mod")
            && y.parse::<f64>().is_ok_and(|y| f64::from(y as f32) == y)
        {
            case(format!("{op}N"), format!("LoadK 1 {x}; {op}N 3 1 {y}; Return1 3"), result);
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
        case(
            format!("{op}K, {event}, with a constant that no f32 holds"),
            format!("function main()\nobject 1 {event} f; {op}K 3 1 0.1; Return1 3\n{second}"),
            "0.1",
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

/// Whether an instruction jumps, given two numbers of which none is NaN.
type Holds = fn(f64, f64) -> bool;

/// Orders: opcode without `Jump`, and when it jumps.
const ORDERS: &[(&str, Holds)] = &[
    ("Lt", |x, y| x < y),
    ("NotLt", |x, y| x >= y),
    ("Le", |x, y| x <= y),
    ("NotLe", |x, y| x > y),
    ("Eq", |x, y| x == y),
    ("Ne", |x, y| x != y),
    ("Gt", |x, y| x > y),
    ("NotGt", |x, y| x <= y),
    ("Ge", |x, y| x >= y),
    ("NotGe", |x, y| x < y),
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
        for (x, y) in [(1.0, 2.0), (2.0, 1.0), (2.0, 2.0), (0.0, -0.0), (0.1, 0.3), (0.3, 0.1), (0.3, 0.3)] {
            let outcome = holds(x, y).to_string();
            if registers {
                let text = comparison(&format!("LoadK 1 {x}; LoadK 2 {y}"), &format!("Jump{order} 1 2"));
                case(format!("Jump{order} {x} {y}"), text, outcome.clone());
            }
            let text = comparison(&format!("LoadK 1 {x}"), &format!("Jump{order}K 1 {y}"));
            case(format!("Jump{order}K {x} {y}"), text, outcome.clone());
            if f64::from(y as f32) == y {
                let text = comparison(&format!("LoadK 1 {x}"), &format!("Jump{order}N 1 {y}"));
                case(format!("Jump{order}N {x} {y}"), text, outcome);
            }
        }
        // NaN compares with nothing.
        let nan = "LoadK 1 0; Div 1 1 1";
        if registers {
            let text = comparison(&format!("{nan}; LoadK 2 1"), &format!("Jump{order} 1 2"));
            case(format!("Jump{order} NaN"), text, negated.to_string());
            let text = comparison(nan, &format!("Jump{order} 1 1"));
            case(format!("Jump{order} NaN with itself"), text, negated.to_string());
        }
        for constant in ["1", "0.1"] {
            let text = comparison(nan, &format!("Jump{order}K 1 {constant}"));
            case(format!("Jump{order}K NaN {constant}"), text, negated.to_string());
        }
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
