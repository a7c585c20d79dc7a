//! The program in the README's section on embedding, as it stands there, and the commands that print what it shows.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{path::Path, process::Command};

use ferrous_keyspace::{Keyspace, resp::ReplyWriter};
use ferrous_redis::{Compat, Engine, EngineOptions, Session, host::ArgsBuffer};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut options = EngineOptions::new(Compat::Redis70);
    options.limits.instructions = Some(10_000_000);
    let mut engine = Engine::new(options)?;
    let mut keyspace = Keyspace::new();
    let mut reply = ReplyWriter::default();

    let script = "return redis.call('INCRBY', KEYS[1], ARGV[1])";
    let command: ArgsBuffer = ["EVAL", script, "1", "hits", "5"].into_iter().collect();
    engine.command(&Session::default(), command.args(), &mut keyspace, &mut reply);
    engine.command(&Session::default(), command.args(), &mut keyspace, &mut reply);

    assert_eq!(reply.bytes(), b":5\r\n:10\r\n");
    Ok(())
}

#[test]
fn the_program_runs() {
    main().unwrap();
}

/// The repository's README; none where the package stands alone.
fn readme() -> Option<String> {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md")).ok()
}

#[test]
fn the_readme_shows_it() {
    let Some(readme) = readme() else { return };
    let text = include_str!("readme.rs");
    let program = &text[text.find("fn main").unwrap()..text.find("\n}\n").unwrap()];
    assert!(readme.contains(program), "the README's program and this one differ");
}

/// Not what prints otherwise on a terminal, nor what needs files that are made before.
#[test]
#[cfg(unix)]
fn the_commands_print_what_is_shown() {
    let Some(readme) = readme() else { return };
    let program = Path::new(env!("CARGO_BIN_EXE_ferrous"));
    let path =
        format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap_or_default());
    let blocks = readme.split("```console\n").skip(1).filter_map(|block| block.split("```").next());
    let steps = blocks
        .flat_map(|block| block.split("\n\n"))
        .filter_map(|step| step.strip_prefix("$ ")?.split_once('\n'));
    let mut compared = 0;
    for (command, shown) in steps {
        if !["ferrous inspect", "ferrous pipe", "ferrous run", "eval --json"]
            .iter()
            .any(|part| command.contains(part))
        {
            continue;
        }
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
        let output =
            Command::new("sh").args(["-c", command]).current_dir(root).env("PATH", &path).output().unwrap();
        let printed = String::from_utf8(output.stdout).unwrap().replace('\r', "");
        assert_eq!(printed.trim_end(), shown.trim_end(), "{command}");
        compared += 1;
    }
    assert_eq!(compared, 4);
}
