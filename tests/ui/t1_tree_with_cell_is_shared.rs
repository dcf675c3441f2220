// A tree that is sent, but not shared: a `Cell` is changed behind `&`.
use std::cell::Cell;
use talloc::Tree;

talloc::node! { struct Job { done: Cell<u32> } }

fn main() {
    let job = Tree::<Job>::build(|_| Job { done: Cell::new(0) });
    std::thread::scope(|scope| {
        scope.spawn(|| job.with(|job| job.done.set(1)));
    });
}
