//! F1, F2, M2, M3, M6, M7, M8: results of C functions, in all the forms in which they come.

use core::ffi::{CStr, c_char, c_int, c_uint, c_void};
use core::marker::PhantomData;
use core::ptr;

use talloc::{
    Adopt, Array, Blob, CStrRef, CType, Ctx, CtxRef, Error, Items, Kept, MAX_SIZE, Node, Str,
    StrList, TBox,
};
use talloc_tests::{
    Counted, Counts, ZstCounts, address, c, check_tree, dies_as, parent, reference,
    reference_count, set_memlimit, set_refusing, unlink,
};

talloc::node! {
    #[repr(C)]
    struct User<'t> as c"struct user" {
        name: Str<'t>,
        groups: Array<'t, u32>,
        hosts: Option<StrList<'t>>,
        friend_of: Option<Kept<'t, User<'t>>>,
        id: i32,
    }
}

talloc::node! {
    #[repr(C)]
    struct Answer<'t> as c"struct answer" {
        count: c_uint,
        users: Option<Items<'t, Option<Kept<'t, User<'t>>>>>,
        cookie: Blob<'t>,
        server: CStrRef<'t>,
    }
}

talloc::node! {
    #[repr(C)]
    struct Opaque<'t> as c"struct answer" {
        _opaque: PhantomData<&'t CtxRef>,
    }
}

impl<'t> Answer<'t> {
    fn users(&self) -> &[Option<Kept<'t, User<'t>>>] {
        // SAFETY: C has filled in both.
        self.users.as_ref().map_or(&[], |users| unsafe { users.as_slice(self.count as usize) })
    }

    fn take(&mut self, index: usize) -> Option<Kept<'t, User<'t>>> {
        let count = self.count as usize;
        // SAFETY: C has filled in both and left them; this is the only way to them.
        unsafe { self.users.as_mut()?.as_mut_slice(count) }.get_mut(index)?.take()
    }
}

#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq)]
struct Point {
    x: i32,
    y: i32,
}

impl CType for Point {
    const NAME: &'static CStr = c"struct point";
}

const OK: c_int = 0;
const FAILS: c_int = 1;
const FAILS_WITH_RUBBISH: c_int = 2;
const FAILS_WITH_FREED: c_int = 3;
const OK_WITH_NULL: c_int = 4;
const OK_WITH_ANOTHER: c_int = 5;

