// A panic may leave what is behind the reference half changed, as with a `Box`.
use std::cell::Cell;
use std::panic::catch_unwind;

talloc::node! { struct Counter { count: Cell<u32> } }

fn main() {
    let node = talloc::root::<Counter>(|_| Counter { count: Cell::new(1) });
    let _ = catch_unwind(|| node.get().count.set(2));
}
