// A field names another node by its family: `Kept<'t, Peer<'static>>`.
use talloc::{Kept, Str};

talloc::node! {
    struct Peer<'t> {
        name: Str<'t>,
    }
}

talloc::node! {
    struct Session<'t> {
        peer: Kept<'t, Peer<'t>>,
    }
}

fn main() {}
