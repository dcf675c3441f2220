//! Samba's habits with lists of strings and with blobs: the same done by C and by Rust.

use core::ffi::{CStr, c_char, c_int};

use talloc::{Blob, BlobBuf, CStrRef, CtxRef, Error, Node, StrList, TBox};
use talloc_tests::check_tree;

type List = *mut *mut c_char;

unsafe extern "C" {
    fn tt_list_make(ctx: &CtxRef, text: CStrRef<'_>, separators: CStrRef<'_>) -> List;
    fn tt_list_add(list: List, text: CStrRef<'_>) -> List;
    fn tt_list_append(list: List, others: List) -> List;
    fn tt_list_remove(list: List, text: CStrRef<'_>);
    fn tt_list_equal(a: List, b: List) -> bool;
    fn tt_list_join(ctx: &CtxRef, list: List, separator: c_char) -> *mut c_char;
    fn tt_blob_make(ctx: &CtxRef, bytes: *const u8, length: usize) -> Blob<'static>;
    fn tt_blob_append(ctx: &CtxRef, blob: &mut Blob<'_>, bytes: *const u8, length: usize) -> bool;
    fn tt_blob_pad(ctx: &CtxRef, blob: &mut Blob<'_>, multiple: usize) -> bool;
    fn tt_blob_cmp(a: Blob<'_>, b: Blob<'_>) -> c_int;
}

const TEXTS: [&CStr; 4] = [c"anna, bob;carl\tanna", c"", c" ,; ", c"one"];

/// What C makes of a list, as a pointer that C owns.
fn by_c(root: &CtxRef, text: &CStr) -> List {
    // SAFETY: all live for the call.
    unsafe { tt_list_make(root, text.into(), c" \t,;".into()) }
}

/// The list of C and that of Rust have the same strings, and C says so, too.
#[track_caller]
fn assert_same(c: List, rust: &StrList<'_>) {
    // SAFETY: both are lists.
    assert!(unsafe { tt_list_equal(c, rust.as_ptr()) });
    // SAFETY: a list with strings below it; it stays C's.
    let c = unsafe { StrList::from_raw(c) }.unwrap();
    assert_eq!(c, *rust);
    let _ = c.into_raw();
}

#[track_caller]
fn free(list: List) {
    // SAFETY: nobody else has it.
    unsafe { StrList::from_raw(list) }.unwrap().free();
}

#[test]
fn lists() -> Result<(), Error> {
    check_tree(|root| {
        for text in TEXTS {
            // str_list_make
            let mut c = by_c(root, text);
            let mut rust = root.strdup_split(text.to_str().unwrap(), " \t,;")?;
            assert_same(c, &rust);
            // str_list_add, str_list_add_printf
            // SAFETY: a list, which may move.
            c = unsafe { tt_list_add(c, c"dora 4".into()) };
            rust.push(&format!("dora {}", 4))?;
            assert_same(c, &rust);
            // str_list_append
            let more = root.strdup_list(["eve", "anna"])?;
            // SAFETY: lists; the first may move.
            c = unsafe { tt_list_append(c, more.as_ptr()) };
            rust.extend(more.iter().map(|text| text.to_str().unwrap()))?;
            assert_same(c, &rust);
            // str_list_remove: the first of that name, if there is one. Rust frees its text, too.
            for name in [c"anna", c"nobody"] {
                // SAFETY: a list.
                unsafe { tt_list_remove(c, name.into()) };
                if let Some(at) = rust.iter().position(|text| text == name) {
                    rust.remove(at).free();
                }
                assert_same(c, &rust);
            }
            // str_list_length, str_list_check
            assert!(rust.len() >= 2 && rust.contains("eve") && !rust.contains("nobody"));
            // str_list_copy
            let copy = root.strdup_list(rust.iter().map(|text| text.to_str().unwrap()))?;
            assert_same(c, &copy);
            // str_list_join
            // SAFETY: a list.
            let joined = unsafe { tt_list_join(root, c, b'+' as c_char) };
            // SAFETY: 1. a string below the root. 2. C has left it to us.
            let joined: TBox<'_, str> = unsafe { TBox::from_raw_c_str(joined) }?;
            let texts: Vec<_> = rust.iter().map(|text| text.to_str().unwrap()).collect();
            assert_eq!(*joined, *root.alloc_str(&texts.join("+")));
            drop(joined);
            free(c);
            for list in [rust, copy, more] {
                list.free();
            }
        }
        Ok(())
    })
}

#[test]
fn a_list_without_what_occurs_twice() -> Result<(), Error> {
    check_tree(|root| {
        // str_list_unique: the first of each stays in its place.
        let mut list = root.strdup_list(["b", "a", "b", "c", "a"])?;
        let mut seen = std::collections::HashSet::new();
        list.retain(|text| seen.insert(text.to_owned()));
        assert_eq!(list, ["b", "a", "c"]);
        assert_eq!(root.total_blocks(), 5);
        list.free();
        Ok(())
    })
}

talloc::node! {
    #[repr(C)]
    struct Packet<'t> {
        body: BlobBuf<'t>,
    }
}

fn packet<'c>(root: &'c CtxRef, bytes: &[u8]) -> Node<'c, Packet<'c>> {
    root.build::<Packet>(|t| Packet { body: t.alloc_blob(bytes) })
}

#[test]
fn blobs() {
    check_tree(|root| {
        for bytes in [&b""[..], b"abc", b"12345678"] {
            // data_blob_talloc
            // SAFETY: the bytes are readable.
            let mut c = unsafe { tt_blob_make(root, bytes.as_ptr(), bytes.len()) };
            let mut rust = packet(root, bytes);
            assert_eq!(rust.get().body, *c.as_slice());
            // data_blob_append
            // SAFETY: a blob on the root, or empty; the bytes are readable.
            assert!(unsafe { tt_blob_append(root, &mut c, b"tail".as_ptr(), 4) });
            rust.with_mut(|t, packet| packet.body.extend_from_slice(t, b"tail"));
            assert_eq!(rust.get().body, *c.as_slice());
            // data_blob_pad
            // SAFETY: as above.
            assert!(unsafe { tt_blob_pad(root, &mut c, 8) });
            rust.with_mut(|t, packet| {
                let length = packet.body.len();
                let missing = length.next_multiple_of(8) - length;
                packet.body.extend_from_slice(t, &[0; 7][..missing]);
            });
            assert_eq!((&*rust.get().body, c.as_slice().len() % 8), (c.as_slice(), 0));
            // data_blob_realloc to less, data_blob_free
            rust.with_mut(|_, packet| packet.body.truncate(2));
            assert_eq!(rust.get().body, c.as_slice()[..2]);
            rust.with_mut(|_, packet| packet.body.clear());
            assert_eq!((rust.get().body.len(), rust.as_ctx().total_blocks()), (0, 1));
            // SAFETY: 1. it is C's, and nobody else has it.
            drop(unsafe { root.adopt_blob(c) }.unwrap());
        }
    });
}

#[test]
fn blobs_in_order() {
    // data_blob_const, data_blob_string_const, data_blob_cmp
    let all = [&b""[..], b"a", b"a\0", b"ab", b"b", c"b".to_bytes_with_nul()];
    for a in all {
        for b in all {
            let (lent, other) = (Blob::from(a), Blob::from(b));
            // SAFETY: both are readable.
            let order = unsafe { tt_blob_cmp(lent, other) };
            assert_eq!(order.cmp(&0), lent.as_slice().cmp(other.as_slice()), "{a:?} {b:?}");
        }
    }
}
