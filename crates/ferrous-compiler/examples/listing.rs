//! Lists the bytecode of a file.
fn main() {
    let path = std::env::args().nth(1).unwrap_or_default();
    let source = std::fs::read(&path).unwrap_or_default();
    let o = ferrous_compiler::Options { skip_shebang: true, ..Default::default() };
    match ferrous_compiler::compile(&source, format!("@{path}").as_bytes(), &o) {
        Ok(c) => print!("{}", ferrous_compiler::listing::text(&c)),
        Err(e) => {
            println!("{e}");
            std::process::exit(1)
        }
    }
}
