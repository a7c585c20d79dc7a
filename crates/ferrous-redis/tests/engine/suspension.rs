//! Scripts that wait for their host: many at once, and on more than one thread.

use std::thread;

use ferrous_redis::{
    Compat, EngineOptions, Session,
    host::{ArgsBuffer, Authority, CommandArgs, CommandInfo},
    reply::RecordedReply,
    run::{EnginePool, Run, Started, Step},
    server::Permission,
};

use crate::host::{find, show};

/// Somebody who may read, and call nothing else.
struct Reader;

impl Authority for Reader {
    fn command(&self, name: &[u8]) -> Option<CommandInfo> {
        find(name)
    }

    fn permission(&mut self, args: CommandArgs<'_>) -> Permission {
        if args.name() == b"get" { Permission::Granted } else { Permission::Command { user: "ann".into() } }
    }
}

#[test]
fn a_waiting_run_is_told_its_permissions() {
    const SCRIPT: &str = "return {redis.acl_check_cmd('set', 'k', 'v'), redis.acl_check_cmd('get', 'k'), \
                          redis.pcall('set', 'k', 'v')}";
    let mut pool = EnginePool::new(EngineOptions::new(Compat::Valkey91));
    let mut run = start(&mut pool, &["EVAL", SCRIPT, "0"]);
    assert!(matches!(run.advance(&mut Reader), Step::Done));
    let mut reply = RecordedReply::default();
    pool.finish(run, &mut reply);
    let refused = "-ERR ACL failure in script: User ann has no permissions to run the 'set' command";
    assert_eq!(show(&reply), format!("[3: null 1 {refused} ]"));
}

fn start(pool: &mut EnginePool, args: &[&str]) -> Run {
    let args: ArgsBuffer = args.iter().collect();
    match pool.start(&Session::default(), args.args(), &mut RecordedReply::default()).unwrap() {
        Started::Run(run) => run,
        Started::Foreign | Started::Answered => panic!("a script was expected"),
    }
}

/// Runs to the next command and returns its last argument.
fn step(run: &mut Run) -> Option<Vec<u8>> {
    match run.advance(&mut find) {
        Step::Command(request) => request.args.iter().last().map(<[u8]>::to_vec),
        Step::Log(..) => step(run),
        Step::Done => None,
    }
}

#[test]
fn a_thousand_runs_wait_at_once() {
    const SCRIPT: &str =
        "local sum = 0 for i = 1, 3 do sum = sum + redis.call('ECHO', ARGV[1] * i) end return sum";
    let mut pool = EnginePool::new(EngineOptions::default());
    let mut runs: Vec<Run> =
        (0..1000).map(|number| start(&mut pool, &["EVAL", SCRIPT, "0", &number.to_string()])).collect();
    for _ in 0..3 {
        for run in &mut runs {
            let argument = step(run).unwrap();
            run.answer(|reply| reply.bulk(&argument));
        }
    }
    // One of them ends on another thread.
    let moved = runs.swap_remove(500);
    let mut moved = thread::spawn(move || {
        let mut moved = moved;
        assert_eq!(step(&mut moved), None);
        moved
    })
    .join()
    .unwrap();
    assert_eq!(step(&mut moved), None);
    let mut reply = RecordedReply::default();
    assert!(pool.finish(moved, &mut reply).is_none());
    assert_eq!(show(&reply), "3000");
    runs.swap_remove(499);
    for (number, mut run) in (0..).zip(runs).take(499) {
        assert_eq!(step(&mut run), None);
        let mut reply = RecordedReply::default();
        pool.finish(run, &mut reply);
        assert_eq!(show(&reply), (number * 6).to_string());
    }
}

#[test]
fn an_error_reply_is_raised_where_the_script_waited() {
    let mut pool = EnginePool::new(EngineOptions::default());
    let mut run = start(&mut pool, &["EVAL", "local ok, e = pcall(redis.call, 'GET', 'k') return e", "0"]);
    assert_eq!(step(&mut run), Some(b"k".to_vec()));
    run.answer(|reply| reply.error(b"LOADING not yet"));
    assert_eq!(step(&mut run), None);
    let mut reply = RecordedReply::default();
    pool.finish(run, &mut reply);
    assert_eq!(show(&reply), "\"LOADING not yet\"");
}

#[test]
fn what_needs_no_run_is_answered_at_once() {
    let mut pool = EnginePool::new(EngineOptions::default());
    let mut answer = |args: &[&str]| {
        let args: ArgsBuffer = args.iter().collect();
        let mut reply = RecordedReply::default();
        match pool.start(&Session::default(), args.args(), &mut reply).unwrap() {
            Started::Answered => show(&reply),
            Started::Foreign => "foreign".to_owned(),
            Started::Run(_) => "run".to_owned(),
        }
    };
    assert_eq!(answer(&["GET", "k"]), "foreign");
    assert_eq!(answer(&["EVAL"]), "-ERR wrong number of arguments for 'eval' command");
    assert_eq!(answer(&["SCRIPT", "EXISTS", "x"]), "[1: 0 ]");
    assert_eq!(answer(&["EVAL", "return 1", "0"]), "run");
}
