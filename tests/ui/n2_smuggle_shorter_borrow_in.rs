// A struct keeps a pointer to a local variable: C would read a dead stack frame.
use talloc::Ctx;

talloc::node! { struct User<'t> { name: &'t str } }

fn main() {
    let ctx = Ctx::new();
    let mut user = ctx.build::<User>(|_| User { name: "nobody" });
    {
        let line = String::from("anna");
        user.with_mut(|_, user| user.name = line.as_str());
    }
    println!("{}", user.get().name);
}
