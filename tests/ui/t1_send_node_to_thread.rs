// A root, too, belongs to one thread: its fields may be tied to other trees of it.
talloc::node! { struct User<'t> { name: talloc::Str<'t> } }

fn main() {
    let user = talloc::root::<User>(|t| User { name: t.strdup_c(c"anna") });
    std::thread::spawn(move || println!("{}", user.get().name));
}
