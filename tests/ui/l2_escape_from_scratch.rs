// The temporary context ends with the closure: nothing allocated on it can get out.
use talloc::{CtxRef, Node, Str, TBox, scratch, try_scratch};

talloc::node! { struct User<'t> { name: Str<'t> } }

fn returned() -> u32 {
    *scratch(|tmp| tmp.alloc(7))
}

fn kept() -> &'static mut u32 {
    scratch(|tmp| TBox::keep(tmp.alloc(7)))
}

fn node<'a>() -> Node<'a, User<'a>> {
    scratch(|tmp| tmp.build(|t| User { name: t.strdup("anna").unwrap() }))
}

fn context<'a>() -> &'a CtxRef {
    scratch(|tmp| tmp)
}

fn through_a_variable() {
    let mut outside = None;
    scratch(|tmp| outside = Some(tmp.alloc(7)));
    println!("{outside:?}");
}

fn as_error<'a>() -> Result<(), Failure<'a>> {
    try_scratch(|tmp| Err(Failure(tmp.alloc(7))))
}

struct Failure<'a>(TBox<'a, u32>);

impl From<talloc::Error> for Failure<'_> {
    fn from(_: talloc::Error) -> Self {
        panic!()
    }
}

fn main() {
    println!("{} {} {}", returned(), kept(), node().get().name);
    println!("{:?} {}", context(), as_error().is_err_and(|error| *error.0 == 7));
    through_a_variable();
}
