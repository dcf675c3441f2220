//! F4: libtalloc's messages as records of the `log` crate.

use std::cell::Cell;
use std::sync::Mutex;

use log::{Level, LevelFilter, Log, Metadata, Record};
use talloc::TBox;
use talloc_tests::{c, check_tree, dies, reference, unlink};

struct Collector {
    records: Mutex<Vec<(Level, String, String)>>,
}

static COLLECTOR: Collector = Collector { records: Mutex::new(Vec::new()) };

thread_local! {
    static PANICS: Cell<bool> = const { Cell::new(false) };
}

impl Log for Collector {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        assert!(!PANICS.get(), "the logger panics");
        let record = (record.level(), record.target().to_owned(), record.args().to_string());
        self.records.lock().unwrap().push(record);
    }

    fn flush(&self) {}
}

/// C frees an object that is referenced: libtalloc refuses, and says so.
fn provoke() {
    check_tree(|root| {
        let (object, holder) = (root.alloc(1), root.new_child());
        reference(&holder, TBox::as_ctx(&object));
        // SAFETY: refused.
        assert_eq!(unsafe { c::tt_free(TBox::as_ptr(&object).cast()) }, -1);
        unlink(&holder, TBox::as_ctx(&object));
    });
}

// One test, since the log belongs to the whole process.
#[test]
fn messages_are_records_and_a_panic_of_the_logger_aborts() {
    let _ = log::set_logger(&COLLECTOR);
    log::set_max_level(LevelFilter::Trace);
    // SAFETY: no other test of this program uses libtalloc, and the collector
    // does not either.
    unsafe { talloc::process::log_to_logger() };
    provoke();
    let records = std::mem::take(&mut *COLLECTOR.records.lock().unwrap());
    assert!(records.len() >= 2, "{records:?}");
    let (level, target, text) = &records[0];
    assert_eq!((*level, target.as_str()), (Level::Error, "talloc"));
    assert!(text.contains("talloc_free with references"), "{text}");
    assert!(records.iter().all(|(_, _, text)| text.trim() == text), "{records:?}");
    assert_eq!(records[1].0, Level::Warn, "{records:?}");

    log::set_max_level(LevelFilter::Off);
    provoke();
    assert!(COLLECTOR.records.lock().unwrap().is_empty());

    log::set_max_level(LevelFilter::Trace);
    dies("messages_are_records_and_a_panic_of_the_logger_aborts", || {
        PANICS.set(true);
        provoke();
    })
    .assert_abort("the logger panics");
}
