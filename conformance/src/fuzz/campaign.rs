//! A campaign: many sentences of one kind, spread over threads, each of which has a child of its own for the reference.
//!
//! Sentences are numbered and taken in order, so how many threads there are changes nothing about which ones are run.
//! A difference is cut down at once and saved as a Lua file whose first lines tell how to make it again.

use super::Outcome;
use super::kind::{Generator, Kind, Mode};
use super::reference::Reference;
use super::shrink::shrink;
use super::subject::Subject;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often progress is told.
const PROGRESS: Duration = Duration::from_secs(10);

/// What to run.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What kind of sentences.
    pub kind: Kind,
    /// How many, from number `first` on.
    pub sentences: u64,
    /// The first number.
    pub first: u64,
    /// Which series.
    pub seed: u64,
    /// Threads.
    pub jobs: usize,
    /// When to stop even if sentences are left.
    pub deadline: Option<Instant>,
    /// After how many differences to stop.
    pub differences: usize,
    /// Where differing sentences are saved.
    pub directory: PathBuf,
    /// The program that serves as the reference.
    pub program: PathBuf,
}

/// What a campaign came to.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// Sentences on which both sides agreed.
    pub same: u64,
    /// Sentences that exhausted a side, so that nothing was compared.
    pub exhausted: u64,
    /// The saved files of those that differ.
    pub different: Vec<PathBuf>,
}

/// Why a campaign could not run.
#[derive(Debug, thiserror::Error)]
pub enum CampaignError {
    /// The grammar is malformed.
    #[error(transparent)]
    Grammar(#[from] super::grammar::GrammarError),
    /// Ferrous does not take the harness.
    #[error("the harness: {0}")]
    Harness(String),
    /// The reference cannot be started, or a report cannot be written.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Both sides.
#[derive(Debug)]
pub struct Pair {
    subject: Subject,
    reference: Reference,
}

impl Pair {
    /// Both sides, the reference served by `program`.
    ///
    /// # Errors
    /// If ferrous does not take the harness.
    pub fn new(program: &Path) -> Result<Pair, CampaignError> {
        let subject = Subject::new().map_err(CampaignError::Harness)?;
        Ok(Pair { subject, reference: Reference::new(program.to_path_buf()) })
    }

    /// What ferrous and the reference make of a sentence, in this order.
    ///
    /// # Errors
    /// When the reference cannot be started.
    pub fn run(&mut self, sentence: &[u8], mode: Mode) -> io::Result<(Outcome, Outcome)> {
        self.reference.send(sentence, mode)?;
        let ours = self.subject.run(sentence, mode);
        Ok((ours, self.reference.receive()))
    }

    fn differs(&mut self, sentence: &[u8], mode: Mode) -> bool {
        matches!(self.run(sentence, mode), Ok((ours, theirs)) if is_difference(&ours, &theirs))
    }
}

/// Whether the two outcomes contradict each other.
#[must_use]
pub fn is_difference(ours: &Outcome, theirs: &Outcome) -> bool {
    match (ours, theirs) {
        (Outcome::Observed(ours), Outcome::Observed(theirs)) => ours != theirs,
        // Nothing that PUC Lua does, or fails to do, excuses a panic.
        (Outcome::Observed(ours), Outcome::Exhausted) => ours.starts_with(b"ferrous panicked"),
        (Outcome::Exhausted, _) => false,
    }
}

/// Runs a campaign; `progress` is called now and then with the number of sentences done.
///
/// # Errors
/// See [`CampaignError`].
pub fn run(plan: &Plan, progress: &(dyn Fn(u64) + Sync)) -> Result<Summary, CampaignError> {
    let generator = plan.kind.generator()?;
    let next = AtomicU64::new(0);
    let summary = Mutex::new(Summary::default());
    let told = Mutex::new(Instant::now());
    let work = || -> Result<(), CampaignError> {
        let mut pair = Pair::new(&plan.program)?;
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= plan.sentences || plan.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                return Ok(());
            }
            if let Ok(mut told) = told.try_lock()
                && told.elapsed() >= PROGRESS
            {
                *told = Instant::now();
                progress(number);
            }
            let sentence = generator.sentence(plan.seed, plan.first + number);
            let (ours, theirs) = pair.run(&sentence, plan.kind.mode())?;
            if is_difference(&ours, &theirs) {
                let file = report(plan, &generator, &mut pair, plan.first + number)?;
                let mut summary = summary.lock().unwrap_or_else(PoisonError::into_inner);
                summary.different.push(file);
                if summary.different.len() >= plan.differences {
                    next.store(plan.sentences, Ordering::Relaxed);
                    return Ok(());
                }
                continue;
            }
            let mut summary = summary.lock().unwrap_or_else(PoisonError::into_inner);
            match (&ours, &theirs) {
                (Outcome::Observed(_), Outcome::Observed(_)) => summary.same += 1,
                _ => summary.exhausted += 1,
            }
        }
    };
    let results: Vec<Result<(), CampaignError>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..plan.jobs.max(1)).map(|_| scope.spawn(work)).collect();
        let died = || Err(CampaignError::Io(io::Error::other("a thread died")));
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| died())).collect()
    });
    results.into_iter().collect::<Result<Vec<()>, CampaignError>>()?;
    Ok(summary.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Cuts the sentence down and saves it, with both outcomes beside it.
fn report(
    plan: &Plan,
    generator: &Generator,
    pair: &mut Pair,
    number: u64,
) -> Result<PathBuf, CampaignError> {
    let Plan { kind, seed, .. } = plan;
    let mode = kind.mode();
    let sentence = generator.sentence(*seed, number);
    let small = shrink(&sentence, &mut |text| pair.differs(text, mode));
    let (ours, theirs) = pair.run(&small, mode)?;
    std::fs::create_dir_all(&plan.directory)?;
    let path = plan.directory.join(format!("{kind}-{seed}-{number}.lua"));
    std::fs::write(&path, &small)?;
    let mut notes =
        format!("made by: cargo xtask fuzz --kind {kind} --seed {seed} --first {number} --programs 1\n")
            .into_bytes();
    for (name, outcome) in [("ferrous", &ours), ("PUC Lua 5.1", &theirs)] {
        notes.extend_from_slice(format!("\n{name}:\n").as_bytes());
        notes.extend_from_slice(&shown(outcome));
        notes.push(b'\n');
    }
    std::fs::write(path.with_extension("txt"), notes)?;
    Ok(path)
}

/// An outcome for a reader.
#[must_use]
pub fn shown(outcome: &Outcome) -> Vec<u8> {
    match outcome {
        Outcome::Observed(text) => text.clone(),
        Outcome::Exhausted => b"(out of time or memory, or died)".to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_exhausts_a_side_is_no_difference() {
        let text = |text: &str| Outcome::Observed(text.into());
        assert!(is_difference(&text("a"), &text("b")));
        assert!(!is_difference(&text("a"), &Outcome::Exhausted));
        assert!(is_difference(&text("ferrous panicked"), &Outcome::Exhausted));
    }
}
