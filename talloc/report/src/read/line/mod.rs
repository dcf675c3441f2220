//! [`Line`]: what one line of a report says.
//!
//! The forms, of libtalloc and of Samba's `smbcontrol <pid> pool-usage`, each
//! but the first indented, by four spaces for each level or otherwise:
//!
//! ```text
//! full talloc report on 'NAME' (total   SIZE bytes in BLOCKS blocks)
//!     NAME                           contains   SIZE bytes in BLOCKS blocks (ref N) ADDRESS
//!     NAME                           contains   SIZE bytes in BLOCKS blocks (ref N)
//!     char                           contains   SIZE bytes in BLOCKS blocks (ref N): CONTENT
//!     reference to: NAME
//!     NAME                           is a memlimit context (max_size = …, cur_size = …)
//! ```
//!
//! Names are anything, so lines are read from their end. Only a line with content
//! is read from its start, since its name is known.

mod back;
pub(crate) mod expected;
pub(crate) mod form;
pub(crate) mod head;

use memchr::memmem;

use self::back::{Back, parse};

/// What one line of a report says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line<'a> {
    /// The first line of a report.
    Root(Root<'a>),
    /// The end of such a line, whose name began on a line before.
    RootEnd(Root<'a>),
    Object(Object<'a>),
    /// See [`reference()`].
    Reference,
    /// The limit of the object on the next line; see [`Object::head`].
    Limit {
        head: &'a [u8],
    },
    Other,
}

/// The first line of a report.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Root<'a> {
    /// What a log wrote before it.
    pub(crate) prefix: &'a [u8],
    pub(crate) name: &'a [u8],
    pub(crate) size: u64,
    pub(crate) blocks: u64,
    /// Whether it says that all levels are there.
    pub(crate) is_full: bool,
    /// Whether its numbers are filled up: unknown if none is, since some programs fill up only
    /// those of objects.
    pub(crate) is_filled: Option<bool>,
}

/// The line of an object below a root.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Object<'a> {
    /// All before ` contains `: the indentation and the name, filled up with spaces.
    pub(crate) head: &'a [u8],
    pub(crate) size: u64,
    pub(crate) blocks: u64,
    pub(crate) references: u32,
    /// 0 if the line has none.
    pub(crate) address: u64,
    /// Samba's reports end with the text of a string.
    pub(crate) content: Option<&'a [u8]>,
    /// Whether its numbers are filled up, if they are short enough for that.
    pub(crate) is_filled: Option<bool>,
}

pub(crate) const ROOT: &[u8] = b"talloc report on '";
pub(crate) const REFERENCE: &[u8] = b"reference to: ";
/// Numbers are filled up to these widths.
const BYTES: usize = 6;
const BLOCKS: usize = 3;

const REFERENCES: &[u8] = b"(ref ";
const CHAR: &[u8] = b"char";
const CONTAINS: &[u8] = b"contains ";

impl<'a> Line<'a> {
    pub(crate) fn new(text: &'a [u8]) -> Self {
        let spaces = leading_spaces(text);
        if let Some(object) = with_content(text, spaces) {
            return Line::Object(object);
        }
        let end = text.trim_ascii_end();
        if let Some(object) = object(end) {
            return Line::Object(object);
        }
        if text[spaces..].starts_with(REFERENCE) {
            return Line::Reference;
        }
        if let Some(root) = root(end) {
            return root;
        }
        match limit(end) {
            Some(head) => Line::Limit { head },
            None => Line::Other,
        }
    }
}

/// The line of an object without a name, with a blank in place of those that are lost before its
/// numbers.
pub(crate) fn bare(text: &[u8]) -> Option<Vec<u8>> {
    let padded = text.starts_with(CONTAINS).then(|| [b" ", text].concat())?;
    object(padded.trim_ascii_end()).is_some().then_some(padded)
}

pub(crate) fn leading_spaces(text: &[u8]) -> usize {
    // Two levels at once.
    let mut rest = text;
    while let Some((chunk, behind)) = rest.split_first_chunk() {
        let others = u64::from_le_bytes(*chunk) ^ u64::from_le_bytes(*b"        ");
        if others != 0 {
            return text.len() - rest.len() + others.trailing_zeros() as usize / 8;
        }
        rest = behind;
    }
    let spaces = rest.iter().position(|byte| *byte != b' ').unwrap_or(rest.len());
    text.len() - rest.len() + spaces
}

/// The column and the name in the line of a reference.
pub(crate) fn reference(text: &[u8]) -> (usize, &[u8]) {
    let spaces = leading_spaces(text);
    let name = text.get(spaces + REFERENCE.len()..).unwrap_or_default();
    (spaces, name)
}

/// Whether a line that could not be read has parts of a report: it may be a damaged line of one.
pub(crate) fn looks_like_report(text: &[u8]) -> bool {
    let has = |part: &[u8]| memmem::find(text, part).is_some();
    let is_object = has(b" contains ") && has(b" bytes in ");
    is_object || has(b" blocks (ref ") || has(b"talloc report on ") || has(b" blocks)")
}

