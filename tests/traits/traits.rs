//! The traits of the content that handles pass on, and those of their own.

use core::borrow::Borrow;
use core::ffi::CStr;
use std::collections::{BTreeSet, HashSet};
use std::error::Error as _;
use std::ffi::OsStr;
use std::fmt::{self, Write as _};
use std::hash::{BuildHasher, Hash, Hasher, RandomState};
use std::io::{BufRead, Cursor, Read, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use talloc::{
    CStrRef, Ctx, CtxRef, Error, Guarded, Kept, Node, SecretBytes, SecretStr, SecretString, Shared,
    SharedNode, Str, TBox, TString, Verdict,
};
use talloc_tests::check_tree;

/// That each type has each of the traits, at compile time.
macro_rules! have {
    ($($Type:ty: $($bound:path),+;)*) => {$(
        const _: () = {
            const fn has<T: ?Sized $(+ $bound)+>() {}
            has::<$Type>()
        };
    )*};
}

talloc::node! {
    #[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    struct Named<'t> {
        name: Str<'t>,
    }
}

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.name.fmt(f)
    }
}

// `PartialEq` and `PartialOrd` come with the others. A node cannot be borrowed as its struct,
// whose lifetime is that of the borrow. A secret has nothing that could show it, or tell by its
// time how much of two is equal.
have! {
    TBox<'static, String>: fmt::Debug, fmt::Display, Eq, Ord, Hash, AsRef<String>, Borrow<String>;
    TBox<'static, str>: fmt::Debug, fmt::Display, Eq, Ord, Hash, AsRef<str>, Borrow<str>;
    TBox<'static, [u8]>: fmt::Debug, Eq, Ord, Hash, AsRef<[u8]>, Borrow<[u8]>;
    TString<'static>: fmt::Debug, fmt::Display, Eq, Ord, Hash, AsRef<str>, AsRef<[u8]>, Borrow<str>;
    Shared<'static, String>: fmt::Debug, fmt::Display, Eq, Ord, Hash, AsRef<String>, Borrow<String>;
    Guarded<'static, String>: fmt::Debug, fmt::Display, Eq, Ord, Hash, AsRef<String>, Borrow<String>;
    Str<'static>: fmt::Debug, fmt::Display, Eq, Ord, Hash, AsRef<CStr>, Borrow<CStr>;
    CStrRef<'static>: fmt::Debug, fmt::Display, Eq, Ord, Hash, AsRef<CStr>, Borrow<CStr>;
    Node<'static, Named<'static>>: fmt::Debug, fmt::Display, Eq, Ord, Hash;
    Kept<'static, Named<'static>>: fmt::Debug, fmt::Display, Eq, Ord, Hash;
    SharedNode<'static, Named<'static>>: fmt::Debug, fmt::Display, Eq, Ord, Hash;
    Ctx<'static>: fmt::Debug, AsRef<CtxRef>;
    CtxRef: fmt::Debug;
    SecretBytes<'static>: fmt::Debug;
    SecretString<'static>: fmt::Debug;
    SecretStr<'static>: fmt::Debug;
}

