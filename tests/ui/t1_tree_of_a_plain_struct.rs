// A struct that is not declared as a node.
use talloc::Tree;

struct Job {
    done: u32,
}

fn main() {
    let job = Tree::<Job>::build(|_| Job { done: 1 });
    job.with(|job| println!("{}", job.done));
}
