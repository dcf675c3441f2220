//! Collections in an arena: `Allocator` for [`&Arena`](Arena).

use core::alloc::Layout;
use core::ptr::NonNull;

use bump_scope::alloc::Allocator as _;

use super::Arena;

macro_rules! implement {
    ($Allocator:path, $AllocError:path; $(#[$doc:meta])* impl Allocator;) => {
        $(#[$doc])*
        // SAFETY: the duties of the trait, as the `Bump` promises them for itself by its own trait
        // of the same text. It has no other owner: it is reset or dropped by `&mut Arena` or with
        // the arena, so after every `&Arena`, of which the collection has one.
        unsafe impl $Allocator for &Arena<'_> {
            #[inline]
            fn allocate(&self, layout: Layout) -> Result<NonNull<[u8]>, $AllocError> {
                self.bump.allocate(layout).map_err(|_| $AllocError)
            }

            #[inline]
            unsafe fn deallocate(&self, ptr: NonNull<u8>, layout: Layout) {
                // SAFETY: the caller's duties, which are the same.
                unsafe { self.bump.deallocate(ptr, layout) }
            }

            #[inline]
            unsafe fn grow(
                &self,
                ptr: NonNull<u8>,
                old_layout: Layout,
                new_layout: Layout,
            ) -> Result<NonNull<[u8]>, $AllocError> {
                // SAFETY: the caller's duties, which are the same.
                unsafe { self.bump.grow(ptr, old_layout, new_layout) }.map_err(|_| $AllocError)
            }

            #[inline]
            unsafe fn shrink(
                &self,
                ptr: NonNull<u8>,
                old_layout: Layout,
                new_layout: Layout,
            ) -> Result<NonNull<[u8]>, $AllocError> {
                // SAFETY: the caller's duties, which are the same.
                unsafe { self.bump.shrink(ptr, old_layout, new_layout) }.map_err(|_| $AllocError)
            }
        }
    };
}

#[cfg(feature = "allocator-api2")]
implement! {
    allocator_api2::alloc::Allocator, allocator_api2::alloc::AllocError;

    /// The memory of a collection: `Vec`, `Box` and the maps of hashbrown in an arena.
    ///
    /// With the feature `allocator-api2`, for what knows the trait of the crate of that name; with
    /// the feature `nightly`, for the standard library's own collections.
    ///
    /// What was allocated last grows and shrinks in its place, and its bytes are used again when it
    /// is freed; everything else moves to new ones, and the old ones are there until the arena is
    /// reset.
    ///
    /// ```
    /// use talloc::Ctx;
    /// use talloc::allocator_api2::{boxed::Box, vec::Vec};
    ///
    /// let ctx = Ctx::new();
    /// let arena = ctx.new_arena();
    /// let mut words = Vec::new_in(&arena);
    /// words.extend("to be or not".split(' '));
    /// assert_eq!(words[3], "not");
    /// // A value that needs to be dropped.
    /// let path = Box::new_in(std::path::PathBuf::from("/etc"), &arena);
    /// assert!(path.is_absolute());
    /// assert_eq!(ctx.total_blocks(), 2);
    /// ```
    ///
    /// # Errors
    ///
    /// `AllocError` when memory is exhausted. Most methods of collections end the process then, by
    /// [`handle_alloc_error`](std::alloc::handle_alloc_error); `try_reserve` returns it.
    impl Allocator;
}

#[cfg(feature = "nightly")]
implement! {
    std::alloc::Allocator, std::alloc::AllocError;

    /// The memory of the standard library's collections, as with the feature `allocator-api2` for
    /// others.
    impl Allocator;
}
