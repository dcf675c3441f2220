// One family would become another whose struct claims to borrow from what never ends.
use talloc::{Ctx, Node};

#[derive(Clone, Copy)]
struct Both<T>(T);

type Own<'t> = Both<(for<'a> fn(&'a u8), &'t str)>;
type Static = Both<(fn(&'static u8), &'static str)>;

talloc::node!(Own<'t>);
talloc::node!(Static);

fn main() {
    let ctx = Ctx::new();
    let node: Node<'_, Own<'static>> = ctx.build::<Own<'static>>(|t| {
        let text: &str = talloc::TBox::leak(t.alloc_str("freed with the node"));
        Both(((|_| ()) as for<'a> fn(&'a u8), text))
    });
    let node: Node<'_, Static> = node;
    let text: &'static str = node.get().0.1;
    drop(node);
    println!("{text}");
}
