use talloc::{Ctx, TBox};

thread_local! {
    static MINE: Ctx<'static> = Ctx::new();
}

fn main() {
    let ctx = Ctx::new();
    let mut numbers = ctx.alloc([1, 2, 3]);
    let kept: &mut String = TBox::keep(ctx.alloc(String::from("kept")));
    std::thread::scope(|scope| {
        // The content may go; the handle, which leads to the tree, stays.
        let numbers = &mut *numbers;
        scope.spawn(move || numbers[0] = 7);
        scope.spawn(|| kept.push('!'));
        scope.spawn(|| MINE.with(|mine| println!("{}", mine.alloc(7))));
    });
    println!("{numbers:?} {kept}");
}
