//! The items of the crate are read right.

use talloc_tests::source::items_of;

#[test]
fn items_are_read() {
    let text = "\
/// A comment.
#[doc(alias = \"talloc\")]
#[must_use = \"\"]
pub struct A<'t> {
    field: u8,
}

impl<'t, T: Fn(u8) -> u8> A<'t>
where
    T: Copy,
{
    #[doc(alias = \"talloc_new\")]
    #[doc(alias = \"talloc_init\")]
    pub const unsafe fn new() {
        fn inner() {}
    }

    pub(crate) fn hidden() {}
}

unsafe impl b::Trait for c::B<'_> {}

impl<T> Trait for A<T> {
    fn of_a_trait() {}
}

macro_rules! names {
    (impl[$($generics:tt)*] $Handle:ty) => {
        impl<$($generics)*> $Handle {
            pub fn set_name() {}
        }
    };
}
names! {
    impl['p, T] TBox<'p, T> {
    }
    impl[] B {
    }
}

pub unsafe extern \"C\" fn free() {}
";
    let items = items_of(text, "c_alloc.rs");
    let shown: Vec<_> = items
        .iter()
        .map(|item| {
            let sight = if item.is_public { "" } else { "-" };
            sight.to_owned()
                + &item.shown()
                + &item.aliases.iter().map(|a| " ".to_owned() + a).collect::<String>()
        })
        .collect();
    assert_eq!(
        shown,
        [
            "A talloc",
            "A::new talloc_new talloc_init",
            "-A::hidden",
            "A::of_a_trait",
            "-names",
            "TBox::set_name",
            "B::set_name",
            "free",
        ]
    );
    assert!(items[7].is_in("c_alloc") && items[7].is_in("talloc") && !items[7].is_in("A"));
}
