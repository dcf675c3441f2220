// An object of a scratch frame, which ends before the tree, and belongs to this thread.
use talloc::Tree;

talloc::node! { struct Job<'t> { number: &'t u32 } }

fn main() {
    talloc::scratch(|tmp| {
        let number = tmp.alloc(7);
        drop(Tree::<Job>::build(|_| Job { number: &number }));
    });
}
