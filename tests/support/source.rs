//! The sources of the crate, as text, and the items in them.
//!
//! They are read line by line: rustfmt sees to the form of the lines, and some items come from
//! macros, which a parser of Rust does not look into.

use std::fs;
use std::path::{Path, PathBuf};

/// A file or folder of the repository.
pub fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}

/// The text of a file.
pub fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All files below a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    let mut all: Vec<PathBuf> = entries
        .map(|entry| entry.expect("a readable folder").path())
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .collect();
    all.sort();
    all
}

/// The sources of the crate: their paths below `talloc/src`, and their text.
pub fn sources() -> Vec<(String, String)> {
    let folder = path("talloc/src");
    let named = files(&folder).into_iter().map(|file| {
        let below = file.strip_prefix(&folder).expect("a file of the folder");
        (below.display().to_string(), read(&file))
    });
    named.filter(|(name, _)| name.ends_with(".rs")).collect()
}

/// A source without its lines of comments.
pub fn code_of(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.map(|line| line.to_owned() + "\n").collect()
}

/// Whether a text is one name.
pub fn is_name(text: &str) -> bool {
    !text.is_empty() && name(text) == text
}

/// The name at the start of a text, which may be empty.
pub fn name(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    &text[..end.unwrap_or(text.len())]
}

/// A function, a type, a macro or another item, of the crate or of a type.
#[derive(Debug)]
pub struct Item {
    /// The type or trait that it belongs to.
    pub parent: Option<String>,
    /// Its name.
    pub name: String,
    /// Whether users see it: the lint `unreachable_pub` sees to it that what is `pub` is reached.
    pub is_public: bool,
    /// Whether the `impl` around it is that of a trait.
    pub is_of_trait: bool,
    /// Whether it is a struct, an enum, a trait or a type alias.
    pub is_type: bool,
    /// Whether a macro makes it of `fn name;`, of a type that is not known here.
    pub is_made: bool,
    /// What its `#[doc(alias = "…")]` say.
    pub aliases: Vec<String>,
    /// The path of its file below `talloc/src`.
    pub file: String,
}

impl Item {
    /// Its path, for messages.
    pub fn shown(&self) -> String {
        match &self.parent {
            Some(parent) => format!("{parent}::{}", self.name),
            None => self.name.clone(),
        }
    }

    /// Whether this may be meant by a type or module in front of its name.
    pub fn is_in(&self, parent: &str) -> bool {
        match &self.parent {
            _ if self.is_made => true,
            Some(own) => own == parent,
            None => parent == "talloc" || self.file.split(['/', '.']).any(|part| part == parent),
        }
    }

    /// The name without `try_` and `_or`: the twins are not listed.
    pub fn plain_name(&self) -> &str {
        match self.name.strip_prefix("try_") {
            Some(name) => name.strip_suffix("_or").unwrap_or(name),
            None => &self.name,
        }
    }
}

/// All items in [`sources`].
pub fn items() -> Vec<Item> {
    sources().iter().flat_map(|(file, text)| items_of(text, file)).collect()
}

/// The word that makes an item, and its name.
fn declared(code: &str) -> Option<(&str, &str)> {
    let mut rest = code;
    loop {
        let (word, more) = rest.split_once(' ')?;
        match word {
            "const" if !more.starts_with(|c: char| c.is_uppercase() || c == '_') => rest = more,
            "pub" | "unsafe" | "extern" | "\"C\"" => rest = more,
            _ if word.starts_with("pub(") => rest = &code[code.find(") ")? + 2..],
            "fn" | "struct" | "enum" | "union" | "trait" | "type" | "const" | "static" | "mod"
            | "macro_rules!" => return Some((word, name(more))),
            _ => return None,
        }
    }
}

