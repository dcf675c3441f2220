//! M7: strings and NULs, and what Rust takes over from C.

use core::ffi::{CStr, c_char, c_long};

use talloc::{Ctx, CtxRef, Error, MAX_SIZE, Str, TBox, TString};
use talloc_tests::{c, check_tree, reference, under_valgrind, unlink};

/// The length that C finds, if the chunk is exactly the text and its NUL.
fn c_length(text: *const c_char) -> c_long {
    // SAFETY: the callers pass a live C string.
    unsafe { c::tt_string_length(text) }
}

/// A chunk of bytes as C code could make it.
fn chunk(ctx: &CtxRef, bytes: &[u8]) -> *mut c_char {
    // SAFETY: the context is live, and `bytes` are readable.
    let chunk = unsafe {
        talloc_sys::talloc_memdup(ctx.as_ptr(), c"bytes", bytes.as_ptr().cast(), bytes.len())
    };
    assert!(!chunk.is_null());
    chunk.cast()
}

/// A string as C's `talloc_strdup` makes it.
fn strdup(ctx: &CtxRef, text: &CStr) -> *mut c_char {
    // SAFETY: the context is live and the text ends with NUL.
    let text = unsafe { talloc_sys::talloc_strdup(ctx.as_ptr(), text.as_ptr()) };
    assert!(!text.is_null());
    text
}

#[test]
fn m7_an_interior_nul_is_refused_wherever_it_is() {
    check_tree(|root| {
        for (text, position) in [("\0", 0), ("\0a", 0), ("a\0", 1), ("ab\0cd", 2), ("ö\0\0", 2)] {
            let refused = Error::InteriorNul { position };
            assert_eq!(root.strdup(text).err(), Some(refused.clone()));
            assert_eq!(root.try_strdup(text).err(), Some(refused.clone()));
            assert_eq!(root.strndup(text, 100).err(), Some(refused.clone()));
            assert_eq!(root.strdup_list(["x", text]).err(), Some(refused.clone()));
            assert_eq!(TString::from_str_in(text, root).as_c_str(), Err(refused.clone()));

            let rejected = TString::from_str_in(text, root).into_c_str().unwrap_err();
            assert_eq!(*rejected.error(), refused);
            assert_eq!(rejected.into_inner(), text);

            let rejected = TBox::into_c_str(root.alloc_str(text)).unwrap_err();
            assert_eq!(*rejected.error(), refused);
            assert_eq!(&*rejected.into_inner(), text);
            assert_eq!(root.total_blocks(), 1);
        }
    });
}

#[test]
fn m7_a_message_shows_its_nuls() {
    check_tree(|root| {
        for (text, shown) in [("", c""), ("a\0b\0", c"a?b?"), ("\0", c"?"), ("größer", c"größer")]
        {
            let mut string = TString::with_capacity_in(2000, root);
            string.push_str(text);
            let field = string.into_c_str_lossy();
            assert_eq!((&*field, c_length(field.as_ptr())), (shown, text.len() as c_long));
            field.free();
        }
    });
}

#[test]
fn m7_a_cut_in_front_of_the_nul_is_good() {
    check_tree(|root| {
        let text = root.strndup("ab\0cd", 2).expect("no NUL in the part");
        assert_eq!((&*text, c_length(text.as_ptr())), (c"ab", 2));
        text.free();
        // A cut never splits a character.
        for (max, expected) in [(0, ""), (1, "g"), (2, "gr"), (3, "gr"), (4, "grö"), (99, "größer")]
        {
            let text = root.try_strndup("größer", max).expect("no NUL");
            assert_eq!(text, *expected);
            assert_eq!(c_length(text.as_ptr()), expected.len() as c_long);
            text.free();
        }
    });
}

