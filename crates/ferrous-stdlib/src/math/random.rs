//! `math.random` and `math.randomseed` (manual §5.6).
//!
//! The generator lies in a userdata that both functions share, in a cell: its state is no part of the heap's, so that no
//! rollback sets it back.
//!
//! **Invariant:** `random` uses exactly one number of the generator per call.

use std::cell::RefCell;

use ferrous_heap::{TableRef, Value};
use ferrous_vm::error::LuaError;
use ferrous_vm::native::{NativeContext, NativeResult};

use crate::argument::check_int;
use crate::base::set_native;

/// A source of random numbers for `math.random`.
pub trait Generator: Send {
    /// The next number, in [0, 1).
    fn next(&mut self) -> f64;
    /// Starts again from a seed.
    fn seed(&mut self, seed: i32);
}

type Shared = RefCell<Box<dyn Generator>>;

pub(super) fn open(
    ctx: &mut NativeContext<'_, '_>,
    library: TableRef,
    generator: impl Generator + 'static,
) -> Result<(), LuaError> {
    let shared: Shared = RefCell::new(Box::new(generator));
    let shared = ctx.tx.new_userdata(Box::new(shared))?;
    set_native(ctx, library, "random", random, &[shared])?;
    set_native(ctx, library, "randomseed", randomseed, &[shared])
}

fn with_generator<R>(
    ctx: &NativeContext<'_, '_>,
    f: impl FnOnce(&mut dyn Generator) -> R,
) -> Result<R, LuaError> {
    let shared = ctx.tx.userdata(ctx.upvalue(0)).and_then(|payload| payload.downcast_ref::<Shared>());
    let shared = shared.and_then(|shared| shared.try_borrow_mut().ok());
    let mut generator = shared.ok_or_else(|| ctx.error("no random generator"))?;
    Ok(f(generator.as_mut()))
}

/// `math.random([m [, n]])`.
fn random(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let number = with_generator(ctx, |generator| generator.next())?;
    let (low, high) = match ctx.arg_count() {
        0 => return ctx.ret(Value::number(number)),
        1 => (1, check_int(ctx, 1)?),
        2 => (check_int(ctx, 1)?, check_int(ctx, 2)?),
        _ => return Err(ctx.error("wrong number of arguments")),
    };
    if low > high {
        return Err(ctx.argument_error(ctx.arg_count(), "interval is empty"));
    }
    // The width overflows as C's `int` does.
    let width = f64::from(high.wrapping_sub(low).wrapping_add(1));
    ctx.ret(Value::number((number * width).floor() + f64::from(low)))
}

/// `math.randomseed(x)`.
fn randomseed(ctx: &mut NativeContext<'_, '_>) -> NativeResult {
    let seed = check_int(ctx, 1)?;
    with_generator(ctx, |generator| generator.seed(seed))?;
    ctx.ret0()
}

/// Words of the additive feedback generator.
const WORDS: usize = 31;
/// Distance of the two words that are added.
const SEPARATION: usize = 3;
const RAND_MAX: u32 = 0x7FFF_FFFF;

/// The numbers of glibc's `rand`, which PUC Lua gives on Linux: the same seed makes the same sequence.
#[derive(Debug, Clone)]
pub struct GlibcRandom {
    state: [u32; WORDS],
    front: usize,
}

impl Default for GlibcRandom {
    fn default() -> Self {
        let mut generator = Self { state: [0; WORDS], front: SEPARATION };
        generator.seed(1);
        generator
    }
}

impl GlibcRandom {
    /// C's `rand()`: 31 bits.
    fn word(&mut self) -> u32 {
        let rear = self.front.checked_sub(SEPARATION).unwrap_or(self.front + WORDS - SEPARATION);
        let addend = self.state.get(rear).copied().unwrap_or_default();
        let word = self.state.get_mut(self.front).map_or(0, |word| {
            *word = word.wrapping_add(addend);
            *word
        });
        self.front = if self.front + 1 == WORDS { 0 } else { self.front + 1 };
        word >> 1
    }
}

impl Generator for GlibcRandom {
    fn next(&mut self) -> f64 {
        f64::from(self.word() % RAND_MAX) / f64::from(RAND_MAX)
    }

    fn seed(&mut self, seed: i32) {
        // Park and Miller's generator fills the state.
        let mut word = if seed == 0 { 1 } else { i64::from(seed) };
        for slot in &mut self.state {
            // Below 2^31 and not negative after the first word, which is the seed's bits.
            *slot = word as u32;
            let (high, low) = (word / 127_773, word % 127_773);
            word = 16_807 * low - 2_836 * high;
            if word < 0 {
                word += i64::from(RAND_MAX);
            }
        }
        self.front = SEPARATION;
        for _ in 0..10 * WORDS {
            self.word();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_glibc() {
        // lua5.1 -e 'for i=1,5 do print(math.random(100)) end'
        let mut generator = GlibcRandom::default();
        let numbers: Vec<f64> = (0..5).map(|_| (generator.next() * 100.0).floor() + 1.0).collect();
        assert_eq!(numbers, [85.0, 40.0, 79.0, 80.0, 92.0]);
        generator.seed(42);
        let first = generator.next();
        assert!((first - 0.033_469_947_001_89).abs() < 1e-9 || (first - 0.033_469_948_001_89).abs() < 1e-9);
    }
}