/// Whether such a line has the end of an object, perhaps with something behind it: it was not cut.
pub(crate) fn has_end_of_object(text: &[u8]) -> bool {
    let is_end = |at: usize| {
        let rest = &text[at + REFERENCES.len()..];
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        digits > 0 && rest.get(digits) == Some(&b')')
    };
    memmem::find_iter(text, REFERENCES).any(is_end)
}

/// Whether a name may be the start of one line with another one behind it, whose name is filled
/// up if it is short.
pub(crate) fn has_start_of_line(name: &[u8]) -> bool {
    let has = |part: &[u8]| memmem::find(name, part).is_some();
    // The first are the indentation of the second line.
    let parts = [&b"    "[..], b" contains ", b" bytes", b" blocks", REFERENCE, ROOT];
    name.ends_with(b" ") || parts.into_iter().any(has)
}

/// Where a root's name starts in a line that holds only the beginning of it.
pub(crate) fn root_start(text: &[u8]) -> Option<(&[u8], &[u8], bool)> {
    let at = memmem::find(text, ROOT)?;
    let full = text[..at].strip_suffix(b"full ");
    Some((full.unwrap_or(&text[..at]), &text[at + ROOT.len()..], full.is_some()))
}

fn root(text: &[u8]) -> Option<Line<'_>> {
    let mut back = Back(text);
    back.literal(b" blocks)")?;
    let (blocks, of_blocks) = back.field(BLOCKS)?;
    back.literal(b" bytes in ")?;
    let (size, of_size) = back.field(BYTES)?;
    back.literal(b"' (total ")?;
    let has_fill = memmem::find(&text[back.0.len()..], b"  ").is_some();
    let is_filled = fill(of_size, of_blocks).filter(|is_filled| *is_filled || has_fill);
    Some(match root_start(back.0) {
        Some((prefix, name, is_full)) => {
            Line::Root(Root { prefix, name, size, blocks, is_full, is_filled })
        }
        None => Line::RootEnd(Root {
            prefix: b"",
            name: back.0,
            size,
            blocks,
            is_full: false,
            is_filled,
        }),
    })
}

/// Whether both numbers are filled up, as far as they say it.
fn fill(size: Option<bool>, blocks: Option<bool>) -> Option<bool> {
    match (size, blocks) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (size, blocks) => size.or(blocks),
    }
}

fn object(text: &[u8]) -> Option<Object<'_>> {
    let mut back = Back(text);
    let address = back.columns();
    back.literal(b")")?;
    let references = back.number()?;
    back.literal(b" blocks (ref ")?;
    let (blocks, of_blocks) = back.field(BLOCKS)?;
    back.literal(b" bytes in ")?;
    let (size, of_size) = back.field(BYTES)?;
    back.literal(b" contains ")?;
    let references = u32::try_from(references).unwrap_or(u32::MAX);
    let is_filled = fill(of_size, of_blocks);
    Some(Object { head: back.0, size, blocks, references, address, content: None, is_filled })
}

fn limit(text: &[u8]) -> Option<&[u8]> {
    let mut back = Back(text);
    back.literal(b" bytes)")?;
    back.number()?;
    back.literal(b" bytes, cur_size = ")?;
    back.number()?;
    back.literal(b" is a memlimit context (max_size = ")?;
    Some(back.0)
}

fn with_content(text: &[u8], spaces: usize) -> Option<Object<'_>> {
    let rest = text[spaces..].strip_prefix(CHAR)?;
    let blanks = leading_spaces(rest).checked_sub(1)?;
    let rest = rest[blanks + 1..].strip_prefix(CONTAINS)?;
    let head = &text[..spaces + CHAR.len() + blanks];
    let (size, of_size, rest) = number(rest, BYTES)?;
    let (blocks, of_blocks, rest) = number(rest.strip_prefix(b" bytes in ")?, BLOCKS)?;
    let (references, _, rest) = number(rest.strip_prefix(b" blocks (ref ")?, 1)?;
    let content = rest.strip_prefix(b"):")?;
    let references = u32::try_from(references).unwrap_or(u32::MAX);
    let content = content.strip_prefix(b" ").unwrap_or(content);
    let content = Some(content);
    let is_filled = fill(of_size, of_blocks);
    Some(Object { head, size, blocks, references, address: 0, content, is_filled })
}

