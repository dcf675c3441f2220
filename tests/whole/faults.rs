//! M6: malloc fails at each call that an operation makes, once and from there on: at a first use in
//! a thread, in a pool that has room, while something is dropped.
//!
//! What is exhausted by a limit of libtalloc's is in `oom.rs`.

use std::fmt::{self, Write};
use std::thread;

use talloc::{Arena, Array, Ctx, CtxRef, Error, StrList, TBox, TString};
use talloc_tests::{Counts, check_tree};

#[link(name = "talloc_tests_faults", kind = "static", modifiers = "+whole-archive")]
unsafe extern "C" {
    safe fn tt_fail_at(call: core::ffi::c_long, all_that_follow: bool);
    safe fn tt_failed() -> core::ffi::c_long;
}

/// Whether malloc is ours here: not under valgrind or AddressSanitizer, which have their own, and
/// not with other C libraries.
fn are_seen() -> bool {
    tt_fail_at(1, false);
    let refused = Vec::<u8>::new().try_reserve(1000).is_err();
    tt_failed();
    if !refused {
        eprintln!("malloc is not this test's: nothing fails");
    }
    refused
}

/// Runs `work` again and again, each time on a new thread and with another call that fails, until
/// none of its calls has failed. Returns how many there are.
#[track_caller]
fn each_call(work: impl Fn() -> Result<(), Error> + Sync) -> usize {
    if !are_seen() {
        return usize::MAX;
    }
    let mut points = 0;
    for all in [false, true] {
        for call in 1.. {
            let armed = || {
                // What a thread allocates for itself.
                let _ = thread::current().id();
                tt_fail_at(call, all);
                let result = work();
                (result, tt_failed())
            };
            let (result, failed) = thread::scope(|scope| scope.spawn(armed).join().expect("lives"));
            if failed == 0 {
                assert_eq!(result, Ok(()), "nothing has failed");
                break;
            }
            if let Err(error) = result {
                assert!(matches!(error, Error::OutOfMemory { .. } | Error::Format), "{error}");
            }
            points += 1;
        }
    }
    points
}

/// A text of a fixed size, which needs no memory.
struct Fixed([u8; 4096], usize);

impl Write for Fixed {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let place = self.0.get_mut(self.1..self.1 + text.len()).ok_or(fmt::Error)?;
        place.copy_from_slice(text.as_bytes());
        self.1 += text.len();
        Ok(())
    }
}

/// The first use in a thread notes its end with the C library.
#[test]
fn m6_the_first_scratch_context_of_a_thread() {
    let points = each_call(|| talloc::try_scratch(|tmp| tmp.try_alloc(1_u64).map(drop)));
    assert!(points >= 2, "{points}");
    let points = each_call(|| {
        talloc::try_scratch(|outer| {
            talloc::try_scratch(|inner| inner.try_strdup("text").map(drop))?;
            outer.try_alloc_slice_copy(&[0_u8; 100_000]).map(drop)
        })
    });
    assert!(points >= 6, "{points}");
}

#[test]
fn m6_the_first_scratch_arena_of_a_thread() {
    let points = each_call(|| {
        talloc::try_scratch_arena(|outer| {
            outer.try_alloc_slice_copy(&[1_u8; 10_000])?;
            talloc::try_scratch_arena(|inner| inner.try_alloc_str("text").map(drop))
        })
    });
    assert!(points >= 6, "{points}");
}

#[test]
fn m6_reports_are_written_without_memory_for_a_copy() {
    let points = each_call(|| {
        let ctx = Ctx::try_named(c"root")?;
        let _object = ctx.try_alloc(7_u16)?;
        let mut text = Fixed([0; 4096], 0);
        match ctx.report_full(&mut text) {
            Ok(()) => {
                let text = std::str::from_utf8(&text.0[..text.1]).expect("text");
                assert!(text.starts_with("full talloc report on 'root'") && text.contains("u16"));
                Ok(())
            }
            Err(fmt::Error) => Err(Error::Format),
        }
    });
    assert!(points >= 4, "{points}");
}

