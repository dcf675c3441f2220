#![forbid(unsafe_code)]

use talloc::{Ctx, CtxRef, TBox, unsize};

fn greeter<'a>(ctx: &'a CtxRef, name: &'a str) -> TBox<'a, dyn Fn() -> String + 'a> {
    unsize!(ctx.alloc(move || format!("hello {name}")) => dyn Fn() -> String + 'a)
}

fn main() {
    let ctx = Ctx::new();
    let name = String::from("anna");
    let greet = greeter(&ctx, &name);
    println!("{}", greet());
    println!("{:?}", unsize!(ctx.alloc([1, 2, 3]) => [i32]));
}
