//! The recorded probes on `ferrous pipe`, or on a live server, and the table of figures.

use super::Options;
use crate::{Error, document, workspace};
use ferrous_conformance::endpoint::{Address, Endpoint};
use ferrous_conformance::gaps::Gaps;
use ferrous_conformance::probe::{self, Probe, Recorded};
use ferrous_conformance::replay::{self, Order, Verdict};
use ferrous_conformance::tally::Tally;
use std::path::Path;
use std::time::Duration;

/// The longest wait for one reply.
const LIMIT: Duration = Duration::from_secs(20);

/// Replays the probes for each recorded server asked for.
pub(super) fn run(ferrous: &Path, options: &Options) -> Result<Tally, Error> {
    let directory = ferrous_conformance::root().join("probes");
    let probes = probe::load(&directory).map_err(|error| Error::Usage(error.to_string()))?;
    let chosen = choose(&probes, &options.filter);
    let list = directory.join("known-gaps.txt");
    let mut gaps = read_gaps(&list)?;
    let mut tally = Tally::default();
    let mut document = String::new();
    for recorded in asked(options)? {
        let address = match options.port {
            Some(port) => Address::Port(port),
            None => Address::Program(
                ferrous.into(),
                vec!["pipe".into(), "--compat".into(), recorded.name().into()],
            ),
        };
        let order = if options.standalone { Order::Standalone } else { Order::Ordered };
        let verdicts = replay::replay(&chosen, recorded, order, Endpoint::new(address, LIMIT));
        let figures = Figures::of(&chosen, &verdicts);
        println!("{}", figures.table(recorded, false));
        document.push_str(&figures.table(recorded, true));
        if options.bless {
            bless(&chosen, &verdicts, recorded, &mut gaps);
        }
        let none = Gaps::default();
        let known = if options.port.is_some() { &none } else { &gaps };
        tally.add(judge(&chosen, &verdicts, recorded, known, options.verbose));
    }
    if options.bless {
        write(&list, &gaps.print(&probes))?;
    }
    if options.write_docs {
        document::write_part(&workspace::root().join("docs/compatibility.md"), "probes", &document)?;
    }
    Ok(tally)
}

/// The probes whose section holds the text or whose number it is.
fn choose(probes: &[Probe], filter: &str) -> Vec<Probe> {
    probes
        .iter()
        .filter(|probe| probe.section.contains(filter) || probe.id.to_string() == filter)
        .cloned()
        .collect()
}

fn asked(options: &Options) -> Result<Vec<Recorded>, Error> {
    match &options.recorded {
        None => Ok(Recorded::ALL.to_vec()),
        Some(name) => match Recorded::by_name(name) {
            Some(recorded) => Ok(vec![recorded]),
            None => Err(Error::Usage(format!(
                "no recording of {name}; there are redis-7.0, redis-8.0 and valkey-9.1"
            ))),
        },
    }
}

/// The known gaps; none if there is no list.
pub(super) fn read_gaps(list: &Path) -> Result<Gaps, Error> {
    if !list.exists() {
        return Ok(Gaps::default());
    }
    Gaps::parse(&workspace::read(list)?).map_err(|line| {
        Error::Usage(format!("{}:{line}: not a line of known gaps", workspace::relative(list)))
    })
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    std::fs::write(path, text).map_err(|source| Error::File { path: workspace::relative(path), source })
}

/// Makes the list of gaps say what the verdicts say, for the probes that ran.
fn bless(probes: &[Probe], verdicts: &[Verdict], recorded: Recorded, gaps: &mut Gaps) {
    for (probe, verdict) in probes.iter().zip(verdicts) {
        match verdict {
            Verdict::Different { .. } => gaps.insert(recorded, probe.id),
            Verdict::Identical | Verdict::Excluded(_) => gaps.remove(recorded, probe.id),
        }
    }
}

