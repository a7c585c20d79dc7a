//! A simple model of a heap, run beside the real one.
//!
//! The model is a map from ids to objects, cloned whole when a scope opens. What it can reach must be alive in the heap, with
//! the same content; after a full collection nothing else may be.
#![allow(unreachable_pub, clippy::unwrap_used, clippy::panic)]

mod check;

use std::collections::{BTreeMap, BTreeSet};

use ferrous_heap::{
    Commit, FunctionRef, Heap, HeapError, HeapOptions, Pinned, Rollback, ScopeId, TableRef, TypeMetatable,
    Value,
};

pub type Id = u32;

/// The registry.
const REGISTRY: Id = 0;

/// Additional values of a large table.
const LARGE: u32 = 1100;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reference {
    Nil,
    Number(u8),
    Text(u8),
    Object(Id),
}

#[derive(Clone, Debug, PartialEq)]
enum Object {
    /// Integer keys up to 127, string keys from 128 on; whether it is read-only; as a metatable, its `__mode`.
    /// A large one has values at many more keys, which make the collector scan it in slices.
    Table {
        fields: BTreeMap<u8, Reference>,
        metatable: Option<Id>,
        read_only: bool,
        large: bool,
    },
    Cell(Reference),
    /// Environment first.
    Function(Vec<Reference>),
    Userdata {
        payload: u64,
        environment: Reference,
        metatable: Option<Id>,
    },
    Thread(Vec<Reference>),
}

#[derive(Clone, Debug)]
struct Model {
    objects: BTreeMap<Id, Object>,
    pins: BTreeSet<usize>,
    number_metatable: Option<Id>,
}

/// Model and heap.
pub struct World {
    pub heap: Heap,
    model: Model,
    scopes: Vec<(ScopeId, Model, usize)>,
    /// Heap values of ids.
    values: BTreeMap<Id, Value>,
    /// All pins ever made, and their object.
    pins: Vec<(Option<Pinned>, Id)>,
    next: Id,
    /// In use when the outermost scope was opened.
    bytes: usize,
    weak_keys: Option<Id>,
    weak_values: Option<Id>,
    /// What was alive when the heap was sealed: it stays.
    sealed: BTreeSet<Id>,
}

/// One random action: what, and three choices.
pub type Action = (u8, u16, u16, u16);

impl World {
    pub fn new() -> Self {
        let mut heap = Heap::new(HeapOptions { seed: Some(7), ..HeapOptions::default() });
        let registry = heap.begin().registry();
        let registry_object =
            Object::Table { fields: BTreeMap::new(), metatable: None, read_only: false, large: false };
        let mut world = Self {
            heap,
            model: Model {
                objects: BTreeMap::from([(REGISTRY, registry_object)]),
                pins: BTreeSet::new(),
                number_metatable: None,
            },
            scopes: Vec::new(),
            values: BTreeMap::from([(REGISTRY, registry.into())]),
            pins: Vec::new(),
            next: 1,
            bytes: 0,
            weak_keys: None,
            weak_values: None,
            sealed: BTreeSet::new(),
        };
        world.weak_keys = Some(world.make_mode(b"k", 100));
        world.weak_values = Some(world.make_mode(b"v", 101));
        world
    }

    /// A metatable with a mode, kept in the registry.
    fn make_mode(&mut self, mode: &[u8], key: u8) -> Id {
        let id = self.make_table();
        let mut transaction = self.heap.begin();
        let name = transaction.intern(b"__mode").unwrap();
        let mode = transaction.intern(mode).unwrap();
        transaction.raw_set(self.values[&id].as_table().unwrap(), name, mode).unwrap();
        self.set_field(REGISTRY, key, Reference::Object(id));
        id
    }

    fn make_table(&mut self) -> Id {
        let value = self.heap.begin().new_table(0, 0).unwrap();
        self.add(
            value,
            Object::Table { fields: BTreeMap::new(), metatable: None, read_only: false, large: false },
        )
    }

    fn add(&mut self, value: Value, object: Object) -> Id {
        let id = self.next;
        self.next += 1;
        self.values.insert(id, value);
        self.model.objects.insert(id, object);
        id
    }

