//! Cases for instructions that are not made by a rule: name, assembly, outcome. "many" stands for "first" and 1 to 300.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses its part")]

mod access;
mod control;

pub type Case = (&'static str, &'static str, &'static str);

pub const CASES: &[&[Case]] = &[
    access::LOADS,
    access::CELLS,
    access::GLOBALS,
    access::INDEXING,
    access::TABLES,
    control::UNARY,
    control::CONCAT,
    control::JUMPS,
    control::CALLS,
    control::LOOPS,
    control::CLOSURES,
    control::VARARGS,
    control::FAR,
];
