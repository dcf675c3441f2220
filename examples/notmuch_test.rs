//! The border of the example `notmuch`: what is destroyed, when, and what a call leaves. The tests
//! prove something under valgrind and AddressSanitizer, too: see `.ci/run`.
#![cfg(have_notmuch)]

#[path = "notmuch/database.rs"]
mod database;
#[path = "notmuch/error.rs"]
mod error;
#[path = "notmuch/message.rs"]
mod message;
#[path = "notmuch/object.rs"]
mod object;
#[path = "notmuch/query.rs"]
mod query;
#[path = "notmuch/sys.rs"]
mod sys;

use std::ffi::c_int;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::{env, fs, mem, thread};

use talloc::Ctx;
use talloc_examples::TempDir;

use database::Database;
use error::{Error, Status};
use message::Message;

/// Only one thread at a time can have a mail store.
static ONE_TEST: Mutex<()> = Mutex::new(());

fn with_dir(test_name: &str, test: impl FnOnce(&Path)) {
    let _turn = ONE_TEST.lock().unwrap_or_else(PoisonError::into_inner);
    let dir = TempDir::new(&format!("notmuch-test-{test_name}")).unwrap();
    test(dir.path());
}

/// Runs a test with a mail store of two messages, which is gone afterwards, with all that it had.
fn with_database(test_name: &str, test: impl FnOnce(&Path, &Database)) {
    with_dir(test_name, |dir| {
        let database = Database::create(dir).unwrap();
        for name in ["one", "two"] {
            let mut message = database.index(&write(dir, name)).unwrap();
            message.add_tag(c"inbox").unwrap();
        }
        test(dir, &database);
        let gone = witness(&database);
        drop(database);
        assert!(gone());
    });
}

fn write(dir: &Path, name: &str) -> PathBuf {
    let file = dir.join(format!("{name}.eml"));
    let text = format!(
        "From: anna@example.org\nTo: otto@example.org\nSubject: Number {name}\n\
         Message-ID: <{name}@example.org>\nDate: 2026-01-01 10:00 +0000\n\nText\n"
    );
    fs::write(&file, text).unwrap();
    file
}

/// Tells whether the database has been freed.
fn witness(database: &Database) -> impl Fn() -> bool + use<> {
    let freed = std::rc::Rc::new(std::cell::Cell::new(false));
    let sees = freed.clone();
    database.as_ctx().on_free(move || sees.set(true));
    move || freed.get()
}

#[track_caller]
fn status<T: std::fmt::Debug>(result: Result<T, Error>) -> (Status, String) {
    match result {
        Err(Error::Notmuch { status, text }) => (status, text),
        other => panic!("no error of libnotmuch: {other:?}"),
    }
}

#[test]
fn the_bindings_match_the_header() {
    #[link(name = "talloc_example_notmuch_layout", kind = "static")]
    unsafe extern "C" {
        static notmuch_layout: [c_int; 13];
    }
    // SAFETY: a constant of layout.c.
    assert_eq!(sys::layout(), unsafe { notmuch_layout });
}

#[test]
fn messages_are_found_with_their_tags() {
    with_database("found", |_, database| {
        let mut one = database.find(c"one@example.org").unwrap().unwrap();
        assert_eq!(one.id().unwrap(), "one@example.org");
        assert_eq!(one.subject().unwrap(), "Number one");
        one.add_tag(c"answer").unwrap();
        let root = Ctx::new();
        let tags = one.tag_list(&root).unwrap();
        assert!(tags.iter().eq([c"answer", c"inbox"]));
        one.remove_tag(c"inbox").unwrap();
        drop(one);
        assert_eq!(database.query(c"tag:inbox").unwrap().count().unwrap(), 1);
        let found = database.query(c"tag:answer").unwrap().messages().unwrap();
        let ids = found.map(|message| message.unwrap().id().unwrap().to_string());
        assert_eq!(ids.collect::<Vec<_>>(), ["one@example.org"]);
        assert!(database.find(c"three@example.org").unwrap().is_none());
        tags.free();
        assert_eq!(root.total_blocks(), 1);
    });
}