#[test]
fn shares_and_guarded_objects_are_as_their_content() {
    check_tree(|root| {
        let (one, two) = (root.alloc_shared(1), root.alloc_shared(2));
        let also_one = Shared::clone_in(&one, root);
        assert!(one < two && one == also_one && one == root.alloc_shared(1));
        assert_eq!(format!("{one} {two:?} {}", *one.as_ref()), "1 2 1");
        let set: HashSet<_> = [also_one, Shared::clone_in(&one, root)].into();
        assert!(set.len() == 1 && set.contains(&1));

        let guarded = |n| root.alloc_guarded(n, |_| Verdict::Free);
        assert!(guarded(1) < guarded(2) && guarded(1) == guarded(1));
        assert_eq!(format!("{} {:?} {}", guarded(1), guarded(2), guarded(3).as_ref()), "1 2 3");
        let set: BTreeSet<_> = [guarded(2), guarded(1), guarded(2)].into();
        assert!(set.iter().map(|n| **n).eq([1, 2]) && set.contains(&2));

        let named = |name| root.build::<Named>(|t| Named { name: t.strdup_c(name) }).share(root);
        let (a, b) = (named(c"a"), named(c"b"));
        assert!(a < b && a == named(c"a"));
        assert_eq!(format!("{a} {b:?}"), r#"a Named { name: "b" }"#);
        let set: HashSet<_> = [a, b, named(c"a")].into();
        assert!(set.len() == 2 && set.contains(&named(c"b")));
    });
}

#[test]
fn strings_of_c_are_text_where_they_are_utf8() {
    check_tree(|root| {
        let text = root.strdup("größe").expect("no NUL");
        let empty = root.strdup_c(c"");
        assert_eq!((text.as_str(), empty.as_str()), ("größe", ""));
        let borrowed = CStrRef::from(&*text);
        let longer: &str = { borrowed }.as_str();
        assert_eq!(longer.len(), 7);
        let words: HashSet<CStrRef<'_>> = [c"a", c"b", c"a"].map(CStrRef::from).into();
        assert!(words.len() == 2 && words.contains(c"b"));

        let latin1 = root.strdup_c(c"gr\xf6\xdfe");
        let borrowed = CStrRef::from(&*latin1);
        let panics: [&dyn Fn() -> usize; 2] =
            [&|| latin1.as_str().len(), &|| borrowed.as_str().len()];
        for panics in panics {
            let panic = catch_unwind(AssertUnwindSafe(panics)).expect_err("no UTF-8");
            let text = panic.downcast_ref::<String>().expect("a message");
            assert!(text.starts_with("`as_str` of a C string that is not UTF-8"), "{text}");
        }
        assert_eq!(latin1.to_string(), "gr\u{fffd}\u{fffd}e");
        text.free();
        empty.free();
        latin1.free();
    });
}

#[test]
fn boxes_compare_hash_and_print_as_their_content() {
    check_tree(|root| {
        let (one, two) = (root.alloc(1), root.alloc(2));
        assert!(one < two && one != two && one == root.alloc(1));
        assert_eq!(one.cmp(&two), 1.cmp(&2));
        assert_eq!(format!("{one} {two:?} {:>3}", root.alloc_str("x")), "1 2   x");
        assert_eq!(format!("{one:p}"), format!("{:p}", TBox::as_ptr(&one)));
        let state = RandomState::new();
        assert_eq!(state.hash_one(&one), state.hash_one(1));

        let words: HashSet<TBox<'_, str>> = ["a", "b", "a"].map(|word| root.alloc_str(word)).into();
        assert!(words.len() == 2 && words.contains("b"));
        let sorted: BTreeSet<TString<'_>> =
            ["c", "b", "c"].map(|word| TString::from_str_in(word, root)).into();
        assert!(sorted.iter().map(|word| word.as_str()).eq(["b", "c"]) && sorted.contains("c"));
        assert_eq!(root.total_blocks(), 1 + 2 + 2 + 2);
    });
}

/// Counts how often it is flushed.
#[derive(Default)]
struct Unflushed {
    written: Vec<u8>,
    flushed: usize,
}

impl std::io::Write for Unflushed {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.written.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.flushed += 1;
        Ok(())
    }
}

#[test]
fn texts_compare_hash_and_grow_as_strings() {
    check_tree(|root| {
        let mut text = TString::from_str_in("größe", root);
        let boxed = root.alloc_str("größe");
        let (same, other) = ("größe".to_owned(), "a".to_owned());
        assert!(text == *"größe" && text == "größe" && text == same);
        assert!(text != *"a" && text != "a" && text != other);
        assert!(boxed == *"größe" && boxed == "größe" && boxed != *"a" && boxed != "a");
        let state = RandomState::new();
        assert_eq!(state.hash_one(&text), state.hash_one("größe"));
        assert_ne!(state.hash_one(&text), state.hash_one("a"));
        let (str, bytes): (&str, &[u8]) = (text.as_ref(), text.as_ref());
        assert_eq!((str, bytes), ("größe", "größe".as_bytes()));
        let (path, os): (&Path, &OsStr) = (text.as_ref(), text.as_ref());
        assert_eq!((path, os), (Path::new("größe"), OsStr::new("größe")));
        text.extend(&['r', ' ']);
        text.extend(["als".to_owned(), " a".to_owned()]);
        assert_eq!(text, "größer als a");
    });
}

