// A share, which links the tree to others.
use talloc::{Shared, Tree};

talloc::node! { struct Job { number: Option<Shared<'static, u32>> } }

fn main() {
    drop(Tree::<Job>::build(|_| Job { number: None }));
}
