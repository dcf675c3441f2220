// The name is stored by its address, and the text goes before the object.
use std::ffi::CString;
use talloc::{Ctx, TBox};

fn main() {
    let ctx = Ctx::new();
    let text = CString::new(format!("conn {}", 4)).unwrap();
    let number = TBox::with_name_const(ctx.alloc(1), &text);
    println!("{number}");
}
