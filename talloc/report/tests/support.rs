//! Running the program, and making real reports for it.

use std::ffi::{CString, c_char, c_int, c_long, c_void};
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;
use talloc::CtxRef;

unsafe extern "C" {
    fn wait4(pid: c_int, status: *mut c_int, options: c_int, usage: *mut c_long) -> c_int;
    fn fopen(path: *const c_char, mode: *const c_char) -> *mut talloc_sys::FILE;
    fn fclose(file: *mut talloc_sys::FILE) -> c_int;
}

/// A file that goes with this value.
#[derive(Debug)]
pub(crate) struct TempFile(PathBuf);

impl TempFile {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "talloc-report-test-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        TempFile(std::env::temp_dir().join(name))
    }

    pub(crate) fn with(text: impl AsRef<[u8]>) -> Self {
        let file = TempFile::new();
        fs::write(&file.0, text).unwrap();
        file
    }

    pub(crate) fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }

    pub(crate) fn read(&self) -> Vec<u8> {
        fs::read(&self.0).unwrap()
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// What C's `talloc_report_depth_file` prints.
pub(crate) fn report(ctx: &CtxRef, depth: c_int, max_depth: c_int) -> Vec<u8> {
    let file = TempFile::new();
    let path = CString::new(file.path()).unwrap();
    // SAFETY: two strings.
    let stream = unsafe { fopen(path.as_ptr(), c"w".as_ptr()) };
    assert!(!stream.is_null());
    // SAFETY: the object is live, the stream is open.
    unsafe { talloc_sys::talloc_report_depth_file(ctx.as_ptr(), depth, max_depth, stream) };
    // SAFETY: the stream is open, and not used again.
    assert_eq!(unsafe { fclose(stream) }, 0);
    file.read()
}

/// A string of C, which is named by its content.
pub(crate) fn strdup(ctx: &CtxRef, text: &[u8]) -> *mut c_void {
    let text = CString::new(text).unwrap();
    // SAFETY: the context is live, `text` is a string.
    let string = unsafe { talloc_sys::talloc_strdup(ctx.as_ptr(), text.as_ptr()) };
    assert!(!string.is_null());
    string.cast()
}

/// Makes `holder` one more owner of an object.
pub(crate) fn reference(holder: &CtxRef, object: *mut c_void) {
    // SAFETY: both are live.
    let object = unsafe { talloc_sys::talloc_reference(holder.as_ptr(), object) };
    assert!(!object.is_null());
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_talloc-report");

/// Runs the program with this as its standard input.
pub(crate) fn run_with(args: &[&str], input: &[u8]) -> Output {
    run_command(Command::new(PROGRAM).args(args), input)
}

/// The same, with so many seconds of a processor, after which it is killed.
pub(crate) fn run_limited(seconds: u32, args: &[&str], input: &[u8]) -> Output {
    let limited = format!("ulimit -t {seconds}; exec \"$0\" \"$@\"");
    run_command(Command::new("sh").args(["-c", &limited, PROGRAM]).args(args), input)
}

fn run_command(command: &mut Command, input: &[u8]) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || {
        // A program that does not read is no failure here.
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

/// Runs the program without input.
pub(crate) fn run(args: &[&str]) -> Output {
    run_with(args, b"")
}

/// The standard output of a run that must succeed without a warning.
#[track_caller]
pub(crate) fn shown(args: &[&str], input: &[u8]) -> String {
    let output = run_with(args, input);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && stderr.is_empty(), "{:?}: {stderr}", output.status);
    String::from_utf8(output.stdout).unwrap()
}

/// What `json` says of a report.
#[track_caller]
pub(crate) fn json(report: &[u8]) -> Value {
    serde_json::from_str(&shown(&["json", "-"], report)).unwrap()
}

/// The names of all entries, escaped, each with its depth.
pub(crate) fn names(value: &Value) -> Vec<(u64, &str)> {
    let entries = value["entries"].as_array().unwrap();
    let name = |entry: &Value| entry["depth"].as_u64().unwrap();
    entries.iter().map(|entry| (name(entry), entry["name"].as_str().unwrap())).collect()
}

/// Waits for a child process: whether it succeeded, and the most memory that it
/// ever had, in bytes.
pub(crate) fn peak_memory(child: Child) -> (bool, u64) {
    // `struct rusage` of Linux: 18 numbers, the fifth is the memory in KiB.
    let mut usage = [0; 18];
    let mut status = 0;
    let pid = c_int::try_from(child.id()).unwrap();
    // SAFETY: the child is ours, and nobody else waits for it; there is room for both.
    assert_eq!(unsafe { wait4(pid, &mut status, 0, usage.as_mut_ptr()) }, pid);
    (status == 0, 1024 * u64::try_from(usage[4]).unwrap())
}
