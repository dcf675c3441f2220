// An arena drops nothing, so that what needs it has to be in a `Box`.
fn main() {
    let ctx = talloc::Ctx::new();
    let arena = ctx.new_arena();
    arena.alloc(String::from("text"));
}
