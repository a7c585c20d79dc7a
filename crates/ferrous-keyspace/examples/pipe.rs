//! Executes the commands on standard input (RESP or inline) and writes the replies to standard output.
//!
//! `pipe --resp3` answers in RESP3; `pipe --dump` writes the keyspace instead of the replies.

use std::io::{Read, Write};

use ferrous_keyspace::{
    Keyspace,
    resp::{ReplyWriter, RequestParser},
};
use ferrous_redis::host::{Host, Protocol, Replication, Request};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let option = std::env::args().nth(1).unwrap_or_default();
    let protocol = if option == "--resp3" { Protocol::Resp3 } else { Protocol::Resp2 };
    let mut input = Vec::new();
    std::io::stdin().read_to_end(&mut input)?;
    let mut parser = RequestParser::new();
    parser.feed(&input);
    let mut keyspace = Keyspace::new();
    let mut writer = ReplyWriter::new(protocol);
    while let Some(request) = parser.next()? {
        keyspace.execute(
            &Request {
                args: request.args(),
                protocol,
                replication: Replication::default(),
                from_script: false,
            },
            &mut writer,
        );
    }
    if option == "--dump" {
        std::io::stdout().write_all(keyspace.dump().as_bytes())?;
    } else {
        std::io::stdout().write_all(writer.bytes())?;
    }
    Ok(())
}
