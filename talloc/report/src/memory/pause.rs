//! [`Pause`]: a process that does not run meanwhile.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::flag;

use super::tasks::Moment;

/// How often it is asked whether it has stopped, and how long after each time.
const TRIES: u32 = 2000;
const STEP: Duration = Duration::from_millis(1);

/// Stops a process, and lets it run on when this goes: also after a panic, and after the signals
/// by which this program is ended from a terminal.
pub(super) struct Pause {
    pid: Pid,
    /// Not if it was stopped before.
    is_mine: bool,
    signals: Signals,
}

/// What the signals do that would end this program.
#[derive(Default)]
struct Signals {
    /// They end it, as they do in any program.
    end: Arc<AtomicBool>,
    /// One has come.
    has_come: Arc<AtomicBool>,
}

impl Pause {
    pub(super) fn new(number: u32, name: &str) -> Result<Self, String> {
        let pid = i32::try_from(number).ok().and_then(Pid::from_raw);
        let pid = pid.ok_or_else(|| format!("{name}: no number of a process"))?;
        if number == std::process::id() {
            return Err(format!("{name}: it is this program, which cannot stop itself"));
        }
        let signals = Signals::default();
        if Moment::of(number).is_stopped() {
            return Ok(Pause { pid, is_mine: false, signals });
        }
        signals.handle().map_err(|error| format!("{name}: not stopped: {error}"))?;
        let pause = Pause { pid, is_mine: true, signals };
        kill_process(pid, Signal::STOP).map_err(|error| not_stopped(name, error))?;
        for _ in 0..TRIES {
            if Moment::of(number).is_stopped() {
                return Ok(pause);
            }
            if pause.is_interrupted() {
                break;
            }
            thread::sleep(STEP);
        }
        Err(format!("{name}: it did not stop"))
    }

    /// Whether this program is to end.
    pub(super) fn is_interrupted(&self) -> bool {
        self.signals.has_come.load(Ordering::Relaxed)
    }
}

impl Signals {
    /// From now on they are remembered, until they end the program again.
    fn handle(&self) -> io::Result<()> {
        for signal in [SIGHUP, SIGINT, SIGQUIT, SIGTERM] {
            flag::register_conditional_default(signal, Arc::clone(&self.end))?;
            flag::register(signal, Arc::clone(&self.has_come))?;
        }
        Ok(())
    }
}

impl Drop for Pause {
    fn drop(&mut self) {
        if self.is_mine {
            // Where that fails, it has ended.
            let _ = kill_process(self.pid, Signal::CONT);
        }
        self.signals.end.store(true, Ordering::Relaxed);
    }
}

fn not_stopped(name: &str, error: Errno) -> String {
    match error {
        Errno::PERM => format!("{name}: no permission to stop it; its user and root have that"),
        _ => format!("{name}: not stopped: {error}"),
    }
}
