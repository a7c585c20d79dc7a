//! Temporary files with names that nobody has: `os.tmpname`, `io.tmpfile`.
//!
//! **Invariant:** a file is made together with its name, so that two programs never get the same one.

use std::fs::{File, OpenOptions};
use std::hash::{BuildHasher as _, RandomState};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;

/// How often another name is tried.
const ATTEMPTS: u32 = 100;
const LETTERS: &[u8; 62] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// Makes an empty file, for reading and writing by its owner only.
///
/// # Errors
/// Those of opening a file; none of the names was free.
pub(crate) fn create() -> io::Result<(File, String)> {
    let random = RandomState::new();
    for attempt in 0..ATTEMPTS {
        let mut bits = random.hash_one(attempt);
        let mut name = "/tmp/lua_".to_owned();
        for _ in 0..6 {
            // The remainder of 62 is an index.
            name.push(char::from(LETTERS.get((bits % 62) as usize).copied().unwrap_or(b'a')));
            bits /= 62;
        }
        match OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&name) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            result => return Ok((result?, name)),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}
