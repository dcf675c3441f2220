use std::cell::Cell;
use std::rc::Rc;
use talloc::{Ctx, Guarded, Verdict};

fn main() {
    let ctx = Ctx::new();
    let refused = {
        let title = String::from("session");
        let busy = Rc::new(Cell::new(true));
        let seen = busy.clone();
        ctx.on_free(move || println!("{title} closed"));
        let object = ctx.alloc_guarded(String::from("text"), move |text| {
            text.clear();
            if seen.get() { Verdict::Refuse } else { Verdict::Free }
        });
        println!("{object:?}");
        let refused = Guarded::free(object);
        busy.set(false);
        refused
    };
    assert!(refused.unwrap_err().into_inner().is_empty());
    let undo = ctx.on_free(|| println!("undone"));
    undo.cancel();
    drop(ctx);
}
