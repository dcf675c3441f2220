// The struct is removed, and the name would stand for another type, with another destructor.
struct Other(String);
type User = Other;

talloc::node! {
    #[cfg(any())]
    struct User {}
}

fn main() {
    let ctx = talloc::Ctx::new();
    println!("{}", ctx.build::<User>(|_| Other(String::from("anna"))).get().0);
}
