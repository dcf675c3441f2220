// An object whose closure is asked when it is freed: it stays on its thread.
use talloc::{Guarded, Tree};

talloc::node! { struct Job { number: Option<Guarded<'static, u32>> } }

fn main() {
    drop(Tree::<Job>::build(|_| Job { number: None }));
}
