// The struct is removed, and the name stands for another type: that type is the family, with
// its own destructor.
struct Other(String);
type User = Other;

talloc::node! {
    #[cfg(any())]
    struct User {}
}

talloc::node! {
    #[r#cfg(any())]
    struct Another {}
}
type Another = Vec1;
struct Vec1(Vec<u8>);

fn main() {
    let ctx = talloc::Ctx::new();
    assert_eq!(ctx.build::<User>(|_| Other(String::from("anna"))).get().0, "anna");
    assert_eq!(ctx.build::<Another>(|_| Vec1(vec![1])).get().0, [1]);
}
