//! [`Moment`]: whether a process has run since then.

use std::fs;
use std::path::Path;

/// What its threads had done at some moment.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Moment(Vec<Task>);

#[derive(Debug, PartialEq, Eq)]
struct Task {
    id: u32,
    state: u8,
    /// How often it has begun to wait, or was made to.
    switches: Vec<String>,
}

impl Moment {
    pub(super) fn of(pid: u32) -> Self {
        let mut list: Vec<Task> = ids(pid).filter_map(|id| task(pid, id)).collect();
        list.sort_by_key(|task| task.id);
        Moment(list)
    }

    /// Whether something ran between the two.
    pub(super) fn ran(&self, later: &Self) -> bool {
        let runs = |task: &Task| task.state == b'R';
        self != later || self.0.is_empty() || self.0.iter().any(runs)
    }

    /// Whether all threads are stopped.
    pub(super) fn is_stopped(&self) -> bool {
        self.0.iter().all(|task| matches!(task.state, b'T' | b't' | b'Z' | b'X'))
    }
}

fn ids(pid: u32) -> impl Iterator<Item = u32> {
    let entries = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten();
    entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
}

fn task(pid: u32, id: u32) -> Option<Task> {
    let folder = format!("/proc/{pid}/task/{id}");
    let state = state(&Path::new(&folder).join("stat"))?;
    let status = fs::read(Path::new(&folder).join("status")).ok()?;
    let status = String::from_utf8_lossy(&status);
    let switches = status.lines().filter(|line| line.contains("voluntary_ctxt_switches"));
    Some(Task { id, state, switches: switches.map(str::to_owned).collect() })
}

/// The letter that says what it does.
pub(super) fn state(stat: &Path) -> Option<u8> {
    field(stat, 0)?.bytes().next()
}

/// Whether it is a thread of the kernel.
pub(super) fn is_of_kernel(stat: &Path) -> bool {
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
