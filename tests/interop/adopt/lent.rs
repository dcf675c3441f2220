//! M3: lists that C only lends.

use core::ffi::{c_char, c_int, c_uint};
use core::ptr;

use talloc::{Array, CStrRef, CtxRef, Items, StrListRef};
use talloc_tests::check_tree;

use crate::shared::{OK, Point, find};

// Each as C has it.
unsafe extern "C" {
    safe fn tt_lent_words(how_many: c_int) -> Option<StrListRef<'static>>;
    fn tt_lent_with_count(count: *mut usize) -> Option<Items<'static, CStrRef<'static>>>;
    fn tt_hosts_of(user: *mut crate::shared::User<'_>) -> *const *const c_char;
    safe fn tt_sum(words: Option<StrListRef<'_>>) -> usize;
    fn tt_lent_points<'c>(
        ctx: &'c CtxRef,
        count: *mut c_uint,
    ) -> Option<Items<'c, Option<&'c Point>>>;
}

#[test]
fn m3_a_list_up_to_null_is_read_without_a_loop() {
    assert_eq!(size_of::<Option<StrListRef<'_>>>(), size_of::<*const c_char>());
    let words = tt_lent_words(3).expect("not NULL");
    let texts: Vec<&str> = words.iter().map(CStrRef::as_str).collect();
    assert_eq!(texts, ["to", "be", "or"]);
    assert_eq!((words.as_slice().len(), words.as_slice()[1].as_str()), (3, "be"));
    assert_eq!(format!("{words:?}"), r#"["to", "be", "or"]"#);
    assert!(words.into_iter().rev().map(CStrRef::as_str).eq(["or", "be", "to"]));
    assert!(tt_lent_words(0).expect("not NULL").as_slice().is_empty());
    assert!(tt_lent_words(-1).is_none());
    // NULL has none either.
    assert_eq!(tt_lent_words(-1).into_iter().flatten().count(), 0);
    // SAFETY: null is allowed.
    assert!(unsafe { StrListRef::from_ptr(ptr::null()) }.is_none());
}

#[test]
fn m3_a_list_with_a_count_is_read_without_a_loop() {
    let mut count = 0;
    // SAFETY: the count is writable.
    let words = unsafe { tt_lent_with_count(&mut count) };
    // SAFETY: 1. so many are there.
    let words = unsafe { Items::slice_of(&words, count) };
    assert!(words.iter().map(|word| word.as_str()).eq(["to", "be", "or"]));
}

#[test]
fn m3_a_list_of_another_object_is_lent_as_long_as_that() {
    check_tree(|root| {
        let user = find(root, OK).expect("found");
        // SAFETY: live; 1., 2. its list, which stays as it is while the user is borrowed.
        let hosts = unsafe { StrListRef::from_ptr(tt_hosts_of(user.as_ptr())) }.expect("hosts");
        let own = user.get().hosts.as_ref().expect("hosts");
        assert_eq!(hosts, StrListRef::from(own));
        assert!(hosts.iter().map(CStrRef::as_c_str).eq(own));
        assert_eq!(hosts.as_ptr(), own.as_ptr().cast_const().cast());
    });
}

#[test]
fn m3_c_reads_a_list_of_rust() {
    check_tree(|root| {
        let list = root.strdup_list(["alpha", "beta"]).expect("no NUL");
        assert_eq!((tt_sum(Some((&list).into())), tt_sum(None)), (9, usize::MAX));
        let empty = root.strdup_list([]).expect("no NUL");
        assert_eq!(tt_sum(Some(StrListRef::from(&empty))), 0);
        assert_ne!(StrListRef::from(&empty), StrListRef::from(&list));
        list.free();
        empty.free();
    });
}

#[test]
fn m3_a_lent_list_is_copied_whatever_its_encoding() {
    check_tree(|root| {
        let words = tt_lent_words(3).expect("not NULL");
        let mut copy = root.strdup_list_c(words.iter().map(CStrRef::as_c_str));
        copy.push("not").expect("no NUL");
        assert_eq!(copy, ["to", "be", "or", "not"]);
        let latin1 = root.strdup_list_c([c"gr\xfc\xdfe"]);
        assert_eq!(latin1.first().map(|text| text.to_bytes()), Some(&b"gr\xfc\xdfe"[..]));
        assert_eq!(root.total_blocks(), 1 + 5 + 2);
        copy.free();
        latin1.free();
    });
}

#[test]
fn m3_pointers_with_a_count() {
    check_tree(|root| {
        let mut count = 0;
        // SAFETY: the count is writable.
        let points = unsafe { tt_lent_points(root, &mut count) };
        // SAFETY: 1. so many are there.
        let found = unsafe { Items::slice_of(&points, count as usize) };
        assert_eq!(found.len(), 3);
        let sum: i32 = found.iter().flatten().map(|point| point.x + point.y).sum();
        assert_eq!(sum, 22);
        let array = points.as_ref().expect("points").as_ptr().cast_mut();
        // SAFETY: 1 to 6. C made the array on the root; nothing else uses it any more.
        let array: Array<'_, Option<&Point>> = unsafe { root.adopt(array) }.expect("an array");
        array.free();
    });
}
