// The destructor would drop another type than the one that is there.
use talloc::{Ctx, Node};

struct OnDrop<T: Give>(T);

trait Give {
    fn give(&self, text: &String);
}

impl<T: Give> Drop for OnDrop<T> {
    fn drop(&mut self) {
        self.0.give(&String::from("of this stack frame"));
    }
}

impl Give for for<'a> fn(&'a String) {
    fn give(&self, text: &String) {
        self(text)
    }
}

#[allow(coherence_leak_check)]
impl Give for fn(&'static String) {
    fn give(&self, _: &String) {}
}

type Any = OnDrop<for<'a> fn(&'a String)>;
type Static = OnDrop<fn(&'static String)>;

talloc::node! { #[r#cfg(any())] struct Any {} }
talloc::node! { #[r#cfg(any())] struct Static {} }

fn main() {
    let ctx = Ctx::new();
    let node: Node<'_, Any> = ctx.build::<Any>(|_| OnDrop((|_| ()) as for<'a> fn(&'a String)));
    let mut node: Node<'_, Static> = node;
    node.with_mut(|_, node| node.0 = (|text: &'static String| println!("{text}")) as fn(_));
}
