//! Comparing heap and model.

use ferrous_heap::{TypeMetatable, Value};

use super::{Id, LARGE, Object, Reference, World};

impl World {
    /// Everything that the model can reach is there, and as it should be.
    pub fn check(&mut self) {
        self.heap.audit().unwrap();
        self.sync_weak_tables();
        for id in self.reachable() {
            let object = self.model.objects[&id].clone();
            self.check_object(id, &object);
        }
        let expected = self.model.number_metatable.map(|id| self.table(id));
        assert_eq!(self.heap.begin().type_metatable(TypeMetatable::Number), expected);
    }

    fn check_object(&mut self, id: Id, object: &Object) {
        let value = self.values[&id];
        let same = |world: &mut Self, found: Value, reference: Reference| {
            let expected = world.value(reference);
            assert_eq!(found, expected, "in {id}: {object:?}");
        };
        match object {
            Object::Table { fields, metatable, read_only, large } => {
                let handle = value.as_table().unwrap();
                for (key, reference) in fields {
                    let key = self.key(*key);
                    let found = self.heap.begin().raw_get(handle, key);
                    same(self, found, *reference);
                }
                let transaction = self.heap.begin();
                let (mut position, mut count) = (0, 0);
                while let Some((next, ..)) = transaction.next_entry(handle, position) {
                    position = next;
                    count += 1;
                }
                let modes = usize::from(Some(id) == self.weak_keys || Some(id) == self.weak_values);
                let more = if *large { LARGE as usize } else { 0 };
                assert_eq!(count, fields.len() + modes + more, "in {id}");
                assert_eq!(
                    transaction.metatable_of(value),
                    metatable.map(|id| self.values[&id].as_table().unwrap())
                );
                assert_eq!(transaction.is_read_only(handle), *read_only);
            }
            Object::Cell(reference) => {
                let found = self.heap.begin().cell(value).unwrap();
                same(self, found, *reference);
            }
            Object::Function(references) => {
                for (at, reference) in references.iter().enumerate() {
                    let transaction = self.heap.begin();
                    let base = transaction.function(value).unwrap().upvalues;
                    let found = transaction.upvalue(base + at as u32);
                    same(self, found, *reference);
                }
            }
            Object::Userdata { payload, environment, metatable } => {
                let transaction = self.heap.begin();
                assert_eq!(transaction.userdata(value).unwrap().downcast_ref::<u64>(), Some(payload));
                assert_eq!(
                    transaction.metatable_of(value),
                    metatable.map(|id| self.values[&id].as_table().unwrap())
                );
                let found = transaction.userdata_environment(value.as_userdata().unwrap());
                same(self, found, *environment);
            }
            Object::Thread(references) => {
                let stack = self.heap.begin().thread(value.as_thread().unwrap()).unwrap().stack.clone();
                assert_eq!(stack.len(), references.len());
                for (found, reference) in stack.into_iter().zip(references) {
                    same(self, found, *reference);
                }
            }
        }
    }

    /// Counts sealed objects as pinned.
    fn pin_sealed(&mut self) -> Vec<usize> {
        let first = self.pins.len();
        self.pins.extend(self.sealed.iter().map(|id| (None, *id)));
        (first..self.pins.len()).collect()
    }

    /// Ends all scopes, collects twice, and counts: nothing unreachable is left.
    pub fn finish(&mut self, commit: bool) {
        while !self.scopes.is_empty() {
            self.close(commit);
        }
        self.heap.collect_full();
        self.heap.collect_full();
        self.check();
        let pins = self.pin_sealed();
        self.model.pins.extend(pins);
        let reached = self.reachable();
        let count =
            |wanted: fn(&Object) -> bool| reached.iter().filter(|id| wanted(&self.model.objects[id])).count();
        let stats = self.heap.stats();
        assert_eq!(stats.tables, count(|object| matches!(object, Object::Table { .. })));
        assert_eq!(stats.cells, count(|object| matches!(object, Object::Cell(_))));
        assert_eq!(stats.functions, count(|object| matches!(object, Object::Function(_))));
        assert_eq!(stats.prototypes, stats.functions);
        assert_eq!(stats.userdata, count(|object| matches!(object, Object::Userdata { .. })));
        assert_eq!(stats.threads, count(|object| matches!(object, Object::Thread(_))));
        for (id, value) in self.values.clone() {
            if !reached.contains(&id) {
                let transaction = self.heap.begin();
                assert!(transaction.table(value).is_none() && transaction.cell(value).is_none());
                assert!(transaction.function(value).is_none() && transaction.userdata(value).is_none());
            }
        }
    }
}
