//! Taking a snapshot of a live tree.

use core::ffi::{c_int, c_void};
use core::ptr::NonNull;

use super::{Builder, Snapshot};
use crate::context::CtxRef;
use crate::error::{Error, OrRaise};
use crate::raw;

/// Snapshots.
impl CtxRef {
    /// Takes a snapshot of this subtree: names, sizes, children and references.
    ///
    /// It is plain data: it borrows nothing, and can be kept, compared and sent to
    /// another thread. It lies on Rust's heap, so that taking one changes nothing
    /// in any tree.
    ///
    /// Walks the whole subtree once. libtalloc recurses, as it does when it
    /// frees, and with about the same need of stack for each level. Names are copied; a string
    /// that C made is named by its content.
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
        let mut capture = Capture { builder: Snapshot::builder(), result: Ok(()) };
        let data = NonNull::from(&mut capture);
        // SAFETY: the chunk is live. libtalloc calls with live chunks only (fact 20);
        // `data` is what `on_chunk` expects, and used by nobody else until this
        // returns; `on_chunk` changes no tree.
        unsafe { raw::report::each(self.chunk(), on_chunk, data.cast()) };
        capture.result?;
        capture.builder.try_finish()
    }
}

struct Capture {
    builder: Builder,
    /// The first error: what comes after it is not looked at.
    result: Result<(), Error>,
}

impl Capture {
    /// # Safety
    ///
    /// 1. `chunk` must be live.
    unsafe fn add(
        &mut self,
        chunk: NonNull<c_void>,
        depth: usize,
        is_ref: bool,
    ) -> Result<(), Error> {
        // SAFETY: duty 1; the name is copied before libtalloc goes on.
        let name = unsafe { raw::name_text(chunk) }.to_bytes();
        let pushed = if is_ref {
            self.builder.try_push_reference(depth, name)?
        } else {
            // SAFETY: duty 1.
            let size = unsafe { raw::size(chunk) };
            // SAFETY: duty 1.
            let references = unsafe { raw::reference_count(chunk) };
            let pushed = self.builder.try_push(depth, name, size as u64)?;
            pushed.references(u32::try_from(references).unwrap_or(u32::MAX))
        };
        pushed.address(chunk.as_ptr().addr() as u64);
        Ok(())
    }
}

/// Called by libtalloc for each chunk of the tree, in the middle of its walk.
/// Nothing in it panics; if it did, the process would abort.
///
/// # Safety
///
/// 1. `ptr` must be a live chunk.
/// 2. `data` must point to a `Capture` that nobody else uses meanwhile.
unsafe extern "C" fn on_chunk(
    ptr: *const c_void,
    depth: c_int,
    _max_depth: c_int,
    is_ref: c_int,
    data: *mut c_void,
) {
    // SAFETY: duty 2.
    let capture = unsafe { &mut *data.cast::<Capture>() };
    let Some(chunk) = NonNull::new(ptr.cast_mut()) else { return };
    if capture.result.is_ok() {
        // SAFETY: duty 1.
        capture.result = unsafe { capture.add(chunk, depth as usize, is_ref != 0) };
    }
}
