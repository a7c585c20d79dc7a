//! The instruction set: 8-byte instructions over 256 registers.
//!
//! `R[n]` is register `n` of the running frame. `R[0]` holds the running function itself, its parameters follow from
//! `R[1]`; code never writes `R[0]`. `K[k]` is constant `k`, `U[u]` upvalue `u` of the running function (a value, or a
//! cell where the captured local is assigned after its initialisation), `E` its environment. `top` is one past the last
//! value that an open-ended instruction (a call for all results, `Vararg` for all) has left in registers; it is valid
//! only for the instruction that follows and takes values "up to top".
//!
//! Jump offsets count instructions from the one that follows the jump. An offset written `i16` shares its instruction
//! with a constant. Functions longer than [`MAX_SHORT_JUMP`] are laid out with [`Op::FarJump`]: a short jump always goes
//! to an instruction in the same window of [`CODE_WINDOW`] instructions, a far jump anywhere in its function.
//!
//! Names of comparisons: `JumpNotLt` jumps unless `<` holds, which for NaN is not the same as jumping on `>=`.
//!
//! **Invariant:** an `Op` is 8 bytes. Hints are the only part of an instruction that changes while it runs; they are
//! guesses, checked at each use, and any value of theirs is correct.

mod destination;
mod flow;

use std::sync::atomic::{AtomicU8, Ordering};

/// How many instructions one window of code holds. Within a window, a program counter needs no bounds check.
///
/// Each pool of code ends in one window of padding: 32 KB of memory in every process. Few functions are longer.
pub const CODE_WINDOW: usize = 4_096;
/// The longest function whose jumps are all short.
pub const MAX_SHORT_JUMP: usize = CODE_WINDOW;
/// In a count of arguments, results or values: as many as there are ("up to top", or "all, and set top").
pub const MULTIPLE: u8 = 255;
/// How many instructions may be carried out, on any way through a function, between two of which the budget is counted.
pub const MAX_STRETCH: usize = 256;
/// How many registers a function may use, `R[0]` included.
pub const MAX_REGISTERS: usize = 250;

/// A guess at the position of a key among a table's entries, kept inside the instruction that looks the key up.
#[derive(Debug, Default)]
pub struct Hint(AtomicU8);

impl Hint {
    /// The position guessed last.
    #[inline(always)]
    #[must_use]
    pub fn get(&self) -> usize {
        usize::from(self.0.load(Ordering::Relaxed))
    }

    /// Remembers a position; one that does not fit a byte is not worth remembering.
    #[inline(always)]
    pub fn set(&self, position: usize) {
        if let Ok(position) = u8::try_from(position) {
            self.0.store(position, Ordering::Relaxed);
        }
    }
}

impl Clone for Hint {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// One instruction. The operands are explained once, by the pseudo code of each line.
#[derive(Clone, Debug)]
#[rustfmt::skip]
#[allow(missing_docs, reason = "a, b, c, k, n, off: the pseudo code names them")]
pub enum Op {
    /// `R[a] = R[b]`
    Move { a: u8, b: u8 },
    /// `R[a] = K[k]`
    LoadK { a: u8, k: u32 },
    /// `R[a], ..., R[a+n-1] = nil`
    LoadNil { a: u8, n: u8 },
    /// `R[a] = value`
    LoadBool { a: u8, value: bool },

    /// `R[a] = U[u]`, captured by value
    GetUpvalue { a: u8, u: u8 },
    /// `R[a] = U[u].cell`
    GetCellUpvalue { a: u8, u: u8 },
    /// `U[u].cell = R[a]`
    SetCellUpvalue { a: u8, u: u8 },
    /// `R[a] = new cell holding R[a]`
    NewCell { a: u8 },
    /// `R[a] = R[b].cell`
    GetCell { a: u8, b: u8 },
    /// `R[a].cell = R[b]`
    SetCell { a: u8, b: u8 },

