//! What changes a list of strings.

use talloc::{Error, StrList};
use talloc_tests::check_tree;

/// The pointers that the chunk has room for.
fn room(list: &StrList<'_>) -> usize {
    // SAFETY: the chunk is live.
    unsafe { talloc_sys::talloc_get_size(list.as_ptr().cast()) / size_of::<*mut u8>() }
}

#[test]
fn it_behaves_as_a_vector_of_strings() {
    check_tree(|root| {
        let mut list = root.strdup_list([]).expect("no NUL");
        let mut expected: Vec<String> = Vec::new();
        for step in 0..500_usize {
            let text = "x".repeat(step % 7) + &step.to_string();
            let at = step * 31 % (expected.len() + 1);
            match step % 5 {
                0 | 1 => {
                    list.push(&text).expect("no NUL");
                    expected.push(text);
                }
                2 => {
                    list.insert(at, &text).expect("no NUL");
                    expected.insert(at, text);
                }
                3 => {
                    let index = at.min(expected.len() - 1);
                    list.set(index, &text).expect("no NUL");
                    expected[index] = text;
                }
                _ => {
                    let removed = list.remove(at.min(expected.len() - 1));
                    assert_eq!(removed, *expected.remove(at.min(expected.len() - 1)));
                    removed.free();
                }
            }
            let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
            assert_eq!(list, *expected);
            assert_eq!((list.len(), room(&list)), (expected.len(), expected.len() + 1));
            assert_eq!(root.total_blocks(), 2 + expected.len());
        }
        list.sort();
        expected.sort();
        list.retain(|text| text.to_bytes().len() > 3);
        expected.retain(|text| text.len() > 3);
        list.extend(["one", "two"]).expect("no NUL");
        list.extend([]).expect("nothing");
        expected.extend(["one".into(), "two".into()]);
        assert_eq!(list, *expected.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!((list.last(), list.iter().rev().nth(1)), (Some(c"two"), Some(c"one")));
        list.clear();
        assert_eq!((list.is_empty(), room(&list), root.total_blocks()), (true, 1, 2));
        assert_eq!((list.first(), list.last(), list.get(0)), (None, None, None));
        list.free();
    });
}

#[test]
fn a_nul_leaves_it_as_it_was() {
    check_tree(|root| {
        let mut list = root.strdup_list(["a", "b"]).expect("no NUL");
        let nul = Err(Error::InteriorNul { position: 1 });
        assert_eq!(list.push("x\0"), nul);
        assert_eq!(list.insert(0, "x\0"), nul);
        assert_eq!(list.set(0, "x\0"), nul);
        assert_eq!(list.extend(["fine", "fine", "x\0", "fine"]), nul);
        assert_eq!((&list, root.total_blocks()), (&list, 4));
        assert_eq!(list, ["a", "b"]);
        list.free();
    });
}

#[test]
fn what_is_removed_outlives_the_list_where_it_is_stolen() {
    check_tree(|root| {
        let mut list = root.strdup_list(["a", "b"]).expect("no NUL");
        let text = list.remove(0).steal(root);
        list.free();
        assert_eq!((text.to_bytes(), root.total_blocks()), (&b"a"[..], 2));
        text.free();
    });
}

#[test]
#[should_panic(expected = "no string 2 to remove in a list of 2")]
fn a_string_that_is_not_there() {
    check_tree(|root| root.strdup_list(["a", "b"]).expect("no NUL").remove(2).free());
}

#[test]
#[should_panic(expected = "no string 0 in a list of 0")]
fn an_index_behind_the_end() {
    check_tree(|root| root.strdup_list([]).expect("no NUL")[0].to_owned());
}