#[test]
fn a_message_outlives_its_query() {
    with_database("outlives", |_, database| {
        let blocks = database.as_ctx().total_blocks();
        let query = database.query(c"*").unwrap().oldest_first();
        let mut found = query.messages().unwrap();
        let first = found.next().unwrap().unwrap();
        assert_eq!(database.as_ctx().snapshot().find("notmuch_query_t").count(), 1);
        drop(found);
        assert_eq!(database.as_ctx().snapshot().find("notmuch_query_t").count(), 0);
        assert!(first.subject().unwrap().as_str().starts_with("Number "));
        drop(first);
        assert_eq!(database.as_ctx().total_blocks(), blocks);
    });
}

#[test]
fn a_thousand_calls_leave_nothing() {
    let times = if env::var_os("TALLOC_TESTS_VALGRIND").is_some() { 10 } else { 1000 };
    with_database("thousand", |dir, database| {
        let mut kept = database.find(c"one@example.org").unwrap().unwrap();
        let root = Ctx::new();
        let mut call = || {
            let found = database.query(c"tag:inbox").unwrap().messages().unwrap();
            for message in found {
                let mut message = message.unwrap();
                assert!(message.subject().is_some() && message.id().is_some());
                message.tag_list(&root).unwrap().free();
            }
            assert_eq!(database.query(c"tag:inbox").unwrap().count().unwrap(), 2);
            assert!(database.query(c"date:a..b").unwrap().messages().is_err());
            assert!(database.find(c"no").unwrap().is_none());
            assert!(matches!(database.index(dir), Err(Error::NotAFile(_))));
            assert!(kept.subject().is_some() && kept.id().is_some());
            kept.tag_list(&root).unwrap().free();
            let mut tags = kept.tags().unwrap();
            while tags.next_tag().is_some() {}
        };
        call();
        let counts = || (database.as_ctx().total_blocks(), database.as_ctx().total_size());
        let before = counts();
        (0..times).for_each(|_| call());
        assert_eq!(counts(), before);
        assert_eq!(root.total_blocks(), 1);
        assert_eq!(database.as_ctx().snapshot().find("notmuch_tags_t").count(), 0);
    });
}

#[test]
fn what_is_forgotten_goes_with_the_database() {
    with_database("forgotten", |_, database| {
        let mut message = database.find(c"one@example.org").unwrap().unwrap();
        let mut tags = message.tags().unwrap();
        assert!(tags.next_tag().is_some());
        mem::forget(tags);
        assert!(message.subject().is_some());
        mem::forget(message);
        let mut found = database.query(c"*").unwrap().messages().unwrap();
        mem::forget(found.next().unwrap().unwrap());
        mem::forget(found);
    });
}

#[test]
fn errors_have_a_status_and_a_text() {
    with_database("errors", |dir, database| {
        let (found, text) = status(database.query(c"date:a..b").unwrap().count());
        assert!(text.contains("date specification"), "{text}");
        assert_eq!(found, Status::XapianException);

        let file = dir.join("text");
        fs::write(&file, "no message").unwrap();
        // The text of the error before is not shown again.
        let (found, text) = status(database.index(&file));
        assert_eq!((found, &*text), (Status::FileNotEmail, "File is not an email"));

        let mut one = database.find(c"one@example.org").unwrap().unwrap();
        let long = std::ffi::CString::new("a".repeat(300)).unwrap();
        assert_eq!(status(one.add_tag(&long)).0, Status::TagTooLong);
    });
}

