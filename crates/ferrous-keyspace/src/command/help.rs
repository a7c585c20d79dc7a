//! What a container's `HELP` answers: the lines of `help.txt`, and the last ones, which say what HELP does.
//!
//! The texts are those of Redis 7.0 and of Valkey 9.1; `SCRIPT` and `FUNCTION` have theirs in
//! [`Dialect`](ferrous_redis::compat::Dialect), since an engine answers them, too.

use super::Call;

const TEXTS: &str = include_str!("help.txt");

/// The lines about `container`: those of all targets, or those of Valkey or Redis.
fn lines(container: &str, valkey: bool) -> impl Iterator<Item = &'static str> {
    let kind = if valkey { "valkey" } else { "redis" };
    let is_heading = move |line: &str| {
        let mut words = line.strip_prefix("= ").unwrap_or_default().split(' ');
        words.next() == Some(container) && words.next().is_none_or(|word| word == kind)
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
        None => lines(container, dialect.valkey.is_some()).collect(),
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
    use super::lines;

    #[test]
    fn each_target_has_its_lines() {
        for container in ["acl", "client", "command", "config", "memory", "object", "xgroup", "xinfo"] {
            for valkey in [false, true] {
                let first = lines(container, valkey).next().unwrap();
                assert!(first.starts_with(&container.to_uppercase()), "{container}");
            }
        }
        assert_eq!((lines("client", false).count(), lines("client", true).count()), (46, 108));
        assert_eq!(lines("get", false).count(), 0);
    }
}
