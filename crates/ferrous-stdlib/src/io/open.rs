//! Opening: files by C's modes (`fopen`), processes (`popen`), the standard streams.
//!
//! **Invariant:** a mode means what glibc's `fopen` makes of it; what it refuses is `EINVAL`.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek as _, SeekFrom};
use std::os::fd::{AsFd, OwnedFd};
use std::process::{Command, Stdio};

use rustix::io::Errno;

use super::stream::Stream;
use crate::failure::path;

/// Flags that glibc looks at after the first letter of a mode.
const MOST_FLAGS: usize = 6;

/// Opens a file.
pub(super) fn file(name: &[u8], mode: &[u8]) -> io::Result<Stream> {
    let (&kind, flags) = mode.split_first().ok_or(Errno::INVAL)?;
    let flags = flags.get(..MOST_FLAGS).unwrap_or(flags);
    let both = flags.contains(&b'+');
    let exclusive = flags.contains(&b'x');
    let mut options = OpenOptions::new();
    match kind {
        b'r' => options.read(true).write(both),
        b'w' if exclusive => options.write(true).read(both).create_new(true),
        b'w' => options.write(true).read(both).create(true).truncate(true),
        b'a' if exclusive => options.append(true).read(both).create_new(true),
        b'a' => options.append(true).read(both).create(true),
        _ => return Err(Errno::INVAL.into()),
    };
    let mut file = options.open(path(name))?;
    if kind == b'a' && !both {
        // Where there is no end to go to, there is none.
        let _ = file.seek(SeekFrom::End(0));
    }
    Ok(Stream::new(file, kind == b'r' || both, kind != b'r' || both))
}

/// Starts a command and a pipe to it or from it.
pub(super) fn process(command: &[u8], mode: &[u8]) -> io::Result<Stream> {
    let reads = mode.contains(&b'r');
    let known = mode.iter().all(|flag| b"rwe".contains(flag));
    if !known || reads == mode.contains(&b'w') {
        return Err(Errno::INVAL.into());
    }
    let mut shell = shell(command);
    if reads {
        shell.stdout(Stdio::piped());
    } else {
        shell.stdin(Stdio::piped());
    }
    let mut child = shell.spawn()?;
    let pipe = match (child.stdout.take(), child.stdin.take()) {
        (Some(output), _) => OwnedFd::from(output),
        (_, Some(input)) => OwnedFd::from(input),
        _ => return Err(Errno::BADF.into()),
    };
    Ok(Stream::new(File::from(pipe), reads, !reads).with_child(child))
}

/// The shell with a command, as C's `system` and `popen` run it.
pub(crate) fn shell(command: &[u8]) -> Command {
    let mut shell = Command::new("/bin/sh");
    shell.arg("-c").arg(path(command));
    shell
}

/// One of the program's own streams, under a descriptor of its own.
pub(super) fn standard(descriptor: impl AsFd) -> io::Result<File> {
    descriptor.as_fd().try_clone_to_owned().map(File::from)
}
