// The inner struct is used after the outer one was freed: C would read freed memory.
use talloc::{Ctx, Kept, Str};

talloc::node! { struct Peer<'t> { name: Str<'t> } }
talloc::node! { struct Session<'t> { peer: Option<Kept<'t, Peer<'static>>> } }

fn main() {
    let ctx = Ctx::new();
    let mut session = ctx.build::<Session>(|t| Session {
        peer: Some(t.build::<Peer>(|p| Peer { name: p.strdup("bob").unwrap() }).keep()),
    });
    let peer = session.with_mut(|_, session| session.peer.take()).unwrap();
    drop(session);
    println!("{}", peer.get().name);
}
