//! A live server of our own for comparisons: a free port, a temporary directory, nothing saved.
//!
//! **Invariant:** the process is ended and its directory removed when the value is dropped.

use crate::endpoint::{Address, Endpoint};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a server may take until it accepts connections.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running server.
pub struct Server {
    child: Child,
    directory: PathBuf,
    /// The port it listens on.
    pub port: u16,
}

impl Server {
    /// Starts `redis-server` or `valkey-server` from that path and waits until it answers.
    ///
    /// # Errors
    /// When it cannot be started or does not accept connections.
    pub fn start(program: &Path) -> std::io::Result<Server> {
        Self::start_with(program, &[])
    }

    /// The same with more arguments.
    ///
    /// # Errors
    /// As for [`Server::start`].
    pub fn start_with(program: &Path, more: &[&str]) -> std::io::Result<Server> {
        let given = more
            .iter()
            .position(|argument| *argument == "--port")
            .and_then(|at| more.get(at + 1)?.parse().ok());
        // The port is free now; nobody else is expected to take it before the server does.
        let port = match given {
            Some(port) => port,
            None => TcpListener::bind("127.0.0.1:0")?.local_addr()?.port(),
        };
        let directory = std::env::temp_dir().join(format!("ferrous-peer-{}-{port}", std::process::id()));
        std::fs::create_dir_all(&directory)?;
        let child = Command::new(program)
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .arg("--dir")
            .arg(&directory)
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut server = Server { child, directory, port };
        server.wait_until_up()?;
        Ok(server)
    }

    fn wait_until_up(&mut self) -> std::io::Result<()> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match TcpStream::connect(("127.0.0.1", self.port)) {
                Ok(_) => return Ok(()),
                Err(error) if Instant::now() >= deadline || self.child.try_wait()?.is_some() => {
                    return Err(error);
                }
                Err(_) => std::thread::sleep(Duration::from_millis(20)),
            }
        }
    }

    /// Its process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Where it keeps its files.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Ends the process at once, as a crash would.
    pub fn kill(&mut self) {
        // Fails only if it has ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// A connection to it.
    #[must_use]
    pub fn endpoint(&self, limit: Duration) -> Endpoint {
        Endpoint::new(Address::Port(self.port), limit)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail only if it has ended by itself, and then there is nothing left to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}
