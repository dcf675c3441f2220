//! Nodes that are one of several things, and contain themselves.

use talloc::{Array, CtxRef, Error, Kept, Node, Str};
use talloc_tests::{Counted, Counts, check_tree};

talloc::node! {
    #[derive(Debug, PartialEq)]
    enum Value<'t> {
        Number(f64),
        Text(Str<'t>),
        List(Array<'t, Kept<'t, Value<'static>>>),
        Member { key: Str<'t>, value: Kept<'t, Value<'static>> },
    }
}

talloc::node! {
    struct Pair<'t>(Str<'t>, Option<Kept<'t, Pair<'static>>>, Counted);
}

talloc::node! { struct Unit; }

fn list<'c>(ctx: &'c CtxRef, texts: &[&str]) -> Result<Node<'c, Value<'c>>, Error> {
    ctx.try_build(|t| {
        let mut values = Vec::new();
        for text in texts {
            values.push(t.try_build(|t| Ok(Value::Text(t.strdup(text)?)))?.keep());
        }
        Ok(Value::List(t.alloc_slice_from_iter(values).into()))
    })
}

#[test]
fn n5_an_enum_that_contains_itself() {
    check_tree(|root| {
        let value = list(root, &["a", "b"]).expect("no NUL");
        let member = root.build::<Value>(|t| Value::Member {
            key: t.strdup_c(c"values"),
            value: value.steal(t).keep(),
        });
        // The member, its key, the list, its array, two texts and their strings.
        assert_eq!(member.as_ctx().total_blocks(), 8);
        let Value::Member { key, value } = member.get() else { panic!("{member:?}") };
        assert_eq!(key, "values");
        let Value::List(values) = value.get() else { panic!("{value:?}") };
        assert!(matches!(values[1].get(), Value::Text(text) if text == "b"));
        let same = list(root, &["a", "b"]).expect("no NUL");
        assert_eq!(*value.get(), *same.get());
    });
}

#[test]
fn a_variant_is_replaced_and_its_parts_are_taken_out() {
    check_tree(|root| {
        let mut value = list(root, &["a", "b", "c"]).expect("no NUL");
        let last = value.with_mut(|t, value| {
            let Value::List(values) = value else { panic!("a list") };
            let last = values.last_mut().expect("three values");
            std::mem::replace(last, t.build(|_| Value::Number(1.0)).keep()).steal(root)
        });
        assert!(matches!(last.get(), Value::Text(text) if text == "c"));
        value.with_mut(|t, value| *value = Value::Text(t.strdup_c(c"text")));
        assert!(matches!(value.get(), Value::Text(text) if text == "text"));
    });
}

#[test]
fn a_tuple_struct_that_contains_itself() {
    let counts = Counts::new();
    check_tree(|root| {
        let mut chain = root.build::<Pair>(|t| Pair(t.strdup_c(c"0"), None, counts.value()));
        for _ in 0..10 {
            chain = root
                .build(|t| Pair(t.strdup_c(c"next"), Some(chain.steal(t).keep()), counts.value()));
        }
        assert_eq!(root.total_blocks(), 1 + 2 * 11);
        let rest = chain.with_mut(|_, chain| chain.1.take().expect("ten more").steal(root));
        drop(chain);
        assert_eq!(rest.get().0, "next");
        assert_eq!(rest.as_ctx().total_blocks(), 2 * 10);
        assert!(rest.get().2.is_alive());
    });
    counts.assert_all_dropped(11);
}

#[test]
fn a_struct_without_fields() {
    check_tree(|root| {
        let unit = root.build::<Unit>(|_| Unit);
        assert_eq!(unit.as_ctx().size(), 0);
        assert_eq!(unit.as_ctx().name(), c"nodes::enums::Unit");
    });
}
