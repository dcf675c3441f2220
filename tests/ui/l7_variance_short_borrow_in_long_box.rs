// A pointer to a local variable is stored in a longer-lived object: C would read a dead stack.
use talloc::{Ctx, TBox};

fn set_name<'a>(place: &mut TBox<'_, &'a str>, name: &'a str) {
    **place = name;
}

fn main() {
    let ctx = Ctx::new();
    let mut name: TBox<'_, &'static str> = ctx.alloc("nobody");
    {
        let line = String::from("anna");
        set_name(&mut name, &line);
    }
    println!("{}", *name);
}
