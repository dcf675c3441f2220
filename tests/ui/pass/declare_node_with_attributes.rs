talloc::node! {
    /// Documented, derived, and allowed.
    #[allow(dead_code)]
    #[derive(Debug)]
    struct User<'t> {
        name: Option<talloc::Str<'t>>,
    }
}

#[cfg(any())]
talloc::node! {
    struct Removed {}
}

fn main() {
    let ctx = talloc::Ctx::new();
    let user = ctx.build::<User>(|_| User { name: None });
    assert_eq!(format!("{user:?}"), "User { name: None }");
}
