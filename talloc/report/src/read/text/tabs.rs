//! [`expand`]: tabs as spaces, and [`Tabs`]: whether they were.

use std::borrow::Cow;

use crate::read::line::expected::UNIT;
use crate::read::line::head::WIDTH;
use crate::read::line::{Line, leading_spaces};

/// Where tabs stop.
const STOP: usize = 8;

/// The tabs that a line starts with.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tabs {
    #[default]
    None,
    /// They are all that is before its spaces.
    First,
    /// There are spaces before one: of those who make tabs of spaces, nobody leaves them.
    Inner,
}

impl Tabs {
    pub(crate) fn of(line: &[u8]) -> Self {
        if line.get(leading_spaces(line)) != Some(&b'\t') {
            return Tabs::None;
        }
        let blanks = &line[..blanks(line)];
        match memchr::memchr(b'\t', blanks) {
            None => Tabs::None,
            Some(_) if memchr::memmem::find(blanks, b" \t").is_some() => Tabs::Inner,
            Some(_) => Tabs::First,
        }
    }
}

/// How many bytes at the start of a line are its indentation. A tab behind as many spaces as it
/// could stand for is none of it, nor one in a name that is filled up.
fn blanks(line: &[u8]) -> usize {
    let all = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    if memchr::memchr(b'\t', &line[..all]).is_none() {
        return all;
    }
    let spaces = leading_spaces(line);
    if spaces >= STOP || (spaces > 0 && has_in_name(line, spaces)) {
        return spaces;
    }
    match memchr::memmem::find(&line[..all], &[b' '; STOP]) {
        Some(at) => at + leading_spaces(&line[at..]),
        None => all,
    }
}

/// Whether what is behind so many spaces is part of the name of the object on a line, by the
/// width or the size of that.
fn has_in_name(line: &[u8], spaces: usize) -> bool {
    let Line::Object(object) = Line::new(line) else { return false };
    let len = object.head.len();
    let by_width = len.checked_sub(WIDTH).filter(|_| object.head.ends_with(b" "));
    let by_size = (len as u64 + 1).checked_sub(object.size).filter(|_| object.blocks == 1);
    by_width.is_some_and(|column| column > 0 && column <= spaces)
        || by_size.is_some_and(|column| column > 0 && column <= spaces as u64)
}

/// The line with spaces for the tabs that it starts with.
pub(crate) fn expand(line: &[u8]) -> Cow<'_, [u8]> {
    if line.get(leading_spaces(line)) != Some(&b'\t') {
        return line.into();
    }
    let blanks = blanks(line);
    if !line[..blanks].contains(&b'\t') {
        return line.into();
    }
    let mut text = expand_all(&line[..blanks]);
    text.extend_from_slice(&line[blanks..]);
    text.into()
}

/// The same without its first bytes, up to `start`. Also with spaces for the tabs that fill up a
/// name, if they do: its width tells. A tab may be as wide as one space: that is part of a name
/// unless tabs are `likely` to fill up.
pub(crate) fn expand_behind(line: &[u8], start: usize, likely: bool) -> Cow<'_, [u8]> {
    let text = expand(&line[start..]);
    if !text.contains(&b'\t') {
        return text;
    }
    filled(line, start, &text, likely).map_or(text, Cow::from)
}

fn filled(line: &[u8], start: usize, text: &[u8], likely: bool) -> Option<Vec<u8>> {
    let Line::Object(object) = Line::new(text) else { return None };
    let name = object.head.trim_ascii_end();
    if name.is_empty() {
        return None;
    }
    let fill = &object.head[name.len()..];
    let by_spaces = object.head.len().checked_sub(WIDTH);
    let spaces = leading_spaces(text);
    if !fill.contains(&b'\t') || (by_spaces == Some(spaces) && !likely) {
        return None;
    }
    let mut all = expand_all(line);
    let all = all.split_off(expand_all(&line[..start]).len());
    let Line::Object(object) = Line::new(&all) else { return None };
    let column = object.head.len().checked_sub(WIDTH)?;
    let is_filled = match likely {
        true => column <= leading_spaces(&all),
        // The name may begin with spaces and end with a tab.
        false => {
            let is_level = |column: usize| column % UNIT == 0 && column <= spaces;
            let is_name = !is_level(column) && by_spaces.is_some_and(is_level);
            column == leading_spaces(&all) && !is_name
        }
    };
    (is_filled && object.head.ends_with(b" ")).then_some(all)
}

/// The line with spaces for all tabs, if that is one of an object as libtalloc fills it up.
pub(crate) fn filled_object(line: &[u8]) -> Option<Vec<u8>> {
    memchr::memchr(b'\t', line)?;
    let text = expand_all(line);
    let Line::Object(object) = Line::new(&text) else { return None };
    let len = object.head.len() - leading_spaces(&text);
    let is_filled = len == WIDTH || (len > WIDTH && !object.head.ends_with(b" "));
    (is_filled && object.is_filled == Some(true)).then_some(text)
}

/// The line with spaces for all tabs.
pub(crate) fn expand_all(line: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(line.len());
    for byte in line {
        match byte {
            b'\t' => text.resize(text.len() / STOP * STOP + STOP, b' '),
            byte => text.push(*byte),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Tabs, expand, expand_all};

    #[test]
    fn to_the_next_stop() {
        assert_eq!(&*expand(b"\t  \ta\tb"), b"                a\tb");
        assert_eq!(&*expand(b"  a\tb"), b"  a\tb");
        assert_eq!(&*expand(b"\t         \ta"), b"                 \ta");
        assert_eq!(Tabs::of(b"\t\t  a"), Tabs::First);
        assert_eq!(Tabs::of(b"  \ta"), Tabs::Inner);
        assert_eq!([Tabs::of(b"        \ta"), Tabs::of(b"  a\t")], [Tabs::None; 2]);
        assert_eq!(expand_all(b"ab\tc\t"), b"ab      c       ");
    }
}
