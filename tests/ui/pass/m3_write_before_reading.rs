use talloc::{Ctx, TBox};

fn main() {
    let ctx = Ctx::new();
    let number = TBox::write(ctx.alloc_uninit::<u32>(), 7);
    println!("{} {}", *number, ctx.alloc_zeroed::<[u32; 4]>()[0]);
}
