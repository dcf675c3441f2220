//! Lists made by splitting text.

use talloc::{Error, StrList};
use talloc_tests::check_tree;

#[test]
fn pieces_without_a_character_are_left_out() {
    check_tree(|root| {
        for (text, separators, pieces) in [
            ("a b", " ", &["a", "b"][..]),
            ("  a,; b\t\n\r c ", StrList::SEPARATORS, &["a", "b", "c"]),
            ("", StrList::SEPARATORS, &[]),
            (" ,;", StrList::SEPARATORS, &[]),
            ("no separators", "", &["no separators"]),
            ("\"quoted text\"", " ", &["\"quoted", "text\""]),
            ("größe→länge", "→", &["größe", "länge"]),
        ] {
            let list = root.strdup_split(text, separators).expect("no NUL");
            assert_eq!(list, *pieces, "{text:?}");
            // SAFETY: the chunk is live.
            let size = unsafe { talloc_sys::talloc_get_size(list.as_ptr().cast()) };
            assert_eq!(size, (pieces.len() + 1) * size_of::<*mut u8>());
            list.free();
        }
        let error = root.strdup_split("a, b\0", ",").expect_err("a NUL");
        assert_eq!(error, Error::InteriorNul { position: 4 });
    });
}
