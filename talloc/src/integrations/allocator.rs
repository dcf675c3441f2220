//! Collections in a context: `Allocator` for [`&CtxRef`](CtxRef).
//!
//! There are two such traits, that of the crate `allocator-api2` and the
//! unstable one of the standard library. The functions here serve both; a
//! macro writes the two implementations, and the conversions of the two `Vec`s.

use core::alloc::Layout;
use core::ffi::c_void;
use core::mem::ManuallyDrop;
use core::ptr::{self, NonNull};

use crate::array::resize_error;
use crate::context::CtxRef;
use crate::error::{Error, OrRaise, Rejected};
use crate::name::Name;
use crate::object::TBox;
use crate::raw;
use crate::raw::align::{Aligned, MAX_ALIGN};

/// An allocator is not told what its blocks are for.
const BLOCK: Name = Name::new(c"collection");

type Block = NonNull<[u8]>;

/// A block of this layout: what `chunk` makes of the size, or no chunk at all
/// when there are no bytes. `None` when there is no memory, or not so aligned.
#[inline]
fn block(
    layout: Layout,
    chunk: impl FnOnce(usize) -> Option<NonNull<c_void>>,
) -> Option<NonNull<[u8]>> {
    let start = match layout.size() {
        // SAFETY: an alignment is never 0.
        0 => unsafe { NonNull::new_unchecked(ptr::without_provenance_mut(layout.align())) },
        size if layout.align() <= MAX_ALIGN => chunk(size)?.cast(),
        _ => return None,
    };
    Some(NonNull::slice_from_raw_parts(start, layout.size()))
}

#[inline]
fn allocate(ctx: &CtxRef, layout: Layout) -> Option<Block> {
    // SAFETY: the context is live.
    block(layout, |size| unsafe { raw::alloc(ctx.as_ptr(), size, BLOCK) })
}

#[inline]
fn allocate_zeroed(ctx: &CtxRef, layout: Layout) -> Option<Block> {
    // SAFETY: the context is live.
    block(layout, |size| unsafe { raw::alloc_zeroed(ctx.as_ptr(), size, BLOCK) })
}

/// # Safety
///
/// 1. `ptr` must be a block of this layout, which nobody uses any more.
#[inline]
unsafe fn deallocate(ptr: NonNull<u8>, layout: Layout) {
    if layout.size() != 0 {
        // SAFETY: a block with bytes is a live chunk (duty 1). A refused free
        // leaves it to the context.
        unsafe { raw::free(ptr.cast()) };
    }
}

/// # Safety
///
/// 1. `ptr` must be a block of the layout `old`, and on success nobody may use
///    its old address.
/// 2. `new` must not be smaller than `old`.
#[inline]
unsafe fn grow(ctx: &CtxRef, ptr: NonNull<u8>, old: Layout, new: Layout) -> Option<Block> {
    if old.size() == 0 {
        return allocate(ctx, new);
    }
    // SAFETY: a block with bytes is a live chunk (duty 1), and `block` never
    // asks for 0 bytes.
    block(new, |size| unsafe { raw::realloc(ptr.cast(), size, BLOCK) })
}

/// # Safety
///
/// The duties of [`grow`].
#[inline]
unsafe fn grow_zeroed(ctx: &CtxRef, ptr: NonNull<u8>, old: Layout, new: Layout) -> Option<Block> {
    // SAFETY: the same duties.
    let grown = unsafe { grow(ctx, ptr, old, new) }?;
    // SAFETY: the block has `new.size()` bytes, which is no less (duty 2).
    let tail = unsafe { grown.cast::<u8>().add(old.size()) };
    // SAFETY: as many bytes follow in the block.
    unsafe { tail.write_bytes(0, new.size() - old.size()) };
    Some(grown)
}

/// # Safety
///
/// 1. `ptr` must be a block of the layout `old`, and on success nobody may use
///    its old address.
/// 2. `new` must not be larger than `old`.
#[inline]
unsafe fn shrink(ptr: NonNull<u8>, old: Layout, new: Layout) -> Option<Block> {
    if new.size() == 0 {
        // SAFETY: duty 1; without bytes there is no failure any more.
        unsafe { deallocate(ptr, old) };
    }
    // Where libtalloc fails, the chunk is as it was, and large enough (duty 2).
    // SAFETY: a block with bytes is a live chunk (duty 1), and `block` never
    // asks for 0 bytes.
    block(new, |size| unsafe { raw::realloc(ptr.cast(), size, BLOCK).or(Some(ptr.cast())) })
}

