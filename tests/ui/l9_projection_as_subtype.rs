// As l9_alias_as_subtype, where the aliases take their types from associated ones.
use talloc::{Ctx, Node};

struct Pick<T>(T);

trait Select {
    type Out;
}

#[allow(coherence_leak_check)]
impl Select for Pick<for<'a> fn(&'a u8)> {
    type Out = for<'a> fn(&'a u8);
}

#[allow(coherence_leak_check)]
impl Select for Pick<fn(&'static u8)> {
    type Out = fn(&'static u8);
}

#[derive(Clone, Copy)]
struct Both<T>(T);

type Own<'t> = Both<(<Pick<for<'a> fn(&'a u8)> as Select>::Out, &'t str)>;
type Static = Both<(<Pick<fn(&'static u8)> as Select>::Out, &'static str)>;

talloc::node!(Own<'t>);
talloc::node!(Static);

fn main() {
    let ctx = Ctx::new();
    let node = ctx.build::<Own<'_>>(|t| {
        let text: &str = talloc::TBox::leak(t.alloc_str("freed with the node"));
        Both(((|_| ()) as for<'a> fn(&'a u8), text))
    });
    let node: Node<'_, Static> = node;
    println!("{}", node.get().0.1);
}
