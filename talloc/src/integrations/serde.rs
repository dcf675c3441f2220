//! Serialising handles, fields and nodes; deserialising into a context.

use core::ffi::CStr;
use core::fmt;
use core::marker::PhantomData;

use ::serde::de::{DeserializeSeed, Error as _, SeqAccess, Visitor};
use ::serde::ser::SerializeSeq;
use ::serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::array::ArrayBuilder;
use crate::context::CtxRef;
use crate::error::Error;
use crate::name::Name;
use crate::node::field::{Array, BlobBuf, Kept, NoDrop, Str, StrList};
use crate::node::{Family, Node};
use crate::object::{Guarded, Shared, TBox};
use crate::string::TString;

impl<T: Serialize + ?Sized> Serialize for TBox<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(serializer)
    }
}

impl<T: Serialize> Serialize for Shared<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(serializer)
    }
}

impl<T: Serialize> Serialize for Guarded<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(serializer)
    }
}

impl Serialize for TString<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

/// As text; bytes that are not UTF-8 are an error.
impl Serialize for Str<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(utf8(self)?)
    }
}

impl<T: NoDrop + Serialize> Serialize for Array<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(serializer)
    }
}

/// As a sequence of numbers, as an [`Array`] of bytes.
impl Serialize for BlobBuf<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(serializer)
    }
}

/// As a sequence of texts; bytes that are not UTF-8 are an error.
impl Serialize for StrList<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut texts = serializer.serialize_seq(Some(self.len()))?;
        for text in self {
            texts.serialize_element(utf8(text)?)?;
        }
        texts.end()
    }
}

impl<F: Family> Serialize for Kept<'_, F>
where
    for<'a> F::Of<'a>: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.get().serialize(serializer)
    }
}

impl<F: Family> Serialize for Node<'_, F>
where
    for<'a> F::Of<'a>: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.get().serialize(serializer)
    }
}

fn utf8<E: ::serde::ser::Error>(text: &CStr) -> Result<&str, E> {
    text.to_str().map_err(|error| E::custom(Error::from(error)))
}

/// What can be deserialised into a context.
///
/// Needs the feature `serde`.
///
/// Implemented for the handles and fields (`TBox`, `TString`, `Str`, `Array`,
/// `StrList`, `BlobBuf`, `Option` of them). Used through [`CtxRef::deserialize`] and
/// [`CtxRef::seed`].
///
/// ```
/// use serde::de::IntoDeserializer;
/// use serde::de::value::{Error, StrDeserializer};
/// use talloc::{Ctx, CtxRef, DeserializeIn, Str, TString};
///
/// fn read<'p, 'de, H: DeserializeIn<'p, 'de>>(ctx: &'p CtxRef, text: &'de str) -> Result<H, Error> {
///     let input: StrDeserializer<'de, Error> = text.into_deserializer();
///     ctx.deserialize(input)
/// }
///
/// let ctx = Ctx::new();
/// let name: Str<'_> = read(&ctx, "anna")?;
/// let text: TString<'_> = read(&ctx, "a text")?;
/// assert_eq!(name, "anna");
/// assert_eq!(text, "a text");
/// # Ok::<(), Error>(())
/// ```
pub trait DeserializeIn<'p, 'de>: Sized {
    /// Deserialises a value below `ctx`.
    ///
    /// # Errors
    ///
    /// What the deserialiser returns, or a custom error with the text of an
    /// [`Error`]: exhausted memory, or a NUL in a C string. Nothing is left
    /// below `ctx` then.
    fn deserialize_in<D: Deserializer<'de>>(
        ctx: &'p CtxRef,
        deserializer: D,
    ) -> Result<Self, D::Error>;
}

/// A context and what to deserialise into it: serde's [`DeserializeSeed`].
///
/// Made by [`CtxRef::seed`]. Needs the feature `serde`.
///
/// ```
/// use serde::de::MapAccess;
/// use serde::de::value::{Error, MapDeserializer};
/// use talloc::{Ctx, Seed, Str};
///
/// let ctx = Ctx::new();
/// let seed: Seed<'_, Str<'_>> = ctx.seed();
/// let mut map = MapDeserializer::<_, Error>::new([("name", "anna")].into_iter());
/// while let Some(key) = map.next_key::<String>()? {
///     let value = map.next_value_seed(seed)?;
///     assert_eq!((key.as_str(), &*value), ("name", c"anna"));
/// }
/// # Ok::<(), Error>(())
/// ```
pub struct Seed<'p, H> {
    ctx: &'p CtxRef,
    _handle: PhantomData<fn() -> H>,
}

