//! Secrets are wiped when they are freed, and shown nowhere.

use std::cell::RefCell;
use std::ffi::{c_int, c_void};
use std::fmt::Write;
use std::mem;

use talloc::{Ctx, CtxRef, Error, MAX_SIZE, SecretBytes, SecretStr, SecretString, Str};
use talloc_tests::{c, check_tree, parent, reference, set_memlimit, unlink};

/// What chunks hold when they are freed. A child is freed after the destructor
/// of its parent has run and before the parent's memory goes, so its own
/// destructor can look there.
#[derive(Clone, Copy)]
struct Watch {
    chunk: *const u8,
    size: usize,
}

thread_local! {
    static SEEN: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

/// Watches a chunk whose bytes are all initialised.
fn watch(chunk: *const u8) {
    unsafe extern "C" fn look(watch: *mut c_void) -> c_int {
        // SAFETY: `watch` below has put it there.
        let Watch { chunk, size } = unsafe { *watch.cast::<Watch>() };
        // SAFETY: the parent's memory is still there.
        let bytes = unsafe { std::slice::from_raw_parts(chunk, size) };
        SEEN.with_borrow_mut(|seen| seen.push(bytes.to_vec()));
        0
    }
    // SAFETY: the chunk is live.
    let size = unsafe { talloc_sys::talloc_get_size(chunk.cast()) };
    // SAFETY: the chunk is live, and the name static.
    let child = unsafe {
        talloc_sys::talloc_named_const(chunk.cast(), size_of::<Watch>(), c"watch".as_ptr())
    };
    assert!(!child.is_null());
    // SAFETY: the child has room and the alignment of any chunk.
    unsafe { child.cast::<Watch>().write(Watch { chunk, size }) };
    // SAFETY: the child is live, and `look` finds what it needs.
    unsafe { talloc_sys::_talloc_set_destructor(child, Some(look)) };
}

/// Asserts that so many watched chunks were freed since the last call, each
/// with nothing but zeros in it.
#[track_caller]
fn assert_wiped(sizes: &[usize]) {
    let seen = SEEN.take();
    assert_eq!(seen.iter().map(Vec::len).collect::<Vec<_>>(), sizes);
    assert!(seen.iter().flatten().all(|&byte| byte == 0), "{seen:?}");
}

/// T1: compiles only if the type is neither `Send` nor `Sync`.
macro_rules! assert_one_thread {
    ($($type:ty: $trait:ident)*) => {$(
        const _: fn() = || {
            // With the trait, two implementations fit and `_` is ambiguous.
            trait AmbiguousIf<A> {
                fn some() {}
            }
            impl<T> AmbiguousIf<()> for T {}
            struct Has;
            impl<T: $trait> AmbiguousIf<Has> for T {}
            let _ = <$type as AmbiguousIf<_>>::some;
        };
    )*};
}

assert_one_thread! {
    SecretBytes<'static>: Send
    SecretBytes<'static>: Sync
    SecretString<'static>: Send
    SecretString<'static>: Sync
    SecretStr<'static>: Send
    SecretStr<'static>: Sync
    talloc::Seed<'static, u8>: Send
    talloc::Seed<'static, u8>: Sync
    allocator_api2::vec::Vec<u8, &'static CtxRef>: Send
    allocator_api2::vec::Vec<u8, &'static CtxRef>: Sync
}

#[test]
fn the_watch_sees_what_is_not_wiped() {
    check_tree(|root| {
        let text = root.strdup("plain").expect("no NUL");
        watch(text.as_ptr().cast());
        text.free();
        assert_eq!(SEEN.take(), [b"plain\0"]);
    });
}

#[test]
fn whoever_frees_it_a_secret_is_wiped() {
    check_tree(|root| {
        let by_handle = SecretBytes::from_slice_in(b"key", root);
        watch(by_handle.as_ptr());
        drop(by_handle);
        assert_wiped(&[3]);

        let ctx = root.new_child();
        let by_parent = ctx.strdup_secret("hunter2").expect("no NUL");
        watch(by_parent.as_ptr().cast());
        let forgotten = SecretBytes::from_slice_in(b"forgotten", &ctx);
        watch(forgotten.as_ptr());
        mem::forget(forgotten);
        drop(ctx);
        assert_wiped(&[9, 8]);

        let by_c = SecretBytes::from_slice_in(b"for C", root).into_raw().expect("no need to move");
        watch(by_c);
        // SAFETY: C is the owner now.
        assert_eq!(unsafe { c::tt_free(by_c.cast()) }, 0);
        assert_wiped(&[5]);

        let by_c = root.strdup_secret("for C").expect("no NUL").into_raw();
        watch(by_c.cast());
        // SAFETY: C is the owner now.
        assert_eq!(unsafe { c::tt_free(by_c.cast()) }, 0);
        assert_wiped(&[6]);

        let stolen = root.new_child().strdup_secret("stolen").expect("no NUL").steal(root);
        assert_eq!(stolen.expose(), c"stolen");
        watch(stolen.as_ptr().cast());
        stolen.free();
        assert_wiped(&[7]);
    });
}

#[test]
fn m4_a_secret_that_moves_leaves_nothing_behind() {
    check_tree(|root| {
        let mut key = SecretBytes::from_slice_in(&[0x5e; 40], root);
        let mut moves = 0;
        for i in 0..2000_usize {
            let before = key.as_ptr();
            if key.len() == 40 << moves {
                watch(before);
                moves += 1;
            }
            key.extend_from_slice(&[i as u8]);
        }
        assert_eq!(moves, 6);
        assert_wiped(&[40, 80, 160, 320, 640, 1280]);
        assert_eq!(key.len(), 2040);
        assert!(key.expose()[..40].iter().all(|&byte| byte == 0x5e));
        assert!(key.expose()[40..].iter().zip(0_usize..).all(|(&byte, i)| byte == i as u8));

        // Cutting off wipes at once.
        key.truncate(3);
        // SAFETY: these bytes were initialised, and are in the chunk still.
        let rest = unsafe { std::slice::from_raw_parts(key.as_ptr().add(3), 2037) };
        assert!(rest.iter().all(|&byte| byte == 0));
        // So does making it fit.
        let raw = key.into_raw().expect("memory");
        // SAFETY: a chunk of three bytes, given up just now.
        assert_eq!(unsafe { talloc_sys::talloc_get_size(raw.cast()) }, 3);
        // SAFETY: as above.
        assert_eq!(unsafe { c::tt_free(raw.cast()) }, 0);
    });
}

#[test]
fn a_secret_string_is_text_for_rust_and_for_c() {
    check_tree(|root| {
        let mut text = SecretString::with_capacity_in(2, root);
        assert_eq!((text.expose(), text.as_c_str()), ("", Ok(c"")));
        assert!(text.is_empty());
        text.push_str("grö");
        assert!(!text.is_empty());
        write!(text, "{}-{:?}", 1, "x").expect("it ends the process instead");
        assert_eq!((text.expose(), text.len()), ("grö1-\"x\"", 9));
        assert_eq!(text.as_c_str(), Ok(c"grö1-\"x\""));
        let text = text.steal(root);
        let text = text.into_c_str().expect("no NUL");
        assert_eq!(text.expose().to_str(), Ok("grö1-\"x\""));
        // SAFETY: NUL-terminated.
        assert_eq!(unsafe { c::tt_string_length(text.as_ptr()) }, 9);
        text.free();

        let mut nul = SecretString::from_str_in("a\0b", root);
        assert_eq!(nul.as_c_str(), Err(Error::InteriorNul { position: 1 }));
        let rejected = nul.into_c_str().expect_err("a NUL");
        nul = rejected.into_inner();
        assert_eq!(nul.expose(), "a\0b");
        nul.clear();
        assert!(nul.is_empty());
        let mut bytes = SecretBytes::with_capacity_in(2, root);
        assert!(bytes.is_empty());
        bytes.extend_from_slice(b"key");
        assert!(!bytes.is_empty());
        drop(bytes);
        assert_eq!(nul.into_c_str().expect("no NUL").expose(), c"");
        assert_eq!(root.strdup_secret("a\0").unwrap_err(), Error::InteriorNul { position: 1 });
        // SAFETY: nothing in use is below the root.
        unsafe { talloc_sys::talloc_free_children(root.as_ptr()) };
    });
}

#[test]
fn clearing_wipes_at_once() {
    check_tree(|root| {
        let mut text = SecretString::from_str_in("hunter2", root);
        let start = text.expose().as_ptr();
        text.clear();
        // SAFETY: the chunk has not changed.
        assert_eq!(unsafe { std::slice::from_raw_parts(start, 8) }, [0; 8]);
        text.push_str("new");
        assert_eq!(text.expose(), "new");
    });
}

talloc::node! {
    #[derive(Debug)]
    #[repr(C)]
    struct Backend<'t> as c"struct backend" {
        url: Str<'t>,
        api_key: SecretStr<'t>,
        old_key: Option<SecretStr<'t>>,
    }
}

