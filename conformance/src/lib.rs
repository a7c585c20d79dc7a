//! Conformance: cases as data, one runner, and the real programs as referees.
//!
//! Kinds of case:
//! - [`lua_case`]: Lua programs beside their expected output, run by `ferrous run` and by the real `lua5.1`;
//! - [`probe`], [`replay`]: Redis commands with the exact reply bytes of real servers, sent to `ferrous pipe`;
//! - [`script_case`]: production scripts with their calls, run on `ferrous pipe` and on a live `redis-server`; replies
//!   and the final keyspace have to agree.
//! - [`effects`]: what scripts replicate, recorded from real servers;
//! - [`compatibility`]: the table of what is the same, and which of the cases and probes prove it;
//! - [`worst_input`]: what is hardest for each library function, to be killed (`cargo xtask bench --kills`);
//! - `fuzz` (a feature, since it builds PUC Lua): generated programs on ferrous and on PUC Lua 5.1 (`cargo xtask fuzz`).
//!
//! A *peer* is a real program installed beside us. Where the peer and the recorded expectation differ, the peer is
//! right. A case that needs a missing peer is skipped and says which.
//!
//! **Invariant:** everything here reads only files of this repository, so a clone anywhere runs the same cases.

#![forbid(unsafe_code)]

pub mod address;
pub mod child;
pub mod compatibility;
pub mod effects;
pub mod endpoint;
pub mod fuzz;
pub mod gaps;
pub mod generated;
pub mod keyspace_dump;
pub mod lua_case;
pub mod peer;
pub mod probe;
pub mod replay;
pub mod resp;
pub mod script_case;
pub mod server;
pub mod tally;
pub mod worst_input;

/// The directory that holds the cases: `conformance/`.
#[must_use]
pub fn root() -> &'static std::path::Path {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a directory, in order of their paths.
///
/// # Errors
/// When a directory cannot be read.
pub fn files(directory: &std::path::Path) -> std::io::Result<Vec<std::path::PathBuf>> {
    let mut files = Vec::new();
    let mut pending = vec![directory.to_path_buf()];
    while let Some(directory) = pending.pop() {
        for entry in std::fs::read_dir(directory)? {
            let path = entry?.path();
            if path.is_dir() { pending.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    Ok(files)
}
