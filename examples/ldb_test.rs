//! The border of the example `ldb`: who owns what, and for how long. The tests prove
//! something under valgrind and AddressSanitizer, too: see `.ci/run`.
#![cfg(have_ldb)]

#[path = "ldb/database.rs"]
mod database;
#[path = "ldb/error.rs"]
mod error;

use std::sync::{Mutex, PoisonError};
use std::thread;

use talloc::Ctx;
use talloc_examples::TempDir;

use database::{Database, copy_value, escape};
use error::{Error, Status};

const NAME: &str = "cn=anna,dc=example";

/// Only one thread at a time can have databases open.
static ONE_TEST: Mutex<()> = Mutex::new(());

/// Runs a test with a new database, which leaves nothing.
fn with_database(test_name: &str, test: impl FnOnce(&Ctx<'_>, Database<'_>)) {
    let _turn = ONE_TEST.lock().unwrap_or_else(PoisonError::into_inner);
    let dir = TempDir::new(&format!("ldb-test-{test_name}")).unwrap();
    let root = Ctx::named(c"test");
    test(&root, Database::open(&root, &dir.path().join("test.ldb")).unwrap());
    assert_eq!(root.total_blocks(), 1);
}

#[track_caller]
fn status<T: std::fmt::Debug>(result: Result<T, Error>) -> (Status, String) {
    match result {
        Err(Error::Ldb { status, text }) => (status, text),
        other => panic!("no error of ldb: {other:?}"),
    }
}

#[test]
fn the_bindings_match_the_header() {
    #[link(name = "talloc_example_ldb_layout", kind = "static")]
    unsafe extern "C" {
        static ldb_layout: [usize; 20];
    }
    // SAFETY: a constant of layout.c.
    assert_eq!(database::layout(), unsafe { ldb_layout });
}

#[test]
fn values_come_back_as_they_were() {
    with_database("values", |root, db| {
        let all: Vec<u8> = (0..=255).collect();
        db.add(NAME, &[(c"one", b"1"), (c"all", &all), (c"two", b"a"), (c"two", b"b")]).unwrap();
        let found = db.search(root, "(one=1)", &["all", "two"]).unwrap();
        let messages: Vec<_> = found.get().messages().collect();
        let [message] = messages[..] else { panic!("{} records", messages.len()) };
        assert_eq!(message.name().unwrap(), NAME);
        assert_eq!(message.value("all").unwrap(), all[..]);
        let two: Vec<&[u8]> = message.values("two").iter().map(|value| value.as_slice()).collect();
        assert_eq!(two, [b"a", b"b"]);
        assert_eq!(message.text("one"), None);
        assert_eq!(message.text("all"), None);
    });
}

#[test]
fn modify_replaces_and_leaves_the_others() {
    with_database("modify", |root, db| {
        db.add(NAME, &[(c"mail", b"a"), (c"mail", b"b"), (c"sn", b"c")]).unwrap();
        db.modify(NAME, &[(c"mail", b"d")]).unwrap();
        let found = db.search(root, "(sn=c)", &["mail", "sn"]).unwrap();
        let message = found.get().messages().next().unwrap();
        assert_eq!((message.values("mail").len(), message.text("mail")), (1, Some("d")));
        assert_eq!(message.text("sn"), Some("c"));
    });
}

#[test]
fn a_record_outlives_its_result_and_its_database() {
    let kept = Ctx::named(c"kept");
    let mut record = None;
    with_database("outlives", |root, db| {
        db.add(NAME, &[(c"mail", b"anna@example.org")]).unwrap();
        db.add("cn=otto,dc=example", &[(c"mail", b"otto@example.org")]).unwrap();
        let tmp = root.new_child();
        let mut found = db.search(&tmp, "(mail=*)", &["mail"]).unwrap();
        assert_eq!(found.get().messages().count(), 2);
        record = found.with_mut(|_, found| found.take_first().map(|first| first.steal(&kept)));
        // What is left is found, and belongs to the result.
        assert_eq!(found.get().messages().count(), 1);
    });
    let record = record.unwrap();
    let name = record.get().name().unwrap().to_string();
    let mail = record.get().text("mail").unwrap();
    assert_eq!(mail.split('@').next(), name.strip_prefix("cn=").unwrap().split(',').next());
    drop(record);
    assert_eq!(kept.total_blocks(), 1);
}

