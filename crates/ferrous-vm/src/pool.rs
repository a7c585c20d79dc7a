//! Loaded code: the instructions, constants, prototypes and method call sites of all chunks of a machine.
//!
//! A chunk is loaded once; its constants become values of the heap, its instructions get indices into the machine's
//! pools, its `GetMethod` instructions get a call site each, and a
//! constant that an `f32` holds exactly moves into its instruction. All instructions lie in one vector so that a frame needs only
//! the position where its function starts; the vector ends in padding, so that a whole window of [`CODE_WINDOW`]
//! instructions exists behind every function's start. The constants' vector belongs to the heap, which marks the range of
//! each live prototype; the machine borrows it for a slice.
//!
//! When the heap has freed a prototype it reports its id, and [`Pool::release`] returns the ranges for reuse.
//!
//! **Invariant:** during a slice the pools change only by loading, which appends or fills freed ranges; instructions that a
//! frame can reach stay where they are.

use std::ops::Range;
use std::sync::Arc;

use ferrous_heap::{HeapError, PrototypeRef, Transaction, Value};

use crate::chunk::{Chunk, Constant, Prototype, Upvalue};
use crate::loaded_chunk::{KeptChunk, LoadedChunk};
use crate::method_cache::{MethodCache, MethodSite};
use crate::opcode::{CODE_WINDOW, Op};
use crate::remains::Remains;

/// What the machine keeps of a loaded function.
#[derive(Debug)]
pub(crate) struct LoadedPrototype {
    /// Where its instructions start in [`Pool::code`].
    pub(crate) entry: u32,
    /// Where its constants start in the constant pool.
    pub(crate) constants: u32,
    /// Its object in the heap.
    pub(crate) object: PrototypeRef,
    /// Its upvalues, for closures of it.
    pub(crate) upvalues: Box<[Upvalue]>,
    /// How many fixed parameters it has.
    pub(crate) parameters: u8,
    /// How many registers it uses.
    pub(crate) registers: u8,
    /// The chunk it came with, for what is said about it.
    chunk: KeptChunk,
    /// Its index in the chunk.
    pub(crate) index: u32,
    /// How many instructions it has.
    code_len: u32,
    /// How many constants it has.
    constants_len: u32,
    /// Its call sites' range in [`Pool::sites`].
    sites: Range<u32>,
}

impl LoadedPrototype {
    /// The chunk it came with, for what is said about it: nothing that runs needs it.
    pub(crate) fn chunk(&self) -> Option<&Arc<Chunk>> {
        self.chunk.chunk()
    }

    /// It and what it creates as bytecode, unless that is `stopped`.
    pub(crate) fn write(&self, stopped: &dyn Fn() -> bool) -> Option<Vec<u8>> {
        self.chunk.write(self.index as usize, stopped)
    }

    /// The name of its chunk, and the line of one of its instructions (0 for none).
    pub(crate) fn position(&self, instruction: usize) -> Option<(&[u8], u32)> {
        self.chunk.position(self.index as usize, instruction)
    }

    /// The function as the compiler made it, for what is said about it. The index was valid when the chunk was loaded.
    pub(crate) fn prototype(&self) -> Option<&Prototype> {
        self.chunk()?.prototypes.get(self.index as usize)
    }
}

/// A vector that hands out ranges and takes them back.
#[derive(Debug, Default)]
struct FreeRanges(Vec<Range<u32>>);

impl FreeRanges {
    /// A free range of `len`, cut from the first that is long enough.
    fn take(&mut self, len: u32) -> Option<u32> {
        let position = self.0.iter().position(|range| range.end - range.start >= len)?;
        let range = self.0.get_mut(position)?;
        let start = range.start;
        range.start += len;
        if range.start == range.end {
            self.0.swap_remove(position);
        }
        Some(start)
    }

    /// Returns a range, joined to its free neighbours.
    fn give(&mut self, mut range: Range<u32>) {
        if range.is_empty() {
            return;
        }
        while let Some(position) =
            self.0.iter().position(|other| other.end == range.start || other.start == range.end)
        {
            let other = self.0.swap_remove(position);
            range = range.start.min(other.start)..range.end.max(other.end);
        }
        self.0.push(range);
    }
}

