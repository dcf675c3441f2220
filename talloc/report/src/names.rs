//! [`rename`]: the same tree with other names.

use std::borrow::Cow;

use talloc::Snapshot;
use talloc::snapshot::Entry;

/// The same tree with the names that `name` has for its entries.
pub(crate) fn rename<'s>(
    snapshot: &'s Snapshot,
    mut name: impl FnMut(Entry<'s>) -> Cow<'s, [u8]>,
) -> Result<Snapshot, talloc::Error> {
    let mut builder = Snapshot::builder();
    for entry in snapshot {
        let name = name(entry);
        let pushed = if entry.is_reference() {
            builder.try_push_reference(entry.depth(), name)?
        } else {
            let (size, blocks) = (entry.total_size(), entry.total_blocks());
            builder.try_push_totals(entry.depth(), name, size, blocks)?
        };
        let references = u32::try_from(entry.reference_count()).unwrap_or(u32::MAX);
        pushed.references(references).address(entry.address().unwrap_or(0));
    }
    builder.try_finish()
}
