//! The natives of the tests.

use ferrous_heap::{ThreadStatus, TypeMetatable, Value};
use ferrous_vm::error::LuaError;
use ferrous_vm::native::{Charge, NativeContext, NativeFn, NativeResult, NativeState, Operation, Resumption};

use super::Shared;

type Context<'a, 'm, 'h> = &'a mut NativeContext<'m, 'h>;

const FUNCTIONS: &[(&str, NativeFn)] = &[
    ("error", error),
    ("pcall", pcall),
    ("xpcall", xpcall),
    ("next", next),
    ("type", type_of),
    ("setmetatable", setmetatable),
    ("object", object),
    ("setfenv", setfenv),
    ("typemeta", typemeta),
    ("userdata", userdata),
    ("rawget", rawget),
    ("create", create),
    ("resume", resume),
    ("wrap", wrap),
    ("yield", yield_values),
    ("running", running),
    ("status", status),
    ("count", count),
    ("add", add),
    ("none", none),
    ("many", many),
    ("apply", apply),
    ("forward", forward),
    ("protect", protect),
    ("map", map),
    ("pause", pause),
    ("collect", collect),
    ("burn", burn),
    ("host", host),
    ("kill", kill),
    ("tally", tally),
    ("blob", blob),
    ("grow", grow),
    ("where", position),
    ("traceback", traceback),
];

pub fn install(ctx: Context<'_, '_, '_>) -> Result<(), LuaError> {
    let globals = ctx.library(None, FUNCTIONS)?;
    let next = ctx.tx.raw_get_str(globals, b"next");
    let iterator = ctx.new_native(ipairs_iterator, &[])?;
    for (name, function, upvalue) in [("pairs", pairs as NativeFn, next), ("ipairs", ipairs, iterator)] {
        let function = ctx.new_native(function, &[upvalue])?;
        let key = ctx.tx.intern(name.as_bytes())?;
        ctx.tx.raw_set(globals, key, function)?;
    }
    ctx.register_iterators(next, next, iterator);
    Ok(())
}

fn size(count: usize) -> u32 {
    u32::try_from(count).unwrap()
}

fn error(ctx: Context<'_, '_, '_>) -> NativeResult {
    let level = ctx.opt_integer(2, 1)?;
    let value = ctx.arg(1);
    match ctx.tx.string(value) {
        Some(text) if level > 0 => {
            let text = text.to_vec();
            Err(ctx.error_at_level(text, level as u32))
        }
        _ => Err(ctx.raise(value)),
    }
}

fn pcall(ctx: Context<'_, '_, '_>) -> NativeResult {
    ctx.check_any(1)?;
    Ok(Operation::Pcall { handler: false })
}

fn xpcall(ctx: Context<'_, '_, '_>) -> NativeResult {
    ctx.check_any(2)?;
    ctx.set_top(3)?;
    Ok(Operation::Pcall { handler: true })
}

fn next(ctx: Context<'_, '_, '_>) -> NativeResult {
    let table = ctx.check_table(1)?;
    let position = ctx.tx.position_of(table, ctx.arg(2))?;
    match ctx.tx.next_entry(table, position) {
        Some((_, key, value)) => ctx.ret2(key, value),
        None => ctx.ret(Value::NIL),
    }
}

fn pairs(ctx: Context<'_, '_, '_>) -> NativeResult {
    let table = ctx.check_table(1)?;
    let iterator = ctx.upvalue(0);
    ctx.ret3(iterator, table.into(), Value::NIL)
}

fn ipairs(ctx: Context<'_, '_, '_>) -> NativeResult {
    let table = ctx.check_table(1)?;
    let iterator = ctx.upvalue(0);
    ctx.ret3(iterator, table.into(), Value::number(0.0))
}

fn ipairs_iterator(ctx: Context<'_, '_, '_>) -> NativeResult {
    let table = ctx.check_table(1)?;
    let index = Value::number(ctx.check_number(2)? + 1.0);
    let value = ctx.tx.raw_get(table, index);
    if value.is_nil() { ctx.ret0() } else { ctx.ret2(index, value) }
}

fn type_of(ctx: Context<'_, '_, '_>) -> NativeResult {
    let name = ctx.check_any(1)?.type_name();
    let name = ctx.tx.intern(name.as_bytes())?;
    ctx.ret(name)
}

fn setmetatable(ctx: Context<'_, '_, '_>) -> NativeResult {
    let (object, metatable) = (ctx.arg(1), ctx.arg(2).as_table());
    ctx.tx.set_metatable(object, metatable)?;
    ctx.ret(object)
}

/// `object(event, handler)`: a table whose metatable has the one field.
fn object(ctx: Context<'_, '_, '_>) -> NativeResult {
    let (object, metatable) = (ctx.tx.new_table(0, 0)?, ctx.tx.new_table(0, 1)?);
    let (event, handler) = (ctx.arg(1), ctx.arg(2));
    let metatable = metatable.as_table().unwrap();
    ctx.tx.raw_set(metatable, event, handler)?;
    ctx.tx.set_metatable(object, Some(metatable))?;
    ctx.ret(object)
}

