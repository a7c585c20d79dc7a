//! The module's file and the server's program.
//!
//! `FERROUS_VALKEY_MODULE` names a module that is built already, for those who build it in another way.

use crate::workspace::{self, cargo_output};
use crate::{Error, peers};
use ferrous_conformance::peer;
use serde::Deserialize;
use std::path::PathBuf;

/// Builds the module, optimised, and returns its path.
pub(crate) fn build() -> Result<PathBuf, Error> {
    if let Some(path) = std::env::var_os("FERROUS_VALKEY_MODULE") {
        return Ok(path.into());
    }
    let messages = cargo_output(&[
        "build",
        "--release",
        "--package",
        "ferrous-valkey",
        "--message-format",
        "json-render-diagnostics",
    ])?;
    library(&messages)
        .ok_or_else(|| Error::Failed { program: "cargo build".into(), reason: "it built no module".into() })
}

/// The path of the server, which is installed into the peers' directory if it is not on this machine.
pub(crate) fn server() -> Result<PathBuf, Error> {
    let directory = peer::directory(workspace::root());
    let find = || Some(peer::by_name("valkey-server")?.find(&directory)?.path);
    if let Some(path) = find() {
        return Ok(path);
    }
    peers::install_one("valkey-server", &directory)?;
    find().ok_or_else(|| Error::Usage("valkey-server is missing and could not be installed".into()))
}

/// The shared library among the files that cargo's JSON messages name.
fn library(messages: &str) -> Option<PathBuf> {
    #[derive(Deserialize)]
    struct Message {
        #[serde(default)]
        filenames: Vec<PathBuf>,
    }
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Message>(line).ok());
    let is_module = |path: &PathBuf| {
        path.file_name()
            .is_some_and(|name| name == "libferrous_valkey.so" || name == "libferrous_valkey.dylib")
    };
    messages.flat_map(|message| message.filenames).find(is_module)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_module_is_found_in_the_messages() {
        let messages = "{\"reason\":\"compiler-artifact\",\"filenames\":[\"/t/libferrous_redis.rlib\"]}\n\
                        {\"reason\":\"compiler-artifact\",\"filenames\":[\"/t/libferrous_valkey.so\"]}\n{\"reason\":\"x\"}";
        assert_eq!(library(messages), Some(PathBuf::from("/t/libferrous_valkey.so")));
    }
}
