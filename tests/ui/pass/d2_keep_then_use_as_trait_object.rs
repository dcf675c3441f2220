use talloc::{Ctx, TBox};

fn main() {
    let ctx = Ctx::new();
    let text = TBox::keep(ctx.alloc(String::from("anna")));
    let text: &mut dyn std::fmt::Display = text;
    println!("{text}");
}
