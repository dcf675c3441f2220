// Nothing says what the `?` in the closure makes of the error.
use talloc::{Array, Ctx};

talloc::node! { struct Ports<'t> { all: Array<'t, u16> } }

fn main() {
    let ctx = Ctx::new();
    let mut ports = ctx.build::<Ports>(|t| Ports { all: Array::new_in(t) });
    let added = ports.with_mut(|_, ports| {
        ports.all.try_push(80)?;
        Ok(())
    });
    added.unwrap();
}
