//! `cargo xtask valkey-suite`: the server's own test suite, with the module in every server that it starts.
//!
//! The suite comes from Debian's source package, fetched into `target/valkey-suite` when it is first needed; nothing of it is
//! kept in the repository. If the archive has another version than the server, the suite may ask for what this server does not
//! have; the built-in engine's own figure on the same pair is then what counts, so it is measured too.

mod package;
mod runner;

use crate::Error;
use crate::valkey::module;
use runner::Figures;

/// Options of `cargo xtask valkey-suite`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Also the units around scripting: transactions, ACL, replication, cluster statistics
    #[arg(long)]
    wide: bool,
    /// Only this unit (can be repeated)
    #[arg(long, value_name = "UNIT")]
    single: Vec<String>,
    /// Run the built-in engine instead of the module
    #[arg(long)]
    built_in: bool,
    /// If the suite cannot be fetched, say so and succeed
    #[arg(long)]
    optional: bool,
    /// First of the ports that the suite's servers use
    #[arg(long, value_name = "PORT", default_value_t = 7840)]
    base_port: u16,
    /// End the suite after so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 900)]
    limit: u64,
}

/// The units about scripts.
const SCRIPTING: &[&str] = &["unit/scripting", "unit/functions", "unit/cluster/scripting"];

/// The units around them.
const AROUND: &[&str] = &[
    "unit/multi",
    "unit/acl",
    "unit/acl-v2",
    "unit/pause",
    "unit/sort",
    "unit/commandlog",
    "unit/tracking",
    "unit/latency-monitor",
    "unit/info",
    "unit/cluster/slot-stats",
    "integration/replication-4",
];

/// Runs the suite. False if a test failed that the built-in engine passes.
pub(crate) fn run(options: &Options) -> Result<bool, Error> {
    let server = module::server()?;
    let suite = match package::unpacked(&server) {
        Err(error) if options.optional => {
            println!("skipped: {error}\n0 passed, 0 failed");
            return Ok(true);
        }
        suite => suite?,
    };
    let module = if options.built_in { None } else { Some(module::build()?) };
    let units = units(options);
    let measure = |module| runner::run(&suite.directory, module, &units, options.base_port, options.limit);
    let mut figures = measure(module.as_deref())?;
    if !suite.matches && module.is_some() {
        println!(
            "suite {} is not the server's {}: the built-in engine for comparison",
            suite.version, suite.server
        );
        let built_in = measure(None)?;
        println!("built-in: {built_in}");
        figures = against(&figures, &built_in);
    }
    println!("{} ignored", figures.ignored);
    println!("{} passed, {} failed", figures.passed, figures.failed);
    Ok(figures.failed == 0 && figures.passed > 0)
}

fn units(options: &Options) -> Vec<&str> {
    if !options.single.is_empty() {
        return options.single.iter().map(String::as_str).collect();
    }
    let around: &[&str] = if options.wide { AROUND } else { &[] };
    [SCRIPTING, around].concat()
}

/// Failures count only beyond those of the built-in engine on the same pair of suite and server.
fn against(ours: &Figures, built_in: &Figures) -> Figures {
    Figures { failed: ours.failed.saturating_sub(built_in.failed), ..ours.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_failures_count() {
        let figures = |passed, failed| Figures { passed, failed, ignored: 0 };
        assert_eq!(against(&figures(10, 3), &figures(10, 3)).failed, 0);
        assert_eq!(against(&figures(10, 4), &figures(12, 3)).failed, 1);
    }
}
