//! F2, M8: blobs, which C passes by value.

use core::ffi::{c_int, c_uint};

use talloc::{Blob, CtxRef, TBox};
use talloc_tests::{c, check_tree};

use crate::shared::{blob, name, tt_blob_of_string};

unsafe extern "C" {
    fn tt_blob_fill<'c>(ctx: &'c CtxRef, out: &mut Blob<'c>) -> c_int;
    safe fn tt_blob_sum(blob: Blob<'_>) -> c_uint;
}

#[test]
fn f2_blobs_by_value_and_by_pointer() {
    check_tree(|root| {
        let taken = blob(root, b"a\0b", 3);
        assert_eq!((taken.len(), tt_blob_sum(taken)), (3, 97 + 98));
        // SAFETY: a new blob on the root; the copy is not used again.
        let mut taken = unsafe { root.adopt_blob(taken) }.expect("bytes");
        taken[1] = 1;
        assert_eq!(*taken, *b"a\x01b");
        assert_eq!(tt_blob_sum((&*taken).into()), 97 + 98 + 1);

        // Longer than its length: cut.
        for room in [7, 100_000] {
            // SAFETY: as above.
            let cut = unsafe { root.adopt_blob(blob(root, b"longer", room)) }.expect("bytes");
            assert_eq!((&*cut, TBox::as_ctx(&cut).size()), (&b"longer"[..], 6));
            assert_eq!(TBox::as_ctx(&cut).name(), c"uint8_t");
        }

        let mut filled = Blob::EMPTY;
        // SAFETY: C stores a new blob on the root.
        let status = unsafe { tt_blob_fill(root, &mut filled) };
        assert_eq!((status, filled == *b"filled"), (0, true));
        // SAFETY: as above.
        let filled = unsafe { root.adopt_blob(filled) }.expect("bytes");
        // Left to the context, as a field of C.
        let left = Blob::from(filled);
        assert_eq!(
            (tt_blob_sum(left), root.total_blocks()),
            (b"filled".map(c_uint::from).iter().sum(), 3)
        );
        assert_eq!(tt_blob_sum(Blob::EMPTY), 0);
        // SAFETY: C frees it; nobody uses it again.
        assert_eq!(unsafe { c::tt_free(left.as_ptr().cast_mut().cast()) }, 0);
    });
}

#[test]
fn m8_a_blob_that_is_its_own_name_gets_another() {
    check_tree(|root| {
        let text = tt_blob_of_string(root, c"secret".into());
        let chunk = text.as_ptr().cast_mut().cast();
        // SAFETY: the chunk is live.
        assert_eq!(unsafe { talloc_sys::talloc_get_name(chunk) }.cast(), text.as_ptr());
        assert_eq!(name(chunk), "char");
        // SAFETY: a new blob on the root.
        let mut bytes = unsafe { root.adopt_blob(text) }.expect("bytes");
        // The NUL was cut off; nothing reads the bytes as a name.
        assert_eq!(*bytes, *b"secret");
        bytes.fill(b'x');
        assert_eq!(TBox::as_ctx(&bytes).name(), c"uint8_t");
        let mut report = String::new();
        root.report_full(&mut report).expect("a report");
        assert!(!report.contains("xxxx") && report.contains("uint8_t"), "{report}");
    });
}
