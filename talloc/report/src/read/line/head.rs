//! [`split`]: the column and the name of an object.

use super::expected::Expected;
use super::leading_spaces;

/// Names are filled up to this width.
pub(crate) const WIDTH: usize = 30;

/// Where an object's line starts, and its name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Head<'a> {
    pub(crate) column: usize,
    pub(crate) name: &'a [u8],
    /// False if this shows that names are not filled up to their width.
    pub(crate) is_padded: bool,
}

/// The bytes and blocks of an object: a string is one block, as long as its name and the NUL.
pub(crate) type Numbers = (u64, u64);

/// Splits what stands before ` contains `.
///
/// The width to which names are filled up says where a name starts, also one that starts with
/// spaces. A longer one that does is taken for a string; else the first byte that is no space is
/// the start.
pub(crate) fn split<'a>(head: &'a [u8], numbers: Numbers, expected: &Expected) -> Head<'a> {
    let blanks = leading_spaces(head);
    let by_width = head.len().checked_sub(WIDTH);
    let at = |column: usize, is_padded| {
        let name = trim_spaces(&head[column..]);
        Head { column, name, is_padded }
    };
    let likely = expected.column();
    if head.ends_with(b" ") || head.is_empty() {
        return match by_width {
            Some(column) if column <= blanks && expected.is_padded() => at(column, true),
            // A long name with spaces of its own at its end.
            Some(column) if column > blanks => {
                let column = string_column(blanks, head.len(), numbers, expected).unwrap_or(blanks);
                Head { column, name: &head[column..], is_padded: true }
            }
            // The end of a name whose beginning is lost.
            _ if blanks == 0 && likely.is_some_and(|column| column > 0) => Head {
                column: likely.unwrap_or_default(),
                name: trim_spaces(head),
                is_padded: true,
            },
            _ => at(blanks, false),
        };
    }
    let is_long = head.len() - blanks >= WIDTH;
    match string_column(blanks, head.len(), numbers, expected) {
        Some(column) => at(column, true),
        None => at(blanks, is_long),
    }
}

/// Where a string starts that has just this name.
fn string_column(
    blanks: usize,
    len: usize,
    (size, blocks): Numbers,
    expected: &Expected,
) -> Option<usize> {
    let column = usize::try_from((len as u64 + 1).checked_sub(size)?).ok()?;
    let is_start = column == blanks || (column < blanks && expected.column() == Some(column));
    // A shorter one is filled up.
    (blocks == 1 && size > WIDTH as u64 && is_start).then_some(column)
}

/// The same as [`split`] of a name with several lines, if it can be one that starts here.
pub(crate) fn split_joined<'a>(
    head: &'a [u8],
    numbers: Numbers,
    expected: &Expected,
) -> Option<(usize, &'a [u8])> {
    let column = joined_column(leading_spaces(head), head.len(), head, numbers, expected)?;
    let name = &head[column..];
    Some((column, if name.len() == WIDTH { trim_spaces(name) } else { name }))
}

/// The column of a name of several lines with so many blanks first and `len` bytes, which ends
/// as `tail` does.
pub(crate) fn joined_column(
    blanks: usize,
    len: usize,
    tail: &[u8],
    numbers: Numbers,
    expected: &Expected,
) -> Option<usize> {
    let fits = |column: &usize| {
        let width = len - column;
        width == WIDTH || (width > WIDTH && !tail.ends_with(b" "))
    };
    let most = blanks.min(len.checked_sub(WIDTH)?);
    let string = string_column(blanks, len, numbers, expected).filter(|column| *column <= most);
    let is_level = |column: &usize| *column == 0 || expected.column_up_to(*column) == Some(*column);
    let by_width = (len - WIDTH <= blanks).then_some(len - WIDTH).filter(is_level);
    let likely = expected.column().filter(|column| *column == most);
    [string, by_width, likely, expected.column_up_to(most)].into_iter().flatten().find(fits)
}

/// Line feeds are part of a name.
fn trim_spaces(name: &[u8]) -> &[u8] {
    let end = name.iter().rposition(|byte| *byte != b' ').map_or(0, |last| last + 1);
    &name[..end]
}
