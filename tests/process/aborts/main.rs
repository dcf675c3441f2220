//! What is said when libtalloc aborts, in programs of Rust (`program.rs`) and of C (`host.rs`).

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output};

use talloc_tests::c::tt_has_asan;

const PROGRAM: &str = env!("CARGO_BIN_EXE_aborts_program");
const C_PROGRAM: &str = env!("CARGO_BIN_EXE_aborts_host");

const FREED: &str = "libtalloc aborts: Bad talloc magic value - access after free\n";
const UNKNOWN: &str = "libtalloc aborts: Bad talloc magic value - unknown value\n";
const MEANING: &str = "(an object was used, or freed once more, after it had been freed";
const HINT: &str = "talloc::set_log_stderr, called first, lets libtalloc say where it was freed";

/// What frees twice, in backtraces. On 32-bit ARM these end at C code, which has no unwind tables.
const CULPRIT: &str = if cfg!(target_arch = "arm") { "" } else { "tt_free_twice" };

fn run(command: &mut Command) -> Output {
    command.output().expect("a child process")
}

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).env_remove("RUST_BACKTRACE").env_remove("RUST_LIB_BACKTRACE");
    command
}

/// What it said before it was ended by an abort.
#[track_caller]
fn last_words(command: &mut Command) -> String {
    const SIGABRT: i32 = 6;
    let output = run(command);
    assert_eq!(output.status.signal(), Some(SIGABRT), "{output:?}");
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    // What runs programs of another architecture has a last word of its own.
    said.split_inclusive('\n')
        .filter(|line| !line.starts_with("qemu: uncaught target signal"))
        .collect()
}

#[track_caller]
fn says(command: &mut Command, texts: &[&str]) -> String {
    let said = last_words(command);
    for text in texts {
        assert!(said.contains(text), "{text:?} is not in: {said}");
    }
    said
}

/// Whether backtraces of the programs of this build have files, and functions that were inlined.
fn has_line_tables() -> bool {
    !CULPRIT.is_empty() && std::backtrace::Backtrace::force_capture().to_string().contains(file!())
}

#[test]
fn a_second_free_is_explained_with_the_place() {
    let place: &[&str] =
        if has_line_tables() { &[CULPRIT, "aborts/program.rs"] } else { &[CULPRIT] };
    let said = says(&mut program(&["pool"]), &[&[FREED, MEANING, HINT], place].concat());
    assert!(said.starts_with(FREED), "{said}");
    assert!(!said.contains("libtallocs in this process"), "{said}");
    let said = says(program(&["pool"]).env("RUST_BACKTRACE", "1"), place);
    assert_eq!(said.matches("tt_free_twice").count(), usize::from(!CULPRIT.is_empty()), "{said}");
    // What is below `main` is for those who want all.
    let below_main = "__rust_begin_short_backtrace";
    assert!(!said.contains(below_main), "{said}");
    let said = says(program(&["pool"]).env("RUST_BACKTRACE", "full"), &[CULPRIT]);
    assert!(said.contains(below_main) || CULPRIT.is_empty(), "{said}");
    let said = says(program(&["pool"]).env("RUST_BACKTRACE", "0"), &[FREED, MEANING, HINT]);
    assert!(!said.contains("tt_free_twice"), "{said}");
}

/// The C library has written to the header of what was freed: libtalloc does not know it again.
#[test]
fn a_second_free_on_the_heap() {
    if tt_has_asan() {
        eprintln!("left out: the sanitizer reports the read of the header");
        return;
    }
    let said = says(&mut program(&["heap"]), &[MEANING, CULPRIT]);
    assert!(said.starts_with(FREED) || said.starts_with(UNKNOWN), "{said}");
}

#[test]
fn libtalloc_says_where_it_was_freed_first() {
    let said = says(&mut program(&["messages"]), &["first free may be at c/abort_fn.c:", FREED]);
    assert!(!said.contains(HINT), "{said}");
}

#[test]
fn other_reasons() {
    says(&mut program(&["no chunk"]), &[UNKNOWN, "or a pointer is none of talloc's"]);
    let mismatch = "somewhere.c:7: Type mismatch: name[struct foo] expected[struct bar]\n(C asked";
    says(&mut program(&["type"]), &[mismatch, "get_type_abort"]);
}

#[test]
fn a_panic_is_for_those_who_have_asked() {
    let said = says(&mut program(&["panic hook"]), &[FREED]);
    assert!(!said.contains("panic hook"), "{said}");
    says(&mut program(&["explained"]), &[FREED, CULPRIT, "panic hook"]);
}

