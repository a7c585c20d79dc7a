//! Lists the bytecode of a Lua file: `cargo run --example listing -- [--json] FILE`.

use std::error::Error;
use std::io::Write;

use ferrous_compiler::{Options, compile, listing};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (json, path) = match arguments.as_slice() {
        [path] => (false, path),
        [flag, path] if flag == "--json" => (true, path),
        _ => return Err("usage: listing [--json] FILE".into()),
    };
    let source = std::fs::read(path)?;
    let options = Options { skip_shebang: true, ..Options::default() };
    let chunk = compile(&source, format!("@{path}").as_bytes(), &options)?;
    let text = if json { listing::json(&chunk) } else { listing::text(&chunk) };
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(())
}
