//! M6: giving away takes memory, which a limit does not keep back, and of which there may be none.

use talloc::{Ctx, Error, TBox};
use talloc_tests::{Counts, c, can_exhaust_memory, check_tree, dies_as, exits, set_memlimit};

use crate::shared::{KINDS, free_in_c, job};

#[test]
fn m6_a_memory_limit_does_not_keep_it_back() {
    for (index, make) in KINDS.iter().enumerate().take(4) {
        let counts = Counts::new();
        check_tree(|root| {
            // What it takes without the child that drops it.
            let limited = root.new_child();
            match index {
                3 => {
                    let node = job(&limited, &counts);
                    set_memlimit(&limited, 1);
                    node.into_c();
                }
                _ => {
                    let object = limited.alloc(counts.value());
                    set_memlimit(&limited, 1);
                    TBox::into_c(object);
                }
            }
            assert!(limited.try_new_child().is_err());
            assert_eq!(limited.total_blocks(), if index == 3 { 4 } else { 3 });
            drop(limited);
            assert_eq!(counts.dropped(), 1);
            free_in_c(make(root, &counts));
        });
        counts.assert_all_dropped(2);
    }
}

#[test]
fn m6_without_memory_the_handle_comes_back() {
    if !can_exhaust_memory() {
        return;
    }
    exits("memory::m6_without_memory_the_handle_comes_back", "only", || {
        let counts = Counts::new();
        check_tree(|root| {
            let (object, node) = (root.alloc(counts.value()), job(root, &counts));
            let blocks = root.total_blocks();
            assert!(c::tt_exhaust_memory());
            let (object, node) = (TBox::try_into_c(object), node.try_into_c());
            let plain = root.total_blocks();
            c::tt_release_memory();
            assert_eq!(plain, blocks);
            let (object, node) = (object.expect_err("no memory"), node.expect_err("no memory"));
            assert_eq!(*object.error(), Error::OutOfMemory { size: 0 });
            assert_eq!(*node.error(), Error::OutOfMemory { size: 0 });
            let (object, node) = (object.into_inner(), node.into_inner());
            assert!(object.is_alive() && node.get().value.is_alive());
            // Both are as they were: the handles drop them, the node by its own destructor.
            drop((object, node));
            assert_eq!(counts.dropped(), 2);
            // And there is memory again.
            free_in_c(job(root, &counts).into_c().cast());
        });
        counts.assert_all_dropped(3);
    })
    .assert_success();
}

#[test]
fn m6_the_plain_form_aborts() {
    if !can_exhaust_memory() {
        return;
    }
    for part in ["box", "node"] {
        dies_as("memory::m6_the_plain_form_aborts", part, || {
            let (root, counts) = (Ctx::new(), Counts::new());
            let (object, node) = (root.alloc(counts.value()), job(&root, &counts));
            assert!(c::tt_exhaust_memory());
            if part == "box" {
                TBox::into_c(object);
            } else {
                node.into_c();
            }
        })
        .assert_abort("memory allocation of");
    }
}
