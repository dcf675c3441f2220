//! Compares the checked-in header with what cbindgen makes of the sources. To renew it:
//!
//! ```sh
//! C_HOST_REGENERATE=1 cargo test -p talloc-c-host --test header
//! ```

use std::path::Path;
use std::{env, fs};

const HEADER: &str = "include/chatcore.h";
const CRATE: &str = env!("CARGO_MANIFEST_DIR");

fn generate() -> String {
    let bindings = cbindgen::generate(CRATE).expect("cbindgen understands the sources");
    let mut header = Vec::new();
    bindings.write(&mut header);
    tidy(&String::from_utf8(header).expect("UTF-8"))
}

/// What cbindgen has no settings for: types without `struct` and `enum`, which their `typedef`s
/// make unnecessary; contexts that are not constant; `*` at the end of a renamed type.
fn tidy(header: &str) -> String {
    header.lines().map(|line| tidy_line(line) + "\n").collect()
}

fn tidy_line(line: &str) -> String {
    if line.starts_with("typedef") || line.trim_start().starts_with(['*', '/', '#']) {
        return line.to_owned();
    }
    line.replace("struct ", "")
        .replace("enum ", "")
        .replace("const TALLOC_CTX *", "TALLOC_CTX *")
        .replace("* ", "*")
        .replace(" ;", ";")
}

#[test]
fn header_is_what_cbindgen_makes() {
    let path = Path::new(CRATE).join(HEADER);
    let generated = generate();
    if env::var_os("C_HOST_REGENERATE").is_some() {
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
