//! D3, D4, F2, F4: panics that stop at the border to C.

use core::cell::Cell;
use core::ffi::{CStr, c_char, c_int};
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any, resume_unwind};
use std::ptr;

use talloc::{CStrRef, CtxRef, Error, Node, Str, TBox, catch_panic};
use talloc_tests::{Counted, Counts, check_tree, dies_as};

type RustFunction = unsafe extern "C" fn(
    ctx: &CtxRef,
    input: CStrRef<'_>,
    result: *mut *mut c_char,
    error: *mut *mut c_char,
) -> c_int;

unsafe extern "C" {
    fn tt_call_all(
        function: RustFunction,
        ctx: &CtxRef,
        inputs: *const *const c_char,
        report: *mut *mut c_char,
    ) -> c_int;
}

thread_local! {
    static COUNTS: Counts = Counts::new();
}

talloc::node! {
    struct Parsed<'t> {
        text: Str<'t>,
        _counted: Counted,
    }
}

/// What a library in Rust does, in safe code.
fn parse<'c>(ctx: &'c CtxRef, input: &str) -> Result<Str<'c>, Error> {
    let _local = COUNTS.with(Counts::value);
    let scratch = ctx.new_child();
    let _kept = TBox::keep(scratch.alloc(COUNTS.with(Counts::value)));
    let parsed: Node<'_, Parsed> = scratch.try_build::<_>(|t| {
        let _counted = COUNTS.with(Counts::value);
        let text = t.try_strdup(input)?;
        assert!(input != "half-built", "within the closure of a node");
        Ok(Parsed { text, _counted })
    })?;
    let number: u32 = match input {
        "str" => panic!("a literal"),
        "any" => panic_any(Sent(COUNTS.with(Counts::value))),
        "NUL" => panic!("with a \0 within"),
        _ => input.parse().unwrap(),
    };
    assert!(number < 100, "{number} is too large");
    ctx.try_strdup(&format!("{}={}", parsed.get().text, number * 2))
}

extern "C" fn exported<'c>(
    ctx: &'c CtxRef,
    input: CStrRef<'_>,
    result: &mut Option<Str<'c>>,
    error: &mut Option<Str<'c>>,
) -> c_int {
    let (status, message) = catch_panic(
        || match parse(ctx, &input.to_string_lossy()) {
            Ok(text) => {
                *result = Some(text);
                (0, None)
            }
            Err(error) => (1, Some(error.to_string())),
        },
        |message| (2, Some(message.to_owned())),
    );
    *error = message.and_then(|message| ctx.try_strdup(&message).ok());
    status
}

unsafe extern "C" fn for_c(
    ctx: &CtxRef,
    input: CStrRef<'_>,
    result: *mut *mut c_char,
    error: *mut *mut c_char,
) -> c_int {
    // SAFETY: C passes two variables that are NULL, and `Option<Str>` is a `char *`.
    let (result, error) = unsafe { (&mut *result.cast(), &mut *error.cast()) };
    exported(ctx, input, result, error)
}

#[test]
fn f4_a_panic_is_an_error_result_to_c_and_c_goes_on() {
    let inputs = [c"21", c"str", c"word", c"300", c"any", c"half-built", c"NUL", c"4"];
    let inputs: Vec<*const c_char> =
        inputs.iter().map(|text| text.as_ptr()).chain([ptr::null()]).collect();
    check_tree(|root| {
        let mut report = ptr::null_mut();
        // SAFETY: the inputs end with NULL.
        let failures = unsafe { tt_call_all(for_c, root, inputs.as_ptr(), &raw mut report) };
        // SAFETY: C made it on the root, below which the two results lie as well.
        let report: TBox<'_, str> = unsafe { root.adopt(report) }.expect("UTF-8");
        let lines: Vec<_> = report.lines().collect();
        assert_eq!((failures, lines.len(), root.total_blocks()), (6, 8, 4), "{report}");
        assert_eq!((lines[0], lines[7]), ("21: 21=42", "4: 4=8"));
        assert_eq!(lines[1], "str: error 2: a literal");
        assert!(lines[2].starts_with("word: error 2: called `Result::unwrap()` on an `Err`"));
        assert_eq!(lines[3], "300: error 2: 300 is too large");
        assert_eq!(lines[4], "any: error 2: panic");
        assert_eq!(lines[5], "half-built: error 2: within the closure of a node");
        // A text that C cannot read gives no error object.
        assert_eq!(lines[6], "NUL: error 2: -");
        // The two results.
        // SAFETY: nothing below the root is used any more, but for the report.
        unsafe { talloc_sys::talloc_steal(ptr::null(), TBox::as_ptr(&report).cast::<u8>()) };
        // SAFETY: as above.
        unsafe { talloc_sys::talloc_free_children(root.as_ptr()) };
    });
    COUNTS.with(|counts| {
        assert!(counts.made() > 20, "{}", counts.made());
        assert_eq!(counts.made(), counts.dropped(), "a panic leaks nothing");
    });
}

