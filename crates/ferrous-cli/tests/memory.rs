//! That `--memory` bounds what the process takes, and not only what is counted.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::process::Command;

/// The most memory that a program of plain Lua has had at 64 MB, in kilobytes. It must have ended without an error.
fn peak(program: &str) -> usize {
    let ask = "for line in io.lines('/proc/self/status') do local peak = line:match('^VmHWM:%s*(%d+)') \
               if peak then io.write(peak) end end";
    let output = Command::new(env!("CARGO_BIN_EXE_ferrous"))
        .args(["run", "--memory", "64mb", "-e", program, "-e", ask])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().parse().unwrap()
}

#[test]
fn a_text_without_room_is_not_built() {
    // One that could not be kept was made, and once more after the collection that was to make room for it: 150 MB.
    let kilobytes = peak("local s = 'x' pcall(function() while true do s = s .. s end end)");
    assert!(kilobytes < 96 << 10, "{kilobytes} KB");
}
