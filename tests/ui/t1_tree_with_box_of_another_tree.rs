// An object of a tree that stays on its thread.
use talloc::{Ctx, TBox, Tree};

talloc::node! { struct Job { number: TBox<'static, u32> } }

fn main() {
    let ctx: &'static Ctx = Box::leak(Box::new(Ctx::new()));
    let job = Tree::<Job>::build(|_| Job { number: ctx.alloc(7) });
    std::thread::spawn(move || drop(job));
    drop(ctx.alloc(8));
}
