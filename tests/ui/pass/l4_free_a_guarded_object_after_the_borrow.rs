use talloc::{Ctx, Guarded, Verdict};

fn main() {
    let ctx = Ctx::new();
    let object = ctx.alloc_guarded(String::from("text"), |text| {
        text.clear();
        Verdict::Refuse
    });
    let text: &str = &object;
    assert_eq!(text, "text");
    let object = Guarded::free(object).unwrap_err().into_inner();
    let text: &str = &object;
    assert_eq!(text, "");
}
