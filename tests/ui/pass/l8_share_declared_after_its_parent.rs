use talloc::{Ctx, Shared};

fn main() {
    let ctx = Ctx::new();
    let mut share: Option<Shared<'_, String>> = None;
    share.replace(ctx.alloc_shared(String::from("text")));
    assert_eq!(share.as_deref().map(String::as_str), Some("text"));
}