#[test]
fn a_search_that_finds_nothing_has_an_empty_result() {
    with_database("nothing", |root, db| {
        let mut found = db.search(root, "(mail=*)", &["mail"]).unwrap();
        assert_eq!(found.get().messages().count(), 0);
        found.with_mut(|_, found| assert!(found.take_first().is_none()));
    });
}

#[test]
fn errors_have_a_status_and_a_text() {
    with_database("errors", |root, db| {
        let mail: &[(&std::ffi::CStr, &[u8])] = &[(c"mail", b"a")];
        db.add(NAME, mail).unwrap();
        let exists = format!("Entry {NAME} already exists");
        assert_eq!(status(db.add(NAME, mail)), (Status::EntryAlreadyExists, exists));
        assert_eq!(status(db.add("x", mail)).0, Status::InvalidDnSyntax);
        assert_eq!(status(db.modify("cn=otto", mail)).0, Status::NoSuchObject);
        let (found, text) = status(db.add("cn=otto", &[(c"mail", b"")]));
        assert_eq!(found, Status::InvalidAttributeSyntax, "{text}");
        // A filter that is no filter, and one that looks like a format.
        status(db.search(root, "(mail=", &[]));
        let found = db.search(root, "(mail=%s%n)", &[]).unwrap();
        assert_eq!(found.get().messages().count(), 0);
        // Nothing reaches ldb that it would cut.
        assert!(matches!(db.add("cn=a\0b", mail), Err(Error::Talloc(_))));
        assert!(matches!(db.search(root, "(mail=\0)", &[]), Err(Error::Talloc(_))));
    });
}

#[test]
fn a_database_that_cannot_be_opened_leaves_nothing() {
    let _turn = ONE_TEST.lock().unwrap_or_else(PoisonError::into_inner);
    let dir = TempDir::new("ldb-test-missing").unwrap();
    let root = Ctx::new();
    let (found, text) = status(Database::open(&root, &dir.path().join("no/such.ldb")));
    assert_eq!(found, Status::OperationsError, "{text}");
    assert!(text.contains("such.ldb"), "{text}");
    assert_eq!(root.total_blocks(), 1);
}

#[test]
fn values_are_escaped_and_copied() {
    let root = Ctx::new();
    let escaped = escape(&root, b"a*(\0").unwrap();
    assert_eq!(&*escaped, r"a\2A\28\00");
    let copy = copy_value(&root, b"1\0\xff"[..].into()).unwrap();
    assert_eq!(*copy, *b"1\0\xff");
    let empty = copy_value(&root, b""[..].into()).unwrap();
    assert!(empty.is_empty());
    drop((escaped, copy, empty));
    assert_eq!(root.total_blocks(), 1);
}

#[test]
fn one_thread_at_a_time_has_databases_open() {
    with_database("threads", |root, db| {
        let open_elsewhere = || {
            let open = || {
                let dir = TempDir::new("ldb-test-thread").unwrap();
                let root = Ctx::new();
                let opened = Database::open(&root, &dir.path().join("test.ldb"));
                opened.map(drop).map_err(|error| error.to_string())
            };
            thread::spawn(open).join().unwrap()
        };
        let refused = Err("another thread has a database open".to_owned());
        assert_eq!(open_elsewhere(), refused);
        let dir = TempDir::new("ldb-test-second").unwrap();
        let second = Database::open(root, &dir.path().join("test.ldb")).unwrap();
        drop(db);
        assert_eq!(open_elsewhere(), refused);
        drop(second);
        assert_eq!(open_elsewhere(), Ok(()));
    });
}
