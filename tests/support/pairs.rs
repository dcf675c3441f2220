//! The pairs of `docs/from-c.md`: the same thing in C and in Rust. The build script writes them out
//! to be compiled, and `whole/from_c.rs` runs both and compares the trees.
//!
//! A pair is a line of a table with the heading `C`, `Rust`, or a block of C with the block of Rust
//! that follows it. The code of a line is the body of a function of `ctx`; a block ends with such a
//! function, `example`. A pair of blocks without one is for all that follow.

// The build script takes this file in as well, and uses all of it.
#![allow(dead_code)]

/// The same thing in C and in Rust.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The lines of the page, from 1, at which the code starts.
    pub at: [usize; 2],
    /// The code, first that in C.
    pub code: [String; 2],
    /// Whether the code is the body of a function.
    pub is_body: bool,
    /// Why the trees are not the same; empty where they are.
    pub differs: String,
    /// Whether it needs Samba's own libraries.
    pub is_of_samba: bool,
}

impl Pair {
    /// Whether this is what the others build on.
    pub fn is_for_all(&self) -> bool {
        !self.is_body && !self.code[0].contains("example(")
    }
}

/// What a table of names says: first the name in C, then that in Rust.
pub type Names = Vec<[String; 2]>;

/// A page, taken apart.
#[derive(Debug, Default)]
pub struct Page {
    /// In the order of the page.
    pub pairs: Vec<Pair>,
    /// The table with the heading `name in C`, `name in Rust`.
    pub names: Names,
}

/// How the explanation of a pair of blocks begins.
const DIFFERS: &str = "The trees differ: ";
/// The heading from which on Samba's libraries are needed.
const SAMBA: &str = "## Samba's own";

/// Reads a page.
///
/// # Panics
///
/// Panics where the page has not the form that is said above.
pub fn read(text: &str) -> Page {
    let mut page = Page::default();
    let mut lines = text.lines().enumerate().map(|(index, line)| (index + 1, line)).peekable();
    let mut is_of_samba = false;
    // The header of the table around.
    let mut header: Vec<String> = Vec::new();
    let mut c: Option<(usize, String)> = None;
    while let Some((at, line)) = lines.next() {
        if let Some(info) = line.strip_prefix("```") {
            let code: Vec<&str> =
                lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```").collect();
            let code = code.join("\n");
            match (info, c.take()) {
                ("c", None) => c = Some((at + 1, code)),
                ("rust", Some((c_at, c))) => page.pairs.push(Pair {
                    at: [c_at, at + 1],
                    code: [c, code],
                    is_of_samba,
                    ..Pair::default()
                }),
                ("text", None) => {}
                _ => panic!("line {at}: a block `{info}` that is no half of a pair"),
            }
        } else if line.starts_with('|') {
            let cells = cells(line);
            if header.is_empty() {
                header = cells;
            } else if header[0] == "C" && !line.starts_with("|--") {
                let code = [0, 1].map(|side| spans(&cells[side], at).join("\n"));
                let differs = cells.get(2).cloned().unwrap_or_default();
                page.pairs.push(Pair { at: [at; 2], code, is_body: true, differs, is_of_samba });
            } else if header[0] == "name in C" && !line.starts_with("|--") {
                page.names.push([0, 1].map(|side| spans(&cells[side], at).concat()));
            }
        } else {
            header.clear();
            if let Some(why) = line.strip_prefix(DIFFERS) {
                page.pairs.last_mut().expect("a pair").differs = why.to_owned();
            }
            is_of_samba = is_of_samba && !line.starts_with("## ") || line == SAMBA;
        }
    }
    assert!(c.is_none(), "C without Rust at the end of the page");
    page
}

/// The cells of a line of a table.
fn cells(line: &str) -> Vec<String> {
    let line = line.replace("\\|", "\0");
    let inner = line.trim().trim_start_matches('|').trim_end_matches('|');
    inner.split('|').map(|cell| cell.trim().replace('\0', "|")).collect()
}

/// The code of a cell, in which there is nothing but code and line breaks.
fn spans(cell: &str, at: usize) -> Vec<String> {
    let parts: Vec<&str> = cell.split('`').collect();
    let between = parts.iter().step_by(2).all(|part| ["", "<br>"].contains(&part.trim()));
    assert!(between && parts.len() % 2 == 1, "line {at}: not only code in {cell:?}");
    parts.iter().skip(1).step_by(2).map(|part| (*part).to_owned()).collect()
}
