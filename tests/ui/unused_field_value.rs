// What nobody frees stays with the context: told as a warning, here an error.
#![deny(unused_must_use)]
use talloc::{Array, Ctx, Error};

fn main() -> Result<(), Error> {
    let ctx = Ctx::new();
    ctx.strdup("a")?;
    ctx.strdup_list(["a", "b"])?.remove(0);
    ctx.strdup_split("a b", " ")?;
    ctx.alloc_blob(b"a");
    Array::from(ctx.alloc_slice_copy(&[1]));
    Ok(())
}
