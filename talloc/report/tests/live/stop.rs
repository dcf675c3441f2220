//! Processes that run while they are read, are paused, or end.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread;

use super::compare::{read, stderr};
use super::program::Program;
use crate::support::run;

/// The letter of its state.
fn state(pid: &str) -> char {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    stat.rsplit(") ").next().unwrap().chars().next().unwrap()
}

fn signal(pid: &str, name: &str) {
    assert!(Command::new("kill").args(["-s", name, pid]).status().unwrap().success());
}

/// The signals that this process ignores, a bit for each from the lowest on.
fn ignored() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap();
    u64::from_str_radix(line.trim(), 16).unwrap()
}

/// Waits until it is in one of these states; not for ever.
#[track_caller]
fn wait_for(pid: &str, letters: &str) {
    for _ in 0..1_000_000 {
        if letters.contains(state(pid)) {
            return;
        }
        thread::yield_now();
    }
    panic!("it is in the state {}", state(pid));
}

/// A reader of a process that is paused, stopped itself in the middle of that.
fn stopped_reader(program: &Program, script: &str) -> Child {
    /// Less than the program has, and more than all else that is read.
    const READ: u64 = 2 << 20;
    loop {
        let mut reader = Command::new("sh")
            .args(["-c", script, "sh", env!("CARGO_BIN_EXE_talloc-report")])
            .args(["json", "--stop", "-q", &program.live()])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let pid = reader.id().to_string();
        let has_read = || {
            let counts = fs::read_to_string(format!("/proc/{pid}/io")).unwrap_or_default();
            let count = counts.lines().find_map(|line| line.strip_prefix("rchar: "));
            count.is_some_and(|count| count.parse::<u64>().unwrap() > READ)
        };
        while !has_read() && reader.try_wait().unwrap().is_none() {
            thread::yield_now();
        }
        if reader.try_wait().unwrap().is_none() {
            signal(&pid, "STOP");
            wait_for(&pid, "TZ");
            if state(&pid) == 'T' && state(&program.pid()) == 'T' {
                return reader;
            }
            signal(&pid, "CONT");
            reader.wait().unwrap();
        }
    }
}

#[test]
fn a_process_that_runs_says_so() {
    assert_runs(&Program::start("runs"));
}

/// A child of `vfork` runs in the memory of its parent.
#[test]
fn a_child_that_runs_in_its_memory() {
    let program = Program::start("vforks");
    wait_for(&program.pid(), "D");
    assert_runs(&program);
    // It can only be stopped when that is done.
    let output = run(&["json", "--stop", &program.live()]);
    assert_eq!(output.status.code(), Some(1));
    let stderr = stderr(&output);
    assert!(stderr.contains("it did not stop: it waits for a device, or for a child"), "{stderr}");
    assert_eq!(state(&program.pid()), 'D');
}

#[track_caller]
fn assert_runs(program: &Program) {
    for _ in 0..20 {
        let output = run(&["json", &program.live()]);
        let stderr = stderr(&output);
        assert!(stderr.contains("it ran while it was read"), "{stderr}");
        assert!(matches!(output.status.code(), Some(0 | 3)), "{stderr}");
        assert_eq!(output.status.code() == Some(3), stderr.contains("doubtful"), "{stderr}");
    }
}

#[test]
fn a_process_that_waits_is_not_said_to_run() {
    let program = Program::start("roots");
    // It has told that it is ready, and may be on its way to wait.
    wait_for(&program.pid(), "S");
    let (_, stderr) = read(&program.live(), &[], 0);
    assert!(!stderr.contains("ran"), "{stderr}");
}

#[test]
fn a_pause_and_its_end() {
    let program = Program::start("runs");
    let mut consistent = 0;
    for _ in 0..20 {
        let output = run(&["json", "--stop", &program.live()]);
        let stderr = stderr(&output);
        assert!(!stderr.contains("it ran while"), "{stderr}");
        // It can be stopped in the middle of a change.
        consistent += u32::from(output.status.code() == Some(0));
        assert!(matches!(output.status.code(), Some(0 | 3)), "{stderr}");
        // SIGCONT has come; it runs as soon as it is its turn.
        assert_ne!(state(&program.pid()), 'T');
    }
    assert!(consistent > 0);
}

