//! The layers of the engine, bottom first, and which tests belong to each: the one table behind `cargo xtask test`.
//!
//! A layer may stand on the ones before it only, so the first red layer is where the fault is.
//! **Invariant:** each test of the engine's crates belongs to exactly one layer; `values` and `opcodes` are cut out of
//! the crates that hold them.

/// A layer: its name on the command line, what it covers, and the arguments of the `cargo test` runs that cover it.
#[derive(Debug)]
pub(crate) struct Layer {
    pub(crate) name: &'static str,
    pub(crate) what: &'static str,
    pub(crate) runs: &'static [&'static [&'static str]],
}

/// All layers in the order in which they run.
pub(crate) const LAYERS: &[Layer] = &[
    Layer {
        name: "arena",
        what: "generational arenas, typed handles, pins",
        runs: &[&["-p", "ferrous-arena"]],
    },
    Layer { name: "values", what: "the 8-byte value", runs: &[&["-p", "ferrous-heap", "--test", "value"]] },
    Layer {
        name: "heap",
        what: "strings, tables, transactions, journal, collector",
        runs: &[
            &["-p", "ferrous-heap", "--lib"],
            &["-p", "ferrous-heap", "--test", "[!v]*"],
            &["-p", "ferrous-heap", "--doc"],
        ],
    },
    Layer {
        name: "vm",
        what: "the machine, calls, metamethods, coroutines, errors",
        runs: &[&["-p", "ferrous-vm", "--lib", "--test", "[!o]*"], &["-p", "ferrous-vm", "--doc"]],
    },
    Layer {
        name: "opcodes",
        what: "every instruction by itself",
        runs: &[&["-p", "ferrous-vm", "--test", "opcodes"]],
    },
    Layer { name: "compiler", what: "lexer, grammar, scopes, code", runs: &[&["-p", "ferrous-compiler"]] },
    Layer { name: "stdlib", what: "the Lua 5.1 libraries", runs: &[&["-p", "ferrous-stdlib"]] },
    Layer { name: "redis", what: "sandbox, conversion, engine, hosts", runs: &[&["-p", "ferrous-redis"]] },
    Layer { name: "keyspace", what: "the embedded host's commands", runs: &[&["-p", "ferrous-keyspace"]] },
    Layer { name: "valkey", what: "the module for Valkey", runs: &[&["-p", "ferrous-valkey"]] },
    Layer { name: "cli", what: "the program ferrous", runs: &[&["-p", "ferrous-cli"]] },
    Layer {
        name: "conformance",
        what: "the runners themselves, then the cases that need no peer",
        runs: &[
            &["-p", "ferrous-conformance", "-p", "xtask", "-p", "ferrous-benches", "--lib", "--bins"],
            &[
                "-p",
                "ferrous-conformance",
                "--features",
                "fuzz",
                "--lib",
                "--test",
                "fuzz",
                "--",
                "fuzz::",
                "a_short",
            ],
        ],
    },
];

/// The layer whose cases run after its `cargo test` runs.
pub(crate) const CASES: &str = "conformance";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_every_layer_runs_something() {
        for layer in LAYERS {
            assert_eq!(LAYERS.iter().filter(|other| other.name == layer.name).count(), 1, "{}", layer.name);
            assert!(!layer.runs.is_empty(), "{}", layer.name);
        }
    }

    /// The patterns `[!v]*` and `[!o]*` leave out by the first letter.
    #[test]
    fn the_patterns_leave_out_nothing_but_the_layers_cut_out() {
        for (tests, letter, layer) in [("ferrous-heap", 'v', "value.rs"), ("ferrous-vm", 'o', "opcodes.rs")] {
            let tests = crate::workspace::root().join("crates").join(tests).join("tests");
            for entry in std::fs::read_dir(tests).unwrap().flatten() {
                let name = entry.file_name().to_string_lossy().into_owned();
                assert!(
                    !name.starts_with(letter) || name == layer,
                    "{name} would belong to no layer: rename it"
                );
            }
        }
    }

    #[test]
    fn the_layer_with_cases_exists() {
        assert!(LAYERS.iter().any(|layer| layer.name == CASES));
    }
}
