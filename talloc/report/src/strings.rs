//! [`merge_strings`]: strings by their number, not by their text.

use talloc::Snapshot;
use talloc::snapshot::Entry;

use crate::names::rename;

/// The name that all strings get.
const STRINGS: &[u8] = b"(strings)";

/// Names of types with an array or a value of such a size: not taken for strings.
const TYPES: [&[u8]; 4] = [b"char", b"int", b"uint8_t", b"[u8; 8]"];

/// The same tree with one name for all strings, so that siblings are taken
/// together wherever siblings with the same name are.
pub(crate) fn merge_strings(snapshot: &Snapshot) -> Result<Snapshot, talloc::Error> {
    rename(snapshot, |entry| if is_string(entry) { STRINGS.into() } else { entry.name().into() })
}

/// libtalloc names a string by its text: then it is one byte longer than its name.
///
/// One that is referred to keeps its name, by which its references find it.
fn is_string(entry: Entry<'_>) -> bool {
    let name = entry.name();
    !entry.is_reference()
        && entry.total_blocks() == 1
        && entry.reference_count() == 0
        && entry.parent().is_some()
        && entry.size() == name.len() as u64 + 1
        && !name.starts_with(b"struct ")
        && !TYPES.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_have_one_name_and_all_else_stays() {
        let mut builder = Snapshot::builder();
        builder.push(0, "root", 5);
        builder.push(1, "alice", 6);
        builder.push(1, "bob", 4);
        builder.push(1, "held", 5).references(1);
        builder.push_reference(1, "held");
        builder.push(1, "carol", 7);
        builder.push(1, "int", 4);
        builder.push(1, "struct x", 9);
        builder.push(1, "not a leaf", 11);
        builder.push(2, "", 1);
        let before = builder.finish();
        let after = merge_strings(&before).unwrap();
        let names: Vec<_> = after.iter().map(|entry| entry.escaped_name().to_string()).collect();
        let expected = [
            "root",
            "(strings)",
            "(strings)",
            "held",
            "held",
            "carol",
            "int",
            "struct x",
            "not a leaf",
            "(strings)",
        ];
        assert_eq!(names, expected);
        assert_eq!(after.total_size(), before.total_size());
        assert_eq!(after.total_blocks(), before.total_blocks());
        let reference = after.iter().find(|entry| entry.is_reference()).unwrap();
        assert_eq!(reference.target().map(Entry::index), Some(3));
    }
}
