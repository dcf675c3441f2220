//! Drawing groups as a tree of lines.

use core::fmt;
use std::vec;

use super::groups::Groups;

/// Levels that are drawn with lines; deeper ones are numbered, or a tree of
/// 100,000 levels would be gigabytes of lines.
const DRAWN: usize = 40;

/// What is drawn of the children of a group.
pub(super) struct Shown {
    pub(super) groups: Vec<u32>,
    /// A last line for those that are left out.
    pub(super) rest: Option<String>,
}

/// Writes a new line for each group that is shown: what `columns` says, then the
/// branches, then what `label` says.
pub(super) fn draw<const N: usize>(
    f: &mut fmt::Formatter<'_>,
    groups: &Groups<'_, N>,
    mut shown: impl FnMut(core::ops::Range<u32>) -> Shown,
    columns: impl Fn(Option<u32>) -> String,
    label: impl Fn(u32) -> String,
) -> fmt::Result {
    let mut levels = vec![Level::new(shown(groups.roots()))];
    while let Some(level) = levels.last_mut() {
        let line = match level.groups.next() {
            Some(group) => Some(group),
            None if level.rest.is_some() => None,
            None => {
                levels.pop();
                continue;
            }
        };
        let rest = if line.is_none() { level.rest.take() } else { None };
        f.write_str("\n")?;
        f.write_str(&columns(line))?;
        branches(f, &levels)?;
        match line {
            Some(group) => {
                f.write_str(&label(group))?;
                levels.push(Level::new(shown(groups.children(group))));
            }
            None => f.write_str(&rest.unwrap_or_default())?,
        }
    }
    Ok(())
}

/// The children of one group that are still to be drawn.
struct Level {
    groups: vec::IntoIter<u32>,
    rest: Option<String>,
}

impl Level {
    fn new(shown: Shown) -> Self {
        Level { groups: shown.groups.into_iter(), rest: shown.rest }
    }

    fn has_more(&self) -> bool {
        self.groups.len() > 0 || self.rest.is_some()
    }
}

/// The roots have no branches.
fn branches(f: &mut fmt::Formatter<'_>, levels: &[Level]) -> fmt::Result {
    let below_root = levels.get(1..).unwrap_or_default();
    let Some((own, above)) = below_root.split_last() else { return Ok(()) };
    for level in above.iter().take(DRAWN) {
        f.write_str(if level.has_more() { "│  " } else { "   " })?;
    }
    if above.len() > DRAWN {
        write!(f, "⋯ level {} ", below_root.len())?;
    }
    f.write_str(if own.has_more() { "├─ " } else { "└─ " })
}
