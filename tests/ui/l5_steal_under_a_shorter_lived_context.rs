// The result is stolen by the scratch context, which is freed first: C would return freed memory.
use talloc::{Ctx, CtxRef, TBox};

fn compute(ctx: &CtxRef) -> TBox<'_, u32> {
    let result = ctx.alloc(42);
    let scratch = Ctx::new();
    TBox::steal(result, &scratch)
}

fn main() {
    let root = Ctx::new();
    println!("{}", compute(&root));
}