/// See the module's text.
#[derive(Debug)]
pub(crate) struct Pool {
    /// All instructions, and a window of padding.
    pub(crate) code: Vec<Op>,
    /// Where the padding starts.
    code_end: usize,
    /// Loaded functions by id.
    pub(crate) prototypes: Vec<Option<LoadedPrototype>>,
    /// Call sites of methods.
    pub(crate) sites: Vec<MethodSite>,
    /// What the sites have found, by class.
    pub(crate) methods: MethodCache,
    free_code: FreeRanges,
    free_constants: FreeRanges,
    free_sites: FreeRanges,
    free_ids: Vec<u32>,
}

/// How many constants or instructions are loaded between two looks at the kill flag.
const STRETCH: usize = 1 << 10;

/// A chunk does not fit the machine's pools (4 Gi instructions or constants).
const TOO_LARGE: HeapError = HeapError::OutOfMemory;

fn to_u32(n: usize) -> Result<u32, HeapError> {
    u32::try_from(n).map_err(|_| TOO_LARGE)
}

impl Pool {
    /// Pools without code.
    pub(crate) fn new() -> Self {
        Self {
            code: vec![Op::Return0; CODE_WINDOW],
            code_end: 0,
            prototypes: Vec::new(),
            sites: Vec::new(),
            methods: MethodCache::default(),
            free_code: FreeRanges::default(),
            free_constants: FreeRanges::default(),
            free_sites: FreeRanges::default(),
            free_ids: Vec::new(),
        }
    }

    /// The loaded function `id`.
    pub(crate) fn prototype(&self, id: u32) -> Option<&LoadedPrototype> {
        self.prototypes.get(id as usize)?.as_ref()
    }

    /// Loads all functions of a chunk and returns the id of its main function. `constants` is the pool borrowed from
    /// the heap; `kept` is the same chunk, as it is to be kept.
    ///
    /// # Errors
    /// Out of memory; what was loaded until then is unreachable and reported dead by the next collection.
    pub(crate) fn load(
        &mut self,
        tx: &mut Transaction<'_>,
        constants: &mut Vec<Value>,
        chunk: &Chunk,
        kept: LoadedChunk,
    ) -> Result<u32, HeapError> {
        let count = chunk.prototypes.len();
        let mut kept = KeptChunk::new(kept, count);
        let ids: Vec<u32> = (0..count).map(|_| self.new_id()).collect::<Result<_, _>>()?;
        // Children follow their parents: loading backwards has each child's object ready for its parent.
        for (index, prototype) in chunk.prototypes.iter().enumerate().rev() {
            let result = self.load_prototype(tx, constants, (chunk, &mut kept), index, prototype, &ids);
            if let Err(error) = result {
                // Ids not yet taken by an object would never be reported dead.
                self.free_ids.extend(ids.iter().take(index + 1));
                return Err(error);
            }
        }
        ids.first().copied().ok_or(TOO_LARGE)
    }

    fn new_id(&mut self) -> Result<u32, HeapError> {
        if let Some(id) = self.free_ids.pop() {
            return Ok(id);
        }
        let id = to_u32(self.prototypes.len())?;
        self.prototypes.push(None);
        Ok(id)
    }