#[test]
fn m7_every_string_for_c_is_the_text_and_a_nul() {
    check_tree(|root| {
        let mut grown = TString::new_in(root);
        (0..100).for_each(|_| grown.push_str("0123456789"));
        let mut cut = TString::from_str_in("to be cut", root);
        cut.truncate(2);
        let texts = [
            root.strdup("").expect("no NUL"),
            root.strdup("text").expect("no NUL"),
            root.strdup_c(c"\xff\xfe"),
            grown.into_c_str().expect("no NUL"),
            cut.into_c_str().expect("no NUL"),
            talloc::format!(root, "{}", 1.5).into_c_str().expect("no NUL"),
            TBox::into_c_str(root.alloc_str("boxed")).expect("no NUL"),
            TBox::into_c_str(TString::new_in(root).into_boxed_str()).expect("no NUL"),
        ];
        let lengths: Vec<c_long> = texts.iter().map(|text| c_length(text.as_ptr())).collect();
        assert_eq!(lengths, [0, 4, 2, 1000, 2, 3, 5, 0]);
        texts.into_iter().for_each(Str::free);
    });
}

#[test]
fn m7_a_string_that_c_made_is_taken_over_without_a_copy() {
    check_tree(|root| {
        for text in [c"", c"text", c"größer"] {
            let raw = strdup(root, text);
            // SAFETY: C left the string to the test.
            let boxed = unsafe { TBox::from_raw_c_str(raw) }.expect("UTF-8");
            assert_eq!(TBox::as_ptr(&boxed).cast::<c_char>(), raw);
            assert_eq!(boxed.as_bytes(), text.to_bytes());
            assert_eq!(TBox::as_ctx(&boxed).name(), c"char");
            // SAFETY: as above.
            let field = unsafe { Str::from_raw(strdup(root, text)) }.expect("not null");
            let boxed = field.into_boxed_str().expect("UTF-8");
            assert_eq!(boxed.as_bytes(), text.to_bytes());
        }
        // SAFETY: null is allowed.
        assert_eq!(unsafe { TBox::from_raw_c_str(core::ptr::null_mut()) }.err(), Some(Error::Null));
        // SAFETY: null is allowed.
        assert_eq!(unsafe { Str::from_raw(core::ptr::null_mut()) }.err(), Some(Error::Null));
    });
}

#[test]
fn m7_a_larger_chunk_is_cut_to_its_text() {
    check_tree(|root| {
        for size in [6, 20, 1000, 5000] {
            let mut bytes = vec![b'x'; size];
            bytes[..6].copy_from_slice(b"text\0y");
            let raw = chunk(root, &bytes);
            // SAFETY: C left the chunk to the test.
            let text = unsafe { TBox::from_raw_c_str(raw) }.expect("UTF-8");
            assert_eq!((&*text, TBox::as_ctx(&text).size()), ("text", 5));
            let mut text = TBox::into_string(text);
            text.push_str(" grows");
            let text = text.into_c_str().expect("no NUL");
            assert_eq!((&*text, c_length(text.as_ptr())), (c"text grows", 10));
            text.free();
        }
    });
}

#[test]
fn m7_a_string_that_was_cut_is_named_char() {
    check_tree(|root| {
        for size in [6, 20, 1000, 5000] {
            let text = std::ffi::CString::new(vec![b's'; size]).expect("no NUL");
            let raw = strdup(root, &text);
            // SAFETY: the string is live and long enough: C cuts it.
            unsafe { raw.add(4).write(0) };
            // SAFETY: C left the string to the test.
            let text = unsafe { TBox::from_raw_c_str(raw) }.expect("UTF-8");
            assert_eq!((&*text, TBox::as_ctx(&text).size()), ("ssss", 5));
            assert_eq!(TBox::as_ctx(&text).name(), c"char", "a string of {size} bytes");
        }
    });
}

#[test]
fn m7_a_chunk_without_nul_and_text_that_is_not_utf_8() {
    check_tree(|root| {
        for bytes in [&b""[..], b"no NUL"] {
            let raw = chunk(root, bytes);
            // SAFETY: the chunk is live and belongs to the test.
            let refused = unsafe { TBox::from_raw_c_str(raw) }.err();
            assert_eq!(refused, Some(Error::MissingNul { size: bytes.len() }));
            // SAFETY: it was not taken over.
            assert_eq!(unsafe { talloc_sys::talloc_free(raw) }, 0);
        }
        let raw = strdup(root, c"caf\xe9");
        // SAFETY: the string is live and belongs to the test.
        let field = unsafe { Str::from_raw(raw) }.expect("not null");
        assert_eq!((field.to_bytes(), &*field.to_string()), (&b"caf\xe9"[..], "caf\u{fffd}"));
        let rejected = field.into_boxed_str().unwrap_err();
        assert!(matches!(rejected.error(), Error::InvalidUtf8(error) if error.valid_up_to() == 3));
        let field = rejected.into_inner();
        assert_eq!((field.as_ptr(), &*field), (raw, c"caf\xe9"));
        field.free();
    });
}

