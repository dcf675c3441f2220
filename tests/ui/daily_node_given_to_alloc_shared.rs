// The handle of a node borrows its parent, and a shared value may outlive every parent.
use talloc::{Ctx, Str};

talloc::node! { struct Config<'t> { name: Str<'t> } }

fn main() {
    let server = Ctx::new();
    let config = server.build::<Config>(|t| Config { name: t.strdup_c(c"main") });
    let shared = server.alloc_shared(config);
    drop(server);
    println!("{}", shared.get().name);
}
