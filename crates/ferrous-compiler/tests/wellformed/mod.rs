//! What a machine relies on in a chunk, checked instruction by instruction.

use ferrous_compiler::listing;
use ferrous_vm::chunk::{Capture, Chunk, Constant, Prototype};
use ferrous_vm::opcode::{CODE_WINDOW, MULTIPLE, Op};

/// Panics if a chunk is not well formed.
pub(crate) fn check(chunk: &Chunk) {
    for (index, prototype) in chunk.prototypes.iter().enumerate() {
        check_function(chunk, index, prototype);
    }
}

fn check_function(chunk: &Chunk, index: usize, prototype: &Prototype) {
    let code = &prototype.code;
    assert_eq!(code.len(), prototype.lines.len());
    assert!(!code.is_empty());
    let registers = usize::from(prototype.registers);
    assert!(usize::from(prototype.parameters) < registers);
    for (at, op) in code.iter().enumerate() {
        let show = || format!("function {index}, {at}: {op:?}\n{}", listing::text(chunk));
        let register = |register: usize| assert!(register < registers, "{}", show());
        let jump = |offset: i64, short: bool| {
            let target = at as i64 + 1 + offset;
            assert!(target >= 0 && (target as usize) < code.len(), "{}", show());
            assert!(!short || target as usize / CODE_WINDOW == at / CODE_WINDOW, "{}", show());
        };
        let run = |first: u8, count: u8| {
            if count != MULTIPLE && count > 0 {
                register(usize::from(first) + usize::from(count) - 1);
            }
        };
        // Every operand that the listing names by one letter is a register, but for the upvalue and the counts.
        let form = format!("{op:?}");
        for field in ["a", "b", "c"] {
            let value = form.split([' ', ',']).skip_while(|word| *word != format!("{field}:")).nth(1);
            if let Some(value) = value.and_then(|value| value.parse::<usize>().ok()) {
                register(value);
                assert!(value > 0 || matches!(op, Op::ReturnVararg { n: 0, .. }), "{}", show());
            }
        }
        let number =
            |k: u32| assert!(matches!(prototype.constants[k as usize], Constant::Number(_)), "{}", show());
        let string =
            |k: u32| assert!(matches!(prototype.constants[k as usize], Constant::String(_)), "{}", show());
        match *op {
            Op::LoadK { k, .. } => assert!((k as usize) < prototype.constants.len()),
            Op::LoadNil { a, n } => run(a, n),
            Op::GetUpvalue { u, .. } => assert!(!prototype.upvalues[usize::from(u)].cell, "{}", show()),
            Op::GetCellUpvalue { u, .. } | Op::SetCellUpvalue { u, .. } => {
                assert!(prototype.upvalues[usize::from(u)].cell, "{}", show());
            }
            Op::GetGlobal { k, .. }
            | Op::SetGlobal { k, .. }
            | Op::GetField { k, .. }
            | Op::SetField { k, .. } => string(k),
            Op::GetMethod { a, k, .. } => {
                string(k);
                register(usize::from(a) + 1);
            }
            Op::GetInt { n, .. } | Op::SetInt { n, .. } => assert!((1..1 << 31).contains(&n)),
            Op::SetList { a, n, first } => {
                assert!(first >= 1);
                run(a + 1, n);
            }
            Op::AddK { k, .. }
            | Op::SubK { k, .. }
            | Op::MulK { k, .. }
            | Op::DivK { k, .. }
            | Op::ModK { k, .. }
            | Op::PowK { k, .. }
            | Op::KAdd { k, .. }
            | Op::KSub { k, .. }
            | Op::KMul { k, .. }
            | Op::KDiv { k, .. } => number(k),
            Op::Concat { b, c, .. } => assert!(b < c, "{}", show()),
            Op::Jump { off } | Op::JumpIf { off, .. } | Op::JumpIfNot { off, .. } => jump(off.into(), true),
            Op::Loop { off } => {
                jump(off.into(), true);
                // Out of its window it goes through a far jump.
                let target = (at as i64 + 1 + i64::from(off)) as usize;
                assert!(off < 0 || matches!(code[target], Op::FarJump { .. }), "{}", show());
            }
            Op::JumpEq { off, .. }
            | Op::JumpNe { off, .. }
            | Op::JumpLt { off, .. }
            | Op::JumpNotLt { off, .. }
            | Op::JumpLe { off, .. }
            | Op::JumpNotLe { off, .. } => jump(off.into(), true),
            Op::JumpEqK { off, k, .. } | Op::JumpNeK { off, k, .. } => {
                assert!((k as usize) < prototype.constants.len());
                jump(off.into(), true);
            }
            Op::JumpLtK { off, k, .. }
            | Op::JumpNotLtK { off, k, .. }
            | Op::JumpLeK { off, k, .. }
            | Op::JumpNotLeK { off, k, .. }
            | Op::JumpGtK { off, k, .. }
            | Op::JumpNotGtK { off, k, .. }
            | Op::JumpGeK { off, k, .. }
            | Op::JumpNotGeK { off, k, .. } => {
                number(k);
                jump(off.into(), true);
            }
            Op::Call { a, nargs, nret } => {
                run(a, nargs + 1);
                run(a, nret);
            }
            Op::CallTop { a, nret } => {
                assert!(opens(&code[at - 1]), "{}", show());
                run(a, nret);
            }
            Op::TailCall { a, nargs } => run(a, nargs + 1),
            Op::TailCallTop { .. } | Op::ReturnTop { .. } | Op::SetListTop { .. } => {
                assert!(opens(&code[at - 1]), "{}", show());
            }
            Op::Return { a, n } | Op::Vararg { a, n } | Op::ReturnVararg { a, n, .. } => run(a, n),
            Op::ForPrep { a, off } | Op::ForLoop { a, off } | Op::ForLoop1 { a, off } => {
                run(a, 4);
                jump(off.into(), true);
            }
            Op::ForInPrep { a, off } => {
                run(a, 6);
                jump(off.into(), true);
            }
            Op::ForIn { a, n, off } => {
                run(a, n.max(3) + 3);
                jump(off.into(), true);
            }
            Op::Closure { p, .. } => {
                assert!(p as usize > index, "{}", show());
                for upvalue in &chunk.prototypes[p as usize].upvalues {
                    match upvalue.capture {
                        Capture::Register(captured) => register(usize::from(captured)),
                        Capture::Upvalue(captured) => {
                            assert_eq!(prototype.upvalues[usize::from(captured)].cell, upvalue.cell);
                        }
                        Capture::Itself => assert!(!upvalue.cell),
                    }
                }
            }
            Op::VarargPrep { params } | Op::VarargPrepArg { params } => {
                assert!(at == 0 && prototype.is_vararg && params == prototype.parameters);
            }
            Op::FarJump { target } => assert!((target as usize) < code.len(), "{}", show()),
            _ => {}
        }
        assert!(at + 1 < code.len() || op.ends_control(), "{}", show());
        assert!(!(at + 1).is_multiple_of(CODE_WINDOW) || op.ends_control(), "{}", show());
    }
    let starts: Vec<u32> = prototype.locals.iter().map(|local| local.start).collect();
    assert!(starts.is_sorted());
    for local in &prototype.locals {
        assert!(local.start <= local.end && local.end as usize <= code.len());
        assert!(usize::from(local.register) < registers && local.register > 0);
    }
}

/// Whether an instruction leaves an open-ended list of values.
fn opens(op: &Op) -> bool {
    matches!(
        op,
        Op::Call { nret: MULTIPLE, .. } | Op::CallTop { nret: MULTIPLE, .. } | Op::Vararg { n: MULTIPLE, .. }
    )
}
