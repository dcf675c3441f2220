//! The greatest ratio of instructions that each operation may have: `bounds.txt`.

use crate::results::Results;

/// One line for each operation: the bound, white space, the name.
const BOUNDS: &str = include_str!("bounds.txt");

/// What is wrong, in words; nothing if all is well.
pub(crate) fn check(results: &Results) -> Vec<String> {
    let bounds: Vec<_> = bounds().collect();
    let mut wrong = Vec::new();
    for result in &results.rows {
        let bound = bounds.iter().find(|(name, _)| *name == result.name);
        match (bound, result.counts.ratio()) {
            (None, _) => wrong.push(format!("{}: no bound in bounds.txt", result.name)),
            (_, None) => wrong.push(format!("{}: not counted", result.name)),
            (Some((_, bound)), Some(ratio)) if ratio > *bound => wrong.push(format!(
                "{}: {ratio:.3} times the instructions of C, {bound} at most",
                result.name
            )),
            _ => {}
        }
    }
    let unknown = bounds.iter().filter(|(name, _)| !results.names.contains(name));
    wrong.extend(unknown.map(|(name, _)| format!("{name}: a bound, but no such operation")));
    wrong
}

fn bounds() -> impl Iterator<Item = (&'static str, f64)> {
    BOUNDS.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(|line| {
        let parsed = line
            .split_once(' ')
            .and_then(|(bound, name)| Some((name.trim(), bound.parse::<f64>().ok()?)));
        parsed.unwrap_or_else(|| panic!("bounds.txt: not a number and a name: {line:?}"))
    })
}
