//! [`is_usual`]: whether a line can only be what it looks like.

/// Whether a line has only characters of ASCII that are shown, and none with which something else
/// can begin that a report has become: an entity, a tag, an escape.
pub(crate) fn is_usual(line: &[u8]) -> bool {
    // It is asked of each line. Many bytes are looked at together, since nothing leaves the loop.
    let mut odd = [0; 32];
    let mut rest = line;
    while let Some((chunk, behind)) = rest.split_first_chunk() {
        add(&mut odd, chunk);
        rest = behind;
    }
    match line.last_chunk() {
        // Those that are left, and some once more.
        Some(end) => add(&mut odd, end),
        None => return !rest.iter().any(|byte| is_odd(*byte)),
    }
    odd == [0; 32]
}

fn add(odd: &mut [u8; 32], chunk: &[u8; 32]) {
    for (odd, byte) in odd.iter_mut().zip(chunk) {
        *odd |= u8::from(is_odd(*byte));
    }
}

fn is_odd(byte: u8) -> bool {
    // Beyond ASCII, it is negative.
    let is_shown = byte as i8 >= b' ' as i8;
    !is_shown | (byte == b'&') | (byte == b'<') | (byte == b'\\') | (byte == b'#')
}

#[cfg(test)]
mod tests {
    use super::is_usual;

    #[test]
    fn each_byte_at_each_place() {
        for len in [0, 1, 31, 32, 33, 64, 100] {
            let line = vec![b'x'; len];
            assert!(is_usual(&line));
            for at in 0..len {
                for byte in 0..=255 {
                    let mut line = line.clone();
                    line[at] = byte;
                    let is_odd = matches!(byte, 0..b' ' | 128.. | b'&' | b'<' | b'\\' | b'#');
                    assert_eq!(is_usual(&line), !is_odd, "{byte} at {at} of {len}");
                }
            }
        }
    }
}
