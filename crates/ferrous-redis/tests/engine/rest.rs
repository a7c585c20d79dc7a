//! An engine at rest: it frees what runs have left, and gives back memory, between one run and the next.

use ferrous_redis::{
    EngineOptions, Session,
    host::{ArgsBuffer, Protocol},
    reply::RecordedReply,
    run::{EnginePool, Started, Step},
};

use crate::host::{TestHost, command, engine, find, show};

/// What makes much of everything, and what it replies.
const LARGE: &[(&str, &str)] = &[
    ("local t = {} for i = 1, 60000 do t[i] = {i} end return #t", "60000"),
    ("local t = {} for i = 1, 60000 do t[i] = 'k' .. i end return t[60000]", "\"k60000\""),
    ("local t = {} for i = 1, 60000 do t[i] = function() return i end end return t[777]()", "777"),
];

const LIBRARY: &str = "#!lua name=l\nlocal kept = {}\nredis.register_function('f', function(keys, args)\n\
                       for i = 1, 30000 do kept[i] = {args[1] .. i} end local last = kept[30000][1]\n\
                       for i = 11, 30000 do kept[i] = nil end return last .. kept[10][1] end)";

#[test]
fn scripts_run_as_ever_while_memory_is_given_back() {
    let mut engine = engine(EngineOptions::default());
    let mut host = TestHost::default();
    let mut run = |engine: &mut _, args: &[&str]| command(engine, &mut host, Protocol::Resp2, args);
    assert_eq!(run(&mut engine, &["FUNCTION", "LOAD", LIBRARY]), "\"l\"");
    let mut steps = 0;
    for round in 1..40_usize {
        let (script, reply) = LARGE[round % LARGE.len()];
        if round % 4 == 0 {
            assert_eq!(run(&mut engine, &["EVAL", script, "0"]), reply);
            assert_eq!(run(&mut engine, &["FCALL", "f", "0", "x"]), "\"x30000x10\"");
        }
        // Code that is new, while much of what was before is free, or waits to be.
        let small = format!("local name = 'small {round}' return name .. {round}");
        assert_eq!(run(&mut engine, &["EVAL", &small, "0"]), format!("\"small {round}{round}\""));
        for _ in 0..round * 3 {
            steps += usize::from(engine.settle());
        }
    }
    assert!(steps > 500, "{steps}");
    while engine.settle() {}
    assert!(!engine.is_unsettled() && !engine.is_reclaiming());
    assert_eq!(run(&mut engine, &["EVAL", "local name = 'small 7' return name .. 7", "0"]), "\"small 77\"");
    assert_eq!(run(&mut engine, &["FCALL", "f", "0", "y"]), "\"y30000y10\"");
}

#[test]
fn a_pool_gives_back_what_its_interpreters_have_kept() {
    let mut pool = EnginePool::new(EngineOptions::default());
    let run = |pool: &mut EnginePool, args: &[&str]| {
        let args: ArgsBuffer = args.iter().collect();
        let mut reply = RecordedReply::default();
        if let Started::Run(mut run) = pool.start(&Session::default(), args.args(), &mut reply).unwrap() {
            while !matches!(run.advance(&mut find), Step::Done) {}
            pool.finish(run, &mut reply);
        }
        show(&reply)
    };
    assert_eq!(run(&mut pool, &["FUNCTION", "LOAD", LIBRARY]), "\"l\"");
    for _ in 0..3 {
        for &(script, reply) in LARGE {
            assert_eq!(run(&mut pool, &["EVAL", script, "0"]), reply);
        }
        assert_eq!(run(&mut pool, &["FCALL", "f", "0", "x"]), "\"x30000x10\"");
        assert!(pool.is_unsettled());
        while pool.settle() {}
        assert!(!pool.is_unsettled());
    }
}
