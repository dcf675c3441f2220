//! [`split`]: the column and the name of an object.

use super::expected::Expected;
use super::line::leading_spaces;

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

/// Splits what stands before ` contains `.
///
/// The width to which names are filled up says where a name starts, also one that starts with
/// spaces; where names were not filled up, the first of them that is none tells it.
pub(crate) fn split<'a>(head: &'a [u8], expected: &Expected) -> Head<'a> {
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
                Head { column: blanks, name: &head[blanks..], is_padded: true }
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
    let likely = expected.column_within(blanks);
    match (likely, by_width) {
        (Some(column), Some(most)) if column <= most => at(column, true),
        (Some(column), _) if column == blanks => at(blanks, head.len() - blanks >= WIDTH),
        _ if head.len() - blanks >= WIDTH || !expected.is_padded() => at(blanks, true),
        (_, Some(most)) => at(most.min(blanks), true),
        _ => at(blanks, false),
    }
}

/// The same of a name with several lines, if it can be one that starts here.
pub(crate) fn split_joined<'a>(head: &'a [u8], expected: &Expected) -> Option<(usize, &'a [u8])> {
    let column = joined_column(leading_spaces(head), head.len(), head, expected)?;
    let name = &head[column..];
    Some((column, if name.len() == WIDTH { trim_spaces(name) } else { name }))
}

/// The column of a name of several lines with so many blanks first and `len` bytes, which ends
/// as `tail` does.
pub(crate) fn joined_column(
    blanks: usize,
    len: usize,
    tail: &[u8],
    expected: &Expected,
) -> Option<usize> {
    let fits = |column: &usize| {
        let width = len - column;
        width == WIDTH || (width > WIDTH && !tail.ends_with(b" "))
    };
    let most = blanks.min(len.checked_sub(WIDTH)?);
    let likely = expected.column_within(most);
    let by_width = (len - WIDTH <= blanks).then_some(len - WIDTH);
    let is_level = |column: &usize| *column == 0 || expected.column_up_to(*column) == Some(*column);
    let by_width = by_width.filter(is_level);
    [likely, by_width, expected.column_up_to(most)].into_iter().flatten().find(fits)
}

/// Line feeds are part of a name.
fn trim_spaces(name: &[u8]) -> &[u8] {
    let end = name.iter().rposition(|byte| *byte != b' ').map_or(0, |last| last + 1);
    &name[..end]
}
