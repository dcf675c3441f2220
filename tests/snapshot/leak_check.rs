//! Leak checks: what they say, and what is no leak.

use std::panic::{AssertUnwindSafe, catch_unwind};

use talloc::{Ctx, CtxRef, LeakCheck, Str, TBox, assert_no_leaks};
use talloc_tests::{check_tree, check_tree_mut, dies, reference, unlink};

talloc::node! {
    struct Request<'t> as c"struct request" {
        path: Str<'t>,
    }
}

struct Token {
    _secret: Vec<u8>,
}

/// The message of the panic in `f`.
fn message(f: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(f)).expect_err("it panics");
    *panic.downcast::<String>().expect("a formatted message")
}

fn leak_some(ctx: &CtxRef) {
    let session = ctx.new_child_named(c"session").leak();
    for _ in 0..3 {
        TBox::leak(session.alloc(Token { _secret: Vec::new() }));
    }
    let request: talloc::Node<'_, Request<'_>> =
        ctx.build(|t| Request { path: t.strdup_c(c"/index") });
    assert_eq!(request.get().path, "/index");
    let _kept = request.keep();
}

#[test]
fn a_leak_is_found_by_type_and_path() {
    check_tree_mut(|root| {
        TBox::leak(root.alloc(1_u8));
        let line = line!() + 1;
        let text = message(|| assert_no_leaks(root, leak_some));
        println!("{text}");
        let token = size_of::<Token>();
        let pointer = size_of::<*const u8>();
        let expected = format!(
            "\
6 objects with {all} B are left below 'test' since {file}:{line}:31
      {tokens} B  test/session/leak_check::Token × 3
       {pointer} B  test/struct request
       7 B  test/struct request/char
       0 B  test/session
      left  objects  
",
            all = 3 * token + pointer + 7,
            file = file!(),
            tokens = 3 * token,
        );
        for line in expected.lines().map(str::trim) {
            assert!(text.contains(line), "no {line:?} in: {text}");
        }
        for line in
            ["test", "├─ struct request", "│  └─ char", "└─ session", "   └─ leak_check::Token × 3"]
        {
            assert!(text.lines().any(|found| found.ends_with(line)), "no {line:?} in: {text}");
        }
        assert!(!text.contains("u8\n"), "it was there before: {text}");
        root.free_children();
    });
}

#[test]
fn what_is_freed_replaced_or_grown_is_no_leak() {
    check_tree_mut(|root| {
        let mut text = talloc::TString::from_str_in("short", root);
        let child = root.new_child_named(c"child");
        let sum = assert_no_leaks(root, |ctx| {
            text.push_str(&"long ".repeat(1000));
            drop(child);
            let _again = ctx.new_child_named(c"child").leak();
            let numbers = ctx.alloc_slice_copy(&[1, 2, 3]);
            numbers.iter().sum::<i32>()
        });
        assert_eq!(sum, 6);
        drop(text);
        root.free_children();
    });
}

#[test]
fn the_guard_panics_when_it_is_dropped() {
    check_tree_mut(|root| {
        let text = message(|| {
            let _check = LeakCheck::new(root);
            let request = root.new_child_named(c"request");
            TBox::leak(request.alloc([0_u16; 100]));
            let _request = request.leak();
        });
        assert!(text.starts_with("2 objects with 200 B are left below 'test' since "), "{text}");
        assert!(text.contains("test/request/[u16; 100]\n"), "{text}");
        root.free_children();
        let check = LeakCheck::new(root);
        let number = root.alloc(1);
        assert_eq!(check.finish().expect_err("the number").count(), 1);
        drop(number);
        let _check = LeakCheck::new(root);
        let _freed_before_the_check = root.alloc(2);
    });
}

#[test]
fn a_reference_that_is_left_is_a_leak() {
    check_tree(|root| {
        let object = root.alloc(1_u64);
        let holder = root.new_child_named(c"holder");
        let text = message(|| {
            assert_no_leaks(root, |_| reference(&holder, TBox::as_ctx(&object)));
        });
        assert!(text.starts_with("1 object with 0 B is left"), "{text}");
        assert!(text.contains("→ test/holder/u64"), "{text}");
        unlink(&holder, TBox::as_ctx(&object));
    });
}

#[test]
fn many_leaks_make_a_short_message() {
    check_tree_mut(|root| {
        let text = message(|| {
            assert_no_leaks(root, |ctx| {
                for number in 0..1000 {
                    let mut child = ctx.new_child();
                    child.set_name(&format!("connection {number}")).expect("memory");
                    let _child = child.leak();
                }
            });
        });
        assert!(text.lines().count() < 100, "{text}");
        assert!(text.contains("… 1,980 more paths") && text.contains("… 980 more"), "{text}");
        root.free_children();
    });
}

#[test]
#[cfg_attr(miri, ignore = "starts a process")]
fn while_panicking_it_prints() {
    let death = dies("while_panicking_it_prints", || {
        let root = Ctx::named(c"test");
        let _check = LeakCheck::new(&root);
        TBox::leak(root.alloc(7_u64));
        // A second panic would abort.
        let _ = catch_unwind(AssertUnwindSafe(|| {
            let _check = LeakCheck::new(&root);
            TBox::leak(root.alloc(7_u32));
            panic!("the test failed");
        }));
        std::process::exit(3);
    });
    println!("{death:?}");
    death.assert_said("the test failed");
    death.assert_said("1 object with 4 B is left below 'test'");
}

#[test]
fn a_panic_in_the_closure_goes_on() {
    check_tree_mut(|root| {
        let panic = catch_unwind(AssertUnwindSafe(|| {
            assert_no_leaks(root, |ctx| {
                let _number = ctx.alloc(1);
                panic!("mine");
            });
        }));
        assert_eq!(panic.expect_err("it panics").downcast_ref::<&str>(), Some(&"mine"));
    });
}
