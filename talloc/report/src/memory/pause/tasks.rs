//! [`Moment`]: whether a process has run since then.

use std::fs;
use std::path::{Path, PathBuf};

use signal_hook::consts::SIGSTOP;

/// What its threads had done at some moment, and those of children that have its memory.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Moment(Vec<Task>);

#[derive(Debug, PartialEq, Eq)]
struct Task {
    id: u32,
    state: u8,
    /// How often it has begun to wait, or was made to.
    switches: Vec<String>,
}

impl Moment {
    pub(crate) fn of(pid: u32) -> Self {
        let (mut list, mut open) = (Vec::<Task>::new(), vec![pid]);
        while let Some(pid) = open.pop() {
            let tasks: Vec<Task> = ids(&tasks_of(pid)).filter_map(|id| task(pid, id)).collect();
            if tasks.iter().any(Task::waits) {
                open.extend(borrowers(pid).filter(|id| list.iter().all(|task| task.id != *id)));
            }
            list.extend(tasks);
        }
        list.sort_by_key(|task| task.id);
        Moment(list)
    }

    /// Whether something ran between the two.
    pub(crate) fn ran(&self, later: &Self) -> bool {
        let runs = |task: &Task| task.state == b'R';
        self != later || self.0.is_empty() || self.0.iter().any(runs)
    }

    /// Whether one waits, and cannot be stopped before that ends.
    pub(crate) fn waits(&self) -> bool {
        self.0.iter().any(Task::waits)
    }

    /// Whether all threads are stopped.
    pub(crate) fn is_stopped(&self) -> bool {
        self.0.iter().all(|task| matches!(task.state, b'T' | b't' | b'Z' | b'X'))
    }
}

impl Task {
    /// Whether it waits for a device, or for a child of `vfork`.
    fn waits(&self) -> bool {
        self.state == b'D'
    }
}

fn tasks_of(pid: u32) -> PathBuf {
    PathBuf::from(format!("/proc/{pid}/task"))
}

/// The numbers that folders there have for names.
fn ids(folder: &Path) -> impl Iterator<Item = u32> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
}

fn task(pid: u32, id: u32) -> Option<Task> {
    let folder = tasks_of(pid).join(id.to_string());
    let state = state(&folder.join("stat"))?;
    let status = fs::read(folder.join("status")).ok()?;
    let status = String::from_utf8_lossy(&status);
    let switches = status.lines().filter(|line| line.contains("voluntary_ctxt_switches"));
    Some(Task { id, state, switches: switches.map(str::to_owned).collect() })
}

/// Children that have not become another program. One of `vfork` has the memory of its parent,
/// and changes it.
fn borrowers(parent: u32) -> impl Iterator<Item = u32> {
    const PARENT: usize = 1;
    /// Where the stack began: by chance, anew for each program.
    const STACK: usize = 25;
    let stat = |pid: u32| PathBuf::from(format!("/proc/{pid}/stat"));
    let stack = field(&stat(parent), STACK);
    ids(Path::new("/proc")).filter(move |id| {
        field(&stat(*id), PARENT).is_some_and(|found| found == parent.to_string())
            && field(&stat(*id), STACK) == stack
    })
}

/// The letter that says what it does.
pub(crate) fn state(stat: &Path) -> Option<u8> {
    field(stat, 0)?.bytes().next()
}

/// Whether a process that does not run has got a signal that stops it, again.
pub(crate) fn is_stop_pending(pid: u32) -> bool {
    has_signal(&pid.to_string(), "ShdPnd:", SIGSTOP)
}

/// Whether this program ignores a signal.
pub(crate) fn is_ignored(signal: i32) -> bool {
    has_signal("self", "SigIgn:", signal)
}

/// Whether a set in the status of a process has this signal.
fn has_signal(pid: &str, set: &str, signal: i32) -> bool {
    let status = fs::read(format!("/proc/{pid}/status")).unwrap_or_default();
    let status = String::from_utf8_lossy(&status);
    let mask = status.lines().find_map(|line| line.strip_prefix(set));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}

/// Whether it is a thread of the kernel.
pub(crate) fn is_of_kernel(stat: &Path) -> bool {
    const PF_KTHREAD: u64 = 0x0020_0000;
    let flags = field(stat, 6).and_then(|flags| flags.parse().ok());
    flags.is_some_and(|flags: u64| flags & PF_KTHREAD != 0)
}

/// A field behind the name, which is in brackets and can have some itself.
fn field(stat: &Path, at: usize) -> Option<String> {
    let text = fs::read(stat).ok()?;
    let end = memchr::memrchr(b')', &text)?;
    let fields = String::from_utf8_lossy(&text[end + 1..]).into_owned();
    fields.split_ascii_whitespace().nth(at).map(str::to_owned)
}
