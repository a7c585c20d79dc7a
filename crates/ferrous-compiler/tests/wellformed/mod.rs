//! What a machine relies on in a chunk that the compiler has made.

use ferrous_compiler::listing;
use ferrous_vm::chunk::Chunk;
use ferrous_vm::opcode::Op;
use ferrous_vm::verify::verify;

/// Panics if a chunk is not well formed.
pub(crate) fn check(chunk: &Chunk) {
    let verified = verify(chunk);
    assert!(verified.is_ok(), "{verified:?}\n{}", listing::text(chunk));
    for prototype in &chunk.prototypes {
        for op in &prototype.code {
            assert!(!names_the_function(op), "{op:?}\n{}", listing::text(chunk));
        }
    }
}

/// Whether an operand is `R[0]`, which is sound but of no use: no program can name the running function's register.
fn names_the_function(op: &Op) -> bool {
    let form = format!("{op:?}");
    let register = |name: &str| form.split([' ', ',', '}']).skip_while(|word| *word != name).nth(1);
    !matches!(op, Op::ReturnVararg { n: 0, .. })
        && ["a:", "b:", "c:"].iter().any(|name| register(name) == Some("0"))
}
