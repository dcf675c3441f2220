// The right to change the tree, kept while the tree goes to another thread.
use talloc::Tree;

talloc::node! { struct Job<'t> { name: &'t str } }

fn main() {
    let mut job = Tree::<Job>::build(|t| Job { name: t.alloc_str("a") });
    let t = job.with_mut(|t, _| t);
    std::thread::spawn(move || drop(job));
    t.alloc_str("b");
}
