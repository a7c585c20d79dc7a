//! The program in the README's section on embedding, as it stands there.

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

#[test]
fn the_readme_shows_it() {
    // The package alone, outside the workspace, has another README.
    let Ok(readme) = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md")) else {
        return;
    };
    let text = include_str!("readme.rs");
    let program = &text[text.find("fn main").unwrap()..text.find("\n}\n").unwrap()];
    assert!(readme.contains(program), "the README's program and this one differ");
}