    /// `R[a] = E[K[k]]`
    GetGlobal { a: u8, hint: Hint, k: u32 },
    /// `E[K[k]] = R[a]`
    SetGlobal { a: u8, hint: Hint, k: u32 },
    /// `R[a] = R[b][K[k]]`, the constant a string
    GetField { a: u8, b: u8, hint: Hint, k: u32 },
    /// `R[a][K[k]] = R[b]`, the constant a string
    SetField { a: u8, b: u8, hint: Hint, k: u32 },
    /// `R[a+1] = R[b]; R[a] = R[b][K[k]]`: the function and self of `R[b]:name(...)`. A loaded machine keeps call sites
    /// instead of constants here (see `pool`).
    GetMethod { a: u8, b: u8, hint: Hint, k: u32 },
    /// `R[a] = R[b][R[c]]`
    GetIndex { a: u8, b: u8, c: u8 },
    /// `R[a][R[b]] = R[c]`
    SetIndex { a: u8, b: u8, c: u8 },
    /// `R[a] = R[b][n]`, n >= 1
    GetInt { a: u8, b: u8, n: u32 },
    /// `R[a][n] = R[b]`, n >= 1
    SetInt { a: u8, b: u8, n: u32 },
    /// `R[a] = {}` with room for `array` elements and `hash` entries
    NewTable { a: u8, hash: u16, array: u32 },
    /// `R[a][first+i] = R[a+1+i]` for i in 0..n; `first` >= 1
    SetList { a: u8, n: u8, first: u32 },

    /// `R[a] = R[b] + R[c]`
    Add { a: u8, b: u8, c: u8 },
    /// `R[a] = R[b] - R[c]`
    Sub { a: u8, b: u8, c: u8 },
    /// `R[a] = R[b] * R[c]`
    Mul { a: u8, b: u8, c: u8 },
    /// `R[a] = R[b] / R[c]`
    Div { a: u8, b: u8, c: u8 },
    /// `R[a] = R[b] % R[c]`
    Mod { a: u8, b: u8, c: u8 },
    /// `R[a] = R[b] ^ R[c]`
    Pow { a: u8, b: u8, c: u8 },
    /// `R[a] = R[b] + K[k]`, the constant a number (as in all `...K` arithmetic and orders)
    AddK { a: u8, b: u8, k: u32 },
    /// `R[a] = R[b] - K[k]`
    SubK { a: u8, b: u8, k: u32 },
    /// `R[a] = R[b] * K[k]`
    MulK { a: u8, b: u8, k: u32 },
    /// `R[a] = R[b] / K[k]`
    DivK { a: u8, b: u8, k: u32 },
    /// `R[a] = R[b] % K[k]`
    ModK { a: u8, b: u8, k: u32 },
    /// `R[a] = R[b] ^ K[k]`
    PowK { a: u8, b: u8, k: u32 },
    /// `R[a] = R[b] + n`: what loading makes of `AddK` if an `f32` holds the constant exactly; so are all `...N`
    AddN { a: u8, b: u8, n: f32 },
    /// `R[a] = R[b] - n`
    SubN { a: u8, b: u8, n: f32 },
    /// `R[a] = R[b] * n`
    MulN { a: u8, b: u8, n: f32 },
    /// `R[a] = R[b] % n`
    ModN { a: u8, b: u8, n: f32 },
    /// `R[a] = K[k] + R[b]`
    KAdd { a: u8, b: u8, k: u32 },
    /// `R[a] = K[k] - R[b]`
    KSub { a: u8, b: u8, k: u32 },
    /// `R[a] = K[k] * R[b]`
    KMul { a: u8, b: u8, k: u32 },
    /// `R[a] = K[k] / R[b]`
    KDiv { a: u8, b: u8, k: u32 },
    /// `R[a] = -R[b]`
    Neg { a: u8, b: u8 },
    /// `R[a] = not R[b]`
    Not { a: u8, b: u8 },
    /// `R[a] = #R[b]`
    Len { a: u8, b: u8 },
    /// `R[a] = R[b] .. R[b+1] .. ... .. R[c]`
    Concat { a: u8, b: u8, c: u8 },

