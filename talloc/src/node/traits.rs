//! What nodes can do because their structs can.

use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use std::panic::{RefUnwindSafe, UnwindSafe};

use crate::context::one_thread::one_thread;
use crate::node::{Family, Kept, Node, SharedNode};

one_thread!(['p, F: Family] Node<'p, F>);
one_thread!(['p, F: Family] Kept<'p, F>);
one_thread!(['p, F: Family] SharedNode<'p, F>);

// As `Box` is, and `Rc` for the shared one.
impl<F: Family> UnwindSafe for Node<'_, F> where for<'a> F::Of<'a>: UnwindSafe {}
impl<F: Family> RefUnwindSafe for Node<'_, F> where for<'a> F::Of<'a>: RefUnwindSafe {}
impl<F: Family> UnwindSafe for Kept<'_, F> where for<'a> F::Of<'a>: UnwindSafe {}
impl<F: Family> RefUnwindSafe for Kept<'_, F> where for<'a> F::Of<'a>: RefUnwindSafe {}
impl<F: Family> UnwindSafe for SharedNode<'_, F> where for<'a> F::Of<'a>: RefUnwindSafe {}
impl<F: Family> RefUnwindSafe for SharedNode<'_, F> where for<'a> F::Of<'a>: RefUnwindSafe {}

/// For each handle, with its lifetime if it has one.
macro_rules! by_content {
    ($($Handle:ident <$($p:lifetime,)? F>)*) => {$(
        impl<F: Family> fmt::Debug for $Handle<$($p,)? F>
        where
            for<'a> F::Of<'a>: fmt::Debug,
        {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.get().fmt(f)
            }
        }

        impl<F: Family> fmt::Display for $Handle<$($p,)? F>
        where
            for<'a> F::Of<'a>: fmt::Display,
        {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.get().fmt(f)
            }
        }

        impl<F: Family> core::error::Error for $Handle<$($p,)? F>
        where
            for<'a> F::Of<'a>: core::error::Error,
        {
            fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
                self.get().source()
            }
        }

        impl<F: Family> PartialEq for $Handle<$($p,)? F>
        where
            for<'a> F::Of<'a>: PartialEq,
        {
            fn eq(&self, other: &Self) -> bool {
                fn eq<'a, F: Family>(a: &'a $Handle<$($p,)? F>, b: &'a $Handle<$($p,)? F>) -> bool
                where
                    F::Of<'a>: PartialEq,
                {
                    a.get() == b.get()
                }
                eq(self, other)
            }
        }

        impl<F: Family> Eq for $Handle<$($p,)? F> where for<'a> F::Of<'a>: Eq {}

        impl<F: Family> PartialOrd for $Handle<$($p,)? F>
        where
            for<'a> F::Of<'a>: PartialOrd,
        {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                fn cmp<'a, F: Family>(
                    a: &'a $Handle<$($p,)? F>,
                    b: &'a $Handle<$($p,)? F>,
                ) -> Option<Ordering>
                where
                    F::Of<'a>: PartialOrd,
                {
                    a.get().partial_cmp(b.get())
                }
                cmp(self, other)
            }
        }

        impl<F: Family> Ord for $Handle<$($p,)? F>
        where
            for<'a> F::Of<'a>: Ord,
        {
            fn cmp(&self, other: &Self) -> Ordering {
                fn cmp<'a, F: Family>(a: &'a $Handle<$($p,)? F>, b: &'a $Handle<$($p,)? F>) -> Ordering
                where
                    F::Of<'a>: Ord,
                {
                    a.get().cmp(b.get())
                }
                cmp(self, other)
            }
        }

        impl<F: Family> Hash for $Handle<$($p,)? F>
        where
            for<'a> F::Of<'a>: Hash,
        {
            fn hash<H: Hasher>(&self, state: &mut H) {
                self.get().hash(state);
            }
        }
    )*};
}

by_content! { Node<'_, F> Kept<'_, F> SharedNode<'_, F> }

pub(crate) use by_content;
