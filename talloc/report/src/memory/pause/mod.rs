//! [`Pause`]: a process that does not run meanwhile.

mod guard;
pub(crate) mod tasks;

use std::cell::Cell;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::{flag, low_level};

use self::guard::Guard;
use self::tasks::{Moment, is_ignored, is_stop_pending};

/// How long it may take to stop, and when it is asked again whether it has.
const PATIENCE: Duration = Duration::from_secs(2);
const STEP: Duration = Duration::from_millis(1);

/// After how many steps it is told again to stop.
const AGAIN: u32 = 100;

/// Stops a process, and lets it run on when this goes: also after a panic, and after the signals
/// by which this program is ended from a terminal; [`Guard`] is for the others.
pub(crate) struct Pause {
    pid: Pid,
    /// None if it was stopped before.
    signals: Option<&'static Signals>,
    guard: Option<Guard>,
    /// It has stopped, and no other was about to stop it.
    is_alone: bool,
    /// Somebody knows that this program is to end.
    is_told: Cell<bool>,
}

/// What the signals do that would end this program: the same for all pauses, one after the other
/// or at the same time.
#[derive(Default)]
struct Signals {
    /// How many pauses there are.
    pauses: Mutex<usize>,
    /// They end it, as they do in any program.
    end: Arc<AtomicBool>,
    /// The one that has come meanwhile, or 0.
    has_come: Arc<AtomicUsize>,
}

static SIGNALS: OnceLock<Signals> = OnceLock::new();

impl Pause {
    pub(crate) fn new(number: u32, name: &str) -> Result<Self, String> {
        let pid = i32::try_from(number).ok().and_then(Pid::from_raw);
        let pid = pid.ok_or_else(|| format!("{name}: no number of a process"))?;
        if number == std::process::id() {
            return Err(format!("{name}: it is this program, which cannot stop itself"));
        }
        if Moment::of(number).is_stopped() {
            return Ok(Pause::of_stopped(pid));
        }
        let signals = Signals::get().map_err(|error| format!("{name}: not stopped: {error}"))?;
        signals.begin();
        let mut pause = Pause::of_stopped(pid);
        pause.signals = Some(signals);
        pause.guard = Guard::new(pid);
        let stop = || kill_process(pid, Signal::STOP).map_err(|error| not_stopped(name, error));
        stop()?;
        let start = Instant::now();
        let mut moment = Moment::of(number);
        for step in 1.. {
            if moment.is_stopped() {
                break;
            }
            if pause.is_interrupted() {
                return Err(format!("{name}: interrupted; it runs on"));
            }
            if start.elapsed() > PATIENCE {
                return Err(not_stopped_yet(name, &moment));
            }
            // The end of another pause undoes this one if it has not begun.
            if step % AGAIN == 0 {
                stop()?;
            }
            thread::sleep(STEP);
            moment = Moment::of(number);
        }
        pause.is_alone = !is_stop_pending(number);
        Ok(pause)
    }

    fn of_stopped(pid: Pid) -> Self {
        Pause { pid, signals: None, guard: None, is_alone: false, is_told: Cell::default() }
    }

    /// Whether this program is to end.
    pub(crate) fn is_interrupted(&self) -> bool {
        let has_come = |signals: &Signals| signals.has_come.load(Ordering::SeqCst) != 0;
        let is_interrupted = self.signals.is_some_and(has_come);
        self.is_told.set(is_interrupted);
        is_interrupted
    }
}

impl Signals {
    fn get() -> io::Result<&'static Signals> {
        if let Some(signals) = SIGNALS.get() {
            return Ok(signals);
        }
        // If another thread does the same, nobody ever sets the flags of one of both.
        let signals = Signals::default();
        // Those that are ignored, as by nohup, stay so.
        let wanted = [SIGHUP, SIGINT, SIGQUIT, SIGTERM].into_iter();
        for signal in wanted.filter(|signal| !is_ignored(*signal)) {
            flag::register_conditional_default(signal, Arc::clone(&signals.end))?;
            let number = usize::try_from(signal).unwrap_or_default();
            flag::register_usize(signal, Arc::clone(&signals.has_come), number)?;
        }
        Ok(SIGNALS.get_or_init(|| signals))
    }

    /// Kept while a flag is set by it.
    fn pauses(&self) -> MutexGuard<'_, usize> {
        self.pauses.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on they are remembered.
    fn begin(&self) {
        let mut pauses = self.pauses();
        *pauses += 1;
        self.end.store(false, Ordering::SeqCst);
    }

    /// They end the program again, and one that has come meanwhile does so now, unless that is
    /// told.
    fn end(&self, is_told: bool) {
        let mut pauses = self.pauses();
        *pauses -= 1;
        if *pauses > 0 {
            return;
        }
        self.end.store(true, Ordering::SeqCst);
        let signal = i32::try_from(self.has_come.load(Ordering::SeqCst)).unwrap_or_default();
        if signal != 0 && !is_told {
            // It fails for signals that do not exist.
            let _ = low_level::emulate_default_handler(signal);
        }
    }
}

impl Drop for Pause {
    fn drop(&mut self) {
        if let Some(signals) = self.signals {
            // Somebody else has stopped it meanwhile, who is to let it run on.
            let has_another =
                self.is_alone && is_stop_pending(self.pid.as_raw_nonzero().get() as u32);
            if !has_another {
                // Where that fails, it has ended.
                let _ = kill_process(self.pid, Signal::CONT);
            }
            self.guard = None;
            signals.end(self.is_told.get());
        }
    }
}

fn not_stopped(name: &str, error: Errno) -> String {
    match error {
        Errno::PERM => format!("{name}: no permission to stop it; its user and root have that"),
        _ => format!("{name}: not stopped: {error}"),
    }
}

fn not_stopped_yet(name: &str, moment: &Moment) -> String {
    let why = match moment.waits() {
        true => ": it waits for a device, or for a child that has its memory (vfork)",
        false => "",
    };
    format!("{name}: it did not stop{why}")
}
