// A context for all threads of the process: C would corrupt it, since talloc locks nothing.
use std::sync::LazyLock;
use talloc::Ctx;

static GLOBAL: LazyLock<Ctx<'static>> = LazyLock::new(Ctx::new);

fn main() {
    println!("{}", GLOBAL.alloc(7));
}
