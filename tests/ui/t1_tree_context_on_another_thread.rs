// Two threads allocate in one tree.
use talloc::Tree;

talloc::node! { struct Job<'t> { name: &'t str } }

fn main() {
    let mut job = Tree::<Job>::build(|t| Job { name: t.alloc_str("a") });
    job.with_mut(|t, _| {
        std::thread::scope(|scope| {
            scope.spawn(|| t.alloc_str("b").len());
            t.alloc_str("c").len()
        })
    });
}
