//! The handles that the machine has, without the lifetimes that a compiler would check. (The
//! machine ends a handle before it uses the one that this borrows from.)

use core::mem::{self, MaybeUninit};

use talloc::{
    Array, BlobBuf, Ctx, CtxRef, Guarded, Node, OnFree, SecretBytes, SecretStr, SecretString,
    Shared, SharedNode, Str, StrList, TBox, TString, Tree as Moving,
};

use super::moving::Job;
use super::nodes::{Choice, Labelled, Leaf, Made, Outer, Pair, Record, at, check_list};
use super::tree::{Id, Tree};
use super::values::{Large, Value};

/// A handle, or C's pointer.
pub(crate) enum Handle {
    Ctx(Ctx<'static>),
    Number(TBox<'static, u64>),
    Unit(TBox<'static, ()>),
    Room(TBox<'static, MaybeUninit<u64>>),
    Value(TBox<'static, Value>),
    Large(TBox<'static, Large>),
    Values(TBox<'static, [Value]>),
    Numbers(TBox<'static, [u32]>),
    Text(TBox<'static, str>),
    String(TString<'static>),
    Str(Str<'static>),
    List(StrList<'static>),
    Array(Array<'static, u32>),
    Blob(BlobBuf<'static>),
    Guarded(Guarded<'static, Value>),
    Shared(Shared<'static, Value>),
    SharedNode(SharedNode<'static, Leaf<'static>>),
    Leaf(Node<'static, Leaf<'static>>),
    Pair(Node<'static, Pair<'static>>),
    Choice(Node<'static, Choice<'static>>),
    Labelled(Node<'static, Labelled<'static, Value>>),
    Record(Node<'static, Record<'static>>),
    Outer(Node<'static, Outer<'static>>),
    OnFree(OnFree<'static, Box<dyn FnOnce()>>),
    SecretBytes(SecretBytes<'static>),
    SecretString(SecretString<'static>),
    SecretStr(SecretStr<'static>),
    Tree(Moving<Job<'static>>),
    Raw(Raw),
}

/// What C has the pointer of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Raw {
    Ctx,
    Number,
    Value,
    Numbers,
    Text,
    Str,
    List,
    Array,
    Blob,
    Guarded,
    SecretStr,
    Leaf,
    Pair,
    Choice,
    Labelled,
    Record,
    Outer,
    Tree,
    /// For good.
    C,
}

/// The same expression for all boxes, or all nodes.
macro_rules! each {
    (box $handle:ident in $value:expr => $body:expr, $($others:tt)*) => {
        match $value {
            Handle::Number($handle) => $body,
            Handle::Unit($handle) => $body,
            Handle::Room($handle) => $body,
            Handle::Value($handle) => $body,
            Handle::Large($handle) => $body,
            Handle::Values($handle) => $body,
            Handle::Numbers($handle) => $body,
            Handle::Text($handle) => $body,
            $($others)*
        }
    };
    (node $handle:ident in $value:expr => $body:expr, $($others:tt)*) => {
        match $value {
            Handle::Leaf($handle) => $body,
            Handle::Pair($handle) => $body,
            Handle::Choice($handle) => $body,
            Handle::Labelled($handle) => $body,
            Handle::Record($handle) => $body,
            Handle::Outer($handle) => $body,
            $($others)*
        }
    };
}
pub(crate) use each;

impl Handle {
    pub(crate) fn is_node(&self) -> bool {
        each!(node _node in self => true, _ => false)
    }

    pub(crate) fn is_raw(&self) -> bool {
        matches!(self, Handle::Raw(_))
    }

    pub(crate) fn is_box(&self) -> bool {
        each!(box _value in self => true, _ => false)
    }

    /// The context that it is.
    pub(crate) fn as_ctx(&self) -> Option<&CtxRef> {
        use talloc::AsCtx;
        let ctx = each!(box value in self => value.as_ctx(), other => {
            each!(node node in other => node.as_ctx(),
                Handle::Ctx(ctx) => ctx.as_ctx(),
                Handle::String(text) => text.as_ctx(),
                Handle::Str(text) => text.as_ctx(),
                Handle::List(list) => list.as_ctx(),
                Handle::Array(array) => array.as_ctx(),
                Handle::Guarded(value) => value.as_ctx(),
                _ => return None,
            )
        });
        Some(ctx)
    }

    /// Where its chunk is, if it tells.
    pub(crate) fn address(&self) -> Option<usize> {
        let address = match self {
            Handle::Blob(blob) => blob.as_ptr().addr(),
            Handle::SecretBytes(bytes) => bytes.as_ptr().addr(),
            Handle::SecretStr(text) => text.as_ptr().addr(),
            Handle::Tree(tree) => tree.as_ptr().addr(),
            other => other.as_ctx()?.as_ptr().addr(),
        };
        Some(address)
    }

    /// Drops the handle, and frees what it owns, in the model as well.
    pub(crate) fn end(self, id: Id, tree: &mut Tree) {
        let (owns, is_box) = match &self {
            // They go with their parents.
            Handle::Str(_) | Handle::List(_) | Handle::Array(_) | Handle::Blob(_) => (false, false),
            Handle::SecretStr(_) | Handle::OnFree(_) | Handle::Raw(_) => (false, false),
            Handle::String(_) => (true, true),
            other => (true, other.is_box()),
        };
        drop(self);
        match (owns, is_box) {
            (true, true) => _ = tree.free_with_values(id),
            (true, false) => _ = tree.free(id),
            _ => {}
        }
    }

    /// Forgets the handle.
    pub(crate) fn forget(self) {
        mem::forget(self);
    }

    /// Asserts that it leads to what the model has.
    pub(crate) fn check(&self, tree: &Tree, id: Id) {
        let chunk = &tree[id];
        if let Some(address) = self.address() {
            assert_eq!(chunk.address, Some(address), "the address of handle {id}");
        }
        match self {
            Handle::Number(number) => assert_eq!(number.to_ne_bytes(), chunk.bytes[..]),
            Handle::Value(value) => check_value(value, &chunk.values),
            Handle::Large(large) => check_value(&large.value, &chunk.values),
            Handle::Values(values) => {
                assert_eq!(values.len(), chunk.values.len(), "the length of array {id}");
                values.iter().zip(&chunk.values).for_each(|(value, number)| {
                    check_value(value, &[*number]);
                });
            }
            Handle::Numbers(numbers) => assert_eq!(size_of_val(&**numbers), chunk.bytes.len()),
            Handle::Text(text) => assert_eq!([text.as_bytes(), b"\0"].concat(), chunk.bytes),
            Handle::String(text) => {
                assert_eq!([text.as_bytes(), b"\0"].concat(), chunk.bytes);
                assert_eq!(text.capacity() + 1, chunk.size, "the capacity of string {id}");
            }
            Handle::Str(text) => assert_eq!(text.to_bytes_with_nul(), chunk.bytes),
            Handle::List(list) => check_list(list, tree, id),
            Handle::Array(array) => assert_eq!(size_of_val(&**array), chunk.bytes.len()),
            Handle::Blob(blob) => assert_eq!(**blob, chunk.bytes[..]),
            Handle::Guarded(value) => check_value(value, &chunk.values[..1]),
            Handle::Shared(share) => {
                let object = chunk.shares.expect("a share");
                at(tree, Some(object), Some(Shared::as_ptr(share)));
                check_value(share, &tree[object].values);
                assert_eq!(Shared::owners(share), owners(tree, object));
            }
            Handle::SharedNode(share) => {
                let object = chunk.shares.expect("a share");
                at(tree, Some(object), Some(share.as_ptr()));
                Leaf::check(share.get(), tree, object);
                assert_eq!(share.owners(), owners(tree, object));
            }
            Handle::Leaf(node) => Leaf::check(node.get(), tree, id),
            Handle::Pair(node) => Pair::check(node.get(), tree, id),
            Handle::Choice(node) => Choice::check(node.get(), tree, id),
            Handle::Labelled(node) => Labelled::check(node.get(), tree, id),
            Handle::Record(node) => Record::check(node.get(), tree, id),
            Handle::Outer(node) => Outer::check(node.get(), tree, id),
            Handle::SecretBytes(secret) => assert_eq!(secret.expose(), chunk.bytes),
            Handle::SecretString(secret) => assert_eq!(secret.expose().as_bytes(), chunk.bytes),
            Handle::SecretStr(secret) => {
                assert_eq!(secret.expose().to_bytes_with_nul(), chunk.bytes);
            }
            Handle::Tree(job) => job.with(|job| job.check(tree, id)),
            Handle::Ctx(ctx) => assert_eq!(ctx.size(), 0),
            Handle::Unit(_) | Handle::Room(_) | Handle::OnFree(_) | Handle::Raw(_) => {}
        }
    }
}

fn check_value(value: &Value, numbers: &[u64]) {
    assert!(value.is_whole() && numbers == [value.number], "{numbers:?}, not {}", value.number);
}

/// The shares of an object, and C's references to it.
pub(crate) fn owners(tree: &Tree, object: Id) -> usize {
    tree.shares(object).len() + tree[object].reference_count()
}
