// A string from malloc where talloc frees, and the other way round: C would crash in free().
use std::ffi::CString;
use talloc::{Ctx, Str, TString};

talloc::node! { struct User<'t> { name: Str<'t> } }

fn malloc_in_talloc() {
    let ctx = Ctx::new();
    let user = ctx.build::<User>(|_| User { name: CString::new("anna").unwrap() });
    println!("{}", user.get().name);
}

fn talloc_in_malloc() {
    let ctx = Ctx::new();
    let name: String = TString::from_str_in("anna", &ctx);
    println!("{name}");
}

fn main() {
    malloc_in_talloc();
    talloc_in_malloc();
}
