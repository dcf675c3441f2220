use talloc::{Ctx, CtxRef, TBox};

fn compute(ctx: &CtxRef) -> TBox<'_, u32> {
    let scratch = Ctx::new();
    let result = scratch.alloc(42);
    TBox::steal(result, ctx)
}

fn main() {
    let root = Ctx::new();
    println!("{}", compute(&root));
}
