//! What libtalloc aligns.

use core::marker::PhantomData;

/// The alignment of every talloc chunk: libtalloc rounds its header to 16
/// bytes and passes on what the C allocator gives.
#[cfg(target_pointer_width = "64")]
pub(crate) const MAX_ALIGN: usize = 16;
#[cfg(not(target_pointer_width = "64"))]
pub(crate) const MAX_ALIGN: usize = 8;

/// Refuses at compile time what libtalloc cannot align.
pub(crate) struct Aligned<T>(PhantomData<T>);

impl<T> Aligned<T> {
    /// Named by each public function, so that the compiler points at its caller.
    pub(crate) const CHECK: () = assert!(
        align_of::<T>() <= MAX_ALIGN,
        "this type needs a larger alignment than libtalloc gives (16 bytes, 8 on 32-bit targets)"
    );
}
