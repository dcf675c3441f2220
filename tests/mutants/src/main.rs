//! Judges the tests of talloc by mutants: `scripts/mutants`.
//!
//! cargo-mutants says which mutants there are. Here all of them get into one build, each behind a
//! switch that an environment variable turns on, so that a mutant costs a run of the tests that
//! reach it, not a build.

mod baseline;
mod cargo;
mod child;
mod judge;
mod lexer;
mod list;
mod rewrite;
mod viable;

use std::path::PathBuf;
use std::{env, error, fs};

use list::Mutant;
use viable::{Kind, Sorted};

type Result<T> = std::result::Result<T, Box<dyn error::Error>>;

/// Where things are, and how many tests run at once.
struct Place {
    /// The copy of the workspace that is rewritten.
    tree: PathBuf,
    /// What is written here.
    out: PathBuf,
    jobs: usize,
}

/// The folder of what is changed.
const SOURCE: &str = "talloc/src";

impl Place {
    /// Where a file of the crate is as it was.
    fn original(&self, file: &str) -> PathBuf {
        self.out.join("original").join(file.trim_start_matches(SOURCE).trim_start_matches('/'))
    }
}

/// `talloc-mutants FOLDER [PART OF A NAME]...`: the folder has `list.json`, by cargo-mutants,
/// `original`, the sources of talloc, and `tree`, a copy of the workspace.
fn main() -> Result<()> {
    let mut args = env::args().skip(1);
    let out = PathBuf::from(args.next().ok_or("which folder?")?);
    let wanted: Vec<String> = args.collect();
    let jobs = env::var("JOBS").ok().and_then(|jobs| jobs.parse().ok()).unwrap_or(2);
    let place = Place { tree: out.join("tree"), out, jobs };

    let mutants = list::read(&place)?;
    let sorted = viable::sort(&place, &mutants)?;
    let cases = baseline::cases(&place)?;
    let is_wanted = |mutant: &Mutant| {
        wanted.is_empty() || wanted.iter().any(|part| mutant.name.contains(part.as_str()))
    };
    let chosen: Vec<&Mutant> = mutants
        .iter()
        .filter(|mutant| sorted.kind(mutant.id) == Kind::Switched && is_wanted(mutant))
        .collect();
    judge::judge(&place, &chosen, &sorted.firsts(&mutants), &cases)?;
    tell(&place, &mutants, &sorted)
}

/// Writes the lists and prints the counts.
fn tell(place: &Place, mutants: &[Mutant], sorted: &Sorted) -> Result<()> {
    let verdicts = judge::verdicts(place)?;
    let names = |kind: Kind| {
        mutants.iter().filter(move |mutant| sorted.kind(mutant.id) == kind).map(|m| &m.name)
    };
    let judged = |verdict: &str| {
        let named = |name: &&String| verdicts.get(*name).is_some_and(|found| found == verdict);
        names(Kind::Switched).filter(named).cloned().collect::<Vec<_>>()
    };
    let write = |file: &str, names: Vec<String>| -> Result<usize> {
        let text: String = names.iter().map(|name| format!("{name}\n")).collect();
        fs::write(place.out.join(file), text)?;
        Ok(names.len())
    };
    let unviable = write("unviable.txt", names(Kind::Unviable).cloned().collect())?;
    let absent = write("absent.txt", names(Kind::Absent).cloned().collect())?;
    let alone = write("alone.txt", names(Kind::Alone).cloned().collect())?;
    let caught = write("caught.txt", judged("caught"))?;
    let timeout = write("timeout.txt", judged("timeout"))?;
    let missed = write("missed.txt", judged("missed"))?;
    let unreached = write("unreached.txt", judged("unreached"))?;
    let all = names(Kind::Switched).count();
    println!("{} mutants: {unviable} unviable, {absent} not compiled here,", mutants.len());
    println!("  {alone} not behind a switch (alone.txt), {all} behind one:");
    let run = caught + timeout + missed + unreached;
    println!("  {caught} caught, {timeout} timed out, {missed} missed, {unreached} not reached,");
    println!("  {} not run", all - run);
    if run > 0 {
        println!("{:.1} % of {run} caught", 100.0 * (caught + timeout) as f64 / run as f64);
    }
    Ok(())
}
