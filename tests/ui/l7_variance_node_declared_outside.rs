// Two names for one generic struct, of which one is a subtype of the other: the destructor
// would drop the type that the node was built as, and use a text that lives only for the call.
struct OnDrop<F: Copy + Fn(&'static str)>(F);

impl<F: Copy + Fn(&'static str)> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)("text");
    }
}

type Any = OnDrop<for<'a> fn(&'a str)>;

talloc::node!(Any);

fn main() {
    let ctx = talloc::Ctx::new();
    let _node = ctx.build::<Any>(|_| OnDrop(|_| ()));
}
