// What lies in a scratch arena does not leave it.
fn main() {
    let text = talloc::scratch_arena(|arena| &*arena.alloc_str("text"));
    println!("{text}");
    let mut kept = None;
    talloc::scratch_arena(|arena| kept = Some(arena.alloc(1)));
    println!("{kept:?}");
}
