// A reference count below the struct, dropped by the thread that frees the tree.
use std::rc::Rc;
use talloc::Tree;
use talloc::tree::Str;

talloc::node! { struct Job<'t> { name: Str<'t> } }

fn main() {
    let shared = Rc::new(7);
    let theirs = shared.clone();
    let job = Tree::<Job>::build(|t| {
        t.keep(theirs);
        Job { name: t.strdup_c(c"a") }
    });
    std::thread::spawn(move || drop(job));
    drop(shared);
}
