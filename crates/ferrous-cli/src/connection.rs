//! The commands about the connection itself, which neither a keyspace nor an engine has: HELLO, AUTH, RESET, QUIT, CLIENT.
//!
//! Texts and checks are those of Redis 7.0. There is one user here, `default`, who needs no password.

use ferrous_keyspace::number::parse_integer;
use ferrous_redis::{
    Compat,
    compat::Dialect,
    debugger::DebugMode,
    host::{CommandArgs, Protocol},
    reply::ReplySink,
};

use crate::client;

/// What a connection remembers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Connection {
    /// The protocol that replies are written in.
    pub(crate) protocol: Protocol,
    /// Whether the client has said QUIT.
    pub(crate) closed: bool,
    /// What the client has chosen with SCRIPT DEBUG.
    pub(crate) debug: DebugMode,
    /// What the client calls itself; empty if it has said nothing.
    pub(crate) name: Vec<u8>,
    /// Which replies the client wants.
    pub(crate) replies: Replies,
    compat: Compat,
}

/// What CLIENT REPLY has chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Replies {
    /// All of them.
    #[default]
    All,
    /// None.
    None,
    /// All but this one and the next.
    AllButNext,
    /// All but this one.
    AllButThis,
}

impl Connection {
    /// A connection in RESP2 to a server of the kind `compat`.
    pub(crate) fn new(compat: Compat) -> Self {
        Self { compat, ..Self::default() }
    }

    /// What the server says differently from others.
    pub(crate) fn dialect(&self) -> &'static Dialect {
        self.compat.dialect()
    }

    /// Executes the command if it is about the connection to a master, or a replica; nothing if it is not. The reply is to be written
    /// in the protocol that holds afterwards, so `sink` is asked for with it. An error is not written.
    pub(crate) fn execute<'s>(
        &mut self,
        args: CommandArgs<'_>,
        is_replica: bool,
        sink: impl FnOnce(Protocol) -> &'s mut dyn ReplySink,
    ) -> Option<Result<(), Vec<u8>>> {
        let name = args.name();
        if name.eq_ignore_ascii_case(b"hello") {
            let outcome = self.hello(args);
            if outcome.is_ok() {
                self.describe(is_replica, sink(self.protocol));
            }
            return Some(outcome);
        } else if name.eq_ignore_ascii_case(b"auth") && args.len() > 1 {
            let outcome = authenticate(args);
            if outcome.is_ok() {
                sink(self.protocol).status(b"OK");
            }
            return Some(outcome);
        } else if name.eq_ignore_ascii_case(b"reset") && args.len() == 1 {
            self.protocol = Protocol::Resp2;
            self.debug = DebugMode::Off;
            self.name.clear();
            self.replies = Replies::All;
            sink(self.protocol).status(b"RESET");
        } else if name.eq_ignore_ascii_case(b"quit") {
            self.closed = true;
            sink(self.protocol).status(b"OK");
        } else {
            return None;
        }
        Some(Ok(()))
    }

    /// Whether the client wants the reply that was just made.
    pub(crate) fn wants_reply(&mut self) -> bool {
        let wanted = self.replies == Replies::All;
        self.replies = match self.replies {
            Replies::AllButNext => Replies::AllButThis,
            Replies::AllButThis => Replies::All,
            replies => replies,
        };
        wanted
    }

    fn hello(&mut self, args: CommandArgs<'_>) -> Result<(), Vec<u8>> {
        let mut name = self.name.clone();
        let mut protocol = self.protocol;
        if let Some(version) = args.get(1) {
            protocol = match parse_integer(version) {
                None => return Err(b"ERR Protocol version is not an integer or out of range".to_vec()),
                Some(2) => Protocol::Resp2,
                Some(3) => Protocol::Resp3,
                Some(_) => return Err(b"NOPROTO unsupported protocol version".to_vec()),
            };
        }
        let mut index = 2;
        while let Some(option) = args.get(index) {
            let more = args.len() - index - 1;
            if option.eq_ignore_ascii_case(b"auth") && more >= 2 {
                log_in(args.get(index + 1))?;
                index += 3;
                continue;
            }
            if !option.eq_ignore_ascii_case(b"setname") || more == 0 {
                return Err([b"ERR Syntax error in HELLO option '", option, b"'"].concat());
            }
            let named = args.get(index + 1).unwrap_or_default();
            if !client::is_name(named) {
                return Err(client::refuse_name());
            }
            name = named.to_vec();
            if self.compat.dialect().hello_names_at_once {
                self.name.clone_from(&name);
            }
            index += 2;
        }
        self.name = name;
        self.protocol = protocol;
        Ok(())
    }

    fn describe(&self, is_replica: bool, sink: &mut dyn ReplySink) {
        let dialect = self.compat.dialect();
        let (server, version) = match &dialect.valkey {
            Some(names) => (names.server_name, names.version),
            None => ("redis", dialect.redis_version),
        };
        sink.begin_map(7);
        for (key, value) in [("server", server), ("version", version)] {
            sink.bulk(key.as_bytes());
            sink.bulk(value.as_bytes());
        }
        sink.bulk(b"proto");
        sink.integer(if self.protocol == Protocol::Resp3 { 3 } else { 2 });
        sink.bulk(b"id");
        sink.integer(1);
        let role = if is_replica { "replica" } else { "master" };
        for (key, value) in [("mode", "standalone"), ("role", role)] {
            sink.bulk(key.as_bytes());
            sink.bulk(value.as_bytes());
        }
        sink.bulk(b"modules");
        match &dialect.valkey {
            Some(_) => describe_lua(sink),
            None => sink.begin_array(0),
        }
        sink.end();
        sink.end();
    }
}