/// A chunk of exactly the bytes of a vector's elements, named as an array.
///
/// # Safety
///
/// 1. `values` must be the elements of a vector below `ctx`. If they have
///    bytes, nobody may use their old address on success.
unsafe fn chunk_of_array<T>(ctx: &CtxRef, values: NonNull<[T]>) -> Result<NonNull<c_void>, Error> {
    let (size, name) = (values.len() * size_of::<T>(), Name::of::<[T]>());
    if size == 0 {
        return ctx.chunk_below(0, name);
    }
    let mut chunk = values.cast();
    // SAFETY: a vector with bytes has a live chunk (duty 1).
    if unsafe { raw::size(chunk) } != size {
        // SAFETY: as above; `size` is not 0.
        let moved = unsafe { raw::realloc(chunk, size, name) };
        chunk = moved.ok_or_else(|| resize_error(chunk, size))?;
    }
    // SAFETY: live; a `Name` is static. A realloc that finds little to do sets
    // no name (fact 11).
    unsafe { raw::set_name(chunk, name.as_ptr()) };
    Ok(chunk)
}

/// Takes the array apart into the first element and the length of a vector in
/// `ctx`, below which its chunk then is.
fn parts_of_vec<T>(b: TBox<'_, [T]>, ctx: &CtxRef) -> (*mut T, usize) {
    let values = TBox::into_value(b);
    let (chunk, len) = (values.cast::<c_void>(), values.len());
    if len * size_of::<T>() == 0 {
        // SAFETY: live and owned. A refused free leaves it to its parent;
        // elements without bytes need not stay there.
        unsafe { raw::free(chunk) };
        return (NonNull::dangling().as_ptr(), len);
    }
    // SAFETY: both chunks are live. `ctx` is no descendant of the array: its
    // borrow would have kept `b` from being moved here.
    unsafe { raw::steal(ctx.as_ptr(), chunk) };
    // SAFETY: live; a `Name` is static.
    unsafe { raw::set_name(chunk, BLOCK.as_ptr()) };
    (chunk.cast().as_ptr(), len)
}

