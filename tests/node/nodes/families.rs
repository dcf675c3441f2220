//! Families that are declared in unusual ways, by the macro or by hand. Whatever the names
//! stand for, what is read, written and dropped is what was put in.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use talloc::Str;
use talloc::node::{Family, Member};
use talloc_tests::{Counted, Counts, check_tree};

/// A tuple is no type of this crate; a name for its family is.
struct HostAndPort;

impl Member for HostAndPort {
    type Family = Self;
}

impl Family for HostAndPort {
    type Of<'t> = (Str<'t>, u16, Counted);
    const C_NAME: Option<&'static core::ffi::CStr> = Some(c"struct host_and_port");

    fn shorten<'short, 'long: 'short>(node: &'short Self::Of<'long>) -> &'short Self::Of<'short> {
        node
    }
}

#[test]
fn a_family_by_hand() {
    let counts = Counts::new();
    check_tree(|root| {
        let node = root.build::<HostAndPort>(|t| (t.strdup_c(c"localhost"), 80, counts.value()));
        assert_eq!((node.get().0.to_bytes(), node.get().1), (&b"localhost"[..], 80));
        assert_eq!(node.as_ctx().name(), c"struct host_and_port");
        assert!(node.get().2.is_alive());
    });
    counts.assert_all_dropped(1);
}

/// A struct that is not covariant: no reader may see it with a shorter lifetime.
struct Slot;

impl Member for Slot {
    type Family = Self;
}

impl Family for Slot {
    type Of<'t> = Cell<Option<&'t str>>;

    /// What a safe implementation can do: not return.
    fn shorten<'short, 'long: 'short>(
        _: &'short Cell<Option<&'long str>>,
    ) -> &'short Cell<Option<&'short str>> {
        panic!("not covariant")
    }
}

#[test]
fn n4_a_family_that_is_not_covariant_by_hand() {
    check_tree(|root| {
        let mut node =
            root.build::<Slot>(|t| Cell::new(Some(talloc::TBox::leak(t.alloc_str("x")))));
        let read = catch_unwind(AssertUnwindSafe(|| {
            let local = String::from("of this closure");
            node.get().set(Some(&local));
        }));
        assert!(read.is_err());
        assert_eq!(node.with_mut(|_, slot| slot.get().map(str::len)), Some(1));
        // Left to a context that goes, also by the `keep` that does not return.
        let holder = root.new_child();
        let shared = node.share(&holder);
        assert!(catch_unwind(AssertUnwindSafe(|| shared.get().get().map(str::len))).is_err());
        assert!(catch_unwind(AssertUnwindSafe(|| shared.keep().get().map(str::len))).is_err());
    });
}

/// A member that names a family which is not its own is an alias for signatures, no more.
struct Stranger;

impl Member for Stranger {
    type Family = HostAndPort;
}

fn port(node: &talloc::Node<'_, Stranger>) -> u16 {
    node.get().1
}

#[test]
fn a_member_of_another_family() {
    let counts = Counts::new();
    check_tree(|root| {
        let node = root.build::<HostAndPort>(|t| (t.strdup_c(c"h"), 8080, counts.value()));
        assert_eq!(port(&node), 8080);
    });
    counts.assert_all_dropped(1);
}

/// Two families with the same struct.
struct Twin;

impl Member for Twin {
    type Family = Self;
}

impl Family for Twin {
    type Of<'t> = <HostAndPort as Family>::Of<'t>;

    fn shorten<'short, 'long: 'short>(node: &'short Self::Of<'long>) -> &'short Self::Of<'short> {
        HostAndPort::shorten(node)
    }
}

#[test]
fn d1_two_families_of_one_struct_drop_it_once() {
    let counts = Counts::new();
    check_tree(|root| {
        let one = root.build::<Twin>(|t| (t.strdup_c(c"a"), 1, counts.value())).keep();
        let two = root.build::<HostAndPort>(|t| (t.strdup_c(c"b"), 2, counts.value()));
        assert_eq!(one.get().1 + two.get().1, 3);
        one.free();
    });
    counts.assert_all_dropped(2);
}