#[test]
fn f4_messages_of_all_kinds_of_payloads() {
    let message = |f: fn()| catch_panic(|| (f(), String::new()).1, str::to_owned);
    assert_eq!(message(|| ()), "");
    assert_eq!(message(|| panic!("literal")), "literal");
    assert_eq!(message(|| panic!("formatted {}", 1)), "formatted 1");
    assert_eq!(message(|| panic_any(String::from("owned"))), "owned");
    assert_eq!(message(|| panic_any("any literal")), "any literal");
    assert_eq!(message(|| panic_any(5_u32)), "panic");
    assert_eq!(message(|| panic_any(Box::new("in a box"))), "panic");
    assert_eq!(message(|| resume_unwind(Box::new("resumed"))), "resumed");
    assert_eq!(message(|| panic_any(())), "panic");
    assert_eq!(message(|| panic!("")), "");
}

#[test]
fn f4_what_the_closures_own_is_dropped_before_the_message_is_seen() {
    let counts = Counts::new();
    check_tree(|root| {
        let (owned, unused) = (counts.value(), counts.value());
        let object = root.alloc(counts.value());
        let dropped = catch_panic(
            move || {
                let _owned = (owned, object);
                panic!("now")
            },
            |message| {
                assert_eq!(message, "now");
                counts.dropped()
            },
        );
        assert_eq!((dropped, root.total_blocks()), (2, 1));
        // The other closure is dropped, too, when it is not called.
        catch_panic(|| (), move |_| drop(unused));
        assert_eq!(counts.dropped(), 3);
    });
    counts.assert_all_dropped(3);
}

#[test]
fn f4_a_result_that_owns_talloc_memory() {
    check_tree(|root| {
        let made = |fails: bool| -> Option<TBox<'_, u32>> {
            catch_panic(
                || {
                    let object = root.alloc(1);
                    assert!(!fails);
                    Some(object)
                },
                |_| None,
            )
        };
        assert_eq!((made(false).as_deref(), made(true)), (Some(&1), None));
        assert_eq!(root.total_blocks(), 1);
    });
}

#[test]
fn d3_in_rust_a_panic_of_the_second_closure_unwinds() {
    let counts = Counts::new();
    let payload = catch_unwind(AssertUnwindSafe(|| {
        catch_panic(|| panic_any(Sent(counts.value())), |_| panic!("second"))
    }))
    .expect_err("a panic");
    assert_eq!(payload.downcast_ref(), Some(&"second"));
    counts.assert_all_dropped(1);
}

#[test]
fn d3_a_payload_whose_drop_panics_does_not_change_the_result() {
    let counts = Counts::new();
    check_tree(|root| {
        let result: TBox<'_, Counted> = catch_panic(
            || panic_any(Sent(counts.panicking())),
            |message| {
                assert_eq!(message, "panic");
                root.alloc(counts.value())
            },
        );
        assert!(result.is_alive());
        // A payload whose drop panics with another one of that kind.
        let status = catch_panic(|| panic_any(Sent(Nested(counts.value()))), |_| 7);
        assert_eq!(status, 7);
    });
    counts.assert_all_dropped(3);
}

/// Panics with a payload that panics.
struct Nested(#[expect(dead_code, reason = "for its drop")] Counted);

impl Drop for Nested {
    fn drop(&mut self) {
        panic_any(Sent(Nested2));
    }
}

struct Nested2;

impl Drop for Nested2 {
    fn drop(&mut self) {
        panic!("never dropped");
    }
}

/// A payload that stays on its thread.
struct Sent<T>(T);
// SAFETY: all panics of this program are caught on their thread.
unsafe impl<T> Send for Sent<T> {}

#[test]
fn d3_in_a_function_of_c_it_ends_the_process_with_the_message() {
    extern "C" fn second(_: c_int) -> c_int {
        catch_panic(|| panic!("first"), |_| panic!("the second closure panics"))
    }
    extern "C" fn none(_: c_int) -> c_int {
        panic!("nobody catches this one")
    }
    unsafe extern "C" fn call(
        _: &CtxRef,
        input: CStrRef<'_>,
        _: *mut *mut c_char,
        _: *mut *mut c_char,
    ) -> c_int {
        match input.to_bytes() {
            b"second" => second(0),
            _ => none(0),
        }
    }
    let test = "d3_in_a_function_of_c_it_ends_the_process_with_the_message";
    let parts: [(&str, &CStr, &str); 2] = [
        ("second", c"second", "the second closure panics"),
        ("none", c"none", "nobody catches this one"),
    ];
    for (part, input, message) in parts {
        dies_as(test, part, || {
            check_tree(|root| {
                let inputs = [input.as_ptr(), ptr::null()];
                let mut report = ptr::null_mut();
                // SAFETY: the inputs end with NULL.
                unsafe { tt_call_all(call, root, inputs.as_ptr(), &raw mut report) };
            });
        })
        .assert_abort(message);
    }
}

#[test]
fn f4_within_a_drop_during_another_panic() {
    struct Calls<'a>(&'a Cell<u32>);
    impl Drop for Calls<'_> {
        fn drop(&mut self) {
            let status = catch_panic(|| panic!("inner"), |message| message.len() as u32);
            self.0.set(status);
        }
    }
    let seen = Cell::new(0);
    let outer = catch_panic(
        || {
            let _calls = Calls(&seen);
            panic!("outer")
        },
        str::to_owned,
    );
    assert_eq!((outer.as_str(), seen.get()), ("outer", 5));
}
