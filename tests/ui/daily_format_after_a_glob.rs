// `format!` of talloc takes a context first.
use talloc::*;

fn main() {
    println!("{}", format!("{}", 1));
}
