use std::ffi::CString;
use talloc::{Ctx, Str, TString};

talloc::node! { struct User<'t> { name: Str<'t> } }

fn main() {
    let ctx = Ctx::new();
    let name = CString::new("anna").unwrap();
    let user = ctx.build::<User>(|t| User { name: t.strdup_c(&name) });
    println!("{}", user.get().name);
    let name: String = TString::from_str_in("anna", &ctx).to_string();
    println!("{name}");
}
