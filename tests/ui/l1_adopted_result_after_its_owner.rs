// A result below an object that the caller owns: it is gone with the owner.
use talloc::{Ctx, CtxRef, Error, Str, TBox};

unsafe extern "C" {
    safe fn name_of(session: &CtxRef) -> *mut core::ffi::c_char;
}

fn main() -> Result<(), Error> {
    let ctx = Ctx::new();
    let session = ctx.alloc(7);
    let name: Str<'_> = unsafe { TBox::as_ctx(&session).adopt(name_of(TBox::as_ctx(&session))) }?;
    drop(session);
    println!("{name}");
    Ok(())
}
