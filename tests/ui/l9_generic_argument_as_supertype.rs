// One declaration, two families, of which one would be a subtype of the other.
use talloc::node::Kept;
use talloc::{Ctx, Node, Str};

struct OnDrop<F: Copy + Fn(&'static String)>(F);

talloc::node! {
    struct Named<'t, T> {
        name: Str<'t>,
        value: T,
    }
}

type Any = Option<for<'a> fn(&'a String)>;
type Static = Option<fn(&'static String)>;

fn owned<'c>(node: Node<'c, Named<'c, Any>>) -> Node<'c, Named<'c, Static>> {
    node
}

fn kept<'c>(node: Kept<'c, Named<'static, Any>>) -> Kept<'c, Named<'static, Static>> {
    node
}

fn borrowed<'a>(node: &'a Node<'_, Named<'_, Any>>) -> &'a Node<'a, Named<'a, Static>> {
    node
}

fn main() {
    let ctx = Ctx::new();
    let node = ctx.build::<Named<Any>>(|t| Named { name: t.strdup_c(c"f"), value: None });
    let _ = (owned(node), kept, borrowed, OnDrop(|_| ()));
}
