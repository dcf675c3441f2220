//! The source with mutants behind switches.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::list::{Function, Mutant};
use crate::{Place, Result, SOURCE, lexer};

/// What an arm of a function's switch does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arm {
    /// What compiles nowhere: the function is compiled if it is an error.
    Wrong,
    /// The same as without: the function can have a switch if this compiles.
    Same,
    Mutant,
}

/// Whose the parts of the rewritten files are.
#[derive(Default)]
pub(crate) struct Map(BTreeMap<String, Parts>);

type Parts = Vec<(Range<usize>, Part)>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// The arm of the mutant with this number.
    Arm(usize),
    /// What is not in an arm, of the function whose first mutant has this number.
    Function(usize),
}

impl Map {
    /// The smallest part around these bytes.
    pub(crate) fn part(&self, file: &str, bytes: &Range<usize>) -> Option<Part> {
        let parts = self.0.get(file)?.iter();
        let around = parts.filter(|(part, _)| part.start <= bytes.start && bytes.end <= part.end);
        around.min_by_key(|(part, _)| part.len()).map(|(_, part)| *part)
    }
}

/// Writes the sources of the tree with these mutants behind switches. The lines of the original
/// code keep their numbers: some tests look at them.
pub(crate) fn write(place: &Place, mutants: &[&Mutant], arm: Arm) -> Result<Map> {
    let original = place.original(SOURCE);
    let source = place.tree.join(SOURCE);
    let mut map = Map::default();
    for file in files(&original)? {
        let text = fs::read_to_string(original.join(&file))?;
        let name = format!("{SOURCE}/{}", file.display());
        let here = mutants.iter().copied().filter(|mutant| mutant.file == name);
        let (mut text, parts) = switched(&text, here, arm)?;
        if name == "talloc/src/lib.rs" {
            text.push_str("\nmod mutants;\n");
        }
        write_if_new(&source.join(&file), &text)?;
        map.0.insert(name, parts);
    }
    write_if_new(&source.join("mutants.rs"), include_str!("switch.rs"))?;
    Ok(map)
}

/// The paths of all files, from `folder` on.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = PathBuf::from(path.file_name().ok_or("no name")?);
        if path.is_dir() {
            found.extend(files(&path)?.iter().map(|inner| name.join(inner)));
        } else {
            found.push(name);
        }
    }
    Ok(found)
}

/// A file that is as before keeps its time, so that nothing is built again for it.
fn write_if_new(path: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|before| before == text) {
        return Ok(());
    }
    Ok(fs::write(path, text)?)
}

/// A file with switches, and which bytes of it are whose.
fn switched<'a>(
    text: &str,
    mutants: impl Iterator<Item = &'a Mutant>,
    arm: Arm,
) -> Result<(String, Parts)> {
    let mut functions: BTreeMap<&Function, Vec<&Mutant>> = BTreeMap::new();
    for mutant in mutants {
        if let Some(function) = &mutant.function {
            functions.entry(function).or_default().push(mutant);
        }
    }
    // What is put in, where, and whose it is.
    let mut insertions: Vec<(usize, String, Option<Part>)> = Vec::new();
    let mut bodies = Vec::new();
    for (function, mutants) in functions {
        let (start, end) = function.body;
        let body = &text[start..end];
        let first = mutants[0].id;
        insertions.push((start, format!(" match crate::mutants::at({first}) {{ "), None));
        for mutant in mutants.iter().take(if arm == Arm::Mutant { usize::MAX } else { 1 }) {
            let code = match arm {
                Arm::Wrong => "let () = 1_u8;".to_owned(),
                Arm::Same => body.to_owned(),
                Arm::Mutant => changed(text, function, mutant),
            };
            let code = format!("{} => {{ {} }} ", mutant.id, lexer::one_line(&code));
            insertions.push((start, code, Some(Part::Arm(mutant.id))));
        }
        insertions.push((start, "_ => {".to_owned(), None));
        insertions.push((end, "}}".to_owned(), None));
        bodies.push((function.bytes, Part::Function(first)));
    }
    insertions.sort_by_key(|(at, ..)| *at);

    let (mut result, mut parts, mut last) = (String::new(), Vec::new(), 0);
    let mut offsets = vec![0; text.len() + 1];
    for (at, code, part) in insertions {
        result.push_str(&text[last..at]);
        let start = result.len();
        result.push_str(&code);
        parts.extend(part.map(|part| (start..result.len(), part)));
        offsets[at] += code.len();
        last = at;
    }
    result.push_str(&text[last..]);
    let mut sum = 0;
    for (at, offset) in offsets.iter_mut().enumerate() {
        sum += *offset;
        *offset = at + sum;
    }
    parts.extend(
        bodies.into_iter().map(|((start, end), part)| (offsets[start]..offsets[end], part)),
    );
    Ok((result, parts))
}

/// The body with the change of this mutant.
fn changed(text: &str, function: &Function, mutant: &Mutant) -> String {
    let (start, end) = function.body;
    let (before, after) = (&text[start..mutant.bytes.start], &text[mutant.bytes.end..end]);
    format!("{before}{} {after}", mutant.replacement)
}
