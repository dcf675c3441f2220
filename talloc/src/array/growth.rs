//! How the growable types grow.

/// The next capacity: the double, and no less than `needed` and `least`. At
/// `most` doubling ends, so that it does not run into libtalloc's limit while
/// what is needed still fits.
#[inline]
pub(crate) fn doubled(capacity: usize, needed: usize, least: usize, most: usize) -> usize {
    needed.max(capacity * 2).max(least).min(most.max(needed))
}

#[cfg(test)]
mod tests {
    use super::doubled;

    #[test]
    fn it_doubles_between_the_least_and_the_most() {
        assert_eq!(doubled(0, 1, 32, 1000), 32);
        assert_eq!(doubled(64, 65, 32, 1000), 128);
        assert_eq!(doubled(64, 500, 32, 1000), 500);
        assert_eq!(doubled(600, 601, 32, 1000), 1000);
        assert_eq!(doubled(1000, 1001, 32, 1000), 1001, "what is too large is left to libtalloc");
    }
}
