//! The suite's files: Debian's source package, unpacked below `target/`.
//!
//! apt-get fetches it with lists and caches of our own, so nothing under `/etc` or `/var` changes. What it trusts is the
//! machine's own keyring.

use crate::{Error, workspace};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The suite, ready to run.
#[derive(Debug)]
pub(super) struct Suite {
    pub(super) directory: PathBuf,
    /// Its version, such as `9.1.2`.
    pub(super) version: String,
    /// The server's version.
    pub(super) server: String,
    /// Whether the two are the same.
    pub(super) matches: bool,
}

/// The suite with links to `server`, fetched if it is not there yet.
pub(super) fn unpacked(server: &Path) -> Result<Suite, Error> {
    let base = target().join("valkey-suite");
    let wanted = server_version(server)?;
    let found = match newest(&base, &wanted) {
        Some(found) => found,
        None => {
            fetch(&base, &wanted)?;
            newest(&base, &wanted)
                .ok_or_else(|| Error::Usage("the source package of valkey could not be fetched".into()))?
        }
    };
    let (version, directory) = found;
    link(&directory, server)?;
    Ok(Suite { matches: version == wanted, directory, version, server: wanted })
}

fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace::root().join("target"), PathBuf::from)
}

/// The version in `valkey-server --version`: the text behind `v=`.
fn server_version(server: &Path) -> Result<String, Error> {
    let output = run(Command::new(server).arg("--version"))?;
    let version = output.split_whitespace().find_map(|word| word.strip_prefix("v="));
    version.map(ToString::to_string).ok_or_else(|| Error::Usage(format!("no version in {output:?}")))
}

/// The unpacked suite of that version, or any other that is there.
fn newest(base: &Path, wanted: &str) -> Option<(String, PathBuf)> {
    let mut found: Vec<(String, PathBuf)> = std::fs::read_dir(base)
        .ok()?
        .flatten()
        .filter(|entry| entry.path().join("tests/test_helper.tcl").is_file())
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path()))
        .collect();
    found.sort();
    found.iter().find(|(version, _)| version == wanted).or(found.last()).cloned()
}

/// Fetches the source package of that version, or else the newest, and unpacks it.
fn fetch(base: &Path, wanted: &str) -> Result<(), Error> {
    let apt = base.join("apt");
    for part in ["lists/partial", "cache/archives/partial", "sources"] {
        create(&apt.join(part))?;
    }
    let (address, keyring) = archive();
    let source =
        format!("Types: deb-src\nURIs: {address}\nSuites: sid\nComponents: main\nSigned-By: {keyring}\n");
    let list = apt.join("sources/valkey.sources");
    std::fs::write(&list, source)
        .map_err(|source| Error::File { path: list.display().to_string(), source })?;
    let get = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command.current_dir(&apt).args(["-q", "-o", "Dir::Etc::SourceList=/dev/null"]);
        for (option, part) in [("Etc::SourceParts", "sources"), ("State::Lists", "lists"), ("Cache", "cache")]
        {
            command.arg("-o").arg(format!("Dir::{option}={}", apt.join(part).display()));
        }
        run(command.args(arguments))
    };
    get(&["update"])?;
    let listed = get(&["source", "--print-uris", "--download-only", "valkey"])?;
    let newest = version_in(&listed);
    let exact = format!("valkey={wanted}-1");
    if newest.as_deref() == Some(wanted) || get(&["source", "--download-only", &exact]).is_err() {
        get(&["source", "--download-only", "valkey"])?;
    }
    let archive = std::fs::read_dir(&apt).ok().into_iter().flatten().flatten().map(|entry| entry.path());
    for path in archive {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if let Some(version) = archive_version(&name) {
            let directory = base.join(version);
            create(&directory)?;
            run(Command::new("tar")
                .arg("-xf")
                .arg(&path)
                .arg("-C")
                .arg(&directory)
                .arg("--strip-components=1"))?;
        }
    }
    Ok(())
}

/// The version of `valkey_9.1.2.orig.tar.gz`; none for other files.
fn archive_version(name: &str) -> Option<&str> {
    name.strip_prefix("valkey_")?.split_once(".orig.tar.").map(|(version, _)| version)
}

fn version_in(listing: &str) -> Option<String> {
    listing.split(['/', ' ', '\'']).find_map(archive_version).map(ToString::to_string)
}

/// The machine's Debian archive and the keyring that it trusts for it.
fn archive() -> (String, String) {
    let mut texts = vec![std::fs::read_to_string("/etc/apt/sources.list").unwrap_or_default()];
    for entry in std::fs::read_dir("/etc/apt/sources.list.d").ok().into_iter().flatten().flatten() {
        texts.push(std::fs::read_to_string(entry.path()).unwrap_or_default());
    }
    let address = texts
        .iter()
        .flat_map(|text| text.split_whitespace())
        .find(|word| word.starts_with("http") && word.trim_end_matches('/').ends_with("/debian"))
        .unwrap_or("http://deb.debian.org/debian");
    (address.to_string(), "/usr/share/keyrings/debian-archive-keyring.gpg".into())
}

/// The suite expects the server's programs where its own build would have put them.
fn link(directory: &Path, server: &Path) -> Result<(), Error> {
    let tool = |name: &str| -> Result<PathBuf, Error> {
        let found = run(Command::new("which").arg(name))?;
        Ok(PathBuf::from(found.trim()))
    };
    let (cli, benchmark) = (tool("redis-cli")?, tool("redis-benchmark")?);
    let links: [(&str, &Path); 6] = [
        ("valkey-server", server),
        ("valkey-check-aof", server),
        ("valkey-check-rdb", server),
        ("valkey-sentinel", server),
        ("valkey-cli", &cli),
        ("valkey-benchmark", &benchmark),
    ];
    for (name, program) in links {
        let path = directory.join("src").join(name);
        // An old link may point to a server that has moved.
        let _ = std::fs::remove_file(&path);
        std::os::unix::fs::symlink(program, &path)
            .map_err(|source| Error::File { path: path.display().to_string(), source })?;
    }
    Ok(())
}

fn create(directory: &Path) -> Result<(), Error> {
    std::fs::create_dir_all(directory)
        .map_err(|source| Error::File { path: directory.display().to_string(), source })
}

/// Standard output of a program that has to succeed.
fn run(command: &mut Command) -> Result<String, Error> {
    let program = format!("{command:?}");
    let output = command.output().map_err(|source| Error::Start { program: program.clone(), source })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(Error::Failed { program, reason: String::from_utf8_lossy(&output.stderr).into_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_archive_names() {
        assert_eq!(archive_version("valkey_9.1.2.orig.tar.gz"), Some("9.1.2"));
        assert_eq!(archive_version("valkey_9.1.2-1.dsc"), None);
        let listing = "'http://x/pool/valkey_9.1.3.orig.tar.xz' valkey_9.1.3.orig.tar.xz 12 SHA256:00";
        assert_eq!(version_in(listing).as_deref(), Some("9.1.3"));
    }
}
