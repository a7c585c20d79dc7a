//! The states of a server: what it refuses before a script starts, and what inside. The replies are those that Redis 7.0.15
//! and Valkey 9.1.2 gave in the same states.

use ferrous_redis::{
    Compat, EngineOptions, ServerState, Session,
    server::{DiskError, Permission, Placement},
};

use crate::host::{TestHost, command_of, engine};

const OOM: &str = "-OOM command not allowed when used memory > 'maxmemory'.";
const READONLY: &str = "-READONLY You can't write against a read only replica.";
const NOREPLICAS: &str = "-NOREPLICAS Not enough good replicas to write.";
const MASTERDOWN: &str = "-MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.";
const MISCONF: &str = "-MISCONF ";

const GET: &str = "return redis.call('get', 'k')";
const SET: &str = "return redis.call('set', 'k', 'w')";
const DEL_SET: &str = "redis.call('del', 'z') return redis.call('set', 'k', 'w')";
const STRICT: &str = "#!lua\nreturn redis.call('get', 'k')";
const NO_WRITES: &str = "#!lua flags=no-writes\nreturn redis.call('get', 'k')";
const ALLOW_OOM: &str = "#!lua flags=allow-oom\nreturn redis.call('set', 'k', 'w')";
const ALLOW_STALE: &str = "#!lua flags=no-writes,allow-stale\nreturn redis.call('time')";
const ALLOW_STALE_GET: &str = "#!lua flags=no-writes,allow-stale\nreturn redis.call('get', 'k')";
const LIBRARY: &str = "#!lua name=l\nredis.register_function('f', function() return redis.call('set', 'k', 'w') end)
    redis.register_function{function_name='g', callback=function() return redis.call('get', 'k') end, flags={'no-writes'}}";
const OTHER: &str = "#!lua name=m\nredis.register_function('h', function() end)";

fn state(change: impl FnOnce(&mut ServerState)) -> ServerState {
    let mut state = ServerState::default();
    change(&mut state);
    state
}

/// Compares the beginnings of replies: what follows is the decoration.
fn check(compat: Compat, state: ServerState, host: &mut TestHost, cases: &[(&[&str], &str)]) {
    let mut engine = engine(EngineOptions::new(compat));
    host.strings.insert(b"k".to_vec(), b"v".to_vec());
    let load = command_of(&Session::default(), &mut engine, host, &["FUNCTION", "LOAD", LIBRARY]);
    assert_eq!(load, "\"l\"");
    let session = Session::default().in_state(state);
    for (args, wanted) in cases {
        let reply = command_of(&session, &mut engine, host, args);
        assert!(reply.starts_with(wanted), "{compat:?} {state:?} {args:?}: {reply}");
    }
}

const ALL: [Compat; 4] = Compat::ALL;

#[test]
fn all() {
    let state = state(|state| state.out_of_memory = true);
    for compat in ALL {
        check(
            compat,
            state,
            &mut TestHost::default(),
            &[
                (&["EVAL", GET, "0"], "\"v\""),
                (&["EVAL", SET, "0"], OOM),
                (&["EVAL", "return redis.pcall('set', 'k', 'w').err", "0"], "\"OOM command not allowed"),
                (&["EVAL", STRICT, "0"], OOM),
                (&["EVAL", STRICT, "x"], OOM),
                (&["EVAL", "return 1", "x"], "-ERR value is not an integer"),
                (&["EVAL_RO", STRICT, "0"], OOM),
                (&["EVAL", NO_WRITES, "0"], "\"v\""),
                (&["EVAL_RO", NO_WRITES, "0"], "\"v\""),
                (&["EVAL", ALLOW_OOM, "0"], "+OK"),
                (&["EVAL", DEL_SET, "0"], "+OK"),
                (&["FCALL", "f", "0"], OOM),
                (&["FCALL", "g", "0"], "\"w\""),
                (&["FCALL_RO", "f", "0"], OOM),
                (&["FUNCTION", "LOAD", OTHER], OOM),
                (&["FUNCTION", "RESTORE", "x"], OOM),
                (&["FUNCTION", "DELETE", "m"], "-ERR Library not found"),
                (&["SCRIPT", "LOAD", "return 1"], "\"e0e1"),
            ],
        );
    }
}

