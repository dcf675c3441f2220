// The closure gets the value as the type it was made for: a text that lives only for the call.
use talloc::{Ctx, Guarded, Verdict};

fn main() {
    let ctx = Ctx::new();
    let ignore: for<'a> fn(&'a str) = |_| ();
    let object = ctx.alloc_guarded(ignore, |f| {
        f(&String::from("gone after the call"));
        Verdict::Free
    });
    let mut object: Guarded<'_, fn(&'static str)> = object;
    *object = |text| std::thread::spawn(move || println!("{text}")).join().unwrap();
}