macro_rules! implement {
    (
        $Allocator:path, $AllocError:path, $Vec:ident in $path:path;
        $(#[$doc:meta])*
        impl Allocator;
        $(#[$from_doc:meta])*
        fn $from_vec:ident;
        $(#[$try_from_doc:meta])*
        fn $try_from_vec:ident;
        $(#[$into_doc:meta])*
        fn $into_vec:ident;
    ) => {
        use $path as $Vec;

        $(#[$doc])*
        // SAFETY: the duties of the trait.
        // 1. Blocks stay valid until the allocator and its clones are gone: a
        //    block is a chunk below the context, and libtalloc moves or frees
        //    it only when one of the methods asks for it or when the context
        //    is freed or emptied. That takes the owner by value or by `&mut`,
        //    so after every `&CtxRef` of it has ended; for a context from C it
        //    is a duty of `CtxRef::from_ptr`. A `&'static CtxRef` is of a
        //    context that is never freed, as pinning needs.
        // 2. Moving or cloning a `&CtxRef` is a copy of an address, and all
        //    copies are the same context.
        // 3. Any block may go to any method: libtalloc finds all it needs at
        //    the block's address. Blocks of no bytes are no chunks, and no
        //    method hands their address to libtalloc: the layout, which fits,
        //    says so.
        // Alignment: every chunk has `MAX_ALIGN`, also after a realloc (fact
        // 2), so that of a block may change at will up to there, and more is
        // refused.
        unsafe impl $Allocator for &CtxRef {
            #[inline]
            fn allocate(&self, layout: Layout) -> Result<Block, $AllocError> {
                allocate(self, layout).ok_or($AllocError)
            }

            #[inline]
            fn allocate_zeroed(&self, layout: Layout) -> Result<Block, $AllocError> {
                allocate_zeroed(self, layout).ok_or($AllocError)
            }

            #[inline]
            unsafe fn deallocate(&self, ptr: NonNull<u8>, layout: Layout) {
                // SAFETY: the caller's duties.
                unsafe { deallocate(ptr, layout) }
            }

            #[inline]
            unsafe fn grow(
                &self,
                ptr: NonNull<u8>,
                old_layout: Layout,
                new_layout: Layout,
            ) -> Result<Block, $AllocError> {
                // SAFETY: the caller's duties.
                unsafe { grow(self, ptr, old_layout, new_layout) }.ok_or($AllocError)
            }

            #[inline]
            unsafe fn grow_zeroed(
                &self,
                ptr: NonNull<u8>,
                old_layout: Layout,
                new_layout: Layout,
            ) -> Result<Block, $AllocError> {
                // SAFETY: the caller's duties.
                unsafe { grow_zeroed(self, ptr, old_layout, new_layout) }.ok_or($AllocError)
            }

            #[inline]
            unsafe fn shrink(
                &self,
                ptr: NonNull<u8>,
                old_layout: Layout,
                new_layout: Layout,
            ) -> Result<Block, $AllocError> {
                // SAFETY: the caller's duties.
                unsafe { shrink(ptr, old_layout, new_layout) }.ok_or($AllocError)
            }
        }

        /// Vectors.
        impl<'p, T> TBox<'p, [T]> {
            $(#[$from_doc])*
            pub fn $from_vec(vec: $Vec<T, &'p CtxRef>) -> Self {
                const { Aligned::<T>::CHECK };
                TBox::$try_from_vec(vec).map_err(Error::from).or_raise()
            }

            $(#[$try_from_doc])*
            pub fn $try_from_vec(
                mut vec: $Vec<T, &'p CtxRef>,
            ) -> Result<Self, Rejected<$Vec<T, &'p CtxRef>>> {
                const { Aligned::<T>::CHECK };
                let len = vec.len();
                // SAFETY: a vector's pointer is never null.
                let first = unsafe { NonNull::new_unchecked(vec.as_mut_ptr()) };
                let values = NonNull::slice_from_raw_parts(first, len);
                // SAFETY: the vector's elements, and on success it goes.
                let chunk = match unsafe { chunk_of_array(*vec.allocator(), values) } {
                    Ok(chunk) => chunk,
                    Err(error) => return Err(Rejected::new(error, vec)),
                };
                if size_of_val(&*vec) == 0 {
                    // SAFETY: elements without bytes need not be moved; those
                    // of the array take their place, and the vector frees what
                    // room it has.
                    unsafe { vec.set_len(0) };
                } else {
                    let _chunk_of_the_array = ManuallyDrop::new(vec);
                }
                let values = NonNull::slice_from_raw_parts(chunk.cast(), len);
                // SAFETY: the chunk is below a context that lives for 'p; `len`
                // valid elements fill it, and nobody else owns it.
                Ok(unsafe { TBox::from_value(values) })
            }

            $(#[$into_doc])*
            pub fn $into_vec(b: Self, ctx: &CtxRef) -> $Vec<T, &CtxRef> {
                let (first, len) = parts_of_vec(b, ctx);
                // SAFETY: `len` valid elements, in a block of exactly their
                // size that is a chunk below `ctx` now, as if the allocator
                // had made it; without bytes there is no block.
                unsafe { $Vec::from_raw_parts_in(first, len, len, ctx) }
            }
        }

        impl<'p, T> From<$Vec<T, &'p CtxRef>> for TBox<'p, [T]> {
            /// Cuts the vector's chunk to its elements; panics when it cannot.
            fn from(vec: $Vec<T, &'p CtxRef>) -> Self {
                TBox::$from_vec(vec)
            }
        }
    };
}

#[cfg(feature = "allocator-api2")]
mod api2 {
    use super::*;

    implement! {
        allocator_api2::alloc::Allocator, allocator_api2::alloc::AllocError,
        Vec in allocator_api2::vec::Vec;

        /// The memory of a collection: `Vec`, `Box` and the maps of hashbrown
        /// in a context.
        ///
        /// With the feature `allocator-api2`, for what knows the trait of the
        /// crate of that name (0.2); with the feature `nightly`, for the
        /// standard library's own collections. Both features may be on, but
        /// not `allocator-api2/nightly`, which makes the two traits one.
        ///
        /// Each block is a chunk named `collection` below the context, freed by
        /// `talloc_free`; an empty collection has none. Growing and shrinking is
        /// `talloc_realloc`. The collection borrows the context. One that is
        /// forgotten leaves its block to the context, and its elements are not
        /// dropped.
        ///
        /// ```
        /// use allocator_api2::vec::Vec;
        /// use talloc::Ctx;
        ///
        /// let ctx = Ctx::new();
        /// let mut squares = Vec::new_in(&*ctx);
        /// squares.extend((0..100).map(|i| i * i));
        /// assert_eq!(squares[99], 9801);
        /// assert_eq!(ctx.total_blocks(), 2);
        /// drop(squares);
        /// assert_eq!(ctx.total_blocks(), 1);
        /// ```
        ///
        /// A collection may be a field of an owner node, with `&'t CtxRef` as
        /// its allocator: the node's destructor drops it.
        ///
        /// # Errors
        ///
        /// `AllocError` when memory is exhausted, when a block is over
        /// [`MAX_SIZE`](crate::MAX_SIZE) or needs an alignment above 16 bytes
        /// (8 on 32-bit targets), and when a block is to grow to which C holds a
        /// reference. Most methods of collections end the process then;
        /// `try_reserve` returns it. Making a block smaller never fails: one
        /// that libtalloc does not make smaller stays as large as it was.
        ///
        /// If libtalloc refuses to free a block, because C holds a reference to
        /// it, the block stays with the context. The elements were dropped
        /// before: C must not use what they owned.
        impl Allocator;

        /// Turns a vector in a context into an array that C can measure.
        ///
        /// No element is copied by Rust: the vector's chunk is cut to its
        /// elements (`talloc_realloc`, which may move it) and named `[T]`. A
        /// vector without bytes has no chunk, and a new one of 0 bytes is made.
        ///
        /// # Panics
        ///
        /// Panics when the chunk would have to be cut while C holds a reference
        /// to it; ends the process when memory is exhausted. See
        /// [`TBox::try_from_vec`].
        ///
        /// ```
        /// use allocator_api2::vec::Vec;
        /// use talloc::{Array, Ctx, TBox};
        ///
        /// let ctx = Ctx::new();
        /// let mut ports = Vec::new_in(&*ctx);
        /// ports.extend([80_u16, 443]);
        /// let ports = TBox::from_vec(ports);
        /// assert_eq!(TBox::as_ctx(&ports).size(), 4);
        /// let for_c: Array<'_, u16> = ports.into();
        /// # assert_eq!(*for_c, [80, 443]);
        /// ```
        #[doc(alias = "talloc_array_length")]
        fn from_vec;

        /// Like [`TBox::from_vec`], returning errors.
        ///
        /// # Errors
        ///
        /// [`Error::OutOfMemory`] or [`Error::Referenced`]; the vector is given
        /// back, unchanged.
        fn try_from_vec;

        /// Turns the array into a vector in `ctx`, without a copy.
        ///
        /// The chunk moves under `ctx`, as by [`TBox::steal`]: wherever it was,
        /// it is then where the vector says, and it is named like that of any
        /// other vector. What is below the chunk stays there until the vector
        /// frees it. An array without bytes is freed, as an empty vector has no
        /// chunk.
        ///
        /// ```
        /// use talloc::{Ctx, TBox};
        ///
        /// let (ctx, scratch) = (Ctx::new(), Ctx::new());
        /// let mut words = TBox::into_vec(scratch.alloc_slice_copy(&["to", "grow"]), &ctx);
        /// drop(scratch);
        /// words.push("further");
        /// assert_eq!(words.concat(), "togrowfurther");
        /// ```
        #[doc(alias = "talloc_steal")]
        fn into_vec;
    }
}

#[cfg(feature = "nightly")]
mod nightly {
    use super::*;

    implement! {
        std::alloc::Allocator, std::alloc::AllocError, Vec in std::vec::Vec;

        /// The memory of the standard library's collections, as with the
        /// feature `allocator-api2` for others.
        ///
        /// ```
        /// #![feature(allocator_api)]
        /// use talloc::{Ctx, TBox};
        ///
        /// let ctx = Ctx::new();
        /// let mut squares = Vec::new_in(&*ctx);
        /// squares.extend((0..100_u64).map(|i| i * i));
        /// let squares = TBox::from_std_vec(squares);
        /// assert_eq!(TBox::as_ctx(&squares).size(), 800);
        /// let mut squares = TBox::into_std_vec(squares, &ctx);
        /// squares.push(10_000);
        /// ```
        impl Allocator;

        /// Turns a vector of the standard library, in a context, into an array
        /// that C can measure.
        ///
        /// Its chunk is cut to its elements (`talloc_realloc`, which may move
        /// it) and named `[T]`. A vector without bytes has no chunk, and a new
        /// one of 0 bytes is made.
        ///
        /// # Panics
        ///
        /// Panics when the chunk would have to be cut while C holds a reference
        /// to it; ends the process when memory is exhausted.
        #[doc(alias = "talloc_array_length")]
        fn from_std_vec;

        /// Like [`TBox::from_std_vec`], returning errors.
        ///
        /// # Errors
        ///
        /// [`Error::OutOfMemory`] or [`Error::Referenced`]; the vector is given
        /// back, unchanged.
        fn try_from_std_vec;

        /// Turns the array into a vector of the standard library in `ctx`,
        /// without a copy.
        ///
        /// The chunk moves under `ctx`, as by [`TBox::steal`]. What is below it
        /// stays there until the vector frees it. An array without bytes is
        /// freed, as an empty vector has no chunk.
        #[doc(alias = "talloc_steal")]
        fn into_std_vec;
    }
}
