//! D3, D5: drops that panic, and drops that work on the tree that goes.

use core::cell::Cell;
use core::ffi::c_void;
use std::rc::Rc;

use talloc::{Ctx, Str, TBox};
use talloc_tests::{Counted, Counts, check_tree, dies_as};

use crate::shared::{ctx, free_in_c};

#[test]
fn d3_a_panic_of_drop_ends_the_process_with_its_message() {
    talloc::node! { struct Bomb<'t> { name: Str<'t>, bomb: talloc_tests::PanicOnDrop } }
    for part in ["box", "large", "node", "parent", "handle of the parent"] {
        dies_as("drops::d3_a_panic_of_drop_ends_the_process_with_its_message", part, || {
            let (root, counts) = (Ctx::new(), Counts::new());
            let bomb = || TBox::into_c(root.alloc(counts.panicking()));
            match part {
                "box" => free_in_c(bomb().cast()),
                "large" => {
                    free_in_c(TBox::into_c(root.alloc(counts.panicking_sized::<300>())).cast())
                }
                "node" => {
                    let node = root.build::<Bomb>(|t| Bomb {
                        name: t.strdup_c(c"bomb"),
                        bomb: counts.panicking(),
                    });
                    assert_eq!(
                        (&node.get().name == "bomb", &raw const node.get().bomb),
                        (true, &raw const node.get().bomb)
                    );
                    free_in_c(node.into_c().cast())
                }
                "parent" => {
                    bomb();
                    free_in_c(root.into_raw())
                }
                _ => {
                    bomb();
                    drop(root);
                    0
                }
            };
        })
        .assert_abort("drop panics");
    }
}

/// Works on its own object, its siblings and its parent when it is dropped.
struct Busy {
    object: Rc<Cell<*mut c_void>>,
    root: *mut c_void,
    _counted: Counted,
}

impl Drop for Busy {
    fn drop(&mut self) {
        let object = ctx(self.object.get());
        // A second free of what is being freed does nothing.
        assert_eq!(free_in_c(self.object.get()), 0);
        TBox::leak(object.alloc([1_u8; 100]));
        TBox::keep(object.alloc(self.object.clone()));
        drop(object.new_child());
        let mut report = String::new();
        ctx(self.root).report_full(&mut report).expect("a report");
        assert!(report.starts_with("full talloc report on 'test'"), "{report}");
        // The next one, given away as well, while this one goes.
        TBox::into_c(object.alloc(Rc::clone(&self.object)));
    }
}

#[test]
fn d5_a_drop_works_on_the_object_that_goes() {
    let counts = Counts::new();
    let cell = Rc::new(Cell::new(core::ptr::null_mut()));
    check_tree(|root| {
        let busy = Busy { object: Rc::clone(&cell), root: root.as_ptr(), _counted: counts.value() };
        let object = TBox::into_c(root.alloc(busy));
        cell.set(object.cast());
        assert_eq!(free_in_c(object.cast()), 0);
        assert_eq!(root.total_blocks(), 1);
    });
    assert_eq!(Rc::strong_count(&cell), 1);
    counts.assert_all_dropped(1);
}
