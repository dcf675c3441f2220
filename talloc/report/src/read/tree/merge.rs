//! [`merge`]: the trees of all processes as one snapshot.

use talloc::Snapshot;

use super::{Solved, Source};

/// All trees side by side, and where they come from, in the order of the reports.
pub(crate) fn merge(mut all: Vec<Solved>) -> Result<(Snapshot, Vec<Source>), talloc::Error> {
    all.retain(|solved| !solved.snapshot.is_empty());
    if all.len() <= 1 {
        let only = all.pop();
        return match only {
            Some(only) => Ok((only.snapshot, only.reports)),
            None => Ok((Snapshot::builder().try_finish()?, Vec::new())),
        };
    }
    let mut builder = Snapshot::builder();
    let mut reports = Vec::new();
    for Solved { snapshot, reports: own } in all {
        let first = builder.len();
        for entry in &snapshot {
            let depth = entry.depth();
            if entry.is_reference() {
                builder.try_push_reference(depth, entry.name())?;
            } else {
                let references = u32::try_from(entry.reference_count()).unwrap_or(u32::MAX);
                let (size, blocks) = (entry.total_size(), entry.total_blocks());
                builder.try_push_totals(depth, entry.name(), size, blocks)?.references(references);
            }
        }
        reports.extend(own.into_iter().map(|own| Source { entry: first + own.entry, ..own }));
    }
    Ok((builder.try_finish()?, reports))
}
