//! Taking a snapshot of a live tree.

use core::ops::ControlFlow;

use super::{Builder, Snapshot};
use crate::context::CtxRef;
use crate::error::{Error, OrRaise};
use crate::name::Name;
use crate::raw::Chunk;
use crate::raw::walk::{Step, walk};

/// Snapshots.
impl CtxRef {
    /// Takes a snapshot of this subtree: names, sizes, children and references.
    ///
    /// It is plain data: it borrows nothing, and can be kept, compared and sent to
    /// another thread. It lies on Rust's heap, so that taking one changes nothing
    /// in any tree.
    ///
    /// Walks the whole subtree once. libtalloc recurses, as it does when it
    /// frees, and with about the same need of stack for each level. Names are copied. A string that
    /// is named by its content, as C's and [`CtxRef::strdup`]'s are, is called `char`, and its text
    /// is [known](super::Entry::text).
    ///
    /// In a `Drop` that runs because libtalloc is freeing this context: once it has
    /// come to the children, the context has left its tree and counts nothing,
    /// and its snapshot is empty.
    ///
    /// # Panics
    ///
    /// Ends the process when memory is exhausted; see [`CtxRef::try_snapshot`].
    ///
    /// ```
    /// let server = talloc::Ctx::named(c"server");
    /// let before = server.snapshot();
    /// let _users = server.alloc([0_u64; 100]);
    /// let after = server.snapshot();
    /// assert_eq!(after.total_size(), 800);
    /// println!("{after}");
    /// println!("{}", after.diff(&before));
    /// ```
    #[doc(alias = "talloc_report_depth_cb")]
    pub fn snapshot(&self) -> Snapshot {
        self.try_snapshot().or_raise()
    }

    /// Like [`CtxRef::snapshot`], returning exhausted memory as an error.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`].
    pub fn try_snapshot(&self) -> Result<Snapshot, Error> {
        capture(self.as_chunk(), add)
    }
}

/// The snapshot of a subtree, each step of which goes through `add`.
pub(super) fn capture(
    chunk: &Chunk,
    mut add: impl FnMut(&mut Builder, &Step<'_>) -> Result<(), Error>,
) -> Result<Snapshot, Error> {
    let (mut builder, mut result) = (Snapshot::builder(), Ok(()));
    let add = |step: Step<'_>| {
        result = add(&mut builder, &step);
        if result.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    // SAFETY: 1. `add` changes none. 2. it keeps none.
    unsafe { walk(chunk.into(), None, add) };
    result?;
    builder.try_finish()
}

/// The most that is copied of the text of a string, in bytes.
const MAX_TEXT: usize = 1000;

/// Adds what the step shows.
pub(super) fn add(builder: &mut Builder, step: &Step<'_>) -> Result<(), Error> {
    let chunk = step.chunk;
    // One more, so that it is known whether there is more.
    let name = chunk.name_text(MAX_TEXT + 1).ok_or(Error::no_memory(chunk.size()))?;
    let text = name.is_content.then(|| start_of(&name.text));
    let name = if text.is_some() { Name::CHAR.to_bytes() } else { &name.text };
    let pushed = if step.is_reference {
        builder.try_push_reference(step.depth, name)?
    } else {
        let pushed = builder.try_push(step.depth, name, chunk.size() as u64)?;
        pushed.references(u32::try_from(chunk.reference_count()).unwrap_or(u32::MAX))
    };
    let pushed = pushed.try_address(chunk.ptr().addr().get() as u64)?;
    if let Some(text) = text {
        pushed.try_text(text)?;
    }
    Ok(())
}

/// What is copied of a text: no half character at its end.
fn start_of(text: &[u8]) -> &[u8] {
    if text.len() <= MAX_TEXT {
        return text;
    }
    let start = &text[..MAX_TEXT];
    match core::str::from_utf8(start) {
        Err(error) if error.error_len().is_none() => &start[..error.valid_up_to()],
        _ => start,
    }
}
