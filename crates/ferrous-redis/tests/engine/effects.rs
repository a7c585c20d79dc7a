//! What scripts replicate where the driver, not a server, can show it: waiting runs, undone runs, transactions of a client.

use ferrous_redis::{
    Compat, Engine, EngineOptions, Session,
    effects::{Destination, EffectStream, Effects},
    host::ArgsBuffer,
    reply::RecordedReply,
    run::{EnginePool, Started, Step},
};

use crate::host::{TestHost, find};

fn options() -> EngineOptions {
    let mut options = EngineOptions::new(Compat::Redis70);
    options.record_effects = true;
    options
}

fn written(effects: &Effects) -> String {
    let mut stream = EffectStream::new(Destination::Replicas, Compat::Redis70);
    let mut commands = Vec::new();
    stream.write(effects, &mut |command| {
        let words: Vec<_> = command.iter().map(String::from_utf8_lossy).collect();
        commands.push(words.join(" "));
    });
    commands.join(", ")
}

fn run(engine: &mut Engine, session: &Session, host: &mut TestHost, words: &[&str]) {
    let args: ArgsBuffer = words.iter().collect();
    assert!(engine.command(session, args.args(), host, &mut RecordedReply::default()));
}

#[test]
fn effects_pile_up_until_they_are_taken() {
    let mut engine = Engine::new(options()).unwrap();
    let mut host = TestHost::default();
    let session = Session::default().in_database(2);
    run(&mut engine, &session, &mut host, &["EVAL", "redis.call('set', 'a', 1) redis.call('get', 'a')", "0"]);
    run(&mut engine, &session, &mut host, &["EVAL", "redis.call('set', 'b', 2) error('x')", "0"]);
    run(&mut engine, &session, &mut host, &["FUNCTION", "FLUSH"]);
    assert_eq!(written(&engine.take_effects()), "SELECT 2, MULTI, set a 1, set b 2, FUNCTION FLUSH, EXEC");
    assert!(engine.take_effects().is_empty());
}

#[test]
fn what_was_undone_is_no_effect() {
    let mut options = options();
    options.atomic = true;
    let mut engine = Engine::new(options).unwrap();
    let (mut host, session) = (TestHost::default(), Session::default());
    run(&mut engine, &session, &mut host, &["EVAL", "redis.call('set', 'a', 1)", "0"]);
    run(&mut engine, &session, &mut host, &["EVAL", "redis.call('set', 'b', 2) error('x')", "0"]);
    assert_eq!(written(&engine.take_effects()), "SELECT 0, set a 1");
}

#[test]
fn nothing_is_kept_unless_it_is_wanted() {
    let mut engine = Engine::new(EngineOptions::default()).unwrap();
    run(
        &mut engine,
        &Session::default(),
        &mut TestHost::default(),
        &["EVAL", "redis.call('set', 'a', 1)", "0"],
    );
    assert!(engine.take_effects().is_empty());
}

#[test]
fn a_waiting_run_has_effects_of_its_own() {
    let mut pool = EnginePool::new(options());
    let start = |pool: &mut EnginePool, words: &[&str]| {
        let args: ArgsBuffer = words.iter().collect();
        pool.start(&Session::default(), args.args(), &mut RecordedReply::default()).unwrap()
    };
    let script = "redis.call('set', 'a', 1) redis.pcall('set', 'b', 2) redis.call('set', 'c', 3)";
    let Started::Run(mut run) = start(&mut pool, &["EVAL", script, "0"]) else { panic!("a script") };
    assert!(matches!(run.advance(&mut find), Step::Command(_)));
    run.answer(|reply| reply.status(b"OK"));
    assert!(matches!(run.advance(&mut find), Step::Command(_)));
    run.answer(|reply| reply.error(b"OOM no"));
    assert!(matches!(run.advance(&mut find), Step::Command(_)));
    run.answer_with_effects(
        |reply| reply.status(b"OK"),
        |executed, effects| effects.push(&[b"SET", executed.request.args.get(1).unwrap(), b"4"]),
    );
    assert!(matches!(run.advance(&mut find), Step::Done));
    assert_eq!(written(&run.take_effects()), "SELECT 0, MULTI, set a 1, SET c 4, EXEC");
    pool.finish(run, &mut RecordedReply::default());
    assert!(matches!(start(&mut pool, &["FUNCTION", "FLUSH"]), Started::Answered));
    assert_eq!(written(&pool.take_effects()), "SELECT 0, FUNCTION FLUSH");
}
