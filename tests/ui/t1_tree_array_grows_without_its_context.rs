// An array that grows behind `&mut` alone, which can be on any thread.
use talloc::Tree;
use talloc::tree::Array;

talloc::node! { struct Job<'t> { done: Array<'t, u32> } }

fn main() {
    let mut job = Tree::<Job>::build(|_| Job { done: Array::new() });
    job.with_mut(|t, job| {
        std::thread::scope(|scope| {
            scope.spawn(|| job.done.push(t, 1));
        });
    });
}
