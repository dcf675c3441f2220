use talloc::Ctx;

fn main() {
    let session = Ctx::new();
    let request = session.new_child();
    let answer = session.new_child();
    let answer = answer.steal(&request);
    println!("{:?}", answer.name());
}
