//! `cargo xtask test`: the layers' tests from the bottom up.
//!
//! Stops at the first red layer, since what stands on it cannot be trusted. Prints one line a layer as it goes, a
//! table at the end, and as the last line of all `N passed, N failed`.

use crate::layer::{CASES, LAYERS, Layer};
use crate::{Error, conformance, suite};
use ferrous_conformance::tally::Tally;
use std::time::{Duration, Instant};

/// Options of `cargo xtask test`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Run this layer alone
    #[arg(long, value_name = "NAME")]
    layer: Option<String>,
    /// A test that needs a peer which is not installed fails instead of being skipped
    #[arg(long)]
    require_peers: bool,
}

/// What one layer came to.
struct Row {
    layer: &'static Layer,
    tally: Tally,
    time: Duration,
}

/// Runs the layers. False if a layer is red.
pub(crate) fn run(options: &Options) -> Result<bool, Error> {
    let mut rows: Vec<Row> = Vec::new();
    for layer in chosen(options.layer.as_deref())? {
        println!("{:<12} {}", layer.name, layer.what);
        let start = Instant::now();
        let tally = run_layer(layer, options.require_peers)?;
        for note in &tally.notes {
            println!("    {note}");
        }
        println!("    {} in {:.1} s", tally.last_line(), start.elapsed().as_secs_f64());
        let red = tally.failed > 0;
        rows.push(Row { layer, tally, time: start.elapsed() });
        if red {
            break;
        }
    }
    Ok(summarise(&rows, options.layer.is_none()))
}

/// All layers, or the one named.
fn chosen(name: Option<&str>) -> Result<Vec<&'static Layer>, Error> {
    let Some(name) = name else { return Ok(LAYERS.iter().collect()) };
    match LAYERS.iter().find(|layer| layer.name == name) {
        Some(layer) => Ok(vec![layer]),
        None => {
            let known: Vec<&str> = LAYERS.iter().map(|layer| layer.name).collect();
            Err(Error::Usage(format!("no layer named {name}; there are {}", known.join(", "))))
        }
    }
}

fn run_layer(layer: &Layer, require_peers: bool) -> Result<Tally, Error> {
    let mut tally = Tally::default();
    for arguments in layer.runs {
        tally.add(suite::run(arguments)?);
    }
    if layer.name == CASES && tally.failed == 0 {
        tally.add(conformance::without_peers()?);
    }
    if require_peers {
        tally.require_peers();
    }
    Ok(tally)
}

/// Prints failures and the table. True if nothing failed.
fn summarise(rows: &[Row], all: bool) -> bool {
    for row in rows.iter().filter(|row| row.tally.failed > 0) {
        println!("\nlayer {} is red:\n{}", row.layer.name, row.tally.report.trim_end());
    }
    println!("\n{:<12} {:>7} {:>7} {:>8} {:>8}", "layer", "passed", "failed", "skipped", "seconds");
    let mut total = Tally::default();
    for Row { layer, tally, time } in rows {
        let Tally { passed, failed, skipped, .. } = tally;
        println!("{:<12} {passed:>7} {failed:>7} {skipped:>8} {:>8.1}", layer.name, time.as_secs_f64());
        total.add(tally.clone());
    }
    if all {
        for layer in &LAYERS[rows.len().min(LAYERS.len())..] {
            println!("{:<12} {:>7} {:>7} {:>8} {:>8}", layer.name, "-", "-", "-", "not run");
        }
    }
    println!("{}", total.last_line());
    total.failed == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_layer_is_named_in_the_error() {
        let error = chosen(Some("cellar")).unwrap_err().to_string();
        assert!(error.contains("cellar") && error.contains("arena"), "{error}");
        assert_eq!(chosen(Some(CASES)).unwrap().len(), 1);
    }
}
