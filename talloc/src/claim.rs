//! One owner's share in an object with several owners.
//!
//! talloc has one parent and any number of references for a chunk, and leaves
//! it to the caller to know which of them `talloc_free` or `talloc_unlink` is to
//! remove; the latter also walks the siblings. Here each owner has a chunk of
//! its own, with either the object or one reference to it below. Freeing that
//! chunk gives up this share and no other, without a search, in any order.

use core::ffi::c_void;
use core::mem;
use core::ptr::NonNull;

use crate::ctx_ref::CtxRef;
use crate::error::Error;
use crate::name::Name;
use crate::raw;

/// A share in an object. Dropping it gives it up.
pub(crate) struct Claim {
    /// # Invariants
    ///
    /// A live chunk that this claim owns, with `object` or one reference to it
    /// below, and nothing else.
    chunk: NonNull<c_void>,
    /// # Invariants
    ///
    /// Live as long as `chunk`.
    object: NonNull<c_void>,
}

impl Claim {
    /// A claim with nothing below.
    #[inline]
    fn chunk_below(ctx: &CtxRef) -> Result<NonNull<c_void>, Error> {
        ctx.chunk_below(0, Name::new(c"talloc::Shared"))
    }

    /// The first claim: it becomes the parent of the object.
    ///
    /// # Safety
    ///
    /// 1. `object` must be live and owned by the caller alone.
    /// 2. `ctx` must not be below it, and must live as long as the claim.
    pub(crate) unsafe fn first(ctx: &CtxRef, object: NonNull<c_void>) -> Result<Self, Error> {
        let chunk = Claim::chunk_below(ctx)?;
        // SAFETY: both are live, and the claim is not below the object (duty 2).
        unsafe { raw::steal(chunk.as_ptr(), object) };
        Ok(Claim { chunk, object })
    }

    /// One more claim, which holds a reference.
    ///
    /// # Safety
    ///
    /// 1. `ctx` must live as long as the claim.
    #[inline]
    pub(crate) unsafe fn again(&self, ctx: &CtxRef) -> Result<Self, Error> {
        let chunk = Claim::chunk_below(ctx)?;
        // SAFETY: both are live.
        if unsafe { raw::reference(chunk, self.object) } {
            return Ok(Claim { chunk, object: self.object });
        }
        // SAFETY: nobody else knows it, and nothing is below it.
        unsafe { raw::free(chunk) };
        // A reference is a chunk of a few words.
        Err(Error::no_memory(size_of::<[usize; 4]>()))
    }

    #[inline]
    pub(crate) fn object(&self) -> NonNull<c_void> {
        self.object
    }

    /// The number of owners, those of C included. At least 1.
    ///
    /// If it is 1, that owner is this claim: were it C, or another claim, this
    /// claim would be a reference and count.
    pub(crate) fn owners(&self) -> usize {
        // SAFETY: the object is live.
        1 + unsafe { raw::reference_count(self.object) }
    }

    /// Moves the claim, and with it the object if it is the parent.
    ///
    /// # Safety
    ///
    /// 1. `to` must live as long as the claim from now on, and not be below it.
    pub(crate) unsafe fn steal(&self, to: &CtxRef) {
        // SAFETY: duty 1; nobody refers to the claim itself.
        unsafe { raw::steal(to.as_ptr(), self.chunk) };
    }

    /// Gives the object to `to` and ends the claim, which must be the only one.
    ///
    /// # Safety
    ///
    /// 1. There must be one owner, and `to` must not be below the object.
    pub(crate) unsafe fn dissolve(self, to: &CtxRef) -> NonNull<c_void> {
        let (chunk, object) = (self.chunk, self.object);
        mem::forget(self);
        // SAFETY: duty 1.
        unsafe { raw::steal(to.as_ptr(), object) };
        // SAFETY: nothing is below the claim any more.
        unsafe { raw::free(chunk) };
        object
    }
}

impl Drop for Claim {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: live and owned. If the object is below it and has references,
        // libtalloc gives it to the holder of the newest one (fact 6).
        unsafe { raw::free(self.chunk) };
    }
}
