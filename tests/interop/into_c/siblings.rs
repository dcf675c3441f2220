//! N6: fields that look at each other when they are dropped.

use core::cell::RefCell;
use core::ffi::{CStr, c_char, c_int, c_void};
use std::rc::Rc;

use allocator_api2::vec::Vec as TallocVec;
use talloc::{CtxRef, Node, Str, TBox};
use talloc_tests::{Counted, Counts, c, check_tree};

use crate::shared::{free_in_c, tt_hang_children};

unsafe extern "C" {
    fn tt_replace_text(ptr: *mut c_void, text: *const c_char) -> c_int;
}

/// Looks at a sibling field when it is dropped.
struct Looks<'t> {
    sibling: &'t CStr,
    log: Rc<RefCell<Vec<String>>>,
    _counted: Counted,
}

impl Drop for Looks<'_> {
    fn drop(&mut self) {
        self.log.borrow_mut().push(self.sibling.to_string_lossy().into_owned());
    }
}

/// An element of a collection in the node's own memory, which logs, too.
struct Element<'t>(Looks<'t>, Box<u32>);

talloc::node! {
    #[repr(C)]
    struct Linked<'t> as c"struct linked" {
        label: Str<'t>,
        looks: Looks<'t>,
        list: TallocVec<Element<'t>, &'t CtxRef>,
        inner: TBox<'t, Looks<'t>>,
    }
}

fn linked<'c>(
    ctx: &'c CtxRef,
    counts: &Counts,
    log: &Rc<RefCell<Vec<String>>>,
) -> Node<'c, Linked<'c>> {
    ctx.build::<Linked>(|t| {
        let looks = |text: &str| Looks {
            sibling: t.strdup(text).expect("no NUL").leak(),
            log: Rc::clone(log),
            _counted: counts.value(),
        };
        let mut list = TallocVec::new_in(t);
        list.extend((0..3).map(|index| Element(looks("element"), Box::new(index))));
        let label = t.strdup_c(c"label");
        Linked { label, looks: looks("sibling"), list, inner: t.alloc(looks("inner")) }
    })
}

#[test]
fn n6_a_field_looks_at_a_sibling_field_whatever_c_adds() {
    let (counts, log) = (Counts::new(), Rc::default());
    check_tree(|root| {
        for round in 0..4 {
            let node = linked(root, &counts, &log);
            assert_eq!((node.get().list.len(), node.get().inner.sibling), (3, c"inner"));
            assert!(node.get().list.iter().all(|e| *e.1 < 3 && e.0.sibling == c"element"));
            assert_eq!((node.get().looks.sibling, &*node.get().label), (c"sibling", c"label"));
            let object: *mut c_void = node.into_c().cast();
            if round & 1 != 0 {
                // SAFETY: C's.
                unsafe {
                    tt_hang_children(object);
                    c::tt_set_adding_children(object);
                }
            }
            if round & 2 != 0 {
                // A field that no drop glue looks at is replaced: the new one goes first.
                // SAFETY: the struct begins with its label.
                assert_eq!(unsafe { tt_replace_text(object, c"replaced".as_ptr()) }, 0);
            }
            assert_eq!(free_in_c(object), 0);
            assert_eq!(root.total_blocks(), 1);
        }
    });
    let round = ["sibling", "element", "element", "element", "inner"];
    assert_eq!(*log.borrow(), [round; 4].concat());
    assert_eq!(Rc::strong_count(&log), 1);
    counts.assert_all_dropped(20);
}