// The handles and fields of talloc stand in the signatures as C has them.
unsafe extern "C" {
    fn tt_user_find(ctx: &CtxRef, how: c_int, out: *mut *mut User<'_>) -> c_int;
    safe fn tt_numbers(ctx: &CtxRef, room: c_uint, used: usize) -> *mut u32;
    fn tt_users(ctx: &CtxRef, out: *mut *mut Answer<'_>) -> c_int;
    fn tt_answer_more(answer: *mut Answer<'_>, out: *mut *mut User<'_>) -> c_int;
    safe fn tt_list(ctx: &CtxRef, count: c_uint) -> *mut *mut c_char;
    fn tt_blob_copy(ctx: &CtxRef, bytes: *const c_void, length: usize, room: usize) -> Blob<'_>;
    safe fn tt_blob_of_string<'c>(ctx: &'c CtxRef, text: CStrRef<'_>) -> Blob<'c>;
    fn tt_blob_fill<'c>(ctx: &'c CtxRef, out: &mut Blob<'c>) -> c_int;
    safe fn tt_blob_null(length: usize) -> Blob<'static>;
    safe fn tt_blob_sum(blob: Blob<'_>) -> c_uint;
    safe fn tt_string_without_nul(ctx: &CtxRef) -> *mut u8;
    safe fn tt_padded_string(ctx: &CtxRef, text: CStrRef<'_>, room: c_uint) -> *mut c_char;
    safe fn tt_length(text: Option<CStrRef<'_>>) -> usize;
}

#[derive(Debug, PartialEq)]
enum Failure {
    Status(c_int),
    Talloc(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Talloc(error)
    }
}

fn status(status: c_int) -> Result<(), Failure> {
    if status == 0 { Ok(()) } else { Err(Failure::Status(status)) }
}

fn find(ctx: &CtxRef, how: c_int) -> Result<Node<'_, User<'_>>, Failure> {
    // SAFETY: with status 0, C has stored a new `struct user` on `ctx`, NULL, or
    // an object of another name.
    unsafe { ctx.adopt_out(|out| status(tt_user_find(ctx, how, out))) }
}

/// A blob that C copies.
fn blob<'c>(ctx: &'c CtxRef, bytes: &[u8], room: usize) -> Blob<'c> {
    // SAFETY: the bytes are readable for the call; there is room for them.
    unsafe { tt_blob_copy(ctx, bytes.as_ptr().cast(), bytes.len(), room) }
}

fn name(ctx: *mut c_void) -> String {
    // SAFETY: the callers pass a live chunk.
    unsafe { CtxRef::from_ptr(ctx) }.expect("not null").name().to_string_lossy().into_owned()
}

#[test]
fn f2_an_out_parameter_with_status_0_is_adopted() {
    check_tree(|root| {
        let mut user = find(root, OK).expect("found");
        assert_eq!((user.get().name.to_bytes(), user.get().id), (&b"found"[..], 7));
        assert_eq!(*user.get().groups, [100, 27]);
        assert_eq!(user.get().hosts.as_ref().map(StrList::len), Some(1));
        assert!(user.get().friend_of.is_none());
        user.with_mut(|t, user| user.name.set(t, "changed")).expect("no NUL");
        drop(user);
        assert_eq!(root.total_blocks(), 1);
        // As a kept one, it belongs to the context.
        let keep = || {
            // SAFETY: as in `find`.
            unsafe {
                root.adopt_out::<Kept<'_, User>, _>(|out| status(tt_user_find(root, OK, out)))
            }
            .expect("found")
        };
        assert_eq!(keep().get().name, "found");
        let stolen = Ctx::new();
        let node = keep().steal(&stolen);
        assert_eq!((root.total_blocks(), stolen.total_blocks()), (6, 6));
        drop(node);
        free_children(root);
    });
}

/// What C leaves below the root, freed.
fn free_children(root: &CtxRef) {
    // SAFETY: the callers use nothing below any more.
    unsafe { talloc_sys::talloc_free_children(root.as_ptr()) };
}

#[test]
fn f2_with_an_error_status_the_out_parameter_is_not_looked_at() {
    check_tree(|root| {
        for (how, code) in [(FAILS, 2), (FAILS_WITH_RUBBISH, 22), (FAILS_WITH_FREED, 5)] {
            assert_eq!(find(root, how).err(), Some(Failure::Status(code)));
            assert_eq!(root.total_blocks(), 1);
        }
    });
}

#[test]
fn f1_success_with_null_or_another_type_is_an_error() {
    check_tree(|root| {
        assert_eq!(find(root, OK_WITH_NULL).err(), Some(Failure::Talloc(Error::Null)));
        let Err(Failure::Talloc(error)) = find(root, OK_WITH_ANOTHER) else { panic!("a point") };
        let text = r#"the object is named "struct point", expected "struct user""#;
        assert_eq!(error.to_string(), text);
        // The point stays with the context.
        assert_eq!((root.total_blocks(), root.total_size()), (2, size_of::<Point>()));
        free_children(root);
    });
}

#[test]
fn d4_a_panic_of_the_closure_leaves_the_object_to_the_context() {
    check_tree(|root| {
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            // SAFETY: the closure does not return.
            let _: Result<Node<'_, User>, Failure> = unsafe {
                root.adopt_out(|out| {
                    tt_user_find(root, OK, out);
                    panic!("half-way")
                })
            };
        }));
        assert!(caught.is_err());
        assert_eq!(root.total_blocks(), 6);
        free_children(root);
    });
}

fn null_is_an_error<'c, H: Adopt<'c>>(ctx: &'c CtxRef) {
    // SAFETY: null is allowed.
    let adopted = unsafe { ctx.adopt::<H>(ptr::null_mut()) };
    assert_eq!(adopted.err(), Some(Error::Null));
}

