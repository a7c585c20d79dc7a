//! The loop. Everything hot is here, and nothing else.
//!
//! Rules for whoever edits this file:
//!
//! 1. The state of a running Lua function is in four locals: `pc`, `base`, `code`, `upvalues`. `save!` writes them to
//!    `Machine::current`; whatever needs to know where it is runs after that.
//! 2. A handler either does all of its work with plain loads and stores, or changes nothing and leaves the block with a
//!    `Transition`. So every instruction can be run again.
//! 3. Slow paths are functions of other modules, `#[cold]` or `#[inline(never)]`; they decode the instruction again rather
//!    than take the operands' values, which would move them between register files.
//! 4. A taken jump goes through `jump!`: its `cold_path` keeps the compiler from making the program counter depend on a
//!    comparison through a conditional move, which stalls the next fetch.
//! 5. Registers are a window of exactly 256 and code is a window of a power of two: no bounds checks. After anything that
//!    may move the stack or the code, `continue 'frame` takes new windows.
//! 6. No allocation, no queue, no reference count, no hash per call.
//! 7. Frames are pushed from the locals and popped field by field, and a native's operation is taken apart where it
//!    arrives: copying what was just written in smaller pieces waits for the stores.
//! 8. Whatever has allocated passes a safe point before it goes on, also if it did so behind a transition: a native that
//!    paused, was called by `pcall`, or as a metamethod. Only so does garbage go that no instruction of Lua has made.
//! 9. The loop exists twice. What hooks and stepping need stands behind `HOOKED`, which is constant in each copy: the plain
//!    one pays nothing for it, not even a test. `HOOKED` code leaves the block as everything else does.
//!
//! **Invariant:** `current` is up to date whenever control is outside this function.

use ferrous_heap::{Frame, NOT_NATIVE, NextEntry, Transaction, Value, array_index};

use crate::arithmetic::{modulo, power};
use crate::concat::join_short;
use crate::finish::pass_gap;
use crate::frame::{self, MAX_NATIVE_DEPTH};
use crate::index;
use crate::machine::{Machine, WINDOW};
use crate::native::{Native, NativeContext};
use crate::opcode::{CODE_WINDOW, MULTIPLE, Op};
use crate::operation::{Operation, SliceEnd, Step};
use crate::transition::Transition;
use crate::vararg::VALUES_A_TICK;

/// What keeps a program counter inside its window.
const MASK: u32 = CODE_WINDOW as u32 - 1;