/// A pool has room when malloc has none: the objects are made, and have their names.
#[test]
fn m6_names_of_types_that_are_new_in_a_pool() {
    #[derive(Clone, Copy, Debug, PartialEq)]
    struct NeverSeenBefore<const N: usize>(u32);

    fn made<const N: usize>(pool: &CtxRef) {
        tt_fail_at(1, true);
        let object = pool.try_alloc(NeverSeenBefore::<N>(7));
        tt_failed();
        let object = object.expect("the pool has room");
        let name = TBox::as_ctx(&object).name().to_string_lossy().into_owned();
        assert!(name.ends_with(&format!("NeverSeenBefore<{N}>")), "{name}");
        let raw = TBox::into_raw(object);
        // SAFETY: `raw` comes from `into_raw`.
        let back = unsafe { TBox::<NeverSeenBefore<N>>::from_raw(raw) }.expect("the name is right");
        assert_eq!(*back, NeverSeenBefore(7));
    }

    if !are_seen() {
        return;
    }
    check_tree(|root| {
        let pool = root.new_pool(8000);
        made::<1>(&pool);
        made::<2>(&pool);
        made::<1>(&pool);
        // The names are those of the types later on, too.
        let later = root.alloc(NeverSeenBefore::<2>(1));
        assert!(
            TBox::as_ctx(&later)
                .name()
                .to_string_lossy()
                .into_owned()
                .ends_with("NeverSeenBefore<2>")
        );
    });
}

/// A value of more than 256 bytes is dropped with a small allocation, and without one if need be.
#[test]
fn m6_large_values_are_dropped() {
    let counts = Counts::new();
    if !are_seen() {
        return;
    }
    check_tree(|root| {
        for all in [false, true] {
            let objects = (
                root.alloc(counts.sized::<300>()),
                root.alloc(counts.sized::<5_000>()),
                root.alloc(counts.sized::<60_000>()),
            );
            tt_fail_at(1, all);
            drop(objects);
            assert!(tt_failed() >= 1);
            assert_eq!((counts.alive(), root.total_blocks()), (0, 1));
        }
    });
    counts.assert_all_dropped(6);
}

#[test]
fn m6_each_call_of_malloc() {
    let points = each_call(|| {
        let ctx = Ctx::try_new()?;
        let mut array: Array<'_, u64> = Array::try_new_in(&ctx)?;
        for step in 0..4 {
            let before = (array.len(), array.iter().sum::<u64>());
            if let Err(error) = array.try_extend(0..step * 100) {
                assert_eq!((array.len(), array.iter().sum()), before);
                return Err(error);
            }
        }
        let mut list: StrList<'_> = ctx.try_strdup_list(["a", "b"])?;
        list.try_push("c")?;
        list.try_extend(["d", "e"])?;
        assert_eq!(list, ["a", "b", "c", "d", "e"]);
        Ok(())
    });
    assert!(points >= 20, "{points}");
    let points = each_call(|| {
        let ctx = Ctx::try_new()?;
        let mut text = TString::try_from_str_in("start", &ctx)?;
        if let Err(error) = text.try_write_fmt(format_args!("{:100}{:>300}", 1, "end")) {
            assert_eq!(text, "start");
            return Err(error);
        }
        let formatted = ctx.try_format(format_args!("{text}{:70}", 2))?;
        assert_eq!(formatted.len(), 5 + 400 + 70);
        Ok(())
    });
    assert!(points >= 8, "{points}");
    let points = each_call(|| {
        let ctx = Ctx::try_new()?;
        let arena: Arena<'_> = ctx.try_new_arena(512)?;
        for step in 0..100_usize {
            let text = arena.try_format(format_args!("{step:0>40}"))?;
            assert_eq!(text.len(), 40);
            arena.try_alloc_slice_from_iter(0..step)?;
        }
        Ok(())
    });
    assert!(points >= 8, "{points}");
}
