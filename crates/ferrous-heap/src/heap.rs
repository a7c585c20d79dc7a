//! The heap: arenas for each kind of object, the interner, the pools, and the state of journal and collector.
//!
//! It has no accessors to objects: those are methods of [`Transaction`](crate::Transaction), and live in the file of the noun
//! that they are about.
//!
//! **Invariant:** a heap owns everything it refers to and is `Send`; it never blocks, spawns, or does I/O.

use ferrous_arena::{Arena, Registry};

use crate::budget::Budget;
use crate::byte_strings::ByteStrings;
use crate::cell::Cell;
use crate::collector::{self, Collector};
use crate::function::{Function, UpvaluePool};
use crate::interner::Interner;
use crate::metatable::{Metamethod, TypeMetatable};
use crate::pin::Pin;
use crate::prototype::Prototype;
use crate::scope::Scopes;
use crate::scrap::Scrap;
use crate::table::Table;
use crate::text::Text;
use crate::thread::Thread;
use crate::userdata::Userdata;
use crate::value::{TableRef, Value};
use crate::watch::Watch;

/// How a heap is made.
#[derive(Clone, Debug)]
pub struct HeapOptions {
    /// Seed of all hashing; `None` takes one from the operating system. A fixed one makes runs repeatable.
    pub seed: Option<u64>,
    /// Most bytes that may be in use.
    pub limit: usize,
}

impl Default for HeapOptions {
    /// A random seed, and a limit of 1 GiB.
    fn default() -> Self {
        Self { seed: None, limit: 1 << 30 }
    }
}

/// How new objects are made at the moment.
#[derive(Debug)]
pub(crate) struct Birth {
    pub(crate) colour: u8,
    /// Number of the innermost open scope, 0 if none.
    pub(crate) scope: u8,
    /// Whether births are recorded: from the first scope on.
    pub(crate) tracking: bool,
    /// Whether a string that is found by interning may be about to be freed.
    pub(crate) string_care: bool,
}

/// A Lua heap.
#[derive(Debug)]
pub struct Heap {
    pub(crate) tables: Arena<Table>,
    pub(crate) strings: Arena<Text>,
    pub(crate) functions: Arena<Function>,
    pub(crate) cells: Arena<Cell>,
    pub(crate) userdata: Arena<Userdata>,
    pub(crate) threads: Arena<Thread>,
    pub(crate) prototypes: Arena<Prototype>,
    pub(crate) budget: Budget,
    pub(crate) birth: Birth,
    pub(crate) epoch: u32,
    pub(crate) seed: u32,
    pub(crate) upvalues: UpvaluePool,
    pub(crate) constants: Vec<Value>,
    pub(crate) interner: Interner,
    pub(crate) byte_strings: Box<ByteStrings>,
    pub(crate) names: [Value; Metamethod::ALL.len()],
    /// Where each metamethod was found last, among a metatable's entries.
    pub(crate) places: [std::cell::Cell<u8>; Metamethod::ALL.len()],
    pub(crate) type_metatables: [Option<TableRef>; TypeMetatable::COUNT],
    pub(crate) registry: TableRef,
    pub(crate) pins: Registry<Pin>,
    pub(crate) buffer: Vec<u8>,
    pub(crate) dead_prototypes: Vec<u32>,
    pub(crate) userdata_serial: u64,
    /// Bytes charged from outside.
    pub(crate) external: usize,
    /// Objects born in the open scopes, as handle bits, in order.
    pub(crate) born: Vec<u64>,
    pub(crate) collector: Collector,
    pub(crate) scopes: Scopes,
    /// Large buffers that wait to be freed.
    pub(crate) scrap: Scrap,
    /// Whether there may be something to give back.
    pub(crate) is_unsettled: bool,
    pub(crate) watch: Watch,
}

/// The registry is the first table of every heap.
const REGISTRY: TableRef =
    match ferrous_arena::Handle::from_bits((<Table as ferrous_arena::Object>::TAG as u64) << 48) {
        Some(handle) => handle,
        None => panic!("the tag is that of tables"),
    };

impl Heap {
    /// An empty heap.
    pub fn new(options: HeapOptions) -> Self {
        let seed = options.seed.unwrap_or_else(|| ahash::RandomState::new().hash_one(0_u64));
        let mut heap = Self {
            tables: Arena::new(),
            strings: Arena::new(),
            functions: Arena::new(),
            cells: Arena::new(),
            userdata: Arena::new(),
            threads: Arena::new(),
            prototypes: Arena::new(),
            budget: Budget::new(usize::MAX),
            birth: Birth { colour: collector::FIRST_WHITE, scope: 0, tracking: false, string_care: false },
            epoch: 1,
            // Half of the seed's bits are enough for the tables.
            seed: (seed >> 32) as u32 ^ seed as u32,
            upvalues: UpvaluePool::default(),
            constants: Vec::new(),
            interner: Interner::new(seed),
            byte_strings: Box::default(),
            names: [Value::NIL; Metamethod::ALL.len()],
            places: Default::default(),
            type_metatables: [None; TypeMetatable::COUNT],
            registry: REGISTRY,
            pins: Registry::new(),
            buffer: Vec::new(),
            dead_prototypes: Vec::new(),
            userdata_serial: 0,
            external: 0,
            born: Vec::new(),
            collector: Collector::default(),
            scopes: Scopes::default(),
            scrap: Scrap::default(),
            is_unsettled: false,
            watch: Watch::default(),
        };
        // Neither can fail: the arenas are empty and there is no limit yet.
        let registry = heap.begin().new_table(0, 0);
        debug_assert_eq!(registry, Ok(Value::from(REGISTRY)));
        for (place, metamethod) in Metamethod::ALL.into_iter().enumerate() {
            let name = heap.intern(metamethod.name().as_bytes()).map_or(Value::NIL, Value::from);
            if let Some(slot) = heap.names.get_mut(place) {
                *slot = name;
            }
        }
        heap.budget.limit = options.limit;
        heap
    }

    /// What tells this heap from all others of the process; its pins carry it.
    pub fn identity(&self) -> u64 {
        self.pins.identity()
    }

    /// Numbers about the heap.
    pub fn stats(&self) -> HeapStats {
        HeapStats {
            bytes: self.budget.used,
            tables: self.tables.len(),
            strings: self.strings.len(),
            functions: self.functions.len(),
            cells: self.cells.len(),
            userdata: self.userdata.len(),
            threads: self.threads.len(),
            prototypes: self.prototypes.len(),
            pins: self.pins.len(),
            collections: self.collector.collections,
        }
    }
}

/// Numbers about a heap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeapStats {
    /// Bytes in use.
    pub bytes: usize,
    /// Tables.
    pub tables: usize,
    /// Strings.
    pub strings: usize,
    /// Functions.
    pub functions: usize,
    /// Cells.
    pub cells: usize,
    /// Full userdata.
    pub userdata: usize,
    /// Threads.
    pub threads: usize,
    /// Prototypes.
    pub prototypes: usize,
    /// Pins.
    pub pins: usize,
    /// Collector cycles completed.
    pub collections: u64,
}
