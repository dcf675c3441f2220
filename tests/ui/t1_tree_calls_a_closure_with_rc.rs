// A closure that another thread calls when it frees the tree.
use std::rc::Rc;
use talloc::Tree;

talloc::node! { struct Job<'t> { name: &'t str } }

fn main() {
    let shared = Rc::new(7);
    let theirs = shared.clone();
    let job = Tree::<Job>::build(|t| {
        t.on_free(move || drop(theirs));
        Job { name: t.alloc_str("a") }
    });
    std::thread::spawn(move || drop(job));
    drop(shared);
}