    fn value(&mut self, reference: Reference) -> Value {
        match reference {
            Reference::Nil => Value::NIL,
            Reference::Number(number) => Value::number(f64::from(number)),
            Reference::Text(text) => self.heap.begin().intern(&text_of(text)).unwrap(),
            Reference::Object(id) => self.values[&id],
        }
    }

    fn key(&mut self, key: u8) -> Value {
        if key < 128 { Value::number(f64::from(key) + 1.0) } else { self.value(Reference::Text(key)) }
    }

    fn table(&self, id: Id) -> TableRef {
        self.values[&id].as_table().unwrap()
    }

    fn set_field(&mut self, table: Id, key: u8, reference: Reference) {
        let (key_value, value) = (self.key(key), self.value(reference));
        let handle = self.table(table);
        let result = self.heap.begin().raw_set(handle, key_value, value);
        let Some(Object::Table { fields, read_only, .. }) = self.model.objects.get_mut(&table) else {
            panic!()
        };
        if *read_only {
            assert_eq!(result, Err(HeapError::ReadOnly));
            return;
        }
        result.unwrap();
        if reference == Reference::Nil {
            fields.remove(&key)
        } else {
            fields.insert(key, reference)
        };
    }

    fn mode_of(&self, metatable: Option<Id>) -> (bool, bool) {
        (
            metatable.is_some() && metatable == self.weak_keys,
            metatable.is_some() && metatable == self.weak_values,
        )
    }

    fn reachable_in(&self, model: &Model) -> BTreeSet<Id> {
        let mut reached = BTreeSet::new();
        let mut stack = vec![REGISTRY];
        stack.extend(model.pins.iter().map(|pin| self.pins[*pin].1));
        stack.extend(model.number_metatable);
        while let Some(id) = stack.pop() {
            if !reached.insert(id) {
                continue;
            }
            let mut see = |reference: &Reference| {
                if let Reference::Object(id) = reference {
                    stack.push(*id);
                }
            };
            match &model.objects[&id] {
                Object::Table { fields, metatable, .. } => {
                    if !self.mode_of(*metatable).1 {
                        fields.values().for_each(&mut see);
                    }
                    stack.extend(metatable);
                }
                Object::Cell(reference) => see(reference),
                Object::Function(references) | Object::Thread(references) => {
                    references.iter().for_each(&mut see)
                }
                Object::Userdata { environment, metatable, .. } => {
                    see(environment);
                    stack.extend(metatable);
                }
            }
        }
        reached
    }

    /// Makes all there is the base state.
    pub fn seal(&mut self) {
        self.heap.seal().unwrap();
        self.check();
        self.sealed = self.reachable();
    }

    fn reachable(&self) -> BTreeSet<Id> {
        self.reachable_in(&self.model)
    }

    /// Entries that the collector has taken out of weak tables leave the model too; only dead ones may have gone.
    fn sync_weak_tables(&mut self) {
        let reached = self.reachable();
        for id in &reached {
            let Object::Table { fields, metatable, .. } = &self.model.objects[id] else { continue };
            if !self.mode_of(*metatable).1 {
                continue;
            }
            let mut gone = Vec::new();
            for (key, reference) in fields.clone() {
                let key_value = self.key(key);
                let handle = self.table(*id);
                let found = self.heap.begin().raw_get(handle, key_value);
                let Reference::Object(target) = reference else { continue };
                if found.is_nil() {
                    assert!(!reached.contains(&target), "a live reference was cleared");
                    gone.push(key);
                }
            }
            let Some(Object::Table { fields, .. }) = self.model.objects.get_mut(id) else { panic!() };
            fields.retain(|key, _| !gone.contains(key));
        }
    }

    fn pick(&self, choice: u16, wanted: impl Fn(&Object) -> bool) -> Option<Id> {
        let reached = self.reachable();
        let candidates: Vec<Id> = reached.into_iter().filter(|id| wanted(&self.model.objects[id])).collect();
        if candidates.is_empty() { None } else { Some(candidates[usize::from(choice) % candidates.len()]) }
    }

    fn pick_table(&self, choice: u16) -> Id {
        self.pick(choice, |object| matches!(object, Object::Table { .. })).unwrap()
    }

    fn pick_reference(&self, choice: u16) -> Reference {
        match choice % 8 {
            0 => Reference::Nil,
            1 => Reference::Number((choice >> 8) as u8),
            2 | 3 => Reference::Text((choice >> 8) as u8),
            _ => Reference::Object(self.pick(choice >> 3, |_| true).unwrap()),
        }
    }

