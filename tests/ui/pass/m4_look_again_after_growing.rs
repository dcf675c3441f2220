use talloc::{Ctx, TBox, TString};

fn main() {
    let ctx = Ctx::new();
    let mut path = TString::from_str_in("/etc", &ctx);
    path.push_str("/smb.conf");
    println!("{}", &path[..1]);

    let mut numbers = ctx.alloc_slice_copy(&[1, 2, 3]);
    TBox::extend_from_slice(&mut numbers, &[4, 5, 6]);
    println!("{} {}", numbers[0], TBox::as_ctx(&numbers).alloc(7));
}
