//! Pattern 3: the fields of a struct are its children.
#![forbid(unsafe_code)]
#![allow(clippy::disallowed_names, reason = "foo is what the C code calls it")]

use talloc::{Array, Ctx, CtxRef, Error, Node, Str};

talloc::node! {
    #[repr(C)]
    struct Foo<'t> as c"foo_t" {
        name: Str<'t>,
        data: Array<'t, u8>,
    }
}

fn foo_init(ctx: &CtxRef) -> Result<Node<'_, Foo<'_>>, Error> {
    ctx.try_build(|foo| {
        // Fields on foo. `ctx.strdup(…)` here, a sibling of foo, does not compile.
        Ok(Foo {
            name: foo.strdup("example")?,                    // Child of foo
            data: foo.alloc_slice_zeroed::<u8>(1024).into(), // Child of foo
        })
    })
}

fn main() -> Result<(), Error> {
    let (ctx, elsewhere) = (Ctx::new(), Ctx::new());
    let foo = foo_init(&ctx)?;
    println!("{} has {} bytes of data", foo.get().name, foo.get().data.len());
    assert_eq!(ctx.total_blocks(), 4);

    let foo = foo.steal(&elsewhere); // The fields move along.
    assert_eq!((ctx.total_blocks(), elsewhere.total_blocks()), (1, 4));

    drop(foo); // Frees name and data automatically.
    assert_eq!(elsewhere.total_blocks(), 1);
    Ok(())
}
