//! [`LineNumbers`]: at which line each entry is.

/// The lines of entries, of which most follow one another.
#[derive(Debug, Default)]
pub(crate) struct LineNumbers {
    /// Where they do not: the entry and its line.
    jumps: Vec<(usize, u64)>,
}

impl LineNumbers {
    pub(crate) fn push(&mut self, entry: usize, line: u64) {
        if self.get(entry) != Some(line) {
            self.jumps.push((entry, line));
        }
    }

    pub(crate) fn get(&self, entry: usize) -> Option<u64> {
        let at = self.jumps.partition_point(|jump| jump.0 <= entry);
        let (first, line) = self.jumps[at.checked_sub(1)?];
        Some(line + (entry - first) as u64)
    }

    /// Forgets all entries from this one on.
    pub(crate) fn truncate(&mut self, entry: usize) {
        let at = self.jumps.partition_point(|jump| jump.0 < entry);
        self.jumps.truncate(at);
    }
}

#[cfg(test)]
mod tests {
    use super::LineNumbers;

    #[test]
    fn only_jumps_are_kept() {
        let mut lines = LineNumbers::default();
        for (entry, line) in [(0, 3), (1, 4), (2, 7), (3, 8)] {
            lines.push(entry, line);
        }
        assert_eq!([0, 1, 2, 3].map(|entry| lines.get(entry)), [3, 4, 7, 8].map(Some));
        assert_eq!(lines.jumps.len(), 2);
        lines.truncate(2);
        lines.push(2, 5);
        assert_eq!((lines.jumps.len(), lines.get(2)), (1, Some(5)));
    }
}
