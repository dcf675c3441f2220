// A panic may leave what another owner looks at half changed, as with an `Rc`.
use std::cell::Cell;
use std::panic::catch_unwind;

talloc::node! { struct Counter { count: Cell<u32> } }

fn main() {
    let node = talloc::root::<Counter>(|_| Counter { count: Cell::new(1) });
    let shared = node.share(talloc::Ctx::new().leak());
    let _ = catch_unwind(move || shared.get().count.set(3));
}
