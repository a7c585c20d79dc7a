//! The generated probes: ferrous beside the live servers.

use super::Options;
use crate::{Error, workspace};
use ferrous_conformance::endpoint::{Address, Endpoint};
use ferrous_conformance::fuzz::grammar::Grammar;
use ferrous_conformance::generated::{self, Known, Session};
use ferrous_conformance::server::Server;
use ferrous_conformance::tally::Tally;
use std::path::Path;
use std::time::Duration;

/// The longest wait for one reply.
const LIMIT: Duration = Duration::from_secs(20);

/// Runs the sessions of every grammar on both targets; without its server a target is skipped.
pub(super) fn run(ferrous: &Path, options: &Options) -> Result<Tally, Error> {
    let directory = ferrous_conformance::root().join("generated");
    let known = workspace::read(&directory.join("known.txt"))?;
    let known = Known::parse(&known).map_err(|line| {
        Error::Usage(format!("conformance/generated/known.txt:{line}: not TARGET | TEXT | REASON"))
    })?;
    let grammars = generated::grammars(&directory, &options.filter)
        .map_err(|source| Error::File { path: workspace::relative(&directory), source })?;
    let mut tally = Tally::default();
    let what = "comparing conformance/generated";
    for (target, program) in super::live_servers(options, &mut tally, grammars.len(), what) {
        let mut comparison = Comparison {
            target,
            program: &program,
            server: start(&program)?,
            ferrous: Endpoint::new(
                Address::Program(ferrous.into(), ["pipe", "--compat", target].map(String::from).to_vec()),
                LIMIT,
            ),
            known: &known,
        };
        for path in &grammars {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let text = workspace::read(path)?;
            let grammar = Grammar::parse(&text).map_err(|error| Error::Usage(format!("{name}: {error}")))?;
            let part = comparison.run(&name, &grammar, options)?;
            println!(
                "{target} {name}: {} identical, {} known, {} different",
                part.passed, part.skipped, part.failed
            );
            tally.add(part);
        }
    }
    Ok(tally)
}

fn start(program: &Path) -> Result<Server, Error> {
    Server::start(program).map_err(|source| Error::Start { program: program.display().to_string(), source })
}

struct Comparison<'a> {
    target: &'a str,
    program: &'a Path,
    server: Server,
    ferrous: Endpoint,
    known: &'a [Known],
}

impl Comparison<'_> {
    /// The sessions of one grammar; the tally counts replies.
    fn run(&mut self, name: &str, grammar: &Grammar<'_>, options: &Options) -> Result<Tally, Error> {
        let mut tally = Tally::default();
        let mut peer = self.server.endpoint(LIMIT);
        let mut broken = (true, true);
        for number in 0..options.number {
            let session = Session::generate(grammar, options.seed, number);
            let title = format!("{} {name} {number}", self.target);
            let want = run_on(&mut peer, &mut broken.0, &session);
            let got = run_on(&mut self.ferrous, &mut broken.1, &session);
            let shown = match (want, got) {
                (Ok(want), Ok(got)) => {
                    let difference = generated::difference(&session, &want, &got);
                    difference.map(|(at, want, got)| {
                        (Some(at), format!("{}\n    want {want}\n    got  {got}", session.title(at)))
                    })
                }
                (Err(trouble), _) => {
                    self.server = start(self.program)?;
                    peer = self.server.endpoint(LIMIT);
                    Some((None, format!("{}\n    the server: {trouble}", session.text)))
                }
                (_, Err(trouble)) => Some((None, format!("{}\n    ferrous: {trouble}", session.text))),
            };
            let at = shown.as_ref().and_then(|(at, _)| *at);
            let known =
                at.and_then(|at| self.known.iter().find(|known| known.covers(self.target, &session, at)));
            match (shown.map(|(_, shown)| shown), known) {
                (None, _) => (0..session.probes()).for_each(|_| tally.pass()),
                (Some(shown), Some(known)) => {
                    tally.skipped += 1;
                    if options.verbose {
                        tally.notes.push(format!("known ({}): {title}: {shown}", known.reason));
                    }
                }
                (Some(shown), None) if options.verbose => {
                    tally.fail(&format!("{title}: {shown}\n{}", session.text));
                }
                (Some(shown), None) => tally.fail(&format!("{title}: {shown}")),
            }
        }
        Ok(tally)
    }
}

/// The replies of an endpoint, which is opened (again) first if it is broken.
fn run_on(endpoint: &mut Endpoint, broken: &mut bool, session: &Session) -> Result<Vec<Vec<u8>>, String> {
    let opened = if *broken { endpoint.restart() } else { Ok(()) };
    let replies = opened.and_then(|()| generated::replies(endpoint, session));
    *broken = replies.is_err();
    replies.map_err(|trouble| trouble.to_string())
}
