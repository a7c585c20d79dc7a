//! The production scripts on `ferrous pipe` and on the live servers.

use super::Options;
use crate::{Error, workspace};
use ferrous_conformance::endpoint::{Address, Endpoint};
use ferrous_conformance::lua_case;
use ferrous_conformance::script_case::ScriptCase;
use ferrous_conformance::server::Server;
use ferrous_conformance::tally::Tally;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The longest wait for one reply.
const LIMIT: Duration = Duration::from_secs(20);

/// Runs every script for both targets; without its server a target is skipped, since only that can say what is right.
pub(super) fn run(ferrous: &Path, options: &Options) -> Result<Tally, Error> {
    let mut tally = Tally::default();
    let scripts = find(options)?;
    if scripts.is_empty() {
        return Ok(tally);
    }
    let what = "comparing conformance/scripts";
    for (target, program) in super::live_servers(options, &mut tally, scripts.len(), what) {
        let server = Server::start(&program)
            .map_err(|source| Error::Start { program: program.display().to_string(), source })?;
        for script in &scripts {
            match compare(script, ferrous, target, &server) {
                Ok(None) => tally.pass(),
                Ok(Some(difference)) => {
                    tally.fail(&format!("{target} {}: {difference}", workspace::relative(script)));
                }
                Err(error) => tally.fail(&format!("{target} {}: {error}", workspace::relative(script))),
            }
        }
    }
    Ok(tally)
}

/// What differs between the two, if anything; an error says which of them gave no answer.
fn compare(script: &Path, ferrous: &Path, target: &str, server: &Server) -> Result<Option<String>, String> {
    let case = ScriptCase::load(script).map_err(|error| error.to_string())?;
    let observe = |name: &str, mut endpoint: Endpoint| {
        let observed = endpoint.restart().and_then(|()| case.run(&mut endpoint));
        observed.map_err(|trouble| format!("{name}: {trouble}"))
    };
    let want = observe("the server", server.endpoint(LIMIT))?;
    let arguments = ["pipe", "--compat", target].map(String::from).to_vec();
    let got = observe("ferrous", Endpoint::new(Address::Program(ferrous.into(), arguments), LIMIT))?;
    Ok(case.difference(&want, &got))
}

fn find(options: &Options) -> Result<Vec<PathBuf>, Error> {
    let directory = ferrous_conformance::root().join("scripts");
    lua_case::find(&directory, &options.filter)
        .map_err(|source| Error::File { path: workspace::relative(&directory), source })
}