    /// `pc += off`, forward
    Jump { off: i32 },
    /// `pc += off`, backward: the end of a loop's body, where the budget is counted. With `off` 0 it is there for the budget
    /// alone, where a long stretch of code has no loop and no call
    Loop { off: i32 },
    /// `if R[a] then pc += off`
    JumpIf { a: u8, off: i32 },
    /// `if not R[a] then pc += off`
    JumpIfNot { a: u8, off: i32 },
    /// `if R[a] == R[b] then pc += off`
    JumpEq { a: u8, b: u8, off: i32 },
    /// `if R[a] ~= R[b] then pc += off`
    JumpNe { a: u8, b: u8, off: i32 },
    /// `if R[a] < R[b] then pc += off`
    JumpLt { a: u8, b: u8, off: i32 },
    /// `if not (R[a] < R[b]) then pc += off`
    JumpNotLt { a: u8, b: u8, off: i32 },
    /// `if R[a] <= R[b] then pc += off`
    JumpLe { a: u8, b: u8, off: i32 },
    /// `if not (R[a] <= R[b]) then pc += off`
    JumpNotLe { a: u8, b: u8, off: i32 },
    /// `if R[a] == K[k] then pc += off`; any constant: nil, boolean, number or string
    JumpEqK { a: u8, off: i16, k: u32 },
    /// `if R[a] ~= K[k] then pc += off`
    JumpNeK { a: u8, off: i16, k: u32 },
    /// `if R[a] < K[k] then pc += off`
    JumpLtK { a: u8, off: i16, k: u32 },
    /// `if not (R[a] < K[k]) then pc += off`
    JumpNotLtK { a: u8, off: i16, k: u32 },
    /// `if R[a] <= K[k] then pc += off`
    JumpLeK { a: u8, off: i16, k: u32 },
    /// `if not (R[a] <= K[k]) then pc += off`
    JumpNotLeK { a: u8, off: i16, k: u32 },
    /// `if R[a] > K[k] then pc += off`
    JumpGtK { a: u8, off: i16, k: u32 },
    /// `if not (R[a] > K[k]) then pc += off`
    JumpNotGtK { a: u8, off: i16, k: u32 },
    /// `if R[a] >= K[k] then pc += off`
    JumpGeK { a: u8, off: i16, k: u32 },
    /// `if not (R[a] >= K[k]) then pc += off`
    JumpNotGeK { a: u8, off: i16, k: u32 },
    /// `if R[a] == n then pc += off`
    JumpEqN { a: u8, off: i16, n: f32 },
    /// `if R[a] ~= n then pc += off`
    JumpNeN { a: u8, off: i16, n: f32 },
    /// `if R[a] < n then pc += off`
    JumpLtN { a: u8, off: i16, n: f32 },
    /// `if not (R[a] < n) then pc += off`
    JumpNotLtN { a: u8, off: i16, n: f32 },
    /// `if R[a] <= n then pc += off`
    JumpLeN { a: u8, off: i16, n: f32 },
    /// `if not (R[a] <= n) then pc += off`
    JumpNotLeN { a: u8, off: i16, n: f32 },
    /// `if R[a] > n then pc += off`
    JumpGtN { a: u8, off: i16, n: f32 },
    /// `if not (R[a] > n) then pc += off`
    JumpNotGtN { a: u8, off: i16, n: f32 },
    /// `if R[a] >= n then pc += off`
    JumpGeN { a: u8, off: i16, n: f32 },
    /// `if not (R[a] >= n) then pc += off`
    JumpNotGeN { a: u8, off: i16, n: f32 },

