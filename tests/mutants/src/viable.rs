//! Which mutants can be behind a switch.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::cargo::{Built, cargo};
use crate::list::{self, Mutant};
use crate::rewrite::{self, Arm, Map, Part};
use crate::{Place, Result};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Switched,
    /// Does not compile.
    Unviable,
    /// Of code that these features leave out.
    Absent,
    /// In code that can have no switch: constants, constant functions, results of a hidden type.
    Alone,
}

/// The kinds of those that have no switch.
pub(crate) struct Sorted(BTreeMap<usize, Kind>);

impl Sorted {
    pub(crate) fn kind(&self, mutant: usize) -> Kind {
        self.0.get(&mutant).copied().unwrap_or(Kind::Switched)
    }

    fn text(&self) -> String {
        self.0.iter().map(|(id, kind)| format!("{id} {}\n", *kind as u8)).collect()
    }

    fn read(text: &str) -> Result<Self> {
        let kinds = [Kind::Switched, Kind::Unviable, Kind::Absent, Kind::Alone];
        let line = |line: &str| -> Result<(usize, Kind)> {
            let (id, kind) = line.split_once(' ').ok_or("no kind")?;
            Ok((id.parse()?, *kinds.get(kind.parse::<usize>()?).ok_or("no kind")?))
        };
        Ok(Self(text.lines().map(line).collect::<Result<_>>()?))
    }

    /// For each mutant with a switch: the first of its function.
    pub(crate) fn firsts(&self, mutants: &[Mutant]) -> BTreeMap<usize, usize> {
        let mut firsts = BTreeMap::new();
        let rest = self.rest(mutants).into_iter();
        rest.map(|m| (m.id, *firsts.entry(function(m)).or_insert(m.id))).collect()
    }

    fn rest<'a>(&self, mutants: &'a [Mutant]) -> Vec<&'a Mutant> {
        mutants.iter().filter(|mutant| self.kind(mutant.id) == Kind::Switched).collect()
    }
}

const CHECK: [&str; 6] = ["check", "--package", "talloc", "--lib", "--features", "full"];

/// The programs whose tests are run.
pub(crate) const TEST: [&str; 6] =
    ["test", "--no-run", "--package", "talloc", "--package", "talloc-tests"];

/// Sorts the mutants, and leaves a tree that is built with all that can have a switch.
pub(crate) fn sort(place: &Place, mutants: &[Mutant]) -> Result<Sorted> {
    let known = place.out.join("sorted.txt");
    if let Ok(text) = fs::read_to_string(&known) {
        let sorted = Sorted::read(&text)?;
        rewrite::write(place, &sorted.rest(mutants), Arm::Mutant)?;
        return Ok(sorted);
    }
    let mut sorted = Sorted(BTreeMap::new());
    let map = rewrite::write(place, &sorted.rest(mutants), Arm::Wrong)?;
    let present = functions(mutants, &parts(&map, &cargo(place, &CHECK)?)?);
    for mutant in mutants {
        if mutant.function.is_some() && !present.contains(&function(mutant)) {
            sorted.0.insert(mutant.id, Kind::Absent);
        } else if mutant.function.is_none() || mutant.is_opaque {
            sorted.0.insert(mutant.id, Kind::Alone);
        }
    }

    loop {
        let map = rewrite::write(place, &sorted.rest(mutants), Arm::Same)?;
        let found = parts(&map, &cargo(place, &CHECK)?)?;
        let without = functions(mutants, &found);
        let rest = sorted.rest(mutants).into_iter();
        let rest = rest.filter(|mutant| without.contains(&function(mutant)));
        let alone: Vec<_> = rest.map(|mutant| (mutant.id, Kind::Alone)).collect();
        if alone.is_empty() {
            break;
        }
        sorted.0.extend(alone);
    }
    // The last rounds build the tests: some errors come only where generic code is used.
    for args in [&CHECK, &TEST] {
        loop {
            let map = rewrite::write(place, &sorted.rest(mutants), Arm::Mutant)?;
            let found = parts(&map, &cargo(place, args)?)?;
            if found.is_empty() {
                break;
            }
            eprintln!("{} mutants do not compile", found.len());
            for part in found {
                let Part::Arm(id) = part else {
                    return Err(format!("an error of a function: {part:?}").into());
                };
                sorted.0.insert(id, Kind::Unviable);
            }
        }
    }
    fs::write(known, sorted.text())?;
    Ok(sorted)
}

type Function<'a> = (&'a str, Option<&'a list::Function>);

fn function(mutant: &Mutant) -> Function<'_> {
    (&mutant.file, mutant.function.as_ref())
}

/// The functions of these parts.
fn functions<'a>(mutants: &'a [Mutant], parts: &BTreeSet<Part>) -> BTreeSet<Function<'a>> {
    let ids = parts.iter().map(|part| match part {
        Part::Arm(id) | Part::Function(id) => *id,
    });
    ids.map(|id| function(&mutants[id - 1])).collect()
}

/// The parts that the errors are in.
fn parts(map: &Map, built: &Built) -> Result<BTreeSet<Part>> {
    let mut found = BTreeSet::new();
    for error in &built.errors {
        let parts = error.places.iter().filter_map(|(file, bytes)| map.part(file, bytes));
        let parts: Vec<Part> = parts.collect();
        let arm = parts.iter().find(|part| matches!(part, Part::Arm(_)));
        let Some(part) = arm.or(parts.first()) else {
            return Err(format!("an error of no mutant: {}", error.message).into());
        };
        found.insert(*part);
    }
    Ok(found)
}
