//! The test cases, without any mutant: how long each takes, and which functions it reaches.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::cargo::cargo;
use crate::child::{self, End};
use crate::viable::TEST;
use crate::{Place, Result};

/// These read the sources or the pages, or start compilers: they do not judge the crate's code, or
/// not this build of it.
const LEFT_OUT: [&str; 9] = [
    "cited",
    "compile_fail",
    "costs",
    "coverage",
    "features",
    "links",
    "proofs",
    "snippets",
    "wings",
];

pub(crate) struct Case {
    pub(crate) program: PathBuf,
    /// The folder of the package.
    pub(crate) folder: PathBuf,
    pub(crate) name: String,
    pub(crate) time: Duration,
    /// Whether it passes with little memory.
    pub(crate) is_limited: bool,
    /// The first mutants of the functions that it reaches.
    pub(crate) reached: Vec<usize>,
}

impl Case {
    /// What says which case it is, and of which build.
    fn key(&self) -> String {
        let time = fs::metadata(&self.program).and_then(|data| data.modified());
        format!("{}\t{:?}\t{}", self.program.display(), time.ok(), self.name)
    }
}

const BYTES: usize = 1 << 16;

/// Builds the tests, and runs each case that has not been run since.
pub(crate) fn cases(place: &Place) -> Result<Vec<Case>> {
    child::clear(place)?;
    let known = place.out.join("cases.txt");
    let text = fs::read_to_string(&known).unwrap_or_default();
    let mut before = BTreeMap::new();
    for line in text.lines() {
        let (key, found) = line.split_once("\t:").ok_or("no case")?;
        before.insert(key, found);
    }
    let mut found = Vec::new();
    let mut lines = String::new();
    for (program, folder) in cargo(place, &TEST)?.programs {
        let file = program.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let name = file.rsplit_once('-').map_or(&*file, |(name, _)| name);
        if LEFT_OUT.contains(&name) {
            continue;
        }
        let list = Command::new(&program).args(["--list", "--format=terse"]).output()?;
        for case in String::from_utf8(list.stdout)?.lines() {
            let Some(case) = case.strip_suffix(": test") else { continue };
            let mut case = Case {
                program: program.clone(),
                folder: folder.clone(),
                name: case.to_owned(),
                time: Duration::ZERO,
                is_limited: true,
                reached: Vec::new(),
            };
            let key = case.key();
            let line = match before.get(&*key) {
                Some(line) => (*line).to_owned(),
                None => try_out(place, &mut case)?,
            };
            lines.push_str(&format!("{key}\t:{line}\n"));
            if take(&mut case, &line)? {
                found.push(case);
            } else {
                eprintln!("left out, as it fails without a mutant: {name} {}", case.name);
            }
        }
        fs::write(&known, &lines)?;
    }
    found.sort_by_key(|case| case.time);
    Ok(found)
}

/// Runs it twice, so that what fails now and then is likely to be seen.
fn try_out(place: &Place, case: &mut Case) -> Result<String> {
    let path = place.out.join("reached");
    let most = Duration::from_secs(300);
    for is_limited in [true, false] {
        fs::write(&path, vec![0; BYTES])?;
        case.is_limited = is_limited;
        let begin = Instant::now();
        let once = child::run(place, case, ("TALLOC_MUTANTS_REACHED", text(&path)?), most);
        let time = begin.elapsed();
        if once == End::Passed && child::run(place, case, ("TALLOC_MUTANT", "0"), most) == once {
            let bytes = fs::read(&path)?;
            let reached = (0..BYTES).filter(|at| bytes[*at] != 0).map(|at| format!(" {at}"));
            let reached: String = reached.collect();
            return Ok(format!("{} {is_limited}{reached}", time.as_micros()));
        }
    }
    Ok(String::new())
}

fn text(path: &Path) -> Result<&str> {
    Ok(path.to_str().ok_or("a path that is no text")?)
}

/// Takes what [`try_out`] found. False if the case fails.
fn take(case: &mut Case, line: &str) -> Result<bool> {
    let mut words = line.split_whitespace();
    let Some(time) = words.next() else { return Ok(false) };
    case.time = Duration::from_micros(time.parse()?);
    case.is_limited = words.next() == Some("true");
    case.reached = words.map(str::parse).collect::<std::result::Result<_, _>>()?;
    Ok(true)
}
