// The check looks at the context when it is dropped.
use talloc::{Ctx, LeakCheck};

fn main() {
    let mut ctx = Ctx::new();
    let check = LeakCheck::new(&ctx);
    ctx.free_children();
    drop(check);
}
