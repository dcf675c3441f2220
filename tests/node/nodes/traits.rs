//! Nodes compare, print and hash as their structs do.

use std::collections::{BTreeSet, HashSet};
use std::fmt;

use talloc::node::Kept;
use talloc::{CtxRef, Node, Str};
use talloc_tests::check_tree;

talloc::node! {
    #[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    struct Version<'t> {
        name: Str<'t>,
        number: u32,
    }
}

impl fmt::Display for Version<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.number)
    }
}

impl std::error::Error for Version<'_> {}

fn version<'c>(ctx: &'c CtxRef, name: &str, number: u32) -> Node<'c, Version<'c>> {
    ctx.try_build(|t| Ok(Version { name: t.strdup(name)?, number })).expect("no NUL")
}

fn all_traits<T: fmt::Debug + fmt::Display + std::error::Error + Ord + std::hash::Hash>(_: &T) {}

#[test]
fn as_the_struct() {
    check_tree(|root| {
        let one = version(root, "one", 1);
        all_traits(&one);
        assert_eq!(one, version(root, "one", 1));
        assert!(one < version(root, "one", 2));
        assert_eq!(one.to_string(), "one 1");
        assert_eq!(format!("{one:?}"), r#"Version { name: "one", number: 1 }"#);
        let set: HashSet<_> = [version(root, "two", 2), version(root, "two", 2)].into();
        assert_eq!((set.len(), set.contains(&version(root, "two", 2))), (1, true));
    });
}

#[test]
fn kept_nodes_in_a_field() {
    talloc::node! {
        #[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        struct All<'t> { versions: BTreeSet<Kept<'t, Version<'static>>> }
    }
    check_tree(|root| {
        let all = |numbers: [u32; 2]| {
            root.build::<All>(|t| All {
                versions: numbers.into_iter().map(|n| version(t, "v", n).keep()).collect(),
            })
        };
        let (a, b) = (all([2, 1]), all([1, 2]));
        assert_eq!(a, b);
        let first = a.get().versions.first().expect("two versions");
        all_traits(first);
        assert_eq!(first.to_string(), "v 1");
    });
}
