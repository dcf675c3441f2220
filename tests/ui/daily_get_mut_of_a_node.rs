// With a `&mut` of its struct a node could be given the fields of another one: there is `with_mut`.
use talloc::{Ctx, Kept, Str};

talloc::node! { struct File<'t> { path: Str<'t>, size: u64 } }
talloc::node! { struct Session<'t> { files: Vec<Kept<'t, File<'static>>> } }

fn main() {
    let ctx = Ctx::new();
    let mut session = ctx.build::<Session>(|_| Session { files: Vec::new() });
    session.get_mut().files.clear();
}
