//! The arena and the registry against simple models: live, stale and forged handles.

use std::collections::HashMap;

use ferrous_arena::{Arena, FREE, Handle, Object, PinError, Registry};
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
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        4 => any::<u64>().prop_map(Action::Allocate),
        3 => any::<usize>().prop_map(Action::Release),
        2 => (any::<usize>(), any::<u64>()).prop_map(|(which, value)| Action::Store(which, value)),
        1 => (any::<usize>(), 1..=u8::MAX).prop_map(|(which, colour)| Action::Colour(which, colour)),
    ]
}

proptest! {
    #[test]
    fn handles_reach_what_they_were_made_for(actions in prop::collection::vec(action(), 0..300)) {
        let mut arena: Arena<Number> = Arena::new();
        let mut live: Vec<(Handle<Number>, u64, u8)> = Vec::new();
        let mut stale: Vec<Handle<Number>> = Vec::new();
        for action in actions {
            match action {
                Action::Allocate(value) => {
                    let (handle, number) = arena.allocate(1, 0).unwrap();
                    prop_assert_eq!(number.0, 0, "a slot was not reset");
                    number.0 = value;
                    prop_assert!(!stale.contains(&handle), "a handle was given out twice");
                    live.push((handle, value, 1));
                }
                Action::Release(which) if !live.is_empty() => {
                    let (handle, ..) = live.swap_remove(which % live.len());
                    arena.release(handle.index(), |number| number.0 = 0);
                    stale.push(handle);
                }
                Action::Store(which, value) if !live.is_empty() => {
                    let which = which % live.len();
                    arena.get_mut(live[which].0).unwrap().0 = value;
                    live[which].1 = value;
                }
                Action::Colour(which, colour) if !live.is_empty() => {
                    let which = which % live.len();
                    arena.set_colour(live[which].0.index(), colour);
                    live[which].2 = colour;
                }
                _ => {}
            }
        }
        prop_assert_eq!(arena.len(), live.len());
        for (handle, value, colour) in &live {
            prop_assert_eq!(arena.get(*handle).map(|number| number.0), Some(*value));
            prop_assert_eq!(arena.colour(handle.index()), *colour);
            prop_assert_eq!(arena.handle_at(handle.index()), Some(*handle));
        }
        for handle in &stale {
            prop_assert!(arena.get(*handle).is_none());
            prop_assert!(arena.get_mut(*handle).is_none());
            prop_assert!(!arena.is_live_bits(handle.bits()));
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
