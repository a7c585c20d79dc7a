//! What a container's `HELP` answers: the lines of `help.txt`, and the last ones, which say what HELP does.
//!
//! The texts are those of Redis 7.0, Redis 8.0 and Valkey 9.1; `SCRIPT` and `FUNCTION` have theirs in
//! [`Dialect`](ferrous_redis::compat::Dialect), since an engine answers them, too.

use ferrous_redis::compat::CommandTeller;

use super::Call;

const TEXTS: &str = include_str!("help.txt");

/// The lines about `container`: the first that are those of all targets or of this one. What is Redis 8.0's alone comes before what
/// is Redis's.
fn lines(container: &str, teller: CommandTeller) -> impl Iterator<Item = &'static str> {
    let kinds: &[&str] = match teller {
        CommandTeller::Redis70 => &["redis"],
        CommandTeller::Redis80 => &["redis-8.0", "redis"],
        CommandTeller::Valkey91 => &["valkey"],
    };
    let is_heading = move |line: &str| {
        let mut words = line.strip_prefix("= ").unwrap_or_default().split(' ');
        words.next() == Some(container) && words.next().is_none_or(|word| kinds.contains(&word))
    };
    let from = TEXTS.lines().skip_while(move |line| !is_heading(line)).skip(1);
    from.take_while(|line| !line.starts_with("= "))
}

/// Answers `HELP` of a container, in lower case; whether there is one.
pub(super) fn answer(call: &mut Call<'_>, container: &str) -> bool {
    let dialect = call.keyspace.dialect();
    let scripting = match container {
        "script" => Some(dialect.script_help),
        "function" => Some(dialect.function_help),
        _ => None,
    };
    let lines: Vec<&str> = match scripting {
        Some(parts) => parts.iter().copied().flatten().copied().collect(),
        None => lines(container, dialect.keyspace.command_teller).collect(),
    };
    if lines.is_empty() {
        return false;
    }
    call.reply.begin_array(lines.len() + 2);
    for line in lines.into_iter().chain(["HELP", dialect.help_of_help]) {
        call.reply.status(line.as_bytes());
    }
    call.reply.end();
    true
}

#[cfg(test)]
mod tests {
    use super::{CommandTeller, lines};

    #[test]
    fn each_target_has_its_lines() {
        for container in ["acl", "client", "command", "config", "memory", "object", "xgroup", "xinfo"] {
            for teller in [CommandTeller::Redis70, CommandTeller::Redis80, CommandTeller::Valkey91] {
                let first = lines(container, teller).next().unwrap();
                assert!(first.starts_with(&container.to_uppercase()), "{container}");
            }
        }
        let count = |container, teller| lines(container, teller).count();
        assert_eq!(count("client", CommandTeller::Redis70), 46);
        assert_eq!(count("client", CommandTeller::Redis80), 56);
        assert_eq!(count("client", CommandTeller::Valkey91), 108);
        assert_eq!(count("get", CommandTeller::Redis70), 0);
    }
}
