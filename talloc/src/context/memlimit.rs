//! Limits on the memory of a subtree.

use crate::context::Ctx;
use crate::error::Error;

/// A limit for its memory.
impl Ctx<'_> {
    /// Limits the memory of this context and everything below it, in bytes.
    ///
    /// `None` lifts the limit. A second call changes it. An allocation that
    /// would go over it fails like one without memory: the `try_` methods return
    /// [`Error::OutOfMemory`], the plain ones end the process. libtalloc does
    /// not tell the two apart, nor can it be asked for the limit; the report of
    /// [`CtxRef::report_full`](crate::CtxRef::report_full) shows limit and use.
    ///
    /// - Each object counts with its size and its header (96 bytes with
    ///   libtalloc 2.4 on 64-bit systems), as does what was there before the
    ///   call, this context included. A pool counts as a whole, and what lies in
    ///   it does not.
    /// - Contexts below may have limits of their own: all of them apply. A
    ///   context that is stolen loses its own.
    /// - An object that is stolen in counts, even over the limit. One that is
    ///   stolen out, as far as duty 1 lets it, still counts.
    /// - Dropping and freeing work in a full tree.
    ///
    /// The call walks everything below. The C function has been deprecated since
    /// libtalloc 2.5: for a limit on what others can use up, take cgroups.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] when libtalloc cannot note the limit.
    ///
    /// # Safety
    ///
    /// 1. As long as the context lives, also after the limit was lifted, nothing
    ///    that has children or lies in a pool may leave it alive: it must not be
    ///    stolen out, nor move out because it was shared or referenced outside
    ///    or refused its free ([`Guarded`](crate::Guarded)). Objects without
    ///    children may, and contexts with a limit of their own; the handle of a
    ///    [`Shared`](crate::Shared) value, an object with
    ///    [`on_free`](crate::CtxRef::on_free), and one with drop glue after
    ///    [`into_c`](crate::TBox::into_c) always have one. Nor may anything
    ///    have left a pool below this context before. libtalloc keeps
    ///    the address of the limit in every object, corrects it in the moved one
    ///    alone, and uses it again when the others are freed.
    ///
    /// ```
    /// use talloc::{Ctx, Error};
    ///
    /// let client = Ctx::new();
    /// // SAFETY: nothing is stolen from the client's tree.
    /// unsafe { client.set_memlimit(Some(64 * 1024)) }?;
    /// let input = client.alloc_slice_zeroed::<u8>(60_000);
    /// assert_eq!(client.try_alloc([0_u8; 9_000]).unwrap_err(), Error::OutOfMemory { size: 9_000 });
    /// drop(input);
    /// client.try_alloc([0_u8; 9_000])?;
    /// # Ok::<(), Error>(())
    /// ```
    #[doc(alias = "talloc_set_memlimit")]
    pub unsafe fn set_memlimit(&self, bytes: Option<usize>) -> Result<(), Error> {
        // 0 means no limit to libtalloc; the context itself needs more than 1 byte.
        let max = bytes.map_or(0, |bytes| bytes.max(1));
        // SAFETY: 1. duty 1.
        if unsafe { self.as_chunk().set_memlimit(max) } {
            Ok(())
        } else {
            // libtalloc's note is four words.
            Err(Error::no_memory(size_of::<[usize; 4]>()))
        }
    }
}
