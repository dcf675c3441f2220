// A trait object hides that its value points to a local variable: C would read a dead stack frame.
use talloc::{Ctx, CtxRef, TBox, unsize};

fn greeter<'c>(ctx: &'c CtxRef, name: &str) -> TBox<'c, dyn Fn() -> String> {
    unsize!(ctx.alloc(move || format!("hello {name}")) => dyn Fn() -> String)
}

fn main() {
    let ctx = Ctx::new();
    let greet = {
        let name = String::from("anna");
        greeter(&ctx, &name)
    };
    println!("{}", greet());
}