#[test]
fn boxes_iterate_read_write_and_hash_like_their_content() {
    check_tree(|root| {
        let words = root.alloc_slice_copy(&["a", "b"]);
        assert!((&words).into_iter().eq(&["a", "b"]));

        let mut numbers = root.alloc(0..10);
        assert_eq!((numbers.next(), numbers.next_back(), numbers.len()), (Some(0), Some(9), 8));
        assert_eq!((numbers.nth(2), numbers.by_ref().sum::<i32>()), (Some(3), 4 + 5 + 6 + 7 + 8));

        let mut input = root.alloc(Cursor::new(b"line\nrest".to_vec()));
        let (mut line, mut rest) = (String::new(), String::new());
        input.read_line(&mut line).expect("no error");
        input.read_to_string(&mut rest).expect("no error");
        assert_eq!((&*line, &*rest), ("line\n", "rest"));

        let mut output = root.alloc(Unflushed::default());
        write!(output, "{}", 7).expect("no error");
        assert_eq!((output.write(b"89").expect("no error"), output.flushed), (2, 0));
        output.flush().expect("no error");
        assert_eq!((&*output.written, output.flushed), (&b"789"[..], 1));

        let mut text = root.alloc(String::new());
        write!(text, "{}", 8).expect("no error");
        assert_eq!(*text, "8");

        let mut hasher = root.alloc(std::hash::DefaultHasher::new());
        let mut plain = std::hash::DefaultHasher::new();
        hasher.write(b"bytes");
        plain.write(b"bytes");
        assert_eq!(hasher.finish(), plain.finish());
    });
}

#[derive(Debug)]
struct Failure<'p>(TString<'p>, Error);

impl fmt::Display for Failure<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure<'static> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.1)
    }
}

talloc::node! {
    #[derive(Debug)]
    struct Report<'t> {
        message: talloc::Str<'t>,
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message.fmt(f)
    }
}

impl std::error::Error for Report<'_> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&Error::Null)
    }
}

#[test]
fn boxes_and_nodes_are_errors_that_go_with_the_callers_context() {
    fn fails(ctx: &CtxRef) -> Result<(), Node<'_, Report<'_>>> {
        let scratch = ctx.new_child();
        let detail = talloc::format!(scratch, "detail {}", 1);
        Err(ctx.build(|t| Report { message: t.strndup(&detail, 100).expect("no NUL") }))
    }
    check_tree(|root| {
        let error = fails(root).unwrap_err();
        let object: &dyn std::error::Error = &error;
        assert_eq!(object.to_string(), "detail 1");
        assert_eq!(object.source().expect("a source").to_string(), Error::Null.to_string());
        assert_eq!(format!("{error:?}"), r#"Report { message: "detail 1" }"#);
        assert_eq!(root.total_blocks(), 3);

        // SAFETY: nothing of the error is used after the root.
        let root: &'static CtxRef = unsafe { CtxRef::from_ptr(root.as_ptr()) }.expect("not null");
        let failure = Failure(TString::from_str_in("failed", root), Error::Null);
        let boxed: TBox<'static, Failure<'static>> = root.alloc(failure);
        assert_eq!((boxed.to_string().as_str(), boxed.source().is_some()), ("failed", true));
    });
}

#[test]
fn rejected_handles_carry_their_error() {
    check_tree(|root| {
        let rejected = talloc::format!(root, "a\0{}", 1).into_c_str().unwrap_err();
        assert_eq!(rejected.to_string(), rejected.error().to_string());
        assert!(rejected.to_string().starts_with("NUL byte at position 1"), "{rejected}");
        assert!(rejected.source().is_none(), "a chain of errors would say it twice");
        let error: Error = rejected.into();
        assert_eq!(error, Error::InteriorNul { position: 1 });
        let rejected = root.strdup_c(c"\xff").into_boxed_str().unwrap_err();
        let source = rejected.source().expect("why it is not UTF-8").to_string();
        assert!(source.starts_with("invalid utf-8 sequence"), "{source}");
        rejected.into_inner().free();
        assert_eq!(root.total_blocks(), 1);
    });
}

#[test]
fn errors_say_what_happened_in_plain_words() {
    let bytes = vec![b'a', 0xff];
    let invalid = String::from_utf8(bytes).unwrap_err().utf8_error();
    let texts = [
        (Error::OutOfMemory { size: 8 }, "out of memory: 8 bytes were requested"),
        (Error::MissingNul { size: 3 }, "no NUL within the 3 bytes of the string's chunk"),
        (Error::Null, "null pointer where an object is needed"),
        (Error::WrongSize { expected: 8, found: 4 }, "the object has 4 bytes, expected 8"),
    ];
    for (error, text) in texts {
        assert_eq!(error.to_string(), text);
    }
    assert_eq!(Error::from(invalid), Error::InvalidUtf8(invalid));
    assert!(Error::from(invalid).source().is_some());
}
