//! `cargo xtask dist`: the module as it is given out, and its checksum.
//!
//! Both go to `target/dist`: `ferrous-valkey-VERSION-ARCHITECTURE-SYSTEM.so` and the same name with `.sha256`, as `sha256sum -c`
//! reads it.

use crate::{Error, valkey::module, workspace};
use std::path::PathBuf;
use std::process::Command;

/// Builds the module and writes it with its checksum.
pub(crate) fn run() -> Result<bool, Error> {
    let built = module::build()?;
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace::root().join("target"), PathBuf::from);
    let directory = target.join("dist");
    let failed = |source| Error::File { path: directory.display().to_string(), source };
    std::fs::create_dir_all(&directory).map_err(failed)?;
    let name = format!(
        "ferrous-valkey-{}-{}-{}.so",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::ARCH,
        std::env::consts::OS
    );
    std::fs::copy(&built, directory.join(&name)).map_err(failed)?;
    let output = Command::new("sha256sum")
        .current_dir(&directory)
        .arg(&name)
        .output()
        .map_err(|source| Error::Start { program: "sha256sum".into(), source })?;
    let line = String::from_utf8_lossy(&output.stdout).into_owned();
    std::fs::write(directory.join(format!("{name}.sha256")), &line).map_err(failed)?;
    println!("{}\n{}", directory.join(&name).display(), line.trim_end());
    Ok(output.status.success())
}
