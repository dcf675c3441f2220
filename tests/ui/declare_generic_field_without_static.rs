// The value of a generic node may not borrow, and a field that is such a node says so.
use talloc::{Kept, Str};

talloc::node! {
    struct Named<'t, T> {
        name: Str<'t>,
        value: T,
    }
}

talloc::node! {
    struct Outer<'t, T> {
        inner: Kept<'t, Named<'static, T>>,
    }
}

fn main() {}
