// What `with` reads is not for ever, whoever has leaked the tree.
use talloc::Tree;

talloc::node! { struct Job<'t> { name: &'t str } }

fn main() {
    let job: &'static Tree<Job> =
        Box::leak(Box::new(Tree::<Job>::build(|t| Job { name: t.alloc_str("a") })));
    let _: &'static str = job.with(|job| job.name);
}
