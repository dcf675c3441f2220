//! [`Program`]: the program of `c/kinds.c`, which runs until it is told to end.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::OnceLock;

use crate::support::TempFile;

/// Folders with other libtallocs, between colons: each has a file `libtalloc.so.2`.
const LIBRARIES: &str = "TALLOC_REPORT_LIBRARIES";

/// The installed libtalloc, and those of the folders.
pub(super) fn libraries() -> Vec<Option<PathBuf>> {
    let folders = env::var_os(LIBRARIES).unwrap_or_default();
    let others = env::split_paths(&folders).filter(|folder| !folder.as_os_str().is_empty());
    std::iter::once(None).chain(others.map(Some)).collect()
}

/// A running program, which ends with this value.
pub(super) struct Program {
    pub(super) child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    report: TempFile,
}

impl Program {
    /// With the installed libtalloc. `what` says what it makes.
    pub(super) fn start(what: &str) -> Self {
        Program::start_with(what, None)
    }

    /// With the libtalloc in this folder.
    pub(super) fn start_with(what: &str, library: Option<&Path>) -> Self {
        let report = TempFile::new();
        let mut command = Command::new(path());
        command.args([what, report.path()]);
        if let Some(folder) = library {
            assert!(folder.join("libtalloc.so.2").is_file(), "{folder:?}");
            command.env("LD_LIBRARY_PATH", folder);
        }
        Program::run(command, report)
    }

    /// With an allocator that puts nothing before its blocks.
    pub(super) fn start_unmarked(what: &str) -> Self {
        let report = TempFile::new();
        let mut command = Command::new(path());
        command.args([what, report.path()]).env("LD_PRELOAD", allocator());
        Program::run(command, report)
    }

    /// So that it leaves a core in this folder when it aborts.
    pub(super) fn start_in(what: &str, folder: &Path) -> Self {
        let report = TempFile::new();
        let mut command = Command::new("sh");
        command.args(["-c", "ulimit -c unlimited; exec \"$@\"", "sh", path(), what, report.path()]);
        command.current_dir(folder);
        Program::run(command, report)
    }

    fn run(mut command: Command, report: TempFile) -> Self {
        let mut child =
            command.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let stdin = child.stdin.take();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let mut program = Program { child, stdin, stdout, report };
        assert_eq!(program.line(), "ready\n");
        program
    }

    pub(super) fn pid(&self) -> String {
        self.child.id().to_string()
    }

    /// As the program names it.
    pub(super) fn live(&self) -> String {
        format!("live:{}", self.child.id())
    }

    /// libtalloc's own report.
    pub(super) fn report(&self) -> Vec<u8> {
        self.report.read()
    }

    pub(super) fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        line
    }

    /// Makes one object more.
    pub(super) fn grow(&mut self) {
        self.stdin.as_mut().unwrap().write_all(b".").unwrap();
        assert_eq!(self.line(), "grown\n");
    }

    /// Closes its input, at which it ends, and waits for that.
    pub(super) fn end(&mut self) {
        self.stdin = None;
        self.child.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program, built once.
fn path() -> &'static str {
    static PROGRAM: OnceLock<TempFile> = OnceLock::new();
    PROGRAM.get_or_init(program).path()
}

fn program() -> TempFile {
    let flags = Command::new("pkg-config").args(["--cflags", "--libs", "talloc"]).output().unwrap();
    assert!(flags.status.success(), "{flags:?}");
    let flags = String::from_utf8(flags.stdout).unwrap();
    build("kinds.c", &flags.split_whitespace().collect::<Vec<_>>())
}

/// The allocator, built once.
fn allocator() -> &'static str {
    static ALLOCATOR: OnceLock<TempFile> = OnceLock::new();
    ALLOCATOR.get_or_init(|| build("unmarked.c", &["-shared", "-fPIC", "-fno-builtin"])).path()
}

fn build(source: &str, flags: &[&str]) -> TempFile {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/c").join(source);
    let built = TempFile::new();
    let output = Command::new("cc")
        .args(["-Wall", "-Wextra", "-Werror", "-O1", "-o"])
        .args([built.path().as_ref(), source.as_os_str()])
        .args(flags)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    built
}

/// Whether a program for tests is there; says so if not.
pub(super) fn has(tool: &str) -> bool {
    let found = env::split_paths(&env::var_os("PATH").unwrap_or_default())
        .any(|folder| folder.join(tool).is_file());
    if !found {
        // Not by a macro, whose text would be held back.
        let _ = writeln!(std::io::stderr(), "left out: {tool} is not installed");
    }
    found
}
