// After the swap, the outer handle belongs to the inner context: C would read freed memory.
use talloc::Ctx;

fn main() {
    let outer = Ctx::new();
    let mut long = outer.alloc(1);
    {
        let inner = Ctx::new();
        let mut short = inner.alloc(2);
        std::mem::swap(&mut long, &mut short);
    }
    println!("{long}");
}
