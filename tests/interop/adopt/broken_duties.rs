//! F1: pointers that the caller must not pass, which end the process where they can be told.

use talloc::{Array, Blob, Ctx, Node, TBox};
use talloc_tests::{c, dies_as, reference};

use crate::shared::{Failure, OK, Point, User, blob, status, tt_numbers, tt_user_find};

#[test]
fn f1_an_object_elsewhere_is_told_in_debug_builds() {
    let test = "broken_duties::f1_an_object_elsewhere_is_told_in_debug_builds";
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
    let test = "broken_duties::f1_freed_and_foreign_pointers_are_an_abort_with_a_message";
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
