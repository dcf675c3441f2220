//! The links of all pages lead somewhere, to the heading too, and each page of `docs/` is reached
//! from the README. Files that a page names are there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use talloc_tests::source::{path, read};

/// The pages of the repository, as paths from its root.
fn pages() -> Vec<PathBuf> {
    fn collect(folder: &Path, pages: &mut Vec<PathBuf>) {
        for entry in path(".").join(folder).read_dir().expect("a folder").flatten() {
            let name = entry.file_name();
            let is_hidden = name.to_string_lossy().starts_with('.');
            let below = folder.join(&name);
            // The packages have links to the files of the root.
            if entry.path().is_symlink() {
                continue;
            }
            if entry.path().is_dir() && !is_hidden && name != "target" {
                collect(&below, pages);
            } else if below.extension().is_some_and(|extension| extension == "md") {
                pages.push(below);
            }
        }
    }
    let mut pages = Vec::new();
    collect(Path::new(""), &mut pages);
    pages.sort();
    pages
}

/// The lines of a page outside of its code blocks.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut in_code = false;
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line));
    lines.filter(move |(_, line)| {
        in_code ^= line.starts_with("```");
        !in_code && !line.starts_with("```")
    })
}

/// The line without its code.
fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join("`")
}

/// The targets of the links in a line.
fn targets(line: &str) -> Vec<String> {
    let line = without_code(line);
    let links = line.split("](").skip(1);
    links.filter_map(|rest| rest.split_once(')')).map(|(target, _)| target.to_owned()).collect()
}

/// What the headings of a page are called in links, as by GitHub and mdBook.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut seen = BTreeMap::new();
    let headings = prose(text).filter_map(|(_, line)| line.strip_prefix('#'));
    let headings = headings.map(|heading| heading.trim_start_matches('#').trim());
    headings
        .map(|heading| {
            let kept = heading.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
            let name = kept.collect::<String>().to_lowercase().replace(' ', "-");
            let count = seen.entry(name.clone()).or_insert(0);
            *count += 1;
            if *count == 1 { name } else { format!("{name}-{}", *count - 1) }
        })
        .collect()
}

/// A link, taken apart: the page that it leads to, and the heading. Nothing for one that leaves the
/// repository.
fn resolve(page: &Path, target: &str) -> Option<(PathBuf, Option<String>)> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (file, anchor) = match target.split_once('#') {
        Some((file, anchor)) => (file, Some(anchor.to_owned())),
        None => (target, None),
    };
    let folder = page.parent().expect("a file");
    let file = if file.is_empty() { page.to_owned() } else { folder.join(file) };
    // Pages that link each other are found once: without a way up, and down again.
    let file = file.components().fold(PathBuf::new(), |mut path, part| {
        if part != Component::ParentDir || !path.pop() {
            path.push(part);
        }
        path
    });
    Some((file, anchor))
}

#[test]
fn all_links_lead_somewhere() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for page in pages() {
        let text = read(&path(".").join(&page));
        for (line, content) in prose(&text) {
            for target in targets(content) {
                let Some((file, anchor)) = resolve(&page, &target) else { continue };
                count += 1;
                let on_disk = path(".").join(&file);
                let leads = match anchor {
                    _ if !on_disk.exists() => false,
                    Some(anchor) => anchors(&read(&on_disk)).contains(&anchor),
                    None => true,
                };
                if !leads {
                    wrong.push(format!("{}:{line}: {target}", page.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "these lead nowhere:\n{}", wrong.join("\n"));
    assert!(count >= 60, "only {count} links");
}

#[test]
fn all_pages_are_reached_from_the_readme() {
    let mut found = BTreeSet::new();
    let mut next = vec![PathBuf::from("README.md")];
    while let Some(page) = next.pop() {
        if found.insert(page.clone()) {
            let text = read(&path(".").join(&page));
            let targets = prose(&text).flat_map(|(_, line)| targets(line)).collect::<Vec<_>>();
            let pages = targets.iter().filter_map(|target| resolve(&page, target));
            next.extend(
                pages
                    .map(|(file, _)| file)
                    .filter(|file| file.extension().is_some_and(|e| e == "md")),
            );
        }
    }
    let all = pages().into_iter().filter(|page| page.starts_with("docs"));
    let lost: Vec<_> = all.filter(|page| !found.contains(page)).collect();
    assert!(lost.is_empty(), "no link leads to {lost:?}");
}

/// The front page of the crate's documentation, which is no page of the repository, has them in a list.
#[test]
fn all_pages_are_named_on_the_front_page() {
    let front = read(&path("talloc/src/lib.rs"));
    let all = pages().into_iter().filter(|page| page.starts_with("docs")).collect::<Vec<_>>();
    assert!(all.len() >= 10, "only {} pages", all.len());
    let lost: Vec<_> = all
        .into_iter()
        .filter(|page| !front.contains(&format!("\n//! - `{}`: ", page.display())))
        .collect();
    assert!(lost.is_empty(), "talloc/src/lib.rs does not name {lost:?}");
}

/// Paths in code, which are no links: `examples/cache.rs`. Some are of the folder of an example.
#[test]
fn all_files_that_are_named_are_there() {
    const FOLDERS: [&str; 7] =
        ["docs/", "examples/", "scripts/", "talloc/", "talloc-sys/", "tests/", ".ci/"];
    /// What a page says how to make.
    const TO_BE_MADE: [&str; 1] = ["talloc/build.rs"];
    const ROOTS: [&str; 2] = [".", "examples/c-host"];
    let mut wrong = Vec::new();
    let mut count = 0;
    let front = PathBuf::from("talloc/src/lib.rs");
    for page in pages().into_iter().chain([front]) {
        let text = read(&path(".").join(&page));
        for (line, content) in prose(&text) {
            for code in content.split('`').skip(1).step_by(2) {
                let is_path = |c: char| c.is_alphanumeric() || "/._-".contains(c);
                if FOLDERS.iter().any(|folder| code.starts_with(folder))
                    && code.chars().all(is_path)
                {
                    count += 1;
                    let is_there = ROOTS.iter().any(|root| path(root).join(code).exists());
                    if !is_there && !TO_BE_MADE.contains(&code) {
                        wrong.push(format!("{}:{line}: {code}", page.display()));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "these are not there:\n{}", wrong.join("\n"));
    assert!(count >= 60, "only {count} files");
}

#[test]
fn links_and_headings_are_read_as_they_stand() {
    let text = "# One `two`: three_four\n```text\n# no\n```\n## A\n## A\n";
    assert_eq!(
        anchors(text),
        BTreeSet::from(["one-two-three_four", "a", "a-1"].map(str::to_owned))
    );
    assert_eq!(targets("see [a](b.md#c), `[no](x)` and [d](#e)"), ["b.md#c", "#e"]);
    let here = Path::new("docs/a.md");
    assert_eq!(resolve(here, "b.md#c"), Some(("docs/b.md".into(), Some("c".to_owned()))));
    assert_eq!(resolve(here, "../b.md"), Some(("b.md".into(), None)));
    assert_eq!(resolve(here, "#c"), Some((here.to_owned(), Some("c".to_owned()))));
    assert_eq!(resolve(here, "https://a.example/#c"), None);
}