#[test]
fn f1_null_is_an_error_for_each_type() {
    check_tree(|root| {
        null_is_an_error::<Ctx<'_>>(root);
        null_is_an_error::<TBox<'_, Point>>(root);
        null_is_an_error::<TBox<'_, [Point]>>(root);
        null_is_an_error::<TBox<'_, str>>(root);
        null_is_an_error::<Node<'_, User>>(root);
        null_is_an_error::<Kept<'_, User>>(root);
        null_is_an_error::<Array<'_, u32>>(root);
        null_is_an_error::<Str<'_>>(root);
        null_is_an_error::<StrList<'_>>(root);
        // SAFETY: null is allowed.
        unsafe {
            assert_eq!(root.adopt_slice::<u32>(ptr::null_mut(), 1).err(), Some(Error::Null));
            assert_eq!(root.adopt_blob(tt_blob_null(1)).err(), Some(Error::Null));
        }
    });
}

/// C's object is refused, and is as it was.
fn refused<'c, H: Adopt<'c>>(ctx: &'c CtxRef, object: *mut c_void) -> Error {
    let before = (ctx.total_blocks(), ctx.total_size(), name(object));
    // SAFETY: the object lies below `ctx`; the callers pass one that a check refuses.
    let error = unsafe { ctx.adopt::<H>(object.cast()) }.err().expect("refused");
    assert_eq!((ctx.total_blocks(), ctx.total_size(), name(object)), before);
    // SAFETY: refused, so that it is live and C's.
    assert_eq!(unsafe { c::tt_free(object) }, 0);
    error
}

