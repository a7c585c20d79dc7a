//! Something that answers RESP commands: a child process over pipes, or a server on a port.
//!
//! Two threads move the bytes, one each way, so that neither side can block the other; the caller sends commands and
//! waits for complete replies with a time limit. A child that hangs or dies can be started again.

use crate::resp::{self, NotResp};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

/// Why there is no reply.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The process ended or the connection was closed.
    #[error("it died")]
    Gone,
    /// No complete reply in time.
    #[error("no reply within {} s", .0.as_secs())]
    TimedOut(Duration),
    /// The reply is not RESP.
    #[error(transparent)]
    NotResp(#[from] NotResp),
    /// It could not be started or connected to.
    #[error("cannot start or connect: {0}")]
    Start(#[from] std::io::Error),
}

/// Where commands go.
#[derive(Debug, Clone)]
pub enum Address {
    /// A program that reads commands on standard input and writes replies to standard output.
    Program(PathBuf, Vec<String>),
    /// A server on this port of this machine.
    Port(u16),
}

/// An open connection or running child.
struct Link {
    out: Sender<Vec<u8>>,
    replies: Receiver<Vec<u8>>,
    child: Option<Child>,
    stream: Option<TcpStream>,
}

/// An address and, once opened, the link to it.
pub struct Endpoint {
    address: Address,
    limit: Duration,
    link: Option<Link>,
    buffer: Vec<u8>,
}

impl Endpoint {
    /// An endpoint that is not opened yet; `limit` is the longest wait for one reply.
    #[must_use]
    pub fn new(address: Address, limit: Duration) -> Endpoint {
        Endpoint { address, limit, link: None, buffer: Vec::new() }
    }

    /// Whether the endpoint is a process of our own, which can be started afresh.
    #[must_use]
    pub fn is_program(&self) -> bool {
        matches!(self.address, Address::Program(..))
    }

    /// The process, if one of our own is running.
    #[must_use]
    pub fn process(&self) -> Option<u32> {
        self.link.as_ref()?.child.as_ref().map(Child::id)
    }

    /// A new connection or a new process; the old one is ended.
    ///
    /// # Errors
    /// When it cannot be started or connected to.
    pub fn restart(&mut self) -> Result<(), Trouble> {
        self.close();
        self.link = Some(match &self.address {
            Address::Program(program, arguments) => start(program, arguments)?,
            Address::Port(port) => connect(*port)?,
        });
        Ok(())
    }

    /// A new connection; a process that runs is kept.
    ///
    /// # Errors
    /// When it cannot be started or connected to.
    pub fn refresh(&mut self) -> Result<(), Trouble> {
        if self.is_program() && self.link.is_some() { Ok(()) } else { self.restart() }
    }

    /// Ends the process or the connection.
    pub fn close(&mut self) {
        self.buffer.clear();
        let Some(link) = self.link.take() else { return };
        if let Some(stream) = link.stream {
            // A connection that is closed already is as good.
            let _ = stream.shutdown(Shutdown::Both);
        }
        if let Some(mut child) = link.child {
            // Fails only for a process that has ended by itself.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Sends a command and waits for its reply, which comes back as raw bytes.
    ///
    /// # Errors
    /// When no complete reply comes in time.
    pub fn call<A: AsRef<[u8]>>(&mut self, command: &[A]) -> Result<Vec<u8>, Trouble> {
        let Some(link) = &self.link else { return Err(Trouble::Gone) };
        link.out.send(resp::encode(command)).map_err(|_| Trouble::Gone)?;
        let deadline = Instant::now() + self.limit;
        loop {
            if let Some(length) = resp::reply_length(&self.buffer)? {
                let rest = self.buffer.split_off(length);
                return Ok(std::mem::replace(&mut self.buffer, rest));
            }
            let left = deadline.saturating_duration_since(Instant::now());
            match link.replies.recv_timeout(left) {
                Ok(bytes) => self.buffer.extend_from_slice(&bytes),
                Err(RecvTimeoutError::Timeout) => return Err(Trouble::TimedOut(self.limit)),
                Err(RecvTimeoutError::Disconnected) => return Err(Trouble::Gone),
            }
        }
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.close();
    }
}

fn start(program: &PathBuf, arguments: &[String]) -> Result<Link, Trouble> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(Trouble::Gone);
    };
    Ok(Link { out: writer(stdin), replies: reader(stdout), child: Some(child), stream: None })
}

fn connect(port: u16) -> Result<Link, Trouble> {
    let stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_nodelay(true)?;
    Ok(Link {
        out: writer(stream.try_clone()?),
        replies: reader(stream.try_clone()?),
        child: None,
        stream: Some(stream),
    })
}

/// A thread that writes what it is sent until the other side is gone.
fn writer(mut to: impl Write + Send + 'static) -> Sender<Vec<u8>> {
    let (sender, receiver) = channel::<Vec<u8>>();
    std::thread::spawn(move || {
        while let Ok(bytes) = receiver.recv() {
            if to.write_all(&bytes).and_then(|()| to.flush()).is_err() {
                break;
            }
        }
    });
    sender
}

/// A thread that passes on what it reads until the end of the stream.
fn reader(mut from: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut buffer = vec![0; 1 << 16];
        while let Ok(length @ 1..) = from.read(&mut buffer) {
            if sender.send(buffer[..length].to_vec()).is_err() {
                break;
            }
        }
    });
    receiver
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A shell that answers each command's first line and then does what the test wants.
    fn shell(script: &str, limit: u64) -> Endpoint {
        let address = Address::Program("sh".into(), vec!["-c".into(), script.into()]);
        let mut endpoint = Endpoint::new(address, Duration::from_millis(limit));
        endpoint.restart().unwrap();
        endpoint
    }

    #[test]
    fn a_reply_comes_back_as_it_was_written() {
        let mut endpoint = shell("printf '$2\\r\\nhi\\r\\n:7\\r\\n'; cat >/dev/null", 10_000);
        assert_eq!(endpoint.call(&["PING"]).unwrap(), b"$2\r\nhi\r\n");
        assert_eq!(endpoint.call(&["PING"]).unwrap(), b":7\r\n");
    }

    #[test]
    fn death_silence_and_noise_are_told_apart() {
        assert!(matches!(shell("exit 0", 10_000).call(&["PING"]), Err(Trouble::Gone)));
        assert!(matches!(shell("sleep 60", 50).call(&["PING"]), Err(Trouble::TimedOut(_))));
        assert!(matches!(
            shell("printf 'x\\r\\n'; sleep 60", 10_000).call(&["PING"]),
            Err(Trouble::NotResp(_))
        ));
    }
}
