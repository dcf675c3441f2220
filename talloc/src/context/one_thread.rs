//! Why no handle leaves its thread, in words that the compiler repeats.
//!
//! A pointer alone would keep a handle from being `Send` and `Sync`; the message would
//! be about that pointer. With a bound that nothing meets, it is about the tree.

/// What a handle would have to be to leave the thread of its tree.
///
/// # Invariants
///
/// Nothing implements it, and nobody else can: the name does not leave the crate.
#[diagnostic::on_unimplemented(
    message = "`{Self}` leads to a talloc tree, which belongs to one thread",
    label = "cannot leave the thread of its tree, which has no lock",
    note = "send plain values, borrow what an object holds (`&*object`), or use a `talloc::Tree`, with fields of `talloc::tree`: it moves as a whole"
)]
pub trait OnAnyThread {}

/// `one_thread!(['p, T: ?Sized] TBox<'p, T>);` keeps a type on its thread.
macro_rules! one_thread {
    ([$($generics:tt)*] $handle:ty) => {
        /// Never: what it leads to belongs to one thread.
        // SAFETY: the bound is never met. (It is for `'any` so that the compiler
        // does not refuse it as one that cannot be.)
        unsafe impl<$($generics)*> Send for $handle where
            for<'any> $handle: $crate::context::one_thread::OnAnyThread
        {
        }

        /// Never: what it leads to belongs to one thread.
        // SAFETY: as above.
        unsafe impl<$($generics)*> Sync for $handle where
            for<'any> $handle: $crate::context::one_thread::OnAnyThread
        {
        }
    };
}

pub(crate) use one_thread;
