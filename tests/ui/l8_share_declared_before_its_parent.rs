// The share would be given up after its parent is gone.
use talloc::{Ctx, Shared};

fn main() {
    let mut share: Option<Shared<'_, String>> = None;
    let ctx = Ctx::new();
    share.replace(ctx.alloc_shared(String::from("text")));
}
