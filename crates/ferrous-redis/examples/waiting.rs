//! An asynchronous server in small: scripts wait for a storage that answers later, and none blocks another.

use std::collections::VecDeque;

use ferrous_redis::{
    EngineOptions, Session,
    engine::EngineError,
    host::{ArgsBuffer, CommandFlags, CommandInfo, KeySpec},
    reply::RecordedReply,
    run::{EnginePool, Run, Started, Step},
};

/// The storage knows one command.
fn find(name: &[u8]) -> Option<CommandInfo> {
    let keys = KeySpec { first: 1, last: 1, step: 1 };
    let info = CommandInfo { name: "get", arity: 2, flags: CommandFlags::READONLY, keys };
    name.eq_ignore_ascii_case(b"get").then_some(info)
}

#[allow(clippy::print_stdout, reason = "an example shows its result")]
fn main() -> Result<(), EngineError> {
    let mut pool = EnginePool::new(EngineOptions::default());
    let mut waiting: VecDeque<Run> = VecDeque::new();
    for client in ["a", "b", "c"] {
        let script = "return redis.call('GET', KEYS[1]) .. redis.call('GET', KEYS[1])";
        let args: ArgsBuffer = ["EVAL", script, "1", client].iter().collect();
        let mut reply = RecordedReply::default();
        if let Started::Run(run) = pool.start(&Session::default(), args.args(), &mut reply)? {
            waiting.push_back(run);
        }
    }
    // Each run makes one step, and waits at the end of the queue for the answer.
    while let Some(mut run) = waiting.pop_front() {
        let key = match run.advance(&mut find) {
            Step::Command(request) => request.args.get(1).unwrap_or_default().to_vec(),
            Step::Log(_, line) => {
                println!("log: {}", String::from_utf8_lossy(line));
                waiting.push_back(run);
                continue;
            }
            Step::Done => {
                let mut reply = RecordedReply::default();
                pool.finish(run, &mut reply);
                println!("{:?}", reply.parts());
                continue;
            }
        };
        // Here a server would await its storage.
        run.answer(|reply| reply.bulk(&[b"value of ", key.as_slice(), b"; "].concat()));
        waiting.push_back(run);
    }
    Ok(())
}
