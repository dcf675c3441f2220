//! [`Filter`]: a part of a snapshot.

use talloc::Snapshot;
use talloc::snapshot::Entry;

/// Which objects are wanted.
#[derive(Debug, Default, PartialEq, Eq, Clone)]
pub(crate) struct Filter {
    /// The place of a report in the input, from 1.
    pub(crate) report: Option<usize>,
    /// The same of the second input, where it is another one.
    pub(crate) report_of_new: Option<usize>,
    /// Objects with one of these paths, and all below them.
    pub(crate) below: Vec<String>,
    /// Names, in which `*` stands for anything.
    pub(crate) names: Vec<Vec<u8>>,
    pub(crate) types: Vec<Vec<u8>>,
}

impl Filter {
    /// Whether objects are chosen by what they are.
    pub(crate) fn has_names(&self) -> bool {
        !self.names.is_empty() || !self.types.is_empty()
    }

    /// Whether an object with this name is wanted.
    pub(crate) fn accepts(&self, name: &[u8]) -> bool {
        !self.has_names()
            || self.names.iter().any(|pattern| matches(pattern, name))
            || self.types.iter().any(|wanted| is_type(wanted, name))
    }

    /// That there is nothing of what is wanted.
    pub(crate) fn nothing(&self) -> String {
        match (self.below.is_empty(), self.has_names()) {
            (true, _) => "there is no object with that name or type".to_owned(),
            (false, false) => format!("there is no object with the path {}", self.paths()),
            (false, true) => {
                format!("there is no object with that name or type at or below {}", self.paths())
            }
        }
    }

    fn paths(&self) -> String {
        self.below.join(" or ")
    }

    /// The trees below the wanted paths, each of them a root.
    pub(crate) fn below(&self, snapshot: &Snapshot) -> Result<Snapshot, talloc::Error> {
        let mut roots: Vec<Entry<'_>> =
            self.below.iter().flat_map(|path| snapshot.find_path(path)).collect();
        roots.sort_by_key(|root| root.index());
        let mut builder = Snapshot::builder();
        let mut end = 0;
        for root in roots {
            // What is below another one is there already.
            if root.index() < end {
                continue;
            }
            for entry in root.subtree() {
                end = entry.index() + 1;
                let depth = entry.depth() - root.depth();
                if entry.is_reference() {
                    let pushed = builder.try_push_reference(depth, entry.name())?;
                    pushed.try_address(entry.address().unwrap_or(0))?;
                    continue;
                }
                let (size, blocks) = (entry.total_size(), entry.total_blocks());
                let references = u32::try_from(entry.reference_count()).unwrap_or(u32::MAX);
                let pushed = builder.try_push_totals(depth, entry.name(), size, blocks)?;
                pushed.references(references).try_address(entry.address().unwrap_or(0))?;
            }
        }
        builder.try_finish()
    }

    /// The objects with the wanted names, at their places: what is above them has no bytes.
    pub(crate) fn named(&self, snapshot: &Snapshot) -> Result<Snapshot, talloc::Error> {
        let mut is_kept = vec![false; snapshot.len()];
        for entry in snapshot.iter().rev() {
            let is_wanted = !entry.is_reference() && self.accepts(entry.name());
            is_kept[entry.index()] |= is_wanted;
            if let Some(parent) = entry.parent().filter(|_| is_kept[entry.index()]) {
                is_kept[parent.index()] = true;
            }
        }
        let mut builder = Snapshot::builder();
        for entry in snapshot.iter().filter(|entry| is_kept[entry.index()]) {
            let size = if self.accepts(entry.name()) { entry.size() } else { 0 };
            let references = u32::try_from(entry.reference_count()).unwrap_or(u32::MAX);
            let pushed = builder.try_push(entry.depth(), entry.name(), size)?;
            pushed.references(references).try_address(entry.address().unwrap_or(0))?;
        }
        builder.try_finish()
    }
}

/// `*` stands for anything, also nothing.
fn matches(pattern: &[u8], name: &[u8]) -> bool {
    let mut parts = pattern.split(|byte| *byte == b'*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match memchr::memmem::find(rest, part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

/// Whether an object with this name is of that type: `connection` of `struct connection` and of
/// `app::connection`.
fn is_type(wanted: &[u8], name: &[u8]) -> bool {
    let Some(before) = name.strip_suffix(wanted) else { return false };
    before.is_empty()
        || [&b"struct "[..], b"union ", b"enum "].contains(&before)
        || before.ends_with(b"::")
}

#[cfg(test)]
mod tests {
    use super::{is_type, matches};

    #[test]
    fn patterns() {
        for (pattern, name) in [
            ("a", "a"),
            ("a*", "abc"),
            ("*c", "abc"),
            ("a*c", "abc"),
            ("*b*", "abc"),
            ("*", ""),
            ("a**c", "ac"),
        ] {
            assert!(matches(pattern.as_bytes(), name.as_bytes()), "{pattern} {name}");
        }
        for (pattern, name) in [("a", "ab"), ("a*", "b"), ("*a", "ab"), ("a*a", "a"), ("", "a")] {
            assert!(!matches(pattern.as_bytes(), name.as_bytes()), "{pattern} {name}");
        }
    }

    #[test]
    fn types() {
        for name in ["conn", "struct conn", "app::net::conn"] {
            assert!(is_type(b"conn", name.as_bytes()));
        }
        assert!(!is_type(b"conn", b"struct my_conn") && !is_type(b"conn", b"struct conn_list"));
    }
}
