// A context of a thread goes along to another.
use talloc::{Ctx, CtxRef, Tree};

talloc::node! { struct Job { ctx: &'static CtxRef } }

fn main() {
    let ctx: &'static Ctx = Box::leak(Box::new(Ctx::new()));
    let job = Tree::<Job>::build(|_| Job { ctx });
    std::thread::spawn(move || job.with(|job| drop(job.ctx.alloc(1))));
    drop(ctx.alloc(2));
}
