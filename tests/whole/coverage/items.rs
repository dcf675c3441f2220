//! The items of the crate, with the names under which the search of its documentation finds them.
//!
//! They are read line by line: rustfmt sees to the form of the lines, and some items come from
//! macros, which a parser of Rust does not look into.

use std::path::Path;

use crate::{files, name, path, read};

pub(crate) struct Item {
    /// The type or trait that it belongs to.
    pub(crate) parent: Option<String>,
    pub(crate) name: String,
    pub(crate) is_public: bool,
    /// Whether it is a struct, an enum, a trait or a type alias.
    pub(crate) is_type: bool,
    /// Whether a macro makes it of `fn name;`, of a type that is not known here.
    pub(crate) is_made: bool,
    /// What its `#[doc(alias = "…")]` say.
    pub(crate) aliases: Vec<String>,
    /// The path of its file below `talloc/src`.
    pub(crate) file: String,
}

impl Item {
    /// Its path, for messages.
    pub(crate) fn shown(&self) -> String {
        match &self.parent {
            Some(parent) => format!("{parent}::{}", self.name),
            None => self.name.clone(),
        }
    }

    /// Whether this may be meant by a type or module in front of its name.
    pub(crate) fn is_in(&self, parent: &str) -> bool {
        match &self.parent {
            _ if self.is_made => true,
            Some(own) => own == parent,
            None => parent == "talloc" || self.file.split(['/', '.']).any(|part| part == parent),
        }
    }

    /// The name without `try_` and `_or`: the twins are not listed.
    pub(crate) fn plain_name(&self) -> &str {
        match self.name.strip_prefix("try_") {
            Some(name) => name.strip_suffix("_or").unwrap_or(name),
            None => &self.name,
        }
    }
}

/// All items in `talloc/src`, but for the program there.
pub(crate) fn items() -> Vec<Item> {
    let source = path("talloc/src");
    let files = files(&source).into_iter().filter(|file| !file.starts_with(source.join("bin")));
    files
        .filter(|file| file.extension().is_some_and(|extension| extension == "rs"))
        .flat_map(|file| {
            items_of(&read(&file), file.strip_prefix(&source).expect("a file of the folder"))
        })
        .collect()
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

fn items_of(text: &str, file: &Path) -> Vec<Item> {
    let mut items = Vec::new();
    // The `impl` or `trait` around, its indentation, and whether all in it is public.
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
                "talloc/src/{}:{}: an alias of what is no item",
                file.display(),
                number + 1
            );
            continue;
        };
        // The body of a function has items that nobody sees.
        if around.as_ref().is_some_and(|(at, ..)| indent != at + 4) {
            assert!(aliases.is_empty(), "{}: an alias within a function", file.display());
            continue;
        }
        let is_made = word == "fn" && code == format!("fn {name};");
        let is_public = code.starts_with("pub ")
            || is_made
            || exported
            || around.as_ref().is_some_and(|(_, _, all_public)| *all_public);
        let parents = match &around {
            Some((_, types, _)) => types.iter().cloned().map(Some).collect(),
            None => vec![None],
        };
        items.extend(parents.into_iter().map(|parent| Item {
            parent,
            name: name.to_owned(),
            is_public,
            is_made,
            is_type: ["struct", "enum", "trait", "type"].contains(&word),
            aliases: aliases.clone(),
            file: file.display().to_string(),
        }));
        aliases.clear();
        exported = false;
        if word == "trait" && code.ends_with('{') {
            around = Some((indent, vec![name.to_owned()], code.starts_with("pub ")));
        }
    }
    items
}

#[test]
fn items_are_read() {
    let text = "\
/// A comment.
#[doc(alias = \"talloc\")]
#[must_use = \"\"]
pub struct A<'t> {
    field: u8,
}

impl<'t, T: Fn(u8) -> u8> A<'t>
where
    T: Copy,
{
    #[doc(alias = \"talloc_new\")]
    #[doc(alias = \"talloc_init\")]
    pub const unsafe fn new() {
        fn inner() {}
    }

    pub(crate) fn hidden() {}
}

unsafe impl b::Trait for c::B<'_> {}

impl<T> Trait for A<T> {
    fn of_a_trait() {}
}

macro_rules! names {
    (impl[$($generics:tt)*] $Handle:ty) => {
        impl<$($generics)*> $Handle {
            pub fn set_name() {}
        }
    };
}
names! {
    impl['p, T] TBox<'p, T> {
    }
    impl[] B {
    }
}

pub unsafe extern \"C\" fn free() {}
";
    let items = items_of(text, Path::new("c_alloc.rs"));
    let shown: Vec<_> = items
        .iter()
        .map(|item| {
            let sight = if item.is_public { "" } else { "-" };
            sight.to_owned()
                + &item.shown()
                + &item.aliases.iter().map(|a| " ".to_owned() + a).collect::<String>()
        })
        .collect();
    assert_eq!(
        shown,
        [
            "A talloc",
            "A::new talloc_new talloc_init",
            "-A::hidden",
            "A::of_a_trait",
            "-names",
            "TBox::set_name",
            "B::set_name",
            "free",
        ]
    );
    assert!(items[7].is_in("c_alloc") && items[7].is_in("talloc") && !items[7].is_in("A"));
}
