// The memory may move when it grows: C would read the old place, which is freed.
use talloc::{Ctx, TBox, TString};

fn string() {
    let ctx = Ctx::new();
    let mut path = TString::from_str_in("/etc", &ctx);
    let first = &path[..1];
    path.push_str("/smb.conf");
    println!("{first}");
}

fn array() {
    let ctx = Ctx::new();
    let mut numbers = ctx.alloc_slice_copy(&[1, 2, 3]);
    let first = &numbers[0];
    TBox::extend_from_slice(&mut numbers, &[4, 5, 6]);
    println!("{first}");
}

fn main() {
    string();
    array();
}
