//! The figures of a benchmark as text: a line a program while it runs, and the table for terminal and document.
//!
//! Ratios are ferrous to peer: below 1 ferrous needs less.

use super::Row;
use super::measure::{Measured, geometric_mean};

/// Memory is compared only where lua5.1 needs more than this; below it the program itself dominates.
const MEMORY_FLOOR: u64 = 10 * 1024 * 1024;

impl Row {
    fn time_ratio(&self, peer: usize) -> f64 {
        self.measured[0].time.as_secs_f64() / self.measured[peer].time.as_secs_f64().max(1e-6)
    }

    /// Time relative to lua5.1.
    pub(crate) fn to_lua(&self) -> f64 {
        self.time_ratio(1)
    }

    /// Time relative to LuaJIT's interpreter.
    pub(crate) fn to_luajit(&self) -> f64 {
        self.time_ratio(2)
    }

    /// LuaJIT's interpreter relative to lua5.1.
    pub(crate) fn luajit_to_lua(&self) -> f64 {
        self.to_lua() / self.to_luajit().max(1e-6)
    }

    /// Peak memory relative to lua5.1, where lua5.1 needs enough for that to mean something.
    #[expect(clippy::cast_precision_loss, reason = "memory sizes are far below 2^52")]
    pub(crate) fn memory_to_lua(&self) -> Option<f64> {
        let (ours, theirs) = (self.measured[0].memory, self.measured[1].memory);
        (theirs > MEMORY_FLOOR).then(|| ours as f64 / theirs as f64)
    }
}

/// Geometric means over all programs, and the worst of them.
pub(crate) struct Summary {
    pub(crate) to_lua: f64,
    pub(crate) to_luajit: f64,
    pub(crate) memory: Option<f64>,
    pub(crate) memory_programs: usize,
    pub(crate) worst: Option<(String, f64)>,
}

impl Summary {
    pub(crate) fn of(rows: &[Row]) -> Summary {
        let mean = |ratios: Vec<f64>| geometric_mean(ratios).unwrap_or(f64::NAN);
        let memories: Vec<f64> = rows.iter().filter_map(Row::memory_to_lua).collect();
        let worst = rows.iter().max_by(|a, b| a.to_lua().total_cmp(&b.to_lua()));
        Summary {
            to_lua: mean(rows.iter().map(Row::to_lua).collect()),
            to_luajit: mean(rows.iter().map(Row::to_luajit).collect()),
            memory_programs: memories.len(),
            memory: geometric_mean(memories),
            worst: worst.map(|row| (row.program.clone(), row.to_lua())),
        }
    }

    fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!(
            "geometric mean of time: {:.3} of lua5.1, {:.3} of luajit -joff",
            self.to_lua, self.to_luajit
        )];
        if let Some((program, ratio)) = &self.worst {
            lines.push(format!("worst program: {program}, {ratio:.3} of lua5.1"));
        }
        if let Some(memory) = self.memory {
            lines.push(format!(
                "geometric mean of peak memory: {memory:.3} of lua5.1 (the {} programs where lua5.1 needs over 10 MB)",
                self.memory_programs
            ));
        }
        lines
    }
}

/// One program's figures, printed as soon as they are there.
pub(crate) fn progress(row: &Row) -> String {
    let times: Vec<String> =
        row.measured.iter().map(|measured| format!("{:>7.0}", milliseconds(measured))).collect();
    format!("{:<24} {} ms  {:.2} of lua5.1", row.program, times.join(" "), row.to_lua())
}

/// The table for a terminal.
pub(crate) fn plain(rows: &[Row]) -> String {
    let mut text = format!(
        "{:<24} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8}\n",
        "program, ms", "ferrous", "lua5.1", "luajit", "/lua5.1", "/luajit", "memory"
    );
    for row in rows {
        text.push_str(&format!("{:<24}", row.program));
        for measured in &row.measured {
            text.push_str(&format!(" {:>8.0}", milliseconds(measured)));
        }
        text.push_str(&format!(" {:>8.2} {:>8.2} {:>8}\n", row.to_lua(), row.to_luajit(), memory(row)));
    }
    for line in Summary::of(rows).lines() {
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// The table for the document.
pub(crate) fn markdown(rows: &[Row], rounds: usize) -> String {
    let mut text = format!(
        "Made by `cargo xtask bench --rounds {rounds} --write-docs`: user + system time, medians of {rounds} \
         interleaved rounds.\n\n"
    );
    for line in Summary::of(rows).lines() {
        text.push_str(&format!("- {line}\n"));
    }
    text.push_str("\n![Time of each program relative to Lua 5.1](performance.svg)\n");
    text.push_str("\n| program | ferrous ms | lua5.1 ms | luajit -joff ms | to lua5.1 | to luajit | memory to lua5.1 |\n");
    text.push_str("|---|---:|---:|---:|---:|---:|---:|\n");
    for row in rows {
        let times: Vec<String> =
            row.measured.iter().map(|measured| format!("{:.0}", milliseconds(measured))).collect();
        text.push_str(&format!(
            "| {} | {} | {:.2} | {:.2} | {} |\n",
            row.program,
            times.join(" | "),
            row.to_lua(),
            row.to_luajit(),
            memory(row)
        ));
    }
    text
}

fn milliseconds(measured: &Measured) -> f64 {
    measured.time.as_secs_f64() * 1000.0
}

fn memory(row: &Row) -> String {
    row.memory_to_lua().map_or_else(|| "-".into(), |ratio| format!("{ratio:.2}"))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::time::Duration;

    pub(crate) fn row(program: &str, milliseconds: [u64; 3], megabytes: [u64; 3]) -> Row {
        let measured = milliseconds.iter().zip(megabytes).map(|(&milliseconds, megabytes)| Measured {
            time: Duration::from_millis(milliseconds),
            memory: megabytes * 1024 * 1024,
        });
        Row { program: program.into(), measured: measured.collect() }
    }

    #[test]
    fn the_table_holds_ratios_and_means() {
        let rows = [row("a", [100, 200, 50], [4, 20, 9]), row("b", [400, 200, 400], [4, 4, 4])];
        let text = plain(&rows);
        assert!(text.contains("geometric mean of time: 1.000 of lua5.1, 1.414 of luajit -joff"), "{text}");
        assert!(text.contains("worst program: b, 2.000"), "{text}");
        assert!(text.contains("memory: 0.200 of lua5.1 (the 1 programs"), "{text}");
        assert!(markdown(&rows, 5).contains("| a | 100 | 200 | 50 | 0.50 | 2.00 | 0.20 |"));
    }
}
