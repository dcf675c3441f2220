//! Serialising trees; deserialising into them.

use core::fmt;
use core::marker::PhantomData;

use ::serde::de::{DeserializeSeed, Error as _, Visitor};
use ::serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::integrations::serde::{DeserializeIn as _, Text};
use crate::node::Family;
use crate::object::TBox;
use crate::tree::{Array, Kept, Str, StrList, Tree, TreeCtx};

/// As text; bytes that are not UTF-8 are an error.
impl Serialize for Str<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.inner().serialize(serializer)
    }
}

impl<T: Serialize> Serialize for Array<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(serializer)
    }
}

/// As a sequence of texts; bytes that are not UTF-8 are an error.
impl Serialize for StrList<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.inner().serialize(serializer)
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

impl<F: Family> Serialize for Tree<F>
where
    for<'a> F::Of<'a>: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.get().serialize(serializer)
    }
}

/// What can be deserialised into a tree that moves between threads.
///
/// Needs the feature `serde`. Implemented for the fields of [`talloc::tree`](crate::tree), for
/// `&'t str`, and for `Option` of them. Used through [`TreeCtx::deserialize`] and
/// [`TreeCtx::seed`].
pub trait DeserializeIn<'t, 'de>: Sized {
    /// Deserialises a value on the node.
    ///
    /// # Errors
    ///
    /// What the deserialiser returns, or a custom error with the text of an
    /// [`Error`](crate::Error): exhausted memory, or a NUL in a C string. Nothing is left on the node
    /// then.
    fn deserialize_in<D: Deserializer<'de>>(
        t: &TreeCtx<'t>,
        deserializer: D,
    ) -> Result<Self, D::Error>;
}

/// A node and what to deserialise on it: serde's [`DeserializeSeed`].
///
/// Made by [`TreeCtx::seed`]. Needs the feature `serde`.
pub struct Seed<'m, 't, H> {
    ctx: &'m TreeCtx<'t>,
    _handle: PhantomData<fn() -> H>,
}

impl<H> Clone for Seed<'_, '_, H> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<H> Copy for Seed<'_, '_, H> {}

impl<H> fmt::Debug for Seed<'_, '_, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Seed").field(&self.ctx).finish()
    }
}

impl<'t, 'de, H: DeserializeIn<'t, 'de>> DeserializeSeed<'de> for Seed<'_, 't, H> {
    type Value = H;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<H, D::Error> {
        H::deserialize_in(self.ctx, deserializer)
    }
}

/// Deserialising: needs the feature `serde`.
impl<'t> TreeCtx<'t> {
    /// Deserialises a field on this node.
    ///
    /// Needs the feature `serde`.
    ///
    /// # Errors
    ///
    /// What the deserialiser returns, or a custom error with the text of an
    /// [`Error`](crate::Error): exhausted memory, or a NUL in a C string.
    ///
    /// ```
    /// use serde::de::value::{Error, SeqDeserializer};
    /// use talloc::Tree;
    /// use talloc::tree::Array;
    ///
    /// talloc::node! { struct Ports<'t> { all: Array<'t, u16> } }
    ///
    /// let input = SeqDeserializer::<_, Error>::new([80_u16, 443].into_iter());
    /// let ports = Tree::<Ports>::try_build(|t| {
    ///     t.deserialize(input).map(|all| Ports { all }).map_err(|_| talloc::Error::Null)
    /// })?;
    /// assert_eq!(ports.with(|ports| ports.all.to_vec()), [80, 443]);
    /// # Ok::<(), talloc::Error>(())
    /// ```
    pub fn deserialize<'de, H, D>(&self, deserializer: D) -> Result<H, D::Error>
    where
        H: DeserializeIn<'t, 'de>,
        D: Deserializer<'de>,
    {
        H::deserialize_in(self, deserializer)
    }

    /// This node as a [`DeserializeSeed`], for a `Visitor` of your own:
    /// `map.next_value_seed(t.seed::<Str<'_>>())`.
    ///
    /// Needs the feature `serde`.
    pub fn seed<H>(&self) -> Seed<'_, 't, H> {
        Seed { ctx: self, _handle: PhantomData }
    }
}

impl<'t, 'de> DeserializeIn<'t, 'de> for Str<'t> {
    fn deserialize_in<D: Deserializer<'de>>(
        t: &TreeCtx<'t>,
        deserializer: D,
    ) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Text(|text: &str| t.try_strdup(text)))
    }
}

impl<'t, 'de> DeserializeIn<'t, 'de> for &'t str {
    fn deserialize_in<D: Deserializer<'de>>(
        t: &TreeCtx<'t>,
        deserializer: D,
    ) -> Result<Self, D::Error> {
        let text: &mut str = TBox::leak(TBox::<str>::deserialize_in(t.local(), deserializer)?);
        Ok(text)
    }
}

impl<'t, 'de, T: Deserialize<'de>> DeserializeIn<'t, 'de> for Array<'t, T> {
    fn deserialize_in<D: Deserializer<'de>>(
        t: &TreeCtx<'t>,
        deserializer: D,
    ) -> Result<Self, D::Error> {
        t.deserialized_below(deserializer).map(Array::of)
    }
}

/// By way of a `Vec`, since a list is made in one go.
impl<'t, 'de> DeserializeIn<'t, 'de> for StrList<'t> {
    fn deserialize_in<D: Deserializer<'de>>(
        t: &TreeCtx<'t>,
        deserializer: D,
    ) -> Result<Self, D::Error> {
        let texts = Vec::<String>::deserialize(deserializer)?;
        t.try_strdup_list(texts.iter().map(String::as_str)).map_err(D::Error::custom)
    }
}

#[cfg(feature = "zeroize")]
impl<'t, 'de> DeserializeIn<'t, 'de> for crate::tree::SecretStr<'t> {
    fn deserialize_in<D: Deserializer<'de>>(
        t: &TreeCtx<'t>,
        deserializer: D,
    ) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Text(|text: &str| t.try_strdup_secret(text)))
    }
}

impl<'t, 'de, H: DeserializeIn<'t, 'de>> DeserializeIn<'t, 'de> for Option<H> {
    fn deserialize_in<D: Deserializer<'de>>(
        t: &TreeCtx<'t>,
        deserializer: D,
    ) -> Result<Self, D::Error> {
        deserializer.deserialize_option(Optional(t.seed()))
    }
}

struct Optional<'m, 't, H>(Seed<'m, 't, H>);

impl<'t, 'de, H: DeserializeIn<'t, 'de>> Visitor<'de> for Optional<'_, 't, H> {
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
