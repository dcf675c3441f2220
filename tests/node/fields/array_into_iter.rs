//! Arrays that are taken apart.

use talloc::{Array, Error, Str};
use talloc_tests::check_tree;

talloc::node! { struct Words<'t> { all: Array<'t, Str<'t>> } }

#[test]
fn an_array_of_no_elements_is_made_alone() -> Result<(), Error> {
    check_tree(|root| {
        let mut words = root.try_build::<Words>(|t| Ok(Words { all: Array::try_new_in(t)? }))?;
        assert_eq!(root.total_blocks(), 3);
        words.with_mut(|t, words| words.all.push(t.strdup_c(c"one")));
        assert_eq!((words.get().all.len(), root.total_blocks()), (1, 4));
        assert_eq!(words.get().all[0], "one");
        Ok(())
    })
}

#[test]
fn what_is_not_returned_stays_with_the_node() {
    check_tree(|root| {
        let mut words = root.build::<Words>(|t| Words {
            all: t.alloc_slice_from_iter([c"a", c"b", c"c"].map(|word| t.strdup_c(word))).into(),
        });
        assert_eq!(root.total_blocks(), 6);
        words.with_mut(|t, words| {
            let mut all = std::mem::replace(&mut words.all, Array::new_in(t)).into_iter();
            assert_eq!((all.len(), root.total_blocks()), (3, 7));
            let first = all.next().expect("the first");
            assert_eq!((first.as_str(), all.size_hint()), ("a", (2, Some(2))));
            drop(all);
            assert_eq!(root.total_blocks(), 6);
            first.free();
            assert_eq!(root.total_blocks(), 5);
        });
        drop(words);
        assert_eq!(root.total_blocks(), 1);
    });
}

#[test]
fn every_element_is_returned_once() {
    check_tree(|root| {
        let mut one = root.build::<Words>(|t| Words {
            all: t.alloc_slice_from_iter([c"a", c"bc"].map(|word| t.strdup_c(word))).into(),
        });
        let mut two = root.build::<Words>(|t| Words { all: Array::new_in(t) });
        one.with_mut(|t, one| {
            let words = std::mem::replace(&mut one.all, Array::new_in(t)).into_iter();
            two.with_mut(|t, two| two.all.extend(words.map(|word| word.steal(t))));
        });
        drop(one);
        let words: Vec<_> = two.get().all.iter().map(Str::as_str).collect();
        assert_eq!(words, ["a", "bc"]);
        let mut all = Vec::new();
        two.with_mut(|t, two| {
            let mut words = std::mem::replace(&mut two.all, Array::new_in(t)).into_iter();
            all.extend(words.by_ref().map(|word| word.as_str().len()));
            assert!(words.next().is_none());
        });
        assert_eq!(all, [1, 2]);
    });
}

#[test]
fn what_was_returned_is_not_shown() {
    check_tree(|root| {
        let mut words = root.build::<Words>(|t| Words {
            all: t.alloc_slice_from_iter([c"a", c"b", c"c"].map(|word| t.strdup_c(word))).into(),
        });
        words.with_mut(|t, words| {
            let mut all = std::mem::replace(&mut words.all, Array::new_in(t)).into_iter();
            all.next().expect("the first").free();
            assert_eq!(format!("{all:?}"), "ArrayIntoIter { left: 2, .. }");
        });
    });
}
