//! [`Everything`]: what `json` writes.

use serde::ser::{SerializeSeq, SerializeStruct};
use serde::{Serialize, Serializer};
use talloc::Snapshot;

use crate::read::Source;

/// All trees of an input, and where they come from if they are several.
#[derive(Debug)]
pub(crate) struct Everything<'s> {
    pub(crate) snapshot: &'s Snapshot,
    pub(crate) sources: &'s [Source],
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
        fields.serialize_field("entries", &self.snapshot.iter())?;
        fields.end()
    }
}

struct Reports<'s>(&'s Everything<'s>);

impl Serialize for Reports<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Everything { snapshot, sources } = self.0;
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
