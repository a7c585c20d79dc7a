//! The arena and the registry against simple models: live, stale and forged handles.
#![allow(clippy::unwrap_used)]

use std::collections::{HashMap, HashSet};

use ferrous_arena::{Arena, FREE, Handle, Object, PinError, Registry, Trim};
use proptest::prelude::*;

#[derive(Debug, Default)]
struct Number(u64);

impl Object for Number {
    const TAG: u16 = 0xFFFB;
}

#[derive(Clone, Debug)]
enum Action {
    Allocate(u64),
    Release(usize),
    Store(usize, u64),
    Colour(usize, u8),
    AllocateMany(usize),
    ReleaseBeyond(u32),
    FavourLowSlots,
    Trim(usize),
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        4 => any::<u64>().prop_map(Action::Allocate),
        3 => any::<usize>().prop_map(Action::Release),
        2 => (any::<usize>(), any::<u64>()).prop_map(|(which, value)| Action::Store(which, value)),
        1 => (any::<usize>(), 1..=u8::MAX).prop_map(|(which, colour)| Action::Colour(which, colour)),
    ]
}

/// As [`action`], with objects enough for an arena to have something to give back.
fn action_on_many() -> impl Strategy<Value = Action> {
    prop_oneof![
        8 => action(),
        2 => (1_usize..12_000).prop_map(Action::AllocateMany),
        3 => (0_u32..24_000).prop_map(Action::ReleaseBeyond),
        2 => Just(Action::FavourLowSlots),
        3 => (1_usize..30_000).prop_map(Action::Trim),
    ]
}

/// An arena, what lives in it, and all handles that are stale.
#[derive(Default)]
struct Model {
    arena: Arena<Number>,
    live: Vec<(Handle<Number>, u64, u8)>,
    stale: HashSet<Handle<Number>>,
}

impl Model {
    fn allocate(&mut self, value: u64) -> Result<(), TestCaseError> {
        let (handle, number) = self.arena.allocate(1, 0).unwrap();
        prop_assert_eq!(number.0, 0, "a slot was not reset");
        number.0 = value;
        prop_assert!(!self.stale.contains(&handle), "a handle was given out twice");
        self.live.push((handle, value, 1));
        Ok(())
    }

    fn release(&mut self, handle: Handle<Number>) {
        self.arena.release(handle.index(), |number| number.0 = 0);
        self.stale.insert(handle);
    }

    fn act(&mut self, action: Action) -> Result<(), TestCaseError> {
        match action {
            Action::Allocate(value) => self.allocate(value)?,
            Action::AllocateMany(number) => {
                for value in 0..number {
                    self.allocate(value as u64)?;
                }
            }
            Action::Release(which) if !self.live.is_empty() => {
                let (handle, ..) = self.live.swap_remove(which % self.live.len());
                self.release(handle);
            }
            Action::ReleaseBeyond(index) => {
                let (gone, live) = self.live.drain(..).partition(|(handle, ..)| handle.index() >= index);
                self.live = live;
                let gone: Vec<(Handle<Number>, u64, u8)> = gone;
                gone.into_iter().for_each(|(handle, ..)| self.release(handle));
            }
            Action::Store(which, value) if !self.live.is_empty() => {
                let which = which % self.live.len();
                self.arena.get_mut(self.live[which].0).unwrap().0 = value;
                self.live[which].1 = value;
            }
            Action::Colour(which, colour) if !self.live.is_empty() => {
                let which = which % self.live.len();
                self.arena.set_colour(self.live[which].0.index(), colour);
                self.live[which].2 = colour;
            }
            Action::FavourLowSlots => drop(self.arena.favour_low_slots()),
            Action::Trim(work) => {
                let slots = self.arena.slots() as usize;
                let (Trim::More(left) | Trim::Done(left)) = self.arena.trim(work);
                let given_back = slots - self.arena.slots() as usize;
                prop_assert!(left <= work && given_back < work + 16);
            }
            _ => {}
        }
        Ok(())
    }

