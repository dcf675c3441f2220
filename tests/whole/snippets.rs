//! No code on the pages of `docs/` is untested. A block with ` file=` behind its language is a part
//! of that file, which is compiled, run or compared by another test. A block of Rust without is run
//! as a doctest, or is half of a pair of `from-c.md`. (Commands are run by the repository's
//! checks.)

use std::fs;
use std::path::Path;

use talloc_tests::pairs;
use talloc_tests::source::{files, path, read};

/// A code block: where it starts, what it is copied from, its lines.
struct Snippet<'a> {
    line: usize,
    info: &'a str,
    code: Vec<&'a str>,
}

fn snippets(text: &str) -> Vec<Snippet<'_>> {
    let mut all = Vec::new();
    let mut open: Option<Snippet<'_>> = None;
    for (index, line) in text.lines().enumerate() {
        match (line.strip_prefix("```"), open.take()) {
            (Some(info), None) => {
                open = Some(Snippet { line: index + 1, info, code: Vec::new() });
            }
            (Some(_), Some(done)) => all.push(done),
            (None, Some(mut snippet)) => {
                snippet.code.push(line);
                open = Some(snippet);
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "the last code block has no end");
    all
}

/// Whether the lines are in the file one after another, whatever their
/// indentation. A line `…` stands for any lines.
fn is_part_of(code: &[&str], file: &str) -> bool {
    let lines: Vec<&str> = file.lines().map(str::trim).collect();
    let mut rest = &lines[..];
    code.split(|line| line.trim() == "…").all(|part| {
        let part: Vec<&str> = part.iter().map(|line| line.trim()).collect();
        let found = rest.windows(part.len().max(1)).position(|lines| lines == part);
        rest = found.map_or(rest, |at| &rest[at + part.len()..]);
        found.is_some() || part.is_empty()
    })
}

/// How a package of this workspace depends on `talloc`, and how any other does: the
/// one line that the guide shows in another form.
const DEPENDENCY_HERE: &str = "talloc.workspace = true";
const DEPENDENCY_ELSEWHERE: &str = r#"talloc = { git = "<address of this repository>" }"#;

/// How the code of a page without ` file=` is tested.
#[derive(Clone, Copy, PartialEq)]
enum Otherwise {
    /// Not at all.
    Not,
    /// Rust is run as a doctest.
    Doctest,
    /// C and Rust are the halves of pairs.
    Pairs,
}

/// What is wrong with the code blocks of a document, and how many there are.
fn check(text: &str, root: &Path, otherwise: Otherwise) -> (Vec<String>, usize) {
    const CODE: [&str; 6] = ["rust", "c", "toml", "make", "cmake", "meson"];
    let mut all = snippets(text);
    all.retain(|snippet| {
        snippet.info.contains(" file=") || {
            let language = snippet.info.split([',', ' ']).next();
            language.is_some_and(|language| CODE.contains(&language))
        }
    });
    let wrong = all.iter().filter_map(|snippet| {
        let line = snippet.line;
        let Some((_, name)) = snippet.info.split_once(" file=") else {
            return match (otherwise, snippet.info) {
                (Otherwise::Doctest, "rust" | "toml") | (Otherwise::Pairs, "rust" | "c") => None,
                _ => Some(format!("line {line}: no ` file=` behind the language")),
            };
        };
        let Ok(file) = fs::read_to_string(root.join(name)) else {
            return Some(format!("line {line}: there is no file {name}"));
        };
        let file = file.replace(DEPENDENCY_HERE, DEPENDENCY_ELSEWHERE);
        (!is_part_of(&snippet.code, &file)).then(|| format!("line {line}: not in {name}"))
    });
    (wrong.collect(), all.len())
}

/// The pages, by their names.
fn pages() -> Vec<(String, String)> {
    let pages =
        files(&path("docs")).into_iter().filter(|file| file.extension().is_some_and(|e| e == "md"));
    let named = |file: std::path::PathBuf| {
        (file.file_name().expect("a file").to_string_lossy().into_owned(), read(&file))
    };
    pages.map(named).collect()
}

#[test]
fn all_code_of_the_pages_is_tested() {
    let doctests = read(&path("tests/support/lib.rs"));
    let mut count = 0;
    let mut all_wrong = String::new();
    for (name, text) in pages() {
        let otherwise = match &*name {
            "from-c.md" => Otherwise::Pairs,
            name if doctests.contains(&format!("\"../../docs/{name}\"")) => Otherwise::Doctest,
            _ => Otherwise::Not,
        };
        let (wrong, blocks) = check(&text, &path("."), otherwise);
        wrong.iter().for_each(|wrong| all_wrong += &format!("docs/{name}: {wrong}\n"));
        count += blocks;
        // Each half is in a pair.
        if otherwise == Otherwise::Pairs {
            let pairs = pairs::read(&text).pairs;
            assert_eq!(pairs.iter().filter(|pair| !pair.is_body).count() * 2, blocks);
        }
    }
    assert!(all_wrong.is_empty(), "\n{all_wrong}");
    assert!(count >= 150, "only {count} code blocks");
}

/// The messages of the compiler are whole lines of what is kept beside the programs.
#[test]
fn each_entry_of_the_messages_has_one() {
    let text = read(&path("docs/compiler-messages.md"));
    for entry in text.split("\n## ").skip(1) {
        let title = entry.lines().next().expect("a title");
        assert!(entry.contains("```text file=tests/ui/"), "{title}: no message");
        assert!(text.contains(&format!("\n- [{title}](#")), "{title}: not in the list at the top");
    }
}

#[test]
fn what_is_not_in_the_file_is_found() {
    let text = "```rust file=tests/whole/snippets.rs\nno such line\n```\n\
                ```rust file=tests/whole/snippets.rs\nuse std::fs;\n…\nfn pages() -> Vec<(String, String)> {\n```\n\
                ```rust file=tests/whole/snippets.rs\nuse std::path::Path;\n…\nuse std::fs;\n```\n\
                ```rust\n```\n```rust,no_run\n```\n```c file=none.c\n```\n```sh\n```\n";
    let (wrong, count) = check(text, &path("."), Otherwise::Not);
    assert_eq!(count, 6);
    let expected = [
        "line 1: not in tests/whole/snippets.rs",
        "line 9: not in tests/whole/snippets.rs",
        "line 14: no ` file=` behind the language",
        "line 16: no ` file=` behind the language",
        "line 18: there is no file none.c",
    ];
    assert_eq!(wrong, expected);
    // A block that is compiled only, or not at all, is tested nowhere.
    let (wrong, _) = check(text, &path("."), Otherwise::Doctest);
    assert_eq!(wrong[2], expected[3]);
}
