//! What cannot be read, and says so.

use std::fs;
use std::io::{self, Read, Write};
use std::os::unix::fs::{FileExt, MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;

use super::compare::{read, stderr};
use super::core_file::{regions, write_core};
use super::program::Program;
use crate::support::{TempFile, run};

/// The message of a run that fails.
#[track_caller]
fn refused(args: &[&str], status: i32) -> String {
    let output = run(args);
    let stderr = stderr(&output);
    assert_eq!(output.status.code(), Some(status), "{stderr}");
    assert!(output.stdout.is_empty());
    stderr.trim_end().trim_start_matches("talloc-report: ").to_owned()
}

#[test]
fn wrong_places() {
    for (args, message) in [
        (&["live", "smbd"][..], "a process is given by its number, not by \"smbd\""),
        (&["top", "live:0"], "a process is given by its number, not by \"0\""),
        (&["watch"], "PID is missing; usage: talloc-report watch [OPTION]... PID"),
        (&["core", "-"], "a core cannot be read from the standard input"),
        (&["top", "--stop", "report.txt"], "--stop is for processes: live:PID"),
        (&["tree", "--stop", "core:a"], "--stop is for processes: live:PID"),
        (
            &["tree", "--details", "report.txt"],
            "--details are not in reports, but in live:PID and core:FILE",
        ),
        (&["watch", "--looks", "0", "1"], "--looks takes a number of looks, from 1, not \"0\""),
    ] {
        assert_eq!(refused(args, 2), message);
    }
}

#[test]
fn no_process() {
    // The kernel gives no such number.
    let message = refused(&["live", "2147483647"], 1);
    assert_eq!(message, "process 2147483647: there is no such process");
    // It has ended, and is still listed.
    let mut child = Command::new("true").stdout(Stdio::piped()).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    assert_eq!(stdout.read(&mut [0]).unwrap(), 0);
    let pid = child.id().to_string();
    let is_listed = || {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
        stat.contains(") Z ")
    };
    while !is_listed() {
        thread::yield_now();
    }
    assert_eq!(refused(&["live", &pid], 1), format!("process {pid} (true): it has ended"));
    child.wait().unwrap();
}

#[test]
fn no_talloc() {
    let program = Program::start("none");
    let (pid, message) = (program.pid(), refused(&["live", &program.pid()], 1));
    let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap();
    let name = format!("process {pid} ({})", name.trim_end());
    assert_eq!(message, format!("{name}: it has libtalloc, but not one chunk of it"));
    let mut child =
        Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    // It has started when it answers.
    child.stdin.as_mut().unwrap().write_all(b"x").unwrap();
    child.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
    let pid = child.id().to_string();
    let message = refused(&["live", &pid], 1);
    drop(child.stdin.take());
    child.wait().unwrap();
    let expected = "no talloc in it: neither the library nor a chunk";
    assert_eq!(message, format!("process {pid} (cat): {expected}"));
}

/// Where this runs as root, as somebody else.
#[test]
fn no_permission() {
    let program = Program::start("roots");
    let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
    // The folder of the build may be closed to others.
    let copy = TempFile::new();
    fs::copy(env!("CARGO_BIN_EXE_talloc-report"), copy.path()).unwrap();
    let mut command = Command::new(copy.path());
    command.args(["live", &if is_root { program.pid() } else { "1".to_owned() }]);
    if is_root {
        command.uid(65534);
    }
    let output = command.output().unwrap();
    let stderr = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    let expected = "no permission to read its memory; root has it, or CAP_SYS_PTRACE gives it";
    assert!(stderr.contains(expected), "{stderr}");
}

#[test]
fn no_core() {
    let program = Program::start("roots");
    let core = write_core(&program.pid(), &regions(&program.pid(), false));
    let bytes = core.read();
    let changed = |at: usize, with: u8| {
        let mut bytes = bytes.clone();
        bytes[at] = with;
        TempFile::with(bytes)
    };
    for (file, expected) in [
        (TempFile::with("full talloc report on 'x'"), "it is no ELF file"),
        (TempFile::with(""), "it is no ELF file"),
        (changed(4, 1), "it is a program of 32 bits; only those of 64 bits can be read"),
        (
            changed(5, 2),
            "it is of a machine with the other byte order (big-endian), which cannot be read",
        ),
        (changed(16, 3), "it is no core file, but a program or library"),
        (
            TempFile::with(b"\x28\xb5\x2f\xfd and so on"),
            "it is compressed by zstd; unpack it first, or take it by coredumpctl dump",
        ),
        (TempFile::with(&bytes[..100]), "the core is cut before its memory begins"),
    ] {
        let message = refused(&["core", file.path()], 1);
        assert_eq!(message, format!("{}: {expected}", file.path()));
    }
    let folder = refused(&["core", "/"], 1);
    assert_eq!(folder, "/: a core is read from a file, not from a pipe or folder");
    let missing = refused(&["core", "/no such file"], 1);
    assert_eq!(missing, "/no such file: No such file or directory (os error 2)");
    let is_64_bits = cfg!(target_pointer_width = "64");
    let expected =
        if is_64_bits { "but a program or library" } else { "only those of 64 bits can be read" };
    assert!(refused(&["core", "/proc/self/exe"], 1).ends_with(expected));
}

/// Without the notes, without the stack, and without the end.
#[test]
fn stripped_cores() {
    let program = Program::start("kinds");
    let all = regions(&program.pid(), false);
    let core = write_core(&program.pid(), &all);
    // Another kind of note in place of the auxiliary vector.
    let mut bytes = core.read();
    let auxv = bytes.windows(12).position(|window| window[8..12] == [6, 0, 0, 0] && window[0] == 5);
    bytes[auxv.unwrap() + 8] = 7;
    let message = refused(&["core", TempFile::with(bytes).path()], 1);
    assert!(
        message.contains("the core has no auxiliary vector (NT_AUXV); without it"),
        "{message}"
    );

    let is_heap = |one: &super::core_file::Region| one.flags == 6 && one.file.is_none();
    let without: Vec<_> = all.iter().filter(|one| !is_heap(one)).cloned().collect();
    let core = write_core(&program.pid(), &without);
    let message = refused(&["core", core.path()], 1);
    assert!(message.contains("the random bytes of the process are missing"), "{message}");

    // Half of the largest region, and all behind it.
    let core = write_core(&program.pid(), &all);
    let len = fs::metadata(core.path()).unwrap().len();
    fs::OpenOptions::new().write(true).open(core.path()).unwrap().set_len(len - 8192).unwrap();
    let output = run(&["json", &format!("core:{}", core.path())]);
    let stderr = stderr(&output);
    assert!(stderr.contains("are missing") || stderr.contains("cut"), "{stderr}");
    assert!(matches!(output.status.code(), Some(1 | 3)), "{stderr}");
}

/// Names in a file that is another one now, or that is gone.
#[test]
fn names_of_missing_files() {
    let program = Program::start("roots");
    let mut all = regions(&program.pid(), false);
    let program_file = all[0].file.clone().unwrap().1;
    for other in ["/no such file", "/bin/sh"] {
        for (_, path) in all.iter_mut().filter_map(|one| one.file.as_mut()) {
            if *path == program_file || *path == "/no such file" {
                *path = other.to_owned();
            }
        }
        let core = write_core(&program.pid(), &all);
        let (found, stderr) = read(&format!("core:{}", core.path()), &[], 3);
        assert!(stderr.contains("4 names cannot be read: they are in files"), "{stderr}");
        let names = crate::support::names(&found);
        let start = format!("(name unknown: {}+0x", other.rsplit('/').next().unwrap());
        let unknown = names.iter().filter(|name| name.1.starts_with(&start));
        assert_eq!(unknown.count(), 4, "{names:?}");
        assert_eq!(names.iter().filter(|name| name.1.starts_with("below root ")).count(), 3);
    }
}

/// A pipe in place of a program is not opened: nobody may ever write into it.
#[test]
fn a_pipe_for_a_file() {
    let program = Program::start("roots");
    let mut all = regions(&program.pid(), false);
    let pipe = TempFile::new();
    assert!(Command::new("mkfifo").arg(pipe.path()).status().unwrap().success());
    for (_, path) in all.iter_mut().filter_map(|one| one.file.as_mut()) {
        *path = pipe.path().to_owned();
    }
    let core = write_core(&program.pid(), &all);
    let (opened, was_opened) = mpsc::channel();
    let path = pipe.path().to_owned();
    // It waits until the pipe is opened on the other side.
    let writer = thread::spawn(move || {
        drop(fs::OpenOptions::new().write(true).open(path).unwrap());
        let _ = opened.send(());
    });
    let (_, stderr) = read(&format!("core:{}", core.path()), &[], 3);
    assert!(stderr.contains("names cannot be read: they are in files"), "{stderr}");
    assert!(was_opened.try_recv().is_err());
    drop(fs::File::open(pipe.path()).unwrap());
    writer.join().unwrap();
}

/// What does not hang together is told, and what does is shown.
#[test]
fn broken_links() {
    let program = Program::start("broken");
    let (found, stderr) = read(&program.live(), &[], 3);
    for part in [
        "doubtful: 2 chunks hang together with others, but with no root: left out",
        "doubtful: 2 chunks are in a loop, or below one: left out",
        "doubtful: 1 link of chunks lead to none: what is there is left out",
    ] {
        assert!(stderr.contains(part), "{part}: {stderr}");
    }
    let names: Vec<_> = crate::support::names(&found).into_iter().map(|name| name.1).collect();
    let shown = ["null_context", "root", "parent of a ring", "parent of a stranger", "good"];
    assert_eq!(names, shown);
}

#[test]
fn unreadable_names() {
    let program = Program::start("unreadable");
    let (found, stderr) = read(&program.live(), &[], 3);
    assert!(stderr.contains("doubtful: 3 names cannot be read"), "{stderr}");
    let names: Vec<_> = crate::support::names(&found).into_iter().map(|name| name.1).collect();
    assert_eq!(
        names,
        [
            "null_context",
            "root",
            "good",
            "(name unknown: 0x123456789000)",
            "(name unknown: 0xfffffffffffffffc)",
            "(name unknown: 0x2)",
        ]
    );
}

/// A program of 32 bits that waits for a signal.
#[test]
fn a_process_of_32_bits() {
    const CODE: [u8; 9] = [0xb8, 29, 0, 0, 0, 0xcd, 0x80, 0xeb, 0xf7];
    let address = 0x0804_8000_u32;
    let mut program = b"\x7fELF\x01\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
    let halves = |program: &mut Vec<u8>, list: &[u16]| {
        program.extend(list.iter().flat_map(|half| half.to_le_bytes()));
    };
    let words = |program: &mut Vec<u8>, list: &[u32]| {
        program.extend(list.iter().flat_map(|word| word.to_le_bytes()));
    };
    halves(&mut program, &[2, 3]);
    words(&mut program, &[1, address + 84, 52, 0, 0]);
    halves(&mut program, &[52, 32, 1, 0, 0, 0]);
    words(&mut program, &[1, 0, address, address, 84 + 9, 84 + 9, 5, 4096]);
    program.extend(CODE);
    let file = TempFile::with(program);
    fs::set_permissions(file.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let Ok(mut child) = Command::new(file.path()).spawn() else {
        // Not by a macro, whose text would be held back.
        let _ = writeln!(io::stderr(), "left out: the kernel has no programs of 32 bits");
        return;
    };
    let message = refused(&["live", &child.id().to_string()], 1);
    child.kill().unwrap();
    child.wait().unwrap();
    let expected = "it is a program of 32 bits; only those of 64 bits can be read";
    assert!(message.ends_with(expected), "{message}");
}

#[test]
fn a_core_is_not_written_over() {
    let program = Program::start("roots");
    let core = write_core(&program.pid(), &regions(&program.pid(), false));
    let place = format!("core:{}", core.path());
    let message = refused(&["top", "-o", core.path(), &place], 2);
    assert!(message.ends_with("it cannot be the output, too"), "{message}");
    let mut start = [0; 4];
    fs::File::open(core.path()).unwrap().read_exact_at(&mut start, 0).unwrap();
    assert_eq!(&start, b"\x7fELF");
}
