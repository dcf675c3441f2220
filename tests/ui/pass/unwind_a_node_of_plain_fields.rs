use std::panic::catch_unwind;

use talloc::{Array, Kept, SharedNode, Str};

talloc::node! { struct Log<'t> { path: Str<'t> } }
talloc::node! {
    struct Server<'t> { name: Str<'t>, ports: Array<'t, u16>, log: Option<Kept<'t, Log<'static>>> }
}

fn main() {
    let server = talloc::root::<Server>(|t| Server {
        name: t.strdup_c(c"main"),
        ports: t.alloc_slice_copy(&[80]).into(),
        log: Some(t.build(|t| Log { path: t.strdup_c(c"/") }).keep()),
    });
    assert_eq!(catch_unwind(|| server.get().name.count_bytes()).ok(), Some(4));
    assert_eq!(catch_unwind(|| server.get().ports.len()).ok(), Some(1));
    let shared: SharedNode<'_, Server> = server.share(talloc::Ctx::new().leak());
    assert!(catch_unwind(move || shared.get().log.as_ref().map(|log| log.get().path == "/")).is_ok());
}
