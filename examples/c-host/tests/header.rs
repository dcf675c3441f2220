//! Compares the checked-in header with what cbindgen makes of the sources. To renew it:
//!
//! ```sh
//! C_HOST_REGENERATE=1 cargo test -p talloc-c-host --test header
//! ```

use std::path::Path;
use std::{env, fs};

const HEADER: &str = "include/chatcore.h";
const CRATE: &str = env!("CARGO_MANIFEST_DIR");
const HANDLES: [&str; 5] = ["Node", "Kept", "TBox", "Array", "Items"];

fn generate() -> String {
    let bindings = cbindgen::generate(CRATE).expect("cbindgen understands the sources");
    let mut header = Vec::new();
    bindings.write(&mut header);
    tidy(&String::from_utf8(header).expect("UTF-8"))
}

/// What cbindgen has no settings for: types without `struct` and `enum`, which their `typedef`s
/// make unnecessary; contexts that are not constant; handles, which are pointers; `*` at the end
/// of a renamed type.
fn tidy(header: &str) -> String {
    header.lines().map(|line| tidy_line(line) + "\n").collect()
}

fn tidy_line(line: &str) -> String {
    // That of a function uses types that have their names by then.
    let defines_a_type = line.starts_with("typedef") && !line.contains("(*");
    if defines_a_type || line.trim_start().starts_with(['*', '/', '#']) {
        return line.to_owned();
    }
    let line = line
        .replace("struct ", "")
        .replace("enum ", "")
        .replace("const TALLOC_CTX *", "TALLOC_CTX *");
    handles_as_pointers(line).replace("* ", "*").replace(" ;", ";")
}

/// `Node<foo_t>` and the like as `foo_t *`, the innermost first.
fn handles_as_pointers(mut line: String) -> String {
    while let Some((before, rest)) = line.split_once('>') {
        let Some((before, inner)) = before.rsplit_once('<') else { break };
        let Some(before) = HANDLES.iter().find_map(|&handle| before.strip_suffix(handle)) else {
            break;
        };
        line = format!("{before}{inner} *{rest}");
    }
    line
}

#[test]
fn handles_are_pointers() {
    let tidied =
        ["Node<struct foo_t> foo_new(void);", "    Array<Kept<foo_t>> foos;"].map(tidy_line);
    assert_eq!(tidied, ["foo_t *foo_new(void);", "    foo_t **foos;"]);
    let function = "typedef struct foo_t (*foo_fn)(const TALLOC_CTX *ctx, const char * text);";
    assert_eq!(tidy_line(function), "typedef foo_t (*foo_fn)(TALLOC_CTX *ctx, const char *text);");
    assert_eq!(tidy_line("typedef struct foo_t {"), "typedef struct foo_t {");
    assert_eq!(tidy_line("    int a, b = 1 > 0;"), "    int a, b = 1 > 0;");
}

#[test]
fn header_is_what_cbindgen_makes() {
    let path = Path::new(CRATE).join(HEADER);
    let generated = generate();
    if env::var_os("C_HOST_REGENERATE").is_some() {
        fs::create_dir_all(path.parent().expect("a file in a folder")).expect("the folder");
        fs::write(&path, &generated).expect("the header can be written");
    }
    let committed = fs::read_to_string(&path).expect("the header can be read");
    assert!(
        committed == generated,
        "{} is not what cbindgen makes. Renew it, and look at the difference:\n    \
         C_HOST_REGENERATE=1 cargo test -p talloc-c-host --test header",
        path.display()
    );
}
