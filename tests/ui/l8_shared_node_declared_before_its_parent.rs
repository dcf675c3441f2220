// The share would be given up after its parent is gone.
use talloc::{Ctx, SharedNode, Str};

talloc::node! { struct Config<'t> { address: Str<'t> } }

fn main() {
    let mut share: Option<SharedNode<'_, Config<'_>>> = None;
    let ctx = Ctx::new();
    let config = ctx.build::<Config>(|t| Config { address: t.strdup_c(c"::1") });
    share.replace(config.share(&ctx));
}