impl<H> Clone for Seed<'_, H> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<H> Copy for Seed<'_, H> {}

impl<H> fmt::Debug for Seed<'_, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Seed").field(&self.ctx).finish()
    }
}

impl<'p, 'de, H: DeserializeIn<'p, 'de>> DeserializeSeed<'de> for Seed<'p, H> {
    type Value = H;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<H, D::Error> {
        H::deserialize_in(self.ctx, deserializer)
    }
}

/// Deserialising: needs the feature `serde`.
impl CtxRef {
    /// Deserialises a handle or a field into this context.
    ///
    /// Needs the feature `serde`.
    ///
    /// Texts and arrays are written straight into talloc memory. The `T` of a
    /// `TBox<T>` is deserialised as usual and then moved there.
    ///
    /// # Errors
    ///
    /// What the deserialiser returns, or a custom error with the text of an
    /// [`Error`]: exhausted memory, or a NUL in a C string.
    ///
    /// ```
    /// use serde::de::value::{Error, SeqDeserializer};
    /// use talloc::{Array, Ctx};
    ///
    /// let ctx = Ctx::new();
    /// let input = SeqDeserializer::<_, Error>::new([80_u16, 443].into_iter());
    /// let ports: Array<'_, u16> = ctx.deserialize(input)?;
    /// assert_eq!(*ports, [80, 443]);
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// An owner node is filled from a plain value that is deserialised first
    /// (here a map; usually a struct with the same fields, whose texts may be
    /// borrowed from the input):
    ///
    /// ```
    /// use std::collections::HashMap;
    ///
    /// use serde::Deserialize;
    /// use serde::de::value::{Error, MapDeserializer};
    /// use talloc::{Ctx, Str};
    ///
    /// talloc::node! { struct User<'t> { name: Str<'t>, shell: Str<'t> } }
    ///
    /// let ctx = Ctx::new();
    /// let input = [("name", "anna"), ("shell", "/bin/sh")];
    /// let plain = MapDeserializer::<_, Error>::new(input.into_iter());
    /// let plain = HashMap::<String, String>::deserialize(plain)?;
    /// let user = ctx.try_build::<User>(|t| {
    ///     Ok(User { name: t.strdup(&plain["name"])?, shell: t.strdup(&plain["shell"])? })
    /// })?;
    /// assert_eq!(user.get().shell, "/bin/sh");
    /// # assert_eq!(user.get().name, "anna");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn deserialize<'p, 'de, H, D>(&'p self, deserializer: D) -> Result<H, D::Error>
    where
        H: DeserializeIn<'p, 'de>,
        D: Deserializer<'de>,
    {
        H::deserialize_in(self, deserializer)
    }

    /// This context as a [`DeserializeSeed`], for a `Visitor` of your own:
    /// `map.next_value_seed(ctx.seed::<Str<'_>>())`.
    ///
    /// Needs the feature `serde`.
    ///
    /// ```
    /// use serde::de::value::{Error, StrDeserializer};
    /// use serde::de::{DeserializeSeed, IntoDeserializer};
    /// use talloc::{Ctx, Str};
    ///
    /// let ctx = Ctx::new();
    /// let input: StrDeserializer<'_, Error> = "text".into_deserializer();
    /// assert_eq!(ctx.seed::<Str<'_>>().deserialize(input)?, "text");
    /// # Ok::<(), Error>(())
    /// ```
    pub fn seed<H>(&self) -> Seed<'_, H> {
        Seed { ctx: self, _handle: PhantomData }
    }
}

impl<'p, 'de, T: Deserialize<'de>> DeserializeIn<'p, 'de> for TBox<'p, T> {
    fn deserialize_in<D: Deserializer<'de>>(
        ctx: &'p CtxRef,
        deserializer: D,
    ) -> Result<Self, D::Error> {
        let value = T::deserialize(deserializer)?;
        ctx.try_alloc(value).map_err(D::Error::custom)
    }
}

impl<'p, 'de, T: Deserialize<'de>> DeserializeIn<'p, 'de> for TBox<'p, [T]> {
    fn deserialize_in<D: Deserializer<'de>>(
        ctx: &'p CtxRef,
        deserializer: D,
    ) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Elements { ctx, _element: PhantomData })
    }
}

