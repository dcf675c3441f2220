// Nothing would drop the elements.
use talloc::Tree;
use talloc::tree::Array;

talloc::node! { struct Job<'t> { done: Array<'t, String> } }

fn main() {
    drop(Tree::<Job>::build(|_| Job { done: Array::new() }));
}
