//! Journal and collector against a simple model: random programs with nested scopes and collector steps in between.
#![allow(clippy::unwrap_used, clippy::panic)]

mod world;

use proptest::prelude::*;

use world::{Action, World};

fn run(actions: &[Action], seal_after: usize, commit: bool) {
    let mut world = World::new();
    for (number, action) in actions.iter().enumerate() {
        if number == seal_after {
            world.finish(true);
            world.seal();
        }
        world.act(*action);
        if number % 16 == 0 {
            world.check();
        }
    }
    world.finish(commit);
}

fn actions(what: impl Strategy<Value = u8>, most: usize) -> impl Strategy<Value = Vec<Action>> {
    prop::collection::vec((what, any::<u16>(), any::<u16>(), any::<u16>()), 1..most)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Everything at once.
    #[test]
    fn scopes_and_collections(actions in actions(0_u8..98, 300), commit: bool) {
        run(&actions, usize::MAX, commit);
    }

    /// No scopes: the full collector alone.
    #[test]
    fn collections(actions in actions(0_u8..87, 300), commit: bool) {
        run(&actions, usize::MAX, commit);
    }

    /// On top of a sealed state.
    #[test]
    fn sealed_states(actions in actions(0_u8..98, 300), seal_after in 0_usize..40, commit: bool) {
        run(&actions, seal_after, commit);
    }

    /// Many short scopes, little else.
    #[test]
    fn many_scopes(
        actions in actions(prop_oneof![4 => 0_u8..66, 3 => 66_u8..87, 3 => 87_u8..98], 200),
        commit: bool,
    ) {
        run(&actions, usize::MAX, commit);
    }
}
