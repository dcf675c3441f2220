//! [`Below`]: what lies below a node of a tree.

use core::ffi::CStr;
use core::fmt;
use core::marker::PhantomData;

use crate::error::Error;
#[cfg(feature = "zeroize")]
use crate::integrations::secret;
use crate::node::{Family, Fields, Room, field};
use crate::object::TBox;
use crate::raw::Object;
use crate::tree::{Movable, Tree, TreeCtx, ctx};

/// What lies below the node that `'t` stands for, and is tied to no other tree. The functions of
/// this file make it there, and nothing else.
pub(super) struct Below<'t, X> {
    made: X,
    _node: PhantomData<&'t TreeCtx<'t>>,
}

impl<X> Below<'_, X> {
    /// # Safety
    ///
    /// 1. It must lie there, and be tied to no other tree.
    #[inline]
    pub(super) unsafe fn promised(made: X) -> Self {
        Below::new(made)
    }

    #[inline]
    pub(super) fn into_inner(self) -> X {
        self.made
    }

    /// For this file: of what was made on the node that `'t` stands for.
    #[inline]
    fn new(made: X) -> Self {
        Below { made, _node: PhantomData }
    }
}

/// What a string is made of.
pub(super) enum Text<'a> {
    Str(&'a str),
    StrUpTo(&'a str, usize),
    CStr(&'a CStr),
    Formatted(fmt::Arguments<'a>),
}

impl<'t> TreeCtx<'t> {
    #[inline(always)]
    pub(super) fn text_below(&self, text: Text<'_>) -> Result<Below<'t, field::Str<'t>>, Error> {
        let ctx = self.local();
        Ok(Below::new(match text {
            Text::Str(text) => ctx.try_strdup(text)?,
            Text::StrUpTo(text, max) => ctx.try_strndup(text, max)?,
            Text::CStr(text) => ctx.try_strdup_c(text)?,
            Text::Formatted(arguments) => ctx.try_format(arguments)?.into_c_str()?,
        }))
    }

    #[cfg(feature = "zeroize")]
    pub(super) fn secret_below(
        &self,
        text: &str,
    ) -> Result<Below<'t, secret::SecretStr<'t>>, Error> {
        self.local().try_strdup_secret(text).map(Below::new)
    }

    pub(super) fn list_below<'s>(
        &self,
        texts: impl IntoIterator<Item = &'s str>,
    ) -> Result<Below<'t, field::StrList<'t>>, Error> {
        self.local().try_strdup_list(texts).map(Below::new)
    }

    #[inline]
    pub(super) fn copy_below<T: Copy>(
        &self,
        values: &[T],
    ) -> Result<Below<'t, TBox<'t, [T]>>, Error> {
        self.local().try_alloc_slice_copy(values).map(Below::new)
    }

    #[inline]
    pub(super) fn array_below<T>(
        &self,
        values: impl IntoIterator<Item = T>,
    ) -> Result<Below<'t, TBox<'t, [T]>>, Error> {
        self.local().try_alloc_slice_from_iter(values).map(Below::new)
    }

    #[cfg(feature = "serde")]
    pub(super) fn deserialized_below<
        'de,
        T: serde::Deserialize<'de>,
        D: serde::Deserializer<'de>,
    >(
        &self,
        deserializer: D,
    ) -> Result<Below<'t, TBox<'t, [T]>>, D::Error> {
        use crate::integrations::DeserializeIn;

        TBox::<[T]>::deserialize_in(self.local(), deserializer).map(Below::new)
    }

    #[inline]
    pub(super) fn node_below<F: Movable, E: From<Error>>(
        &self,
        f: impl for<'u> FnOnce(&TreeCtx<'u>) -> Result<F::Of<'u>, E>,
    ) -> Result<Below<'t, Object<'t, Fields<F>>>, E> {
        Ok(Below::new(ctx::fill(Room::below(self.local())?, f)?.into_object()))
    }

    /// A whole tree is tied to no other one.
    #[inline]
    pub(super) fn moved_below<F: Family>(&self, tree: Tree<F>) -> Below<'t, Object<'t, Fields<F>>> {
        Below::new(tree.into_object().steal(self.local().as_chunk()))
    }
}
