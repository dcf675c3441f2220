//! Collections in a context: `Allocator` for [`&CtxRef`](CtxRef).
//!
//! There are two such traits, that of the crate `allocator-api2` and the
//! unstable one of the standard library. The functions here serve both; a
//! macro writes the two implementations, and the conversions of the two `Vec`s.

use core::alloc::Layout;
use core::mem::ManuallyDrop;
use core::num::NonZero;
use core::ptr::NonNull;

use crate::array::resize;
use crate::context::CtxRef;
use crate::error::{Error, OrRaise, Rejected};
use crate::integrations::block::{self, BLOCK, Block, Held};
use crate::name::Name;
use crate::object::TBox;
use crate::raw::align::Aligned;
use crate::raw::{Object, Owned};

/// The chunk of a vector, cut to the `size` bytes of its elements and named as an array. If
/// there are none, the vector has no chunk, and it is a new one. On error it stays as it is.
fn chunk_of_array<'p, T>(
    ctx: &'p CtxRef,
    chunk: Option<Owned<'p>>,
    size: usize,
) -> Result<Owned<'p>, Error> {
    let name = Name::of::<[T]>();
    let (Some(chunk), Some(size)) = (chunk, NonZero::new(size)) else {
        return ctx.owned_below(0, name);
    };
    let mut chunk = ManuallyDrop::new(chunk);
    if chunk.as_chunk().size() != size.get() {
        resize(&mut chunk, size, name)?;
    }
    // A realloc that finds little to do sets no name (fact 11).
    chunk.set_name(name);
    Ok(ManuallyDrop::into_inner(chunk))
}

/// Takes the array apart into the first element and the length of a vector in
/// `ctx`, below which its chunk then is.
fn parts_of_vec<T>(b: TBox<'_, [T]>, ctx: &CtxRef) -> (*mut T, usize) {
    let (size, len) = (size_of_val(&*b), b.len());
    let chunk = TBox::into_object(b).into_owned();
    if size == 0 {
        // Elements without bytes need not stay there, should a free be refused.
        drop(chunk);
        return (NonNull::dangling().as_ptr(), len);
    }
    let mut chunk = chunk.steal(ctx.as_chunk());
    chunk.set_name(BLOCK);
    (chunk.into_ptr().cast().as_ptr(), len)
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
        // Alignment: see `block`.
        unsafe impl $Allocator for &CtxRef {
            #[inline]
            fn allocate(&self, layout: Layout) -> Result<Block, $AllocError> {
                block::allocate(self, layout).ok_or($AllocError)
            }

            #[inline]
            fn allocate_zeroed(&self, layout: Layout) -> Result<Block, $AllocError> {
                block::allocate_zeroed(self, layout).ok_or($AllocError)
            }

            #[inline]
            unsafe fn deallocate(&self, ptr: NonNull<u8>, layout: Layout) {
                // A refused free leaves it to the context.
                // SAFETY: 1. the caller's duties.
                drop(unsafe { Held::new(ptr, layout) });
            }

            #[inline]
            unsafe fn grow(
                &self,
                ptr: NonNull<u8>,
                old_layout: Layout,
                new_layout: Layout,
            ) -> Result<Block, $AllocError> {
                // SAFETY: 1. the caller's duties.
                let old = unsafe { Held::new(ptr, old_layout) };
                old.grow(self, new_layout).ok_or($AllocError)
            }

            #[inline]
            unsafe fn grow_zeroed(
                &self,
                ptr: NonNull<u8>,
                old_layout: Layout,
                new_layout: Layout,
            ) -> Result<Block, $AllocError> {
                // SAFETY: 1. the caller's duties.
                let old = unsafe { Held::new(ptr, old_layout) };
                old.grow_zeroed(self, new_layout).ok_or($AllocError)
            }

            #[inline]
            unsafe fn shrink(
                &self,
                ptr: NonNull<u8>,
                old_layout: Layout,
                new_layout: Layout,
            ) -> Result<Block, $AllocError> {
                // SAFETY: 1. the caller's duties.
                let old = unsafe { Held::new(ptr, old_layout) };
                old.shrink(self, new_layout).ok_or($AllocError)
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
                let (first, layout) = (NonNull::new(vec.as_mut_ptr()), Layout::for_value(&*vec));
                // SAFETY: 1. if its elements have bytes, the vector has a block with room for them
                // and of their alignment. On success it goes.
                let held = first.map(|first| unsafe { Held::new(first.cast(), layout) });
                let chunk = held.and_then(Held::into_chunk);
                let chunk = match chunk_of_array::<T>(*vec.allocator(), chunk, layout.size()) {
                    Ok(chunk) => chunk,
                    Err(error) => return Err(Rejected::new(error, vec)),
                };
                let len = vec.len();
                if vec.is_empty() {
                    // It frees what room it has.
                    drop(vec);
                } else {
                    let _has_given_its_elements_away = ManuallyDrop::new(vec);
                }
                // SAFETY: 1. exactly these valid elements; those without bytes need not be moved.
                Ok(TBox::of(unsafe { Object::array(chunk, len) }))
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
        /// `talloc_realloc`. A block with an alignment above 16 bytes (8 on 32-bit
        /// targets), which libtalloc does not give, is in a chunk that is longer by
        /// its alignment, and moves to another one to grow or to shrink. The
        /// collection borrows the context. One that is forgotten leaves its block to
        /// the context, and its elements are not dropped.
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
        /// [`MAX_SIZE`](crate::MAX_SIZE), and when a block is to grow to which C holds a
        /// reference (one with a larger alignment is copied). Most methods of
        /// collections end the process then; `try_reserve` returns it. Making a block
        /// smaller never fails, as long as its alignment stays: one that libtalloc does
        /// not make smaller is as large as it was.
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
