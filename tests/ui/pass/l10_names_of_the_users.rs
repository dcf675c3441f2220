// What the macro expands to does not depend on what a user calls modules, macros and types.
#![no_implicit_prelude]

mod core {}
mod std {}
mod talloc {}

macro_rules! derive { () => {} }
macro_rules! compile_error { ($($any:tt)*) => {} }

struct Option;
struct Family;
struct CStr;

::talloc::node! {
    #[derive(Debug)]
    pub struct r#struct<'core, T: 'static> as c"struct struct" {
        pub r#type: ::talloc::Str<'core>,
        pub value: T,
    }
}
::talloc::node! { pub enum r#enum<'r#a> { Some(::talloc::Str<'r#a>), None } }

pub mod inner {
    ::talloc::node! { pub(in crate::inner) struct Hidden<'t>(pub(super) ::talloc::Str<'t>); }

    pub fn text(ctx: &::talloc::CtxRef) -> usize {
        ctx.build::<Hidden<'_>>(|t| Hidden(t.strdup_c(c"text"))).get().0.count_bytes()
    }
}

fn main() {
    let _ = (Option, Family, CStr);
    derive!();
    compile_error!();
    let ctx = ::talloc::Ctx::new();
    let node = ctx.build::<r#struct<'_, u8>>(|t| r#struct { r#type: t.strdup_c(c"x"), value: 1 });
    ::std::assert_eq!(node.get().value, 1);
    ::std::assert_eq!(inner::text(&ctx), 4);
    let node = ctx.build::<r#enum<'_>>(|t| r#enum::Some(t.strdup_c(c"x")));
    ::std::assert!(::std::matches!(node.get(), r#enum::Some(_)));
    let node = ctx.build::<r#enum<'_>>(|_| r#enum::None);
    ::std::assert!(::std::matches!(node.get(), r#enum::None));
}
