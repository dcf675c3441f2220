//! Two reports of 200 MB from libtalloc: time and memory of the program.
//!
//! ```sh
//! cargo test --release -p talloc-report --test talloc_report -- --ignored --nocapture large
//! ```

use std::env;
use std::ffi::CStr;
use std::fs;
use std::process::{Command, Stdio};
use std::time::Instant;

use talloc::{Ctx, CtxRef};

use crate::support::{TempFile, peak_memory, report, strdup};

/// The least size of each.
const BYTES: usize = 200_000_000;

/// An object of C with this name and size.
fn object<'c>(parent: &'c CtxRef, name: &'static CStr, size: usize) -> &'c CtxRef {
    // SAFETY: the parent is live; the name is static.
    let object = unsafe { talloc_sys::talloc_named_const(parent.as_ptr(), size, name.as_ptr()) };
    // SAFETY: a new object, which goes with its parent only.
    unsafe { CtxRef::from_ptr(object) }.expect("memory is enough")
}

/// A server with so many clients, and the files that they have opened.
fn server(clients: usize, files: usize) -> Ctx<'static> {
    let server = Ctx::named(c"null_context");
    for client in 0..clients {
        let connection = object(&server, c"struct smbXsrv_client", 1480);
        strdup(connection, format!("ipv4:192.0.2.{}:445", client % 250).as_bytes());
        let session = object(connection, c"struct smbXsrv_session", 640);
        let share = object(session, c"struct smbXsrv_tcon", 320);
        for file in 0..files {
            let open = object(share, c"struct files_struct", 416);
            strdup(open, format!("projects/{client}/report-{file}.odt").as_bytes());
            object(open, c"struct fd_handle", 88);
        }
    }
    server
}

/// In a process that writes the reports, their paths.
const PATHS: &str = "TALLOC_REPORT_LARGE";

fn write_reports(old: &str, new: &str) {
    // 3 lines, 320 bytes, for each file.
    let files = BYTES / 320 / 100;
    fs::write(old, report(&server(100, files), 0, -1)).unwrap();
    fs::write(new, report(&server(102, files + files / 100), 0, -1)).unwrap();
}

#[test]
#[ignore = "writes two files of 200 MB; its figures are in docs/talloc-report.md"]
fn large() {
    if let Ok(paths) = env::var(PATHS) {
        let (old, new) = paths.split_once(':').unwrap();
        return write_reports(old, new);
    }
    let (old, new) = (TempFile::new(), TempFile::new());
    // In a process of its own: a child would inherit the peak of this one.
    let written = Command::new(env::current_exe().unwrap())
        .args(["--ignored", "--exact", "large::large"])
        .env(PATHS, format!("{}:{}", old.path(), new.path()))
        .output()
        .unwrap();
    assert!(written.status.success(), "{written:?}");
    let (old, new) = (old.path(), new.path());
    for path in [old, new] {
        let size = fs::metadata(path).unwrap().len();
        println!("{:.1} MB", size as f64 / 1e6);
        assert!(size >= BYTES as u64, "{size}");
    }
    for args in [
        &["diff", old, new][..],
        &["top", old],
        &["tree", "--merge", "--sort", old],
        &["tree", old],
        &["svg", old],
        &["dot", old],
        &["json", old],
    ] {
        let start = Instant::now();
        let child = Command::new(env!("CARGO_BIN_EXE_talloc-report"))
            .args(args)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let (success, memory) = peak_memory(child);
        assert!(success);
        let command = args.iter().filter(|arg| !arg.starts_with('/')).copied();
        let command = command.collect::<Vec<_>>().join(" ");
        let seconds = start.elapsed().as_secs_f64();
        println!("{command:<20} {seconds:5.2} s  {:5.0} MB", memory as f64 / 1e6);
    }
}
