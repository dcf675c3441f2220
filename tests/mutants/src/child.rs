//! A test case as a process of its own.

use std::os::unix::process::CommandExt;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use std::{fs, io, thread};

use crate::Place;
use crate::baseline::Case;

/// How it ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Passed,
    Failed,
    TimedOut,
}

/// Mutants that allocate for ever end here, unless a test needs more.
const MEMORY: libc::rlim_t = 0xf000_0000;

/// Runs the case with this variable, and kills all that it has started.
pub(crate) fn run(place: &Place, case: &Case, variable: (&str, &str), time: Duration) -> End {
    let temporary = place.out.join("tmp");
    let mut command = Command::new(&case.program);
    command
        .args(["--exact", &case.name, "--test-threads=1", "--quiet"])
        .current_dir(&case.folder)
        .env("CARGO_MANIFEST_DIR", &case.folder)
        .env("TMPDIR", &temporary)
        .env(variable.0, variable.1)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0);
    let memory = if case.is_limited { MEMORY } else { libc::RLIM_INFINITY };
    let limits = [(libc::RLIMIT_CORE, 0), (libc::RLIMIT_AS, memory)];
    let set = move || {
        for (what, most) in limits {
            let limit = libc::rlimit { rlim_cur: most, rlim_max: most };
            // SAFETY: the pointer is to a limit.
            if unsafe { libc::setrlimit(what, &limit) } != 0 {
                return Err(io::Error::last_os_error());
            }
        }
        Ok(())
    };
    // SAFETY: only calls that are allowed after a fork.
    unsafe { command.pre_exec(set) };
    let begin = Instant::now();
    let Ok(mut child) = command.spawn() else { return End::Failed };
    let group = -i32::try_from(child.id()).expect("the number of a process");
    let mut pause = Duration::from_micros(500);
    let end = loop {
        match child.try_wait() {
            Ok(Some(status)) => break ended(status),
            Ok(None) if begin.elapsed() > time => break End::TimedOut,
            Ok(None) => thread::sleep(pause),
            Err(_) => break End::Failed,
        }
        pause = (pause * 5 / 4).min(Duration::from_millis(20));
    };
    // SAFETY: the group is that of the child, which has not been waited for, or was just now.
    unsafe { libc::kill(group, libc::SIGKILL) };
    let _ = child.wait();
    end
}

fn ended(status: ExitStatus) -> End {
    if status.success() { End::Passed } else { End::Failed }
}

/// An empty folder for the temporary files of the tests.
pub(crate) fn clear(place: &Place) -> io::Result<()> {
    let temporary = place.out.join("tmp");
    let _ = fs::remove_dir_all(&temporary);
    fs::create_dir_all(temporary)
}
