//! Conversion between Lua values and replies, in both directions, by the rules of Redis's EVAL.
//!
//! | module | direction |
//! |---|---|
//! | [`to_lua`] | what a command answers becomes a Lua value |
//! | [`to_reply`] | what a script returns becomes its reply |
//!
//! **Invariant:** nested values are walked with stacks of their own; no depth that a script or a host can reach uses
//! Rust's.

pub(crate) mod to_lua;
pub(crate) mod to_reply;
