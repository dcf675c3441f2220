//! [`Expected`]: where the next line of a report should be, and what it may say.

/// What the lines so far say of the next one: it is below the last object that still lacks
/// blocks.
///
/// Only a hint while lines are read: some may be lost, and not all reports are full. What the
/// tree is, is decided when all of a report is known.
#[derive(Debug, Clone, Default)]
pub(crate) struct Expected {
    /// The objects that the next entry can be below of, by their columns. The first is a root.
    open: Vec<Open>,
    /// The numbers of those of them that lack blocks.
    lacking: Vec<usize>,
    /// By how much a level is indented, once that is known.
    unit: Option<usize>,
    /// It is not only known from the first level, which may be further to the right.
    is_unit_sure: bool,
    /// The next entry was put to the left of where its name starts, by a unit that is not sure.
    is_guess: bool,
    /// There was such an entry.
    has_guessed: bool,
    /// Another entry says then that the unit is another one.
    is_refuted: bool,
    is_padded: bool,
    /// While all entries are at one column: what they are by their numbers alone.
    flat: Option<Flat>,
    /// The column is that of all entries, though some are below others.
    is_flat: bool,
}

#[derive(Debug, Clone)]
struct Open {
    column: usize,
    /// Where what is below it starts.
    below: Option<usize>,
    size_left: u64,
    blocks_left: u64,
}

/// The tree of a report without indentation.
#[derive(Debug, Clone)]
struct Flat {
    /// Unless there is no entry.
    column: Option<usize>,
    /// The bytes and blocks that each object lacks, from the root down; all lack some blocks.
    left: Vec<(u64, u64)>,
}

impl Flat {
    fn has_room(&self, size: u64, blocks: u64) -> bool {
        self.left.last().is_some_and(|left| size <= left.0 && blocks <= left.1)
    }

    /// Whether an entry can be the next one: it is put there.
    fn push(&mut self, column: usize, size: u64, blocks: u64) -> bool {
        if self.column.is_some_and(|known| known != column) || !self.has_room(size, blocks) {
            return false;
        }
        self.column = Some(column);
        if let Some(left) = self.left.last_mut() {
            *left = (left.0 - size, left.1 - blocks);
        }
        if blocks > 1 {
            self.left.push((size, blocks - 1));
        }
        while self.left.last().is_some_and(|left| left.1 == 0) {
            self.left.pop();
        }
        true
    }
}

/// What libtalloc indents by.
pub(crate) const UNIT: usize = 4;

impl Expected {
    /// A report starts at this column, with so many bytes and blocks.
    pub(crate) fn root(&mut self, column: usize, size: u64, blocks: u64) {
        *self = Expected { is_padded: true, ..Expected::default() };
        self.add(column, size, blocks);
        let left = vec![(size, blocks.saturating_sub(1))];
        self.flat = Some(Flat { column: None, left }).filter(|_| blocks > 1);
    }

    /// An object at this column, or a reference, which is one block.
    pub(crate) fn push(&mut self, column: usize, size: u64, blocks: u64) {
        if let Some(flat) = &mut self.flat {
            let has_room = self.open.first().is_some_and(|root| blocks <= root.blocks_left);
            match flat.push(column, size, blocks) {
                true => self.is_flat |= !has_room,
                false => (self.flat, self.is_flat) = (None, false),
            }
        }
        while self.open.len() > 1 && self.open.last().is_some_and(|open| open.column >= column) {
            self.pop();
        }
        let index = self.open.len().saturating_sub(1);
        if let Some(parent) = self.open.last_mut() {
            parent.below = Some(column);
            parent.size_left = parent.size_left.saturating_sub(size);
            parent.blocks_left = parent.blocks_left.saturating_sub(blocks);
            // Tabs and spaces make uneven levels: the last one tells most of the next.
            let is_step = column > parent.column && !self.is_guess;
            if is_step && (index > 0 || !self.is_unit_sure) {
                let unit = Some(column - parent.column);
                self.is_refuted |= self.has_guessed && !self.is_unit_sure && self.unit != unit;
                self.unit = unit;
                self.is_unit_sure = index > 0;
            }
            if parent.blocks_left == 0 && self.lacking.last() == Some(&index) {
                self.lacking.pop();
            }
        }
        self.is_guess = false;
        self.add(column, size, blocks);
    }

    /// The next entry is at a column that is known by the first level alone: its name begins with
    /// blanks, or the unit is larger.
    pub(crate) fn guess(&mut self) {
        if !self.is_unit_sure {
            (self.is_guess, self.has_guessed) = (true, true);
        }
    }

    pub(crate) fn is_refuted(&self) -> bool {
        self.is_refuted
    }

    fn add(&mut self, column: usize, size: u64, blocks: u64) {
        let blocks_left = blocks.saturating_sub(1);
        if blocks_left > 0 {
            self.lacking.push(self.open.len());
        }
        self.open.push(Open { column, below: None, size_left: size, blocks_left });
    }

