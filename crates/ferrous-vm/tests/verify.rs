//! `verify`: what it refuses, by fault, and that no chunk that it passes can make a machine panic or hang.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod assembler;
mod harness;

use assembler::{assemble, assemble_unverified};
use ferrous_vm::chunk::{Capture, Chunk, Constant, Local, Prototype, StringId};
use ferrous_vm::opcode::{CODE_WINDOW, MAX_STRETCH, Op};
use ferrous_vm::verify::{Fault, VerifyError, verify};
use harness::World;
use proptest::prelude::*;

/// A fault in the first function, with ten registers.
fn fault_of(text: &str) -> (Option<usize>, Fault) {
    let mut chunk = assemble_unverified(text);
    for prototype in &mut chunk.prototypes {
        prototype.registers = 10;
    }
    match verify(&chunk) {
        Err(VerifyError { function: 0, instruction, fault }) => (instruction, fault),
        other => panic!("{other:?}: {text}"),
    }
}

#[test]
fn operands_are_checked() {
    for (text, at, fault) in [
        ("Move 1 10; Return0", 0, Fault::Register(10)),
        ("Move 0 1; Return0", 0, Fault::FunctionRegister),
        ("LoadNil 5 6; Return0", 0, Fault::Register(10)),
        (r#"GetMethod 9 1 "x"; Return0"#, 0, Fault::Register(10)),
        ("Concat 1 9 10; Return0", 0, Fault::Register(10)),
        ("Concat 1 3 3; Return0", 0, Fault::Count),
        ("SetList 5 5 1; Return0", 0, Fault::Register(10)),
        ("SetList 5 1 0; Return0", 0, Fault::Count),
        ("GetInt 1 1 0; Return0", 0, Fault::Count),
        ("Call 5 5 0; Return0", 0, Fault::Register(10)),
        ("Call 5 0 6; Return0", 0, Fault::Register(10)),
        ("Return 5 6", 0, Fault::Register(10)),
        ("ForPrep 7 out\nout:\nReturn0", 0, Fault::Register(10)),
        ("body:\nForLoop 7 body; Return0", 0, Fault::Register(10)),
        ("body:\nForIn 5 1 body; Return0", 0, Fault::Register(10)),
        ("body:\nForIn 1 0 body; Return0", 0, Fault::Count),
        ("LoadK 1 1; AddK 1 1 \"x\"; Return0", 1, Fault::ConstantKind(1)),
        ("GetGlobal 1 5; Return0", 0, Fault::ConstantKind(0)),
        ("JumpLtK 1 true out\nout:\nReturn0", 0, Fault::ConstantKind(0)),
        ("GetUpvalue 1 0; Return0", 0, Fault::Upvalue(0)),
        ("function main()\nClosure 1 main; Return0", 0, Fault::Function(0)),
        (
            "function main()\nClosure 1 f; Return0\nfunction f()\nupvalue x register 10\nReturn0",
            0,
            Fault::Capture(0),
        ),
        (
            "function main()\nClosure 1 f; Return0\nfunction f()\nupvalue x up 0\nReturn0",
            0,
            Fault::Capture(0),
        ),
        ("Vararg 1 1; Return0", 0, Fault::Vararg),
        ("ReturnVararg 1 1 0", 0, Fault::Vararg),
        ("function main(...)\nVarargPrep 0; Return0", 1, Fault::Vararg),
        ("function main(...)\nVarargPrep 1; ReturnVararg 1 0 0", 0, Fault::Vararg),
    ] {
        assert_eq!(fault_of(text), (Some(at), fault), "{text}");
    }
}

#[test]
fn control_is_checked() {
    for (text, at, fault) in [
        ("LoadK 1 1", 0, Fault::End),
        ("Return0; Call 1 0 0", 1, Fault::End),
        ("again:\nJump again", 0, Fault::Backward),
        ("again:\nJumpIf 1 again; Return0", 0, Fault::Backward),
        ("ForInPrep 1 next\nnext:\nReturn0", 0, Fault::Target(1)),
        ("body:\nForInPrep 2 next\nnext:\nForIn 1 1 body; Return0", 0, Fault::Target(1)),
        ("function main(...)\nagain:\nVarargPrep 0; Loop again", 1, Fault::Vararg),
        // What takes values up to top follows what leaves them, on every way to it.
        ("CallTop 1 0; Return0", 0, Fault::Top),
        ("Call 1 0 *; Move 3 4; CallTop 1 0; Return0", 2, Fault::Top),
        ("Call 1 0 *; CallTop 1 0; Return0", 1, Fault::Top),
        ("JumpIf 3 skip; Call 2 0 *\nskip:\nCallTop 1 0; Return0", 2, Fault::Top),
        ("Call 2 0 *; ReturnTop 3", 1, Fault::Top),
    ] {
        assert_eq!(fault_of(text), (Some(at), fault), "{text}");
    }
    let jump = |op: Op| {
        let main = Prototype {
            code: vec![op, Op::Return0],
            lines: vec![1; 2],
            registers: 2,
            ..Prototype::default()
        };
        verify(&Chunk { prototypes: vec![main], ..Chunk::default() }).map_err(|error| error.fault)
    };
    let straight = |count: usize| "Move 1 1; ".repeat(count);
    assert_eq!(fault_of(&format!("{}Return0", straight(MAX_STRETCH))), (Some(MAX_STRETCH), Fault::Stretch));
    // A way around is as long as a way through.
    let text = format!("{0}JumpIf 1 on; Call 1 0 0\non:\n{0}Return0", straight(MAX_STRETCH / 2));
    assert_eq!(fault_of(&text), (Some(MAX_STRETCH + 1), Fault::Stretch));
    assert_eq!(jump(Op::Jump { off: 1 }), Err(Fault::Target(2)));
    assert_eq!(jump(Op::Loop { off: -2 }), Err(Fault::Target(-1)));
    assert_eq!(jump(Op::FarJump { target: 2 }), Err(Fault::Target(2)));
    assert_eq!(jump(Op::FarJump { target: 0 }), Ok(()));
}

/// Short jumps stay in their window, and control does not run from one window into the next.
#[test]
fn windows_are_checked() {
    let chunk = |code: Vec<Op>| {
        let lines = vec![1; code.len()];
        Chunk {
            prototypes: vec![Prototype { code, lines, registers: 4, ..Prototype::default() }],
            ..Chunk::default()
        }
    };
    let end = CODE_WINDOW - 1;
    let mut code = vec![Op::Return0; CODE_WINDOW + 2];
    assert_eq!(verify(&chunk(code.clone())), Ok(()));
    code[end] = Op::LoadNil { a: 1, n: 1 };
    assert_eq!(
        verify(&chunk(code.clone())),
        Err(VerifyError { function: 0, instruction: Some(end), fault: Fault::End })
    );
    code[end] = Op::Jump { off: 0 };
    let fault = Fault::Target(CODE_WINDOW as i64);
    assert_eq!(verify(&chunk(code.clone())), Err(VerifyError { function: 0, instruction: Some(end), fault }));
    // Values up to top pass a far jump: the one way into the next window.
    code[0] = Op::FarJump { target: end as u32 - 1 };
    code[end - 1] = Op::Call { a: 1, nargs: 0, nret: 255 };
    code[end] = Op::FarJump { target: CODE_WINDOW as u32 };
    code[CODE_WINDOW] = Op::ReturnTop { a: 1 };
    let chunk = chunk(code);
    assert_eq!(verify(&chunk), Ok(()));
    let outcome = World::default().run_chunk(chunk);
    assert_eq!(outcome, "error: [string \"\"]:1: attempt to call a nil value");
}

#[test]
fn declarations_are_checked() {
    type Change = fn(&mut Chunk);
    let cases: [(Change, Fault); 12] = [
        (|chunk| chunk.prototypes.clear(), Fault::NoFunction),
        (|chunk| chunk.prototypes[0].code.clear(), Fault::Lines(1)),
        (|chunk| (chunk.prototypes[0].code.clear(), chunk.prototypes[0].lines.clear()).0, Fault::NoCode),
        (|chunk| chunk.prototypes[0].registers = 0, Fault::Registers(0)),
        (|chunk| chunk.prototypes[0].registers = 251, Fault::Registers(251)),
        (|chunk| chunk.prototypes[0].parameters = 2, Fault::Registers(2)),
        (|chunk| chunk.prototypes[0].constants.push(Constant::Number(f64::NAN)), Fault::NanConstant),
        (|chunk| chunk.prototypes[0].constants.push(Constant::String(StringId(9))), Fault::Text(StringId(9))),
        (|chunk| chunk.prototypes[0].is_vararg = true, Fault::Vararg),
        (
            |chunk| {
                let upvalue =
                    ferrous_vm::chunk::Upvalue { name: StringId(9), capture: Capture::Itself, cell: false };
                chunk.prototypes[0].upvalues.push(upvalue);
            },
            Fault::Text(StringId(9)),
        ),
        (|chunk| chunk.prototypes[0].locals.push(local(2, 0, 1)), Fault::Local(0)),
        (|chunk| chunk.prototypes[0].locals.push(local(1, 0, 2)), Fault::Local(0)),
    ];
    let mut chunk = assemble("Return0");
    chunk.strings.push(b"x".as_slice().into());
    chunk.prototypes[0].registers = 2;
    chunk.prototypes[0].locals.push(local(1, 1, 1));
    assert_eq!(verify(&chunk), Ok(()));
    chunk.prototypes[0].locals.clear();
    for (change, fault) in cases {
        let mut changed = chunk.clone();
        change(&mut changed);
        assert_eq!(verify(&changed).unwrap_err().fault, fault);
    }
}

fn local(register: u8, start: u32, end: u32) -> Local {
    Local { name: StringId(0), register, cell: false, start, end }
}

/// Programs of the shapes that the compiler makes, to be mutated.
const SEEDS: &[&str] = &[
    r#"
    function main(...)
      VarargPrep 0; NewTable 1 4 4; LoadK 2 1; LoadK 3 10; LoadK 4 1; ForPrep 2 done
    body:
      SetIndex 1 5 5; GetIndex 6 1 5; AddK 6 6 1; SetField 1 6 "x"; GetField 7 1 "x"; JumpLtK 7 5 low; KSub 7 7 3
    low:
      ForLoop1 2 body
    done:
      GetGlobal 2 "pairs"; Move 3 1; Call 2 1 3; ForInPrep 2 next
    each:
      Concat 7 5 6; JumpNe 5 6 next; Len 8 1; Not 9 8
    next:
      ForIn 2 2 each; Vararg 2 *; ReturnVararg 2 * 0"#,
    r#"
    function main(...)
      VarargPrep 0; LoadK 1 3; NewCell 1; Closure 2 f; Move 3 2; LoadK 4 5; Call 3 1 *; SetListTop 2 1
      GetGlobal 3 "pcall"; Move 4 2; LoadK 5 2; LoadNil 6 2; Call 3 4 2; GetCell 5 1; ReturnVararg 3 3 0
    function f(n, ...)
      upvalue x register 1 cell
      upvalue f itself
      VarargPrepArg 1; JumpLeK 1 0 end; SubK 1 1 1; GetCellUpvalue 3 0; AddK 3 3 1; SetCellUpvalue 3 0
      GetUpvalue 3 1; Move 4 1; Vararg 5 *; TailCallVararg 3 * 1
    end:
      GetInt 3 2 1; SetInt 2 3 2; ReturnVararg 1 2 1"#,
    r#"
    function main()
      object 1 __index f; object 2 __add f; Add 3 1 2; GetMethod 4 1 "m"; Call 4 1 2; LoadK 4 "a"; LoadK 5 "b"
      JumpLt 4 5 yes; JumpEqK 4 nil yes; JumpEq 1 2 yes; Neg 6 4
    yes:
      GetGlobal 6 "wrap"; Closure 7 g; Call 6 1 1; LoadK 7 1; Call 6 1 *; CallTop 5 2; Mul 7 5 6; Pow 8 7 7
    again:
      SubK 7 7 1; JumpNotLtK 7 0 out; Loop again
    out:
      SetCell 1 2; Return 5 3
    function f(a, b)
      LoadBool 3 true; JumpIf 3 on; FarJump on
    on:
      Div 4 1 2; Return1 4
    function g(n)
      GetGlobal 2 "yield"; Move 3 1; TailCall 2 1"#,
];

/// One change to a chunk: which function, which instruction, and what becomes of it.
type Mutation = (usize, usize, usize, u8, u8, i32);

/// Changes one thing. The instruction put in the place of another comes from anywhere in the chunk, its operands change
/// by small amounts.
fn mutate(chunk: &mut Chunk, (function, at, from, what, byte, offset): Mutation) {
    let count = chunk.prototypes.len();
    let donor = &chunk.prototypes[from % count];
    let op = donor.code[from / 7 % donor.code.len()].clone();
    let prototype = &mut chunk.prototypes[function % count];
    let at = at % prototype.code.len();
    match what % 5 {
        0 => prototype.code[at] = op,
        1 => {
            let other = from % prototype.code.len();
            prototype.code.swap(at, other);
        }
        2 => change_register(&mut prototype.code[at], byte),
        3 => {
            prototype.code[at].set_jump_offset(i64::from(offset));
        }
        _ => {
            let len = prototype.constants.len() as u32;
            change_constant(&mut prototype.code[at], u32::from(byte) % (len + 1));
        }
    }
}

fn change_register(op: &mut Op, value: u8) {
    match op {
        Op::Move { a, .. } | Op::Call { nret: a, .. } | Op::CallTop { a, .. } | Op::ReturnTop { a } => {
            *a = value
        }
        Op::GetIndex { c, .. } | Op::SetIndex { c, .. } | Op::Add { c, .. } | Op::Concat { c, .. } => {
            *c = value
        }
        Op::GetField { b, .. } | Op::SetField { b, .. } | Op::GetMethod { b, .. } => *b = value,
        Op::ForIn { n, .. } | Op::Return { n, .. } | Op::Vararg { n, .. } | Op::ReturnVararg { n, .. } => {
            *n = value
        }
        Op::ForPrep { a, .. } | Op::ForLoop { a, .. } | Op::ForLoop1 { a, .. } | Op::ForInPrep { a, .. } => {
            *a = value
        }
        Op::Closure { p, .. } => *p = u32::from(value),
        Op::TailCall { nargs, .. } | Op::TailCallVararg { nargs, .. } => *nargs = value,
        Op::SetListTop { a, .. } | Op::NewCell { a } | Op::GetCell { a, .. } | Op::SetCell { a, .. } => {
            *a = value
        }
        Op::FarJump { target } => *target = u32::from(value),
        _ => {}
    }
}

fn change_constant(op: &mut Op, value: u32) {
    match op {
        Op::LoadK { k, .. } | Op::GetGlobal { k, .. } | Op::GetField { k, .. } | Op::SetField { k, .. } => {
            *k = value
        }
        Op::AddK { k, .. } | Op::SubK { k, .. } | Op::JumpLtK { k, .. } | Op::JumpEqK { k, .. } => *k = value,
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever passes runs to an end, an error, or the end of its fuel.
    #[test]
    fn what_passes_never_panics_or_hangs(
        seed in 0..SEEDS.len(),
        mutations in prop::collection::vec(any::<Mutation>(), 1..6),
        bytes in prop::collection::vec(0_u8..14, 6),
    ) {
        let mut chunk = assemble(SEEDS[seed]);
        for (mutation, byte) in mutations.into_iter().zip(bytes) {
            let (function, at, from, what, wild, offset) = mutation;
            // Mostly registers and jumps that could be right.
            let byte = if wild < 16 { wild.wrapping_mul(17) } else { byte };
            let candidate = chunk.clone();
            mutate(&mut chunk, (function, at, from, what, byte, offset % 12));
            if verify(&chunk).is_err() {
                chunk = candidate;
            }
        }
        prop_assert_eq!(verify(&chunk), Ok(()));
        let mut world = World::default();
        world.start_chunk(chunk, &[1.0, 2.0]);
        world.machine.set_fuel(Some(20_000));
        let _ = world.go_on();
        world.heap.collect_full();
    }

    /// `verify` itself takes any chunk.
    #[test]
    fn verify_never_panics(
        seed in 0..SEEDS.len(),
        mutations in prop::collection::vec(any::<Mutation>(), 1..20),
        registers in any::<u8>(),
    ) {
        let mut chunk = assemble(SEEDS[seed]);
        for mutation in mutations {
            mutate(&mut chunk, mutation);
        }
        chunk.prototypes[0].registers = registers;
        let _ = verify(&chunk);
    }
}
