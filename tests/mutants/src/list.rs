//! What cargo-mutants says there is to change.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;

use serde_json::Value;

use crate::{Place, Result, lexer};

/// A change of one place of the source.
pub(crate) struct Mutant {
    /// What turns it on; zero is none.
    pub(crate) id: usize,
    pub(crate) name: String,
    pub(crate) file: String,
    /// None for those that are not in the body of a function.
    pub(crate) function: Option<Function>,
    /// Whether it is the function's result, of a type without a name, of which there can be but
    /// one.
    pub(crate) is_opaque: bool,
    pub(crate) bytes: Range<usize>,
    pub(crate) replacement: String,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Function {
    /// All of it.
    pub(crate) bytes: (usize, usize),
    /// What is between its braces.
    pub(crate) body: (usize, usize),
}

/// Reads the answer to `cargo mutants --list --json`.
pub(crate) fn read(place: &Place) -> Result<Vec<Mutant>> {
    let list: Value = serde_json::from_slice(&fs::read(place.out.join("list.json"))?)?;
    let list = list.as_array().ok_or("no list of mutants")?;
    let mut sources = BTreeMap::new();
    let mut mutants = Vec::new();
    for (index, value) in list.iter().enumerate() {
        let file = text(&value["file"])?;
        if !sources.contains_key(&file) {
            sources.insert(file.clone(), fs::read_to_string(place.original(&file))?);
        }
        mutants.push(mutant(index + 1, value, &sources[&file])?);
    }
    Ok(mutants)
}

fn mutant(id: usize, value: &Value, source: &str) -> Result<Mutant> {
    let bytes = span(&value["span"], source)?;
    let function = &value["function"];
    let result = function["return_type"].as_str().unwrap_or_default();
    let around = if function.is_null() { None } else { Some(span(&function["span"], source)?) };
    let around = around.and_then(|around| {
        let open = lexer::body(&source[around.clone()])?;
        let body = (around.start + open + 1, around.end - 1);
        let function = Function { bytes: (around.start, around.end), body };
        (body.0 <= bytes.start).then_some(function)
    });
    Ok(Mutant {
        id,
        name: text(&value["name"])?,
        file: text(&value["file"])?,
        function: around,
        is_opaque: value["genre"] == "FnValue" && result.contains("impl "),
        bytes,
        replacement: text(&value["replacement"])?,
    })
}

fn text(value: &Value) -> Result<String> {
    Ok(value.as_str().ok_or("no text")?.to_owned())
}

fn span(value: &Value, source: &str) -> Result<Range<usize>> {
    Ok(byte(&value["start"], source)?..byte(&value["end"], source)?)
}

/// Lines and columns begin with one; a column is that of a character.
fn byte(value: &Value, source: &str) -> Result<usize> {
    let number = |name: &str| value[name].as_u64().ok_or("no number");
    let lines = source.split_inclusive('\n').take(number("line")? as usize - 1);
    let line: usize = lines.map(str::len).sum();
    let mut chars = source[line..].char_indices();
    let column = chars.nth(number("column")? as usize - 1);
    Ok(column.map_or(source.len(), |(at, _)| line + at))
}