    fn load_prototype(
        &mut self,
        tx: &mut Transaction<'_>,
        constants: &mut Vec<Value>,
        (chunk, kept): (&Chunk, &mut KeptChunk),
        index: usize,
        prototype: &Prototype,
        ids: &[u32],
    ) -> Result<(), HeapError> {
        tx.look()?;
        let id = *ids.get(index).ok_or(TOO_LARGE)?;
        let constants_len = to_u32(prototype.constants.len())?;
        let outside = prototype.code.len() * size_of::<Op>()
            + prototype.constants.len() * size_of::<Value>()
            + if index == 0 { kept.bytes() } else { 0 };
        let first_constant = match self.free_constants.take(constants_len) {
            Some(first) if constants_len > 0 => first,
            _ => {
                let first = to_u32(constants.len())?;
                constants.resize(constants.len() + prototype.constants.len(), Value::NIL);
                first
            }
        };
        let mut children = Vec::new();
        for op in &prototype.code {
            if let Op::Closure { p, .. } = op
                && let Some(child) = ids.get(*p as usize).and_then(|id| self.prototype(*id))
            {
                children.push(child.object);
            }
        }
        let range = first_constant..first_constant + constants_len;
        let object = match tx.new_prototype(id, range.clone(), children, outside) {
            Ok(object) => object,
            Err(error) => {
                self.free_constants.give(range);
                return Err(error);
            }
        };
        // From here on the object owns the ranges: on failure it dies, is reported, and gives them back.
        let code_len = to_u32(prototype.code.len())?;
        let entry = self.place_code(code_len)?;
        let site_count =
            to_u32(prototype.code.iter().filter(|op| matches!(op, Op::GetMethod { .. })).count())?;
        let first_site = self.place_sites(site_count)?;
        if let Some(slot) = self.prototypes.get_mut(id as usize) {
            *slot = Some(LoadedPrototype {
                entry,
                constants: first_constant,
                object,
                upvalues: prototype.upvalues.as_slice().into(),
                parameters: prototype.parameters,
                registers: prototype.registers,
                chunk: kept.take(),
                index: to_u32(index)?,
                code_len,
                constants_len,
                sites: first_site..first_site + site_count,
            });
        }
        Self::load_constants(tx, constants, chunk, prototype, first_constant)?;
        self.load_code(tx, constants, id, prototype, ids)
    }

    /// Fills in the constants of a function.
    fn load_constants(
        tx: &mut Transaction<'_>,
        constants: &mut [Value],
        chunk: &Chunk,
        prototype: &Prototype,
        first: u32,
    ) -> Result<(), HeapError> {
        for (offset, constant) in prototype.constants.iter().enumerate() {
            if offset % STRETCH == STRETCH - 1 {
                tx.look()?;
            }
            let value = match *constant {
                Constant::Nil => Value::NIL,
                Constant::Boolean(value) => Value::boolean(value),
                Constant::Number(value) => Value::number(value),
                Constant::String(text) => tx.intern(chunk.string(text))?,
            };
            if let Some(slot) = constants.get_mut(first as usize + offset) {
                *slot = value;
            }
        }
        Ok(())
    }

    /// Fills in the code of prototype `id`: what names a thing of the chunk names one of the pools from now on.
    fn load_code(
        &mut self,
        tx: &Transaction<'_>,
        constants: &[Value],
        id: u32,
        prototype: &Prototype,
        ids: &[u32],
    ) -> Result<(), HeapError> {
        let Some(loaded) = self.prototype(id) else { return Ok(()) };
        let (entry, first_constant, mut next_site) = (loaded.entry, loaded.constants, loaded.sites.start);
        for (offset, op) in prototype.code.iter().enumerate() {
            if offset % STRETCH == STRETCH - 1 {
                tx.look()?;
            }
            let mut op = op.clone();
            match &mut op {
                Op::GetMethod { k, .. } => {
                    let key = constants.get(first_constant as usize + *k as usize).copied();
                    if let Some(site) = self.sites.get_mut(next_site as usize) {
                        *site = MethodSite { key: key.unwrap_or(Value::NIL), ..MethodSite::EMPTY };
                    }
                    *k = next_site;
                    next_site += 1;
                }
                Op::Closure { p, .. } => *p = ids.get(*p as usize).copied().unwrap_or(u32::MAX),
                other => {
                    if let Some(k) = constant_operand(other) {
                        *k += first_constant;
                        let constant = constants.get(*k as usize).and_then(|value| value.as_number());
                        if let Some(immediate) = constant.and_then(|number| with_immediate(other, number)) {
                            *other = immediate;
                        }
                    }
                }
            }
            if let Some(slot) = self.code.get_mut(entry as usize + offset) {
                *slot = op;
            }
        }
        Ok(())
    }

    fn place_code(&mut self, len: u32) -> Result<u32, HeapError> {
        if len > 0
            && let Some(entry) = self.free_code.take(len)
        {
            return Ok(entry);
        }
        let entry = self.code_end;
        self.code_end += len as usize;
        let entry = to_u32(entry)?;
        to_u32(self.code_end + CODE_WINDOW)?;
        self.code.resize(self.code_end + CODE_WINDOW, Op::Return0);
        Ok(entry)
    }