#[test]
fn writes_are_refused() {
    let states = [
        (state(|state| state.too_few_replicas = true), NOREPLICAS),
        (state(|state| state.read_only_replica = true), READONLY),
        (state(|state| state.disk_error = Some(DiskError::Snapshot)), MISCONF),
        (state(|state| state.disk_error = Some(DiskError::AppendOnlyFile)), MISCONF),
    ];
    for (state, refusal) in states {
        for compat in ALL {
            check(
                compat,
                state,
                &mut TestHost::default(),
                &[
                    (&["EVAL", GET, "0"], "\"v\""),
                    (&["EVAL", SET, "0"], refusal),
                    (&["EVAL", STRICT, "0"], refusal),
                    (&["EVAL", ALLOW_OOM, "x"], refusal),
                    (&["EVAL_RO", SET, "0"], "-ERR Write commands are not allowed from read-only scripts."),
                    (&["EVAL", NO_WRITES, "0"], "\"v\""),
                    (&["FCALL", "f", "0"], refusal),
                    (&["FCALL", "g", "0"], "\"v\""),
                    (&["FUNCTION", "DELETE", "l"], refusal),
                    (&["FUNCTION", "FLUSH", "X"], refusal),
                    (&["SCRIPT", "FLUSH", "X"], "-ERR SCRIPT FLUSH only"),
                ],
            );
        }
    }
}

#[test]
fn a_stale_replica_serves_what_says_so() {
    let state = state(|state| (state.stale, state.read_only_replica) = (true, true));
    let shared: &[(&[&str], &str)] = &[
        (&["EVAL", GET, "0"], MASTERDOWN),
        (&["EVAL", "return 1", "x"], "-ERR value is not an integer"),
        (&["EVAL", STRICT, "0"], READONLY),
        (&["EVAL", NO_WRITES, "0"], MASTERDOWN),
        (&["EVAL", ALLOW_STALE, "0"], "1"),
        (&["EVAL", ALLOW_STALE_GET, "0"], "-ERR Can not execute the command on a stale replica"),
        (&["FCALL", "g", "0"], MASTERDOWN),
        (&["FUNCTION", "LIST"], MASTERDOWN),
        (&["FUNCTION", "HELP"], "["),
        (&["SCRIPT", "LOAD", "return 1"], "\"e0e1"),
        (&["SCRIPT", "KILL"], MASTERDOWN),
    ];
    for compat in ALL {
        check(compat, state, &mut TestHost::default(), shared);
    }
    check(Compat::Redis70, state, &mut TestHost::default(), &[(&["SCRIPT", "EXISTS", "x"], MASTERDOWN)]);
    check(Compat::Valkey91, state, &mut TestHost::default(), &[(&["SCRIPT", "EXISTS", "x"], "[1: 0 ]")]);
}

#[test]
fn the_order_of_checks_is_the_targets() {
    let all = state(|state| {
        (state.out_of_memory, state.too_few_replicas, state.read_only_replica) = (true, true, true);
        state.disk_error = Some(DiskError::Snapshot);
    });
    let mut denied =
        TestHost { permission: Permission::Command { user: "bob".to_owned() }, ..TestHost::default() };
    check(Compat::Redis70, all, &mut TestHost::default(), &[(&["EVAL", SET, "0"], READONLY)]);
    check(Compat::Valkey91, all, &mut TestHost::default(), &[(&["EVAL", SET, "0"], OOM)]);
    let mut enough = all;
    enough.out_of_memory = false;
    check(Compat::Valkey91, enough, &mut TestHost::default(), &[(&["EVAL", SET, "0"], NOREPLICAS)]);
    enough.too_few_replicas = false;
    check(Compat::Valkey91, enough, &mut TestHost::default(), &[(&["EVAL", SET, "0"], MISCONF)]);
    let no_permission = "-ERR The user executing the script can't run this command or subcommand script: ";
    check(Compat::Redis70, all, &mut denied, &[(&["EVAL_RO", SET, "0"], no_permission)]);
    check(Compat::Valkey91, all, &mut denied, &[(&["EVAL_RO", SET, "0"], OOM)]);
    check(
        Compat::Valkey91,
        enough,
        &mut denied,
        &[(
            &["EVAL_RO", SET, "0"],
            "-ERR ACL failure in script: User bob has no permissions to run the 'set' command",
        )],
    );
}

