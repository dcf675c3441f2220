// The old name is in use when the object gets another one.
use talloc::{Ctx, TBox};

fn main() {
    let ctx = Ctx::new();
    let mut number = ctx.alloc(1);
    let name = TBox::as_ctx(&number).name();
    TBox::set_name_const(&mut number, c"number");
    println!("{name:?}");
}