#[test]
fn a_node_with_a_secret_field() {
    check_tree(|root| {
        let mut backend = root
            .try_build::<Backend>(|t| {
                let (url, api_key) = (t.strdup("https://ai")?, t.strdup_secret("sk-1234")?);
                Ok(Backend { url, api_key, old_key: None })
            })
            .expect("no NUL");
        assert_eq!(size_of::<Backend<'_>>(), 3 * size_of::<*const ()>());
        assert!(!mem::needs_drop::<Backend<'_>>(), "the node needs no destructor");
        watch(backend.get().api_key.as_ptr().cast());
        backend.with_mut(|t, backend| backend.api_key.set(t, "sk-567")).expect("no NUL");
        assert_wiped(&[8]);
        backend.with_mut(|t, backend| {
            backend.old_key = t.strdup_secret("old").ok();
        });
        watch(backend.get().api_key.as_ptr().cast());
        watch(backend.get().old_key.as_ref().expect("set").as_ptr().cast());
        assert_eq!(backend.get().url, "https://ai");

        let mut report = String::new();
        root.report_full(&mut report).expect("a report");
        report += &format!("{backend:?} {backend:#?}");
        for secret in ["sk-", "567", "old\""] {
            assert!(!report.contains(secret), "{report}");
        }
        assert!(report.contains("secret"), "{report}");
        drop(backend);
        assert_wiped(&[4, 7]);
    });
}

#[test]
fn a_string_of_c_becomes_a_secret() {
    check_tree(|root| {
        // SAFETY: the root is live.
        let c_string = unsafe { talloc_sys::talloc_strdup(root.as_ptr(), c"hunter2".as_ptr()) };
        // SAFETY: C left the string to us.
        let password = unsafe { SecretStr::from_raw(c_string) }.expect("not null");
        let mut report = String::new();
        root.report_full(&mut report).expect("a report");
        assert!(report.contains("secret") && !report.contains("hunter2"), "{report}");
        watch(password.as_ptr().cast());
        password.free();
        assert_wiped(&[8]);
        // SAFETY: null is an error.
        assert_eq!(unsafe { SecretStr::from_raw(std::ptr::null_mut()) }.unwrap_err(), Error::Null);
    });
}

#[test]
fn debug_shows_nothing() {
    let ctx = Ctx::new();
    let shown = format!(
        "{:?} {:?} {:?}",
        SecretBytes::from_slice_in(b"hunter2", &ctx),
        SecretString::from_str_in("hunter2", &ctx),
        ctx.strdup_secret("hunter2")
    );
    assert_eq!(shown, "SecretBytes { .. } SecretString { .. } Ok(SecretStr { .. })");
}

#[test]
fn d7_a_secret_that_c_references_does_not_move_and_is_wiped_in_the_end() {
    check_tree(|root| {
        let holder = root.new_child();
        let mut key = SecretBytes::from_slice_in(b"key", root);
        // SAFETY: the chunk lives until the holder lets go of it.
        let chunk = unsafe { CtxRef::from_ptr(key.as_ptr().cast()) }.expect("not null");
        watch(key.as_ptr());
        reference(&holder, chunk);
        assert_eq!(key.try_extend_from_slice(b"!"), Err(Error::Referenced));
        assert_eq!(key.expose(), b"key");
        key.truncate(2);
        let rejected = key.into_raw().expect_err("referenced");
        assert_eq!(*rejected.error(), Error::Referenced);
        // Refused: it stays with its parent.
        drop(rejected.into_inner());
        assert_eq!(parent(chunk), root.as_ptr());
        assert_eq!(SEEN.take(), Vec::<Vec<u8>>::new());
        unlink(&holder, chunk);
        // SAFETY: nobody uses it any more.
        assert_eq!(unsafe { c::tt_free(chunk.as_ptr()) }, 0);
        assert_wiped(&[3]);
    });
}

#[test]
fn m2_m6_sizes_and_exhausted_memory() {
    check_tree(|root| {
        assert_eq!(SecretBytes::from_slice_in(&[], root).expose(), b"");
        let too_large = SecretBytes::try_with_capacity_in(MAX_SIZE + 1, root);
        assert_eq!(too_large.unwrap_err(), Error::TooLarge { size: MAX_SIZE + 1 });
        let too_large = SecretString::try_with_capacity_in(usize::MAX, root);
        assert_eq!(too_large.unwrap_err(), Error::TooLarge { size: usize::MAX });

        let ctx = root.new_child();
        let mut key = SecretBytes::from_slice_in(b"key", &ctx);
        let mut text = SecretString::from_str_in("text", &ctx);
        set_memlimit(&ctx, 1);
        let out_of_memory = Err(Error::OutOfMemory { size: 32 });
        assert_eq!(key.try_extend_from_slice(b"1234"), out_of_memory);
        assert_eq!(text.try_push_str("more"), out_of_memory);
        assert_eq!((key.expose(), text.as_c_str()), (&b"key"[..], Ok(c"text")));
        assert!(ctx.try_strdup_secret("none").is_err());
        set_memlimit(&ctx, 0);
        key.extend_from_slice(b"1234");
        assert_eq!(key.expose(), b"key1234");
        key.expose_mut()[0] = b'K';
        let text = text.into_c_str().expect("no NUL");
        assert_eq!((key.expose(), text.expose()), (&b"Key1234"[..], c"text"));
    });
}
