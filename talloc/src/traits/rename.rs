//! Names of one's own for objects, in the place of that of their type.

use core::ffi::CStr;

use crate::context::Ctx;
use crate::error::{Error, Rejected};
use crate::name::Name;
use crate::node::{Family, Kept, Node};
use crate::object::{Guarded, TBox};
use crate::raw::{self, NameMut};

/// Makes it a copy of `text`.
fn set_copy(mut name: NameMut<'_>, text: &str) -> Result<(), Error> {
    if let Some(position) = raw::find_nul(text.as_bytes()) {
        return Err(Error::InteriorNul { position });
    }
    if name.set_copy(text.as_bytes()) { Ok(()) } else { Err(Error::no_memory(text.len() + 1)) }
}

/// The four functions with their receivers: `self`, or an argument where the handle derefs to
/// a type of the user's.
macro_rules! names {
    (
        $(#[doc = $example:literal])*
        impl[$($generics:tt)*] $Handle:ty {
            $this:ident: ($($by_mut:tt)*) ($($by_value:tt)*)
        }
    ) => {
        /// Names, for reports and snapshots.
        impl<$($generics)*> $Handle {
            /// Renames the object. The text, which is never taken for a format, is copied into
            /// a child of the object, called `.name`, as C does.
            ///
            /// An earlier child of this kind stays until the object is freed (or a context is
            /// emptied). The name of its type is gone: `from_raw` and C's `talloc_get_type`
            /// refuse the object. A resize, a steal and a share keep the new name.
            ///
            /// # Errors
            ///
            /// [`Error::InteriorNul`], [`Error::OutOfMemory`] or [`Error::TooLarge`];
            /// the old name stays.
            ///
            $(#[doc = $example])*
            #[doc(alias = "talloc_set_name")]
            pub fn set_name($($by_mut)*, name: &str) -> Result<(), Error> {
                set_copy(<$Handle>::name_mut($this), name)
            }

            /// Renames the object. The name is not copied, and so costs no memory. For the
            /// rest as `set_name`.
            #[doc(alias = "talloc_set_name_const")]
            #[inline]
            pub fn set_name_const($($by_mut)*, name: &'static CStr) {
                <$Handle>::name_mut($this).set(Name::new(name));
            }

            /// Gives a name to what was just made: as `set_name`, and returns the object.
            ///
            /// # Errors
            ///
            /// As `set_name`. The object is given back, under its old name.
            #[doc(alias = "talloc_named")]
            pub fn with_name($($by_value)*, name: &str) -> Result<Self, Rejected<Self>> {
                match set_copy(<$Handle>::name_mut(&mut $this), name) {
                    Ok(()) => Ok($this),
                    Err(error) => Err(Rejected::new(error, $this)),
                }
            }

            /// Gives a name to what was just made: as `set_name_const`, and returns the object.
            #[doc(alias = "talloc_named_const")]
            #[inline]
            pub fn with_name_const($($by_value)*, name: &'static CStr) -> Self {
                <$Handle>::name_mut(&mut $this).set(Name::new(name));
                $this
            }
        }
    };
}

names! {
    /// ```
    /// use talloc::Ctx;
    ///
    /// let mut ctx = Ctx::new().with_name_const(c"server");
    /// ctx.set_name(&format!("server on port {}", 80))?;
    /// assert_eq!(ctx.name(), c"server on port 80");
    /// let request = ctx.new_child().with_name("request 1 (100%n)")?;
    /// assert_eq!(request.name(), c"request 1 (100%n)");
    /// # Ok::<(), talloc::Error>(())
    /// ```
    impl['p] Ctx<'p> {
        self: (&mut self) (mut self)
    }
}

names! {
    /// ```
    /// use talloc::{Ctx, TBox};
    ///
    /// let ctx = Ctx::new();
    /// let mut buffer = TBox::with_name_const(ctx.alloc([0_u8; 512]), c"input");
    /// assert_eq!(TBox::as_ctx(&buffer).name(), c"input");
    /// TBox::set_name(&mut buffer, &format!("input of connection {}", 4))?;
    /// assert_eq!(TBox::as_ctx(&buffer).name(), c"input of connection 4");
    /// # Ok::<(), talloc::Error>(())
    /// ```
    impl['p, T: ?Sized] TBox<'p, T> {
        b: (b: &mut Self) (mut b: Self)
    }
}

names! {
    /// ```
    /// use talloc::{Ctx, Guarded, Verdict};
    ///
    /// let ctx = Ctx::new();
    /// let job = Guarded::with_name(ctx.alloc_guarded(7, |_| Verdict::Free), "job 7")?;
    /// assert_eq!(Guarded::as_ctx(&job).name(), c"job 7");
    /// # assert_eq!(*job, 7);
    /// # Ok::<(), talloc::Error>(())
    /// ```
    impl['p, T: 'static] Guarded<'p, T> {
        g: (g: &mut Self) (mut g: Self)
    }
}

names! {
    /// ```
    /// use talloc::{Ctx, Str};
    ///
    /// talloc::node! { struct Conn<'t> { fd: i32, peer: Str<'t> } }
    ///
    /// let ctx = Ctx::new();
    /// let listener = ctx.build::<Conn>(|t| Conn { fd: 3, peer: t.strdup_c(c"*") });
    /// let listener = listener.with_name_const(c"listener");
    /// let mut conn = ctx.build::<Conn>(|t| Conn { fd: 4, peer: t.strdup_c(c"bob") });
    /// conn.set_name(&format!("conn {} from {}", conn.get().fd, conn.get().peer))?;
    /// assert_eq!(listener.as_ctx().name(), c"listener");
    /// assert_eq!(conn.as_ctx().name(), c"conn 4 from bob");
    /// # Ok::<(), talloc::Error>(())
    /// ```
    impl['p, F: Family] Node<'p, F> {
        self: (&mut self) (mut self)
    }
}

names! {
    /// ```
    /// use talloc::{Ctx, Kept, Str};
    ///
    /// talloc::node! { struct Peer<'t> { name: Str<'t> } }
    /// talloc::node! { struct Session<'t> { peer: Kept<'t, Peer<'static>> } }
    ///
    /// let ctx = Ctx::new();
    /// let mut session = ctx.try_build::<Session>(|t| {
    ///     Ok(Session { peer: t.try_build(|t| Ok(Peer { name: t.strdup("bob")? }))?.keep() })
    /// })?;
    /// session.with_mut(|_, session| session.peer.set_name("peer 1"))?;
    /// assert_eq!(session.get().peer.as_ctx().name(), c"peer 1");
    /// # assert_eq!(session.get().peer.get().name, "bob");
    /// # Ok::<(), talloc::Error>(())
    /// ```
    impl['p, F: Family] Kept<'p, F> {
        self: (&mut self) (mut self)
    }
}
