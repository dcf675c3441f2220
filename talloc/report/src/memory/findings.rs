//! [`Findings`]: what was found beside the tree, and what is told of it.

use talloc::snapshot::Bytes;

use super::chunks::links::Lost;
use crate::messages::say;

/// What does not show in the tree.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// Chunks in the tree.
    pub(super) chunks: u64,
    /// Headers of freed objects: memory that was not used again.
    pub(super) freed: u64,
    /// What looks like a header, and is none.
    pub(super) misplaced: u64,
    pub(super) lost: Lost,
    /// Roots in the tree without relatives, of which nothing else says that they are objects.
    pub(super) alone: u64,
    /// Links of chunks in the tree that lead nowhere.
    pub(super) broken: u64,
    /// Objects whose references are not all there, and references to nothing in the tree.
    pub(super) references: u64,
    /// Pools that say something else than their members.
    pub(super) pools: u64,
    pub(super) unknown_names: u64,
    pub(super) cut_names: u64,
    /// Bytes that could not be read.
    pub(super) unread: u64,
    /// Bytes that are missing at the end of a core.
    pub(super) missing: u64,
    /// The process ran while it was read.
    pub(super) ran: bool,
}

impl Findings {
    /// Whether the tree cannot be relied on.
    pub(super) fn is_wrong(&self) -> bool {
        self.lost.rootless + self.lost.looped + self.broken + self.references + self.pools > 0
            || self.unknown_names + self.missing > 0
    }

    /// Writes what there is to say: what is wrong, and the rest if it is wanted.
    pub(super) fn tell(&self, name: &str, lacks_names: &str, quiet: bool) {
        let doubtful = |count: u64, what: String| {
            if count > 0 {
                say(&format!("{name}: doubtful: {what}"));
            }
        };
        let Lost { rootless, looped, strangers } = self.lost;
        let no_root = chunks(rootless, "hangs", "hang");
        doubtful(rootless, format!("{no_root} together with others, but with no root: left out"));
        let in_loop = chunks(looped, "is", "are");
        doubtful(looped, format!("{in_loop} in a loop, or below one: left out"));
        let links = count(self.broken, "link", "links");
        doubtful(self.broken, format!("{links} of chunks lead to none: what is there is left out"));
        let references = count(self.references, "reference or list", "references or lists");
        doubtful(self.references, format!("{references} of references lack their other end"));
        let pools = count(self.pools, "pool", "pools");
        doubtful(self.pools, format!("{pools} with other numbers than their members"));
        let names = count(self.unknown_names, "name", "names");
        doubtful(self.unknown_names, format!("{names} cannot be read: {lacks_names}"));
        let missing = Bytes(self.missing);
        doubtful(self.missing, format!("the file is cut: its last {missing} are missing"));
        if quiet {
            return;
        }
        if self.ran {
            say(&format!(
                "{name}: it ran while it was read, so that the numbers are not all of one moment; \
                 --stop pauses it"
            ));
        }
        let others = [
            (self.freed, "header of a freed chunk", "headers of freed chunks"),
            (
                strangers + self.misplaced,
                "place that looks like a chunk",
                "places that look like chunks",
            ),
            (self.cut_names, "name of more than 64 KiB, cut", "names of more than 64 KiB, cut"),
        ];
        let others: Vec<String> = others
            .into_iter()
            .filter(|other| other.0 > 0)
            .map(|(number, one, many)| count(number, one, many))
            .collect();
        if !others.is_empty() {
            let chunks = count(self.chunks, "chunk", "chunks");
            say(&format!("{name}: {chunks}; not shown: {}", others.join(", ")));
        }
        if self.alone > 0 {
            let roots = count(self.alone, "root stands", "roots stand");
            say(&format!("{name}: {roots} alone: a copy of such a header would look the same"));
        }
        if self.unread > 0 {
            say(&format!("{name}: {} could not be read", Bytes(self.unread)));
        }
    }
}

/// `2 chunks are`
fn chunks(number: u64, one: &str, many: &str) -> String {
    count(number, &format!("chunk {one}"), &format!("chunks {many}"))
}

/// `1,234 links`
fn count(number: u64, one: &str, many: &str) -> String {
    // The exact form of bytes is a number with commas.
    format!("{:#} {}", Bytes(number), if number == 1 { one } else { many })
}