/// A number with spaces before it, whether it is filled up to a width if it is shorter, and what is
/// behind it.
fn number(text: &[u8], width: usize) -> Option<(u64, Option<bool>, &[u8])> {
    let spaces = leading_spaces(text);
    let digits = text[spaces..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (number, rest) = text.split_at(spaces + digits);
    let is_filled = (digits < width).then_some(number.len() == width);
    Some((parse(&number[spaces..])?, is_filled, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(text: &str) -> (usize, u64, u64, u32, u64, Option<&str>) {
        match Line::new(text.as_bytes()) {
            Line::Object(object) => (
                object.head.len(),
                object.size,
                object.blocks,
                object.references,
                object.address,
                object.content.map(|content| core::str::from_utf8(content).unwrap()),
            ),
            other => panic!("{other:?}: {text}"),
        }
    }

    #[test]
    fn objects_of_all_forms() {
        let head = "    struct smbXsrv_client          contains";
        for (end, address) in [
            (" 0x55d0c1a2b3c0", 0x55d0_c1a2_b3c0),
            (" 55D0C1A2", 0x55d0_c1a2),
            (" (nil)", 0),
            ("", 0),
            (" \r", 0),
            (" d=(nil) 0x55d0c1a2b3c0", 0x55d0_c1a2_b3c0),
            (" d=0x1 f=0x2 0x3", 3),
            (" d=(nil)", 0),
        ] {
            let text = format!("{head}   1234 bytes in  17 blocks (ref 2){end}");
            assert_eq!(object(&text), (34, 1234, 17, 2, address, None));
        }
        let text = format!("{head} 12345678 bytes in 1700 blocks (ref 0) 0x1");
        assert_eq!(object(&text), (34, 12_345_678, 1700, 0, 1, None));
    }

    #[test]
    fn the_last_numbers_count() {
        let inner =
            "    x                              contains      1 bytes in   2 blocks (ref 3) 0x4";
        let text = format!("{inner} contains      5 bytes in   6 blocks (ref 7) 0x8");
        assert_eq!(object(&text), (inner.len(), 5, 6, 7, 8, None));
        let text = format!("    reference to: x{inner}");
        assert_eq!(object(&text).1, 1);
    }

    #[test]
    fn content_is_not_searched_for_numbers() {
        let head = "        char                           contains";
        let text = format!(
            "{head}    6 bytes in   1 blocks (ref 0): x contains 5 bytes in 4 blocks (ref 3) 0x2"
        );
        let content = "x contains 5 bytes in 4 blocks (ref 3) 0x2";
        assert_eq!(object(&text), (38, 6, 1, 0, 0, Some(content)));
        let text = format!("{head}    6 bytes in   1 blocks (ref 0) 0x7f");
        assert_eq!(object(&text), (38, 6, 1, 0, 0x7f, None));
        let text = format!("{head}    0 bytes in   1 blocks (ref 0): ");
        assert_eq!(object(&text), (38, 0, 1, 0, 0, Some("")));
        let text = format!("{head}    0 bytes in   1 blocks (ref 0):");
        assert_eq!(object(&text), (38, 0, 1, 0, 0, Some("")));
    }

    #[test]
    fn roots() {
        let root = |prefix: &'static str, name: &'static str, is_full, is_filled| {
            Line::Root(Root {
                is_full,
                is_filled,
                prefix: prefix.as_bytes(),
                name: name.as_bytes(),
                size: 12,
                blocks: 3,
            })
        };
        for (text, expected) in [
            (
                "full talloc report on 'a' (total     12 bytes in   3 blocks)",
                root("", "a", true, Some(true)),
            ),
            (
                "talloc report on 'it's' (total     12 bytes in   3 blocks)",
                root("", "it's", false, Some(true)),
            ),
            (
                "Jan  1: full talloc report on '' (total 12 bytes in 3 blocks)\r",
                root("Jan  1: ", "", true, None),
            ),
            (
                "talloc report on 'talloc report on 'x' (total 1 bytes in 1 blocks)' (total 12 bytes in 3 blocks)",
                root("", "talloc report on 'x' (total 1 bytes in 1 blocks)", false, None),
            ),
        ] {
            assert_eq!(Line::new(text.as_bytes()), expected);
        }
        assert_eq!(
            Line::new(b"end' (total     12 bytes in   3 blocks)"),
            Line::RootEnd(Root {
                prefix: b"",
                name: b"end",
                size: 12,
                blocks: 3,
                is_full: false,
                is_filled: Some(true)
            })
        );
    }

    #[test]
    fn references_and_limits() {
        let text = b"        reference to: a b ";
        assert_eq!(Line::new(text), Line::Reference);
        assert_eq!(reference(text), (8, &b"a b "[..]));
        let text = b"reference to: full talloc report on 'x' (total 5 bytes in 6 blocks)";
        assert_eq!(Line::new(text), Line::Reference);
        let head = b"    x                             ";
        let text = b" is a memlimit context (max_size = 9 bytes, cur_size = 7 bytes)";
        assert_eq!(Line::new(&[&head[..], text].concat()), Line::Limit { head });
    }

    #[test]
    fn all_else_is_something_else() {
        for text in [
            "",
            "    ",
            "mallinfo:",
            "    arena: 1234",
            "    x contains 1 bytes in 2 blocks (ref 3) 0xg",
            "    x contains 1 bytes in 2 blocks (ref )",
            "    x contains bytes in 2 blocks (ref 3)",
            "    x contains 99999999999999999999 bytes in 2 blocks (ref 3)",
            " contains",
            "x (total 12 bytes in 3 blocks)",
        ] {
            assert_eq!(Line::new(text.as_bytes()), Line::Other, "{text}");
        }
    }
}
