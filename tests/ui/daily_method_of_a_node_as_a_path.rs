// `talloc::Node` is a short form, of which a path says no struct.
use talloc::{Ctx, Node, Str};

talloc::node! { struct User<'t> { name: Str<'t> } }

fn main() {
    let ctx = Ctx::new();
    let users = ["anna", "bob"].map(|name| ctx.build::<User>(|t| User { name: t.strdup(name).unwrap() }));
    let kept = users.map(Node::keep);
    println!("{}", kept.len());
}
