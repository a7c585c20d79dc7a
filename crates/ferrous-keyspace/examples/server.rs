//! A server for one machine: a thread for each client, one engine and one keyspace behind a lock. `server [PORT]`, then
//! `redis-cli -p PORT eval "return redis.call('incr', KEYS[1])" 1 hits`.
//!
//! A script that runs for five seconds makes the server busy, as Redis is then: other clients are told so, and any of them can
//! end it with SCRIPT KILL. That is why a thread never waits for the lock: who waits can be told nothing.

use std::{
    io::{self, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError, TryLockError},
    thread,
    time::Duration,
};

use ferrous_keyspace::{
    Keyspace,
    resp::{ReplyWriter, RequestParser},
};
use ferrous_redis::{
    Engine, EngineOptions, Session,
    busy::Admission,
    host::{CommandArgs, Host, Protocol, Replication, Request},
    kill::KillHandle,
};

/// What all clients share.
struct Shared {
    engine: Engine,
    keyspace: Keyspace,
}

#[allow(clippy::print_stdout, reason = "says where it listens")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port = std::env::args().nth(1).map_or(Ok(6399), |port| port.parse())?;
    let mut options = EngineOptions::default();
    options.busy_threshold = Some(Duration::from_secs(5));
    let engine = Engine::new(options)?;
    let handle = engine.kill_handle();
    let shared = Arc::new(Mutex::new(Shared { engine, keyspace: Keyspace::new() }));
    let listener = TcpListener::bind(("127.0.0.1", port))?;
    println!("listening on {}", listener.local_addr()?);
    for client in listener.incoming() {
        let (shared, handle, client) = (Arc::clone(&shared), handle.clone(), client?);
        thread::spawn(move || serve(client, &shared, &handle));
    }
    Ok(())
}

/// Answers a client until it goes.
fn serve(mut client: TcpStream, shared: &Mutex<Shared>, handle: &KillHandle) -> io::Result<()> {
    client.set_nodelay(true)?;
    let (mut parser, mut writer) = (RequestParser::new(), ReplyWriter::new(Protocol::Resp2));
    let (mut buffer, mut database) = (vec![0; 16 << 10], 0);
    loop {
        let length = client.read(&mut buffer)?;
        if length == 0 {
            return Ok(());
        }
        parser.feed(buffer.get(..length).unwrap_or_default());
        loop {
            match parser.next() {
                Ok(Some(request)) => answer(request.args(), shared, handle, &mut database, &mut writer),
                Ok(None) => break,
                Err(error) => {
                    write!(client, "-{error}\r\n")?;
                    return Ok(());
                }
            }
        }
        client.write_all(writer.bytes())?;
        writer.clear();
    }
}

/// Executes one command. `database` is the one that the client has selected.
fn answer(
    args: CommandArgs<'_>,
    shared: &Mutex<Shared>,
    handle: &KillHandle,
    database: &mut usize,
    writer: &mut ReplyWriter,
) {
    loop {
        if handle.admit(args, writer) == Admission::Answered {
            return;
        }
        let mut guard = match shared.try_lock() {
            Ok(guard) => guard,
            // The engine and the keyspace are memory-safe in any state.
            Err(TryLockError::Poisoned(error)) => PoisonError::into_inner(error),
            Err(TryLockError::WouldBlock) => {
                thread::sleep(Duration::from_micros(50));
                continue;
            }
        };
        let Shared { engine, keyspace } = &mut *guard;
        keyspace.select(*database);
        let session = Session::new(writer.protocol()).in_database(*database);
        if !engine.command(&session, args, keyspace, writer) {
            let (protocol, replication) = (writer.protocol(), Replication::default());
            keyspace.execute(&Request { args, protocol, replication, from_script: false }, writer);
            *database = keyspace.selected();
        }
        return;
    }
}