    fn place_sites(&mut self, len: u32) -> Result<u32, HeapError> {
        if len > 0
            && let Some(first) = self.free_sites.take(len)
        {
            return Ok(first);
        }
        let first = to_u32(self.sites.len())?;
        self.sites.resize(self.sites.len() + len as usize, MethodSite::EMPTY);
        Ok(first)
    }

    /// Takes back what prototype `id` held, after the heap has freed its object; leaves its chunk.
    pub(crate) fn release(&mut self, id: u32, constants: &mut [Value], remains: &mut Remains) {
        let Some(loaded) = self.prototypes.get_mut(id as usize).and_then(Option::take) else { return };
        self.free_ids.push(id);
        let range = loaded.constants..loaded.constants + loaded.constants_len;
        if let Some(slots) = constants.get_mut(range.start as usize..range.end as usize) {
            slots.fill(Value::NIL);
        }
        self.free_constants.give(range);
        self.free_code.give(loaded.entry..loaded.entry + loaded.code_len);
        self.free_sites.give(loaded.sites);
        loaded.chunk.leave(remains);
    }
}

/// The instruction with its constant inside it, if there is such a one and an `f32` holds the constant exactly.
fn with_immediate(op: &Op, constant: f64) -> Option<Op> {
    // Rounding is what is asked for; NaN is not equal to itself.
    let n = constant as f32;
    if f64::from(n) != constant {
        return None;
    }
    Some(match *op {
        Op::AddK { a, b, .. } => Op::AddN { a, b, n },
        Op::SubK { a, b, .. } => Op::SubN { a, b, n },
        Op::MulK { a, b, .. } => Op::MulN { a, b, n },
        Op::ModK { a, b, .. } => Op::ModN { a, b, n },
        Op::JumpEqK { a, off, .. } => Op::JumpEqN { a, off, n },
        Op::JumpNeK { a, off, .. } => Op::JumpNeN { a, off, n },
        Op::JumpLtK { a, off, .. } => Op::JumpLtN { a, off, n },
        Op::JumpNotLtK { a, off, .. } => Op::JumpNotLtN { a, off, n },
        Op::JumpLeK { a, off, .. } => Op::JumpLeN { a, off, n },
        Op::JumpNotLeK { a, off, .. } => Op::JumpNotLeN { a, off, n },
        Op::JumpGtK { a, off, .. } => Op::JumpGtN { a, off, n },
        Op::JumpNotGtK { a, off, .. } => Op::JumpNotGtN { a, off, n },
        Op::JumpGeK { a, off, .. } => Op::JumpGeN { a, off, n },
        Op::JumpNotGeK { a, off, .. } => Op::JumpNotGeN { a, off, n },
        _ => return None,
    })
}

/// The constant operand of an instruction other than `GetMethod`.
fn constant_operand(op: &mut Op) -> Option<&mut u32> {
    match op {
        Op::LoadK { k, .. }
        | Op::GetGlobal { k, .. }
        | Op::SetGlobal { k, .. }
        | Op::GetField { k, .. }
        | Op::SetField { k, .. }
        | Op::AddK { k, .. }
        | Op::SubK { k, .. }
        | Op::MulK { k, .. }
        | Op::DivK { k, .. }
        | Op::ModK { k, .. }
        | Op::PowK { k, .. }
        | Op::KAdd { k, .. }
        | Op::KSub { k, .. }
        | Op::KMul { k, .. }
        | Op::KDiv { k, .. }
        | Op::JumpEqK { k, .. }
        | Op::JumpNeK { k, .. }
        | Op::JumpLtK { k, .. }
        | Op::JumpNotLtK { k, .. }
        | Op::JumpLeK { k, .. }
        | Op::JumpNotLeK { k, .. }
        | Op::JumpGtK { k, .. }
        | Op::JumpNotGtK { k, .. }
        | Op::JumpGeK { k, .. }
        | Op::JumpNotGeK { k, .. } => Some(k),
        _ => None,
    }
}
