//! M8: libtalloc's report of a module in Rust is that of the same module in C.

use core::ffi::{CStr, c_char};
use core::ptr::NonNull;

use talloc::{Array, Ctx, CtxRef, Error, Kept, Node, Str, StrList, TBox};
use talloc_tests::check_tree;

unsafe extern "C" {
    /// The module in C: tests/c/module.c.
    fn tt_session(ctx: &CtxRef, user: *const c_char) -> Option<NonNull<Session<'static>>>;
}

talloc::node! {
    #[repr(C)]
    struct Address<'t> as c"struct address" {
        host: Str<'t>,
        port: u16,
    }
}

talloc::node! {
    #[repr(C)]
    struct Session<'t> as c"struct session" {
        user: Str<'t>,
        greeting: Str<'t>,
        groups: Array<'t, u32>,
        words: StrList<'t>,
        address: Option<Kept<'t, Address<'static>>>,
    }
}

fn session<'c>(ctx: &'c CtxRef, user: &str) -> Result<Node<'c, Session<'c>>, Error> {
    ctx.try_build(|t| {
        let session = Session {
            user: t.strdup(user)?,
            greeting: talloc::format!(t, "Hello, {user}! You are number {}.", 7).into_c_str()?,
            groups: t.typed().alloc_slice_copy(&[100, 101, 102]).into(),
            words: t.strdup_list(["to", "be"])?,
            address: Some(
                t.try_build::<Address>(|t| {
                    Ok(Address { host: t.strndup("localhost:80", 9)?, port: 80 })
                })?
                .keep(),
            ),
        };
        let _: &mut str = TBox::leak(t.alloc_str("nineteen characters"));
        Ok(session)
    })
}

/// The lines without the addresses at their ends.
fn report(ctx: &CtxRef) -> Vec<String> {
    let mut report = String::new();
    ctx.report_full(&mut report).expect("a report");
    let without = |line: &str| line.split(" 0x").next().unwrap_or_default().to_owned();
    report.lines().map(without).collect()
}

#[test]
fn m8_a_module_in_rust_reports_as_one_in_c() {
    check_tree(|_| {
        let (c, rust) = (Ctx::named(c"module"), Ctx::named(c"module"));
        // SAFETY: the text has a NUL.
        let in_c = unsafe { tt_session(&c, c"anna".as_ptr()) }.expect("memory");
        let in_rust = session(&rust, "anna").expect("memory");
        assert_eq!(report(&c), report(&rust));

        let report = report(&rust);
        let shown = |text: &str| report.iter().any(|line| line.trim_start().starts_with(text));
        for text in ["anna ", "Hello, anna! You are number 7. ", "localhost ", "to ", "be "] {
            assert!(shown(text), "{text}: {report:#?}");
        }
        assert_eq!(report.len(), 11, "{report:#?}");

        // SAFETY: 1. C made it below `c`, and left it to us.
        let in_c: Node<'_, Session<'_>> = unsafe { c.adopt(in_c.as_ptr().cast()) }.expect("one");
        for session in [in_c.get(), in_rust.get()] {
            assert_eq!(session.user, "anna");
            assert!(session.greeting.as_str().starts_with("Hello, anna"));
            let address = session.address.as_ref().expect("an address").get();
            assert_eq!((address.host.as_str(), address.port), ("localhost", 80));
            assert_eq!(session.groups[..], [100, 101, 102]);
            let words: Vec<&CStr> = session.words.iter().collect();
            assert_eq!(words, [c"to", c"be"]);
        }
    });
}

/// What strings become, and what becomes a string, shows what may be shown.
#[test]
fn m8_conversions_keep_the_names_of_strings_right() {
    fn lines(ctx: &CtxRef) -> Vec<String> {
        let name =
            |line: &String| line.split("contains").next().unwrap_or_default().trim().to_owned();
        report(ctx).iter().skip(1).map(name).collect()
    }
    check_tree(|root| {
        let text = root.strdup("a text").expect("no NUL");
        assert_eq!(lines(root), ["a text"]);
        // What may be written through has a name that stays.
        let boxed = text.into_boxed_str().expect("UTF-8");
        assert_eq!(lines(root), ["char"]);
        let mut string = TBox::into_string(boxed);
        string.push_str(&" that grows".repeat(300));
        string.truncate(11);
        assert_eq!(lines(root), ["char"]);
        let text = string.into_c_str().expect("no NUL");
        assert_eq!(lines(root), ["a text that"]);
        let other = Ctx::named(c"other");
        let text = text.steal(&other);
        assert_eq!((lines(root), lines(&other)), (vec![], vec!["a text that".to_owned()]));
        let mut text = text.steal(root);
        text.set(root, "another").expect("no NUL");
        assert_eq!(lines(root), ["another"]);
        let raw = text.into_raw();
        // SAFETY: 1. just handed out.
        let text = unsafe { Str::from_raw(raw) }.expect("not null");
        let text = TBox::into_c_str(text.into_boxed_str().expect("UTF-8")).expect("no NUL");
        assert_eq!(lines(root), ["another"]);
        // C makes it longer: it is named by itself where it has gone to.
        let more = " and more".repeat(300);
        let more = root.strdup(&more).expect("no NUL");
        // SAFETY: the string is given away; both are text.
        let grown = unsafe { talloc_sys::talloc_strdup_append(text.into_raw(), more.as_ptr()) };
        // SAFETY: 1. a new place below `root`.
        let grown = unsafe { Str::from_raw(grown) }.expect("memory");
        more.free();
        assert_eq!(lines(root), [grown.as_str()]);
        grown.free();

        // A name that the program has given stays.
        let named = TBox::with_name_const(root.alloc_str("hunter2"), c"a password");
        let text = TBox::into_c_str(named).expect("no NUL");
        assert_eq!(lines(root), ["a password"]);
        text.free();
        let named = TBox::with_name(root.alloc_str("hunter2"), "password 7");
        let text = TBox::into_c_str(named.expect("no NUL")).expect("no NUL");
        assert_eq!(lines(root), ["password 7", ".name"]);
        text.free();

        // Secrets show nothing, whatever becomes of them.
        let secret = root.strdup_secret("hunter2").expect("no NUL");
        assert_eq!(lines(root), ["secret"]);
        secret.free();
        let text = root.strdup("hunter2").expect("no NUL");
        // SAFETY: 1. just handed out. 3. it has no destructor.
        let secret = unsafe { talloc::SecretStr::from_raw(text.into_raw()) }.expect("not null");
        assert_eq!(lines(root), ["secret"]);
        secret.free();
    });
}
