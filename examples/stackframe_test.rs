//! The frames of the example `stackframe`, with Samba's own library.
#![cfg(have_samba)]

#[path = "stackframe/frame.rs"]
mod frame;
#[path = "stackframe/peer.rs"]
mod peer;

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::{Mutex, PoisonError};

use talloc::{Ctx, CtxRef, Error, TBox};

use frame::{Stack, location};

/// Gives the test the stack, which has no frame before and afterwards.
fn with_stack(test: impl FnOnce(Stack)) {
    static STACK: Mutex<()> = Mutex::new(());
    let _this_thread = STACK.lock().unwrap_or_else(PoisonError::into_inner);
    // SAFETY: 1. The lock. 2. `peer.c` does.
    let stack = unsafe { Stack::new() };
    assert!(!stack.has_frame());
    test(stack);
    assert!(!stack.has_frame());
}

/// Counts how often it is dropped.
struct Witness(Rc<Cell<u32>>);

impl Drop for Witness {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

/// A value that goes with the frame.
fn witness(frame: &CtxRef, dropped: &Rc<Cell<u32>>) {
    TBox::keep(frame.alloc(Witness(Rc::clone(dropped))));
}

fn is_top(stack: Stack, frame: &CtxRef) -> bool {
    stack.top(location!(), |top| top.as_ptr() == frame.as_ptr()) == Some(true)
}

#[test]
fn c_allocates_on_the_frame_of_rust() {
    with_stack(|stack| {
        let kept = Ctx::new();
        let text = stack.frame(location!(), |tmp| {
            let text = peer::greeting(stack, tmp, c"anna").unwrap();
            assert_eq!((&*text, tmp.total_blocks()), ("hello, anna", 2));
            TBox::steal(text, &kept)
        });
        assert_eq!(text, "hello, anna");
        drop(text);
        assert_eq!(kept.total_blocks(), 1);
    });
}

#[test]
fn a_frame_is_named_by_its_place() {
    with_stack(|stack| {
        let line = line!() + 1;
        stack.frame(location!(), |tmp| {
            assert_eq!(tmp.name().to_str(), Ok(&*format!("{}:{line}", file!())));
        });
    });
}

#[test]
fn frames_end_in_the_order_of_the_stack() {
    with_stack(|stack| {
        let dropped = Rc::default();
        stack.frame(location!(), |outer| {
            witness(outer, &dropped);
            stack.frame(location!(), |inner| {
                witness(inner, &dropped);
                assert!(is_top(stack, inner) && !is_top(stack, outer));
                // What is made on the outer frame stays when the inner one ends.
                TBox::leak(outer.alloc(7_u8));
            });
            assert!(is_top(stack, outer));
            assert_eq!((dropped.get(), outer.snapshot().find("u8").count()), (1, 1));
        });
        assert_eq!(dropped.get(), 2);
    });
}

#[test]
fn a_panic_ends_the_frames_that_it_leaves() {
    with_stack(|stack| {
        let dropped = Rc::default();
        stack.frame(location!(), |outer| {
            let end = catch_unwind(AssertUnwindSafe(|| {
                stack.frame(location!(), |tmp| {
                    witness(tmp, &dropped);
                    stack.frame(location!(), |tmp| {
                        witness(tmp, &dropped);
                        panic!("on purpose");
                    })
                })
            }));
            assert!(end.is_err());
            assert_eq!(dropped.get(), 2);
            assert!(is_top(stack, outer));
        });
    });
}

#[test]
fn an_error_ends_the_frame() {
    with_stack(|stack| {
        let length =
            |text: &str| stack.frame(location!(), |tmp| Ok(tmp.strdup(text)?.count_bytes()));
        assert_eq!(length("four"), Ok(4));
        assert_eq!(length("a\0b"), Err(Error::InteriorNul { position: 1 }));
    });
}

#[test]
fn what_c_leaves_open_ends_with_the_frame_of_rust() {
    with_stack(|stack| {
        stack.frame(location!(), |tmp| {
            assert_eq!(peer::length(stack, c"anna", false), 11);
            assert!(is_top(stack, tmp));
            assert_eq!(peer::length(stack, c"anna", true), 11);
            assert!(!is_top(stack, tmp));
        });
    });
}

#[test]
fn a_value_that_uses_the_stack_when_its_frame_ends() {
    struct Uses(Stack, Rc<Cell<u32>>);
    impl Drop for Uses {
        fn drop(&mut self) {
            // Samba frees what is below a frame before it takes it from the stack.
            assert_eq!(self.0.top(location!(), |top| witness(top, &self.1)), Some(()));
            self.0.frame(location!(), |tmp| witness(tmp, &self.1));
        }
    }
    with_stack(|stack| {
        let dropped = Rc::default();
        stack.frame(location!(), |tmp| {
            TBox::keep(tmp.alloc(Uses(stack, Rc::clone(&dropped))));
        });
        assert_eq!(dropped.get(), 2);
    });
}

#[test]
fn c_calls_rust_which_finds_the_frame_of_c() {
    with_stack(|stack| {
        assert_eq!(stack.top(location!(), |_| ()), None);
        // Twice the frame and the array.
        assert_eq!(peer::call(stack), 4);
    });
}

#[test]
fn scratch_is_no_frame_for_c() {
    with_stack(|stack| {
        talloc::scratch(|_| assert!(!stack.has_frame()));
        stack.frame(location!(), |frame| {
            talloc::scratch(|tmp| {
                // C allocates on the frame, not on the scratch context.
                let text = peer::greeting(stack, frame, c"anna").unwrap();
                assert_eq!((&*text, tmp.total_blocks()), ("hello, anna", 1));
            });
        });
    });
}
