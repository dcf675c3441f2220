//! [`expand`]: tabs as spaces.

use std::borrow::Cow;

use super::line::leading_spaces;

/// Where tabs stop.
const STOP: usize = 8;

/// The line with spaces for the tabs that it starts with.
pub(crate) fn expand(line: &[u8]) -> Cow<'_, [u8]> {
    if line.get(leading_spaces(line)) != Some(&b'\t') {
        return line.into();
    }
    let blanks = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let mut text = expand_all(&line[..blanks]);
    text.extend_from_slice(&line[blanks..]);
    text.into()
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
    use super::{expand, expand_all};

    #[test]
    fn to_the_next_stop() {
        assert_eq!(&*expand(b"\t  \ta\tb"), b"                a\tb");
        assert_eq!(&*expand(b"  a\tb"), b"  a\tb");
        assert_eq!(expand_all(b"ab\tc\t"), b"ab      c       ");
    }
}
