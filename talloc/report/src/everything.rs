//! [`Everything`]: what `json` writes.

use serde::ser::{SerializeSeq, SerializeStruct};
use serde::{Serialize, Serializer};
use talloc::Snapshot;
use talloc::snapshot::Entry;

use crate::memory::{Detail, Details};
use crate::read::Source;

/// All trees of an input, where they come from if they are several, and what memory tells.
#[derive(Debug)]
pub(crate) struct Everything<'s> {
    pub(crate) snapshot: &'s Snapshot,
    pub(crate) sources: &'s [Source],
    pub(crate) details: Option<&'s Details>,
}

impl Serialize for Everything<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let has_several = self.sources.len() > 1;
        let mut fields = serializer.serialize_struct("Everything", 3 + usize::from(has_several))?;
        fields.serialize_field("total_size", &self.snapshot.total_size())?;
        fields.serialize_field("total_blocks", &self.snapshot.total_blocks())?;
        if has_several {
            fields.serialize_field("reports", &Reports(self))?;
        } else {
            fields.skip_field("reports")?;
        }
        match self.details {
            Some(details) => {
                let entries = Detailed { snapshot: self.snapshot, details };
                fields.serialize_field("entries", &entries)?;
            }
            None => fields.serialize_field("entries", &self.snapshot.iter())?,
        }
        fields.end()
    }
}

/// Entries of memory.
struct Detailed<'s> {
    snapshot: &'s Snapshot,
    details: &'s Details,
}

impl Serialize for Detailed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.snapshot.iter().map(|entry| {
            // That of a reference is of its object.
            let address = entry.address().filter(|_| !entry.is_reference());
            DetailedEntry {
                entry,
                detail: address.and_then(|address| self.details.get(address)),
                address: address.map(|address| format!("{address:#x}")),
            }
        }))
    }
}

#[derive(Serialize)]
struct DetailedEntry<'s> {
    #[serde(flatten)]
    entry: Entry<'s>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(flatten)]
    detail: Option<&'s Detail>,
}

struct Reports<'s>(&'s Everything<'s>);

impl Serialize for Reports<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Everything { snapshot, sources, .. } = self.0;
        let mut list = serializer.serialize_seq(Some(sources.len()))?;
        for source in *sources {
            list.serialize_element(&Report { snapshot, source })?;
        }
        list.end()
    }
}

struct Report<'s> {
    snapshot: &'s Snapshot,
    source: &'s Source,
}

impl Serialize for Report<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let root = self.snapshot.iter().nth(self.source.entry);
        let mut fields = serializer.serialize_struct("Report", 5)?;
        fields.serialize_field("entry", &self.source.entry)?;
        fields.serialize_field("line", &self.source.line)?;
        fields.serialize_field("title", &self.source.title)?;
        fields.serialize_field("total_size", &root.map(|root| root.total_size()))?;
        fields.serialize_field("total_blocks", &root.map(|root| root.total_blocks()))?;
        fields.end()
    }
}