/// The types of an `impl`, without their arguments. In a macro that is called with
/// `impl[…] Type`, they are those types.
fn implemented_for(header: &str, text: &str) -> Vec<String> {
    let mut depth = 0;
    let mut target = String::new();
    // Without all arguments: `impl AsCtx for TBox where`.
    for c in header.replace("->", "").chars() {
        match c {
            '<' | '[' | '(' => depth += 1,
            '>' | ']' | ')' => depth -= 1,
            _ if depth == 0 => target.push(c),
            _ => {}
        }
    }
    let target = target.split(" where").next().unwrap_or_default();
    let target = target.split(" for ").last().unwrap_or_default();
    let last = target.trim_start_matches("impl").trim().rsplit("::").next().unwrap_or_default();
    if !last.starts_with('$') {
        return vec![name(last.trim_start_matches(['&', '*'])).to_owned()];
    }
    let called = text.lines().filter(|line| line.trim_start().starts_with("impl["));
    called
        .filter_map(|line| line.split_once("] "))
        .map(|(_, handle)| name(handle).to_owned())
        .filter(|name| !name.is_empty())
        .collect()
}

/// The items of a source; its path is for what is said about them.
pub fn items_of(text: &str, file: &str) -> Vec<Item> {
    let mut items = Vec::new();
    // The `impl` or `trait` around, its indentation, and whether it is of a trait: all in it is public then.
    let mut around: Option<(usize, Vec<String>, bool)> = None;
    let mut header = String::new();
    let mut aliases = Vec::new();
    let mut exported = false;
    let mut in_attribute = false;
    for (number, line) in text.lines().enumerate() {
        let code = line.trim_start();
        let indent = line.len() - code.len();
        if in_attribute || code.starts_with("#[") {
            exported |= code == "#[macro_export]";
            in_attribute = !line.ends_with(']');
            if let Some((_, alias)) = code.split_once("alias = \"") {
                aliases.extend(alias.split('"').next().map(str::to_owned));
            }
            continue;
        }
        if code.is_empty() || code.starts_with("//") || code.starts_with("$(#[") {
            continue;
        }
        if code == "}" && around.as_ref().is_some_and(|(at, ..)| *at == indent) {
            around = None;
        }
        let starts = code.strip_prefix("unsafe ").unwrap_or(code).strip_prefix("impl");
        if starts.is_some_and(|rest| rest.starts_with([' ', '<'])) || !header.is_empty() {
            header += code;
            header.push(' ');
            if code.ends_with('{') {
                around = Some((indent, implemented_for(&header, text), header.contains(" for ")));
            }
            if code.ends_with(['{', '}', ';']) {
                header.clear();
            }
            continue;
        }
        let Some((word, name)) = declared(code) else {
            assert!(
                aliases.is_empty(),
                "talloc/src/{file}:{}: an alias of what is no item",
                number + 1
            );
            continue;
        };
        // One whose name a macro gets.
        if name.is_empty() {
            continue;
        }
        // The body of a function has items that nobody sees.
        if around.as_ref().is_some_and(|(at, ..)| indent != at + 4) {
            assert!(aliases.is_empty(), "talloc/src/{file}: an alias within a function");
            continue;
        }
        let is_made = word == "fn" && code == format!("fn {name};");
        let is_public = code.starts_with("pub ")
            || is_made
            || exported
            || around.as_ref().is_some_and(|(_, _, of_trait)| *of_trait);
        let parents = match &around {
            Some((_, types, _)) => types.iter().cloned().map(Some).collect(),
            None => vec![None],
        };
        items.extend(parents.into_iter().map(|parent| Item {
            parent,
            name: name.to_owned(),
            is_public,
            is_of_trait: around.as_ref().is_some_and(|(_, _, of_trait)| *of_trait),
            is_made,
            is_type: ["struct", "enum", "trait", "type"].contains(&word),
            aliases: aliases.clone(),
            file: file.to_owned(),
        }));
        aliases.clear();
        exported = false;
        if word == "trait" && code.ends_with('{') {
            around = Some((indent, vec![name.to_owned()], code.starts_with("pub ")));
        }
    }
    items
}