/// Counts the verdicts: a known gap is skipped, and one that has closed has to leave the list.
fn judge(probes: &[Probe], verdicts: &[Verdict], recorded: Recorded, gaps: &Gaps, verbose: bool) -> Tally {
    let mut tally = Tally::default();
    for (probe, verdict) in probes.iter().zip(verdicts) {
        let known = gaps.contains(recorded, probe.id);
        let title = format!("probe {} ({}, {})", probe.id, recorded.name(), probe.section);
        match verdict {
            Verdict::Excluded(_) => {}
            Verdict::Identical if known => {
                tally.fail(&format!("{title}: identical now, take it off the known gaps with --bless"));
            }
            Verdict::Identical => tally.pass(),
            Verdict::Different { want, got } => {
                let shown = format!("{title}: {}\n    want {want}\n    got  {got}", probe.title());
                if known {
                    tally.skipped += 1;
                    if verbose {
                        tally.notes.push(format!("known gap: {shown}"));
                    }
                } else {
                    tally.fail(&shown);
                }
            }
        }
    }
    if tally.skipped > 0 {
        tally.notes.push(format!(
            "{}: {} known gaps (conformance/probes/known-gaps.txt)",
            recorded.name(),
            tally.skipped
        ));
    }
    tally
}

/// Identical and compared probes of one part.
#[derive(Debug, Default, Clone, Copy)]
struct Share {
    identical: usize,
    compared: usize,
}

impl Share {
    fn count(&mut self, verdict: &Verdict) {
        self.identical += usize::from(*verdict == Verdict::Identical);
        self.compared += usize::from(!matches!(verdict, Verdict::Excluded(_)));
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of probes are small")]
    fn percent(self) -> f64 {
        100.0 * self.identical as f64 / self.compared.max(1) as f64
    }
}

/// The figures of one replay: by section, in the order in which they first come, over all, and for EVAL without functions and the data libraries.
struct Figures {
    sections: Vec<(String, Share)>,
    all: Share,
    plain_eval: Share,
}

impl Figures {
    fn of(probes: &[Probe], verdicts: &[Verdict]) -> Figures {
        let mut figures =
            Figures { sections: Vec::new(), all: Share::default(), plain_eval: Share::default() };
        for (probe, verdict) in probes.iter().zip(verdicts) {
            // Probes are replayed by their numbers: a section comes again with each that was added later.
            match figures.sections.iter_mut().find(|(section, _)| *section == probe.section) {
                Some((_, share)) => share.count(verdict),
                None => {
                    let mut share = Share::default();
                    share.count(verdict);
                    figures.sections.push((probe.section.clone(), share));
                }
            }
            figures.all.count(verdict);
            if probe.is_plain_eval() {
                figures.plain_eval.count(verdict);
            }
        }
        figures
    }

    /// The figures as a table, for a terminal or as Markdown.
    fn table(&self, recorded: Recorded, markdown: bool) -> String {
        let Figures { sections, all, plain_eval } = self;
        let mut text = if markdown {
            format!("### {}\n\n| section | identical | of | share |\n|---|---:|---:|---:|\n", recorded.name())
        } else {
            format!("probes recorded from {}\n", recorded.name())
        };
        for (name, Share { identical, compared }) in sections {
            let percent = Share { identical: *identical, compared: *compared }.percent();
            text.push_str(&if markdown {
                format!("| {name} | {identical} | {compared} | {percent:.1} % |\n")
            } else {
                format!("  {name:<28} {identical:>4} of {compared:>4}  {percent:>5.1} %\n")
            });
        }
        let end = if markdown { "\n" } else { "" };
        let Share { identical, compared } = plain_eval;
        text.push_str(&format!(
            "{end}EVAL probes outside cjson/cmsgpack/struct/bit and functions: {identical} of {compared} ({:.2}%)\n{end}",
            plain_eval.percent()
        ));
        let Share { identical, compared } = all;
        text.push_str(&format!(
            "{identical} of {compared} probes byte-identical ({:.2}%)\n{end}",
            all.percent()
        ));
        text
    }
}
