//! [`Guard`]: lets a process run on when this program is killed.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use rustix::process::Pid;

/// A shell that waits for the end of this program, and wakes the process then.
pub(crate) struct Guard(Child);

impl Guard {
    /// `None` where there is no shell.
    pub(crate) fn new(pid: Pid) -> Option<Self> {
        // A line says that nothing is to be done; without one, this program has ended.
        const SCRIPT: &str = "read line || kill -s CONT \"$1\"";
        let shell = Command::new("/bin/sh")
            .args(["-c", SCRIPT, "sh", &pid.as_raw_nonzero().to_string()])
            .env_clear()
            .current_dir("/")
            // What a terminal sends is for all of a group.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        shell.ok().map(Guard)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(mut stdin) = self.0.stdin.take() {
            // Where that fails, it has ended, or wakes what runs.
            let _ = stdin.write_all(b"\n");
        }
        let _ = self.0.wait();
    }
}
