//! A short, fixed run of the fuzzer: what CI can afford on every change.

use ferrous_conformance::fuzz::campaign::{self, Plan};
use ferrous_conformance::fuzz::kind::Kind;
use std::path::PathBuf;

/// Sentences of each kind.
const SENTENCES: u64 = 400;

#[test]
fn a_short_run_finds_no_difference() {
    for kind in Kind::ALL {
        let plan = Plan {
            kind,
            sentences: SENTENCES,
            first: 0,
            seed: 5,
            jobs: 2,
            deadline: None,
            differences: 1,
            directory: PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("fuzz"),
            program: PathBuf::from(env!("CARGO_BIN_EXE_fuzz")),
        };
        let summary = campaign::run(&plan, &|_| {}).unwrap();
        assert!(summary.different.is_empty(), "{kind}: {:?}", summary.different);
        // Were most of them exhausted, the run would prove nothing.
        assert!(summary.same * 10 > SENTENCES * 9, "{kind}: {summary:?}");
    }
}
