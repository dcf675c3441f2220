// Only the library knows which of its handles can take an object over.
use talloc::{Adopt, Ctx, CtxRef, Error, Shared, TString};

struct Mine;

impl<'p> Adopt<'p> for Mine {
    type Target = u8;

    unsafe fn take_over(_: *mut u8) -> Result<Self, Error> {
        Ok(Mine)
    }
}

fn others(ctx: &CtxRef, text: *mut core::ffi::c_void) {
    let _: Result<TString<'_>, Error> = unsafe { ctx.adopt(text.cast()) };
    let _: Result<Shared<'_, u32>, Error> = unsafe { ctx.adopt(text.cast()) };
}

fn main() {
    others(&Ctx::new(), core::ptr::null_mut());
}
