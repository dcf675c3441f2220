//! The code in `docs/interop.md` is that of the files it names. (Its commands are
//! run by the repository's checks.)

use std::fs;
use std::path::Path;

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

/// What is wrong with the code blocks of a document, and how many there are.
fn check(text: &str, root: &Path) -> (Vec<String>, usize) {
    let mut all = snippets(text);
    all.retain(|snippet| snippet.info != "sh");
    let wrong = all.iter().filter_map(|snippet| {
        let line = snippet.line;
        let Some((_, name)) = snippet.info.split_once(" file=") else {
            return Some(format!("line {line}: no ` file=` behind the language"));
        };
        let Ok(file) = fs::read_to_string(root.join(name)) else {
            return Some(format!("line {line}: there is no file {name}"));
        };
        let file = file.replace(DEPENDENCY_HERE, DEPENDENCY_ELSEWHERE);
        (!is_part_of(&snippet.code, &file)).then(|| format!("line {line}: not in {name}"))
    });
    (wrong.collect(), all.len())
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

#[test]
fn the_guides_code_is_what_is_run() {
    let guide = fs::read_to_string(root().join("docs/interop.md")).expect("the guide");
    let (wrong, count) = check(&guide, root());
    assert!(wrong.is_empty(), "docs/interop.md:\n{}", wrong.join("\n"));
    assert!(count >= 20, "only {count} code blocks");
}

#[test]
fn what_is_not_in_the_file_is_found() {
    let text = "```rust file=tests/whole/snippets.rs\nno such line\n```\n\
                ```rust file=tests/whole/snippets.rs\nuse std::fs;\n…\nfn root() -> &'static Path {\n```\n\
                ```rust file=tests/whole/snippets.rs\nuse std::path::Path;\n…\nuse std::fs;\n```\n\
                ```rust\n```\n```c file=none.c\n```\n";
    let (wrong, count) = check(text, root());
    assert_eq!(count, 5);
    assert_eq!(
        wrong,
        [
            "line 1: not in tests/whole/snippets.rs",
            "line 9: not in tests/whole/snippets.rs",
            "line 14: no ` file=` behind the language",
            "line 16: there is no file none.c",
        ]
    );
}