#[test]
fn permissions_are_the_hosts() {
    let cases = [
        (
            Compat::Redis70,
            Permission::Key,
            "-ERR The user executing the script can't access at least one of the keys",
        ),
        (
            Compat::Redis70,
            Permission::Channel,
            "-ERR The user executing the script can't publish to the channel",
        ),
        (Compat::Redis72, Permission::Key, "-ERR ACL failure in script: No permissions to access a key"),
        (
            Compat::Valkey91,
            Permission::Channel,
            "-ERR ACL failure in script: No permissions to access a channel",
        ),
    ];
    for (compat, permission, wanted) in cases {
        let mut host = TestHost { permission, ..TestHost::default() };
        let ask = "return redis.acl_check_cmd('get', 'k') == false and 1 or 2";
        check(
            compat,
            ServerState::default(),
            &mut host,
            &[(&["EVAL", SET, "0"], wanted), (&["EVAL", ask, "0"], "1")],
        );
    }
}

#[test]
fn keys_live_in_slots() {
    let state = state(|state| state.cluster = true);
    let many = "redis.call('set', 'a', '1') return redis.call('set', 'b', '1')";
    let strict = format!("#!lua\n{many}");
    let free = format!("#!lua flags=allow-cross-slot-keys\n{many}");
    let same = "-ERR Script attempted to access keys that do not hash to the same slot";
    for compat in ALL {
        let no_cluster = "-ERR Can not run script on cluster, 'no-cluster' flag is set.";
        check(
            compat,
            state,
            &mut TestHost::default(),
            &[
                (&["EVAL", many, "0"], "+OK"),
                (&["EVAL", &strict, "0"], same),
                (&["EVAL", &free, "0"], "+OK"),
                (&["EVAL", "#!lua flags=no-cluster\nreturn 1", "0"], no_cluster),
            ],
        );
        let mut declared = state;
        declared.slot = Some(u16::from(b'x'));
        check(compat, declared, &mut TestHost::default(), &[(&["EVAL", &strict, "1", "x"], same)]);
    }
    let placed = [
        (
            Compat::Redis70,
            Placement::Elsewhere,
            "Script attempted to access a non local key in a cluster node",
        ),
        (
            Compat::Redis80,
            Placement::Several,
            "Command 'get' in script attempted to access keys that don't hash to the same slot",
        ),
        (Compat::Redis80, Placement::Unserved, "Script attempted to access a slot not served"),
        (Compat::Redis70, Placement::Down, "Script attempted to execute a command while the cluster is down"),
        (Compat::Valkey91, Placement::Several, "Attempted to access a non local key in a cluster node"),
        (Compat::Valkey91, Placement::Down, "Can not execute a command 'get' while the cluster is down"),
    ];
    for (compat, placement, text) in placed {
        let mut host = TestHost { placement, ..TestHost::default() };
        // One refusal does not spoil the next command.
        check(
            compat,
            state,
            &mut host,
            &[
                (&["EVAL", "return redis.call('get', '1')", "0"], &format!("-ERR {text}")),
                (&["EVAL", GET, "0"], "\"v\""),
            ],
        );
    }
}

#[test]
fn debugging_is_not_begun_while_replies_are_pending() {
    const REFUSED: &str = "-ERR SCRIPT DEBUG must be called outside a pipeline";
    let mut session = Session::default();
    session.replies_pending = true;
    for compat in ALL {
        let mut engine = engine(EngineOptions::new(compat));
        let mut reply = |session: &Session, mode| {
            command_of(session, &mut engine, &mut TestHost::default(), &["SCRIPT", "DEBUG", mode])
        };
        for mode in ["NO", "YES", "x"] {
            assert_eq!(reply(&session, mode), REFUSED);
        }
        assert_eq!(reply(&Session::default(), "NO"), "+OK");
    }
}
