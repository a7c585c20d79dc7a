//! A synchronous host of two commands, and a script that uses both: the example of `docs/embedding.md`.

use std::collections::HashMap;

use ferrous_redis::{
    Engine, EngineOptions, Session,
    host::{ArgsBuffer, CommandFlags, CommandInfo, Host, KeySpec, Request},
    reply::{RecordedReply, ReplySink},
};

#[derive(Default)]
struct Strings(HashMap<Vec<u8>, Vec<u8>>);

impl Host for Strings {
    fn command(&self, name: &[u8]) -> Option<CommandInfo> {
        let (name, arity, flags) = match name.to_ascii_lowercase().as_slice() {
            b"get" => ("get", 2, CommandFlags::READONLY),
            b"set" => ("set", 3, CommandFlags::WRITE),
            _ => return None,
        };
        Some(CommandInfo { name, arity, flags, keys: KeySpec { first: 1, last: 1, step: 1 } })
    }

    fn execute(&mut self, request: &Request<'_>, reply: &mut dyn ReplySink) {
        let argument = |index| request.args.get(index).unwrap_or_default();
        if request.args.name().eq_ignore_ascii_case(b"get") {
            match self.0.get(argument(1)) {
                Some(value) => reply.bulk(value),
                None => reply.null(),
            }
        } else {
            self.0.insert(argument(1).to_vec(), argument(2).to_vec());
            reply.status(b"OK");
        }
    }
}

#[allow(clippy::print_stdout, reason = "an example shows its result")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut engine = Engine::new(EngineOptions::default())?;
    let mut strings = Strings::default();
    let script = "redis.call('SET', KEYS[1], ARGV[1]) return redis.call('GET', KEYS[1])";
    let args: ArgsBuffer = ["EVAL", script, "1", "k", "v"].iter().collect();
    let mut reply = RecordedReply::default(); // A server hands in its own writer of RESP.
    let ours = engine.command(&Session::default(), args.args(), &mut strings, &mut reply);
    assert!(ours);
    println!("{:?}", reply.parts());
    Ok(())
}
