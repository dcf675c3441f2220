//! [`Back`]: a line that is read from its end, since names are anything.

/// A line that is read from its end.
pub(crate) struct Back<'a>(pub(crate) &'a [u8]);

impl Back<'_> {
    pub(crate) fn literal<const N: usize>(&mut self, text: &[u8; N]) -> Option<()> {
        let (rest, last) = self.0.split_last_chunk()?;
        self.0 = rest;
        (last == text).then_some(())
    }

    /// A number, and the spaces that fill it up; not the one that ends the text before.
    pub(crate) fn number(&mut self) -> Option<u64> {
        let (mut rest, mut value, mut unit) = (self.0, 0_u64, 1_u64);
        while let Some((digit @ b'0'..=b'9', before)) = rest.split_last() {
            value = value.wrapping_add(u64::from(digit - b'0').wrapping_mul(unit));
            unit = unit.wrapping_mul(10);
            rest = before;
        }
        let digits = &self.0[rest.len()..];
        // So few are never too much.
        if !(1..20).contains(&digits.len()) || digits[0] == b'0' {
            value = parse(digits)?;
        }
        let spaces = rest.iter().rev().take_while(|byte| **byte == b' ').count();
        self.0 = &rest[..rest.len() - spaces.saturating_sub(1)];
        Some(value)
    }

    /// The same, and whether it is filled up to a width, if it does not have as many digits.
    pub(crate) fn field(&mut self, width: usize) -> Option<(u64, Option<bool>)> {
        let before = self.0.len();
        let value = self.number()?;
        let len = before - self.0.len();
        let is_short = value < 10_u64.pow(width as u32 - 1);
        Some((value, is_short.then_some(len == width)))
    }

    /// What is behind the number of references: the address, or none, and the `d=` of ccan.
    pub(crate) fn columns(&mut self) -> u64 {
        let address = self.address();
        while let Some(space) = self.0.iter().rposition(|byte| *byte == b' ') {
            // `(ref 0)` ends with a digit and a bracket, and is no column.
            let word = &self.0[space + 1..];
            let key = word.iter().take_while(|byte| byte.is_ascii_lowercase()).count();
            if key == 0 || word.get(key) != Some(&b'=') {
                break;
            }
            self.0 = &self.0[..space];
        }
        address
    }

    /// What `%p` prints on different systems, if the line ends with that.
    fn address(&mut self) -> u64 {
        let (word, address) = match self.0.strip_suffix(b"(nil)") {
            Some(before) => (before, Some(0)),
            None => hexadecimal(self.0),
        };
        let word = word.strip_suffix(b"0x").unwrap_or(word);
        match (address, word.strip_suffix(b" ")) {
            (Some(address), Some(before)) => {
                self.0 = before;
                address
            }
            _ => 0,
        }
    }
}

/// What stands before the digits at the end, and their value.
fn hexadecimal(text: &[u8]) -> (&[u8], Option<u64>) {
    let (mut rest, mut value, mut bits) = (text, 0, 0);
    while let Some((last, before)) = rest.split_last() {
        let Some(digit) = char::from(*last).to_digit(16) else { break };
        value |= u64::from(digit).wrapping_shl(bits);
        bits += 4;
        rest = before;
    }
    // No pointer has more.
    (rest, (1..=u64::BITS).contains(&bits).then_some(value))
}

/// A number of decimal digits.
pub(crate) fn parse(digits: &[u8]) -> Option<u64> {
    // Nobody writes zeros before a number.
    if digits.is_empty() || (digits.len() > 1 && digits[0] == b'0') {
        return None;
    }
    digits
        .iter()
        .try_fold(0_u64, |value, digit| value.checked_mul(10)?.checked_add(u64::from(digit - b'0')))
}
