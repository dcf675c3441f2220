//! What the options show of the tree.

use std::fs;
use std::path::Path;

use talloc::{CtxRef, Snapshot};

use crate::error::{Code, OrErr, Res};
use crate::output::Output;

/// The views that the command line asks for.
#[derive(Default)]
pub(crate) struct Views<'a> {
    pub(crate) tree: bool,
    pub(crate) diff: bool,
    pub(crate) picture: Option<Picture<'a>>,
}

/// A file, and what it is to show.
pub(crate) struct Picture<'a> {
    pub(crate) file: &'a Path,
    pub(crate) kind: Kind,
}

#[derive(Clone, Copy)]
pub(crate) enum Kind {
    FlameGraph,
    Dot,
    Mermaid,
}

impl Kind {
    /// What the extension of the file says.
    pub(crate) fn of(file: &Path) -> Option<Self> {
        match file.extension()?.to_str()? {
            "svg" => Some(Kind::FlameGraph),
            "dot" => Some(Kind::Dot),
            "mmd" => Some(Kind::Mermaid),
            _ => None,
        }
    }
}

impl Picture<'_> {
    fn draw(&self, snapshot: &Snapshot) -> String {
        match self.kind {
            Kind::FlameGraph => snapshot.flame_graph().to_string(),
            Kind::Dot => snapshot.dot().to_string(),
            Kind::Mermaid => snapshot.mermaid().to_string(),
        }
    }
}

impl Views<'_> {
    pub(crate) fn show<'e>(
        &self,
        errors: &'e CtxRef,
        before: &Snapshot,
        after: &Snapshot,
        out: &mut Output<'e>,
    ) -> Res<'e, ()> {
        if self.tree {
            let tree = after.tree().merge_equal().sort_by_size().short_names();
            out.line(format_args!("--- the tree after the requests\n{tree}\n"))?;
        }
        if self.diff {
            let diff = after.diff(before);
            out.line(format_args!("--- what the requests changed\n{diff}\n"))?;
        }
        if let Some(picture) = &self.picture {
            let file = picture.file.display();
            fs::write(picture.file, picture.draw(after)).or_err(errors, Code::Io, file)?;
        }
        Ok(())
    }
}