#[test]
fn the_first_root_on_another_thread_sets_nothing() {
    assert_eq!(last_words(&mut program(&["thread"])), "");
}

#[test]
fn who_has_set_the_function() {
    let of_c = "C's abort function: Bad talloc magic value - access after free\n";
    assert_eq!(last_words(&mut program(&["kept"])), of_c);
    assert_eq!(last_words(&mut program(&["later"])), of_c);
    let own = "own: Bad talloc magic value - access after free\n";
    assert_eq!(last_words(&mut program(&["own"])), own);
    let said = says(&mut program(&["replaced"]), &[FREED]);
    assert!(!said.contains(of_c), "{said}");
}

#[test]
fn whatever_the_thread_was_doing() {
    for part in ["held", "own lock", "printing", "unwinding"] {
        says(&mut program(&[part]), &[FREED, MEANING, CULPRIT]);
    }
    says(&mut program(&["no memory"]), &[FREED, MEANING]);
    let said = says(&mut program(&["comes back"]), &[FREED, MEANING]);
    assert_eq!(said.matches(FREED).count(), 2, "{said}");
    // The program opens what is left.
    let mut few = Command::new("sh");
    few.args(["-c", "ulimit -n 20; exec \"$0\" \"$1\"", PROGRAM, "no files"]);
    says(&mut few, &[FREED, MEANING]);
}

#[test]
fn a_c_program_keeps_its_function() {
    let c_program = |arguments: &[&str]| last_words(Command::new(C_PROGRAM).args(arguments));
    for part in ["a root", "a root on a thread", "keep_abort_fn"] {
        let said = c_program(&["with a function", part]);
        assert_eq!(said, "C's abort function: Bad talloc magic value - access after free\n");
        assert_eq!(c_program(&["without", part]), "", "{part}");
    }
    let said = c_program(&["without", "explain_aborts"]);
    assert!(said.contains(FREED) && said.contains(CULPRIT), "{said}");
}

/// A copy of the shared libtalloc is another one to the system, and to libtalloc.
#[cfg(target_os = "linux")]
mod two {
    use std::fs;
    use std::path::Path;

    use super::{UNKNOWN, has_line_tables, last_words, program, run, says};

    const SEVERAL: &str =
        "several libtallocs in this process, and none knows the objects of another";

    /// The file of the libtalloc that the program uses: itself when it is linked statically.
    fn file() -> String {
        String::from_utf8(run(&mut program(&["which"])).stdout).expect("UTF-8")
    }

    fn is_shared(file: &str) -> bool {
        file.contains("/libtalloc.")
    }

    #[test]
    fn an_object_of_the_second_comes_to_rust() {
        let file = file();
        let second = if is_shared(&file) {
            let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join("libtalloc-second.so");
            fs::copy(&file, &copy).expect("a copy");
            copy.display().to_string()
        } else {
            String::from("libtalloc.so.2")
        };
        let name = second.rsplit('/').next().expect("a name");
        let own = format!("    {file} (the one of the Rust code)\n");
        let said = says(
            &mut program(&["from the second", &second]),
            &[UNKNOWN, "it comes from another libtalloc", SEVERAL, &own, name],
        );
        assert!(said.contains("from_raw") || !has_line_tables(), "{said}");
        assert!(!said.contains("libtalloc-report"), "{said}");
    }

    /// Only that of a program that has its own one inside is hidden from others, so that
    /// the C library's is seen.
    #[test]
    fn an_object_of_rust_goes_to_the_second() {
        let file = file();
        if is_shared(&file) {
            eprintln!(
                "left out: libtalloc is linked dynamically (step `two-libtallocs` of .ci/run)"
            );
            return;
        }
        let who = "another libtalloc than that of the Rust code aborts: Bad talloc magic value";
        let own = format!("    {file} (the one of the Rust code)\n");
        let said = says(
            &mut program(&["to the second", "libtalloc.so.2"]),
            &[who, SEVERAL, &own, "/libtalloc.so.2"],
        );
        assert!(said.contains("aborts/program.rs") || !has_line_tables(), "{said}");
    }

    /// A limit, which `docs/interop.md` tells.
    #[test]
    fn the_second_of_two_shared_ones_is_silent() {
        let file = file();
        if is_shared(&file) {
            let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join("libtalloc-third.so");
            fs::copy(&file, &copy).expect("a copy");
            let copy = copy.display().to_string();
            assert_eq!(last_words(&mut program(&["to the second", &copy])), "");
        }
    }
}