#[test]
fn m7_a_referenced_string_is_not_cut_or_grown() {
    check_tree(|root| {
        let holder = Ctx::named(c"holder");
        let raw = strdup(root, c"referenced");
        // SAFETY: the string is live; C cuts it and then refers to it.
        let object = unsafe {
            raw.add(3).write(0);
            CtxRef::from_ptr(raw.cast()).expect("not null")
        };
        reference(&holder, object);
        // SAFETY: C left the string to the test.
        let field = unsafe { Str::from_raw(raw) }.expect("not null");
        let rejected = field.into_boxed_str().unwrap_err();
        assert_eq!(*rejected.error(), Error::Referenced);
        unlink(&holder, object);
        let text = rejected.into_inner().into_boxed_str().expect("no reference is left");
        let mut text = TBox::into_string(text);

        // SAFETY: the string lives as long as its handle, which is not used by C.
        let object = unsafe { CtxRef::from_ptr(text.as_ptr().cast()) }.expect("not null");
        reference(&holder, object);
        assert_eq!(text.try_push_str("more"), Err(Error::Referenced));
        assert_eq!(text, "ref");
        unlink(&holder, object);
        text.push_str("erence");
        assert_eq!(text, "reference");
    });
}

#[test]
fn m7_a_string_of_255_mib() {
    const LENGTH: usize = 255 << 20;
    if under_valgrind() {
        eprintln!("skipped: valgrind takes minutes for strings of 255 MiB");
        return;
    }
    check_tree(|root| {
        let text = "a".repeat(MAX_SIZE);
        let field = root.strdup(&text[..LENGTH]).expect("no NUL");
        assert_eq!(c_length(field.as_ptr()), LENGTH as c_long);
        let boxed = field.into_boxed_str().expect("UTF-8");
        assert!(*boxed == text[..LENGTH]);
        let mut string = TBox::into_string(boxed);
        // Growth stops at the limit, not at the double.
        string.push_str(&text[..1000]);
        assert_eq!((string.len(), string.capacity()), (LENGTH + 1000, MAX_SIZE - 1));
        let too_long = string.try_push_str(&text[..1 << 20]);
        assert_eq!(too_long, Err(Error::TooLarge { size: LENGTH + 1000 + (1 << 20) + 1 }));
        assert_eq!(string.len(), LENGTH + 1000);
        drop(string);

        let refused = root.try_alloc_str(&text).err();
        assert_eq!(refused, Some(Error::TooLarge { size: MAX_SIZE + 1 }));
        let boxed = root.try_alloc_str(&text[1..]).expect("one byte less");
        assert_eq!(c_length(TBox::as_ptr(&boxed).cast()), (MAX_SIZE - 1) as c_long);
    });
}

#[test]
fn m7_a_field_is_replaced_stolen_and_leaked() {
    check_tree(|root| {
        let scratch = root.new_child();
        let mut field = scratch.strdup("one").expect("no NUL");
        field.set(&scratch, "two").expect("no NUL");
        assert_eq!((field.to_str(), scratch.total_blocks()), (Ok("two"), 2));
        let field = field.steal(root);
        drop(scratch);
        assert_eq!(field, "two");
        let raw = field.into_raw();
        // SAFETY: the string was given out by `into_raw` and lives below the root.
        let field = unsafe { Str::from_raw(raw) }.expect("not null");
        field.free();

        let scratch = root.new_child();
        let (leaked, text): (&CStr, &mut str) =
            (scratch.strdup_c(c"leaked").leak(), talloc::format!(scratch, "{}", 2).leak());
        assert_eq!((leaked, &*text), (c"leaked", "2"));
    });
}
