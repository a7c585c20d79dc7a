//! What scripts replicate: `ferrous pipe` and the live servers against what was recorded.

use super::{Options, TARGETS};
use crate::{Error, workspace};
use ferrous_conformance::effects::{EffectCase, EffectError, Observer, Source, Streams};
use ferrous_conformance::endpoint::{Address, Endpoint};
use ferrous_conformance::server::Server;
use ferrous_conformance::tally::Tally;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The longest wait for one reply.
const LIMIT: Duration = Duration::from_secs(20);

/// How a server is to be started so that its streams can be seen at once.
const SERVER: &[&str] = &[
    "--appendonly",
    "yes",
    "--appendfsync",
    "always",
    "--repl-diskless-sync",
    "no",
    "--repl-ping-replica-period",
    "3600",
];

/// Runs the cases on ferrous and on the servers that are there; with `--bless` the servers' streams are recorded.
pub(super) fn run(ferrous: &Path, options: &Options) -> Result<Tally, Error> {
    let path = ferrous_conformance::root().join("effects/cases.jsonl");
    let mut cases = read(&path)?;
    let mut tally = Tally::default();
    for (target, program) in TARGETS {
        let Some(peer) = super::find_peer(program) else {
            tally.skip_without_peer(cases.len(), "recording conformance/effects", program);
            continue;
        };
        let server = Server::start_with(&peer.path, SERVER)
            .map_err(|source| Error::Start { program: peer.path.display().to_string(), source })?;
        let mut live = Setting::of_server(&server)?;
        for case in cases.iter_mut().filter(|case| case.name.contains(&options.filter)) {
            match live.observe(case) {
                Ok(seen) if options.bless => {
                    case.effects.insert(target.to_owned(), seen);
                }
                outcome => judge(&mut tally, program, target, case, outcome),
            }
        }
    }
    if options.bless {
        let lines: Result<Vec<String>, _> = cases.iter().map(EffectCase::line).collect();
        let lines = lines.map_err(|error| Error::Usage(error.to_string()))?;
        std::fs::write(&path, lines.join("\n") + "\n")
            .map_err(|source| Error::File { path: workspace::relative(&path), source })?;
    }
    tally.add(on_ferrous(ferrous, &cases, options)?);
    Ok(tally)
}

/// The recorded cases on ferrous alone.
pub(super) fn recorded(ferrous: &Path, options: &Options) -> Result<Tally, Error> {
    on_ferrous(ferrous, &read(&ferrous_conformance::root().join("effects/cases.jsonl"))?, options)
}

fn on_ferrous(ferrous: &Path, cases: &[EffectCase], options: &Options) -> Result<Tally, Error> {
    let mut tally = Tally::default();
    for (target, _) in TARGETS {
        let mut ours = Setting::of_ferrous(ferrous, target)?;
        for case in cases.iter().filter(|case| case.name.contains(&options.filter)) {
            let outcome = ours.observe(case);
            judge(&mut tally, "ferrous", target, case, outcome);
        }
    }
    Ok(tally)
}

fn read(path: &Path) -> Result<Vec<EffectCase>, Error> {
    EffectCase::parse(&workspace::read(path)?)
        .map_err(|(line, error)| Error::Usage(format!("{}:{line}: {error}", workspace::relative(path))))
}

fn judge(
    tally: &mut Tally,
    program: &str,
    target: &str,
    case: &EffectCase,
    outcome: Result<Streams, EffectError>,
) {
    match (outcome, case.effects.get(target)) {
        (Ok(seen), Some(recorded)) if seen == *recorded => tally.pass(),
        (Ok(seen), recorded) => tally.fail(&format!(
            "effects {}, {program} as {target}:\n  wanted {recorded:?}\n  got    {seen:?}",
            case.name
        )),
        (Err(error), _) => tally.fail(&format!("effects {}, {program} as {target}: {error}", case.name)),
    }
}

/// Something that executes commands, and its streams.
struct Setting {
    endpoint: Endpoint,
    aof: Observer,
    replica: Observer,
    /// Files of our own, to be removed.
    files: Vec<PathBuf>,
}

impl Setting {
    fn of_server(server: &Server) -> Result<Setting, Error> {
        let failed = |source| Error::Start { program: "a replica".to_owned(), source };
        let mut endpoint = server.endpoint(LIMIT);
        endpoint.restart().map_err(|error| failed(std::io::Error::other(error)))?;
        let replica = Source::replica(server.port).map_err(failed)?;
        let aof = server.directory().join("appendonlydir/appendonly.aof.1.incr.aof");
        Ok(Setting {
            endpoint,
            aof: Observer::new(Source::File(aof)),
            replica: Observer::new(replica),
            files: Vec::new(),
        })
    }

    fn of_ferrous(ferrous: &Path, target: &str) -> Result<Setting, Error> {
        let file = |name| std::env::temp_dir().join(format!("ferrous-effects-{}-{name}", std::process::id()));
        let files = [file("aof"), file("replicas")];
        let mut arguments = ["pipe", "--compat", target].map(String::from).to_vec();
        for (option, path) in ["--append-only", "--replicas"].iter().zip(&files) {
            arguments.extend([(*option).to_owned(), path.display().to_string()]);
        }
        let mut endpoint = Endpoint::new(Address::Program(ferrous.into(), arguments), LIMIT);
        endpoint.restart().map_err(|error| Error::Start {
            program: ferrous.display().to_string(),
            source: std::io::Error::other(error),
        })?;
        let [aof, replica] = files.clone().map(|path| Observer::new(Source::File(path)));
        let mut setting = Setting { endpoint, aof, replica, files: files.to_vec() };
        // The files are there once it answers.
        let _ = setting.endpoint.call(&["PING"]);
        Ok(setting)
    }

    fn observe(&mut self, case: &EffectCase) -> Result<Streams, EffectError> {
        case.observe(&mut self.endpoint, &mut self.aof, &mut self.replica)
    }
}

impl Drop for Setting {
    fn drop(&mut self) {
        self.endpoint.close();
        for file in &self.files {
            // It is in a temporary directory anyway.
            let _ = std::fs::remove_file(file);
        }
    }
}
