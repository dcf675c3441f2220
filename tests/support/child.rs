//! Tests that must end their process: each runs again in a child.

use std::env;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus};

const VARIABLE: &str = "TALLOC_TESTS_CHILD";

/// How a child process ended.
#[derive(Debug)]
pub struct Death {
    /// None in a child, for the parts that are not its own.
    status: Option<ExitStatus>,
    stderr: String,
}

impl Death {
    /// Asserts an abort, and that the child said `message` before.
    #[track_caller]
    pub fn assert_abort(&self, message: &str) {
        const SIGABRT: i32 = 6;
        let Some(status) = self.status else { return };
        assert_eq!(status.signal(), Some(SIGABRT), "{status:?}: {}", self.stderr);
        assert!(self.stderr.contains(message), "{message:?} is not in: {}", self.stderr);
    }

    /// Asserts that the child ended by itself with this status, and what it said.
    #[track_caller]
    pub fn assert_exit(&self, status: i32, message: &str) {
        let Some(found) = self.status else { return };
        assert_eq!(found.code(), Some(status), "{found:?}: {}", self.stderr);
        self.assert_said(message);
    }

    /// Asserts what the child said on its standard error.
    #[track_caller]
    pub fn assert_said(&self, message: &str) {
        let said = self.status.is_none() || self.stderr.contains(message);
        assert!(said, "{message:?} is not in: {}", self.stderr);
    }

    /// Looks at what the child said on its standard error.
    pub fn check_stderr(&self, check: impl FnOnce(&str)) {
        if self.status.is_some() {
            check(&self.stderr);
        }
    }

    /// Asserts that the body returned.
    #[track_caller]
    pub fn assert_success(&self) {
        let Some(status) = self.status else { return };
        assert!(status.success(), "{status:?}: {}", self.stderr);
    }
}

/// Runs `body` in a child process, where it must not return. `test` is the
/// path of the calling test function within its program.
#[track_caller]
pub fn dies(test: &str, body: impl FnOnce()) -> Death {
    dies_as(test, "only", body)
}

/// Like [`dies`], for a test that has several children: `part` tells them apart.
#[track_caller]
pub fn dies_as(test: &str, part: &str, body: impl FnOnce()) -> Death {
    let death = exits(test, part, body);
    assert!(!death.status.is_some_and(|status| status.success()), "the child lived on: {part}");
    death
}

/// Runs `body` in a child process, where it may return.
#[track_caller]
pub fn exits(test: &str, part: &str, body: impl FnOnce()) -> Death {
    run(test, part, &[], body)
}

/// The same, where processes are forked while other threads run. LeakSanitizer, which looks for
/// leaks at their exits, would wait for those threads.
#[track_caller]
pub fn forks(test: &str, part: &str, body: impl FnOnce()) -> Death {
    run(test, part, &[("LSAN_OPTIONS", "detect_leaks=0")], body)
}

#[track_caller]
fn run(test: &str, part: &str, variables: &[(&str, &str)], body: impl FnOnce()) -> Death {
    match env::var(VARIABLE) {
        Ok(wanted) if wanted == part => {
            body();
            std::process::exit(0);
        }
        Ok(_) => Death { status: None, stderr: String::new() },
        Err(_) => spawn(test, part, variables),
    }
}

/// Asserts whether ThreadSanitizer reports a race in `body`. It misses some on a busy
/// machine, so that there are several processes.
#[track_caller]
pub fn assert_race(test: &str, part: &str, expected: bool, body: impl Fn()) {
    let mut last = String::new();
    let seen = (0..10).any(|round| {
        let end = exits(test, &format!("{part} {round}"), &body);
        last = end.stderr;
        last.contains("ThreadSanitizer: data race")
    });
    // A child looks for its own part, and asserts nothing on its way there.
    assert!(env::var_os(VARIABLE).is_some() || seen == expected, "{part}: {last}");
}

fn spawn(test: &str, part: &str, variables: &[(&str, &str)]) -> Death {
    let output = Command::new(env::current_exe().expect("the path of the test"))
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(VARIABLE, part)
        .env("RUST_BACKTRACE", "0")
        .envs(variables.iter().copied())
        .output()
        .expect("a child process");
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(!stdout.contains("running 0 tests"), "there is no test named {test}");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    Death { status: Some(output.status), stderr }
}
