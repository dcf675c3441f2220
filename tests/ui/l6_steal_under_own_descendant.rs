// A context becomes its own grandchild: C would make a loop that nothing frees any more.
use talloc::Ctx;

fn main() {
    let session = Ctx::new();
    let request = session.new_child();
    let answer = request.new_child();
    let looped = session.steal(&answer);
    println!("{:?}", looped.name());
}
