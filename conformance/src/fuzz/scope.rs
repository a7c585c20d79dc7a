//! What names are visible at a point of a growing program, and in what kind of function and loop it stands.
//!
//! Each local has a letter for the type that it was declared with: `n`umber, `s`tring, `t`able, `f`unction, `l`ist, or
//! `x` for any. A pick prefers that type and now and then takes another one, so that operations meet wrong operands too;
//! but a list is taken only where one is asked for, so that nothing tears holes into it.
//!
//! **Invariant:** a name is visible only after the statement that declares it, as in Lua.

use super::random::Random;

/// How many names of each letter exist; few, so that shadowing is common.
const NAMES: usize = 4;

/// How often a pick ignores the type asked for, one in this many.
const WRONG_TYPE: usize = 30;

#[derive(Debug, Default)]
struct Function {
    is_vararg: bool,
    loops: usize,
}

/// See the module's text.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    locals: Vec<(char, String)>,
    /// Declared by the statement that is being written.
    pending: Vec<(char, String)>,
    blocks: Vec<usize>,
    functions: Vec<Function>,
}

impl Scope {
    pub(crate) fn open_block(&mut self) {
        self.blocks.push(self.locals.len());
    }

    pub(crate) fn close_block(&mut self) {
        self.locals.truncate(self.blocks.pop().unwrap_or(0));
    }

    pub(crate) fn open_function(&mut self, is_vararg: bool) {
        self.functions.push(Function { is_vararg, loops: 0 });
        self.open_block();
    }

    pub(crate) fn close_function(&mut self) {
        self.close_block();
        self.functions.pop();
    }

    pub(crate) fn open_loop(&mut self) {
        if let Some(function) = self.functions.last_mut() {
            function.loops += 1;
        }
    }

    pub(crate) fn close_loop(&mut self) {
        if let Some(function) = self.functions.last_mut() {
            function.loops = function.loops.saturating_sub(1);
        }
    }

    pub(crate) fn in_loop(&self) -> bool {
        self.functions.last().is_some_and(|function| function.loops > 0)
    }

    pub(crate) fn is_vararg(&self) -> bool {
        self.functions.last().is_some_and(|function| function.is_vararg)
    }

    /// A name for a new local, visible from [`Scope::bind`] on.
    pub(crate) fn declare(&mut self, kind: char, random: &mut Random) -> String {
        let name = format!("{kind}{}", random.below(NAMES) + 1);
        self.pending.push((kind, name.clone()));
        name
    }

    pub(crate) fn bind(&mut self) {
        self.locals.append(&mut self.pending);
    }

    /// A variable, of the type asked for if possible; a global (`g` before the letter) where no local fits.
    pub(crate) fn variable(&self, kind: char, random: &mut Random) -> String {
        let wrong = kind != 'l' && random.once_in(WRONG_TYPE);
        let fitting: Vec<&String> = self
            .locals
            .iter()
            .filter(|(found, _)| *found == kind || (*found != 'l' && (wrong || kind == 'x')))
            .map(|(_, name)| name)
            .collect();
        if kind != 'l' && random.once_in(8) {
            return global(if wrong || kind == 'x' { any_kind(random) } else { kind }, random);
        }
        match random.pick(&fitting) {
            Some(name) => (*name).clone(),
            None => global(kind, random),
        }
    }

    /// The names of all visible locals, each once.
    pub(crate) fn visible(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.locals.iter().map(|(_, name)| name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

fn any_kind(random: &mut Random) -> char {
    random.pick(&['n', 's', 't', 'f', 'x']).copied().unwrap_or('x')
}

/// A global's name; the harness dumps all of these at the end.
fn global(kind: char, random: &mut Random) -> String {
    format!("g{kind}{}", random.below(3) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_is_visible_after_its_statement_until_its_block_ends() {
        let (mut scope, mut random) = (Scope::default(), Random::new(1));
        scope.open_function(true);
        let name = scope.declare('n', &mut random);
        assert!(scope.visible().is_empty());
        scope.bind();
        assert_eq!(scope.visible(), [name.as_str()]);
        assert!(scope.is_vararg() && !scope.in_loop());
        scope.close_function();
        assert!(scope.visible().is_empty());
    }
}
