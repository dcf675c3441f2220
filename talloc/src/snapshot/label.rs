//! Names as they are shown: escaped, and of a length that can be read.

use std::net::Ipv6Addr;

use super::Escaped;

/// How much of a name is shown in a line that is not a picture.
pub(super) const LINE_CHARS: usize = 100;

/// How names are shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Labels {
    /// Rust types without the modules.
    pub(super) short: bool,
    /// The number of characters, the escapes included.
    pub(super) max_chars: usize,
}

impl Labels {
    /// In a line of text.
    pub(super) const LINE: Labels = Labels { short: false, max_chars: LINE_CHARS };

    /// The text for a name.
    pub(super) fn of(self, name: &[u8]) -> String {
        if name.is_empty() {
            return "(no name)".to_owned();
        }
        let text = match core::str::from_utf8(name) {
            Ok(name) if self.short => Escaped::new(without_modules(name).as_bytes()).to_string(),
            _ => Escaped::new(name).to_string(),
        };
        shortened(text, self.max_chars)
    }

    /// What is shown of the text of a string.
    pub(super) fn text(self, text: &[u8]) -> String {
        shortened(Escaped::new(text).to_string(), self.max_chars)
    }
}

/// The first `max_chars` characters, and `…` for the others.
pub(super) fn shortened(mut text: String, max_chars: usize) -> String {
    if let Some((cut, _)) = text.char_indices().nth(max_chars) {
        text.truncate(cut);
        text.push('…');
    }
    text
}

/// The name of a Rust type without the modules: `Vec<Entry>` for
/// `alloc::vec::Vec<app::Entry>`. Other names stay as they are.
pub(super) fn without_modules(name: &str) -> String {
    if name.parse::<Ipv6Addr>().is_ok() {
        return name.to_owned();
    }
    let is_ident = |c: char| c.is_alphanumeric() || c == '_';
    let mut short = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let end = if is_ident(first) {
            rest.find(|c| !is_ident(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (token, behind) = rest.split_at(end);
        let is_start = |c: char| c.is_alphabetic() || matches!(c, '_' | '{' | '<');
        let inner = behind.strip_prefix("::").filter(|inner| inner.starts_with(is_start));
        match inner {
            Some(inner) if !first.is_numeric() && is_ident(first) => rest = inner,
            _ => {
                short.push_str(token);
                rest = behind;
            }
        }
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_go_and_all_else_stays() {
        for (name, short) in [
            ("alloc::vec::Vec<app::Entry>", "Vec<Entry>"),
            ("std::collections::HashMap<&str, a::b::C>", "HashMap<&str, C>"),
            ("[core::option::Option<u8>]", "[Option<u8>]"),
            ("app::main::{{closure}}", "{{closure}}"),
            ("<a::B as c::D>::E", "<B as D>::E"),
            ("struct tevent_req", "struct tevent_req"),
            ("../source3/smbd/server.c:123", "../source3/smbd/server.c:123"),
            ("[::1]:80", "[::1]:80"),
            ("fe80::abcd", "fe80::abcd"),
            ("12::ab", "12::ab"),
            ("C++::", "C++::"),
            ("", ""),
        ] {
            assert_eq!(without_modules(name), short);
        }
    }

    #[test]
    fn long_names_are_cut_between_characters() {
        let labels = Labels { short: false, max_chars: 3 };
        assert_eq!(labels.of("äöüß".as_bytes()), "äöü…");
        assert_eq!(labels.of("äöü".as_bytes()), "äöü");
        assert_eq!(labels.of(b""), "(no name)");
    }
}