/// `AUTH [user] password`.
fn authenticate(args: CommandArgs<'_>) -> Result<(), Vec<u8>> {
    const NO_PASSWORD: &[u8] =
        b"ERR AUTH <password> called without any password configured for the default user. \
                                 Are you sure your configuration is correct?";
    match args.len() {
        2 => Err(NO_PASSWORD.to_vec()),
        3 => log_in(args.get(1)),
        _ => Err(b"ERR syntax error".to_vec()),
    }
}

/// There is one user, whom any password suits.
fn log_in(user: Option<&[u8]>) -> Result<(), Vec<u8>> {
    if user == Some(b"default") {
        return Ok(());
    }
    Err(b"WRONGPASS invalid username-password pair or user is disabled.".to_vec())
}

/// Begins the list of a Valkey's modules, of which Lua is one.
fn describe_lua(sink: &mut dyn ReplySink) {
    sink.begin_array(1);
    sink.begin_map(4);
    ["name", "lua", "ver"].iter().for_each(|word| sink.bulk(word.as_bytes()));
    sink.integer(1);
    ["path", "lua", "args"].iter().for_each(|word| sink.bulk(word.as_bytes()));
    sink.begin_array(0);
    sink.end();
    sink.end();
}

#[cfg(test)]
mod tests {
    use ferrous_keyspace::resp::ReplyWriter;
    use ferrous_redis::host::ArgsBuffer;

    use super::*;

    fn answer(connection: &mut Connection, line: &str) -> Option<String> {
        let args: ArgsBuffer = line.split(' ').collect();
        let mut writer = ReplyWriter::default();
        let outcome = connection.execute(args.args(), false, |protocol| {
            writer.set_protocol(protocol);
            &mut writer
        });
        if let Err(text) = outcome? {
            writer.error(&text);
        }
        Some(String::from_utf8(writer.into_bytes()).unwrap())
    }

    #[test]
    fn hello_switches_and_describes() {
        let mut connection = Connection::new(Compat::Redis70);
        let fields = |proto| {
            format!(
                "$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$6\r\n7.0.15\r\n$5\r\nproto\r\n:{proto}\r\n$2\r\nid\r\n:1\r\n\
                 $4\r\nmode\r\n$10\r\nstandalone\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$7\r\nmodules\r\n*0\r\n"
            )
        };
        assert_eq!(answer(&mut connection, "HELLO").unwrap(), format!("*14\r\n{}", fields(2)));
        assert_eq!(answer(&mut connection, "hello 3").unwrap(), format!("%7\r\n{}", fields(3)));
        assert_eq!(connection.protocol, Protocol::Resp3);
        assert_eq!(answer(&mut connection, "RESET").unwrap(), "+RESET\r\n");
        assert_eq!(connection.protocol, Protocol::Resp2);
        assert_eq!(answer(&mut connection, "PING"), None);
    }

    #[test]
    fn hello_refuses_as_redis_does() {
        for (line, wanted) in [
            ("HELLO x", "-ERR Protocol version is not an integer or out of range\r\n"),
            ("HELLO 4", "-NOPROTO unsupported protocol version\r\n"),
            ("HELLO 3 FOO", "-ERR Syntax error in HELLO option 'FOO'\r\n"),
            ("HELLO 3 SETNAME", "-ERR Syntax error in HELLO option 'SETNAME'\r\n"),
            ("HELLO 3 AUTH a b", "-WRONGPASS invalid username-password pair or user is disabled.\r\n"),
            ("HELLO 3 AUTH default", "-ERR Syntax error in HELLO option 'AUTH'\r\n"),
            ("AUTH a b c", "-ERR syntax error\r\n"),
        ] {
            let mut connection = Connection::new(Compat::Redis70);
            assert_eq!(answer(&mut connection, line).as_deref(), Some(wanted));
            assert_eq!(connection.protocol, Protocol::Resp2);
        }
    }
}