    fn pop(&mut self) {
        self.open.pop();
        if self.lacking.last() == Some(&self.open.len()) {
            self.lacking.pop();
        }
    }

    /// Whether a report has begun, and all of it was read.
    pub(crate) fn is_done(&self) -> bool {
        if let Some(flat) = self.rebuilt() {
            return flat.left.is_empty();
        }
        self.lacking.is_empty() && !self.open.is_empty()
    }

    /// How much a copy costs.
    pub(crate) fn depth(&self) -> usize {
        self.open.len() + self.flat.as_ref().map_or(0, |flat| flat.left.len())
    }

    /// The tree by the numbers, if they refute the columns.
    fn rebuilt(&self) -> Option<&Flat> {
        self.flat.as_ref().filter(|_| self.is_flat)
    }

    /// Where the next line should start, if anything is missing.
    pub(crate) fn column(&self) -> Option<usize> {
        if let Some(flat) = self.rebuilt() {
            return flat.column.filter(|_| !flat.left.is_empty());
        }
        let open = &self.open[*self.lacking.last()?];
        Some(open.below.unwrap_or(open.column + self.unit.unwrap_or(UNIT)))
    }

    /// The same, if other lines have told it.
    pub(crate) fn known_column(&self) -> Option<usize> {
        if self.is_flat {
            return self.column();
        }
        let open = &self.open[*self.lacking.last()?];
        open.below.or_else(|| Some(open.column + self.unit?))
    }

    /// Whether more than the first level tells how far levels are apart, or that as libtalloc does.
    pub(crate) fn is_unit_known(&self) -> bool {
        self.is_unit_sure || self.unit == Some(UNIT)
    }

    /// Whether an entry is just what is missing.
    pub(crate) fn fits(&self, column: usize, size: u64, blocks: u64) -> bool {
        let is_known = |flat: &&Flat| flat.column == Some(column);
        if self.flat.as_ref().filter(is_known).is_some_and(|flat| flat.has_room(size, blocks)) {
            return true;
        }
        let Some(index) = self.lacking.last() else { return false };
        let open = &self.open[*index];
        let is_there = match open.below {
            Some(below) => below == column,
            None => column > open.column || *index == 0,
        };
        is_there && self.has_room(size, blocks)
    }

    /// Whether so much is missing, wherever.
    pub(crate) fn has_room(&self, size: u64, blocks: u64) -> bool {
        let open = self.lacking.last().map(|index| &self.open[*index]);
        open.is_some_and(|open| size <= open.size_left && blocks <= open.blocks_left)
            || self.flat.as_ref().is_some_and(|flat| flat.has_room(size, blocks))
    }

    /// The largest column of an entry that can come now, up to `most`.
    pub(crate) fn column_up_to(&self, most: usize) -> Option<usize> {
        let below_last = self.open.last()?;
        if self.unit.is_none() && most < UNIT {
            return Some(most).filter(|most| *most > 0);
        }
        let deepest = below_last.column + self.unit.unwrap_or(UNIT);
        if deepest <= most {
            return Some(deepest);
        }
        let below_root = &self.open[1.min(self.open.len())..];
        let at = below_root.partition_point(|open| open.column <= most);
        at.checked_sub(1).map(|at| below_root[at].column)
    }

    /// Whether names are filled up to their width.
    pub(crate) fn is_padded(&self) -> bool {
        self.is_padded
    }

    /// A name was not.
    pub(crate) fn is_not_padded(&mut self) {
        self.is_padded = false;
    }
}

#[cfg(test)]
mod tests {
    use super::Expected;

    #[test]
    fn below_the_last_that_lacks_blocks() {
        let mut expected = Expected::default();
        assert_eq!(expected.column(), None);
        expected.root(0, 100, 7);
        assert_eq!(expected.column(), Some(4));
        for (column, blocks, next) in [
            (2, 3, Some(4)),
            (4, 2, Some(6)),
            (6, 1, Some(2)),
            (2, 1, Some(2)),
            (2, 2, Some(4)),
            (4, 1, None),
        ] {
            assert!(expected.fits(column, 1, blocks), "{column}");
            expected.push(column, 1, blocks);
            assert_eq!(expected.column(), next);
        }
        assert!(expected.is_done() && !expected.fits(2, 0, 1));
    }

    #[test]
    fn no_more_than_is_left() {
        let mut expected = Expected::default();
        expected.root(0, 10, 3);
        assert!(expected.fits(4, 10, 2) && !expected.fits(4, 11, 1) && !expected.fits(4, 1, 3));
        expected.push(4, 6, 1);
        assert!(expected.fits(4, 4, 1) && !expected.fits(4, 5, 1) && !expected.fits(8, 1, 1));
        assert_eq!((expected.column_up_to(3), expected.column_up_to(7)), (None, Some(4)));
        assert_eq!(expected.column_up_to(99), Some(8));
    }
}
