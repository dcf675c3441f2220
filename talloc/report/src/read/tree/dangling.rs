//! [`unresolved`]: references whose names may go on in a line that was left out.

use std::ops::Range;

use talloc::snapshot::Builder;

use crate::read::line::form::Form;

/// The first reference of a report of which it is not known where its name ends: no object has
/// the name as it was read, or another one has a name that begins so.
pub(crate) fn unresolved(builder: &Builder, entries: Range<usize>, form: &Form) -> Option<usize> {
    let dangling = &form.dangling;
    if dangling.is_empty() {
        return None;
    }
    let object = |index| builder.get(index).is_some_and(|given| !given.is_reference);
    let objects = entries.clone().filter(|index| object(*index));
    let mut names: Vec<&[u8]> =
        objects.filter_map(|index| builder.name(index)).map(trimmed).collect();
    names.sort_unstable();
    names.dedup();
    let is_doubtful = |entry: &usize| {
        let Some(name) = builder.name(*entry) else { return false };
        // In wrapped text, it can go on with anything, else in a new line.
        let name = if form.is_wrapped() { trimmed(name) } else { name };
        let begins = |start: &[u8]| {
            let at = names.partition_point(|name| *name < start);
            names.get(at).is_some_and(|name| name.starts_with(start))
        };
        let is_known = names.binary_search(&trimmed(name)).is_ok();
        let goes_on = match form.is_wrapped() {
            true => {
                let next = [name, b"\0"].concat();
                let at = names.partition_point(|name| *name < next.as_slice());
                names.get(at).is_some_and(|longer| longer.starts_with(name))
            }
            false => begins(&[name, b"\n"].concat()),
        };
        // Behind the last line of a report, something else is likely.
        let is_last = *entry + 1 == entries.end;
        goes_on || (!is_known && (!is_last || begins(trimmed(name))))
    };
    let found = dangling.iter().copied().find(is_doubtful);
    found.or_else(|| dangling.last().copied().filter(|_| form.has_more()))
}

/// Without what may be there to fill it up.
fn trimmed(name: &[u8]) -> &[u8] {
    let end = name.iter().rposition(|byte| *byte != b' ').map_or(0, |last| last + 1);
    &name[..end]
}
