//! Nodes with type parameters.

use std::collections::BTreeMap;
use std::fmt;

use talloc::node::{self, Family};
use talloc::{CtxRef, Error, Kept, Node, Str};
use talloc_tests::{Counts, check_tree};

talloc::node! {
    #[derive(Debug)]
    struct Named<'t, T> {
        name: Str<'t>,
        value: T,
    }
}

talloc::node! {
    /// Bounds as users write them: paths, arguments, several, defaults.
    struct Bounded<
        't,
        T: fmt::Debug + Iterator<Item = Vec<Option<u8>>>,
        U: Clone + std::default::Default + From<Vec<u8>>,
        F: Fn(&str) -> usize = fn(&str) -> usize,
        V: AsRef<Vec<u8>>= Vec<u8>,
        const N: usize = 4,
        const M: i8 = -1,
    > {
        name: Str<'t>,
        values: T,
        other: U,
        measure: F,
        vector: V,
        bytes: [u8; N],
    }
}

talloc::node! {
    struct Bordered<'t, T>
    where
        T: 'static + fmt::Display + PartialOrd<i32>,
    {
        inner: Option<Kept<'t, Named<'static, T>>>,
        least: T,
    }
}

talloc::node! { struct Tuple<'t, T>(&'t str, T) where T: Into<u64>; }
talloc::node! { enum Either<'t, A, B: Into<Vec<A>>> { Left(A), Right(B), Text(Str<'t>) } }
talloc::node! { struct Owned<T: Ord> { values: BTreeMap<T, T> } }
talloc::node! {
    #[repr(C)]
    struct ForC<'t, T> as c"struct for_c" where T: Copy { text: Str<'t>, value: T }
}

/// Code that is generic over the value.
fn named<'c, T: 'static>(
    ctx: &'c CtxRef,
    name: &str,
    value: T,
) -> Result<Node<'c, Named<'c, T>>, Error> {
    ctx.try_build(|t| Ok(Named { name: t.strdup(name)?, value }))
}

/// Code that is generic over the family.
fn twice<'c, F: Family>(
    ctx: &'c CtxRef,
    make: impl for<'t> Fn(&'t CtxRef) -> F::Of<'t>,
) -> [node::Node<'c, F>; 2] {
    [ctx.build(&make), ctx.build(&make)]
}

trait Blocks {
    fn blocks(&self) -> usize;
}

impl<F: Family> Blocks for node::Node<'_, F> {
    fn blocks(&self) -> usize {
        self.as_ctx().total_blocks()
    }
}

#[test]
fn values_of_any_type() {
    let counts = Counts::new();
    check_tree(|root| {
        let number = named(root, "number", 7).expect("no NUL");
        let text = named(root, "text", String::from("seven")).expect("no NUL");
        assert_eq!((number.get().value, &*text.get().value), (7, "seven"));
        assert_eq!(number.get().name, "number");
        assert_eq!(number.blocks(), 2);

        // Dropped with the handle, or with the parent.
        drop(named(root, "handle", counts.value()).expect("no NUL"));
        assert_eq!(counts.alive(), 0);
        let child = root.new_child();
        let kept = named(&child, "kept", counts.value()).expect("no NUL").keep();
        assert!(kept.get().value.is_alive());
        drop(child);
    });
    counts.assert_all_dropped(2);
}

#[test]
fn bounds_as_users_write_them() {
    check_tree(|root| {
        let mut node = root
            .try_build::<Bounded<std::vec::IntoIter<_>, Vec<u8>>>(|t| {
                Ok(Bounded {
                    name: t.strdup("b")?,
                    values: vec![vec![Some(1_u8)]].into_iter(),
                    other: vec![2],
                    measure: str::len,
                    vector: vec![],
                    bytes: [0; 4],
                })
            })
            .expect("no NUL");
        let next = node.with_mut(|_, node| node.values.next());
        assert_eq!(next, Some(vec![Some(1)]));
        let node = node.get();
        assert_eq!((node.measure)(node.name.to_str().expect("UTF-8")), 1);
        assert_eq!((&*node.other, node.bytes, node.vector.len()), (&[2_u8][..], [0; 4], 0));

        let bordered = root
            .try_build::<Bordered<i32>>(|t| {
                let inner = t.try_build(|t| Ok(Named { name: t.strdup("inner")?, value: 5 }))?;
                Ok(Bordered { inner: Some(inner.keep()), least: 3 })
            })
            .expect("no NUL");
        let inner = bordered.get().inner.as_ref().expect("an inner one");
        assert!(inner.get().value > bordered.get().least);

        let tuple = root.build::<Tuple<u32>>(|t| Tuple(talloc::TBox::leak(t.alloc_str("x")), 9));
        assert_eq!((tuple.get().0, tuple.get().1.into()), ("x", 9_u64));

        let either = root.build::<Either<u8, [u8; 2]>>(|_| Either::Right([1, 2]));
        assert!(matches!(either.get(), Either::Right([1, 2])));
        let either = root.build::<Either<u8, [u8; 2]>>(|t| Either::Text(t.strdup_c(c"t")));
        assert!(matches!(either.get(), Either::Text(text) if text == "t"));
        let either = root.build::<Either<u8, [u8; 2]>>(|_| Either::Left(3));
        assert!(matches!(either.get(), Either::Left(3)));

        let owned = root.build::<Owned<u8>>(|_| Owned { values: [(1, 2)].into() });
        assert_eq!(owned.get().values[&1], 2);
    });
}

#[test]
fn a_c_name_for_all_arguments() {
    check_tree(|root| {
        let node = root.build::<ForC<u32>>(|t| ForC { text: t.strdup_c(c"x"), value: 1 });
        assert_eq!(node.as_ctx().name(), c"struct for_c");
        assert_eq!((node.get().value, node.get().text.to_bytes()), (1, &b"x"[..]));
    });
}

#[test]
fn code_that_is_generic_over_families() {
    check_tree(|root| {
        let lines = twice::<Named<'_, u8>>(root, |t| Named { name: t.strdup_c(c"line"), value: 1 });
        assert_eq!(lines.iter().map(Blocks::blocks).sum::<usize>(), 4);
        let [first, second] = lines;
        let kept = [first.keep(), second.keep()];
        assert_eq!(
            format!("{kept:?}"),
            r#"[Named { name: "line", value: 1 }, Named { name: "line", value: 1 }]"#
        );
        for kept in kept {
            kept.free();
        }
    });
}
