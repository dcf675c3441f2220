// The name is looked at again when the object has another one, and a name by address is static.
use talloc::{Ctx, TBox};

fn main() {
    let ctx = Ctx::new();
    let mut number = TBox::with_name_const(ctx.alloc(1), c"one");
    assert_eq!(TBox::as_ctx(&number).name(), c"one");
    TBox::set_name(&mut number, &format!("conn {}", 4)).unwrap();
    assert_eq!(TBox::as_ctx(&number).name(), c"conn 4");
}