/// `setfenv(function, table)`
fn setfenv(ctx: Context<'_, '_, '_>) -> NativeResult {
    let (function, environment) = (ctx.arg(1).as_function().unwrap(), ctx.arg(2));
    ctx.tx.set_environment(function, environment)?;
    ctx.ret0()
}

/// `typemeta(value, metatable)`: the metatable of all values of the type.
fn typemeta(ctx: Context<'_, '_, '_>) -> NativeResult {
    let (kind, metatable) = (TypeMetatable::of(ctx.arg(1)), ctx.arg(2).as_table());
    ctx.tx.set_type_metatable(kind.unwrap(), metatable)?;
    ctx.ret0()
}

fn userdata(ctx: Context<'_, '_, '_>) -> NativeResult {
    let value = ctx.tx.new_userdata(Box::new(()))?;
    ctx.ret(value)
}

fn rawget(ctx: Context<'_, '_, '_>) -> NativeResult {
    let table = ctx.check_table(1)?;
    let value = ctx.tx.raw_get(table, ctx.arg(2));
    ctx.ret(value)
}

fn create(ctx: Context<'_, '_, '_>) -> NativeResult {
    let function = ctx.check_function(1)?;
    let thread = ctx.new_coroutine(function)?;
    ctx.ret(thread)
}

fn resume(ctx: Context<'_, '_, '_>) -> NativeResult {
    let thread = ctx.arg(1).as_thread().ok_or_else(|| ctx.argument_error(1, "coroutine expected"))?;
    Ok(Operation::Resume { thread, args: size(ctx.arg_count() - 1), wrap: false })
}

fn wrap(ctx: Context<'_, '_, '_>) -> NativeResult {
    let function = ctx.check_function(1)?;
    let thread = ctx.new_coroutine(function)?;
    let wrapped = ctx.new_native(resume_wrapped, &[thread])?;
    ctx.ret(wrapped)
}

fn resume_wrapped(ctx: Context<'_, '_, '_>) -> NativeResult {
    let thread = ctx.upvalue(0).as_thread().unwrap();
    Ok(Operation::Resume { thread, args: size(ctx.arg_count()), wrap: true })
}

fn yield_values(ctx: Context<'_, '_, '_>) -> NativeResult {
    Ok(Operation::Yield { count: size(ctx.arg_count()) })
}

fn running(ctx: Context<'_, '_, '_>) -> NativeResult {
    let thread = if ctx.is_main_thread() { Value::NIL } else { ctx.running_thread().into() };
    ctx.ret(thread)
}

fn status(ctx: Context<'_, '_, '_>) -> NativeResult {
    let thread = ctx.arg(1).as_thread().unwrap();
    let name = match ctx.tx.thread(thread).map(|thread| thread.status) {
        Some(ThreadStatus::Suspended) => "suspended",
        Some(ThreadStatus::Running) => "running",
        Some(ThreadStatus::Normal) => "normal",
        Some(ThreadStatus::Dead) | None => "dead",
    };
    let name = ctx.tx.intern(name.as_bytes())?;
    ctx.ret(name)
}

/// `select('#', ...)`
fn count(ctx: Context<'_, '_, '_>) -> NativeResult {
    let count = ctx.arg_count() as f64;
    ctx.ret(Value::number(count))
}

fn add(ctx: Context<'_, '_, '_>) -> NativeResult {
    let sum = ctx.check_number(1)? + ctx.check_number(2)?;
    ctx.ret(Value::number(sum))
}

fn none(ctx: Context<'_, '_, '_>) -> NativeResult {
    ctx.ret0()
}

/// `many(n)`: 1 to n.
fn many(ctx: Context<'_, '_, '_>) -> NativeResult {
    let count = ctx.check_integer(1)?;
    for n in 1..=count {
        ctx.push(Value::number(n as f64))?;
    }
    ctx.return_from(2)
}

/// `apply(f, ...)`: a tail call.
fn apply(ctx: Context<'_, '_, '_>) -> NativeResult {
    Ok(Operation::TailCall { args: size(ctx.arg_count() - 1) })
}

/// `forward(f, ...)`: a call without a state.
fn forward(ctx: Context<'_, '_, '_>) -> NativeResult {
    Ok(Operation::Call {
        args: size(ctx.arg_count() - 1),
        results: ferrous_vm::opcode::MULTIPLE,
        protected: false,
    })
}

struct Protect;

impl NativeState for Protect {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, how: Resumption) -> NativeResult {
        let (label, count) = match how {
            Resumption::Returned { count } => ("fine", count),
            Resumption::Failed => ("failed", 1),
            Resumption::Continued => ("continued", 0),
        };
        let label = ctx.tx.intern(label.as_bytes())?;
        let first = ctx.top() - count as usize;
        let values = ctx.registers_from(first).to_vec();
        ctx.push(label)?;
        for value in values {
            ctx.push(value)?;
        }
        ctx.return_top(count as usize + 1)
    }
}

