//! [`read`]: snapshots from the memory of a process, and from core files.
//!
//! A [`target`] is one of both. All that looks like a header of libtalloc is searched in it, and
//! what agrees with its neighbours ([`chunks`]) is the tree ([`tree`]); the rest is counted and
//! told ([`findings`]).

mod chunks;
mod details;
mod findings;
mod names;
mod pause;
mod place;
mod symbols;
mod target;
mod tree;

use talloc::Snapshot;

pub(crate) use self::details::{Detail, Details};
pub(crate) use self::place::{Place, parse_pid};

use self::chunks::magics::{Magics, RANDOM};
use self::chunks::scan::{Stopped, scan};
use self::findings::Findings;
use self::pause::Pause;
use self::pause::tasks::Moment;
use self::target::Target;
use self::target::core::Core;
use self::target::process::{self, Process};
use self::tree::{Built, build};
use crate::args::Options;
use crate::input::display_name;

/// How often a process is read that runs meanwhile, until what is found hangs together.
const TRIES: u32 = 3;

/// What was read from memory.
pub(crate) struct Reading {
    /// How messages call it.
    pub(crate) name: String,
    pub(crate) snapshot: Snapshot,
    pub(crate) details: Details,
    findings: Findings,
    lacks_names: &'static str,
}

impl std::fmt::Debug for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reading").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Reading {
    /// Whether it cannot be relied on.
    pub(crate) fn is_doubtful(&self) -> bool {
        self.findings.is_wrong()
    }

    /// Says on the standard error what the snapshot does not show.
    pub(crate) fn tell(&self, quiet: bool) {
        self.findings.tell(&self.name, self.lacks_names, quiet);
    }
}

/// Reads a process, or a core file.
///
/// Memory: a piece of what is read, some pages of it, 88 bytes for each chunk, and the snapshot.
pub(crate) fn read(place: Place<'_>, options: &Options) -> Result<Reading, String> {
    match place {
        Place::Live(pid) => {
            let pid = parse_pid(pid).ok_or("no number of a process")?;
            read_process(pid, options)
        }
        Place::Core(path) => {
            let core = Core::open(path, display_name(path))?;
            let mut reading = read_target(&core, options, &|| false)?;
            reading.findings.missing = core.missing;
            Ok(reading)
        }
        Place::Text(_) => unreachable!("text is read elsewhere"),
    }
}

/// Reads a process, which is paused meanwhile or not.
fn read_process(pid: u32, options: &Options) -> Result<Reading, String> {
    let name = Process::open(pid)?.name().to_owned();
    let pause = match options.stop {
        true => Some(Pause::new(pid, &name)?),
        false => None,
    };
    let is_interrupted = || pause.as_ref().is_some_and(Pause::is_interrupted);
    let mut tries = 0;
    loop {
        tries += 1;
        let before = Moment::of(pid);
        let process = Process::open(pid)?;
        let reading = read_target(&process, options, &is_interrupted);
        process.check()?;
        let mut reading = reading?;
        reading.findings.ran = before.ran(&Moment::of(pid));
        if !(reading.findings.ran && reading.is_doubtful()) || tries == TRIES {
            return Ok(reading);
        }
    }
}

/// Whether it is a process that is no more, or will not be for long.
pub(crate) fn has_ended(place: Place<'_>) -> bool {
    match place {
        Place::Live(pid) => {
            parse_pid(pid).is_none_or(|pid| process::has_ended(pid) || process::has_no_memory(pid))
        }
        Place::Core(_) | Place::Text(_) => false,
    }
}

fn read_target(
    target: &dyn Target,
    options: &Options,
    is_interrupted: &dyn Fn() -> bool,
) -> Result<Reading, String> {
    let name = target.name();
    let mut random = [0; RANDOM];
    if target.read(target.random(), &mut random) < RANDOM || random == [0; RANDOM] {
        return Err(format!(
            "{name}: the random bytes of the process are missing; without them, the headers of \
             libtalloc cannot be known"
        ));
    }
    let found = scan(target, &Magics::new(&random), is_interrupted);
    let built = found.and_then(|scan| build(target, &scan, options.details));
    let Built { snapshot, details, findings } = built.map_err(|stopped| match stopped {
        Stopped::OutOfMemory => format!("{name}: out of memory"),
        Stopped::Interrupted => format!("{name}: interrupted; it runs on"),
    })?;
    if snapshot.is_empty() {
        return Err(nothing(target, &findings));
    }
    let lacks_names = target.lacks_names();
    Ok(Reading { name: name.to_owned(), snapshot, details, findings, lacks_names })
}

/// Why there is no tree.
fn nothing(target: &dyn Target, findings: &Findings) -> String {
    let name = target.name();
    let has_library = target.mappings().iter().any(|mapping| mapping.is_of("libtalloc"));
    let lost = findings.lost.rootless + findings.lost.looped;
    match (lost, has_library) {
        (0, true) => format!("{name}: it has libtalloc, but not one chunk of it"),
        (0, false) => format!("{name}: no talloc in it: neither the library nor a chunk"),
        (1, _) => format!("{name}: no tree: one chunk was found, which has no root"),
        _ => format!("{name}: no tree: {lost} chunks were found, none of which has a root"),
    }
}