#[test]
fn f1_wrong_names_and_sizes_are_errors_and_the_object_stays() {
    check_tree(|root| {
        let wrong_type = |error| assert!(matches!(error, Error::WrongType { .. }), "{error:?}");
        // SAFETY: the root is live.
        let point = || unsafe { c::tt_point_new(root.as_ptr(), 1, 2) };
        let sized = |name: &'static CStr, size| {
            // SAFETY: the root is live and the name static.
            unsafe { talloc_sys::talloc_named_const(root.as_ptr(), size, name.as_ptr()) }
        };
        wrong_type(refused::<TBox<'_, u32>>(root, point()));
        wrong_type(refused::<TBox<'_, [u32]>>(root, point()));
        wrong_type(refused::<Node<'_, User>>(root, point()));
        wrong_type(refused::<Kept<'_, User>>(root, point()));
        assert_eq!(
            refused::<TBox<'_, Point>>(root, sized(c"struct point", 9)),
            Error::WrongSize { expected: 8, found: 9 }
        );
        assert_eq!(
            refused::<TBox<'_, [Point]>>(root, sized(c"struct point", 9)),
            Error::WrongSize { expected: 8, found: 9 }
        );
        assert_eq!(
            refused::<Node<'_, User>>(root, sized(c"struct user", size_of::<User<'_>>() - 1)),
            Error::WrongSize { expected: size_of::<User<'_>>(), found: size_of::<User<'_>>() - 1 }
        );
        assert_eq!(
            refused::<Array<'_, u32>>(root, sized(c"any", 6)),
            Error::WrongSize { expected: 4, found: 6 }
        );
        let text = tt_blob_of_string(root, c"struct point".into());
        assert!(matches!(
            refused::<TBox<'_, Point>>(root, text.as_ptr().cast()),
            Error::WrongSize { expected: 8, found: 13 }
        ));
    });
}

#[test]
fn m7_strings_are_checked_and_cut() {
    check_tree(|root| {
        let padded = tt_padded_string(root, c"padded".into(), 100);
        // SAFETY: C made it on the root.
        let text: TBox<'_, str> = unsafe { root.adopt(padded) }.expect("UTF-8");
        assert_eq!((&*text, TBox::as_ctx(&text).size()), ("padded", 7));
        assert_eq!(TBox::as_ctx(&text).name(), c"char");
        drop(text);

        let no_nul = tt_string_without_nul(root);
        // SAFETY: all bytes are initialised.
        let error = unsafe { root.adopt::<TBox<'_, str>>(no_nul.cast()) }.expect_err("no NUL");
        assert_eq!(error, Error::MissingNul { size: 5 });
        // SAFETY: C's, since it was refused.
        assert_eq!(unsafe { c::tt_free(no_nul.cast()) }, 0);

        let latin1 = tt_padded_string(root, c"\xe9t\xe9".into(), 10);
        assert!(matches!(refused::<TBox<'_, str>>(root, latin1.cast()), Error::InvalidUtf8(_)));
        // Any bytes do for a `Str`.
        let latin1 = tt_padded_string(root, c"\xe9t\xe9".into(), 10);
        // SAFETY: C made it on the root.
        let text: Str<'_> = unsafe { root.adopt(latin1) }.expect("not null");
        assert_eq!(text, c"\xe9t\xe9");
        text.free();

        let padded = tt_padded_string(root, c"shared".into(), 100);
        let holder = root.new_child();
        // SAFETY: C made it on the root; it is not used while it is adopted.
        unsafe {
            let same = CtxRef::from_ptr(padded.cast()).expect("not null");
            reference(&holder, same);
            let error = root.adopt::<TBox<'_, str>>(padded).expect_err("cannot be cut");
            assert_eq!(error, Error::Referenced);
            unlink(&holder, same);
            drop(root.adopt::<TBox<'_, str>>(padded));
        }
    });
}

#[test]
fn f2_lists_of_strings() {
    check_tree(|root| {
        for count in [0, 1, 20] {
            // SAFETY: C made it on the root.
            let list: StrList<'_> = unsafe { root.adopt(tt_list(root, count)) }.expect("a list");
            assert_eq!((list.len(), list.is_empty()), (count as usize, count == 0));
            assert_eq!(list.iter().last(), (count > 0).then(|| last(count)).as_deref());
            list.free();
            assert_eq!(root.total_blocks(), 1);
        }
    });
    fn last(count: c_uint) -> std::ffi::CString {
        std::ffi::CString::new(format!("host{}", count - 1)).expect("no NUL")
    }
}

#[test]
fn f2_an_array_longer_than_its_count_is_cut() {
    check_tree(|root| {
        for (room, used) in [(3, 3), (16, 3), (100_000, 3), (100_000, 99_999)] {
            let numbers = tt_numbers(root, room, used);
            // SAFETY: C made it on the root, with so many initialised elements.
            let mut numbers = unsafe { root.adopt_slice(numbers, used) }.expect("an array");
            assert_eq!((numbers.len(), &numbers[..3]), (used, &[10, 20, 30][..]));
            assert_eq!(TBox::as_ctx(&numbers).size(), 4 * used);
            assert_eq!(TBox::as_ctx(&numbers).name(), c"uint32_t");
            assert_eq!(parent(TBox::as_ctx(&numbers)), root.as_ptr());
            TBox::extend_from_slice(&mut numbers, &[7]);
            assert_eq!(numbers.last(), Some(&7));
            // C's own length agrees, and so does a second way in.
            let array: Array<'_, u32> = numbers.into();
            assert_eq!(array.len(), used + 1);
            // SAFETY: it comes from C, as it were.
            let again: Array<'_, u32> = unsafe { root.adopt(array.into_raw()) }.expect("whole");
            again.free();
            assert_eq!(root.total_blocks(), 1);
        }
    });
}

#[test]
fn m2_no_elements() {
    check_tree(|root| {
        // SAFETY: NULL; an array of the root with room; one without.
        unsafe {
            let none = root.adopt_slice::<u32>(ptr::null_mut(), 0).expect("empty");
            let long = root.adopt_slice(tt_numbers(root, 16, 0), 0).expect("empty");
            let empty = tt_numbers(root, 0, 0);
            let empty = root.adopt_slice(empty, 0).expect("empty");
            for mut array in [none, long, empty] {
                assert_eq!((array.len(), TBox::as_ctx(&array).size()), (0, 0));
                assert_eq!(parent(TBox::as_ctx(&array)), root.as_ptr());
                assert_eq!(TBox::as_ctx(&array).name(), c"uint32_t");
                TBox::extend_from_slice(&mut array, &[1, 2]);
                assert_eq!(*array, [1, 2]);
            }
            let blob = root.adopt_blob(tt_blob_null(0)).expect("empty");
            assert!(blob.is_empty() && root.total_blocks() == 2);
            drop(blob);
            let empty = root.adopt_blob(blob_of_nothing(root)).expect("empty");
            assert!(empty.is_empty() && root.total_blocks() == 2);
        }
    });
    /// The empty string: one byte, none of which counts.
    fn blob_of_nothing(root: &CtxRef) -> Blob<'_> {
        tt_blob_of_string(root, c"".into())
    }
}

#[test]
fn m2_a_count_that_the_chunk_does_not_hold_is_an_error() {
    check_tree(|root| {
        let numbers = tt_numbers(root, 3, 3);
        let before = (root.total_blocks(), root.total_size());
        let limit = MAX_SIZE / 4;
        for (count, error) in [
            (4, Error::WrongSize { expected: 16, found: 12 }),
            (limit, Error::WrongSize { expected: 4 * limit, found: 12 }),
            (limit + 1, Error::WrongSize { expected: 4 * (limit + 1), found: 12 }),
            (usize::MAX / 2, Error::TooLarge { size: usize::MAX }),
            (usize::MAX, Error::TooLarge { size: usize::MAX }),
        ] {
            // SAFETY: C made it on the root; the count is refused.
            assert_eq!(unsafe { root.adopt_slice(numbers, count) }.err(), Some(error));
        }
        // SAFETY: C made it on the root; the length is refused.
        let error = unsafe {
            let longer = Blob::from_raw_parts(numbers.cast(), 13);
            root.adopt_blob(longer).expect_err("too long")
        };
        assert_eq!(error, Error::WrongSize { expected: 13, found: 12 });
        assert_eq!((root.total_blocks(), root.total_size()), before);
        // SAFETY: another type is refused, and the array is still good.
        unsafe {
            let error = root.adopt_slice::<i64>(numbers.cast(), 1).expect_err("another type");
            assert!(matches!(error, Error::WrongType { .. }), "{error:?}");
            assert_eq!(*root.adopt_slice(numbers, 2).expect("an array"), [10, 20]);
        }
    });
}

#[test]
fn m2_elements_without_bytes() {
    struct Empty(talloc_tests::Zst);
    impl CType for Empty {
        const NAME: &'static CStr = c"struct empty";
    }
    let counts = ZstCounts::new();
    check_tree(|root| {
        for size in [0, 16] {
            // SAFETY: the root is live and the name static.
            let chunk = unsafe {
                talloc_sys::talloc_named_const(root.as_ptr(), size, Empty::NAME.as_ptr())
            };
            // Three values that live wherever the array lies.
            for _ in 0..3 {
                std::mem::forget(counts.value());
            }
            // SAFETY: on the root, with three elements of no bytes.
            let array = unsafe { root.adopt_slice::<Empty>(chunk.cast(), 3) }.expect("an array");
            assert_eq!((array.len(), TBox::as_ctx(&array).size()), (3, 0));
            drop(array);
            assert_eq!(root.total_blocks(), 1);
        }
    });
    counts.assert_all_dropped(6);
}

#[test]
fn r1_an_array_that_c_refers_to_is_not_cut() {
    check_tree(|root| {
        let holder = root.new_child();
        for count in [0, 2] {
            let numbers = tt_numbers(root, 3, 3);
            // SAFETY: C made it on the root.
            let same = unsafe { CtxRef::from_ptr(numbers.cast()) }.expect("not null");
            reference(&holder, same);
            let before = (root.total_blocks(), root.total_size(), address(same));
            // SAFETY: C made it on the root; C's reference is not used meanwhile.
            unsafe {
                let error = root.adopt_slice(numbers, count).expect_err("cannot be cut");
                assert_eq!(error, Error::Referenced);
                let blob = Blob::from_raw_parts(numbers.cast(), 4 * count);
                assert_eq!(root.adopt_blob(blob).expect_err("cannot be cut"), Error::Referenced);
            }
            assert_eq!((root.total_blocks(), root.total_size(), address(same)), before);
            assert_eq!((reference_count(same), parent(same)), (1, root.as_ptr()));
            // One that need not be cut is fine; its free is what C refuses.
            // SAFETY: as above.
            let whole = unsafe { root.adopt_slice(numbers, 3) }.expect("whole");
            assert_eq!(*whole, [10, 20, 30]);
            let whole = TBox::free(whole).expect_err("referenced").into_inner();
            unlink(&holder, TBox::as_ctx(&whole));
        }
    });
}

#[test]
fn d7_an_array_that_c_refuses_to_let_go_is_not_replaced_by_an_empty_one() {
    check_tree(|root| {
        let numbers = tt_numbers(root, 3, 3);
        // SAFETY: C made it on the root.
        let same = unsafe { CtxRef::from_ptr(numbers.cast()) }.expect("not null");
        set_refusing(same, 1);
        // SAFETY: as above.
        let error = unsafe { root.adopt_slice(numbers, 0) }.expect_err("refused");
        assert_eq!((error, root.total_blocks()), (Error::Refused, 2));
        // SAFETY: as above; the destructor agrees this time.
        let empty = unsafe { root.adopt_slice(numbers, 0) }.expect("empty");
        assert_eq!((empty.len(), root.total_blocks(), c::tt_destructor_calls()), (0, 2, 2));
    });
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
        assert_eq!(unsafe { c::tt_free(left.as_ptr().cast()) }, 0);
    });
}

#[test]
fn m8_a_blob_that_is_its_own_name_gets_another() {
    check_tree(|root| {
        let text = tt_blob_of_string(root, c"secret".into());
        assert_eq!(name(text.as_ptr().cast()), "secret");
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

#[test]
fn m8_an_array_that_is_its_own_name_gets_another() {
    check_tree(|root| {
        // The name of this string does not even end within its chunk.
        // SAFETY: a new chunk on the root, all of whose bytes are initialised.
        let mut array: Array<'_, u8> =
            unsafe { root.adopt(tt_string_without_nul(root)) }.expect("bytes");
        assert_eq!(*array, *b"xxxxx");
        array.fill(b'y');
        let array = array.into_boxed_slice();
        assert_eq!(TBox::as_ctx(&array).name(), c"[u8]");
    });
}

#[test]
fn f2_results_below_an_object_that_rust_owns() {
    check_tree(|root| {
        // SAFETY: with status 0, C has stored a new `struct answer` on the root.
        let mut answer: Node<'_, Answer> =
            unsafe { root.adopt_out(|out| status(tt_users(root, out))) }.expect("an answer");
        {
            let seen = answer.get();
            assert_eq!((seen.users().len(), &seen.cookie), (3, &Blob::from(&[0, 1, 255][..])));
            assert_eq!((seen.server, tt_length(Some(seen.server))), (c"a constant".into(), 10));
            let names: Vec<_> =
                seen.users().iter().flatten().map(|user| user.get().name.to_bytes()).collect();
            assert_eq!(names, [&b"anna"[..], b"berta", b"carla"]);
        }
        // One record outlives the others.
        let berta = answer.with_mut(|_, answer| answer.take(1)).expect("there");
        let berta = berta.steal(root);
        assert!(answer.with_mut(|_, answer| answer.take(1)).is_none());
        assert!(answer.with_mut(|_, answer| answer.take(3)).is_none());

        // C puts one more under the answer: it borrows from the answer.
        let raw = answer.as_ptr();
        {
            // SAFETY: with status 0, C has stored a new `struct user` below the answer.
            let more: Node<'_, User> =
                unsafe { answer.as_ctx().adopt_out(|out| status(tt_answer_more(raw, out))) }
                    .expect("one more");
            assert_eq!(parent(more.as_ctx()), answer.as_ctx().as_ptr());
            assert_eq!((&more.get().name == "more", answer.get().count), (true, 3));
        }
        drop(answer);
        assert_eq!((berta.get().name.to_bytes(), root.total_blocks()), (&b"berta"[..], 6));

        // The same answer by an opaque type.
        // SAFETY: as above.
        let opaque: Node<'_, Opaque> = unsafe {
            root.adopt_out(|out: *mut *mut Opaque<'_>| status(tt_users(root, out.cast())))
        }
        .expect("an answer");
        assert!(opaque.as_ctx().size() > size_of::<Opaque<'_>>());
    });
}

#[test]
fn f2_other_objects_as_contexts() {
    check_tree(|root| {
        // SAFETY: C made it on the root.
        let ctx: Ctx<'_> =
            unsafe { root.adopt(c::tt_user_new(root.as_ptr(), c"any".as_ptr())) }.expect("live");
        assert_eq!((ctx.name(), ctx.total_blocks()), (c"struct user", 5));
        // Deeper below is below, too.
        // SAFETY: C made it on a child of the root, which nobody moves.
        let point: TBox<'_, Point> =
            unsafe { root.adopt(c::tt_point_new(ctx.as_ptr(), 3, 4).cast()) }.expect("a point");
        assert_eq!(*point, Point { x: 3, y: 4 });
        drop(point);
        assert_eq!(ctx.total_blocks(), 5);
    });
}

#[test]
fn d7_an_adopted_object_that_refuses_to_go_stays_with_its_context() {
    check_tree(|root| {
        let user = find(root, OK).expect("found");
        set_refusing(user.as_ctx(), 1);
        let user = user.free().expect_err("refused").into_inner();
        assert_eq!(user.get().name, "found");
        drop(user);
        assert_eq!((c::tt_destructor_calls(), root.total_blocks()), (2, 1));
    });
}

#[test]
fn f3_an_adopted_node_with_drop_glue_drops_it_once() {
    talloc::node! {
        #[repr(C)]
        struct WithDrop<'t> as c"struct with_drop" {
            name: Option<Str<'t>>,
            value: Counted,
        }
    }
    let counts = Counts::new();
    check_tree(|root| {
        // What C would do with a callback that initialises its struct.
        let make = || {
            // SAFETY: new, and as large as the struct.
            unsafe {
                let chunk = talloc_sys::talloc_named_const(
                    root.as_ptr(),
                    size_of::<WithDrop<'_>>(),
                    c"struct with_drop".as_ptr(),
                );
                let chunk = chunk.cast::<WithDrop<'_>>();
                chunk.write(WithDrop { name: None, value: counts.value() });
                chunk
            }
        };
        // SAFETY: on the root, valid, and without a destructor.
        let node: Node<'_, WithDrop> = unsafe { root.adopt(make()) }.expect("named so");
        assert!(node.get().value.is_alive() && node.get().name.is_none());
        drop(node);
        assert_eq!(counts.dropped(), 1);
        // SAFETY: as above. It is dropped with its parent, by C.
        let _: Kept<'_, WithDrop> = unsafe { root.adopt(make()) }.expect("named so");
        free_children(root);
        assert_eq!(counts.dropped(), 2);
    });
    counts.assert_all_dropped(2);
}

#[test]
fn m6_adopting_what_is_empty_takes_memory() {
    check_tree(|root| {
        let limited = root.new_child();
        let numbers = tt_numbers(&limited, 3, 3);
        set_memlimit(&limited, 1);
        // SAFETY: NULL, and an array of the context.
        unsafe {
            let none = Error::OutOfMemory { size: 0 };
            assert_eq!(limited.adopt_slice::<u8>(ptr::null_mut(), 0).err(), Some(none.clone()));
            assert_eq!(limited.adopt_blob(Blob::EMPTY).err(), Some(none.clone()));
            assert_eq!(limited.adopt_slice(numbers, 0).err(), Some(none.clone()));
            let blob = Blob::from_raw_parts(numbers.cast(), 0);
            assert_eq!(limited.adopt_blob(blob).err(), Some(none));
            assert_eq!((limited.total_blocks(), limited.total_size()), (2, 12));
            // All else takes none.
            assert_eq!(*limited.adopt_slice(numbers, 2).expect("an array"), [10, 20]);
        }
        assert_eq!(limited.total_blocks(), 1);
    });
}

#[test]
fn f1_an_object_elsewhere_is_told_in_debug_builds() {
    let test = "f1_an_object_elsewhere_is_told_in_debug_builds";
    if !cfg!(debug_assertions) {
        return;
    }
    for part in ["root", "sibling", "parent", "itself", "referenced", "slice", "blob", "out"] {
        dies_as(test, part, || {
            std::panic::set_hook(Box::new(|panic| {
                eprintln!("{panic}");
                std::process::abort();
            }));
            let root = Ctx::new();
            let (here, there) = (root.new_child(), root.new_child());
            // SAFETY: this breaks the first duty on purpose.
            unsafe {
                match part {
                    "root" => drop(here.adopt::<Ctx<'_>>(Ctx::new().into_raw())),
                    "sibling" => drop(here.adopt::<Ctx<'_>>(there.as_ptr())),
                    "parent" => drop(here.adopt::<Ctx<'_>>(root.as_ptr())),
                    "itself" => drop(here.adopt::<Ctx<'_>>(here.as_ptr())),
                    "referenced" => {
                        reference(&here, &there);
                        drop(here.adopt::<Ctx<'_>>(there.as_ptr()));
                    }
                    "slice" => drop(here.adopt_slice(tt_numbers(&there, 3, 3), 3)),
                    "blob" => drop(here.adopt_blob(blob(&there, b"b", 1))),
                    _ => {
                        let call = |out| status(tt_user_find(&there, OK, out));
                        drop(here.adopt_out::<Node<'_, User>, Failure>(call));
                    }
                }
            }
        })
        .assert_abort("the object is not below the context that adopts it");
    }
}

#[test]
fn f1_freed_and_foreign_pointers_are_an_abort_with_a_message() {
    let test = "f1_freed_and_foreign_pointers_are_an_abort_with_a_message";
    let bad = "Bad talloc magic value - ";
    for (part, message) in
        [("freed", "access after free"), ("foreign", "unknown value"), ("blob", "unknown value")]
    {
        dies_as(test, part, || {
            // SAFETY: this breaks the first duty on purpose, in a process of its own.
            unsafe {
                talloc_sys::talloc_set_log_stderr();
                // In a pool, the header of what was freed stays readable.
                let pool = Ctx::pool(4096);
                let not_a_chunk = [0_u64; 64];
                let foreign = not_a_chunk.as_ptr().add(32).cast_mut();
                match part {
                    "freed" => {
                        let point = c::tt_point_new(pool.as_ptr(), 1, 2);
                        let _stays = pool.alloc(1_u64);
                        c::tt_free(point);
                        drop(pool.adopt::<TBox<'_, Point>>(point.cast()));
                    }
                    "foreign" => drop(pool.adopt::<Array<'_, u64>>(foreign)),
                    _ => drop(pool.adopt_blob(Blob::from_raw_parts(foreign.cast(), 8))),
                }
            }
        })
        .assert_abort(&format!("{bad}{message}"));
    }
}

#[test]
fn l5_what_borrows_from_the_context_cannot_be_lost_with_it() {
    // The borrow of an adopted object is that of the context: it may be stolen out.
    check_tree(|root| {
        let scratch = root.new_child();
        let user = find(&scratch, OK).expect("found").steal(root);
        drop(scratch);
        assert_eq!(user.get().name, "found");
    });
}

#[test]
fn m3_borrowed_pointers_of_c_are_one_or_two_words() {
    assert_eq!(size_of::<Option<CStrRef<'_>>>(), size_of::<*const c_char>());
    assert_eq!(size_of::<Option<Items<'_, u32>>>(), size_of::<*const u32>());
    assert_eq!(size_of::<Blob<'_>>(), 2 * size_of::<usize>());
    assert_eq!(tt_length(None), usize::MAX);
    assert_eq!(tt_length(Some(c"four".into())), 4);
    let text = CStrRef::from(c"four");
    assert_eq!(text.as_c_str().as_ptr(), text.as_ptr());
    assert_eq!((text == *"four", text == c"four", text.to_string()), (true, true, "four".into()));
    // Null is an empty blob whatever its length.
    assert!(tt_blob_null(7).is_empty() && tt_blob_null(0) == Blob::default());
    // SAFETY: null is allowed.
    unsafe {
        assert!(CStrRef::from_ptr(ptr::null()).is_none());
        assert!(Items::<u8>::from_ptr(ptr::null()).is_none());
        assert!(Blob::from_raw_parts(ptr::null(), 0).is_empty());
    }
}

#[test]
fn m6_plain_out_of_memory_in_a_type_name_does_not_matter() {
    // A wrong type's error is on Rust's heap, also where the context has no memory.
    check_tree(|root| {
        let limited = root.new_child();
        // SAFETY: C made it on the context.
        let point = unsafe { c::tt_point_new(limited.as_ptr(), 1, 2) };
        set_memlimit(&limited, 1);
        // SAFETY: refused by its name.
        let error = unsafe { limited.adopt::<Node<'_, User>>(point.cast()) }.err();
        assert!(matches!(error, Some(Error::WrongType { .. })));
    });
}