impl<'p, 'de, T: NoDrop + Deserialize<'de>> DeserializeIn<'p, 'de> for Array<'p, T> {
    fn deserialize_in<D: Deserializer<'de>>(
        ctx: &'p CtxRef,
        deserializer: D,
    ) -> Result<Self, D::Error> {
        TBox::<[T]>::deserialize_in(ctx, deserializer).map(Array::from)
    }
}

impl<'p, 'de> DeserializeIn<'p, 'de> for BlobBuf<'p> {
    fn deserialize_in<D: Deserializer<'de>>(
        ctx: &'p CtxRef,
        deserializer: D,
    ) -> Result<Self, D::Error> {
        TBox::<[u8]>::deserialize_in(ctx, deserializer).map(BlobBuf::from)
    }
}

/// By way of a `Vec`, since a list is made in one go.
impl<'p, 'de> DeserializeIn<'p, 'de> for StrList<'p> {
    fn deserialize_in<D: Deserializer<'de>>(
        ctx: &'p CtxRef,
        deserializer: D,
    ) -> Result<Self, D::Error> {
        let texts = Vec::<String>::deserialize(deserializer)?;
        ctx.try_strdup_list(texts.iter().map(String::as_str)).map_err(D::Error::custom)
    }
}

impl<'p, 'de, H: DeserializeIn<'p, 'de>> DeserializeIn<'p, 'de> for Option<H> {
    fn deserialize_in<D: Deserializer<'de>>(
        ctx: &'p CtxRef,
        deserializer: D,
    ) -> Result<Self, D::Error> {
        deserializer.deserialize_option(Optional(ctx.seed()))
    }
}

/// Texts, by what makes one of a `&str`.
macro_rules! texts {
    ($($(#[$cfg:meta])* $handle:ty = $make:expr;)*) => {$(
        $(#[$cfg])*
        impl<'p, 'de> DeserializeIn<'p, 'de> for $handle {
            fn deserialize_in<D: Deserializer<'de>>(
                ctx: &'p CtxRef,
                deserializer: D,
            ) -> Result<Self, D::Error> {
                deserializer.deserialize_str(Text(|text: &str| $make(ctx, text)))
            }
        }
    )*};
}

texts! {
    Str<'p> = CtxRef::try_strdup;
    TBox<'p, str> = CtxRef::try_alloc_str;
    TString<'p> = |ctx, text: &str| TString::try_from_str_in(text, ctx);
    #[cfg(feature = "zeroize")]
    crate::integrations::secret::SecretStr<'p> = CtxRef::try_strdup_secret;
    #[cfg(feature = "zeroize")]
    crate::integrations::secret::SecretString<'p> =
        |ctx, text: &str| crate::integrations::secret::SecretString::try_from_str_in(text, ctx);
}

/// Makes something of a text.
pub(crate) struct Text<M>(pub(crate) M);

impl<H, M: FnOnce(&str) -> Result<H, Error>> Visitor<'_> for Text<M> {
    type Value = H;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: ::serde::de::Error>(self, text: &str) -> Result<H, E> {
        (self.0)(text).map_err(E::custom)
    }
}

struct Elements<'p, T> {
    ctx: &'p CtxRef,
    _element: PhantomData<T>,
}

impl<'p, 'de, T: Deserialize<'de>> Visitor<'de> for Elements<'p, T> {
    type Value = TBox<'p, [T]>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        // The input may promise more elements than it has.
        const ROOM: usize = 1 << 20;
        let room = elements.size_hint().unwrap_or(0).min(ROOM / size_of::<T>().max(1));
        let array = ArrayBuilder::new(self.ctx, room, Name::of::<[T]>());
        let mut array = array.map_err(A::Error::custom)?;
        while let Some(element) = elements.next_element()? {
            array.try_push(element, || 0).map_err(A::Error::custom)?;
        }
        array.finish_cut(self.ctx).map_err(A::Error::custom)
    }
}

struct Optional<'p, H>(Seed<'p, H>);

impl<'p, 'de, H: DeserializeIn<'p, 'de>> Visitor<'de> for Optional<'p, H> {
    type Value = Option<H>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or nothing")
    }

    fn visit_none<E>(self) -> Result<Option<H>, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Option<H>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<H>, D::Error> {
        self.0.deserialize(deserializer).map(Some)
    }
}