/// `protect(f, ...)`: a protected call that says how it went.
fn protect(ctx: Context<'_, '_, '_>) -> NativeResult {
    ctx.call_protected(ctx.arg_count() - 1, Protect)
}

/// `map(f, n)`: f(1) + f(2) + ... + f(n), by calls that return to a state.
fn map(ctx: Context<'_, '_, '_>) -> NativeResult {
    let n = ctx.check_integer(2)?;
    map_step(ctx, 0, n, 0.0)
}

fn map_step(ctx: Context<'_, '_, '_>, done: i64, n: i64, sum: f64) -> NativeResult {
    if done == n {
        return ctx.ret(Value::number(sum));
    }
    let function = ctx.get(1);
    ctx.truncate(3);
    ctx.push(function)?;
    ctx.push(Value::number((done + 1) as f64))?;
    ctx.call(1, 1, Map { done: done + 1, n, sum })
}

struct Map {
    done: i64,
    n: i64,
    sum: f64,
}

impl NativeState for Map {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        let value = ctx.pop();
        let value = ctx.to_number(value).ok_or_else(|| ctx.error("no number to add"))?;
        map_step(ctx, self.done, self.n, self.sum + value)
    }
}

struct Pausing(u32);

impl NativeState for Pausing {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, how: Resumption) -> NativeResult {
        assert_eq!(how, Resumption::Continued);
        pause_again(ctx, self.0)
    }
}

fn pause_again(ctx: Context<'_, '_, '_>, left: u32) -> NativeResult {
    if left > 0 {
        return ctx.pause(Pausing(left - 1));
    }
    ctx.return_from(1)
}

/// `pause(n, ...)`: n pauses, then its arguments.
fn pause(ctx: Context<'_, '_, '_>) -> NativeResult {
    let times = ctx.check_integer(1)?;
    pause_again(ctx, times as u32)
}

struct Burning(u32);

impl NativeState for Burning {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        burn_on(ctx, self.0)
    }
}

fn burn_on(ctx: Context<'_, '_, '_>, units: u32) -> NativeResult {
    for left in (0..units).rev() {
        if ctx.charge(1) == Charge::Pause {
            return ctx.pause(Burning(left));
        }
    }
    ctx.ret0()
}

/// `burn(n)`: n units of work.
fn burn(ctx: Context<'_, '_, '_>) -> NativeResult {
    let units = ctx.check_integer(1)?;
    burn_on(ctx, units as u32)
}

struct Collected;

impl NativeState for Collected {
    fn resume(self: Box<Self>, ctx: &mut NativeContext<'_, '_>, _: Resumption) -> NativeResult {
        ctx.return_from(1)
    }
}

/// `collect(...)`: a full collection, then its arguments.
fn collect(ctx: Context<'_, '_, '_>) -> NativeResult {
    ctx.set_state(Collected);
    Ok(Operation::Collect { full: true })
}

/// `host(kind, ...)`
fn host(ctx: Context<'_, '_, '_>) -> NativeResult {
    let kind = ctx.check_integer(1)?;
    Ok(Operation::Host { kind: kind as u32 })
}

fn kill(ctx: Context<'_, '_, '_>) -> NativeResult {
    ctx.extension::<Shared>().unwrap().kill.kill();
    ctx.ret0()
}

fn tally(ctx: Context<'_, '_, '_>) -> NativeResult {
    ctx.extension::<Shared>().unwrap().tally += 1;
    ctx.ret0()
}

/// `blob(n)`: a string of n bytes, which begins with a count of the calls so that no two are the same.
fn blob(ctx: Context<'_, '_, '_>) -> NativeResult {
    let length = ctx.check_integer(1)? as usize;
    let shared = ctx.extension::<Shared>().unwrap();
    shared.tally += 1;
    let mut text = format!("{:08}", shared.tally).into_bytes();
    text.resize(length.max(8), b'.');
    let value = ctx.tx.intern(&text)?;
    ctx.ret(value)
}

/// `grow(t, n)`: fills t with n numbers.
fn grow(ctx: Context<'_, '_, '_>) -> NativeResult {
    let table = ctx.check_table(1)?;
    for n in 1..=ctx.check_integer(2)? as u32 {
        ctx.tx.raw_set_int(table, n, Value::number(f64::from(n)))?;
    }
    ctx.ret0()
}

/// `where(level)`: the position of the function at the level.
fn position(ctx: Context<'_, '_, '_>) -> NativeResult {
    let level = ctx.check_integer(1)?;
    let text = ctx.position_prefix(level as u32);
    let text = ctx.tx.intern(&text)?;
    ctx.ret(text)
}

fn traceback(ctx: Context<'_, '_, '_>) -> NativeResult {
    let message = ctx.tx.string(ctx.arg(1)).map(<[u8]>::to_vec);
    let text = ctx.traceback(None, message.as_deref(), 1);
    let text = ctx.tx.intern(&text)?;
    ctx.ret(text)
}