    fn check(&self) -> Result<(), TestCaseError> {
        prop_assert_eq!(self.arena.len(), self.live.len());
        for (handle, value, colour) in &self.live {
            prop_assert_eq!(self.arena.get(*handle).map(|number| number.0), Some(*value));
            prop_assert_eq!(self.arena.colour(handle.index()), *colour);
            prop_assert_eq!(self.arena.handle_at(handle.index()), Some(*handle));
        }
        for handle in &self.stale {
            prop_assert!(self.arena.get(*handle).is_none());
            prop_assert!(!self.arena.is_live_bits(handle.bits()));
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn slots_that_were_given_back_come_back_younger(
        actions in prop::collection::vec(action_on_many(), 0..80),
    ) {
        let mut model = Model::default();
        for action in actions {
            model.act(action)?;
        }
        model.check()?;
        // All that is left comes back through the same slots, and once only.
        for handle in model.live.iter().map(|(handle, ..)| *handle).collect::<Vec<_>>() {
            model.release(handle);
        }
        model.live.clear();
        drop(model.arena.favour_low_slots());
        while let Trim::More(_) = model.arena.trim(1000) {}
        model.act(Action::AllocateMany(20_000))?;
        model.check()?;
    }
}

proptest! {
    #[test]
    fn handles_reach_what_they_were_made_for(actions in prop::collection::vec(action(), 0..300)) {
        let mut model = Model::default();
        for action in actions {
            model.act(action)?;
        }
        model.check()?;
        let Model { mut arena, stale, .. } = model;
        for handle in &stale {
            prop_assert!(arena.get_mut(*handle).is_none());
            // Releasing through a stale handle's index is harmless if the slot is free.
            if arena.colour(handle.index()) == FREE {
                arena.release(handle.index(), |_| panic!("released twice"));
            }
        }
    }

    #[test]
    fn forged_handles_reach_nothing_of_another_type_or_age(bits: u64) {
        let mut arena: Arena<Number> = Arena::new();
        let (handle, _) = arena.allocate(1, 0).unwrap();
        prop_assert_eq!(Handle::<Number>::from_bits(bits).is_some(), bits >> 48 == 0xFFFB);
        prop_assert_eq!(arena.get_bits(bits).is_some(), bits == handle.bits());
        prop_assert_eq!(arena.slot_bits_mut(bits).is_some(), bits == handle.bits());
    }

    #[test]
    fn registries_know_their_own(pins in prop::collection::vec((any::<bool>(), any::<u32>(), any::<bool>()), 0..50)) {
        let (mut ours, mut theirs) = (Registry::new(), Registry::new());
        let mut model = HashMap::new();
        for (number, (here, value, release)) in pins.into_iter().enumerate() {
            let (registry, other) = if here { (&mut ours, &mut theirs) } else { (&mut theirs, &mut ours) };
            let pinned = registry.pin(value);
            prop_assert_eq!(other.get(&pinned), Err(PinError::Foreign));
            prop_assert_eq!(other.release(&pinned), Err(PinError::Foreign));
            if release {
                prop_assert_eq!(registry.release(&pinned), Ok(value));
                prop_assert_eq!(registry.get(&pinned), Err(PinError::Released));
            } else {
                model.insert(number, (here, pinned, value));
            }
        }
        for (here, pinned, value) in model.values() {
            prop_assert_eq!(if *here { ours.get(pinned) } else { theirs.get(pinned) }, Ok(value));
        }
        prop_assert_eq!(ours.len() + theirs.len(), model.len());
    }
}

#[test]
fn the_guard_keeps_unconditional_stores_out() {
    let mut arena: Arena<Number> = Arena::new();
    let (handle, _) = arena.allocate(1, 7).unwrap();
    assert!(arena.unguarded_bits_mut(handle.bits()).is_some());
    let slot = arena.slot(handle).unwrap();
    assert_eq!((slot.guard.get(), slot.scope, slot.saved), (0, 7, 0));
    slot.arm(4);
    slot.arm(1);
    slot.disarm(4);
    assert_eq!(slot.guard.get(), 1);
    assert!(arena.unguarded_bits_mut(handle.bits()).is_none());
    assert!(arena.get_mut(handle).is_some());
    arena.release(handle.index(), |_| {});
    let (next, _) = arena.allocate(1, 0).unwrap();
    assert_eq!((next.index(), next.generation()), (0, 1));
    assert_eq!(arena.slot(next).unwrap().guard.get(), 0);
}
