//! What the border of the example `notmuch` refuses: to use an object after it has been destroyed.
//!
//! Each case is a program that must not compile, beside an allowed one that differs as little as
//! can be, so that it is refused for the right reason.

use std::fs;
use std::path::Path;
use std::process::Command;

/// The error, what must not compile, and what may.
const CASES: [(&str, &str, &str, &str); 8] = [
    (
        "database_gone",
        "E0505",
        "let query = db.query(c\"*\")?; drop(db); query.count()?;",
        "let query = db.query(c\"*\")?; query.count()?; drop(db);",
    ),
    (
        "database_closed",
        "E0505",
        "let message = db.find(c\"a\")?; db.close()?; drop(message);",
        "let message = db.find(c\"a\")?; drop(message); db.close()?;",
    ),
    (
        "message_without_database",
        "E0505",
        "let message = db.find(c\"a\")?; drop(db); drop(message);",
        "let message = db.find(c\"a\")?; drop(message); drop(db);",
    ),
    (
        "messages_without_database",
        "E0515",
        "fn all(db: Database) -> Option<Messages<'static>> { db.query(c\"*\").ok()?.messages().ok() } all(db);",
        "fn all(db: &Database) -> Option<Messages<'_>> { db.query(c\"*\").ok()?.messages().ok() } all(&db);",
    ),
    (
        "query_used_twice",
        "E0382",
        "let query = db.query(c\"*\")?; query.count()?; query.messages()?;",
        "let query = || db.query(c\"*\"); query()?.count()?; query()?.messages()?;",
    ),
    (
        "tags_without_message",
        "E0505",
        "let mut message = db.find(c\"a\")?.unwrap(); let tags = message.tags()?; drop(message); drop(tags);",
        "let mut message = db.find(c\"a\")?.unwrap(); let tags = message.tags()?; drop(tags); drop(message);",
    ),
    (
        "tags_of_a_changed_message",
        "E0499",
        "let mut message = db.find(c\"a\")?.unwrap(); let tags = message.tags()?; message.add_tag(c\"b\")?; drop(tags);",
        "let mut message = db.find(c\"a\")?.unwrap(); let tags = message.tags()?; drop(tags); message.add_tag(c\"b\")?;",
    ),
    (
        "another_thread",
        "E0277",
        "let message = db.find(c\"a\")?; std::thread::scope(|scope| { scope.spawn(|| drop(message)); });",
        "let message = db.find(c\"a\")?; std::thread::scope(|scope| { scope.spawn(|| ()); drop(message); });",
    ),
];

/// A program with the modules of the border.
fn program(folder: &Path, body: &str) -> String {
    let mut text = "#![allow(dead_code, unused_imports)]\n".to_owned();
    for module in ["database", "error", "message", "object", "query", "sys"] {
        let path = folder.join(module).with_extension("rs");
        text += &format!("#[path = {path:?}]\nmod {module};\n");
    }
    text += "use {database::Database, error::Error, query::Messages};\n";
    text + &format!(
        "fn test(db: Database) -> Result<(), Error> {{ {body} Ok(()) }}\nfn main() {{}}\n"
    )
}

#[test]
fn nothing_is_used_after_it_has_been_destroyed() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR"));
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("notmuch_refused");
    let programs = package.join("src/bin");
    fs::create_dir_all(&programs).expect("a folder for the package");
    let manifest = format!(
        "[package]\nname = \"refused\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
         talloc = {{ path = {:?} }}\ntalloc-examples = {{ path = {examples:?} }}\nlibc = \"0.2\"\nthiserror = \"2\"\n",
        examples.join("../talloc"),
    );
    fs::write(package.join("Cargo.toml"), manifest).expect("a manifest");
    let _ = fs::copy(examples.join("../Cargo.lock"), package.join("Cargo.lock"));
    let border = examples.join("notmuch");
    for (name, _, refused, allowed) in CASES {
        for (name, body) in [(name.to_owned(), refused), (format!("{name}_allowed"), allowed)] {
            let file = programs.join(name).with_extension("rs");
            fs::write(file, program(&border, body)).expect("a program");
        }
    }
    for (name, code, ..) in CASES {
        let refused = check(&package, name);
        assert_eq!(codes(&refused), [code], "{name}: {refused}");
        let allowed = check(&package, &format!("{name}_allowed"));
        assert!(!allowed.contains("error"), "{name}: {allowed}");
    }
}

/// What the compiler says about a program.
fn check(package: &Path, program: &str) -> String {
    let output = Command::new(env!("CARGO"))
        .current_dir(package)
        .args(["check", "--quiet", "--bin", program])
        .output()
        .expect("cargo");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.success(), codes(&said).is_empty(), "{program}: {said}");
    said
}

/// The codes behind `error[` in a message, each once.
fn codes(message: &str) -> Vec<&str> {
    let at = message.match_indices("error[").map(|(at, _)| at + "error[".len());
    let mut codes: Vec<_> = at.map(|at| &message[at..at + "E0000".len()]).collect();
    codes.dedup();
    codes
}
