// A node that gives out its context without the tree, three levels down.
use talloc::tree::{Array, Kept};
use talloc::Tree;

talloc::node! { struct Leaf<'t> { name: &'t str } }
talloc::node! { struct Inner<'t> { leaf: Option<talloc::Kept<'t, Leaf<'static>>> } }
talloc::node! { struct Outer<'t> { inner: Array<'t, Kept<'t, Inner<'static>>> } }

fn main() {
    let outer = Tree::<Outer>::build(|_| Outer { inner: Array::new() });
    std::thread::spawn(move || drop(outer));
}