/// Runs the Lua function in `current` and all that follows from it, until the slice ends. `HOOKED`: hooks and stepping see
/// each instruction first; see `hook`.
#[inline(never)]
pub(crate) fn run<const HOOKED: bool>(m: &mut Machine, tx: &mut Transaction<'_>) -> SliceEnd {
    let Frame { mut pc, .. } = m.current;
    // As wide as indices are, so that they are widened once a frame and not once a use.
    let mut base = m.current.base as usize;
    let mut code = m.current.code as usize;
    let mut upvalues = m.current.upvalues as usize;

    // The Lua function's state as a frame. It came out of one: the positions fit.
    macro_rules! state {
        ($kind:expr, $results:expr, $aux:expr) => {
            Frame {
                pc,
                code: code as u32,
                base: base as u32,
                upvalues: upvalues as u32,
                results: $results,
                kind: $kind,
                aux: $aux,
            }
        };
    }
    // The same while it waits for a native.
    macro_rules! waiting {
        ($kind:expr, $results:expr, $upvalues:expr) => {
            Frame {
                pc,
                code: code as u32,
                base: base as u32,
                upvalues: $upvalues as u32,
                results: $results,
                kind: $kind,
                aux: frame::depth($kind, m.native_depth),
            }
        };
    }
    macro_rules! wait {
        ($kind:expr, $results:expr, $upvalues:expr) => {{
            if m.frames.len() == m.frames.capacity() {
                m.reserve_frame();
            }
            m.frames.push(waiting!($kind, $results, $upvalues));
        }};
    }
    macro_rules! save {
        () => {
            m.current = state!(frame::LUA, 0, 0)
        };
    }
    macro_rules! restore {
        ($frame:expr) => {{
            let frame: &Frame = &$frame;
            pc = frame.pc;
            code = frame.code as usize;
            base = frame.base as usize;
            upvalues = frame.upvalues as usize;
        }};
    }
    // Where in the machine's code the instruction at `$pc` is.
    macro_rules! position {
        ($pc:expr) => {
            (code as u32).wrapping_add($pc)
        };
    }

    'frame: loop {
        // Goes on with the caller in the innermost frame (rule 7).
        macro_rules! resume_caller {
            () => {{
                if let Some(caller) = m.frames.last() {
                    restore!(*caller);
                }
                m.frames.pop();
                if HOOKED {
                    m.hooks.arrive(position!(pc));
                }
                continue 'frame;
            }};
        }

        let (Some(regs), Some(window)) = (
            m.stack.get_mut(base..).and_then(|registers| registers.first_chunk_mut::<WINDOW>()),
            m.pool.code.get(code..).and_then(|code| code.first_chunk::<CODE_WINDOW>()),
        ) else {
            save!();
            // The code is padded: it is the stack that is too short.
            let Err(error) = m.reserve(base) else { continue 'frame };
            let transition = m.raise_here(tx, error);
            match m.transit::<HOOKED>(tx, transition) {
                Step::Continue => {
                    restore!(m.current);
                    continue 'frame;
                }
                Step::Return => resume_caller!(),
                Step::End(end) => return end,
            }
        };
        macro_rules! R {
            ($r:expr) => {
                regs[($r) as usize]
            };
        }
        macro_rules! K {
            ($k:expr) => {
                match m.constants.get($k as usize) {
                    Some(constant) => *constant,
                    None => Value::NIL,
                }
            };
        }
        macro_rules! jump {
            ($off:expr) => {{
                std::hint::cold_path();
                pc = pc.wrapping_add_signed(i32::from($off));
            }};
        }

        let transition: Transition = 'ops: loop {
            if HOOKED && m.hooks.due(m.thread, position!(pc)) {
                save!();
                break 'ops m.before_instruction(tx);
            }
            let op = &window[(pc & MASK) as usize];
            pc = pc.wrapping_add(1);

            // Leaves the block: the rest is done elsewhere.
            macro_rules! leave {
                ($transition:expr) => {{
                    save!();
                    break 'ops $transition;
                }};
            }
            // Counts the tick of a jump that has been taken.
            macro_rules! tick {
                () => {{
                    if m.ticks <= 1 {
                        std::hint::cold_path();
                        leave!(m.quantum_over());
                    }
                    m.ticks -= 1;
                }};
            }
            // The same for an instruction that has done nothing yet: it runs again.
            macro_rules! tick_before {
                () => {{
                    if m.ticks <= 1 {
                        std::hint::cold_path();
                        if HOOKED {
                            m.hooks.pass(position!(pc.wrapping_sub(1)));
                        }
                        leave!(m.quantum_over_before());
                    }
                    m.ticks -= 1;
                }};
            }
            // Counts so many values that are moved, of which there may be more than registers; who looks comes later.
            macro_rules! count {
                ($values:expr) => {
                    m.ticks -= ($values / VALUES_A_TICK) as i32
                };
            }
            macro_rules! arithmetic {
                ($a:expr, $x:expr, $y:expr, $op:tt) => {{
                    let result = $x.raw_f64() $op $y.raw_f64();
                    if !result.is_nan() {
                        R!($a) = Value::number(result);
                    } else {
                        leave!(m.arithmetic(tx));
                    }
                }};
            }
            macro_rules! arithmetic_number {
                ($a:expr, $x:expr, $n:expr, $op:tt) => {{
                    let result = $x.raw_f64() $op f64::from($n);
                    if !result.is_nan() {
                        R!($a) = Value::number(result);
                    } else {
                        leave!(m.arithmetic(tx));
                    }
                }};
            }
            macro_rules! arithmetic_call {
                ($a:expr, $x:expr, $y:expr, $f:expr) => {{
                    let result: f64 = $f($x.raw_f64(), $y.raw_f64());
                    if !result.is_nan() && $x.is_number() && $y.is_number() {
                        R!($a) = Value::number(result);
                    } else {
                        leave!(m.arithmetic(tx));
                    }
                }};
            }
            macro_rules! order {
                ($x:expr, $y:expr, $op:tt, $jump_if:expr, $off:expr) => {{
                    let (x, y) = ($x.raw_f64(), $y.raw_f64());
                    if x $op y {
                        if $jump_if {
                            jump!($off);
                        }
                    } else if x.partial_cmp(&y).is_some() {
                        if !$jump_if {
                            jump!($off);
                        }
                    } else {
                        leave!(m.order(tx));
                    }
                }};
            }
            macro_rules! order_number {
                ($x:expr, $n:expr, $op:tt, $jump_if:expr, $off:expr) => {{
                    let (x, n) = ($x.raw_f64(), f64::from($n));
                    if x $op n {
                        if $jump_if {
                            jump!($off);
                        }
                    } else if !x.is_nan() {
                        if !$jump_if {
                            jump!($off);
                        }
                    } else {
                        leave!(m.order(tx));
                    }
                }};
            }
            macro_rules! equal_number {
                ($x:expr, $n:expr, $jump_if:expr, $off:expr) => {{
                    // What is no number is NaN as a double, which equals nothing.
                    if ($x.raw_f64() == f64::from($n)) == $jump_if {
                        jump!($off);
                    }
                }};
            }
            macro_rules! equal {
                ($x:expr, $y:expr, $jump_if:expr, $off:expr) => {{
                    let (x, y) = ($x, $y);
                    if x.is_number() && y.is_number() {
                        if (x.raw_f64() == y.raw_f64()) == $jump_if {
                            jump!($off);
                        }
                    } else if x == y {
                        if $jump_if {
                            jump!($off);
                        }
                    } else if x.is_string() || y.is_string() || x.is_nil() || y.is_nil() {
                        if !$jump_if {
                            jump!($off);
                        }
                    } else {
                        leave!(m.equality(tx, x, y, $jump_if));
                    }
                }};
            }
            macro_rules! equal_constant {
                ($x:expr, $k:expr, $jump_if:expr, $off:expr) => {{
                    let (x, k) = ($x, $k);
                    // NaN is never a constant, and no object is.
                    let equal = x == k || (x.is_number() && x.raw_f64() == k.raw_f64());
                    if equal == $jump_if {
                        jump!($off);
                    }
                }};
            }
            // Enters a Lua function at `$callee` (a register of the caller) with `$args` arguments.
            macro_rules! enter {
                ($function:expr, $register:expr, $args:expr, $kind:expr, $results:expr, $aux:expr) => {{
                    let (entry, captured, parameters) =
                        ($function.entry, $function.upvalues, u32::from($function.parameters));
                    let (register, args): (u32, u32) = ($register, $args);
                    if m.frames.len() == m.frames.capacity() {
                        leave!(m.grow_frames(tx));
                    }
                    m.frames.push(state!($kind, $results, $aux));
                    m.arg_count = args;
                    // In the width of a position: its sum with a window's length is then known not to overflow.
                    base = (base as u32).wrapping_add(register) as usize;
                    if args < parameters {
                        // Beyond the caller's window there may be no stack yet.
                        let missing = base + 1 + args as usize..base + 1 + parameters as usize;
                        if m.stack.len() < missing.end {
                            m.stack.resize(missing.end + WINDOW, Value::NIL);
                        }
                        if let Some(missing) = m.stack.get_mut(missing) {
                            for slot in missing {
                                *slot = Value::NIL;
                            }
                        }
                    }
                    pc = 0;
                    code = entry as usize;
                    upvalues = captured as usize;
                    if HOOKED {
                        m.hooks.enter();
                    }
                    continue 'frame;
                }};
            }
            // The native function with an index.
            macro_rules! native {
                ($index:expr) => {
                    match m.natives.get($index as usize) {
                        Some(native) => *native,
                        None => leave!(m.no_native(tx)),
                    }
                };
            }
            // What a native answers at once to the `$args` registers behind `$a`. It sees neither machine nor stack, so that the
            // windows stay valid.
            macro_rules! shortcut {
                ($native:expr, $a:expr, $args:expr) => {{
                    let first = usize::from($a) + 1;
                    match $native.shortcut {
                        Some(shortcut) if !HOOKED => match regs.get(first..first + $args as usize) {
                            Some(args) => shortcut(tx, args),
                            None => None,
                        },
                        _ => None,
                    }
                }};
            }
            // Calls the native function at `$callee` in the stack; gives the count of its results, or leaves. `$place` is
            // what the frame of the waiting function has as its upvalues.
            macro_rules! call_native {
                ($native:expr, $callee:expr, $args:expr, $kind:expr, $results:expr) => {
                    call_native!($native, $callee, $args, $kind, $results, upvalues)
                };
                ($native:expr, $callee:expr, $args:expr, $kind:expr, $results:expr, $place:expr) => {{
                    let Native { function: native, .. } = $native;
                    let callee: u32 = $callee;
                    save!();
                    let mut ctx = NativeContext { tx, machine: m, base: callee, top: callee + 1 + $args };
                    let result = native(&mut ctx);
                    let top = ctx.top;
                    match result {
                        Ok(Operation::Return { count }) => count,
                        // Rule 7.
                        Ok(Operation::Resume { thread, args, wrap }) => {
                            wait!($kind, $results, $place);
                            if $kind == frame::FOR_IN {
                                m.native_depth += 1;
                            }
                            m.in_lua = false;
                            break 'ops m.resume(tx, callee, top, thread, args, wrap);
                        }
                        result if $kind == frame::FOR_IN => {
                            wait!($kind, $results, $place);
                            break 'ops m.iterator_called(tx, callee, top, result);
                        }
                        Ok(Operation::Pcall { handler }) => {
                            wait!($kind, $results, $place);
                            break 'ops m.pcall(tx, callee, top, handler);
                        }
                        Ok(Operation::Yield { count }) => {
                            wait!($kind, $results, $place);
                            m.in_lua = false;
                            break 'ops m.yield_values(tx, callee, top, count);
                        }
                        Ok(Operation::Host { kind }) => {
                            wait!($kind, $results, $place);
                            m.in_lua = false;
                            break 'ops m.ask_host(callee, top, kind);
                        }
                        result => {
                            wait!($kind, $results, $place);
                            break 'ops m.native_called(tx, callee, top, result);
                        }
                    }
                }};
            }
            // Returns from the Lua function: its first result is in `$first` of the stack.
            macro_rules! deliver {
                ($first:expr, $count:expr) => {{
                    let (first, count): (u32, u32) = ($first, $count);
                    match m.frames.last() {
                        Some(caller) if caller.kind == frame::LUA => {
                            let results = caller.results;
                            m.adjust(first, count, results);
                            resume_caller!();
                        }
                        _ => leave!(m.return_values(tx, first, count)),
                    }
                }};
            }

            match *op {
                Op::Move { a, b } => R!(a) = R!(b),
                Op::LoadK { a, k } => R!(a) = K!(k),
                Op::LoadNil { a, n } => {
                    for r in a..a.saturating_add(n) {
                        R!(r) = Value::NIL;
                    }
                }
                Op::LoadBool { a, value } => R!(a) = Value::boolean(value),

                Op::GetUpvalue { a, u } => R!(a) = tx.upvalue((upvalues + 1 + usize::from(u)) as u32),
                Op::GetCellUpvalue { a, u } => {
                    let cell = tx.upvalue((upvalues + 1 + usize::from(u)) as u32);
                    R!(a) = tx.cell(cell).unwrap_or(Value::NIL);
                }
                Op::SetCellUpvalue { a, u } => {
                    let cell = tx.upvalue((upvalues + 1 + usize::from(u)) as u32);
                    if let Err(error) = tx.set_cell(cell, R!(a)) {
                        leave!(m.heap_failed(tx, error));
                    }
                }
                Op::NewCell { a } => match tx.new_cell(R!(a)) {
                    Ok(cell) => {
                        R!(a) = cell;
                        m.ticks -= 1;
                        if tx.wants_collection() {
                            leave!(Transition::End(SliceEnd::Collect));
                        }
                    }
                    Err(error) => leave!(m.heap_failed(tx, error)),
                },
                Op::GetCell { a, b } => R!(a) = tx.cell(R!(b)).unwrap_or(Value::NIL),
                Op::SetCell { a, b } => {
                    if let Err(error) = tx.set_cell(R!(a), R!(b)) {
                        leave!(m.heap_failed(tx, error));
                    }
                }

                Op::GetGlobal { a, ref hint, k } => {
                    let (environment, key) = (tx.upvalue(upvalues as u32), K!(k));
                    if let Some(table) = tx.table(environment)
                        && let Some(entry) = table.entry(hint.get())
                        && entry.key == key
                        && !entry.value.is_nil()
                    {
                        R!(a) = entry.value;
                    } else if let Some(value) = index::field(tx, environment, key, hint, &mut m.ticks) {
                        R!(a) = value;
                    } else {
                        leave!(m.index(tx, a, (environment, None), key, true));
                    }
                }
                Op::SetGlobal { a, ref hint, k } => {
                    let (environment, key, value) = (tx.upvalue(upvalues as u32), K!(k), R!(a));
                    if let Some(table) = tx.table_for_store(environment)
                        && table.store_at(hint.get(), key, value)
                    {
                        continue 'ops;
                    }
                    if !index::store_field(tx, environment, key, value, hint) {
                        leave!(m.set_index(tx, environment, key, value, None));
                    }
                }
                Op::GetField { a, b, ref hint, k } => {
                    let (object, key) = (R!(b), K!(k));
                    if let Some(table) = tx.table(object)
                        && let Some(entry) = table.entry(hint.get())
                        && entry.key == key
                        && !entry.value.is_nil()
                    {
                        R!(a) = entry.value;
                    } else if let Some(value) = index::field(tx, object, key, hint, &mut m.ticks) {
                        R!(a) = value;
                    } else {
                        leave!(m.index(tx, a, (object, Some(b)), key, true));
                    }
                }
                Op::SetField { a, b, ref hint, k } => {
                    let (object, key, value) = (R!(a), K!(k), R!(b));
                    if let Some(table) = tx.table_for_store(object)
                        && table.store_at(hint.get(), key, value)
                    {
                        continue 'ops;
                    }
                    if !index::store_field(tx, object, key, value, hint) {
                        leave!(m.set_index(tx, object, key, value, Some(a)));
                    }
                }
                Op::GetMethod { a, b, ref hint, k } => {
                    let object = R!(b);
                    let Some(site) = m.pool.sites.get_mut(k as usize) else { continue 'ops };
                    let this = a.wrapping_add(1);
                    if let Some(table) = tx.table(object) {
                        if let Some(metatable) = table.metatable()
                            && site.metatable == metatable.into()
                            && site.epoch == tx.method_epoch()
                            && !table.may_contain_string(site.key)
                        {
                            R!(this) = object;
                            R!(a) = site.method;
                            continue 'ops;
                        }
                        if let Some(entry) = table.entry(hint.get())
                            && entry.key == site.key
                            && !entry.value.is_nil()
                        {
                            R!(this) = object;
                            R!(a) = entry.value;
                            continue 'ops;
                        }
                    }
                    let found = match index::method(tx, object, site, &mut m.pool.methods) {
                        Some(method) => Some(method),
                        None => index::field(tx, object, site.key, hint, &mut m.ticks),
                    };
                    let key = site.key;
                    R!(this) = object;
                    match found {
                        Some(method) => R!(a) = method,
                        None => leave!(m.index(tx, a, (object, Some(b)), key, true)),
                    }
                }
                Op::GetIndex { a, b, c } => {
                    let (object, key) = (R!(b), R!(c));
                    if let Some(index) = array_index(key.raw_f64())
                        && let Some(table) = tx.table(object)
                        && let Some(value) = table.array_get(index)
                        && !value.is_nil()
                    {
                        R!(a) = value;
                        continue 'ops;
                    }
                    if let Some(table) = tx.table(object) {
                        let value = if key.is_string() { table.get_string(key) } else { table.get(key) };
                        if !value.is_nil() || table.metatable().is_none() {
                            R!(a) = value;
                            continue 'ops;
                        }
                    }
                    leave!(m.index(tx, a, (object, Some(b)), key, true));
                }
                Op::SetIndex { a, b, c } => {
                    let (object, key, value) = (R!(a), R!(b), R!(c));
                    if let Some(index) = array_index(key.raw_f64())
                        && let Some(table) = tx.table_for_store(object)
                        && (table.fill_array(index, value) || table.append(index, value))
                    {
                        continue 'ops;
                    }
                    if !index::store(tx, object, key, value) {
                        leave!(m.set_index(tx, object, key, value, Some(a)));
                    }
                }
                Op::GetInt { a, b, n } => {
                    let object = R!(b);
                    if let Some(table) = tx.table(object)
                        && let Some(value) = table.array_get(n)
                        && !value.is_nil()
                    {
                        R!(a) = value;
                    } else {
                        leave!(m.index(tx, a, (object, Some(b)), Value::number(f64::from(n)), false));
                    }
                }
                Op::SetInt { a, b, n } => {
                    let (object, value) = (R!(a), R!(b));
                    if let Some(table) = tx.table_for_store(object)
                        && table.fill_array(n, value)
                    {
                        continue 'ops;
                    }
                    leave!(m.set_index(tx, object, Value::number(f64::from(n)), value, Some(a)));
                }
                Op::NewTable { a, hash, array } => {
                    match tx.new_sized_table(array as usize, usize::from(hash)) {
                        Ok(table) => {
                            R!(a) = table;
                            m.ticks -= 1 + (array / VALUES_A_TICK) as i32;
                            if tx.wants_collection() {
                                leave!(Transition::End(SliceEnd::Collect));
                            }
                        }
                        Err(error) => leave!(m.heap_failed(tx, error)),
                    }
                }
                Op::SetList { a, n, first } => {
                    let values =
                        regs.get(usize::from(a) + 1..usize::from(a) + 1 + usize::from(n)).unwrap_or(&[]);
                    if let Some(table) = R!(a).as_table()
                        && let Err(error) = tx.set_list(table, first, values)
                    {
                        leave!(m.heap_failed(tx, error));
                    }
                }

                Op::Add { a, b, c } => arithmetic!(a, R!(b), R!(c), +),
                Op::Sub { a, b, c } => arithmetic!(a, R!(b), R!(c), -),
                Op::Mul { a, b, c } => arithmetic!(a, R!(b), R!(c), *),
                Op::Div { a, b, c } => arithmetic!(a, R!(b), R!(c), /),
                Op::Mod { a, b, c } => arithmetic_call!(a, R!(b), R!(c), modulo),
                Op::Pow { a, b, c } => arithmetic_call!(a, R!(b), R!(c), power),
                Op::AddK { a, b, k } => arithmetic!(a, R!(b), K!(k), +),
                Op::SubK { a, b, k } => arithmetic!(a, R!(b), K!(k), -),
                Op::MulK { a, b, k } => arithmetic!(a, R!(b), K!(k), *),
                Op::DivK { a, b, k } => arithmetic!(a, R!(b), K!(k), /),
                Op::ModK { a, b, k } => arithmetic_call!(a, R!(b), K!(k), modulo),
                Op::PowK { a, b, k } => arithmetic_call!(a, R!(b), K!(k), power),
                Op::AddN { a, b, n } => arithmetic_number!(a, R!(b), n, +),
                Op::SubN { a, b, n } => arithmetic_number!(a, R!(b), n, -),
                Op::MulN { a, b, n } => arithmetic_number!(a, R!(b), n, *),
                Op::ModN { a, b, n } => {
                    let result: f64 = modulo(R!(b).raw_f64(), f64::from(n));
                    if !result.is_nan() {
                        R!(a) = Value::number(result);
                    } else {
                        leave!(m.arithmetic(tx));
                    }
                }
                Op::KAdd { a, b, k } => arithmetic!(a, K!(k), R!(b), +),
                Op::KSub { a, b, k } => arithmetic!(a, K!(k), R!(b), -),
                Op::KMul { a, b, k } => arithmetic!(a, K!(k), R!(b), *),
                Op::KDiv { a, b, k } => arithmetic!(a, K!(k), R!(b), /),
                Op::Neg { a, b } => {
                    let result = -R!(b).raw_f64();
                    if !result.is_nan() {
                        R!(a) = Value::number(result);
                    } else {
                        leave!(m.arithmetic(tx));
                    }
                }
                Op::Not { a, b } => R!(a) = Value::boolean(!R!(b).is_truthy()),
                Op::Len { a, b } => {
                    let value = R!(b);
                    if let Some(table) = tx.table(value) {
                        R!(a) = Value::number(table.length() as f64);
                    } else if let Some(length) = tx.string_len(value) {
                        R!(a) = Value::number(length as f64);
                    } else {
                        leave!(m.length(tx, value, b));
                    }
                }
                Op::Concat { a, b, c } => match join_short(tx, regs, b, c) {
                    Some(joined) => {
                        R!(a) = joined;
                        m.ticks -= 1;
                        if tx.wants_collection() {
                            leave!(Transition::End(SliceEnd::Collect));
                        }
                    }
                    None => leave!(m.concat(tx, a, b, c, true)),
                },

                Op::Jump { off } => pc = pc.wrapping_add_signed(off),
                Op::Loop { off } => {
                    pc = pc.wrapping_add_signed(off);
                    tick!();
                }
                Op::JumpIf { a, off } => {
                    if R!(a).is_truthy() {
                        jump!(off);
                    }
                }
                Op::JumpIfNot { a, off } => {
                    if !R!(a).is_truthy() {
                        jump!(off);
                    }
                }
                Op::JumpEq { a, b, off } => equal!(R!(a), R!(b), true, off),
                Op::JumpNe { a, b, off } => equal!(R!(a), R!(b), false, off),
                Op::JumpLt { a, b, off } => order!(R!(a), R!(b), <, true, off),
                Op::JumpNotLt { a, b, off } => order!(R!(a), R!(b), <, false, off),
                Op::JumpLe { a, b, off } => order!(R!(a), R!(b), <=, true, off),
                Op::JumpNotLe { a, b, off } => order!(R!(a), R!(b), <=, false, off),
                Op::JumpEqK { a, off, k } => equal_constant!(R!(a), K!(k), true, off),
                Op::JumpNeK { a, off, k } => equal_constant!(R!(a), K!(k), false, off),
                Op::JumpLtK { a, off, k } => order!(R!(a), K!(k), <, true, off),
                Op::JumpNotLtK { a, off, k } => order!(R!(a), K!(k), <, false, off),
                Op::JumpLeK { a, off, k } => order!(R!(a), K!(k), <=, true, off),
                Op::JumpNotLeK { a, off, k } => order!(R!(a), K!(k), <=, false, off),
                Op::JumpGtK { a, off, k } => order!(R!(a), K!(k), >, true, off),
                Op::JumpNotGtK { a, off, k } => order!(R!(a), K!(k), >, false, off),
                Op::JumpGeK { a, off, k } => order!(R!(a), K!(k), >=, true, off),
                Op::JumpNotGeK { a, off, k } => order!(R!(a), K!(k), >=, false, off),
                Op::JumpEqN { a, off, n } => equal_number!(R!(a), n, true, off),
                Op::JumpNeN { a, off, n } => equal_number!(R!(a), n, false, off),
                Op::JumpLtN { a, off, n } => order_number!(R!(a), n, <, true, off),
                Op::JumpNotLtN { a, off, n } => order_number!(R!(a), n, <, false, off),
                Op::JumpLeN { a, off, n } => order_number!(R!(a), n, <=, true, off),
                Op::JumpNotLeN { a, off, n } => order_number!(R!(a), n, <=, false, off),
                Op::JumpGtN { a, off, n } => order_number!(R!(a), n, >, true, off),
                Op::JumpNotGtN { a, off, n } => order_number!(R!(a), n, >, false, off),
                Op::JumpGeN { a, off, n } => order_number!(R!(a), n, >=, true, off),
                Op::JumpNotGeN { a, off, n } => order_number!(R!(a), n, >=, false, off),

                Op::Call { a, nargs, nret } => {
                    tick_before!();
                    let Some(function) = tx.function(R!(a)) else {
                        leave!(m.call_any(tx, a, u32::from(nargs), nret));
                    };
                    if function.native == NOT_NATIVE {
                        enter!(function, u32::from(a), u32::from(nargs), frame::LUA, nret, 0);
                    }
                    if HOOKED && m.hooks.reports_calls() {
                        leave!(m.call_any(tx, a, u32::from(nargs), nret));
                    }
                    let native = native!(function.native);
                    let callee = base as u32 + u32::from(a);
                    if (nret <= 1 || nret == MULTIPLE)
                        && let Some(value) = shortcut!(native, a, nargs)
                    {
                        R!(a) = value;
                        if nret == MULTIPLE {
                            m.top = callee + 1;
                        }
                        if tx.wants_collection() {
                            leave!(Transition::End(SliceEnd::Collect));
                        }
                        continue 'ops;
                    }
                    let count = call_native!(native, callee, u32::from(nargs), frame::LUA, nret);
                    if count != 1 || nret != 1 {
                        m.adjust(callee, count, nret);
                    }
                    if tx.wants_collection() {
                        leave!(Transition::End(SliceEnd::Collect));
                    }
                    continue 'frame;
                }
                Op::CallTop { a, nret } => {
                    tick_before!();
                    let callee = base as u32 + u32::from(a);
                    let args = m.top - callee - 1;
                    count!(args);
                    let Some(function) = tx.function(R!(a)) else {
                        leave!(m.call_any(tx, a, args, nret));
                    };
                    if function.native == NOT_NATIVE {
                        enter!(function, u32::from(a), args, frame::LUA, nret, 0);
                    }
                    let native = native!(function.native);
                    if let Some(value) = shortcut!(native, a, args) {
                        R!(a) = value;
                        m.adjust(callee, 1, nret);
                        if tx.wants_collection() {
                            leave!(Transition::End(SliceEnd::Collect));
                        }
                        continue 'frame;
                    }
                    if m.stack.len() < m.top as usize + WINDOW || (HOOKED && m.hooks.reports_calls()) {
                        leave!(m.call_any(tx, a, args, nret));
                    }
                    let count = call_native!(native, callee, args, frame::LUA, nret);
                    m.adjust(callee, count, nret);
                    if tx.wants_collection() {
                        leave!(Transition::End(SliceEnd::Collect));
                    }
                    continue 'frame;
                }
                Op::TailCall { a, nargs } => {
                    tick_before!();
                    match tx.function(R!(a)) {
                        Some(function)
                            if !HOOKED
                                && function.native == NOT_NATIVE
                                && function.parameters <= nargs
                                && m.frames.len() < m.frame_limit =>
                        {
                            m.arg_count = u32::from(nargs);
                            frame::count_tail_call(&mut m.frames);
                            (pc, code, upvalues) = (0, function.entry as usize, function.upvalues as usize);
                            let first = usize::from(a);
                            regs.copy_within(first..(first + usize::from(nargs) + 1).min(WINDOW), 0);
                            continue 'frame;
                        }
                        Some(function) if function.native != NOT_NATIVE && !HOOKED => {
                            let native = native!(function.native);
                            if let Some(value) = shortcut!(native, a, nargs) {
                                R!(0) = value;
                                if tx.wants_collection() {
                                    leave!(Transition::Deliver { first: base as u32, count: 1 });
                                }
                                deliver!(base as u32, 1);
                            }
                            let callee = base as u32 + u32::from(a);
                            let count =
                                call_native!(native, callee, u32::from(nargs), frame::TAIL, MULTIPLE, base);
                            let last = (callee + count) as usize;
                            if last <= m.stack.len() {
                                m.stack.copy_within(callee as usize..last, base);
                            }
                            if tx.wants_collection() {
                                leave!(Transition::Deliver { first: base as u32, count });
                            }
                            deliver!(base as u32, count);
                        }
                        _ => {
                            leave!(m.tail_call(tx, base as u32, base as u32 + u32::from(a), u32::from(nargs)))
                        }
                    }
                }
                Op::TailCallTop { a } => {
                    tick_before!();
                    let callee = base as u32 + u32::from(a);
                    let args = m.top - callee - 1;
                    count!(args);
                    leave!(m.tail_call(tx, base as u32, callee, args));
                }
                Op::Return0 => deliver!(base as u32, 0),
                Op::Return1 { a } => {
                    R!(0) = R!(a);
                    match m.frames.last() {
                        Some(&caller) if caller.kind == frame::LUA => {
                            m.frames.pop();
                            if caller.results > 1 {
                                m.adjust(base as u32, 1, caller.results);
                            }
                            restore!(caller);
                            if HOOKED {
                                m.hooks.arrive(position!(pc));
                            }
                            continue 'frame;
                        }
                        Some(&caller) => {
                            std::hint::cold_path();
                            if !HOOKED && let Some(next) = m.finish(&caller, base as u32, 1) {
                                m.frames.pop();
                                restore!(Frame { pc: next, ..caller });
                                continue 'frame;
                            }
                            leave!(m.return_one(tx, base as u32))
                        }
                        None => leave!(Transition::Deliver { first: base as u32, count: 1 }),
                    }
                }
                Op::Return { a, n } => {
                    regs.copy_within(usize::from(a)..(usize::from(a) + usize::from(n)).min(WINDOW), 0);
                    deliver!(base as u32, u32::from(n));
                }
                Op::ReturnTop { a } => {
                    let (first, last) = ((base as u32 + u32::from(a)) as usize, m.top as usize);
                    if first <= last && last <= m.stack.len() {
                        m.stack.copy_within(first..last, base);
                    }
                    let count = m.top.saturating_sub(base as u32 + u32::from(a));
                    count!(count);
                    deliver!(base as u32, count);
                }
                Op::Vararg { a, n } => {
                    save!();
                    if let Err(error) = m.spread_varargs(a, n) {
                        break 'ops m.raise_here(tx, error);
                    }
                    continue 'frame;
                }

                Op::ForPrep { a, off } => {
                    let (start, limit, step) = (R!(a), R!(a.wrapping_add(1)), R!(a.wrapping_add(2)));
                    let (Some(first), Some(last), Some(by)) =
                        (start.as_number(), limit.as_number(), step.as_number())
                    else {
                        leave!(m.prepare_for(tx, a));
                    };
                    // PUC Lua steps back and then forward again; with an infinite step that is NaN.
                    let first = (first - by) + by;
                    if if by > 0.0 { first <= last } else { last <= first } {
                        R!(a) = Value::number(first);
                        R!(a.wrapping_add(3)) = Value::number(first);
                    } else {
                        jump!(off);
                    }
                }
                Op::ForLoop { a, off } => {
                    let step = R!(a.wrapping_add(2)).raw_f64();
                    let limit = R!(a.wrapping_add(1)).raw_f64();
                    let next = R!(a).raw_f64() + step;
                    if if step > 0.0 { next <= limit } else { limit <= next } {
                        R!(a) = Value::number(next);
                        R!(a.wrapping_add(3)) = Value::number(next);
                        jump!(off);
                        tick!();
                    }
                }
                Op::ForLoop1 { a, off } => {
                    let next = R!(a).raw_f64() + 1.0;
                    if next <= R!(a.wrapping_add(1)).raw_f64() {
                        R!(a) = Value::number(next);
                        R!(a.wrapping_add(3)) = Value::number(next);
                        jump!(off);
                        tick!();
                    }
                }
                Op::ForInPrep { a, off } => {
                    let (iterator, state, control) = (R!(a), R!(a.wrapping_add(1)), R!(a.wrapping_add(2)));
                    // Hooks see each call.
                    if state.is_table() && !(HOOKED && m.hooks.reports_calls()) {
                        if (iterator == m.pairs_iterator || iterator == m.next_function) && control.is_nil() {
                            R!(a) = Value::ITERATE_NEXT;
                            R!(a.wrapping_add(2)) = Value::number(0.0);
                        } else if iterator == m.ipairs_iterator && control == Value::number(0.0) {
                            R!(a) = Value::ITERATE_ARRAY;
                        }
                    }
                    pc = pc.wrapping_add_signed(off);
                }
                Op::ForIn { a, n, off } => {
                    let (iterator, state) = (R!(a), R!(a.wrapping_add(1)));
                    let control = a.wrapping_add(2);
                    let first = a.wrapping_add(3);
                    if iterator == Value::ITERATE_NEXT {
                        // The position is a number that this handler wrote.
                        let position = R!(control).raw_f64() as u32 as usize;
                        let found = match tx.table(state).and_then(|table| table.entry_after(position)) {
                            Some(found) => Some(found),
                            None => match pass_gap(tx, state, position, &mut m.ticks) {
                                NextEntry::Found { next, key, value } => Some((next, key, value)),
                                NextEntry::End => None,
                                NextEntry::Further(position) => {
                                    // It goes on from there when it runs again.
                                    R!(control) = Value::number(position as f64);
                                    if HOOKED {
                                        m.hooks.pass(position!(pc.wrapping_sub(1)));
                                    }
                                    leave!(m.quantum_over_before());
                                }
                            },
                        };
                        if let Some((next, key, value)) = found {
                            R!(control) = Value::number(next as f64);
                            R!(first) = key;
                            R!(first.wrapping_add(1)) = value;
                            for r in 2..n {
                                R!(first.wrapping_add(r)) = Value::NIL;
                            }
                            jump!(off);
                            tick!();
                        }
                    } else if iterator == Value::ITERATE_ARRAY {
                        let next = R!(control).raw_f64() + 1.0;
                        let value = match array_index(next) {
                            Some(index) => tx.table(state).map_or(Value::NIL, |table| table.get_int(index)),
                            None => Value::NIL,
                        };
                        if !value.is_nil() {
                            R!(control) = Value::number(next);
                            R!(first) = Value::number(next);
                            R!(first.wrapping_add(1)) = value;
                            for r in 2..n {
                                R!(first.wrapping_add(r)) = Value::NIL;
                            }
                            jump!(off);
                            tick!();
                        }
                    } else {
                        tick_before!();
                        R!(first) = iterator;
                        R!(first.wrapping_add(1)) = state;
                        R!(first.wrapping_add(2)) = R!(control);
                        let Some(function) = tx.function(iterator) else {
                            leave!(m.call_iterator(tx, first, n));
                        };
                        if function.native == NOT_NATIVE {
                            let depth = m.native_depth;
                            if depth + 1 >= MAX_NATIVE_DEPTH {
                                leave!(m.call_iterator(tx, first, n));
                            }
                            if m.frames.len() == m.frames.capacity() {
                                leave!(m.grow_frames(tx));
                            }
                            m.native_depth = depth + 1;
                            enter!(
                                function,
                                u32::from(first),
                                2,
                                frame::FOR_IN,
                                n,
                                frame::saved_depth(depth)
                            );
                        }
                        if HOOKED && m.hooks.reports_calls() {
                            leave!(m.call_iterator(tx, first, n));
                        }
                        let callee = base as u32 + u32::from(first);
                        let native = native!(function.native);
                        let count = call_native!(native, callee, 2, frame::FOR_IN, n);
                        m.adjust(callee, count, n);
                        m.finish_for_in();
                        pc = m.current.pc;
                        if tx.wants_collection() {
                            leave!(Transition::End(SliceEnd::Collect));
                        }
                        continue 'frame;
                    }
                }

                Op::Closure { a, p } => {
                    let Some(loaded) = m.pool.prototype(p) else { continue 'ops };
                    // A function has at most 60 upvalues.
                    let count = loaded.upvalues.len() as u8;
                    let environment = tx.upvalue(upvalues as u32);
                    let sizes = (loaded.parameters, loaded.registers);
                    match tx.new_closure(loaded.object, loaded.entry, sizes, count, environment) {
                        Ok((closure, slots)) => {
                            for (at, upvalue) in (slots + 1..).zip(&loaded.upvalues) {
                                let value = match upvalue.capture {
                                    crate::chunk::Capture::Register(r) => R!(r),
                                    crate::chunk::Capture::Upvalue(u) => {
                                        tx.upvalue((upvalues + 1 + usize::from(u)) as u32)
                                    }
                                    crate::chunk::Capture::Itself => closure,
                                };
                                tx.init_upvalue(at, value);
                            }
                            R!(a) = closure;
                            m.ticks -= 1;
                            if tx.wants_collection() {
                                leave!(Transition::End(SliceEnd::Collect));
                            }
                        }
                        Err(error) => leave!(m.heap_failed(tx, error)),
                    }
                }

                Op::VarargPrep { params } => {
                    save!();
                    if let Err(error) = m.prepare_varargs(params) {
                        break 'ops m.raise_here(tx, error);
                    }
                    base = m.current.base as usize;
                    continue 'frame;
                }
                Op::VarargPrepArg { params } => {
                    save!();
                    if let Err(error) = m.prepare_varargs(params) {
                        break 'ops m.raise_here(tx, error);
                    }
                    base = m.current.base as usize;
                    match m.arg_table(tx) {
                        Ok(table) => m.put(base as u32 + u32::from(params) + 1, table),
                        Err(error) => break 'ops m.raise_here(tx, error.into()),
                    }
                    continue 'frame;
                }
                Op::ReturnVararg { a, n, params } => {
                    let first = base as u32 + u32::from(a);
                    let count = if n == MULTIPLE { m.top.saturating_sub(first) } else { u32::from(n) };
                    base = m.original_base(base as u32, params) as usize;
                    let last = (first + count) as usize;
                    if last <= m.stack.len() {
                        m.stack.copy_within(first as usize..last, base);
                    }
                    count!(count);
                    deliver!(base as u32, count);
                }
                Op::TailCallVararg { a, nargs, params } => {
                    tick_before!();
                    let callee = base as u32 + u32::from(a);
                    let args = if nargs == MULTIPLE { m.top - callee - 1 } else { u32::from(nargs) };
                    count!(args);
                    let place = m.original_base(base as u32, params);
                    leave!(m.tail_call(tx, place, callee, args));
                }
                Op::SetListTop { a, first } => {
                    let position = (base as u32 + u32::from(a) + 1) as usize;
                    let table = R!(a);
                    let values = m.stack.get(position..m.top as usize).unwrap_or(&[]);
                    // No more than the stack holds.
                    count!(values.len() as u32);
                    if let Some(table) = table.as_table()
                        && let Err(error) = tx.set_list(table, first, values)
                    {
                        leave!(m.heap_failed(tx, error));
                    }
                    continue 'frame;
                }
                Op::FarJump { target } => {
                    let Some(function) = tx.function(R!(0)) else { continue 'ops };
                    code = (function.entry + (target & !MASK)) as usize;
                    pc = target & MASK;
                    tick!();
                    continue 'frame;
                }
            }
        };

        match transition {
            Transition::Continue => {
                m.in_lua = true;
                // What is done elsewhere may have been much.
                if m.ticks <= 0
                    && let Some(end) = m.check_budget()
                {
                    return end;
                }
                if tx.wants_collection() {
                    return SliceEnd::Collect;
                }
                restore!(m.current);
                continue 'frame;
            }
            Transition::Return => {
                m.in_lua = true;
                if tx.wants_collection() {
                    return m.collect_in_caller();
                }
                resume_caller!();
            }
            Transition::End(end) => return end,
            _ => {}
        }
        // Rule 7, for the two that are most frequent.
        let step = match transition {
            Transition::Call { callee, args } => m.begin_call::<HOOKED>(tx, callee, args),
            Transition::Deliver { first, count } => m.begin_delivery::<HOOKED>(tx, first, count),
            transition => m.transit::<HOOKED>(tx, transition),
        };
        match step {
            Step::Continue => {
                if tx.wants_collection() {
                    return SliceEnd::Collect;
                }
                restore!(m.current);
            }
            Step::Return => {
                if tx.wants_collection() {
                    return m.collect_in_caller();
                }
                resume_caller!()
            }
            Step::End(end) => return end,
        }
    }
}
