// A string moves while an object that was allocated on it is in use, with its address.
use talloc::{AsCtx, Ctx, TString};

fn main() {
    let ctx = Ctx::new();
    let mut text = TString::from_str_in("text", &ctx);
    let below = text.as_ctx();
    text.push_str(" and more");
    println!("{}", below.total_blocks());
}
