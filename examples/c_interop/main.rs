//! Rust and C on the same talloc tree: each reads, steals and frees what the
//! other has made. `peer.c` is the C side, `peer.rs` the border; only there is
//! unsafe code.
#![deny(unsafe_code)]

#[allow(unsafe_code)]
mod peer;

use talloc::{Ctx, Error, TBox};

use peer::{Login, User};

/// Says when it is dropped.
struct Witness;

impl Drop for Witness {
    fn drop(&mut self) {
        println!("  the Rust value below the user is dropped");
    }
}

fn main() -> Result<(), Error> {
    let ctx = Ctx::named(c"main");

    println!("C reads what Rust made");
    let anna = ctx.try_build::<User>(|user| {
        Ok(User {
            name: user.strdup("anna")?,
            shell: Some(user.strdup("/bin/sh")?),
            groups: user.alloc_slice_copy(&[100, 27]).into(),
        })
    })?;
    let text = peer::describe(&ctx, anna.as_ctx())?;
    println!("  {text}");
    assert_eq!(text, "anna, /bin/sh, groups 100 27");

    println!("C refuses what is of another type");
    let number = ctx.alloc(7);
    assert_eq!(peer::describe(&ctx, TBox::as_ctx(&number)), Err(Error::Null));

    println!("Rust takes over what C made");
    let login: TBox<'_, Login> = peer::login(&ctx)?;
    println!("  {login:?}");
    let mut nobody = peer::create(&ctx, c"nobody")?;
    assert_eq!(nobody.get().shell, None);
    nobody.with_mut(|user, fields| -> Result<(), Error> {
        fields.groups[0] = 99;
        fields.shell = Some(user.strdup("/sbin/nologin")?);
        Ok(())
    })?;
    println!("  {}", peer::describe(&ctx, nobody.as_ctx())?);

    println!("C steals and frees what Rust made");
    TBox::keep(anna.as_ctx().alloc(Witness));
    let blocks = peer::discard(anna);
    println!("  {blocks} blocks");
    assert_eq!(blocks, 5);

    println!("C calls Rust with a context of its own");
    assert_eq!(peer::name_length(c"otto:/bin/sh"), 4);
    assert_eq!(peer::name_length(c"no colon"), 0);

    drop((text, number, login, nobody));
    assert_eq!(ctx.total_blocks(), 1);
    Ok(())
}