    /// `R[a], ..., R[a+nret-1] = R[a](R[a+1], ..., R[a+nargs])`; nret [`MULTIPLE`]: all results, and top is set
    Call { a: u8, nargs: u8, nret: u8 },
    /// as `Call`, with arguments `R[a+1]` up to top
    CallTop { a: u8, nret: u8 },
    /// `return R[a](R[a+1], ..., R[a+nargs])` in the caller's place
    TailCall { a: u8, nargs: u8 },
    /// as `TailCall`, with arguments up to top
    TailCallTop { a: u8 },
    /// `return`
    Return0,
    /// `return R[a]`
    Return1 { a: u8 },
    /// `return R[a], ..., R[a+n-1]`
    Return { a: u8, n: u8 },
    /// `return R[a]` up to top
    ReturnTop { a: u8 },
    /// `R[a], ..., R[a+n-1] = ...`; n [`MULTIPLE`]: all of them, and top is set
    Vararg { a: u8, n: u8 },

    /// `R[a], R[a+1], R[a+2]` are start, limit, step: check them; if the loop runs not at all, `pc += off`; else
    /// `R[a+3] = R[a]` and fall into the body
    ForPrep { a: u8, off: i32 },
    /// `R[a] += R[a+2]`; if that is not past the limit, `R[a+3] = R[a]; pc += off` (back to the body)
    ForLoop { a: u8, off: i32 },
    /// as `ForLoop` where the step is the constant 1
    ForLoop1 { a: u8, off: i32 },
    /// `R[a], R[a+1], R[a+2]` are iterator, state, control: recognise `next` and the iterator of `ipairs` over plain
    /// tables, so that the loop walks positions; then `pc += off` (to the `ForIn`)
    ForInPrep { a: u8, off: i32 },
    /// `R[a+3], ..., R[a+2+n] = R[a](R[a+1], R[a+2])`; if `R[a+3]` is not nil, `R[a+2] = R[a+3]; pc += off` (back to the
    /// body). `R[a+3]` to `R[a+5]` are scratch for the call, whatever n is
    ForIn { a: u8, n: u8, off: i32 },

    /// `R[a] = closure of prototype p` with the captures that the prototype names
    Closure { a: u8, p: u32 },