    /// Does one action in both.
    pub fn act(&mut self, (what, a, b, c): Action) {
        let table = self.pick_table(a);
        let key = if b % 3 == 0 { (b >> 8) as u8 } else { (b >> 8) as u8 % 12 };
        let reference = self.pick_reference(c);
        match what {
            0..=29 => self.set_field(table, key, reference),
            30..=44 => {
                let id = self.make(a ^ c, reference);
                // One in four is garbage at once.
                if b % 4 != 0 {
                    self.set_field(table, key, Reference::Object(id));
                }
            }
            45..=54 => self.change_other(a, b, reference),
            55..=59 => self.set_metatable(a, b),
            60 => {
                let on = b % 2 == 0;
                if table != REGISTRY {
                    let handle = self.table(table);
                    self.heap.begin().set_read_only(handle, on).unwrap();
                    let Some(Object::Table { read_only, .. }) = self.model.objects.get_mut(&table) else {
                        panic!()
                    };
                    *read_only = on;
                }
            }
            61..=62 => {
                let value = self.values[&table];
                let pinned = self.heap.begin().pin(value);
                self.pins.push((Some(pinned), table));
                self.model.pins.insert(self.pins.len() - 1);
            }
            63..=64 => self.unpin(b),
            65 => {
                let metatable = (b % 2 == 0).then_some(table);
                let handle = metatable.map(|id| self.table(id));
                self.heap.begin().set_type_metatable(TypeMetatable::Number, handle).unwrap();
                self.model.number_metatable = metatable;
            }
            66 => self.enlarge(table),
            67..=82 => {
                self.heap.collect_step(usize::from(b % 37) + 1);
            }
            83..=85 => {
                self.heap.collect_due(usize::from(b % 37) + 1);
                self.heap.settle(usize::from(c % 101) + 1);
            }
            86 => self.heap.collect_full(),
            87..=91 => self.open(),
            92..=94 => self.close(true),
            _ => self.close(false),
        }
    }

    fn enlarge(&mut self, table: Id) {
        let handle = self.table(table);
        let Some(Object::Table { read_only: false, large, .. }) = self.model.objects.get_mut(&table) else {
            return;
        };
        *large = true;
        let mut transaction = self.heap.begin();
        for index in (1000..1000 + LARGE).rev() {
            transaction.raw_set_int(handle, index, Value::TRUE).unwrap();
        }
    }

    fn make(&mut self, choice: u16, reference: Reference) -> Id {
        let value = self.value(reference);
        match choice % 6 {
            0 => {
                let cell = self.heap.begin().new_cell(value).unwrap();
                self.add(cell, Object::Cell(reference))
            }
            1 => {
                let mut transaction = self.heap.begin();
                let prototype = transaction.new_prototype(3, 0..0, Vec::new(), 0).unwrap();
                let (function, base) = transaction.new_closure(prototype, 0, (0, 1), 2, value).unwrap();
                transaction.init_upvalue(base + 1, value);
                self.add(function, Object::Function(vec![reference, reference, Reference::Nil]))
            }
            2 => {
                let snapshot: ferrous_heap::Snapshot =
                    |payload| Box::new(*payload.downcast_ref::<u64>().unwrap());
                let userdata = self.heap.begin().new_restorable_userdata(Box::new(5_u64), snapshot).unwrap();
                self.add(
                    userdata,
                    Object::Userdata { payload: 5, environment: Reference::Nil, metatable: None },
                )
            }
            3 => {
                let mut transaction = self.heap.begin();
                let thread = transaction.new_thread().unwrap();
                transaction.thread_mut(thread.as_thread().unwrap()).unwrap().stack = vec![value, value];
                self.add(thread, Object::Thread(vec![reference, reference]))
            }
            _ => self.make_table(),
        }
    }

