// A reference count that both threads change: `Rc` counts without a lock.
use std::rc::Rc;
use talloc::Tree;
use talloc::tree::Str;

talloc::node! { struct Job<'t> { name: Str<'t>, shared: Rc<u8> } }

fn main() {
    let shared = Rc::new(7);
    let theirs = shared.clone();
    let job = Tree::<Job>::build(|t| Job { name: t.strdup_c(c"a"), shared: theirs });
    std::thread::spawn(move || drop(job));
    drop(shared);
}
