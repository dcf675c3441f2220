// What is stolen under the inner context is freed with it, and the outer one still uses it.
use talloc::{TBox, scratch};

fn main() {
    scratch(|outer| {
        let number = outer.alloc(7);
        let moved = scratch(|inner| TBox::steal(number, inner));
        println!("{moved}");
    });
}
