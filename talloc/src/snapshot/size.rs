//! Numbers for people.

use core::cmp::Ordering;
use core::fmt;

/// A number of bytes in the largest unit that leaves at least 1: `1023 B`, `1.5 KiB`.
///
/// One decimal, rounded. `{:#}` writes the exact number: `1,536`. Width and
/// alignment are obeyed.
///
/// ```
/// use talloc::snapshot::Bytes;
///
/// assert_eq!(format!("{}, {}, {}", Bytes(17), Bytes(1536), Bytes(5 << 40)), "17 B, 1.5 KiB, 5.0 TiB");
/// assert_eq!(format!("{:#}", Bytes(1_234_567)), "1,234,567");
/// assert_eq!(format!("{:>8}|", Bytes(17)), "    17 B|");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bytes(
    /// The number of bytes.
    pub u64,
);

const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() {
            return f.pad(&thousands(self.0));
        }
        if self.0 < 1024 {
            return f.pad(&format!("{} B", self.0));
        }
        // In tenths of the unit, rounded; what rounds up to 1024.0 takes the next unit.
        let mut unit = 0;
        let tenths =
            |unit: usize| (u128::from(self.0) * 10 + (512 << (10 * unit))) >> (10 * (unit + 1));
        while tenths(unit) >= 10_240 && unit + 1 < UNITS.len() {
            unit += 1;
        }
        let tenths = tenths(unit);
        f.pad(&format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit]))
    }
}

/// A number with commas.
pub(super) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 block`, `1,204 blocks`.
pub(super) fn blocks(number: u64) -> String {
    format!("{} {}", thousands(number), if number == 1 { "block" } else { "blocks" })
}

/// How many objects one line stands for: nothing for one.
pub(super) fn times(count: u64) -> String {
    if count == 1 { String::new() } else { format!(" × {}", thousands(count)) }
}

/// A change with its sign.
pub(super) fn signed(before: u64, after: u64, show: impl Fn(u64) -> String) -> String {
    let sign = match after.cmp(&before) {
        Ordering::Less => "-",
        Ordering::Equal => "",
        Ordering::Greater => "+",
    };
    format!("{sign}{}", show(after.abs_diff(before)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_and_rounding() {
        for (bytes, text) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (1075, "1.0 KiB"),
            (1076, "1.1 KiB"),
            (1_048_524, "1023.9 KiB"),
            (1_048_525, "1.0 MiB"),
            (1 << 20, "1.0 MiB"),
            (u64::MAX, "16.0 EiB"),
        ] {
            assert_eq!(Bytes(bytes).to_string(), text);
        }
    }

    #[test]
    fn commas() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(thousands(number), text);
        }
        assert_eq!(signed(1000, 0, thousands), "-1,000");
        assert_eq!(signed(7, 7, thousands), "0");
    }
}