#[test]
fn a_file_that_cannot_be_indexed_is_an_error_that_says_so() {
    with_database("index", |dir, database| {
        let missing = dir.join("missing.eml");
        let error = database.index(&missing).unwrap_err();
        assert!(error.to_string().starts_with(missing.to_str().unwrap()), "{error}");
        assert!(matches!(database.index(Path::new("a\0b")), Err(Error::Unreadable { .. })));
        let error = database.index(dir).unwrap_err();
        assert_eq!(error.to_string(), format!("{}: not a regular file", dir.display()));
        let outside = TempDir::new("notmuch-test-outside").unwrap();
        let (found, text) = status(database.index(&write(outside.path(), "three")));
        assert_eq!(found, Status::FileError);
        assert!(text.contains("outside"), "{text}");
    });
}

#[test]
fn a_second_file_of_a_message_is_added_to_it() {
    with_database("second", |dir, database| {
        let copy = dir.join("copy.eml");
        fs::copy(dir.join("one.eml"), &copy).unwrap();
        assert_eq!(database.index(&copy).unwrap().id().unwrap(), "one@example.org");
        assert_eq!(database.query(c"*").unwrap().count().unwrap(), 2);
    });
}

#[test]
fn a_store_that_cannot_be_opened_is_an_error_that_says_so() {
    with_dir("open", |dir| {
        let (found, text) = status(Database::open(dir));
        assert!(text.contains(dir.to_str().unwrap()), "{found:?}: {text}");
        let (found, text) = status(Database::create(&dir.join("missing")));
        assert!(text.contains("missing"), "{found:?}: {text}");
        assert_eq!(status(Database::create(Path::new("relative"))).0, Status::PathError);
        let file = write(dir, "file");
        let (_, text) = status(Database::create(&file));
        assert!(!text.is_empty());
        drop(Database::create(dir).unwrap());
        assert_eq!(status(Database::create(dir)).0, Status::DatabaseExists);
    });
}

#[test]
fn closing_a_store_says_whether_all_is_written() {
    with_dir("close", |dir| {
        let file = write(dir, "one");
        let database = Database::create(dir).unwrap();
        drop(database.index(&file).unwrap());
        let gone = witness(&database);
        database.close().unwrap();
        assert!(gone());

        let database = Database::open(dir).unwrap();
        assert!(database.find(c"one@example.org").unwrap().is_some());
        database.close().unwrap();
    });
    // There is nothing any more to write to.
    with_dir("close-lost", |dir| {
        let file = write(dir, "one");
        let database = Database::create(dir).unwrap();
        drop(database.index(&file).unwrap());
        fs::remove_dir_all(dir.join(".notmuch")).unwrap();
        let gone = witness(&database);
        assert_eq!(status(database.close()).0, Status::XapianException);
        assert!(gone());
    });
}

#[test]
fn a_store_that_is_opened_to_read_is_not_changed() {
    with_dir("read", |dir| {
        let file = write(dir, "one");
        drop(Database::create(dir).unwrap().index(&file).unwrap());
        let database = Database::open(dir).unwrap();
        let mut one = database.find(c"one@example.org").unwrap().unwrap();
        let (found, text) = status(one.add_tag(c"late"));
        assert_eq!(found, Status::ReadOnlyDatabase, "{text}");
        assert_eq!(status(database.index(&file)).0, Status::ReadOnlyDatabase);
    });
}

#[test]
fn one_thread_at_a_time_has_mail_stores() {
    with_database("threads", |dir, _| {
        let open = || Database::open(dir).map(drop).map_err(|error| error.to_string());
        let refused = thread::scope(|scope| scope.spawn(open).join()).unwrap();
        assert_eq!(refused, Err("another thread has a mail store open".to_owned()));
    });
}

#[test]
fn messages_of_several_queries_can_be_held_together() {
    with_database("together", |_, database| {
        let all: Vec<Message<'_>> = [c"id:one@example.org", c"id:two@example.org"]
            .into_iter()
            .flat_map(|text| database.query(text).unwrap().messages().unwrap())
            .collect::<Result<_, _>>()
            .unwrap();
        let subjects: Vec<_> =
            all.iter().map(|found| found.subject().unwrap().to_string()).collect();
        assert_eq!(subjects, ["Number one", "Number two"]);
    });
}