    /// Stores into something that is no table.
    fn change_other(&mut self, a: u16, b: u16, reference: Reference) {
        let Some(id) = self.pick(a, |object| !matches!(object, Object::Table { .. })) else { return };
        let (object_value, value) = (self.values[&id], self.value(reference));
        let mut transaction = self.heap.begin();
        match self.model.objects.get_mut(&id).unwrap() {
            Object::Cell(content) => {
                transaction.set_cell(object_value, value).unwrap();
                *content = reference;
            }
            Object::Function(slots) => {
                let slot = usize::from(b) % slots.len();
                let function: FunctionRef = object_value.as_function().unwrap();
                transaction.set_upvalue(function, slot, value).unwrap();
                slots[slot] = reference;
            }
            Object::Userdata { payload, environment, .. } => {
                if b.is_multiple_of(2) {
                    *transaction.userdata_mut(object_value).unwrap().downcast_mut::<u64>().unwrap() =
                        u64::from(b);
                    *payload = u64::from(b);
                } else {
                    transaction.set_userdata_environment(object_value.as_userdata().unwrap(), value).unwrap();
                    *environment = reference;
                }
            }
            Object::Thread(stack) => {
                let thread = object_value.as_thread().unwrap();
                let (mut values, frames, states) = transaction.take_thread(thread).unwrap();
                if b.is_multiple_of(3) {
                    values.push(value);
                    stack.push(reference);
                } else if !stack.is_empty() {
                    let slot = usize::from(b) % stack.len();
                    values[slot] = value;
                    stack[slot] = reference;
                }
                transaction.put_thread(thread, values, frames, states).unwrap();
            }
            Object::Table { .. } => panic!(),
        }
    }

    fn set_metatable(&mut self, a: u16, b: u16) {
        let metatable = match b % 6 {
            0 => None,
            1 | 2 => self.weak_values,
            3 => self.weak_keys,
            _ => Some(self.pick_table(b >> 3)),
        };
        let has = |object: &Object| matches!(object, Object::Table { .. } | Object::Userdata { .. });
        let id = self.pick(a, has).unwrap();
        if id == REGISTRY || metatable.is_some_and(|metatable| !self.reachable().contains(&metatable)) {
            return;
        }
        self.sync_weak_tables();
        let handle = metatable.map(|id| self.table(id));
        // A weak table may refer to what is dead already: it does not become strong.
        if let Object::Table { metatable: old, .. } = &self.model.objects[&id]
            && self.mode_of(*old).1
        {
            return;
        }
        let result = self.heap.begin().set_metatable(self.values[&id], handle);
        match self.model.objects.get_mut(&id).unwrap() {
            Object::Table { read_only: true, .. } => assert_eq!(result, Err(HeapError::ReadOnly)),
            Object::Table { metatable: place, .. } | Object::Userdata { metatable: place, .. } => {
                result.unwrap();
                *place = metatable;
            }
            _ => panic!(),
        }
    }

    fn unpin(&mut self, choice: u16) {
        // A pin that an open scope may bring back must keep its `Pinned`, which `unpin` consumes; so only young ones go.
        let oldest = self.scopes.last().map_or(0, |(_, _, pins)| *pins);
        let young: Vec<usize> = self.model.pins.iter().copied().filter(|pin| *pin >= oldest).collect();
        if let Some(&pin) = young.get(usize::from(choice) % young.len().max(1)) {
            let pinned = self.pins[pin].0.take().unwrap();
            self.heap.begin().unpin(pinned).unwrap();
            self.model.pins.remove(&pin);
        }
    }

    fn open(&mut self) {
        if self.scopes.len() < 4 {
            self.sync_weak_tables();
            let scope = self.heap.open_scope().unwrap();
            if self.scopes.is_empty() {
                self.bytes = self.heap.bytes_in_use();
            }
            self.scopes.push((scope, self.model.clone(), self.pins.len()));
        }
    }

    fn close(&mut self, commit: bool) {
        let Some((scope, model, pins)) = self.scopes.pop() else { return };
        if commit {
            self.heap.close_scope(scope, Commit).unwrap();
        } else {
            self.heap.close_scope(scope, Rollback).unwrap();
            self.model = model;
            if self.scopes.is_empty() {
                assert_eq!(self.heap.bytes_in_use(), self.bytes);
            }
            for (pinned, _) in &mut self.pins[pins..] {
                if let Some(pinned) = pinned.take() {
                    assert!(self.heap.begin().resolve(&pinned).is_err());
                }
            }
        }
        self.check();
    }
}

fn text_of(text: u8) -> Vec<u8> {
    // Some are one byte, some short, some long.
    let length = match text % 5 {
        0 => 40,
        1 | 2 => 1,
        _ => 3,
    };
    vec![text; length]
}
