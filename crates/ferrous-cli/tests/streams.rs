//! What standard streams do: answers before the end of input, readers that go away, output that cannot be written.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, Command, Stdio},
};

fn ferrous(arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_ferrous"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn pipe_answers_before_the_input_ends() {
    let mut child = ferrous(&["pipe"]);
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    for number in 1..=3 {
        // Half a command must not be waited for in vain, nor answered too early.
        input.write_all(b"*2\r\n$4\r\nINCR\r\n$1").unwrap();
        input.flush().unwrap();
        input.write_all(b"\r\nk\r\n").unwrap();
        input.flush().unwrap();
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        assert_eq!(line, format!(":{number}\r\n"));
    }
    drop(input);
    assert!(child.wait().unwrap().success());
}

#[test]
fn pipe_keeps_order_over_large_replies() {
    let mut child = ferrous(&["pipe"]);
    let mut input = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || {
        input.write_all(b"EVAL \"return redis.call('SET', 'k', ('x'):rep(100000))\" 0\n").unwrap();
        for _ in 0..50 {
            input.write_all(b"GET k\nPING\n").unwrap();
        }
    });
    let output = child.wait_with_output().unwrap().stdout;
    writer.join().unwrap();
    let value = "x".repeat(100_000);
    let wanted = format!("+OK\r\n{}", format!("$100000\r\n{value}\r\n+PONG\r\n").repeat(50));
    assert!(output == wanted.as_bytes());
}

/// Standard output, standard error and exit code of a program that is given `input`.
fn answer(arguments: &[&str], input: &[u8]) -> (Vec<u8>, String, Option<i32>) {
    let mut child = ferrous(arguments);
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    (output.stdout, String::from_utf8(output.stderr).unwrap(), output.status.code())
}

#[test]
fn pipe_keeps_back_replies_that_nobody_wants() {
    let input = b"CLIENT REPLY OFF\nSET a 1\nCLIENT REPLY ON\nGET a\nCLIENT REPLY SKIP\nGET a\nPING\nCLIENT REPLY SKIP\n\
                  CLIENT REPLY SKIP\nGET a\nECHO x\n";
    let (output, _, _) = answer(&["pipe"], input);
    assert_eq!(output, b"+OK\r\n$1\r\n1\r\n+PONG\r\n$1\r\nx\r\n");
}

/// A client's own sleep would take as long as it says.
#[test]
fn pipe_sleeps_no_longer_for_scripts_than_they_may_run() {
    let input = b"DEBUG SET-DISABLE-DENY-SCRIPTS 1\nEVAL \"return redis.call('DEBUG', 'SLEEP', '1e9')\" 0\n";
    let (output, _, _) = answer(&["pipe"], input);
    assert_eq!(output, b"+OK\r\n+OK\r\n");
}

/// The figures are those of redis-server 7.0.15 after the same commands.
#[test]
fn pipe_counts_the_calls_of_scripts_and_transactions() {
    let input = b"EVAL \"return {redis.pcall('nosuch'), redis.pcall('nosuch'), redis.error_reply('A b'), redis.error_reply('A c')}\" 0\n\
                  EVAL \"redis.pcall('nosuch') return 1\" 0\nEVAL \"return redis.call('nosuch')\" 0\nEVAL x\n\
                  MULTI\nGET a\nEVAL x 0\nEXEC\nMULTI\nMULTI\nDISCARD\nEXEC\nCLIENT SETNAME 'a b'\nINFO commandstats\n";
    let (output, _, _) = answer(&["pipe"], input);
    let output = String::from_utf8_lossy(&output).replace("usec=0,usec_per_call=0.00,", "");
    for line in [
        "cmdstat_client|setname:calls=1,rejected_calls=0,failed_calls=1",
        "cmdstat_discard:calls=1,rejected_calls=0,failed_calls=0",
        "cmdstat_eval:calls=4,rejected_calls=1,failed_calls=5",
        "cmdstat_exec:calls=2,rejected_calls=0,failed_calls=1",
        "cmdstat_get:calls=1,rejected_calls=0,failed_calls=0",
        "cmdstat_multi:calls=3,rejected_calls=0,failed_calls=1",
    ] {
        assert!(output.contains(line), "{line} in {output}");
    }
}

#[test]
fn bytecode_is_inspected_like_a_text() {
    let text = b"local function add(a, b) return a + b end io.write(string.dump(add))";
    let (bytecode, _, _) = answer(&["run", "-"], text);
    let (listing, _, code) = answer(&["inspect", "-"], &bytecode);
    let listing = String::from_utf8(listing).unwrap();
    assert!(code == Some(0) && listing.contains(" Add ") && listing.contains("local b"), "{listing}");

    let (_, message, code) = answer(&["inspect", "-"], &bytecode[..bytecode.len() / 2]);
    assert_eq!((message.as_str(), code), ("error: stdin: unexpected end in precompiled chunk\n", Some(1)));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    for arguments in [&["eval", "-"][..], &["pipe"], &["inspect", "-"], &["repl"]] {
        let mut child = ferrous(arguments);
        drop(child.stdout.take());
        let text: &[u8] = match arguments.first() {
            Some(&"pipe") => b"PING\n",
            Some(&"eval" | &"inspect") => b"return 1",
            _ => b"for i = 1, 1e5 do print(i) end",
        };
        // The program may end before it has read everything.
        let _ = child.stdin.take().unwrap().write_all(text);
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
        assert!(output.status.success(), "{arguments:?}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn output_that_cannot_be_written_is_an_error() {
    for arguments in [["run", "-"], ["eval", "-"], ["inspect", "-"]] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_ferrous"))
            .args(arguments)
            .env("NO_COLOR", "1")
            .stdin(Stdio::piped())
            .stdout(full)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let text: &[u8] = if arguments[0] == "run" { b"print(1)" } else { b"return 1" };
        child.stdin.take().unwrap().write_all(text).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let message = String::from_utf8_lossy(&output.stderr);
        assert!(message.starts_with("error: cannot write to standard output"), "{arguments:?}: {message}");
    }
}

#[test]
#[cfg(unix)]
fn programs_die_of_broken_pipes() {
    use std::os::unix::process::ExitStatusExt as _;

    let mut child = ferrous(&["run", "-e", "while true do print(1) end"]);
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut String::new()).unwrap();
    // As lua does: by the signal.
    assert_eq!(child.wait().unwrap().signal(), Some(13));
}
