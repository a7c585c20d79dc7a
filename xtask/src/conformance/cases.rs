//! The Lua cases on `ferrous run` and on lua5.1.

use super::Options;
use crate::{Error, workspace};
use ferrous_conformance::lua_case::{self, Interpreter};
use ferrous_conformance::tally::Tally;
use std::path::{Path, PathBuf};

/// Runs the cases on both interpreters; with `--bless` first writes what lua5.1 does.
pub(super) fn run(ferrous: &Path, options: &Options) -> Result<Tally, Error> {
    let cases = find(options)?;
    let mut tally = Tally::default();
    match super::find_peer("lua5.1") {
        Some(found) => {
            let lua = Interpreter { name: "lua5.1".into(), program: found.path, arguments: Vec::new() };
            if options.bless {
                bless(&cases, &lua)?;
            }
            tally.add(lua_case::check_all(&cases, &lua));
        }
        None => {
            tally.skip_without_peer(cases.len(), "checking the .out files of conformance/cases", "lua5.1")
        }
    }
    tally.add(on_ferrous(ferrous, options)?);
    Ok(tally)
}

/// Runs the cases on ferrous alone.
pub(super) fn on_ferrous(ferrous: &Path, options: &Options) -> Result<Tally, Error> {
    let ferrous =
        Interpreter { name: "ferrous".into(), program: ferrous.into(), arguments: vec!["run".into()] };
    Ok(lua_case::check_all(&find(options)?, &ferrous))
}

fn find(options: &Options) -> Result<Vec<PathBuf>, Error> {
    let directory = ferrous_conformance::root().join("cases");
    lua_case::find(&directory, &options.filter)
        .map_err(|source| Error::File { path: workspace::relative(&directory), source })
}

fn bless(cases: &[PathBuf], lua: &Interpreter) -> Result<(), Error> {
    for case in cases {
        let out = case.with_extension("out");
        let failed = |source| Error::File { path: workspace::relative(&out), source };
        let observed = lua_case::observe(case, lua).map_err(failed)?;
        if std::fs::read(&out).is_ok_and(|before| before == observed) {
            continue;
        }
        println!("blessed {}", workspace::relative(&out));
        std::fs::write(&out, observed).map_err(failed)?;
    }
    Ok(())
}
