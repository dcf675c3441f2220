//! The growable string against Rust's own, step by step.

use std::fmt::Write;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

use talloc::{TBox, TString};
use talloc_tests::{check_tree, set_memlimit};

/// The same on both, and equal after each step.
struct Pair<'p> {
    ours: TString<'p>,
    std: String,
}

impl Pair<'_> {
    fn step(&mut self, number: u32) {
        let text =
            ["", "a", "größer", "\u{1F600}", "0123456789abcdef0123456789"][number as usize % 5];
        match number % 9 {
            0 | 1 => {
                self.ours.push_str(text);
                self.std.push_str(text);
            }
            2 => {
                self.ours.push('ß');
                self.std.push('ß');
            }
            3 => assert_eq!(self.ours.pop(), self.std.pop()),
            4 => {
                write!(self.ours, "{number:>8}").expect("no error");
                write!(self.std, "{number:>8}").expect("no error");
            }
            5 => {
                let mut len = self.std.len() / 2;
                while !self.std.is_char_boundary(len) {
                    len += 1;
                }
                self.ours.truncate(len);
                self.std.truncate(len);
            }
            6 => {
                self.ours.extend(text.chars().rev());
                self.std.extend(text.chars().rev());
            }
            7 => {
                self.ours.extend([text, "-", text]);
                self.std.extend([text, "-", text]);
            }
            _ => {
                self.ours += text;
                self.std += text;
                self.ours.make_ascii_uppercase();
                self.std.make_ascii_uppercase();
            }
        }
        assert_eq!(self.ours, *self.std);
        assert!(self.ours.capacity() >= self.ours.len());
        assert_eq!(self.ours.as_c_str().expect("no NUL").to_bytes(), self.std.as_bytes());
    }
}

#[test]
fn a_tstring_does_what_a_string_does() {
    check_tree(|root| {
        for seed in 0..20_u32 {
            let mut pair = Pair { ours: TString::new_in(root), std: String::new() };
            let mut state = seed;
            for _ in 0..200 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                pair.step(state >> 16);
            }
            // Through the fixed form and back, nothing is lost.
            let text = pair.ours.into_boxed_str();
            assert_eq!(TBox::as_ctx(&text).size(), pair.std.len() + 1);
            let mut again = TBox::into_string(text);
            again.push('.');
            assert_eq!(again, *format!("{}.", pair.std));
        }
    });
}

#[test]
fn a_tstring_grows_in_amortised_constant_time() {
    check_tree(|root| {
        let mut text = TString::new_in(root);
        let mut capacities = vec![text.capacity()];
        for _ in 0..100_000 {
            text.push('x');
            capacities.push(text.capacity());
        }
        capacities.dedup();
        assert!(capacities.len() < 20, "{capacities:?}");
        assert_eq!(root.total_blocks(), 2);
        let freed = text.into_boxed_str();
        assert_eq!(TBox::as_ctx(&freed).size(), 100_001);
    });
}

#[test]
fn a_tstring_has_the_room_that_was_reserved() {
    check_tree(|root| {
        let mut text = TString::from_str_in("0123456789", root);
        for additional in [0, 1, 15, 16, 1000, 1001] {
            text.reserve(additional);
            let place = text.as_ptr();
            assert!(text.capacity() - text.len() >= additional, "{}", text.capacity());
            text.push_str(&"x".repeat(additional));
            assert_eq!(text.as_ptr(), place);
        }
    });
}

#[test]
fn a_tstring_keeps_its_memory_when_it_is_emptied() {
    check_tree(|root| {
        let mut text = TString::with_capacity_in(100, root);
        text.push_str("text");
        let place = text.as_ptr();
        text.clear();
        assert_eq!((&*text, text.capacity(), text.as_ptr()), ("", 100, place));
        assert_eq!(text.pop(), None);
        text.truncate(50);
        assert_eq!(text.as_c_str(), Ok(c""));
    });
}

#[test]
#[should_panic(expected = "2 is in the middle of a character")]
fn a_tstring_is_not_cut_in_the_middle_of_a_character() {
    check_tree(|root| TString::from_str_in("aö", root).truncate(2));
}

#[test]
fn a_tstring_moves_between_trees_and_forms() {
    check_tree(|root| {
        let scratch = root.new_child();
        let text = TString::from_str_in("moves", &scratch).steal(root);
        drop(scratch);
        let boxed: TBox<'_, str> = text.into();
        let boxed = TBox::steal(boxed, root);
        let mut text: TString<'_> = boxed.into();
        let taken = mem::replace(&mut text, TString::new_in(root));
        assert_eq!((&*text, &*taken), ("", "moves"));
        drop(text);
        assert_eq!(root.total_blocks(), 2);
        let text = taken.into_c_str().expect("no NUL").into_boxed_str().expect("UTF-8");
        assert_eq!((&*text, root.total_blocks()), ("moves", 2));
    });
}

#[test]
fn a_formatted_string_has_no_room_to_spare() {
    check_tree(|root| {
        for len in (0..70).chain([127, 128, 129, 1000, 5000]) {
            let words = "é".repeat(len / 2) + if len % 2 == 1 { "x" } else { "" };
            let texts = [
                talloc::format!(root, "{words}"),
                talloc::format!(root, "{}{}", "", words),
                talloc::format!(root, "{:<len$}", "", len = len),
            ];
            assert_eq!(root.total_size(), 3 * (len + 1));
            for text in texts {
                assert_eq!((text.len(), text.capacity()), (len, len));
                assert!(*text == words || text.bytes().all(|byte| byte == b' '));
            }
        }
        // Also where there is no memory for a step ahead.
        let ctx = root.new_child();
        set_memlimit(&ctx, ctx.total_size() + 1300);
        let mut text = talloc::format!(ctx, "{}{}", "x".repeat(600), "y".repeat(400));
        assert_eq!((text.len(), ctx.total_size()), (1000, 1001));
        text.push('z');
        assert_eq!(text.capacity(), 1001);
        drop(text);
        set_memlimit(&ctx, ctx.total_size() + 2 * 96 + 70);
        assert_eq!(talloc::format!(ctx, "{}{}", "x".repeat(64), 'y').len(), 65);
    });
}

#[test]
fn a_panic_while_a_string_is_formatted() {
    struct Panics;
    impl std::fmt::Display for Panics {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            panic!("half-way")
        }
    }
    check_tree(|root| {
        for long in [1, 100] {
            let start = "x".repeat(long);
            let panicked =
                catch_unwind(AssertUnwindSafe(|| talloc::format!(root, "{start}{Panics}").len()));
            assert!(panicked.is_err());
            assert_eq!(root.total_blocks(), 1);
            let mut text = TString::from_str_in("before", root);
            let written = AssertUnwindSafe(|| text.try_write_fmt(format_args!("{start}{Panics}")));
            assert!(catch_unwind(written).is_err());
            assert_eq!(text, "before");
        }
    });
}

#[test]
fn a_literal_is_formatted_without_growth() {
    check_tree(|root| {
        let text = talloc::format!(root, "literal");
        assert_eq!((&*text, text.capacity()), ("literal", 7));
        let text = talloc::format!(root, "{}{}", "x".repeat(64), "y".repeat(64));
        assert_eq!(text.len(), 128);
        let empty = talloc::format!(root, "");
        assert!(empty.is_empty());
    });
}