    /// First instruction of a vararg function with `params` fixed parameters: moves them above the extra arguments
    VarargPrep { params: u8 },
    /// as `VarargPrep`, and `R[params+1] = {n = count, extra arguments...}`: the `arg` table of functions that do not
    /// use `...` (manual §2.5.9, LUA_COMPAT_VARARG)
    VarargPrepArg { params: u8 },
    /// `return R[a], ..., R[a+n-1]` from a vararg function with `params` fixed parameters; n [`MULTIPLE`]: up to top
    ReturnVararg { a: u8, n: u8, params: u8 },
    /// `R[a](...)` as a tail call from a vararg function; `nargs` [`MULTIPLE`]: up to top
    TailCallVararg { a: u8, nargs: u8, params: u8 },
    /// as `SetList`, with values `R[a+1]` up to top
    SetListTop { a: u8, first: u32 },
    /// go to instruction `target` of this function
    FarJump { target: u32 },
}

impl Op {
    /// The name the listing prints.
    #[must_use]
    #[rustfmt::skip]
    pub fn name(&self) -> &'static str {
        match self {
            Op::Move { .. } => "Move", Op::LoadK { .. } => "LoadK", Op::LoadNil { .. } => "LoadNil",
            Op::LoadBool { .. } => "LoadBool", Op::GetUpvalue { .. } => "GetUpvalue",
            Op::GetCellUpvalue { .. } => "GetCellUpvalue", Op::SetCellUpvalue { .. } => "SetCellUpvalue",
            Op::NewCell { .. } => "NewCell", Op::GetCell { .. } => "GetCell", Op::SetCell { .. } => "SetCell",
            Op::GetGlobal { .. } => "GetGlobal", Op::SetGlobal { .. } => "SetGlobal",
            Op::GetField { .. } => "GetField", Op::SetField { .. } => "SetField", Op::GetMethod { .. } => "GetMethod",
            Op::GetIndex { .. } => "GetIndex", Op::SetIndex { .. } => "SetIndex", Op::GetInt { .. } => "GetInt",
            Op::SetInt { .. } => "SetInt", Op::NewTable { .. } => "NewTable", Op::SetList { .. } => "SetList",
            Op::Add { .. } => "Add", Op::Sub { .. } => "Sub", Op::Mul { .. } => "Mul", Op::Div { .. } => "Div",
            Op::Mod { .. } => "Mod", Op::Pow { .. } => "Pow", Op::AddK { .. } => "AddK", Op::SubK { .. } => "SubK",
            Op::MulK { .. } => "MulK", Op::DivK { .. } => "DivK", Op::ModK { .. } => "ModK", Op::PowK { .. } => "PowK",
            Op::AddN { .. } => "AddN", Op::SubN { .. } => "SubN", Op::MulN { .. } => "MulN", Op::ModN { .. } => "ModN",
            Op::KAdd { .. } => "KAdd", Op::KSub { .. } => "KSub", Op::KMul { .. } => "KMul", Op::KDiv { .. } => "KDiv",
            Op::Neg { .. } => "Neg", Op::Not { .. } => "Not", Op::Len { .. } => "Len", Op::Concat { .. } => "Concat",
            Op::Jump { .. } => "Jump", Op::Loop { .. } => "Loop", Op::JumpIf { .. } => "JumpIf",
            Op::JumpIfNot { .. } => "JumpIfNot", Op::JumpEq { .. } => "JumpEq", Op::JumpNe { .. } => "JumpNe",
            Op::JumpLt { .. } => "JumpLt", Op::JumpNotLt { .. } => "JumpNotLt", Op::JumpLe { .. } => "JumpLe",
            Op::JumpNotLe { .. } => "JumpNotLe", Op::JumpEqK { .. } => "JumpEqK", Op::JumpNeK { .. } => "JumpNeK",
            Op::JumpLtK { .. } => "JumpLtK", Op::JumpNotLtK { .. } => "JumpNotLtK", Op::JumpLeK { .. } => "JumpLeK",
            Op::JumpNotLeK { .. } => "JumpNotLeK", Op::JumpGtK { .. } => "JumpGtK",
            Op::JumpNotGtK { .. } => "JumpNotGtK", Op::JumpGeK { .. } => "JumpGeK",
            Op::JumpNotGeK { .. } => "JumpNotGeK", Op::JumpEqN { .. } => "JumpEqN", Op::JumpNeN { .. } => "JumpNeN",
            Op::JumpLtN { .. } => "JumpLtN", Op::JumpNotLtN { .. } => "JumpNotLtN", Op::JumpLeN { .. } => "JumpLeN",
            Op::JumpNotLeN { .. } => "JumpNotLeN", Op::JumpGtN { .. } => "JumpGtN", Op::JumpNotGtN { .. } => "JumpNotGtN",
            Op::JumpGeN { .. } => "JumpGeN", Op::JumpNotGeN { .. } => "JumpNotGeN",
            Op::Call { .. } => "Call", Op::CallTop { .. } => "CallTop",
            Op::TailCall { .. } => "TailCall", Op::TailCallTop { .. } => "TailCallTop", Op::Return0 => "Return0",
            Op::Return1 { .. } => "Return1", Op::Return { .. } => "Return", Op::ReturnTop { .. } => "ReturnTop",
            Op::Vararg { .. } => "Vararg", Op::ForPrep { .. } => "ForPrep", Op::ForLoop { .. } => "ForLoop",
            Op::ForLoop1 { .. } => "ForLoop1", Op::ForInPrep { .. } => "ForInPrep", Op::ForIn { .. } => "ForIn",
            Op::Closure { .. } => "Closure", Op::VarargPrep { .. } => "VarargPrep",
            Op::VarargPrepArg { .. } => "VarargPrepArg", Op::ReturnVararg { .. } => "ReturnVararg",
            Op::TailCallVararg { .. } => "TailCallVararg", Op::SetListTop { .. } => "SetListTop",
            Op::FarJump { .. } => "FarJump",
        }
    }
}

const _: () = assert!(size_of::<Op>() == 8);
