// Fields that can be freed without the tree, and so on any thread.
use talloc::{Str, Tree};

talloc::node! { struct Job<'t> { name: Option<Str<'t>> } }

fn main() {
    let job = Tree::<Job>::build(|_| Job { name: None });
    std::thread::spawn(move || drop(job));
}
