// What is made and not used is freed at once, or left behind: the compiler warns.
#![deny(unused_must_use)]

use talloc::{Ctx, Error, Guarded, SecretBytes, SecretStr, SecretString, Shared, TBox, TString, Verdict};

talloc::node! { struct Name<'t>(talloc::Str<'t>); }

fn main() -> Result<(), Error> {
    let ctx = Ctx::new();
    Ctx::named(c"root");
    Ctx::pool(100);
    ctx.new_child();
    ctx.try_new_child_named(c"child")?;
    ctx.new_pool(100);
    ctx.pooled(1, 1);
    ctx.typed::<u32>();
    ctx.alloc(1);
    ctx.try_alloc(1)?;
    ctx.alloc_str("text");
    ctx.alloc_slice_copy(&[1]);
    ctx.alloc_zeroed::<u32>();
    ctx.typed::<u32>().alloc(1);
    ctx.alloc_guarded(1, |_| Verdict::Free);
    ctx.alloc_shared(1);
    talloc::format!(ctx, "{}", 1);
    TString::new_in(&ctx);
    TString::try_from_str_in("text", &ctx)?;
    ctx.strdup_secret("hunter2")?;
    SecretBytes::from_slice_in(b"key", &ctx);
    SecretString::from_str_in("key", &ctx);

    let (one, two) = (ctx.alloc(1), ctx.alloc(2));
    TBox::steal(one, &ctx);
    TBox::into_raw(two);
    let (one, two) = (ctx.alloc(1), ctx.alloc(2));
    TBox::free(one);
    TBox::into_inner(two);
    let shared = ctx.alloc_shared(1);
    Shared::clone_in(&shared, &ctx);
    Shared::into_box(shared, &ctx);
    let job = ctx.alloc_guarded(1, |_| Verdict::Refuse);
    Guarded::into_raw(job);
    let mut child = ctx.new_child();
    child.set_name("name");
    child.with_name_const(c"name");
    let node = ctx.build::<Name>(|t| Name(t.strdup_c(c"name")));
    node.steal(&ctx);
    let node = ctx.build::<Name>(|t| Name(t.strdup_c(c"name")));
    node.share(&ctx);
    talloc::root::<Name>(|t| Name(t.strdup_c(c"name")));
    ctx.strdup("name")?;
    ctx.strdup_list(["name"])?;
    let secret: SecretStr<'_> = ctx.strdup_secret("hunter2")?;
    secret.into_raw();

    // To leave something to its parent is no loss.
    TBox::leak(ctx.alloc(1));
    TBox::keep(ctx.alloc(1));
    Guarded::keep(ctx.alloc_guarded(1, |_| Verdict::Free));
    TString::from_str_in("text", &ctx).leak();
    ctx.new_child().leak();
    ctx.on_free(|| {});
    Ok(())
}