#[test]
fn one_that_was_stopped_stays_so() {
    let program = Program::start("runs");
    signal(&program.pid(), "STOP");
    wait_for(&program.pid(), "T");
    for options in [&[][..], &["--stop"]] {
        let output = run(&[&["json", &program.live()], options].concat());
        let stderr = stderr(&output);
        assert!(!stderr.contains("it ran while"), "{stderr}");
        assert_eq!(state(&program.pid()), 'T');
    }
}

/// Signals that end the reader let the process run on.
#[test]
fn an_interrupted_reader() {
    let program = Program::start("many");
    // nohup and shells have commands in the background ignore some, and so the reader does.
    let ignored = ignored();
    for (name, bit) in [("INT", 1), ("TERM", 14), ("HUP", 0)] {
        if ignored >> bit & 1 == 1 {
            continue;
        }
        let mut reader = Command::new(env!("CARGO_BIN_EXE_talloc-report"))
            .args(["watch", "--stop", "--every", "0", "-q", &program.pid()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        while state(&program.pid()) != 'T' {
            assert!(reader.try_wait().unwrap().is_none());
            thread::yield_now();
        }
        signal(&reader.id().to_string(), name);
        assert!(!reader.wait().unwrap().success());
        assert_ne!(state(&program.pid()), 'T', "{name}");
    }
}

/// Nothing of it is left to wake the process.
#[test]
fn a_killed_reader() {
    let program = Program::start("many");
    let mut reader = stopped_reader(&program, "exec \"$@\"");
    reader.kill().unwrap();
    reader.wait().unwrap();
    wait_for(&program.pid(), "SR");
}

/// What it was stopped for, twice, is not over.
#[test]
fn one_that_others_stop_meanwhile_stays_so() {
    let program = Program::start("many");
    let mut reader = stopped_reader(&program, "exec \"$@\"");
    signal(&program.pid(), "STOP");
    signal(&reader.id().to_string(), "CONT");
    assert!(reader.wait().unwrap().success());
    assert_eq!(state(&program.pid()), 'T');
}

/// As `nohup` starts it.
#[test]
fn signals_that_are_ignored_stay_so() {
    let program = Program::start("many");
    let mut reader = stopped_reader(&program, "trap '' HUP; exec \"$@\"");
    let pid = reader.id().to_string();
    signal(&pid, "HUP");
    signal(&pid, "CONT");
    assert!(reader.wait().unwrap().success());
    wait_for(&program.pid(), "SR");
}

/// The last one wakes it.
#[test]
fn several_pauses_at_a_time() {
    let program = Program::start("runs");
    for _ in 0..10 {
        let reader = || {
            Command::new(env!("CARGO_BIN_EXE_talloc-report"))
                .args(["diff", "--stop", "-q", &program.live(), &program.live()])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap()
        };
        for mut reader in [reader(), reader(), reader()] {
            assert!(matches!(reader.wait().unwrap().code(), Some(0 | 3)));
        }
        wait_for(&program.pid(), "SR");
    }
}

/// Killed at some moment of many readings.
#[test]
fn a_process_that_ends_meanwhile() {
    let mut ends = 0;
    for _ in 0..8 {
        let mut program = Program::start("many");
        let mut readers: Vec<_> = (0..4)
            .map(|_| {
                Command::new(env!("CARGO_BIN_EXE_talloc-report"))
                    .args(["json", &program.live()])
                    .stdout(Stdio::null())
                    .stderr(Stdio::piped())
                    .spawn()
                    .unwrap()
            })
            .collect();
        program.child.kill().unwrap();
        program.child.wait().unwrap();
        for reader in readers.drain(..) {
            let output = reader.wait_with_output().unwrap();
            let stderr = stderr(&output);
            match output.status.code() {
                Some(0 | 3) => {}
                Some(1) => {
                    ends += 1;
                    let is_clear =
                        ["ended", "no such process"].iter().any(|part| stderr.contains(part));
                    assert!(is_clear, "{stderr}");
                }
                other => panic!("{other:?}: {stderr}"),
            }
        }
    }
    assert!(ends > 0);
}
